//! Makes the contract from the types of the table, which [`schemars`] describes.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::super::call::Meta;
use super::super::ids::{self, Ids};
use super::super::operation::Operation;
use super::{ABI_VERSION, error_entries, guard_entries, release_file};
use crate::config::Config;
use crate::error::{Class, Error};
use crate::events::Event;

const DESCRIPTION: &str = "The requests, results, events and errors of StoreShip's JSON language. A response of \
    `storeship_call` is this schema. `x-operations` lists the operations, `x-client-config` describes the argument of \
    `storeship_client_open`, and `x-release-file` the file of `releasePath`. References into `openapi.json` lead to the documents of the service. A field with \
    `x-any-json` takes any JSON value and keeps a null; in any other optional field of a request or a configuration a null \
    means that the field is absent. Later versions add operations, fields, codes, events and values of enumerations: \
    ignore unknown ones.";

/// The contract of these operations.
pub(super) fn contract(table: &[Operation]) -> Value {
    let mut requests = SchemaSettings::draft2020_12().for_deserialize().into_generator();
    let mut answers = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut roots = Map::new();
    let mut operations = Vec::new();
    for operation in table {
        let name = pascal(operation.name);
        roots.insert(format!("{name}Request"), request(operation, &mut requests));
        let result = (operation.result)(&mut answers).to_value();
        let result = if result.get("$ref").is_some() && result.as_object().is_some_and(|members| members.len() == 1) {
            result
        } else {
            roots.insert(format!("{name}Result"), result);
            reference(&format!("{name}Result"))
        };
        let meta = answers.subschema_for::<Meta>().to_value();
        let error = answers.subschema_for::<Error>().to_value();
        operations.push(entry(operation, &name, result, meta, error));
    }
    let config = requests.subschema_for::<Config>().to_value();
    let event = event(&mut answers);
    let mut definitions = definitions(requests.take_definitions(true), answers.take_definitions(true), roots, event);
    let file = definitions.get("PublishRequest").map(release_file::of_request);
    definitions.extend(file.map(|file| ("ReleaseFile".to_owned(), file)));
    let mut contract = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "StoreShip",
        "description": DESCRIPTION,
        "oneOf": [reference("Success"), reference("Failure")],
        "x-abi-version": ABI_VERSION,
        "x-statuses": statuses(),
        "x-errors": to_value(&error_entries()),
        "x-guards": to_value(&guard_entries()),
        "x-client-config": config,
        "x-release-file": reference("ReleaseFile"),
        "x-operations": operations,
        "$defs": definitions,
    });
    unwrap_lines(&mut contract);
    contract
}

fn entry(operation: &Operation, name: &str, result: Value, meta: Value, error: Value) -> Value {
    let events: &[&str] =
        if operation.long { &["progress", "status", "log", "item", "completed"] } else { &["log", "completed"] };
    json!({
        "name": operation.name,
        "function": operation.function(),
        "summary": operation.summary,
        "long": operation.long,
        "offline": operation.is_offline(),
        "request": reference(&format!("{name}Request")),
        "result": result,
        "meta": meta,
        "error": error,
        "events": events,
    })
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

/// `add_on.list` becomes `AddOnList`.
fn pascal(name: &str) -> String {
    name.split(['.', '_'])
        .flat_map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)))
        .collect()
}

fn to_value<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// The numbers that the C functions return.
fn statuses() -> Vec<Value> {
    let row = |name: &str, value: i32, meaning: &str| json!({ "name": name, "value": value, "meaning": meaning });
    let ok = row("STORESHIP_OK", 0, "Success.");
    let nothing = row(
        "STORESHIP_NOTHING_YET",
        1,
        "storeship_job_next and storeship_client_next: no event arrived within the timeout.",
    );
    let classes = Class::ALL.iter().map(|(class, name, meaning)| row(name, *class as i32, meaning));
    [ok, nothing].into_iter().chain(classes).collect()
}

