//! Files, folders and members that the Store has no place for are faults of a folder, without a service; and placeholders
//! that stand for nothing any more are told and cleaned.

use serde_json::{Value, json};

use crate::listings::{Listings, app};

/// The faults of a folder with these files, as `listing.read` tells them.
fn faults(document: &str, files: &[(&str, &str)]) -> String {
    let listings = Listings::new();
    for (file, text) in files {
        listings.put(file, text);
    }
    let answer = listings.call("listing.read", document, &json!({}));
    if answer.status == 0 {
        return String::new();
    }
    assert_eq!(answer.failure(), (14, "listing.invalid"), "{}", answer.text);
    let details = answer.json["error"]["details"].as_array().unwrap().iter();
    details.map(|detail| detail["message"].as_str().unwrap().to_owned() + "\n").collect()
}

const ADD_ON: &str = r#"{"contentType":"EMagazine","lifetime":"Forever","listings":{"en":{"title":"T","icon":{"fileName":"old.png","fileStatus":"Uploaded"}}}}"#;

#[test]
fn what_the_store_has_no_place_for_is_a_fault_with_what_was_meant() {
    let document = app(json!({"title": "T", "images": []}));
    for (file, expected) in [
        ("listings/en-us/images/Screenshots/1.png", "the Store has no images of this type; did you mean Screenshot?"),
        ("listings/en-us/platforms/Windos81/title.txt", "no texts for this platform; did you mean Windows81?"),
        ("listings/en-us/platforms/Windows-81/title.txt", "did you mean Windows81?"),
        ("listings/en-us/descripton.txt", "did you mean description.txt?"),
        ("listings/en-us/icon.png", "an app has no such icon"),
    ] {
        let found = faults(&document, &[(file, "x")]);
        assert!(found.contains(expected) && found.lines().count() == 1, "{file}: {found}");
    }
    for (file, expected) in [
        ("listings/en/features.txt", "a listing of an add-on has title.txt, description.txt and icon.png only"),
        ("listings/en/titel.txt", "did you mean title.txt?"),
        ("listings/en/images/Icon/1.png", "add-ons have no images but icon.png"),
        ("listings/en/platforms/Windows81/title.txt", "add-ons have no texts for platforms"),
        ("trailers/01-a/video.mp4", "an add-on has no trailers"),
    ] {
        let found = faults(ADD_ON, &[(file, "x")]);
        assert!(found.contains(expected) && found.lines().count() == 1, "{file}: {found}");
    }
}

