//! Whole releases under seeded schedules of faults, with the emulator in this process and tokio's clock paused.
//!
//! No schedule leads to two submissions or two commits. The release ends as it would without faults, at the latest with the
//! third run of the same command. A failing seed is printed and runs alone:
//! `STORESHIP_SEED=123 cargo test --test resilience schedules`. `STORESHIP_SCHEDULES=10000 cargo test --test resilience
//! schedules -- --nocapture` runs more of them and prints how often each kind of fault was met.

#![allow(clippy::print_stdout, reason = "the count is what a long run is for")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::in_process::{self, InProcess, control};
use axum::Router;
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::config::Config;
use storeship::emulator::{Emulator, Options};
use storeship::error::Error;
use storeship::events::Reporter;
use storeship::http::ProcessWide;
use storeship::http::{Context, Request, Timeouts, Transport, TransportFuture};
use storeship::package::sample::{self, Sample};
use storeship::publish::release::Release;
use storeship::publish::{self, Receipt};
use storeship::store::App;

const APP: &str = "9NBLGGH4R315";

/// The emulator, and a record of what was sent twice and what the service accepted.
struct Watched {
    inner: InProcess,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    /// Requests that must not have been sent.
    blind: Vec<String>,
    /// Commits that took a draft to CommitStarted while the client waited for the response.
    commits: usize,
}

impl Watched {
    fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }
}

impl Transport for Watched {
    fn send<'a>(&'a self, request: &'a Request, timeouts: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            let path = request.url.path();
            let post = request.method == "POST";
            if post && path.ends_with("/submissions") {
                let pending = app_of(&state(&self.inner.0).await)["pendingApplicationSubmission"]["id"].clone();
                if !pending.is_null() {
                    self.seen().blind.push(format!("a create while {pending} is pending"));
                }
            }
            if !(post && path.ends_with("/commit")) {
                return self.inner.send(request, timeouts).await;
            }
            let id = path.trim_end_matches("/commit").rsplit('/').next().unwrap();
            let before = status(&self.inner.0, id).await;
            if before != "PendingCommit" {
                self.seen().blind.push(format!("a commit in state {before}"));
            }
            let answer = self.inner.send(request, timeouts).await;
            if before == "PendingCommit" && status(&self.inner.0, id).await == "CommitStarted" {
                self.seen().commits += 1;
            }
            answer
        })
    }
}

async fn state(router: &Router) -> Value {
    control(router, "GET", "state", None).await
}

async fn status(router: &Router, id: &str) -> String {
    let entry = control(router, "GET", &format!("submissions/{id}"), None).await;
    entry["document"]["status"].as_str().unwrap().to_owned()
}

fn app_of(state: &Value) -> &Value {
    state["applications"].as_array().unwrap().iter().find(|app| app["id"] == APP).unwrap()
}

struct Store {
    router: Router,
    emulator: Emulator,
    transport: Arc<Watched>,
    limits: ProcessWide,
}

impl Store {
    fn new(seed: u64) -> Store {
        let emulator = Emulator::new(Options { seed, ..Options::default() }).unwrap();
        let router = emulator.router();
        let transport = Arc::new(Watched { inner: InProcess(router.clone()), seen: Mutex::default() });
        Store { router, emulator, transport, limits: ProcessWide::default() }
    }

    fn client(&self, seed: u64) -> Client {
        let mut config = in_process::config(&self.emulator);
        // Every second client has a rate limit too.
        config["limit"] = json!({"perMinute": if seed.is_multiple_of(2) { 0 } else { 20 }});
        let context =
            Context { transport: self.transport.clone(), now: jiff::Timestamp::now, seed, shared: self.limits.clone() };
        Client::with_context(Config::parse(&config.to_string()).unwrap(), context)
    }

    async fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        control(&self.router, method, path, body).await
    }
}

/// A fault with the names of its kind and of its request.
struct Fault {
    kind: &'static str,
    place: &'static str,
    rule: Value,
}

const KINDS: [&str; 16] = [
    "429 with Retry-After",
    "status 500",
    "status 503",
    "status 408, 502 or 504",
    "503 that was carried out",
    "500 that was carried out",
    "dropped before",
    "dropped after",
    "answer cut short",
    "Content-Length too long",
    "Content-Length too short",
    "delayed",
    "storm of 429 or 503",
    "draft that keeps nothing",
    "commit lost by the service",
    "CommitStarted that hangs",
];

