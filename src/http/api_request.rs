//! Requests to the service and to sign-in services.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method};
use url::Url;

use super::limiter::RateLimiter;
use super::response::Refusal;
use super::send::{BodyCheck, Outgoing};
use super::transport::Request;
use crate::config::Secret;
use crate::error::{Error, Result, codes};

/// A request that may carry credentials in its headers.
///
/// # Examples
/// ```
/// use storeship::config::Secret;
/// use storeship::http::ApiRequest;
///
/// # fn main() -> storeship::error::Result<()> {
/// let url = "https://manage.devcenter.microsoft.com/v1.0/my/applications".parse().unwrap();
/// let request = ApiRequest::new(http::Method::GET, url)
///     .bearer(&Secret::new("the token".to_owned()))?
///     .header("accept", "application/json");
/// # Ok(())
/// # }
/// ```
pub struct ApiRequest {
    request: Request,
    limiter: Option<Arc<RateLimiter>>,
    check: Option<BodyCheck>,
    refusal: Option<Refusal>,
}

impl ApiRequest {
    /// A request without credentials.
    pub fn new(method: Method, url: Url) -> ApiRequest {
        ApiRequest { request: Request::new(method, url), limiter: None, check: None, refusal: None }
    }

    /// Checks the body of a successful response. A response whose body fails the check is ambiguous: the service carried
    /// the request out, but the result is lost.
    #[must_use]
    pub fn check_body(mut self, check: BodyCheck) -> ApiRequest {
        self.check = Some(check);
        self
    }

    /// Reads the error of a response that refuses the request.
    #[must_use]
    pub fn refused_by(mut self, refusal: Refusal) -> ApiRequest {
        self.refusal = Some(refusal);
        self
    }

    /// Waits for this limiter before each attempt. Only calls of the service need one: it limits the calls a minute.
    #[must_use]
    pub fn limited_by(mut self, limiter: Option<Arc<RateLimiter>>) -> ApiRequest {
        self.limiter = limiter;
        self
    }

    /// Adds `Authorization: Bearer`.
    ///
    /// # Errors
    /// `auth.refused` for a token with characters that a header can't carry.
    pub fn bearer(self, token: &Secret) -> Result<ApiRequest> {
        self.secret(AUTHORIZATION, "Bearer ", token)
    }

    /// Adds `Authorization: Basic` with the content of a key file, for the Azure Arc agent.
    ///
    /// # Errors
    /// As [`ApiRequest::bearer`].
    pub fn basic(self, key: &Secret) -> Result<ApiRequest> {
        self.secret(AUTHORIZATION, "Basic ", key)
    }

    /// Adds a header whose value is a secret.
    ///
    /// # Errors
    /// As [`ApiRequest::bearer`].
    pub fn secret_header(self, name: &'static str, value: &Secret) -> Result<ApiRequest> {
        self.secret(HeaderName::from_static(name), "", value)
    }

    fn secret(mut self, name: HeaderName, scheme: &str, value: &Secret) -> Result<ApiRequest> {
        let mut value = HeaderValue::try_from(format!("{scheme}{}", value.reveal()))
            .map_err(|_| Error::new(&codes::AUTH_REFUSED, "the token has characters that no header can carry"))?;
        value.set_sensitive(true);
        self.request.headers.push((name, value));
        Ok(self)
    }

    /// Adds a header that is not secret.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> ApiRequest {
        self.request.headers.push((HeaderName::from_static(name), HeaderValue::from_static(value)));
        self
    }

    /// Sets a JSON body. The service requires the content type even when the body is empty.
    #[must_use]
    pub fn json(self, body: Bytes) -> ApiRequest {
        self.body("application/json", body)
    }

    /// Sets the body of a form (`application/x-www-form-urlencoded`).
    #[must_use]
    pub fn form(self, body: String) -> ApiRequest {
        self.body("application/x-www-form-urlencoded", body.into())
    }

    fn body(mut self, content_type: &'static str, body: Bytes) -> ApiRequest {
        self.request.headers.push((CONTENT_TYPE, HeaderValue::from_static(content_type)));
        self.request.body = body;
        self
    }
}

impl From<ApiRequest> for Outgoing {
    fn from(request: ApiRequest) -> Outgoing {
        let ApiRequest { request, limiter, check, refusal } = request;
        Outgoing { request, limiter, check, is_text: true, refusal }
    }
}
