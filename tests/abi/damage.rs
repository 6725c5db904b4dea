//! Uploads through something that alters bytes or takes headers out, as the faults of the emulator play it.

use serde_json::{Value, json};
use storeship::zip::{self, SourceFile};

use crate::support::{APP, Answer, Client, Store};

const BLOCKS: &str = "*comp=block&*";

struct Draft {
    store: Store,
    client: Client,
    draft: Value,
}

impl Draft {
    fn new() -> Draft {
        let store = Store::start();
        let client = store.client();
        store.package("App.msix", "2.0.0.0");
        let draft = client.draft_for(APP, &["App.msix"]);
        Draft { store, client, draft }
    }

    fn fault(&self, method: &str, query: &str, more: Value) {
        let mut rule = json!({"method": method, "path": "*/ingestion/*", "query": query});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.store.fault(rule);
    }

    fn upload(&self) -> Answer {
        let files = json!([{ "path": self.store.folder.path().join("App.msix") }]);
        let request = json!({"appId": APP, "submissionId": self.draft["id"], "files": files, "blockBytes": 500});
        self.client.call("package.upload", request)
    }

    fn assert_whole(&self) {
        let path = self.store.folder.path().join("App.msix");
        let output = self.store.folder.path().join("expected.zip");
        zip::write_file(&[SourceFile { path, name: "App.msix".into() }], &output).unwrap();
        let address = self.draft["fileUploadUrl"].as_str().unwrap().replace('+', "%2B");
        self.store.control("DELETE", "faults", None);
        assert!(self.store.send("GET", &address, None) == (200, std::fs::read(output).unwrap()));
    }
}

#[test]
fn altered_bytes_are_never_taken_for_uploaded() {
    // The storage refuses the block, stores it and answers with CRC-64, or, an old one, with MD5.
    for without in [json!([]), json!(["x-ms-content-crc64"]), json!(["x-ms-content-crc64", "x-ms-version"])] {
        let draft = Draft::new();
        draft.fault("PUT", BLOCKS, json!({"nth": 3, "count": 2, "damages": 7, "requestWithout": without}));
        draft.upload().result();
        draft.assert_whole();

        let draft = Draft::new();
        draft.fault("PUT", BLOCKS, json!({"count": 0, "damages": 7, "requestWithout": without}));
        let refused = draft.upload();
        assert_eq!(refused.failure(), (11, "upload.damaged"));
        let message = refused.json["error"]["message"].as_str().unwrap();
        assert!(
            message.starts_with("the bytes ") && message.contains(" of App.msix are altered on the way: "),
            "{message}"
        );
        draft.store.control("DELETE", "faults", None);
        draft.upload().result();
        draft.assert_whole();
    }
}

#[test]
fn an_old_storage_whose_md5_is_that_of_what_was_sent_is_believed() {
    let draft = Draft::new();
    draft.fault("PUT", "*", json!({"count": 0, "requestWithout": ["x-ms-content-crc64", "x-ms-version"]}));
    draft.upload().result();
    draft.assert_whole();
}

#[test]
fn a_list_that_is_altered_fails() {
    let draft = Draft::new();
    draft.fault("PUT", "*comp=blocklist*", json!({"headers": {"x-ms-content-crc64": "AAAAAAAAAAA="}}));
    assert_eq!(draft.upload().failure(), (11, "upload.damaged"));
    draft.upload().result();
    draft.assert_whole();
}

#[test]
fn a_good_upload_is_no_failure_whatever_the_look_at_it_meets() {
    for (method, query, fault) in [
        ("HEAD", "*", json!({"responseWithout": ["content-length"]})),
        ("HEAD", "*", json!({"contentLength": 0})),
        ("HEAD", "*", json!({"status": 404})),
        ("HEAD", "*", json!({"status": 405})),
        ("GET", "*", json!({"requestWithout": ["x-ms-range"]})),
        ("GET", "*", json!({"responseWithout": ["content-range", "x-ms-blob-content-length"]})),
        ("HEAD", "*", json!({"status": 403, "foreign": true})),
        ("GET", "*sig=*", json!({"status": 403, "body": "<html>no</html>", "foreign": true})),
        ("GET", "*sig=*", json!({"status": 404})),
        ("GET", "*sig=*", json!({"status": 405})),
    ] {
        for count in [1, 0] {
            let draft = Draft::new();
            let mut rule = fault.clone();
            // The looks at the address before the block list are those for its blocks.
            rule["count"] = json!(count);
            draft.fault(method, query, rule);
            draft.upload().result();
            draft.assert_whole();
        }
    }
}

#[test]
fn a_large_file_is_not_read_for_its_end() {
    let draft = Draft::new();
    let path = draft.store.folder.path().join("App.msix");
    std::fs::write(&path, vec![7; 6 << 20]).unwrap();
    draft.fault("GET", "*", json!({"count": 0, "requestWithout": ["x-ms-range"]}));
    let request = json!({"appId": APP, "submissionId": draft.draft["id"], "files": [{ "path": path }]});
    draft.client.call("package.upload", request).result();
    draft.assert_whole();
}

/// A proxy that lets only writes through.
#[test]
fn a_release_whose_upload_can_not_be_read_is_published() {
    for status in [404, 405] {
        let draft = Draft::new();
        draft.client.call("submission.delete", json!({"appId": APP, "submissionId": draft.draft["id"]})).result();
        draft.fault("GET", "*", json!({"count": 0, "status": status}));
        draft.fault("HEAD", "*", json!({"count": 0, "status": status}));
        let packages = [draft.store.folder.path().join("App.msix")];
        let (events, published) =
            draft.client.job("publish", json!({"appId": APP, "packages": packages, "pollSeconds": 0.001}));
        assert_eq!(published.result()["changed"], true, "{}", published.text);
        let warned =
            |event: &Value| event["message"].as_str().is_some_and(|text| text.contains("could not be looked at"));
        assert!(events.iter().any(warned), "{events:?}");
    }
}