/// The request of an operation: its ids, its own fields and the time limit.
fn request(operation: &Operation, generator: &mut SchemaGenerator) -> Value {
    let schema = (operation.request)(generator).to_value();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, needed) in operation.ids.fields() {
        let id =
            json!({ "type": "string", "pattern": "\\S", "description": id_summary(name, operation.ids), "x-id": true });
        properties.insert((*name).to_owned(), id);
        required.extend(needed.then(|| json!(name)));
    }
    let own_required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        properties.insert(name.clone(), property.clone());
    }
    required.extend(own_required);
    let limit = json!({ "type": "number", "minimum": 0, "description": "The time limit for the whole call, in seconds. Without it there is none." });
    properties.insert("timeoutSeconds".to_owned(), limit);
    if !operation.is_offline() {
        let patience = json!({
            "type": "integer", "minimum": 0, "maximum": ids::DAY,
            "description": "How long a request that fails is retried, in seconds, in place of `retry.retryTimeoutSeconds` of the configuration. 0: every request is sent once.",
        });
        properties.insert("retryTimeoutSeconds".to_owned(), patience);
    }
    let mut request = json!({
        "type": "object",
        "description": format!("The request of `{}`.", operation.name),
        "properties": properties,
        "additionalProperties": false,
    });
    if let Value::Object(members) = &mut request {
        if !required.is_empty() {
            members.insert("required".to_owned(), Value::Array(required));
        }
        members.extend(id_rules(operation.ids));
    }
    adapt_request(&mut request);
    request
}

/// The description of an id, here and in `library.operations`.
fn id_summary(name: &str, ids: Ids) -> &'static str {
    match name {
        "appId" => "The Store id of the app.",
        "appName" => "In place of `appId`: the Store id, package identity name or exact name of the app.",
        "flightId" => "The id of the package flight.",
        "flightName" => "In place of `flightId`: the name of the flight, in any letter case.",
        "addOnId" => "The Store id of the add-on.",
        "releasePath" => {
            "A JSON file with the other fields, such as `release.json`. Fields of the request come before those of the file."
        }
        _ => match ids {
            Ids::Pending => "The id of the submission. Default: the pending submission.",
            Ids::Current => {
                "The id of the submission. Default: the pending submission, or the published one if none is pending."
            }
            Ids::Published => "The id of the submission. Default: the published submission.",
            _ => "The id of the submission.",
        },
    }
}

/// The schema rules about which ids of a request exclude or need each other.
fn id_rules(ids: Ids) -> Map<String, Value> {
    let one_of = |names: &[&str]| names.iter().map(|name| json!({ "required": [name] })).collect::<Vec<_>>();
    let without = |names: &[&str]| json!({ "not": { "anyOf": one_of(names) } });
    let flight = json!({
        "flightId": without(&["flightName", "addOnId"]),
        "flightName": without(&["addOnId"]),
    });
    let rules = match ids {
        Ids::Nothing | Ids::AddOn => json!({}),
        Ids::App => json!({ "oneOf": one_of(&["appId", "appName"]) }),
        Ids::Flight => json!({
            "allOf": [
                { "oneOf": one_of(&["appId", "appName"]) },
                { "oneOf": one_of(&["flightId", "flightName"]) },
            ],
        }),
        // The file may name the product.
        Ids::Release => json!({
            "anyOf": one_of(&["appId", "appName", "addOnId", "releasePath"]),
            "dependentSchemas": {
                "appId": without(&["appName", "addOnId"]),
                "appName": without(&["addOnId"]),
                "flightId": without(&["flightName", "addOnId"]),
                "flightName": without(&["addOnId"]),
            },
        }),
        Ids::Product | Ids::Submission | Ids::Pending | Ids::Current | Ids::Published => json!({
            "oneOf": one_of(&["appId", "appName", "addOnId"]),
            "dependentSchemas": flight,
        }),
    };
    match rules {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}

/// Adapts a generated schema to what a request may hold: an optional field may be null, which means absent.
fn adapt_request(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    let required: Vec<Value> = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, property) in members.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(members) = any_json(property) else { continue };
        if members.get("default").is_some_and(Value::is_null) {
            members.remove("default");
        }
        let optional = !required.iter().any(|field| field == name.as_str()) && !members.contains_key("x-id");
        if optional && !members.contains_key("x-any-json") {
            nullable(members);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = members.get_mut(key) {
            adapt_request(inner);
        }
    }
    for key in ["oneOf", "anyOf"] {
        members.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(adapt_request);
    }
}

/// Marks a field that takes any JSON value.
fn any_json(property: &mut Value) -> Option<&mut Map<String, Value>> {
    if property == &Value::Bool(true) {
        *property = json!({});
    }
    let members = property.as_object_mut()?;
    if !["type", "$ref", "oneOf", "anyOf", "enum", "const"].iter().any(|key| members.contains_key(*key)) {
        members.insert("x-any-json".to_owned(), Value::Bool(true));
    }
    Some(members)
}

