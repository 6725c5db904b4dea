//! The submission API for packaged apps, <https://learn.microsoft.com/windows/uwp/monetize/create-and-manage-submissions-using-windows-store-services>:
//! its address, its audience, and what its refusals mean.

use super::api::Api;
use super::refusal::Refusal;
use crate::error::{Code, Error, ServiceError, codes};
use crate::http::Response;

/// The submission API.
pub static SUBMISSION_API: Api = Api {
    root: |config| &config.service_url,
    // Without a slash at the end: the service refuses tokens for the audience with a slash.
    audience: "https://manage.devcenter.microsoft.com",
    refusal,
};

/// The error of a response that refuses the call. Its body may be anything, such as the HTML page of a proxy.
fn refusal(response: &Response) -> Option<Error> {
    if response.is_success() {
        return None;
    }
    let status = response.status;
    let refusal = Refusal::read(&response.body);
    let text = match (refusal.text(), &refusal.said.code) {
        (Some(text), _) if refusal.is_page => format!("the answer is a web page with status {status}: {text}"),
        (Some(text), _) => format!("the service answered {status}: {text}"),
        (None, Some(code)) => format!("the service answered {status} {code}"),
        (None, None) => format!("the service answered {status} without a reason"),
    };
    let code = code_of(status, &refusal.said);
    let error = Error::new(code, text);
    let error = match remedy(code, status, &refusal) {
        Some(remedy) => error.hint(remedy),
        None => error,
    };
    Some(error.service(refusal.said))
}

/// The remedy where that of the code is about another cause.
fn remedy(code: &Code, status: u16, refusal: &Refusal) -> Option<String> {
    let target = refusal.said.target.as_deref().unwrap_or_default();
    let is_of_listings = target.eq_ignore_ascii_case("appListings") || target.eq_ignore_ascii_case("listings");
    if *code == codes::SERVICE_INVALID_VALUE && is_of_listings {
        return Some(remedy_of_listings(&refusal.text().unwrap_or_default().to_lowercase()).to_owned());
    }
    if *code == codes::SERVICE_INVALID_VALUE && !target.is_empty() {
        return Some(format!("correct the value of {target}; values of enumerations are case-sensitive"));
    }
    (refusal.is_page && !matches!(status, 401 | 403 | 404 | 429)).then(|| {
        "run again; if the error persists, look for a proxy or gateway that answers instead of the service".to_owned()
    })
}

/// The remedy of a value in the listings that was refused with this message, in lower case. The target says no more.
fn remedy_of_listings(message: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    if says(&["length of", "size of", "longer than", "or less", " items", "too long"]) {
        "shorten the text or the list in `listings` that the service's message names"
    } else if says(&["language", "locale"]) {
        "correct the languages of `listings`: each key is a language of the Store such as `en-us`, once, and each language that \
         the packages support has a listing"
    } else {
        "correct the value in `listings` that the service's message names"
    }
}

/// The code of a refusal, from its status, code and target. Functions of `store` replace some of these codes by that of
/// an app, flight, add-on or submission. The message decides only where nothing else distinguishes two causes; when its
/// wording is unknown, the code stays general.
fn code_of(status: u16, body: &ServiceError) -> &'static Code {
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
