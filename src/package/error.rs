//! The errors of an inspection.

use std::io;
use std::path::PathBuf;

/// Why a package can't be inspected. `file` is the name of the package; of a package inside another one it is
/// `outer/inner`.
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
        /// The error of the operating system.
        error: io::Error,
    },
    /// The file is empty.
    #[error("{} is empty", path.display())]
    Empty {
        /// The path that was given.
        path: PathBuf,
    },
    /// The file has no end record of a ZIP archive.
    #[error("{file} is not a package: it is no zip archive, or its end is cut off; build or copy it again")]
    NotZip {
        /// The package.
        file: String,
    },
    /// The file is what Git has in place of a file that Git LFS stores elsewhere.
    #[error(
        "{file} is not a package but a pointer of Git LFS to one: run `git lfs pull`, on a build agent check out with LFS"
    )]
    LfsPointer {
        /// The package.
        file: String,
    },
    /// A manifest has a placeholder that a build should have replaced.
    #[error(
        "{part} in {file} is still a template: {attribute} of its Identity reads {value:?}; package what the build has filled in"
    )]
    Template {
        /// The package.
        file: String,
        /// The manifest.
        part: &'static str,
        /// `Name`, `Publisher` or `Version`.
        attribute: &'static str,
        /// The value with the placeholder.
        value: String,
    },
    /// The central directory of the archive contradicts itself or the file.
    #[error("{file} has a broken central directory: {reason}; build or copy it again")]
    BrokenDirectory {
        /// The package.
        file: String,
        /// What is wrong with the central directory.
        reason: String,
    },
    /// The archive has no manifest, and no packages that would make it an upload archive.
    #[error(
        "{file} is not a package: it has neither AppxManifest.xml nor AppxMetadata/AppxBundleManifest.xml, and holds no packages"
    )]
    ManifestMissing {
        /// The package.
        file: String,
    },
    /// The file is a ZIP by its name, which the Store takes no package from.
    #[error("{file} is a ZIP, not a package: the Store takes the app packages in it, each as a file of its own")]
    Zip {
        /// The file.
        file: String,
    },
    /// A part is missing that every package has.
    #[error("{file} has no {part}; build it with makeappx or your build system, not with a zip program")]
    PartMissing {
        /// The package.
        file: String,
        /// `AppxBlockMap.xml` or `[Content_Types].xml`.
        part: &'static str,
    },
    /// A part can't be read.
    #[error("{part} in {file} is damaged: {reason}")]
    PartDamaged {
        /// The package.
        file: String,
        /// The part: a manifest or the block map.
        part: &'static str,
        /// What is wrong with the part.
        reason: String,
    },
    /// A bundle or an upload archive contradicts the packages in it.
    #[error("{file} and its content disagree: {reason}; build the bundle again")]
    Disagrees {
        /// The bundle or upload archive.
        file: String,
        /// The contradiction.
        reason: String,
    },
}
