//! Who hands out id tokens and tokens of managed identities: GitHub Actions, Azure Pipelines, App Service.
//!
//! All three are below `/identity/`, want the same secret (`identityToken` of the endpoints), and are recorded and
//! disturbed like the other services.

use super::assertion::{EXCHANGE, Federated};
use super::token;
use crate::emulator::ids::{guid, mix};
use crate::emulator::json::{Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::Answer;
use crate::emulator::state::Store;

pub(crate) const BASE: &str = "/identity/";
/// The identity that may be chosen by its resource id.
const RESOURCE_ID: &str =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/store";
const CONNECTION: &str = "connection-1";
/// Id tokens of build systems live for minutes.
const ID_TOKEN_LIFE: i64 = 600;

/// What a caller must show.
pub(crate) fn secret(store: &Store) -> String {
    format!("identity~{:016x}+/=", mix(store.options.seed ^ 0x1de7))
}

/// Client id and object id of the managed identity.
fn identity(store: &Store) -> (String, String) {
    (guid(store.options.seed ^ 0x1d01), guid(store.options.seed ^ 0x1d02))
}

fn subjects(store: &Store) -> [(&'static str, String); 3] {
    [
        ("github", "repo:contoso/reader:ref:refs/heads/main".to_owned()),
        ("pipelines", format!("sc://contoso/store/{CONNECTION}")),
        ("msi", identity(store).1),
    ]
}

fn issuer(store: &Store, name: &str) -> String {
    format!("{}{BASE}{name}", store.origin)
}

/// What the application trusts until it is told otherwise.
pub(crate) fn trusted(store: &Store) -> Vec<Federated> {
    let known = |(name, subject)| Federated { issuer: issuer(store, name), subject, audience: EXCHANGE.to_owned() };
    subjects(store).into_iter().map(known).collect()
}

fn id_token(store: &mut Store, name: &str, audience: &str, life: i64) -> String {
    let subject = subjects(store).into_iter().find(|known| known.0 == name).map(|known| known.1).unwrap_or_default();
    let now = store.now().as_second();
    // Two that are asked for in one second are still two.
    let unique = guid(store.options.seed ^ mix(store.ids.exchanges));
    let claims = object([
        ("iss", Json::text(&issuer(store, name))),
        ("sub", Json::text(&subject)),
        ("aud", Json::text(audience)),
        ("iat", Json::number(now)),
        ("nbf", Json::number(now - 60)),
        ("exp", Json::number(now + life)),
        ("jti", Json::text(&unique)),
    ]);
    token::jwt(store, &claims)
}

/// Answers what is below [`BASE`].
pub(crate) fn serve(store: &mut Store, call: &Call) -> Answer {
    store.ids.exchange();
    match (call.method.as_str(), call.path.strip_prefix(BASE).unwrap_or_default()) {
        ("GET", "github/idtoken") => github(store, call),
        ("POST", "pipelines/_oidc") => pipelines(store, call),
        ("GET", "msi/token") => app_service(store, call),
        _ => crate::emulator::service::unknown_route(call),
    }
}

fn message(status: u16, text: &str) -> Answer {
    Answer::json(status, object([("message", Json::text(text))]))
}

fn has_bearer(store: &Store, call: &Call) -> bool {
    let shown = call.header("authorization").and_then(|header| header.split_once(' '));
    shown.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("bearer") && token == secret(store))
}

fn github(store: &mut Store, call: &Call) -> Answer {
    if !has_bearer(store, call) {
        return message(401, "the request token is wrong or missing");
    }
    // The address in the variable has a query already, and what is added must not replace it.
    if call.parameter("api-version").is_none() {
        return message(400, "api-version is missing");
    }
    let audience = call.parameter("audience").unwrap_or("https://github.com/contoso").to_owned();
    let token = id_token(store, "github", &audience, ID_TOKEN_LIFE);
    Answer::json(200, object([("count", Json::number(1)), ("value", Json::text(&token))]))
}

fn pipelines(store: &mut Store, call: &Call) -> Answer {
    if !has_bearer(store, call) {
        // Without the header the answer is a redirect to a page where people sign in.
        let suppressed = call.header("x-tfs-fedauthredirect") == Some("Suppress");
        return if suppressed { message(401, "TF400813: not authorized") } else { Answer::empty(302) };
    }
    if call.parameter("api-version").is_none() {
        return message(400, "A api-version is required");
    }
    if call.parameter("serviceConnectionId") != Some(CONNECTION) {
        return message(404, "the service connection was not found");
    }
    let token = id_token(store, "pipelines", EXCHANGE, ID_TOKEN_LIFE);
    Answer::json(200, object([("oidcToken", Json::text(&token))]))
}

/// The metadata service of App Service, version 2019-08-01.
fn app_service(store: &mut Store, call: &Call) -> Answer {
    let refuse = |status: u16, text: &str| {
        Answer::json(status, object([("statusCode", Json::number(status)), ("message", Json::text(text))]))
    };
    if call.header("x-identity-header") != Some(secret(store).as_str()) {
        return refuse(401, "the X-IDENTITY-HEADER is wrong or missing");
    }
    if call.parameter("api-version") != Some("2019-08-01") {
        return refuse(400, "the api-version is not supported");
    }
    let Some(resource) = call.parameter("resource") else {
        return refuse(400, "resource is missing");
    };
    let (client, object_id) = identity(store);
    let known = [("client_id", client.as_str()), ("object_id", &object_id), ("principal_id", &object_id)];
    let chosen = known.into_iter().chain([("mi_res_id", RESOURCE_ID)]);
    let given: Vec<_> = chosen.filter_map(|(name, value)| call.parameter(name).map(|given| given == value)).collect();
    if given.len() > 1 || given.contains(&false) {
        return refuse(
            400,
            "No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.",
        );
    }
    let (resource, now) = (resource.to_owned(), store.now().as_second());
    let life = i64::try_from(store.options.token_lifetime).unwrap_or(i64::MAX / 2);
    let access = if resource == EXCHANGE {
        id_token(store, "msi", EXCHANGE, life)
    } else if resource == token::AUDIENCE {
        token::sign(store, &resource, &client, now, now + life)
    } else {
        return refuse(400, "the resource principal was not found in the tenant");
    };
    Answer::json(
        200,
        object([
            ("access_token", Json::text(&access)),
            ("client_id", Json::text(&client)),
            ("expires_on", Json::text(&(now + life).to_string())),
            ("resource", Json::text(&resource)),
            ("token_type", Json::text("Bearer")),
        ]),
    )
}
