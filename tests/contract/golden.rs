//! Each operation with a request and its response, on the emulator.
//!
//! A file of `tests/contract/operations` is `{"before": [...], "request": ..., "response": ...}`: `before` are calls that
//! prepare the state. The ids of the emulator follow from its seed, so that requests hold them as constants.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::schema::Contract;
use super::support::{self, Client, Store};
use super::{HEADER, root, updating};

/// The golden files, each with the name of its operation.
pub(crate) fn files() -> Vec<(String, PathBuf)> {
    let folder = root().join("tests/contract/operations");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)).collect()
}

/// Runs a call; the text `$folder` in a request is the test's folder.
fn run(store: &Store, client: &Client, operation: &str, request: &Value) -> (i32, Value, Value) {
    let folder = store.folder.path().to_str().unwrap().replace('\\', "/");
    let text = request.to_string().replace("$folder", &folder);
    let answer = support::call(client.id, operation, &text);
    let mut normal = answer.json.clone();
    if normal["result"] == *storeship::operations::contract().unwrap() {
        // The contract is committed only once, as `contract/storeship.schema.json`.
        normal["result"] = json!("$contract");
    }
    let normal = normalized(&normal, &[(&folder, "$folder"), (&store.endpoints.blob, "$store/")]);
    (answer.status, answer.json, normal)
}

/// A response without what differs from run to run.
fn normalized(value: &Value, replace: &[(&str, &str)]) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let value = match name.as_str() {
                    "requestId" => json!("$id"),
                    "correlationIds" => json!(value.as_array().unwrap().iter().map(|_| "$id").collect::<Vec<_>>()),
                    "elapsedMs" | "bytesPerSecond" => json!(0),
                    "began" | "ended" => json!("$time"),
                    "expiresAt" | "date" | "beganAt" if value.is_string() => json!("$time"),
                    "system" | "architecture" | "version" | "libraryVersion" if value.is_string() => {
                        json!(format!("${name}"))
                    }
                    _ => normalized(value, replace),
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(member).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| normalized(item, replace)).collect()),
        Value::String(text) => {
            let mut text = text.clone();
            for (from, to) in replace {
                text = text.replace(from, to);
            }
            // An upload address: its blob, its signature and its times are new each time.
            json!(if text.contains("?sv=") { "$store/$blob?$signature".to_owned() } else { text })
        }
        other => other.clone(),
    }
}

#[test]
fn every_operation_answers_as_its_golden_file_says() {
    let mut differing = Vec::new();
    let contract = Contract::get();
    for (name, path) in files() {
        let mut golden: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let store = Store::start();
        store.package("Contoso.msix", "2.0.0.0");
        for (file, text) in golden["files"].as_object().into_iter().flatten() {
            let path = store.folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text.as_str().unwrap()).unwrap();
        }
        let client = store.client();
        for call in golden["before"].as_array().into_iter().flatten() {
            let (status, _, answer) = run(&store, &client, call["operation"].as_str().unwrap(), &call["request"]);
            assert_eq!(status, 0, "{name}: {answer:#}");
        }
        let (_, answer, response) = run(&store, &client, &name, &golden["request"]);
        differing.extend(contract.check_request(&name, &golden["request"]));
        differing.extend(contract.check_response(&name, &answer));
        if response != golden["response"] {
            if updating() {
                golden["response"] = response;
                fs::write(&path, format!("{golden:#}\n")).unwrap();
            } else {
                differing.push(format!("{name}: {response:#}"));
            }
        }
        if golden["response"]["ok"] != true {
            differing.push(format!("{name} does not show a success: {:#}", golden["response"]));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

fn operations() -> Vec<Value> {
    let answer = support::call(0, "library.operations", "{}");
    answer.result()["operations"].as_array().unwrap().clone()
}

#[test]
fn every_operation_is_everywhere() {
    let page = fs::read_to_string(root().join("docs/operations.md")).unwrap();
    let golden: BTreeSet<String> = files().into_iter().map(|(name, _)| name).collect();
    let mut names = BTreeSet::new();
    for operation in operations() {
        let (name, function) = (operation["name"].as_str().unwrap(), operation["function"].as_str().unwrap());
        assert!(HEADER.contains(&format!("int32_t {function}(")), "{function} is not in the header");
        assert!(page.contains(&format!("\n## `{name}`\n")), "{name} is not in docs/operations.md");
        assert!(golden.contains(name), "{name} has no golden file");
        names.insert(name.to_owned());
    }
    assert_eq!(golden, names, "a golden file has no operation");
}
