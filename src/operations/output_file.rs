//! A file that an offline operation writes as its result.

use std::io::{self, Write};
use std::path::Path;

use super::control::Control;
use crate::error::{Error, Result, codes};
use crate::files::NewFile;

/// Writes a file, unless the caller has gone on without the operation. `what` names it in errors: `the page`.
///
/// # Errors
/// `file.unwritable`, `cancelled`.
pub(super) fn write(what: &str, path: &str, text: &str, control: &Control) -> Result<()> {
    let unwritable = |error: io::Error| Error::of_output(format!("{what} {path} can't be written: {error}"), &error);
    let new = NewFile::new(Path::new(path)).map_err(unwritable)?;
    new.file().write_all(text.as_bytes()).map_err(unwritable)?;
    if !control.stop().commit() {
        return Err(Error::new(&codes::CANCELLED, format!("{what} {path} was not written")));
    }
    new.finish().map_err(unwritable)
}
