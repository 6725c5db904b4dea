//! Fault rules, in process and over a socket.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::router::{APP, Store};

fn submissions() -> String {
    format!("applications/{APP}/submissions")
}

#[tokio::test]
async fn a_status_comes_with_the_body_of_the_service() {
    let store = Store::start().await;
    for (status, member) in [(429, "statusCode"), (500, "innererror"), (503, "code"), (409, "code"), (401, "code")] {
        store.fault(json!({"path": "*/applications", "status": status})).await;
        let response = store.call("GET", "applications", None).await;
        assert_eq!(response.status, status);
        assert!(response.json().get(member).is_some(), "{}", response.text());
        assert_eq!(response.header("retry-after"), if status == 429 { "14" } else { "" });
        store.get("applications").await;
    }
    store.fault(json!({"path": "*/ingestion/*", "status": 503})).await;
    let response = store.send("GET", "/productingestionbin1/ingestion/x?sig=1", &[], Vec::new()).await;
    assert_eq!(response.storage_error(), (503, "ServerBusy"));
    store.fault(json!({"path": "*/token", "status": 503})).await;
    assert_eq!(store.token_request(&[]).await.json()["error"], "temporarily_unavailable");
}

#[tokio::test]
async fn rules_match_by_method_path_query_and_count() {
    let store = Store::start().await;
    store.fault(json!({"method": "get", "path": "*/APPLICATIONS", "query": "*skip=1*", "nth": 2, "count": 2, "status": 503})).await;
    let mut seen = Vec::new();
    for path in [
        "applications?skip=1",
        "applications",
        "applications?skip=1",
        "applications?skip=1&top=1",
        "applications?skip=1",
    ] {
        seen.push(store.call("GET", path, None).await.status);
    }
    assert_eq!(seen, [200, 200, 503, 503, 200]);
    let rules = store.control("GET", "faults", Value::Null).await.json();
    assert_eq!((&rules[0]["matched"], &rules[0]["used"], &rules[0]["rule"]["nth"]), (&json!(4), &json!(2), &json!(2)));
    store.control("DELETE", "faults", Value::Null).await;
    let rule = r#"[{"path":"*","count":0,"status":502,"body":{"b":[1.50],"a":0},"headers":{"Retry-After":"Wed, 21 Oct 2026 07:28:00 GMT"}}]"#;
    assert_eq!(store.control_text("POST", "faults", rule).await.status, 201);
    for _ in 0..3 {
        let response = store.call("GET", "applications", None).await;
        assert_eq!(
            (response.status, response.text(), response.header("retry-after")),
            (502, r#"{"b":[1.50],"a":0}"#, "Wed, 21 Oct 2026 07:28:00 GMT")
        );
    }
    store.control("DELETE", "faults", Value::Null).await;
    store.get("applications").await;
    for bad in [
        json!({"stats": 1}),
        json!({"status": 99}),
        json!({"submission": {"status": "Gone"}}),
        json!({"drop": "during"}),
    ] {
        assert_eq!(store.control("POST", "faults", bad.clone()).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_rules_in_the_documentation_are_valid() {
    let store = Store::start().await;
    let lines = include_str!("../../docs/emulator.md").lines();
    let rules: Vec<&str> = lines.filter_map(|line| line.strip_prefix("| `{")?.split('`').next()).collect();
    assert!(rules.len() > 10);
    for rule in rules {
        let rule = format!("{{{rule}");
        let response = store.control_text("POST", "faults", &rule).await;
        assert_eq!(response.status, 201, "{rule}: {}", response.text());
    }
}

#[tokio::test]
async fn chance_is_drawn_from_the_seed() {
    let run = async || {
        let store = Store::start().await;
        store.fault(json!({"path": "*/applications", "count": 0, "chance": 0.5, "status": 503})).await;
        let mut seen = Vec::new();
        for _ in 0..40 {
            seen.push(store.call("GET", "applications", None).await.status);
        }
        seen
    };
    let seen = run().await;
    assert!(seen.contains(&200) && seen.contains(&503));
    assert_eq!(seen, run().await);
}

#[tokio::test]
async fn a_503_may_have_created_the_submission_anyway() {
    let store = Store::start().await;
    store.fault(json!({"method": "POST", "path": "*/submissions", "status": 503, "applied": true})).await;
    assert_eq!(store.call("POST", &submissions(), None).await.status, 503);
    assert_eq!(store.call("POST", &submissions(), None).await.status, 409);
    assert!(store.get(&format!("applications/{APP}")).await["pendingApplicationSubmission"]["id"].is_string());
}

#[tokio::test]
async fn drops_are_marked_in_the_response() {
    let store = Store::start().await;
    store.fault(json!({"method": "POST", "path": "*/submissions", "drop": "before"})).await;
    assert!(store.call("POST", &submissions(), None).await.dropped);
    store.fault(json!({"method": "POST", "path": "*/submissions", "drop": "after"})).await;
    assert!(store.call("POST", &submissions(), None).await.dropped);
    assert_eq!(store.call("POST", &submissions(), None).await.status, 409);
    let requests = store.control("GET", "requests", Value::Null).await.json();
    let posts: Vec<_> =
        requests.as_array().unwrap().iter().filter(|r| r["operation"] == "createApplicationSubmission").collect();
    assert_eq!(
        posts.iter().map(|r| (&r["dropped"], &r["status"])).collect::<Vec<_>>(),
        [(&json!(true), &json!(0)), (&json!(true), &json!(0)), (&json!(false), &json!(409)),]
    );
}

/// Sends one request over a socket and reads to the end of the connection.
pub(crate) async fn exchange(store: &Store, address: &str, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        store.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may close the connection before it has read everything.
    let _ = stream.write_all(body).await;
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response).await;
    response
}

#[tokio::test]
async fn a_drop_closes_the_connection_without_a_byte() {
    let store = Store::start().await;
    let running = store.emulator.serve().await.unwrap();
    let address = running.endpoints().service.split('/').nth(2).unwrap().to_owned();
    let path = format!("/v1.0/my/{}", submissions());
    for drop in ["before", "after"] {
        store.fault(json!({"method": "POST", "path": "*/submissions", "drop": drop})).await;
        assert_eq!(exchange(&store, &address, "POST", &path, b"").await, b"", "{drop}");
    }
    let response = exchange(&store, &address, "POST", &path, b"").await;
    assert!(response.starts_with(b"HTTP/1.1 409"), "the second one was carried out");
    store.fault(json!({"path": "*/ingestion/*", "drop": "before"})).await;
    let url = store.control("GET", "state", Value::Null).await.json();
    let blob =
        url["submissions"].as_array().unwrap().iter().find_map(|s| s["upload"]["blobId"].as_str()).unwrap().to_owned();
    assert_eq!(
        exchange(
            &store,
            &address,
            "PUT",
            &format!("/productingestionbin1/ingestion/{blob}?comp=block"),
            &vec![7; 100_000]
        )
        .await,
        b""
    );
    running.stop().await;
}

#[tokio::test]
async fn bodies_and_lengths_can_differ() {
    let store = Store::start().await;
    let whole = store.call("GET", "applications", None).await.body;
    let length = whole.len();
    let running = store.emulator.serve().await.unwrap();
    let address = running.endpoints().service.split('/').nth(2).unwrap().to_owned();
    for (rule, promised, sent) in [
        (json!({"bodyBytes": 10}), length, 10),
        (json!({"contentLength": 5}), 5, 5),
        (json!({"contentLength": length + 9}), length + 9, length),
        (json!({"bodyBytes": 10, "contentLength": 10}), 10, 10),
    ] {
        let mut rule = rule;
        rule["path"] = json!("*/applications");
        store.fault(rule.clone()).await;
        let response = exchange(&store, &address, "GET", "/v1.0/my/applications", b"").await;
        let text = String::from_utf8_lossy(&response);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {promised}")), "{rule} {head}");
        assert_eq!(body.len(), sent, "{rule}");
        store.fault(rule).await;
        let response = store.call("GET", "applications", None).await;
        assert_eq!(response.broken, sent < promised);
    }
    running.stop().await;
}

#[tokio::test(start_paused = true)]
async fn responses_can_be_delayed() {
    let store = Store::start().await;
    store.fault(json!({"path": "*/applications", "delayMs": 90_000})).await;
    let before = tokio::time::Instant::now();
    store.get("applications").await;
    assert_eq!(before.elapsed().as_secs(), 90);
}

#[tokio::test]
async fn uploads_need_a_content_length() {
    let store = Store::start().await;
    let running = store.emulator.serve().await.unwrap();
    let address = running.endpoints().service.split('/').nth(2).unwrap().to_owned();
    let url = store.create(&format!("applications/{APP}")).await["fileUploadUrl"].as_str().unwrap().replace('+', "%2B");
    let path = &url[url.find("/productingestionbin1/").unwrap()..];
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let request = format!(
        "PUT {path}&comp=block&blockid=YQ%3D%3D HTTP/1.1\r\nhost: {address}\r\ntransfer-encoding: chunked\r\n\
         connection: close\r\n\r\n1\r\nx\r\n0\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 411") && response.contains("MissingContentLengthHeader"), "{response}");
    running.stop().await;
}

#[tokio::test]
async fn a_put_may_be_kept_by_half() {
    let store = Store::start().await;
    let created = store.call("POST", &submissions(), None).await.json();
    let path = format!("{}/{}", submissions(), created["id"].as_str().unwrap());
    let mut document = store.get(&path).await;
    (document["notesForCertification"], document["visibility"]) = (json!("new"), json!("Hidden"));
    let kept = json!({"/notesForCertification": null, "/visibility": "Private", "/applicationPackages/-": {}});
    store.fault(json!({"method": "PUT", "path": "*/submissions/*", "submission": {"document": kept}})).await;
    assert_eq!(store.put(&path, &document).await["visibility"], "Hidden");
    let now = store.get(&path).await;
    assert_eq!((now.get("notesForCertification"), &now["visibility"]), (None, &json!("Private")));
    assert_eq!(now["applicationPackages"].as_array().unwrap().len(), 2);

    let submission = format!("submissions/{}", created["id"].as_str().unwrap());
    for nowhere in ["visibility", "/nowhere/x", "/applicationPackages/9"] {
        let response = store.control("POST", &submission, json!({"document": {nowhere: 1}})).await;
        assert_eq!(response.status, 400, "{nowhere}");
    }
}

#[tokio::test]
async fn a_draft_of_somebody_else_appears_before_the_create() {
    for drop in [None, Some("before")] {
        let store = Store::start().await;
        let other = json!({"createdByApi": false, "document": {"/visibility": "Hidden"}});
        store.fault(json!({"method": "POST", "path": "*/submissions", "drop": drop, "otherDraft": other})).await;
        let response = store.call("POST", &submissions(), None).await;
        assert_eq!(response.status, if drop.is_none() { 409 } else { response.status });
        let app = store.get(&format!("applications/{APP}")).await;
        let id = app["pendingApplicationSubmission"]["id"].as_str().unwrap();
        assert_eq!(store.get(&format!("{}/{id}", submissions())).await["visibility"], "Hidden");
    }
}
