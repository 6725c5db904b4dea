//! The response that holds a token. It has the same form from Entra ID, the metadata services and the Azure CLI.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny};
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
    #[serde(alias = "accessToken", deserialize_with = "sendable")]
    access_token: Secret,
    /// Seconds from now.
    #[serde(default)]
    expires_in: Option<Number>,
    /// Seconds since 1970.
    #[serde(default)]
    expires_on: Option<Number>,
}

/// The longest token, in bytes. Tokens have a few kilobytes, and servers accept no header of this length. Each token is
/// searched for in every text that is shown, so its length is a cost too.
const MAX_TOKEN: usize = 64 * 1024;

/// Reads a token that a header can carry. Anything else in its place is no token: the call that it would be sent with
/// would fail for a reason that nobody expects.
pub(super) fn sendable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    let token = Secret::deserialize(deserializer)?;
    if !(1..=MAX_TOKEN).contains(&token.reveal().len()) || !token.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(de::Error::custom("the token is empty, too long, or has characters that a header can't carry"));
    }
    Ok(token)
}

/// The v1 endpoint and the metadata services write numbers as strings. Anything else is no expiry.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(i64),
    Text(String),
    Other(IgnoredAny),
}

impl Number {
    fn seconds(&self) -> Option<i64> {
        match self {
            Number::Plain(seconds) => Some(*seconds),
            Number::Text(text) => text.parse().ok(),
            Number::Other(_) => None,
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
