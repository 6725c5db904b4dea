//! Several uploads to one draft, files that the draft does not wait for, and markers.

use serde_json::{Value, json};
use storeship::client::Client as RustClient;
use storeship::config::{Config, Secret};
use storeship::http::ProcessWide;
use storeship::upload::marker::{self, Marker, RunMarker};
use storeship::upload::{Link, ReleaseKey};
use storeship::zip::{self, SourceFile};

use crate::support::{APP, Answer, Client, Store, await_packages};

/// A draft that waits for these packages, with the files that are to be uploaded.
struct Draft {
    store: Store,
    client: Client,
    id: Value,
    address: String,
}

impl Draft {
    fn of(packages: &[&str]) -> Draft {
        let store = Store::start();
        let client = store.client();
        let draft = client.draft_for(APP, packages);
        let address = draft["fileUploadUrl"].as_str().unwrap().to_owned();
        for (name, version) in [("first.msix", "2.0.0.0"), ("second.msix", "3.0.0.0")] {
            store.package(name, version);
        }
        Draft { store, client, id: draft["id"].clone(), address }
    }

    fn ids(&self, more: Value) -> Value {
        let mut request = json!({"appId": APP, "submissionId": self.id});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    }

    fn path(&self, name: &str) -> String {
        self.store.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn await_also(&self, packages: &[&str]) {
        let mut document = self.client.call("submission.get", self.ids(json!({}))).result().clone();
        await_packages(&mut document, packages);
        self.client.call("submission.update", self.ids(json!({ "submission": document }))).result();
    }

    /// Uploads files of the folder under their names.
    fn upload(&self, names: &[&str]) -> Answer {
        let files: Vec<Value> = names.iter().map(|name| json!({ "path": self.path(name) })).collect();
        self.client.call("package.upload", self.ids(json!({ "files": files })))
    }

    fn commit(&self) -> (Vec<Value>, Answer) {
        self.client.job("submission.commit", self.ids(json!({})))
    }

    /// The ZIP at the address, as this library writes it.
    fn assert_has(&self, names: &[&str]) {
        let (status, bytes) = self.store.send("GET", &self.address.replace('+', "%2B"), None);
        assert_eq!((status, bytes == self.zip(names)), (200, true), "{names:?}");
    }

    fn zip(&self, names: &[&str]) -> Vec<u8> {
        let file = |name: &&str| SourceFile { path: self.path(name).into(), name: (*name).to_owned() };
        let output = self.store.folder.path().join("expected.zip");
        zip::write_file(&names.iter().map(file).collect::<Vec<_>>(), &output).unwrap();
        std::fs::read(output).unwrap()
    }

    /// The bytes of the requests that put something at the address.
    fn sent(&self) -> u64 {
        let all = self.store.control("GET", "requests", None);
        // A marker has one byte.
        let bytes = |request: &Value| request["bodyBytes"].as_u64().filter(|bytes| *bytes > 1).unwrap_or(0);
        let of_upload =
            |request: &&Value| request["method"] == "PUT" && request["path"].as_str().unwrap().contains("/ingestion/");
        all.as_array().unwrap().iter().filter(of_upload).map(bytes).sum()
    }
}

/// The places and messages of an error.
fn findings(answer: &Answer) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let details = answer.json["error"]["details"].as_array().unwrap().iter();
    details.map(|detail| (text(&detail["pointer"]), text(&detail["message"]))).collect()
}

#[test]
fn a_second_upload_keeps_what_the_first_one_brought() {
    let draft = Draft::of(&["first.msix"]);
    let first = draft.upload(&["first.msix"]);
    first.result();
    draft.assert_has(&["first.msix"]);

    // Another job, which has only its own file.
    draft.await_also(&["second.msix"]);
    let size = std::fs::metadata(draft.path("first.msix")).unwrap().len();
    let moved = draft.path("elsewhere");
    std::fs::rename(draft.path("first.msix"), &moved).unwrap();
    let before = draft.sent();
    let second = draft.upload(&["second.msix"]);
    let result = second.result();
    let names: Vec<&str> =
        result["entries"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["first.msix", "second.msix"]);
    assert!(result["resumedBytes"].as_u64().unwrap() >= size, "{}", second.text);
    let sent = draft.sent() - before;
    assert!(sent < size + 1_500, "{sent} bytes were sent, the new package has about {size}");
    std::fs::rename(&moved, draft.path("first.msix")).unwrap();
    draft.assert_has(&["first.msix", "second.msix"]);

    // A new build of the first one replaces it.
    draft.store.package("first.msix", "2.0.0.1");
    draft.upload(&["first.msix"]).result();
    draft.assert_has(&["first.msix", "second.msix"]);

    assert_eq!(draft.commit().1.result()["status"], "CommitStarted");
    let (_, waited) =
        draft.client.job("submission.wait", draft.ids(json!({"pollSeconds": 0.001, "until": "processing"})));
    waited.result();
}

