//! The upload address of a submission (`fileUploadUrl`): repairs it, and checks its host before anything is sent.

use url::Url;

use crate::config::{Config, Secret, is_loopback};
use crate::error::{Error, Result, codes};

/// Parses the address.
///
/// The service often sends the signature with a plain `+`, which the storage service would read as a space. Each `+` of
/// the query becomes `%2B`; one that is encoded already stays.
///
/// # Errors
/// `upload.host_not_allowed` for a host that `blobHosts` does not contain, so that a forged response can't send the
/// packages elsewhere.
pub(super) fn parse(address: &Secret, config: &Config) -> Result<Url> {
    let text = address.reveal();
    let repaired = match text.split_once('?') {
        Some((path, query)) => format!("{path}?{}", query.replace('+', "%2B")),
        None => text.to_owned(),
    };
    let url = Url::parse(&repaired)
        .map_err(|_| Error::new(&codes::UPLOAD_HOST, "the upload address of the submission is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() {
        // An `Authorization` header would be made of them.
        return Err(Error::new(&codes::UPLOAD_HOST, "the upload address of the submission has a user or a password"));
    }
    let local = (is_loopback(&url) || config.allows_http(&url)) && config.is_local();
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
            // The host of a `Url` is in lower case.
            host.ends_with(&allowed.to_ascii_lowercase())
        } else {
            host.eq_ignore_ascii_case(allowed)
        }
    })
}
