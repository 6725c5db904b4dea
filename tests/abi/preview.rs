//! `submission.preview`: one HTML file that shows what changed, and every text as text.

use std::fs;

use serde_json::{Value, json};

use crate::support::{self, Answer, pictures};

fn preview(request: &Value) -> Answer {
    support::call(0, "submission.preview", &request.to_string())
}

fn html(request: &Value) -> String {
    preview(request).result()["html"].as_str().unwrap().to_owned()
}

fn app(listing: Value) -> Value {
    json!({"listings": {"en-us": {"baseListing": listing}}})
}

fn image(id: &str, caption: &str) -> Value {
    let name = format!("{id}.png");
    json!({"id": id, "fileName": name, "fileStatus": "Uploaded", "imageType": "Screenshot", "description": caption})
}

#[test]
fn it_counts_and_marks_what_changed() {
    let base = json!({
        "visibility": "Public",
        "listings": {
            "en-us": {"baseListing": {
                "title": "Reader", "description": "Reads books.", "features": ["Fast", "Small"],
                "images": [image("1", "One"), image("2", "Two"), image("3", "Three"), image("4", "Four")],
            }},
            "fr-fr": {"baseListing": {"description": "Lit des livres."}},
        },
    });
    let document = json!({
        "visibility": "Hidden",
        "listings": {
            "de-de": {"baseListing": {"description": "Liest B\u{fc}cher."}},
            "en-us": {"baseListing": {
                "title": "Reader", "description": "Reads books aloud.", "features": ["Fast", "Smaller"],
                "images": [image("2", "Two"), image("1", "One"), image("3", "Third"), {
                    "fileName": "5.png", "fileStatus": "PendingUpload", "imageType": "Screenshot",
                }],
            }},
        },
    });
    let answer = preview(&json!({"document": document, "base": base}));
    let counts = json!({
        "languages": 3, "changedLanguages": 3, "changedTexts": 4, "changedPictures": 4, "changedProperties": 1,
        "shownPictures": 0,
    });
    assert_eq!(answer.result()["counts"], counts);
    let html = answer.result()["html"].as_str().unwrap();
    assert!(html.contains("Reads <ins>books aloud.</ins>") || html.contains("<ins>aloud.</ins>"), "{html}");
    for shown in [
        "\u{2195} moved",
        "before: <del",
        "<del>Public</del>",
        "<ins>Hidden</ins>",
        "Lit des livres.",
        "\u{2212} removed",
    ] {
        assert!(html.contains(shown), "{shown} in {html}");
    }

    // The same submission twice: nothing changed.
    let counts = preview(&json!({"document": document, "base": document})).result()["counts"].clone();
    let changed = ["changedLanguages", "changedTexts", "changedProperties"].map(|name| counts[name].clone());
    assert_eq!(changed, [json!(0), json!(0), json!(0)], "{counts}");
}

#[test]
fn the_page_has_the_name_of_the_product() {
    let listing = |title: &str| json!({"baseListing": {"title": title, "description": "Reads."}});
    let heading = |listings: Value, more: Value| {
        let mut request = json!({"document": {"listings": listings}});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let html = html(&request);
        html.split_once("<h1>").unwrap().1.split_once("</h1>").unwrap().0.to_owned()
    };
    let both = json!({"de-de": listing("Leser"), "en-us": listing("Reader")});
    assert_eq!(heading(both.clone(), json!({"product": "Contoso reader"})), "Contoso reader");
    assert_eq!(heading(both, json!({})), "Reader");
    assert_eq!(heading(json!({"de-de": listing("<i>Leser"), "en-us": listing("")}), json!({})), "&lt;i&gt;Leser");
    assert_eq!(heading(json!({"de-de": listing("")}), json!({})), "Submission");
}

#[test]
fn every_text_is_shown_as_text_and_nothing_is_loaded() {
    let hostile = "\"><script src=//example.com></script><style>*{background:url(//example.com)}</style>'\u{0}\u{7f}";
    let document = json!({
        hostile: hostile,
        "listings": {hostile: {
            "baseListing": {
                hostile: hostile, "description": hostile, "features": [hostile],
                "images": [{"fileName": hostile, "imageType": hostile, "description": hostile, "fileStatus": hostile}],
            },
            "platformOverrides": {hostile: {"description": hostile}},
        }},
    });
    let files = json!([{"path": "/none", "name": hostile}]);
    for base in [Value::Null, document.clone(), app(json!({"description": "x"}))] {
        let html = html(&json!({"document": document, "base": base, "product": hostile, "files": files}));
        for markup in ["<script", "<link", "<iframe", "<form", "javascript:", "<style>*{b", "\u{0}", "\u{7f}"] {
            assert!(!html.contains(markup), "{markup} in {html}");
        }
        assert_eq!(html.matches("<style>").count(), 1);
        assert!(html.contains("&lt;script src=//example.com&gt;"), "{html}");
        assert!(html.contains("default-src 'none'"), "{html}");
        // Characters that nobody sees are shown by their number.
        assert!(html.contains("U+0000") && html.contains("U+007F"), "{html}");
    }
}

