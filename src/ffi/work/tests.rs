//! Every operation honours `timeoutSeconds` and cancel while its work can't end: offline ones stand at a gate, the others
//! wait for a server that never answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::events::Next;
use crate::ffi::process;
use crate::operations::{self, Gate, Operation, gated};
use crate::package::sample::{self, Sample};

const LIMIT: f64 = 0.05;
/// No machine is so slow: a test that waits this long has failed.
const NEVER: Duration = Duration::from_secs(60);

/// The request of the golden file of an operation.
fn request(operation: &Operation, folder: &Path) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/contract/operations/{}.json", operation.name));
    let text = fs::read_to_string(path).unwrap().replace("$folder", folder.to_str().unwrap());
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

/// The error of a job that must complete.
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
            let error = process::run(caller, held, &limited(request.clone())).unwrap_err();
            assert_eq!(error.code().name, "deadline.exceeded", "{}: {error}", operation.name);
            at_gate += 1;
        }
        let job = process::begin(client, held, &request.to_string()).unwrap();
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
    let online = operations::table().iter().filter(|operation| !operation.is_offline());
    let mut count = 0;
    for operation in online.filter(|operation| operation.name != "token.check") {
        let request = request(operation, folder.path());
        let error = process::run(client, operation, &limited(request.clone())).unwrap_err();
        assert_eq!(error.code().name, "deadline.exceeded", "{}: {error}", operation.name);
        let job = process::begin(client, operation, &request.to_string()).unwrap();
        process::cancel(job).unwrap();
        assert_eq!(failure(job)["code"], "cancelled", "{}", operation.name);
        count += 1;
    }
    assert!(count > 20, "{count}");
    process::close(client).unwrap();
}
