//! The only code that reaches the network: one [`Http::send`] with the retry table, time-outs and redaction.
//!
//! The order of a request: the layer above builds it (bearer or signature), `send` repeats it by its [`Rule`], the
//! [`Transport`] carries it once. Two types keep credentials apart: an [`ApiRequest`] can carry a bearer token, a
//! [`BlobRequest`] can't, so no token can ever reach an upload host.

pub mod backoff;
pub mod limiter;
mod network;
pub mod redact;
pub mod retry;
mod transport;

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use crate::config::{Retry, Secret};
use crate::error::{Error, Exchange, Result, codes};
use crate::events::Reporter;

use limiter::{RateLimiter, RateLimiters};
pub use network::Network;
pub use retry::Rule;
use retry::{Repeat, Verdict};
pub use transport::{
    MAX_ANSWER, Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture,
};

/// What the outside is for a client; the tests give another one.
#[derive(Clone)]
pub struct Context {
    /// The network.
    pub transport: Arc<dyn Transport>,
    /// The wall clock. The monotonic one is tokio's, which tests can pause.
    pub now: fn() -> Timestamp,
    /// Where the jitter starts.
    pub seed: u64,
    /// What the clients of a process share to keep to the service's limit.
    pub rate_limiters: RateLimiters,
}

impl Context {
    /// The real one.
    pub fn system(network: Network, rate_limiters: RateLimiters) -> Context {
        // Not `fastrand::u64`, which leaves the handle of the host's thread behind when the process ends.
        let seed = RandomState::new().hash_one(std::process::id());
        Context { transport: Arc::new(network), now: Timestamp::now, seed, rate_limiters }
    }
}

/// Why the body of a good answer can't be read, if so.
pub type Check = fn(&Response) -> Option<String>;

/// A request to the service or to the sign-in service.
pub struct ApiRequest {
    request: Request,
    limiter: Option<Arc<RateLimiter>>,
    check: Option<Check>,
}

impl ApiRequest {
    /// A request without credentials.
    pub fn new(method: Method, url: Url) -> ApiRequest {
        ApiRequest { request: Request::new(method, url), limiter: None, check: None }
    }

    /// Looks at a good answer before it is one: what can't be read is an ambiguous answer.
    #[must_use]
    pub fn checked(mut self, check: Check) -> ApiRequest {
        self.check = Some(check);
        self
    }

    /// Makes it wait for its turn, each time it is sent: for calls of the service, which counts them.
    #[must_use]
    pub fn limited_by(mut self, limiter: Option<Arc<RateLimiter>>) -> ApiRequest {
        self.limiter = limiter;
        self
    }

    /// Signs the request.
    ///
    /// # Errors
    /// `auth.refused` for a token that can't stand in a header.
    pub fn bearer(self, token: &Secret) -> Result<ApiRequest> {
        self.secret(AUTHORIZATION, "Bearer ", token)
    }

    /// Signs with what a file of this machine holds, for the Azure Arc agent.
    ///
    /// # Errors
    /// As [`ApiRequest::bearer`].
    pub fn basic(self, key: &Secret) -> Result<ApiRequest> {
        self.secret(AUTHORIZATION, "Basic ", key)
    }

    /// Adds a secret in a header of its own.
    ///
    /// # Errors
    /// As [`ApiRequest::bearer`].
    pub fn secret_header(self, name: &'static str, value: &Secret) -> Result<ApiRequest> {
        self.secret(HeaderName::from_static(name), "", value)
    }

    fn secret(mut self, name: HeaderName, before: &str, value: &Secret) -> Result<ApiRequest> {
        let mut value = HeaderValue::try_from(format!("{before}{}", value.reveal()))
            .map_err(|_| Error::new(&codes::AUTH_REFUSED, "the token has characters that no header can carry"))?;
        value.set_sensitive(true);
        self.request.headers.push((name, value));
        Ok(self)
    }

    /// Adds a header that is no secret.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> ApiRequest {
        self.request.headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        self
    }

    /// Says that the body is JSON, also when there is none (`api` e).
    #[must_use]
    pub fn json(self, body: Bytes) -> ApiRequest {
        self.body("application/json", body)
    }

    /// A form, for the sign-in service.
    #[must_use]
    pub fn form(self, body: String) -> ApiRequest {
        self.body("application/x-www-form-urlencoded", body.into())
    }

    fn body(mut self, kind: &'static str, body: Bytes) -> ApiRequest {
        self.request.headers.push((CONTENT_TYPE, HeaderValue::from_static(kind)));
        self.request.body = body;
        self
    }
}

/// A request to blob storage, whose only credential is the signature in its URL.
pub struct BlobRequest(Request);

