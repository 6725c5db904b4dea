//! The generated pages of `docs`: the prose is in `docs/templates`, the tables and figures come from the library.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use storeship::config::{Limit, Retry};
use storeship::error::Class;
use storeship::http::retry;
use storeship::operations::{contract, fields};

use super::support;
use super::{committed, root};

/// Writes the values into a template of `docs/templates`. Each placeholder has a value, and each value a place.
fn page(name: &str, values: &[(&str, String)]) {
    let path = root().join("docs/templates").join(name);
    let mut text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    for (placeholder, value) in values {
        let placeholder = format!("{{{{{placeholder}}}}}");
        assert!(text.contains(&placeholder), "{name} has no {placeholder}");
        text = text.replace(&placeholder, value.trim_end());
    }
    assert!(!text.contains("{{"), "{name} has a placeholder without a value");
    committed(&format!("docs/{name}"), &text);
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

const COMMON: [&str; 7] = ["appId", "appName", "flightId", "flightName", "addOnId", "submissionId", "timeoutSeconds"];

#[test]
fn the_operation_page_is_the_table() {
    let answer = support::call(0, "library.operations", "{}");
    let operations = answer.result()["operations"].as_array().unwrap();
    let mut shared = String::new();
    for name in COMMON {
        let fields = operations.iter().flat_map(|operation| operation["fields"].as_array().unwrap());
        let field = fields.into_iter().find(|field| field["name"] == name).unwrap();
        let (summary, _) = without_default(field);
        shared += &format!("| `{name}` | {}{} | {summary} |\n", kind(field), range(field));
    }
    let rows = |name: &str| {
        let fields = serde_json::to_value(fields(&contract().unwrap()["$defs"][name]).unwrap()).unwrap();
        result_rows("", fields.as_array().unwrap())
    };
    let sections: String = operations.iter().map(section).collect();
    let values = [
        ("common", shared),
        ("meta", rows("Meta")),
        ("error", rows("Error")),
        ("events", events()),
        ("operations", sections),
    ];
    page("operations.md", &values);
}

fn section(operation: &Value) -> String {
    let long = if operation["long"] == true { " Long." } else { "" };
    let mut section = format!("## `{}`\n\n{}.{long}\n\n", text(operation, "name"), capital(text(operation, "summary")));
    let fields = operation["fields"].as_array().unwrap();
    let ids: Vec<String> = fields
        .iter()
        .filter(|field| COMMON[..5].contains(&text(field, "name")))
        .map(|field| match without_default(field).1 {
            Some(default) => format!("`{}` (default: {})", text(field, "name"), default.trim_end_matches('.')),
            None => format!("`{}`", text(field, "name")),
        })
        .collect();
    if !ids.is_empty() {
        section += &format!("Ids: {}.\n\n", ids.join(", "));
    }
    let own: Vec<&Value> = fields.iter().filter(|field| !COMMON.contains(&text(field, "name"))).collect();
    if !own.is_empty() {
        section += "| field | type | default | description |\n| --- | --- | --- | --- |\n";
        own.iter().for_each(|field| section += &request_rows("", field));
        section += "\n";
    }
    section + &result(&operation["result"])
}

/// The description of an id, and which one is meant when the request has none.
fn without_default(field: &Value) -> (&str, Option<&str>) {
    let summary = text(field, "summary");
    summary.split_once(" Default: ").map_or((summary, None), |(what, default)| (what, Some(default)))
}

/// A row for a field of a request, and one for each field in it.
fn request_rows(path: &str, field: &Value) -> String {
    let name = format!("{path}{}", text(field, "name"));
    let default = match (&field["default"], field["required"] == true) {
        (_, true) => "required".to_owned(),
        (Value::Null, _) => String::new(),
        (value, _) => format!(
            "`{}`",
            if value.as_f64().is_some_and(|n| n.fract() == 0.0) {
                value.as_f64().unwrap().to_string()
            } else {
                value.to_string()
            }
        ),
    };
    let mut rows =
        format!("| `{name}` | {}{} | {default} | {} |\n", kind(field), range(field), cell(text(field, "summary")));
    let inner = if text(field, "type").starts_with("array") { format!("{name}[].") } else { format!("{name}.") };
    field["fields"].as_array().into_iter().flatten().for_each(|field| rows += &request_rows(&inner, field));
    rows
}

fn result(result: &Value) -> String {
    let documents = documents(result);
    let fields = result["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (fields, documents.as_str()) {
        ([], "") => format!(
            "Result: {}.\n\n",
            if text(result, "type") == "any" { "any JSON value" } else { text(result, "type") }
        ),
        ([], documents) => format!("Result: {documents}, as the service sent it.\n\n"),
        _ => format!("Result:\n\n| field | type | description |\n| --- | --- | --- |\n{}\n", result_rows("", fields)),
    }
}

fn result_rows(path: &str, fields: &[Value]) -> String {
    let mut rows = String::new();
    for field in fields {
        let name = format!("{path}{}", text(field, "name"));
        rows += &result_row(&name, field);
        let inner = if text(field, "type").starts_with("array") { format!("{name}[].") } else { format!("{name}.") };
        rows += &result_rows(&inner, field["fields"].as_array().map(Vec::as_slice).unwrap_or_default());
    }
    rows
}

fn result_row(name: &str, field: &Value) -> String {
    let optional = if field["required"] == true { "" } else { ", optional" };
    format!("| `{name}` | {}{optional} | {} |\n", kind(field), cell(text(field, "summary")))
}

/// The type, or the service's documents.
fn kind(field: &Value) -> String {
    let kind = cell(text(field, "type"));
    match documents(field).as_str() {
        "" => kind,
        documents => format!("{}{documents}", if kind.starts_with("array") { "array of " } else { "" }),
    }
}

/// The range of a number: `, 1 to 64`.
fn range(field: &Value) -> String {
    match (&field["minimum"], &field["maximum"]) {
        (Value::Null, Value::Null) => String::new(),
        (least, Value::Null) => format!(", {least} or more"),
        (Value::Null, most) => format!(", at most {most}"),
        (least, most) => format!(", {least} to {most}"),
    }
}

/// The service's documents that a field holds.
fn documents(field: &Value) -> String {
    let names: Vec<String> = field["documents"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|name| format!("[`{0}`](../contract/openapi.json)", name.as_str().unwrap()))
        .collect();
    names.join(" or ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capital(text: &str) -> String {
    text[..1].to_uppercase() + &text[1..]
}

fn events() -> String {
    let mut lines = String::from("| event | field | type | description |\n| --- | --- | --- | --- |\n");
    for event in contract().unwrap()["$defs"]["Event"]["oneOf"].as_array().unwrap() {
        let name = event["properties"]["type"]["const"].as_str().unwrap();
        lines += &format!("| `{name}` | | | {} |\n", cell(&text(event, "description").replace('\n', " ")));
        let fields = serde_json::to_value(fields(event).unwrap()).unwrap();
        for field in fields.as_array().unwrap().iter().filter(|field| field["name"] != "type") {
            lines += &format!("| | {}", result_row(text(field, "name"), field).trim_start_matches("| "));
        }
    }
    lines
}

#[test]
fn the_configuration_page_is_the_type() {
    let definitions = &contract().unwrap()["$defs"];
    let config = serde_json::to_value(fields(&definitions["ClientConfig"]).unwrap()).unwrap();
    let mut rows = String::new();
    let (credential, others): (Vec<&Value>, Vec<&Value>) =
        config.as_array().unwrap().iter().partition(|field| field["name"] == "credential");
    for field in credential.into_iter().chain(others) {
        let mut field = field.clone();
        if field["name"] == "credential" {
            // Its fields depend on its type, and have tables of their own.
            field["fields"] = Value::Null;
        }
        rows += &request_rows("", &field);
    }
    let (mut credentials, mut described) = (String::new(), Vec::new());
    for variant in definitions["Credential"]["oneOf"].as_array().unwrap() {
        let kind = text(&variant["properties"]["type"], "const");
        let mut names = Vec::new();
        for field in fields(variant).unwrap().iter().filter(|field| field.name != "type") {
            names.push(if field.required { format!("`{}`", field.name) } else { format!("[`{}`]", field.name) });
            let id = ["tenantId", "clientId"].contains(&field.name.as_str());
            let inner: Vec<String> = field.fields.iter().map(|field| format!("`{}`", field.name)).collect();
            let inner = if inner.is_empty() { String::new() } else { format!(" Its fields: {}.", inner.join(", ")) };
            let row = format!("| `{}` | {}{inner} |\n", field.name, cell(&field.summary));
            if !id && !described.contains(&row) {
                described.push(row);
            }
        }
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        credentials += &format!("| `{kind}` | {names} | {} |\n", cell(text(variant, "description")));
    }
    assert!(credentials.lines().count() > 10, "only these credentials were found:\n{credentials}");
    let rows = rows.replace("docs/retries.md", "[retries.md](retries.md)");
    let values = [("fields", rows), ("credentials", credentials), ("credentialFields", described.concat())];
    page("configuration.md", &values);
}

#[test]
fn the_error_page_is_the_table() {
    let answer = support::call(0, "library.errors", "{}");
    let mut codes = String::new();
    let mut seen = BTreeSet::new();
    for error in answer.result()["errors"].as_array().unwrap() {
        let (code, meaning, remedy) = (text(error, "code"), text(error, "meaning"), text(error, "remedy"));
        assert!(seen.insert(code.to_owned()), "{code} is there twice");
        assert!(
            !meaning.is_empty() && !remedy.is_empty() && !meaning.ends_with('.') && !remedy.ends_with('.'),
            "{code}"
        );
        let again = if error["retryable"] == true { "yes" } else { "" };
        codes += &format!("| `{code}` | {} | {again} | {} | {} |\n", error["class"], cell(meaning), cell(remedy));
    }
    let row = |(class, name, meaning): &(Class, &str, &str)| format!("| {} | `{name}` | {meaning} |\n", *class as i32);
    let classes: String = Class::ALL.iter().map(row).collect();
    page("errors.md", &[("classes", classes), ("codes", codes)]);
}

#[test]
fn the_guard_page_is_the_table() {
    let answer = support::call(0, "library.guards", "{}");
    let mut guards = String::new();
    for guard in answer.result()["guards"].as_array().unwrap() {
        let [id, name, meaning, remedy] = ["id", "name", "meaning", "remedy"].map(|field| text(guard, field));
        guards += &format!("| {id} | `{name}` | {} | {} |\n", cell(meaning), cell(remedy));
    }
    page("guards.md", &[("guards", guards)]);
}

#[test]
fn the_check_page_is_the_table() {
    let answer = support::call(0, "library.checks", "{}");
    let mut checks = String::new();
    for check in answer.result()["checks"].as_array().unwrap() {
        let [id, severity, meaning, remedy] = ["id", "severity", "meaning", "remedy"].map(|field| text(check, field));
        let source = check["source"].as_str().map(|page| format!("[page]({page})")).unwrap_or_default();
        checks += &format!("| {id} | {severity} | {} | {} | {source} |\n", cell(meaning), cell(remedy));
    }
    page("checks.md", &[("checks", checks)]);
}

#[test]
fn the_retry_page_is_the_table() {
    let retry = Retry::default();
    let mut rules = String::new();
    for rule in retry::ALL {
        let repeated = match (rule.idempotent, rule.timeout_factor) {
            (_, 0) => "never",
            (true, _) => "always",
            (false, _) => "when not carried out",
        };
        let retry_timeout = match rule.timeout_factor as u64 * retry.retry_timeout_seconds {
            0 => String::new(),
            seconds => format!("{} min", seconds / 60),
        };
        let first = rule.first_byte.as_secs();
        rules += &format!("| {} | {repeated} | {first} s | {retry_timeout} | {} |\n", rule.name, rule.about);
    }
    let values = [
        ("rules", rules),
        ("malformed", retry::MALFORMED_RETRIES.to_string()),
        ("idle", retry::IDLE.as_secs().to_string()),
        ("baseMs", retry.base_ms.to_string()),
        ("cap", (retry.cap_ms / 1000).to_string()),
        ("perMinute", Limit::default().per_minute.to_string()),
    ];
    page("retries.md", &values);
}

#[test]
fn every_code_is_used() {
    let source = fs::read_to_string(root().join("src/error/codes.rs")).unwrap();
    let (mut rust, mut csharp) = (String::new(), String::new());
    read_all(&root().join("src"), &mut rust);
    read_all(&root().join("powershell"), &mut csharp);
    for (name, rest) in source.lines().filter_map(|line| line.trim().split_once(" \"")) {
        if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !name.is_empty() {
            let code = rest.split('"').next().unwrap();
            let used = rust.contains(&format!("codes::{name}")) || csharp.contains(&format!("\"{code}\""));
            assert!(used, "{name} is never used");
        }
    }
}

fn read_all(folder: &Path, code: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, code);
        } else {
            code.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}
