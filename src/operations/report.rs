//! What a merge did, as a response tells it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::document::{self, MergeOutcome, Trip};
use crate::error::{Detail, Error, Result, codes};

/// What a merge did, for a response.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MergeReport")]
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

/// One change of a document, as an operation of JSON Patch (RFC 6902) with the value that was there before.
#[derive(Debug, Serialize, JsonSchema)]
struct Edit {
    /// `add`, `replace` or `remove`.
    op: &'static str,
    /// A JSON Pointer.
    path: String,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Box<RawValue>>,
}

/// A decision of a merge that its caller may want to know.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MergeRemark")]
struct Remark {
    /// A JSON Pointer into the document.
    pointer: String,
    /// The decision.
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

/// A guard that tripped, as a detail.
pub(super) fn tripped(trip: &Trip) -> Detail {
    Detail {
        pointer: Some(trip.pointer.to_string()),
        message: format!("{} ({}): {}", trip.message, trip.guard.name(), trip.guard.remedy()),
        code: Some(trip.guard.id().to_owned()),
        old: trip.old.clone(),
        new: trip.new.clone(),
    }
}

/// A value as it is written.
pub(super) fn raw(text: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.to_owned())
        .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("a value can't be written: {error}")))
}
