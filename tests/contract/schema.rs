//! The contract as JSON Schema: it is the committed file, it is complete, and it agrees with the header.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::support::{self, Store};
use super::{HEADER, committed, read_json};

/// The base URL of the two documents for the validator, which fetches nothing.
const BASE: &str = "https://contract.invalid/";

/// The contract with the service's OpenAPI beside it.
pub(crate) struct Contract {
    document: Value,
    registry: Registry<'static>,
    /// The compiled validators, by reference: compiling the service's schemas is slow.
    validators: Mutex<BTreeMap<String, Arc<Validator>>>,
}

impl Contract {
    /// The contract of this library. Members that it does not describe are forbidden, so that nothing is undocumented.
    pub(crate) fn get() -> &'static Contract {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(Contract::load)
    }

    fn load() -> Contract {
        let document = storeship::operations::contract().unwrap().clone();
        let mut closed = document.clone();
        close(&mut closed);
        let registry = Registry::new()
            .add(format!("{BASE}openapi.json"), read_json("contract/openapi.json"))
            .unwrap()
            .add(format!("{BASE}storeship.schema.json"), closed)
            .unwrap()
            .prepare()
            .unwrap();
        Contract { document, registry, validators: Mutex::default() }
    }

    fn operation(&self, name: &str) -> &Value {
        let operations = self.document["x-operations"].as_array().unwrap();
        operations.iter().find(|operation| operation["name"] == name).unwrap_or_else(|| panic!("no operation {name}"))
    }

    fn validator(&self, schema: &Value) -> Arc<Validator> {
        let target = schema["$ref"].as_str().unwrap();
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        let make = || {
            let file = if target.starts_with('#') { "storeship.schema.json" } else { "" };
            let schema = json!({ "$ref": format!("{BASE}{file}{target}") });
            Arc::new(jsonschema::options().with_registry(&self.registry).build(&schema).unwrap())
        };
        validators.entry(target.to_owned()).or_insert_with(make).clone()
    }

    fn faults(&self, what: &str, schema: &Value, instance: &Value) -> Vec<String> {
        let validator = self.validator(schema);
        validator.iter_errors(instance).map(|error| format!("{what}{}: {error}", error.instance_path())).collect()
    }

    /// What is wrong with a request.
    pub(crate) fn check_request(&self, operation: &str, request: &Value) -> Vec<String> {
        let entry = self.operation(operation);
        self.faults(&format!("the request of {operation} at "), &entry["request"], request)
    }

    /// What is wrong with a response.
    pub(crate) fn check_response(&self, operation: &str, response: &Value) -> Vec<String> {
        let entry = self.operation(operation);
        let at = |part: &str| format!("the {part} of {operation} at ");
        let envelope = if response["ok"] == true { "#/$defs/Success" } else { "#/$defs/Failure" };
        let mut faults = self.faults(&at("response"), &json!({ "$ref": envelope }), response);
        if let Some(result) = response.get("result") {
            faults.extend(self.faults(&at("result"), &entry["result"], result));
        }
        if let Some(meta) = response.get("meta") {
            faults.extend(self.faults(&at("meta"), &entry["meta"], meta));
        }
        faults
    }
}

/// Forbids members that a schema does not describe.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("properties").is_some_and(Value::is_object) && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn the_schema_file_is_the_contract() {
    let answer = support::call(0, "library.schema", "{}");
    assert_eq!(answer.result(), storeship::operations::contract().unwrap());
    assert!(jsonschema::draft202012::meta::is_valid(answer.result()), "no JSON Schema");
    committed("contract/storeship.schema.json", &format!("{:#}\n", answer.result()));
}

