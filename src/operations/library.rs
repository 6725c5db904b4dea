//! `library.*`: facts about the library, its operations, its error codes and its contract.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Meta, Output};
use super::contract::{Field, contract, of_request, of_result};
use super::{ABI_VERSION, Operation, table};
use crate::error::{Result, codes};

/// The request of an operation without fields of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The library.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LibraryInfo")]
pub(super) struct Info {
    /// `storeship`.
    name: &'static str,
    /// The version of the library: `0.1.0`.
    version: &'static str,
    /// The version of the C ABI and of the contract.
    abi_version: u32,
    /// The operating system that the library was built for: `linux`, `windows`, `macos`.
    system: &'static str,
    /// The processor architecture that the library was built for: `x86_64`, `aarch64`.
    architecture: &'static str,
    /// Optional parts that the library was built with.
    features: &'static [&'static str],
}

pub(super) fn info(_: Nothing) -> Result<Output> {
    let features: &[&str] = if cfg!(feature = "emulator") { &["emulator"] } else { &[] };
    Output::of(&Info {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        abi_version: ABI_VERSION,
        system: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        features,
    })
}

/// All operations.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationList")]
pub(super) struct Operations {
    /// The operations, by noun.
    operations: Vec<OperationEntry>,
}

/// One operation.
#[derive(Serialize, JsonSchema)]
struct OperationEntry {
    /// `submission.create`.
    name: &'static str,
    /// The C function: `storeship_submission_create`.
    function: String,
    /// One line for people.
    summary: &'static str,
    /// Whether it may take minutes, so that it is best run as a job.
    long: bool,
    /// The fields of the request.
    fields: Vec<Field>,
    /// The result.
    result: Field,
}

pub(super) fn operations(_: Nothing) -> Result<Output> {
    let entry = |operation: &Operation| OperationEntry {
        name: operation.name,
        function: operation.function(),
        summary: operation.summary,
        long: operation.long,
        fields: of_request(contract(), operation.name),
        result: of_result(contract(), operation.name),
    };
    Output::of(&Operations { operations: table().iter().map(entry).collect() })
}

/// All error codes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ErrorList")]
pub(super) struct Errors {
    /// The codes, in the order of docs/errors.md.
    errors: Vec<ErrorEntry>,
}

/// One error code.
#[derive(Serialize, JsonSchema)]
pub(super) struct ErrorEntry {
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
pub(super) fn error_entries() -> Vec<ErrorEntry> {
    let entry = |code: &&codes::Code| ErrorEntry {
        code: code.name,
        class: code.class as i32,
        retryable: code.retryable,
        meaning: code.meaning,
        remedy: code.remedy,
    };
    codes::ALL.iter().map(entry).collect()
}

pub(super) fn errors(_: Nothing) -> Result<Output> {
    Output::of(&Errors { errors: error_entries() })
}

pub(super) fn schema(_: Nothing) -> Result<Output> {
    Ok(Output { result: contract().to_string(), meta: Meta::default() })
}
