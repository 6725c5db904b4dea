//! What a merge did, and why one was refused.

use std::fmt;

use super::guard::Trip;
use crate::document::error::SyntaxError;
use crate::document::pointer::Pointer;

/// An operation of RFC 6902.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A member or an element more.
    Add,
    /// A member or an element less.
    Remove,
    /// Another value.
    Replace,
}

impl Operation {
    /// The name in a JSON patch.
    pub fn name(self) -> &'static str {
        match self {
            Operation::Add => "add",
            Operation::Remove => "remove",
            Operation::Replace => "replace",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What kind.
    pub operation: Operation,
    /// Where, in the document as the edits before this one left it.
    pub pointer: Pointer,
    /// The text of the new value; `None` for a removal.
    pub value: Option<String>,
    /// The text of the value before, shortened and without query strings of signed links; `None` for an addition.
    pub old: Option<String>,
}

/// Edits as the text of a JSON patch, which `patch` applies.
pub fn edits_to_json(edits: &[Edit]) -> String {
    let mut out = String::from("[");
    for (index, edit) in edits.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str("{\"op\":\"");
        out.push_str(edit.operation.name());
        out.push_str("\",\"path\":");
        out.push_str(&edit.pointer.to_json());
        if let Some(value) = &edit.value {
            out.push_str(",\"value\":");
            out.push_str(value);
        }
        out.push('}');
    }
    out.push(']');
    out
}

/// Something that the merge decided and the user may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where, in the edited document.
    pub pointer: Pointer,
    /// What.
    pub kind: RemarkKind,
}

/// The kinds of remarks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RemarkKind {
    /// A single value stands for the array with this element.
    Wrapped,
    /// A command without output stands for the empty array.
    Emptied,
    /// A member that a PowerShell job added was left out.
    JobMemberDropped,
    /// A note of the caller that the merge has no use for, such as `ets-dropped`.
    Note(String),
}

impl RemarkKind {
    /// A stable name.
    pub fn name(&self) -> &str {
        match self {
            RemarkKind::Wrapped => "wrapped",
            RemarkKind::Emptied => "emptied",
            RemarkKind::JobMemberDropped => "jobMemberDropped",
            RemarkKind::Note(note) => note,
        }
    }
}

/// The result of a merge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Merged {
    /// The new document: the baseline (or the current document) with the differences cut in, without a byte order mark.
    pub body: String,
    /// The differences. Applied in this order to the document that was merged into they give the value of the body (its
    /// white space where a container was emptied and filled again may differ); none means that the body is that document.
    pub edits: Vec<Edit>,
    /// Guards that tripped and were lifted.
    pub lifted: Vec<Trip>,
    /// What the merge decided on its own.
    pub remarks: Vec<Remark>,
    /// Whether the edits were carried over to a current document that differs from the baseline.
    pub three_way: bool,
}

/// A place that both sides changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// Where, in the baseline.
    pub pointer: Pointer,
    /// The value in the baseline, shortened.
    pub baseline: Option<String>,
    /// The value in the current document, shortened; `None` if it is gone.
    pub current: Option<String>,
    /// The value in the edited document, shortened; `None` if it was removed.
    pub edited: Option<String>,
}

/// Why there is no body.
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
        /// Why.
        reason: String,
    },
    /// An infinity or a number beyond its type in a new value.
    NotFinite {
        /// Where, in the edited document.
        pointer: Pointer,
    },
    /// Guards tripped: all of them.
    Damaged(Vec<Trip>),
    /// Both sides changed the same places: all of them.
    Conflict(Vec<Conflict>),
    /// The body failed its own check; nothing wrong was sent, but this is a defect to report.
    Internal {
        /// Which check.
        reason: String,
    },
}

impl MergeError {
    /// The stable code of the error, for the envelope.
    pub fn code(&self) -> &'static str {
        match self {
            MergeError::Baseline(_) | MergeError::Edited(_) | MergeError::Current(_) => "document.invalid_json",
            MergeError::Notes { .. } => "document.invalid_notes",
            MergeError::NotFinite { .. } => "document.not_finite",
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

/// Three are enough for a message; the error has them all.
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