const PLACES: [(&str, &str, &str); 9] = [
    ("token", "POST", "*/token"),
    ("look at the app", "GET", "*/applications/9NBLGGH4R315"),
    ("create", "POST", "*/submissions"),
    ("read the submission", "GET", "*/submissions/115*"),
    ("update", "PUT", "*/submissions/*"),
    ("upload", "PUT", "*/ingestion/*"),
    ("verify the upload", "*", "*/ingestion/*"),
    ("commit", "POST", "*/commit"),
    ("wait", "GET", "*/status"),
];

/// Draws a few faults from the seed: operation, request number, kind.
fn schedule(seed: u64) -> Vec<Fault> {
    let mut random = fastrand::Rng::with_seed(seed);
    (0..random.usize(1..=5)).map(|_| fault(&mut random)).collect()
}

fn fault(random: &mut fastrand::Rng) -> Fault {
    let kind = KINDS[random.usize(..KINDS.len())];
    let (mut place, mut method, mut path) = PLACES[random.usize(..PLACES.len())];
    let mut count = random.u32(1..4);
    let mut rule = match kind {
        "429 with Retry-After" => json!({"status": 429, "headers": {"retry-after": random.u32(1..30).to_string()}}),
        "status 500" => json!({"status": 500}),
        "status 503" => json!({"status": 503}),
        "status 408, 502 or 504" => {
            let status = [408, 502, 504][random.usize(..3)];
            json!({"status": status, "body": "<html>no</html>"})
        }
        "503 that was carried out" => json!({"status": 503, "applied": true}),
        "500 that was carried out" => json!({"status": 500, "applied": true}),
        "dropped before" => json!({"drop": "before"}),
        "dropped after" => json!({"drop": "after"}),
        "answer cut short" => json!({"bodyBytes": random.u32(..30)}),
        "Content-Length too long" => json!({"contentLength": 1_000_000 + random.u32(..1000)}),
        "Content-Length too short" => json!({"contentLength": random.u32(1..30)}),
        // Longer than the client waits, so that a request arrives after the client gave it up.
        "delayed" => json!({"delayMs": random.u32(1..900_000)}),
        "storm of 429 or 503" => {
            (place, method, path) = [("the whole service", "*", "/v1.0/my/*"), PLACES[5]][random.usize(..2)];
            count = random.u32(10..60);
            let status = if random.bool() { 429 } else { 503 };
            json!({"status": status, "headers": {"retry-after": random.u32(1..30).to_string()}})
        }
        "draft that keeps nothing" => {
            (place, method, path) = PLACES[2];
            json!({"submission": {"zombie": true}})
        }
        "commit lost by the service" => {
            (place, method, path) = PLACES[7];
            count = 1;
            json!({"submission": {"losesCommit": true}})
        }
        _ => {
            (place, method, path) = PLACES[7];
            json!({"submission": {"hangs": true}})
        }
    };
    let members = rule.as_object_mut().unwrap();
    if method != "*" {
        members.insert("method".into(), json!(method));
    }
    members.insert("path".into(), json!(path));
    members.insert("nth".into(), json!(if rule_is_of_a_submission(kind) { 1 } else { random.u32(1..4) }));
    members.insert("count".into(), json!(count));
    Fault { kind, place, rule }
}

/// Whether a fault of this kind changes the submission of its request. Such a fault applies to the first request.
fn rule_is_of_a_submission(kind: &str) -> bool {
    ["draft that keeps nothing", "commit lost by the service", "CommitStarted that hangs"].contains(&kind)
}

/// The runs of one command, and how the release ended with each.
const RUNS: [&str; 3] = ["at once", "by the second run", "by the third run"];

/// The time after which the test ends a run that still waits.
const PATIENCE: Duration = Duration::from_secs(3 * 3600);

/// Runs the pipeline once; `None` when it did not end in time.
async fn publish(store: &Store, seed: u64, release: &Release) -> Option<Result<Receipt, Error>> {
    let product = App::new(store.client(seed).into(), APP).product();
    tokio::time::timeout(PATIENCE, publish::publish(&product, release, &Reporter::default())).await.ok()
}

/// The outcome of one schedule.
struct Outcome {
    how: &'static str,
    /// The code of the first run's error, or `deadline`.
    error: Option<&'static str>,
    /// The faults that met requests, and how many.
    met: Vec<(&'static str, &'static str, u64)>,
}

