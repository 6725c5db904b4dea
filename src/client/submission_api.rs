//! What a refusal of the service means (`api` d): from its status, code, target and message to one of our codes.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Code, Error, Exchange, ServiceError, codes};
use crate::http::redact;

/// The shapes in which the service refuses: its own, and its gateway's. All members are optional.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    details: Option<Box<RawValue>>,
}

/// The error of an answer that is no success. The body may be anything.
pub(super) fn refusal(status: u16, body: &[u8], exchange: Exchange) -> Error {
    let said: ErrorBody = serde_json::from_slice(body).unwrap_or_default();
    let message = said.message.as_deref().map(redact::text);
    let text = match (&message, &said.code) {
        (Some(message), _) => format!("the service answered {status}: {message}"),
        (None, Some(code)) => format!("the service answered {status} {code}"),
        (None, None) => format!("the service answered {status} without a reason"),
    };
    Error::new(meaning(status, &said), text).http(exchange).service(ServiceError {
        code: said.code,
        target: said.target,
        message,
        details: said.details.filter(|details| details.get() != "[]"),
    })
}

/// The code of a refusal; what a noun makes of it is for the layer above. The message is looked at only where nothing
/// else tells two causes apart, and without the words that are known the code stays the general one.
fn meaning(status: u16, said: &ErrorBody) -> &'static Code {
    let message = said.message.as_deref().unwrap_or_default().to_lowercase();
    match (status, said.code.as_deref(), said.target.as_deref()) {
        (_, _, Some("mediaType")) | (415, ..) => &codes::SERVICE_MEDIA_TYPE,
        (400, code, target) => bad_request(code, target.unwrap_or_default(), &message),
        (401, ..) if message.contains("audience") => &codes::AUTH_WRONG_AUDIENCE,
        (401, ..) => &codes::AUTH_NOT_ALLOWED,
        (403, ..) => &codes::AUTH_FORBIDDEN,
        (404, ..) => &codes::SERVICE_NOT_FOUND,
        (409, ..) => &codes::SERVICE_CONFLICT,
        (429, ..) => &codes::SERVICE_THROTTLED,
        (503, ..) if message.contains("account service") => &codes::AUTH_ACCOUNT_SERVICE,
        (500.., ..) => &codes::SERVICE_UNAVAILABLE,
        _ => &codes::SERVICE_REFUSED,
    }
}

fn bad_request(code: Option<&str>, target: &str, message: &str) -> &'static Code {
    const FAMILIES: &str = "allowtargetfuturedevicefamilies";
    match (code, target) {
        (Some("InvalidOperation"), _) => &codes::SUBMISSION_NOT_BY_API,
        // Where no 404 is documented, an unknown id is a value that is not valid.
        (_, "submissionId") => &codes::SUBMISSION_NOT_FOUND,
        (_, "flightId") => &codes::FLIGHT_NOT_FOUND,
        (_, "packages") => &codes::SUBMISSION_PACKAGES,
        (_, "listings" | "appListings") if message.contains("must be 1 or more") => &codes::SUBMISSION_NO_LISTING,
        (_, "pricing") => &codes::PRICE_REFUSED,
        _ if target.eq_ignore_ascii_case(FAMILIES) || message.contains(FAMILIES) => &codes::SUBMISSION_DEVICE_FAMILIES,
        (Some("InvalidParameterValue"), _) => &codes::SERVICE_INVALID_VALUE,
        _ => &codes::SERVICE_BAD_REQUEST,
    }
}
