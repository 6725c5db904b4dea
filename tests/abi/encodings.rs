//! Files as the programs of Windows write them: with CRLF, with a byte order mark, in UTF-16. What comes of them is the same.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{self, APP, Store};

type Form = fn(&str) -> Vec<u8>;

fn utf_16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").replace('\n', "\r\n").encode_utf16().flat_map(unit).collect()
}

/// The name of a form, and a text with LF in it.
const FORMS: [(&str, Form); 6] = [
    ("LF", |text| text.into()),
    ("CRLF", |text| text.replace('\n', "\r\n").into()),
    ("a mark and LF", |text| format!("\u{feff}{text}").into()),
    ("a mark and CRLF", |text| format!("\u{feff}{}", text.replace('\n', "\r\n")).into()),
    // Out-File and `>` of Windows PowerShell 5.1.
    ("UTF-16", |text| utf_16(text, u16::to_le_bytes)),
    ("UTF-16, big-endian", |text| utf_16(text, u16::to_be_bytes)),
];

fn tree(folder: &Path, files: &[(&str, String)], form: Form) {
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, form(text)).unwrap();
    }
}

/// Writes the files in each form; what `ask` makes of them is that of the first form.
fn same(what: &str, files: &[(&str, &str)], ask: impl Fn(&Path) -> Value) {
    let files: Vec<(&str, String)> = files.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    let mut expected = None;
    for (name, form) in FORMS {
        let folder = tempfile::tempdir().unwrap();
        tree(folder.path(), &files, form);
        let found = ask(folder.path());
        assert!(!found.to_string().contains('\u{feff}'), "{what}, {name}: {found}");
        assert_eq!(*expected.get_or_insert_with(|| found.clone()), found, "{what}, {name}");
    }
}

#[test]
fn a_release_and_its_notes_are_the_same() {
    let store = Store::start();
    let client = store.client();
    let release = |path: &str| {
        format!(
            "{{\n  \"appId\": \"{APP}\",\n  \"releaseNotesPath\": \"{path}\",\n  \"releaseNotesVersion\": VERSION\n}}\n"
        )
    };
    let changelog = "# Changelog\n\n## 2.0.0\n\n- **Grüße** an\n  alle.\n- Schneller.\n\n## 1.0.0\n\n- Older.\n";
    let notes = [
        ("notes.txt", "notes.txt", "Schöner.\n\nSchneller.\n", "null"),
        (
            "notes.json",
            "notes.json",
            "{\n  \"en-us\": [\"Schöner.\", \"Schneller.\"],\n  \"default\": \"x\"\n}\n",
            "null",
        ),
        ("notes", "notes/en-us.txt", "Schöner.\nSchneller.\n", "null"),
        ("notes", "notes/en-us/release_notes.txt", "Schöner.\nSchneller.\n", "null"),
        ("CHANGELOG.md", "CHANGELOG.md", changelog, "\"2.0.0\""),
        ("notes", "notes/CHANGELOG.md", changelog, "\"2.0.0\""),
    ];
    for (path, file, text, version) in notes {
        let release = release(path).replace("VERSION", version);
        same(file, &[(file, text), ("release.json", &release)], |folder| {
            let plan = client
                .call("publish.plan", json!({"releasePath": folder.join("release.json"), "missingLanguages": "skip"}));
            plan.result();
            plan.json["meta"]["edits"].clone()
        });
    }
}

#[test]
fn a_folder_of_listings_is_the_same() {
    let document = json!({"visibility": "Public", "listings": {"en-us": {"baseListing": {"title": "Beans"}}}});
    let files = [
        ("storeship.json", "{\n  \"format\": 1\n}\n"),
        ("submission.json", "{\n  \"visibility\": \"Private\"\n}\n"),
        ("listings/en-us/title.txt", "Böhnchen\n"),
        ("listings/en-us/description.txt", "Zählt Bohnen.\n\nSchnell.\n"),
        ("listings/en-us/features.txt", "Schnell\nKlein\n"),
        ("listings/en-us/release-notes.txt", "Neu.\n"),
    ];
    same("listings", &files, |folder| {
        let read = support::call(0, "listing.read", &json!({"document": document, "path": folder}).to_string());
        let edits = read.result()["edits"].clone();
        assert_eq!(edits.as_array().unwrap().len(), 5, "{edits}");
        edits
    });
}

