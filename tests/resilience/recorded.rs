//! An emulator in this process whose requests are recorded, for tests with tokio's clock paused.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::sync::{Arc, Mutex};

use crate::in_process::{self, Clock, InProcess};
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::emulator::{Emulator, Options};
use storeship::http::ProcessWide;
use storeship::http::{Context, Request, Timeouts, Transport, TransportFuture};
use tokio::time::Instant;

/// Records each request and passes it to the emulator's router.
struct Recorded {
    inner: InProcess,
    sent: Arc<Mutex<Vec<Sent>>>,
    /// When the clock of an emulator began that follows the test's.
    clock: Option<(Arc<Clock>, Instant)>,
}

/// A request that was sent, with its time by the test's clock.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) at: Instant,
    pub(crate) method: String,
    pub(crate) path: String,
}

impl Transport for Recorded {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        let (method, path) = (request.method.to_string(), request.url.path().to_owned());
        self.sent.lock().unwrap().push(Sent { at: Instant::now(), method, path });
        Box::pin(async move {
            if let Some((clock, began)) = &self.clock {
                clock.follow(&self.inner.0, began.elapsed()).await;
            }
            self.inner.send(request, timeouts).await
        })
    }
}

/// An emulator with its control routes, and the requests that clients sent to it.
pub(crate) struct Store {
    router: axum::Router,
    emulator: Emulator,
    sent: Arc<Mutex<Vec<Sent>>>,
    limits: ProcessWide,
    clock: Option<(Arc<Clock>, Instant)>,
}

impl Store {
    pub(crate) fn new(seed: u64) -> Store {
        Store::with(Options { seed, ..Options::default() }, ProcessWide::default())
    }

    /// An emulator whose clients use these rate limiters, as the clients of one process do. A clock that is frozen at first
    /// follows that of the test.
    pub(crate) fn with(options: Options, limits: ProcessWide) -> Store {
        let is_frozen = options.frozen_at.is_some();
        let emulator = Emulator::new(options).unwrap();
        let clock = is_frozen.then(|| (Arc::default(), Instant::now()));
        Store { router: emulator.router(), emulator, sent: Arc::default(), limits, clock }
    }

    pub(crate) fn client(&self, seed: u64) -> Arc<Client> {
        self.client_with(seed, json!({}))
    }

    /// A client with these members added to its configuration.
    pub(crate) fn client_with(&self, seed: u64, more: Value) -> Arc<Client> {
        let mut config = in_process::config(&self.emulator);
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let transport = Arc::new(Recorded {
            inner: InProcess(self.router.clone()),
            sent: self.sent.clone(),
            clock: self.clock.clone(),
        });
        let context = Context { transport, now: jiff::Timestamp::now, seed, shared: self.limits.clone() };
        Arc::new(Client::with_context(Config::parse(&config.to_string()).unwrap(), context))
    }

    pub(crate) async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        in_process::control(&self.router, method, path, body).await
    }

    /// The calls of the service that were sent, without token requests and uploads.
    pub(crate) fn calls(&self) -> Vec<Sent> {
        self.sent_below("/v1.0/my/")
    }

    /// The requests that were sent to paths with this prefix.
    pub(crate) fn sent_below(&self, path: &str) -> Vec<Sent> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|request| request.path.starts_with(path)).cloned().collect()
    }
}