fn nullable(members: &mut Map<String, Value>) {
    match members.get_mut("type") {
        Some(Value::String(name)) => {
            let both = json!([name, "null"]);
            members.insert("type".to_owned(), both);
        }
        Some(_) => {}
        None => {
            if let Some(target) = members.remove("$ref") {
                members.insert("anyOf".to_owned(), json!([{ "$ref": target }, { "type": "null" }]));
            }
        }
    }
}

/// Adapts a generated schema to what a result holds: an optional field is absent, and never null.
fn adapt_result(schema: &mut Value) {
    let Some(members) = schema.as_object_mut() else { return };
    let required: Vec<Value> = members.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for (name, property) in members.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        if let (Some(members), false) = (property.as_object_mut(), required.iter().any(|field| field == name.as_str()))
        {
            not_null(members);
        }
    }
}

fn not_null(members: &mut Map<String, Value>) {
    if let Some(names) = members.get_mut("type").and_then(Value::as_array_mut) {
        names.retain(|name| name != "null");
        if let [name] = names.as_slice() {
            let name = name.clone();
            members.insert("type".to_owned(), name);
        }
    }
    if let Some(variants) = members.get_mut("anyOf").and_then(Value::as_array_mut) {
        variants.retain(|variant| variant.get("type").and_then(Value::as_str) != Some("null"));
        if let [variant] = variants.as_slice()
            && let Value::Object(inner) = variant.clone()
        {
            members.remove("anyOf");
            members.extend(inner.into_iter().filter(|(name, _)| name != "description"));
        }
    }
}

/// Puts each description in one line: doc comments wrap it.
fn unwrap_lines(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if key == "description" => *text = text.replace('\n', " "),
                    _ => unwrap_lines(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(unwrap_lines),
        _ => {}
    }
}

/// The events of a job: those of [`Event`], and the last one, which holds the response.
fn event(generator: &mut SchemaGenerator) -> Value {
    let mut event = Event::json_schema(generator).to_value();
    let completed = json!({
        "type": "object",
        "description": "The last event of a job.",
        "properties": {
            "type": { "type": "string", "const": "completed" },
            "response": { "oneOf": [reference("Success"), reference("Failure")], "description": "The response of the operation." },
        },
        "required": ["type", "response"],
    });
    if let Some(kinds) = event.get_mut("oneOf").and_then(Value::as_array_mut) {
        kinds.push(completed);
    }
    event
}

/// Merges the definitions of requests and results into one map. A type that both use is in it once if its two schemas
/// are equal; otherwise the request's has the name `…Input`.
fn definitions(
    requests: Map<String, Value>,
    answers: Map<String, Value>,
    roots: Map<String, Value>,
    event: Value,
) -> Map<String, Value> {
    let mut all = answers;
    all.values_mut().for_each(adapt_result);
    let mut renamed = Vec::new();
    let mut inputs = Map::new();
    for (name, mut definition) in requests {
        adapt_request(&mut definition);
        let clashes = all.get(&name).is_some_and(|other| *other != definition);
        let new = if clashes { format!("{name}Input") } else { name.clone() };
        if clashes {
            renamed.push((format!("#/$defs/{name}"), format!("#/$defs/{new}")));
        }
        inputs.insert(new, definition);
    }
    for (name, mut definition) in inputs {
        redirect(&mut definition, &renamed);
        all.insert(name, definition);
    }
    for (name, mut root) in roots {
        match name.ends_with("Request") {
            true => redirect(&mut root, &renamed),
            false => adapt_result(&mut root),
        }
        all.insert(name, root);
    }
    all.insert("Event".to_owned(), event);
    all.insert(
        "Success".to_owned(),
        json!({
            "type": "object",
            "description": "The response of a call that succeeded.",
            "properties": {
                "ok": { "const": true },
                "result": { "description": "The result of the operation." },
                "meta": { "$ref": "#/$defs/Meta" },
            },
            "required": ["ok", "result"],
        }),
    );
    all.insert(
        "Failure".to_owned(),
        json!({
            "type": "object",
            "description": "The response of a call that failed.",
            "properties": { "ok": { "const": false }, "error": { "$ref": "#/$defs/Error" } },
            "required": ["ok", "error"],
        }),
    );
    all
}

/// Rewrites the references to renamed definitions.
fn redirect(schema: &mut Value, renamed: &[(String, String)]) {
    match schema {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(target) if key == "$ref" => {
                        if let Some((_, new)) = renamed.iter().find(|(old, _)| old == target) {
                            new.clone_into(target);
                        }
                    }
                    _ => redirect(value, renamed),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redirect(item, renamed)),
        _ => {}
    }
}
