//! The emulator behind the client's own `Wire`, for tests with tokio's clock paused: no socket, and no time.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::{Arc, Mutex};

use axum::body::Body;
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::emulator::{Dropped, Emulator, Options};
use storeship::http::limiter::Limits;
use storeship::http::{Request, Response, Timeouts, Wire, WireError, WireFuture, WireKind, World};
use tokio::time::Instant;
use tower::ServiceExt;

/// Carries requests into the emulator's router.
struct InProcess {
    router: axum::Router,
    sent: Arc<Mutex<Vec<Sent>>>,
}

/// A request that went out, by the clock of the test.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Wire for InProcess {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> WireFuture<'a> {
        Box::pin(async move {
            let answer = tokio::time::timeout(timeouts.first_byte, self.exchange(request)).await;
            answer.unwrap_or_else(|_| Err(WireError::new(WireKind::TimedOut, "no answer")))
        })
    }
}

impl InProcess {
    async fn exchange(&self, request: &Request) -> Result<Response, WireError> {
        let (method, path) = (request.method.to_string(), request.url.path().to_owned());
        self.sent.lock().unwrap().push(Sent { at: Instant::now(), method, path });
        let mut incoming = axum::http::Request::builder()
            .method(request.method.clone())
            .uri(request.url.as_str())
            .header("host", request.url.host_str().unwrap_or_default())
            .header("content-length", request.body.len());
        for (name, value) in &request.headers {
            incoming = incoming.header(name, value);
        }
        let incoming = incoming.body(Body::from(request.body.clone())).unwrap();
        let answer = self.router.clone().oneshot(incoming).await.unwrap();
        if answer.extensions().get::<Dropped>().is_some() {
            return Err(WireError::new(WireKind::Interrupted, "connection closed before message completed"));
        }
        let (parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await;
        let body = body.map_err(|_| WireError::new(WireKind::Interrupted, "the answer was cut short"))?;
        let promised = parts.headers.get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
        if promised.is_some_and(|promised: usize| promised > body.len() && request.method != "HEAD") {
            return Err(WireError::new(WireKind::Interrupted, "the answer was cut short"));
        }
        Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body })
    }
}

/// An emulator with its control routes, in process too.
pub(crate) struct Store {
    router: axum::Router,
    emulator: Emulator,
    sent: Arc<Mutex<Vec<Sent>>>,
    limits: Limits,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Store {
        Store::with(Options { seed, ..Options::default() }, Limits::default())
    }

    /// One whose clients share the limits of another process's clients.
    pub(crate) fn with(options: Options, limits: Limits) -> Store {
        let emulator = Emulator::new(options).unwrap();
        Store { router: emulator.router(), emulator, sent: Arc::default(), limits }
    }

    pub(crate) fn client(&self, seed: u64) -> Client {
        self.client_with(seed, json!({}))
    }

    /// A client with more in its configuration.
    pub(crate) fn client_with(&self, seed: u64, more: Value) -> Client {
        let at = self.emulator.endpoints();
        let mut config = json!({
            "serviceUrl": at.service, "authorityUrl": at.authority,
            "credential": {
                "type": "clientSecret", "tenantId": at.tenant_id, "clientId": at.client_id,
                "clientSecret": at.client_secret,
            },
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let wire = Arc::new(InProcess { router: self.router.clone(), sent: self.sent.clone() });
        let world = World { wire, now: jiff::Timestamp::now, seed, limits: self.limits.clone() };
        Client::in_world(Config::parse(&config.to_string()).unwrap(), world)
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1/_emulator/{path}"))
            .header("content-type", "application/json")
            .body(body.map_or(Body::empty(), |body| Body::from(body.to_string())))
            .unwrap();
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() }
    }

    /// The calls of the service that went out, without requests for tokens and to blob storage.
    pub(crate) fn calls(&self) -> Vec<Sent> {
        self.sent_below("/v1.0/my/")
    }

    /// The requests that went out whose path begins so.
    pub(crate) fn sent_below(&self, path: &str) -> Vec<Sent> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|request| request.path.starts_with(path)).cloned().collect()
    }
}
