//! The requests to the storage service, <https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api>. Each
//! is retried until it is answered or the outage lasts too long.

mod put;

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, sleep};
use url::Url;

use super::address;
use super::concurrency::Concurrency;
use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Exchange, Result, ServiceError, codes};
use crate::events::Reporter;
use crate::http::retry::{self, Verdict};
use crate::http::{BlobRequest, Failure, FinalResponse, Http, MAX_RESPONSE_BYTES, Response, Rule, backoff, redact};

/// Allows blocks of more than 4 MiB, whatever version signed the address.
const VERSION: HeaderValue = HeaderValue::from_static("2021-12-02");

/// The code of a refusal because of an unknown header. Azurite sends it with status 500.
const UNSUPPORTED: &str = "FeatureNotSupported";

/// How far the clocks may differ when the expiry of an address is compared.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// An error that ends a run of the upload. Another run may recover from it.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) recovery: Recovery,
    pub(super) error: Error,
}

/// A part of a blob that was read.
pub(super) struct Part {
    pub(super) bytes: Bytes,
    /// The length of the blob, if the answer tells it.
    pub(super) total: Option<u64>,
}

impl Part {
    /// The bytes `start..end` of a blob, from an answer that may be the whole blob, because something on the way ignores
    /// ranges. `None` for any other answer.
    pub(super) fn of(response: &Response, start: u64, end: u64) -> Option<Part> {
        let length = response.body.len() as u64;
        match response.status {
            206 => {
                let (range, total) = content_range(response).unzip();
                let fits = length == end - start && range.is_none_or(|from| from == start);
                fits.then(|| Part { bytes: response.body.clone(), total })
            }
            // The range is inside of the answer, so its ends fit into `usize`.
            200 if length >= end => {
                Some(Part { bytes: response.body.slice(start as usize..end as usize), total: Some(length) })
            }
            _ => None,
        }
    }
}

/// The first byte and the length of the blob, from `bytes 0-9/100`.
fn content_range(response: &Response) -> Option<(u64, u64)> {
    let (range, total) = response.header("content-range")?.trim().strip_prefix("bytes ")?.split_once('/')?;
    Some((range.split_once('-')?.0.parse().ok()?, total.parse().ok()?))
}

/// How the upload recovers from an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Recovery {
    /// The upload can't recover.
    None,
    /// Send smaller blocks. The service may name the largest size in bytes.
    SmallerBlocks(Option<u64>),
    /// Remove the blocks of another tool.
    RemoveForeignBlocks,
    /// Send the blocks again: the service no longer has some that were sent.
    SendAgain,
    /// Send all blocks anew: with those of earlier uploads there would be too many.
    SendAll,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop { recovery: Recovery::None, error }
    }
}

/// A block that the service has.
pub(super) struct StoredBlock {
    pub(super) id: String,
    pub(super) len: u64,
}

/// The block lists of a blob.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) committed: Vec<StoredBlock>,
    pub(super) uncommitted: Vec<StoredBlock>,
    /// The length of the committed blob in bytes; 0 when there is none. A blob that was sent in one piece has no block.
    pub(super) length: u64,
    /// The time of the response by the clock of the service.
    pub(super) date: Option<Timestamp>,
}

/// The requests for one blob.
pub(super) struct Storage<'a> {
    http: &'a Http,
    url: Url,
    /// One attempt. The retries are made here, because all workers share an outage, and because eight of them would use up
    /// the retry budget of the client within seconds.
    single_attempt: Rule,
    /// How long an outage may last.
    max_outage: Duration,
    /// When the outage began, if there is one. The first response of any worker ends it for all.
    outage_began: Mutex<Option<Instant>>,
    random: Mutex<fastrand::Rng>,
    /// Whether blocks are sent with their CRC-64.
    crc64: AtomicBool,
    /// Whether the address has the block that says that others may have been altered on the way.
    distrusted: AtomicBool,
    /// Whether the address allows reading.
    readable: AtomicBool,
}