#[test]
fn it_shows_what_any_document_has() {
    let odd = [
        "null",
        "[]",
        "3",
        r#"{"listings": 1}"#,
        r#"{"listings": {"en": null}}"#,
        r#"{"listings": {"en": {"baseListing": []}}}"#,
        r#"{"listings": {"en": {"baseListing": {"description": "\ud800", "images": [1, null, {}]}}}}"#,
        r#"{"Listings": {"EN": {"BaseListing": {"Description": "Pascal", "Images": [{"FileName": "p.png"}]}}}}"#,
    ];
    for document in odd {
        let request = format!(r#"{{"document": {document}, "base": {document}}}"#);
        let answer = support::call(0, "submission.preview", &request);
        assert_eq!(answer.status, 0, "{document}: {}", answer.text);
        let html = answer.result()["html"].as_str().unwrap();
        assert_eq!(html.contains("Pascal"), document.contains("Pascal"), "{html}");
        assert_eq!(html.contains("p.png"), document.contains("Pascal"), "{html}");
    }
    // An add-on has its texts in the listing itself.
    let add_on =
        json!({"listings": {"en": {"title": "Chest", "icon": {"fileName": "chest.png", "fileStatus": "Uploaded"}}}});
    let html = html(&json!({ "document": add_on }));
    assert!(html.contains("Chest") && html.contains("chest.png"), "{html}");
    let upload = json!({"fileUploadUrl": "https://x.blob.core.windows.net/c/b?sig=secret", "listings": {}});
    assert!(!self::html(&json!({ "document": upload })).contains("blob.core"));
    assert_eq!(preview(&json!({"document": {}, "output": "/none/page.html"})).failure(), (14, "file.unwritable"));
}

#[test]
fn pictures_are_small_copies_and_what_is_no_picture_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let large = pictures::png(3840, 2160);
    let mut bomb = pictures::png(16, 16);
    // IHDR names 30,000 x 30,000 pixels.
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let files = [("large", large), ("small", pictures::png(64, 32)), ("bomb", bomb), ("text", b"no picture".to_vec())];
    let mut images = vec![json!({"fileName": "absent.png", "imageType": "Screenshot"})];
    let mut named = Vec::new();
    for (name, bytes) in &files {
        let path = folder.path().join(format!("{name}.png"));
        fs::write(&path, bytes).unwrap();
        images
            .push(json!({"fileName": format!("{name}.png"), "imageType": "Screenshot", "fileStatus": "PendingUpload"}));
        named.push(json!({ "path": path }));
    }
    let output = folder.path().join("page.html");
    let request = json!({"document": app(json!({ "images": images })), "files": named, "output": output});
    let answer = preview(&request);
    assert_eq!(answer.result()["counts"]["shownPictures"], 2, "{}", answer.text);
    let html = fs::read_to_string(&output).unwrap();
    assert_eq!(html.matches("data:image/png;base64,").count(), 2);
    assert!(html.contains("3840 \u{d7} 2160") && html.contains("64 \u{d7} 32"), "{html}");
    assert_eq!(html.matches("its file is no PNG that can be shown").count(), 2);
    assert!(html.contains("the API gives no address of it"));
    assert!(html.len() < 400_000, "{} bytes", html.len());
    // The same input makes the same page.
    preview(&request).result();
    assert_eq!(fs::read_to_string(&output).unwrap(), html);
}

#[test]
fn a_folder_of_listings_is_shown_beside_the_submission() {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("listings/en-us");
    fs::create_dir_all(language.join("images/Screenshot")).unwrap();
    fs::write(language.join("description.txt"), "Reads books aloud.\n").unwrap();
    fs::write(language.join("images/Screenshot/01-home.png"), pictures::png(1366, 768)).unwrap();
    let document = app(json!({"description": "Reads books.", "title": "Reader", "images": []}));
    let request = json!({"document": document, "listing": {"path": folder.path()}});
    let answer = preview(&request);
    let counts = &answer.result()["counts"];
    assert_eq!((&counts["changedTexts"], &counts["changedPictures"]), (&json!(1), &json!(1)), "{}", answer.text);
    assert_eq!(counts["shownPictures"], 1, "{}", answer.text);
    assert!(answer.result()["html"].as_str().unwrap().contains("<ins>books aloud.</ins>"));

    fs::write(language.join("descripton.txt"), "").unwrap();
    assert_eq!(preview(&request).failure().1, "listing.invalid");
}

