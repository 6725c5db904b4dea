//! State, clock, request log and the program.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use storeship::emulator::{Emulator, Endpoints, Options};

use crate::router::{APP, Store};

#[tokio::test]
async fn a_dump_can_be_loaded_again() {
    let store = Store::start().await;
    store.create(&format!("applications/{APP}")).await;
    let dump = store.control("GET", "state", Value::Null).await.text().to_owned();
    let options = Options { state: Some(dump.clone()), ..Options::default() };
    let other = Store::with(options).await;
    let mut again = other.control("GET", "state", Value::Null).await.json();
    let mut first: Value = serde_json::from_str(&dump).unwrap();
    for state in [&mut again, &mut first] {
        state["now"] = Value::Null;
    }
    assert_eq!(again, first);
}

#[tokio::test]
async fn the_page_shows_texts_as_texts_and_is_not_recorded() {
    let store = Store::start().await;
    let mut state = store.control("GET", "state", Value::Null).await.json();
    state["applications"][0]["primaryName"] = json!("<script>alert(1)</script>");
    assert_eq!(store.control("PUT", "state", state).await.status, 204);
    let before = store.control("GET", "requests", Value::Null).await.json();
    let page = store.send("GET", "/", &[], Vec::new()).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{}", page.text());
    assert!(!page.text().contains("<script>alert") && page.text().contains(APP));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(store.control("GET", "requests", Value::Null).await.json(), before);
    // Another page may not read it: a name that leads here is refused.
    assert_eq!(store.send("GET", "/", &[("host", "example.com")], Vec::new()).await.status, 421);
}

#[tokio::test]
async fn ids_follow_from_the_seed() {
    let ids = async |seed| {
        let store = Store::with(Options { seed, ..Options::default() }).await;
        let flight = store.call("POST", &format!("applications/{APP}/flights"), Some(&json!({}))).await.json();
        let draft = store.create(&format!("applications/{APP}")).await["id"].clone();
        (flight["flightId"].clone(), draft, store.endpoints().client_secret)
    };
    assert_eq!(ids(7).await, ids(7).await);
    assert_ne!(ids(7).await, ids(8).await);
}

#[tokio::test]
async fn an_invalid_state_is_refused() {
    let store = Store::start().await;
    let good = store.control("GET", "state", Value::Null).await.json();
    for (pointer, bad) in [
        ("/applications/0/lastPublishedApplicationSubmission/id", json!("1")),
        ("/submissions/0/applicationId", json!("9NUNKNOWN000")),
        ("/submissions/0/document/status", json!("Finished")),
        ("/submissions/0/document/id", json!("")),
        ("/submissions/0/createdByApi", json!("yes")),
        ("/applications", json!([{}])),
        ("/ids/files", json!("1")),
    ] {
        let mut state = good.clone();
        *state.pointer_mut(pointer).unwrap() = bad;
        let response = store.control("PUT", "state", state.clone()).await;
        assert_eq!(response.status, 400, "{pointer}");
        assert!(response.json()["error"].is_string());
        let error = Emulator::new(Options { state: Some(state.to_string()), ..Options::default() }).unwrap_err();
        assert!(error.to_string().starts_with("state: "), "{error}");
    }
    let mut unknown = good.clone();
    unknown["apps"] = json!([]);
    assert_eq!(store.control("PUT", "state", unknown).await.status, 400);
    assert_eq!(store.control("PUT", "state", good).await.status, 204);
    assert!(Emulator::new(Options { frozen_at: Some("now".into()), ..Options::default() }).is_err());
}

#[tokio::test]
async fn requests_are_recorded() {
    let store = Store::start().await;
    store.control("DELETE", "requests", Value::Null).await;
    let document = store.create(&format!("applications/{APP}")).await;
    let url = document["fileUploadUrl"].as_str().unwrap();
    store.blob("PUT", url, "&comp=block&blockid=YQ%3D%3D", &[("X-Test", "1")], b"12345").await;
    store.call("PUT", "applications/x/submissions/1?a=b", Some(&json!({"a": 1}))).await;
    let requests = store.control("GET", "requests", Value::Null).await.json();
    let requests = requests.as_array().unwrap();
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0]["n"], 1);
    assert_eq!(requests[0]["headers"]["authorization"], "present");
    assert_eq!((&requests[1]["bodyBytes"], &requests[1]["headers"]["x-test"]), (&json!(5), &json!("1")));
    assert_eq!((&requests[2]["body"], &requests[2]["query"]), (&json!("{\"a\":1}"), &json!("a=b")));
    assert_eq!(requests[2]["operation"], "updateApplicationSubmission");
}

#[tokio::test]
async fn the_clock_can_be_moved_and_unknown_control_routes_are_501() {
    let store = Store::with(Options { frozen_at: Some("2026-01-01T00:00:00Z".into()), ..Options::default() }).await;
    let response = store.control("POST", "clock", json!({"advanceSeconds": 90})).await;
    assert_eq!(response.text(), r#"{"now":"2026-01-01T00:01:30.0000000Z"}"#);
    assert_eq!(store.call("GET", "applications", None).await.header("date"), "Thu, 01 Jan 2026 00:01:30 GMT");
    assert_eq!(store.control("POST", "clock", json!({"seconds": 90})).await.status, 400);
    assert_eq!(store.control("GET", "nothing", Value::Null).await.status, 501);
    assert_eq!(store.control("POST", "submissions/1", json!({})).await.status, 404);
}

/// Starts the program; returns it with its first line.
pub(crate) fn program(arguments: &[&str], stdin: Stdio) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_storeship-emulator"));
    let mut child = command.args(arguments).stdin(stdin).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, line)
}

