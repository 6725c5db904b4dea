//! What is wrong with a folder of listings is found before the first change.

use std::fs;

use serde_json::{Value, json};

use crate::support::{self, ADD_ON, APP, Client, PAID_APP, Store, pictures};

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
    let plan = client.call("listing.plan", push(&path, json!({"appId": APP})));
    let found = |id: &str| {
        let findings = plan.result()["findings"].as_array().unwrap();
        findings.iter().filter(|finding| finding["id"] == id).count()
    };
    assert_eq!((found("I04"), found("I01")), (1, 1), "{}", plan.text);

    fs::write(path.join("submission.json"), r#"{"visibility":"hidden"}"#).unwrap();
    let refused = client.job("listing.push", push(&path, json!({"appId": APP}))).1;
    assert_eq!(refused.failure().1, "listing.invalid");
    assert!(refused.text.contains("did you mean Hidden?"), "{}", refused.text);
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

#[test]
fn what_an_add_on_can_t_have_is_refused_by_plan_and_check() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"addOnId": ADD_ON}));
    fs::write(path.join("listings/en-us/features.txt"), "Fast").unwrap();
    for operation in ["listing.plan", "listing.push"] {
        let refused = client.job(operation, push(&path, json!({"addOnId": ADD_ON}))).1;
        assert_eq!(refused.failure().1, "listing.invalid", "{}", refused.text);
    }
    // Whose the folder is says its storeship.json.
    let check = support::call(0, "submission.check", &json!({ "listingPath": path }).to_string());
    let findings = check.result()["findings"].as_array().unwrap().clone();
    let own = findings.iter().find(|finding| finding["id"] == "N01").unwrap();
    assert!(own["file"].as_str().unwrap().ends_with("listings/en-us/features.txt"), "{own}");
    assert_eq!(creates(&store), 0);
}

#[test]
fn rules_that_the_folder_switches_off_count_in_a_plan() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    fs::write(path.join("listings/en-us/description.txt"), "TODO is the name of our list.").unwrap();
    fs::write(path.join("listings/en-us/title.txt"), "x".repeat(257)).unwrap();
    let plan = || client.call("listing.plan", push(&path, json!({"appId": APP})));
    assert_eq!(plan().failure().1, "check.failed");
    let settings = |id: &str| {
        let rules = json!([{"id": "T16", "reason": "it is our name"}, {"id": id, "reason": "the Store knows it"}]);
        fs::write(path.join("storeship.json"), json!({"format": 1, "appId": APP, "allow": rules}).to_string()).unwrap();
    };
    settings("T01");
    let answer = plan();
    let ids: Vec<(&Value, &Value)> = answer.result()["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (&finding["id"], &finding["severity"]))
        .collect();
    // What the Store would refuse is still told, as a warning.
    assert!(ids.contains(&(&json!("T01"), &json!("warning"))) && ids.iter().all(|(id, _)| *id != "T16"), "{ids:?}");
    settings("T1");
    assert!(plan().text.contains("`T1` is no rule of the check; did you mean T01?"), "{}", plan().text);
}

#[test]
fn a_product_that_becomes_paid_is_told_loudly() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    fs::write(path.join("submission.json"), r#"{"pricing":{"priceId":"Tier2"}}"#).unwrap();
    let plan = client.call("listing.plan", push(&path, json!({"appId": APP})));
    let plan = plan.result();
    assert!(plan["warnings"][0].as_str().unwrap().starts_with("THE PRODUCT IS FREE AND BECOMES PAID"), "{plan}");
    assert_eq!((&plan["priceId"], &plan["priceIdBefore"]), (&json!("Tier2"), &json!("Free")));
    // The price that it has is not told.
    fs::remove_file(path.join("submission.json")).unwrap();
    fs::write(path.join("listings/en-us/description.txt"), "Other").unwrap();
    let plan = client.call("listing.plan", push(&path, json!({"appId": APP})));
    assert_eq!((&plan.result()["warnings"], &plan.result()["priceIdBefore"]), (&json!([]), &Value::Null));
}

