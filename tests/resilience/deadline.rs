//! An operation that ends by its `timeoutSeconds` says what it waited for and what it has done.

use std::sync::Arc;

use crate::recorded::Store;
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::events::Reporter;
use storeship::operations;

const APP: &str = "9NBLGGH4R315";

/// The error of an operation that has six seconds.
async fn failure(client: &Arc<Client>, operation: &str, mut request: Value) -> Value {
    request["timeoutSeconds"] = json!(6);
    let operation = operations::find(operation).unwrap();
    let error =
        operations::run(operation, client.clone(), &request.to_string(), Reporter::default()).await.unwrap_err();
    let error: Value = serde_json::from_str(&error.to_json()).unwrap();
    assert_eq!(error["code"], "deadline.exceeded", "{error}");
    error
}

/// The details with this code.
fn details(error: &Value, code: &str) -> Vec<String> {
    let details = error["details"].as_array().unwrap().iter().filter(|detail| detail["code"] == code);
    details.map(|detail| detail["message"].as_str().unwrap().to_owned()).collect()
}

fn contains(error: &Value, member: &str, part: &str) {
    assert!(error[member].as_str().unwrap().contains(part), "no {part:?} in {member} of {error:#}");
}

#[tokio::test(start_paused = true)]
async fn the_answers_of_a_service_that_fails_are_kept() {
    for (fault, code, status, part) in [
        (
            json!({"status": 503, "body": {"code": "Busy", "message": "the backend is down"}}),
            "service.unavailable",
            503,
            "the backend is down",
        ),
        (json!({"status": 429, "headers": {"retry-after": "200"}}), "service.throttled", 429, "429"),
    ] {
        let store = Store::new(1);
        let mut rule = json!({"path": format!("*/{APP}"), "count": 0});
        rule.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        store.control("POST", "faults", Some(rule)).await;
        let error = failure(&store.client(1), "app.get", json!({ "appId": APP })).await;
        contains(&error, "message", "did not end within 6 seconds");
        contains(&error, "message", part);
        assert_eq!(error["http"]["status"], status, "{error:#}");
        assert!(error["http"]["attempts"].as_u64() >= Some(1) && error["http"]["method"] == "GET", "{error:#}");
        assert_eq!(details(&error, code).len(), 1, "{error:#}");
        assert_eq!(details(&error, "AppId"), [APP]);
        assert!(!error["hint"].as_str().unwrap().contains("timeoutSeconds"), "nothing succeeded: {error:#}");
    }
}

#[tokio::test(start_paused = true)]
async fn connections_that_are_dropped_are_kept() {
    let store = Store::new(2);
    let client = store.client(2);
    store.control("POST", "faults", Some(json!({"path": format!("*/{APP}"), "drop": "before", "count": 0}))).await;
    let error = failure(&client, "app.get", json!({ "appId": APP })).await;
    assert_eq!(details(&error, "network.interrupted").len(), 1, "{error:#}");
    assert!(error["http"]["attempts"].as_u64() > Some(1), "{error:#}");
    assert!(error["http"].get("status").is_none(), "{error:#}");
}

#[tokio::test(start_paused = true)]
async fn a_release_names_the_submission_that_it_made() {
    let store = Store::new(3);
    let client = store.client(3);
    // The create is answered, the read that follows is not; the read before it is that of the published submission.
    let rule = json!({"method": "GET", "path": "*/submissions/*", "status": 503, "nth": 2, "count": 0});
    store.control("POST", "faults", Some(rule)).await;
    let request = json!({"appId": APP, "releaseNotes": {"en-us": "Faster."}});
    let error = failure(&client, "publish", request).await;
    let state = store.control("GET", "state", None).await;
    let draft =
        state["submissions"].as_array().unwrap().iter().find(|entry| entry["document"]["status"] == "PendingCommit");
    let id = draft.expect("a draft was made")["document"]["id"].as_str().unwrap();
    contains(&error, "message", id);
    contains(&error, "message", "in the step create");
    contains(&error, "hint", "timeoutSeconds");
    assert!(details(&error, "Created")[0].contains(id), "{error:#}");
    assert_eq!(details(&error, "Step"), ["create"]);
    assert_eq!(details(&error, "service.unavailable").len(), 1, "{error:#}");
}

#[tokio::test(start_paused = true)]
async fn an_upload_counts_its_bytes_and_keeps_the_failure_of_the_storage() {
    let store = Store::new(4);
    let client = store.client(4);
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("Contoso.bin");
    std::fs::write(&package, [7; 10_000]).unwrap();
    // The first four blocks are markers of the draft.
    let blocks = json!({"method": "PUT", "query": "*comp=block&*", "drop": "before", "nth": 5, "count": 0});
    store.control("POST", "faults", Some(blocks)).await;
    let image = json!({"fileName": "Contoso.bin", "fileStatus": "PendingUpload", "imageType": "Screenshot"});
    let edit = json!({"op": "add", "path": "/listings/en-us/baseListing/images/-", "value": image});
    let request = json!({"appId": APP, "files": [{ "path": package }], "edits": [edit]});
    let error = failure(&client, "publish", request).await;
    assert_eq!(details(&error, "Step"), ["upload"], "{error:#}");
    assert_eq!(details(&error, "network.interrupted").len(), 1, "{error:#}");
    assert!(details(&error, "Progress").iter().any(|count| count.starts_with("upload: 0 of 10")), "{error:#}");
    assert!(details(&error, "Draft").len() == 1 && details(&error, "Created").len() == 1, "{error:#}");
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_told() {
    let store = Store::new(5);
    let client = store.client(5);
    // The submission is created, the answer is lost, and the look at the app comes after the end of the time.
    store.control("POST", "faults", Some(json!({"method": "POST", "path": "*/submissions", "drop": "after"}))).await;
    store
        .control("POST", "faults", Some(json!({"path": format!("*/{APP}"), "nth": 2, "status": 503, "count": 0})))
        .await;
    let error = failure(&client, "submission.create", json!({ "appId": APP })).await;
    assert_eq!(details(&error, "Unconfirmed").len(), 1, "{error:#}");
    contains(&error, "message", "its answer was lost");
}

#[tokio::test(start_paused = true)]
async fn the_add_ons_that_were_published_before_the_end_are_told() {
    let store = Store::new(6);
    let client = store.client(6);
    let folder = tempfile::tempdir().unwrap();
    let put = |file: &str, text: &str| {
        let path = folder.path().join("add-ons").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("a/listings/en-us/title.txt", "No type");
    put("contoso-coins/listings/en-us/title.txt", "Sack of coins");
    put("new/listings/en-us/title.txt", "New");
    put("new/storeship.json", r#"{"productType":"Durable"}"#);
    let busy = json!({"status": 429, "headers": {"retry-after": "200"}});
    let mut rule = json!({"method": "POST", "path": "*/inappproducts", "count": 0});
    rule.as_object_mut().unwrap().extend(busy.as_object().unwrap().clone());
    store.control("POST", "faults", Some(rule)).await;
    let error = failure(&client, "add_on.publish", json!({"appId": APP, "path": folder.path()})).await;
    let items = details(&error, "Item");
    assert_eq!(items.len(), 2, "{error:#}");
    assert!(items[0].contains("add-ons/a failed: ") && items[0].contains("productType"), "{items:?}");
    assert!(items[1].starts_with("add-ons/contoso-coins is finished; ") && items[1].contains("committed"), "{items:?}");
    // They are not the steps of the add-on that was not finished.
    assert_eq!(details(&error, "Committed").len(), 0, "{error:#}");
}
