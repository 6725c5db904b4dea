//! A folder of listings in the check: its own faults, its texts with their lines, its rules that are off.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::check::{checked, document, of};
use crate::check_pictures::picture;

/// A folder with a listing that has no finding.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("title.txt", "Beans\n"),
        ("description.txt", "Counts beans as fast as you can spill them.\n\nKeeps what it has counted.\n"),
        ("features.txt", "Counts fast\nKeeps count\n"),
    ] {
        write(&folder, &format!("listings/en-us/{name}"), text);
    }
    for at in 1..=4 {
        picture(&folder, &format!("listings/en-us/images/Screenshot/0{at}.png"), at);
    }
    folder
}

fn write(folder: &TempDir, path: &str, text: impl AsRef<[u8]>) {
    let path = folder.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn found(folder: &TempDir, more: Value) -> Vec<Value> {
    let root = folder.path().to_str().unwrap();
    let mut request = json!({"listingPath": root, "rootPath": root});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    checked(request)["findings"].as_array().unwrap().clone()
}

/// The rule, the severity, the file and the line of each finding.
fn places(findings: &[Value]) -> Vec<(String, String, String, u64)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| finding["line"].as_u64().unwrap_or_default();
    findings.iter().map(|it| (text(it, "id"), text(it, "severity"), text(it, "file"), line(it))).collect()
}

#[track_caller]
fn finds(folder: &TempDir, id: &str, severity: &str, place: (&str, u64)) -> Value {
    let findings = found(folder, json!({}));
    let expected = (id.to_owned(), severity.to_owned(), place.0.to_owned(), place.1);
    let at = places(&findings).iter().position(|place| *place == expected);
    findings[at.unwrap_or_else(|| panic!("{id} in {findings:#?}"))].clone()
}

#[test]
fn a_good_folder_has_no_finding() {
    let folder = folder();
    assert_eq!(found(&folder, json!({})), Vec::<Value>::new());
    assert_eq!(found(&folder, json!({"document": document()})), Vec::<Value>::new());
}

#[test]
fn texts_have_the_lines_of_their_files() {
    let folder = folder();
    write(&folder, "listings/en-us/description.txt", "Counts beans.\n\nSee  {{site}}\n");
    let finding = finds(&folder, "T16", "error", ("listings/en-us/description.txt", 3));
    assert_eq!((&finding["column"], &finding["language"]), (&json!(6), &json!("en-us")));
    assert_eq!(finding["pointer"], "/listings/en-us/baseListing/description");
    write(&folder, "listings/en-us/features.txt", "Counts fast\n\n  - Keeps count\n");
    assert_eq!(finds(&folder, "T15", "warning", ("listings/en-us/features.txt", 3))["column"], 3);
    // A line end is sent as two characters.
    write(&folder, "listings/en-us/short-description.txt", format!("{}\n{}", "x".repeat(250), "y".repeat(249)));
    let finding = finds(&folder, "T02", "warning", ("listings/en-us/short-description.txt", 1));
    assert_eq!(finding["found"], "501");
    write(&folder, "listings/en-us/features.json", r#"["Counts fast", ""]"#);
    fs::remove_file(folder.path().join("listings/en-us/features.txt")).unwrap();
    finds(&folder, "T04", "error", ("listings/en-us/features.json", 1));
}

#[test]
fn faults_of_a_folder_are_findings() {
    for (file, text, id, place) in [
        ("listings/en-us/shortDescription.txt", &b"x"[..], "N01", ("listings/en-us/shortDescription.txt", 0)),
        ("listings/en-us/features.json", b"[]", "N02", ("listings/en-us/features.txt", 0)),
        ("listings/en-us/release-notes.txt", b"a\r\nca\xe9", "T11", ("listings/en-us/release-notes.txt", 2)),
        ("listings/en-us/release-notes.txt", b"a\n<<<<<<< ours\n", "N08", ("listings/en-us/release-notes.txt", 2)),
        ("listings/en-us/images/Screenshot/09.txt", b"x", "N07", ("listings/en-us/images/Screenshot/09.txt", 0)),
        ("listings/en-us/images/Screenshot/09.remote", b"{}", "N07", ("listings/en-us/images/Screenshot/09.remote", 0)),
        ("submission.json", b"{", "N09", ("submission.json", 1)),
        (
            "listings/en-us/images/Screenshot/09.png",
            b"version https://git-lfs.github.com/spec/v1\n",
            "N08",
            ("listings/en-us/images/Screenshot/09.png", 0),
        ),
    ] {
        let folder = folder();
        write(&folder, file, text);
        let findings = found(&folder, json!({}));
        let own: Vec<_> = places(&findings).into_iter().filter(|(own, ..)| own == id).collect();
        assert_eq!(own.len(), 1, "{file}: {findings:#?}");
        assert_eq!((own[0].1.as_str(), own[0].2.as_str()), ("error", place.0));
        if place.1 > 0 {
            assert_eq!(own[0].3, place.1, "{file}");
        }
    }
    let folder = folder();
    write(&folder, "listings/en-us/descripton.txt", "x");
    let finding = finds(&folder, "N01", "error", ("listings/en-us/descripton.txt", 0));
    assert_eq!(finding["remedy"], "did you mean description.txt?");
    picture(&folder, "listings/de-de/images/Screenshot/01.png", 9);
    finds(&folder, "N06", "warning", ("listings/de-de", 0));
}

#[test]
fn a_missing_file_leaves_what_the_submission_has() {
    let folder = folder();
    fs::remove_file(folder.path().join("listings/en-us/description.txt")).unwrap();
    fs::remove_dir_all(folder.path().join("listings/en-us/images")).unwrap();
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))), []);
    // A new language needs both, unless others stand in.
    write(&folder, "listings/de-de/title.txt", "Bohnen");
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))).len(), 2);
    write(&folder, "listings/_default/description.txt", "Counts beans.");
    picture(&folder, "listings/_default/images/Screenshot/01.png", 1);
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))), []);
    // Without a submission nobody knows what it has.
    assert_eq!(of("T08", &found(&folder, json!({}))), []);
    // An empty file clears.
    write(&folder, "listings/en-us/description.txt", "");
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))).len(), 1);
}

