//! Sign-in: from a credential to a token, and the cache that keeps it.

mod cache;
mod entra;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::config::{Config, Credential, Secret};
use crate::error::{Error, Result, codes};
use crate::http::Http;

pub use cache::TokenCache;

/// The audience of the submission API; without a slash at its end, or the service refuses the token (`api` e).
pub const AUDIENCE: &str = "https://manage.devcenter.microsoft.com";

/// A bearer token with its end.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub secret: Secret,
    /// By the wall clock; none for a ready token whose end nobody told.
    pub expires_at: Option<Timestamp>,
    /// By the monotonic clock: the wall clock may be set, and this one stops in suspend, so the earlier of both holds.
    pub(crate) expires: Option<Instant>,
}

/// Gets a token that is new.
///
/// # Errors
/// Codes `auth.*` with Entra's own code, or `network.*`.
pub async fn sign_in(config: &Config, http: &Http) -> Result<Token> {
    match &config.credential {
        Credential::ClientSecret { tenant_id, client_id, client_secret } => {
            entra::with_secret(config, http, tenant_id, client_id, client_secret).await
        }
        Credential::Token { access_token, expires_at } => {
            if expires_at.is_some_and(|end| end <= http.now()) {
                return Err(Error::new(&codes::AUTH_TOKEN_EXPIRED, "the ready token has expired"));
            }
            Ok(Token { secret: access_token.clone(), expires_at: *expires_at, expires: None })
        }
        Credential::Environment => {
            Err(Error::new(&codes::AUTH_NO_CREDENTIAL, "the environment was not read when the client was opened"))
        }
    }
}

/// The kind of the credential, for people: `client secret`.
pub fn kind(credential: &Credential) -> &'static str {
    match credential {
        Credential::ClientSecret { .. } => "client secret",
        Credential::Token { .. } => "ready token",
        Credential::Environment => "environment",
    }
}