#[test]
fn what_a_submission_has_stands_for_something() {
    let image = json!({"id": "1", "fileName": "a.png", "imageType": "HoloPoster", "fileStatus": "Uploaded"});
    let listing = json!({"baseListing": {"tomorrow": "x", "images": [image]}, "platformOverrides": {"Windows12": {}}});
    let document = json!({"applicationPackages": [], "tomorrow": {"a": 1}, "listings": {"en-us": listing}}).to_string();
    let files = [
        ("listings/en-us/tomorrow.txt", "y"),
        ("listings/en-us/images/holoposter/1.remote", r#"{"id":"1"}"#),
        ("listings/en-us/platforms/Windows12/description.txt", "y"),
        ("submission.json", r#"{"tomorrow":{"a":2}}"#),
    ];
    assert_eq!(faults(&document, &files), "");
}

#[test]
fn new_types_and_platforms_have_the_spelling_of_the_store() {
    let listings = Listings::new();
    listings.put("listings/en-us/images/screenshot/1.png", "picture");
    listings.put("listings/en-us/platforms/windows81/description.txt", "Old");
    let edits = listings.read(&app(json!({"title": "T"})))["edits"].to_string();
    assert!(
        edits.contains("\\\"imageType\\\":\\\"Screenshot\\\"") || edits.contains(r#""imageType":"Screenshot""#),
        "{edits}"
    );
    assert!(edits.contains("/platformOverrides/Windows81") && !edits.contains("windows81"), "{edits}");
}

#[test]
fn members_and_values_of_submission_json_are_judged_without_a_service() {
    let document = app(json!({"title": "T"}));
    for (text, expected) in [
        (
            r#"{"applicationCategry":"Games"}"#,
            "a submission has no member `applicationCategry`; did you mean applicationCategory?",
        ),
        (r#"{"pricing":{"priceld":"Tier2"}}"#, "pricing has no member `priceld`; did you mean priceId?"),
        (r#"{"visibility":"hidden"}"#, "visibility can't be `hidden`; did you mean Hidden?"),
        (r#"{"pricing":{"trialPeriod":"OneWeek"}}"#, "pricing.trialPeriod can't be `OneWeek`"),
        (r#"{"gamingOptions":[{"isLocalMultiplayr":true}]}"#, "did you mean isLocalMultiplayer?"),
        (r#"{"lifetime":"Forever"}"#, "a submission has no member `lifetime`"),
    ] {
        let found = faults(&document, &[("submission.json", text)]);
        assert!(found.contains(expected) && found.contains("submission.json:1: "), "{text}: {found}");
    }
    for (text, expected) in [
        (r#"{"lifetime":"Forevr"}"#, "lifetime can't be `Forevr`; did you mean Forever?"),
        (r#"{"contentType":"emagazine"}"#, "did you mean EMagazine?"),
        (r#"{"applicationCategory":"Games"}"#, "the submission of an add-on has no member `applicationCategory`"),
    ] {
        let found = faults(ADD_ON, &[("submission.json", text)]);
        assert!(found.contains(expected), "{text}: {found}");
    }
    // A value that the submission has is one of the service, whatever it is.
    let newer = r#"{"contentType":"Holograms","listings":{"en":{"title":"T"}}}"#;
    assert_eq!(faults(newer, &[("submission.json", r#"{"contentType":"Holograms"}"#)]), "");
    let good =
        r#"{"visibility":"Hidden","Pricing":{"marketSpecificPricings":{"GB":"Tier3"}},"applicationCategory":"New"}"#;
    assert_eq!(faults(&document, &[("submission.json", good)]), "");
}

#[test]
fn a_misspelt_member_of_the_settings_is_told_with_what_was_meant() {
    let found = faults(&app(json!({})), &[("storeship.json", r#"{"appID":"9NBLGGH4R315"}"#)]);
    assert!(found.contains("unknown field `appID`") && found.contains("did you mean appId?"), "{found}");
}

#[test]
fn a_placeholder_beside_a_picture_that_took_its_place_is_told_and_then_removed() {
    let listings = Listings::new();
    let image =
        |id: &str, name: &str| json!({"id": id, "fileName": name, "imageType": "Screenshot", "fileStatus": "Uploaded"});
    let before = app(json!({"images": [image("1", "editor.png")]}));
    listings.write(&before);
    let remote = "listings/en-us/images/Screenshot/01-editor.remote";
    listings.put("listings/en-us/images/Screenshot/01-editor.png", "a new picture");
    // Before the push the placeholder says which image goes.
    let read = listings.read(&before);
    assert_eq!(read["notes"], json!([]), "{read}");
    let name = read["uploads"][0]["name"].as_str().unwrap().to_owned();
    listings.write(&before);
    assert!(listings.files().contains(&remote.to_owned()));

    let after = app(json!({"images": [image("2", &name)]}));
    let read = listings.read(&after);
    assert_eq!((&read["edits"], &read["notes"][0]["kind"]), (&json!([]), &json!("gone")), "{read}");
    assert_eq!(read["notes"][0]["file"], remote);
    assert_eq!(listings.write(&after)["removed"], json!([remote]));
    assert_eq!(listings.read(&after)["notes"], json!([]));
}

/// The submission of an add-on with this icon.
fn add_on(icon: Value) -> String {
    json!({"contentType": "EMagazine", "listings": {"en": {"title": "T", "icon": icon}}}).to_string()
}

fn icon(name: &str) -> Value {
    json!({"fileName": name, "fileStatus": "Uploaded"})
}

#[test]
fn the_placeholder_of_an_icon_goes_when_another_icon_is_there() {
    let listings = Listings::new();
    listings.write(&add_on(icon("old.png")));
    assert_eq!(listings.get("listings/en/icon.remote").unwrap(), "{\"fileName\":\"old.png\"}\n");
    listings.put("listings/en/icon.png", "a new icon");
    let read = listings.read(&add_on(icon("old.png")));
    let name = read["uploads"][0]["name"].as_str().unwrap();
    let written = listings.write(&add_on(icon(name)));
    assert_eq!(written["removed"], json!(["listings/en/icon.remote"]));
    assert_eq!(listings.read(&add_on(icon(name)))["edits"], json!([]));

    // Without a picture the placeholder is written anew.
    let listings = Listings::new();
    listings.write(&add_on(icon("old.png")));
    let notes = listings.read(&add_on(icon("new.png")))["notes"].clone();
    assert_eq!((&notes[0]["kind"], &notes[0]["file"]), (&json!("gone"), &json!("listings/en/icon.remote")));
    listings.write(&add_on(icon("new.png")));
    assert_eq!(listings.get("listings/en/icon.remote").unwrap(), "{\"fileName\":\"new.png\"}\n");
}

#[test]
fn an_empty_icon_remove_removes_the_icon_and_an_empty_placeholder_of_an_image_says_what_it_lacks() {
    let listings = Listings::new();
    listings.put("listings/en/title.txt", "T");
    listings.put("listings/en/icon.remove", "");
    let read = listings.read(&add_on(icon("old.png")));
    assert_eq!(read["edits"][0]["path"], "/listings/en/icon/fileStatus", "{read}");
    assert_eq!(read["edits"][0]["value"], "PendingDelete");
    // Once it is gone the file stands for nothing, and a pull removes it.
    let none = r#"{"contentType":"EMagazine","listings":{"en":{"title":"T"}}}"#;
    assert_eq!(listings.read(none)["notes"][0]["kind"], "gone");
    assert_eq!(listings.write(none)["removed"], json!(["listings/en/icon.remove"]));
    // With a name it removes that icon only.
    listings.put("listings/en/icon.remove", r#"{"fileName":"other.png"}"#);
    assert_eq!(listings.read(&add_on(icon("old.png")))["edits"], json!([]));

    let file = "listings/en-us/images/Screenshot/01-a.remove";
    let found = faults(&app(json!({})), &[(file, "")]);
    assert!(found.contains("it is empty, and has to name an image by `id` or `fileName`"), "{found}");
}
