//! The two results of a request: a final response, or a failure.

use super::transport::{Response, TransportError, TransportErrorKind};
use crate::error::{Error, Exchange, Result, codes};

/// The error of a response that refuses the request; `None` for a success.
pub type Refusal = fn(&Response) -> Option<Error>;

/// The response that ends the retries. Its status may be any that is not worth a retry, 4xx included.
pub struct FinalResponse {
    /// The response to the last attempt.
    pub response: Response,
    /// The facts about the exchange, for results and errors.
    pub exchange: Exchange,
    /// Why the body of a successful response is malformed, after the last retry; `None` if it is not.
    pub malformed: Option<String>,
    /// Whether the service may have carried the request out although the response is no usable success: the response is
    /// malformed, or it is the last one of a [`Failure`] that is ambiguous.
    pub ambiguous: bool,
}

/// A request that got no usable response, with or without retries.
pub struct Failure {
    /// The last attempt: a response that is worth a retry (429, 5xx), or the reason why there was none.
    pub last: std::result::Result<Response, TransportError>,
    /// The facts about the exchange, for the error.
    pub exchange: Exchange,
    /// Whether the service may have carried the request out nevertheless.
    pub ambiguous: bool,
}

/// That of the code is to pass the authority as `caFile`, which does not help here.
const CA_REMEDY: &str = "give the server a certificate of its own, without `CA:TRUE` in its basic constraints, and sign it with \
     your authority; then pass the authority's certificate as `caFile`";

/// The longest id that support asks for, in characters.
const MAX_ID: usize = 64;

/// An id that a server gives a request, for its support: a GUID as a rule. Anything that does not look like an id is none,
/// since ids are shown everywhere.
pub fn support_id(text: &str) -> Option<String> {
    let is_id =
        (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then(|| text.to_owned())
}

impl Failure {
    /// The response to the last attempt, for a caller that can read its body.
    ///
    /// # Errors
    /// Codes `network.*` when the last attempt got no response.
    pub fn into_response(self) -> Result<FinalResponse> {
        let Failure { last, exchange, ambiguous } = self;
        let error = match last {
            Ok(response) => return Ok(FinalResponse { response, exchange, malformed: None, ambiguous }),
            Err(error) => error,
        };
        Err(no_answer(&error, exchange).ambiguous(ambiguous))
    }
}

/// The error of a request without a response.
fn no_answer(error: &TransportError, exchange: Exchange) -> Error {
    let code = match error.kind {
        TransportErrorKind::NotConnected => &codes::NETWORK_UNREACHABLE,
        TransportErrorKind::Tls | TransportErrorKind::CaCertificate => &codes::NETWORK_TLS,
        TransportErrorKind::Proxy | TransportErrorKind::NoTunnel => &codes::NETWORK_PROXY,
        TransportErrorKind::TimedOut => &codes::NETWORK_TIMEOUT,
        TransportErrorKind::Interrupted => &codes::NETWORK_INTERRUPTED,
        TransportErrorKind::TooLarge => &codes::NETWORK_BAD_ANSWER,
    };
    let message = format!("no answer from {}: {}", exchange.url, error.reason);
    let failure = Error::new(code, message);
    let failure = match error.kind {
        TransportErrorKind::CaCertificate => failure.hint(CA_REMEDY),
        _ => failure,
    };
    failure.http(exchange)
}

/// The error of one attempt that is repeated, for an operation whose time ends meanwhile.
pub(super) fn failure_of(
    last: &std::result::Result<Response, TransportError>,
    exchange: Exchange,
    malformed: Option<&str>,
    refusal: Option<Refusal>,
) -> Error {
    let response = match last {
        Ok(response) => response,
        Err(error) => return no_answer(error, exchange),
    };
    if let Some(error) = refusal.and_then(|refusal| refusal(response)) {
        return error.http(exchange);
    }
    let (code, what) = match (malformed, response.status) {
        (Some(reason), _) => (&codes::NETWORK_BAD_ANSWER, format!("the answer from {} {reason}", exchange.url)),
        (None, 429) => (&codes::SERVICE_THROTTLED, format!("{} answered 429", exchange.url)),
        (None, status) => (&codes::SERVICE_UNAVAILABLE, format!("{} answered {status}", exchange.url)),
    };
    Error::new(code, what).http(exchange)
}
