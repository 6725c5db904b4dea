//! Why a layout or an archive can't be made.

use std::io;
use std::path::PathBuf;

/// Why a layout can't be made or an archive can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZipError {
    /// The name can't be used inside an archive.
    #[error("the archive name {name:?} {problem}")]
    Name {
        /// The name as it was given, shortened if it is long.
        name: String,
        /// What is wrong with it, as the rest of a sentence.
        problem: &'static str,
    },
    /// Two entries would have the same name on a file system that ignores case.
    #[error("the archive names {first:?} and {second:?} are the same file on Windows; rename one of them")]
    Duplicate {
        /// The name that sorts first.
        first: String,
        /// The other one.
        second: String,
    },
    /// A file has the name of the folder of another one.
    #[error("the archive name {file:?} is a file and the folder of {inside:?}; rename one of them")]
    FileAndFolder {
        /// The file.
        file: String,
        /// The file in the folder.
        inside: String,
    },
    /// The archive would be longer than the 64-bit offsets of a ZIP can address.
    #[error("the archive would be longer than 2^64 bytes")]
    TooLong,
    /// A source has fewer or more bytes than its size in the layout.
    #[error("{name} changed while it was read: expected {expected} bytes, found {found}")]
    SourceChanged {
        /// Archive name of the entry.
        name: String,
        /// The size in the layout, in bytes.
        expected: u64,
        /// The number of bytes that were read. If it is larger than `expected`, there may be even more.
        found: u64,
    },
    /// A source file can't be opened or read.
    #[error("{} can't be read: {error}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The archive can't be written.
    #[error("{} can't be written: {error}", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        error: io::Error,
    },
    /// A source can't be read or the output can't be written, and the paths of both are unknown.
    #[error("{name} can't be archived: {error}")]
    Io {
        /// Archive name of the entry, or `the archive`.
        name: String,
        /// The error of the reader or writer.
        error: io::Error,
    },
}
