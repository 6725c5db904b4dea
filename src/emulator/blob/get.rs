//! Get Blob and Get Blob Properties.

use axum::body::Body;

use super::blobs::Blob;
use super::error::BlobError;
use crate::emulator::clock::http_text;
use crate::emulator::request::Request;
use crate::emulator::response::{Payload, Response};

/// Get Blob, or a range of it. A HEAD request gets the same response, without the body.
pub(super) fn get_blob(blob: &Blob, request: &Request) -> Result<Response, BlobError> {
    let content = blob.committed.as_ref().ok_or_else(BlobError::not_found)?;
    let total = content.length();
    let range = request.header("x-ms-range").or(request.header("range"));
    let (status, start, end) = match range {
        Some(range) => {
            let (start, end) = parse_range(range, total)?;
            (206, start, end)
        }
        None => (200, 0, total),
    };
    let mut response = Response::new(status, Payload::Stream(Body::new(content.slice(start, end))))
        .header("content-length", end - start)
        .header("content-type", &content.content_type)
        .header("etag", content.etag())
        .header("last-modified", http_text(content.modified))
        .header("accept-ranges", "bytes")
        .header("x-ms-blob-type", "BlockBlob")
        .header("x-ms-server-encrypted", "true");
    if status == 206 {
        response = response.header("content-range", format!("bytes {start}-{}/{total}", end.saturating_sub(1)));
    }
    for (name, value) in &content.metadata {
        response = response.header(&format!("x-ms-meta-{name}"), value);
    }
    if let Some(md5) = &content.content_md5 {
        response = response.header(if status == 206 { "x-ms-blob-content-md5" } else { "content-md5" }, md5);
    }
    Ok(response)
}

/// The first byte of a range, and the one after its last. Like Azure Storage, this knows no suffix ranges (`bytes=-5`).
fn parse_range(range: &str, total: u64) -> Result<(u64, u64), BlobError> {
    let invalid = || BlobError::header("Range", range);
    let (start, end) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(invalid)?;
    let start: u64 = start.parse().map_err(|_| invalid())?;
    let end = match end {
        "" => total,
        end => end.parse::<u64>().map_err(|_| invalid())?.saturating_add(1).min(total),
    };
    if start >= total || end <= start {
        let message = "The range specified is invalid for the current size of the resource.";
        return Err(BlobError::new(416, "InvalidRange", message));
    }
    Ok((start, end))
}
