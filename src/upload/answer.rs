//! What the result of a request to the storage means for the upload.

use std::time::Duration;

use http::Method;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::link;
use crate::client::words;
use crate::error::{Code, Error, Exchange, ServiceError, codes};
use crate::http::retry::Verdict;
use crate::http::{Response, TransportError, TransportErrorKind, redact};

/// The code of a refusal because of an unknown header. Azurite sends it with status 500.
pub(super) const UNSUPPORTED: &str = "FeatureNotSupported";

/// How far the clocks of the Store and of its storage may differ when the times of an address are compared.
pub(super) const MAX_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The longest wait for the start of an address.
const MAX_EARLY: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of a request.
#[derive(Debug, PartialEq)]
pub(super) enum Meaning {
    /// The answer is for the caller, whether it is a success or a refusal.
    Final,
    /// The storage is out of reach, or asks to try again: the request is repeated until the outage has lasted too long.
    Outage,
    /// Something went wrong that may not happen again: the request is repeated some times.
    Passing,
    /// As [`Meaning::Passing`], if the storage has answered before: a part of it may be out of order. Otherwise it would
    /// fail in the same way again.
    Suspect,
    /// The storage refuses the address, with this code. Another address may be accepted.
    Address(&'static Code),
    /// The address is valid after this time.
    Early(Duration),
    /// The next attempt would fail in the same way.
    Permanent,
}

impl Meaning {
    /// The meaning of the result of a request to `url`. `now` is the time of this machine, which counts only for an
    /// answer without a date.
    pub(super) fn of(method: &Method, url: &Url, last: &Result<Response, TransportError>, now: Timestamp) -> Meaning {
        let response = match last {
            Ok(response) => response,
            Err(error) => return Meaning::of_error(error),
        };
        if response.is_success() {
            return if fits(method, url, response) { Meaning::Final } else { Meaning::Passing };
        }
        let code = storage_error(response).code.unwrap_or_default();
        if code == UNSUPPORTED {
            return Meaning::Final;
        }
        if Verdict::of_status(response.status) != Verdict::Final {
            return Meaning::Outage;
        }
        let write = method == Method::PUT;
        // Proxies have limits of their own, which smaller blocks keep.
        if !is_of_storage(response) && response.status != 413 {
            return Meaning::Passing;
        }
        match (response.status, code.as_str()) {
            // The storage answers so when a part of the body did not arrive in time.
            (400, "RequestBodyIncomplete" | "InvalidInput") => Meaning::Passing,
            // The caller can do without reading.
            _ if !write && is_unreadable(response) => Meaning::Final,
            (401 | 403, _) | (404, "ContainerNotFound" | "ResourceNotFound") => refused(url, response, &code, now),
            _ => Meaning::Final,
        }
    }

