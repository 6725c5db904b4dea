//! Eight hours of work on a paused clock: an upload of ninety minutes, a wait of six hours, thirty-two more callers, and
//! tokens that live one hour. The emulator's clock follows tokio's; the client's wall clock can be set wrong.
//!
//! No request is sent with an expired token, and each token's lifetime costs one token request.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::in_process::{self, InProcess, control};
use axum::Router;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::emulator::{Emulator, Options, Stepping};
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::http::{Context, Request, Response, Timeouts, Transport, TransportFuture};
use storeship::package::sample::{self, Sample};
use storeship::publish::wait::{self, Terms, Until};
use storeship::store::App;
use storeship::upload::{self, Carried, Link, Settings, Source};
use tokio::time::{Instant, sleep};

const APP: &str = "9NBLGGH4R315";
const START: &str = "2026-03-01T08:00:00Z";
const HOUR: u64 = 3600;
/// A token is renewed this many seconds before it expires.
const EARLY: u64 = 300;
/// How long a token is valid, in seconds.
const LIFE: u64 = 3600;

thread_local! {
    /// When the test started, by tokio's clock. Each test has a thread of its own.
    static BEGAN: Cell<Option<Instant>> = const { Cell::new(None) };
    /// How many seconds the wall clock of the client is ahead.
    static WRONG: Cell<i64> = const { Cell::new(0) };
}

fn elapsed() -> Duration {
    BEGAN.get().map_or(Duration::ZERO, |began| began.elapsed())
}

/// The client's wall clock.
fn wall() -> Timestamp {
    let start: Timestamp = START.parse().unwrap();
    start + elapsed() + SignedDuration::from_secs(WRONG.get())
}

/// A request that was sent.
#[derive(Debug)]
struct Sent {
    at: u64,
    path: String,
    status: u16,
    /// Seconds until its token expired, by the service's clock.
    left: Option<i64>,
}

/// The emulator, whose clock is set to tokio's before each request, and a record of the requests.
struct Timed {
    inner: InProcess,
    router: Router,
    clock: Mutex<u64>,
    sent: Mutex<Vec<Sent>>,
    /// Token responses hold only `expires_on`, as those of the metadata services do.
    dates_only: bool,
}

impl Timed {
    async fn sync(&self) {
        let now = elapsed().as_secs();
        let behind = now - std::mem::replace(&mut *self.clock.lock().unwrap(), now);
        if behind > 0 {
            control(&self.router, "POST", "clock", Some(json!({ "advanceSeconds": behind }))).await;
        }
    }
}

/// Seconds until the request's token expires.
fn left(request: &Request, now: i64) -> Option<i64> {
    let (_, value) = request.headers.iter().find(|(name, _)| name == "authorization")?;
    let claims = value.to_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    Some(claims["exp"].as_i64().unwrap() - now)
}

impl Transport for Timed {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            // Latency, so that calls of the same moment are in flight together.
            sleep(Duration::from_millis(50)).await;
            self.sync().await;
            let at = elapsed().as_secs();
            let start: Timestamp = START.parse().unwrap();
            let left = left(request, start.as_second() + i64::try_from(at).unwrap());
            let result = self.inner.send(request, timeouts).await;
            let status = result.as_ref().map_or(0, |response| response.status);
            self.sent.lock().unwrap().push(Sent { at, path: request.url.path().to_owned(), status, left });
            let mut response: Response = result?;
            if self.dates_only && request.url.path().ends_with("/token") {
                let mut body: Value = serde_json::from_slice(&response.body).unwrap();
                body.as_object_mut().unwrap().retain(|name, _| !name.ends_with("expires_in"));
                assert!(body["expires_on"].is_string());
                response.body = body.to_string().into();
            }
            Ok(response)
        })
    }
}

struct Day {
    transport: Arc<Timed>,
    client: Arc<Client>,
}

impl Day {
    /// `endpoint` is `v2`, or `v1`, whose responses hold `expires_on` too.
    fn begin(endpoint: &str, dates_only: bool) -> Day {
        BEGAN.set(Some(Instant::now()));
        WRONG.set(0);
        let options = Options {
            token_lifetime: LIFE,
            stepping: Stepping::Clock,
            frozen_at: Some(START.to_owned()),
            ..Options::default()
        };
        let emulator = Emulator::new(options).unwrap();
        let router = emulator.router();
        let transport = Arc::new(Timed {
            inner: InProcess(router.clone()),
            router,
            clock: Mutex::new(0),
            sent: Mutex::default(),
            dates_only,
        });
        let mut config = in_process::config(&emulator);
        config["tokenEndpoint"] = json!(endpoint);
        let context = Context { transport: transport.clone(), now: wall, seed: 8, shared: ProcessWide::default() };
        let client = Client::with_context(Config::parse(&config.to_string()).unwrap(), context);
        Day { transport, client: Arc::new(client) }
    }

