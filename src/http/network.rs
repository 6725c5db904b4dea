//! The real transport: reqwest with rustls.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use once_cell::sync::OnceCell;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep_until, timeout};

use super::transport::{Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture};
use super::{authorities, redact, tunnel};
use crate::config::{Config, Proxies};
use crate::error::{Error, Result, codes};

const CONNECT: Duration = Duration::from_secs(10);
/// Shorter than the idle time-outs of load balancers, so that a poll never meets a connection that was closed meanwhile.
const POOL_IDLE: Duration = Duration::from_secs(15);

/// The network with the proxy and the certificate authorities of a configuration.
pub struct Network {
    settings: Settings,
    proxies: Arc<Proxies>,
    /// One client for each combination of fresh and direct, see [`Settings::build`].
    clients: [OnceCell<reqwest::Client>; 4],
}

/// How long the end of a connection is waited for.
const CLOSING: Duration = Duration::from_secs(1);
/// The slowest answer that is progress, in bytes a second.
const SLOWEST: u64 = 256;

struct Settings {
    proxy: Option<reqwest::Proxy>,
    authorities: Vec<reqwest::Certificate>,
}

impl Network {
    /// Reads the certificate file. Nothing is connected yet.
    ///
    /// # Errors
    /// `config.invalid` for a proxy that can't be used, `file.not_found` and `file.unreadable` for the certificate file.
    pub fn new(config: &Config) -> Result<Network> {
        let proxies = config.proxies().clone();
        let proxy = match proxies.address() {
            // The message of reqwest would contain the address with its password.
            Some(address) => Some(
                reqwest::Proxy::all(address.reveal())
                    .map_err(|_| Error::new(&codes::CONFIG_INVALID, "the address of the proxy can't be used"))?,
            ),
            None => None,
        };
        let authorities = match &config.ca_file {
            Some(path) => authorities::read(path)?,
            None => Vec::new(),
        };
        Ok(Network { settings: Settings { proxy, authorities }, proxies, clients: Default::default() })
    }

    /// Adds what the proxy says to the error of a connection that it does not make. A refusal does not pass by waiting.
    async fn with_words_of_proxy(&self, error: TransportError, request: &Request) -> TransportError {
        let Some(proxy) = self.proxies.address() else { return error };
        let Some(said) = tunnel::ask(proxy, &request.url).await else { return error };
        let kind = match said.status {
            408 | 425 | 429 | 500.. => TransportErrorKind::NoTunnel,
            _ => TransportErrorKind::Proxy,
        };
        TransportError::new(kind, format!("the proxy made no connection: it answered {}", said.words))
    }

    /// Adds where the proxy comes from to the error of a connection that it does not make: nobody may have set it for this tool.
    fn naming_proxy(&self, error: TransportError, request: &Request) -> TransportError {
        let route = self.proxies.route(&request.url);
        if route.proxy.is_none() || !error.reason.starts_with("the proxy") {
            return error;
        }
        TransportError::new(error.kind, format!("{}; the proxy is that of {}", error.reason, route.source))
    }

    fn client(&self, request: &Request) -> std::result::Result<&reqwest::Client, TransportError> {
        let (fresh, direct) = (request.fresh_connection, self.proxies.route(&request.url).proxy.is_none());
        self.clients[usize::from(fresh) + 2 * usize::from(direct)]
            .get_or_try_init(|| self.settings.build(fresh, direct))
    }
}

impl Settings {
    /// Builds a client. `fresh`: it keeps no connection for the next request. `direct`: it uses no proxy.
    fn build(&self, fresh: bool, direct: bool) -> std::result::Result<reqwest::Client, TransportError> {
        // Fails only when a provider is installed already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("StoreShip/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT)
            .pool_idle_timeout(POOL_IDLE)
            .pool_max_idle_per_host(if fresh { 0 } else { usize::MAX })
            .tcp_nodelay(true);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        {
            // Closes the connection to a server that takes no more bytes, also after it has answered.
            builder = builder.tcp_user_timeout(super::retry::IDLE);
        }
        builder = match &self.proxy {
            Some(proxy) if !direct => builder.proxy(proxy.clone()),
            _ => builder.no_proxy(),
        };
        if !self.authorities.is_empty() {
            builder = builder.tls_certs_merge(self.authorities.iter().cloned());
        }
        builder.build().map_err(|error| transport_error(&error))
    }
}

