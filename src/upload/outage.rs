//! How long an upload goes on without an answer of the storage, and what it says meanwhile.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::error::Error;
use crate::events::Reporter;

/// How long an outage lasts before everybody is told what the upload waits for.
const FIRST_WARNING: Duration = Duration::from_secs(5);
/// How often that is told again.
const NEXT_WARNING: Duration = Duration::from_secs(60);

/// The outage that all workers share: the first answer of any of them ends it for all.
pub(super) struct Outage {
    /// How long one may last.
    pub(super) limit: Duration,
    began: Mutex<Option<Began>>,
}

struct Began {
    at: Instant,
    next_warning: Duration,
}

impl Outage {
    pub(super) fn new(limit: Duration) -> Outage {
        Outage { limit, began: Mutex::default() }
    }

    /// Takes note of an answer.
    pub(super) fn end(&self) {
        *self.began() = None;
    }

    /// Takes note of a failure, after which the request waits this long. `false` when the outage then lasts too long.
    pub(super) fn goes_on(&self, wait: Duration) -> bool {
        let mut began = self.began();
        let began = began.get_or_insert_with(|| Began { at: Instant::now(), next_warning: FIRST_WARNING });
        began.at.elapsed() + wait <= self.limit
    }

    /// Tells what the upload waits for: in the log, and as a warning when the outage lasts long.
    pub(super) fn report(&self, host: &str, error: &Error, wait: Duration) {
        let reporter = Reporter::current();
        reporter.verbose(format!("another attempt in {:.1} s: {error}", wait.as_secs_f64()));
        let mut began = self.began();
        let Some(began) = began.as_mut() else { return };
        let lasted = began.at.elapsed() + wait;
        if lasted >= began.next_warning {
            began.next_warning = lasted + NEXT_WARNING;
            let left = self.limit.saturating_sub(lasted).as_secs();
            reporter.warning(format!("waiting for {host}: {error}; trying again for up to {left} s"));
        }
    }

    fn began(&self) -> MutexGuard<'_, Option<Began>> {
        self.began.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
