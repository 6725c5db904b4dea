//! The tables of the contract: status numbers and error codes.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::{Class, codes};

/// The version of the C ABI and of the JSON language. Within a version things are only added.
pub const ABI_VERSION: u32 = 1;

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
    let entry = |code: &&codes::Code| ErrorEntry {
        code: code.name,
        class: code.class as i32,
        retryable: code.retryable,
        meaning: code.meaning,
        remedy: code.remedy,
    };
    codes::ALL.iter().map(entry).collect()
}

/// The numbers that the C functions return.
pub(super) fn statuses() -> Vec<Value> {
    let row = |name: &str, value: i32, meaning: &str| json!({ "name": name, "value": value, "meaning": meaning });
    let ok = row("STORESHIP_OK", 0, "Success.");
    let nothing = row("STORESHIP_NOTHING_YET", 1, "storeship_job_next: nothing has happened in that time.");
    let classes = Class::ALL.iter().map(|(class, name, meaning)| row(name, *class as i32, meaning));
    [ok, nothing].into_iter().chain(classes).collect()
}
