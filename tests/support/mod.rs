//! What test programs share: an emulator that listens on a port, and the C ABI with Rust types.

#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]
#![allow(unsafe_code, reason = "the C ABI")]

pub mod pictures;
#[cfg(windows)]
pub mod wine;

use std::ffi::{CStr, CString, c_char};
use std::path::PathBuf;
use std::ptr;

use serde_json::{Value, json};
use storeship::emulator::{Emulator, Endpoints, Options, Server};
use storeship::ffi::functions as abi;
use storeship::package::sample::{self, Sample};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The free app of the emulator's default state.
pub const APP: &str = "9NBLGGH4R315";
/// The paid app; its `priceId` reads `Base`.
pub const PAID_APP: &str = "9NBLGGH29DM8";
/// The add-on.
pub const ADD_ON: &str = "9NBLGGH4TNMP";

/// An emulator that listens on a port, with a temporary folder for files.
pub struct Store {
    runtime: Runtime,
    running: Option<Server>,
    pub endpoints: Endpoints,
    pub folder: TempDir,
}

impl Store {
    pub fn start() -> Store {
        Store::with(Options::default())
    }

    pub fn with(options: Options) -> Store {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(Emulator::new(options).unwrap().serve()).unwrap();
        let endpoints = running.endpoints().clone();
        Store { runtime, running: Some(running), endpoints, folder: tempfile::tempdir().unwrap() }
    }

    /// The configuration of a client, for `storeship_client_open`. Retries come at once, so that no test waits.
    pub fn config(&self) -> Value {
        json!({
            "serviceUrl": self.endpoints.service, "authorityUrl": self.endpoints.authority,
            "credential": {
                "type": "clientSecret", "tenantId": self.endpoints.tenant_id,
                "clientId": self.endpoints.client_id, "clientSecret": self.endpoints.client_secret,
            },
            "retry": { "baseMs": 1, "capMs": 5 },
        })
    }

    pub fn client(&self) -> Client {
        Client::open(&self.config())
    }

    /// Sends a control request to the emulator and returns its JSON.
    pub fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.endpoints.control);
        let (status, bytes) = self.send(method, &url, body);
        let text = String::from_utf8(bytes).unwrap();
        assert!((200..300).contains(&status), "{method} {path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// Sends any request; returns the status and the body of the response.
    pub fn send(&self, method: &str, url: &str, body: Option<Value>) -> (u16, Vec<u8>) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        self.runtime.block_on(async {
            let mut request = client.request(method.parse().unwrap(), url);
            if let Some(body) = body {
                request = request.header("content-type", "application/json").body(body.to_string());
            }
            let answer = request.send().await.unwrap();
            (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
        })
    }

    /// Sends a PUT to an upload address, with these parameters besides the signature; returns the status.
    pub fn put(&self, address: &str, parameters: &str, body: Vec<u8>) -> u16 {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}{parameters}", address.replace('+', "%2B"));
        self.runtime.block_on(async {
            let request = client.put(url).header("x-ms-blob-type", "BlockBlob").body(body);
            request.send().await.unwrap().status().as_u16()
        })
    }

    /// Sends a GET with a bearer token; returns the body of the response.
    pub fn get_as(&self, url: &str, token: &str) -> Vec<u8> {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        self.runtime.block_on(async {
            let answer = client.get(url).bearer_auth(token).send().await.unwrap();
            assert_eq!(answer.status(), 200, "{url}");
            answer.bytes().await.unwrap().to_vec()
        })
    }

    /// An id token of GitHub Actions for this audience.
    pub fn id_token(&self, audience: &str) -> String {
        let url = format!("{}github/idtoken?api-version=2.0&audience={audience}", self.endpoints.identity);
        let response: Value = serde_json::from_slice(&self.get_as(&url, &self.endpoints.identity_token)).unwrap();
        response["value"].as_str().unwrap().to_owned()
    }

    /// A token of the application for this audience.
    pub fn token(&self, audience: &str) -> String {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let Endpoints { authority, tenant_id, client_id, client_secret, .. } = &self.endpoints;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", client_id)
            .append_pair("client_secret", client_secret)
            .append_pair("resource", audience)
            .finish();
        self.runtime.block_on(async {
            let request = client.post(format!("{authority}{tenant_id}/oauth2/token")).body(form);
            let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap();
            assert_eq!(answer.status(), 200, "{audience}");
            let response: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
            response["access_token"].as_str().unwrap().to_owned()
        })
    }

    /// Adds a fault rule.
    pub fn fault(&self, rule: Value) {
        self.control("POST", "faults", Some(rule));
    }

    /// The recorded requests to the operation of this name.
    pub fn requests(&self, operation: &str) -> Vec<Value> {
        let all = self.control("GET", "requests", None);
        let of = |request: &&Value| request["operation"] == operation;
        all.as_array().unwrap().iter().filter(of).cloned().collect()
    }

    /// The number of submissions that are not published.
    pub fn drafts(&self) -> usize {
        let state = self.control("GET", "state", None);
        let pending = |entry: &&Value| entry["document"]["status"] != "Published";
        state["submissions"].as_array().unwrap().iter().filter(pending).count()
    }

    /// Writes a small valid package into the folder.
    pub fn package(&self, name: &str, version: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let bytes = sample::package(&Sample { version: version.into(), ..Sample::default() }).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.stop());
        }
    }
}

/// The status and the response of a call.
#[derive(Debug)]
pub struct Answer {
    pub status: i32,
    pub text: String,
    pub json: Value,
}

