//! The services that issue id tokens and tokens of managed identities: GitHub Actions, Azure Pipelines and App Service.
//!
//! All three are below `/identity/` and ask for the same secret, `identityToken` of the endpoints.

use super::access_token;
use super::issuers::{BASE, CONNECTION, issuers, managed_identity};
use super::jwt;
use super::trust::EXCHANGE_AUDIENCE;
use crate::emulator::ids::{guid, mix};
use crate::emulator::instance::Instance;
use crate::emulator::json::{Json, object};
use crate::emulator::request::Request;
use crate::emulator::response::Response;

/// The resource id of the managed identity.
const RESOURCE_ID: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/store";
/// Id tokens of build systems are valid for ten minutes.
const ID_TOKEN_LIFETIME: i64 = 600;

/// The secret that a request has to carry.
pub(crate) fn secret(instance: &Instance) -> String {
    format!("identity~{:016x}+/=", mix(instance.options.seed ^ 0x1de7))
}

/// An id token of one of the emulator's issuers at `origin`, valid for `lifetime` seconds.
fn id_token(instance: &Instance, origin: &str, issuer: &str, audience: &str, lifetime: i64) -> String {
    let issuer = issuers(instance, origin).into_iter().find(|known| known.name == issuer);
    let (url, subject) = issuer.map(|issuer| (issuer.url, issuer.subject)).unwrap_or_default();
    let now = instance.now().as_second();
    // Differs between two tokens of the same second.
    let unique = guid(instance.options.seed ^ mix(instance.ids.correlations));
    let claims = object([
        ("iss", Json::text(&url)),
        ("sub", Json::text(&subject)),
        ("aud", Json::text(audience)),
        ("iat", Json::number(now)),
        ("nbf", Json::number(now - 60)),
        ("exp", Json::number(now + lifetime)),
        ("jti", Json::text(&unique)),
    ]);
    jwt::encode(&instance.account, &claims)
}

/// Answers a request for a path below [`BASE`].
pub(crate) fn serve(instance: &mut Instance, request: &Request) -> Response {
    // Counts the request, so that each token has an id of its own.
    instance.ids.correlation();
    match (request.method.as_str(), request.path.strip_prefix(BASE).unwrap_or_default()) {
        ("GET", "github/idtoken") => github(instance, request),
        ("POST", "pipelines/_oidc") => pipelines(instance, request),
        ("GET", "msi/token") => app_service(instance, request),
        _ => Response::unknown_route(request),
    }
}

fn error(status: u16, text: &str) -> Response {
    Response::json(status, object([("message", Json::text(text))]))
}

fn has_secret(instance: &Instance, request: &Request) -> bool {
    request.bearer_token() == Some(secret(instance).as_str())
}

fn github(instance: &Instance, request: &Request) -> Response {
    if !has_secret(instance, request) {
        return error(401, "the request token is wrong or missing");
    }
    // The address in ACTIONS_ID_TOKEN_REQUEST_URL has this parameter: a client has to append to its query.
    if request.parameter("api-version").is_none() {
        return error(400, "api-version is missing");
    }
    let audience = request.parameter("audience").unwrap_or("https://github.com/contoso");
    let token = id_token(instance, &request.origin, "github", audience, ID_TOKEN_LIFETIME);
    Response::json(200, object([("count", Json::number(1)), ("value", Json::text(&token))]))
}

fn pipelines(instance: &Instance, request: &Request) -> Response {
    if !has_secret(instance, request) {
        // Without this header, Azure Pipelines redirects to a sign-in page.
        let suppressed = request.header("x-tfs-fedauthredirect") == Some("Suppress");
        return if suppressed { error(401, "TF400813: not authorized") } else { Response::empty(302) };
    }
    if request.parameter("api-version").is_none() {
        return error(400, "A api-version is required");
    }
    if request.parameter("serviceConnectionId") != Some(CONNECTION) {
        return error(404, "the service connection was not found");
    }
    let token = id_token(instance, &request.origin, "pipelines", EXCHANGE_AUDIENCE, ID_TOKEN_LIFETIME);
    Response::json(200, object([("oidcToken", Json::text(&token))]))
}

/// Managed identities of App Service, in the API version 2019-08-01.
fn app_service(instance: &Instance, request: &Request) -> Response {
    let error = |status: u16, text: &str| {
        Response::json(status, object([("statusCode", Json::number(status)), ("message", Json::text(text))]))
    };
    if request.header("x-identity-header") != Some(secret(instance).as_str()) {
        return error(401, "the X-IDENTITY-HEADER is wrong or missing");
    }
    if request.parameter("api-version") != Some("2019-08-01") {
        return error(400, "the api-version is not supported");
    }
    let Some(resource) = request.parameter("resource") else {
        return error(400, "resource is missing");
    };
    let (client, object_id) = managed_identity(instance);
    // A request may name the identity by one of these parameters.
    let names = [
        ("client_id", client.as_str()),
        ("object_id", &object_id),
        ("principal_id", &object_id),
        ("mi_res_id", RESOURCE_ID),
    ];
    let matches: Vec<bool> =
        names.into_iter().filter_map(|(name, id)| request.parameter(name).map(|sent| sent == id)).collect();
    if matches.len() > 1 || matches.contains(&false) {
        return error(
            400,
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
        );
    }
    let now = instance.now().as_second();
    let lifetime = i64::try_from(instance.options.token_lifetime).unwrap_or(i64::MAX / 2);
    let access = if resource == EXCHANGE_AUDIENCE {
        id_token(instance, &request.origin, "msi", EXCHANGE_AUDIENCE, lifetime)
    } else if let Some(audience) = access_token::audience(resource, &request.origin) {
        access_token::issue(instance, &audience, &client, now, now + lifetime)
    } else {
        return error(400, "the resource principal was not found in the tenant");
    };
    Response::json(
        200,
        object([
            ("access_token", Json::text(&access)),
            ("client_id", Json::text(&client)),
            ("expires_on", Json::text(&(now + lifetime).to_string())),
            ("resource", Json::text(resource)),
            ("token_type", Json::text("Bearer")),
        ]),
    )
}
