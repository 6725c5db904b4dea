//! What a long operation tells while it works: events that a host pulls.
//!
//! The queue is bounded and never blocks the work: progress of a phase replaces the progress of that phase before it,
//! log lines drop the oldest and count them, the status and the last event stay.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;

use crate::error::Detail;

/// How many log lines wait at the most for a host that does not ask.
const LOG_LIMIT: usize = 256;

/// One event of a job.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum Event {
    /// How far a phase is: `done` of `total` `unit`s.
    Progress {
        /// `upload`, `wait` …
        phase: &'static str,
        /// Finished units.
        done: u64,
        /// All units.
        total: u64,
        /// `bytes` or `steps`.
        unit: &'static str,
    },
    /// The submission's status, when it was seen for the first time.
    Status {
        /// As the service spells it: `PreProcessing`.
        status: String,
    },
    /// A line for people; no secrets in it.
    Log {
        /// `verbose` or `warning`.
        level: Level,
        /// The text.
        message: String,
        /// How many lines before this one were dropped.
        #[serde(skip_serializing_if = "is_zero")]
        dropped: u64,
    },
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// For somebody who wants to follow.
    Verbose,
    /// For everybody.
    Warning,
}

/// What [`Queue::next`] found.
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(Event),
    /// The last one: the response envelope.
    Completed(String),
    /// Nothing in that time.
    Nothing,
    /// The last one was taken before.
    Over,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<Event>,
    logs: usize,
    dropped: u64,
    completed: Option<String>,
    over: bool,
}

/// The events of one job that nobody has taken yet.
#[derive(Debug, Default)]
pub struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: Event) {
        let mut state = self.lock();
        match &event {
            Event::Progress { phase, .. } => {
                let same = |waiting: &Event| matches!(waiting, Event::Progress { phase: other, .. } if other == phase);
                if let Some(waiting) = state.events.iter_mut().rev().find(|waiting| same(waiting)) {
                    *waiting = event;
                    return;
                }
            }
            Event::Log { .. } => {
                if state.logs == LOG_LIMIT {
                    if let Some(at) = state.events.iter().position(|e| matches!(e, Event::Log { .. })) {
                        state.events.remove(at);
                        state.dropped += 1;
                    }
                } else {
                    state.logs += 1;
                }
            }
            Event::Status { .. } => {}
        }
        state.events.push_back(event);
        drop(state);
        self.arrived.notify_one();
    }

    /// Sets the last event. A second one is ignored: a job completes once.
    pub fn complete(&self, response: String) {
        let mut state = self.lock();
        if state.completed.is_none() && !state.over {
            state.completed = Some(response);
        }
        drop(state);
        self.arrived.notify_all();
    }

    /// The next event, waiting for it at most `timeout`. Two threads may wait; each event goes to one of them.
    pub fn next(&self, timeout: Duration) -> Next {
        let end = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(mut event) = state.events.pop_front() {
                if let Event::Log { dropped, .. } = &mut event {
                    *dropped = std::mem::take(&mut state.dropped);
                    state.logs -= 1;
                }
                return Next::Event(event);
            }
            if let Some(response) = state.completed.take() {
                state.over = true;
                // Others who wait would wait for nothing.
                self.arrived.notify_all();
                return Next::Completed(response);
            }
            if state.over {
                return Next::Over;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Nothing;
            }
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The end of the queue that the work holds. The default one has no listener: events are dropped, facts are kept.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    queue: Option<Arc<Queue>>,
    facts: Arc<Mutex<Vec<Detail>>>,
}

tokio::task_local! {
    static CURRENT: Reporter;
}

impl Reporter {
    /// Does the work of an operation, whose reporter this is.
    pub async fn during<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// The reporter of the operation that the task works for, for layers that no reporter is passed to; outside of one,
    /// a reporter without a listener.
    pub fn current() -> Reporter {
        CURRENT.try_with(Reporter::clone).unwrap_or_default()
    }

    /// A reporter that fills this queue.
    pub fn to(queue: Arc<Queue>) -> Reporter {
        Reporter { queue: Some(queue), facts: Arc::default() }
    }

    /// Notes what was done and stays done when the work is cancelled: `Created`, `Committed`.
    pub fn fact(&self, code: &str, message: impl Into<String>) {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).push(Detail::coded(code, message));
    }

    /// What was noted, for the error of work that did not end.
    pub fn facts(&self) -> Vec<Detail> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells how far a phase is.
    pub fn progress(&self, phase: &'static str, done: u64, total: u64, unit: &'static str) {
        self.push(|| Event::Progress { phase, done, total, unit });
    }

    /// Tells a status of the submission.
    pub fn status(&self, status: &str) {
        self.push(|| Event::Status { status: status.to_owned() });
    }

    /// A line for somebody who follows. The caller makes sure that no secret is in it.
    pub fn verbose(&self, message: impl Into<String>) {
        self.push(|| Event::Log { level: Level::Verbose, message: message.into(), dropped: 0 });
    }

    /// A line for everybody.
    pub fn warning(&self, message: impl Into<String>) {
        self.push(|| Event::Log { level: Level::Warning, message: message.into(), dropped: 0 });
    }

    fn push(&self, event: impl FnOnce() -> Event) {
        if let Some(queue) = &self.queue {
            queue.push(event());
        }
    }
}