    fn of_error(error: &TransportError) -> Meaning {
        match error.kind {
            TransportErrorKind::Tls | TransportErrorKind::TooLarge => Meaning::Suspect,
            _ if Verdict::of_error(error) == Verdict::Permanent => Meaning::Permanent,
            _ => Meaning::Outage,
        }
    }
}

/// The meaning of an answer that refuses the address. The storage answers an address that has expired or has not begun
/// like one with a wrong signature.
fn refused(url: &Url, response: &Response, code: &str, now: Timestamp) -> Meaning {
    let now = response.date().unwrap_or(now);
    if let Some(start) = link::time_of(url, "st")
        && start > now
    {
        let wait = start.duration_since(now);
        return match Duration::try_from(wait) {
            // The times of an address are whole seconds.
            Ok(wait) if start.duration_since(now) <= MAX_EARLY => Meaning::Early(wait + Duration::from_secs(1)),
            _ => Meaning::Address(&codes::UPLOAD_NOT_YET_VALID),
        };
    }
    if link::time_of(url, "se").is_some_and(|end| end.duration_since(now) < MAX_SKEW) {
        return Meaning::Address(&codes::UPLOAD_EXPIRED);
    }
    match code {
        "AuthorizationPermissionMismatch" => Meaning::Address(&codes::UPLOAD_NOT_WRITABLE),
        // A rule of the account, such as one for the addresses of clients, which another signature does not change.
        "AuthorizationFailure" | "AuthorizationSourceIPMismatch" => Meaning::Address(&codes::UPLOAD_REFUSED),
        _ => Meaning::Address(&codes::UPLOAD_REVOKED),
    }
}

/// Whether a success can be the answer to this request.
fn fits(method: &Method, url: &Url, response: &Response) -> bool {
    let lists = url.query_pairs().any(|(key, value)| key == "comp" && value == "blocklist");
    match *method {
        Method::PUT => response.status == 201,
        Method::HEAD => response.status == 200,
        _ if lists => response.status == 200 && String::from_utf8_lossy(&response.body).contains("<BlockList"),
        _ => matches!(response.status, 200 | 206) && (is_of_storage(response) || !is_page(response)),
    }
}

/// Whether the address does not allow reading, by the answer to a read. An address without `sp` has the permissions of a
/// stored access policy, which only the server knows.
pub(super) fn is_unreadable(response: &Response) -> bool {
    response.status == 403 && storage_error(response).code.as_deref() == Some("AuthorizationPermissionMismatch")
}

/// Whether something in between did not wait for the answer of the storage, which may have carried the request out.
pub(super) fn is_late_gateway(response: &Response) -> bool {
    response.status == 504 && !is_of_storage(response)
}

/// Whether the storage sent this answer, as its headers or its error say. Anything else comes from something in between.
fn is_of_storage(response: &Response) -> bool {
    ["x-ms-request-id", "x-ms-version", "x-ms-error-code"].iter().any(|name| response.header(name).is_some())
        || element(&String::from_utf8_lossy(&response.body), "Code").is_some()
}

fn is_page(response: &Response) -> bool {
    response.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
}

/// The error of an answer that refuses the request.
pub(super) fn refusal(response: &Response, exchange: Exchange) -> Error {
    let code = match response.status {
        413 => &codes::UPLOAD_TOO_LARGE,
        429 => &codes::SERVICE_THROTTLED,
        500.. => &codes::SERVICE_UNAVAILABLE,
        status if (200..300).contains(&status) => &codes::NETWORK_BAD_ANSWER,
        _ if !is_of_storage(response) => &codes::UPLOAD_INTERCEPTED,
        _ => &codes::UPLOAD_REFUSED,
    };
    let mut message = format!("{} answered {}", exchange.url, response.status);
    if !is_of_storage(response) {
        if code == &codes::UPLOAD_INTERCEPTED {
            message = format!(
                "something between this machine and the storage answered {} {} with {}, in its place",
                exchange.method, exchange.url, response.status
            );
        }
        let target = response.header("location").and_then(|target| Url::parse(target).ok());
        if let Some(target) = target {
            message.push_str(&format!(", and leads to {}", redact::url(&target)));
        }
        let service = words(&response.body);
        if let Some(said) = &service.message {
            message.push_str(": ");
            message.push_str(said);
        }
        return Error::new(code, message).http(exchange).service(service);
    }
    if response.is_success() {
        message = format!("{} to {}, which is no answer to it", message, exchange.method);
    }
    let service = storage_error(response);
    for part in [&service.code, &service.message].into_iter().flatten() {
        message.push_str(": ");
        message.push_str(part);
    }
    Error::new(code, message).http(exchange).service(service)
}

/// The error of a response: an XML document, or a header when there is no body.
pub(super) fn storage_error(response: &Response) -> ServiceError {
    let text = String::from_utf8_lossy(&response.body);
    let code = response.header("x-ms-error-code").or_else(|| element(&text, "Code")).map(str::to_owned);
    // The other lines are ids and times, which the exchange has as well.
    let message = element(&text, "Message").and_then(|text| text.lines().next()).map(redact::text);
    ServiceError { code, message, ..ServiceError::default() }
}

/// The content of the first element with this name. In these responses it has no attributes.
pub(super) fn element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let start = text.find(&format!("<{name}>"))? + name.len() + 2;
    let len = text[start..].find(&format!("</{name}>"))?;
    Some(&text[start..start + len])
}
