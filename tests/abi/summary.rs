//! Plans, receipts and failures as Markdown: the whole text, compared with the files of `tests/abi/summary`.
//! `STORESHIP_UPDATE_GOLDEN=1` writes them.

use std::path::Path;

use crate::support::{APP, Client, Store};
use serde_json::{Value, json};

/// Text that breaks out of a list, a table or a code span where Markdown is not escaped.
const HOSTILE: &str = "a|b `c` ``d`` <script>alert(1)</script> **e** ~~f~~ \\| \\` $g$ @team #1\n\n## heading\r\n| h |\n- [i](https://evil.example) ![j](k.png) http://evil.example www.evil.example &lt; </code></td>\u{1b}[31m ##vso[task.complete]";

fn path(store: &Store) -> String {
    store.folder.path().join("summary.md").to_str().unwrap().to_owned()
}

/// The summary without what differs from run to run.
fn normal(store: &Store) -> String {
    let text = std::fs::read_to_string(path(store)).unwrap();
    let mut lines = Vec::new();
    let mut heading = "";
    for line in text.lines() {
        heading = line.strip_prefix("##").map_or(heading, |heading| heading.trim_start_matches(['#', ' ']));
        let line = match (heading, line.split_once(": ")) {
            (_, Some((name @ ("- Began" | "- Ended"), _))) => format!("{name}: (time)"),
            // It changes with the fields of a request.
            (_, Some((name @ ("- Plan hash" | "- Draft hash, for the commit"), hash))) => {
                assert!(hash.len() > 40, "{line}");
                format!("{name}: (hash)")
            }
            (_, Some(("- Correlation id", _))) => "- Correlation id: (id)".to_owned(),
            (_, Some(("- Request", call))) => {
                format!("- Request: {}", call.replace(store.endpoints.service.split("//").nth(1).unwrap(), "(store)/"))
            }
            ("Correlation ids", _) if line.starts_with('-') => "- (id)".to_owned(),
            ("Uploaded", _) if line.contains(" a second, ") => {
                assert!(!line.starts_with("- 0 "), "{line}");
                format!("- (speed) bytes a second{}", line.split_once(" bytes a second").unwrap().1)
            }
            ("Steps", _) if line.starts_with("| ") && !line.contains("Seconds") => {
                format!("{} | (time) |", line.split(" | ").next().unwrap())
            }
            _ => line.replace(env!("CARGO_PKG_VERSION"), "(version)"),
        };
        lines.push(line);
    }
    lines.join("\n") + "\n"
}

