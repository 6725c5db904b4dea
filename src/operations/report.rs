//! What an operation changed in a document: the part of `meta` about edits and merges.

use schemars::JsonSchema;
use serde::Serialize;

use crate::document::{self, MergeOutcome, Pointer, Trip};
use crate::error::Detail;

/// What a merge decided, beside its edits.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MergeReport {
    /// Guards that tripped and were lifted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lifted: Vec<Detail>,
    /// Decisions that the caller may want to know about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<Remark>,
    /// Whether the edits were made in a document that is newer than the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    three_way: bool,
    /// Whether the request had no baseline, so that the present document of the service was used as the baseline.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) two_way: bool,
}

/// A decision of a merge that the caller may want to know about.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MergeRemark")]
struct Remark {
    /// A JSON Pointer into the edited document.
    #[schemars(with = "String")]
    pointer: Pointer,
    /// `wrapped`: a single value was taken for an array with this element. `emptied`: the `null` of a command without
    /// output was taken for the empty array. `dateRespelled`: a date that was only spelled differently keeps the text of
    /// the baseline. `jobMemberDropped`: a member that a PowerShell job added was left out. Any other kind is a note of the
    /// request.
    kind: String,
}

impl MergeReport {
    pub(super) fn of(merged: &MergeOutcome) -> MergeReport {
        let remark =
            |remark: &document::Remark| Remark { pointer: remark.pointer.clone(), kind: remark.kind.name().to_owned() };
        MergeReport {
            lifted: merged.lifted.iter().map(tripped).collect(),
            remarks: merged.remarks.iter().map(remark).collect(),
            three_way: merged.three_way,
            two_way: false,
        }
    }

    /// Guards that tripped and were lifted.
    pub(super) fn lifted(&self) -> &[Detail] {
        &self.lifted
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
