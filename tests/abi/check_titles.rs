//! T09, T10, T26 and T27, and I09 and S08: what listings need beside the packages of the submission.

use std::fs;

use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

use crate::check::{checked, document, finds, found, member, of, passes, with};

/// The findings in a document beside a package.
fn beside(sample: &Sample, mut request: Value) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("New.msix");
    fs::write(&path, sample::package(sample).unwrap()).unwrap();
    request["packages"] = json!([path.to_str().unwrap()]);
    checked(request)["findings"].as_array().unwrap().clone()
}

fn severities(id: &str, findings: &[Value]) -> Vec<String> {
    of(id, findings).into_iter().map(|(severity, ..)| severity).collect()
}

/// The submission with a package, which has these languages, and without a title.
fn untitled(languages: Value) -> Value {
    let mut document = with(&member("title"), Value::Null);
    document["applicationPackages"] =
        json!([{"fileName": "Old.msix", "fileStatus": "Uploaded", "languages": languages}]);
    document
}

#[test]
fn a_language_that_no_package_has_needs_a_title() {
    passes("T09", untitled(json!(["EN-us"])));
    assert_eq!(finds("T09", "error", untitled(json!(["en", "de-de"])))["found"], "en-us");
    finds("T09", "warning", untitled(json!([])));
    // Without packages nobody knows.
    passes("T09", with(&member("title"), Value::Null));
    let mut gone = untitled(json!(["en-us"]));
    gone["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    gone["applicationPackages"].as_array_mut().unwrap().push(json!({"fileName": "b.msix", "languages": ["de-de"]}));
    finds("T09", "error", gone);
    // A listing that is live without a title is known to work.
    let live = untitled(json!(["de-de"]));
    assert_eq!(of("T09", checked(json!({"document": live, "base": live}))["findings"].as_array().unwrap()), []);
    let mut published = live.clone();
    published["status"] = json!("Published");
    finds("T09", "warning", published);
    let waiting = json!({"fileName": "New.msix", "fileStatus": "PendingUpload"});
    let mut draft = untitled(json!(["de-de"]));
    draft["applicationPackages"] = json!([waiting]);
    assert_eq!(severities("T09", &beside(&Sample::default(), json!({"document": draft}))), Vec::<String>::new());
    let german = Sample { languages: vec!["de-de".to_owned()], ..Sample::default() };
    assert_eq!(severities("T09", &beside(&german, json!({"document": draft}))), ["error"]);
}

#[test]
fn a_title_is_a_reserved_name_without_advertising() {
    let title = |text: &str| with(&member("title"), json!(text));
    for text in ["Beans - BEST ledger", "Free Beans", "#1 Beans", "Award-winning beans"] {
        finds("T10", "warning", title(text));
    }
    for text in ["Beans", "Freedom", "Bestiary"] {
        passes("T10", title(text));
    }
    let reserved = |text: &str| checked(json!({"document": title(text), "reservedNames": ["Beans", "Bean Ledger"]}));
    assert_eq!(of("T10", reserved("Beans")["findings"].as_array().unwrap()), []);
    let result = reserved("Been Ledger");
    let finding = result["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == "T10").unwrap();
    assert_eq!((&finding["remedy"], &finding["found"]), (&json!("write Bean Ledger"), &json!("Been Ledger")));
}

#[test]
fn release_notes_are_of_the_version_that_comes() {
    let old = document();
    let stale = |new: &Value| severities("T26", &beside(&Sample::default(), json!({"document": new, "base": old})));
    assert_eq!(stale(&old), ["warning"]);
    assert_eq!(stale(&with(&member("releaseNotes"), json!("Counts peas."))), Vec::<String>::new());
    assert_eq!(stale(&with(&member("releaseNotes"), json!(""))), ["warning"]);
    assert_eq!(severities("T26", &found(old.clone())), Vec::<String>::new(), "without new packages they may stay");
    // The package has 2.0.0.0.
    for (notes, count) in [
        ("Version 2.0\r\nMore", 0),
        ("v2.0.0 - more", 0),
        ("## 2.0.0.0", 0),
        ("Version 1.9\r\nMore", 1),
        ("1.9.1: more", 1),
        ("Now with 1.9 MB less", 0),
        ("3D beans", 0),
        ("2 new beans", 0),
    ] {
        let request = json!({"document": with(&member("releaseNotes"), json!(notes))});
        assert_eq!(severities("T26", &beside(&Sample::default(), request)).len(), count, "{notes}");
    }
    // A release says which notes come.
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store/listings/en-us");
    fs::create_dir_all(&store).unwrap();
    fs::write(store.join("description.txt"), "Counts beans, and more than beans.").unwrap();
    let release = folder.path().join("release.json");
    let with_notes = |notes: &str| {
        fs::write(&release, format!(r#"{{"appId": "9NBLGGH4R315", "listing": {{"path": "store"}}{notes}}}"#)).unwrap();
        let request = json!({"document": old, "releasePath": release.to_str().unwrap()});
        severities("T26", &beside(&Sample::default(), request)).len()
    };
    assert_eq!(with_notes(""), 1);
    assert_eq!(with_notes(r#", "releaseNotes": "New""#), 0);
    assert_eq!(with_notes(r#", "releaseNotes": "Version 7.1""#), 1);
}

#[test]
fn release_notes_are_translated() {
    let long = "Counts peas, lentils and all that is small and round.";
    let two = |language: &str, notes: &str| {
        let mut document = with(&member("releaseNotes"), json!(long));
        document["listings"][language] = document["listings"]["en-us"].clone();
        document["listings"][language]["baseListing"]["releaseNotes"] = json!(notes);
        document
    };
    assert_eq!(finds("T26", "warning", two("fr-fr", long))["language"], "fr-fr");
    passes("T26", two("en-gb", long));
    passes("T26", two("fr-fr", "Compte les petits pois, les lentilles et le reste."));
}

#[test]
fn the_first_submission_has_no_release_notes() {
    let mut first = document();
    first["friendlyName"] = json!("Submission 1");
    finds("T27", "information", first.clone());
    first["status"] = json!("Published");
    passes("T27", first.clone());
    first["friendlyName"] = json!("Submission 10");
    first["status"] = json!("PendingCommit");
    passes("T27", first);
}

#[test]
fn a_product_for_xbox_needs_more_pictures() {
    let mut document = document();
    document["applicationPackages"] =
        json!([{"fileName": "a.msix", "targetDeviceFamilies": ["Windows.Xbox min version 10.0.17763.0"]}]);
    assert_eq!(severities("I09", &found(document.clone())), ["error", "error", "warning"]);
    let live = checked(json!({"document": document, "base": document}));
    assert_eq!(severities("I09", live["findings"].as_array().unwrap()), ["warning"; 3]);
    let images = document.pointer_mut(&member("images")).unwrap().as_array_mut().unwrap();
    for name in ["StoreLogo9x16", "StoreLogoSquare", "XboxScreenshot"] {
        images.push(json!({"fileName": "x.png", "imageType": name}));
    }
    passes("I09", document);
    let xbox =
        Sample { device_families: vec![("Windows.Xbox".to_owned(), "10.0.17763.0".to_owned())], ..Sample::default() };
    assert_eq!(severities("I09", &beside(&xbox, json!({"document": crate::check::document()}))).len(), 3);
    passes("I09", crate::check::document());
}

#[test]
fn capabilities_for_personal_data_need_a_privacy_policy() {
    let webcam = Sample { capabilities: vec!["contacts".to_owned()], ..Sample::default() };
    assert_eq!(severities("S08", &beside(&webcam, json!({}))), ["information"]);
    assert_eq!(severities("S08", &beside(&Sample::default(), json!({}))), Vec::<String>::new());
    let mut document = document();
    document["applicationPackages"] =
        json!([{"fileName": "a.msix", "capabilities": ["runFullTrust", "internetClient"]}]);
    assert!(finds("S08", "information", document)["message"].as_str().unwrap().contains("runFullTrust,"));
}
