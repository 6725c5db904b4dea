//! An HTTP request as the services read it.

use std::sync::OnceLock;

use axum::http::{HeaderMap, request::Parts};
use bytes::Bytes;

use super::json::{self, Json};

/// The head of a request, and its body once that was read.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) raw_query: String,
    /// The address that the request was sent to, `http://HOST:PORT`.
    pub(super) origin: String,
    /// Decoded like a form: a raw `+` is a space.
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    /// Empty for uploads, whose bytes go to blob storage.
    pub(super) body: Bytes,
    /// The body as JSON, once it was parsed.
    json: OnceLock<Result<Json, String>>,
}

/// A body of more bytes is parsed by a thread for blocking work, before the state is locked: no other request waits.
const LARGE: usize = 64 * 1024;

impl Request {
    /// A request without its body, which was sent to `origin`.
    pub(super) fn new(parts: &Parts, origin: String) -> Request {
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Request {
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: url::form_urlencoded::parse(raw_query.as_bytes()).into_owned().collect(),
            raw_query,
            origin,
            headers: parts.headers.clone(),
            body: Bytes::new(),
            json: OnceLock::new(),
        }
    }

    /// Whether the body is so large that no async worker should parse it.
    pub(super) fn is_large(&self) -> bool {
        self.body.len() > LARGE
    }

    /// Parses the body, so that [`Request::json`] has it at hand.
    pub(super) fn parse(&self) -> &Result<Json, String> {
        self.json.get_or_init(|| {
            let text = std::str::from_utf8(&self.body).map_err(|_| "The body is not UTF-8".to_owned())?;
            json::parse(text).map_err(|message| format!("The body is not JSON: {message}"))
        })
    }

    /// The body as JSON.
    pub(super) fn json(&self) -> Result<Json, String> {
        self.parse().clone()
    }

    /// The value of a header; `None` as well when it is not ASCII.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first query parameter with this name, in any letter case.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The media type of the body without its parameters, in lower case.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.header("content-type")?;
        Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    }

    /// The bearer token of the `Authorization` header.
    pub(super) fn bearer_token(&self) -> Option<&str> {
        let header = self.header("authorization")?;
        let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
        scheme.eq_ignore_ascii_case("bearer").then_some(token)
    }
}
