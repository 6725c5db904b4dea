//! The files of an upload, checked before anything is sent.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use crate::error::{Code, Error, Result, codes};
use crate::zip::{Layout, SourceFile, ZipError, write_file};

/// Checks that every file is there, is a file, can be read, is not empty, and that the names fit into one ZIP.
///
/// # Errors
/// `file.not_found`, `file.unreadable`, `file.empty`, `file.name`.
pub fn check(sources: &[SourceFile]) -> Result<()> {
    layout(sources).map(|_| ())
}

/// The bytes of the ZIP that an upload would send.
///
/// # Errors
/// As [`check`].
pub fn total(sources: &[SourceFile]) -> Result<u64> {
    Ok(layout(sources)?.total())
}

/// Writes the ZIP that an upload would send.
///
/// # Errors
/// As [`check`]; `file.unwritable`, `upload.source_changed`.
pub fn write(sources: &[SourceFile], output: &Path) -> Result<Layout> {
    check(sources)?;
    write_file(sources, output).map_err(|error| zip_error(&error))
}

/// The layout of the ZIP, by the sizes that the files have now.
pub(super) fn layout(sources: &[SourceFile]) -> Result<Layout> {
    let mut sizes = Vec::with_capacity(sources.len());
    for source in sources {
        sizes.push((source.name.as_str(), size(&source.path)?));
    }
    Layout::new(sizes).map_err(|error| zip_error(&error))
}

fn size(path: &Path) -> Result<u64> {
    // Opened rather than only looked at: the permission to read is what matters.
    let metadata = File::open(path).and_then(|file| file.metadata()).map_err(|error| unreadable(path, &error))?;
    if metadata.is_dir() {
        return Err(Error::new(&codes::FILE_UNREADABLE, format!("{} is a folder", path.display())));
    }
    if metadata.len() == 0 {
        return Err(Error::new(&codes::FILE_EMPTY, format!("{} is empty", path.display())));
    }
    Ok(metadata.len())
}

/// The error of a file that can't be read.
pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let code = match error.kind() {
        ErrorKind::NotFound => &codes::FILE_NOT_FOUND,
        _ => &codes::FILE_UNREADABLE,
    };
    let place = match std::path::absolute(path) {
        Ok(full) if path.is_relative() => format!("{} ({})", path.display(), full.display()),
        _ => path.display().to_string(),
    };
    Error::new(code, format!("{place} can't be read: {error}"))
}

/// The error of a ZIP that can't be made.
pub(super) fn zip_error(error: &ZipError) -> Error {
    let code: &'static Code = match error {
        ZipError::Name { .. } | ZipError::Duplicate { .. } => &codes::FILE_NAME,
        ZipError::SourceChanged { .. } => &codes::SOURCE_CHANGED,
        ZipError::Source { path, error } => return unreadable(path, error),
        ZipError::Output { .. } => &codes::FILE_UNWRITABLE,
        ZipError::TooLong => &codes::UPLOAD_TOO_LARGE,
        _ => &codes::FILE_UNREADABLE,
    };
    Error::new(code, error.to_string())
}
