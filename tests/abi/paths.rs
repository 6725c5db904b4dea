//! A path may name a pipe that nobody writes to, and opening one would wait for ever. Every text of every request and of
//! every credential is such a path here, once; each call must end, while another client is served.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

use crate::support::{self, Client, Store};
use storeship::operations;

/// The fields whose files are opened, as found by this test.
const OPENED: &[&str] = &[
    "add_on.publish /summaryPath",
    "listing.plan /summaryPath",
    "listing.push /summaryPath",
    "listing.read /basePath",
    "package.inspect /path",
    "package.upload /files/0/path",
    "package.write /files/0/path",
    "package.write /output",
    "publish /files/0/path",
    "publish /packages/0",
    "publish /releaseNotesPath",
    "publish /releasePath",
    "publish /summaryPath",
    "publish.plan /files/0/path",
    "publish.plan /packages/0",
    "publish.plan /releaseNotesPath",
    "publish.plan /releasePath",
    "publish.plan /summaryPath",
    "submission.check /basePath",
    "submission.check /documentPath",
    "submission.check /files/0/path",
    "submission.check /packages/0",
    "submission.check /releasePath",
    "submission.check /sarifPath",
    "submission.check /wordsPath",
    "submission.preview /output",
    "submission.preview /packages/0",
    "submission.preview /releasePath",
];

fn definition<'a>(contract: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|target| target.strip_prefix('#')) {
        Some(pointer) => contract.pointer(pointer).unwrap(),
        None => schema,
    }
}

fn has_type(schema: &Value, name: &str) -> bool {
    schema["type"] == name || schema["type"].as_array().is_some_and(|types| types.iter().any(|kind| kind == name))
}

/// The smallest values of a schema that have `text` in one place, with a pointer to that place.
fn values_with(contract: &Value, schema: &Value, text: &str, depth: usize) -> Vec<(String, Value)> {
    let schema = definition(contract, schema);
    if depth == 0 || schema.get("enum").is_some() {
        return Vec::new();
    }
    if has_type(schema, "string") {
        return vec![(String::new(), json!(text))];
    }
    let within = |name: &str, schema: &Value, wrap: &dyn Fn(Value) -> Value| -> Vec<(String, Value)> {
        let inner = values_with(contract, schema, text, depth - 1);
        inner.into_iter().map(|(place, value)| (format!("/{name}{place}"), wrap(value))).collect()
    };
    if has_type(schema, "array") {
        return within("0", &schema["items"], &|value| json!([value]));
    }
    let mut found = Vec::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        found.extend(within(name, property, &|value| {
            let mut object = Map::new();
            object.insert(name.clone(), value);
            Value::Object(object)
        }));
    }
    if schema["additionalProperties"].is_object() {
        found.extend(within("x", &schema["additionalProperties"], &|value| json!({ "x": value })));
    }
    for kind in ["anyOf", "oneOf"] {
        for schema in schema[kind].as_array().into_iter().flatten() {
            found.extend(values_with(contract, schema, text, depth - 1));
        }
    }
    found
}

/// The request of the golden file, which has all that is needed.
fn golden(operation: &str, folder: &Path) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/contract/operations/{operation}.json"));
    let text = std::fs::read_to_string(path).unwrap().replace("$folder", folder.to_str().unwrap());
    serde_json::from_str::<Value>(&text).unwrap()["request"].clone()
}

fn pipe(folder: &Path) -> String {
    let path = folder.join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_pipe_that_nobody_writes_to_holds_up_nothing() {
    let store = Store::start();
    store.package("Contoso.msix", "2.0.0.0");
    let (client, other) = (store.client(), store.client());
    let pipe = pipe(store.folder.path());
    let contract = operations::contract().unwrap();
    let mut opened = BTreeSet::new();
    let mut tried = 0;
    for operation in contract["x-operations"].as_array().unwrap() {
        let name = operation["name"].as_str().unwrap();
        for (place, value) in values_with(contract, &operation["request"], &pipe, 5) {
            let mut request = golden(name, store.folder.path());
            for (field, value) in value.as_object().unwrap() {
                request[field] = value.clone();
            }
            // It takes the place of what the golden request has.
            for (path, field) in [("/releaseNotesPath", "releaseNotes"), ("/documentPath", "document")] {
                if place == path {
                    request.as_object_mut().unwrap().remove(field);
                }
            }
            // Two, since the library has two workers.
            let jobs = [client.start(name, request.clone()), client.start(name, request.clone())];
            other.call("token.check", json!({})).result();
            for job in jobs {
                let response = support::completed(job);
                if response["error"]["message"].as_str().is_some_and(|text| text.contains("it is a pipe")) {
                    assert_eq!(response["error"]["class"], 14, "{response}");
                    opened.insert(format!("{name} {place}"));
                }
            }
            tried += 1;
        }
    }
    assert!(tried > 60, "{tried}");
    assert_eq!(opened.iter().map(String::as_str).collect::<Vec<_>>(), OPENED);
}

/// The fields of a configuration whose files are opened.
const CONFIGURED: &[&str] = &[
    "/caFile",
    "/trace/path",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "certificate /certificatePath",
    "federatedFile /path",
];

#[test]
fn a_pipe_in_a_configuration_holds_up_nothing() {
    let store = Store::start();
    let other = store.client();
    let pipe = pipe(store.folder.path());
    let contract = operations::contract().unwrap();
    let mut opened = BTreeSet::new();
    let mut check = |place: String, config: &Value| {
        let (id, answer) = support::open(&config.to_string());
        let answer = if id == 0 { answer } else { Client { id }.call("token.check", json!({})) };
        other.call("token.check", json!({})).result();
        if answer.text.contains("it is a pipe") {
            let code = if place == "/trace/path" { "file.unwritable" } else { "file.unreadable" };
            assert_eq!(answer.failure(), (14, code), "{}", answer.text);
            opened.insert(place);
        }
    };
    let mut texts = values_with(contract, &contract["x-client-config"], &pipe, 5);
    texts.retain(|(place, _)| !place.starts_with("/credential"));
    for (place, value) in texts {
        let mut config = store.config();
        // A wrong address is not waited for.
        config["retry"]["retryTimeoutSeconds"] = json!(0);
        for (field, value) in value.as_object().unwrap() {
            config[field] = value.clone();
        }
        check(place, &config);
    }
    for variable in ["AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"] {
        let mut config = store.config();
        let ids = config["credential"].take();
        config["credential"] = json!({ "type": "environment" });
        config["environment"] = json!({
            "AZURE_TENANT_ID": ids["tenantId"], "AZURE_CLIENT_ID": ids["clientId"], variable: pipe,
        });
        check(variable.to_owned(), &config);
    }
    for variant in contract["$defs"]["Credential"]["oneOf"].as_array().unwrap() {
        let kind = variant["properties"]["type"]["const"].as_str().unwrap();
        if kind.starts_with("managedIdentity") {
            // It has no path, and asks a server that is elsewhere.
            continue;
        }
        for (place, value) in values_with(contract, variant, &pipe, 4) {
            let mut config = store.config();
            let ids = config["credential"].take();
            config["credential"] = json!({ "type": kind });
            for field in
                ["tenantId", "clientId"].into_iter().filter(|field| variant["properties"].get(*field).is_some())
            {
                config["credential"][field] = ids[field].clone();
            }
            for (field, value) in value.as_object().unwrap().iter().filter(|(field, _)| *field != "type") {
                config["credential"][field] = value.clone();
            }
            check(format!("{kind} {place}"), &config);
        }
    }
    assert_eq!(opened.iter().map(String::as_str).collect::<Vec<_>>(), CONFIGURED);
}
