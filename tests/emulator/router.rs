//! An emulator in this process, called through its router.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use storeship::emulator::{DroppedConnection, Emulator, Endpoints, Options};
use tower::ServiceExt;

pub(crate) const APP: &str = "9NBLGGH4R315";
pub(crate) const PAID_APP: &str = "9NBLGGH29DM8";
pub(crate) const ADD_ON: &str = "9NBLGGH4TNMP";
pub(crate) const FLIGHT: &str = "43e448df-97c9-4a43-a0bc-2a445e736bcd";
pub(crate) const PUBLISHED: &str = "1152921504621086517";
pub(crate) const RESOURCE: &str = "https://manage.devcenter.microsoft.com";

/// An emulator, and a token for it.
pub(crate) struct Store {
    pub(crate) emulator: Emulator,
    pub(crate) token: String,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// A fault dropped the connection.
    pub(crate) dropped: bool,
    /// A fault cuts the body short.
    pub(crate) broken: bool,
}

impl Response {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Status, `code` and `target` of a service error.
    pub(crate) fn error(&self) -> (u16, String, String) {
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, text("code"), text("target"))
    }

    /// Status and code of a storage error.
    pub(crate) fn storage_error(&self) -> (u16, &str) {
        (self.status, self.header("x-ms-error-code"))
    }
}

impl Store {
    pub(crate) async fn start() -> Store {
        Store::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Store {
        let emulator = Emulator::new(options).expect("valid options");
        let mut store = Store { emulator, token: String::new() };
        store.sign_in().await;
        store
    }

    pub(crate) fn endpoints(&self) -> Endpoints {
        self.emulator.endpoints()
    }

    pub(crate) async fn sign_in(&mut self) {
        let response = self.token_request(&[]).await;
        self.token = response.json()["access_token"].as_str().expect("a token").to_owned();
    }

    /// Sends a valid v1 request with some fields replaced; an empty value leaves a field out.
    pub(crate) async fn token_request(&self, changes: &[(&str, &str)]) -> Response {
        let endpoints = self.endpoints();
        let path = format!("/{}/oauth2/token", endpoints.tenant_id);
        self.form(&path, &self.fields(changes)).await
    }

    pub(crate) fn fields(&self, changes: &[(&str, &str)]) -> Vec<(String, String)> {
        let endpoints = self.endpoints();
        let mut fields = vec![
            ("grant_type".to_owned(), "client_credentials".to_owned()),
            ("client_id".to_owned(), endpoints.client_id),
            ("client_secret".to_owned(), endpoints.client_secret),
            ("resource".to_owned(), RESOURCE.to_owned()),
        ];
        for (name, value) in changes {
            fields.retain(|(field, _)| field != name);
            if !value.is_empty() {
                fields.push((name.to_string(), value.to_string()));
            }
        }
        fields
    }

    pub(crate) async fn form(&self, path: &str, fields: &[(String, String)]) -> Response {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &headers, body.into_bytes()).await
    }

    /// Calls the submission API; `path` is below its base.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Response {
        let text = body.map(Value::to_string).unwrap_or_default();
        self.call_text(method, path, &text).await
    }

    pub(crate) async fn call_text(&self, method: &str, path: &str, body: &str) -> Response {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.send(method, &format!("/v1.0/my/{path}"), &headers, body.as_bytes().to_vec()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.call("GET", path, None).await;
        assert_eq!(response.status, 200, "GET {path}: {}", response.text());
        response.json()
    }

    /// Sends a control request.
    pub(crate) async fn control(&self, method: &str, path: &str, body: Value) -> Response {
        self.control_text(method, path, &if body.is_null() { String::new() } else { body.to_string() }).await
    }

    pub(crate) async fn control_text(&self, method: &str, path: &str, body: &str) -> Response {
        let headers = [("content-type", "application/json")];
        self.send(method, &format!("/_emulator/{path}"), &headers, body.as_bytes().to_vec()).await
    }

    pub(crate) async fn fault(&self, rule: Value) {
        let response = self.control("POST", "faults", rule).await;
        assert_eq!(response.status, 201, "{}", response.text());
    }

    /// Sends a request to an upload address; `query` is appended.
    pub(crate) async fn blob(
        &self,
        method: &str,
        url: &str,
        query: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let path = &url[url.find("/productingestionbin1/ingestion/").expect("an upload address")..];
        self.send(method, &format!("{}{query}", path.replace('+', "%2B")), headers, body.to_vec()).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Response {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.emulator.router().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let dropped = parts.extensions.get::<DroppedConnection>().is_some();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        Response {
            status: parts.status.as_u16(),
            headers: parts.headers,
            dropped,
            broken: body.is_err(),
            body: body.map(Vec::from).unwrap_or_default(),
        }
    }

    /// Creates a submission of the product at this path, and gives its document.
    pub(crate) async fn create(&self, product: &str) -> Value {
        let response = self.call("POST", &format!("{product}/submissions"), None).await;
        assert_eq!(response.status, 201, "{}", response.text());
        response.json()
    }

    pub(crate) async fn put(&self, path: &str, document: &Value) -> Value {
        let response = self.call("PUT", path, Some(document)).await;
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    pub(crate) async fn commit(&self, path: &str) {
        let response = self.call("POST", &format!("{path}/commit"), None).await;
        assert_eq!((response.status, response.text()), (202, r#"{"status":"CommitStarted"}"#));
    }

    /// Polls the status until it is `wanted`, and gives every status seen.
    pub(crate) async fn poll(&self, path: &str, wanted: &str) -> Vec<String> {
        let mut seen = Vec::new();
        for _ in 0..20 {
            let status = self.get(&format!("{path}/status")).await["status"].as_str().expect("a status").to_owned();
            let done = status == wanted;
            seen.push(status);
            if done {
                return seen;
            }
        }
        panic!("never {wanted}: {seen:?}");
    }
}

/// A ZIP with stored entries.
pub(crate) fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in entries {
        writer.start_file(*name, stored).expect("an entry");
        writer.write_all(bytes).expect("written");
    }
    writer.finish().expect("a ZIP").into_inner()
}

/// The smallest file that begins like a package.
pub(crate) const PACKAGE: &[u8] = b"PK\x03\x04 package";
