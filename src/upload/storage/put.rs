//! Put Block and Put Block List. The storage names a checksum of what it received; when that is not the checksum of what
//! was sent, something on the way altered the bytes.

use std::sync::atomic::Ordering;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::{HeaderValue, Method};
use md5::{Digest, Md5};
use tokio::time::sleep;

use super::send::Sending;
use super::{Block, Recovery, Stop, Storage};
use crate::blocking;
use crate::error::{Error, Exchange, Result, codes};
use crate::events::Reporter;
use crate::http::{BlobRequest, Response};
use crate::upload::answer::{UNSUPPORTED, element, storage_error};
use crate::upload::block_id::DISTRUST;
use crate::upload::checksums::Checksums;
use crate::upload::concurrency::Concurrency;

/// How often a body is sent whose bytes do not arrive as they are.
const MAX_SENDS: u32 = 5;

const CRC64: &str = "x-ms-content-crc64";

impl Storage<'_> {
    /// Put Block. A block with the same id replaces the one before, so a retry is harmless. Returns whether the storage answered;
    /// otherwise its list has the block.
    pub(in crate::upload) async fn put_block(
        &self,
        block: Block<'_>,
        concurrency: Option<&Concurrency>,
    ) -> std::result::Result<bool, Stop> {
        let Block { id, body, checksums } = block;
        let query = format!("comp=block&blockid={}", escape(id));
        let build = || self.request(Method::PUT, Some(&query)).body(body.clone());
        let mut sends = 0;
        loop {
            let sending = concurrency.map(|concurrency| Sending { block, concurrency });
            let Some((response, exchange)) = self.put(build, checksums.crc64, sending).await? else { return Ok(false) };
            let damaged = match response.status {
                201 => !is_intact(&response, body, checksums.crc64).await?,
                _ => was_refused_as_damaged(&response),
            };
            if damaged {
                sends += 1;
                if response.status == 201 {
                    self.distrust().await?;
                }
                if sends == MAX_SENDS {
                    return Err(damage(sends, exchange).into());
                }
                Reporter::current().warning("a block was altered on the way to the storage: sending it again");
                sleep(self.wait_after(sends - 1)).await;
                self.retries.fetch_add(1, Ordering::Relaxed);
                self.repeated.fetch_add(body.len() as u64, Ordering::Relaxed);
                continue;
            }
            if response.status == 201 {
                return Ok(true);
            }
            let recovery = match (response.status, storage_error(&response).code.as_deref()) {
                // No block is longer than a `u32` says.
                (413, _) => Recovery::SmallerBlocks { refused: body.len() as u32, limit: max_block(&response) },
                (400, Some("InvalidBlobOrBlock")) | (409, Some("BlockCountExceedsLimit")) => {
                    Recovery::RemoveForeignBlocks
                }
                _ => Recovery::None,
            };
            return Err(Stop { recovery, error: self.refusal(&response, exchange) });
        }
    }

    /// Says at the address that blocks may not hold what their ids say, before anything else is done: this block is stored,
    /// others may be, and a later run would take them for what their ids say.
    pub(in crate::upload) async fn distrust(&self) -> Result<()> {
        self.distrusted.store(true, Ordering::Relaxed);
        let _one = self.telling.lock().await;
        if !self.told.load(Ordering::Relaxed) {
            let query = format!("comp=block&blockid={}", escape(&DISTRUST.encode()));
            let build = || self.request(Method::PUT, Some(&query)).body(Bytes::from_static(b"-"));
            let (response, exchange) = self.send(build).await?;
            if response.status != 201 {
                return Err(self.refusal(&response, exchange));
            }
            self.told.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Put Block List. `<Latest>` finds a block whether it is committed or not, so a retry after a lost response works.
    pub(in crate::upload) async fn put_block_list(&self, ids: &[String]) -> std::result::Result<(), Stop> {
        let mut list = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for id in ids {
            list.push_str("<Latest>");
            list.push_str(id);
            list.push_str("</Latest>");
        }
        list.push_str("</BlockList>");
        let list = Bytes::from(list);
        let crc64 = Checksums::of(&list).crc64;
        let build = || {
            let request = self.request(Method::PUT, Some("comp=blocklist")).body(list.clone());
            request.header("content-type", HeaderValue::from_static("application/xml"))
        };
        let mut sends = 0;
        loop {
            let Some((response, exchange)) = self.put(build, crc64, None).await? else { return Ok(()) };
            sends += 1;
            if response.status == 201 {
                // The list that was carried out is another one, so what the storage has now may be anything.
                return match is_intact(&response, &list, crc64).await? {
                    true => Ok(()),
                    false => Err(damage(sends, exchange).into()),
                };
            }
            if was_refused_as_damaged(&response) {
                if sends == MAX_SENDS {
                    return Err(damage(sends, exchange).into());
                }
                sleep(self.wait_after(sends - 1)).await;
                continue;
            }
            let recovery = match storage_error(&response).code.as_deref() {
                Some("InvalidBlockList") => Recovery::SendAgain,
                _ => Recovery::None,
            };
            return Err(Stop { recovery, error: self.refusal(&response, exchange) });
        }
    }

    /// Sends a body with its CRC-64, so that the storage does not even store it when something on the way has altered it.
    /// A storage that does not know the header gets the body without. `None` for a block that has arrived without an answer.
    async fn put(
        &self,
        build: impl Fn() -> BlobRequest,
        crc64: u64,
        sending: Option<Sending<'_>>,
    ) -> Result<Option<(Response, Exchange)>> {
        if self.crc64.load(Ordering::Relaxed) {
            let value = HeaderValue::try_from(text_of(crc64));
            let value = value.map_err(|_| Error::internal("a checksum is no header value"))?;
            let sent = self.send_block(|| build().header(CRC64, value.clone()), sending).await?;
            let Some((response, exchange)) = sent else { return Ok(None) };
            let code = storage_error(&response).code.unwrap_or_default();
            if response.is_success()
                || !matches!(code.as_str(), UNSUPPORTED | "UnsupportedHeader" | "InvalidHeaderValue")
            {
                return Ok(Some((response, exchange)));
            }
            self.crc64.store(false, Ordering::Relaxed);
        }
        self.send_block(build, sending).await
    }
}

/// Whether the checksum in the answer, if it names one, is that of what was sent.
async fn is_intact(response: &Response, body: &Bytes, crc64: u64) -> Result<bool> {
    if let Some(named) = response.header(CRC64) {
        return Ok(named.trim() == text_of(crc64));
    }
    let Some(named) = response.header("content-md5") else { return Ok(true) };
    let body = body.clone();
    let md5 = blocking::run(move || Ok(BASE64.encode(Md5::digest(&body))));
    Ok(named.trim() == md5.await?)
}

/// Whether the storage refused a body because it does not have the checksum that was sent with it.
fn was_refused_as_damaged(response: &Response) -> bool {
    matches!(storage_error(response).code.as_deref(), Some("Crc64Mismatch" | "Md5Mismatch"))
}

fn damage(sends: u32, exchange: Exchange) -> Error {
    let message = match sends {
        1 => "the storage received other bytes than were sent, by the checksum that it names".to_owned(),
        sends => {
            format!("the storage received other bytes than were sent, {sends} times, by the checksum that it names")
        }
    };
    Error::new(&codes::UPLOAD_DAMAGED, message).http(exchange)
}

/// A CRC-64 as the header has it.
fn text_of(crc64: u64) -> String {
    BASE64.encode(crc64.to_le_bytes())
}

/// The largest block in bytes that a 413 allows.
fn max_block(response: &Response) -> Option<u64> {
    element(&String::from_utf8_lossy(&response.body), "MaxLimit")?.trim().parse().ok()
}

/// Escapes base64 for a query.
fn escape(id: &str) -> String {
    id.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
