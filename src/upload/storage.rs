//! The requests to the storage service, <https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api>. Each
//! is retried until it is answered or the outage lasts too long.

mod put;
mod send;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method};
use jiff::Timestamp;
use url::Url;

use super::address;
use super::answer::{self, element, is_unreadable, storage_error};
use super::block_id::DISTRUST;
use super::checksums::Checksums;
use super::link::{Link, Renewals};
use super::outage::Outage;
use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Exchange, Result, codes};
use crate::http::retry;
use crate::http::{BlobRequest, Http, MAX_RESPONSE_BYTES, Response, Rule, backoff};

/// Allows blocks of more than 4 MiB, whatever version signed the address.
const VERSION: HeaderValue = HeaderValue::from_static("2021-12-02");

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
    /// Send smaller blocks than one that was refused. The service may name the largest size. Both are in bytes.
    SmallerBlocks { refused: u32, limit: Option<u64> },
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

/// A block to send.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) id: &'a str,
    pub(super) body: &'a Bytes,
    pub(super) checksums: Checksums,
}

/// What was done more than once.
pub(super) struct Repeated {
    pub(super) requests: u64,
    /// The bytes of blocks.
    pub(super) bytes: u64,
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
    client: &'a Client,
    http: &'a Http,
    link: &'a Link,
    /// The address of `link` in use.
    url: Mutex<Arc<Url>>,
    /// Held while the link is renewed, which the workers that meet the same refusal wait for.
    renewing: tokio::sync::Mutex<Renewals>,
    /// One attempt. The retries are made here, because all workers share an outage, and because eight of them would use up
    /// the retry budget of the client within seconds.
    single_attempt: Rule,
    outage: Outage,
    random: Mutex<fastrand::Rng>,
    /// Whether an upload is under way, which can't go on at another place in the middle.
    in_one_place: bool,
    /// How many answers the storage has given.
    answers: AtomicU64,
    /// How many blocks were stored.
    stored: AtomicU64,
    /// How many requests were repeated, and how many bytes of blocks were sent again for that.
    retries: AtomicU64,
    repeated: AtomicU64,
    /// Held by the block that is sent again because no answer came in time, and how many of these were answered.
    turn: tokio::sync::Mutex<()>,
    turns: AtomicU64,
    /// Whether blocks are sent with their CRC-64.
    crc64: AtomicBool,
    /// Whether uncommitted blocks may not hold what their ids say, because some were altered on the way, and whether the
    /// address has the block that says so. `telling` is held while that block is put.
    distrusted: AtomicBool,
    told: AtomicBool,
    telling: tokio::sync::Mutex<()>,
    /// Whether the address allows reading.
    readable: AtomicBool,
}

