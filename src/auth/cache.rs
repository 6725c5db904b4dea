//! Caches a token for each audience, and renews it before it expires.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::sign_in::sign_in;
use super::token::Token;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::http::Http;

/// A token with less time left than this is renewed before use.
const RENEW_BEFORE: Duration = Duration::from_secs(300);

/// The token of one audience. The lock is held while a new token is fetched, so that any number of callers make one
/// request.
type Slot = Arc<Mutex<Option<Token>>>;

/// Caches the tokens of one credential, one for each audience.
#[derive(Default)]
pub struct TokenCache {
    slots: std::sync::Mutex<HashMap<&'static str, Slot>>,
}

impl TokenCache {
    /// A token that is valid for five more minutes, from the cache or from the sign-in service.
    ///
    /// When the renewal fails for a reason that may pass and the old token is still valid, returns the old token.
    ///
    /// # Errors
    /// As [`sign_in`].
    pub async fn get(&self, audience: &'static str, config: &Config, http: &Http) -> Result<Token> {
        let slot = self.slot(audience);
        let mut cached = slot.lock().await;
        if let Some(token) = cached.as_ref().filter(|token| token.is_valid_for(RENEW_BEFORE, http)) {
            return Ok(token.clone());
        }
        match sign_in(audience, config, http).await {
            Ok(token) => Ok(cached.insert(token).clone()),
            Err(error) => {
                let usable =
                    cached.as_ref().filter(|token| error.is_retryable() && token.is_valid_for(Duration::ZERO, http));
                usable.cloned().ok_or(error)
            }
        }
    }

    /// A token in place of one that the service refused with 401. However many callers it refused, one new token is
    /// fetched.
    ///
    /// # Errors
    /// As [`sign_in`]; `auth.not_allowed` when the credential has no other token.
    pub async fn replace(
        &self,
        audience: &'static str,
        refused: &Token,
        config: &Config,
        http: &Http,
    ) -> Result<Token> {
        let slot = self.slot(audience);
        let mut cached = slot.lock().await;
        if let Some(token) = cached.as_ref().filter(|token| token.secret.reveal() != refused.secret.reveal()) {
            return Ok(token.clone());
        }
        *cached = None;
        let token = sign_in(audience, config, http).await?;
        if token.secret.reveal() == refused.secret.reveal() {
            return Err(Error::new(&codes::AUTH_NOT_ALLOWED, "the service does not accept the token"));
        }
        Ok(cached.insert(token).clone())
    }

    fn slot(&self, audience: &'static str) -> Slot {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner).entry(audience).or_default().clone()
    }
}

impl Token {
    fn is_valid_for(&self, time: Duration, http: &Http) -> bool {
        let by_wall_clock = self.expires_at.is_none_or(|end| {
            let left = Duration::try_from(end.duration_since(http.now())).unwrap_or(Duration::ZERO);
            left > time
        });
        let by_monotonic_clock = self.expires.is_none_or(|end| end.saturating_duration_since(Instant::now()) > time);
        by_wall_clock && by_monotonic_clock
    }
}
