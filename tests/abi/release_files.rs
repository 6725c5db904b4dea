//! A release that a file describes, and what belongs to it: its notes in files, and a flight by name.

use std::fs;

use serde_json::{Value, json};

use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

/// Writes a file of the test's folder and returns its path.
fn write(store: &Store, name: &str, content: impl AsRef<[u8]>) -> String {
    let path = store.folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

fn plan(client: &Client, request: Value) -> Answer {
    client.call("publish.plan", request)
}

/// The new value of each edit of a plan, by path.
fn edits(answer: &Answer) -> Value {
    answer.result();
    let edits = answer.json["meta"]["edits"].as_array().unwrap();
    edits.iter().map(|edit| (edit["path"].as_str().unwrap().to_owned(), edit["value"].clone())).collect()
}

/// The release notes of a plan in the two languages of the app.
fn notes(answer: &Answer) -> (Value, Value) {
    let edits = edits(answer);
    let of = |language: &str| edits[format!("/listings/{language}/baseListing/releaseNotes")].clone();
    (of("en-us"), of("de-de"))
}

#[test]
fn a_file_is_a_release_with_its_product_and_paths_that_start_from_its_folder() {
    let store = Store::start();
    let client = store.client();
    fs::create_dir_all(store.folder.path().join("store/out")).unwrap();
    store.package("store/out/Contoso.msix", "2.0.0.0");
    write(&store, "store/notes/en-us.txt", "Faster.");
    write(&store, "store/01.png", "image");
    let image = json!({ "fileName": "en-us/01.png", "fileStatus": "PendingUpload", "imageType": "Screenshot" });
    let file = json!({
        "$schema": "../release.schema.json", "appId": APP, "packages": ["out/*.msix"], "releaseNotesPath": "notes",
        "files": [{ "path": "../store/01.png", "name": "en-us/01.png" }],
        "edits": [{ "op": "add", "path": "/listings/en-us/baseListing/images/-", "value": image }],
        "until": "published", "pollSeconds": 0.001, "priceId": null,
    });
    let path = write(&store, "store/release.json", format!("\u{feff}{file:#}"));
    let (_, answer) = client.job("publish", json!({ "releasePath": path }));
    assert_eq!(answer.result()["status"], "Published", "{}", answer.text);
    assert_eq!(answer.json["meta"]["ids"]["appId"], APP);
    let published = client.call("submission.get", json!({ "appId": APP }));
    assert_eq!(published.result()["listings"]["en-us"]["baseListing"]["releaseNotes"], "Faster.");
    let entries: Vec<&str> = answer.result()["upload"]["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(entries, ["Contoso.msix", "en-us/01.png"]);
}

#[test]
fn a_field_of_the_request_comes_before_that_of_the_file() {
    let store = Store::start();
    let client = store.client();
    let path = write(
        &store,
        "release.json",
        json!({ "appId": APP, "visibility": "Hidden", "releaseNotes": "Of the file." }).to_string(),
    );
    let of_file = plan(&client, json!({ "releasePath": path, "visibility": null }));
    assert_eq!(edits(&of_file)["/visibility"], "Hidden");
    assert_eq!(notes(&of_file), (json!("Of the file."), json!("Of the file.")));
    write(&store, "notes.txt", "Of the request.");
    let notes_path = store.folder.path().join("notes.txt");
    let both = plan(&client, json!({ "releasePath": path, "visibility": "Private", "releaseNotesPath": notes_path }));
    assert_eq!(edits(&both)["/visibility"], "Private");
    assert_eq!(notes(&both).0, "Of the request.");
    // The file names no product, but the request does.
    let path = write(&store, "release.json", json!({ "visibility": "Hidden" }).to_string());
    assert_eq!(edits(&plan(&client, json!({ "releasePath": path, "appId": APP })))["/visibility"], "Hidden");
    assert_eq!(plan(&client, json!({ "releasePath": path })).failure(), (2, "request.target"));
    let late = plan(&client, json!({ "releasePath": path, "appId": APP, "timeoutSeconds": 0 }));
    assert_eq!(late.failure(), (13, "deadline.exceeded"));
}

#[test]
fn a_release_is_the_same_from_a_file_and_from_fields() {
    let store = Store::start();
    let client = store.client();
    let package = store.package("Contoso.msix", "2.0.0.0");
    let release =
        json!({ "appId": APP, "packages": ["Contoso.msix"], "releaseNotesPath": "notes", "visibility": "Hidden" });
    let path = write(&store, "release.json", release.to_string());
    write(&store, "notes/en-us/release_notes.txt", "Faster.\r\nSmaller.\r\n");
    let hash = |request: &Value| plan(&client, request.clone()).result()["planHash"].clone();
    let fields = json!({
        "appId": APP, "packages": [package], "visibility": "Hidden", "releaseNotes": { "en-us": ["Faster.", "Smaller."] },
    });
    let of_file = json!({ "releasePath": path });
    assert_eq!(hash(&of_file), hash(&fields));

    // A run by the file that ends before its commit; a run by fields goes on with its draft.
    store.fault(json!({ "method": "POST", "path": "*/commit", "status": 403, "count": 1 }));
    assert_eq!(client.job("publish", of_file).1.json["ok"], false);
    assert_eq!(plan(&client, fields.clone()).result()["draft"], "resume");
    let mut other = fields;
    other["visibility"] = json!("Private");
    assert_ne!(plan(&client, other).json["result"]["draft"], "resume");
}

#[test]
fn a_file_that_is_wrong_is_refused_with_its_path_and_the_place() {
    let store = Store::start();
    let client = store.client();
    let folder = store.folder.path().to_str().unwrap().to_owned();
    let cases: [(&str, &[u8], &str, &str, &str); 13] = [
        (
            "a typo",
            br#"{"relaseNotes": "x", "packages": 1}"#,
            "request.unknown_field",
            "/relaseNotes",
            "use `releaseNotes`",
        ),
        (
            "a typo inside",
            br#"{"files": [{"path": "a", "nmae": "b"}]}"#,
            "request.unknown_field",
            "/files/0/nmae",
            "use `name`",
        ),
        ("a misspelled id", br#"{"appID": "9NBLGGH4R315"}"#, "request.unknown_field", "/appID", "use `appId`"),
        (
            "a file in a file",
            br#"{"releasePath": "b.json"}"#,
            "request.unknown_field",
            "/releasePath",
            "correct the file",
        ),
        ("a wrong type", br#"{"packages": "App.msix"}"#, "request.invalid", "/packages", "correct the file"),
        ("a wrong word", br#"{"draft": "resum"}"#, "request.invalid", "/draft", "correct the file"),
        (
            "notes of a wrong type",
            br#"{"releaseNotes": {"en-us": 1}}"#,
            "request.invalid",
            "/releaseNotes",
            "correct the file",
        ),
        ("a schema of a wrong type", br#"{"$schema": 1}"#, "request.invalid", "/$schema", "correct the file"),
        (
            "a value out of range",
            br#"{"rollout": 101, "packages": []}"#,
            "request.invalid",
            "/rollout",
            "correct the file",
        ),
        (
            "a name twice",
            br#"{"draft": "adopt", "draft": "refuse"}"#,
            "request.invalid",
            "/draft",
            "remove one of the two",
        ),
        ("an array", b"[]", "request.invalid", "", "correct the file"),
        ("no JSON", b"{\n  \"draft\": nope\n}", "request.syntax", "", "correct the file"),
        ("a comment", b"{\n  // the app\n  \"appId\": \"9NBLGGH4R315\"\n}", "request.syntax", "", "correct the file"),
    ];
    for (what, content, code, place, hint) in cases {
        let path = write(&store, "release.json", content);
        let request = if content.starts_with(b"{\"r") && place == "/rollout" {
            json!({ "appId": APP, "releasePath": path })
        } else {
            json!({ "releasePath": path })
        };
        let answer = plan(&client, request);
        assert_eq!(answer.failure(), (2, code), "{what}: {}", answer.text);
        let error = &answer.json["error"];
        let message = error["message"].as_str().unwrap();
        assert!(message.starts_with(&path), "{what}: {message}");
        assert_eq!(error["details"][0]["pointer"].as_str().unwrap_or_default(), place, "{what}: {}", answer.text);
        assert!(error["hint"].as_str().unwrap().contains(hint), "{what}: {}", answer.text);
        if what == "a comment" {
            assert!(message.contains("line 2") && message.contains("no comments"), "{message}");
        }
    }
    for (name, content, code) in [
        ("none.json", None, "file.not_found"),
        ("latin.json", Some(b"{\"releaseNotes\": \"caf\xE9\"}".as_slice()), "file.encoding"),
        ("empty.json", Some(b"".as_slice()), "request.syntax"),
    ] {
        let path = content.map_or_else(|| format!("{folder}/{name}"), |content| write(&store, name, content));
        let answer = plan(&client, json!({ "releasePath": path }));
        assert_eq!(answer.failure().1, code, "{name}");
        assert!(answer.json["error"]["message"].as_str().unwrap().contains(&path), "{}", answer.text);
    }
    // A mistake in the request comes first.
    let answer = plan(&client, json!({ "releasePath": format!("{folder}/none.json"), "relaseNotes": "x" }));
    assert_eq!(answer.failure().1, "request.unknown_field");
    assert_eq!(plan(&client, json!({ "releasePath": " " })).failure().1, "request.blank_id");
    assert_eq!(store.control("GET", "requests", None), json!([]), "nothing was sent");
}

#[test]
fn a_file_and_a_request_that_name_different_products_are_refused() {
    let store = Store::start();
    let client = store.client();
    for (file, request, allowed) in [
        (json!({ "appId": APP }), json!({ "appId": PAID_APP }), false),
        (json!({ "appId": APP }), json!({ "addOnId": ADD_ON }), false),
        (json!({ "addOnId": ADD_ON }), json!({ "appId": APP }), false),
        (json!({ "appId": APP, "flightName": "Testers" }), json!({ "flightName": "Others" }), false),
        (json!({ "appId": APP, "flightName": "Testers" }), json!({ "flightId": "1" }), false),
        (json!({ "appName": "Contoso" }), json!({ "appId": APP }), false),
        (json!({ "appId": APP }), json!({ "appId": APP.to_lowercase() }), true),
    ] {
        let path = write(&store, "release.json", file.to_string());
        let mut request = request;
        request["releasePath"] = json!(path);
        let answer = plan(&client, request.clone());
        if allowed {
            answer.result();
        } else {
            assert_eq!(answer.failure(), (2, "request.target"), "{file} {request}: {}", answer.text);
            assert!(answer.text.contains(&path.replace('\\', "\\\\")), "{}", answer.text);
        }
    }
}

#[test]
fn release_notes_are_read_from_a_text_a_json_file_or_a_folder() {
    let store = Store::start();
    let client = store.client();
    let both = |text: &str| (json!(text), json!(text));
    write(&store, "notes.txt", "\u{feff}Faster.\r\n\r\nSmaller.\r\n");
    write(&store, "notes.json", r#"{"EN-us": ["Faster.", "Smaller."], "default": "Schneller."}"#);
    write(&store, "text.JSON", r#""Faster.""#);
    write(&store, "files/en-us.TXT", "Faster.\n");
    write(&store, "files/default.txt", "Schneller.\n");
    write(&store, "files/readme.md", "no notes");
    write(&store, "folders/en-us/release_notes.txt", "Faster.");
    write(&store, "folders/de-de/release_notes.txt", "Schneller.");
    write(&store, "folders/images/01.png", "no notes");
    for (name, expected) in [
        ("notes.txt", both("Faster.\n\nSmaller.")),
        ("notes.json", (json!("Faster.\nSmaller."), json!("Schneller."))),
        ("text.JSON", both("Faster.")),
        ("files", (json!("Faster."), json!("Schneller."))),
        ("folders", (json!("Faster."), json!("Schneller."))),
    ] {
        let path = store.folder.path().join(name);
        assert_eq!(notes(&plan(&client, json!({ "appId": APP, "releaseNotesPath": path }))), expected, "{name}");
    }
    for (value, expected) in [
        (json!(["Faster.", "", "Smaller."]), both("Faster.\n\nSmaller.")),
        (json!({ "en-us": ["Faster.", "Smaller."], "default": "x" }), (json!("Faster.\nSmaller."), json!("x"))),
    ] {
        assert_eq!(notes(&plan(&client, json!({ "appId": APP, "releaseNotes": value }))), expected, "{value}");
    }
}

#[test]
fn release_notes_that_can_not_be_used_are_refused_with_their_file() {
    let store = Store::start();
    let client = store.client();
    write(&store, "latin.txt", b"caf\xE9");
    write(&store, "empty.txt", "\r\n");
    write(&store, "broken.json", "{");
    write(&store, "number.json", r#"{"en-us": 1}"#);
    write(&store, "none.json", "{}");
    write(&store, "folder/en-us.txt", b"caf\xE9");
    write(&store, "bare/readme.md", "x");
    write(&store, "twice/en-us.txt", "x");
    write(&store, "twice/EN-US/release_notes.txt", "x");
    write(&store, "unlisted/fr-fr.txt", "Plus vite.");
    for (name, file, code) in [
        ("latin.txt", "latin.txt", "file.encoding"),
        ("missing.txt", "missing.txt", "file.not_found"),
        ("empty.txt", "empty.txt", "file.empty"),
        ("broken.json", "broken.json", "document.invalid"),
        ("number.json", "number.json", "request.invalid"),
        ("none.json", "none.json", "request.invalid"),
        ("folder", "en-us.txt", "file.encoding"),
        ("bare", "bare", "file.no_match"),
        ("twice", "twice", "request.invalid"),
        ("unlisted", "fr-fr", "document.pointer"),
    ] {
        let path = store.folder.path().join(name);
        for operation in ["publish.plan", "publish"] {
            let answer = client.call(operation, json!({ "appId": APP, "releaseNotesPath": path }));
            assert_eq!(answer.failure().1, code, "{name}: {}", answer.text);
            assert!(answer.json["error"]["message"].as_str().unwrap().contains(file), "{name}: {}", answer.text);
        }
    }
    write(&store, "unlisted/en-us.txt", "Faster.");
    let path = store.folder.path().join("unlisted");
    let skipped = plan(&client, json!({ "appId": APP, "releaseNotesPath": path, "missingLanguages": "skip" }));
    assert!(skipped.result()["warnings"][0].as_str().unwrap().contains("fr-fr"), "{}", skipped.text);
    let both = json!({ "appId": APP, "releaseNotesPath": path, "releaseNotes": "x" });
    assert_eq!(plan(&client, both).failure(), (2, "request.invalid"));
    let twice = json!({ "appId": APP, "releaseNotes": { "en-us": "x", "EN-US": "y" } });
    assert_eq!(plan(&client, twice).failure(), (2, "request.invalid"));
    assert_eq!(store.drafts(), 0);
}

#[test]
fn a_flight_is_found_by_its_name() {
    let store = Store::start();
    let client = store.client();
    let made = client.call("flight.create", json!({ "appId": APP, "friendlyName": "Testers" })).result().clone();
    let ids = json!({ "appId": APP, "flightId": made["flightId"] });
    let found = client.call("flight.get", json!({ "appId": APP, "flightName": "tESTERS" }));
    assert_eq!((found.result()["flightId"].clone(), &found.json["meta"]["ids"]), (made["flightId"].clone(), &ids));
    client
        .call(
            "submission.delete",
            json!({ "appId": APP, "flightName": "Testers", "submissionId": made["pendingFlightSubmission"]["id"] }),
        )
        .result();

    let package = store.package("Contoso.msix", "2.0.0.0");
    let path = write(
        &store,
        "release.json",
        json!({ "appId": APP, "flightName": "Testers", "packages": ["Contoso.msix"] }).to_string(),
    );
    let planned = plan(&client, json!({ "releasePath": path }));
    assert_eq!(planned.result()["audience"], format!("flight {}", made["flightId"].as_str().unwrap()));
    assert_eq!(planned.json["meta"]["ids"], ids);
    let by_field = plan(&client, json!({ "appId": APP, "flightName": "Testers", "packages": [package] }));
    assert_eq!(by_field.result()["planHash"], planned.result()["planHash"]);

    let unknown = plan(&client, json!({ "appId": APP, "flightName": "Nobody" }));
    assert_eq!(unknown.failure(), (12, "flight.not_found"));
    assert!(unknown.json["error"]["message"].as_str().unwrap().contains("`Testers`"), "{}", unknown.text);
    for (request, code) in [
        (json!({ "appId": APP, "flightName": "" }), "request.blank_id"),
        (json!({ "flightName": "Testers" }), "request.target"),
        (json!({ "appId": APP, "flightName": "Testers", "flightId": made["flightId"] }), "request.target"),
        (json!({ "addOnId": ADD_ON, "flightName": "Testers" }), "request.target"),
    ] {
        assert_eq!(plan(&client, request.clone()).failure(), (2, code), "{request}");
    }
    let twins = json!({ "value": [{ "flightId": "1", "friendlyName": "Twin" }, { "flightId": "2", "friendlyName": "TWIN" }], "totalCount": 2 });
    store.fault(json!({ "method": "GET", "path": "*/listflights", "status": 200, "body": twins }));
    assert_eq!(plan(&client, json!({ "appId": APP, "flightName": "twin" })).failure(), (12, "flight.ambiguous"));
}

#[test]
fn a_version_of_release_notes_that_are_no_changelog_is_refused() {
    let store = Store::start();
    let client = store.client();
    let json = write(&store, "notes.json", r#"{"en-us": "Faster."}"#);
    let folder = write(&store, "notes/en-us.txt", "Faster.").replace("en-us.txt", "");
    for path in [json, folder.clone()] {
        let release = json!({"appId": APP, "releaseNotesPath": path});
        assert_eq!(notes(&plan(&client, release.clone())).0, "Faster.");
        let mut versioned = release;
        versioned["releaseNotesVersion"] = json!("2.0.0");
        let answer = plan(&client, versioned);
        assert_eq!(answer.failure(), (2, "request.invalid"), "{}", answer.text);
        assert_eq!(answer.json["error"]["details"][0]["pointer"], "/releaseNotesVersion");
    }
    // A folder may have both.
    write(&store, "notes/CHANGELOG.de-de.md", "## 2.0.0\n\nSchneller.\n");
    let both = json!({"appId": APP, "releaseNotesPath": folder, "releaseNotesVersion": "2.0.0"});
    assert_eq!(notes(&plan(&client, both)), (json!("Faster."), json!("Schneller.")));
}
