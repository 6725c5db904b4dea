//! Every documented error of the service becomes an error code with a remedy. The rows are in
//! `tests/contract/errors.json`, which the Pester tests read too.
//!
//! The member `given` of a row lists calls of the library and control requests of the emulator that prepare the state;
//! then one call is made, and its error is compared. [`Scene`] reads these members.

use std::collections::BTreeSet;

use crate::scene::{Scene, in_parallel};
use crate::schema::Contract;
use crate::support::Store;
use serde_json::{Value, json};

fn rows() -> Vec<Value> {
    serde_json::from_str(include_str!("errors.json")).unwrap()
}

/// Runs a row; returns how its error differs from the expected one.
fn run(row: &Value) -> Vec<String> {
    let store = Store::start();
    let mut scene = Scene::of(&store);
    scene.steps(&row["given"]);
    let answer = scene.call(row);
    if answer.json["ok"] == true {
        return vec![format!("it succeeded: {}", answer.text)];
    }
    let mut wrong = differences(&scene.fill(&row["expect"]), answer.status, &answer.json["error"]);
    wrong.extend(Contract::get().check_response(row["operation"].as_str().unwrap(), &answer.json));
    wrong
}

fn differences(expect: &Value, status: i32, error: &Value) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut same = |what: &str, wanted: &Value, found: &Value| {
        if wanted != found {
            wrong.push(format!("{what} is {found}, not {wanted}"));
        }
    };
    same("code", &expect["code"], &error["code"]);
    same("class", &expect["class"], &error["class"]);
    same("class", &expect["class"], &json!(status));
    for (name, value) in expect["service"].as_object().into_iter().flatten() {
        same(&format!("service.{name}"), value, &error["service"][name]);
    }
    let found = &error["http"];
    same("http", &json!(expect["http"].is_object()), &json!(found.is_object()));
    for (name, value) in expect["http"].as_object().into_iter().flatten() {
        same(&format!("http.{name}"), value, &found[name]);
    }
    if found.is_object() {
        let url = found["url"].as_str().unwrap_or_default();
        same("http.url", &json!(true), &json!(url.starts_with("http://127.0.0.1:") && !url.contains('?')));
        let id = if url.contains("/ingestion/") { "requestId" } else { "correlationIds" };
        same(
            &format!("http.{id} is there"),
            &json!(true),
            &json!(found[id].as_str().or(found[id][0].as_str()).is_some_and(|id| !id.is_empty())),
        );
        same("http.attempts > 0", &json!(true), &json!(found["attempts"].as_u64() > Some(0)));
        same("http.elapsedMs is there", &json!(true), &json!(found["elapsedMs"].is_u64()));
    }
    if let Some(detail) = expect["detail"].as_object() {
        let fits = |found: &Value| detail.iter().all(|(name, value)| found[name] == *value);
        let there = error["details"].as_array().is_some_and(|details| details.iter().any(fits));
        same(&format!("detail {detail:?} is there"), &json!(true), &json!(there));
    }
    for part in ["message", "hint"] {
        let (wanted, found) = (expect[part].as_str().unwrap_or_default(), error[part].as_str().unwrap_or_default());
        if found.is_empty() || !found.contains(wanted) {
            wrong.push(format!("{part} is {found:?}, without {wanted:?}"));
        }
    }
    wrong
}

#[test]
fn each_documented_error_has_its_code() {
    let failed = in_parallel(&rows(), |row| match run(row) {
        wrong if wrong.is_empty() => None,
        wrong => Some(format!("{}:\n    {}", row["name"].as_str().unwrap(), wrong.join("\n    "))),
    });
    assert!(failed.is_empty(), "{} rows\n{}", failed.len(), failed.join("\n"));
}

/// The general codes are for undocumented errors only.
#[test]
fn no_documented_error_has_a_general_code() {
    let general = ["service.bad_request", "service.conflict", "service.refused", "service.not_found"];
    for row in rows() {
        let code = row["expect"]["code"].as_str().unwrap();
        assert!(!general.contains(&code), "{}", row["name"]);
    }
}

#[test]
fn each_code_that_the_service_causes_has_a_row() {
    let covered: BTreeSet<String> =
        rows().iter().map(|row| row["expect"]["code"].as_str().unwrap().to_owned()).collect();
    // Codes without a documented error of the service, and the tests that cover them.
    let elsewhere = [
        "service.bad_request",
        "service.conflict",
        "service.refused",
        "service.not_found",
        "service.repeated_link",        // tests/abi/lists.rs
        "submission.failed_change",     // tests/powershell/Failures.Tests.ps1
        "flight.first_draft",           // tests/abi/release.rs
        "submission.busy",              // tests/resilience/ownership.rs
        "submission.not_ready",         // tests/resilience/not_ready.rs
        "submission.left_for_review",   // tests/contract/remedies.json
        "submission.changed_by_others", // tests/contract/remedies.json
        "upload.files_do_not_match",    // tests/abi/uploads.rs
        "upload.would_lose_files",      // tests/abi/uploads.rs
        "upload.not_yet_valid",         // tests/contract/remedies.json
        "upload.not_writable",          // tests/contract/remedies.json
        "upload.not_readable",          // tests/upload/marker.rs
        "upload.moved",                 // tests/abi/links.rs
        "upload.intercepted",           // tests/contract/remedies.json
        "upload.blocked",               // tests/upload/outages.rs
        "upload.incomplete",            // tests/upload
        "upload.damaged",               // tests/upload
        "upload.too_large",             // tests/upload
        "upload.source_changed",        // tests/upload
    ];
    let of_the_service = |code: &&&storeship::error::Code| {
        [
            "service.",
            "app.",
            "flight.",
            "add_on.",
            "product.",
            "submission.",
            "rollout.",
            "create.",
            "commit.",
            "upload.",
        ]
        .iter()
        .any(|noun| code.name.starts_with(noun))
    };
    let missing: Vec<_> = storeship::error::codes::ALL
        .iter()
        .filter(of_the_service)
        .map(|code| code.name)
        .filter(|name| !covered.contains(*name) && !elsewhere.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