#[test]
fn what_the_draft_waits_for_no_more_leaves_the_zip() {
    let draft = Draft::of(&["first.msix", "second.msix"]);
    draft.upload(&["first.msix", "second.msix"]).result();
    let mut document = draft.client.call("submission.get", draft.ids(json!({}))).result().clone();
    document["applicationPackages"].as_array_mut().unwrap().retain(|package| package["fileName"] != "first.msix");
    draft.client.call("submission.update", draft.ids(json!({ "submission": document }))).result();
    let (_, refused) = draft.commit();
    assert_eq!(refused.failure().1, "upload.files_do_not_match");
    draft.upload(&["second.msix"]).result();
    draft.assert_has(&["second.msix"]);
    draft.commit().1.result();
}

#[test]
fn a_file_without_an_entry_and_an_entry_without_its_file_are_refused() {
    let draft = Draft::of(&["first.msix"]);
    draft.store.package("First.MSIX", "4.0.0.0");
    let at = |index: usize| format!("/applicationPackages/{index}");
    let present = draft.client.call("submission.get", draft.ids(json!({}))).result()["applicationPackages"]
        .as_array()
        .unwrap()
        .len();
    let place = at(present - 1);

    let unnamed = draft.upload(&["first.msix", "second.msix"]);
    assert_eq!(unnamed.failure(), (15, "upload.files_do_not_match"));
    assert_eq!(
        findings(&unnamed),
        [(String::new(), "the ZIP has `second.msix`, which the submission does not name as PendingUpload".to_owned())]
    );
    let case = draft.upload(&["First.MSIX"]);
    assert_eq!(case.failure(), (15, "upload.files_do_not_match"));
    let message = "the ZIP has `First.MSIX`, which the submission names `first.msix`: the letter case differs";
    assert_eq!(findings(&case), [(place.clone(), message.to_owned())]);

    draft.await_also(&["second.msix"]);
    let missing = draft.upload(&["second.msix"]);
    assert_eq!(missing.failure(), (15, "upload.files_do_not_match"));
    let message = "the submission names `first.msix` as PendingUpload, and the ZIP does not have it";
    assert_eq!(findings(&missing), [(place, message.to_owned())]);
    assert_eq!(draft.sent(), 0, "nothing is uploaded before the refusal");
}

#[test]
fn files_of_another_tool_are_not_lost() {
    let draft = Draft::of(&["first.msix"]);
    let foreign = draft.zip(&["first.msix"]);
    draft.await_also(&["second.msix"]);
    let id = |name: &str| url::form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    let blocks = |draft: &Draft| {
        let (half, rest) = foreign.split_at(1_000);
        assert_eq!(draft.store.put(&draft.address, &format!("&comp=block&blockid={}", id("AAAA")), half.to_vec()), 201);
        assert_eq!(draft.store.put(&draft.address, &format!("&comp=block&blockid={}", id("AAAB")), rest.to_vec()), 201);
        let list = "<BlockList><Latest>AAAA</Latest><Latest>AAAB</Latest></BlockList>";
        draft.store.put(&draft.address, "&comp=blocklist", list.into())
    };
    let whole = |draft: &Draft| draft.store.put(&draft.address, "", foreign.clone());
    for put in [&whole as &dyn Fn(&Draft) -> u16, &blocks] {
        assert_eq!(put(&draft), 201);
        let refused = draft.upload(&["second.msix"]);
        assert_eq!(refused.failure(), (15, "upload.would_lose_files"));
        assert!(refused.json["error"]["message"].as_str().unwrap().contains("first.msix"), "{}", refused.text);
        assert!(findings(&refused)[0].0.starts_with("/applicationPackages/"));
        draft.assert_has(&["first.msix"]);
    }
    // The remedy: all files in one call.
    draft.upload(&["first.msix", "second.msix"]).result();
    draft.assert_has(&["first.msix", "second.msix"]);
}

