//! The file for the summary of a job, to which a plan, a receipt or a failure is appended as Markdown.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use crate::blocking;
use crate::error::{Error, Result};
use crate::events::Reporter;
use crate::files;

/// The open file.
pub struct Summary {
    file: File,
    path: PathBuf,
}

impl Summary {
    /// Opens the file, or creates it, before anything else is done: a release must not find out at its end that the path is
    /// wrong. A blank path, as of a variable that is not set, is none.
    ///
    /// # Errors
    /// `file.unwritable`.
    pub async fn open(path: Option<&str>) -> Result<Option<Summary>> {
        let Some(path) = path.filter(|path| !path.trim().is_empty()).map(PathBuf::from) else { return Ok(None) };
        blocking::run(move || match files::append(&path) {
            Ok(file) => Ok(Some(Summary { file, path })),
            Err(error) => {
                let message = format!("the summary {} can't be written: {error}", path.display());
                Err(Error::of_output(message, &error))
            }
        })
        .await
    }

    /// Appends a text. If that fails, the release stays what it is: a warning says so.
    pub async fn append(&self, text: String, reporter: &Reporter) {
        let (file, path) = (self.file.try_clone(), &self.path);
        let write = move || {
            let mut file = file?;
            // What is there may not end its line.
            let text = if file.metadata()?.len() > 0 { format!("\n{text}") } else { text };
            file.write_all(text.as_bytes())
        };
        if let Ok(Err(error)) = blocking::run(move || Ok(write())).await {
            reporter.warning(format!("the summary {} was not written: {error}", path.display()));
        }
    }
}