impl Answer {
    fn of(status: i32, response: *mut c_char) -> Answer {
        let text = take(response).expect("a response is always set");
        let json: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(json["ok"] == true, status == 0, "{text}");
        Answer { status, text, json }
    }

    /// The response in the last event of a job, which has no status of its own.
    pub fn of_job(json: Value) -> Answer {
        Answer { status: if json["ok"] == true { 0 } else { -1 }, text: json.to_string(), json }
    }

    /// The result. Panics when the call failed.
    #[track_caller]
    pub fn result(&self) -> &Value {
        assert_eq!(self.status, 0, "{}", self.text);
        &self.json["result"]
    }

    /// The status and the error code. Panics when the call succeeded.
    #[track_caller]
    pub fn failure(&self) -> (i32, &str) {
        assert_ne!(self.status, 0, "{}", self.text);
        (self.status, self.json["error"]["code"].as_str().unwrap())
    }
}

fn take(string: *mut c_char) -> Option<String> {
    if string.is_null() {
        return None;
    }
    // SAFETY: the library's own string, freed once.
    let text = unsafe { CStr::from_ptr(string) }.to_str().unwrap().to_owned();
    // SAFETY: the same, after its last use.
    unsafe { abi::storeship_string_free(string) };
    Some(text)
}

/// A client of the C ABI, closed on drop.
pub struct Client {
    pub id: u64,
}

impl Client {
    #[track_caller]
    pub fn open(config: &Value) -> Client {
        let (id, answer) = open(&config.to_string());
        answer.result();
        Client { id }
    }

    pub fn call(&self, operation: &str, request: Value) -> Answer {
        call(self.id, operation, &request.to_string())
    }

    /// Creates a draft that waits for these packages.
    pub fn draft_for(&self, app: &str, packages: &[&str]) -> Value {
        let mut draft = self.call("submission.create", json!({ "appId": app })).result().clone();
        await_packages(&mut draft, packages);
        let request = json!({ "appId": app, "submissionId": draft["id"], "submission": draft });
        self.call("submission.update", request).result().clone()
    }

    /// Runs an operation as a job; returns its events and its response.
    pub fn job(&self, operation: &str, request: Value) -> (Vec<Value>, Answer) {
        let job = self.start(operation, request);
        let mut events = Vec::new();
        loop {
            let (status, event) = next(job, 200);
            let Some(event) = event else {
                assert_eq!(status, 1);
                continue;
            };
            let mut event: Value = serde_json::from_str(&event).unwrap();
            if event["type"] == "completed" {
                return (events, Answer::of_job(event["response"].take()));
            }
            events.push(event);
        }
    }

    #[track_caller]
    pub fn start(&self, operation: &str, request: Value) -> u64 {
        let (operation, request) = (c(operation), c(&request.to_string()));
        let (mut job, mut response) = (0, ptr::null_mut());
        // SAFETY: valid strings, and variables of this function.
        let status =
            unsafe { abi::storeship_job_start(self.id, operation.as_ptr(), request.as_ptr(), &mut job, &mut response) };
        Answer::of(status, response).result();
        job
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        abi::storeship_client_close(self.id);
    }
}

/// Adds packages that are to be uploaded to the document of an app's submission.
pub fn await_packages(document: &mut Value, packages: &[&str]) {
    let new = packages.iter().map(|name| json!({ "fileName": name, "fileStatus": "PendingUpload" }));
    match &mut document["applicationPackages"] {
        Value::Array(all) => all.extend(new),
        none => *none = new.collect(),
    }
}

pub fn c(text: &str) -> CString {
    CString::new(text).unwrap()
}

pub fn open(config: &str) -> (u64, Answer) {
    let config = c(config);
    let (mut client, mut response) = (7, ptr::null_mut());
    // SAFETY: a valid string, and variables of this function.
    let status = unsafe { abi::storeship_client_open(config.as_ptr(), &mut client, &mut response) };
    (client, Answer::of(status, response))
}

pub fn call(client: u64, operation: &str, request: &str) -> Answer {
    call_with(client, Some(operation), &c(request))
}

/// Calls with NULL in place of a missing operation, and with a request that may be any bytes.
pub fn call_with(client: u64, operation: Option<&str>, request: &CStr) -> Answer {
    let operation = operation.map(c);
    let mut response = ptr::null_mut();
    let operation = operation.as_ref().map_or(ptr::null(), |operation| operation.as_ptr());
    // SAFETY: valid strings or NULL, and a variable of this function.
    let status = unsafe { abi::storeship_call(client, operation, request.as_ptr(), &mut response) };
    Answer::of(status, response)
}

pub fn next(job: u64, timeout_ms: u32) -> (i32, Option<String>) {
    let mut event = ptr::null_mut();
    // SAFETY: a variable of this function.
    let status = unsafe { abi::storeship_job_next(job, timeout_ms, &mut event) };
    (status, take(event))
}

/// The response of a job, whose other events are dropped.
pub fn completed(job: u64) -> Value {
    loop {
        let event: Value = next(job, 1000).1.map_or(Value::Null, |event| serde_json::from_str(&event).unwrap());
        if event["type"] == "completed" {
            return event["response"].clone();
        }
    }
}

/// The next event of any job of a client, as `(status, job, event)`.
pub fn client_next(client: u64, timeout_ms: u32) -> (i32, u64, Option<String>) {
    let (mut job, mut event) = (7, ptr::null_mut());
    // SAFETY: variables of this function.
    let status = unsafe { abi::storeship_client_next(client, timeout_ms, &mut job, &mut event) };
    (status, job, take(event))
}
