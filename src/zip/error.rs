use std::io;
use std::path::PathBuf;

/// Why an archive can't be laid out or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ZipError {
    /// The name can't be used inside an archive.
    #[error("the archive name {name:?} {problem}")]
    Name {
        /// The name as it was given.
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
    /// The archive would be longer than a ZIP can say.
    #[error("the archive would be longer than 2^64 bytes")]
    TooLong,
    /// A source ended early, or went on after its planned size.
    #[error("{name} changed while it was read: expected {expected} bytes, found {found}")]
    SourceChanged {
        /// Archive name of the entry.
        name: String,
        /// Size in bytes that the layout was made for.
        expected: u64,
        /// Bytes read; one more than `expected` says that there was more to come.
        found: u64,
    },
    /// A source file can't be opened or read.
    #[error("{} can't be read: {error}", path.display())]
    Source {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// The archive can't be written.
    #[error("{} can't be written: {error}", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// Reading a source or writing the output failed, where neither is known to be a file.
    #[error("{name} can't be archived: {error}")]
    Io {
        /// Archive name of the entry, or `the archive`.
        name: String,
        /// What the reader or writer said.
        error: io::Error,
    },
}
