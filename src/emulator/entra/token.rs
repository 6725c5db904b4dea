//! The token endpoints of Entra ID, v1 and v2, for the client credentials grant.

use super::access_token;
use super::assertion;
use super::error::TokenError;
use super::trust::Trust;
use crate::emulator::instance::Instance;
use crate::emulator::json::{Json, object};
use crate::emulator::request::Request;
use crate::emulator::response::Response;

/// The type of client assertions, which are JWTs.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The version of a token endpoint. Version 1 takes a resource and sends numbers as strings, version 2 takes a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}

/// The tenant and the version of a token endpoint, from its path.
pub(crate) fn endpoint(path: &str) -> Option<(&str, Version)> {
    let (tenant, rest) = path.strip_prefix('/')?.split_once('/')?;
    match rest.to_ascii_lowercase().as_str() {
        "oauth2/token" => Some((tenant, Version::V1)),
        "oauth2/v2.0/token" => Some((tenant, Version::V2)),
        _ => None,
    }
}

/// Answers a token request.
pub(crate) fn serve(
    instance: &mut Instance,
    trust: &Trust,
    request: &Request,
    tenant: &str,
    version: Version,
) -> Response {
    let trace = instance.ids.correlation();
    let response = match authorize(instance, trust, request, tenant, version) {
        Ok(audience) => token_response(instance, &audience, version),
        Err(error) => {
            let timestamp = instance.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
            error.into_response(&trace, &timestamp)
        }
    };
    response.header("cache-control", "no-store, no-cache").header("x-ms-request-id", trace)
}

fn token_response(instance: &Instance, audience: &str, version: Version) -> Response {
    let (lifetime, now) = (instance.options.token_lifetime, instance.now().as_second());
    let expires = now.saturating_add(i64::try_from(lifetime).unwrap_or(i64::MAX));
    let token = access_token::issue(instance, audience, &instance.account.client_id, now, expires);
    let body = match version {
        Version::V1 => {
            let text = |number: i64| Json::text(&number.to_string());
            let lifetime = Json::text(&lifetime.to_string());
            object([
                ("token_type", Json::text("Bearer")),
                ("expires_in", lifetime.clone()),
                ("ext_expires_in", lifetime),
                ("expires_on", text(expires)),
                ("not_before", text(now - 300)),
                ("resource", Json::text(audience)),
                ("access_token", Json::text(&token)),
            ])
        }
        Version::V2 => object([
            ("token_type", Json::text("Bearer")),
            ("expires_in", Json::number(lifetime)),
            ("ext_expires_in", Json::number(lifetime)),
            ("access_token", Json::text(&token)),
        ]),
    };
    Response::json(200, body)
}

/// Authenticates the client of a token request and gives the audience of its token.
fn authorize(
    instance: &Instance,
    trust: &Trust,
    request: &Request,
    tenant: &str,
    version: Version,
) -> Result<String, TokenError> {
    if request.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(TokenError::missing("grant_type"));
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    for (index, (name, _)) in form.iter().enumerate() {
        if form[..index].iter().any(|(other, _)| other == name) {
            let text = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
            return Err(TokenError::new(400, "invalid_request", 9_000_411, text));
        }
    }
    let field = |name: &str| form.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value);
    let needed = |name: &str| field(name).ok_or_else(|| TokenError::missing(name));
    let grant_type = needed("grant_type")?;
    if grant_type != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        return Err(TokenError::new(400, "unsupported_grant_type", 70_003, text));
    }
    let account = &instance.account;
    if !tenant.eq_ignore_ascii_case(&account.tenant_id) {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        return Err(TokenError::new(400, "invalid_request", 90_002, text));
    }
    let client = needed("client_id")?;
    if !client.eq_ignore_ascii_case(&account.client_id) {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        );
        return Err(TokenError::new(400, "unauthorized_client", 700_016, text));
    }
    let endpoints = ["oauth2/v2.0/token", "oauth2/token"].map(|path| format!("{}/{tenant}/{path}", request.origin));
    let assertion = (field("client_assertion"), field("client_assertion_type"));
    authenticate(instance, trust, field("client_secret"), assertion, &endpoints)?;
    match version {
        Version::V1 => audience(needed("resource")?, tenant, &request.origin),
        Version::V2 => audience(scope_resource(needed("scope")?)?, tenant, &request.origin),
    }
}

/// Checks the secret or the assertion of the client. `endpoints` are the audiences that an assertion may have.
fn authenticate(
    instance: &Instance,
    trust: &Trust,
    secret: Option<&String>,
    (assertion, assertion_type): (Option<&String>, Option<&String>),
    endpoints: &[String],
) -> Result<(), TokenError> {
    let client = &instance.account.client_id;
    match (secret, assertion) {
        (Some(secret), _) if *secret == instance.account.client_secret => Ok(()),
        (Some(_), _) => {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{client}'."
            );
            Err(TokenError::invalid_client(7_000_215, text))
        }
        (None, Some(assertion)) => {
            if assertion_type.map(String::as_str) != Some(JWT_BEARER) {
                return Err(TokenError::missing("client_assertion_type"));
            }
            assertion::check(instance, trust, assertion, endpoints)
        }
        (None, None) => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Err(TokenError::invalid_client(7_000_218, text))
        }
    }
}

/// The resource that the `scope` of version 2 names.
fn scope_resource(scope: &str) -> Result<&str, TokenError> {
    scope.strip_suffix("/.default").ok_or_else(|| {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        TokenError::new(400, "invalid_scope", 70_011, text)
    })
}

/// The audience of a token for a resource.
fn audience(resource: &str, tenant: &str, origin: &str) -> Result<String, TokenError> {
    if let Some(audience) = access_token::audience(resource, origin) {
        return Ok(audience);
    }
    let text = format!(
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the \
         application has not been installed by the administrator of the tenant or consented to by any user in the \
         tenant. You might have sent your authentication request to the wrong tenant."
    );
    Err(TokenError::new(400, "invalid_resource", 500_011, text))
}
