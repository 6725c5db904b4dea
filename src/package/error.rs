use std::io;
use std::path::PathBuf;

/// Why a package can't be described. `file` names the package, a nested one as `outer/inner`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// There is no such file.
    #[error("there is no file {}", path.display())]
    NotFound {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file can't be read.
    #[error("{} can't be read: {error}", path.display())]
    Unreadable {
        /// The path that was given.
        path: PathBuf,
        /// What the operating system said.
        error: io::Error,
    },
    /// The file has no bytes.
    #[error("{} is empty", path.display())]
    Empty {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file does not end like a ZIP archive.
    #[error("{file} is not a package: it is no zip archive, or its end is cut off; build or copy it again")]
    NotZip {
        /// The package.
        file: String,
    },
    /// The archive's table of contents contradicts itself or the file.
    #[error("{file} has a broken central directory: {reason}; build or copy it again")]
    BrokenDirectory {
        /// The package.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No manifest, and nothing that would make it an upload archive.
    #[error(
        "{file} is not a package: it has neither AppxManifest.xml nor AppxMetadata/AppxBundleManifest.xml, and holds no packages"
    )]
    ManifestMissing {
        /// The package.
        file: String,
    },
    /// A part that every package has is not there.
    #[error("{file} has no {part}; build it with makeappx or your build system, not with a zip program")]
    PartMissing {
        /// The package.
        file: String,
        /// `AppxBlockMap.xml` or `[Content_Types].xml`.
        part: &'static str,
    },
    /// A part can't be understood.
    #[error("{part} in {file} is damaged: {reason}")]
    PartDamaged {
        /// The package.
        file: String,
        /// The part: the manifest or the block map.
        part: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A bundle or upload archive and what it holds contradict each other.
    #[error("{file} and its content disagree: {reason}; build the bundle again")]
    Disagrees {
        /// The bundle or upload archive.
        file: String,
        /// What does not fit.
        reason: String,
    },
}
