//! An emulator for releases, whose clock and that of its clients are tokio's paused one, and whose requests may kill the
//! run that sends them.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::emulator::{Emulator, Options};
use storeship::error::Error;
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::http::{Context, Request, Timeouts, Transport, TransportFuture};
use storeship::operations;
use storeship::package::sample::{self, Sample};
use tempfile::TempDir;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::in_process::{self, Clock, InProcess, control};

pub(super) const APP: &str = "9NBLGGH4R315";

/// The place of the release notes in a submission.
pub(super) const NOTES: &str = "/listings/en-us/baseListing/releaseNotes";

const BEGIN: &str = "2026-01-01T00:00:00Z";

thread_local! {
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
    /// How far the clock of a client is ahead, in seconds.
    static AHEAD: Cell<i64> = const { Cell::new(0) };
}

fn elapsed() -> Duration {
    BEGAN.with(Cell::get).map_or(Duration::ZERO, |began| began.elapsed())
}

fn now() -> Timestamp {
    let begin: Timestamp = BEGIN.parse().unwrap();
    begin + SignedDuration::try_from(elapsed()).unwrap() + SignedDuration::from_secs(AHEAD.with(Cell::get))
}

/// Lets the clock of clients go wrong by this many seconds.
pub(super) fn set_clock_ahead(seconds: i64) {
    AHEAD.with(|ahead| ahead.set(seconds));
}

/// A request that something happens at, once.
pub(super) struct Event {
    pub(super) at: fn(&Request) -> bool,
    pub(super) what: What,
}

pub(super) enum What {
    /// The run is gone before it sends the request.
    DiesBefore,
    /// The run is gone before the answer comes.
    DiesAfter,
    /// Somebody changes the pending submission before the request.
    Changes(Value),
    /// The answer takes ten seconds.
    AnswersLate,
    /// The request takes so many seconds to the service.
    ArrivesAfter(u64),
    /// Somebody deletes the submission that the request is about, before the request.
    Deletes,
}

/// Passes requests to the emulator, whose clock it moves.
struct Watched {
    inner: InProcess,
    clock: Clock,
    events: Arc<Mutex<Vec<Event>>>,
    died: Arc<Notify>,
}

impl Watched {
    async fn exchange(
        &self,
        request: &Request,
        timeouts: Timeouts,
    ) -> Result<storeship::http::Response, storeship::http::TransportError> {
        self.clock.follow(&self.inner.0, elapsed()).await;
        let event = {
            let mut events = self.events.lock().unwrap();
            let found = events.iter().position(|event| (event.at)(request));
            found.map(|at| events.remove(at).what)
        };
        match event {
            None => {}
            Some(What::Changes(patch)) => {
                let id = pending(&control(&self.inner.0, "GET", "state", None).await).unwrap();
                control(&self.inner.0, "POST", &format!("submissions/{id}"), Some(patch)).await;
            }
            Some(What::Deletes) => {
                let delete = Request {
                    method: http::Method::DELETE,
                    url: request.url.clone(),
                    headers: request.headers.clone(),
                    body: request.body.clone(),
                    fresh_connection: false,
                    response_limit: request.response_limit,
                };
                assert_eq!(self.inner.send(&delete, timeouts).await.unwrap().status, 204);
            }
            Some(What::AnswersLate) => {
                let answer = self.inner.send(request, timeouts).await;
                sleep(Duration::from_secs(10)).await;
                return answer;
            }
            Some(What::ArrivesAfter(seconds)) => sleep(Duration::from_secs(seconds)).await,
            Some(What::DiesBefore) => {
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
            Some(What::DiesAfter) => {
                let _ = self.inner.send(request, timeouts).await;
                self.died.notify_one();
                std::future::pending::<()>().await;
            }
        }
        self.inner.send(request, timeouts).await
    }
}

impl Transport for Watched {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(self.exchange(request, timeouts))
    }
}

fn pending(state: &Value) -> Option<String> {
    let app = state["applications"].as_array().unwrap().iter().find(|app| app["id"] == APP).unwrap();
    app["pendingApplicationSubmission"]["id"].as_str().map(str::to_owned)
}

pub(super) struct Shop {
    router: Router,
    emulator: Emulator,
    transport: Arc<Watched>,
    events: Arc<Mutex<Vec<Event>>>,
    died: Arc<Notify>,
    folder: TempDir,
    clients: Cell<u64>,
}

