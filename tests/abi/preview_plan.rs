//! The plan of a release on the page of `submission.preview`.

use std::fs;

use serde_json::{Value, json};

use crate::support::{self, APP, Answer, Client, PAID_APP, Store};

fn preview(request: &Value) -> Answer {
    support::call(0, "submission.preview", &request.to_string())
}

fn html(answer: &Answer) -> String {
    answer.result()["html"].as_str().unwrap().to_owned()
}

fn published(client: &Client, app: &str) -> Value {
    client.call("submission.get", json!({"appId": app})).result().clone()
}

#[test]
fn the_page_has_the_plan_that_the_release_has_then() {
    let store = Store::start();
    let client = store.client();
    store.package("App.msix", "9.0.0.0");
    let release = json!({
        "appId": APP, "packages": ["App.msix"], "rollout": 10, "publishMode": "Manual",
        "releaseNotes": {"en-us": "Faster."}, "allow": ["P06"],
    });
    let path = store.folder.path().join("release.json");
    fs::write(&path, release.to_string()).unwrap();
    let document = published(&client, APP);
    let answer = preview(&json!({"document": document, "releasePath": path}));
    let plan = client.call("publish.plan", json!({ "releasePath": path })).result().clone();
    assert_eq!(answer.result()["planHash"], plan["planHash"], "{}", answer.result()["counts"]);
    let html = html(&answer);
    for shown in [
        "App.msix",
        "9.0.0.0",
        "+ new",
        "10 % of the customers at first",
        "when somebody publishes it in Partner Center",
        "lets the price pass",
        "Rules whose errors are warnings",
        "P06",
        plan["planHash"].as_str().unwrap(),
        "Faster.</ins>",
    ] {
        assert!(html.contains(shown), "{shown}");
    }
    for package in plan["oldPackages"].as_array().unwrap() {
        let fate = if package["stays"] == true { "= stays" } else { "\u{2212} goes" };
        assert!(html.contains(package["fileName"].as_str().unwrap()) && html.contains(fate), "{package}");
    }
    // Of a draft nobody knows what is published, and without ids whose it is.
    let mut draft = document.clone();
    draft["status"] = json!("PendingCommit");
    assert_eq!(preview(&json!({"document": draft, "releasePath": path})).result()["planHash"], Value::Null);
    let packages = json!([store.folder.path().join("App.msix")]);
    let alone = preview(&json!({"document": document, "packages": packages}));
    assert_eq!(alone.result()["planHash"], Value::Null);
    assert!(self::html(&alone).contains("none, all customers get the packages"));
}

#[test]
fn the_page_says_what_the_guard_of_the_price_refuses_and_what_the_checks_find() {
    let store = Store::start();
    let client = store.client();
    let document = published(&client, PAID_APP);
    let path = store.folder.path().join("release.json");
    let write = |more: Value| {
        let mut release = json!({"appId": PAID_APP, "releaseNotes": {"en-us": "Faster."}});
        release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fs::write(&path, release.to_string()).unwrap();
        preview(&json!({"document": document, "releasePath": path}))
    };
    let refused = write(json!({}));
    assert_eq!(refused.result()["planHash"], Value::Null);
    assert!(html(&refused).contains("The release is refused") && html(&refused).contains("price.base_not_writable"));
    let priced = html(&write(json!({"priceId": "Tier2"})));
    assert!(!priced.contains("The release is refused") && priced.contains("Tier2, before Base"));
    let package = store.package("Old.msix", "0.0.0.1");
    let checked = html(&write(json!({"priceId": "Tier2", "packages": [package]})));
    assert!(checked.contains("error P"), "a package of another app, or an older version");
    // What is wrong by itself is refused, as `publish` refuses it.
    assert_eq!(write(json!({"rollout": 0})).failure().1, "request.invalid");
}

#[test]
fn the_folder_of_a_release_is_shown_with_its_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("store/listings/en-us");
    fs::create_dir_all(language.join("images/Screenshot")).unwrap();
    fs::write(language.join("description.txt"), "Reads books aloud.\n").unwrap();
    fs::write(language.join("images/Screenshot/01-home.png"), support::pictures::png(1366, 768)).unwrap();
    let path = folder.path().join("release.json");
    fs::write(&path, json!({"listing": {"path": "store"}, "allowFree": true}).to_string()).unwrap();
    let document = json!({"applicationPackages": [], "pricing": {"priceId": "Free"}, "listings": {"en-us": {"baseListing": {
        "description": "Reads books.", "title": "Reader", "images": [],
    }}}});
    let answer = preview(&json!({"document": document, "releasePath": path}));
    let counts = &answer.result()["counts"];
    assert_eq!((&counts["changedTexts"], &counts["shownPictures"]), (&json!(1), &json!(1)), "{counts}");
    assert!(html(&answer).contains("1 file, "));
    let refused = preview(&json!({"document": document, "releasePath": folder.path().join("none.json")}));
    assert_eq!(refused.failure().1, "file.not_found");
}