#[track_caller]
fn compare(store: &Store, name: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/abi/summary").join(name);
    let text = normal(store);
    if std::env::var_os("STORESHIP_UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&golden).unwrap().replace("\r\n", "\n"), "{name}");
}

fn release(store: &Store) -> Value {
    json!({
        "appId": APP, "packages": [store.package("Contoso.msix", "2.0.0.0")], "rollout": 10,
        "releaseNotes": {"en-us": HOSTILE, "xx": "x"}, "missingLanguages": "skip", "pollSeconds": 0.001,
        "edits": [{"op": "remove", "path": "/gamingOptions"}, {"op": "replace", "path": "/notesForCertification", "value": "n".repeat(1000)}],
        "summaryPath": path(store),
    })
}

fn result(client: &Client, operation: &str, request: Value) -> Value {
    client.job(operation, request).1.result().clone()
}

#[test]
fn a_plan() {
    let store = Store::start();
    let client = store.client();
    client.call("submission.create", json!({"appId": APP})).result();
    let mut request = release(&store);
    request["draft"] = json!("replace");
    result(&client, "publish.plan", request);
    compare(&store, "plan.md");
}

#[test]
fn a_receipt() {
    let store = Store::start();
    let client = store.client();
    result(&client, "publish", release(&store));
    compare(&store, "receipt.md");
}

#[test]
fn a_draft_that_is_left_for_review_and_a_release_without_a_change() {
    let store = Store::start();
    let client = store.client();
    let mut request = json!({"appId": APP, "releaseNotes": "Faster.", "commit": false, "summaryPath": path(&store)});
    let receipt = result(&client, "publish", request.clone());
    let commit = json!({"appId": APP, "draftHash": receipt["draftHash"]});
    client.call("submission.commit", commit).result();
    result(&client, "submission.wait", json!({"appId": APP, "pollSeconds": 0.001}));
    request["commit"] = json!(true);
    request["pollSeconds"] = json!(0.001);
    result(&client, "publish", request);
    compare(&store, "left.md");
}

#[test]
fn a_failure() {
    let store = Store::start();
    let client = store.client();
    // What is there, without a line end, stays.
    std::fs::write(path(&store), "of another step").unwrap();
    let mut request = release(&store);
    request["packages"] = json!([store.package("Contoso.msix", "0.9.0.0")]);
    assert_eq!(client.job("publish.plan", request.clone()).1.failure().1, "check.failed");
    request["packages"] = json!([]);
    request["rollout"] = Value::Null;
    store.fault(json!({"method": "PUT", "path": "*/submissions/*", "status": 400}));
    client.job("publish", request).1.failure();
    compare(&store, "failure.md");
}

#[test]
fn no_secret_and_no_upload_link_reaches_the_summary() {
    let store = Store::start();
    let client = store.client();
    let secret = &store.endpoints.client_secret;
    let mut request = release(&store);
    request["releaseNotes"] =
        json!({"en-us": format!("{secret} https://x.blob.core.windows.net/a?sv=1&sig=c2lnbmF0dXJl")});
    request["edits"] =
        json!([{"op": "replace", "path": "/notesForCertification", "value": format!("{}{secret}", "n".repeat(280))}]);
    result(&client, "publish.plan", request.clone());
    result(&client, "publish", request);
    let text = std::fs::read_to_string(path(&store)).unwrap();
    for part in [secret.as_str(), &secret[..20.min(secret.len())], "c2lnbmF0dXJl", "fileUploadUrl"] {
        assert!(!text.contains(part), "{part} in {text}");
    }
    assert!(text.contains("REDACTED"), "{text}");
}

#[test]
fn a_summary_that_cannot_be_written_is_refused_before_the_first_request() {
    let store = Store::start();
    let client = store.client();
    let mut request = release(&store);
    for wrong in [store.folder.path().to_str().unwrap().to_owned(), path(&store) + "/there/summary.md"] {
        request["summaryPath"] = json!(wrong);
        assert_eq!(client.job("publish", request.clone()).1.failure().1, "file.unwritable");
    }
    assert!(store.control("GET", "requests", None).as_array().unwrap().is_empty());
}

#[test]
fn the_summary_makes_no_other_release() {
    let store = Store::start();
    let client = store.client();
    let mut request = release(&store);
    request["commit"] = json!(false);
    let first = result(&client, "publish", request.clone());
    request["summaryPath"] = json!(path(&store) + "2");
    let second = result(&client, "publish", request);
    assert_eq!((&second["draft"], &second["submissionId"]), (&json!("resume"), &first["submissionId"]));
    assert_eq!(second["draftHash"], first["draftHash"]);
}

#[test]
fn an_error_before_the_release_begins_is_in_the_summary() {
    let store = Store::start();
    let client = store.client();
    let file = store.folder.path().join("release.json");
    let mut wrong_secret = store.config();
    wrong_secret["credential"]["clientSecret"] = json!("wrong");
    let unknown = Client::open(&wrong_secret);
    let summary = path(&store);
    for (client, request, content, code, target) in [
        (&client, json!({"appId": APP, "relaseNotes": "x"}), "", "request.unknown_field", APP),
        (&client, json!({"appId": " "}), "", "request.blank_id", "a release"),
        (&client, json!({"appId": APP, "flightName": "Nobody"}), "", "flight.not_found", "flight Nobody of app"),
        (&unknown, json!({"appName": "Contoso"}), "", "auth.invalid_secret", "app Contoso"),
        (&client, json!({"releasePath": file}), "{", "request.syntax", "a release"),
        (
            &client,
            json!({"releasePath": file}),
            r#"{"appId": "9NBLGGH4R315", "edit": []}"#,
            "request.unknown_field",
            APP,
        ),
    ] {
        std::fs::write(&file, content).unwrap();
        for operation in ["publish", "publish.plan"] {
            let _ = std::fs::remove_file(&summary);
            let mut request = request.clone();
            request["summaryPath"] = json!(summary);
            assert_eq!(client.job(operation, request).1.failure().1, code);
            let text = std::fs::read_to_string(&summary).unwrap();
            assert_eq!(text.matches("## ").count(), text.matches("## Failed: ").count() + text.matches("### ").count());
            assert!(text.starts_with("## Failed: ") && text.lines().next().unwrap().contains(target), "{text}");
            assert!(text.contains(&format!("**{code}**")), "{text}");
        }
    }
}

#[test]
fn a_release_that_runs_out_of_time_is_in_the_summary() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "GET", "path": "*/applications/*", "count": 0, "delayMs": 60_000}));
    let summary = path(&store);
    for operation in ["publish", "publish.plan"] {
        let _ = std::fs::remove_file(&summary);
        let request = json!({"appId": APP, "visibility": "Hidden", "timeoutSeconds": 0.2, "summaryPath": summary});
        assert_eq!(client.job(operation, request).1.failure().1, "deadline.exceeded");
        let text = std::fs::read_to_string(&summary).unwrap();
        assert!(text.starts_with(&format!("## Failed: app {APP}")), "{text}");
        assert_eq!(text.matches("**deadline.exceeded**").count(), 1, "{text}");
    }
}

#[test]
fn the_summary_of_a_file_has_its_errors_and_an_empty_path_has_none() {
    let store = Store::start();
    let client = store.client();
    let file = store.folder.path().join("release.json");
    std::fs::write(&file, r#"{"appId": "9NBLGGH4R315", "releaseNotes": {"xx": "x"}, "summaryPath": "summary.md"}"#)
        .unwrap();
    let release = json!({"releasePath": file});
    let mut silent = release.clone();
    silent["summaryPath"] = json!("");
    client.call("publish.plan", silent).failure();
    assert!(!Path::new(&path(&store)).exists());
    client.call("publish.plan", release).failure();
    let text = std::fs::read_to_string(path(&store)).unwrap();
    assert_eq!(text.matches("## Failed: app 9NBLGGH4R315").count(), 1, "{text}");
}
