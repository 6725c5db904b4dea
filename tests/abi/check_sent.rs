//! What a release finds in what it would send, besides the rules of `submission.check`: release notes that are left as they
//! were, and the headers of videos.

use std::fs;

use serde_json::{Value, json};

use crate::check::of;
use crate::check_pictures::Png;
use crate::check_trailers::{GOOD, Video};
use crate::listings::Listings;
use crate::support::{ADD_ON, APP, Answer, Client, Store};

const NOTES: &str = "/listings/en-us/baseListing/releaseNotes";

fn call(client: &Client, operation: &str, more: Value) -> Answer {
    let mut request = json!({"appId": APP});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.job(operation, request).1
}

/// The severity, the pointer and the message of the findings about release notes.
#[track_caller]
fn stale(answer: &Answer) -> Vec<(String, String, String)> {
    of("T26", answer.result()["findings"].as_array().unwrap())
}

fn left(languages: &str) -> Vec<(String, String, String)> {
    let message =
        format!("the release notes in {languages} stay those of the published submission, and there are new packages");
    vec![("warning".to_owned(), NOTES.to_owned(), message)]
}

#[test]
fn a_release_tells_of_release_notes_that_it_leaves() {
    let store = Store::start();
    let client = store.client();
    let package = store.package("Contoso.msix", "2.0.0.0");
    let plan = |more: Value| call(&client, "publish.plan", more);
    assert_eq!(stale(&plan(json!({"packages": [package]}))), left("en-us, de-de"));
    assert_eq!(stale(&plan(json!({"packages": [package], "releaseNotes": "Counts peas."}))), []);
    let german = json!({"packages": [package], "releaseNotes": {"de-de": "Mit Erbsen."}});
    let found = plan(german);
    assert_eq!(stale(&found), left("en-us"));
    assert_eq!(found.result()["findings"][0]["language"], "en-us");
    // The same text again is no news, and a release without a package needs none.
    let again = json!({"packages": [package], "releaseNotes": {"en-us": "First release", "de-de": "Neu."}});
    assert_eq!(stale(&plan(again)), left("en-us"));
    let edit = json!({"edits": [{"op": "replace", "path": "/listings/en-us/baseListing/title", "value": "Contoso"}]});
    assert_eq!(stale(&plan(edit)), []);
    let cleared = json!([{"op": "replace", "path": NOTES, "value": ""},
        {"op": "replace", "path": "/listings/de-de/baseListing/releaseNotes", "value": ""}]);
    let found = stale(&plan(json!({"packages": [package], "edits": cleared})));
    assert!(found.iter().all(|(_, _, message)| message.contains("are missing")), "{found:?}");

    // The release itself says it too, and its second run, which finds all in its own draft.
    let release = json!({"packages": [package], "commit": false});
    let receipt = call(&client, "publish", release.clone());
    assert_eq!(stale(&receipt), left("en-us, de-de"));
    assert_eq!(receipt.result()["status"], "PendingCommit");
    assert_eq!(stale(&plan(release)), left("en-us, de-de"));

    // A push that is added to a draft with new packages, which somebody else may have made.
    let listings = Listings::new();
    listings.put("listings/en-us/description.txt", "Counts beans, peas and lentils.");
    let push = |operation: &str, more: Value| {
        let mut request =
            json!({"submissionId": receipt.result()["submissionId"], "listing": {"path": listings.path()}});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(&client, operation, request)
    };
    assert_eq!(stale(&push("listing.plan", json!({}))), left("en-us, de-de"));
    assert_eq!(stale(&push("listing.push", json!({}))), left("en-us, de-de"));
    listings.put("listings/en-us/release-notes.txt", "Counts peas.");
    listings.put("listings/de-de/release-notes.txt", "Mit Erbsen.");
    assert_eq!(stale(&push("listing.plan", json!({}))), []);
    // Alone it brings no package.
    let alone = json!({"draft": "replace", "listing": {"path": listings.path()}});
    fs::remove_dir_all(listings.path()).unwrap();
    listings.put("listings/en-us/description.txt", "Counts beans, peas and lentils.");
    assert_eq!(stale(&call(&client, "listing.plan", alone)), []);
    // A folder switches the rule off.
    listings.put("storeship.json", r#"{"allow": [{"id": "T26", "reason": "one text for all versions"}]}"#);
    assert_eq!(stale(&push("listing.plan", json!({}))), []);
}

/// A folder with a trailer that has no finding.
fn trailer() -> Listings {
    let listings = Listings::new();
    listings.put("trailers/01-intro/video.mp4", GOOD.bytes());
    listings.put("trailers/01-intro/en-us/title.txt", "Beans");
    listings.put("trailers/01-intro/en-us/thumbnail.png", Png::of(1920, 1080).bytes());
    listings
}

#[test]
fn a_trailer_that_the_store_refuses_is_not_sent() {
    let store = Store::start();
    let client = store.client();
    let film = GOOD.bytes();
    let cases: [(&str, &[u8], &str, &str); 4] = [
        ("video.mp4", b"film", "V01", "is no MP4 or MOV"),
        ("video.mp4", &film[..film.len() - 3], "V01", "cut short"),
        ("en-us/thumbnail.png", &Png::of(1280, 720).bytes(), "V02", "1280 x 720"),
        ("en-us/title.txt", &[b'x'; 256], "V02", "256 characters"),
    ];
    for (file, bytes, id, message) in cases {
        let listings = trailer();
        let file = format!("trailers/01-intro/{file}");
        listings.put(&file, bytes);
        for operation in ["listing.plan", "listing.push", "publish.plan", "publish"] {
            let answer = call(&client, operation, json!({"listing": {"path": listings.path()}}));
            assert_eq!(answer.failure().1, "check.failed", "{operation} {file}: {}", answer.text);
            let details = answer.json["error"]["details"].as_array().unwrap();
            let own = details.iter().find(|detail| detail["code"] == id).unwrap_or_else(|| panic!("{}", answer.text));
            assert!(own["message"].as_str().unwrap().contains(message), "{own}");
            if bytes.len() != 256 {
                assert!(own["message"].as_str().unwrap().contains(&file), "{own}");
            }
        }
        assert_eq!(store.drafts(), 0);
    }
    let listings = trailer();
    let last = Video { index_last: true, ..GOOD };
    listings.put("trailers/01-intro/video.mp4", last.bytes());
    let push = |more: Value| {
        let mut request = json!({"commit": true, "until": "published", "pollSeconds": 0.001});
        request["listing"] = json!({"path": listings.path()});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call(&client, "listing.push", request)
    };
    let pushed = push(json!({}));
    assert_eq!(pushed.result()["status"], "Published");
    let of_video = of("V01", pushed.result()["findings"].as_array().unwrap());
    assert_eq!((of_video.len(), of_video[0].0.as_str()), (1, "warning"), "{of_video:?}");
    assert_eq!(push(json!({})).result()["changed"], false);
}

#[test]
fn a_wrong_product_type_is_refused_before_anything_is_created() {
    let store = Store::start();
    let client = store.client();
    for (settings, message) in [
        (json!({"productType": "durable"}), "did you mean Durable?"),
        (json!({"addOnId": ADD_ON, "productType": "Consumble"}), "did you mean Consumable?"),
        (json!({"productType": "Subscription"}), "Durable or Consumable"),
        (json!({"appId": APP, "productType": "Durable"}), "of an app"),
    ] {
        let listings = Listings::new();
        listings.put("storeship.json", settings.to_string());
        listings.put("listings/en-us/title.txt", "Beans");
        let request = json!({"listingPath": listings.path(), "rootPath": listings.path()}).to_string();
        let checked = crate::support::call(0, "submission.check", &request);
        let own = of("N09", checked.result()["findings"].as_array().unwrap());
        assert_eq!(own.len(), 1, "{}", checked.text);
        let ids = if settings.get("appId").is_some() { json!({"appId": APP}) } else { json!({"addOnId": ADD_ON}) };
        for operation in ["listing.plan", "listing.push"] {
            let mut request = ids.clone();
            request["listing"] = json!({"path": listings.path()});
            let answer = client.job(operation, request).1;
            assert_eq!(answer.failure().1, "listing.invalid", "{}", answer.text);
            assert!(answer.text.contains(message), "{}", answer.text);
        }
    }
    // What the Store says of an add-on of the account stays.
    let listings = Listings::new();
    listings.put("storeship.json", json!({"addOnId": ADD_ON, "productType": "Subscription"}).to_string());
    listings.put("listings/en-us/title.txt", "Beans");
    let request = json!({"addOnId": ADD_ON, "listing": {"path": listings.path()}, "allowFree": true});
    assert_ne!(client.job("listing.plan", request).1.json["error"]["code"], "listing.invalid");
    // Another type than the add-on of the app has.
    let tree = Listings::new();
    tree.put("add-ons/contoso-coins/storeship.json", r#"{"format": 1, "productType": "Durable"}"#);
    tree.put("add-ons/contoso-coins/listings/en-us/title.txt", "Coins");
    for preview in [true, false] {
        let done = call(&client, "add_on.publish", json!({"path": tree.path(), "preview": preview}));
        let error = &done.result()["addOns"][0]["response"]["error"];
        assert_eq!(error["code"], "listing.other_product", "{}", done.text);
        assert!(error["hint"].as_str().unwrap().contains("Consumable"), "{error}");
    }
}
