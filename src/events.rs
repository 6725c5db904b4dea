//! The events that a long operation reports while it runs.
//!
//! An operation reports through a [`Reporter`]; the events wait in a [`Queue`] until the host takes them.

mod progress;
mod queue;
mod sink;
mod trace;

use std::borrow::Cow;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::error::{Class, Detail, Error, Exchange, Result, shown};

use progress::Progress;
use trace::{Attempt, What};

pub use queue::{Next, Queue, Ready, ReadyJobs};
pub use sink::{Redact, Sink};
pub use trace::Trace;

/// One event of a job. The last event, `completed`, is not one of these: it holds the response of the operation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// How far a phase of the operation is: `done` of `total` units. Reported often; a host that takes events slowly
    /// sees the latest one of each phase.
    Progress {
        /// The phase: `publish` for the steps of a release, `upload` for the bytes of its files, `rollout` for the steps of
        /// a rollout, `wait` for submissions, `add-ons` for the add-ons of a tree.
        phase: &'static str,
        /// How many units are finished.
        done: u64,
        /// How many units the phase has.
        total: u64,
        /// What is counted: `steps`, `bytes`, `submissions` or `add-ons`.
        unit: &'static str,
        /// With bytes: how many are finished a second, over the last seconds. Bytes that an earlier run has sent count too,
        /// so it begins high when an upload is resumed. Absent before it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        per_second: Option<u64>,
        /// With bytes: the time that the rest takes at this rate, in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remaining_seconds: Option<u64>,
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
    /// One of several items of the operation is finished.
    Item {
        /// Its place in the list of the request, from 0.
        index: usize,
        /// Its response, which the result of the operation has too.
        response: Response,
    },
}

/// The response of an operation, or of one item of it, as JSON text.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Response(Box<RawValue>);

impl Response {
    /// Takes the text of a response.
    ///
    /// # Errors
    /// `internal.state` when it is not JSON.
    pub fn of(text: String) -> Result<Response> {
        let text = RawValue::from_string(text);
        text.map(Response).map_err(|error| Error::internal(format!("a response is not JSON: {error}")))
    }
}

impl JsonSchema for Response {
    fn schema_name() -> Cow<'static, str> {
        "Response".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "oneOf": [{ "$ref": "#/$defs/Success" }, { "$ref": "#/$defs/Failure" }],
            // What the documentation shows; the parts are described there once.
            "properties": {
                "ok": { "type": "boolean", "description": "Whether it succeeded." },
                "result": { "description": "The result of a success." },
                "meta": { "type": "object", "description": "Facts about a success." },
                "error": { "type": "object", "description": "The error of a failure." },
            },
            "required": ["ok"],
        })
    }
}

