//! Errors of the token endpoints.

use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

/// An error response of a token endpoint, without the ids and times of one response.
#[derive(Debug)]
pub(crate) struct TokenError {
    status: u16,
    /// The `error` of OAuth 2.0.
    error: &'static str,
    /// The number after `AADSTS`.
    code: u32,
    message: String,
}

impl TokenError {
    pub(crate) fn new(status: u16, error: &'static str, code: u32, message: impl Into<String>) -> TokenError {
        TokenError { status, error, code, message: message.into() }
    }

    /// 401 invalid_client: the client could not be authenticated.
    pub(super) fn invalid_client(code: u32, message: impl Into<String>) -> TokenError {
        TokenError::new(401, "invalid_client", code, message)
    }

    /// 400 for a request without a parameter that it needs.
    pub(super) fn missing(parameter: &str) -> TokenError {
        let message = format!("The request body must contain the following parameter: '{parameter}'.");
        TokenError::new(400, "invalid_request", 900_144, message)
    }

    /// The response with this trace id and time.
    pub(crate) fn into_response(self, trace: &str, timestamp: &str) -> Response {
        let TokenError { status, error, code, message } = self;
        let description =
            format!("AADSTS{code}: {message} Trace ID: {trace} Correlation ID: {trace} Timestamp: {timestamp}");
        Response::json(
            status,
            object([
                ("error", Json::text(error)),
                ("error_description", Json::text(&description)),
                ("error_codes", Json::Array(vec![Json::number(code)])),
                ("timestamp", Json::text(timestamp)),
                ("trace_id", Json::text(trace)),
                ("correlation_id", Json::text(trace)),
                ("error_uri", Json::text(&format!("https://login.microsoftonline.com/error?code={code}"))),
            ]),
        )
    }
}