    async fn control(&self, method: &str, path: &str, body: Value) {
        control(&self.transport.router, method, path, Some(body)).await;
    }

    /// Starts thirty-two callers that call at the same moments, every four minutes, for eight hours.
    fn callers(&self) -> Vec<tokio::task::JoinHandle<usize>> {
        let caller = || {
            let client = self.client.clone();
            tokio::spawn(async move {
                let mut calls = 0;
                while elapsed().as_secs() < 8 * HOUR {
                    App::new(client.clone(), APP).get().await.unwrap_or_else(|error| panic!("{}", error.to_json()));
                    calls += 1;
                    // At the same moment again, however long the call took.
                    sleep(Duration::from_secs(240) - Duration::from_millis(elapsed().as_millis() as u64 % 240_000))
                        .await;
                }
                calls
            })
        };
        (0..32).map(|_| caller()).collect()
    }

    /// A release whose upload takes ninety minutes and whose certification six hours.
    async fn release(&self, package: PathBuf) {
        let client = &self.client;
        let draft = App::new(client.clone(), APP).product().create_submission().await.unwrap();
        let submission = &draft.submission;
        let id = &submission.id;

        // 216 blocks in sequence, 25 seconds each.
        self.control(
            "POST",
            "faults",
            json!({"path": "*/ingestion/*", "query": "*comp=block&*", "count": 0, "delayMs": 25_000}),
        )
        .await;
        let bytes = std::fs::metadata(&package).unwrap().len();
        let settings = Settings {
            block_bytes: Some(u32::try_from(bytes.div_ceil(216)).unwrap()),
            max_concurrency: Some(1),
            ..Settings::default()
        };
        let source = Source { path: package, name: "Contoso_2.0.0.0_x64.msix".to_owned() };
        let began = elapsed();
        let address = Link::fixed(storeship::publish::upload_address(&draft.response.text).unwrap());
        upload::upload(client, &address, &[source], &Carried::default(), settings, &Reporter::default()).await.unwrap();
        let took = (elapsed() - began).as_secs();
        assert!((5_400..5_900).contains(&took), "the upload took {took} seconds");

        self.control("POST", &format!("submissions/{id}"), json!({"hangs": true})).await;
        submission.commit().await.unwrap();
        let (transport, path) = (self.transport.clone(), format!("submissions/{id}"));
        let certified = tokio::spawn(async move {
            sleep(Duration::from_secs(6 * HOUR)).await;
            control(&transport.router, "POST", &path, Some(json!({"hangs": false}))).await;
        });
        let began = elapsed();
        let every = Duration::from_secs(30);
        let terms = Terms { commit_limit: Duration::from_secs(8 * HOUR), ..Terms::new(Until::Published, every) };
        let reached = wait::wait(submission, true, terms, &Reporter::default()).await.unwrap();
        assert_eq!(reached.status, "Published");
        assert!((elapsed() - began).as_secs() >= 6 * HOUR);
        certified.await.unwrap();
    }

    /// When tokens were requested.
    fn tokens(&self) -> Vec<u64> {
        let sent = self.transport.sent.lock().unwrap();
        sent.iter().filter(|sent| sent.path.ends_with("/token")).map(|sent| sent.at).collect()
    }

    /// Asserts that no call had an expired token, and that exactly `refused` responses were 401.
    fn check_tokens(&self, refused: usize) {
        let sent = self.transport.sent.lock().unwrap();
        let expired: Vec<_> = sent.iter().filter(|sent| sent.left.is_some_and(|left| left <= 0)).collect();
        assert!(expired.is_empty(), "{} requests with an expired token: {:?}", expired.len(), expired[0]);
        assert_eq!(sent.iter().filter(|sent| sent.status == 401).count(), refused);
        assert!(sent.iter().filter(|sent| sent.left.is_some()).count() > 4_000, "it was a day of work");
    }
}

fn on_a_paused_clock<F: Future<Output = ()>>(day: F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(day);
}

