//! The one place that every report of an operation passes on its way to people.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use tokio::time::Instant;

use super::Level;
use super::trace::{Record, Trace, What};
use crate::error::shown;

/// Takes the secrets of a client out of a text.
pub type Redact = Arc<dyn Fn(&str) -> String + Send + Sync>;

/// The number of the last operation of the process.
static LAST_CALL: AtomicU64 = AtomicU64::new(0);

/// Makes the reports of one operation safe to show, and appends them to the trace of its client.
pub struct Sink {
    operation: &'static str,
    call: u64,
    began: Instant,
    now: fn() -> Timestamp,
    redact: Redact,
    /// The least important lines that are shown.
    pub(super) level: Level,
    pub(super) trace: Option<Arc<Trace>>,
}

impl Sink {
    /// The sink of an operation that begins now. `now` is the wall clock, `level` that of the least important lines.
    pub fn new(
        operation: &'static str,
        now: fn() -> Timestamp,
        redact: Redact,
        level: Level,
        trace: Option<Arc<Trace>>,
    ) -> Sink {
        let call = LAST_CALL.fetch_add(1, Ordering::Relaxed) + 1;
        Sink { operation, call, began: Instant::now(), now, redact, level, trace }
    }

    /// A text without secrets and control characters.
    pub(super) fn shown(&self, text: &str) -> String {
        shown(&(self.redact)(text)).into_owned()
    }

    /// How long the operation has run, in milliseconds.
    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Appends a record to the trace, if there is one.
    pub(super) fn record(&self, what: What<'_>) {
        let Some(trace) = &self.trace else { return };
        trace.append(Record {
            time: (self.now)().to_string(),
            process: std::process::id(),
            call: self.call,
            operation: self.operation,
            what,
            dropped: 0,
        });
    }
}

impl fmt::Debug for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sink").field("operation", &self.operation).field("trace", &self.trace).finish_non_exhaustive()
    }
}
