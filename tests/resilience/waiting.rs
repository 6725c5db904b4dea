//! What a client says while it waits, and how long it waits, with the clock paused.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::error::Error;
use storeship::events::{Event, Level, Next, Queue, Reporter};
use storeship::http::{
    Context, Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use storeship::operations;
use tokio::time::Instant;

const APP: &str = "9NBLGGH4R315";

/// How the network answers one attempt, and after which time.
#[derive(Clone)]
pub(crate) enum Reply {
    Fails(TransportErrorKind),
    Body(u16, Vec<u8>),
}

/// A network that answers each attempt as its script says; the last entry answers all others.
pub(crate) struct Scripted {
    script: Mutex<VecDeque<(Duration, Reply)>>,
    sent: Mutex<Vec<Instant>>,
}

impl Scripted {
    pub(crate) fn new(script: impl IntoIterator<Item = (u64, Reply)>) -> Arc<Scripted> {
        let script = script.into_iter().map(|(seconds, reply)| (Duration::from_secs(seconds), reply)).collect();
        Arc::new(Scripted { script: Mutex::new(script), sent: Mutex::default() })
    }

    pub(crate) fn client(self: &Arc<Scripted>, more: Value) -> Arc<Client> {
        let mut config = json!({
            "serviceUrl": "https://store.example/my/", "credential": {"type": "token", "accessToken": "a-token-of-a-test"},
            "limit": {"perMinute": 0},
        });
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let config = Config::parse_with(&config.to_string(), &|_| None).unwrap();
        let now = jiff::Timestamp::now;
        let context = Context { transport: self.clone(), now, seed: 1, shared: Default::default() };
        Arc::new(Client::with_context(config, context))
    }

    /// The times of the attempts, in seconds after the first.
    pub(crate) fn sent(&self) -> Vec<u64> {
        let sent = self.sent.lock().unwrap();
        sent.iter().map(|at| (*at - sent[0]).as_secs()).collect()
    }
}

impl Transport for Scripted {
    fn send<'a>(&'a self, _: &'a Request, _: Timeouts) -> TransportFuture<'a> {
        let (delay, reply) = {
            let mut script = self.script.lock().unwrap();
            let next = script.front().unwrap().clone();
            if script.len() > 1 {
                script.pop_front();
            }
            next
        };
        self.sent.lock().unwrap().push(Instant::now());
        Box::pin(async move {
            tokio::time::sleep(delay).await;
            match reply {
                Reply::Fails(kind) => Err(TransportError::new(kind, "the reason of the failure")),
                Reply::Body(status, body) => Ok(Response { status, headers: Default::default(), body: body.into() }),
            }
        })
    }
}

pub(crate) fn body(text: &str) -> Reply {
    Reply::Body(200, text.as_bytes().to_vec())
}

/// Runs with the clock paused: it advances when every task waits.
pub(crate) fn timeless(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(work);
}

/// Gets an app; returns the result, and the lines of the log with their levels.
pub(crate) async fn get(client: &Arc<Client>, more: Value) -> (Result<String, Error>, Vec<(Level, String)>) {
    let mut request = json!({"appId": APP});
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let queue = Arc::new(Queue::default());
    let operation = operations::find("app.get").unwrap();
    let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::to(queue.clone())).await;
    let mut log = Vec::new();
    while let Next::Event(event) = queue.next(Duration::ZERO) {
        if let Event::Log { level, message, .. } = event {
            log.push((level, message));
        }
    }
    (output.map(|output| output.result), log)
}

#[test]
fn a_host_that_was_never_reached_ends_the_call_soon() {
    timeless(async {
        let began = Instant::now();
        let network = Scripted::new([(0, Reply::Fails(TransportErrorKind::NotConnected))]);
        let (result, _) = get(&network.client(json!({})), json!({})).await;
        let error = result.unwrap_err();
        assert_eq!(error.code().name, "network.unreachable");
        assert!(began.elapsed() <= Duration::from_secs(30), "{:?}", network.sent());
        assert!(network.sent().len() > 2, "a name server may fail once: {:?}", network.sent());
    });
}

#[test]
fn an_outage_of_a_host_that_was_reached_is_outlasted() {
    timeless(async {
        let outage = (0..6).map(|_| (10, Reply::Fails(TransportErrorKind::NotConnected)));
        let network = Scripted::new([(0, body("{}"))].into_iter().chain(outage).chain([(0, body("{}"))]));
        let client = network.client(json!({}));
        get(&client, json!({})).await.0.unwrap();
        get(&client, json!({})).await.0.unwrap();
        assert!(*network.sent().last().unwrap() >= 60, "{:?}", network.sent());
    });
}

