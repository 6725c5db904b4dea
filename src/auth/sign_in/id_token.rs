//! Id tokens of build systems. They are valid for a few minutes, so each sign-in requests a new one.

use http::Method;
use serde::Deserialize;

use super::entra;
use super::said::Said;
use super::token_response::sendable;
use crate::config::{Config, IdTokenRequest, Secret};
use crate::error::{Error, Exchange, Result, codes};
use crate::http::{ApiRequest, FinalResponse, Http, retry, support_id};

/// The id token of a job of GitHub Actions with `id-token: write`.
pub(super) async fn from_github(config: &Config, http: &Http, id_token: &IdTokenRequest) -> Result<Secret> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(deserialize_with = "sendable")]
        value: Secret,
    }
    let mut url = id_token.url.clone();
    url.query_pairs_mut().append_pair("audience", entra::exchange_audience(config));
    let request = ApiRequest::new(Method::GET, url).bearer(&id_token.token)?.header("accept", "application/json");
    let body: Body = send(http, request, "GitHub", &id_token.token).await?;
    Ok(body.value)
}

/// The id token of a job of Azure Pipelines, for a service connection with workload identity federation.
pub(super) async fn from_pipelines(http: &Http, id_token: &IdTokenRequest, connection_id: &str) -> Result<Secret> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(rename = "oidcToken", deserialize_with = "sendable")]
        token: Secret,
    }
    let mut url = id_token.url.clone();
    url.query_pairs_mut().append_pair("api-version", "7.1").append_pair("serviceConnectionId", connection_id);
    // Without `X-TFS-FedAuthRedirect` a refusal is a redirect to a sign-in page for people.
    let request = ApiRequest::new(Method::POST, url)
        .bearer(&id_token.token)?
        .header("x-tfs-fedauthredirect", "Suppress")
        .header("accept", "application/json")
        .header("content-type", "application/json");
    let body: Body = send(http, request, "Azure Pipelines", &id_token.token).await?;
    Ok(body.token)
}

async fn send<T: for<'de> Deserialize<'de>>(
    http: &Http,
    request: ApiRequest,
    system: &str,
    bearer: &Secret,
) -> Result<T> {
    let last = http.send(request, &retry::TOKEN).await;
    let FinalResponse { response, mut exchange, .. } = last.or_else(|failure| failure.into_response())?;
    // The ids that the support of Azure DevOps asks for.
    let id = response.header("x-vss-e2eid").and_then(support_id);
    let id = id.or_else(|| response.header("x-msedge-ref").filter(|id| is_reference(id)).map(str::to_owned));
    if let Some(id) = id {
        exchange.correlation_ids = vec![id];
    }
    match response.status {
        200 => serde_json::from_slice(&response.body).map_err(|_| no_token(system, exchange)),
        429 | 500.. => {
            let message = format!("{system} gave no id token (status {})", response.status);
            Err(Error::new(&codes::SERVICE_UNAVAILABLE, message).http(exchange))
        }
        status => {
            let reason = Said::read(&response.body).line(&[bearer]).unwrap_or_default();
            let gap = if reason.is_empty() { "" } else { ": " };
            let message = format!("{system} refused an id token (status {status}){gap}{reason}");
            Err(Error::new(&codes::AUTH_ID_TOKEN, message).http(exchange))
        }
    }
}

/// Whether a text is a reference such as `Ref A: 0C5F Ref B: SEA30 Ref C: 2026-01-31T10:00:00Z`. A server may write anything
/// in its place.
fn is_reference(text: &str) -> bool {
    text.len() <= 128 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-: ".contains(&byte))
}

fn no_token(system: &str, exchange: Exchange) -> Error {
    Error::new(&codes::AUTH_ID_TOKEN, format!("the answer of {system} holds no id token")).http(exchange)
}
