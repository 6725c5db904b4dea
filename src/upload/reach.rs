//! Whether the storage service can be reached: a network may let the service through and not the storage.

use http::Method;
use url::Url;

use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::http::{BlobRequest, FinalResponse, retry};

/// A host of the Store's, as the documentation shows it in upload addresses. Which one an upload goes to is not known
/// before there is a submission; a network that lets one through lets the suffix through.
const KNOWN: &str = "productingestionbin1.blob.core.windows.net";

/// Asks the storage service for anything at all, once; every answer will do but that of an outage. None when no host can be named: a suffix
/// that is not the Store's.
pub async fn reach(client: &Client) -> Option<Result<Url>> {
    let url = address(client.config())?;
    let asked = client.http().send(BlobRequest::new(Method::GET, url.clone()), &retry::PROBE).await;
    Some(match asked.map_err(|failure| failure.answer()) {
        Ok(_) => Ok(url),
        Err(Ok(FinalResponse { response, exchange, .. })) => {
            let message = format!("{} answers {}", exchange.url, response.status);
            Err(Error::new(&codes::NETWORK_UNREACHABLE, message).http(exchange))
        }
        Err(Err(error)) => Err(client.secrets().veil_error(error)),
    })
}

fn address(config: &Config) -> Option<Url> {
    let hosts = &config.blob_hosts;
    let host = match hosts.iter().find(|host| !host.starts_with('.')) {
        Some(host) => host,
        None if config.is_local() => return config.service_url.join("/ingestion/").ok(),
        None if hosts.iter().any(|suffix| KNOWN.ends_with(suffix.as_str())) => KNOWN,
        None => return None,
    };
    Url::parse(&format!("https://{host}/ingestion/")).ok()
}