impl<'a> Storage<'a> {
    /// Requests to an upload address. They wait for the end of an outage as long as an upload does.
    ///
    /// # Errors
    /// `upload.host_not_allowed`.
    pub(super) fn of(client: &'a Client, address: &Secret) -> Result<Storage<'a>> {
        let url = address::parse(address, client.config())?;
        client.secrets().add_signature_of(address.reveal());
        Ok(Storage::new(client.http(), url))
    }

    fn new(http: &'a Http, url: Url) -> Storage<'a> {
        let rule = &retry::BLOB_WRITE;
        let seed = url.path().bytes().fold(0, |seed: u64, byte| seed.rotate_left(8) ^ u64::from(byte));
        let may_read = |(key, value): (Cow<'_, str>, Cow<'_, str>)| key != "sp" || value.contains('r');
        Storage {
            http,
            readable: AtomicBool::new(url.query_pairs().all(may_read)),
            single_attempt: Rule { timeout_factor: 0, ..*rule },
            max_outage: Duration::from_secs(http.retry().retry_timeout_seconds) * rule.timeout_factor,
            outage_began: Mutex::default(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            url,
            crc64: AtomicBool::new(false),
            distrusted: AtomicBool::new(false),
        }
    }

    /// Sends blocks with their CRC-64.
    pub(super) fn with_crc64(self, crc64: bool) -> Storage<'a> {
        Storage { crc64: AtomicBool::new(crc64), ..self }
    }

    /// Waits for the end of an outage no longer than this.
    pub(super) fn with_max_outage(self, max_outage: Duration) -> Storage<'a> {
        Storage { max_outage: self.max_outage.min(max_outage), ..self }
    }

    /// Whether the address allows reading. An upload to one that does not is neither resumed nor verified.
    pub(super) fn can_read(&self) -> bool {
        self.readable.load(Ordering::Relaxed)
    }

    /// Get Block List. Empty when the storage says that there is no blob yet.
    ///
    /// # Errors
    /// Also for a 404 without that reason, which something in between sends that lets no request through.
    pub(super) async fn blocks(&self) -> Result<Blocks> {
        let build = || self.request(Method::GET, Some("comp=blocklist&blocklisttype=all"));
        let (response, exchange) = self.send(build, None).await?;
        // Azurite refuses the header of the CRC-64, which costs the whole body.
        if response.header("server").is_some_and(|server| server.starts_with("Azurite")) {
            self.crc64.store(false, Ordering::Relaxed);
        }
        match response.status {
            200 => {
                let text = String::from_utf8_lossy(&response.body);
                let committed = block_list(element(&text, "CommittedBlocks").unwrap_or_default());
                let listed = committed.iter().map(|block| block.len).sum();
                // Something on the way may take the header out, or make it 0.
                let length = number(&response, "x-ms-blob-content-length").unwrap_or_default().max(listed);
                let uncommitted = block_list(element(&text, "UncommittedBlocks").unwrap_or_default());
                Ok(Blocks { committed, uncommitted, length, date: response.date() })
            }
            404 if storage_error(&response).code.as_deref() == Some("BlobNotFound") => {
                Ok(Blocks { date: response.date(), ..Blocks::default() })
            }
            // An address without `sp` has the permissions of a stored access policy, which only the server knows.
            403 if storage_error(&response).code.as_deref() == Some("AuthorizationPermissionMismatch") => {
                self.readable.store(false, Ordering::Relaxed);
                Ok(Blocks::default())
            }
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    /// Replaces the blob by an empty one, which removes all its blocks.
    pub(super) async fn clear(&self) -> Result<()> {
        let build = || self.request(Method::PUT, None).header("x-ms-blob-type", HeaderValue::from_static("BlockBlob"));
        let (response, exchange) = self.send(build, None).await?;
        if response.status == 201 { Ok(()) } else { Err(self.refusal(&response, exchange)) }
    }

    /// Get Blob Properties.
    pub(super) async fn head(&self) -> Result<Response> {
        Ok(self.send(|| self.request(Method::HEAD, None), None).await?.0)
    }

    /// Get Blob for the bytes `start..end`; a longer answer than `limit` is not read.
    pub(super) async fn part(&self, start: u64, end: u64, limit: usize) -> Result<(Response, Exchange)> {
        let value = HeaderValue::try_from(format!("bytes={start}-{}", end - 1));
        let value = value.map_err(|_| Error::internal("a range is no header value"))?;
        let build = || self.request(Method::GET, None).header("x-ms-range", value.clone()).limit(limit);
        self.send(build, None).await
    }

    /// The bytes `start..end` of the committed blob.
    pub(super) async fn range(&self, start: u64, end: u64) -> Result<Bytes> {
        let (response, exchange) = self.part(start, end, MAX_RESPONSE_BYTES).await?;
        match Part::of(&response, start, end) {
            Some(part) => Ok(part.bytes),
            None => Err(self.refusal(&response, exchange)),
        }
    }

    /// How long to wait before something is tried again that the storage answered; `attempt` counts from zero.
    pub(super) fn wait_after(&self, attempt: u32) -> Duration {
        backoff::delay(&self.http.retry(), attempt, &mut lock(&self.random))
    }

    fn request(&self, method: Method, query: Option<&str>) -> BlobRequest {
        let mut url = self.url.clone();
        if let Some(more) = query {
            // Appended as text, so that the encoding of the signature does not change.
            let all = url.query().map_or_else(|| more.to_owned(), |signed| format!("{signed}&{more}"));
            url.set_query(Some(&all));
        }
        BlobRequest::new(method, url).header("x-ms-version", VERSION)
    }

    /// Sends a request until there is a response that is not part of an outage.
    async fn send(
        &self,
        build: impl Fn() -> BlobRequest,
        concurrency: Option<&Concurrency>,
    ) -> Result<(Response, Exchange)> {
        let mut attempt = 0;
        loop {
            let Failure { last, mut exchange, ambiguous } = match self.http.send(build(), &self.single_attempt).await {
                Ok(last) => {
                    *lock(&self.outage_began) = None;
                    return Ok((last.response, last.exchange));
                }
                Err(failure) => *failure,
            };
            let last = match last {
                // A 500 that is no outage: Azurite does not know a header.
                Ok(response) if storage_error(&response).code.as_deref() == Some(UNSUPPORTED) => {
                    return Ok((response, exchange));
                }
                last => last,
            };
            let mut wait = backoff::delay(&self.http.retry(), attempt, &mut lock(&self.random));
            attempt += 1;
            exchange.attempts = attempt;
            if let Ok(response) = &last {
                wait = wait.max(backoff::retry_after(response, self.http.now()).unwrap_or_default());
                if let (429 | 503, Some(concurrency)) = (response.status, concurrency) {
                    concurrency.slower();
                }
            }
            let is_permanent = matches!(&last, Err(error) if Verdict::of_error(error) == Verdict::Permanent);
            let began = *lock(&self.outage_began).get_or_insert_with(Instant::now);
            if is_permanent || began.elapsed() + wait > self.max_outage {
                return Err(match (Failure { last, exchange, ambiguous }).into_response() {
                    Ok(FinalResponse { response, exchange, .. }) => {
                        self.refusal(&response, exchange).ambiguous(ambiguous)
                    }
                    Err(error) => error,
                });
            }
            if let Ok(response) = &last {
                Reporter::current().failed(self.refusal(response, exchange));
            }
            sleep(wait).await;
        }
    }

    /// The error of a response that refuses the request.
    fn refusal(&self, response: &Response, exchange: Exchange) -> Error {
        let service = storage_error(response);
        let code = match response.status {
            // The service refuses an expired address like one with a wrong signature.
            403 if self.has_expired(response) => &codes::UPLOAD_EXPIRED,
            413 => &codes::UPLOAD_TOO_LARGE,
            429 => &codes::SERVICE_THROTTLED,
            500.. => &codes::SERVICE_UNAVAILABLE,
            _ => &codes::UPLOAD_REFUSED,
        };
        let mut message = format!("{} answered {}", exchange.url, response.status);
        for part in [&service.code, &service.message].into_iter().flatten() {
            message.push_str(": ");
            message.push_str(part);
        }
        Error::new(code, message).http(exchange).service(service)
    }

    /// Whether the address has expired, by the clock of the service if the response has a date.
    fn has_expired(&self, response: &Response) -> bool {
        let now = response.date().unwrap_or_else(|| self.http.now());
        let end = self.url.query_pairs().find(|(key, _)| key == "se").and_then(|(_, end)| end.parse().ok());
        end.is_some_and(|end: Timestamp| end.duration_since(now) < MAX_SKEW)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The error of a response: an XML document, or a header when there is no body.
pub(super) fn storage_error(response: &Response) -> ServiceError {
    let text = String::from_utf8_lossy(&response.body);
    let code = response.header("x-ms-error-code").or_else(|| element(&text, "Code")).map(str::to_owned);
    // The other lines are ids and times, which the exchange has as well.
    let message = element(&text, "Message").and_then(|text| text.lines().next()).map(redact::text);
    ServiceError { code, message, ..ServiceError::default() }
}

pub(super) fn number(response: &Response, header: &str) -> Option<u64> {
    response.header(header)?.parse().ok()
}

/// The blocks of one section of a block list. Their ids are base64, which XML does not escape.
fn block_list(section: &str) -> Vec<StoredBlock> {
    let mut blocks = Vec::new();
    let mut rest = section;
    while let Some(block) = element(rest, "Block") {
        rest = &rest[block.as_ptr() as usize - rest.as_ptr() as usize + block.len()..];
        let size = element(block, "Size").and_then(|text| text.trim().parse().ok());
        if let (Some(id), Some(len)) = (element(block, "Name"), size) {
            blocks.push(StoredBlock { id: id.trim().to_owned(), len });
        }
    }
    blocks
}

/// Reads any text as a block list, for the fuzz target; returns how many blocks it has, and how many are this library's.
#[cfg(fuzzing)]
pub fn fuzzed_block_list(text: &str) -> (usize, usize) {
    let blocks = block_list(text);
    (blocks.len(), blocks.iter().filter(|block| super::block_id::RawId::decode(&block.id).is_some()).count())
}

/// The content of the first element with this name. In these responses it has no attributes.
fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let len = text[start..].find(&format!("</{name}>"))?;
    Some(&text[start..start + len])
}
