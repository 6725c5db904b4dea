//! Upload addresses that expire, move or forbid reading, in an upload and in a release.

use serde_json::{Value, json};

use crate::support::{APP, Client, Store};

/// A client with a draft that waits for a package, and the request that uploads it in small blocks.
fn draft(store: &Store) -> (Client, Value) {
    let client = store.client();
    let id = client.draft_for(APP, &["first.msix"])["id"].clone();
    let package = store.package("first.msix", "2.0.0.0");
    (
        client,
        json!({"appId": APP, "submissionId": id, "files": [{"path": package}], "blockBytes": 500, "maxConcurrency": 1}),
    )
}

fn release(store: &Store) -> Value {
    let package = store.package("Contoso.msix", "2.0.0.0");
    json!({"appId": APP, "packages": [package], "until": "published", "pollSeconds": 0.001})
}

/// Changes the submission when the block of this number is sent.
fn at_block(store: &Store, nth: u32, change: Value) {
    let blocks = json!({"method": "PUT", "path": "*/ingestion/*", "query": "*comp=block&*", "nth": nth});
    let mut rule = blocks;
    rule["submission"] = change;
    store.fault(rule);
}

#[test]
fn an_address_that_expires_in_the_middle_is_replaced() {
    let expires = json!({"expireUpload": true, "renewUpload": true});
    let store = Store::start();
    let (client, upload) = draft(&store);
    for nth in [2, 4, 7] {
        at_block(&store, nth, expires.clone());
    }
    client.call("package.upload", upload.clone()).result();
    let reads = store.requests("getApplicationSubmission").len();
    assert!(reads >= 4, "read before the upload, and after each end: {reads}");
    client.call("submission.commit", json!({"appId": APP, "submissionId": upload["submissionId"]})).result();

    let store = Store::start();
    for nth in [1, 3, 4] {
        at_block(&store, nth, expires.clone());
    }
    assert_eq!(store.client().job("publish", release(&store)).1.result()["status"], "Published");
}

#[test]
fn an_address_that_leads_to_another_blob_gets_everything() {
    let moves = json!({"expireUpload": true, "renewUpload": true, "moveUpload": true});
    let store = Store::start();
    let (client, upload) = draft(&store);
    at_block(&store, 3, moves.clone());
    client.call("package.upload", upload.clone()).result();
    client.call("submission.commit", json!({"appId": APP, "submissionId": upload["submissionId"]})).result();

    let store = Store::start();
    at_block(&store, 4, moves);
    assert_eq!(store.client().job("publish", release(&store)).1.result()["status"], "Published");
}

#[test]
fn an_address_without_read_permission_is_enough() {
    let store = Store::start();
    let (client, upload) = draft(&store);
    store.control(
        "POST",
        &format!("submissions/{}", upload["submissionId"].as_str().unwrap()),
        Some(json!({"uploadPermissions": "wl"})),
    );
    client.call("package.upload", upload).result();

    let store = Store::start();
    let create = json!({"method": "POST", "path": "*/submissions", "submission": {"uploadPermissions": "wl"}});
    store.fault(create);
    assert_eq!(store.client().job("publish", release(&store)).1.result()["status"], "Published");
}

#[test]
fn a_draft_whose_address_stays_dead_can_be_replaced() {
    let store = Store::start();
    let (client, upload) = draft(&store);
    let id = upload["submissionId"].as_str().unwrap();
    store.control("POST", &format!("submissions/{id}"), Some(json!({"expireUpload": true})));
    let mut request = release(&store);
    for draft in ["resume", "adopt"] {
        request["draft"] = json!(draft);
        let (_, answer) = client.job("publish", request.clone());
        let (_, code) = answer.failure();
        assert!(["upload.expired", "draft.unreadable"].contains(&code), "{}", answer.text);
        assert!(answer.json["error"]["hint"].as_str().unwrap().contains("`replace`"), "{}", answer.text);
    }
    request["draft"] = json!("replace");
    assert_eq!(client.job("publish", request).1.result()["status"], "Published");
}
