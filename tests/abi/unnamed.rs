//! Requests that leave the submission unnamed, and ids that come from variables.

use crate::support::{self, ADD_ON, APP, Client, PAID_APP, Store};
use serde_json::{Value, json};

/// The submission that `meta.ids` names.
fn found(client: &Client, operation: &str, request: &Value) -> Value {
    let answer = client.call(operation, request.clone());
    answer.result();
    answer.json["meta"]["ids"]["submissionId"].clone()
}

/// The requests of the service that were sent since `before` were recorded.
fn sent(store: &Store, before: usize) -> Vec<String> {
    let all = store.control("GET", "requests", None);
    let paths = all.as_array().unwrap().iter().filter_map(|sent| sent["path"].as_str());
    paths
        .filter(|path| path.contains("/my/"))
        .skip(before)
        .map(|path| path.rsplit('/').next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_pending_submission_is_meant() {
    let store = Store::start();
    let client = store.client();
    let flight = client.call("app.flights", json!({"appId": APP})).result()["value"][0]["flightId"].clone();
    let name = client.call("app.get", json!({"appId": APP})).result()["primaryName"].clone();
    for of in [json!({"appName": name}), json!({"appId": APP, "flightId": flight}), json!({"addOnId": ADD_ON})] {
        let pending = client.call("submission.create", of.clone()).result()["id"].clone();
        let before = sent(&store, 0).len();
        assert_eq!(found(&client, "submission.get", &of), pending, "{of}");
        assert_eq!(sent(&store, before).len(), 2, "one look at the product: {of}");
        for operation in ["submission.status", "submission.commit"] {
            assert_eq!(found(&client, operation, &of), pending, "{operation} {of}");
        }
        let mut wait = of.clone();
        wait["pollSeconds"] = json!(0.001);
        let (_, answer) = client.job("submission.wait", wait);
        assert_eq!(answer.result()["status"], "Published", "{of}");
        assert_eq!(answer.json["meta"]["ids"]["submissionId"], pending, "{of}");
        // Only what shows takes the published submission.
        for operation in ["submission.get", "submission.status"] {
            assert_eq!(found(&client, operation, &of), pending, "{operation} {of}");
        }
        for operation in ["submission.commit", "submission.delete", "submission.wait"] {
            let answer = client.call(operation, of.clone());
            assert_eq!(answer.failure(), (12, "submission.not_found"), "{operation} {of}");
            assert!(answer.json["error"]["message"].as_str().unwrap().ends_with("has no pending submission"), "{of}");
        }
    }
}

#[test]
fn an_upload_and_a_deletion_find_the_draft() {
    let store = Store::start();
    let client = store.client();
    let mut draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    let entry = json!({"fileName": "Contoso.msix", "fileStatus": "PendingUpload"});
    draft["applicationPackages"].as_array_mut().unwrap().push(entry);
    let of = json!({"appId": APP, "submissionId": draft["id"], "edited": draft});
    client.call("submission.update", of).result();
    let files = json!([{"path": store.package("Contoso.msix", "2.0.0.0")}]);
    let (_, answer) = client.job("package.upload", json!({"appId": APP, "files": files}));
    assert_eq!(answer.result()["entries"][0]["name"], "Contoso.msix");
    client.call("submission.delete", json!({"appId": APP})).result();
    assert_eq!(store.drafts(), 0);
}

#[test]
fn a_rollout_is_that_of_the_published_submission() {
    let store = Store::start();
    let client = store.client();
    let rollout = "/packageDeliveryOptions/packageRollout";
    let edits = json!([
        {"op": "replace", "path": format!("{rollout}/isPackageRollout"), "value": true},
        {"op": "replace", "path": format!("{rollout}/packageRolloutPercentage"), "value": 10},
    ]);
    let release = json!({"appId": APP, "edits": edits, "until": "published", "pollSeconds": 0.001});
    let published = client.job("publish", release).1.result()["submissionId"].clone();
    client.call("submission.create", json!({"appId": APP}));
    assert_eq!(found(&client, "rollout.get", &json!({"appId": APP})), published);
    assert_eq!(found(&client, "rollout.set", &json!({"appId": APP, "percentage": 20})), published);
    assert_eq!(found(&client, "rollout.finalize", &json!({"appId": APP})), published);
    let before = sent(&store, 0).len();
    assert_eq!(client.call("rollout.get", json!({"addOnId": ADD_ON})).failure().1, "request.target");
    assert_eq!(sent(&store, before), [""; 0]);
}

#[test]
fn the_white_space_around_an_id_is_left_out() {
    let store = Store::start();
    let client = store.client();
    let flight = client.call("app.flights", json!({"appId": APP})).result()["value"][0]["flightId"].clone();
    let name = client.call("app.get", json!({"appId": APP})).result()["primaryName"].clone();
    let around = |id: &Value| format!("\u{feff} \t{}\r\n", id.as_str().unwrap());
    assert_eq!(client.call("app.get", json!({"appId": around(&json!(APP))})).result()["id"], APP);
    assert_eq!(client.call("app.get", json!({"appName": around(&name)})).result()["id"], APP);
    assert_eq!(client.call("add_on.get", json!({"addOnId": around(&json!(ADD_ON))})).result()["id"], ADD_ON);
    let of = json!({"appId": around(&json!(APP)), "flightId": around(&flight)});
    let answer = client.call("flight.get", of);
    assert_eq!(answer.result()["flightId"], flight);
    assert_eq!(answer.json["meta"]["ids"], json!({"appId": APP, "flightId": flight}));
    let id = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    let status = client.call("submission.status", json!({"appId": APP, "submissionId": around(&id)}));
    assert_eq!(status.result()["status"], "PendingCommit");
}

#[test]
fn a_text_that_is_no_id_is_refused_before_anything_is_sent() {
    let store = Store::start();
    let client = store.client();
    for (operation, request, code) in [
        ("app.get", json!({"appId": "9NBLGGH4R315\r\n9NBLGGH29DM8"}), "app.not_store_id"),
        ("app.get", json!({"appId": "\"9NBLGGH4R315\""}), "app.not_store_id"),
        ("app.get", json!({"appId": "apps/9NBLGGH4R315"}), "app.not_store_id"),
        ("app.get", json!({"appId": "$(AppId)"}), "app.not_store_id"),
        ("app.get", json!({"appId": "Contöso"}), "app.not_store_id"),
        ("add_on.get", json!({"addOnId": "coins-100"}), "request.invalid"),
        ("flight.get", json!({"appId": APP, "flightId": "Beta testers"}), "request.invalid"),
        ("flight.get", json!({"appId": APP, "flightId": "{43e448df-97c9-4a43-a0bc-2a445e736bcd}"}), "request.invalid"),
        ("submission.get", json!({"appId": PAID_APP, "submissionId": "1152921504621243610 1"}), "request.invalid"),
        ("submission.get", json!({"appId": PAID_APP, "submissionId": "$(Id)"}), "request.invalid"),
    ] {
        let answer = support::call(client.id, operation, &request.to_string());
        assert_eq!(answer.failure(), (2, code), "{request}");
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}
