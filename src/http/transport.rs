//! One request, one answer: the seam between this crate and the network.
//!
//! [`Network`] is the real one; the tests put the emulator behind the same trait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use url::Url;

/// A future that a [`Transport`] gives.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends a request once and brings the whole answer.
pub trait Transport: Send + Sync {
    /// Any status is an answer; an error means that none came, or not whole.
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a>;
}

/// A request as it goes out. It has no `Debug`: its headers and its query hold secrets.
pub struct Request {
    /// `GET`, `PUT` …
    pub method: Method,
    /// With its query.
    pub url: Url,
    /// Besides `Host` and `Content-Length`, which the transport adds.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Cheap to clone, so that a repeat costs no copy.
    pub body: Bytes,
    /// Use a connection that nothing was sent on: for what must not be repeated (`perf-reliability` F2, stale
    /// keep-alive).
    pub fresh_connection: bool,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Request {
        Request { method, url, headers: Vec::new(), body: Bytes::new(), fresh_connection: false }
    }
}

/// A whole answer.
pub struct Response {
    /// 200, 404 …
    pub status: u16,
    /// As they came.
    pub headers: HeaderMap,
    /// At most [`MAX_ANSWER`] bytes.
    pub body: Bytes,
}

impl Response {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the status says that it was carried out.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The time by the clock of whoever answered (`Date`).
    pub fn date(&self) -> Option<Timestamp> {
        super::backoff::http_date(self.header("date")?)
    }
}

/// The largest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// How long silence may last.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the last byte sent to the first byte of the answer.
    pub first_byte: Duration,
    /// Between two pieces of a body, in either direction.
    pub idle: Duration,
}

/// Why no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// No connection: the service has not seen the request.
    NotConnected,
    /// The certificate was not accepted: not seen either.
    Tls,
    /// The proxy wants a user and a password: not seen either.
    Proxy,
    /// The proxy made no connection, for a reason that may pass: not seen either.
    NoTunnel,
    /// Silence for too long.
    TimedOut,
    /// The connection broke, or the answer was cut short.
    Interrupted,
    /// The answer is larger than [`MAX_ANSWER`].
    TooLarge,
}

/// No answer, with the reason. The text never has a URL in it.
#[derive(Clone, Debug)]
pub struct TransportError {
    /// The reason.
    pub kind: TransportErrorKind,
    /// The reason in the words of the layer that saw it.
    pub reason: String,
}

impl TransportError {
    /// An error of this kind.
    pub fn new(kind: TransportErrorKind, reason: impl Into<String>) -> TransportError {
        TransportError { kind, reason: reason.into() }
    }

    /// Whether the service may have seen the request.
    pub fn was_sent(&self) -> bool {
        !matches!(
            self.kind,
            TransportErrorKind::NotConnected
                | TransportErrorKind::Tls
                | TransportErrorKind::Proxy
                | TransportErrorKind::NoTunnel
        )
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}
