//! The ZIP archive as a layout, not a file (B1, B3).
//!
//! The Store takes all files of a submission in one ZIP. Packages are compressed already, so entries are *stored*;
//! then every byte position follows from names and sizes alone, and an archive need never exist on disk:
//!
//! 1. [`Layout`] knows where each header, each file and the central directory lie, and the total length;
//! 2. [`Plan`] cuts a layout into blocks that can be read, checked and uploaded in any order: each local header is a
//!    block of its own, because it holds the checksum of data that was not read yet;
//! 3. [`write()`] writes the same bytes into a file, in order, reading each source once.
//!
//! The same names and sizes always give the same archive: entries are sorted, times are fixed to 1980-01-01, and the
//! ZIP64 records appear only where a size, an offset or a count needs them. No data descriptors: a stored entry
//! followed by one can't be read by streaming readers.
//!
//! Bytes in, values out: no network, no clock, no async.

mod error;
mod layout;
mod name;
mod plan;
mod records;
mod write;

pub use error::ZipError;
pub use layout::{Entry, Layout};
pub use plan::{Block, Part, Plan};
pub use write::{SourceFile, write, write_file};

/// CRC-32 (ISO-HDLC) of some bytes, as ZIP headers carry it.
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// CRC-32 of two runs of bytes from the checksum of each and the length of the second.
#[must_use]
pub fn combine_crc32(first: u32, second: u32, second_len: u64) -> u32 {
    // Only the length of what is appended counts.
    let mut both = crc32fast::Hasher::new_with_initial_len(first, 0);
    both.combine(&crc32fast::Hasher::new_with_initial_len(second, second_len));
    both.finalize()
}
