//! A response of any of the services, before it becomes HTTP.

use axum::body::Body;
use axum::http::{self, HeaderName, HeaderValue, StatusCode};

use super::body::TruncatedBody;
use super::json::{Json, object};
use super::request::Request;

/// Status, headers and body.
#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Payload,
}

/// The body of a response.
#[derive(Debug)]
pub(super) enum Payload {
    Empty,
    Json(String),
    Xml(String),
    /// Bytes that are read while they are sent. The response has headers of its own for type and length.
    Stream(Body),
}

impl Response {
    pub(super) fn new(status: u16, body: Payload) -> Response {
        Response { status, headers: Vec::new(), body }
    }

    pub(super) fn empty(status: u16) -> Response {
        Response::new(status, Payload::Empty)
    }

    /// 204 with the header `Content-Length: 0`. HTTP forbids the header, and Microsoft's web servers send it: one of the
    /// service's own samples reads it from every response.
    pub(super) fn no_content() -> Response {
        // hyper removes the header from a response whose body it knows to be empty.
        let body = Body::new(TruncatedBody::new(Body::empty(), 0, false));
        Response::new(204, Payload::Stream(body)).header("content-length", 0)
    }

    pub(super) fn json(status: u16, body: impl ToString) -> Response {
        Response::new(status, Payload::Json(body.to_string()))
    }

    /// 501 with the method and path, so that a wrong route is never mistaken for a missing product.
    pub(super) fn unknown_route(request: &Request) -> Response {
        let message = format!("the emulator has no route {} {}", request.method, request.path);
        Response::json(501, object([("code", Json::text("NotImplemented")), ("message", Json::text(&message))]))
    }

    /// The response with one more header.
    pub(super) fn header(mut self, name: &str, value: impl ToString) -> Response {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// Converts to HTTP. With `head`, the body is left out and its headers stay.
    pub(super) fn into_http(self, head: bool) -> http::Response<Body> {
        let (body, content_type) = match self.body {
            Payload::Empty => (Body::empty(), None),
            Payload::Json(text) => (Body::from(text), Some("application/json; charset=utf-8")),
            Payload::Xml(text) => (Body::from(text), Some("application/xml")),
            Payload::Stream(body) => (body, None),
        };
        let mut response = http::Response::new(if head { Body::empty() } else { body });
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
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
