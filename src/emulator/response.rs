//! Answers of the three services behind one port, and their error bodies.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response};

use super::blob::blobs::Slice;
use super::json::{Json, object};

/// An answer before it becomes HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Lower-case names.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Payload,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Payload {
    Empty,
    Json(String),
    Xml(String),
    /// Bytes of a blob.
    Blob(Slice),
}

impl Answer {
    pub(crate) fn empty(status: u16) -> Answer {
        Answer { status, headers: Vec::new(), body: Payload::Empty }
    }

    pub(crate) fn json(status: u16, body: impl ToString) -> Answer {
        Answer { status, headers: Vec::new(), body: Payload::Json(body.to_string()) }
    }

    pub(crate) fn header(mut self, name: &str, value: impl ToString) -> Answer {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// As HTTP; `head` keeps the headers and drops the body.
    pub(crate) fn into_response(self, head: bool) -> Response<Body> {
        let (body, content_type) = match self.body {
            Payload::Empty => (Body::empty(), None),
            Payload::Json(text) => (Body::from(text), Some("application/json; charset=utf-8")),
            Payload::Xml(text) => (Body::from(text), Some("application/xml")),
            Payload::Blob(_) if head => (Body::empty(), None),
            Payload::Blob(slice) => (Body::new(slice), None),
        };
        let mut response = Response::new(if head { Body::empty() } else { body });
        *response.status_mut() = axum::http::StatusCode::from_u16(self.status).unwrap_or_default();
        if let Some(value) = content_type {
            response.headers_mut().insert("content-type", HeaderValue::from_static(value));
        }
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

/// The error object of the ingestion service.
pub(crate) fn refuse(status: u16, code: &str, target: &str, message: impl AsRef<str>) -> Answer {
    Answer::json(
        status,
        object([
            ("code", Json::text(code)),
            ("data", Json::Array(Vec::new())),
            ("details", Json::Array(Vec::new())),
            ("message", Json::text(message.as_ref())),
            ("source", Json::text("Ingestion Api")),
            ("target", Json::text(target)),
        ]),
    )
}

/// 400 InvalidParameterValue.
pub(crate) fn invalid(target: &str, message: impl AsRef<str>) -> Answer {
    refuse(400, "InvalidParameterValue", target, message)
}

/// 409 InvalidState.
pub(crate) fn conflict(target: &str, message: impl AsRef<str>) -> Answer {
    refuse(409, "InvalidState", target, message)
}

/// 401 of the ingestion service.
pub(crate) fn unauthorized(message: &str) -> Answer {
    Answer::json(401, object([("code", Json::text("Unauthorized")), ("message", Json::text(message))]))
}

/// 415 for a body that does not say it is JSON.
pub(crate) fn media_type() -> Answer {
    Answer::json(
        415,
        object([
            ("message", Json::text("Only JSON content is accepted")),
            ("source", Json::text("Ingestion Api")),
            ("target", Json::text("mediaType")),
        ]),
    )
}

/// 500 of the ingestion service.
pub(crate) fn internal() -> Answer {
    Answer::json(
        500,
        object([
            ("code", Json::text("InternalServerError")),
            ("data", Json::Array(Vec::new())),
            ("details", Json::Array(Vec::new())),
            ("innererror", object([("code", Json::text("UnknownInternalFailure"))])),
            ("message", Json::text("An internal server error occurred while processing the operation.")),
            ("source", Json::text("Ingestion Api")),
        ]),
    )
}

/// 503 of the ingestion service.
pub(crate) fn unavailable() -> Answer {
    refuse(
        503,
        "InvalidOperation",
        "submission",
        "The service is temporarily unavailable. Retry your operation using exponential backoff.",
    )
}

/// 429 of the gateway.
pub(crate) fn too_many(seconds: u64) -> Answer {
    let message = format!("Rate limit is exceeded. Try again in {seconds} seconds.");
    Answer::json(429, object([("statusCode", Json::number(429)), ("message", Json::text(&message))]))
        .header("retry-after", seconds)
}

/// An error of the token endpoint.
pub(crate) fn token_error(status: u16, error: &str, number: u32, text: &str, trace: &str, at: &str) -> Answer {
    let description = format!("AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {trace} Timestamp: {at}");
    Answer::json(
        status,
        object([
            ("error", Json::text(error)),
            ("error_description", Json::text(&description)),
            ("error_codes", Json::Array(vec![Json::number(number)])),
            ("timestamp", Json::text(at)),
            ("trace_id", Json::text(trace)),
            ("correlation_id", Json::text(trace)),
            ("error_uri", Json::text(&format!("https://login.microsoftonline.com/error?code={number}"))),
        ]),
    )
}

/// An error of the blob storage; `more` is further XML inside `Error`.
pub(crate) fn storage_error(status: u16, code: &str, message: &str, more: &str) -> Answer {
    let xml = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message>{more}</Error>"
    );
    Answer { status, headers: vec![("x-ms-error-code".to_owned(), code.to_owned())], body: Payload::Xml(xml) }
}