#[test]
fn every_reference_leads_somewhere() {
    let contract = Contract::get();
    let openapi = read_json("contract/openapi.json");
    let mut references = Vec::new();
    collect(&contract.document, "$ref", &mut references);
    assert!(references.len() > 100, "only {} references were found", references.len());
    for reference in references {
        let reference = reference.as_str().unwrap();
        let (document, pointer) = match reference.split_once('#').unwrap() {
            ("", pointer) => (&contract.document, pointer),
            ("openapi.json", pointer) => (&openapi, pointer),
            _ => panic!("{reference} leads elsewhere"),
        };
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

fn collect<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(name).filter(|value| value.is_string()));
            members.values().for_each(|value| collect(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        _ => {}
    }
}

/// Each field says what it is, in a sentence.
#[test]
fn every_field_is_described() {
    let mut missing = Vec::new();
    for (name, definition) in storeship::operations::contract().unwrap()["$defs"].as_object().unwrap() {
        undescribed(name, definition, &mut missing);
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

fn undescribed(at: &str, schema: &Value, missing: &mut Vec<String>) {
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}.{name}");
        let described = ["description", "$ref", "const"].iter().any(|key| property.get(key).is_some());
        if !described {
            missing.push(at.clone());
        }
        undescribed(&at, property, missing);
    }
    for key in ["oneOf", "anyOf"] {
        schema[key].as_array().into_iter().flatten().for_each(|variant| undescribed(at, variant, missing));
    }
    undescribed_items(at, schema, missing);
}

fn undescribed_items(at: &str, schema: &Value, missing: &mut Vec<String>) {
    if schema["items"].is_object() {
        undescribed(at, &schema["items"], missing);
    }
}

#[test]
fn the_statuses_are_those_of_the_header() {
    let mut defined: Vec<(&str, i64)> = Vec::new();
    for line in HEADER.lines().filter_map(|line| line.strip_prefix("#define STORESHIP_")) {
        if let Some((name, Ok(number))) = line.split_once(' ').map(|(name, number)| (name, number.parse())) {
            defined.push((name, number));
        }
    }
    let statuses = &storeship::operations::contract().unwrap()["x-statuses"];
    let mut listed = Vec::new();
    for status in statuses.as_array().unwrap() {
        let name = status["name"].as_str().unwrap();
        listed.push((name.strip_prefix("STORESHIP_").unwrap(), status["value"].as_i64().unwrap()));
        let comment = format!(" * {}\n */\n#define {name} ", status["meaning"].as_str().unwrap());
        assert!(HEADER.contains(&comment), "the header does not describe {name} as the contract does");
    }
    assert!(defined.len() > 10, "only {} numbers were found in the header", defined.len());
    assert_eq!(listed, defined);
}

/// The build makes the header; the committed one is for C programs that are built without Rust.
#[test]
fn the_header_is_the_committed_one() {
    committed("include/storeship.h", HEADER);
}

#[test]
fn the_events_of_a_job_are_described() {
    let contract = Contract::get();
    let store = Store::start();
    store.package("Contoso.msix", "2.0.0.0");
    let client = store.client();
    let folder = store.folder.path().to_str().unwrap().replace('\\', "/");
    let golden = read_json("tests/contract/operations/publish.json");
    let request = golden["request"].to_string().replace("$folder", &folder);
    let (events, answer) = client.job("publish", serde_json::from_str(&request).unwrap());
    let mut faults = contract.check_response("publish", &answer.json);
    let event = json!({ "$ref": "#/$defs/Event" });
    for sent in &events {
        faults.extend(contract.faults(&format!("the event {sent} at "), &event, sent));
    }
    let completed = json!({ "type": "completed", "response": answer.json });
    faults.extend(contract.faults("the event completed at ", &event, &completed));
    assert!(faults.is_empty(), "{faults:#?}");
    for kind in ["progress", "status"] {
        assert!(events.iter().any(|event| event["type"] == kind), "no event {kind} in {events:?}");
    }
}

#[test]
fn the_schema_refuses_the_configurations_that_the_library_refuses() {
    let contract = Contract::get();
    let cases = [
        (json!({ "credential": { "type": "token", "accessToken": "a" } }), true),
        (json!({ "credential": { "type": "token", "accessToken": "a", "expiresAt": null }, "proxy": null }), true),
        (json!({ "credential": { "type": "token" } }), false),
        (json!({ "credential": { "type": "Token", "accessToken": "a" } }), false),
        (json!({ "credential": { "type": "token", "accessToken": "a", "tenantId": "t" } }), false),
        (json!({ "credential": { "type": "azureCli" }, "retry": { "baseMs": 0 }, "limit": { "perMinute": 0 } }), true),
        (json!({ "credential": { "type": "azureCli" }, "retry": { "retryTimeoutSeconds": 86_401 } }), false),
        (json!({ "credential": { "type": "azureCli" }, "retries": {} }), false),
        (json!({ "credential": { "type": "azureCli" }, "tokenEndpoint": "v1", "blobHosts": ["a"] }), true),
        (json!({ "credential": { "type": "azureCli" }, "tokenEndpoint": "v3" }), false),
    ];
    for (config, allowed) in cases {
        let faults = contract.faults("the configuration at ", &contract.document["x-client-config"], &config);
        assert_eq!(faults.is_empty(), allowed, "{config}: {faults:?}");
        let read = storeship::config::Config::parse_with(&config.to_string(), &|_| None);
        assert_eq!(read.is_ok(), allowed, "{config}");
    }
}

/// The schema and the library agree on the form of requests: both refuse one, or neither does.
#[test]
fn the_schema_refuses_what_the_library_refuses() {
    let contract = Contract::get();
    let cases = [
        ("document.get", json!({ "document": null, "pointer": "" }), true),
        ("document.get", json!({ "document": {}, "pointer": "", "more": 1 }), false),
        ("document.get", json!({ "document": {} }), false),
        ("document.format", json!({ "document": {}, "style": "pretty" }), true),
        ("document.format", json!({ "document": {}, "style": "Pretty" }), false),
        ("library.info", json!({ "timeoutSeconds": 1.5 }), true),
        ("library.info", json!({ "timeoutSeconds": -1 }), false),
        ("library.info", json!({ "timeoutSeconds": "1" }), false),
    ];
    for (operation, request, allowed) in cases {
        let faults = contract.check_request(operation, &request);
        assert_eq!(faults.is_empty(), allowed, "{operation} {request}: {faults:?}");
        let answer = support::call(0, operation, &request.to_string());
        assert_eq!(answer.json["ok"] == true, allowed, "{operation} {request}: {:#}", answer.json);
    }
    let ids = [
        (json!({ "appId": "9NBLGGH4R315", "submissionId": "1" }), true),
        (json!({ "appName": "Contoso", "flightId": "f", "submissionId": "1" }), true),
        (json!({ "addOnId": "9NBLGGH4TNMP", "submissionId": "1" }), true),
        (json!({ "submissionId": "1" }), false),
        (json!({ "appId": "9NBLGGH4R315" }), true),
        (json!({ "appId": "9NBLGGH4R315", "addOnId": "9NBLGGH4TNMP", "submissionId": "1" }), false),
        (json!({ "addOnId": "9NBLGGH4TNMP", "flightId": "f", "submissionId": "1" }), false),
        (json!({ "appId": " ", "submissionId": "1" }), false),
    ];
    for (request, allowed) in ids {
        assert_eq!(contract.check_request("submission.status", &request).is_empty(), allowed, "{request}");
    }
}
