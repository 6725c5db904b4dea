//! New languages of a release, copied from a listing that is there.

use serde_json::{Value, json};

use crate::support::{ADD_ON, APP, Client, PAID_APP, Store};

fn release(more: Value) -> Value {
    let mut release = json!({"appId": APP, "until": "published", "pollSeconds": 0.001});
    release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    release
}

/// The listings that the product has now.
fn listings(client: &Client, product: Value) -> Value {
    client.call("submission.get", product).result()["listings"].clone()
}

/// The listings of what was published.
fn published(client: &Client, request: Value) -> Value {
    let id = if request["addOnId"].is_null() { "appId" } else { "addOnId" };
    let product = json!({ id: request[id] });
    assert_eq!(client.job("publish", request).1.result()["status"], "Published");
    listings(client, product)
}

#[test]
fn a_new_language_has_the_texts_of_its_template_but_not_its_images() {
    let store = Store::start();
    let client = store.client();
    std::fs::write(store.folder.path().join("fr.png"), "png").unwrap();
    let image = json!({"fileName": "fr-fr/01.png", "fileStatus": "PendingUpload", "imageType": "Screenshot"});
    let request = release(json!({
        "addLanguages": ["FR-fr", "it-it", "de-DE"], "templateLanguage": "EN-US",
        "releaseNotes": {"fr-fr": "Plus rapide.", "default": "Faster."},
        "edits": [
            {"op": "replace", "path": "/listings/fr-fr/baseListing/description", "value": "Lit des livres."},
            {"op": "add", "path": "/listings/fr-fr/baseListing/images/-", "value": image},
        ],
        "files": [{"path": store.folder.path().join("fr.png"), "name": "fr-fr/01.png"}],
    }));
    let before = listings(&client, json!({"appId": APP}));
    assert_ne!(before["en-us"]["baseListing"]["images"], json!([]));
    let plan = client.call("publish.plan", request.clone());
    let warnings = plan.result()["warnings"].to_string();
    assert!(warnings.contains("it-it") && !warnings.contains("fr-fr"), "{warnings}");

    let listings = published(&client, request);
    let (french, italian) = (&listings["fr-fr"]["baseListing"], &listings["it-it"]["baseListing"]);
    assert_eq!((&french["releaseNotes"], &italian["releaseNotes"]), (&json!("Plus rapide."), &json!("Faster.")));
    assert_eq!(french["description"], "Lit des livres.");
    assert_eq!(italian["description"], before["en-us"]["baseListing"]["description"]);
    assert_eq!(french["images"].as_array().unwrap().len(), 1);
    assert_eq!(italian["images"], json!([]));
    // The language that was there in another letter case keeps its listing.
    assert_eq!(listings["de-de"]["baseListing"]["images"], before["de-de"]["baseListing"]["images"]);
    assert_eq!(listings["de-de"]["baseListing"]["description"], before["de-de"]["baseListing"]["description"]);
    assert_eq!(listings.as_object().unwrap().len(), 4);
}

#[test]
fn a_language_that_is_there_is_no_change() {
    let store = Store::start();
    let client = store.client();
    let request = release(json!({"addLanguages": ["fr-fr"], "templateLanguage": "en-us"}));
    assert_eq!(client.job("publish", request.clone()).1.result()["changed"], true);
    let again = client.job("publish", request).1;
    assert_eq!((&again.result()["changed"], &again.result()["draft"]), (&json!(false), &json!("none")));
}

#[test]
fn the_only_other_listing_is_the_template() {
    let store = Store::start();
    let client = store.client();
    let one = json!({"appId": PAID_APP, "addLanguages": ["fr-fr"], "priceId": "Tier2", "pollSeconds": 0.001, "until": "published"});
    assert!(published(&client, one.clone())["fr-fr"].is_object());
    let mut two = one;
    two["addLanguages"] = json!(["fr-fr", "it-it"]);
    assert!(published(&client, two)["it-it"].is_object());

    let (_, refused) = client.job("publish", release(json!({"addLanguages": ["fr-fr"]})));
    assert_eq!(refused.failure().1, "document.pointer");
    assert!(refused.text.contains("de-de, en-us") && refused.text.contains("`templateLanguage`"), "{}", refused.text);
    let (_, refused) = client.job("publish", release(json!({"addLanguages": ["fr-fr"], "templateLanguage": "it-it"})));
    assert_eq!(refused.failure().1, "document.pointer");
    assert!(refused.text.contains("it-it") && refused.text.contains("de-de, en-us"), "{}", refused.text);
    assert_eq!(store.drafts(), 0);
}

#[test]
fn an_add_on_gets_a_listing_without_an_icon() {
    let store = Store::start();
    let client = store.client();
    let request = json!({"addOnId": ADD_ON, "addLanguages": ["fr-fr"], "templateLanguage": "en-us", "pollSeconds": 0.001, "until": "published"});
    let listings = published(&client, request);
    assert_eq!(listings["fr-fr"]["title"], listings["en-us"]["title"]);
    assert!(listings["en-us"]["icon"].is_object() && !listings["fr-fr"]["icon"].is_object(), "{listings:#}");
}

#[test]
fn what_is_no_new_language_is_refused_before_anything_is_sent() {
    let store = Store::start();
    let client = store.client();
    for (request, place) in [
        (
            json!({"appId": APP, "flightId": "7bfc11d5-f710-47c5-8a98-e04bb5aad310", "addLanguages": ["fr-fr"]}),
            "/addLanguages",
        ),
        (json!({"appId": APP, "addLanguages": ["fr-fr", "french"]}), "`french` is no language"),
        (json!({"appId": APP, "addLanguages": [""]}), "/addLanguages"),
        (json!({"appId": APP, "templateLanguage": "en-us"}), "/templateLanguage"),
    ] {
        let (_, refused) = client.job("publish", request.clone());
        assert_eq!(refused.failure().1, "request.invalid", "{request}");
        assert!(refused.text.contains(place), "{}", refused.text);
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}
