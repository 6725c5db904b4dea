//! Checks that the storage service can be reached. A firewall may allow the service but not the storage.

use http::Method;
use url::Url;

use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::http::{BlobRequest, FinalResponse, retry};

/// A storage host of the Store, from the examples of its documentation. The host of an upload is not known before there is
/// a submission; a firewall that allows one host allows the suffix.
const EXAMPLE_HOST: &str = "productingestionbin1.blob.core.windows.net";
/// The same account and its container, as an emulated storage service has them in the path.
const EXAMPLE_PATH: &str = "/productingestionbin1/ingestion/";

/// Sends one request to a host of the storage service and returns its URL. Any response will do except that of an outage.
/// `None` when `blobHosts` names no whole host and the Store's suffix is not among them.
///
/// # Errors
/// Inside of `Some`: codes `network.*`.
pub async fn reach(client: &Client) -> Option<Result<Url>> {
    let url = address(client.config())?;
    let result = client.http().send(BlobRequest::new(Method::GET, url.clone()), &retry::PROBE).await;
    Some(match result.map_err(|failure| failure.into_response()) {
        Ok(_) => Ok(url),
        Err(Ok(FinalResponse { response, exchange, .. })) => {
            let message = format!("{} answers {}", exchange.url, response.status);
            Err(Error::new(&codes::NETWORK_UNREACHABLE, message).http(exchange))
        }
        Err(Err(error)) => Err(client.secrets().redact_error(error)),
    })
}

/// A URL of the storage service.
fn address(config: &Config) -> Option<Url> {
    let hosts = &config.blob_hosts;
    let host = match hosts.iter().find(|host| !host.starts_with('.')) {
        Some(host) => host,
        None if config.is_local() => return config.service_url.join(EXAMPLE_PATH).ok(),
        None if hosts.iter().any(|suffix| EXAMPLE_HOST.ends_with(suffix.as_str())) => EXAMPLE_HOST,
        None => return None,
    };
    Url::parse(&format!("https://{host}/ingestion/")).ok()
}
