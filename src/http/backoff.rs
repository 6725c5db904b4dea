//! How long to wait before the next attempt.

use std::time::Duration;

use http::HeaderMap;
use jiff::Timestamp;

use super::date::http_date;
use super::transport::Response;
use crate::config::Retry;

/// The longest wait that a server may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(600);

/// A random delay from zero to `base * 2^attempt`, at most `cap` (full jitter). `attempt` counts from zero.
pub fn delay(retry: &Retry, attempt: u32, random: &mut fastrand::Rng) -> Duration {
    let ceiling = retry.base_ms.saturating_mul(1 << attempt.min(20)).min(retry.cap_ms);
    Duration::from_millis(random.u64(0..=ceiling))
}

/// How long a response asks to wait, at most ten minutes: by its headers, or else by the text of a 429, `Try again in 14
/// seconds.`
pub fn retry_after(response: &Response, now: Timestamp) -> Option<Duration> {
    retry_after_header(&response.headers, now).or_else(|| match response.status {
        429 => retry_after_text(&response.body),
        _ => None,
    })
}

fn retry_after_text(body: &[u8]) -> Option<Duration> {
    let text = str::from_utf8(body).ok()?;
    let (_, rest) = text.split_once("ry again in ")?;
    let number = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(Duration::from_secs(number.parse().ok()?).min(MAX_RETRY_AFTER))
}

/// How long the headers ask to wait: `x-ms-retry-after-ms`, `retry-after-ms` (milliseconds), `Retry-After` (seconds or
/// a date). The date counts from the `Date` of the same response, so that a wrong clock of this machine does not matter.
pub fn retry_after_header(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let texts = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::trim);
    for name in ["x-ms-retry-after-ms", "retry-after-ms"] {
        if let Some(wait) = texts(name).find_map(|value| amount(value, 0.001)) {
            return Some(wait);
        }
    }
    let from = texts("date").find_map(http_date).unwrap_or(now);
    let until = |date: Timestamp| Duration::try_from(date.duration_since(from)).unwrap_or(Duration::ZERO);
    let one = |value: &str| amount(value, 1.0).or_else(|| http_date(value).map(until));
    // Proxies join several headers to a list; a date has a comma too. The longest wait satisfies all of them.
    let each = |value: &str| one(value).or_else(|| value.split(',').filter_map(|value| one(value.trim())).max());
    Some(texts("retry-after").filter_map(each).max()?.min(MAX_RETRY_AFTER))
}

/// A number of units as a time, rounded up to milliseconds. One that is too large for any number type is the longest wait.
fn amount(text: &str, unit: f64) -> Option<Duration> {
    let is_number = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds = text.parse::<f64>().ok().filter(|_| is_number)? * unit;
    Some(Duration::from_millis((seconds * 1_000.0).ceil() as u64).min(MAX_RETRY_AFTER))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn retry_after_has_many_forms() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let seconds = |n| Some(Duration::from_secs(n));
        for (headers, expected) in [
            (headers(&[("retry-after", "14")]), seconds(14)),
            (headers(&[("retry-after-ms", "1500"), ("retry-after", "9")]), Some(Duration::from_millis(1500))),
            (headers(&[("x-ms-retry-after-ms", "250")]), Some(Duration::from_millis(250))),
            (headers(&[("retry-after", "Thu, 01 Jan 2026 00:00:30 GMT")]), seconds(30)),
            (
                headers(&[("retry-after", "Thu, 01 Jan 2026 02:00:05 GMT"), ("date", "Thu, 01 Jan 2026 02:00:00 GMT")]),
                seconds(5),
            ),
            (headers(&[("retry-after", "Wed, 31 Dec 2025 00:00:30 GMT")]), seconds(0)),
            (headers(&[("retry-after", "999999")]), Some(MAX_RETRY_AFTER)),
            (headers(&[("retry-after", "99999999999999999999999999")]), Some(MAX_RETRY_AFTER)),
            (headers(&[("retry-after", "1.5")]), Some(Duration::from_millis(1500))),
            (headers(&[("retry-after", "3, 7")]), seconds(7)),
            (headers(&[("retry-after", "soon, 7")]), seconds(7)),
            (headers(&[("retry-after", "2"), ("retry-after", "5")]), seconds(5)),
            (headers(&[("retry-after", "-5")]), None),
            (headers(&[("retry-after", "")]), None),
            (headers(&[("retry-after", "inf")]), None),
            (headers(&[("retry-after", "soon")]), None),
            (headers(&[]), None),
        ] {
            assert_eq!(retry_after_header(&headers, now), expected, "{headers:?}");
        }
    }

    #[test]
    fn the_text_of_a_429_is_read_when_there_is_no_header() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let text = r#"{"statusCode":429,"message":"Rate limit is exceeded. Try again in 14 seconds."}"#;
        let response = |status, headers, body: &'static str| Response { status, headers, body: body.into() };
        let seconds = |response: Response| retry_after(&response, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(response(429, headers(&[]), text)), Some(14));
        assert_eq!(seconds(response(429, headers(&[("retry-after", "3")]), text)), Some(3));
        assert_eq!(seconds(response(503, headers(&[]), text)), None);
        assert_eq!(seconds(response(429, headers(&[]), "Try again in a while")), None);
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
}
