//! The blob storage that upload addresses point to: the operations of block blobs that an upload needs.
//!
//! Behaviour and error codes are those of the Azure Storage REST API.

pub(crate) mod blobs;
mod block_list;
mod error;
mod get;
mod put;
pub(crate) mod sas;
mod upload;

use jiff::SignedDuration;

use super::instance::Instance;
use super::request::Request;
use super::response::Response;
use blobs::Blobs;
use error::escape;

pub(super) use error::BlobError;
pub(super) use upload::UploadBody;

/// The storage account and the container of uploads, whose names are those of the service.
const ACCOUNT: &str = "productingestionbin1";
const CONTAINER: &str = "ingestion";

/// The path of uploads, `/account/container/`: at an address that is not `account.blob.core.windows.net`, Azure's SDKs
/// take the first two segments for these (path style).
pub(super) fn base() -> String {
    format!("/{ACCOUNT}/{CONTAINER}/")
}

/// The id of the blob with this path.
pub(super) fn id_of(path: &str) -> Option<&str> {
    path.strip_prefix(base().as_str()).filter(|id| !id.is_empty() && !id.contains('/'))
}

const MIB: u64 = 1024 * 1024;

/// Azure Storage drops uncommitted blocks after a week.
const UNCOMMITTED_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Checks the signature of a request and the announced size of its body, before that body is read.
pub(super) fn admit(instance: &Instance, request: &Request, id: &str) -> Result<(), BlobError> {
    sas::authenticate(instance, request, id)?;
    if request.method != "PUT" {
        return Ok(());
    }
    let length = request.header("content-length").and_then(|text| text.parse::<u64>().ok());
    match length {
        Some(length) => check_size(instance, request, length),
        None if request.header("transfer-encoding").is_some() => {
            let message = "Content-Length HTTP header is not specified.";
            Err(BlobError::new(411, "MissingContentLengthHeader", message))
        }
        None => Ok(()),
    }
}

/// Checks the size of a body against the limit of its operation. The error is 413 and has the limit in `MaxLimit`.
pub(super) fn check_size(instance: &Instance, request: &Request, length: u64) -> Result<(), BlobError> {
    let (max_block, max_put) = max_sizes(version(request));
    let limit = match request.parameter("comp") {
        Some("block") => instance.options.max_block.unwrap_or(max_block),
        Some(_) => 64 * MIB,
        None => instance.options.max_put.unwrap_or(max_put),
    };
    if length <= limit {
        return Ok(());
    }
    let message = "The request body is too large and exceeds the maximum permissible limit.";
    Err(BlobError::new(413, "RequestBodyTooLarge", message).with_detail(format!("<MaxLimit>{limit}</MaxLimit>")))
}

/// The version of the storage API that a request is meant for.
fn version(request: &Request) -> &str {
    request.header("x-ms-version").or(request.parameter("sv")).unwrap_or_default()
}

/// The largest Put Block and Put Blob in bytes, from "Scalability and performance targets for Blob storage" in the Azure
/// documentation.
fn max_sizes(version: &str) -> (u64, u64) {
    if version >= "2019-12-12" {
        (4000 * MIB, 5000 * MIB)
    } else if version >= "2016-05-31" {
        (100 * MIB, 256 * MIB)
    } else {
        (4 * MIB, 64 * MIB)
    }
}

/// Carries out a request that [`admit`] accepted. A PUT comes with its `body`.
pub(super) fn serve(
    blobs: &mut Blobs,
    instance: &Instance,
    request: &Request,
    id: &str,
    body: Option<UploadBody>,
) -> Response {
    let now = instance.now();
    let blob = blobs.by_id.entry(id.to_owned()).or_default();
    blob.uncommitted.retain(|_, (_, added)| now.duration_since(*added) < UNCOMMITTED_LIFETIME);
    let result = match (request.method.as_str(), request.parameter("comp"), body) {
        ("PUT", None, Some(body)) => put::put_blob(blob, request, body, now),
        ("PUT", Some("block"), Some(body)) => put::put_block(blob, request, body, now),
        ("PUT", Some("blocklist"), Some(body)) => put::put_block_list(blob, request, body, now),
        ("GET", Some("blocklist"), _) => block_list::get_block_list(blob, request),
        ("GET" | "HEAD", None, _) => get::get_blob(blob, request),
        (_, Some(comp), _) => {
            let message = "Value for one of the query parameters specified in the request URI is invalid.";
            Err(BlobError::new(400, "InvalidQueryParameterValue", message).with_detail(format!(
                "<QueryParameterName>comp</QueryParameterName><QueryParameterValue>{}</QueryParameterValue>",
                escape(comp)
            )))
        }
        _ => Err(BlobError::new(405, "UnsupportedHttpVerb", "The resource doesn't support specified Http Verb.")),
    };
    if blob.committed.is_none() && blob.uncommitted.is_empty() {
        blobs.by_id.remove(id);
    }
    result.unwrap_or_else(Response::from)
}
