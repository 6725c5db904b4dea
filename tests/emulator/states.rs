//! The states after a commit, and rollouts.

use serde_json::{Value, json};
use storeship::emulator::{Options, Stepping};
use storeship::package::sample::{self, Sample};

use crate::router::{ADD_ON, APP, FLIGHT, PACKAGE, PUBLISHED, Store, zip};

const FILE: &str = "Contoso_2.1.0.0_arm64.msix";

fn app() -> String {
    format!("applications/{APP}")
}

/// The path and the document of a draft that replaces its package. The new one is not uploaded.
async fn draft_with_new_package(store: &Store) -> (String, Value) {
    let mut document = store.create(&app()).await;
    let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
    document["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    let packages = document["applicationPackages"].as_array_mut().unwrap();
    packages.push(json!({"fileName": format!("x64\\{FILE}"), "fileStatus": "PendingUpload"}));
    (path.clone(), store.put(&path, &document).await)
}

async fn upload(store: &Store, document: &Value, bytes: &[u8]) {
    let url = document["fileUploadUrl"].as_str().unwrap();
    let response = store.blob("PUT", url, "", &[("x-ms-blob-type", "BlockBlob")], bytes).await;
    assert_eq!(response.status, 201);
}

async fn errors(store: &Store, path: &str) -> Vec<String> {
    let status = store.get(&format!("{path}/status")).await;
    let errors = status["statusDetails"]["errors"].as_array().unwrap();
    errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_release_from_draft_to_published() {
    let store = Store::start().await;
    let (path, document) = draft_with_new_package(&store).await;
    upload(&store, &document, &zip(&[(&format!("x64/{FILE}"), PACKAGE)])).await;
    store.commit(&path).await;
    let seen = store.poll(&path, "Published").await;
    let expected =
        ["CommitStarted", "PreProcessing", "Certification", "Release", "PendingPublication", "Publishing", "Published"];
    assert_eq!(seen, expected);
    let after = store.get(&path).await;
    let packages = after["applicationPackages"].as_array().unwrap();
    assert_eq!(packages.len(), 1);
    assert_eq!(packages[0]["fileStatus"], "Uploaded");
    assert_eq!((&packages[0]["version"], &packages[0]["architecture"]), (&json!("2.1.0.0"), &json!("Arm64")));
    assert!(packages[0]["id"].as_str().is_some_and(|id| id.len() == 19));
    let app = store.get(&app()).await;
    assert_eq!(app["lastPublishedApplicationSubmission"]["id"], after["id"]);
    assert!(app.get("pendingApplicationSubmission").is_none());
}

/// The status of a submission, from the answers to requests of the submission itself (`s`) and of its status (`?`).
async fn seen(store: &Store, path: &str, requests: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for request in requests.chars() {
        let document = match request {
            's' => store.get(path).await,
            _ => store.get(&format!("{path}/status")).await,
        };
        seen.push(document["status"].as_str().unwrap().to_owned());
    }
    seen
}

#[tokio::test]
async fn the_route_that_is_polled_first_moves_a_submission() {
    for (requests, expected) in [
        ("???", ["CommitStarted", "PreProcessing", "Certification"].as_slice()),
        // The Java sample for apps and flights polls the submission.
        ("sss", &["CommitStarted", "PreProcessing", "Certification"]),
        ("?ss?", &["CommitStarted", "PreProcessing", "PreProcessing", "PreProcessing"]),
        ("s?s?", &["CommitStarted", "PreProcessing", "PreProcessing", "Certification"]),
        // After one look at the submission, the status is polled.
        ("s???", &["CommitStarted", "PreProcessing", "PreProcessing", "Certification"]),
    ] {
        let store = Store::start().await;
        let draft = store.create(&app()).await;
        let path = format!("{}/submissions/{}", app(), draft["id"].as_str().unwrap());
        // Before the commit, nothing is polled.
        seen(&store, &path, "s?").await;
        store.commit(&path).await;
        assert_eq!(seen(&store, &path, requests).await, expected, "{requests}");
    }
}

#[tokio::test]
async fn a_submission_that_is_set_to_published_has_no_pending_file() {
    for (status, uploads) in [("Published", true), ("Published", false), ("Certification", true)] {
        let store = Store::start().await;
        let (path, document) = draft_with_new_package(&store).await;
        if uploads {
            upload(&store, &document, &zip(&[(&format!("x64/{FILE}"), PACKAGE)])).await;
        }
        let id = document["id"].as_str().unwrap();
        let response = store.control("POST", &format!("submissions/{id}"), json!({"status": status})).await;
        assert_eq!(response.status, 200, "{}", response.text());
        if status != "Published" {
            store.poll(&path, "Published").await;
        }
        assert_eq!(store.get(&app()).await["lastPublishedApplicationSubmission"]["id"], id);
        let later = store.create(&app()).await;
        let packages = later["applicationPackages"].as_array().unwrap();
        assert_eq!(packages.len(), 1, "the deleted one is gone: {packages:?}");
        assert_eq!((&packages[0]["fileStatus"], &packages[0]["version"]), (&json!("Uploaded"), &json!("2.1.0.0")));
        assert!(packages[0]["id"].as_str().is_some_and(|id| id.len() == 19));
        assert_eq!(store.put(&format!("{}/submissions/{}", app(), later["id"].as_str().unwrap()), &later).await, later);
    }
}

#[tokio::test]
async fn the_clock_can_move_a_submission() {
    let options = Options {
        stepping: Stepping::Clock,
        token_lifetime: 1_000_000,
        frozen_at: Some("2026-01-01T00:00:00Z".into()),
        ..Options::default()
    };
    let store = Store::with(options).await;
    let (path, document) = draft_with_new_package(&store).await;
    upload(&store, &document, &zip(&[(&format!("x64/{FILE}"), PACKAGE)])).await;
    store.commit(&path).await;
    let mut seen = Vec::new();
    for seconds in [0, 59, 1, 300, 3600, 60, 60, 600] {
        store.control("POST", "clock", json!({"advanceSeconds": seconds})).await;
        seen.push(store.get(&format!("{path}/status")).await["status"].as_str().unwrap().to_owned());
    }
    let expected = [
        "CommitStarted",
        "CommitStarted",
        "PreProcessing",
        "Certification",
        "Release",
        "PendingPublication",
        "Publishing",
        "Published",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_wrong_upload_fails_the_commit() {
    let wrong_place = zip(&[(FILE, PACKAGE)]);
    let not_a_package = zip(&[(&format!("x64/{FILE}"), b"hello")]);
    let of_another_app = sample::package(&Sample { name: "Contoso.Other".into(), ..Sample::default() }).unwrap();
    let of_another_app = zip(&[(&format!("x64/{FILE}"), &of_another_app)]);
    for (upload_bytes, code) in [
        (None, "MissingFiles"),
        (Some(b"not a zip at all".to_vec()), "InvalidArchive"),
        (Some(zip(&[(&format!("x64/{FILE}"), PACKAGE)])[..60].to_vec()), "InvalidArchive"),
        (Some(wrong_place), "MissingFiles"),
        (Some(not_a_package), "PackageValidationFailed"),
        (Some(of_another_app), "PackageValidationFailed"),
    ] {
        let store = Store::start().await;
        let (path, document) = draft_with_new_package(&store).await;
        if let Some(bytes) = upload_bytes {
            upload(&store, &document, &bytes).await;
        }
        store.commit(&path).await;
        store.poll(&path, "CommitFailed").await;
        assert_eq!(errors(&store, &path).await, [code]);
        let blocked = store.call("POST", &format!("{}/submissions", app()), None).await;
        assert_eq!(blocked.status, 409);
        assert_eq!(store.call("PUT", &path, Some(&document)).await.status, 409);
        assert_eq!(store.call("DELETE", &path, None).await.status, 204);
    }
}

#[tokio::test]
async fn images_and_trailers_are_processed_and_a_package_is_needed() {
    let store = Store::start().await;
    let mut document = store.create(&app()).await;
    let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
    document["listings"]["de-de"]["baseListing"]["images"] =
        json!([{"fileName": "de\\1.png", "fileStatus": "PendingUpload", "imageType": "Screenshot"}]);
    document["trailers"] = json!([{"videoFileName": "t.mp4", "trailerAssets":
        {"en-us": {"title": "T", "imageList": [{"fileName": "t.png"}]}}}]);
    let document = store.put(&path, &document).await;
    upload(&store, &document, &zip(&[("de/1.png", b"png"), ("t.mp4", b"mp4"), ("t.png", b"png")])).await;
    store.commit(&path).await;
    store.poll(&path, "Certification").await;
    let after = store.get(&path).await;
    assert_eq!(after["listings"]["de-de"]["baseListing"]["images"][0]["fileStatus"], "Uploaded");
    for pointer in [
        "/listings/de-de/baseListing/images/0/id",
        "/trailers/0/id",
        "/trailers/0/videoFileId",
        "/trailers/0/trailerAssets/en-us/imageList/0/id",
    ] {
        assert!(after.pointer(pointer).and_then(Value::as_str).is_some_and(|id| !id.is_empty()), "{pointer}");
    }

    let store = Store::start().await;
    let mut document = store.create(&app()).await;
    let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
    document["applicationPackages"][0]["fileStatus"] = json!("PendingDelete");
    store.put(&path, &document).await;
    store.commit(&path).await;
    store.poll(&path, "CommitFailed").await;
    assert_eq!(errors(&store, &path).await, ["NoValidPackages"]);
}

#[tokio::test]
async fn every_failed_state_can_be_reached_and_deleted() {
    for failed in ["CommitFailed", "PreProcessingFailed", "CertificationFailed", "ReleaseFailed", "PublishFailed"] {
        let store = Store::start().await;
        let document = store.create(&app()).await;
        let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
        let failure = json!({"code": "Other", "details": "10.1.1.11"});
        store.fault(json!({"path": "*/commit", "submission": {"failsAs": failed, "failure": failure}})).await;
        store.commit(&path).await;
        store.poll(&path, failed).await;
        assert_eq!(errors(&store, &path).await, ["Other"], "{failed}");
        assert_eq!(store.call("DELETE", &path, None).await.status, 204);
    }
}

#[tokio::test]
async fn a_commit_can_hang_or_be_lost() {
    let store = Store::start().await;
    let document = store.create(&app()).await;
    let (id, path) =
        (document["id"].as_str().unwrap(), format!("{}/submissions/{}", app(), document["id"].as_str().unwrap()));
    store.control("POST", &format!("submissions/{id}"), json!({"losesCommit": true})).await;
    store.commit(&path).await;
    assert_eq!(store.poll(&path, "PendingCommit").await, ["CommitStarted", "PendingCommit"]);
    store.control("POST", &format!("submissions/{id}"), json!({"hangs": true})).await;
    store.commit(&path).await;
    for _ in 0..5 {
        assert_eq!(store.get(&format!("{path}/status")).await["status"], "CommitStarted");
    }
    for (method, tail) in [("PUT", ""), ("DELETE", ""), ("POST", "/commit")] {
        assert_eq!(store.call(method, &format!("{path}{tail}"), Some(&document)).await.status, 409, "{method}{tail}");
    }
}

#[tokio::test]
async fn publish_modes_manual_and_specific_date_wait() {
    let store = Store::with(Options {
        frozen_at: Some("2026-01-01T00:00:00Z".into()),
        token_lifetime: 1_000_000,
        ..Options::default()
    })
    .await;
    for (mode, date) in [("Manual", "1601-01-01T00:00:00Z"), ("SpecificDate", "2026-01-02T00:00:00Z")] {
        let mut document = store.create(&app()).await;
        let path = format!("{}/submissions/{}", app(), document["id"].as_str().unwrap());
        document["targetPublishMode"] = json!("SpecificDate");
        assert_eq!(store.call("PUT", &path, Some(&document)).await.error().2, "targetPublishDate");
        document["targetPublishMode"] = json!(mode);
        document["targetPublishDate"] = json!(date);
        store.put(&path, &document).await;
        store.commit(&path).await;
        store.poll(&path, "Release").await;
        assert_eq!(store.get(&format!("{path}/status")).await["status"], "Release");
        match mode {
            "Manual" => {
                let id = document["id"].as_str().unwrap();
                store.control("POST", &format!("submissions/{id}"), json!({"status": "PendingPublication"})).await;
            }
            _ => _ = store.control("POST", "clock", json!({"advanceSeconds": 86_400})).await,
        }
        store.poll(&path, "Published").await;
    }
}

#[tokio::test]
async fn a_control_request_cancels_and_publishes() {
    let store = Store::start().await;
    let id = store.create(&app()).await["id"].as_str().unwrap().to_owned();
    let response = store.control("POST", &format!("submissions/{id}"), json!({"status": "Canceled"})).await;
    assert_eq!(response.json()["document"]["status"], "Canceled");
    assert!(store.get(&app()).await.get("pendingApplicationSubmission").is_none());
    let id = store.create(&app()).await["id"].as_str().unwrap().to_owned();
    store.control("POST", &format!("submissions/{id}"), json!({"status": "Published"})).await;
    assert_eq!(store.get(&app()).await["lastPublishedApplicationSubmission"]["id"], id);
    assert_eq!(
        store.call("DELETE", &format!("{}/submissions/{id}", app()), None).await.error(),
        (409, "InvalidState".into(), "submissionId".into())
    );
}

#[tokio::test]
async fn rollouts() {
    for product in [app(), format!("applications/{APP}/flights/{FLIGHT}")] {
        let store = Store::start().await;
        let mut document = store.create(&product).await;
        let path = format!("{product}/submissions/{}", document["id"].as_str().unwrap());
        let rollout = format!("{path}/packagerollout");
        assert_eq!(store.get(&rollout).await["packageRolloutStatus"], "PackageRolloutNotStarted");
        document["packageDeliveryOptions"]["packageRollout"]["isPackageRollout"] = json!(true);
        document["packageDeliveryOptions"]["packageRollout"]["packageRolloutPercentage"] = json!(10);
        store.put(&path, &document).await;
        let set = format!("{path}/updatepackagerolloutpercentage?percentage=25");
        assert_eq!(store.call("POST", &set, None).await.status, 409, "not published");
        store.commit(&path).await;
        store.poll(&path, "Published").await;
        let started = store.call("GET", &rollout, None).await;
        assert!(started.text().starts_with(r#"{"isPackageRollout":true,"packageRolloutPercentage":10.0,"packageRolloutStatus":"PackageRolloutInProgress","fallbackSubmissionId":"1152921504621"#), "{}", started.text());
        assert_eq!(store.call("POST", &set, None).await.json()["packageRolloutPercentage"], 25.0);
        for bad in ["", "?percentage=", "?percentage=x", "?percentage=101", "?percentage=-1"] {
            let response = store.call("POST", &format!("{path}/updatepackagerolloutpercentage{bad}"), None).await;
            assert_eq!(response.status, 400, "{bad}");
        }
        let blocked = store.call("POST", &format!("{product}/submissions"), None).await;
        assert_eq!(blocked.error(), (409, "InvalidState".into(), "submission".into()));
        let all =
            store.call("POST", &format!("{path}/updatepackagerolloutpercentage?percentage=100"), None).await.json();
        assert_eq!(all["packageRolloutStatus"], "PackageRolloutInProgress", "100 does not finalize");
        let end = if product == app() {
            ("finalizepackagerollout", 100.0, "PackageRolloutComplete")
        } else {
            ("haltpackagerollout", 0.0, "PackageRolloutStopped")
        };
        let done = store.call("POST", &format!("{path}/{}", end.0), None).await.json();
        assert_eq!((&done["packageRolloutPercentage"], &done["packageRolloutStatus"]), (&json!(end.1), &json!(end.2)));
        assert_eq!(store.call("POST", &format!("{path}/{}", end.0), None).await.status, 409);
        // The next submission copies the setting, and has not begun its rollout.
        let next = store.create(&product).await;
        let copied = &next["packageDeliveryOptions"]["packageRollout"];
        assert_eq!(
            (&copied["isPackageRollout"], &copied["packageRolloutStatus"]),
            (&json!(true), &json!("PackageRolloutNotStarted"))
        );
    }
}

#[tokio::test]
async fn add_ons_and_flights_are_published() {
    let store = Store::start().await;
    let mut document = store.create(&format!("inappproducts/{ADD_ON}")).await;
    let path = format!("inappproducts/{ADD_ON}/submissions/{}", document["id"].as_str().unwrap());
    document["listings"]["en-us"]["icon"] = json!({"fileName": "icon.png", "fileStatus": "PendingUpload"});
    store.put(&path, &document).await;
    upload(&store, &document, &zip(&[("icon.png", b"png")])).await;
    store.commit(&path).await;
    store.poll(&path, "Published").await;
    assert_eq!(
        store.get(&path).await["listings"]["en-us"]["icon"],
        json!({"fileName": "icon.png", "fileStatus": "Uploaded"})
    );
    assert_eq!(store.call("GET", &format!("{path}/packagerollout"), None).await.status, 501);

    let product = format!("applications/{APP}/flights/{FLIGHT}");
    let document = store.create(&product).await;
    let path = format!("{product}/submissions/{}", document["id"].as_str().unwrap());
    store.commit(&path).await;
    store.poll(&path, "Published").await;
    assert_eq!(store.get(&product).await["lastPublishedFlightSubmission"]["id"], document["id"]);
    store.get(&format!("{}/submissions/{PUBLISHED}", app())).await;
}

#[tokio::test]
async fn the_documentation_shows_the_state_table() {
    let store = Store::start().await;
    let table = store.control("GET", "table", json!(null)).await.json();
    let page = include_str!("../../docs/emulator.md");
    for row in table.as_array().unwrap() {
        let cell = |name: &str| row[name].as_str().unwrap_or("").to_owned();
        let line = format!(
            "| {} | {} | {} | {} | {} | {} |",
            cell("state"),
            cell("kind"),
            cell("next"),
            cell("failure"),
            row["seconds"],
            cell("step")
        );
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(page.lines().any(|other| squeezed(other) == squeezed(&line)), "docs/emulator.md lacks\n{line}");
    }
}