/// The name of an id as a member of JSON: `appId` for `AppId`.
fn member_name(id: &str) -> String {
    let mut name = id.to_owned();
    name.get_mut(..1).into_iter().for_each(str::make_ascii_lowercase);
    name
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The importance of a log line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Level {
    /// For people who look for a fault: each request and its answer. When a host takes events slowly, these lines are
    /// dropped first.
    Debug,
    /// For people who follow the operation in detail.
    #[default]
    Verbose,
    /// For everyone: something needs attention although the operation goes on.
    Warning,
}

/// Takes the reports of an operation. The default reporter has no queue: it drops events, and keeps what the error of an
/// unfinished operation needs.
#[derive(Clone, Debug, Default)]
pub struct Reporter {
    queue: Option<Arc<Queue>>,
    known: Arc<Mutex<Progress>>,
    sink: Arc<OnceLock<Sink>>,
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
        Reporter { queue: Some(queue), ..Reporter::default() }
    }

    /// Sets the sink of the operation, and records that the operation has begun.
    pub fn begin_in(&self, sink: Sink) {
        if self.sink.set(sink).is_ok() {
            self.record(|_| What::Began);
        }
    }

    /// Records the end of the operation, and waits until its records are in the trace.
    pub async fn end(&self, error: Option<&Error>) {
        for refused in
            error.filter(|error| error.code().class == Class::Protected).iter().flat_map(|error| error.findings())
        {
            let place = refused.pointer.as_deref().unwrap_or_default();
            self.decision(
                "Refused",
                format!("{}{place}", refused.code.as_deref().map_or(String::new(), |id| format!("{id} "))),
            );
        }
        let ids = self.known().ids.clone();
        let ids = |sink: &Sink| {
            ids.iter().filter_map(|id| Some((member_name(id.code.as_deref()?), sink.shown(&id.message)))).collect()
        };
        self.record(|sink| What::Ended {
            ok: error.is_none(),
            elapsed_ms: sink.elapsed_ms(),
            code: error.map(|error| error.code().name),
            message: error.map(|error| sink.shown(&error.to_string())),
            ids: ids(sink),
        });
        if let Some(trace) = self.trace() {
            trace.written().await;
        }
    }

    /// Records a step that stays done even if the operation is cancelled afterwards: `Created`, `Committed`.
    pub fn fact(&self, code: &str, message: impl Into<String>) {
        let message = message.into();
        self.decision(code, message.clone());
        self.known().facts.push(Detail::coded(code, message));
    }

    /// Forgets the recorded steps, since another item of the operation begins.
    pub fn begin_item(&self) {
        self.known().facts.clear();
    }

    /// Records what became of an item, with its steps, for the error of an operation that does not come to its end.
    pub fn end_item(&self, name: &str, error: Option<&Error>) {
        let mut known = self.known();
        let mut what = vec![match error {
            Some(error) => format!("{name} failed: {error}"),
            None => format!("{name} is finished"),
        }];
        what.extend(known.facts.drain(..).map(|fact| fact.message));
        known.items.push(Detail::coded("Item", what.join("; ")));
    }

    /// Takes back a step that is not done any more: a draft that was committed or deleted is none.
    pub fn take_back(&self, code: &str) {
        self.known().facts.retain(|fact| fact.code.as_deref() != Some(code));
    }

    /// Records in the trace what was done or refused, and why: `CommitSent`.
    pub fn decision(&self, decision: &str, message: impl Into<String>) {
        self.record(|sink| What::Decision { decision, message: sink.shown(&message.into()) });
    }

    /// The recorded steps, as details of the error of an operation that did not finish.
    pub fn facts(&self) -> Vec<Detail> {
        self.known().facts.clone()
    }

    /// Records an id of the request: `AppId`.
    pub fn id(&self, name: &'static str, id: &str) {
        self.known().ids.push(Detail::coded(name, id));
    }

    /// Records the step that begins: `upload`.
    pub fn begin(&self, step: &'static str) {
        self.known().step = Some(step);
    }

    /// Records that a request is sent, and how often it was before.
    pub fn sent(&self, exchange: Exchange) {
        self.debug(|| {
            let message = format!("{} {}, attempt {}", exchange.method, exchange.url, exchange.attempts);
            shown(&message).into_owned()
        });
        let mut known = self.known();
        known.held_up = None;
        known.waiting = Some((exchange, Instant::now()));
    }

    /// Records how an attempt ended, `elapsed` after it was sent. `error` says why there is no usable answer.
    pub fn received(&self, exchange: &Exchange, elapsed: Duration, error: Option<String>) {
        if !self.shows(Level::Debug) && self.trace().is_none() {
            return;
        }
        let attempt = Attempt {
            exchange,
            elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
            correlation_id: exchange.correlation_ids.first().map(|id| self.shown(id)),
            request_id: exchange.request_id.as_deref().map(|id| self.shown(id)),
            error: error.map(|error| self.shown(&error)),
        };
        self.debug(|| attempt.to_string());
        self.record(|_| What::Request(attempt));
    }

    /// Records why no request is sent for a while.
    pub fn waits(&self, reason: String) {
        self.known().held_up = Some(reason);
    }

    /// Records the failure of an attempt. The last one is the cause when the operation does not finish in time.
    pub fn failed(&self, error: Error) {
        let mut known = self.known();
        known.waiting = None;
        known.failure = Some(error);
    }

    /// Records that a server gave a final answer. An earlier failure is then no cause any more. `success`: the operation
    /// has come further by it.
    pub fn answered(&self, success: bool) {
        let mut known = self.known();
        (known.waiting, known.failure) = (None, None);
        known.succeeded |= success;
    }

    /// The error of an operation that was cancelled or ran out of time: `error` with what is known about how far the
    /// operation came and what it waited for.
    pub fn unfinished(&self, error: Error) -> Error {
        std::mem::take(&mut *self.known()).unfinished(error)
    }

    /// Reports how far a phase is.
    pub fn progress(&self, phase: &'static str, done: u64, total: u64, unit: &'static str) {
        // Steps and submissions take very different times, so their rate says nothing of the rest.
        let per_second = self.known().count(phase, done, total, unit).filter(|_| unit == "bytes");
        let remaining_seconds = per_second.map(|rate| total.saturating_sub(done).div_ceil(rate));
        self.push(|| Event::Progress { phase, done, total, unit, per_second, remaining_seconds });
    }

    /// Reports the status of the submission.
    pub fn status(&self, status: &str) {
        let status = shown(status).into_owned();
        self.known().status = Some(status.clone());
        self.push(|| Event::Status { status });
    }

    /// Reports that an item of the operation is finished.
    pub fn item(&self, index: usize, response: Response) {
        self.push(|| Event::Item { index, response });
    }

    /// Logs a line for people who follow in detail.
    pub fn verbose(&self, message: impl Into<String>) {
        self.log(Level::Verbose, message);
    }

    /// Logs a line for everyone.
    pub fn warning(&self, message: impl Into<String>) {
        self.log(Level::Warning, message);
    }

    fn log(&self, level: Level, message: impl Into<String>) {
        let message = self.shown(&message.into());
        if level == Level::Warning {
            self.record(|_| What::Warning { message: message.clone() });
        }
        if self.shows(level) {
            self.push(|| Event::Log { level, message, dropped: 0 });
        }
    }

    /// Logs a line about a request, which the caller made safe to show.
    fn debug(&self, message: impl FnOnce() -> String) {
        if self.shows(Level::Debug) {
            self.push(|| Event::Log { level: Level::Debug, message: message(), dropped: 0 });
        }
    }

    /// Whether the job reports lines of this level.
    fn shows(&self, level: Level) -> bool {
        self.queue.is_some() && level >= self.sink.get().map_or(Level::default(), |sink| sink.level)
    }

    /// A text that is safe to show.
    fn shown(&self, text: &str) -> String {
        match self.sink.get() {
            Some(sink) => sink.shown(text),
            None => shown(text).into_owned(),
        }
    }

    fn trace(&self) -> Option<&Arc<Trace>> {
        self.sink.get().and_then(|sink| sink.trace.as_ref())
    }

    /// Appends a record to the trace, if there is one. When the trace can't be written, a warning says so once.
    fn record<'a>(&self, what: impl FnOnce(&Sink) -> What<'a>) {
        let Some(sink) = self.sink.get().filter(|sink| sink.trace.is_some()) else { return };
        sink.record(what(sink));
        if let Some(message) = self.trace().and_then(|trace| trace.failure()) {
            self.push(|| Event::Log { level: Level::Warning, message: sink.shown(&message), dropped: 0 });
        }
    }

    fn known(&self) -> MutexGuard<'_, Progress> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, event: impl FnOnce() -> Event) {
        if let Some(queue) = &self.queue {
            queue.push(event());
        }
    }
}
