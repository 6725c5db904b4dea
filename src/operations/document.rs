//! `document.*`: operations on JSON documents, without a network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::Output;
use super::document_error::refused;
use super::merge::merged;
use super::operation::{Operation, offline};
use super::report::MergeReport;
use super::types;
use crate::document::{self, DocumentError, Places, Pointer, Style};
use crate::error::Result;
use crate::http::redact;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        offline("document.get", "the value at a pointer, as it stands in the document", get)
            .returns::<types::AnyJson>(),
        offline("document.set", "the document with another value at a pointer", set).returns::<types::AnyJson>(),
        offline("document.remove", "the document without the value at a pointer", remove).returns::<types::AnyJson>(),
        offline("document.format", "the document with other white space", format).returns::<types::AnyJson>(),
        offline("document.inspect", "depth, duplicate keys and other oddities", inspect).returns::<DocumentFacts>(),
        offline("document.merge", "the baseline with the edits of an edited copy applied to its text", merge)
            .returns::<types::AnyJson>(),
        offline("document.patch", "the document after the operations of a JSON Patch", patch)
            .returns::<types::AnyJson>(),
    ]
}

/// A document and a place in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Place {
    /// The document.
    document: Box<RawValue>,
    /// A JSON Pointer (RFC 6901): `/listings/en-us/baseListing/title`.
    pointer: String,
}

fn get(request: Place) -> Result<Output> {
    let value = document::get(request.document.get(), &request.pointer).map_err(refused)?;
    Ok(Output::text(value.to_owned()))
}

/// `document.set`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Set {
    /// The document.
    document: Box<RawValue>,
    /// A JSON Pointer; its parent must exist. `-` appends to an array.
    pointer: String,
    /// The new value, which is inserted as it is written.
    value: Box<RawValue>,
}

fn set(request: Set) -> Result<Output> {
    let edited = document::set(request.document.get(), &request.pointer, request.value.get());
    Ok(Output::text(edited.map_err(refused)?))
}

fn remove(request: Place) -> Result<Output> {
    Ok(Output::text(document::remove(request.document.get(), &request.pointer).map_err(refused)?))
}

/// `document.format`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Format {
    /// The document.
    document: Box<RawValue>,
    /// The white space of the result. Nothing else changes.
    style: Spacing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Spacing {
    Pretty,
    Compact,
}

fn format(request: Format) -> Result<Output> {
    let style = match request.style {
        Spacing::Pretty => Style::Pretty,
        Spacing::Compact => Style::Compact,
    };
    Ok(Output::text(document::format(request.document.get(), style).map_err(refused)?))
}

/// `document.inspect`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Inspect {
    /// The document.
    document: Box<RawValue>,
}

fn inspect(request: Inspect) -> Result<Output> {
    let found = document::inspect(request.document.get()).map_err(|error| refused(DocumentError::Document(error)))?;
    let places = |places: &Places| DocumentPlaces { count: places.count, pointers: places.first.clone() };
    Output::of(&DocumentFacts {
        bytes: found.bytes,
        depth: found.depth,
        objects: found.objects,
        arrays: found.arrays,
        members: found.members,
        duplicate_names: places(&found.duplicate_names),
        case_twins: places(&found.case_twins),
        lone_surrogates: places(&found.lone_surrogates),
    })
}

/// The size and the unusual parts of a document.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct DocumentFacts {
    /// The size in bytes.
    bytes: usize,
    /// The depth of the deepest value.
    depth: usize,
    /// The number of objects.
    objects: usize,
    /// The number of arrays.
    arrays: usize,
    /// The number of members of all objects.
    members: usize,
    /// Names that an object has more than once.
    duplicate_names: DocumentPlaces,
    /// Names in one object that differ in letter case only.
    case_twins: DocumentPlaces,
    /// Strings with half of a surrogate pair, which is no character.
    lone_surrogates: DocumentPlaces,
}

