//! What is wrong with a folder of listings is found before the first change.

use std::fs;

use serde_json::{Value, json};

use crate::support::{ADD_ON, APP, Client, PAID_APP, Store, pictures};

/// A folder into which the listings of a product were pulled.
fn pulled(store: &Store, client: &Client, product: Value) -> std::path::PathBuf {
    let path = store.folder.path().join("store");
    let mut request = product;
    request["path"] = json!(path);
    client.call("listing.pull", request).result();
    path
}

fn push(path: &std::path::Path, product: Value) -> Value {
    let mut request = product;
    request["listing"] = json!({ "path": path });
    request
}

fn creates(store: &Store) -> usize {
    store.requests("createApplicationSubmission").len() + store.requests("createInAppProductSubmission").len()
}

#[test]
fn the_folder_of_an_app_is_not_that_of_an_add_on() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    let images = path.join("listings/en-us/images");
    fs::remove_dir_all(images).unwrap();
    for operation in ["listing.plan", "listing.push", "publish"] {
        let refused = client.job(operation, push(&path, json!({"addOnId": ADD_ON}))).1;
        assert_eq!(refused.failure().1, "listing.other_product", "{}", refused.text);
    }
    let refused = client.call("listing.pull", json!({"addOnId": ADD_ON, "path": path}));
    assert_eq!(refused.failure().1, "listing.other_product");
    assert_eq!(creates(&store), 0);
}

#[test]
fn a_push_after_a_pull_of_a_paid_app_changes_nothing() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": PAID_APP}));
    let receipt = client.job("listing.push", push(&path, json!({"appId": PAID_APP}))).1;
    assert_eq!(receipt.result()["changed"], false, "{}", receipt.text);
    assert_eq!(creates(&store), 0);
    fs::write(path.join("listings/en-us/title.txt"), "Another").unwrap();
    let refused = client.job("listing.push", push(&path, json!({"appId": PAID_APP}))).1;
    assert_eq!(refused.failure().1, "price.base_not_writable");
}

#[test]
fn pictures_are_looked_at_and_values_have_the_spelling_of_the_service() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    let type_folder = path.join("listings/en-us/images/Screenshot");
    fs::write(type_folder.join("02-small.png"), pictures::png(800, 600)).unwrap();
    fs::write(type_folder.join("03-broken.png"), "hello").unwrap();
    for operation in ["listing.plan", "listing.push", "publish"] {
        let refused = client.job(operation, push(&path, json!({"appId": APP}))).1;
        assert_eq!(refused.failure().1, "check.failed", "{}", refused.text);
        assert!(refused.text.contains("Screenshot/02-small.png") && refused.text.contains("Screenshot/03-broken.png"));
    }
    let plan = client.call("listing.plan", push(&path, json!({"appId": APP, "allow": ["I01", "I04"]})));
    let found = |id: &str| {
        let findings = plan.result()["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["id"] == id && finding["severity"] == "warning").count()
    };
    assert_eq!((found("I04"), found("I01")), (1, 1), "{}", plan.text);

    fs::write(path.join("submission.json"), r#"{"visibility":"hidden"}"#).unwrap();
    let refused = client.job("listing.push", push(&path, json!({"appId": APP}))).1;
    assert_eq!(refused.failure().1, "request.invalid");
    assert!(refused.text.contains("write `Hidden`"), "{}", refused.text);
    assert_eq!(creates(&store), 0);
}

#[test]
fn a_pull_says_what_others_have_removed() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    let language = path.join("listings/fr-fr");
    fs::create_dir(&language).unwrap();
    fs::write(language.join("title.txt"), "Ancien").unwrap();
    let again = client.call("listing.pull", json!({"appId": APP, "path": path}));
    let notes = again.result()["notes"].to_string();
    assert!(notes.contains("listings/fr-fr") && notes.contains("a push adds it"), "{notes}");
}
