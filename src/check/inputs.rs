//! The package files of a release, with the errors of the contract.

use crate::error::{Error, Result, codes};
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
        _ => &codes::PACKAGE_INVALID,
    };
    Error::new(code, error.to_string())
}
