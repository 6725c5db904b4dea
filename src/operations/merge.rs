//! `document.merge` and `document.patch`, and the merge inside `submission.update`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Meta, Output};
use super::document::refused;
use crate::document::{self, Conflict, Guard, MergeError, MergeOptions, MergeOutcome, Notes, Trip};
use crate::error::{Detail, Error, Result, codes};

/// `document.merge`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Merge {
    /// The document as it came.
    baseline: Box<RawValue>,
    /// The document as it is to be.
    edited: Box<RawValue>,
    /// A fresher copy, which gets the edits instead of the baseline.
    #[serde(default)]
    current: Option<Box<RawValue>>,
    /// What JSON can't say about values of the edited document, by pointer: `{"/a/b":"autonull"}`.
    #[serde(default)]
    notes: Option<Box<RawValue>>,
    /// Guards to lift, by name or id: `caseTwin`, `K6`.
    #[serde(default)]
    force: Vec<String>,
}

pub(super) fn merge(request: Merge) -> Result<Output> {
    #[derive(Serialize)]
    struct Result {
        document: Box<RawValue>,
        #[serde(flatten)]
        report: Report,
    }
    let merged = merged(
        request.baseline.get(),
        request.edited.get(),
        request.current.as_deref().map(RawValue::get),
        request.notes.as_deref(),
        &request.force,
    )?;
    let report = Report::of(&merged)?;
    Output::of(&Result { document: raw(&merged.body)?, report })
}

/// The merge of an edited document into its baseline, with the errors of the contract.
pub(super) fn merged(
    baseline: &str,
    edited: &str,
    current: Option<&str>,
    notes: Option<&RawValue>,
    force: &[String],
) -> Result<MergeOutcome> {
    let notes = match notes {
        Some(notes) => Notes::parse(notes.get()).map_err(|error| {
            Error::new(&codes::REQUEST_INVALID, format!("`notes` can't be read: {error}"))
                .detail(Detail::at("/notes", error.to_string()))
        })?,
        None => Notes::default(),
    };
    let force = force.iter().map(|name| name.parse::<Guard>()).collect::<std::result::Result<Vec<_>, _>>();
    let force = force.map_err(|error| {
        Error::new(&codes::REQUEST_INVALID, error.to_string()).detail(Detail::at("/force", error.to_string()))
    })?;
    document::merge(baseline, edited, &notes, current, &MergeOptions { force, ..MergeOptions::default() })
        .map_err(merge_error)
}

/// What a merge did, for a response.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The edits as operations of JSON Patch (RFC 6902); what stood there before is beside the new value.
    edits: Vec<Edit>,
    /// Guards that tripped and were lifted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lifted: Vec<Detail>,
    /// What was decided on the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<Remark>,
    /// Whether the edits went into a fresher copy than the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    three_way: bool,
    /// Whether there was no baseline, so that the service's present copy stood in for it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) two_way: bool,
}

#[derive(Debug, Serialize)]
struct Edit {
    op: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Box<RawValue>>,
}

#[derive(Debug, Serialize)]
struct Remark {
    pointer: String,
    kind: String,
}

impl Report {
    pub(super) fn of(merged: &MergeOutcome) -> Result<Report> {
        let mut edits = Vec::with_capacity(merged.edits.len());
        for edit in &merged.edits {
            edits.push(Edit {
                op: edit.op.name(),
                path: edit.path.to_string(),
                value: edit.value.as_deref().map(raw).transpose()?,
                old: edit.old.as_deref().map(raw).transpose()?,
            });
        }
        let remark = |remark: &document::Remark| Remark {
            pointer: remark.pointer.to_string(),
            kind: remark.kind.name().to_owned(),
        };
        Ok(Report {
            edits,
            lifted: merged.lifted.iter().map(tripped).collect(),
            remarks: merged.remarks.iter().map(remark).collect(),
            three_way: merged.three_way,
            two_way: false,
        })
    }
}

fn merge_error(error: MergeError) -> Error {
    let message = error.to_string();
    match error {
        MergeError::Baseline(error) => invalid("/baseline", message, &error),
        MergeError::Edited(error) => invalid("/edited", message, &error),
        MergeError::Current(error) => invalid("/current", message, &error),
        MergeError::Damaged(trips) => Error::new(&codes::DOCUMENT_DAMAGED, message).details(trips.iter().map(tripped)),
        MergeError::Conflict(conflicts) => {
            Error::new(&codes::DOCUMENT_CONFLICT, message).details(conflicts.iter().map(conflicting))
        }
        MergeError::NotFinite { pointer } => Error::new(&codes::DOCUMENT_INVALID, message)
            .detail(Detail::at(pointer.to_string(), "not a number of JSON")),
        MergeError::Notes { reason } => {
            Error::new(&codes::REQUEST_INVALID, message).detail(Detail::at("/notes", reason))
        }
        _ => Error::new(&codes::INTERNAL_STATE, message),
    }
}

fn invalid(pointer: &str, message: String, error: &document::SyntaxError) -> Error {
    Error::new(super::document::syntax_code(error), message).detail(Detail::at(pointer, error.to_string()))
}

fn tripped(trip: &Trip) -> Detail {
    Detail {
        pointer: Some(trip.pointer.to_string()),
        message: format!("{} ({}): {}", trip.message, trip.guard.name(), trip.guard.remedy()),
        code: Some(trip.guard.id().to_owned()),
        old: trip.old.clone(),
        new: trip.new.clone(),
    }
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

/// `document.patch`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Patch {
    /// The document.
    document: Box<RawValue>,
    /// The operations of JSON Patch (RFC 6902), in their order; none is made when one can't be.
    operations: Box<RawValue>,
}

pub(super) fn patch(request: Patch) -> Result<Output> {
    let result = document::patch(request.document.get(), request.operations.get()).map_err(refused)?;
    Ok(Output { result, meta: Meta::default() })
}

fn raw(text: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.to_owned())
        .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("a value can't be written: {error}")))
}
