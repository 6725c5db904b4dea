//! The error codes, for `library.errors` and the contract.

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::codes;

/// One error code.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ErrorEntry {
    /// `submission.pending_exists`.
    code: &'static str,
    /// The return value of the C functions.
    class: i32,
    /// Whether the same call may succeed later without a change.
    retryable: bool,
    /// What happened.
    meaning: &'static str,
    /// What to do.
    remedy: &'static str,
}

/// The rows of `library.errors`.
pub(crate) fn error_entries() -> Vec<ErrorEntry> {
    let entry = |code: &&crate::error::Code| ErrorEntry {
        code: code.name,
        class: code.class as i32,
        retryable: code.retryable,
        meaning: code.meaning,
        remedy: code.remedy,
    };
    codes::ALL.iter().map(entry).collect()
}