#[test]
fn a_folder_of_texts_leaves_the_pictures_alone() {
    let texts = folder();
    fs::remove_dir_all(texts.path().join("listings/en-us/images")).unwrap();
    assert_eq!(found(&texts, json!({})), Vec::<Value>::new());
    // With a submission it is known whether there are some.
    assert_eq!(found(&texts, json!({"document": document()})), Vec::<Value>::new());
    let mut bare = document();
    bare["listings"] = json!({});
    assert_eq!(of("T08", &found(&texts, json!({"document": bare})))[0].0, "error");
    // So it is with the other way round.
    let pictures = folder();
    for name in ["title.txt", "description.txt", "features.txt"] {
        fs::remove_file(pictures.path().join("listings/en-us").join(name)).unwrap();
    }
    assert_eq!(of("T08", &found(&pictures, json!({}))), []);
    // A folder that says that there shall be none.
    write(&texts, "listings/en-us/images/Screenshot/none", "");
    assert_eq!(of("T08", &found(&texts, json!({})))[0].0, "error");
}

#[test]
fn a_language_falls_back_to_another_in_any_letter_case() {
    let folder = folder();
    write(&folder, "listings/de-at/title.txt", "Bohnen");
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))).len(), 2);
    write(&folder, "storeship.json", r#"{"format": 1, "fallback": {"de-AT": "EN-us"}}"#);
    assert_eq!(of("T08", &found(&folder, json!({"document": document()}))), []);
}

#[test]
fn texts_that_the_submission_has_are_not_judged_again() {
    let folder = folder();
    let mut document = document();
    document["listings"]["en-us"]["baseListing"]["description"] = json!("TODO\r\nmore");
    write(&folder, "listings/en-us/description.txt", "TODO\nmore\n");
    assert_eq!(of("T16", &found(&folder, json!({"document": document}))), []);
    assert_eq!(of("T16", &found(&folder, json!({}))).len(), 1);
}

#[test]
fn the_folder_says_which_rules_are_off_and_why() {
    let folder = folder();
    write(&folder, "listings/en-us/description.txt", "TODO is the name of our list.");
    finds(&folder, "T16", "warning", ("listings/en-us/description.txt", 1));
    write(&folder, "storeship.json", r#"{"format": 1, "allow": [{"id": "T16", "reason": "it is our name"}]}"#);
    let result = checked(json!({"listingPath": folder.path().to_str().unwrap()}));
    assert_eq!(result["findings"], json!([]), "{result:#}");
    assert_eq!(result["suppressed"][0]["reason"], "it is our name");
    write(&folder, "storeship.json", r#"{"allow": [{"id": "T16"}]}"#);
    finds(&folder, "N09", "error", ("storeship.json", 0));
}

#[test]
fn a_folder_that_is_none_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(found(&folder, json!({}))[0]["id"], "N01");
    let missing = folder.path().join("none");
    let result = checked(json!({"listingPath": missing.to_str().unwrap()}));
    assert_eq!(result["findings"][0]["id"], "N09");
}

#[test]
fn the_folder_of_a_release_is_checked() {
    let folder = folder();
    write(&folder, "listings/en-us/title.txt", "x".repeat(257));
    let release = tempfile::tempdir().unwrap();
    let path = release.path().join("release.json");
    let listing = json!({"appId": "9NBLGGH4R315", "listing": {"path": folder.path().to_str().unwrap()}});
    fs::write(&path, listing.to_string()).unwrap();
    let result = checked(json!({"releasePath": path.to_str().unwrap()}));
    assert_eq!(of("T01", result["findings"].as_array().unwrap())[0].0, "error");
}
