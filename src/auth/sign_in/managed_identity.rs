//! Managed identities: the metadata services of virtual machines, App Service and the Azure Arc agent.

use std::time::Duration;

use http::Method;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::arc;
use super::said::Said;
use super::token_response::{RequestTime, TokenResponse};
use crate::auth::token::Token;
use crate::config::{Identity, MetadataEndpoint, Secret};
use crate::error::{Error, Exchange, Result, codes};
use crate::http::{ApiRequest, FinalResponse, Http, Response, backoff, redact, retry};

const VM: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
/// The service answers from the machine itself, so a slow answer means that there is none.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);
// A virtual machine that has just started answers 404 or 410, and each of the services may answer 429 or 5xx. The waits
// double with each attempt. `retryTimeoutSeconds` does not apply: a sign-in should not take that long.
const MAX_ATTEMPTS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(1_340);
const RETRY_TIMEOUT: Duration = Duration::from_secs(72);

/// A token of the identity for this resource.
pub(super) async fn token(
    http: &Http,
    endpoint: &MetadataEndpoint,
    identity: &Identity,
    resource: &str,
) -> Result<Token> {
    let requested = RequestTime::now(http);
    let (last, secret) = match endpoint {
        MetadataEndpoint::Vm => (from_vm(http, identity, resource).await?, None),
        MetadataEndpoint::AppService { url, header } => {
            let url = query(url.clone(), "2019-08-01", identity, "mi_res_id", resource);
            let request = || ApiRequest::new(Method::GET, url.clone()).secret_header("x-identity-header", header);
            (send(http, request, &[]).await?, Some(header.clone()))
        }
        MetadataEndpoint::Arc { url, key_folder } => {
            if identity.client_id.is_some() || identity.object_id.is_some() || identity.resource_id.is_some() {
                let message = "a machine with Azure Arc has one identity only: `identity` must be left out";
                return Err(Error::new(&codes::CONFIG_INVALID, message));
            }
            let url = query(url.clone(), "2021-02-01", identity, "", resource);
            let request = || Ok(ApiRequest::new(Method::GET, url.clone()).header("metadata", "true"));
            let challenge = send(http, request, &[]).await?;
            let key = arc::key(&challenge, key_folder).await?;
            (send(http, || request()?.basic(&key), &[]).await?, Some(key))
        }
    };
    let FinalResponse { response, exchange, .. } = last;
    if response.status != 200 {
        return Err(refusal(&response, exchange, secret.as_ref()));
    }
    let body: TokenResponse = serde_json::from_slice(&response.body).map_err(|_| {
        Error::new(&codes::NETWORK_BAD_ANSWER, "the metadata service's answer holds no token").http(exchange)
    })?;
    Ok(body.into_token(&requested, response.date()))
}

/// The response of the instance metadata service of a virtual machine.
async fn from_vm(http: &Http, identity: &Identity, resource: &str) -> Result<FinalResponse> {
    let address = Url::parse(VM).map_err(|_| absent("its address can't be read"))?;
    // A request without the header `Metadata` tells whether the service is there: it answers 400. Other clouds have
    // metadata services at the same address.
    let probe = http.send(ApiRequest::new(Method::GET, address.clone()), &retry::PROBE);
    match timeout(PROBE_TIMEOUT, probe).await {
        Err(_) => return Err(absent("no answer within two seconds")),
        Ok(Err(failure)) => {
            if let Err(error) = &failure.last {
                return Err(absent(&error.reason));
            }
        }
        Ok(Ok(FinalResponse { response, .. })) if matches!(response.status, 401 | 403 | 404) => {
            return Err(absent("the service at this address is not Azure's"));
        }
        Ok(Ok(_)) => {}
    }
    let url = query(address, "2019-08-01", identity, "msi_res_id", resource);
    let request = || Ok(ApiRequest::new(Method::GET, url.clone()).header("metadata", "true"));
    send(http, request, &[404, 410]).await
}

fn absent(reason: &str) -> Error {
    let message = format!("no managed identity answers at 169.254.169.254: {}", redact::text(reason));
    Error::new(&codes::AUTH_NO_MANAGED_IDENTITY, message)
}

fn query(mut url: Url, version: &str, identity: &Identity, resource_id: &str, resource: &str) -> Url {
    let mut pairs = url.query_pairs_mut();
    pairs.append_pair("api-version", version).append_pair("resource", resource);
    let chosen =
        [("client_id", &identity.client_id), ("object_id", &identity.object_id), (resource_id, &identity.resource_id)];
    for (name, value) in chosen {
        if let Some(value) = value {
            pairs.append_pair(name, value);
        }
    }
    drop(pairs);
    url
}

/// Sends a request until the service is ready. `not_ready` are the statuses of a service that has not started yet.
async fn send(http: &Http, request: impl Fn() -> Result<ApiRequest>, not_ready: &[u16]) -> Result<FinalResponse> {
    let began = Instant::now();
    let mut wait = FIRST_WAIT;
    let mut attempts = 0;
    loop {
        let result = http.send(request()?, &retry::PROBE).await;
        attempts += 1;
        let failed = result.as_ref().err().and_then(|failure| failure.last.as_ref().ok());
        let retry_after = failed.and_then(|response| backoff::retry_after_header(&response.headers, http.now()));
        let pause = wait.max(retry_after.unwrap_or_default());
        let is_last = attempts == MAX_ATTEMPTS || began.elapsed() + pause > RETRY_TIMEOUT;
        let response = match result {
            Ok(last) if is_last || !not_ready.contains(&last.response.status) => Some(Ok(last)),
            Err(failure) if is_last => Some(failure.into_response()),
            _ => None,
        };
        if let Some(response) = response {
            return response.map(|mut last| {
                last.exchange.attempts = attempts;
                last
            });
        }
        sleep(pause).await;
        wait *= 2;
    }
}

fn refusal(response: &Response, exchange: Exchange, secret: Option<&Secret>) -> Error {
    let secrets: Vec<&Secret> = secret.into_iter().collect();
    let reason = Said::read(&response.body).line(&secrets).unwrap_or_default();
    let code = match response.status {
        // A virtual machine of Azure without an identity, such as many build agents: a chain tries the next credential.
        400 if reason.contains("Identity not found") => &codes::AUTH_NO_MANAGED_IDENTITY,
        429 | 500.. => &codes::SERVICE_UNAVAILABLE,
        _ => &codes::AUTH_IDENTITY_REFUSED,
    };
    let gap = if reason.is_empty() { "" } else { ": " };
    let message = format!("the managed identity service refused (status {}){gap}{reason}", response.status);
    Error::new(code, message).http(exchange)
}
