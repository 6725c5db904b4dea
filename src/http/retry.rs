//! What may be repeated, and when: the table, and nothing else.
//!
//! The rows follow `perf-reliability` F2. Two questions decide: may the service have carried the request out (it was
//! sent, and no answer came or a 5xx), and is it harmless to carry it out again?

use std::time::Duration;

use super::transport::{Timeouts, TransportError, TransportErrorKind};

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
    /// Which requests it is for, and what makes up for what it does not repeat.
    pub about: &'static str,
    /// What may be repeated.
    pub repeat: Repeat,
    /// How long the first byte of the answer may take.
    pub first_byte: Duration,
    /// How long it is repeated, times the configured patience.
    pub timeout_factor: u32,
}

const QUICK: Duration = Duration::from_secs(30);
/// The service is known to take 268 s before a 500 (`api` d).
const SLOW: Duration = Duration::from_secs(360);
/// How long a body may stand still, in either direction.
pub const IDLE: Duration = Duration::from_secs(60);
/// How often a good answer that can't be read, cut short or from a proxy, is asked for again.
pub const BROKEN: u32 = 4;

/// Writes each row once: the constant by which the rule is named in the source, and its place in [`ALL`].
macro_rules! rules {
    ($($id:ident $name:literal $repeat:ident $first_byte:ident $timeout_factor:literal $about:literal)*) => {
        $(#[doc = $about]
        pub static $id: Rule = Rule {
            name: $name, about: $about, repeat: Repeat::$repeat, first_byte: $first_byte, timeout_factor: $timeout_factor,
        };)*
        /// Every rule, in the order of the documentation.
        pub static ALL: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    TOKEN "token" Always QUICK 1
        "a request for a token"
    PROBE "probe" Always QUICK 0
        "a metadata service, which the sign-in asks again by itself, or whether the upload host answers"
    READ "read" Always QUICK 1
        "any GET of the service but a status"
    POLL "poll" Always QUICK 6
        "GET of a status: an outage of half an hour must not end a wait of hours"
    UPDATE "update" Always SLOW 1
        "PUT of a whole submission: the same body again"
    DELETE "delete" Always SLOW 1
        "DELETE: a 404 after a lost answer is success"
    CREATE "create" WhenNotDone SLOW 1
        "POST that creates a submission, a flight or an add-on: after a lost answer it is looked for, and adopted"
    COMMIT "commit" WhenNotDone SLOW 1
        "POST of a commit: after a lost answer the status decides"
    ROLLOUT_SET "rollout percentage" Always QUICK 1
        "POST of a rollout's percentage: the value is absolute"
    ROLLOUT_STEP "rollout step" WhenNotDone QUICK 1
        "POST that halts or finalizes a rollout: after a lost answer its state decides"
    BLOB_WRITE "blob write" Always QUICK 3
        "a block of an upload, and the list of blocks: the same id replaces (A6)"
    BLOB_READ "blob read" Always QUICK 3
        "the list of blocks, length and tail of an uploaded file"
}

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
    FinalResponse,
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
        _ => Verdict::FinalResponse,
    }
}

/// What the absence of an answer means.
pub fn of_error(error: &TransportError) -> Verdict {
    match error.kind {
        TransportErrorKind::NotConnected | TransportErrorKind::NoTunnel => Verdict::NotDone,
        TransportErrorKind::TimedOut | TransportErrorKind::Interrupted => Verdict::Ambiguous,
        TransportErrorKind::Tls | TransportErrorKind::Proxy => Verdict::Hopeless,
        // It would be as large the next time, but what it answered was carried out.
        TransportErrorKind::TooLarge => Verdict::Hopeless,
    }
}
