//! The token endpoints of Microsoft Entra ID, v2 and v1: the client credentials flow,
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use super::said::{self, Said};
use super::token_response::{RequestTime, TokenResponse};
use crate::auth::token::Token;
use crate::config::{Config, Secret, TokenEndpoint};
use crate::error::{Code, Error, Exchange, Result, ServiceError, codes};
use crate::http::{ApiRequest, FinalResponse, Http, Response, retry, support_id};

/// The application that signs in.
#[derive(Clone, Copy)]
pub(super) struct App<'a> {
    pub(super) tenant_id: &'a str,
    pub(super) client_id: &'a str,
}

/// What proves the identity of the application.
#[derive(Clone, Copy)]
pub(super) enum Proof<'a> {
    /// A client secret.
    Secret(&'a Secret),
    /// A JWT, signed with the certificate of the application or by an issuer that the application trusts.
    Assertion(&'a Secret),
}

/// The audience that an assertion of another issuer must have. Each national cloud has its own.
pub(super) fn exchange_audience(config: &Config) -> &'static str {
    match config.authority_url.host_str() {
        Some("login.microsoftonline.us") => "api://AzureADTokenExchangeUSGov",
        Some("login.partner.microsoftonline.cn" | "login.chinacloudapi.cn") => "api://AzureADTokenExchangeChina",
        _ => "api://AzureADTokenExchange",
    }
}

/// The token endpoint of a tenant. It is also the audience of an assertion that a certificate signs.
pub(super) fn endpoint(config: &Config, tenant_id: &str) -> Result<Url> {
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
    Ok(url)
}

/// Exchanges the proof for a token.
pub(super) async fn exchange(
    audience: &str,
    config: &Config,
    http: &Http,
    app: App<'_>,
    proof: Proof<'_>,
) -> Result<Token> {
    let url = endpoint(config, app.tenant_id)?;
    let (Proof::Secret(secret) | Proof::Assertion(secret)) = proof;
    let requested = RequestTime::now(http);
    let form = form(audience, config, app.client_id, proof);
    let request = ApiRequest::new(Method::POST, url).form(form).check_body(no_token);
    let last = http.send(request, &retry::TOKEN).await;
    let FinalResponse { response, exchange, .. } = last.or_else(|failure| failure.into_response())?;
    if response.status != 200 {
        let error = refusal(&response.body, exchange, secret);
        return Err(match proof {
            Proof::Assertion(assertion) if *error.code() == codes::AUTH_FEDERATION_UNKNOWN => {
                federation_unknown(error, assertion)
            }
            _ => error,
        });
    }
    let body: TokenResponse = serde_json::from_slice(&response.body).map_err(|_| {
        Error::new(&codes::NETWORK_BAD_ANSWER, "the sign-in service's answer holds no token").http(exchange)
    })?;
    Ok(body.into_token(&requested, response.date()))
}

/// Why the body of a successful response is malformed: it holds no token, for example because it was cut short.
fn no_token(response: &Response) -> Option<String> {
    serde_json::from_slice::<TokenResponse>(&response.body).err().map(|_| "holds no token".to_owned())
}

fn form(audience: &str, config: &Config, client_id: &str, proof: Proof<'_>) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials");
    form.append_pair("client_id", client_id);
    match proof {
        Proof::Secret(secret) => form.append_pair("client_secret", secret.reveal()),
        Proof::Assertion(assertion) => form
            .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", assertion.reveal()),
    };
    match config.token_endpoint {
        TokenEndpoint::V2 => form.append_pair("scope", &format!("{audience}/.default")),
        TokenEndpoint::V1 => form.append_pair("resource", audience),
    };
    form.finish()
}

/// AADSTS7002138: subjects are compared with their letter case since 2024,
/// <https://learn.microsoft.com/entra/identity-platform/reference-breaking-changes#august-2024>.
const LETTER_CASE: u64 = 7_002_138;

