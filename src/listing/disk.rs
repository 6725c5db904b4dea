//! Writes and removes the files of a folder.

use std::io::{self, Read};
use std::path::Path;

use super::folder::path_in;
use super::layout;
use super::walk::join;
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

/// The files of a picture that get another name: all of a folder that differ in their ending only.
pub(super) struct Rename {
    pub(super) folder: String,
    /// The name without its ending.
    pub(super) from: String,
    /// The new name without its ending.
    pub(super) to: String,
}

/// Renames files; returns their new and their old names. One may get the name that another one had. On an error all get
/// their old names back.
pub(super) fn rename(root: &Path, renames: &[Rename]) -> Result<(Vec<String>, Vec<String>)> {
    let mut moves = Vec::new();
    let renamed = rename_all(root, renames, &mut moves);
    if renamed.is_err() {
        for (from, to) in moves.iter().rev() {
            // The error that came first is reported; the reader reports a file that is left under another name.
            let _ = files::rename(&path_in(root, to), &path_in(root, from));
        }
    }
    renamed
}

/// Renames files, and notes what is moved from where to where.
fn rename_all(
    root: &Path,
    renames: &[Rename],
    moves: &mut Vec<(String, String)>,
) -> Result<(Vec<String>, Vec<String>)> {
    let (mut new, mut old, mut moving) = (Vec::new(), Vec::new(), Vec::new());
    let mut move_to = |from: &str, to: &str| {
        let path = path_in(root, from);
        files::rename(&path, &path_in(root, to)).map_err(|error| failed(&path, "renamed", &error))?;
        moves.push((from.to_owned(), to.to_owned()));
        Ok::<(), Error>(())
    };
    for rename in renames {
        let entries = files::entries(&path_in(root, &rename.folder)).unwrap_or_default();
        for name in entries.into_iter().map(|entry| entry.name) {
            let Some((_, ending)) = name.rsplit_once('.').filter(|(stem, _)| *stem == rename.from) else { continue };
            let from = join(&rename.folder, &name);
            let aside = join(&rename.folder, &layout::moving(&name));
            move_to(&from, &aside)?;
            moving.push((aside, join(&rename.folder, &format!("{}.{ending}", rename.to))));
            old.push(from);
        }
    }
    for (aside, to) in moving {
        move_to(&aside, &to)?;
        new.push(to);
    }
    Ok((new, old))
}
