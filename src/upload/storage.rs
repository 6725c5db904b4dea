//! The requests to the storage service, each repeated until it is answered or the outage lasts too long.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};
use url::Url;

use super::checksums::Checksums;
use super::concurrency::Concurrency;
use super::internal;
use crate::error::{Error, Exchange, Result, ServiceError, codes};
use crate::http::retry::{self, Verdict};
use crate::http::{BlobRequest, Failure, FinalResponse, Http, Response, Rule, backoff, redact};

/// With it blocks may be larger than 4 MiB whatever version signed the address (A1).
const VERSION: HeaderValue = HeaderValue::from_static("2021-12-02");

/// What a service says to a header that it does not know; Azurite with status 500.
const UNSUPPORTED: &str = "FeatureNotSupported";

/// The service closes an address at the minute; a clock may be a little off.
const SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Recovery a request ends the run of an upload, maybe for a better one.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) recovery: Recovery,
    pub(super) error: Error,
}

/// What the upload can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recovery {
    /// Nothing.
    Failed,
    /// The block is too large; the service may have said how large it may be.
    TooLarge(Option<u64>),
    /// Blocks of another tool are in the way.
    Occupied,
    /// Blocks that were sent are not there any more.
    Gone,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop { recovery: Recovery::Failed, error }
    }
}

/// A block that the service has.
pub(super) struct Known {
    pub(super) id: String,
    pub(super) len: u64,
}

/// What the service has of a blob.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) committed: Vec<Known>,
    pub(super) uncommitted: Vec<Known>,
}

/// One blob and the way to it.
pub(super) struct Storage<'a> {
    http: &'a Http,
    url: Url,
    once: Rule,
    /// How long nothing may go through.
    outage: Duration,
    /// When it began, while there is one. All workers meet the same outage, and it ends for all at once.
    outage_began: Mutex<Option<Instant>>,
    random: Mutex<fastrand::Rng>,
    crc64: AtomicBool,
    readable: AtomicBool,
}

