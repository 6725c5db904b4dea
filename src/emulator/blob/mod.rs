//! The blob endpoint: Put Blob, Put Block, Put Block List, Get Block List, HEAD, GET (Azure Storage REST API;
//! behaviour and limits A1 and A6).

pub(crate) mod blobs;
pub(crate) mod block_list;
pub(crate) mod md5;
pub(crate) mod sas;

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};

use crate::emulator::clock::http_text;
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, Payload, storage_error};
use crate::emulator::state::Store;
use blobs::{Blob, Block, Committed};
use block_list::{block_names, escape};
use sas::Grant;

const MIB: u64 = 1024 * 1024;
const UNCOMMITTED_DAYS: i64 = 7;

/// What the body of an upload turned out to be.
pub(crate) struct Received {
    pub(crate) block: Block,
    /// MD5 of the body, base64, when the request carries one to compare with.
    pub(crate) md5: Option<String>,
    /// CRC-64/NVME of the body, base64 of the little-endian bytes, when the request carries one.
    pub(crate) crc64: Option<String>,
}

/// Checks signature, expiry, permission and size before the body is read. The size limit is in the error of the
/// last check, so the caller needs none.
pub(crate) fn admit(store: &Store, call: &Call, blob: &str) -> Result<(), Answer> {
    authenticate(store, call, blob)?;
    if call.method != "PUT" {
        return Ok(());
    }
    let chunked = call.header("transfer-encoding").is_some();
    let Some(length) = call.header("content-length").and_then(|text| text.parse::<u64>().ok()) else {
        if chunked {
            return Err(storage_error(
                411,
                "MissingContentLengthHeader",
                "Content-Length HTTP header is not specified.",
                "",
            ));
        }
        return Ok(());
    };
    check_size(store, call, length)
}

/// 413 with the limit that is in force.
pub(crate) fn check_size(store: &Store, call: &Call, length: u64) -> Result<(), Answer> {
    let (block, put) = limits(call.header("x-ms-version").or(call.parameter("sv")).unwrap_or_default());
    let limit = match call.parameter("comp") {
        Some("block") => store.options.max_block.unwrap_or(block),
        Some(_) => 64 * MIB,
        None => store.options.max_put.unwrap_or(put),
    };
    if length <= limit {
        return Ok(());
    }
    Err(storage_error(
        413,
        "RequestBodyTooLarge",
        "The request body is too large and exceeds the maximum permissible limit.",
        &format!("<MaxLimit>{limit}</MaxLimit>"),
    ))
}

/// Largest Put Block and Put Blob of a storage version (A1).
fn limits(version: &str) -> (u64, u64) {
    if version >= "2019-12-12" {
        (4000 * MIB, 5000 * MIB)
    } else if version >= "2016-05-31" {
        (100 * MIB, 256 * MIB)
    } else {
        (4 * MIB, 64 * MIB)
    }
}

fn authenticate(store: &Store, call: &Call, blob: &str) -> Result<(), Answer> {
    if call.header("authorization").is_some() {
        return Err(storage_error(
            400,
            "InvalidAuthenticationInfo",
            "Authentication information is not given in the correct format. Check the value of Authorization header.",
            "",
        ));
    }
    let failed = |detail: &str| {
        let detail = format!("<AuthenticationErrorDetail>{detail}</AuthenticationErrorDetail>");
        let message = "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.";
        Err(storage_error(403, "AuthenticationFailed", message, &detail))
    };
    let field = |name: &str| call.parameter(name).unwrap_or_default().to_owned();
    let grant = Grant { permissions: field("sp"), start: field("st"), expiry: field("se"), version: field("sv") };
    let signature = field("sig");
    if signature.is_empty() || field("sr") != "b" || grant.version.is_empty() {
        return failed("The signature fields sv, sr=b, sig, se and sp are needed.");
    }
    if sas::signature(&store.account.key, blob, &grant) != signature {
        return failed("Signature did not match.");
    }
    let now = store.now();
    let Ok(expiry) = grant.expiry.parse::<Timestamp>() else {
        return failed("Signature expiry is not a time.");
    };
    if now >= expiry {
        return failed(&format!(
            "Signature not valid in the specified time frame: Expiry [{expiry}] - Current [{now}]"
        ));
    }
    let needed = if call.method == "PUT" { 'w' } else { 'r' };
    if !grant.permissions.contains(needed) {
        return Err(storage_error(
            403,
            "AuthorizationPermissionMismatch",
            "This request is not authorized to perform this operation using this permission.",
            "",
        ));
    }
    Ok(())
}