impl<'a> Storage<'a> {
    /// Requests to an upload address. They wait for the end of an outage as long as an upload does.
    ///
    /// # Errors
    /// `upload.host_not_allowed`.
    pub(super) fn of(client: &'a Client, link: &'a Link) -> Result<Storage<'a>> {
        let url = parsed(client, &link.address())?;
        let (http, rule) = (client.http(), &retry::BLOB_WRITE);
        let seed = url.path().bytes().fold(0, |seed: u64, byte| seed.rotate_left(8) ^ u64::from(byte));
        Ok(Storage {
            client,
            http,
            link,
            readable: AtomicBool::new(may_read(&url)),
            url: Mutex::new(Arc::new(url)),
            renewing: tokio::sync::Mutex::default(),
            single_attempt: Rule { timeout_factor: 0, ..*rule },
            outage: Outage::new(Duration::from_secs(http.retry().retry_timeout_seconds) * rule.timeout_factor),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            in_one_place: false,
            answers: AtomicU64::new(0),
            stored: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            repeated: AtomicU64::new(0),
            turn: tokio::sync::Mutex::default(),
            turns: AtomicU64::new(0),
            crc64: AtomicBool::new(false),
            distrusted: AtomicBool::new(false),
            told: AtomicBool::new(false),
            telling: tokio::sync::Mutex::default(),
        })
    }

    /// Ends the upload with `upload.moved` when another address leads to another place.
    pub(super) fn in_one_place(self) -> Storage<'a> {
        Storage { in_one_place: true, ..self }
    }

    /// Sends blocks with their CRC-64.
    pub(super) fn with_crc64(self, crc64: bool) -> Storage<'a> {
        Storage { crc64: AtomicBool::new(crc64), ..self }
    }

    /// Waits for the end of an outage no longer than this.
    pub(super) fn with_max_outage(self, max_outage: Duration) -> Storage<'a> {
        let outage = Outage::new(self.outage.limit.min(max_outage));
        Storage { outage, ..self }
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
        let (response, exchange) = self.send(build).await?;
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
                let told = says_distrust(&uncommitted);
                self.told.store(told, Ordering::Relaxed);
                self.distrusted.fetch_or(told, Ordering::Relaxed);
                Ok(Blocks { committed, uncommitted, length, date: response.date() })
            }
            404 if storage_error(&response).code.as_deref() == Some("BlobNotFound") => {
                Ok(Blocks { date: response.date(), ..Blocks::default() })
            }
            _ if is_unreadable(&response) => {
                self.readable.store(false, Ordering::Relaxed);
                Ok(Blocks::default())
            }
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    /// Replaces the blob by an empty one, which removes all its blocks.
    pub(super) async fn clear(&self) -> Result<()> {
        let build = || self.request(Method::PUT, None).header("x-ms-blob-type", HeaderValue::from_static("BlockBlob"));
        let (response, exchange) = self.send(build).await?;
        if response.status != 201 {
            return Err(self.refusal(&response, exchange));
        }
        self.trust();
        Ok(())
    }

    /// Whether uncommitted blocks may not hold what their ids say.
    pub(super) fn is_distrusted(&self) -> bool {
        self.distrusted.load(Ordering::Relaxed)
    }

    /// Takes note that no block of before is there any more.
    fn trust(&self) {
        self.distrusted.store(false, Ordering::Relaxed);
        self.told.store(false, Ordering::Relaxed);
    }

    /// What was done more than once so far.
    pub(super) fn repeated(&self) -> Repeated {
        Repeated { requests: self.retries.load(Ordering::Relaxed), bytes: self.repeated.load(Ordering::Relaxed) }
    }

    /// Get Block List for a caller that can't do without it.
    ///
    /// # Errors
    /// As [`Storage::blocks`]; `upload.not_readable`.
    pub(super) async fn readable_blocks(&self) -> Result<Blocks> {
        let blocks = if self.can_read() { self.blocks().await? } else { Blocks::default() };
        // The storage may have refused to read by now.
        if self.can_read() {
            Ok(blocks)
        } else {
            Err(Error::new(&codes::UPLOAD_NOT_READABLE, codes::UPLOAD_NOT_READABLE.meaning))
        }
    }

    /// Get Blob Properties.
    pub(super) async fn head(&self) -> Result<Response> {
        Ok(self.send(|| self.request(Method::HEAD, None)).await?.0)
    }

    /// Get Blob for the bytes `start..end`; a longer answer than `limit` is not read.
    pub(super) async fn part(&self, start: u64, end: u64, limit: usize) -> Result<(Response, Exchange)> {
        let value = HeaderValue::try_from(format!("bytes={start}-{}", end - 1));
        let value = value.map_err(|_| Error::internal("a range is no header value"))?;
        let build = || self.request(Method::GET, None).header("x-ms-range", value.clone()).limit(limit);
        self.send(build).await
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
        let mut url = (*self.url()).clone();
        if let Some(more) = query {
            // Appended as text, so that the encoding of the signature does not change.
            let all = url.query().map_or_else(|| more.to_owned(), |signed| format!("{signed}&{more}"));
            url.set_query(Some(&all));
        }
        BlobRequest::new(method, url).header("x-ms-version", VERSION)
    }

    fn url(&self) -> Arc<Url> {
        lock(&self.url).clone()
    }

    fn refusal(&self, response: &Response, exchange: Exchange) -> Error {
        answer::refusal(response, exchange)
    }
}

fn parsed(client: &Client, address: &Secret) -> Result<Url> {
    let url = address::parse(address, client.config())?;
    client.secrets().add_signature_of(address.reveal());
    Ok(url)
}

fn may_read(url: &Url) -> bool {
    url.query_pairs().all(|(key, value)| key != "sp" || value.contains('r'))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn number(response: &Response, header: &str) -> Option<u64> {
    response.header(header)?.parse().ok()
}

/// Whether uncommitted blocks may not hold what their ids say, as one of them says.
fn says_distrust(uncommitted: &[StoredBlock]) -> bool {
    let distrust = DISTRUST.encode();
    uncommitted.iter().any(|block| block.id == distrust)
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
