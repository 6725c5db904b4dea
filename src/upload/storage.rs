//! The requests to the storage service, <https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api>. Each
//! is retried until it is answered or the outage lasts too long.

mod send;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderValue, Method};
use jiff::Timestamp;
use url::Url;

use super::address;
use super::answer::{self, UNSUPPORTED, element, storage_error};
use super::checksums::Checksums;
use super::concurrency::Concurrency;
use super::link::{Link, Renewals};
use super::outage::Outage;
use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Exchange, Result};
use crate::http::retry;
use crate::http::{BlobRequest, Http, Response, Rule};

/// Allows blocks of more than 4 MiB, whatever version signed the address.
const VERSION: HeaderValue = HeaderValue::from_static("2021-12-02");

/// An error that ends a run of the upload. Another run may recover from it.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) recovery: Recovery,
    pub(super) error: Error,
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
    /// Whether blocks are sent with their CRC-64.
    crc64: AtomicBool,
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
            crc64: AtomicBool::new(false),
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

    /// Put Block. A block with the same id replaces the one before, so a retry is harmless.
    pub(super) async fn put_block(
        &self,
        id: &str,
        body: &Bytes,
        checksums: Checksums,
        concurrency: Option<&Concurrency>,
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
            let (response, exchange) = self.send(build, concurrency).await?;
            if response.status == 201 {
                return Ok(());
            }
            let code = storage_error(&response).code.unwrap_or_default();
            // A service that does not know this header must not fail the upload. TLS detects damage on the way too.
            if with_crc64 && matches!(code.as_str(), UNSUPPORTED | "UnsupportedHeader" | "InvalidHeaderValue") {
                self.crc64.store(false, Ordering::Relaxed);
                continue;
            }
            let recovery = match (response.status, code.as_str()) {
                (413, _) => Recovery::SmallerBlocks(max_block(&response)),
                (400, "InvalidBlobOrBlock") | (409, "BlockCountExceedsLimit") => Recovery::RemoveForeignBlocks,
                _ => Recovery::None,
            };
            return Err(Stop { recovery, error: self.refusal(&response, exchange) });
        }
    }

    /// Put Block List. `<Latest>` finds a block whether it is committed or not, so a retry after a lost response works.
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
        let recovery = match storage_error(&response).code.as_deref() {
            Some("InvalidBlockList") => Recovery::SendAgain,
            _ => Recovery::None,
        };
        Err(Stop { recovery, error: self.refusal(&response, exchange) })
    }

    /// Get Block List. Empty when there is no blob yet.
    pub(super) async fn blocks(&self) -> Result<Blocks> {
        let build = || self.request(Method::GET, Some("comp=blocklist&blocklisttype=all"));
        let (response, exchange) = self.send(build, None).await?;
        match response.status {
            200 => {
                let text = String::from_utf8_lossy(&response.body);
                Ok(Blocks {
                    committed: block_list(element(&text, "CommittedBlocks").unwrap_or_default()),
                    uncommitted: block_list(element(&text, "UncommittedBlocks").unwrap_or_default()),
                    length: number(&response, "x-ms-blob-content-length").unwrap_or_default(),
                    date: response.date(),
                })
            }
            404 => Ok(Blocks { date: response.date(), ..Blocks::default() }),
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

    /// The length of the committed blob in bytes. `None` when there is no blob.
    pub(super) async fn length(&self) -> Result<Option<u64>> {
        let (response, exchange) = self.send(|| self.request(Method::HEAD, None), None).await?;
        match response.status {
            200 => Ok(number(&response, "content-length")),
            404 => Ok(None),
            _ => Err(self.refusal(&response, exchange)),
        }
    }

    /// The bytes `start..end` of the committed blob.
    pub(super) async fn range(&self, start: u64, end: u64) -> Result<Bytes> {
        let value = HeaderValue::try_from(format!("bytes={start}-{}", end - 1));
        let value = value.map_err(|_| Error::internal("a range is no header value"))?;
        let build = || self.request(Method::GET, None).header("x-ms-range", value.clone());
        let (response, exchange) = self.send(build, None).await?;
        match response.status {
            200 | 206 => Ok(response.body),
            _ => Err(self.refusal(&response, exchange)),
        }
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

fn number(response: &Response, header: &str) -> Option<u64> {
    response.header(header)?.parse().ok()
}

/// The largest block in bytes that a 413 allows.
fn max_block(response: &Response) -> Option<u64> {
    element(&String::from_utf8_lossy(&response.body), "MaxLimit")?.trim().parse().ok()
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

/// Escapes base64 for a query.
fn escape(id: &str) -> String {
    id.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}

fn crc64_value(crc64: u64) -> Result<HeaderValue> {
    HeaderValue::try_from(BASE64.encode(crc64.to_le_bytes()))
        .map_err(|_| Error::internal("a checksum is no header value"))
}