/// Carries out a request that [`admit`] let through.
pub(crate) fn serve(store: &mut Store, call: &Call, id: &str, received: Option<Received>) -> Answer {
    let now = store.now();
    let blob = store.blobs.blobs.entry(id.to_owned()).or_default();
    let vanish = SignedDuration::from_hours(24 * UNCOMMITTED_DAYS);
    blob.uncommitted.retain(|_, (_, at)| now.duration_since(*at) < vanish);
    let result = match (call.method.as_str(), call.parameter("comp"), received) {
        ("PUT", None, Some(body)) => put_blob(blob, call, body, now),
        ("PUT", Some("block"), Some(body)) => put_block(blob, call, body, now),
        ("PUT", Some("blocklist"), Some(body)) => put_block_list(blob, call, body, now),
        ("GET", Some("blocklist"), _) => block_list::get(blob, call),
        ("GET" | "HEAD", None, _) => get(blob, call),
        (_, Some(comp), _) => Err(storage_error(
            400,
            "InvalidQueryParameterValue",
            "Value for one of the query parameters specified in the request URI is invalid.",
            &format!(
                "<QueryParameterName>comp</QueryParameterName><QueryParameterValue>{}</QueryParameterValue>",
                escape(comp)
            ),
        )),
        _ => Err(storage_error(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.", "")),
    };
    if blob.committed.is_none() && blob.uncommitted.is_empty() {
        store.blobs.blobs.remove(id);
    }
    result.unwrap_or_else(|refusal| refusal)
}

fn check_hashes(call: &Call, body: &Received) -> Result<(), Answer> {
    for (header, code, found) in
        [("content-md5", "Md5Mismatch", &body.md5), ("x-ms-content-crc64", "Crc64Mismatch", &body.crc64)]
    {
        let Some(sent) = call.header(header) else {
            continue;
        };
        if found.as_deref() != Some(sent) {
            return Err(storage_error(
                400,
                code,
                "The hash value specified in the request did not match with the hash value calculated by server.",
                "",
            ));
        }
    }
    Ok(())
}

fn stored(call: &Call, blocks: Vec<(String, Arc<Block>)>, now: Timestamp, previous: Option<&Committed>) -> Committed {
    let metadata = call.headers.iter().filter_map(|(name, value)| {
        let name = name.as_str().strip_prefix("x-ms-meta-")?;
        Some((name.to_owned(), value.to_str().ok()?.to_owned()))
    });
    let content_type = call.header("x-ms-blob-content-type").unwrap_or("application/octet-stream");
    Committed {
        blocks,
        modified: now,
        etag: previous.map_or(1, |committed| committed.etag + 1),
        content_type: content_type.to_owned(),
        content_md5: call.header("x-ms-blob-content-md5").map(str::to_owned),
        metadata: metadata.collect(),
    }
}

fn created(committed: Option<&Committed>) -> Answer {
    let mut answer = Answer::empty(201).header("x-ms-request-server-encrypted", "true");
    if let Some(committed) = committed {
        answer = answer.header("etag", etag(committed)).header("last-modified", http_text(committed.modified));
    }
    answer
}

pub(crate) fn etag(committed: &Committed) -> String {
    format!("\"0x8D{:013X}\"", committed.etag)
}

fn put_blob(blob: &mut Blob, call: &Call, body: Received, now: Timestamp) -> Result<Answer, Answer> {
    match call.header("x-ms-blob-type") {
        Some("BlockBlob") => {}
        Some(other) => {
            return Err(storage_error(
                400,
                "InvalidHeaderValue",
                "The value for one of the HTTP headers is not in the correct format.",
                &format!("<HeaderName>x-ms-blob-type</HeaderName><HeaderValue>{}</HeaderValue>", escape(other)),
            ));
        }
        None => {
            return Err(storage_error(
                400,
                "MissingRequiredHeader",
                "An HTTP header that's mandatory for this request is not specified.",
                "<HeaderName>x-ms-blob-type</HeaderName>",
            ));
        }
    }
    check_hashes(call, &body)?;
    let mut committed = stored(call, vec![(String::new(), Arc::new(body.block))], now, blob.committed.as_ref());
    committed.content_md5 = committed.content_md5.or(body.md5);
    blob.committed = Some(committed);
    blob.uncommitted.clear();
    Ok(created(blob.committed.as_ref()))
}

fn put_block(blob: &mut Blob, call: &Call, body: Received, now: Timestamp) -> Result<Answer, Answer> {
    let id = call.parameter("blockid").unwrap_or_default();
    let decoded = STANDARD.decode(id).unwrap_or_default();
    if decoded.is_empty() || decoded.len() > 64 {
        return Err(storage_error(
            400,
            "InvalidBlockId",
            "The specified block ID is invalid. The block ID must be Base64-encoded.",
            "",
        ));
    }
    let committed = blob.committed.iter().flat_map(|committed| committed.blocks.iter().map(|(id, _)| id));
    let mut others = blob.uncommitted.keys().chain(committed).filter(|other| !other.is_empty());
    if others.any(|other| other.len() != id.len()) {
        return Err(storage_error(400, "InvalidBlobOrBlock", "The specified blob or block content is invalid.", ""));
    }
    if body.block.length() == 0 {
        return Err(storage_error(
            400,
            "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format.",
            "<HeaderName>Content-Length</HeaderName><HeaderValue>0</HeaderValue>",
        ));
    }
    check_hashes(call, &body)?;
    if blob.uncommitted.len() >= 100_000 && !blob.uncommitted.contains_key(id) {
        return Err(storage_error(
            409,
            "BlockCountExceedsLimit",
            "The uncommitted block count cannot exceed the maximum limit of 100,000 blocks.",
            "",
        ));
    }
    let mut answer = created(None);
    if let Some(crc64) = body.crc64 {
        answer = answer.header("x-ms-content-crc64", crc64);
    }
    if let Some(md5) = body.md5 {
        answer = answer.header("content-md5", md5);
    }
    blob.uncommitted.insert(id.to_owned(), (Arc::new(body.block), now));
    Ok(answer)
}

fn put_block_list(blob: &mut Blob, call: &Call, body: Received, now: Timestamp) -> Result<Answer, Answer> {
    check_hashes(call, &body)?;
    let malformed = || storage_error(400, "InvalidXmlDocument", "XML specified is not syntactically valid.", "");
    let length = body.block.length();
    let list = Committed {
        blocks: vec![(String::new(), Arc::new(body.block))],
        modified: now,
        etag: 0,
        content_type: String::new(),
        content_md5: None,
        metadata: Vec::new(),
    };
    let mut text = vec![0; length as usize];
    rawzip::ReaderAt::read_exact_at(&list.slice(0, length), &mut text, 0).map_err(|_| malformed())?;
    let names = block_names(&String::from_utf8(text).map_err(|_| malformed())?).ok_or_else(malformed)?;
    if names.len() > 50_000 {
        return Err(storage_error(
            400,
            "BlockListTooLong",
            "The block list may not contain more than 50,000 blocks.",
            "",
        ));
    }
    let committed: HashMap<&String, &Arc<Block>> =
        blob.committed.iter().flat_map(|committed| committed.blocks.iter().map(|(id, block)| (id, block))).collect();
    let mut blocks = Vec::with_capacity(names.len());
    for (list, id) in &names {
        let fresh = blob.uncommitted.get(id).map(|(block, _)| block);
        let old = committed.get(id).copied();
        let block = match list.as_str() {
            "Latest" => fresh.or(old),
            "Uncommitted" => fresh,
            "Committed" => old,
            _ => return Err(malformed()),
        };
        match block {
            Some(block) => blocks.push((id.clone(), block.clone())),
            None => {
                return Err(storage_error(400, "InvalidBlockList", "The specified block list is invalid.", ""));
            }
        }
    }
    blob.committed = Some(stored(call, blocks, now, blob.committed.as_ref()));
    blob.uncommitted.clear();
    Ok(created(blob.committed.as_ref()))
}

pub(crate) fn not_found() -> Answer {
    storage_error(404, "BlobNotFound", "The specified blob does not exist.", "")
}

fn get(blob: &Blob, call: &Call) -> Result<Answer, Answer> {
    let committed = blob.committed.as_ref().ok_or_else(not_found)?;
    let total = committed.length();
    let range = call.header("x-ms-range").or(call.header("range"));
    let (status, start, end) = match range {
        Some(range) => {
            let (start, end) = parse_range(range, total)?;
            (206, start, end)
        }
        None => (200, 0, total),
    };
    let mut answer = Answer { status, headers: Vec::new(), body: Payload::Blob(committed.slice(start, end)) }
        .header("content-length", end - start)
        .header("content-type", &committed.content_type)
        .header("etag", etag(committed))
        .header("last-modified", http_text(committed.modified))
        .header("accept-ranges", "bytes")
        .header("x-ms-blob-type", "BlockBlob")
        .header("x-ms-server-encrypted", "true");
    if status == 206 {
        answer = answer.header("content-range", format!("bytes {start}-{}/{total}", end.saturating_sub(1)));
    }
    for (name, value) in &committed.metadata {
        answer = answer.header(&format!("x-ms-meta-{name}"), value);
    }
    if let Some(md5) = &committed.content_md5 {
        answer = answer.header(if status == 206 { "x-ms-blob-content-md5" } else { "content-md5" }, md5);
    }
    Ok(answer)
}

/// First and one past the last byte. The storage knows no suffix ranges.
fn parse_range(range: &str, total: u64) -> Result<(u64, u64), Answer> {
    let invalid = || {
        let name = format!("<HeaderName>Range</HeaderName><HeaderValue>{}</HeaderValue>", escape(range));
        storage_error(
            400,
            "InvalidHeaderValue",
            "The value for one of the HTTP headers is not in the correct format.",
            &name,
        )
    };
    let (start, end) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')).ok_or_else(invalid)?;
    let start: u64 = start.parse().map_err(|_| invalid())?;
    let end = match end {
        "" => total,
        end => end.parse::<u64>().map_err(|_| invalid())?.saturating_add(1).min(total),
    };
    if start >= total || end <= start {
        return Err(storage_error(
            416,
            "InvalidRange",
            "The range specified is invalid for the current size of the resource.",
            "",
        ));
    }
    Ok((start, end))
}
