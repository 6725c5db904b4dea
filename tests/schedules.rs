//! Seeded schedules of faults over whole releases, without a network and without time: the emulator behind the
//! client's own `Wire`, and tokio's clock paused, so that hours of waiting take milliseconds.
//!
//! Whatever happens: never two submissions, never two commits; and the release ends as it would have without faults, or
//! with an error whose draft the next run can adopt. A seed that fails is printed and runs alone:
//! `STORESHIP_SEED=123 cargo test --test schedules`. More of them: `STORESHIP_SCHEDULES=10000 cargo test --release --test
//! schedules`.

#![allow(clippy::print_stdout, reason = "the count is what a long run is for")]

#[path = "support/world.rs"]
mod world;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::error::Error;
use storeship::events::Reporter;
use storeship::package::sample::{self, Sample};
use storeship::publish::plan::Release;
use storeship::publish::{self, Receipt};
use storeship::store::{Target, product};
use world::Store;

const APP: &str = "9NBLGGH4R315";

/// How many requests of each operation were carried out, as the recorded status and the rules tell.
async fn accepted(store: &Store) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let requests = store.control("GET", "requests", None).await;
    for request in requests.as_array().unwrap() {
        if let Some(operation) = request["operation"].as_str() {
            *counts.entry(operation.to_owned()).or_default() += 1;
        }
    }
    counts
}

/// A few faults, drawn from the seed: where, which request, what.
fn schedule(seed: u64) -> Vec<Value> {
    let mut random = fastrand::Rng::with_seed(seed);
    let places = [
        ("POST", "*/token"),
        ("GET", "*/applications/*"),
        ("POST", "*/submissions"),
        ("PUT", "*/submissions/*"),
        ("PUT", "/ingestion/*"),
        ("GET", "/ingestion/*"),
        ("HEAD", "/ingestion/*"),
        ("POST", "*/commit"),
        ("GET", "*/status"),
    ];
    let mut faults = Vec::new();
    for _ in 0..random.usize(1..=5) {
        let (method, path) = places[random.usize(..places.len())];
        let mut fault = match random.usize(..9) {
            0 => json!({"status": 429, "headers": {"retry-after": random.u32(1..30).to_string()}}),
            1 => json!({"status": 500}),
            2 => json!({"status": 503}),
            3 => json!({"status": 503, "applied": true}),
            4 => json!({"status": 500, "applied": true}),
            5 => json!({"drop": "before"}),
            6 => json!({"drop": "after"}),
            7 => json!({"bodyBytes": random.u32(..30)}),
            _ => json!({"delayMs": random.u32(1..400_000)}),
        };
        let members = fault.as_object_mut().unwrap();
        members.insert("method".into(), json!(method));
        members.insert("path".into(), json!(path));
        members.insert("nth".into(), json!(random.u32(1..4)));
        members.insert("count".into(), json!(random.u32(1..4)));
        faults.push(fault);
    }
    faults
}

async fn publish(store: &Store, seed: u64, release: &Release) -> Result<Receipt, Error> {
    let target = Target::App { app_id: APP.into() };
    // Each second one keeps to the service's limit too.
    let limit = json!({"limit": {"perMinute": if seed.is_multiple_of(2) { 0 } else { 20 }}});
    publish::publish(&store.client_with(seed, limit), &target, release, &Reporter::default()).await
}

/// Runs one schedule; gives what went wrong.
async fn run(seed: u64, package: &str) -> Result<&'static str, String> {
    let store = Store::new(seed);
    let faults = schedule(seed);
    for fault in &faults {
        store.control("POST", "faults", Some(fault.clone())).await;
    }
    let request = json!({
        "packages": [package], "releaseNotes": {"en-us": "Faster.", "de-de": "Schneller."}, "draft": "refuse",
    });
    let mut release: Release = serde_json::from_value(request).unwrap();
    let first = publish(&store, seed, &release).await;
    let outcome = match &first {
        Ok(_) => "at once",
        // There is nobody else: our own draft must not be taken for a colleague's, nor our own commit for a surprise.
        Err(error) if ["submission.pending_exists", "submission.not_editable"].contains(&error.code().name) => {
            return Err(format!("{} at faults {faults:?}", error.to_json()));
        }
        Err(error) => {
            // The next run of the pipeline, when the trouble is over.
            store.control("DELETE", "faults", None).await;
            release.draft = publish::plan::Draft::Adopt;
            tokio::time::sleep(Duration::from_secs(600)).await;
            match finish(&store, seed, &release).await {
                Ok(()) => "by the next run",
                Err(next) => return Err(format!("{} then {next}; faults {faults:?}", error.to_json())),
            }
        }
    };
    check(&store).await.map_err(|wrong| format!("{wrong}; first run {first:?}; faults {faults:?}"))?;
    Ok(outcome)
}

