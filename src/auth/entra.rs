//! The token endpoints of Microsoft Entra ID, v2 and v1 (`perf-reliability` H).

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::Instant;
use url::form_urlencoded;

use super::{AUDIENCE, Token};
use crate::config::{Config, Secret, TokenEndpoint};
use crate::error::{Code, Error, Exchange, Result, ServiceAnswer, codes};
use crate::http::{Answer, ApiRequest, Http, redact, retry};

/// Signs in with a client secret.
pub(super) async fn with_secret(
    config: &Config,
    http: &Http,
    tenant_id: &str,
    client_id: &str,
    client_secret: &Secret,
) -> Result<Token> {
    exchange(config, http, tenant_id, form(config, client_id, client_secret)).await
}

fn form(config: &Config, client_id: &str, client_secret: &Secret) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", client_id);
    form.append_pair("client_secret", client_secret.reveal());
    match config.token_endpoint {
        TokenEndpoint::V2 => form.append_pair("scope", &format!("{AUDIENCE}/.default")),
        TokenEndpoint::V1 => form.append_pair("resource", AUDIENCE),
    };
    form.finish()
}

async fn exchange(config: &Config, http: &Http, tenant_id: &str, form: String) -> Result<Token> {
    let endpoint = match config.token_endpoint {
        TokenEndpoint::V2 => &["oauth2", "v2.0", "token"][..],
        TokenEndpoint::V1 => &["oauth2", "token"],
    };
    let mut url = config.authority_url.clone();
    url.path_segments_mut()
        .map_err(|()| Error::new(&codes::CONFIG_INVALID, "`authorityUrl` can't have paths"))?
        .pop_if_empty()
        .push(tenant_id)
        .extend(endpoint);
    let asked = Instant::now();
    let asked_at = http.now();
    let answer = http.send(ApiRequest::new(Method::POST, url).form(form), &retry::TOKEN).await;
    let Answer { response, exchange } = answer.map_err(|failure| match failure.cause {
        Err(ref reason) => {
            let reason = reason.clone();
            failure.no_answer(&reason)
        }
        Ok(response) => refusal(&response.body, failure.exchange),
    })?;
    if response.status != 200 {
        return Err(refusal(&response.body, exchange));
    }
    let granted: Granted = serde_json::from_slice(&response.body).map_err(|_| {
        Error::new(&codes::NETWORK_BAD_ANSWER, "the sign-in service's answer holds no token").http(exchange)
    })?;
    // Counted from before the request: the life began at the latest when the answer was made.
    let life = Duration::from_secs(granted.expires_in.seconds());
    Ok(Token {
        secret: granted.access_token,
        expires_at: asked_at.checked_add(life).ok().or(Some(Timestamp::MAX)),
        expires: Some(asked + life),
    })
}

#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    expires_in: Number,
}

/// v1 writes numbers as strings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u64),
    Text(String),
}

impl Number {
    fn seconds(&self) -> u64 {
        match self {
            Number::Plain(seconds) => *seconds,
            Number::Text(text) => text.parse().unwrap_or(0),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: Option<String>,
    error_description: Option<String>,
    error_codes: Vec<u64>,
    correlation_id: Option<String>,
}

fn refusal(body: &[u8], mut exchange: Exchange) -> Error {
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let status = exchange.status.unwrap_or_default();
    let (code, message) = meaning(&refusal, status);
    exchange.correlation_id = refusal.correlation_id.or(exchange.correlation_id);
    let said = refusal.error_description.as_deref().map(first_line);
    let message = match &said {
        Some(said) => format!("{message}: {said}"),
        None => format!("{message} (status {status})"),
    };
    Error::new(code, message).http(exchange).service(ServiceAnswer {
        code: refusal.error_codes.first().map(|number| format!("AADSTS{number}")).or(refusal.error),
        message: said,
        ..ServiceAnswer::default()
    })
}

fn meaning(refusal: &Refusal, status: u16) -> (&'static Code, &'static str) {
    match refusal.error_codes.first() {
        Some(7_000_215) => (&codes::AUTH_INVALID_SECRET, "the client secret is wrong"),
        Some(7_000_222) => (&codes::AUTH_EXPIRED_SECRET, "the client secret has expired"),
        Some(700_016) => (&codes::AUTH_UNKNOWN_CLIENT, "the tenant has no application with this client id"),
        Some(90_002 | 900_023) => (&codes::AUTH_UNKNOWN_TENANT, "there is no such tenant"),
        _ if status == 429 => (&codes::SERVICE_THROTTLED, "the sign-in service is asked too often"),
        _ if status >= 500 => (&codes::SERVICE_UNAVAILABLE, "the sign-in service is not available"),
        _ => (&codes::AUTH_REFUSED, "the sign-in service refused"),
    }
}

/// The rest is trace ids, which stand in fields of their own.
fn first_line(text: &str) -> String {
    redact::text(text.lines().next().unwrap_or_default().trim())
}
