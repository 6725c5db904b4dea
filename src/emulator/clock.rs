//! The virtual clock, and the spellings of its times.

use jiff::{SignedDuration, Timestamp};

/// The real time plus an offset, or a time that stands still until it is advanced.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    frozen: Option<Timestamp>,
    offset: SignedDuration,
}

impl Clock {
    /// A clock that stands still at `frozen`, or follows the real clock.
    pub(super) fn new(frozen: Option<Timestamp>) -> Clock {
        Clock { frozen, offset: SignedDuration::ZERO }
    }

    pub(super) fn now(&self) -> Timestamp {
        let base = self.frozen.unwrap_or_else(Timestamp::now);
        base.checked_add(self.offset).unwrap_or(base)
    }

    /// Moves the clock by this number of seconds, back if it is negative.
    pub(super) fn advance(&mut self, seconds: i64) {
        self.offset = self.offset.saturating_add(SignedDuration::from_secs(seconds));
    }
}

/// Whole seconds, as in upload addresses: `2016-06-17T18:32:26Z`.
pub(super) fn seconds_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Ticks of 100 ns, as in the service's documents: `2016-03-11T01:32:11.0747851Z`.
pub(super) fn ticks_text(at: Timestamp) -> String {
    format!("{}.{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), at.subsec_nanosecond() / 100)
}

/// The format of HTTP headers: `Fri, 17 Jun 2016 18:32:26 GMT`.
pub(super) fn http_text(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The time of a date in ISO 8601.
pub(super) fn parse_date(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}