impl Shop {
    pub(super) fn new() -> Shop {
        BEGAN.with(|began| began.set(Some(Instant::now())));
        set_clock_ahead(0);
        let options = Options { frozen_at: Some(BEGIN.to_owned()), ..Options::default() };
        let emulator = Emulator::new(options).unwrap();
        let router = emulator.router();
        let (events, died) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Notify::new()));
        let transport = Watched {
            inner: InProcess(router.clone()),
            clock: Clock::default(),
            events: events.clone(),
            died: died.clone(),
        };
        let folder = tempfile::tempdir().unwrap();
        Shop { router, emulator, transport: Arc::new(transport), events, died, folder, clients: Cell::new(0) }
    }

    /// A client of a machine of its own: it shares nothing with the others.
    pub(super) fn client(&self) -> Arc<Client> {
        self.clients.set(self.clients.get() + 1);
        let mut config = in_process::config(&self.emulator);
        config["limit"] = json!({"perMinute": 0});
        let context = Context {
            transport: self.transport.clone(),
            now,
            seed: self.clients.get(),
            shared: ProcessWide::default(),
        };
        Arc::new(Client::with_context(Config::parse(&config.to_string()).unwrap(), context))
    }

    /// Writes a package.
    pub(super) fn package(&self, name: &str, version: &str) -> String {
        let path: PathBuf = self.folder.path().join(name);
        let bytes = sample::package(&Sample { version: version.into(), ..Sample::default() }).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs an operation with a new client; returns its result and its `meta`, or the JSON of its error.
    pub(super) async fn call(&self, operation: &str, request: Value) -> Result<(Value, Value), Value> {
        self.call_by(&self.client(), operation, request).await
    }

    /// Runs an operation with a client that other operations use too.
    pub(super) async fn call_by(
        &self,
        client: &Arc<Client>,
        operation: &str,
        mut request: Value,
    ) -> Result<(Value, Value), Value> {
        if operation != "service.call" {
            request["appId"] = json!(APP);
        }
        let operation = operations::find(operation).unwrap();
        let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::default()).await;
        let output = output.map_err(|error: Error| serde_json::from_str::<Value>(&error.to_json()).unwrap())?;
        Ok((serde_json::from_str(&output.result).unwrap(), serde_json::to_value(&output.meta).unwrap()))
    }

    pub(super) async fn publish(&self, request: &Value) -> Result<(Value, Value), Value> {
        self.call("publish", request.clone()).await
    }

    /// Publishes; the release has to succeed.
    #[track_caller]
    pub(super) fn published<'a>(&'a self, request: &'a Value) -> impl Future<Output = Value> + 'a {
        let caller = std::panic::Location::caller();
        async move { self.publish(request).await.unwrap_or_else(|error| panic!("{caller}: {error:#}")).0 }
    }

    /// Publishes; the release has to fail. Returns the code and the error.
    #[track_caller]
    pub(super) fn refused<'a>(&'a self, request: &'a Value) -> impl Future<Output = (String, Value)> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let error = self.publish(request).await.err();
            let error = error.unwrap_or_else(|| panic!("{caller}: the release succeeded"));
            (error["code"].as_str().unwrap().to_owned(), error)
        }
    }

    /// Runs a release that ends without a trace at a request.
    pub(super) async fn dies(&self, request: &Value, at: fn(&Request) -> bool, what: What) {
        self.when(at, what);
        tokio::select! {
            ended = self.publish(request) => panic!("the run ended by itself: {ended:?}"),
            () = self.died.notified() => {}
        }
    }

    pub(super) fn when(&self, at: fn(&Request) -> bool, what: What) {
        self.events.lock().unwrap().push(Event { at, what });
    }

    pub(super) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        control(&self.router, method, path, body).await
    }

    pub(super) async fn fault(&self, rule: Value) {
        self.control("POST", "faults", Some(rule)).await;
    }

    /// A draft that another tool has created and edited.
    pub(super) async fn draft_of_a_colleague(&self) -> String {
        let create = json!({"method": "POST", "path": format!("applications/{APP}/submissions")});
        self.call("service.call", create).await.unwrap();
        let id = self.pending().await.unwrap();
        let (mut draft, _) = self.call("submission.get", json!({"submissionId": id})).await.unwrap();
        draft["notesForCertification"] = json!("The work of a colleague.");
        self.call("submission.update", json!({"submissionId": id, "submission": draft})).await.unwrap();
        id
    }

    /// Somebody changes the document of the pending submission.
    pub(super) async fn change(&self, pointer: &str, value: Value) {
        let id = self.pending().await.unwrap();
        self.control("POST", &format!("submissions/{id}"), Some(json!({"document": {pointer: value}}))).await;
    }

    pub(super) async fn pending(&self) -> Option<String> {
        pending(&self.control("GET", "state", None).await)
    }

    /// The document of a submission.
    pub(super) async fn document(&self, id: &str) -> Value {
        self.control("GET", &format!("submissions/{id}"), None).await["document"].take()
    }

    /// The submissions of the app, the published one of the beginning included.
    pub(super) async fn submissions(&self) -> usize {
        let state = self.control("GET", "state", None).await;
        let of_app = |entry: &&Value| entry["applicationId"] == APP && entry["flightId"].is_null();
        state["submissions"].as_array().unwrap().iter().filter(of_app).count()
    }

    /// The document of what is in the Store.
    pub(super) async fn in_the_store(&self) -> Value {
        let state = self.control("GET", "state", None).await;
        let app = state["applications"].as_array().unwrap().iter().find(|app| app["id"] == APP).unwrap();
        let id = app["lastPublishedApplicationSubmission"]["id"].as_str().unwrap().to_owned();
        self.document(&id).await
    }

    /// The commits that the service accepted.
    pub(super) async fn commits(&self) -> usize {
        let all = self.control("GET", "requests", None).await;
        let accepted =
            |request: &&Value| request["path"].as_str().unwrap().ends_with("/commit") && request["status"] == 202;
        all.as_array().unwrap().iter().filter(accepted).count()
    }

    /// The requests since the last look that change something of the app or of an upload, as method and end of the path.
    pub(super) async fn changes(&self) -> Vec<String> {
        let all = self.control("GET", "requests", None).await;
        self.control("DELETE", "requests", None).await;
        let mut changes = Vec::new();
        for request in all.as_array().unwrap() {
            let (method, path) = (request["method"].as_str().unwrap(), request["path"].as_str().unwrap());
            if !matches!(method, "GET" | "HEAD") && !path.ends_with("/token") {
                let end = if path.contains("/ingestion/") { "upload" } else { path.rsplit('/').next().unwrap() };
                changes.push(format!("{method} {end}"));
            }
        }
        changes
    }
}

