//! A `Transport` that calls the emulator's router: one thread and no network, so that tests can pause the clock.

#![allow(dead_code, unreachable_pub, reason = "each test program uses a part")]

use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use serde_json::{Value, json};
use storeship::emulator::{DroppedConnection, Emulator};
use storeship::http::{Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture};
use tower::ServiceExt;

/// Sends requests to the emulator's router.
pub struct InProcess(pub Router);

impl Transport for InProcess {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            let result = tokio::time::timeout(timeouts.first_byte, self.exchange(request)).await;
            result.unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::TimedOut, "no answer")))
        })
    }
}

impl InProcess {
    /// A task of its own: like a service, the emulator completes a request that the client has given up.
    async fn exchange(&self, request: &Request) -> Result<Response, TransportError> {
        let mut incoming = axum::http::Request::builder()
            .method(request.method.clone())
            .uri(request.url.as_str())
            .header("host", request.url.host_str().unwrap_or_default())
            .header("content-length", request.body.len());
        for (name, value) in &request.headers {
            incoming = incoming.header(name, value);
        }
        let incoming = incoming.body(Body::from(request.body.clone())).unwrap();
        let response = tokio::spawn(self.0.clone().oneshot(incoming)).await.unwrap().unwrap();
        if response.extensions().get::<DroppedConnection>().is_some() {
            return Err(TransportError::new(
                TransportErrorKind::Interrupted,
                "connection closed before message completed",
            ));
        }
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body =
            body.map_err(|_| TransportError::new(TransportErrorKind::Interrupted, "the answer was cut short"))?;
        let promised = parts.headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        if promised.is_some_and(|promised: usize| promised > body.len() && request.method != "HEAD") {
            return Err(TransportError::new(TransportErrorKind::Interrupted, "the answer was cut short"));
        }
        Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

/// The configuration of a client of this emulator, for `Config::parse`.
pub fn config(emulator: &Emulator) -> Value {
    let at = emulator.endpoints();
    json!({
        "serviceUrl": at.service, "authorityUrl": at.authority,
        "credential": {
            "type": "clientSecret", "tenantId": at.tenant_id, "clientId": at.client_id, "clientSecret": at.client_secret,
        },
    })
}

/// Sends a control request to the emulator and returns its JSON.
pub async fn control(router: &Router, method: &str, path: &str, body: Option<Value>) -> Value {
    let request = axum::http::Request::builder()
        .method(method)
        .uri(format!("http://127.0.0.1/_emulator/{path}"))
        .header("content-type", "application/json")
        .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
        .unwrap();
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(status.is_success(), "{method} {path}: {status} {}", String::from_utf8_lossy(&bytes));
    if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() }
}

/// Lets the clock of an emulator follow that of a test.
#[derive(Default)]
pub struct Clock(Mutex<u64>);

impl Clock {
    /// Advances the emulator's clock to so long after the start.
    pub async fn follow(&self, router: &Router, elapsed: Duration) {
        let advance = {
            let mut seconds = self.0.lock().unwrap();
            let advance = elapsed.as_secs() - *seconds;
            *seconds += advance;
            advance
        };
        control(router, "POST", "clock", Some(json!({"advanceSeconds": advance}))).await;
    }
}
