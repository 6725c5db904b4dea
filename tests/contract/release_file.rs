//! The JSON Schema of the file that `releasePath` names: the committed copy, and that it agrees with the library.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::support::{APP, Store};
use super::{committed, root};

/// The schema as one document: the definition of the file, with the definitions that it refers to.
fn schema() -> Value {
    let contract = storeship::operations::contract().unwrap();
    let mut schema = contract["$defs"]["ReleaseFile"].clone();
    let mut definitions = json!({});
    let mut missing = references(&schema);
    while let Some(name) = missing.pop_first() {
        if definitions.get(&name).is_none() {
            definitions[&name] = contract["$defs"][&name].clone();
            missing.extend(references(&definitions[&name]));
        }
    }
    schema["$schema"] = contract["$schema"].clone();
    schema["title"] = json!("StoreShip release");
    schema["$defs"] = definitions;
    schema
}

/// The names of the definitions that a schema refers to.
fn references(schema: &Value) -> BTreeSet<String> {
    match schema {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            let own =
                own.map(|target| target.strip_prefix("#/$defs/").expect("a definition of the contract").to_owned());
            members.values().flat_map(references).chain(own).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn the_schema_of_a_release_file_is_the_committed_one() {
    assert_eq!(storeship::operations::contract().unwrap()["x-release-file"], json!({ "$ref": "#/$defs/ReleaseFile" }));
    assert!(jsonschema::draft202012::meta::is_valid(&schema()), "no JSON Schema");
    committed("contract/release.schema.json", &format!("{:#}\n", schema()));
}

#[test]
fn the_schema_of_a_release_file_refuses_what_the_library_refuses() {
    let store = Store::start();
    let client = store.client();
    let validator = jsonschema::options().build(&schema()).unwrap();
    let path = store.folder.path().join("release.json");
    for (file, allowed) in [
        (json!({ "appId": APP, "releaseNotes": "Faster." }), true),
        (json!({ "appId": APP, "$schema": "release.schema.json", "releaseNotes": ["Faster.", "Smaller."] }), true),
        (
            json!({ "appId": APP, "releaseNotes": { "en-us": ["Faster."], "default": "Schneller." }, "rollout": null }),
            true,
        ),
        (json!({ "appId": APP, "edits": [{ "op": "replace", "path": "/visibility", "value": "Hidden" }] }), true),
        (json!({ "appId": APP, "releaseNotes": { "en-us": 1 } }), false),
        (json!({ "appId": APP, "relaseNotes": "Faster." }), false),
        (json!({ "appId": APP, "addOnId": "9NBLGGH4TNMP" }), false),
        (json!({ "appId": APP, "flightId": "1", "flightName": "Testers" }), false),
        (json!({ "appId": null }), false),
        (json!({ "appId": APP, "releasePath": "other.json" }), false),
        (json!({ "appId": APP, "timeoutSeconds": 5 }), false),
        (json!({ "appId": APP, "until": "never" }), false),
        (json!([]), false),
    ] {
        fs::write(&path, file.to_string()).unwrap();
        let plan = client.call("publish.plan", json!({ "releasePath": path }));
        assert_eq!(plan.status == 0, allowed, "{file}: {}", plan.text);
        assert_eq!(validator.is_valid(&file), allowed, "{file}");
    }
}

#[test]
fn the_examples_of_the_pages_are_release_files() {
    let validator = jsonschema::options().build(&schema()).unwrap();
    for page in ["docs/releases.md", "docs/pipelines.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap().replace("\r\n", "\n");
        let examples: Vec<&str> =
            text.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert_eq!(examples.len(), 1, "{page}");
        let example: Value = serde_json::from_str(examples[0]).unwrap();
        assert!(validator.is_valid(&example), "{page}: {example}");
    }
}
