//! Every operation honours `timeoutSeconds` and cancel while its work can't end: offline ones stand at a gate, the others
//! wait for a server that never answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::blocking::gate::{self, Gate};
use crate::events::Next;
use crate::ffi::process;
use crate::operations::{self, Operation, gated};
use crate::package::sample::{self, Sample};

const LIMIT: f64 = 0.05;
/// No machine is so slow: a test that waits this long has failed.
const NEVER: Duration = Duration::from_secs(60);

/// The request of the golden file of an operation.
fn request(operation: &Operation, folder: &Path) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/contract/operations/{}.json", operation.name));
    // The path is part of a JSON text, where a backslash begins an escape. Windows takes slashes too.
    let folder = folder.to_str().unwrap().replace('\\', "/");
    let text = fs::read_to_string(path).unwrap().replace("$folder", &folder);
    serde_json::from_str::<Value>(&text).unwrap()["request"].clone()
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Contoso.msix"), sample::package(&Sample::default()).unwrap()).unwrap();
    folder
}

fn limited(mut request: Value) -> String {
    request["timeoutSeconds"] = json!(LIMIT);
    request.to_string()
}

/// The error of a job that must complete; null when it succeeded.
fn failure(job: u64) -> Value {
    loop {
        match process::job_next(job, NEVER).unwrap() {
            Next::Completed(response) => return serde_json::from_str::<Value>(&response).unwrap()["error"].clone(),
            Next::Event(_) => {}
            Next::Nothing | Next::Over => panic!("the job does not complete"),
        }
    }
}

/// A listener that accepts no connection; the system completes the handshakes nevertheless.
fn client() -> (u64, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let config = json!({"credential": {"type": "token", "accessToken": "t"}, "serviceUrl": url});
    (process::open(&config.to_string()).unwrap(), listener)
}

#[test]
fn every_offline_operation_honours_its_limit_and_cancel() {
    let (client, _listener) = client();
    let folder = folder();
    let gate = Gate::default();
    let offline: Vec<_> = operations::table().iter().filter(|operation| operation.is_offline()).collect();
    assert!(offline.len() > 12, "{}", offline.len());
    let mut at_gate = 0;
    for operation in offline {
        let request = request(operation, folder.path());
        let held = gated(operation, gate.clone());
        for caller in [0, client] {
            let error = process::call(caller, held, &limited(request.clone())).unwrap_err();
            assert_eq!(error.code().name, "deadline.exceeded", "{}: {error}", operation.name);
            at_gate += 1;
        }
        let job = process::start(client, held, &request.to_string()).unwrap();
        at_gate += 1;
        gate.wait_for(at_gate);
        process::cancel(job).unwrap();
        assert_eq!(failure(job)["code"], "cancelled", "{}", operation.name);
    }
    gate.open(at_gate);
    process::close(client).unwrap();
    let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["Contoso.msix"], "an operation that was stopped wrote a file");
}

#[test]
fn every_other_operation_honours_its_limit_and_cancel() {
    let (client, _listener) = client();
    let folder = folder();
    let listing = folder.path().join("store/listings/en-us");
    fs::create_dir_all(&listing).unwrap();
    fs::write(listing.join("title.txt"), "Contoso").unwrap();
    let add_on = folder.path().join("store/add-ons/contoso-coins/listings/en-us");
    fs::create_dir_all(&add_on).unwrap();
    fs::write(add_on.join("title.txt"), "Coins").unwrap();
    let online = operations::table().iter().filter(|operation| !operation.is_offline());
    let mut count = 0;
    for operation in online.filter(|operation| operation.name != "token.check") {
        let request = request(operation, folder.path());
        let error = process::call(client, operation, &limited(request.clone())).unwrap_err();
        assert_eq!(error.code().name, "deadline.exceeded", "{}: {error}", operation.name);
        let job = process::start(client, operation, &request.to_string()).unwrap();
        process::cancel(job).unwrap();
        assert_eq!(failure(job)["code"], "cancelled", "{}", operation.name);
        count += 1;
    }
    assert!(count > 20, "{count}");
    process::close(client).unwrap();
}

/// A merge that never ends stands for one that takes long.
#[cfg(feature = "emulator")]
#[test]
fn merges_and_edits_hold_up_nobody() {
    use crate::emulator::{Emulator, Options};

    const APP: &str = "9NBLGGH4R315";
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Emulator::new(Options::default()).unwrap().serve()).unwrap();
    let at = server.endpoints();
    let config = json!({
        "serviceUrl": at.service, "authorityUrl": at.authority,
        "credential": {
            "type": "clientSecret", "tenantId": at.tenant_id, "clientId": at.client_id, "clientSecret": at.client_secret,
        },
    });
    let (busy, other) = (process::open(&config.to_string()).unwrap(), process::open(&config.to_string()).unwrap());
    let call = |client: u64, operation: &str, request: Value| -> Value {
        serde_json::from_str(&process::call_by_name(client, operation, &request.to_string()).unwrap()).unwrap()
    };
    let draft = call(busy, "submission.create", json!({ "appId": APP }))["result"].clone();
    let update = json!({"appId": APP, "submissionId": draft["id"], "edited": draft, "preview": true}).to_string();
    let edits = json!([{"op": "add", "path": "/notesForCertification", "value": "x"}]);
    let plan = json!({"appId": APP, "draft": "adopt", "edits": edits}).to_string();

    let gate = Gate::default();
    gate::hold(Some(gate.clone()));
    let start = |operation: &str, request: &str| process::start_by_name(busy, operation, request).unwrap();
    // More of them than the library has workers.
    let updates: Vec<u64> = (0..4).map(|_| start("submission.update", &update)).collect();
    let plans: Vec<u64> = (0..4).map(|_| start("publish.plan", &plan)).collect();
    gate.wait_for(8);
    assert_eq!(call(other, "app.list", json!({}))["ok"], true);
    for job in [updates[0], plans[0]] {
        process::cancel(job).unwrap();
        assert_eq!(failure(job)["code"], "cancelled");
    }
    let mut limited: Value = serde_json::from_str(&update).unwrap();
    limited["timeoutSeconds"] = json!(LIMIT);
    let error = process::call_by_name(busy, "submission.update", &limited.to_string()).unwrap_err();
    assert_eq!(error.code().name, "deadline.exceeded");

    gate::hold(None);
    gate.open(0);
    for job in updates[1..].iter().chain(&plans[1..]) {
        assert_eq!(failure(*job), Value::Null);
    }
    process::close(busy).unwrap();
    process::close(other).unwrap();
    runtime.block_on(server.stop());
}
