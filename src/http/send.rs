//! Sends a request and retries it by its rule.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Buf;
use jiff::Timestamp;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::backoff;
use super::budget::Budget;
use super::context::Context;
use super::date::http_date;
use super::limiter::RateLimiter;
use super::redact;
use super::response::{Failure, FinalResponse, Refusal, failure_of, support_id};
use super::retry::{self, Rule, Verdict};
use super::transport::{Request, Response, Transport, TransportError, TransportErrorKind};
use super::waiting::Waiting;
use crate::config::Retry;
use crate::error::Exchange;
use crate::events::Reporter;

/// Checks the body of a successful response. Returns the reason when it is malformed: `is not UTF-8`.
pub type BodyCheck = fn(&Response) -> Option<String>;

/// A request that is ready to be sent. Only an `ApiRequest` or a `BlobRequest` becomes one.
pub struct Outgoing {
    pub(super) request: Request,
    /// The limiter that each attempt waits for.
    pub(super) limiter: Option<Arc<RateLimiter>>,
    /// The check of a successful response.
    pub(super) check: Option<BodyCheck>,
    /// Whether responses are text, which may begin with a byte order mark.
    pub(super) is_text: bool,
    /// The error of a response that refuses the request.
    pub(super) refusal: Option<Refusal>,
}

/// It is allowed at the start of a text and is no part of it; JSON readers refuse it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A host that has never answered gets this part of the retry timeout while no connection can be made: a wrong name or a
/// wrong port does not get right by waiting.
const UNREACHED: u32 = 10;

/// The longest body that is sent at once on any line, in bytes.
const SMALL_BODY: usize = 64 * 1024;

tokio::task_local! {
    /// The retry configuration of the running operation, when it has one of its own.
    static RETRY: Retry;
}

/// Sends the requests of one client.
pub struct Http {
    transport: Arc<dyn Transport>,
    now: fn() -> Timestamp,
    random: Mutex<fastrand::Rng>,
    retry: Retry,
    budget: Budget,
    /// The hosts that have answered.
    reached: Mutex<HashSet<String>>,
}

/// One attempt.
struct Attempt {
    result: Result<Response, TransportError>,
    /// Why the body of a successful response is malformed.
    malformed: Option<String>,
    verdict: Verdict,
}

impl Http {
    /// Sends through the transport of this context, with the clock and the randomness of the context.
    pub fn new(context: Context, retry: Retry) -> Http {
        Http {
            transport: context.transport,
            now: context.now,
            random: Mutex::new(fastrand::Rng::with_seed(context.seed)),
            retry,
            budget: Budget::default(),
            reached: Mutex::default(),
        }
    }

    /// The time of the wall clock.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// A random number.
    pub fn random(&self) -> u64 {
        self.random.lock().unwrap_or_else(PoisonError::into_inner).u64(..)
    }

    /// The wall clock.
    pub fn clock(&self) -> fn() -> Timestamp {
        self.now
    }

    /// How failed requests are retried: as configured, or as set by [`Http::with_retry_timeout`].
    pub fn retry(&self) -> Retry {
        RETRY.try_get().unwrap_or(self.retry)
    }

    /// Runs `work` with another retry timeout than the configured one, for an operation that reports a failure rather
    /// than outlasts it.
    pub async fn with_retry_timeout<F: Future>(&self, seconds: u32, work: F) -> F::Output {
        RETRY.scope(self.retry().with_timeout(seconds), work).await
    }

