//! The merge of `document.merge` and `submission.update`.

use serde_json::value::RawValue;

use super::document_error::merge_error;
use crate::document::{self, Guard, MergeOptions, MergeOutcome, Notes};
use crate::error::{Detail, Error, Result, codes};

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
