//! Values that the service refuses: a release with one of them is refused before its draft is made.

use serde_json::{Value, json};

use crate::support::{APP, PAID_APP, Store};

#[test]
fn a_value_that_the_service_spells_in_another_way_is_refused_with_what_is_meant() {
    let store = Store::start();
    let client = store.client();
    let edit = |path: &str, value: Value| json!({"edits": [{"op": "add", "path": path, "value": value}]});
    let image = json!({"fileName": "a.png", "fileStatus": "pendingUpload", "imageType": "Screenshot"});
    for (release, place, hint) in [
        (json!({"visibility": "hidden"}), "/visibility", "write `Hidden`"),
        (json!({"visibility": "Pubilc"}), "/visibility", "write `Public`"),
        (json!({"visibility": "x"}), "/visibility", "write one of `Public`, `Private`, `Hidden`"),
        (json!({"publishMode": "manual"}), "/publishMode", "write `Manual`"),
        (json!({"publishMode": "Specific", "publishDate": "2099-01-01T00:00:00Z"}), "/publishMode", "write one of"),
        (edit("/visibility", json!("private")), "/edits/0/value", "write `Private`"),
        (edit("/pricing/trialPeriod", json!("sevendays")), "/edits/0/value", "write `SevenDays`"),
        (edit("/listings/en-us/baseListing/images/-", image), "/edits/0/value/fileStatus", "write `PendingUpload`"),
    ] {
        let mut request = release;
        request["appId"] = json!(APP);
        for operation in ["publish", "publish.plan"] {
            let answer = client.call(operation, request.clone());
            assert_eq!(answer.failure().1, "request.invalid", "{request}");
            let error = &answer.json["error"];
            assert_eq!(error["details"][0]["pointer"], place, "{error}");
            assert!(error["hint"].as_str().unwrap().contains(hint), "{error}");
        }
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}

#[test]
fn release_notes_have_as_many_characters_as_the_store_takes() {
    let store = Store::start();
    let client = store.client();
    let release = |length: usize| json!({"appId": APP, "releaseNotes": {"en-us": "\u{e9}".repeat(length)}});
    let answer = client.call("publish", release(1501));
    assert_eq!(answer.failure().1, "check.failed");
    let error = &answer.json["error"];
    assert_eq!(error["details"][0]["pointer"], "/listings/en-us/baseListing/releaseNotes");
    assert!(error["message"].as_str().unwrap().contains("1501 characters"), "{error}");
    // Those of a file too.
    let file = store.folder.path().join("notes.txt");
    std::fs::write(&file, "x".repeat(1501)).unwrap();
    let of_file = json!({"appId": APP, "releaseNotesPath": file});
    assert_eq!(client.call("publish", of_file).failure().1, "check.failed");
    assert_eq!(store.requests("createApplicationSubmission").len(), 0);
    client.call("publish.plan", release(1500)).result();
}

#[test]
fn a_free_product_has_no_price_to_leave_to_partner_center() {
    let store = Store::start();
    let client = store.client();
    let warnings = |app: &str| {
        let release = json!({"appId": app, "visibility": "Hidden", "priceLeftToPartnerCenter": true});
        client.call("publish.plan", release).result()["warnings"].to_string()
    };
    assert!(warnings(APP).contains("the published submission is free"), "{}", warnings(APP));
    assert!(!warnings(PAID_APP).contains("free"), "{}", warnings(PAID_APP));
}
