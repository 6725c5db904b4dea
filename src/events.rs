//! The events that a long operation reports while it runs.
//!
//! An operation reports through a [`Reporter`]; the events wait in a [`Queue`] until the host takes them.

mod queue;

use std::sync::{Arc, Mutex, PoisonError};

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::{Detail, shown};

pub use queue::{Next, Queue, Ready, ReadyJobs};

/// One event of a job. The last event, `completed`, is not one of these: it holds the response of the operation (see
/// [`Next::Completed`]).
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Event {
    /// How far a phase of the operation is: `done` of `total` units. Reported often; a host that takes events slowly
    /// sees the latest one of each phase.
    Progress {
        /// The phase: `publish` for the steps of a release, `upload` for the bytes of its files.
        phase: &'static str,
        /// How many units are finished.
        done: u64,
        /// How many units the phase has.
        total: u64,
        /// What is counted: `steps` or `bytes`.
        unit: &'static str,
    },
    /// The status of the submission, when it is first seen and whenever it has changed.
    Status {
        /// The status as the service spells it: `PreProcessing`.
        status: String,
    },
    /// A line for people. It contains no secret that the library knows, and no control characters.
    Log {
        /// How important the line is.
        level: Level,
        /// The text.
        message: String,
        /// How many older lines were dropped because nobody took them. Absent means none.
        #[serde(default, skip_serializing_if = "is_zero")]
        dropped: u64,
    },
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The importance of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// For people who follow the operation in detail.
    Verbose,
    /// For everyone: something needs attention although the operation goes on.
    Warning,
}

/// What an operation reports to. The default reporter has no queue: it drops events and keeps facts.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    queue: Option<Arc<Queue>>,
    facts: Arc<Mutex<Vec<Detail>>>,
}

tokio::task_local! {
    static CURRENT: Reporter;
}

impl Reporter {
    /// Runs `work` with this as its [`Reporter::current`].
    pub async fn during<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The reporter of the operation that the current task runs, for layers that no reporter is passed to. Outside of an
    /// operation this is the default reporter.
    pub fn current() -> Reporter {
        CURRENT.try_with(Reporter::clone).unwrap_or_default()
    }

    /// A reporter that appends to this queue.
    pub fn to(queue: Arc<Queue>) -> Reporter {
        Reporter { queue: Some(queue), facts: Arc::default() }
    }

    /// Records a step that stays done even if the operation is cancelled afterwards: `Created`, `Committed`.
    pub fn fact(&self, code: &str, message: impl Into<String>) {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).push(Detail::coded(code, message));
    }

    /// The recorded steps, as details of the error of an operation that did not finish.
    pub fn facts(&self) -> Vec<Detail> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reports how far a phase is.
    pub fn progress(&self, phase: &'static str, done: u64, total: u64, unit: &'static str) {
        self.push(|| Event::Progress { phase, done, total, unit });
    }

    /// Reports the status of the submission.
    pub fn status(&self, status: &str) {
        self.push(|| Event::Status { status: shown(status).into_owned() });
    }

    /// Logs a line for people who follow in detail. The caller makes sure that it contains no secret.
    pub fn verbose(&self, message: impl Into<String>) {
        self.log(Level::Verbose, message);
    }

    /// Logs a line for everyone. The caller makes sure that it contains no secret.
    pub fn warning(&self, message: impl Into<String>) {
        self.log(Level::Warning, message);
    }

    fn log(&self, level: Level, message: impl Into<String>) {
        self.push(|| Event::Log { level, message: shown(&message.into()).into_owned(), dropped: 0 });
    }

    fn push(&self, event: impl FnOnce() -> Event) {
        if let Some(queue) = &self.queue {
            queue.push(event());
        }
    }
}
