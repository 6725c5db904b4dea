//! How long to wait before the next attempt, and whether there is one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use super::transport::Response;
use crate::config::Retry;

/// A server may ask for more; beyond this the caller's patience decides.
const LONGEST_HINT: Duration = Duration::from_secs(600);

/// Full jitter: anything between zero and `base * 2^attempt`, at most `cap`.
pub fn delay(retry: &Retry, attempt: u32, random: &mut fastrand::Rng) -> Duration {
    let ceiling = retry.base_ms.saturating_mul(1 << attempt.min(20)).min(retry.cap_ms);
    Duration::from_millis(random.u64(0..=ceiling))
}

/// How long an answer asks to wait, by its headers, or else by the text of a 429: `Try again in 14 seconds.` (`api` d)
pub fn asked(response: &Response, now: Timestamp) -> Option<Duration> {
    hint(&response.headers, now).or_else(|| if response.status == 429 { said(&response.body) } else { None })
}

fn said(body: &[u8]) -> Option<Duration> {
    let text = str::from_utf8(body).ok()?;
    let (_, after) = text.split_once("ry again in ")?;
    let number = after.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(Duration::from_secs(number.parse().ok()?).min(LONGEST_HINT))
}

/// How long the server asks to wait: `x-ms-retry-after-ms`, `retry-after-ms` (milliseconds), `Retry-After` (seconds or
/// a date). A date is measured against the answer's own `Date`, so that a wrong clock here does not matter.
pub fn hint(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    for name in ["x-ms-retry-after-ms", "retry-after-ms"] {
        if let Some(ms) = text(name).and_then(|value| value.parse().ok()) {
            return Some(Duration::from_millis(ms).min(LONGEST_HINT));
        }
    }
    let value = text("retry-after")?;
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds).min(LONGEST_HINT));
    }
    let until = http_date(value)?;
    let from = text("date").and_then(http_date).unwrap_or(now);
    let wait = Duration::try_from(until.duration_since(from)).unwrap_or(Duration::ZERO);
    Some(wait.min(LONGEST_HINT))
}

/// The time in a header: `Thu, 01 Jan 2026 00:00:30 GMT`.
pub fn http_date(text: &str) -> Option<Timestamp> {
    jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

/// Keeps an outage from multiplying traffic: repeats cost, successes pay back (`perf-reliability` F2).
pub struct Budget(Mutex<u32>);

const FULL: u32 = 100;

impl Default for Budget {
    /// A full one.
    fn default() -> Budget {
        Budget(Mutex::new(FULL))
    }
}

impl Budget {
    /// Pays for a repeat: 10 after a time-out, 5 after anything else. False when there is not enough left.
    pub fn pay(&self, timed_out: bool) -> bool {
        let cost = if timed_out { 10 } else { 5 };
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let enough = *left >= cost;
        if enough {
            *left -= cost;
        }
        enough
    }

    /// A request succeeded.
    pub fn refund(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = (*left + 1).min(FULL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_three_forms_of_retry_after() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let seconds = |n| Some(Duration::from_secs(n));
        for (given, wait) in [
            (headers(&[("retry-after", "14")]), seconds(14)),
            (headers(&[("retry-after-ms", "1500"), ("retry-after", "9")]), Some(Duration::from_millis(1500))),
            (headers(&[("x-ms-retry-after-ms", "250")]), Some(Duration::from_millis(250))),
            (headers(&[("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")]), seconds(30)),
            (
                headers(&[("retry-after", "Thu, 01 Jan 2026 02:00:05 GMT"), ("date", "Thu, 01 Jan 2026 02:00:00 GMT")]),
                seconds(5),
            ),
            (headers(&[("retry-after", "Wed, 31 Dec 2025 00:00:30 GMT")]), seconds(0)),
            (headers(&[("retry-after", "999999")]), Some(LONGEST_HINT)),
            (headers(&[("retry-after", "soon")]), None),
            (headers(&[]), None),
        ] {
            assert_eq!(hint(&given, now), wait, "{given:?}");
        }
    }

    #[test]
    fn the_text_of_a_429_is_read_when_no_header_says_it() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let text = r#"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 14 seconds."}"#;
        let answer = |status, headers, body: &'static str| Response { status, headers, body: body.into() };
        let asked = |answer: Response| super::asked(&answer, now).map(|wait| wait.as_secs());
        assert_eq!(asked(answer(429, headers(&[]), text)), Some(14));
        assert_eq!(asked(answer(429, headers(&[("retry-after", "3")]), text)), Some(3));
        assert_eq!(asked(answer(503, headers(&[]), text)), None);
        assert_eq!(asked(answer(429, headers(&[]), "Try again in a while")), None);
    }

    #[test]
    fn delays_grow_to_the_cap_and_never_beyond() {
        let retry = Retry { base_ms: 100, cap_ms: 1_000, retry_timeout_seconds: 1 };
        let mut random = fastrand::Rng::with_seed(1);
        for attempt in 0..64 {
            let longest = (0..200).map(|_| delay(&retry, attempt, &mut random)).max().unwrap();
            assert!(longest <= Duration::from_millis((100 << attempt.min(10)).min(1_000)));
        }
    }

    #[test]
    fn a_budget_runs_out_and_recovers() {
        let budget = Budget::default();
        assert_eq!((0..100).filter(|_| budget.pay(false)).count(), 20);
        (0..5).for_each(|_| budget.refund());
        assert!(!budget.pay(true) && budget.pay(false) && !budget.pay(false));
    }
}
