//! The clock of the emulated Store: the real one plus what was added, or one that stands still.

use jiff::{SignedDuration, Timestamp};

/// Virtual time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    frozen: Option<Timestamp>,
    ahead: SignedDuration,
}

impl Clock {
    pub(crate) fn new(frozen: Option<Timestamp>) -> Clock {
        Clock { frozen, ahead: SignedDuration::ZERO }
    }

    pub(crate) fn now(&self) -> Timestamp {
        let base = self.frozen.unwrap_or_else(Timestamp::now);
        base.checked_add(self.ahead).unwrap_or(base)
    }

    /// Moves on; a negative number of seconds goes back.
    pub(crate) fn advance(&mut self, seconds: i64) {
        self.ahead = self.ahead.saturating_add(SignedDuration::from_secs(seconds));
    }
}

/// `2016-06-17T18:32:26Z`, the spelling of upload addresses.
pub(crate) fn seconds_text(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2016-03-11T01:32:11.0747851Z`, the spelling of the service's own dates.
pub(crate) fn ticks_text(at: Timestamp) -> String {
    format!("{}.{:07}Z", at.strftime("%Y-%m-%dT%H:%M:%S"), at.subsec_nanosecond() / 100)
}

/// `Fri, 17 Jun 2016 18:32:26 GMT`, for headers.
pub(crate) fn http_text(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
