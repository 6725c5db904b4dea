//! Listings as files, without a service: a submission is written into a folder, and a folder is compared with a submission.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Answer, call};

/// A temporary folder with a folder of listings in it.
pub(crate) struct Listings {
    pub(crate) folder: tempfile::TempDir,
}

impl Listings {
    pub(crate) fn new() -> Listings {
        Listings { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(crate) fn put(&self, file: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn get(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path().join(file)).ok()
    }

    /// All files but `storeship.json`, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(&path, root, found);
                } else {
                    found.push(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.path(), &self.path(), &mut found);
        found.retain(|file| file != "storeship.json");
        found.sort();
        found
    }

    /// Calls `listing.write` or `listing.read` for a document that is written as it is.
    pub(crate) fn call(&self, operation: &str, document: &str, more: &Value) -> Answer {
        let mut fields = format!(r#""path":{},"document":{document}"#, json!(self.path()));
        for (name, value) in more.as_object().unwrap() {
            fields.push_str(&format!(",{}:{value}", json!(name)));
        }
        call(0, operation, &format!("{{{fields}}}"))
    }

    pub(crate) fn write(&self, document: &str) -> Value {
        self.call("listing.write", document, &json!({})).result().clone()
    }

    pub(crate) fn read(&self, document: &str) -> Value {
        self.call("listing.read", document, &json!({})).result().clone()
    }

    /// The document after the edits of the folder.
    pub(crate) fn applied(&self, document: &str) -> Value {
        apply(document, &self.read(document)["edits"])
    }
}

/// A document with these edits.
pub(crate) fn apply(document: &str, edits: &Value) -> Value {
    let request = format!(r#"{{"document":{document},"operations":{edits}}}"#);
    call(0, "document.patch", &request).result().clone()
}

/// A submission with one listing that has these members.
pub(crate) fn app(base: Value) -> String {
    json!({"applicationPackages": [], "listings": {"en-us": {"baseListing": base}}}).to_string()
}

#[test]
fn texts_and_lists_are_files_and_nothing_changes_then() {
    let listings = Listings::new();
    let document = app(json!({
        "title": "Beans", "description": "Counts beans.\r\nQuickly.", "shortDescription": "", "releaseNotes": null,
        "copyrightAndTrademarkInfo": "(c)", "features": ["Fast", "#1"], "keywords": [],
        "minimumHardware": ["two\nlines"], "privacyPolicy": "https://x", "tomorrow": "new",
    }));
    let written = listings.write(&document);
    assert_eq!(
        listings.files(),
        [
            "listings/en-us/copyright-and-trademark-info.txt",
            "listings/en-us/description.txt",
            "listings/en-us/features.txt",
            "listings/en-us/minimum-hardware.json",
            "listings/en-us/privacy-policy.txt",
            "listings/en-us/title.txt",
            "listings/en-us/tomorrow.txt",
        ],
        "{written}"
    );
    assert_eq!(listings.get("listings/en-us/description.txt").unwrap(), "Counts beans.\nQuickly.\n");
    assert_eq!(listings.get("listings/en-us/features.txt").unwrap(), "Fast\n#1\n");
    assert_eq!(listings.read(&document)["edits"], json!([]));
    let again = listings.write(&document);
    assert_eq!((&again["written"], &again["unchanged"]), (&json!([]), &json!(7)));
}

#[test]
fn a_changed_text_has_the_line_ends_of_the_old_one_and_a_changed_item_is_one_edit() {
    let listings = Listings::new();
    let document = app(json!({"description": "a\nb", "releaseNotes": "old", "features": ["one", "two", "three"]}));
    listings.put("listings/en-us/description.txt", "a\r\nc\r\n\r\n");
    listings.put("listings/en-us/release-notes.txt", "\u{feff}x\ny\n");
    listings.put("listings/en-us/features.txt", "one\n\n  2 \nthree");
    let edits = listings.read(&document)["edits"].clone();
    let expected = json!([
        {"op": "replace", "path": "/listings/en-us/baseListing/description", "value": "a\nc", "old": "a\nb"},
        {"op": "replace", "path": "/listings/en-us/baseListing/features/1", "value": "2", "old": "two"},
        {"op": "replace", "path": "/listings/en-us/baseListing/releaseNotes", "value": "x\r\ny", "old": "old"},
    ]);
    assert_eq!(edits, expected);
    listings.put("listings/en-us/features.txt", "one\nthree");
    let edits = listings.read(&document)["edits"].clone();
    assert_eq!(edits[1]["value"], json!(["one", "three"]));
}

#[test]
fn a_missing_file_leaves_the_text_alone_and_an_empty_one_clears_it() {
    let listings = Listings::new();
    let document = app(json!({"title": "T", "description": "D", "keywords": ["k"], "releaseNotes": ""}));
    for file in ["title", "keywords", "release-notes", "short-title"] {
        listings.put(&format!("listings/EN-US/{file}.txt"), "\n");
    }
    let read = listings.read(&document);
    let base = apply(&document, &read["edits"])["listings"]["en-us"]["baseListing"].clone();
    assert_eq!(base, json!({"title": null, "description": "D", "keywords": [], "releaseNotes": ""}));
    assert_eq!(read["notes"].as_array().unwrap().len(), 2, "{read}");
}

#[test]
fn every_fault_is_named_and_nothing_is_compared() {
    let listings = Listings::new();
    listings.put("listings/en-us/descripton.txt", "x");
    listings.put("listings/en-us/shortDescription.txt", "x");
    listings.put("listings/en-us/title.txt", b"caf\xe9");
    listings.put("listings/en-us/features.txt", "x");
    listings.put("listings/en-us/features.json", "[]");
    listings.put("listings/en-us/release-notes.txt", "a\n<<<<<<< HEAD\nb");
    listings.put("listings/en-us/dev-studio.txt", vec![b'a'; 1024 * 1024 + 1]);
    listings.put("listings/en-us/images/Screenshot/01.jpg", "x");
    listings.put("listings/en-us/images/Screenshot/02.txt", "a caption");
    listings.put("listings/en-us/images/Screenshot/03.png", "version https://git-lfs.github.com/spec/v1\noid x");
    listings.put("listings/en-us/README.md", "for people");
    listings.put("listings/en-us/.DS_Store", "for tools");
    listings.put("submission.json", "{\n  \"a\": tru\n}");
    listings.put("listing/de-de/title.txt", "x");
    let answer = listings.call("listing.read", &app(json!({})), &json!({}));
    assert_eq!(answer.failure(), (14, "listing.invalid"));
    let details = answer.json["error"]["details"].as_array().unwrap();
    let has = |code: &str, text: &str| {
        let found = |detail: &Value| detail["code"] == code && detail["message"].as_str().unwrap().contains(text);
        assert!(details.iter().any(found), "{code} {text}: {details:#?}");
    };
    has(
        "unknown",
        "listings/en-us/descripton.txt: the file stands for no member of a listing; did you mean description.txt?",
    );
    has(
        "unknown",
        "shortDescription.txt: the file stands for no member of a listing; did you mean short-description.txt?",
    );
    has("unknown", "images/Screenshot/01.jpg");
    has("unknown", "listing: it stands for nothing here; did you mean listings?");
    has("encoding", "title.txt:1: it is not UTF-8 but some code page, or no text: it has the byte 0xE9 at offset 3");
    has("twice", "listings/en-us/features.txt: listings/en-us/features.json is for the same text");
    has("conflict", "release-notes.txt:2: it has the marks of a merge");
    has("tooLarge", "dev-studio.txt: a text has at most 1 MiB");
    has("alone", "02.txt: there is no picture of this name beside the caption");
    has("pointer", "03.png: it is a pointer of Git LFS");
    has("json", "submission.json:2: it is not JSON");
    assert_eq!(details.len(), 11, "{details:#?}");
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_in_the_folder_only() {
    use std::os::unix::fs::symlink;
    let listings = Listings::new();
    listings.put("listings/en-us/title.txt", "T");
    listings.put("../outside.txt", "secret");
    symlink("title.txt", listings.path().join("listings/en-us/sort-title.txt")).unwrap();
    assert_eq!(listings.read(&app(json!({})))["edits"].as_array().unwrap().len(), 2);
    symlink("../../../outside.txt", listings.path().join("listings/en-us/short-title.txt")).unwrap();
    symlink("en-us", listings.path().join("listings/de-de")).unwrap();
    let answer = listings.call("listing.read", &app(json!({})), &json!({}));
    let details = answer.json["error"]["details"].as_array().unwrap().clone();
    assert_eq!(details.iter().map(|detail| detail["code"].clone()).collect::<Vec<_>>(), [json!("link"), json!("link")]);
    // A folder that a link leads to is not written into.
    let elsewhere = listings.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let others = Listings::new();
    fs::create_dir_all(others.path().join("listings")).unwrap();
    symlink(&elsewhere, others.path().join("listings/en-us")).unwrap();
    let answer = others.call("listing.write", &app(json!({"title": "T"})), &json!({}));
    assert_ne!(answer.status, 0);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
}

#[test]
fn defaults_and_fallbacks_fill_what_a_language_lacks() {
    let listings = Listings::new();
    listings.put("storeship.json", r#"{"format":1,"fallback":{"de-at":"de-de"}}"#);
    listings.put("listings/_default/title.txt", "Beans");
    listings.put("listings/_default/description.txt", "Counts.");
    listings.put("listings/de-de/description.txt", "Zählt.");
    listings.put("listings/de-at/release-notes.txt", "Neu.");
    let document = json!({"applicationPackages": [], "listings": {
        "de-de": {"baseListing": {}}, "de-at": {"baseListing": {}}, "fr-fr": {"baseListing": {}},
    }})
    .to_string();
    let read = listings.read(&document);
    assert_eq!(read["leftAlone"], json!(["fr-fr"]));
    let after = apply(&document, &read["edits"])["listings"].clone();
    assert_eq!(after["de-de"]["baseListing"], json!({"description": "Zählt.", "title": "Beans"}));
    let austrian = json!({"releaseNotes": "Neu.", "description": "Zählt.", "title": "Beans"});
    assert_eq!(after["de-at"]["baseListing"], austrian);
    assert_eq!(after["fr-fr"]["baseListing"], json!({}));
    // Written into the folder, what the defaults yield gets no file, and what they must not yield is emptied.
    let document = json!({"applicationPackages": [], "listings": {
        "de-de": {"baseListing": {"title": "Beans", "description": "Zählt."}},
        "de-at": {"baseListing": {"title": "Beans", "description": "Zählt.", "releaseNotes": "Neu."}},
        "it-it": {"baseListing": {"title": "Beans", "description": ""}},
    }})
    .to_string();
    listings.write(&document);
    assert_eq!(listings.get("listings/de-de/title.txt"), None);
    assert_eq!(listings.get("listings/it-it/description.txt").unwrap(), "");
    assert_eq!(listings.read(&document)["edits"], json!([]));
}

#[test]
fn languages_are_added_by_a_folder_and_removed_only_by_name() {
    let listings = Listings::new();
    listings.put("listings/FR-fr/title.txt", "T");
    let document = app(json!({"title": "T"}));
    let read = listings.read(&document);
    let after = apply(&document, &read["edits"]);
    assert_eq!(after["listings"]["fr-fr"], json!({"baseListing": {"title": "T"}}));
    assert_eq!(read["notes"][0]["kind"], "incomplete");
    let remove = json!({"removeLanguages": ["EN-US", "xx"]});
    let read = listings.call("listing.read", &document, &remove).result().clone();
    assert_eq!(apply(&document, &read["edits"])["listings"], json!({"fr-fr": {"baseListing": {"title": "T"}}}));
    assert_eq!(read["notes"][0]["kind"], "notThere");
    let answer = listings.call("listing.read", &document, &json!({"removeLanguages": ["fr-fr"]}));
    assert_eq!(answer.failure(), (2, "request.invalid"));
}

#[test]
fn properties_are_merged_and_written_back() {
    let listings = Listings::new();
    listings
        .put("submission.json", r#"{ "applicationCategory": "Games", "gamingOptions": {"isCrossPlayEnabled": true} }"#);
    listings.put("notes-for-certification.txt", "Sign in as x.");
    let document =
        r#"{"applicationPackages": [], "applicationCategory": "Productivity", "gamingOptions": {"other": 1.0}}"#;
    let after = listings.applied(document);
    assert_eq!(after["gamingOptions"], json!({"other": 1.0, "isCrossPlayEnabled": true}));
    assert_eq!(
        (&after["applicationCategory"], &after["notesForCertification"]),
        (&json!("Games"), &json!("Sign in as x."))
    );
    listings.write(&after.to_string());
    assert!(listings.get("submission.json").unwrap().starts_with("{ \"applicationCategory\": \"Games\""));
    listings.write(document);
    assert_eq!(listings.read(document)["edits"], json!([]));
    listings.put("submission.json", r#"{"fileUploadUrl": "https://x"}"#);
    assert_eq!(listings.call("listing.read", document, &json!({})).failure(), (14, "listing.invalid"));
}

#[test]
fn names_of_a_server_stay_in_the_folder() {
    let listings = Listings::new();
    let document = r#"{"applicationPackages": [], "listings": {
        "../../x": {"baseListing": {"title": "T"}}, "con": {"baseListing": {"title": "T"}},
        "en-us": {"baseListing": {"../y": "T", "title": "\ud800", "Title": "U", "images": [
            {"fileName": "../../z.png", "imageType": "Screenshot", "id": "1", "fileStatus": "Uploaded"},
            {"fileName": "w.png", "imageType": "../..", "id": "2", "fileStatus": "Uploaded"}]},
          "platformOverrides": {"..": {"title": "T"}, "Windows81": {"title": "P"}}},
        "EN-us": {"baseListing": {"title": "T"}}}}"#;
    let written = listings.write(document);
    assert_eq!(
        listings.files(),
        [
            "listings/en-us/images/Screenshot/01-z.remote",
            "listings/en-us/platforms/Windows81/title.txt",
            "listings/en-us/title.json",
        ]
    );
    assert_eq!(listings.folder.path().read_dir().unwrap().count(), 1);
    let left_out = |note: &&Value| note["kind"] == "leftOut";
    assert_eq!(written["notes"].as_array().unwrap().iter().filter(left_out).count(), 7, "{written}");
    assert_eq!(listings.read(document)["edits"], json!([]));
}
