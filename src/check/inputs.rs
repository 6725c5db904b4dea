//! The files of a release: its packages, with the errors of the contract, and its pictures.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

use super::picture_file::{PictureFacts, PictureScan};
use crate::error::{Error, Result, codes};
use crate::files;
use crate::listing::folder::Media;
use crate::listing::{Folder, convert};
use crate::package::{self, InputError, Inputs, PackageError};

/// Finds and inspects the package files that a caller gives: see [`package::inputs()`]. Blocks while it reads.
///
/// # Errors
/// `file.no_match`, `file.several`; those of [`package_error`].
pub fn inputs(given: &[String]) -> Result<Inputs> {
    package::inputs(given).map_err(|error| match &error {
        InputError::Package(error) => package_error(error),
        InputError::Folder { path, error } => Error::of_file(format!("{} can't be read", path.display()), error),
        InputError::Several { .. } => Error::new(&codes::FILE_SEVERAL, error.to_string()),
        _ => Error::new(&codes::FILE_NO_MATCH, error.to_string()),
    })
}

/// The error of a package that can't be inspected: `file.not_found`, `file.unreadable`, `file.empty`, `package.invalid`.
pub fn package_error(error: &PackageError) -> Error {
    let code = match error {
        PackageError::NotFound { .. } => &codes::FILE_NOT_FOUND,
        PackageError::Unreadable { path, error } => {
            return Error::of_file(format!("{} can't be read", path.display()), error);
        }
        PackageError::Empty { .. } => &codes::FILE_EMPTY,
        PackageError::Zip { .. } => {
            let remedy = format!("give the .msixupload, .msixbundle or .msix files; {}", convert::INSTEAD_OF_PAYLOADS);
            return Error::new(&codes::PACKAGE_INVALID, error.to_string()).hint(remedy);
        }
        _ => &codes::PACKAGE_INVALID,
    };
    Error::new(code, error.to_string())
}

/// How much of a picture is read at once.
const PIECE: usize = 64 * 1024;

/// Reads the file of a picture, as long as `goes_on`.
///
/// # Errors
/// As the system's; [`ErrorKind::Interrupted`] if it did not go on.
pub fn picture(path: &Path, goes_on: &dyn Fn() -> bool) -> io::Result<PictureFacts> {
    let mut file = files::open(path)?;
    let mut scan = PictureScan::default();
    let mut piece = vec![0; PIECE];
    loop {
        if !goes_on() {
            return Err(ErrorKind::Interrupted.into());
        }
        let read = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..read).filter(|bytes| !bytes.is_empty()) else { return Ok(scan.finish()) };
        scan.push(bytes);
    }
}

/// What the pictures of a folder of listings are, by their path in the folder, as long as `goes_on`. One that can't be read is
/// a fault of the folder already.
pub fn pictures(folder: &Folder, goes_on: &dyn Fn() -> bool) -> BTreeMap<String, PictureFacts> {
    let contents = folder.languages.iter().chain(&folder.fallback).flat_map(|language| {
        let platforms = language.platforms.iter().map(|platform| &platform.content);
        let images = platforms.chain([&language.content]).flat_map(|content| &content.images);
        images.flat_map(|images| &images.pictures).chain(&language.icon)
    });
    let media = contents.filter_map(|picture| picture.media.as_ref());
    let facts = |media: &Media| Some((media.file.clone(), picture(&folder.path(&media.file), goes_on).ok()?));
    media.filter_map(facts).collect()
}
