//! How failed requests are retried, and how many calls are sent in a minute.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result, codes};

/// How failed requests are retried. The delay before a retry is a random time from zero to `baseMs`, doubled with each
/// attempt and at most `capMs` (full jitter).
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Retry {
    /// The longest delay before the first retry, in milliseconds. At most a day.
    #[schemars(range(max = DAY * 1_000))]
    pub base_ms: u64,
    /// The longest delay before any retry, in milliseconds. At most a day.
    #[schemars(range(max = DAY * 1_000))]
    pub cap_ms: u64,
    /// How long a request is retried before it fails, in seconds. At most a day. Waiting for a status has six times as
    /// long, an upload three times. While no connection can be made to a host that has never answered, a tenth.
    #[schemars(range(max = DAY))]
    pub retry_timeout_seconds: u64,
}

impl Default for Retry {
    fn default() -> Retry {
        Retry { base_ms: 1_000, cap_ms: 60_000, retry_timeout_seconds: 300 }
    }
}

/// The longest time of a configuration, in seconds. Sums and multiples of it do not overflow.
const DAY: u64 = 86_400;

impl Retry {
    pub(super) fn check(&self) -> Result<()> {
        let times = [
            ("baseMs", self.base_ms),
            ("capMs", self.cap_ms),
            ("retryTimeoutSeconds", self.retry_timeout_seconds.saturating_mul(1_000)),
        ];
        match times.into_iter().find(|(_, milliseconds)| *milliseconds > DAY * 1_000) {
            Some((field, _)) => {
                let message = format!("`retry.{field}` must be a day at most");
                Err(Error::new(&codes::CONFIG_INVALID, message))
            }
            None => Ok(()),
        }
    }

    /// These settings with another timeout. A short timeout also shortens the delays, so that it still allows some
    /// attempts.
    #[must_use]
    pub fn with_timeout(self, seconds: u32) -> Retry {
        let seconds = u64::from(seconds);
        Retry { base_ms: self.base_ms.min(seconds * 100), retry_timeout_seconds: seconds, ..self }
    }

    /// `base_ms` as a duration.
    pub fn base(&self) -> Duration {
        Duration::from_millis(self.base_ms)
    }
}

/// How many calls of the service all clients of a tenant send together.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Limit {
    /// Calls a minute; 0 means no limit.
    pub per_minute: u32,
}

impl Default for Limit {
    /// The limit of the service.
    fn default() -> Limit {
        Limit { per_minute: 20 }
    }
}