/// The places of one kind of finding.
#[derive(Serialize, JsonSchema)]
struct DocumentPlaces {
    /// The number of places.
    count: usize,
    /// JSON Pointers to the first of them.
    #[schemars(with = "Vec<String>")]
    pointers: Vec<Pointer>,
}

/// `document.merge`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Merge {
    /// The document before the edits, as the service sent it.
    baseline: Box<RawValue>,
    /// The document with the edits.
    edited: Box<RawValue>,
    /// A newer version of the document. The edits are made in it instead of in the baseline.
    #[serde(default)]
    current: Option<Box<RawValue>>,
    /// Notes on values of the edited document, by JSON Pointer, for what JSON can't express: `{"/a/b":"autonull"}`.
    #[serde(default)]
    notes: Option<Box<RawValue>>,
    /// Guards to lift, by name or id: `caseTwin`, `K6`.
    #[serde(default)]
    force: Vec<String>,
}

fn merge(request: Merge) -> Result<Output> {
    let merged = merged(
        request.baseline.get(),
        request.edited.get(),
        request.current.as_deref().map(RawValue::get),
        request.notes.as_deref(),
        &request.force,
    )?;
    let report = MergeReport::of(&merged);
    let mut output = Output::text(merged.body);
    output.meta.report = Some(report);
    Ok(output.edits(merged.edits, redact::signatures))
}

/// `document.patch`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Patch {
    /// The document.
    document: Box<RawValue>,
    /// The operations of JSON Patch (RFC 6902), made in this order. If one fails, none is made.
    #[schemars(with = "Vec<PatchOperation>")]
    operations: Box<RawValue>,
}

fn patch(request: Patch) -> Result<Output> {
    let (result, edits) =
        document::patch_with_edits(request.document.get(), request.operations.get()).map_err(refused)?;
    Ok(Output::text(result).edits(edits, redact::signatures))
}

/// An operation of JSON Patch (RFC 6902).
#[derive(JsonSchema)]
#[allow(dead_code, reason = "the schema of what `document::patch` reads")]
struct PatchOperation {
    op: PatchOp,
    /// A JSON Pointer (RFC 6901). `-` in place of an index appends to an array.
    path: String,
    /// The JSON Pointer of the value that `move` and `copy` take.
    #[serde(default)]
    from: Option<String>,
    /// The value of `add`, `replace` and `test`.
    #[serde(default)]
    value: Option<Box<RawValue>>,
    /// The value before. When it is given, `add`, `remove` and `replace` are made only if an equal value is there.
    #[serde(default)]
    old: Option<Box<RawValue>>,
}

/// What an operation of JSON Patch does.
#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code, reason = "the schema of what `document::patch` reads")]
enum PatchOp {
    Add,
    Remove,
    Replace,
    Move,
    Copy,
    Test,
}

#[cfg(test)]
mod tests {
    use crate::operations::{find, run_offline, success};

    #[test]
    fn half_a_surrogate_pair_in_a_name_stays_an_escape() {
        for (operation, request) in [
            ("document.merge", r#"{"baseline":{"a\ud800":1},"edited":{"a\ud800":{"\udfff":2},"\uD801":3}}"#),
            (
                "document.patch",
                r#"{"document":{"a\ud800":1},"operations":[{"op":"replace","path":"/a\ud800","value":{"\udfff":2}},
                {"op":"add","path":"/\uD801","value":3}]}"#,
            ),
        ] {
            let row = find(operation).unwrap();
            let text = success(
                &run_offline(row, &request.replace("\"baseline\"", "\"force\":[\"K4\"],\"baseline\"")).unwrap(),
            );
            assert!(!text.contains('\u{fffd}') && !text.contains("\\ufffd"), "{operation}: {text}");
            for part in [r#""path":"/a\ud800""#, r#""path":"/\ud801""#, r#""value":{"\udfff":2}"#] {
                assert!(text.contains(part), "{operation}: {part} in {text}");
            }
        }
    }
}
