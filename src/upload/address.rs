//! The address that the service gives for an upload: repaired, and checked before anything goes there.

use url::Url;

use crate::config::{Config, Secret, is_loopback};
use crate::error::{Error, Result, codes};

/// The address as a URL.
///
/// The signature often comes with a raw `+`, which the storage service would read as a space (`api` e); it is repaired
/// in the query only, and `%2B` is left alone.
///
/// # Errors
/// `upload.host_not_allowed` for a host that is not the Store's: a hostile answer must not lead the packages elsewhere.
pub(super) fn parse(address: &Secret, config: &Config) -> Result<Url> {
    let text = address.reveal();
    let repaired = match text.split_once('?') {
        Some((path, query)) => format!("{path}?{}", query.replace('+', "%2B")),
        None => text.to_owned(),
    };
    let url = Url::parse(&repaired)
        .map_err(|_| Error::new(&codes::UPLOAD_HOST, "the upload address of the submission is not a URL"))?;
    let local = is_loopback(&url) && config.is_local();
    if local || (url.scheme() == "https" && is_allowed(&url, &config.blob_hosts)) {
        return Ok(url);
    }
    let host = url.host_str().unwrap_or_default();
    let message = format!("the upload address leads to {}://{host}, which is not allowed", url.scheme());
    Err(Error::new(&codes::UPLOAD_HOST, message))
}

fn is_allowed(url: &Url, hosts: &[String]) -> bool {
    let Some(host) = url.domain() else { return false };
    hosts.iter().any(|allowed| {
        if allowed.starts_with('.') {
            // The URL's host is in lower case already.
            host.ends_with(&allowed.to_ascii_lowercase())
        } else {
            host.eq_ignore_ascii_case(allowed)
        }
    })
}
