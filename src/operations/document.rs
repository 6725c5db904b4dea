//! `document.*`: texts in, texts out, without a network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Meta, Output};
use crate::document::{self, DocumentError, Places, Problem, Style, SyntaxError};
use crate::error::{Code, Detail, Error, Result, codes};

/// A document and a place in it.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// The document.
    document: Box<RawValue>,
    /// A JSON Pointer (RFC 6901): `/listings/en-us/baseListing/title`.
    pointer: String,
}

pub(super) fn get(request: Place) -> Result<Output> {
    let value = document::get(request.document.get(), &request.pointer).map_err(refused)?;
    Ok(text(value.to_owned()))
}

/// `document.set`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    /// The document.
    document: Box<RawValue>,
    /// A JSON Pointer; its parent must exist. `-` appends to an array.
    pointer: String,
    /// The new value, taken over as it is written.
    value: Box<RawValue>,
}

pub(super) fn set(request: Set) -> Result<Output> {
    let edited = document::set(request.document.get(), &request.pointer, request.value.get());
    Ok(text(edited.map_err(refused)?))
}

pub(super) fn remove(request: Place) -> Result<Output> {
    Ok(text(document::remove(request.document.get(), &request.pointer).map_err(refused)?))
}

/// `document.format`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Format {
    /// The document.
    document: Box<RawValue>,
    /// How the white space is to be; nothing else changes.
    style: Spacing,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Spacing {
    Pretty,
    Compact,
}

pub(super) fn format(request: Format) -> Result<Output> {
    let style = match request.style {
        Spacing::Pretty => Style::Pretty,
        Spacing::Compact => Style::Compact,
    };
    Ok(text(document::format(request.document.get(), style).map_err(refused)?))
}

fn text(result: String) -> Output {
    Output { result, meta: Meta::default() }
}

/// The error of a document operation.
pub(super) fn refused(error: DocumentError) -> Error {
    let message = error.to_string();
    match error {
        DocumentError::Document(error) => {
            Error::new(syntax_code(&error), message).detail(Detail::at("/document", error.to_string()))
        }
        DocumentError::Value(error) => {
            Error::new(syntax_code(&error), message).detail(Detail::at("/value", error.to_string()))
        }
        DocumentError::Patch(_)
        | DocumentError::OperationForm { .. }
        | DocumentError::Operation { .. }
        | DocumentError::Test { .. } => {
            Error::new(&codes::DOCUMENT_PATCH, message.clone()).detail(Detail::at("/operations", message))
        }
        _ => Error::new(&codes::DOCUMENT_POINTER, message).detail(Detail::at("/pointer", "leads to nothing")),
    }
}

/// The code of a text that is not a document.
pub(super) fn syntax_code(error: &SyntaxError) -> &'static Code {
    match error.problem {
        Problem::TooLarge { .. } => &codes::DOCUMENT_TOO_LARGE,
        _ => &codes::DOCUMENT_INVALID,
    }
}

/// `document.inspect`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Inspect {
    /// The document.
    document: Box<RawValue>,
}

pub(super) fn inspect(request: Inspect) -> Result<Output> {
    let found = document::inspect(request.document.get()).map_err(|error| refused(DocumentError::Document(error)))?;
    let places = |places: &Places| Found {
        count: places.count,
        pointers: places.first.iter().map(ToString::to_string).collect(),
    };
    Output::of(&Inspected {
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
#[schemars(rename = "DocumentFacts")]
pub(super) struct Inspected {
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
    duplicate_names: Found,
    /// Names in one object that differ in letter case only.
    case_twins: Found,
    /// Strings with half of a surrogate pair, which is no character.
    lone_surrogates: Found,
}

/// The places of one kind of finding.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DocumentPlaces")]
struct Found {
    /// The number of places.
    count: usize,
    /// JSON Pointers to the first of them.
    pointers: Vec<String>,
}
