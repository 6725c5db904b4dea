//! ZIP archives as a layout that need not exist on disk.
//!
//! The Store takes all files of a submission in one ZIP. Packages are compressed already, so the entries are *stored*
//! without compression. All offsets then follow from the names and sizes of the files:
//!
//! 1. [`Layout`] computes where each header, each file and the central directory lie, and the length of the archive.
//! 2. Pieces of the files can be read, checked and uploaded in any order. [`Entry::header`] and [`Layout::tail`] give the
//!    bytes between them, from the checksums of the files, which [`combine_crc32`] makes of those of the pieces.
//! 3. [`write()`] and [`write_file`] write the same bytes in order and read each source once.
//!
//! The same files always give the same archive: entries are sorted by name, times are 1980-01-01, and ZIP64 records are
//! written only if a size, an offset or a count needs them. There are no data descriptors, because readers that stream an
//! archive can't find the end of a stored entry that has one.
//!
//! The module uses no network, no clock and no async code.

mod directory;
mod error;
mod layout;
mod name;
mod records;
mod write;

pub use directory::{Listed, Unlisted, list};
pub use error::ZipError;
pub use layout::{Entry, Layout};
pub use write::{SourceFile, finish, write, write_file, write_new};

/// The CRC-32 (ISO-HDLC) of some bytes, the checksum of ZIP headers.
///
/// # Examples
/// ```
/// use storeship::zip::crc32;
/// assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
/// ```
#[must_use]
pub fn crc32(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// The CRC-32 of two byte sequences one after the other, from the checksum of each and the length of the second in bytes.
///
/// # Examples
/// ```
/// use storeship::zip::{combine_crc32, crc32};
/// assert_eq!(combine_crc32(crc32(b"1234"), crc32(b"56789"), 5), crc32(b"123456789"));
/// ```
#[must_use]
pub fn combine_crc32(first: u32, second: u32, second_len: u64) -> u32 {
    // The first length does not matter for a combination, only that of what is appended.
    let mut both = crc32fast::Hasher::new_with_initial_len(first, 0);
    both.combine(&crc32fast::Hasher::new_with_initial_len(second, second_len));
    both.finalize()
}