/// Errors that the first run may end with. Each says that the call may succeed later, or what to do instead.
const GOOD_ERRORS: [&str; 12] = [
    "network.timeout",
    "network.interrupted",
    "network.bad_answer",
    "service.unavailable",
    "service.throttled",
    "create.unconfirmed",
    "commit.unconfirmed",
    "submission.commit_hangs",
    "submission.commit_lost",
    "submission.update_lost",
    "upload.incomplete",
    "deadline",
];

/// Runs one schedule; returns what went wrong.
async fn run(seed: u64, package: &str, expected: &Value) -> Result<Outcome, String> {
    let store = Store::new(seed);
    let faults = schedule(seed);
    for fault in &faults {
        store.control("POST", "faults", Some(fault.rule.clone())).await;
    }
    let rules: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.kind, fault.rule)).collect();
    let release = release(package);
    let mut outcome = Outcome { how: RUNS[0], error: None, met: Vec::new() };
    let mut errors = Vec::new();
    for (at, how) in RUNS.into_iter().enumerate() {
        let run = publish(&store, seed ^ at as u64, &release).await;
        if at == 0 {
            let used = store.control("GET", "faults", None).await;
            let used = used.as_array().unwrap().iter().map(|rule| rule["used"].as_u64().unwrap());
            let met = faults.iter().zip(used).filter(|met| met.1 > 0);
            outcome.met = met.map(|(fault, used)| (fault.kind, fault.place, used)).collect();
        }
        let code = match &run {
            None => "deadline",
            Some(Ok(_)) => {
                outcome.how = how;
                break;
            }
            Some(Err(error)) => error.code().name,
        };
        // Nobody else works on the app: our own draft must not be taken for someone else's, nor our own commit.
        errors.push(format!("{run:?}"));
        if !GOOD_ERRORS.contains(&code) || errors.len() == RUNS.len() {
            return Err(format!("{errors:?} at {rules:?}"));
        }
        outcome.error = outcome.error.or(Some(code));
        // The next run of the same command, without faults and with the hang of the service over.
        store.control("DELETE", "faults", None).await;
        tokio::time::sleep(Duration::from_secs(1200)).await;
        for entry in state(&store.router).await["submissions"].as_array().unwrap() {
            let id = entry["document"]["id"].as_str().unwrap();
            store.control("POST", &format!("submissions/{id}"), Some(json!({"hangs": false}))).await;
        }
    }
    let wrong = check(&store, expected, &outcome).await;
    wrong.map_err(|wrong| format!("{wrong}; failed runs {errors:?}; faults {rules:?}"))?;
    Ok(outcome)
}

fn release(package: &str) -> Release {
    let request = json!({
        "packages": [package], "releaseNotes": {"en-us": "Faster.", "de-de": "Schneller."},
        "until": "published",
    });
    serde_json::from_value(request).unwrap()
}

/// What is published, without what differs from run to run.
async fn published(store: &Store) -> Value {
    let state = state(&store.router).await;
    let id = &app_of(&state)["lastPublishedApplicationSubmission"]["id"];
    let submissions = state["submissions"].as_array().unwrap();
    let mut document = submissions.iter().find(|entry| entry["document"]["id"] == *id).unwrap()["document"].clone();
    without_ids(&mut document);
    document
}

fn without_ids(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members
                .retain(|name, _| !["id", "fileUploadUrl", "friendlyName", "statusDetails"].contains(&name.as_str()));
            members.values_mut().for_each(without_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(without_ids),
        _ => {}
    }
}

fn is_released(document: &Value) -> bool {
    document["listings"]["de-de"]["baseListing"]["releaseNotes"] == "Schneller."
}

/// Schedules in which the storage was gone for longer than a marker was tried, and nobody knew the draft afterwards.
const FELL: [u64; 3] = [409, 922, 2204];