/// A package whose size is a whole number of blocks.
fn package() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Contoso_2.0.0.0_x64.msix");
    let bytes = sample::package(&Sample { version: "2.0.0.0".into(), ..Sample::default() }).unwrap();
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Runs the day; `at` lists what happens at which hour. Returns when tokens were requested.
async fn day(endpoint: &str, dates_only: bool, events: &[(f64, Value)], refused: usize) -> Vec<u64> {
    let (_folder, package) = package();
    let day = Day::begin(endpoint, dates_only);
    for (_, event) in events.iter().filter(|event| event.0 == 0.0) {
        WRONG.set(event["clock"].as_i64().unwrap());
    }
    let callers = day.callers();
    for (hour, event) in events.iter().cloned() {
        let transport = day.transport.clone();
        tokio::spawn(async move {
            sleep(Duration::from_secs_f64(hour * HOUR as f64)).await;
            match event["clock"].as_i64() {
                Some(wrong) => WRONG.set(wrong),
                None => drop(control(&transport.router, "POST", "faults", Some(event)).await),
            }
        });
    }
    day.release(package).await;
    for caller in callers {
        assert!(caller.await.unwrap() > 100);
    }
    day.check_tokens(refused);
    day.tokens()
}

/// Asserts one token request for each lifetime: none before the last token was about to expire.
#[track_caller]
fn one_a_life(tokens: &[u64]) {
    for pair in tokens.windows(2) {
        let gap = pair[1] - pair[0];
        // The callers call every four minutes, and the first call within the last five minutes renews.
        assert!((LIFE - EARLY..=LIFE - EARLY + 240).contains(&gap), "{gap} seconds between two tokens: {tokens:?}");
    }
    assert_eq!(tokens.len(), 9, "{tokens:?}");
}

#[test]
fn a_day_of_work_requests_one_token_an_hour() {
    on_a_paused_clock(async {
        for endpoint in ["v1", "v2"] {
            one_a_life(&day(endpoint, false, &[], 0).await);
        }
    });
}

#[test]
fn a_token_that_is_refused_in_the_middle_costs_one_request() {
    on_a_paused_clock(async {
        // At 10:00 all thirty-two callers call at once, and each is refused.
        let rule = json!({"path": format!("*/applications/{APP}"), "count": 32, "status": 401});
        let tokens = day("v2", false, &[(1.99, rule)], 32).await;
        let early: Vec<_> = tokens.windows(2).filter(|pair| pair[1] - pair[0] < LIFE - EARLY).collect();
        assert_eq!(early.len(), 1, "one refresh for all that were refused: {tokens:?}");
        assert_eq!(early[0][1], 2 * HOUR, "{tokens:?}");
        assert!(tokens.len() <= 10, "{tokens:?}");
    });
}

#[test]
fn a_wall_clock_that_is_set_back_sends_no_expired_token() {
    on_a_paused_clock(async {
        // The clock is set back by an hour in the middle of a token's life, which then looks like two hours; later it is right.
        let events = [(1.7, json!({"clock": -3600})), (5.2, json!({"clock": 0}))];
        let tokens = day("v2", false, &events, 0).await;
        // The correction looks like a jump by an hour, which may cost one token.
        let early = tokens.windows(2).filter(|pair| pair[1] - pair[0] < LIFE - EARLY).count();
        assert!(early <= 1 && tokens.len() <= 10, "{tokens:?}");
    });
}

#[test]
fn a_wall_clock_that_is_set_forward_requests_no_tokens_in_a_loop() {
    on_a_paused_clock(async {
        for (endpoint, dates_only) in [("v2", false), ("v1", true)] {
            // The token looks expired and is replaced once; the next ones are timed by the wrong clock.
            let events = [(1.7, json!({"clock": 3600})), (5.2, json!({"clock": 0}))];
            let tokens = day(endpoint, dates_only, &events, 0).await;
            let early = tokens.windows(2).filter(|pair| pair[1] - pair[0] < LIFE - EARLY).count();
            assert!(early <= 1 && tokens.len() <= 10, "{endpoint}: {tokens:?}");
        }
    });
}

#[test]
fn a_machine_with_a_wrong_clock_requests_one_token_an_hour() {
    on_a_paused_clock(async {
        for wrong in [-3600, 3600] {
            one_a_life(&day("v1", true, &[(0.0, json!({"clock": wrong}))], 0).await);
        }
    });
}