/// Lets minutes pass.
pub(super) async fn minutes(count: u64) {
    sleep(Duration::from_secs(60 * count)).await;
}

pub(super) fn release(notes: &str) -> Value {
    json!({"releaseNotes": {"en-us": notes}, "until": "published"})
}

/// The release with these members changed.
pub(super) fn with(release: &Value, more: Value) -> Value {
    let mut release = release.clone();
    release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    release
}

pub(super) fn is_create(request: &Request) -> bool {
    request.method == "POST" && request.url.path().ends_with("/submissions")
}

/// Whether a request reads a submission.
pub(super) fn is_read(request: &Request) -> bool {
    request.method == "GET" && request.url.path().contains("/submissions/") && !request.url.path().ends_with("/status")
}

pub(super) fn is_delete(request: &Request) -> bool {
    request.method == "DELETE"
}

pub(super) fn is_finalize(request: &Request) -> bool {
    request.url.path().ends_with("/finalizepackagerollout")
}

pub(super) fn is_put(request: &Request) -> bool {
    request.method == "PUT" && request.url.path().contains("/submissions/")
}

pub(super) fn is_commit(request: &Request) -> bool {
    request.method == "POST" && request.url.path().ends_with("/commit")
}

pub(super) fn is_block_list(request: &Request) -> bool {
    request.method == "PUT" && request.url.query().is_some_and(|query| query.contains("comp=blocklist"))
}

/// Whether a request sends a part of a ZIP; a marker has one byte.
pub(super) fn is_block(request: &Request) -> bool {
    is_marker_or_block(request) && request.body.len() > 1
}

/// Whether a request puts a marker.
pub(super) fn is_marker(request: &Request) -> bool {
    is_marker_or_block(request) && request.body.len() == 1
}

fn is_marker_or_block(request: &Request) -> bool {
    request.method == "PUT" && request.url.query().is_some_and(|query| query.contains("comp=block&"))
}
