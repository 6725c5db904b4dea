//! The interface between this crate and the network: one request, one response.
//!
//! [`Network`](super::Network) is the real transport. Tests implement [`Transport`] with the emulator, or by hand.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use url::Url;

use super::date::http_date;

/// The future of [`Transport::send`].
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// Sends a request once and reads the whole response.
///
/// # Examples
/// A client whose service answers every request with an empty list:
/// ```
/// use std::sync::Arc;
///
/// use storeship::client::{Call, Client};
/// use storeship::config::Config;
/// use storeship::http::{Context, Request, Response, Timeouts, Transport, TransportFuture, retry};
///
/// struct Empty;
///
/// impl Transport for Empty {
///     fn send<'a>(&'a self, _: &'a Request, _: Timeouts) -> TransportFuture<'a> {
///         let body = r#"{"value": [], "totalCount": 0}"#.into();
///         Box::pin(async { Ok(Response { status: 200, headers: Default::default(), body }) })
///     }
/// }
///
/// # fn main() -> storeship::error::Result<()> {
/// let config = Config::parse(r#"{"credential": {"type": "token", "accessToken": "a.ready.token"}}"#)?;
/// let context = Context {
///     transport: Arc::new(Empty),
///     now: jiff::Timestamp::now,
///     seed: 1,
///     shared: Default::default(),
/// };
/// let client = Client::with_context(config, context);
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # runtime.block_on(async {
/// let apps = client.send(&Call::get("applications", &retry::READ)).await?;
/// assert_eq!(apps.text, r#"{"value": [], "totalCount": 0}"#);
/// # Ok(())
/// # })
/// # }
/// ```
pub trait Transport: Send + Sync {
    /// Sends the request. A response with any status is `Ok`.
    ///
    /// # Errors
    /// A [`TransportError`] when no response came, or not all of it.
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a>;
}

/// A request as it is sent. It has no `Debug`: its headers and its query hold secrets.
pub struct Request {
    /// `GET`, `PUT` …
    pub method: Method,
    /// The URL, with its query.
    pub url: Url,
    /// The headers without `Host` and `Content-Length`, which the transport adds.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body. A clone shares the bytes, so that a retry copies nothing.
    pub body: Bytes,
    /// Asks for a connection that has carried no request yet. For requests that must not be repeated: a server may
    /// close a kept connection at any time, and then the client can't know whether the server has read the request.
    pub fresh_connection: bool,
    /// The longest body of a response that is read, in bytes.
    pub response_limit: usize,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Request {
        let (headers, body) = (Vec::new(), Bytes::new());
        Request { method, url, headers, body, fresh_connection: false, response_limit: MAX_RESPONSE_BYTES }
    }
}

/// The response to one attempt, read to its end.
pub struct Response {
    /// 200, 404 …
    pub status: u16,
    /// The headers as they came.
    pub headers: HeaderMap,
    /// At most [`Request::response_limit`].
    pub body: Bytes,
}

impl Response {
    /// The value of a header; `None` also for one that is not ASCII.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The time of the response by the server's clock (`Date`).
    pub fn date(&self) -> Option<Timestamp> {
        http_date(self.header("date")?)
    }
}

/// The largest body of a response that is read by default, in bytes.
pub const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// The longest silences of the network during an attempt.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// From the last byte of the request to the first byte of the response.
    pub first_byte: Duration,
    /// Between two pieces of a body, in either direction.
    pub idle: Duration,
}

/// Why no response came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// No connection was made. The service has not seen the request.
    NotConnected,
    /// The server's certificate was not accepted. The service has not seen the request.
    Tls,
    /// The certificate of the server is that of a certificate authority. The service has not seen the request.
    CaCertificate,
    /// The proxy asks for credentials. The service has not seen the request.
    Proxy,
    /// The proxy made no connection, for a reason that may be temporary. The service has not seen the request.
    NoTunnel,
    /// One of the [`Timeouts`] elapsed.
    TimedOut,
    /// The connection broke, or the response was cut short.
    Interrupted,
    /// The response is larger than [`Request::response_limit`].
    TooLarge,
}

/// A request without a response.
#[derive(Clone, Debug)]
pub struct TransportError {
    /// What happened.
    pub kind: TransportErrorKind,
    /// The message of the layer that failed. It holds no URL.
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
                | TransportErrorKind::CaCertificate
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