#[test]
fn a_wait_says_what_it_waits_for() {
    timeless(async {
        let network = Scripted::new([(0, Reply::Body(503, Vec::new()))]);
        let (result, log) = get(&network.client(json!({"retry": {"retryTimeoutSeconds": 200}})), json!({})).await;
        result.unwrap_err();
        let of =
            |level: Level| log.iter().filter(|line| line.0 == level).map(|line| line.1.as_str()).collect::<Vec<_>>();
        let (retries, warnings) = (of(Level::Verbose), of(Level::Warning));
        assert_eq!(retries.len(), network.sent().len() - 1, "{log:#?}");
        assert!(retries[0].starts_with("attempt 2 of GET https://store.example/my/applications/"), "{log:#?}");
        assert!((2..=4).contains(&warnings.len()), "not one for each attempt: {log:#?}");
        assert!(
            warnings[0].starts_with("waiting for store.example: it answered 503; trying again for up to "),
            "{log:#?}"
        );
    });
}

#[test]
fn a_retry_that_succeeds_at_once_gives_no_warning() {
    timeless(async {
        let network = Scripted::new([(0, Reply::Body(503, Vec::new())), (0, body("{}"))]);
        let (result, log) = get(&network.client(json!({})), json!({})).await;
        result.unwrap();
        assert_eq!(log.iter().map(|line| line.0).collect::<Vec<_>>(), [Level::Verbose], "{log:#?}");
    });
}

#[test]
fn a_late_answer_is_waited_for_with_a_warning() {
    timeless(async {
        let network = Scripted::new([(25, body("{}"))]);
        let (result, log) = get(&network.client(json!({})), json!({})).await;
        result.unwrap();
        assert_eq!(log, [(Level::Warning, "waiting for store.example: no answer to GET for 10 s yet".to_owned())]);
    });
}

#[test]
fn a_call_may_have_its_own_retry_timeout() {
    timeless(async {
        let network = Scripted::new([(0, Reply::Body(503, Vec::new()))]);
        let client = network.client(json!({}));
        get(&client, json!({"retryTimeoutSeconds": 0})).await.0.unwrap_err();
        assert_eq!(network.sent(), [0]);
        let began = Instant::now();
        get(&client, json!({"retryTimeoutSeconds": 20})).await.0.unwrap_err();
        assert!(network.sent().len() > 2 && began.elapsed() <= Duration::from_secs(20), "{:?}", network.sent());
    });
}

#[test]
fn a_request_that_never_left_the_machine_takes_no_place_of_the_limit() {
    timeless(async {
        for kind in [TransportErrorKind::NotConnected, TransportErrorKind::NoTunnel, TransportErrorKind::Tls] {
            let failures = (0..30).map(|_| (0, Reply::Fails(kind)));
            let network = Scripted::new(failures.chain([(0, body("{}"))]));
            let client = network.client(json!({"limit": {"perMinute": 20}, "retry": {"retryTimeoutSeconds": 0}}));
            for _ in 0..30 {
                get(&client, json!({})).await.0.unwrap_err();
            }
            for _ in 0..20 {
                get(&client, json!({})).await.0.unwrap();
            }
            assert_eq!(network.sent(), [0; 50], "{kind:?}");
            // The calls that were answered count.
            get(&client, json!({})).await.0.unwrap();
            assert_eq!(network.sent().last(), Some(&61));
        }
    });
}

#[test]
fn a_place_that_is_given_back_goes_to_the_call_that_waits() {
    timeless(async {
        let network = Scripted::new([(5, Reply::Fails(TransportErrorKind::NotConnected)), (0, body("{}"))]);
        let client = network.client(json!({"limit": {"perMinute": 1}, "retry": {"retryTimeoutSeconds": 0}}));
        let first = tokio::spawn({
            let client = client.clone();
            async move { get(&client, json!({})).await.0.map(drop).map_err(|error| error.code().name) }
        });
        tokio::task::yield_now().await;
        get(&client, json!({})).await.0.unwrap();
        assert_eq!(first.await.unwrap(), Err("network.unreachable"));
        assert_eq!(network.sent(), [0, 5]);
    });
}
