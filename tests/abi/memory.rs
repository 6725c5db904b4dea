//! After a client was closed, no secret of it is left in the memory of the host.

#![allow(unsafe_code, reason = "the C ABI")]

use std::collections::BTreeMap;
use std::ffi::CStr;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::FileExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{APP, Store, await_packages};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use storeship::ffi::functions as abi;

const CHILD: &str = "STORESHIP_TEST_MEMORY";

/// The host: a program that uses the library as its parent tells it, and keeps nothing itself. Each line of its input is
/// a configuration or a request, which is overwritten after its use.
#[test]
fn a_host_that_closes_its_client() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let mut input = File::open("/dev/stdin").unwrap();
    let mut output = File::options().write(true).open("/dev/stdout").unwrap();
    let mut line = vec![0_u8; 1 << 16];
    let mut client = 0;
    loop {
        // Unbuffered: a buffer of the standard library would keep a copy.
        let mut length = 0;
        loop {
            assert_eq!(input.read(&mut line[length..=length]).unwrap(), 1, "the parent has ended");
            if line[length] == b'\n' {
                line[length] = 0;
                break;
            }
            length += 1;
        }
        let text = line.as_ptr().cast::<std::ffi::c_char>();
        let mut response = std::ptr::null_mut();
        let (name, request) = match line.iter().position(|byte| *byte == b' ') {
            Some(at) => (String::from_utf8(line[..at].to_vec()).unwrap(), text.wrapping_add(at + 1)),
            None => (String::from_utf8(line[..length].to_vec()).unwrap(), text),
        };
        let status = match name.as_str() {
            // SAFETY: a NUL-terminated string, and variables of this function.
            "open" => unsafe { abi::storeship_client_open(request, &mut client, &mut response) },
            "close" => abi::storeship_client_close(client),
            "end" => return,
            operation => {
                let operation = std::ffi::CString::new(operation).unwrap();
                // SAFETY: NUL-terminated strings, and a variable of this function.
                unsafe { abi::storeship_call(client, operation.as_ptr(), request, &mut response) }
            }
        };
        line.fill(0);
        writeln!(output, "\ndone {status}").unwrap();
        if !response.is_null() {
            // SAFETY: the library's own string, not freed yet. It is written from where it is.
            output.write_all(unsafe { CStr::from_ptr(response) }.to_bytes()).unwrap();
        }
        output.write_all(b"\n").unwrap();
        // SAFETY: NULL or the library's own string, freed once.
        unsafe { abi::storeship_string_free(response) };
    }
}

struct Host {
    process: Child,
    output: BufReader<ChildStdout>,
}

impl Host {
    fn start() -> Host {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "memory::a_host_that_closes_its_client", "--nocapture", "--test-threads=1"])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        Host { process, output }
    }

    #[track_caller]
    fn send(&mut self, line: &str) -> Value {
        writeln!(self.process.stdin.as_mut().unwrap(), "{line}").unwrap();
        let mut answer = String::new();
        while !answer.starts_with("done") {
            answer.clear();
            assert_ne!(self.output.read_line(&mut answer).unwrap(), 0, "the host has ended");
        }
        assert_eq!(answer, "done 0\n");
        answer.clear();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_default()
    }

    /// How often each text is in the memory that the host can write to, with the places.
    fn found(&self, texts: &BTreeMap<&str, String>) -> BTreeMap<String, usize> {
        let id = self.process.id();
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).unwrap();
        let memory = File::open(format!("/proc/{id}/mem")).unwrap();
        let mut found = BTreeMap::new();
        for map in maps.lines() {
            let mut parts = map.split_whitespace();
            let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
            if !rights.starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|number| u64::from_str_radix(number, 16).unwrap());
            let mut bytes = vec![0; (end - start) as usize];
            // A part that the system does not map any more, or that has no content.
            if memory.read_exact_at(&mut bytes, start).is_err() {
                continue;
            }
            let place = parts.nth(3).unwrap_or("anonymous");
            for (name, text) in texts {
                let count = occurrences(&bytes, text.as_bytes());
                if count > 0 {
                    *found.entry(format!("{name} in {place}")).or_default() += count;
                }
            }
        }
        found
    }
}

fn occurrences(bytes: &[u8], text: &[u8]) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == text[0]) {
        at += next;
        count += usize::from(bytes[at..].starts_with(text));
        at += 1;
    }
    count
}

#[cfg(feature = "clear-memory")]
#[test]
fn no_secret_is_in_memory_after_a_client_was_closed() {
    secrets_are_gone_after_close(&[]);
    // With another client the library's threads go on.
    secrets_are_gone_after_close(&[r#"open {"credential": {"type": "token", "accessToken": "another"}}"#]);
}

fn secrets_are_gone_after_close(before: &[&str]) {
    let store = Store::start();
    let endpoints = &store.endpoints;
    let package = store.package("Contoso.msix", "2.0.0.0");
    let mut host = Host::start();
    for line in before {
        host.send(line);
    }
    host.send(&format!("open {}", store.config()));
    host.send("token.check {}");
    let mut draft = host.send(&format!("submission.create {}", json!({ "appId": APP })))["result"].clone();
    await_packages(&mut draft, &["Contoso.msix"]);
    let (id, address) = (&draft["id"], draft["fileUploadUrl"].as_str().unwrap());
    let update = json!({"appId": APP, "submissionId": id, "submission": draft});
    host.send(&format!("submission.update {update}"));
    let upload = json!({"appId": APP, "submissionId": id, "files": [{ "path": package }]});
    host.send(&format!("package.upload {upload}"));
    host.send(&format!("submission.get {}", json!({"appId": APP, "submissionId": id})));

    let signature = address.split("sig=").nth(1).unwrap().split('&').next().unwrap();
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    // Enough of a token to know one by, without the token.
    let claims = r#"{"aud":"https://manage.devcenter.microsoft.com","iss":"https://sts.wind"#;
    let claims = URL_SAFE_NO_PAD.encode(&claims[..claims.len() / 3 * 3]);
    let texts = BTreeMap::from([
        ("the secret", endpoints.client_secret.clone()),
        ("the secret in a form", encode(&endpoints.client_secret)),
        ("the token", claims),
        ("the signature", signature.to_owned()),
        ("the signature in an address", signature.replace('+', "%2B")),
    ]);
    let open = host.found(&texts);
    for kind in ["the secret in", "the token in", "the signature in"] {
        assert!(open.keys().any(|found| found.starts_with(kind)), "{kind} is not found while it is used: {open:?}");
    }
    host.send("close");
    // Closing waits for calls and jobs. The tasks of idle connections end a moment later, and free their buffers.
    let mut left = host.found(&texts);
    for _ in 0..10 {
        if left.is_empty() {
            break;
        }
        sleep(Duration::from_millis(100));
        left = host.found(&texts);
    }
    assert!(left.is_empty(), "left after close: {left:?}; while open: {open:?}");
    writeln!(host.process.stdin.as_mut().unwrap(), "end").unwrap();
    assert!(host.process.wait().unwrap().success());
}
