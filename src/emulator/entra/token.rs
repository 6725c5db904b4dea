//! The two token endpoints of Entra ID, and the check of the tokens they give.
//!
//! A token is a JWT signed with the key of this emulator, so that an expired one, one for another audience and one of
//! another emulator can be told apart without a list of tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::emulator::blob::sas::hmac_sha256;
use crate::emulator::ids::guid;
use crate::emulator::json::{self, Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, token_error};
use crate::emulator::state::Store;

/// The audience of the service, without a slash at the end.
pub(crate) const AUDIENCE: &str = "https://manage.devcenter.microsoft.com";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// `Some(tenant, is v2)` for the path of a token endpoint.
pub(crate) fn endpoint(path: &str) -> Option<(&str, bool)> {
    let mut segments = path.strip_prefix('/')?.splitn(2, '/');
    let (tenant, rest) = (segments.next()?, segments.next()?.to_ascii_lowercase());
    match rest.as_str() {
        "oauth2/token" => Some((tenant, false)),
        "oauth2/v2.0/token" => Some((tenant, true)),
        _ => None,
    }
}

/// Answers a token request.
pub(crate) fn issue(store: &mut Store, call: &Call, tenant: &str, v2: bool) -> Answer {
    let trace = store.ids.exchange();
    let at = store.now().strftime("%Y-%m-%d %H:%M:%SZ").to_string();
    match grant(store, call, tenant, v2) {
        Ok(audience) => {
            let (lifetime, now) = (store.options.token_lifetime, store.now().as_second());
            let expires = now.saturating_add(i64::try_from(lifetime).unwrap_or(i64::MAX));
            let client = store.account.client_id.clone();
            let token = sign(store, &audience, &client, now, expires);
            if v2 {
                Answer::json(
                    200,
                    object([
                        ("token_type", Json::text("Bearer")),
                        ("expires_in", Json::number(lifetime)),
                        ("ext_expires_in", Json::number(lifetime)),
                        ("access_token", Json::text(&token)),
                    ]),
                )
            } else {
                let text = |number: &dyn std::fmt::Display| Json::text(&number.to_string());
                Answer::json(
                    200,
                    object([
                        ("token_type", Json::text("Bearer")),
                        ("expires_in", text(&lifetime)),
                        ("ext_expires_in", text(&lifetime)),
                        ("expires_on", text(&expires)),
                        ("not_before", text(&(now - 300))),
                        ("resource", Json::text(&audience)),
                        ("access_token", Json::text(&token)),
                    ]),
                )
            }
        }
        Err((status, error, number, text)) => token_error(status, error, number, &text, &trace, &at),
    }
    .header("cache-control", "no-store, no-cache")
    .header("x-ms-request-id", trace)
}

/// Status, `error`, AADSTS number and text.
pub(crate) type Refusal = (u16, &'static str, u32, String);

fn missing(name: &str) -> Refusal {
    (400, "invalid_request", 900_144, format!("The request body must contain the following parameter: '{name}'."))
}

/// The audience that the request may have a token for.
fn grant(store: &Store, call: &Call, tenant: &str, v2: bool) -> Result<String, Refusal> {
    if call.media_type().as_deref() != Some("application/x-www-form-urlencoded") {
        return Err(missing("grant_type"));
    }
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&call.body).into_owned().collect();
    for (index, (name, _)) in form.iter().enumerate() {
        if form[..index].iter().any(|(other, _)| other == name) {
            let text = format!("The request is not properly formatted. The parameter '{name}' is duplicated.");
            return Err((400, "invalid_request", 9_000_411, text));
        }
    }
    let field = |name: &str| form.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value);
    let needed = |name: &str| field(name).ok_or_else(|| missing(name));
    let grant_type = needed("grant_type")?;
    if grant_type != "client_credentials" {
        let text = format!("The app requested an unsupported grant type '{grant_type}'.");
        return Err((400, "unsupported_grant_type", 70_003, text));
    }
    let account = &store.account;
    if !tenant.eq_ignore_ascii_case(&account.tenant_id) {
        let text = format!(
            "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant."
        );
        return Err((400, "invalid_request", 90_002, text));
    }
    let client = needed("client_id")?;
    if !client.eq_ignore_ascii_case(&account.client_id) {
        let text = format!(
            "Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        );
        return Err((400, "unauthorized_client", 700_016, text));
    }
    let endpoints = ["oauth2/v2.0/token", "oauth2/token"].map(|path| format!("{}/{tenant}/{path}", store.origin));
    let assertion = (field("client_assertion"), field("client_assertion_type"));
    prove(store, field("client_secret"), assertion, &endpoints)?;
    if v2 { scope_audience(needed("scope")?, tenant) } else { resource_audience(needed("resource")?, tenant) }
}