impl BlobRequest {
    /// A request to this address.
    pub fn new(method: Method, url: Url) -> BlobRequest {
        BlobRequest(Request::new(method, url))
    }

    /// Adds a header of the storage service.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: HeaderValue) -> BlobRequest {
        self.0.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: Bytes) -> BlobRequest {
        self.0.body = body;
        self
    }
}

/// Either kind, ready to go.
pub trait Outgoing {
    /// The request itself, the gate that it passes, and the check of its answer.
    fn into_parts(self) -> (Request, Option<Arc<RateLimiter>>, Option<Check>);
}

impl Outgoing for ApiRequest {
    fn into_parts(self) -> (Request, Option<Arc<RateLimiter>>, Option<Check>) {
        (self.request, self.limiter, self.check)
    }
}

impl Outgoing for BlobRequest {
    fn into_parts(self) -> (Request, Option<Arc<RateLimiter>>, Option<Check>) {
        (self.0, None, None)
    }
}

/// An answer and how it was got.
pub struct FinalResponse {
    /// Any status that is not worth repeating, 4xx included.
    pub response: Response,
    /// For results and errors.
    pub exchange: Exchange,
    /// Why a good answer could not be read, the last time either.
    pub unreadable: Option<String>,
}

/// No usable answer, after all repeats.
pub struct Failure {
    /// The last answer (429, 5xx) or the reason why there was none.
    pub cause: std::result::Result<Response, TransportError>,
    /// For the error.
    pub exchange: Exchange,
    /// Whether the service may have carried the request out all the same.
    pub ambiguous: bool,
}

tokio::task_local! {
    static RETRY: Retry;
}

/// Sends requests and repeats them by their rule. One for each client.
pub struct Http {
    transport: Arc<dyn Transport>,
    now: fn() -> Timestamp,
    random: Mutex<fastrand::Rng>,
    retry: Retry,
    budget: backoff::Budget,
}

impl Http {
    /// Sends through this world.
    pub fn new(context: Context, retry: Retry) -> Http {
        Http {
            transport: context.transport,
            now: context.now,
            random: Mutex::new(fastrand::Rng::with_seed(context.seed)),
            retry,
            budget: backoff::Budget::default(),
        }
    }

    /// The wall clock.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// How failed requests are repeated now: as configured, or as [`Http::with_retry_timeout`] says.
    pub fn retry(&self) -> Retry {
        RETRY.try_get().unwrap_or(self.retry)
    }

    /// Runs `work` with another retry timeout than the configured one, for an operation that is to report a failure
    /// rather than outlast it.
    pub async fn with_retry_timeout<F: Future>(&self, seconds: u32, work: F) -> F::Output {
        RETRY.scope(self.retry().with_timeout(seconds), work).await
    }

    /// Sends a request, again and again as its rule allows.
    ///
    /// # Errors
    /// A [`Failure`] when the last attempt brought 429, 5xx or nothing; every other status is an [`FinalResponse`], which says
    /// when it can't be read.
    pub async fn send(&self, request: impl Outgoing, rule: &Rule) -> std::result::Result<FinalResponse, Box<Failure>> {
        let (mut request, limiter, check) = request.into_parts();
        request.fresh_connection = rule.repeat == Repeat::WhenNotDone;
        let began = Instant::now();
        let retry_timeout = Duration::from_secs(self.retry().retry_timeout_seconds) * rule.timeout_factor;
        let (mut attempts, mut broken) = (0, 0);
        // Standing in the line is not the service's failure, so no patience is spent on it, unless this call caused it.
        let (mut in_line, mut held_back) = (Duration::ZERO, Duration::ZERO);
        // Once an attempt may have been carried out, a later clean refusal does not undo that.
        let mut ambiguous = false;
        loop {
            let arrived = Instant::now();
            let sent = match &limiter {
                Some(limiter) => turn(limiter).await,
                None => arrived,
            };
            in_line += sent - arrived;
            let cause = self.transport.send(&request, rule.timeouts()).await;
            attempts += 1;
            let exchange = exchange(&request, cause.as_ref().ok(), attempts, began.elapsed());
            let cause = cause.and_then(not_of_the_proxy);
            let unreadable = cause.as_ref().ok().filter(|response| response.is_success()).zip(check);
            let unreadable = unreadable.and_then(|(response, check)| check(response));
            let verdict = match &cause {
                Ok(_) if unreadable.is_some() => Verdict::Ambiguous,
                Ok(response) => retry::of_status(response.status),
                Err(error) => retry::of_error(error),
            };
            let cause = match (verdict, cause) {
                (Verdict::FinalResponse, Ok(response)) => {
                    self.budget.refund();
                    return Ok(FinalResponse { response, exchange, unreadable });
                }
                (_, cause) => cause,
            };
            ambiguous |= match &cause {
                Ok(_) => verdict == Verdict::Ambiguous,
                Err(error) => error.was_sent(),
            };
            broken += u32::from(unreadable.is_some());
            let again = match verdict {
                // What is broken each time does not get better in five minutes; in the half hour of a wait it may.
                Verdict::Ambiguous if broken > retry::BROKEN && rule.timeout_factor <= 1 => false,
                Verdict::Ambiguous => rule.repeat == Repeat::Always,
                Verdict::NotDone => true,
                Verdict::FinalResponse | Verdict::Hopeless => false,
            };
            let timed_out = matches!(&cause, Err(error) if error.kind == TransportErrorKind::TimedOut);
            let wait = self.wait_before(attempts, cause.as_ref().ok());
            let closed = limiter.as_ref().filter(|_| matches!(&cause, Ok(response) if response.status == 429));
            if let Some(limiter) = closed {
                limiter.refused(sent, wait);
            }
            // Who waits long sends little: the budget is for calls, and would end a wait after some minutes of outage.
            let spent = began.elapsed().saturating_sub(in_line) + held_back;
            let late = retry_timeout.is_zero() || spent + wait > retry_timeout;
            if !again || late || !(rule.timeout_factor > 1 || self.budget.pay(timed_out)) {
                return match cause {
                    Ok(response) if unreadable.is_some() => Ok(FinalResponse { response, exchange, unreadable }),
                    cause => Err(Box::new(Failure { cause, exchange, ambiguous })),
                };
            }
            if closed.is_some() {
                // The gate holds it back for as long, and it keeps its place before those who come later.
                held_back += wait;
            } else {
                sleep(wait).await;
            }
        }
    }

