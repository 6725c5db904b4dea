//! The queue of a job's events that have not been taken yet.
//!
//! A queue is bounded and never blocks the operation: a `progress` event replaces the waiting one of the same phase, log
//! lines beyond [`LOG_LIMIT`] displace the oldest, those of level `debug` first, and `status` and `item` events and the
//! last event are always kept.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Bound;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{Event, Level};

/// How many log lines of a job wait at most.
const LOG_LIMIT: usize = 256;

/// The result of [`Queue::next`].
#[derive(Debug)]
pub enum Next {
    /// An event.
    Event(Event),
    /// The last event: the response envelope of the operation.
    Completed(String),
    /// No event arrived in time.
    Nothing,
    /// The last event was taken already, or the queue was closed.
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

impl State {
    fn is_empty(&self) -> bool {
        self.events.is_empty() && self.completed.is_none()
    }
}

/// The waiting events of one job. The default queue belongs to no client; its events are taken with [`Queue::next`]
/// only.
#[derive(Debug, Default)]
pub struct Queue {
    job: u64,
    ready: Arc<ReadyJobs>,
    state: Mutex<State>,
    arrived: Condvar,
}

impl Queue {
    /// An empty queue. `ready` is shared by all jobs of a client and lists this `job` while the queue has events.
    pub fn new(job: u64, ready: Arc<ReadyJobs>) -> Queue {
        Queue { job, ready, state: Mutex::default(), arrived: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends an event. Events after the last one are dropped.
    pub(super) fn push(&self, event: Event) {
        let mut state = self.lock();
        if state.over || state.completed.is_some() {
            return;
        }
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
                    let is_debug = |e: &Event| matches!(e, Event::Log { level: Level::Debug, .. });
                    let oldest = state.events.iter().position(is_debug);
                    let oldest = oldest.or_else(|| state.events.iter().position(|e| matches!(e, Event::Log { .. })));
                    if let Some(at) = oldest {
                        state.events.remove(at);
                        state.dropped += 1;
                    }
                } else {
                    state.logs += 1;
                }
            }
            Event::Status { .. } | Event::Item { .. } => {}
        }
        state.events.push_back(event);
        self.announce();
    }

    /// Sets the last event. Later calls are ignored: a job completes once.
    pub fn complete(&self, response: String) {
        let mut state = self.lock();
        if state.completed.is_none() && !state.over {
            state.completed = Some(response);
            self.announce();
        }
    }

    /// Drops all events; from now on [`Queue::next`] returns [`Next::Over`], also to threads that wait in it.
    pub fn close(&self) {
        let mut state = self.lock();
        *state = State { over: true, ..State::default() };
        self.ready.remove(self.job);
        self.arrived.notify_all();
    }

    /// Takes the next event, waiting for it up to `timeout`. Several threads may wait; each event goes to one of them.
    pub fn next(&self, timeout: Duration) -> Next {
        let end = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(next) = self.take(&mut state) {
                return next;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Next::Nothing;
            }
            state = self.arrived.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn take(&self, state: &mut State) -> Option<Next> {
        let next = if let Some(mut event) = state.events.pop_front() {
            if let Event::Log { dropped, .. } = &mut event {
                *dropped = std::mem::take(&mut state.dropped);
                state.logs -= 1;
            }
            Next::Event(event)
        } else if let Some(response) = state.completed.take() {
            state.over = true;
            // Other threads that wait must not wait for an event that can't come.
            self.arrived.notify_all();
            Next::Completed(response)
        } else if state.over {
            return Some(Next::Over);
        } else {
            return None;
        };
        if state.is_empty() {
            self.ready.remove(self.job);
        } else {
            // The thread that takes this event may not ask for the next one.
            self.announce();
        }
        Some(next)
    }

    /// Wakes a thread that waits for this job, and one that waits for any job. Called with the state locked, so that the
    /// job is listed exactly while the queue has events.
    fn announce(&self) {
        self.arrived.notify_one();
        self.ready.add(self.job);
    }
}

/// The result of [`ReadyJobs::next`].
#[derive(Debug, PartialEq, Eq)]
pub enum Ready {
    /// This job has events, unless another thread takes them first.
    Job(u64),
    /// No job had events in time.
    Nothing,
    /// The client was closed.
    Closed,
}

#[derive(Debug, Default)]
struct ReadyState {
    jobs: BTreeSet<u64>,
    /// The job that [`ReadyJobs::next`] gave last; the search starts behind it, so that jobs take turns.
    last: u64,
    closed: bool,
}

/// The jobs of one client whose queues have events.
///
/// Lock order: a queue, then this.
#[derive(Debug, Default)]
pub struct ReadyJobs {
    state: Mutex<ReadyState>,
    changed: Condvar,
}

impl ReadyJobs {
    fn lock(&self) -> MutexGuard<'_, ReadyState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, job: u64) {
        self.lock().jobs.insert(job);
        self.changed.notify_one();
    }

    fn remove(&self, job: u64) {
        self.lock().jobs.remove(&job);
    }

    /// From now on [`ReadyJobs::next`] returns [`Ready::Closed`], also to threads that wait in it.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// The next job that has events, waiting for one until `end`. The job stays listed until its queue is empty.
    pub fn next(&self, end: Instant) -> Ready {
        let mut state = self.lock();
        loop {
            if state.closed {
                return Ready::Closed;
            }
            let behind = (Bound::Excluded(state.last), Bound::Unbounded);
            if let Some(job) = state.jobs.range(behind).next().or_else(|| state.jobs.first()).copied() {
                state.last = job;
                return Ready::Job(job);
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ready::Nothing;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests;
