//! The example bodies of the service, and what the built-in cmdlets make of them.

use std::fs;

use storeship::document::{Guard, MergeError, MergeOptions, Notes, Style, equal, format, inspect, merge};

fn examples() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/examples");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "json") {
            found.push((path.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()));
        }
    }
    found.sort();
    assert!(found.len() > 50);
    found
}

#[test]
fn every_example_survives_any_layout() {
    for (name, text) in examples() {
        inspect(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for style in [Style::Compact, Style::Pretty] {
            let edited = format(&text, style).unwrap();
            assert!(equal(&text, &edited).unwrap());
            let merged = merge(&text, &edited, &Notes::default(), None, &MergeOptions::default()).unwrap();
            assert_eq!(merged.body, text, "{name}");
            assert_eq!(merged.edits, []);
        }
    }
}

/// `ConvertTo-Json` on PowerShell 7: containers below the depth become text.
fn convert_to_json(text: &str, depth: usize) -> String {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    serde_json::to_string(&cut(value, depth)).unwrap()
}

fn cut(value: serde_json::Value, depth: usize) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, below(value, depth))).collect())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(|value| below(value, depth)).collect()),
        scalar => scalar,
    }
}

fn below(value: serde_json::Value, depth: usize) -> serde_json::Value {
    match value {
        container if !container.is_object() && !container.is_array() => container,
        container if depth == 0 => serde_json::Value::String(printed(&container)),
        container => cut(container, depth - 1),
    }
}

/// What PowerShell's conversion to a string prints.
fn printed(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(members) if members.is_empty() => String::new(),
        Value::Object(members) => {
            let inside = |value: &Value| match value {
                Value::Array(_) => "System.Object[]".to_owned(),
                Value::Object(_) => String::new(),
                scalar => printed(scalar),
            };
            let parts: Vec<String> = members.iter().map(|(name, value)| format!("{name}={}", inside(value))).collect();
            format!("@{{{}}}", parts.join("; "))
        }
        Value::Array(elements) => {
            let parts: Vec<String> = elements
                .iter()
                .map(|element| match element {
                    Value::Object(_) => String::new(),
                    Value::Array(_) => "System.Object[]".to_owned(),
                    scalar => printed(scalar),
                })
                .collect();
            parts.join(" ")
        }
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
    }
}

#[test]
fn truncated_documents_are_the_same_or_refused() {
    let mut refused = 0;
    for (name, text) in examples() {
        for depth in 0..8 {
            let damaged = convert_to_json(&text, depth);
            match merge(&text, &damaged, &Notes::default(), None, &MergeOptions::default()) {
                // A third outcome would be silent damage. An array of one scalar prints as the scalar, and is restored.
                Ok(merged) => assert_eq!(merged.body, text, "{name} at depth {depth}"),
                Err(MergeError::Damaged(trips)) => {
                    assert!(trips.iter().all(|trip| trip.guard == Guard::Truncated), "{name}: {trips:?}");
                    refused += 1;
                }
                Err(other) => panic!("{name}: {other}"),
            }
        }
    }
    assert!(refused > 50, "{refused}");
}

#[test]
fn one_leaf_of_a_submission() {
    let (_, text) = examples().into_iter().find(|(name, _)| name == "resource.ApplicationSubmission.json").unwrap();
    let edited = format(&text, Style::Compact).unwrap().replacen(
        "\"releaseNotes\":\"\"",
        "\"releaseNotes\":\"It's new <b>&</b> 😀\"",
        1,
    );
    let merged = merge(&text, &edited, &Notes::default(), None, &MergeOptions::default()).unwrap();
    assert_eq!(merged.body, text.replacen("\"releaseNotes\": \"\"", "\"releaseNotes\": \"It's new <b>&</b> 😀\"", 1));
    assert_eq!(merged.edits.len(), 1);
    assert_eq!(merged.edits[0].path.to_string(), "/listings/en-us/baseListing/releaseNotes");
    assert_eq!(merged.edits[0].old.as_deref(), Some("\"\""));
}