    /// Sends a request, and retries it as its rule allows.
    ///
    /// # Errors
    /// A [`Failure`] when the last attempt got 429, 408, 5xx or no response. Any other status is a [`FinalResponse`], also
    /// when its body is malformed.
    pub async fn send(&self, request: impl Into<Outgoing>, rule: &Rule) -> Result<FinalResponse, Box<Failure>> {
        let Outgoing { mut request, limiter, check, is_text, refusal } = request.into();
        let reporter = Reporter::current();
        request.fresh_connection |= !rule.idempotent;
        let retry_timeout = Duration::from_secs(self.retry().retry_timeout_seconds) * rule.timeout_factor;
        let began = Instant::now();
        let (mut attempts, mut malformed_responses) = (0, 0);
        let (method, url) = (request.method.to_string(), request.url.clone());
        let mut waiting = Waiting::new(&method, &url);
        // The wait for the limiter is no failure of the service, so it does not count towards the retry timeout; the wait
        // that a 429 to this very request causes does.
        let (mut queued, mut throttled) = (Duration::ZERO, Duration::ZERO);
        // When one attempt may have been carried out, the clean refusal of a later one does not change that.
        let mut ambiguous = false;
        loop {
            let arrived = Instant::now();
            let sent = match &limiter {
                Some(limiter) => acquire(limiter).await,
                None => arrived,
            };
            queued += sent - arrived;

            attempts += 1;
            reporter.sent(exchange(&request, None, attempts, began.elapsed()));
            let attempt_began = Instant::now();
            let mut result = self.attempt(&request, rule, &mut waiting, began).await;
            let took = attempt_began.elapsed();
            if let (Some(limiter), Err(error)) = (&limiter, &result)
                && !error.was_sent()
            {
                limiter.release(sent);
            }
            if let Ok(response) = &mut result
                && is_text
                && response.body.starts_with(BYTE_ORDER_MARK)
            {
                response.body.advance(BYTE_ORDER_MARK.len());
            }
            let exchange = exchange(&request, result.as_ref().ok(), attempts, began.elapsed());
            let Attempt { result, malformed, verdict } = Attempt::new(result, check);
            let unusable = result.as_ref().err().map(ToString::to_string);
            reporter.received(
                &exchange,
                took,
                unusable.or_else(|| malformed.as_ref().map(|reason| format!("the answer {reason}"))),
            );
            let last = match result {
                Ok(response) if verdict == Verdict::Final => {
                    self.budget.refund();
                    // A sign-in alone is no success of the operation.
                    reporter.answered(refusal.is_some() && response.is_success());
                    return Ok(FinalResponse { response, exchange, malformed, ambiguous: false });
                }
                last => last,
            };
            reporter.failed(failure_of(&last, exchange.clone(), malformed.as_deref(), refusal));
            ambiguous |= match &last {
                Ok(_) => verdict == Verdict::Ambiguous,
                Err(error) => error.was_sent(),
            };
            malformed_responses += u32::from(malformed.is_some());

            let wait = self.wait_before_retry(attempts, last.as_ref().ok());
            let throttling = limiter.as_ref().filter(|_| matches!(&last, Ok(response) if response.status == 429));
            if let Some(limiter) = throttling {
                limiter.throttled(sent, wait);
            }
            let may_retry = match verdict {
                // If every response is malformed, stop after `MALFORMED_RETRIES` retries. Polling has half an hour, so it
                // keeps trying.
                Verdict::Ambiguous if malformed_responses > retry::MALFORMED_RETRIES && rule.timeout_factor <= 1 => {
                    false
                }
                Verdict::Ambiguous => rule.idempotent,
                Verdict::NotProcessed => true,
                Verdict::Final | Verdict::Permanent => false,
            };
            let elapsed = began.elapsed().saturating_sub(queued) + throttled;
            let timeout = match &last {
                Err(error) if error.kind == TransportErrorKind::NotConnected && !self.has_reached(&url) => {
                    retry_timeout / UNREACHED / rule.timeout_factor.max(1)
                }
                _ => retry_timeout,
            };
            let too_late = timeout.is_zero() || elapsed + wait > timeout;
            // A request with a longer timeout waits a lot and sends little. The budget, which counts requests, would end it
            // after some minutes of an outage.
            let timed_out = matches!(&last, Err(error) if error.kind == TransportErrorKind::TimedOut);
            if !may_retry || too_late || !(rule.timeout_factor > 1 || self.budget.spend(timed_out)) {
                return match last {
                    Ok(response) if malformed.is_some() => {
                        Ok(FinalResponse { response, exchange, malformed, ambiguous })
                    }
                    last => Err(Box::new(Failure { last, exchange, ambiguous })),
                };
            }
            waiting.retry(attempts, &last, elapsed, wait, timeout.saturating_sub(elapsed));
            if throttling.is_some() {
                // The limiter makes this request wait, ahead of those that arrive later.
                throttled += wait;
            } else {
                sleep(wait).await;
            }
        }
    }