/// Asks the program for its endpoints, which are those of its first line.
pub(crate) fn answers(line: &str) {
    let endpoints: Endpoints = serde_json::from_str(line).unwrap();
    let address = endpoints.control.split('/').nth(2).unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET /_emulator/endpoints HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    std::io::Read::read_to_string(&mut stream, &mut response).unwrap();
    assert!(response.contains(line.trim()), "{response}");
}

#[test]
fn the_program_prints_its_endpoints_and_ends_when_stdin_closes() {
    let (mut child, line) = program(&["--apps", "12", "--seed", "3"], Stdio::piped());
    answers(&line);
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());

    let failed =
        Command::new(env!("CARGO_BIN_EXE_storeship-emulator")).args(["--state", "/nowhere.json"]).output().unwrap();
    assert!(!failed.status.success() && String::from_utf8_lossy(&failed.stderr).contains("/nowhere.json"));
}

/// As Out-File of Windows PowerShell 5.1 and editors write a dump of the state.
#[test]
fn the_file_of_the_state_may_have_a_mark_and_utf_16() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.json");
    let dump = include_str!("../../src/emulator/default.json").replace("\r\n", "\n").replace('\n', "\r\n");
    let marked = format!("\u{feff}{dump}");
    for bytes in [marked.as_bytes().to_vec(), marked.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
        std::fs::write(&path, bytes).unwrap();
        let (mut child, line) = program(&["--state", path.to_str().unwrap()], Stdio::piped());
        answers(&line);
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
    }
    std::fs::write(&path, b"caf\xE9").unwrap();
    let failed = Command::new(env!("CARGO_BIN_EXE_storeship-emulator")).arg("--state").arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&failed.stderr);
    assert!(!failed.status.success() && said.contains("0xE9") && said.contains("save it as UTF-8"), "{said}");
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn the_program_ends_on_signals() {
    for name in ["TERM", "INT"] {
        let (mut child, line) = program(&["--stay"], Stdio::null());
        assert!(line.starts_with('{'), "{line}");
        assert!(child.try_wait().unwrap().is_none(), "it stays without stdin");
        signal(&child, name);
        assert!(child.wait().unwrap().success(), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn the_program_outlives_an_interrupt_that_was_meant_for_its_parent() {
    let (mut child, line) = program(&["--ignore-interrupt"], Stdio::piped());
    for _ in 0..20 {
        signal(&child, "INT");
        answers(&line);
    }
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[tokio::test]
async fn others_are_answered_while_a_large_request_is_read() {
    let store = Store::start().await;
    let draft = store.create(&format!("applications/{APP}")).await;
    let mut state = store.control("GET", "state", Value::Null).await.json();
    for at in 0..20_000 {
        state["applications"][0][format!("key{at}")] = json!(at);
    }
    let mut put = std::pin::pin!(store.control("PUT", "state", state));
    tokio::select! {
        biased;
        _ = &mut put => panic!("the state was read while others waited"),
        clock = store.control("GET", "clock", Value::Null) => assert_eq!(clock.status, 200),
    }
    assert_eq!(put.await.status, 204);
    let mut body = draft.clone();
    body["notes"] = json!(vec![1; 100_000]);
    let path = format!("applications/{APP}/submissions/{}", draft["id"].as_str().unwrap());
    let mut put = std::pin::pin!(store.call("PUT", &path, Some(&body)));
    tokio::select! {
        biased;
        _ = &mut put => panic!("the submission was read while others waited"),
        clock = store.control("GET", "clock", Value::Null) => assert_eq!(clock.status, 200),
    }
    assert_eq!(put.await.status, 200);
}

#[tokio::test]
async fn a_package_of_an_app_has_its_identity() {
    let store = Store::with(Options { apps: 3, ..Options::default() }).await;
    let apps = store.call("GET", "applications", None).await.json();
    let third = &apps["value"][2];
    let path = format!("package?appId={}&version=3.1.0.0&architecture=arm64", third["id"].as_str().unwrap());
    let package = store.control("GET", &path, Value::Null).await;
    assert_eq!(package.status, 200);
    let facts = storeship::package::inspect_at("a.msix", &&package.body[..], package.body.len() as u64).unwrap();
    assert_eq!(facts.identity_name, third["packageIdentityName"].as_str().unwrap());
    assert_eq!((facts.version.as_str(), facts.architecture.as_deref()), ("3.1.0.0", Some("arm64")));
    assert_eq!(store.control("GET", "package?appId=9NBLGGH00000", Value::Null).await.status, 404);
}

#[tokio::test]
async fn the_documentation_shows_the_switches_and_they_can_be_set() {
    let page = include_str!("../../docs/emulator.md");
    for switch in storeship::emulator::SWITCHES {
        let line = format!("| `{}` | {} | {} |", switch.name, switch.values.join(", "), switch.meaning);
        assert!(page.lines().any(|other| other == line), "docs/emulator.md lacks\n{line}");
    }
    let store = Store::start().await;
    let before = store.control("GET", "switches", json!(null)).await.json();
    assert_eq!((&before["titles"], before.as_object().unwrap().len()), (&json!("kept"), 8));
    let after = store.control("PUT", "switches", json!({"titles": "lost", "image-names": "leaf"})).await.json();
    assert_eq!(
        (&after["titles"], &after["image-names"], &after["captions"]),
        (&json!("lost"), &json!("leaf"), &json!("kept"))
    );
    for wrong in [json!({"titles": "gone"}), json!({"title": "lost"}), json!([])] {
        assert_eq!(store.control("PUT", "switches", wrong.clone()).await.status, 400, "{wrong}");
    }
    assert_eq!(store.control("GET", "switches", json!(null)).await.json(), after);
}
