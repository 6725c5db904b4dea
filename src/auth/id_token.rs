//! Id tokens of build systems. They live for minutes, so each exchange has a new one (`perf-reliability` F3).

use http::Method;
use serde::Deserialize;

use super::entra;
use crate::config::{Config, IdTokenRequest, Secret};
use crate::error::{Error, Exchange, Result, codes};
use crate::http::{ApiRequest, FinalResponse, Http, redact, retry};

/// A job of GitHub Actions that has `id-token: write`.
pub(super) async fn from_github(config: &Config, http: &Http, ask: &IdTokenRequest) -> Result<Secret> {
    #[derive(Deserialize)]
    struct Given {
        value: Secret,
    }
    let mut url = ask.url.clone();
    url.query_pairs_mut().append_pair("audience", entra::exchange_audience(config));
    let request = ApiRequest::new(Method::GET, url).bearer(&ask.token)?.header("accept", "application/json");
    let given: Given = answer(http, request, "GitHub", &ask.token).await?;
    Ok(given.value)
}

/// A job of Azure Pipelines, for a service connection with workload identity federation.
pub(super) async fn from_pipelines(http: &Http, ask: &IdTokenRequest, connection: &str) -> Result<Secret> {
    #[derive(Deserialize)]
    struct Given {
        #[serde(rename = "oidcToken")]
        token: Secret,
    }
    let mut url = ask.url.clone();
    url.query_pairs_mut().append_pair("api-version", "7.1").append_pair("serviceConnectionId", connection);
    // Without the second header a refusal is a redirect to a page where people sign in.
    let request = ApiRequest::new(Method::POST, url)
        .bearer(&ask.token)?
        .header("x-tfs-fedauthredirect", "Suppress")
        .header("accept", "application/json")
        .header("content-type", "application/json");
    let given: Given = answer(http, request, "Azure Pipelines", &ask.token).await?;
    Ok(given.token)
}

async fn answer<T: for<'de> Deserialize<'de>>(
    http: &Http,
    request: ApiRequest,
    who: &str,
    asked_with: &Secret,
) -> Result<T> {
    let answer = http.send(request, &retry::TOKEN).await;
    let FinalResponse { response, mut exchange, .. } = answer.or_else(|failure| failure.answer())?;
    // What Azure DevOps' support asks for.
    let id = response.header("x-vss-e2eid").or(response.header("x-msedge-ref")).map(str::to_owned);
    exchange.correlation_id = id.or(exchange.correlation_id);
    match response.status {
        200 => serde_json::from_slice(&response.body).map_err(|_| no_token(who, exchange)),
        429 | 500.. => {
            let message = format!("{who} gave no id token (status {})", response.status);
            Err(Error::new(&codes::SERVICE_UNAVAILABLE, message).http(exchange))
        }
        status => {
            let said: Said = serde_json::from_slice(&response.body).unwrap_or_default();
            let said = said.message.map(|said| redact::without(&said, &[asked_with])).unwrap_or_default();
            let gap = if said.is_empty() { "" } else { ": " };
            let message = format!("{who} refused an id token (status {status}){gap}{said}");
            Err(Error::new(&codes::AUTH_ID_TOKEN, message).http(exchange))
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Said {
    message: Option<String>,
}

fn no_token(who: &str, exchange: Exchange) -> Error {
    Error::new(&codes::AUTH_ID_TOKEN, format!("the answer of {who} holds no id token")).http(exchange)
}
