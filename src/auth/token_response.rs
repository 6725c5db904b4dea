//! The answer that grants a token; the same from Entra, the metadata services and the Azure CLI.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::Instant;

use super::Token;
use crate::config::Secret;
use crate::http::Http;

/// When the token was asked for. Its life began at the latest when the answer was made, so this is on the safe side.
pub(super) struct RequestTime {
    wall: Timestamp,
    monotonic: Instant,
}

impl RequestTime {
    pub(super) fn now(http: &Http) -> RequestTime {
        RequestTime { wall: http.now(), monotonic: Instant::now() }
    }
}

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

/// v1 and the metadata services write numbers as strings.
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
    /// The end is unknown when the answer does not tell it: then a 401 is what renews the token.
    ///
    /// `there` is the time by the clock of who granted it, if known. An end in seconds since 1970 is measured by that
    /// clock: by one of this machine that is an hour fast, a token of an hour would be over before its first use, and
    /// each call would ask for another.
    pub(super) fn token(self, asked: &RequestTime, there: Option<Timestamp>) -> Token {
        let until = |end: i64| end.saturating_sub(there.unwrap_or(asked.wall).as_second());
        let life = self.expires_in.and_then(|number| number.seconds());
        let life = life.or_else(|| self.expires_on.and_then(|number| number.seconds()).map(until));
        let life = life.map(|seconds| Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
        Token {
            secret: self.access_token,
            expires_at: life.map(|life| asked.wall.checked_add(life).unwrap_or(Timestamp::MAX)),
            expires: life.and_then(|life| asked.monotonic.checked_add(life)),
            account: Arc::default(),
        }
    }
}