/// The texts of a folder by their paths.
fn texts(folder: &Path) -> Value {
    let (mut found, mut folders) = (BTreeMap::new(), vec![folder.to_owned()]);
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, String::from_utf8(fs::read(&path).unwrap()).unwrap());
            }
        }
    }
    json!(found)
}

fn converted(format: &str, from: &Path) -> Value {
    let to = tempfile::tempdir().unwrap();
    support::call(0, "listing.convert", &json!({"format": format, "from": from, "path": to.path()}).to_string())
        .result();
    texts(to.path())
}

const CSV: &str = "Field,ID,Type (Type),default,en-us,de-de\nDescription,2,Text,,\"Counts, and\nmore; \"\"really\"\".\",Zählt\nTitle,4,Text,,Beans,Bohnen\n";

#[test]
fn listings_of_other_tools_are_the_same() {
    let pdp = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ProductDescription Release=\"1\" \
        xmlns=\"http://schemas.microsoft.com/appx/2012/ProductDescription\" xml:lang=\"en-us\">\n  <AppStoreName>Böhnchen</AppStoreName>\n  \
        <Description>Zählt.\n\nSchnell.</Description>\n</ProductDescription>\n";
    same("PDP", &[("en-us/pdp.xml", pdp)], |folder| converted("storeBroker", folder));
    let tasks = [
        ("en-us/baseListing/description.txt", "Zählt.\nSchnell.\n"),
        ("de-de/baseListing/metadata.json", "{\n  \"description\": \"Zählt.\",\n  \"keywords\": [\"a\", \"b\"]\n}\n"),
    ];
    same("tasks", &tasks, |folder| converted("azureDevOps", folder));
    same("CSV", &[("listing.csv", CSV)], |folder| converted("partnerCenter", &folder.join("listing.csv")));
}

/// Excel writes the separator of the country, and tabs as "Unicode Text".
#[test]
fn a_csv_file_may_have_semicolons_or_tabs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("listing.csv");
    fs::write(&path, CSV).unwrap();
    let expected = converted("partnerCenter", &path);
    assert!(
        expected["listings/en-us/description.txt"].as_str().unwrap().contains("Counts, and\nmore; \"really\"."),
        "{expected}"
    );
    // Only the comma and the semicolon in quotes stay.
    let with = |separator: &str| CSV.replace(',', separator).replace(&format!("Counts{separator} and"), "Counts, and");
    for csv in [with(";"), with("\t"), with(";").replacen("Field;ID", "\"Field\";\"ID\"", 1)] {
        for (name, form) in FORMS {
            fs::write(&path, form(&csv)).unwrap();
            assert_eq!(converted("partnerCenter", &path), expected, "{name}: {csv}");
        }
    }
}

#[test]
fn what_is_checked_is_the_same() {
    let document = "{\n  \"listings\": {\"en-us\": {\"baseListing\": {\n    \"title\": \"Böhnchen\",\n    \"description\": \"TODO\"\n  }}}\n}\n";
    let files = [("draft.json", document), ("words.txt", "# Wörter\nböhnchen\n")];
    same("a check", &files, |folder| {
        let request = json!({
            "documentPath": folder.join("draft.json"), "wordsPath": folder.join("words.txt"), "rootPath": folder,
        });
        let answer = support::call(0, "submission.check", &request.to_string());
        let findings = answer.result()["findings"].clone();
        assert!(findings.to_string().contains("B\u{f6}hnchen") || findings.as_array().unwrap().len() > 1, "{findings}");
        findings
    });
}

#[test]
fn a_payload_of_store_broker_is_known_in_each_form() {
    let payload = "{\n  \"applicationCategory\": \"NotSet\",\n  \"listings\": {\"en-us\": {\"baseListing\": {\"description\": \"Reads.\"}}}\n}\n";
    same("a payload", &[("payload.json", payload)], |folder| {
        let request = json!({"format": "storeBroker", "from": folder.join("payload.json"), "path": folder.join("to")});
        let answer = support::call(0, "listing.convert", &request.to_string());
        assert_eq!(answer.failure().1, "listing.invalid", "{}", answer.text);
        answer.json["error"]["hint"].clone()
    });
}
