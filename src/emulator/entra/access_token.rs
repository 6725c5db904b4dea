//! Access tokens for the submission API.

use super::jwt;
use crate::emulator::instance::Instance;
use crate::emulator::json::{Json, object};
use crate::emulator::request::Request;

/// The audience of the submission API, without a slash at the end.
const AUDIENCE: &str = "https://manage.devcenter.microsoft.com";

/// The audience of a token for a resource, or `None` if there is no such resource. As in Entra ID, one with a slash at the
/// end is granted, although the submission API does not accept that token. The emulator's own address, `origin`, stands
/// for the service: some clients have one setting for root and resource.
pub(super) fn audience(resource: &str, origin: &str) -> Option<String> {
    let bare = resource.strip_suffix('/').unwrap_or(resource);
    if bare == AUDIENCE {
        return Some(resource.to_owned());
    }
    let path = bare.strip_prefix(origin)?;
    (path.is_empty() || path.eq_ignore_ascii_case("/v1.0/my")).then(|| AUDIENCE.to_owned())
}

/// An access token for an audience and an application; times are Unix times in seconds.
pub(super) fn issue(instance: &Instance, audience: &str, client_id: &str, now: i64, expires: i64) -> String {
    let claims = object([
        ("aud", Json::text(audience)),
        ("iss", Json::text(&issuer(instance))),
        ("iat", Json::number(now)),
        ("nbf", Json::number(now - 300)),
        ("exp", Json::number(expires)),
        ("appid", Json::text(client_id)),
        ("tid", Json::text(&instance.account.tenant_id)),
        ("uti", Json::text(&instance.account.token_id(instance.ids.correlations))),
    ]);
    jwt::encode(&instance.account, &claims)
}

fn issuer(instance: &Instance) -> String {
    format!("https://sts.windows.net/{}/", instance.account.tenant_id)
}

/// Checks the bearer token of a call of the submission API.
///
/// # Errors
///
/// The message of the 401 response.
pub(crate) fn check(instance: &Instance, request: &Request) -> Result<(), &'static str> {
    if request.header("authorization").is_none() {
        return Err("Authorization: A bearer token is required");
    }
    let token = request.bearer_token().ok_or("Authorization: The scheme is not Bearer")?;
    let (text, signature) = token.rsplit_once('.').ok_or("Authorization: The token is malformed")?;
    if jwt::signature(&instance.account, text) != signature {
        return Err("Authorization: The signature of the token is invalid");
    }
    let claims = text.split_once('.').and_then(|(_, claims)| jwt::decode(claims));
    let claims = claims.ok_or("Authorization: The token is malformed")?;
    if claims.text_of("iss") != issuer(instance) {
        return Err("Authorization: The issuer of the token is invalid");
    }
    if claims.text_of("aud") != AUDIENCE {
        return Err("Authorization: The audience of the token is invalid");
    }
    if claims.get("exp").and_then(Json::as_f64).unwrap_or(0.0) <= instance.now().as_second() as f64 {
        return Err("Authorization: The token has expired");
    }
    Ok(())
}