/// The error of a response that refuses the request. `secret` is the secret that was sent; the response may contain it.
fn refusal(body: &[u8], mut exchange: Exchange, secret: &Secret) -> Error {
    let said = Said::read(body);
    let (code, message) = meaning(&said, exchange.status.unwrap_or_default());
    if let Some(id) = said.correlation_id.as_deref().and_then(support_id) {
        exchange.correlation_ids = vec![id];
    }
    let description = said.line(&[secret]);
    let message = match (&description, exchange.status) {
        (Some(description), _) => format!("{message}: {description}"),
        (None, Some(status)) => format!("{message} (status {status})"),
        (None, None) => message.to_owned(),
    };
    let number = said.codes.first().map(|number| format!("AADSTS{number}"));
    Error::new(code, message).http(exchange).service(ServiceError {
        code: number.or_else(|| said::line(said.error.as_deref()?, &[secret])),
        message: description,
        ..ServiceError::default()
    })
}

fn meaning(said: &Said, status: u16) -> (&'static Code, &'static str) {
    match said.codes.first().copied() {
        Some(7_000_215) => (&codes::AUTH_INVALID_SECRET, "the client secret is wrong"),
        Some(7_000_222) => (&codes::AUTH_EXPIRED_SECRET, "the client secret has expired"),
        Some(7_000_229) => {
            (&codes::AUTH_NO_SERVICE_PRINCIPAL, "the application has no service principal in this tenant")
        }
        Some(53_003) => (&codes::AUTH_CONDITIONAL_ACCESS, "a Conditional Access policy blocks the sign-in"),
        Some(700_016) => (&codes::AUTH_UNKNOWN_CLIENT, "the tenant has no application with this client id"),
        Some(90_002 | 900_023) => (&codes::AUTH_UNKNOWN_TENANT, "there is no such tenant"),
        Some(500_011) => (&codes::AUTH_TENANT_NOT_ASSOCIATED, "the tenant does not know the Store's service"),
        Some(700_024) => (&codes::AUTH_ASSERTION_EXPIRED, "the assertion has expired or is not valid yet"),
        Some(700_027) => (&codes::AUTH_CERTIFICATE_UNKNOWN, "the application does not know the certificate"),
        Some(LETTER_CASE) => (
            &codes::AUTH_FEDERATION_UNKNOWN,
            "the application trusts the subject of the token in other letter case only",
        ),
        Some(70_021 | 700_211..=700_213) => (
            &codes::AUTH_FEDERATION_UNKNOWN,
            "the application does not trust the token of the build system or identity",
        ),
        _ if status == 429 => (&codes::SERVICE_THROTTLED, "the sign-in service limits the requests"),
        _ if status >= 500 => (&codes::SERVICE_UNAVAILABLE, "the sign-in service is not available"),
        _ => (&codes::AUTH_REFUSED, "the sign-in service refused"),
    }
}

/// Adds what the token says about itself: the federated credential must have exactly these values.
fn federation_unknown(error: Error, assertion: &Secret) -> Error {
    let code = error.service_error().and_then(|service| service.code.clone());
    let claims = Claims::of(assertion);
    let value = |name: &str, claim: &Option<String>| {
        claim.as_ref().map(|value| format!("{name} `{}`", said::line(value, &[assertion]).unwrap_or_default()))
    };
    if code.as_deref() == Some("AADSTS7002138") {
        let subject = value("the subject", &claims.sub).unwrap_or_else(|| "the subject of the token".to_owned());
        return error.hint(format!(
            "letter case counts: delete the federated credential in Entra ID and add it again with {subject}; where it \
             looks the same already, editing it did not help, deleting and adding it did"
        ));
    }
    let values = [value("issuer", &claims.iss), value("subject", &claims.sub), value("audience", &claims.aud)];
    let values: Vec<String> = values.into_iter().flatten().collect();
    if values.is_empty() {
        return error;
    }
    error.hint(format!(
        "add a federated credential in Entra ID under 'Certificates & secrets' with exactly these values: {}",
        values.join(", ")
    ))
}

/// What an assertion says about itself. It is not verified, and may be no JWT.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    iss: Option<String>,
    sub: Option<String>,
    aud: Option<String>,
}

impl Claims {
    fn of(assertion: &Secret) -> Claims {
        let claims = assertion.reveal().split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        claims.and_then(|claims| serde_json::from_slice(&claims).ok()).unwrap_or_default()
    }
}
