//! What may be repeated, and when: the table, and nothing else.
//!
//! The rows follow `perf-reliability` F2. Two questions decide: may the service have carried the request out (it was
//! sent, and no answer came or a 5xx), and is it harmless to carry it out again?

use std::time::Duration;

use super::wire::{Timeouts, WireError, WireKind};

/// Whether a request may be sent again after an ambiguous answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Carrying it out twice is the same as once.
    Always,
    /// Only when the service has certainly not carried it out; the caller looks at the state instead.
    WhenNotDone,
}

/// One row of the table.
#[derive(Debug)]
pub struct Rule {
    /// For the reader of a log.
    pub name: &'static str,
    /// What may be repeated.
    pub repeat: Repeat,
    /// How long the first byte of the answer may take.
    pub first_byte: Duration,
    /// How long it is repeated, times the configured patience.
    pub patience: u32,
}

const QUICK: Duration = Duration::from_secs(30);
/// The service is known to take 268 s before a 500 (`api` d).
const SLOW: Duration = Duration::from_secs(360);
const IDLE: Duration = Duration::from_secs(60);

const fn rule(name: &'static str, repeat: Repeat, first_byte: Duration, patience: u32) -> Rule {
    Rule { name, repeat, first_byte, patience }
}

/// A request for a token.
pub static TOKEN: Rule = rule("token", Repeat::Always, QUICK, 1);
/// Whether somebody answers at all; not repeated.
pub static PROBE: Rule = rule("probe", Repeat::Always, QUICK, 0);
/// Any GET of the service.
pub static READ: Rule = rule("read", Repeat::Always, QUICK, 1);
/// GET of a status while waiting: an outage of half an hour must not end a wait of hours.
pub static POLL: Rule = rule("poll", Repeat::Always, QUICK, 6);
/// PUT of a whole submission: the same body again.
pub static UPDATE: Rule = rule("update", Repeat::Always, SLOW, 1);
/// DELETE: a 404 after a lost answer is success, which the caller knows.
pub static DELETE: Rule = rule("delete", Repeat::Always, SLOW, 1);
/// POST that creates: the answer may be lost although it created (`perf-reliability` 0, row 8).
pub static CREATE: Rule = rule("create", Repeat::WhenNotDone, SLOW, 1);
/// POST commit.
pub static COMMIT: Rule = rule("commit", Repeat::WhenNotDone, SLOW, 1);
/// POST of a rollout percentage: an absolute value.
pub static ROLLOUT_SET: Rule = rule("rollout percentage", Repeat::Always, QUICK, 1);
/// POST halt and finalize of a rollout.
pub static ROLLOUT_STEP: Rule = rule("rollout step", Repeat::WhenNotDone, QUICK, 1);
/// Put Block: the same id replaces. Put Block List with `<Latest>` was measured to be repeatable (A6).
pub static BLOB_WRITE: Rule = rule("blob write", Repeat::Always, QUICK, 3);
/// Get Block List, HEAD and GET of a blob.
pub static BLOB_READ: Rule = rule("blob read", Repeat::Always, QUICK, 3);

impl Rule {
    /// How long silence may last for this request.
    pub fn timeouts(&self) -> Timeouts {
        Timeouts { first_byte: self.first_byte, idle: IDLE }
    }
}

/// What an attempt means for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is an answer; whether a good one is for the caller to say.
    Answer,
    /// Not carried out: try again.
    NotDone,
    /// Failed, and perhaps carried out all the same.
    Ambiguous,
    /// Not carried out, and it would fail again.
    Hopeless,
}

/// What a status means.
pub fn of_status(status: u16) -> Verdict {
    match status {
        429 => Verdict::NotDone,
        408 | 500 | 502 | 503 | 504 => Verdict::Ambiguous,
        _ => Verdict::Answer,
    }
}

/// What the absence of an answer means.
pub fn of_error(error: &WireError) -> Verdict {
    match error.kind {
        WireKind::NotConnected => Verdict::NotDone,
        WireKind::TimedOut | WireKind::Interrupted => Verdict::Ambiguous,
        WireKind::Tls | WireKind::Proxy => Verdict::Hopeless,
        // It would be as large the next time, but what it answered was carried out.
        WireKind::TooLarge => Verdict::Hopeless,
    }
}
