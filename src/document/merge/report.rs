//! The result of a merge, and its errors.

use std::fmt;

use super::guard::Trip;
use crate::document::edits::Edit;
use crate::document::error::SyntaxError;
use crate::document::pointer::Pointer;

/// A decision of the merge that the user may want to know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The place in the edited document.
    pub pointer: Pointer,
    /// What was decided there.
    pub kind: RemarkKind,
}

/// The decisions that a merge reports.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemarkKind {
    /// A single value was taken for an array with this element.
    Wrapped,
    /// The `null` of a command without output was taken for the empty array.
    Emptied,
    /// A date is spelled differently, but the time is the same: the text of the baseline stays.
    DateRespelled,
    /// A member that a PowerShell job added was left out.
    JobMemberDropped,
    /// A note of the caller that means nothing to the merge, such as `ets-dropped`, is passed on.
    Note(String),
}

impl RemarkKind {
    /// The stable name of the remark: `wrapped`, `emptied`, `dateRespelled`, `jobMemberDropped`, or the text of the note.
    pub fn name(&self) -> &str {
        match self {
            RemarkKind::Wrapped => "wrapped",
            RemarkKind::Emptied => "emptied",
            RemarkKind::DateRespelled => "dateRespelled",
            RemarkKind::JobMemberDropped => "jobMemberDropped",
            RemarkKind::Note(note) => note,
        }
    }
}

/// The result of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct MergeOutcome {
    /// The new document: the baseline (or the current document) with the changes merged into its text, without a byte
    /// order mark.
    pub body: String,
    /// The changes, in the order in which they can be made one after the other. They turn the document that was merged
    /// into (the baseline or the current document) into a document with the value of the body; its white space may differ
    /// where a container was emptied and filled again. Without edits the body is that document.
    pub edits: Vec<Edit>,
    /// What lifted guards found.
    pub lifted: Vec<Trip>,
    /// Decisions of the merge that the user may want to know about.
    pub remarks: Vec<Remark>,
    /// Whether the edits were made in a current document that differs from the baseline.
    pub three_way: bool,
}

/// A place that both the edited and the current document changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The place in the baseline.
    pub pointer: Pointer,
    /// The value in the baseline, shortened.
    pub baseline: Option<String>,
    /// The value in the current document, shortened; `None` if it is gone.
    pub current: Option<String>,
    /// The value in the edited document, shortened; `None` if it was removed.
    pub edited: Option<String>,
}

/// Why a merge failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MergeError {
    /// The baseline is not JSON.
    Baseline(SyntaxError),
    /// The edited document is not JSON.
    Edited(SyntaxError),
    /// The current document is not JSON.
    Current(SyntaxError),
    /// The notes do not fit the edited document.
    Notes {
        /// Why, with the place that the edited document does not have.
        reason: String,
    },
    /// A new value has a number that is infinite, or too large for its type.
    NotFinite {
        /// The place in the edited document.
        pointer: Pointer,
    },
    /// Objects of the edited document have two members with the same name, of which a reader would drop one; the places of
    /// all such members. Those that the baseline has too, with the same values, are no error.
    DuplicateNames(Vec<Pointer>),
    /// The paths of all edits have more than 64 MiB: the document has changes at very many levels.
    TooManyEdits,
    /// Guards tripped that were not lifted; all their findings.
    Damaged(Vec<Trip>),
    /// Places that both the edited and the current document changed; all of them.
    Conflict(Vec<Conflict>),
    /// The body failed the check that is made before it is returned. This is a defect of the library; nothing was
    /// changed.
    Internal {
        /// What the check found.
        reason: String,
    },
}

impl MergeError {
    /// A stable name of the error, such as `document.damaged`.
    pub fn code(&self) -> &'static str {
        match self {
            MergeError::Baseline(_) | MergeError::Edited(_) | MergeError::Current(_) => "document.invalid_json",
            MergeError::Notes { .. } => "document.invalid_notes",
            MergeError::NotFinite { .. } => "document.not_finite",
            MergeError::DuplicateNames(_) => "document.duplicate_name",
            MergeError::TooManyEdits => "document.too_large",
            MergeError::Damaged(_) => "document.damaged",
            MergeError::Conflict(_) => "document.conflict",
            MergeError::Internal { .. } => "document.internal",
        }
    }
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MergeError::Baseline(error) => write!(f, "the baseline is not valid JSON: {error}"),
            MergeError::Edited(error) => {
                write!(f, "the edited document is not valid JSON: {error}")
            }
            MergeError::Current(error) => {
                write!(f, "the current document is not valid JSON: {error}")
            }
            MergeError::Notes { reason } => {
                write!(f, "the notes do not fit the edited document: {reason}")
            }
            MergeError::NotFinite { pointer } => {
                write!(f, "the number at '{pointer}' is infinite or too large for its type, JSON has no such value")
            }
            MergeError::DuplicateNames(pointers) => {
                let pointers: Vec<String> = pointers.iter().take(8).map(|pointer| format!("'{pointer}'")).collect();
                write!(
                    f,
                    "the edited document has two members with the same name, nothing was changed: {}; remove one of them, since a reader drops one without a word",
                    pointers.join(", ")
                )
            }
            MergeError::TooManyEdits => {
                f.write_str("the edits are at so many levels of the document that their paths have more than 64 MiB")
            }
            MergeError::Damaged(trips) => {
                let places = if trips.len() == 1 { "place" } else { "places" };
                write!(f, "the edit looks damaged in {} {places}, nothing was changed: ", trips.len())?;
                list(f, trips)
            }
            MergeError::Conflict(conflicts) => {
                let pointers: Vec<String> =
                    conflicts.iter().map(|conflict| format!("'{}'", conflict.pointer)).collect();
                write!(
                    f,
                    "the document changed since it was read, at the places that were edited: {}; read it again and repeat the edit",
                    pointers.join(", ")
                )
            }
            MergeError::Internal { reason } => {
                write!(f, "the merged document failed its own check: {reason}")
            }
        }
    }
}

/// Writes the first three findings: a message with more is hard to read, and the error has them all.
fn list(f: &mut fmt::Formatter<'_>, trips: &[Trip]) -> fmt::Result {
    for (index, trip) in trips.iter().take(3).enumerate() {
        if index > 0 {
            f.write_str(" | ")?;
        }
        fmt::Display::fmt(trip, f)?;
    }
    match trips.len() {
        0..=3 => Ok(()),
        more => write!(f, " | and {} more", more - 3),
    }
}

impl std::error::Error for MergeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            MergeError::Baseline(error) | MergeError::Edited(error) | MergeError::Current(error) => Some(error),
            _ => None,
        }
    }
}
