//! Release notes from a changelog: the section of the version that is released.

use std::fs;

use serde_json::{Value, json};

use crate::listings::Listings;
use crate::support::{APP, Answer, Client, Store};

const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\n- Not yet.\n\n## [2.0.0] - 2026-11-30\n\n### Added\n\n- **Pages** turn\n  \
    with [a swipe](https://contoso.com).\n- `Dark` mode.\n\n## v1.9\n\n- Older.\n\n[2.0.0]: https://contoso.com/2.0.0\n";
const NOTES: &str = "Added\n\n\u{2022} Pages turn with a swipe.\n\u{2022} Dark mode.";

fn publish(client: &Client, more: Value) -> Answer {
    let mut request = json!({"appId": APP, "commit": false, "draft": "replace"});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.job("publish", request).1
}

/// The release notes of a draft in English and in German.
fn notes(client: &Client, answer: &Answer) -> [Value; 2] {
    let draft = json!({"appId": APP, "submissionId": answer.result()["submissionId"]});
    let draft = client.call("submission.get", draft).result().clone();
    ["en-us", "de-de"].map(|language| draft["listings"][language]["baseListing"]["releaseNotes"].clone())
}

#[test]
fn a_release_has_the_section_of_its_version() {
    let store = Store::start();
    let client = store.client();
    let folder = store.folder.path();
    let (changelog, other) = (folder.join("CHANGELOG.md"), folder.join("whatsnew.md"));
    fs::write(&changelog, CHANGELOG.replace('\n', "\r\n")).unwrap();
    fs::write(&other, CHANGELOG).unwrap();
    let package = store.package("Contoso.msix", "2.0.0.0");
    // The version is that of the package, or the one that is named.
    let by_package = json!({"packages": [package], "releaseNotesPath": changelog});
    assert_eq!(notes(&client, &publish(&client, by_package)), [NOTES, NOTES]);
    let named = json!({"releaseNotesPath": other, "releaseNotesVersion": " 1.9.0 "});
    assert_eq!(notes(&client, &publish(&client, named)), ["\u{2022} Older."; 2]);
    let unreleased = json!({"releaseNotesPath": changelog, "releaseNotesVersion": "Unreleased"});
    assert_eq!(notes(&client, &publish(&client, unreleased)), ["\u{2022} Not yet."; 2]);
    // A file that is no changelog by its name is one text.
    let whole = notes(&client, &publish(&client, json!({"releaseNotesPath": other})));
    assert_eq!(whole[0], CHANGELOG.trim_end());

    // A folder has a changelog for each language.
    let by_language = folder.join("notes");
    fs::create_dir(&by_language).unwrap();
    fs::write(by_language.join("CHANGELOG.md"), CHANGELOG).unwrap();
    fs::write(by_language.join("CHANGELOG.de-de.md"), "## 2.0.0\nNeu.\n").unwrap();
    let request = json!({"releaseNotesPath": by_language, "releaseNotesVersion": "v2.0.0"});
    assert_eq!(notes(&client, &publish(&client, request)), [NOTES, "Neu."]);
}

#[test]
fn a_version_without_a_section_is_refused_with_those_that_exist() {
    let store = Store::start();
    let client = store.client();
    let changelog = store.folder.path().join("CHANGELOG.md");
    fs::write(&changelog, format!("{CHANGELOG}\n## 0.1\n")).unwrap();
    for (more, code, message) in [
        (json!({"releaseNotesVersion": "2.1.0"}), "file.no_match", "2.1.0; it has Unreleased, 2.0.0, v1.9, 0.1"),
        (json!({"packages": [store.package("Contoso.msix", "2.2.0.0")]}), "file.no_match", "version 2.2.0.0"),
        (json!({"releaseNotesVersion": "0.1"}), "file.empty", "version 0.1"),
        (json!({}), "request.invalid", "/releaseNotesVersion"),
    ] {
        let mut request = more.clone();
        request["releaseNotesPath"] = json!(changelog);
        let answer = publish(&client, request);
        assert_eq!(answer.json["error"]["code"], code, "{more} {}", answer.text);
        assert!(answer.json["error"]["message"].as_str().unwrap().contains(message), "{}", answer.text);
    }
    let answer = publish(&client, json!({"releaseNotesVersion": "2.0.0", "releaseNotes": "Faster."}));
    assert_eq!(answer.json["error"]["code"], "request.invalid", "{}", answer.text);
    assert_eq!(store.drafts(), 0);
}

#[test]
fn a_folder_of_listings_names_its_changelog() {
    let store = Store::start();
    let client = store.client();
    let listings = Listings::new();
    fs::create_dir_all(listings.path()).unwrap();
    listings.put("storeship.json", r#"{"format":1,"changelog":"../CHANGELOG.md"}"#);
    fs::write(listings.path().parent().unwrap().join("CHANGELOG.md"), CHANGELOG).unwrap();
    // A pull leaves the release notes to the changelog.
    let pulled = client.call("listing.pull", json!({"appId": APP, "path": listings.path()})).result().clone();
    assert!(pulled["written"].to_string().contains("en-us/description.txt"), "{pulled}");
    assert!(!pulled["written"].to_string().contains("release-notes"), "{pulled}");

    let push = |more: Value| {
        let mut request = json!({"appId": APP, "draft": "replace", "listing": {"path": listings.path()}});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        client.job("listing.push", request).1
    };
    // Without a version the release notes stay.
    assert_eq!(push(json!({})).result()["changed"], false);
    assert_eq!(push(json!({"releaseNotesVersion": "3"})).json["error"]["code"], "file.no_match");
    listings.put("listings/de-de/release-notes.txt", "Neu.");
    let crlf = NOTES.replace('\n', "\r\n");
    assert_eq!(notes(&client, &push(json!({"releaseNotesVersion": "2.0.0"}))), [&*crlf, "Neu."]);
    let package = store.package("Contoso.msix", "2.0.0.0");
    let release = json!({"packages": [package], "listing": {"path": listings.path()}});
    assert_eq!(notes(&client, &publish(&client, release)), [&*crlf, "Neu."]);
}