/// What an operator does with a release that did not end: wait if it was committed, else publish again.
async fn finish(store: &Store, seed: u64, release: &Release) -> Result<(), String> {
    let client = store.client(seed ^ 1);
    let target = Target::App { app_id: APP.into() };
    let pending = storeship::store::submission::pending(&client, &target).await.map_err(|error| error.to_string())?;
    if let Some(id) = &pending {
        let every = Duration::from_secs(30);
        let until = publish::wait::Until::Published;
        let waited = publish::wait::wait(&client, &target, id, until, every, &Reporter::default()).await;
        match waited {
            Ok(_) => return Ok(()),
            Err(error) if error.code().name == "submission.commit_lost" => {}
            Err(error) => return Err(error.to_json()),
        }
    } else if published(store).await {
        return Ok(());
    }
    publish(store, seed ^ 2, release).await.map(|_| ()).map_err(|error| error.to_json())
}

/// Whether the release is what the Store shows.
async fn published(store: &Store) -> bool {
    let state = store.control("GET", "state", None).await;
    let app = state["applications"].as_array().unwrap().iter().find(|app| app["id"] == APP).unwrap();
    let id = &app["lastPublishedApplicationSubmission"]["id"];
    let submissions = state["submissions"].as_array().unwrap();
    let document = &submissions.iter().find(|entry| entry["document"]["id"] == *id).unwrap()["document"];
    let packages = document["applicationPackages"].as_array().unwrap();
    document["listings"]["de-de"]["baseListing"]["releaseNotes"] == "Schneller."
        && packages
            .iter()
            .filter(|package| package["version"] == "2.0.0.0" && package["fileStatus"] == "Uploaded")
            .count()
            == 1
}

async fn check(store: &Store) -> Result<(), String> {
    let state = store.control("GET", "state", None).await;
    let of_app = |entry: &&Value| entry["applicationId"] == APP && entry["flightId"].is_null();
    let count = state["submissions"].as_array().unwrap().iter().filter(of_app).count();
    if count != 2 {
        return Err(format!("{count} submissions instead of the old and the new one"));
    }
    if !published(store).await {
        return Err(format!("the published submission is not the release; {:?}", accepted(store).await));
    }
    Ok(())
}

#[test]
fn no_schedule_of_faults_does_anything_twice_or_half() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Contoso_2.0.0.0_x64.msix");
    std::fs::write(&path, sample::package(&Sample { version: "2.0.0.0".into(), ..Sample::default() }).unwrap())
        .unwrap();
    let path = path.to_str().unwrap();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("STORESHIP_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("STORESHIP_SCHEDULES").unwrap_or(300),
    };
    let mut outcomes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut failed = Vec::new();
    for seed in seeds {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        match runtime.block_on(run(seed, path)) {
            Ok(outcome) => *outcomes.entry(outcome).or_default() += 1,
            Err(wrong) => failed.push(format!("STORESHIP_SEED={seed}: {wrong}")),
        }
    }
    assert!(failed.is_empty(), "{} schedules failed\n{}", failed.len(), failed[..failed.len().min(5)].join("\n\n"));
    println!("{outcomes:?}");
    assert!(outcomes.get("at once").is_some_and(|count| *count > 0), "{outcomes:?}");
}

#[test]
fn a_wait_survives_twenty_minutes_of_outage() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let store = Store::new(7);
        store
            .control("POST", "faults", Some(json!({"path": "*/status", "nth": 2, "count": 40, "drop": "before"})))
            .await;
        let release: Release = serde_json::from_value(json!({"releaseNotes": {"en-us": "Faster."}})).unwrap();
        let began = tokio::time::Instant::now();
        let receipt = publish(&store, 7, &release).await.unwrap();
        assert_eq!(receipt.status, "Published");
        assert!(began.elapsed() > Duration::from_secs(600), "{:?}", began.elapsed());
    });
}

#[test]
fn a_new_flight_is_waited_for_a_minute_while_it_is_new() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let store = Store::new(7);
        let client = store.client(7);
        let body = json!({"friendlyName": "Testers"}).to_string();
        let made = product::create_flight(&client, APP, "Testers", body).await.unwrap();
        let flight: Value = serde_json::from_str(&made.reply.text).unwrap();
        let flight_id = flight["flightId"].as_str().unwrap().to_owned();
        let target = Target::Flight { app_id: APP.into(), flight_id };
        store.control("POST", "faults", Some(json!({"path": "*/flights/*", "status": 404, "count": 0}))).await;
        for waited in [60, 0] {
            let began = tokio::time::Instant::now();
            let error = product::get(&client, &target).await.unwrap_err();
            assert_eq!((error.code().name, began.elapsed().as_secs()), ("flight.not_found", waited));
            tokio::time::sleep(Duration::from_secs(240)).await;
        }
    });
}
