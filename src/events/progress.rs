//! How far an operation came, for the error of one that does not finish.

use tokio::time::Instant;

use crate::error::{Detail, Error, Exchange};

/// What an operation has reported so far.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Steps that stay done: `Created`, `Committed`.
    pub(super) facts: Vec<Detail>,
    /// The ids of the request.
    pub(super) ids: Vec<Detail>,
    /// The step that runs.
    pub(super) step: Option<&'static str>,
    /// The last status of the submission.
    pub(super) status: Option<String>,
    /// The last count of each phase: `upload: 5 of 10 bytes`.
    counts: Vec<(&'static str, u64, u64, &'static str)>,
    /// The request whose answer has not come, and when it was sent.
    pub(super) waiting: Option<(Exchange, Instant)>,
    /// Why no request is sent for a while: the rate limiter.
    pub(super) held_up: Option<String>,
    /// The failure of the last attempt, unless a server has answered since.
    pub(super) failure: Option<Error>,
    /// Whether any request of the operation succeeded.
    pub(super) succeeded: bool,
}

impl Progress {
    pub(super) fn count(&mut self, phase: &'static str, done: u64, total: u64, unit: &'static str) {
        match self.counts.iter_mut().find(|(known, ..)| *known == phase) {
            Some(count) => *count = (phase, done, total, unit),
            None => self.counts.push((phase, done, total, unit)),
        }
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
        let mut details = self.facts;
        details.extend(self.ids);
        details.extend(self.step.map(|step| Detail::coded("Step", step)));
        details.extend(self.status.map(|status| Detail::coded("Status", status)));
        details.extend(
            self.counts.into_iter().map(|(phase, done, total, unit)| {
                Detail::coded("Progress", format!("{phase}: {done} of {total} {unit}"))
            }),
        );
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