    fn wait_before(&self, attempts: u32, response: Option<&Response>) -> Duration {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let own = backoff::delay(&self.retry(), attempts - 1, &mut random);
        let asked = response.and_then(|response| backoff::asked(response, self.now()));
        own.max(asked.unwrap_or_default())
    }
}

/// How long a call stands in the line before that is told.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// Waits for a call's turn; when that takes long, who follows the operation is told why.
async fn turn(limiter: &RateLimiter) -> Instant {
    let passing = limiter.pass();
    tokio::pin!(passing);
    match timeout(WORTH_TELLING, &mut passing).await {
        Ok(sent) => sent,
        Err(_) => {
            Reporter::current().verbose(limiter.reason());
            passing.await
        }
    }
}

fn exchange(request: &Request, response: Option<&Response>, attempts: u32, elapsed: Duration) -> Exchange {
    let header = |name| response.and_then(|response| response.header(name)).map(str::to_owned);
    Exchange {
        status: response.map(|response| response.status),
        method: request.method.to_string(),
        url: redact::url(&request.url),
        correlation_id: header("ms-correlationid"),
        request_id: header("x-ms-request-id"),
        date: header("date").as_deref().and_then(backoff::http_date),
        attempts,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    }
}

/// 407 comes from no service: a proxy wants to know who asks, in a way that was not told or is not known here.
fn not_of_the_proxy(response: Response) -> std::result::Result<Response, TransportError> {
    if response.status != 407 {
        return Ok(response);
    }
    let schemes: Vec<&str> = response
        .headers
        .get_all(http::header::PROXY_AUTHENTICATE)
        .iter()
        .filter_map(|value| value.to_str().ok()?.split_whitespace().next())
        .collect();
    let by = if schemes.is_empty() { String::new() } else { format!(", by {}", schemes.join(" or ")) };
    Err(TransportError::new(TransportErrorKind::Proxy, format!("the proxy asks for a sign-in (407){by}")))
}

impl Failure {
    /// The last answer, for the layer that can read it; the error of a failure that brought none.
    ///
    /// # Errors
    /// Codes `network.*`.
    pub fn answer(self) -> Result<FinalResponse> {
        let Failure { cause, exchange, ambiguous } = self;
        let error = match cause {
            Ok(response) => return Ok(FinalResponse { response, exchange, unreadable: None }),
            Err(error) => error,
        };
        let code = match error.kind {
            TransportErrorKind::NotConnected => &codes::NETWORK_UNREACHABLE,
            TransportErrorKind::Tls => &codes::NETWORK_TLS,
            TransportErrorKind::Proxy | TransportErrorKind::NoTunnel => &codes::NETWORK_PROXY,
            TransportErrorKind::TimedOut => &codes::NETWORK_TIMEOUT,
            TransportErrorKind::Interrupted => &codes::NETWORK_INTERRUPTED,
            TransportErrorKind::TooLarge => &codes::NETWORK_BAD_ANSWER,
        };
        let message = format!("no answer from {}: {}", exchange.url, error.reason);
        Err(Error::new(code, message).ambiguous(ambiguous).http(exchange))
    }
}
