//! Edits that are made in the text of a submission, one after the other.

use crate::document::{DocumentError, Edit, EditOp, Pointer};
use crate::error::{Detail, Error, Result, codes};

/// The text of a submission with the changes of a release; all other bytes are as they came.
pub(super) struct Changes {
    /// The body of the PUT.
    pub body: String,
    /// The edits that were made. Empty when the submission has all of them already.
    pub edits: Vec<Edit>,
    /// What people should know, such as texts that were left out.
    pub warnings: Vec<String>,
    /// The languages that the folder of listings does not have.
    pub left_alone: Vec<String>,
}

impl Changes {
    /// Sets a member of an object, or appends to an array with `-`.
    pub(super) fn set(&mut self, pointer: &str, value: String) -> Result<()> {
        let path = Pointer::parse(pointer).map_err(|error| edit_error(pointer, &error))?;
        self.make(Edit { op: EditOp::Add, path, value: Some(value), old: None })
    }

    /// Makes an edit, unless the submission has it already: an earlier run of the same release may have made it.
    pub(super) fn make(&mut self, mut edit: Edit) -> Result<()> {
        let path = edit.path.to_string();
        let failed = |error: DocumentError| edit_error(&path, &error);
        if edit.is_done(&self.body).map_err(failed)? {
            return Ok(());
        }
        let changed = edit.apply(&self.body).map_err(failed)?;
        edit.observe(&self.body).map_err(failed)?;
        self.body = changed;
        self.edits.push(edit);
        Ok(())
    }
}

pub(super) fn edit_error(pointer: &str, error: &DocumentError) -> Error {
    let detail = Detail::at(pointer, error.to_string());
    match error {
        DocumentError::OldValue { expected, .. } => Error::new(&codes::DOCUMENT_CONFLICT, error.to_string())
            .detail(Detail { old: Some(expected.clone()), ..detail }),
        DocumentError::DuplicateName { pointer: place } => {
            let detail = Detail::at(format!("{pointer}{place}"), "the name is there twice");
            Error::new(&codes::DOCUMENT_DUPLICATE_NAME, error.to_string()).detail(detail)
        }
        _ => Error::new(&codes::DOCUMENT_POINTER, format!("{pointer} can't be changed: {error}")).detail(detail),
    }
}

pub(super) fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text).map_err(|error| Error::new(&codes::INTERNAL_STATE, error.to_string()))
}
