//! A commit that is bound to the receipt of the draft that was looked at.

use crate::support::{APP, Client, Store};
use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

/// Leaves a draft uncommitted, and writes the receipt to a file, as a job of a pipeline does for the next one.
fn draft(store: &Store) {
    let package = store.package("Contoso.msix", "2.0.0.0");
    let request = json!({"appId": APP, "packages": [package], "releaseNotes": "Faster.", "commit": false});
    let receipt = store.client().job("publish", request).1;
    std::fs::write(store.folder.path().join("receipt.json"), receipt.result().to_string()).unwrap();
}

/// The request of the commit, by the receipt in the file.
fn commit(store: &Store) -> Value {
    let receipt: Value =
        serde_json::from_slice(&std::fs::read(store.folder.path().join("receipt.json")).unwrap()).unwrap();
    json!({
        "appId": receipt["appId"], "submissionId": receipt["submissionId"], "draftHash": receipt["draftHash"]
    })
}

/// Refuses the commit; returns the codes of the details.
#[track_caller]
fn refused(store: &Store, client: &Client) -> Vec<String> {
    let refused = client.call("submission.commit", commit(store));
    assert_eq!(refused.failure(), (15, "draft.changed"), "{}", refused.text);
    assert!(store.requests("commitApplicationSubmission").is_empty());
    let details = refused.json["error"]["details"].as_array().unwrap();
    details.iter().map(|detail| detail["code"].as_str().unwrap().to_owned()).collect()
}

fn change(client: &Client) {
    let mut edited = client.call("submission.get", json!({"appId": APP})).result().clone();
    edited["visibility"] = json!("Private");
    client.call("submission.update", json!({"appId": APP, "submissionId": edited["id"], "edited": edited})).result();
}

fn upload_another(store: &Store, client: &Client) {
    let other = store.folder.path().join("other.msix");
    let package = Sample { version: "2.0.0.1".to_owned(), ..Sample::default() };
    std::fs::write(&other, sample::package(&package).unwrap()).unwrap();
    let files = json!([{"path": other, "name": "Contoso.msix"}]);
    client.job("package.upload", json!({"appId": APP, "files": files})).1.result();
}

#[test]
fn another_job_commits_the_draft_of_a_receipt() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    assert_eq!(client.call("submission.commit", commit(&store)).result()["status"], "CommitStarted");
    // The draft of a receipt that was committed has a state of its own.
    assert_eq!(client.call("submission.commit", commit(&store)).failure(), (12, "submission.not_editable"));
}

#[test]
fn a_draft_that_was_changed_since_the_receipt_is_not_committed() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    change(&client);
    assert_eq!(refused(&store, &client), ["Document", "DraftHash"]);

    // Whoever looks at the draft again commits it with the hash of the details.
    let answer = client.call("submission.commit", commit(&store));
    let mut again = commit(&store);
    again["draftHash"] = answer.json["error"]["details"][1]["message"].clone();
    assert_eq!(client.call("submission.commit", again).result()["status"], "CommitStarted");
}

#[test]
fn a_draft_with_other_files_than_the_receipt_is_not_committed() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    upload_another(&store, &client);
    assert_eq!(refused(&store, &client), ["Upload", "DraftHash"]);
    change(&client);
    assert_eq!(refused(&store, &client), ["Document", "Upload", "DraftHash"]);
}

#[test]
fn files_that_cannot_be_read_anymore_are_not_compared() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    upload_another(&store, &client);
    store.fault(json!({"method": "GET", "path": "*/ingestion/*", "status": 403, "count": 0}));
    let (events, answer) = client.job("submission.commit", commit(&store));
    assert_eq!(answer.result()["status"], "CommitStarted");
    let said = |event: &&Value| event["message"].to_string().contains("is not compared: ");
    assert_eq!(events.iter().filter(said).count(), 1, "{events:#?}");
}

#[test]
fn a_draft_whose_address_is_dead_is_compared_all_the_same() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    change(&client);
    store.fault(json!({"method": "GET", "path": "*/ingestion/*", "status": 403, "count": 0}));
    assert_eq!(refused(&store, &client), ["Document", "DraftHash"]);
}

