//! The errors of `src/document` in the terms of the contract.

use super::report::tripped;
use crate::document::{Conflict, DocumentError, MergeError, Problem, SyntaxError};
use crate::error::{Code, Detail, Error, codes};

/// The error of a document operation.
pub(super) fn refused(error: DocumentError) -> Error {
    let message = error.to_string();
    match error {
        DocumentError::Document(error) => {
            Error::new(syntax_code(&error), message).detail(Detail::at("/document", error.to_string()))
        }
        DocumentError::Value(error) => {
            Error::new(syntax_code(&error), message).detail(Detail::at("/value", error.to_string()))
        }
        DocumentError::Operation { reason, .. } if matches!(*reason, DocumentError::OldValue { .. }) => {
            old_value(*reason)
        }
        DocumentError::Operation { index, reason } if matches!(*reason, DocumentError::DuplicateName { .. }) => {
            Error::new(&codes::DOCUMENT_DUPLICATE_NAME, message.clone())
                .detail(Detail::at(format!("/operations/{index}/value"), message))
        }
        DocumentError::DuplicateName { pointer } => Error::new(&codes::DOCUMENT_DUPLICATE_NAME, message)
            .detail(Detail::at(format!("/value{pointer}"), "the name is there twice")),
        DocumentError::OperationForm { index, .. } | DocumentError::Operation { index, .. } => {
            Error::new(&codes::DOCUMENT_PATCH, message.clone())
                .detail(Detail::at(format!("/operations/{index}"), message))
        }
        DocumentError::Patch(_) => {
            Error::new(&codes::DOCUMENT_PATCH, message.clone()).detail(Detail::at("/operations", message))
        }
        _ => Error::new(&codes::DOCUMENT_POINTER, message).detail(Detail::at("/pointer", "leads to nothing")),
    }
}

/// The error of an edit whose `old` is not what the document has.
fn old_value(error: DocumentError) -> Error {
    let message = error.to_string();
    let detail = match error {
        DocumentError::OldValue { pointer, expected, .. } => {
            Detail { old: Some(expected), ..Detail::at(pointer, message.clone()) }
        }
        _ => Detail::default(),
    };
    Error::new(&codes::DOCUMENT_CONFLICT, message).detail(detail)
}

/// The code of a text that is not a document.
pub(super) fn syntax_code(error: &SyntaxError) -> &'static Code {
    match error.problem {
        Problem::TooLarge { .. } => &codes::DOCUMENT_TOO_LARGE,
        _ => &codes::DOCUMENT_INVALID,
    }
}

/// The error of a merge.
pub(super) fn merge_error(error: MergeError) -> Error {
    let message = error.to_string();
    match error {
        MergeError::Baseline(error) => invalid("/baseline", message, &error),
        MergeError::Edited(error) => invalid("/edited", message, &error),
        MergeError::Current(error) => invalid("/current", message, &error),
        MergeError::DuplicateNames(pointers) => Error::new(&codes::DOCUMENT_DUPLICATE_NAME, message)
            .details(pointers.iter().map(|pointer| Detail::at(pointer.to_string(), "the name is there twice"))),
        MergeError::TooManyEdits => Error::new(&codes::DOCUMENT_TOO_LARGE, message),
        MergeError::Damaged(trips) => Error::new(&codes::DOCUMENT_DAMAGED, message).details(trips.iter().map(tripped)),
        MergeError::Conflict(conflicts) => {
            Error::new(&codes::DOCUMENT_CONFLICT, message).details(conflicts.iter().map(conflicting))
        }
        MergeError::NotFinite { pointer } => Error::new(&codes::DOCUMENT_INVALID, message)
            .hint("replace the number by one that a double can hold, or by a string")
            .detail(Detail::at(pointer.to_string(), "not a number of JSON")),
        MergeError::Notes { reason } => {
            Error::new(&codes::REQUEST_INVALID, message).detail(Detail::at("/notes", reason))
        }
        _ => Error::new(&codes::INTERNAL_STATE, message),
    }
}

/// The error of a text that is not a document, at this pointer of the request.
pub(super) fn invalid(pointer: &str, message: String, error: &SyntaxError) -> Error {
    Error::new(syntax_code(error), message).detail(Detail::at(pointer, error.to_string()))
}

fn conflicting(conflict: &Conflict) -> Detail {
    let present = conflict.current.as_deref().unwrap_or("nothing");
    Detail {
        pointer: Some(conflict.pointer.to_string()),
        message: format!("the service has {present} there now"),
        old: conflict.baseline.clone(),
        new: conflict.edited.clone(),
        ..Detail::default()
    }
}
