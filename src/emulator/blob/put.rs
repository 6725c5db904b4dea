//! Put Blob, Put Block and Put Block List.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::blobs::{Blob, Block, Content};
use super::block_list;
use super::error::BlobError;
use super::upload::UploadBody;
use crate::emulator::clock::http_text;
use crate::emulator::request::Request;
use crate::emulator::response::Response;

/// Put Blob: replaces the content and drops all uncommitted blocks.
pub(super) fn put_blob(
    blob: &mut Blob,
    request: &Request,
    body: UploadBody,
    now: Timestamp,
) -> Result<Response, BlobError> {
    match request.header("x-ms-blob-type") {
        Some("BlockBlob") => {}
        Some(other) => return Err(BlobError::header("x-ms-blob-type", other)),
        None => {
            let message = "An HTTP header that's mandatory for this request is not specified.";
            return Err(BlobError::new(400, "MissingRequiredHeader", message)
                .with_detail("<HeaderName>x-ms-blob-type</HeaderName>"));
        }
    }
    check_absent(blob, request)?;
    body.check_hashes(request)?;
    let blocks = vec![(String::new(), Arc::new(body.block))];
    let mut content = new_content(request, blocks, now, blob.committed.as_ref());
    content.content_md5 = content.content_md5.or(body.md5);
    Ok(commit(blob, content))
}

/// Put Block: adds an uncommitted block, or replaces the one with the same id.
pub(super) fn put_block(
    blob: &mut Blob,
    request: &Request,
    body: UploadBody,
    now: Timestamp,
) -> Result<Response, BlobError> {
    let id = request.parameter("blockid").unwrap_or_default();
    let decoded = STANDARD.decode(id).unwrap_or_default();
    if decoded.is_empty() || decoded.len() > 64 {
        let message = "The specified block ID is invalid. The block ID must be Base64-encoded.";
        return Err(BlobError::new(400, "InvalidBlockId", message));
    }
    let committed = blob.committed.iter().flat_map(|content| content.blocks.iter().map(|(id, _)| id));
    let mut others = blob.uncommitted.keys().chain(committed).filter(|other| !other.is_empty());
    if others.any(|other| other.len() != id.len()) {
        return Err(BlobError::new(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid."));
    }
    if body.block.length() == 0 {
        return Err(BlobError::header("Content-Length", "0"));
    }
    body.check_hashes(request)?;
    if blob.uncommitted.len() >= 100_000 && !blob.uncommitted.contains_key(id) {
        let message = "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.";
        return Err(BlobError::new(409, "BlockCountExceedsLimit", message));
    }
    let response = body.name_checksum(created());
    blob.uncommitted.insert(id.to_owned(), (Arc::new(body.block), now));
    Ok(response)
}

/// Put Block List: makes the listed blocks the content and drops all other uncommitted blocks.
pub(super) fn put_block_list(
    blob: &mut Blob,
    request: &Request,
    body: UploadBody,
    now: Timestamp,
) -> Result<Response, BlobError> {
    check_absent(blob, request)?;
    body.check_hashes(request)?;
    let malformed = || BlobError::new(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");
    let text = body.block.to_vec().ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(malformed)?;
    let entries = block_list::parse(&text).ok_or_else(malformed)?;
    if entries.len() > 50_000 {
        let message = "The block list may not contain more than 50,000 blocks.";
        return Err(BlobError::new(400, "BlockListTooLong", message));
    }
    let committed: HashMap<&String, &Arc<Block>> =
        blob.committed.iter().flat_map(|content| content.blocks.iter().map(|(id, block)| (id, block))).collect();
    let mut blocks = Vec::with_capacity(entries.len());
    for (source, id) in &entries {
        let new = blob.uncommitted.get(id).map(|(block, _)| block);
        let old = committed.get(id).copied();
        let block = match source.as_str() {
            "Latest" => new.or(old),
            "Uncommitted" => new,
            "Committed" => old,
            _ => return Err(malformed()),
        };
        let Some(block) = block else {
            return Err(BlobError::new(400, "InvalidBlockList", "The specified block list is invalid."));
        };
        blocks.push((id.clone(), block.clone()));
    }
    let content = new_content(request, blocks, now, blob.committed.as_ref());
    // The checksum is that of the list.
    Ok(body.name_checksum(commit(blob, content)))
}

/// Refuses to replace the content if the request says that there must be none, as Azure's SDKs say by default.
fn check_absent(blob: &Blob, request: &Request) -> Result<(), BlobError> {
    if blob.committed.is_some() && request.header("if-none-match") == Some("*") {
        return Err(BlobError::new(409, "BlobAlreadyExists", "The specified blob already exists."));
    }
    Ok(())
}

/// Content of these blocks, with the type, hash and metadata of the request's headers.
fn new_content(
    request: &Request,
    blocks: Vec<(String, Arc<Block>)>,
    now: Timestamp,
    previous: Option<&Content>,
) -> Content {
    let metadata = request.headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-ms-meta-")?;
        Some((name.to_owned(), value.to_str().ok()?.to_owned()))
    });
    let content_type = request.header("x-ms-blob-content-type").unwrap_or("application/octet-stream");
    Content {
        blocks,
        modified: now,
        version: previous.map_or(1, |content| content.version + 1),
        content_type: content_type.to_owned(),
        content_md5: request.header("x-ms-blob-content-md5").map(str::to_owned),
        metadata: metadata.collect(),
    }
}

fn commit(blob: &mut Blob, content: Content) -> Response {
    let response = created().header("etag", content.etag()).header("last-modified", http_text(content.modified));
    blob.committed = Some(content);
    blob.uncommitted.clear();
    response
}

fn created() -> Response {
    Response::empty(201).header("x-ms-request-server-encrypted", "true")
}