#[test]
fn a_commit_looks_at_the_zip() {
    let draft = Draft::of(&["first.msix"]);
    let (_, nothing) = draft.commit();
    assert_eq!(nothing.failure().1, "upload.files_do_not_match");
    // A bare package is no ZIP with the package in it.
    let bare = std::fs::read(draft.path("first.msix")).unwrap();
    assert_eq!(draft.store.put(&draft.address, "", bare), 201);
    assert_eq!(draft.commit().1.failure().1, "upload.files_do_not_match");
    assert_eq!(draft.store.put(&draft.address, "", draft.zip(&["first.msix", "second.msix"])), 201);
    let (_, more) = draft.commit();
    assert_eq!(findings(&more).len(), 1, "{}", more.text);
    assert!(draft.store.requests("commitApplicationSubmission").is_empty());
    assert_eq!(draft.store.put(&draft.address, "", draft.zip(&["first.msix"])), 201);
    draft.commit().1.result();
}

#[test]
fn a_commit_goes_on_when_the_zip_cannot_be_read() {
    for (unreadable, why) in [
        (json!({"method": "GET", "path": "*/ingestion/*", "status": 403, "count": 0}), "answered 403"),
        (
            json!({"method": "GET", "path": "*/submissions/*", "status": 200, "body": {"status": "PendingCommit"}}),
            "upload address",
        ),
    ] {
        let draft = Draft::of(&["first.msix"]);
        draft.upload(&["first.msix"]).result();
        draft.store.fault(unreadable);
        let mut config = draft.store.config();
        config["logLevel"] = json!("verbose");
        let client = Client::open(&config);
        let (events, committed) = client.job("submission.commit", draft.ids(json!({})));
        committed.result();
        let told = |event: &Value| {
            let message = event["message"].as_str().unwrap_or_default();
            message.starts_with("the ZIP of ") && message.contains("is not compared") && message.contains(why)
        };
        assert!(events.iter().any(told), "{why}: {events:?}");
    }
    // What is there is no ZIP: the service says so after the commit.
    let draft = Draft::of(&["first.msix"]);
    assert_eq!(draft.store.put(&draft.address, "", b"not a ZIP at all".to_vec()), 201);
    draft.commit().1.result();
}

#[test]
fn the_marker_of_a_draft_is_there_again_after_an_upload() {
    let draft = Draft::of(&["first.msix"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config::parse(&draft.store.config().to_string()).unwrap();
    let client = RustClient::new(config, &ProcessWide::default()).unwrap();
    let address = Link::fixed(Secret::new(draft.address.clone()));
    let release = ReleaseKey(*b"the release!");
    let run = RunMarker {
        release,
        run: [1; 8],
        minute: 39_000_000,
        left_for_review: true,
        price_left: false,
        adopted: false,
    };
    let markers = [Marker::Run(run), Marker::Copy { release, hash: [2; 16] }];
    let read = || {
        let mut found = runtime.block_on(marker::read(&client, &address, true)).unwrap();
        // The create has markers of its own.
        found.markers.retain(|marker| match marker {
            Marker::Run(RunMarker { release: of, .. }) | Marker::Copy { release: of, .. } => *of == release,
        });
        found.markers.sort();
        found
    };
    assert!(!read().blocks);
    for marker in &markers {
        runtime.block_on(marker::put(&client, &address, marker, false)).unwrap();
    }
    let marked = read();
    assert_eq!((marked.markers.as_slice(), marked.blocks, marked.zip), (markers.as_slice(), false, None));
    draft.store.control("POST", "clock", Some(json!({ "advanceSeconds": 3_600 })));
    let later = read().date.duration_since(marked.date);
    assert!(later.as_secs() >= 3_600, "the date is that of the storage");

    draft.upload(&["first.msix"]).result();
    let uploaded = read();
    assert_eq!((uploaded.markers.as_slice(), uploaded.blocks, uploaded.zip), (markers.as_slice(), true, Some(release)));
    draft.assert_has(&["first.msix"]);

    // Another tool replaces the ZIP in one piece, which drops the markers, and one with other ids keeps new ones away.
    assert_eq!(draft.store.put(&draft.address, "", draft.zip(&["first.msix"])), 201);
    let replaced = read();
    assert_eq!((replaced.markers.as_slice(), replaced.blocks, replaced.zip), ([].as_slice(), true, None));
    assert_eq!(draft.store.put(&draft.address, "&comp=block&blockid=AAAA", b"x".to_vec()), 201);
    let error = runtime.block_on(marker::put(&client, &address, &markers[0], false)).unwrap_err();
    assert_eq!(error.code().name, "upload.refused");
    assert!(error.to_json().contains("InvalidBlobOrBlock") && !error.to_json().contains("sig="));
}
