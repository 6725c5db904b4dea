//! The contract against the one that was released last, `tests/contract/v1.json`.
//!
//! `STORESHIP_RELEASE_CONTRACT=1 cargo test --test contract` writes the file; that is a step of a release. Before the
//! first release it is the contract as it is planned.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};

use super::compare::breaks;
use super::{HEADER, read_json, root};

const RELEASED: &str = "tests/contract/v1.json";

/// The declarations of the header, each in one line, without comments.
fn declarations() -> BTreeSet<String> {
    let mut code = String::new();
    for (index, part) in HEADER.split("/*").enumerate() {
        code += if index == 0 { part } else { part.split_once("*/").unwrap().1 };
    }
    let (directives, rest): (Vec<&str>, Vec<&str>) = code.lines().partition(|line| line.starts_with('#'));
    let constants =
        directives.into_iter().filter(|line| line.starts_with("#define STORESHIP_") && line.split(' ').count() == 3);
    let rest = rest.join(" ");
    let functions = rest.split(';').map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    let functions =
        functions.filter(|text| text.contains("storeship_")).map(|text| text.rsplit("{ ").next().unwrap().to_owned());
    constants.map(str::to_owned).chain(functions).collect()
}

/// Takes out the texts for people, which may change.
fn without_prose(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["description", "summary", "meaning", "remedy"] {
                if members.get(name).is_some_and(Value::is_string) {
                    members.remove(name);
                }
            }
            members.values_mut().for_each(without_prose);
        }
        Value::Array(items) => items.iter_mut().for_each(without_prose),
        _ => {}
    }
}

#[test]
fn nothing_of_the_released_contract_is_broken() {
    let contract = storeship::operations::contract().unwrap();
    if std::env::var_os("STORESHIP_RELEASE_CONTRACT").is_some() {
        let mut schema = contract.clone();
        without_prose(&mut schema);
        let text = format!("{:#}\n", json!({ "header": declarations(), "schema": schema }));
        fs::write(root().join(RELEASED), text).unwrap();
    }
    let released = read_json(RELEASED);
    let mut found = breaks(&released["schema"], contract);
    let now = declarations();
    let was: Vec<&str> = released["header"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert!(was.len() > 60, "only {} declarations were found", was.len());
    found.extend(was.iter().filter(|line| !now.contains(**line)).map(|line| format!("the header lost {line}")));
    assert!(found.is_empty(), "docs/compatibility.md says what may change:\n{}", found.join("\n"));
}
