//! The retry policy: which requests may be sent again, and when.
//!
//! Two questions decide: whether the service may have carried the request out (it was sent, and the result was no
//! response, a 408 or a 5xx), and whether carrying it out twice has the same effect as once.

use std::time::Duration;

use super::transport::{Timeouts, TransportError, TransportErrorKind};

/// The policy for one kind of request.
#[derive(Debug)]
pub struct Rule {
    /// The name in the documentation.
    pub name: &'static str,
    /// The requests that the rule is for, and what the caller does after an ambiguous result.
    pub about: &'static str,
    /// Whether carrying the request out twice has the same effect as once. Any other request is sent again only when the
    /// service has certainly not carried it out; otherwise the caller looks at the state.
    pub idempotent: bool,
    /// How long the first byte of the response may take.
    pub first_byte: Duration,
    /// How long the request is retried, as a multiple of the configured `retryTimeoutSeconds`. Zero: one attempt.
    pub timeout_factor: u32,
}

const QUICK: Duration = Duration::from_secs(30);
/// The service has been seen to take 268 seconds before it answered 500.
const SLOW: Duration = Duration::from_secs(360);
/// The longest time between two bytes of a body, in either direction.
pub const IDLE: Duration = Duration::from_secs(60);
/// How often a request is retried because the body of a successful response is malformed: cut short, or written by a
/// proxy.
pub const MALFORMED_RETRIES: u32 = 4;

const IDEMPOTENT: bool = true;
const NOT_IDEMPOTENT: bool = false;

/// Defines a constant for each rule, and [`ALL`].
macro_rules! rules {
    ($($id:ident $name:literal $idempotent:ident $first_byte:ident $timeout_factor:literal $about:literal)*) => {
        $(#[doc = $about]
        pub static $id: Rule = Rule {
            name: $name, about: $about, idempotent: $idempotent, first_byte: $first_byte, timeout_factor: $timeout_factor,
        };)*
        /// All rules, in the order of the documentation.
        pub static ALL: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    TOKEN "token" IDEMPOTENT QUICK 1
        "a request for a token"
    PROBE "probe" IDEMPOTENT QUICK 0
        "a metadata service, which the sign-in retries by its own rule; whether the upload host can be reached"
    READ "read" IDEMPOTENT QUICK 1
        "any GET of the service except a status"
    POLL "poll" IDEMPOTENT QUICK 6
        "GET of a status; an outage of half an hour must not end a wait of hours"
    UPDATE "update" IDEMPOTENT SLOW 1
        "PUT of a whole submission; a retry sends the same body"
    DELETE "delete" IDEMPOTENT SLOW 1
        "DELETE; a 404 after a lost response is success"
    CREATE "create" NOT_IDEMPOTENT SLOW 1
        "POST that creates a submission, a flight or an add-on; after a lost response StoreShip looks for it and adopts it"
    COMMIT "commit" NOT_IDEMPOTENT SLOW 1
        "POST of a commit; after a lost response StoreShip reads the status"
    ROLLOUT_SET "rollout percentage" IDEMPOTENT QUICK 1
        "POST of a rollout's percentage, which is absolute"
    ROLLOUT_STEP "rollout step" NOT_IDEMPOTENT QUICK 1
        "POST that halts or finalizes a rollout; after a lost response StoreShip reads the rollout's state"
    BLOB_WRITE "blob write" IDEMPOTENT QUICK 3
        "Put Block and Put Block List; a block with the same id replaces the one before"
    BLOB_READ "blob read" IDEMPOTENT QUICK 3
        "the block list, the length and the end of an uploaded file"
}

impl Rule {
    /// The time-outs of one attempt.
    pub fn timeouts(&self) -> Timeouts {
        Timeouts { first_byte: self.first_byte, idle: IDLE }
    }
}

/// What the result of an attempt means for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The response is for the caller, whether it is a success or a refusal.
    Final,
    /// The service has not carried the request out: any request may be sent again.
    NotProcessed,
    /// The attempt failed, but the service may have carried the request out.
    Ambiguous,
    /// The next attempt would fail in the same way.
    Permanent,
}

impl Verdict {
    /// The meaning of a status.
    pub fn of_status(status: u16) -> Verdict {
        match status {
            429 => Verdict::NotProcessed,
            408 | 500 | 502 | 503 | 504 => Verdict::Ambiguous,
            _ => Verdict::Final,
        }
    }

    /// The meaning of an attempt without a response.
    pub fn of_error(error: &TransportError) -> Verdict {
        match error.kind {
            TransportErrorKind::NotConnected | TransportErrorKind::NoTunnel => Verdict::NotProcessed,
            TransportErrorKind::TimedOut | TransportErrorKind::Interrupted => Verdict::Ambiguous,
            TransportErrorKind::Tls | TransportErrorKind::CaCertificate | TransportErrorKind::Proxy => {
                Verdict::Permanent
            }
            // The service has carried the request out; the response would be as large the next time.
            TransportErrorKind::TooLarge => Verdict::Permanent,
        }
    }
}