    /// Sends the request once. When the answer is late for a request of its kind, the log says so.
    async fn attempt(
        &self,
        request: &Request,
        rule: &Rule,
        waiting: &mut Waiting<'_>,
        began: Instant,
    ) -> Result<Response, TransportError> {
        let mut sending = self.transport.send(request, rule.timeouts());
        let late = rule.first_byte / 3;
        // A larger body takes a time that depends on the line.
        let result = if request.body.len() > SMALL_BODY {
            sending.await
        } else {
            match timeout(late, &mut sending).await {
                Ok(result) => result,
                Err(_) => {
                    waiting.silent(began.elapsed(), late);
                    sending.await
                }
            }
        };
        if result.is_ok() && !self.has_reached(&request.url) {
            self.reached.lock().unwrap_or_else(PoisonError::into_inner).insert(authority(&request.url));
        }
        result
    }

    /// Whether the host of this URL has answered this client before.
    fn has_reached(&self, url: &Url) -> bool {
        self.reached.lock().unwrap_or_else(PoisonError::into_inner).contains(&authority(url))
    }

    fn wait_before_retry(&self, attempts: u32, response: Option<&Response>) -> Duration {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let delay = backoff::delay(&self.retry(), attempts - 1, &mut random);
        let retry_after = response.and_then(|response| backoff::retry_after(response, self.now()));
        delay.max(retry_after.unwrap_or_default())
    }
}

/// The host and the port of a URL.
fn authority(url: &Url) -> String {
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}

impl Attempt {
    fn new(result: Result<Response, TransportError>, check: Option<BodyCheck>) -> Attempt {
        let result = result.and_then(refuse_proxy_response);
        let malformed = match (&result, check) {
            (Ok(response), Some(check)) if response.is_success() => check(response),
            _ => None,
        };
        let verdict = match &result {
            Ok(_) if malformed.is_some() => Verdict::Ambiguous,
            Ok(response) => Verdict::of_status(response.status),
            Err(error) => Verdict::of_error(error),
        };
        Attempt { result, malformed, verdict }
    }
}

/// How long a request waits for its limiter before the log says so, and after that before a warning says so.
const LOGGED_WAIT: Duration = Duration::from_secs(1);
const REPORTED_WAIT: Duration = Duration::from_secs(9);

/// Waits for the limiter. If that takes long, the log of the operation says why.
async fn acquire(limiter: &RateLimiter) -> Instant {
    let acquiring = limiter.acquire();
    tokio::pin!(acquiring);
    let reporter = Reporter::current();
    if let Ok(sent) = timeout(LOGGED_WAIT, &mut acquiring).await {
        return sent;
    }
    reporter.waits(limiter.wait_reason());
    reporter.verbose(limiter.wait_reason());
    if let Ok(sent) = timeout(REPORTED_WAIT, &mut acquiring).await {
        return sent;
    }
    reporter.warning(limiter.wait_reason());
    acquiring.await
}

fn exchange(request: &Request, response: Option<&Response>, attempts: u32, elapsed: Duration) -> Exchange {
    let header = |name| response.and_then(|response| response.header(name));
    let id = |name| header(name).and_then(support_id);
    Exchange {
        status: response.map(|response| response.status),
        method: request.method.to_string(),
        url: redact::url(&request.url),
        correlation_ids: id("ms-correlationid").into_iter().collect(),
        request_id: id("x-ms-request-id"),
        date: header("date").and_then(http_date),
        attempts,
        elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
    }
}

/// A 407 comes from a proxy, not from the service: the proxy wants credentials that are not configured, or a scheme that
/// the transport does not support.
fn refuse_proxy_response(response: Response) -> Result<Response, TransportError> {
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