impl Transport for Network {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            let client = self.client(request)?;
            let body = Shared::new(request.body.clone());
            let mut outgoing = client.request(request.method.clone(), request.url.clone());
            for (name, value) in &request.headers {
                outgoing = outgoing.header(name, value);
            }
            if request.body.is_empty() {
                // The service requires the header also on a POST or PUT without a body.
                if request.method != http::Method::GET && request.method != http::Method::HEAD {
                    outgoing = outgoing.header(http::header::CONTENT_LENGTH, 0);
                }
            } else {
                outgoing = outgoing.body(reqwest::Body::wrap(Metered(body.clone())));
            }
            let limit = request.response_limit;
            // Dropped at the end of the attempt, also when the attempt is dropped.
            let mut sending = Sending { body, response: Some(Box::pin(outgoing.send())) };
            let response = match sending.first_byte(timeouts).await {
                Err(error) if error.kind == TransportErrorKind::NoTunnel => {
                    return Err(self.naming_proxy(self.with_words_of_proxy(error, request).await, request));
                }
                other => other.map_err(|error| self.naming_proxy(error, request))?,
            };
            read_response(response, timeouts.idle, limit).await
        })
    }
}

async fn read_response(
    mut response: reqwest::Response,
    idle: Duration,
    limit: usize,
) -> std::result::Result<Response, TransportError> {
    let status = response.status().as_u16();
    let too_large = || {
        let reason = match limit {
            MIB.. => format!("the answer is larger than {} MiB", limit / MIB),
            _ => format!("the answer is larger than {limit} bytes"),
        };
        TransportError::new(TransportErrorKind::TooLarge, reason)
    };
    // This is the length of the body that comes: none for HEAD.
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    let began = Instant::now();
    loop {
        let lasted = began.elapsed();
        if lasted > idle && (body.len() as u64) < lasted.as_secs() * SLOWEST {
            let reason = format!("the answer came with less than {SLOWEST} bytes a second");
            return Err(TransportError::new(TransportErrorKind::TimedOut, reason));
        }
        let piece = timeout(idle, response.chunk()).await.map_err(|_| {
            TransportError::new(
                TransportErrorKind::TimedOut,
                format!("the answer stopped for {} seconds", idle.as_secs()),
            )
        })?;
        match piece.map_err(|error| transport_error(&error))? {
            None => break,
            Some(piece) if body.len() + piece.len() > limit => return Err(too_large()),
            Some(piece) => body.extend_from_slice(&piece),
        }
    }
    Ok(Response { status, headers, body: body.freeze() })
}

/// Takes the kind from reqwest and the reason from the innermost cause: the message of reqwest itself contains the URL.
fn transport_error(error: &reqwest::Error) -> TransportError {
    let mut reason = "the request could not be made".to_owned();
    let mut tls = false;
    let mut tunnel = None;
    let mut cause = error.source();
    while let Some(inner) = cause {
        tls |= inner.is::<rustls::Error>();
        // Messages of Windows end with a full stop; ours continue.
        reason = inner.to_string().replace(". (os error", " (os error");
        if reason.starts_with("tunnel error: ") {
            tunnel = Some(reason.clone());
        }
        cause = inner.source();
    }
    if reason.contains("CaUsedAsEndEntity") {
        let reason =
            "the certificate of the server is marked as that of a certificate authority, so it can't be a server's";
        return TransportError::new(TransportErrorKind::CaCertificate, reason);
    }
    if tls || (error.is_connect() && reason.contains("certificate")) {
        return TransportError::new(TransportErrorKind::Tls, redact::text(&reason));
    }
    if let Some(tunnel) = tunnel {
        return no_tunnel(&tunnel, &reason);
    }
    let kind = if error.is_connect() || error.is_builder() {
        TransportErrorKind::NotConnected
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, redact::text(&reason))
}

/// The error of a proxy that made no connection. It tells the status of the proxy's response only when that is 407.
fn no_tunnel(tunnel: &str, reason: &str) -> TransportError {
    if tunnel.contains("authorization required") {
        return TransportError::new(TransportErrorKind::Proxy, "the proxy wants a user and a password (407)");
    }
    if tunnel.contains("failed to create underlying connection") {
        let reason = format!("the proxy can't be reached: {}", redact::text(reason));
        return TransportError::new(TransportErrorKind::NotConnected, reason);
    }
    let reason =
        "the proxy made no connection: it can't reach the host, does not allow it, or refuses user and password";
    TransportError::new(TransportErrorKind::NoTunnel, reason)
}

