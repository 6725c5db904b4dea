//! The look at a blob after its block list: whether it is the ZIP that was sent.
//!
//! Something between this machine and the storage may take out the length, ignore the range, or refuse to read at all. So
//! the look takes several ways, and more than once. Only an answer that shows another blob is a failure.

use tokio::time::sleep;

use super::answer::storage_error;
use super::storage::{Part, Storage, number};
use crate::error::{Error, Result, codes};
use crate::http::Response;

/// How much of the end of the blob is compared, in bytes. It contains the end of the central directory.
const COMPARED_BYTES: usize = 64 * 1024;
/// The longest answer that is read, in bytes: that of a storage which ignores the range is the whole blob.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// How often each way is taken.
const LOOKS: u32 = 3;

/// What was sent.
pub(super) struct Expected<'a> {
    /// The length in bytes.
    pub(super) total: u64,
    /// The last bytes.
    pub(super) tail: &'a [u8],
    /// The ids of all blocks, in their order.
    pub(super) ids: &'a [String],
}

/// What one way of looking shows.
enum Seen<T> {
    /// It can be read.
    Read(T),
    /// The storage says that there is no blob, or one that ends before; how.
    Missing(String),
    /// It can't be read; why.
    Nothing(String),
}

/// Compares the blob with what was sent. Returns why it could not be compared, if no way shows anything.
///
/// # Errors
/// `upload.incomplete` when the blob is another one; `network.*` and `service.*` for an outage that does not end.
pub(super) async fn verify(storage: &Storage<'_>, expected: &Expected<'_>) -> Result<Option<String>> {
    if !storage.can_read() {
        return Ok(None);
    }
    let total = expected.total;
    let tail = &expected.tail[expected.tail.len().saturating_sub(COMPARED_BYTES)..];
    let mut looks = 0;
    let end = loop {
        let seen = end_of(storage, total, tail.len() as u64).await?;
        let is_same = matches!(&seen, Seen::Read(part) if part.bytes == tail);
        if is_same || !once_more(storage, &mut looks).await {
            break seen;
        }
    };
    let (length, missing) = match end {
        Seen::Read(part) if part.bytes != tail => {
            return Err(incomplete("the uploaded file does not end as it was sent"));
        }
        Seen::Read(part) => {
            let length = match part.total {
                Some(length) => Some(length),
                None => length_of(storage).await?,
            };
            // Without a length, its end is where it belongs, and nothing says that there is more.
            if length.is_none_or(|length| length == total) {
                return Ok(None);
            }
            (length, None)
        }
        Seen::Missing(how) => (length_of(storage).await?, Some(Ok(how))),
        Seen::Nothing(why) => (length_of(storage).await?, Some(Err(why))),
    };
    let mut looks = 0;
    let listed = loop {
        let seen = listed(storage, expected).await?;
        if matches!(seen, Seen::Read(())) || !once_more(storage, &mut looks).await {
            break seen;
        }
    };
    match (listed, length, missing) {
        (Seen::Read(()), ..) => Ok(None),
        (Seen::Missing(how), ..) | (Seen::Nothing(_), None, Some(Ok(how))) => Err(incomplete(how)),
        (Seen::Nothing(_), Some(length), _) if length != total => {
            Err(incomplete(format!("the uploaded file has {length} bytes, {total} were sent")))
        }
        (Seen::Nothing(_), _, Some(Ok(why) | Err(why))) => Ok(Some(why)),
        (Seen::Nothing(_), _, None) => Ok(None),
    }
}

/// Counts a look that did not show what was sent, and waits before the next one; false when there is none.
pub(super) async fn once_more(storage: &Storage<'_>, looks: &mut u32) -> bool {
    *looks += 1;
    if *looks < LOOKS {
        sleep(storage.wait_after(*looks - 1)).await;
    }
    *looks < LOOKS
}

/// The last bytes of the blob.
async fn end_of(storage: &Storage<'_>, total: u64, length: u64) -> Result<Seen<Part>> {
    let response = match storage.part(total - length, total, MAX_ANSWER).await {
        Ok((response, _)) => response,
        Err(error) => return unread(error).map(Seen::Nothing),
    };
    if let Some(part) = Part::of(&response, total - length, total) {
        return Ok(Seen::Read(part));
    }
    Ok(match storage_error(&response).code.as_deref() {
        Some("BlobNotFound") => Seen::Missing("the uploaded file is not there".to_owned()),
        Some("InvalidRange") => {
            Seen::Missing(format!("the uploaded file has fewer bytes than the {total} that were sent"))
        }
        _ => Seen::Nothing(format!("reading the end of the uploaded file is answered with {}", described(&response))),
    })
}

/// The length of the blob, by its properties. A length of 0 is none: something on the way has taken it out.
async fn length_of(storage: &Storage<'_>) -> Result<Option<u64>> {
    let response = match storage.head().await {
        Ok(response) => response,
        Err(error) => return unread(error).map(|_| None),
    };
    Ok(number(&response, "content-length").filter(|length| response.status == 200 && *length > 0))
}

/// Whether the storage lists the blocks that were sent.
async fn listed(storage: &Storage<'_>, expected: &Expected<'_>) -> Result<Seen<()>> {
    let blocks = match storage.blocks().await {
        Ok(blocks) => blocks,
        Err(error) => return unread(error).map(Seen::Nothing),
    };
    if blocks.committed.iter().map(|block| &block.id).eq(expected.ids) {
        return Ok(Seen::Read(()));
    }
    if blocks.committed.is_empty() {
        // Get Block List answers 404 when there is no blob; so does what lets nothing through.
        return Ok(Seen::Nothing("the storage lists no block".to_owned()));
    }
    Ok(Seen::Missing(format!("the uploaded file has {} bytes of other blocks than were sent", blocks.length)))
}

/// Why a look shows nothing: it was refused, or its answer is too long. An outage is an error.
pub(super) fn unread(error: Error) -> Result<String> {
    let name = error.code().name;
    let is_outage = name.starts_with("network.") || name.starts_with("service.");
    if is_outage && *error.code() != codes::NETWORK_BAD_ANSWER { Err(error) } else { Ok(error.to_string()) }
}

fn described(response: &Response) -> String {
    match storage_error(response).code {
        Some(code) => format!("{} ({code})", response.status),
        None => format!("{} and {} bytes", response.status, response.body.len()),
    }
}

fn incomplete(message: impl Into<String>) -> Error {
    Error::new(&codes::UPLOAD_INCOMPLETE, message)
}
