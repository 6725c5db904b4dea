//! The real transport: reqwest with rustls.

use std::error::Error as _;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use once_cell::sync::OnceCell;
use tokio::time::{Instant, sleep_until, timeout};

use super::transport::{
    MAX_RESPONSE_BYTES, Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture,
};
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

    fn client(&self, request: &Request) -> std::result::Result<&reqwest::Client, TransportError> {
        let (fresh, direct) = (request.fresh_connection, self.proxies.route(&request.url).proxy.is_none());
        self.clients[usize::from(fresh) + 2 * usize::from(direct)]
            .get_or_try_init(|| self.settings.build(fresh, direct))
    }
}

impl Network {
    /// Adds what the proxy says.
    async fn why_no_tunnel(&self, request: &Request, error: TransportError) -> TransportError {
        let Some(proxy) = self.proxies.address() else { return error };
        match tunnel::refusal(proxy, &request.url).await {
            Some(said) => TransportError::new(error.kind, format!("the proxy made no connection: it answered {said}")),
            None => error,
        }
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
            let (body, taken) = Metered::new(request.body.clone());
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
                outgoing = outgoing.body(reqwest::Body::wrap(body));
            }
            match first_byte(outgoing.send(), &taken, request.body.len(), timeouts).await {
                Ok(response) => read_response(response, timeouts.idle).await,
                Err(error) if error.kind == TransportErrorKind::NoTunnel => {
                    Err(self.why_no_tunnel(request, error).await)
                }
                Err(error) => Err(error),
            }
        })
    }
}

/// Waits for the head of the response. Each piece of the body that the connection takes restarts the time-out.
async fn first_byte(
    sending: impl Future<Output = reqwest::Result<reqwest::Response>>,
    taken: &AtomicUsize,
    length: usize,
    timeouts: Timeouts,
) -> std::result::Result<reqwest::Response, TransportError> {
    tokio::pin!(sending);
    let mut seen = 0;
    loop {
        let limit = if seen < length { timeouts.idle } else { timeouts.first_byte };
        let silence = sleep_until(Instant::now() + limit);
        tokio::select! {
            response = &mut sending => return response.map_err(|error| transport_error(&error)),
            () = silence => {
                let now = taken.load(Ordering::Relaxed);
                if now == seen {
                    let reason = format!("no answer for {} seconds", limit.as_secs());
                    return Err(TransportError::new(TransportErrorKind::TimedOut, reason));
                }
                seen = now;
            }
        }
    }
}

async fn read_response(
    mut response: reqwest::Response,
    idle: Duration,
) -> std::result::Result<Response, TransportError> {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut body = BytesMut::new();
    loop {
        let piece = timeout(idle, response.chunk()).await.map_err(|_| {
            TransportError::new(
                TransportErrorKind::TimedOut,
                format!("the answer stopped for {} seconds", idle.as_secs()),
            )
        })?;
        match piece.map_err(|error| transport_error(&error))? {
            None => break,
            Some(piece) if body.len() + piece.len() > MAX_RESPONSE_BYTES => {
                return Err(TransportError::new(TransportErrorKind::TooLarge, "the answer is larger than 64 MiB"));
            }
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

/// A body that counts the bytes that the connection has taken, which distinguishes a slow upload from a dead one.
struct Metered {
    rest: Bytes,
    taken: Arc<AtomicUsize>,
}

/// Small enough that a link of 10 KB/s carries a piece within the idle time-out.
const PIECE: usize = 256 * 1024;

impl Metered {
    fn new(body: Bytes) -> (Metered, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        (Metered { rest: body, taken: taken.clone() }, taken)
    }
}

impl http_body::Body for Metered {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<std::result::Result<http_body::Frame<Bytes>, Self::Error>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(PIECE);
        let piece = self.rest.split_to(length);
        self.taken.fetch_add(length, Ordering::Relaxed);
        Poll::Ready(Some(Ok(http_body::Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.rest.len() as u64)
    }
}
