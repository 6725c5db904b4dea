//! A service that makes no new submission while the app is being republished, with the clock paused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::error::Error;
use storeship::events::{Event, Level, Next, Queue, Reporter};
use storeship::operations;
use tokio::time::Instant;

use crate::recorded::Store;
use crate::waiting::{Reply, Scripted, body, timeless};

const APP: &str = "9NBLGGH4R315";
const REFUSAL: &str =
    r#"{"code":"InvalidParameterValue","message":"The size of Listings must be 1 or more","target":"listings"}"#;

/// Runs an operation; returns the warnings too.
async fn run(
    client: &Arc<storeship::client::Client>,
    operation: &str,
    request: Value,
) -> (Result<Value, Error>, Vec<String>) {
    let queue = Arc::new(Queue::default());
    let operation = operations::find(operation).unwrap();
    let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::to(queue.clone())).await;
    let mut warnings = Vec::new();
    while let Next::Event(event) = queue.next(Duration::ZERO) {
        if let Event::Log { level: Level::Warning, message, .. } = event {
            warnings.push(message);
        }
    }
    (output.map(|output| serde_json::from_str(&output.result).unwrap()), warnings)
}

async fn not_ready(store: &Store, count: u64) {
    let refusal: Value = serde_json::from_str(REFUSAL).unwrap();
    let rule = json!({"method": "POST", "path": "*/submissions", "status": 400, "count": count, "body": refusal});
    store.control("POST", "faults", Some(rule)).await;
}

fn creates(store: &Store) -> usize {
    store.calls().iter().filter(|call| call.method == "POST" && call.path.ends_with("/submissions")).count()
}

#[test]
fn a_create_is_sent_each_half_minute_while_the_service_is_not_ready() {
    timeless(async {
        let refusals = (0..80).map(|_| (0, Reply::Body(400, REFUSAL.into())));
        let app = [(0, body(r#"{"id":"9NBLGGH4R315"}"#))];
        let created = [(0, Reply::Body(201, br#"{"id":"115","status":"PendingCommit"}"#.to_vec()))];
        let network = Scripted::new(app.into_iter().chain(refusals).chain(created));
        let (result, warnings) = run(&network.client(json!({})), "submission.create", json!({"appId": APP})).await;
        assert_eq!(result.unwrap()["id"], "115");
        let sent = network.sent();
        let creates = &sent[1..82];
        assert!(creates.windows(2).all(|pair| pair[1] - pair[0] == 30), "{sent:?}");
        assert_eq!(creates.last(), Some(&2400));
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        assert!(warnings[0].contains("not ready for a new submission of app 9NBLGGH4R315"), "{warnings:#?}");
    });
}

#[test]
fn a_release_goes_on_when_the_service_is_ready_again() {
    timeless(async {
        let store = Store::new(1);
        not_ready(&store, 40).await;
        let release = json!({"appId": APP, "releaseNotes": {"en-us": "Faster."}, "until": "published"});
        let (receipt, _) = run(&store.client(1), "publish", release).await;
        assert_eq!(receipt.unwrap()["status"], "Published");
        assert_eq!(creates(&store), 41);
    });
}

#[test]
fn a_service_that_is_never_ready_ends_with_a_code_of_its_own() {
    timeless(async {
        let store = Store::new(1);
        not_ready(&store, 0).await;
        let began = Instant::now();
        let (created, _) = run(&store.client(1), "submission.create", json!({"appId": APP})).await;
        let error = created.unwrap_err();
        assert_eq!((error.code().name, error.is_retryable()), ("submission.not_ready", true));
        let minutes = began.elapsed().as_secs() / 60;
        assert!((59..=60).contains(&minutes), "{minutes} min");
        // The caller's time ends it before, and the error says what it waited for.
        let (created, _) =
            run(&store.client(1), "submission.create", json!({"appId": APP, "timeoutSeconds": 600})).await;
        let error = created.unwrap_err();
        assert_eq!(error.code().name, "deadline.exceeded");
        assert!(error.to_json().contains("must be 1 or more"), "{}", error.to_json());
        // Without retries there is one attempt.
        let before = creates(&store);
        let request = json!({"appId": APP, "retryTimeoutSeconds": 0});
        let (created, _) = run(&store.client(1), "submission.create", request).await;
        assert_eq!((created.unwrap_err().code().name, creates(&store) - before), ("submission.not_ready", 1));
    });
}

#[test]
fn a_plan_does_not_outlive_what_was_published_while_the_service_was_not_ready() {
    timeless(async {
        let store = Store::new(1);
        let client = store.client(1);
        let mut release = json!({"appId": APP, "releaseNotes": {"en-us": "Faster."}, "until": "published"});
        let (plan, _) = run(&client, "publish.plan", release.clone()).await;
        release["planHash"] = plan.unwrap()["planHash"].clone();
        let refusal: Value = serde_json::from_str(REFUSAL).unwrap();
        let between = json!({"document": {"/notesForCertification": "Theirs."}, "status": "Published"});
        let rule =
            json!({"method": "POST", "path": "*/submissions", "status": 400, "body": refusal, "otherDraft": between});
        store.control("POST", "faults", Some(rule)).await;
        let (receipt, _) = run(&client, "publish", release).await;
        assert_eq!(receipt.unwrap_err().code().name, "plan.changed");
        let (app, _) = run(&client, "app.get", json!({"appId": APP})).await;
        assert_eq!(app.unwrap()["pendingApplicationSubmission"], Value::Null);
    });
}