async fn check(store: &Store, expected: &Value, outcome: &Outcome) -> Result<(), String> {
    let state = state(&store.router).await;
    let of_app = |entry: &&Value| entry["applicationId"] == APP && entry["flightId"].is_null();
    let count = state["submissions"].as_array().unwrap().iter().filter(of_app).count();
    if count != 2 {
        return Err(format!("{count} submissions instead of the old and the new one"));
    }
    let found = published(store).await;
    if found != *expected {
        return Err(format!("what is published is not the release: {found}"));
    }
    let seen = store.transport.seen();
    if !seen.blind.is_empty() {
        return Err(format!("sent blindly: {:?}", seen.blind));
    }
    // A commit that the service lost must be sent again.
    let lost = outcome.met.iter().filter(|met| met.0 == "commit lost by the service").count();
    if seen.commits > 1 + lost {
        return Err(format!("{} commits were accepted, {lost} lost", seen.commits));
    }
    Ok(())
}

fn on_a_paused_clock<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(work)
}

/// A package on disk, and what is published once it is released.
async fn fault_free(package: &str) -> Value {
    let store = Store::new(u64::MAX);
    publish(&store, 0, &release(package)).await.unwrap().unwrap();
    published(&store).await
}

/// Runs the schedules on all processors. The results are in the order of the seeds.
fn all<T: Send>(seeds: &[u64], run: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mine = std::iter::from_fn(|| {
            let at = next.fetch_add(1, Ordering::Relaxed);
            seeds.get(at).map(|&seed| (at, run(seed)))
        });
        mine.collect::<Vec<_>>()
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut results: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

#[test]
fn no_schedule_of_faults_does_anything_twice_or_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Contoso_2.0.0.0_x64.msix");
    std::fs::write(&path, sample::package(&Sample { version: "2.0.0.0".into(), ..Sample::default() }).unwrap())
        .unwrap();
    let path = path.to_str().unwrap();
    let expected = on_a_paused_clock(fault_free(path));
    assert!(is_released(&expected));
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let (seeds, alone) = match number("STORESHIP_SEED") {
        Some(seed) => (vec![seed], true),
        None => ((0..number("STORESHIP_SCHEDULES").unwrap_or(300)).chain(FELL).collect(), false),
    };
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut errors: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut kinds, mut places) = (BTreeMap::new(), BTreeMap::new());
    let mut failed = Vec::new();
    for (seed, result) in seeds.iter().zip(all(&seeds, |seed| on_a_paused_clock(run(seed, path, &expected)))) {
        match result {
            Ok(outcome) => {
                *outcomes.entry(outcome.how).or_default() += 1;
                if let Some(code) = outcome.error {
                    *errors.entry(code).or_default() += 1;
                }
                for (kind, place, requests) in outcome.met {
                    count(&mut kinds, kind, requests);
                    count(&mut places, place, requests);
                }
            }
            Err(wrong) => failed.push(format!("STORESHIP_SEED={seed}: {wrong}")),
        }
    }
    assert!(failed.is_empty(), "{} schedules failed\n{}", failed.len(), failed[..failed.len().min(5)].join("\n\n"));
    println!("{} schedules: {outcomes:?}", seeds.len());
    println!("errors of the first run: {errors:?}");
    for (what, met) in [("kind", &kinds), ("place", &places)] {
        for (name, (faults, requests)) in met {
            println!("{what} {name}: {faults} faults met by {requests} requests");
        }
    }
    if !alone {
        assert!(outcomes.get("at once").is_some_and(|count| *count > 0), "{outcomes:?}");
        for kind in KINDS {
            assert!(kinds.contains_key(kind), "no schedule met: {kind}");
        }
        for (place, ..) in PLACES {
            assert!(places.contains_key(place), "no fault at: {place}");
        }
    }
}

fn count<'a>(met: &mut BTreeMap<&'a str, (u64, u64)>, name: &'a str, requests: u64) {
    let (faults, all) = met.entry(name).or_default();
    *faults += 1;
    *all += requests;
}

#[test]
fn a_wait_survives_twenty_minutes_of_outage() {
    on_a_paused_clock(async {
        let store = Store::new(7);
        store
            .control("POST", "faults", Some(json!({"path": "*/status", "nth": 2, "count": 40, "drop": "before"})))
            .await;
        let release: Release =
            serde_json::from_value(json!({"releaseNotes": {"en-us": "Faster."}, "until": "published"})).unwrap();
        let began = tokio::time::Instant::now();
        let receipt = publish(&store, 7, &release).await.unwrap().unwrap();
        assert_eq!(receipt.status, "Published");
        assert!(began.elapsed() > Duration::from_secs(600), "{:?}", began.elapsed());
    });
}
