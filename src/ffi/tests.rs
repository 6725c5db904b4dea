//! What becomes of a fault: an error for the caller, silence for the host, and a client that goes on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::ffi::CStr;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::functions::{
    STORESHIP_INTERNAL, STORESHIP_OK, storeship_call, storeship_client_close, storeship_client_open,
    storeship_string_free,
};
use super::{guard, process};
use crate::events::Next;
use crate::operations::faulty;

/// Set for the process in which the faults happen; the one that looks at its stderr sets it.
const INSIDE: &str = "STORESHIP_TEST_INSIDE";

fn response(text: *mut libc::c_char) -> Value {
    assert!(!text.is_null());
    // SAFETY: not null, and from this library.
    let value = serde_json::from_slice(unsafe { CStr::from_ptr(text) }.to_bytes()).unwrap();
    // SAFETY: as above, and freed once.
    unsafe { storeship_string_free(text) };
    value
}

fn open() -> u64 {
    let config = cr#"{"credential":{"type":"token","accessToken":"t"},"serviceUrl":"http://127.0.0.1:9/"}"#;
    let (mut client, mut text) = (0, std::ptr::null_mut());
    // SAFETY: a string and two variables.
    let status = unsafe { storeship_client_open(config.as_ptr(), &mut client, &mut text) };
    assert_eq!((status, response(text)["ok"].as_bool()), (STORESHIP_OK, Some(true)));
    client
}

fn info(client: u64) {
    let mut text = std::ptr::null_mut();
    // SAFETY: strings and a variable.
    let status = unsafe { storeship_call(client, c"library.info".as_ptr(), std::ptr::null(), &mut text) };
    assert_eq!((status, response(text)["ok"].as_bool()), (STORESHIP_OK, Some(true)));
}

fn check(response: &Value) {
    assert_eq!(response["error"]["code"], "internal.panic");
    let message = response["error"]["message"].as_str().unwrap();
    assert!(message.contains("the fault of an operation"), "{message}");
    assert!(!message.contains("secret"), "{message}");
}

#[test]
fn a_fault_is_an_error() {
    let mut text = std::ptr::null_mut();
    let status = guard::respond(&mut text, || process::run(0, faulty(true), "{}"));
    assert_eq!(status, STORESHIP_INTERNAL);
    let response = response(text);
    check(&response);
    // The first place of any help to who gets a report.
    assert!(response["error"]["message"].as_str().unwrap().contains("table.rs:"), "{response}");
    assert_eq!(guard::status(|| panic!("again")), STORESHIP_INTERNAL);
}

#[test]
fn a_client_goes_on_after_a_fault() {
    let client = open();
    for offline in [true, false] {
        let mut text = std::ptr::null_mut();
        let status = guard::respond(&mut text, || process::run(client, faulty(offline), "{}"));
        assert_eq!(status, STORESHIP_INTERNAL);
        check(&response(text));
        info(client);
    }
    assert_eq!(storeship_client_close(client), STORESHIP_OK);
}

#[test]
fn a_job_with_a_fault_completes() {
    let client = open();
    for offline in [true, false] {
        let job = process::begin(client, faulty(offline), "{}").unwrap();
        let Next::Completed(envelope) = process::next(job, Duration::from_secs(60)).unwrap() else {
            panic!("the job did not complete");
        };
        check(&serde_json::from_str(&envelope).unwrap());
        info(client);
    }
    assert_eq!(storeship_client_close(client), STORESHIP_OK);
}

#[test]
fn faults_are_silent() {
    if std::env::var_os(INSIDE).is_some() {
        return;
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["ffi::tests::a_", "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("3 passed"));
    assert_eq!(stderr, "", "a fault printed to the host's stderr");
}
