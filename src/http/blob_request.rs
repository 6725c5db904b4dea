//! Requests to blob storage.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::send::Outgoing;
use super::transport::Request;

/// A request whose only credential is the signature in its URL. It has no method to add a token, so no token can reach
/// the storage host.
pub struct BlobRequest(Request);

impl BlobRequest {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> BlobRequest {
        BlobRequest(Request::new(method, url))
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.0.method
    }

    /// The URL, with its query.
    pub fn url(&self) -> &Url {
        &self.0.url
    }

    /// Asks for a connection of its own.
    #[must_use]
    pub fn on_fresh_connection(mut self) -> BlobRequest {
        self.0.fresh_connection = true;
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: HeaderValue) -> BlobRequest {
        self.0.headers.push((HeaderName::from_static(name), value));
        self
    }

    /// Gives up a response with a longer body than this, in bytes.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> BlobRequest {
        self.0.response_limit = bytes;
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: Bytes) -> BlobRequest {
        self.0.body = body;
        self
    }
}

impl From<BlobRequest> for Outgoing {
    fn from(request: BlobRequest) -> Outgoing {
        Outgoing { request: request.0, limiter: None, check: None, is_text: false, refusal: None }
    }
}
