//! Findings as SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), for code scanning.

use serde_json::{Map, Value, json};

use super::finding::{Finding, Suppressed};
use super::rules::{RULES, Severity};

/// A log with one run. `file` is where findings are that name no file: services show none without one.
#[must_use]
pub fn sarif(findings: &[Finding], suppressed: &[Suppressed], file: Option<&str>) -> String {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            let mut entry = json!({
                "id": rule.id,
                "shortDescription": {"text": rule.meaning},
                "help": {"text": rule.remedy},
                "defaultConfiguration": {"level": level(rule.severity)},
            });
            if let Some(source) = rule.source {
                entry["helpUri"] = json!(source);
            }
            entry
        })
        .collect();
    let mut results: Vec<Value> = findings.iter().map(|finding| result(finding, file)).collect();
    for one in suppressed {
        let mut entry = result(&one.finding, file);
        let mut suppression = json!({"kind": "external", "status": "accepted"});
        if let Some(reason) = &one.reason {
            suppression["justification"] = json!(reason);
        }
        entry["suppressions"] = json!([suppression]);
        results.push(entry);
    }
    let driver = json!({"name": "StoreShip", "version": env!("CARGO_PKG_VERSION"), "rules": rules});
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    });
    format!("{log:#}\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
    }
}

fn result(finding: &Finding, file: Option<&str>) -> Value {
    let mut location = Map::new();
    if let Some(file) = finding.file.as_deref().or(file) {
        let mut physical = json!({"artifactLocation": {"uri": uri(file)}});
        if let Some(line) = finding.line {
            physical["region"] = match finding.column {
                Some(column) => json!({"startLine": line, "startColumn": column}),
                None => json!({"startLine": line}),
            };
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    if let Some(pointer) = &finding.pointer {
        location.insert("logicalLocations".to_owned(), json!([{"fullyQualifiedName": pointer}]));
    }
    let properties = [
        ("productId", &finding.product_id),
        ("language", &finding.language),
        ("found", &finding.found),
        ("allowed", &finding.allowed),
    ];
    let properties: Map<String, Value> =
        properties.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))).collect();
    let mut result = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": {"text": format!("{}; {}", finding.message, finding.remedy)},
    });
    if let Some(index) = RULES.iter().position(|rule| rule.id == finding.id) {
        result["ruleIndex"] = json!(index);
    }
    if !location.is_empty() {
        result["locations"] = json!([location]);
    }
    if !properties.is_empty() {
        result["properties"] = Value::Object(properties);
    }
    result
}

/// A path as a URI reference: relative, or a `file` URI for an absolute path.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut uri = String::with_capacity(path.len());
    let is_drive = path.as_bytes().get(1) == Some(&b':');
    if is_drive {
        uri.push_str("file:///");
    } else if path.starts_with('/') {
        uri.push_str("file://");
    }
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b':' if is_drive && at == 1 => uri.push(':'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}
