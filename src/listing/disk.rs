//! Writes and removes the files of a folder.

use std::io::{self, Read};
use std::path::Path;

use super::folder::path_in;
use crate::error::{Error, Result, codes};
use crate::files::{self, NewFile};

/// Whether nothing is at a path.
pub(super) fn is_new(root: &Path) -> bool {
    files::is_folder(root).is_none()
}

/// Writes a file of a folder, and makes the folders that lead to it. No symbolic link is followed out of the folder.
pub(super) fn write(root: &Path, file: &str, from: &mut dyn Read) -> Result<()> {
    let path = path_in(root, file);
    let mut written = || -> io::Result<()> {
        let parent = path.parent().unwrap_or(root);
        files::make_folder(parent)?;
        if !files::is_inside(parent, root) {
            return Err(io::Error::other("a symbolic link leads out of the folder"));
        }
        let new = NewFile::new(&path)?;
        io::copy(from, &mut new.file())?;
        new.finish()
    };
    written().map_err(|error| failed(&path, "written", &error))
}

/// Removes a file of a folder.
pub(super) fn remove(root: &Path, file: &str) -> Result<()> {
    let path = path_in(root, file);
    files::remove(&path).map_err(|error| failed(&path, "removed", &error))
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    Error::new(&codes::FILE_UNWRITABLE, format!("{} can't be {what}: {error}", path.display()))
}
