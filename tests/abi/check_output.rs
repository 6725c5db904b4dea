//! Findings for code scanning and for the logs of build services.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use crate::check::{checked, member, with};
use crate::support;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("my store, v1:2;3]4%/listings/en-us");
    fs::create_dir_all(&language).unwrap();
    fs::write(language.join("description.txt"), "Counts beans.\nTODO: 100%, more; [x]: y").unwrap();
    folder
}

#[cfg(unix)]
#[test]
fn annotations_are_escaped_as_the_services_say() {
    let folder = folder();
    let path = folder.path().join("my store, v1:2;3]4%");
    let lines = |service: &str| {
        let result = checked(json!({
            "listingPath": path.to_str().unwrap(), "rootPath": folder.path().to_str().unwrap(), "annotations": service,
        }));
        assert_eq!(result["annotations"].as_array().unwrap().len(), result["findings"].as_array().unwrap().len());
        let of = |line: &&Value| line.as_str().unwrap().contains("T16");
        result["annotations"].as_array().unwrap().iter().find(of).unwrap().as_str().unwrap().to_owned()
    };
    let github = lines("gitHub");
    let start =
        "::warning file=my store%2C v1%3A2;3]4%25/listings/en-us/description.txt,line=2,col=1,title=T16::en-us: ";
    assert!(github.starts_with(start), "{github}");
    let azure = lines("azure");
    let start = "##vso[task.logissue type=warning;sourcepath=my store, v1:2%3B3%5D4%AZP25/listings/en-us/description.txt;\
                 linenumber=2;columnnumber=1;code=T16;]en-us: ";
    assert!(azure.starts_with(start), "{azure}");
}

#[test]
fn a_text_can_write_no_command_of_its_own() {
    let document = with(&member("keywords"), json!(["free\r\n::stop-commands::x", "a,\n##vso[task.complete]"]));
    for service in ["gitHub", "azure"] {
        let result = checked(json!({"document": document, "annotations": service}));
        let lines = result["annotations"].as_array().unwrap();
        assert!(lines.len() >= 2, "{result:#}");
        for line in lines {
            assert!(!line.as_str().unwrap().contains(['\r', '\n']), "{line}");
        }
    }
    let none = checked(json!({"document": document}));
    assert_eq!(none["annotations"], json!([]));
}

#[test]
fn sarif_has_what_code_scanning_reads() {
    let folder = folder();
    let root = folder.path().to_str().unwrap();
    let output = folder.path().join("out.sarif");
    let store = folder.path().join("my store, v1:2;3]4%");
    let request = json!({
        "listingPath": store.to_str().unwrap(), "rootPath": root, "sarifPath": output.to_str().unwrap(),
        "allow": ["T31"], "packages": [],
    });
    let result = checked(request);
    assert_eq!(result["sarifPath"], output.to_str().unwrap());
    let log: Value = serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap();
    assert_eq!((&log["version"], log["runs"].as_array().unwrap().len()), (&json!("2.1.0"), 1));
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len());
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), result["findings"].as_array().unwrap().len());
    for one in results {
        let rule = &rules[one["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], one["ruleId"]);
        assert!(["error", "warning", "note"].contains(&one["level"].as_str().unwrap()));
        assert!(!one["message"]["text"].as_str().unwrap().is_empty());
        let uri = one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("my%20store%2C%20v1%3A2%3B3%5D4%25"), "{uri}");
    }
    let todo = results.iter().find(|one| one["ruleId"] == "T16").unwrap();
    assert_eq!(todo["locations"][0]["physicalLocation"]["region"], json!({"startLine": 2, "startColumn": 1}));
    assert_eq!(todo["locations"][0]["logicalLocations"][0]["fullyQualifiedName"], member("description"));
}

#[test]
fn a_rule_that_is_off_is_a_suppression() {
    let folder = folder();
    let store = folder.path().join("my store, v1:2;3]4%");
    fs::write(store.join("storeship.json"), r#"{"allow": [{"id": "T16", "reason": "our name"}]}"#).unwrap();
    let output = folder.path().join("out.sarif");
    checked(json!({"listingPath": store.to_str().unwrap(), "sarifPath": output.to_str().unwrap()}));
    let log: Value = serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let todo = results.iter().find(|one| one["ruleId"] == "T16").unwrap();
    assert_eq!(todo["suppressions"], json!([{"kind": "external", "status": "accepted", "justification": "our name"}]));
}

#[test]
fn a_file_that_can_not_be_written_is_an_error() {
    let folder = folder();
    let request = json!({"document": {"listings": {}}, "sarifPath": folder.path().to_str().unwrap()});
    assert_eq!(support::call(0, "submission.check", &request.to_string()).failure().1, "file.unwritable");
}

/// Validates a log against the parts of the standard that the library uses.
#[track_caller]
pub(crate) fn validate(log: &Value) {
    let schema: Value = serde_json::from_str(include_str!("sarif.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
}

#[test]
fn sarif_is_as_the_standard_says() {
    let folder = folder();
    let store = folder.path().join("my store, v1:2;3]4%");
    let output = folder.path().join("out.sarif");
    let log = || -> Value { serde_json::from_str(&fs::read_to_string(&output).unwrap()).unwrap() };
    fs::write(store.join("storeship.json"), r#"{"allow": [{"id": "T16", "reason": "our \"name\""}]}"#).unwrap();
    // Paths that no URI has as they are, and texts that want out of a line. Windows has no `<` in names.
    let name = if cfg!(windows) { "titel\u{202e} b.txt" } else { "titel\u{202e} <b>.txt" };
    fs::write(store.join("listings/en-us").join(name), "x").unwrap();
    fs::write(
        store.join("listings/en-us/keywords.txt"),
        "free\n::error::x ##vso[task.complete]\n::error::x ##vso[task.complete]",
    )
    .unwrap();
    checked(json!({"listingPath": store.to_str().unwrap(), "sarifPath": output.to_str().unwrap()}));
    validate(&log());
    assert!(!log()["runs"][0]["results"].as_array().unwrap().is_empty());
    // Without a file, without a finding, and with what a document makes of its names.
    for document in
        [json!({}), crate::check::document(), json!({"listings": {"en\n::x": {"baseListing": {"title": "TODO"}}}})]
    {
        checked(json!({"document": document, "sarifPath": output.to_str().unwrap()}));
        validate(&log());
    }
}
