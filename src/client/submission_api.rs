//! The submission API for packaged apps, <https://learn.microsoft.com/windows/uwp/monetize/create-and-manage-submissions-using-windows-store-services>:
//! its address, its audience, and what its refusals mean.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::api::Api;
use crate::error::{Code, Error, ServiceError, codes};
use crate::http::{Response, redact};

/// The submission API.
pub static SUBMISSION_API: Api = Api {
    root: |config| &config.service_url,
    // Without a slash at the end: the service refuses tokens for the audience with a slash.
    audience: "https://manage.devcenter.microsoft.com",
    refusal,
};

/// The body of a refusal, in the shapes of the service and of its gateway. All members are optional.
#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    details: Option<Box<RawValue>>,
}

/// The error of a response that refuses the call. Its body may be anything, such as the HTML page of a proxy.
fn refusal(response: &Response) -> Option<Error> {
    if response.is_success() {
        return None;
    }
    let status = response.status;
    let body: ErrorBody = serde_json::from_slice(&response.body).unwrap_or_default();
    let message = body.message.as_deref().map(redact::text);
    let text = match (&message, &body.code) {
        (Some(message), _) => format!("the service answered {status}: {message}"),
        (None, Some(code)) => format!("the service answered {status} {code}"),
        (None, None) => format!("the service answered {status} without a reason"),
    };
    Some(Error::new(code_of(status, &body), text).service(ServiceError {
        code: body.code,
        target: body.target,
        message,
        details: body.details.filter(|details| details.get() != "[]"),
    }))
}

/// The code of a refusal, from its status, code and target. Functions of `store` replace some of these codes by that of
/// an app, flight, add-on or submission. The message decides only where nothing else distinguishes two causes; when its
/// wording is unknown, the code stays general.
fn code_of(status: u16, body: &ErrorBody) -> &'static Code {
    let message = body.message.as_deref().unwrap_or_default().to_lowercase();
    match (status, body.code.as_deref(), body.target.as_deref()) {
        (_, _, Some("mediaType")) | (415, ..) => &codes::SERVICE_MEDIA_TYPE,
        (400, code, target) => code_of_bad_request(code, target.unwrap_or_default(), &message),
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

fn code_of_bad_request(code: Option<&str>, target: &str, message: &str) -> &'static Code {
    const FAMILIES: &str = "allowtargetfuturedevicefamilies";
    match (code, target) {
        (Some("InvalidOperation"), _) => &codes::SUBMISSION_NOT_BY_API,
        // Operations without a documented 404 refuse an unknown id as an invalid value.
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