#[test]
fn the_pictures_of_a_folder_are_judged_and_its_rules_are_off() {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("listings/en-us");
    fs::create_dir_all(language.join("images/Screenshot")).unwrap();
    fs::write(language.join("description.txt"), "TODO is the name of our list.\n").unwrap();
    fs::write(language.join("images/Screenshot/01-home.png"), pictures::png(800, 600)).unwrap();
    let document = app(json!({"description": "Reads books.", "title": "Reader", "images": []}));
    let request = json!({"document": document, "listing": {"path": folder.path()}});
    let html_before = html(&request);
    assert!(html_before.contains("warning T16"), "the placeholder in the text");
    // A picture of this size is refused by the Store; the file is named from the folder.
    assert!(
        html_before.contains("I04")
            && html_before.contains("<code>listings/en-us/images/Screenshot/01-home.png</code>")
    );
    let rules = json!({"allow": [{"id": "T16", "reason": "our name"}, {"id": "I04", "reason": "a test"}]});
    fs::write(folder.path().join("storeship.json"), rules.to_string()).unwrap();
    let html_after = html(&request);
    assert!(!html_after.contains("T16") && !html_after.contains("I04"));
    fs::write(folder.path().join("storeship.json"), r#"{"allow": [{"id": "T99", "reason": "x"}]}"#).unwrap();
    assert_eq!(preview(&request).failure().1, "listing.invalid");
}

#[test]
fn equal_entries_are_paired_one_by_one_and_repeated_files_are_told_apart() {
    let entry = |caption: &str| json!({"fileName": "a.png", "fileStatus": "Uploaded", "imageType": "Screenshot", "description": caption});
    let package = |version: &str| json!({"fileName": "App.msix", "version": version});
    let document = |packages: Value, images: Value| {
        let mut document = app(json!({ "images": images }));
        document["applicationPackages"] = packages;
        document
    };
    let base = document(json!([package("1.0.0.0"), package("2.0.0.0")]), json!([entry("One"), entry("Two")]));
    let same = preview(&json!({"document": base, "base": base}));
    assert_eq!(same.result()["counts"]["changedPictures"], 0, "{}", same.result()["counts"]);
    let changed = document(json!([package("1.0.0.0"), package("3.0.0.0")]), json!([entry("One"), entry("2")]));
    let answer = preview(&json!({"document": changed, "base": base}));
    let counts = &answer.result()["counts"];
    assert_eq!((&counts["changedPictures"], &counts["changedProperties"]), (&json!(1), &json!(1)), "{counts}");
    let html = answer.result()["html"].as_str().unwrap();
    assert!(html.contains("App.msix (2) / version") && html.contains("before: <del"), "{html}");
    let fewer = document(json!([]), json!([entry("One")]));
    assert_eq!(preview(&json!({"document": fewer, "base": base})).result()["counts"]["changedPictures"], 1);
}

#[test]
fn a_picture_that_is_shown_often_counts_each_time_against_the_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    // A small file is its own copy, as it is.
    fs::write(&path, pictures::noise(180, 180)).unwrap();
    let bytes = fs::metadata(&path).unwrap().len() as usize;
    let uses = (24 << 20) / bytes;
    let images: Vec<Value> =
        (0..uses).map(|at| json!({"id": at.to_string(), "fileName": "a.png", "imageType": "Screenshot"})).collect();
    let document = app(json!({ "images": images }));
    let answer = preview(&json!({"document": document, "files": [{ "path": path }]}));
    let html = answer.result()["html"].as_str().unwrap();
    assert!(html.len() < 24 << 20, "{} bytes of {uses} pictures of {bytes} bytes", html.len());
    assert!(html.contains("the page has as many pictures as it may have"));
    assert_eq!(answer.result()["counts"]["shownPictures"], 1);
}

#[test]
fn what_others_changed_since_the_base_of_a_folder_stays_on_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let language = folder.path().join("listings/en-us");
    fs::create_dir_all(&language).unwrap();
    fs::write(language.join("description.txt"), "Reads books.\n").unwrap();
    fs::write(language.join("title.txt"), "Reader\n").unwrap();
    let base = folder.path().join(".exported.json");
    fs::write(&base, app(json!({"description": "Reads books.", "title": "Reader"})).to_string()).unwrap();
    let document = app(json!({"description": "Reads all books.", "title": "Reader"}));
    let mut request = json!({"document": document, "listing": {"path": folder.path(), "basePath": base}});
    assert_eq!(preview(&request).result()["counts"]["changedTexts"], 0);

    fs::write(language.join("description.txt"), "Reads books aloud.\n").unwrap();
    assert_eq!(preview(&request).failure(), (15, "listing.conflict"));
    request["listing"]["overwrite"] = json!(["/listings/en-us/baseListing/description"]);
    assert_eq!(preview(&request).result()["counts"]["changedTexts"], 1);
}