/// Secret or assertion of the client.
fn prove(
    store: &Store,
    secret: Option<&String>,
    (assertion, assertion_type): (Option<&String>, Option<&String>),
    endpoints: &[String],
) -> Result<(), Refusal> {
    let client = &store.account.client_id;
    match (secret, assertion) {
        (Some(secret), _) if *secret == store.account.client_secret => Ok(()),
        (Some(_), _) => {
            let text = format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{client}'."
            );
            Err((401, "invalid_client", 7_000_215, text))
        }
        (None, Some(assertion)) => {
            if assertion_type.map(String::as_str) != Some(JWT_BEARER) {
                return Err(missing("client_assertion_type"));
            }
            super::assertion::check(store, assertion, endpoints)
        }
        (None, None) => {
            let text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.";
            Err((401, "invalid_client", 7_000_218, text.to_owned()))
        }
    }
}

/// v1: a resource with a slash at the end is granted, and its token is of no use at the service.
fn resource_audience(resource: &str, tenant: &str) -> Result<String, Refusal> {
    if resource.strip_suffix('/').unwrap_or(resource) == AUDIENCE {
        return Ok(resource.to_owned());
    }
    Err(unknown_resource(resource, tenant))
}

fn scope_audience(scope: &str, tenant: &str) -> Result<String, Refusal> {
    let Some(resource) = scope.strip_suffix("/.default") else {
        let text = format!(
            "The provided request must include a 'scope' input parameter. The provided value for the input parameter \
             'scope' is not valid. The scope {scope} is not valid."
        );
        return Err((400, "invalid_scope", 70_011, text));
    };
    if resource.strip_suffix('/').unwrap_or(resource) == AUDIENCE {
        return Ok(resource.to_owned());
    }
    Err(unknown_resource(resource, tenant))
}

fn unknown_resource(resource: &str, tenant: &str) -> Refusal {
    let text = format!(
        "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the \
         application has not been installed by the administrator of the tenant or consented to by any user in the \
         tenant. You might have sent your authentication request to the wrong tenant."
    );
    (400, "invalid_resource", 500_011, text)
}

/// A token for this audience and application.
pub(crate) fn sign(store: &Store, audience: &str, client: &str, now: i64, expires: i64) -> String {
    let unique = guid(store.account.key[0] as u64 ^ store.ids.exchanges);
    let claims = object([
        ("aud", Json::text(audience)),
        ("iss", Json::text(&issuer(store))),
        ("iat", Json::number(now)),
        ("nbf", Json::number(now - 300)),
        ("exp", Json::number(expires)),
        ("appid", Json::text(client)),
        ("tid", Json::text(&store.account.tenant_id)),
        ("uti", Json::text(&unique)),
    ]);
    jwt(store, &claims)
}

fn issuer(store: &Store) -> String {
    format!("https://sts.windows.net/{}/", store.account.tenant_id)
}

/// Claims, signed with the key of this emulator.
pub(crate) fn jwt(store: &Store, claims: &Json) -> String {
    let header = object([("typ", Json::text("JWT")), ("alg", Json::text("HS256"))]);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(hmac_sha256(&store.account.key, text.as_bytes()));
    format!("{text}.{signature}")
}

fn claims(token: &str) -> Option<Json> {
    let mut parts = token.split('.');
    let (_, claims, _) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok()?;
    json::parse(std::str::from_utf8(&bytes).ok()?).ok().filter(|claims| matches!(claims, Json::Object(_)))
}

/// Checks the bearer token of a service call; the error is the message of the 401.
pub(crate) fn check(store: &Store, call: &Call) -> Result<(), &'static str> {
    let header = call.header("authorization").ok_or("Authorization: A bearer token is required")?;
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err("Authorization: The scheme is not Bearer");
    }
    let (text, signature) = token.rsplit_once('.').ok_or("Authorization: The token is malformed")?;
    if URL_SAFE_NO_PAD.encode(hmac_sha256(&store.account.key, text.as_bytes())) != signature {
        return Err("Authorization: The signature of the token is invalid");
    }
    let claims = claims(token).ok_or("Authorization: The token is malformed")?;
    if claims.text_of("iss") != issuer(store) {
        return Err("Authorization: The issuer of the token is invalid");
    }
    if claims.text_of("aud") != AUDIENCE {
        return Err("Authorization: The audience of the token is invalid");
    }
    if claims.get("exp").and_then(Json::as_f64).unwrap_or(0.0) <= store.now().as_second() as f64 {
        return Err("Authorization: The token has expired");
    }
    Ok(())
}
