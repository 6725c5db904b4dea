//! The remedy of an error works when it is followed. The rows are in `tests/contract/remedies.json`, which the Pester tests
//! read too.
//!
//! A row has a call that fails with `code` in the state that `given` makes, as in `errors.json` ([`Scene`]). Its hint contains
//! the text `hint`, the part of the remedy that the row follows: `follow` lists the steps that it names, and `change`, a JSON
//! Patch of the row itself, what it changes in the call. Then the call succeeds. A code whose remedy nobody can follow here
//! has a row with `notFollowed`, the reason; one that needs what Windows under Wine lacks has `notOnWindows`. `library` and `powershell` are false where a row is not for the C ABI or not
//! for PowerShell.

use std::collections::BTreeSet;
use std::io::Write as _;

use serde_json::Value;

use crate::scene::{Scene, in_parallel};
use crate::support::Store;

fn rows() -> Vec<Value> {
    serde_json::from_str(include_str!("remedies.json")).unwrap()
}

/// Why following the remedy of a row did not help.
fn failure(row: &Value) -> Option<String> {
    let store = Store::start();
    let mut scene = Scene::of(&store);
    scene.steps(&row["given"]);
    let answer = scene.call(row);
    let error = &answer.json["error"];
    if error["code"] != row["code"] {
        return Some(answer.text);
    }
    let hint = error["hint"].as_str().unwrap();
    if !hint.contains(scene.fill(&row["hint"]).as_str().unwrap()) {
        return Some(format!("the hint is {hint:?}"));
    }
    scene.steps(&row["follow"]);
    let answer = scene.call(&scene.patch(row.clone(), &row["change"]));
    (answer.status != 0).then(|| format!("after {:?}: {}", row["hint"], answer.text))
}

#[test]
fn each_remedy_that_can_be_followed_cures_its_error() {
    let only = std::env::var("STORESHIP_REMEDY").ok();
    let followed = |row: &Value| row.get("notFollowed").is_none() && row["library"] != false;
    let runs_here = |row: &Value| {
        let reason = row.get("notOnWindows").filter(|_| cfg!(windows));
        if let Some(reason) = reason {
            let _ = writeln!(std::io::stderr(), "not run: {}, {}: {reason}", row["code"], row["hint"]);
        }
        reason.is_none()
    };
    let is_asked = |row: &Value| only.as_ref().is_none_or(|code| row["code"] == **code);
    let rows: Vec<Value> = rows().into_iter().filter(|row| followed(row) && runs_here(row) && is_asked(row)).collect();
    let failed = in_parallel(&rows, |row| {
        let failure = std::panic::catch_unwind(|| failure(row));
        let failure = failure.unwrap_or_else(|_| Some("a step failed".to_owned()));
        failure.map(|failure| format!("{}: {failure}", row["code"].as_str().unwrap()))
    });
    assert!(failed.is_empty(), "{} rows\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn each_code_has_a_row() {
    let known: BTreeSet<&str> = storeship::error::codes::ALL.iter().map(|code| code.name).collect();
    let rows = rows();
    let found: BTreeSet<&str> = rows.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(known, found, "a code has no row in tests/contract/remedies.json, or a row has an unknown code");
    for row in &rows {
        let members: BTreeSet<&str> = row.as_object().unwrap().keys().map(String::as_str).collect();
        match row.get("notFollowed") {
            Some(reason) => {
                assert!(members.len() == 2 && reason.as_str().is_some_and(|reason| reason.len() > 20), "{row}");
                let others = rows.iter().filter(|other| other["code"] == row["code"]).count();
                assert_eq!(others, 1, "{}: followed or not?", row["code"]);
            }
            // The C# client makes these errors.
            None if row["library"] == false => assert!(row["powershell"].is_object(), "{row}"),
            None => {
                assert!(row["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{row}");
                assert!(row.get("follow").is_some() || row.get("change").is_some(), "{row}");
            }
        }
    }
}
