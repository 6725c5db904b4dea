//! How far an operation came, for the error of one that does not finish.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::{Detail, Error, Exchange};

/// What an operation has reported so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Steps that stay done: `Created`, `Committed`.
    pub(super) facts: Vec<Detail>,
    /// The items that are finished.
    pub(super) items: Vec<Detail>,
    /// The ids of the request.
    pub(super) ids: Vec<Detail>,
    /// The step that runs.
    pub(super) step: Option<&'static str>,
    /// The last status of the submission.
    pub(super) status: Option<String>,
    /// The last count of each phase: `upload: 5 of 10 bytes`.
    counts: Vec<Count>,
    /// The request whose answer has not come, and when it was sent.
    pub(super) waiting: Option<(Exchange, Instant)>,
    /// Why no request is sent for a while: the rate limiter.
    pub(super) held_up: Option<String>,
    /// The failure of the last attempt, unless a server has answered since.
    pub(super) failure: Option<Error>,
    /// Whether any request of the operation succeeded.
    pub(super) succeeded: bool,
}

/// How far a phase is.
#[derive(Debug)]
struct Count {
    phase: &'static str,
    done: u64,
    total: u64,
    unit: &'static str,
    /// The counts from which the rate is measured: one at the beginning of the present window and one before it.
    marks: [(Instant, u64); 2],
}

/// The rate of a phase is measured over the last one to two of these.
const WINDOW: Duration = Duration::from_secs(10);

/// In a shorter time no rate is measured.
const SHORTEST: Duration = Duration::from_millis(100);

impl Count {
    /// Units a second. `None` before it can be told.
    fn per_second(&mut self) -> Option<u64> {
        let now = Instant::now();
        if now.duration_since(self.marks[1].0) > WINDOW {
            self.marks = [self.marks[1], (now, self.done)];
        }
        let (since, before) = self.marks[0];
        let elapsed = now.duration_since(since);
        let rate = self.done.saturating_sub(before) as f64 / elapsed.as_secs_f64();
        (elapsed >= SHORTEST && rate >= 1.0).then_some(rate as u64)
    }
}

impl Progress {
    /// Sets how far a phase is; returns its rate in units a second.
    pub(super) fn count(&mut self, phase: &'static str, done: u64, total: u64, unit: &'static str) -> Option<u64> {
        let at = self.counts.iter().position(|known| known.phase == phase).unwrap_or_else(|| {
            self.counts.push(Count { phase, done, total, unit, marks: [(Instant::now(), done); 2] });
            self.counts.len() - 1
        });
        let count = &mut self.counts[at];
        (count.done, count.total, count.unit) = (done, total, unit);
        count.per_second()
    }

    /// Adds to `error`, which says that the operation was cancelled or ran out of time, the step, the ids, the last
    /// failure and the steps that stay done.
    ///
    /// The remedy of the failure replaces that of `error` when no request succeeded: more time would not help then.
    pub(super) fn unfinished(self, error: Error) -> Error {
        let mut message = error.to_string();
        if let Some(step) = self.step {
            message.push_str(&format!(", in the step {step}"));
        }
        if let Some(made) = self.facts.last() {
            message.push_str(&format!("; {}", made.message));
        }
        if let Some(reason) = self.held_up {
            message.push_str(&format!("; {reason}"));
        }
        let mut details = self.items;
        details.extend(self.facts);
        details.extend(self.ids);
        details.extend(self.step.map(|step| Detail::coded("Step", step)));
        details.extend(self.status.map(|status| Detail::coded("Status", status)));
        details.extend(self.counts.into_iter().map(|Count { phase, done, total, unit, .. }| {
            Detail::coded("Progress", format!("{phase}: {done} of {total} {unit}"))
        }));
        let error = match (self.failure, self.waiting) {
            (Some(failure), _) => {
                message.push_str(&format!("; the last attempt failed: {failure}"));
                details.push(Detail::coded(failure.code().name, failure.to_string()));
                error.caused_by(failure, !self.succeeded)
            }
            (None, Some((mut exchange, sent))) => {
                exchange.elapsed_ms += u64::try_from(sent.elapsed().as_millis()).unwrap_or(u64::MAX);
                message.push_str(&format!("; {} {} was not answered", exchange.method, exchange.url));
                error.http(exchange)
            }
            (None, None) => error,
        };
        error.message(message).details(details)
    }
}