#[test]
fn a_draft_that_cannot_be_read_is_not_committed() {
    let store = Store::start();
    let client = store.client();
    let draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    let read = json!({"method": "GET", "path": format!("*/submissions/{}", draft["id"].as_str().unwrap())});
    for (more, expected) in [
        (json!({"status": 403}), "auth.forbidden"),
        (json!({"status": 503}), "service.unavailable"),
        (json!({"status": 200, "body": "[]"}), "network.bad_answer"),
        (json!({"status": 200, "body": {"status": 7}}), "network.bad_answer"),
    ] {
        let mut fault = read.clone();
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        store.fault(fault);
        let request = json!({"appId": APP, "submissionId": draft["id"], "retryTimeoutSeconds": 0});
        assert_eq!(client.call("submission.commit", request).failure().1, expected, "{more}");
    }
    assert!(store.requests("commitApplicationSubmission").is_empty());
}

/// The service may have states that are new.
#[test]
fn a_draft_in_an_unknown_state_is_checked_too() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    change(&client);
    let path = format!("submissions/{}", commit(&store)["submissionId"].as_str().unwrap());
    store.control("POST", &path, Some(json!({"document": {"/status": "PendingReview"}})));
    assert_eq!(refused(&store, &client), ["Document", "DraftHash"]);
}

#[test]
fn a_text_that_is_no_hash_is_refused() {
    let store = Store::start();
    draft(&store);
    let client = store.client();
    let mut request = commit(&store);
    for wrong in ["", "0123", &"g".repeat(32), &format!("{}.", "0".repeat(32))] {
        request["draftHash"] = json!(wrong);
        let refused = client.call("submission.commit", request.clone());
        assert_eq!(refused.failure(), (2, "request.invalid"), "{wrong}");
        assert_eq!(refused.json["error"]["details"][0]["pointer"], "/draftHash");
    }
    assert!(store.requests("commitApplicationSubmission").is_empty());
    request["draftHash"] = json!(format!("\u{20}{}\n", commit(&store)["draftHash"].as_str().unwrap()));
    client.call("submission.commit", request).result();
}

#[test]
fn a_preview_of_the_commit_makes_its_checks_and_commits_nothing() {
    let store = Store::start();
    let client = store.client();
    let release = json!({"appId": APP, "visibility": "Hidden", "commit": false});
    let receipt = client.call("publish", release).result().clone();
    let preview = json!({"appId": APP, "draftHash": receipt["draftHash"], "preview": true});
    assert_eq!(client.call("submission.commit", preview.clone()).result()["status"], "PendingCommit");
    let path = format!("submissions/{}", receipt["submissionId"].as_str().unwrap());
    store.control("POST", &path, Some(json!({"document": {"/notesForCertification": "x"}})));
    assert_eq!(client.call("submission.commit", preview).failure().1, "draft.changed");
    assert!(store.requests("commitApplicationSubmission").is_empty());
    // What was committed is committed once, and the remedy says how to go on.
    let id = json!({"appId": APP, "submissionId": receipt["submissionId"]});
    client.call("submission.commit", id.clone()).result();
    for more in [false, true] {
        let mut again = id.clone();
        again["preview"] = json!(more);
        let answer = client.call("submission.commit", again);
        assert_eq!(answer.failure().1, "submission.not_editable");
        assert!(answer.text.contains("`submission.wait` waits until it is published"), "{}", answer.text);
    }
    let mut wait = id;
    wait["pollSeconds"] = json!(0.001);
    assert_eq!(client.job("submission.wait", wait).1.result()["status"], "Published");
}

#[test]
fn a_commit_reads_the_list_of_blocks_once() {
    let store = Store::start();
    let client = store.client();
    let package = store.package("Contoso.msix", "2.0.0.0");
    let release = json!({"appId": APP, "packages": [package], "commit": false});
    let receipt = client.job("publish", release).1.result().clone();
    store.control("DELETE", "requests", None);
    client.call("submission.commit", json!({"appId": APP, "draftHash": receipt["draftHash"]})).result();
    let all = store.control("GET", "requests", None);
    let reads = |request: &&Value| {
        request["method"] == "GET" && request["query"].as_str().unwrap_or_default().contains("comp=blocklist")
    };
    assert_eq!(all.as_array().unwrap().iter().filter(reads).count(), 1, "{all:#}");
}
