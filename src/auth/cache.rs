//! One token for all callers, renewed before it ends.

use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::{Token, sign_in};
use crate::config::Config;
use crate::error::{Result, codes};
use crate::http::Http;

/// A token with less life than this is renewed before use.
const EARLY: Duration = Duration::from_secs(300);

/// Holds the token. The lock is held while a new one is fetched, so that 32 callers make one request (single flight).
#[derive(Default)]
pub struct TokenCache {
    held: Mutex<Option<Token>>,
}

impl TokenCache {
    /// A token that lives for some minutes at least, from the cache or from the sign-in service.
    ///
    /// When the renewal fails for a reason that may pass and the old token still lives, the old one is given.
    ///
    /// # Errors
    /// As [`sign_in`].
    pub async fn get(&self, config: &Config, http: &Http) -> Result<Token> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.as_ref().filter(|token| token.lives_for(EARLY, http)) {
            return Ok(token.clone());
        }
        match sign_in(config, http).await {
            Ok(token) => Ok(held.insert(token).clone()),
            Err(error) => {
                let usable =
                    held.as_ref().filter(|token| error.is_retryable() && token.lives_for(Duration::ZERO, http));
                usable.cloned().ok_or(error)
            }
        }
    }

    /// A token in place of one that the service refused (401): fetched once, however many callers were refused.
    ///
    /// # Errors
    /// As [`sign_in`]; `auth.not_allowed` when the credential has no other token.
    pub async fn replace(&self, refused: &Token, config: &Config, http: &Http) -> Result<Token> {
        let mut held = self.held.lock().await;
        if let Some(token) = held.as_ref().filter(|token| token.secret.reveal() != refused.secret.reveal()) {
            return Ok(token.clone());
        }
        *held = None;
        let token = sign_in(config, http).await?;
        if token.secret.reveal() == refused.secret.reveal() {
            return Err(crate::error::Error::new(&codes::AUTH_NOT_ALLOWED, "the service does not accept the token"));
        }
        Ok(held.insert(token).clone())
    }
}

impl Token {
    fn lives_for(&self, time: Duration, http: &Http) -> bool {
        let by_wall = self.expires_at.is_none_or(|end| {
            let left = Duration::try_from(end.duration_since(http.now())).unwrap_or(Duration::ZERO);
            left > time
        });
        let by_monotonic = self.expires.is_none_or(|end| end.saturating_duration_since(Instant::now()) > time);
        by_wall && by_monotonic
    }
}