impl<'a> Storage<'a> {
    pub(super) fn new(http: &'a Http, url: Url, crc64: bool) -> Storage<'a> {
        let rule = &retry::BLOB_WRITE;
        let seed = url.path().bytes().fold(0, |seed: u64, byte| seed.rotate_left(8) ^ u64::from(byte));
        let may_read = |(key, value): (Cow<'_, str>, Cow<'_, str>)| key != "sp" || value.contains('r');
        Storage {
            http,
            readable: AtomicBool::new(url.query_pairs().all(may_read)),
            // Repeated here, where the workers know of each other: its budget is for single calls, and eight workers
            // would use it up in seconds.
            once: Rule { timeout_factor: 0, ..*rule },
            outage: Duration::from_secs(http.retry().retry_timeout_seconds) * rule.timeout_factor,
            outage_began: Mutex::default(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            url,
            crc64: AtomicBool::new(crc64),
        }
    }

    /// Whether the address allows to read (A1). Without it an upload works, but is neither resumed nor verified.
    pub(super) fn can_read(&self) -> bool {
        self.readable.load(Ordering::Relaxed)
    }

    /// Put Block. The same id replaces, so a repeat is harmless.
    pub(super) async fn put_block(
        &self,
        id: &str,
        body: &Bytes,
        checksums: Checksums,
        concurrency: &Concurrency,
    ) -> std::result::Result<(), Stop> {
        loop {
            let with_crc64 = self.crc64.load(Ordering::Relaxed);
            let checksum = if with_crc64 { Some(crc64_value(checksums.crc64)?) } else { None };
            let query = format!("comp=block&blockid={}", escape(id));
            let build = || {
                let request = self.request(Method::PUT, Some(&query)).body(body.clone());
                match &checksum {
                    Some(value) => request.header("x-ms-content-crc64", value.clone()),
                    None => request,
                }
            };
            let (response, exchange) = self.send(build, Some(concurrency)).await?;
            if response.status == 201 {
                return Ok(());
            }
            let code = said(&response).code.unwrap_or_default();
            // An option that is not known here must not fail the upload; TLS protects the way as well (A7).
            if with_crc64 && matches!(code.as_str(), UNSUPPORTED | "UnsupportedHeader" | "InvalidHeaderValue") {
                self.crc64.store(false, Ordering::Relaxed);
                continue;
            }
            let recovery = match (response.status, code.as_str()) {
                (413, _) => Recovery::TooLarge(limit_of(&response)),
                (400, "InvalidBlobOrBlock") | (409, "BlockCountExceedsLimit") => Recovery::Occupied,
                _ => Recovery::Failed,
            };
            return Err(Stop { recovery, error: self.refusal(&response, exchange) });
        }
    }

    /// Put Block List. With `<Latest>` it can be repeated after a lost answer (A6).
    pub(super) async fn put_block_list(&self, ids: &[String]) -> std::result::Result<(), Stop> {
        let mut list = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for id in ids {
            list.push_str("<Latest>");
            list.push_str(id);
            list.push_str("</Latest>");
        }
        list.push_str("</BlockList>");
        let list = Bytes::from(list);
        let build = || {
            let request = self.request(Method::PUT, Some("comp=blocklist")).body(list.clone());
            request.header("content-type", HeaderValue::from_static("application/xml"))
        };
        let (response, exchange) = self.send(build, None).await?;
        if response.status == 201 {
            return Ok(());
        }
        let recovery = match said(&response).code.as_deref() {
            Some("InvalidBlockList") => Recovery::Gone,
            _ => Recovery::Failed,
        };
        Err(Stop { recovery, error: self.refusal(&response, exchange) })
    }

    /// Get Block List; nothing when there is no such blob yet.
    pub(super) async fn blocks(&self) -> Result<Blocks> {
        let build = || self.request(Method::GET, Some("comp=blocklist&blocklisttype=all"));
        let (response, exchange) = self.send(build, None).await?;
        match response.status {
            200 => {
                let text = String::from_utf8_lossy(&response.body);
                Ok(Blocks {
                    committed: list(element(&text, "CommittedBlocks").unwrap_or_default()),
                    uncommitted: list(element(&text, "UncommittedBlocks").unwrap_or_default()),
                })
            }
            404 => Ok(Blocks::default()),
            // An address without `sp` leaves its permissions to a policy that is not known here.
            403 if said(&response).code.as_deref() == Some("AuthorizationPermissionMismatch") => {
                self.readable.store(false, Ordering::Relaxed);
                Ok(Blocks::default())
            }
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    /// Empties the blob, and with it all blocks that somebody left there.
    pub(super) async fn clear(&self) -> Result<()> {
        let build = || self.request(Method::PUT, None).header("x-ms-blob-type", HeaderValue::from_static("BlockBlob"));
        let (response, exchange) = self.send(build, None).await?;
        if response.status == 201 { Ok(()) } else { Err(self.refusal(&response, exchange)) }
    }

    /// The length of the blob as it is committed.
    pub(super) async fn length(&self) -> Result<Option<u64>> {
        let (response, exchange) = self.send(|| self.request(Method::HEAD, None), None).await?;
        match response.status {
            200 => Ok(response.header("content-length").and_then(|text| text.parse().ok())),
            404 => Ok(None),
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    /// The bytes `start..end` of the blob.
    pub(super) async fn range(&self, start: u64, end: u64) -> Result<Bytes> {
        let value = HeaderValue::try_from(format!("bytes={start}-{}", end - 1));
        let value = value.map_err(|_| internal("a range is no header value"))?;
        let build = || self.request(Method::GET, None).header("x-ms-range", value.clone());
        let (response, exchange) = self.send(build, None).await?;
        match response.status {
            200 | 206 => Ok(response.body),
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    fn request(&self, method: Method, query: Option<&str>) -> BlobRequest {
        let mut url = self.url.clone();
        if let Some(more) = query {
            // Appended as text: the signature's escapes stay as they came.
            let all = url.query().map_or_else(|| more.to_owned(), |signed| format!("{signed}&{more}"));
            url.set_query(Some(&all));
        }
        BlobRequest::new(method, url).header("x-ms-version", VERSION)
    }

    /// Sends until there is an answer that is not an outage.
    async fn send(
        &self,
        build: impl Fn() -> BlobRequest,
        concurrency: Option<&Concurrency>,
    ) -> Result<(Response, Exchange)> {
        let mut attempt = 0;
        loop {
            let Failure { cause, mut exchange, ambiguous } = match self.http.send(build(), &self.once).await {
                Ok(answer) => {
                    *lock(&self.outage_began) = None;
                    return Ok((answer.response, answer.exchange));
                }
                Err(failure) => *failure,
            };
            let cause = match cause {
                // Not an outage although it is a 500: an option that this service does not know (A6).
                Ok(response) if said(&response).code.as_deref() == Some(UNSUPPORTED) => {
                    return Ok((response, exchange));
                }
                cause => cause,
            };
            let mut wait = backoff::delay(&self.http.retry(), attempt, &mut lock(&self.random));
            attempt += 1;
            exchange.attempts = attempt;
            if let Ok(response) = &cause {
                wait = wait.max(backoff::asked(response, self.http.now()).unwrap_or_default());
                if let (429 | 503, Some(concurrency)) = (response.status, concurrency) {
                    concurrency.slower();
                }
            }
            let hopeless = matches!(&cause, Err(error) if retry::of_error(error) == Verdict::Hopeless);
            let began = *lock(&self.outage_began).get_or_insert_with(Instant::now);
            if hopeless || began.elapsed() + wait > self.outage {
                return Err(match (Failure { cause, exchange, ambiguous }).answer() {
                    Ok(FinalResponse { response, exchange, .. }) => {
                        self.refusal(&response, exchange).ambiguous(ambiguous)
                    }
                    Err(error) => error,
                });
            }
            sleep(wait).await;
        }
    }

    /// The error of an answer that refuses.
    fn refusal(&self, response: &Response, exchange: Exchange) -> Error {
        let said = said(response);
        let code = match response.status {
            // An address that has expired is refused like a wrong signature (A1).
            403 if self.has_expired(response) => &codes::UPLOAD_EXPIRED,
            413 => &codes::UPLOAD_TOO_LARGE,
            429 => &codes::SERVICE_THROTTLED,
            500.. => &codes::SERVICE_UNAVAILABLE,
            _ => &codes::UPLOAD_REFUSED,
        };
        let mut message = format!("{} answered {}", exchange.url, response.status);
        for part in [&said.code, &said.message].into_iter().flatten() {
            message.push_str(": ");
            message.push_str(part);
        }
        Error::new(code, message).http(exchange).service(said)
    }

    /// By the service's own clock where it tells it.
    fn has_expired(&self, response: &Response) -> bool {
        let now = response.date().unwrap_or_else(|| self.http.now());
        let end = self.url.query_pairs().find(|(key, _)| key == "se").and_then(|(_, end)| end.parse().ok());
        end.is_some_and(|end: Timestamp| end.duration_since(now) < SKEW)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the service said: an XML document, or a header when there is no body.
fn said(response: &Response) -> ServiceError {
    let text = String::from_utf8_lossy(&response.body);
    let code = response.header("x-ms-error-code").or_else(|| element(&text, "Code")).map(str::to_owned);
    // The lines after the first are ids and times that the exchange has as well.
    let message = element(&text, "Message").and_then(|text| text.lines().next()).map(redact::text);
    ServiceError { code, message, ..ServiceError::default() }
}

/// The largest body that a 413 allows.
fn limit_of(response: &Response) -> Option<u64> {
    element(&String::from_utf8_lossy(&response.body), "MaxLimit")?.trim().parse().ok()
}

/// The blocks of one section of a block list. Ids are base64, so nothing is escaped.
fn list(section: &str) -> Vec<Known> {
    let mut found = Vec::new();
    let mut rest = section;
    while let Some(block) = element(rest, "Block") {
        rest = &rest[block.as_ptr() as usize - rest.as_ptr() as usize + block.len()..];
        let size = element(block, "Size").and_then(|text| text.trim().parse().ok());
        if let (Some(id), Some(len)) = (element(block, "Name"), size) {
            found.push(Known { id: id.trim().to_owned(), len });
        }
    }
    found
}

/// The content of the first element of that name, which has no attributes in these answers.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let len = text[start..].find(&format!("</{name}>"))?;
    Some(&text[start..start + len])
}

/// Base64 as a query value.
fn escape(id: &str) -> String {
    id.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn crc64_value(crc64: u64) -> Result<HeaderValue> {
    HeaderValue::try_from(BASE64.encode(crc64.to_le_bytes())).map_err(|_| internal("a checksum is no header value"))
}
