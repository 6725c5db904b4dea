//! `library.*`: facts about the library, its operations, its error codes, its guards, its rules and its contract.

use schemars::JsonSchema;
use serde::Serialize;

use super::call::{Nothing, Output};
use super::contract::{
    ABI_VERSION, ErrorEntry, Field, GuardEntry, contract, error_entries, guard_entries, of_request, of_result,
};
use super::operation::{Operation, offline};
use super::types;
use crate::check::{RULES, Rule};
use crate::error::Result;

/// `table` returns all operations, these included.
pub(super) fn rows(table: fn() -> &'static [Operation]) -> Vec<Operation> {
    vec![
        offline("library.info", "version, ABI version and features of the library", info).returns::<Info>(),
        offline("library.operations", "all operations with their fields", move |_: Nothing| operations(table()))
            .returns::<Operations>(),
        offline("library.errors", "all error codes with meaning and remedy", errors).returns::<Errors>(),
        offline("library.guards", "all guards of a merge with meaning and remedy", guards).returns::<Guards>(),
        offline("library.checks", "all rules that a release is checked against, with meaning and remedy", checks)
            .returns::<Checks>(),
        offline("library.schema", "the contract as JSON Schema", move |_: Nothing| schema(table()))
            .returns::<types::AnyJson>(),
    ]
}

/// The optional parts of the library by the names of their Cargo features, and whether this build has them.
const FEATURES: &[(&str, bool)] = &[
    ("clear-memory", cfg!(feature = "clear-memory")),
    ("contract", cfg!(feature = "contract")),
    ("emulator", cfg!(feature = "emulator")),
];

/// The library.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "LibraryInfo")]
struct Info {
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
    /// The optional parts that the library was built with, by the names of their Cargo features.
    features: Vec<&'static str>,
}

fn info(_: Nothing) -> Result<Output> {
    Output::of(&Info {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        abi_version: ABI_VERSION,
        system: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        features: FEATURES.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect(),
    })
}

/// All operations.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "OperationList")]
struct Operations {
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

fn operations(table: &'static [Operation]) -> Result<Output> {
    let contract = contract(table)?;
    let entry = |operation: &Operation| OperationEntry {
        name: operation.name,
        function: operation.function(),
        summary: operation.summary,
        long: operation.long,
        fields: of_request(contract, operation.name),
        result: of_result(contract, operation.name),
    };
    Output::of(&Operations { operations: table.iter().map(entry).collect() })
}

/// All error codes.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ErrorList")]
struct Errors {
    /// The codes, in the order of docs/errors.md.
    errors: Vec<ErrorEntry>,
}

fn errors(_: Nothing) -> Result<Output> {
    Output::of(&Errors { errors: error_entries() })
}

fn schema(table: &'static [Operation]) -> Result<Output> {
    Ok(Output::text(contract(table)?.to_string()))
}

/// All guards.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "GuardList")]
struct Guards {
    /// The guards, in the order of their ids.
    guards: Vec<GuardEntry>,
}

fn guards(_: Nothing) -> Result<Output> {
    Output::of(&Guards { guards: guard_entries() })
}

/// All rules.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "CheckList")]
struct Checks {
    /// The rules, in the order of their ids.
    checks: &'static [&'static Rule],
}

fn checks(_: Nothing) -> Result<Output> {
    Output::of(&Checks { checks: RULES })
}