/// The body of one attempt, which the attempt and its connection share.
struct Shared(Mutex<State>);

struct State {
    /// What the connection has not taken yet.
    rest: Bytes,
    /// How many bytes the connection has taken and not written yet.
    taken: usize,
    /// When it last wrote a piece, which distinguishes a slow upload from a dead one.
    moved: Instant,
    /// Whether the attempt is over.
    over: bool,
    /// Wakes the connection when there is room for another piece, or the attempt is over.
    waker: Option<Waker>,
}

impl Shared {
    fn new(rest: Bytes) -> Arc<Shared> {
        let state = State { rest, taken: 0, moved: Instant::now(), over: false, waker: None };
        Arc::new(Shared(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes have not left yet, and when the last ones did.
    fn progress(&self) -> (usize, Instant) {
        let state = self.state();
        (state.rest.len() + state.taken, state.moved)
    }

    /// Changes the state, and lets the connection look at it.
    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// The attempt's side of a request. When the attempt ends while the connection still has the body, because the server answered
/// early or not at all, the connection is closed.
struct Sending {
    body: Arc<Shared>,
    /// Until there is a response.
    response: Option<Pin<Box<dyn Future<Output = reqwest::Result<reqwest::Response>> + Send>>>,
}

impl Sending {
    /// Waits for the head of the response. Each piece of the body that leaves restarts the time-out.
    async fn first_byte(&mut self, timeouts: Timeouts) -> std::result::Result<reqwest::Response, TransportError> {
        let Some(sending) = &mut self.response else {
            return Err(TransportError::new(TransportErrorKind::Interrupted, "there was a response already"));
        };
        let response = loop {
            let (left, moved) = self.body.progress();
            let limit = if left > 0 { timeouts.idle } else { timeouts.first_byte };
            // The shorter limit applies as soon as the last byte has left.
            let look = (moved + limit).min(Instant::now() + timeouts.first_byte);
            tokio::select! {
                response = &mut *sending => break response,
                () = sleep_until(look) => {
                    if moved + limit <= Instant::now() && self.body.progress() == (left, moved) {
                        let reason = format!("no answer for {} seconds", limit.as_secs());
                        return Err(TransportError::new(TransportErrorKind::TimedOut, reason));
                    }
                }
            }
        };
        self.response = None;
        response.map_err(|error| transport_error(&error))
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let mut over = false;
        self.body.change(|state| {
            over = !std::mem::take(&mut state.rest).is_empty();
            state.over = over;
        });
        // hyper writes what it has taken before it closes the connection of a request that nobody waits for. So this one is
        // waited for until hyper has seen the end of its body.
        if let (Some(response), true, Ok(runtime)) = (self.response.take(), over, Handle::try_current()) {
            runtime.spawn(timeout(CLOSING, response));
        }
    }
}

/// The connection's side of a body.
struct Metered(Arc<Shared>);

/// Small enough that a link of 2 KB/s carries a piece within the idle time-out.
const PIECE: usize = 128 * 1024;
/// How many bytes a connection gets ahead of what it has written. hyper asks a body for nothing while it has more than this,
/// and then it would not notice the end of an attempt.
const MOST_TAKEN: usize = 3 * PIECE;
const MIB: usize = 1024 * 1024;

/// A piece of a body that the connection drops when it has written it.
struct Piece {
    bytes: Bytes,
    body: Arc<Shared>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.body.change(|state| {
            state.taken -= self.bytes.len();
            state.moved = Instant::now();
        });
    }
}

impl http_body::Body for Metered {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, Self::Error>>> {
        let mut state = self.0.state();
        if state.over {
            return Poll::Ready(Some(Err(std::io::Error::other("the attempt is over"))));
        }
        if state.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = state.rest.len().min(PIECE);
        if state.taken + length > MOST_TAKEN {
            state.waker = Some(context.waker().clone());
            return Poll::Pending;
        }
        state.taken += length;
        let piece = Piece { bytes: state.rest.split_to(length), body: self.0.clone() };
        Poll::Ready(Some(Ok(http_body::Frame::data(Bytes::from_owner(piece)))))
    }

    fn is_end_stream(&self) -> bool {
        let state = self.0.state();
        state.rest.is_empty() && !state.over
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.0.state().rest.len() as u64)
    }
}
