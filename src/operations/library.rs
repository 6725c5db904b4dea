//! `library.*`: what the library is, and which operations, error codes and guards it has.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::call::Output;
use super::{ABI_VERSION, Operation, table};
use crate::document::{GUARDS, Guard};
use crate::error::{Result, codes};

/// An operation that takes nothing.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

pub(super) fn info(_: Nothing) -> Result<Output> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Info {
        name: &'static str,
        version: &'static str,
        abi_version: u32,
        system: &'static str,
        architecture: &'static str,
        features: &'static [&'static str],
    }
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

pub(super) fn operations(_: Nothing) -> Result<Output> {
    #[derive(Serialize)]
    struct Operations {
        operations: Vec<Entry>,
    }
    #[derive(Serialize)]
    struct Entry {
        name: &'static str,
        function: String,
        summary: &'static str,
        long: bool,
        fields: Vec<Field>,
    }
    let entry = |operation: &Operation| Entry {
        name: operation.name,
        function: format!("storeship_{}", operation.name.replace('.', "_")),
        summary: operation.summary,
        long: operation.long,
        fields: fields(operation),
    };
    Output::of(&Operations { operations: table().iter().map(entry).collect() })
}

#[derive(Serialize)]
struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    required: bool,
    summary: String,
}

fn fields(operation: &Operation) -> Vec<Field> {
    let mut fields: Vec<Field> =
        operation.ids.fields().iter().map(|(name, required)| id_field(name, *required)).collect();
    let schema = (operation.schema)();
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        fields.push(Field {
            name: name.clone(),
            kind: kind(property),
            required: required.iter().any(|field| field == name.as_str()),
            summary: property.get("description").and_then(Value::as_str).unwrap_or_default().replace('\n', " "),
        });
    }
    fields.push(Field {
        name: "timeoutSeconds".to_owned(),
        kind: "number".to_owned(),
        required: false,
        summary: "the time for the whole call; none by default".to_owned(),
    });
    fields
}

fn id_field(name: &str, required: bool) -> Field {
    let summary = match name {
        "appId" => "the Store id of the app",
        "appName" => "in place of `appId`: the Store id, package identity name or exact name of the app",
        "flightId" => "the id of the package flight",
        "addOnId" => "the Store id of the add-on",
        _ => "the id of the submission",
    };
    Field { name: name.to_owned(), kind: "string".to_owned(), required, summary: summary.to_owned() }
}

/// `string`, `array of object`, `"pretty" | "compact"`, `any`.
fn kind(schema: &Value) -> String {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    if let Some(variants) = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(key)).and_then(Value::as_array) {
        let kinds: Vec<String> = variants.iter().map(kind).filter(|kind| kind != "null").collect();
        return kinds.join(" | ");
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    let name = match schema.get("type") {
        Some(Value::String(name)) => name.as_str(),
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("any")
        }
        _ => "any",
    };
    match (name, schema.get("items")) {
        ("array", Some(items)) => format!("array of {}", kind(items)),
        _ => name.to_owned(),
    }
}

pub(super) fn errors(_: Nothing) -> Result<Output> {
    #[derive(Serialize)]
    struct Errors {
        errors: Vec<Entry>,
    }
    #[derive(Serialize)]
    struct Entry {
        code: &'static str,
        class: i32,
        retryable: bool,
        meaning: &'static str,
        remedy: &'static str,
    }
    let entry = |code: &&codes::Code| Entry {
        code: code.name,
        class: code.class as i32,
        retryable: code.retryable,
        meaning: code.meaning,
        remedy: code.remedy,
    };
    Output::of(&Errors { errors: codes::ALL.iter().map(entry).collect() })
}

pub(super) fn guards(_: Nothing) -> Result<Output> {
    #[derive(Serialize)]
    struct Guards {
        guards: Vec<Entry>,
    }
    #[derive(Serialize)]
    struct Entry {
        id: &'static str,
        name: &'static str,
        meaning: &'static str,
        remedy: &'static str,
    }
    let entry =
        |guard: Guard| Entry { id: guard.id(), name: guard.name(), meaning: guard.meaning(), remedy: guard.remedy() };
    Output::of(&Guards { guards: GUARDS.into_iter().map(entry).collect() })
}
