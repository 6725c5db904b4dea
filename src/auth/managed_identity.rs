//! Managed identities: the metadata services of virtual machines, App Service and the Azure Arc agent.

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use tokio::time::{Instant, sleep, timeout};
use url::Url;

use super::Token;
use super::arc;
use super::token_response::{RequestTime, TokenResponse};
use crate::config::{Identity, MetadataEndpoint, Secret};
use crate::error::{Error, Exchange, Result, codes};
use crate::http::{ApiRequest, FinalResponse, Http, Response, backoff, redact, retry};

const VM: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
/// The service is on the machine itself, or it is not there.
const PROBE: Duration = Duration::from_secs(2);
/// A machine that has just started answers 404 or 410, and any of them 429 or 5xx: asked so often, waiting twice as long
/// each time, and no longer in all. Somebody waits for a sign-in, whatever the patience with the service.
const ATTEMPTS: u32 = 6;
const FIRST_WAIT: Duration = Duration::from_millis(1_340);
const PATIENCE: Duration = Duration::from_secs(72);

/// A token of the identity for this resource.
pub(super) async fn token(
    http: &Http,
    endpoint: &MetadataEndpoint,
    identity: &Identity,
    resource: &str,
) -> Result<Token> {
    let asked = RequestTime::now(http);
    let (answer, secret) = match endpoint {
        MetadataEndpoint::Vm => (from_vm(http, identity, resource).await?, None),
        MetadataEndpoint::AppService { url, header } => {
            let url = query(url.clone(), "2019-08-01", identity, "mi_res_id", resource);
            let ask = || ApiRequest::new(Method::GET, url.clone()).secret_header("x-identity-header", header);
            (send(http, ask, &[]).await?, Some(header.clone()))
        }
        MetadataEndpoint::Arc { url, tokens } => {
            if identity.client_id.is_some() || identity.object_id.is_some() || identity.resource_id.is_some() {
                let message = "a machine with Azure Arc has one identity only: `identity` must be left out";
                return Err(Error::new(&codes::CONFIG_INVALID, message));
            }
            let url = query(url.clone(), "2021-02-01", identity, "", resource);
            let ask = || Ok(ApiRequest::new(Method::GET, url.clone()).header("metadata", "true"));
            let challenge = send(http, ask, &[]).await?;
            let key = arc::key(&challenge, tokens)?;
            (send(http, || ask()?.basic(&key), &[]).await?, Some(key))
        }
    };
    let FinalResponse { response, exchange, .. } = answer;
    if response.status != 200 {
        return Err(refusal(&response, exchange, secret.as_ref()));
    }
    let granted: TokenResponse = serde_json::from_slice(&response.body).map_err(|_| {
        Error::new(&codes::NETWORK_BAD_ANSWER, "the metadata service's answer holds no token").http(exchange)
    })?;
    Ok(granted.token(&asked, response.date()))
}

async fn from_vm(http: &Http, identity: &Identity, resource: &str) -> Result<FinalResponse> {
    let address = Url::parse(VM).map_err(|_| absent("its address can't be read"))?;
    // Without its header the service answers 400. The metadata services of other clouds have the same address.
    let probe = http.send(ApiRequest::new(Method::GET, address.clone()), &retry::PROBE);
    match timeout(PROBE, probe).await {
        Err(_) => return Err(absent("no answer within two seconds")),
        Ok(Err(failure)) => {
            if let Err(error) = &failure.cause {
                return Err(absent(&error.reason));
            }
        }
        Ok(Ok(FinalResponse { response, .. })) if matches!(response.status, 401 | 403 | 404) => {
            return Err(absent("what answers is not Azure's"));
        }
        Ok(Ok(_)) => {}
    }
    let url = query(address, "2019-08-01", identity, "msi_res_id", resource);
    let ask = || Ok(ApiRequest::new(Method::GET, url.clone()).header("metadata", "true"));
    send(http, ask, &[404, 410]).await
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

/// Asks until there is an answer; `starting` are the statuses of a service that is not ready yet.
async fn send(http: &Http, ask: impl Fn() -> Result<ApiRequest>, starting: &[u16]) -> Result<FinalResponse> {
    let began = Instant::now();
    let mut wait = FIRST_WAIT;
    let mut attempts = 0;
    loop {
        let outcome = http.send(ask()?, &retry::PROBE).await;
        attempts += 1;
        let hint = outcome.as_ref().err().and_then(|failure| failure.cause.as_ref().ok());
        let pause =
            wait.max(hint.and_then(|response| backoff::hint(&response.headers, http.now())).unwrap_or_default());
        let last = attempts == ATTEMPTS || began.elapsed() + pause > PATIENCE;
        match outcome {
            Ok(answer) if last || !starting.contains(&answer.response.status) => return Ok(counted(answer, attempts)),
            Err(failure) if last => return failure.answer().map(|answer| counted(answer, attempts)),
            _ => {}
        }
        sleep(pause).await;
        wait *= 2;
    }
}

fn counted(mut answer: FinalResponse, attempts: u32) -> FinalResponse {
    answer.exchange.attempts = attempts;
    answer
}

/// `{"error": "invalid_request", "error_description": "Identity not found"}`, or App Service's `{"message": …}`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct MetadataErrorBody {
    error_description: Option<String>,
    message: Option<String>,
}

fn refusal(response: &Response, exchange: Exchange, secret: Option<&Secret>) -> Error {
    let refusal: MetadataErrorBody = serde_json::from_slice(&response.body).unwrap_or_default();
    let said = refusal.error_description.or(refusal.message).unwrap_or_default();
    let secrets: Vec<&Secret> = secret.into_iter().collect();
    let said = redact::without(said.lines().next().unwrap_or_default().trim(), &secrets);
    let code = match response.status {
        // A machine of Azure without an identity, as many build agents are: another credential may do.
        400 if said.contains("Identity not found") => &codes::AUTH_NO_MANAGED_IDENTITY,
        429 | 500.. => &codes::SERVICE_UNAVAILABLE,
        _ => &codes::AUTH_IDENTITY_REFUSED,
    };
    let gap = if said.is_empty() { "" } else { ": " };
    let message = format!("the managed identity service refused (status {}){gap}{said}", response.status);
    Error::new(code, message).http(exchange)
}
