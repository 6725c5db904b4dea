//! Panics become errors, print nothing and leave the client usable; closed jobs and clients leave nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::ffi::CStr;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::functions::{
    storeship_call, storeship_client_close, storeship_client_open, storeship_job_close, storeship_string_free,
};
use super::status::{STORESHIP_INTERNAL, STORESHIP_OK};
use super::{guard, process};
use crate::events::Next;
use crate::operations::faulty;

/// Set by `faults_are_silent` for the child process whose stderr it checks.
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
    let status = guard::respond(&mut text, || process::call(0, faulty(true), "{}"));
    assert_eq!(status, STORESHIP_INTERNAL);
    let response = response(text);
    check(&response);
    // The place of the panic is what a bug report needs.
    assert!(response["error"]["message"].as_str().unwrap().contains("operation.rs:"), "{response}");
    assert_eq!(guard::status(|| panic!("again")), STORESHIP_INTERNAL);
}

#[test]
fn a_client_goes_on_after_a_fault() {
    let client = open();
    for offline in [true, false] {
        let mut text = std::ptr::null_mut();
        let status = guard::respond(&mut text, || process::call(client, faulty(offline), "{}"));
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
        let job = process::start(client, faulty(offline), "{}").unwrap();
        let Next::Completed(envelope) = process::job_next(job, Duration::from_secs(60)).unwrap() else {
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

/// Starts jobs whose results are large and whose events nobody takes.
fn start_jobs(client: u64, count: usize) -> Vec<u64> {
    let operation = crate::operations::find("library.errors").unwrap();
    (0..count).map(|_| process::start(client, operation, "{}").unwrap()).collect()
}

#[test]
fn closing_a_client_frees_the_jobs_that_nobody_drained() {
    let (client, other) = (open(), open());
    let kept = start_jobs(other, 3);
    let jobs = start_jobs(client, 100);
    assert_eq!(process::jobs_of(client), 100);
    assert_eq!(storeship_client_close(client), STORESHIP_OK);
    assert_eq!((process::jobs_of(client), process::jobs_of(other)), (0, 3));
    for job in jobs {
        assert_eq!(process::job_next(job, Duration::ZERO).unwrap_err().code().name, "job.unknown");
    }
    assert!(matches!(process::job_next(kept[0], Duration::from_secs(60)), Ok(Next::Completed(_))));
    assert_eq!(storeship_client_close(other), STORESHIP_OK);
}

#[test]
fn closing_a_job_frees_it() {
    let client = open();
    let jobs = start_jobs(client, 2);
    for _ in 0..2 {
        assert_eq!(storeship_job_close(jobs[0]), STORESHIP_OK);
        assert_eq!(process::jobs_of(client), 1);
        assert_eq!(process::job_next(jobs[0], Duration::ZERO).unwrap_err().code().name, "job.unknown");
    }
    let (id, next) = process::client_next(client, Duration::from_secs(60)).unwrap();
    assert!(id == jobs[1] && matches!(next, Next::Completed(_)));
    assert_eq!(process::jobs_of(client), 0);
    assert!(matches!(process::client_next(client, Duration::ZERO), Ok((0, Next::Nothing))));
    assert_eq!(storeship_client_close(client), STORESHIP_OK);
}