#[test]
fn notes_are_told_also_when_nothing_else_differs() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    let mut request = push(&path, json!({"appId": APP}));
    request["listing"]["removeLanguages"] = json!(["fr-fr"]);
    let expected = "the submission has no listing in fr-fr, so there is nothing to remove";
    let plan = client.call("listing.plan", request.clone());
    assert_eq!((&plan.result()["draft"], &plan.result()["warnings"]), (&json!("none"), &json!([expected])));
    let (events, answer) = client.job("listing.push", request);
    assert_eq!((&answer.result()["changed"], &answer.result()["warnings"]), (&json!(false), &json!([expected])));
    assert!(events.iter().any(|event| event["level"] == "warning" && event["message"] == expected), "{events:?}");

    // With a base, what stays is told too.
    let base = store.folder.path().join("base.json");
    let mut exported = client.call("submission.get", json!({"appId": APP})).result().clone();
    let title = &mut exported["listings"]["en-us"]["baseListing"]["description"];
    let theirs = std::mem::replace(title, json!("Older"));
    fs::write(&base, exported.to_string()).unwrap();
    fs::write(path.join("listings/en-us/description.txt"), "Older").unwrap();
    let mut request = push(&path, json!({"appId": APP}));
    request["listing"]["basePath"] = json!(base);
    let answer = client.job("listing.push", request).1;
    let warnings = answer.result()["warnings"].to_string();
    assert!(answer.result()["changed"] == false && warnings.contains("it stays"), "{theirs}: {}", answer.text);
}

#[test]
fn a_picture_that_changes_after_the_folder_was_read_is_not_committed() {
    let store = Store::start();
    let client = store.client();
    let path = pulled(&store, &client, json!({"appId": APP}));
    let picture = path.join("listings/en-us/images/Screenshot/50-new.png");
    fs::write(&picture, pictures::png(1366, 768)).unwrap();
    // Somebody else's draft holds up the push, which has read the folder by then.
    let draft = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    let mut request = push(&path, json!({"appId": APP, "busy": "wait", "pollSeconds": 0.01, "commit": true}));
    request["listing"]["images"] = json!("keep");
    let job = client.start("listing.push", request);
    loop {
        let event = support::next(job, 1000).1.unwrap_or_default();
        assert!(!event.contains("\"completed\""), "{event}");
        if event.contains("waits for its turn") {
            break;
        }
    }
    fs::write(&picture, pictures::png(1920, 1080)).unwrap();
    // The push looks at it now and then.
    client.call("submission.delete", json!({"appId": APP, "submissionId": draft, "allowBusy": true})).result();
    let answer = support::completed(job);
    assert_eq!(answer["error"]["code"], "upload.source_changed", "{answer}");
    assert!(answer["error"]["message"].as_str().unwrap().contains("50-new.png"), "{answer}");
    assert_eq!(store.requests("commitApplicationSubmission"), Vec::<Value>::new());
}

#[test]
fn what_an_add_on_has_beside_its_listings_is_judged_too() {
    let store = Store::start();
    let client = store.client();
    let edit = |path: &str, value: &str| {
        let edits = json!([{"op": "add", "path": path, "value": value}]);
        client.call("publish.plan", json!({"addOnId": ADD_ON, "edits": edits}))
    };
    assert_eq!(edit("/lifetime", "OneDay").result()["findings"], json!([]));
    let refused = edit("/lifetime", "FourDays");
    assert!(refused.failure().1 == "check.failed" && refused.text.contains("A01"), "{}", refused.text);
    // The letter case of a value is told with the spelling of the service.
    assert!(edit("/lifetime", "oneday").text.contains("write `OneDay`"));
    let path = pulled(&store, &client, json!({"addOnId": ADD_ON}));
    fs::write(path.join("submission.json"), json!({"tag": "x".repeat(3_001)}).to_string()).unwrap();
    let check = support::call(0, "submission.check", &json!({ "listingPath": path }).to_string());
    let findings = check.result()["findings"].as_array().unwrap();
    assert!(findings.iter().any(|it| it["id"] == "A01" && it["line"] == 1), "{findings:?}");
}

#[test]
fn a_preview_of_a_deletion_asks_the_state() {
    let store = Store::start();
    let client = store.client();
    let id = client.call("submission.get", json!({"appId": APP})).result()["id"].clone();
    let preview =
        |id: &Value| client.call("submission.delete", json!({"appId": APP, "submissionId": id, "preview": true}));
    assert_eq!(preview(&id).failure(), (12, "submission.not_deletable"));
    let draft = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    assert_eq!(preview(&draft).result(), &json!({"deleted": false}));
    assert_eq!(store.drafts(), 1);
    assert_eq!(client.call("submission.delete", json!({"appId": APP})).result(), &json!({"deleted": true}));
}
