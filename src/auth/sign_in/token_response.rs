//! The response that holds a token. It has the same form from Entra ID, the metadata services and the Azure CLI.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::Instant;

use crate::auth::token::Token;
use crate::config::Secret;
use crate::http::Http;

/// When a token was requested. Its lifetime begins with the response at the latest, so counting from the request is on
/// the safe side.
pub(super) struct RequestTime {
    wall_clock: Timestamp,
    monotonic: Instant,
}

impl RequestTime {
    pub(super) fn now(http: &Http) -> RequestTime {
        RequestTime { wall_clock: http.now(), monotonic: Instant::now() }
    }
}

/// The body of the response.
#[derive(Deserialize)]
pub(super) struct TokenResponse {
    #[serde(alias = "accessToken")]
    access_token: Secret,
    /// Seconds from now.
    #[serde(default)]
    expires_in: Option<Number>,
    /// Seconds since 1970.
    #[serde(default)]
    expires_on: Option<Number>,
}

/// The v1 endpoint and the metadata services write numbers as strings.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(i64),
    Text(String),
}

impl Number {
    fn seconds(&self) -> Option<i64> {
        match self {
            Number::Plain(seconds) => Some(*seconds),
            Number::Text(text) => text.parse().ok(),
        }
    }
}

impl TokenResponse {
    /// The token. When the response has no expiry, the token is used until the service answers 401.
    ///
    /// `server_time` is the time of the response by the server's clock, if known. An expiry in seconds since 1970 counts
    /// from it: by a clock of this machine that is an hour fast, a token of an hour would expire before its first use, and
    /// each call would request another one.
    pub(super) fn into_token(self, requested: &RequestTime, server_time: Option<Timestamp>) -> Token {
        let until = |end: i64| end.saturating_sub(server_time.unwrap_or(requested.wall_clock).as_second());
        let lifetime = self.expires_in.and_then(|number| number.seconds());
        let lifetime = lifetime.or_else(|| self.expires_on.and_then(|number| number.seconds()).map(until));
        let lifetime = lifetime.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
        Token {
            secret: self.access_token,
            expires_at: lifetime.map(|life| requested.wall_clock.checked_add(life).unwrap_or(Timestamp::MAX)),
            expires: lifetime.and_then(|life| requested.monotonic.checked_add(life)),
            account: Arc::default(),
        }
    }
}
