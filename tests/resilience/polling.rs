//! How a wait for a submission takes the answers of the service, with the clock paused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::events::{Event, Level, Next, Queue, Reporter};
use storeship::operations;
use tokio::time::Instant;

use crate::recorded::Store;
use crate::waiting::{Scripted, body, timeless};

const APP: &str = "9NBLGGH4R315";

/// The end of an operation: its result, or the code of its error; and what it reported.
struct Run {
    result: Result<Value, &'static str>,
    statuses: Vec<String>,
    warnings: Vec<String>,
    took: u64,
}

async fn run(client: &Arc<Client>, operation: &str, request: Value) -> Run {
    let (began, queue) = (Instant::now(), Arc::new(Queue::default()));
    let operation = operations::find(operation).unwrap();
    let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::to(queue.clone())).await;
    let mut run = Run { result: Err(""), statuses: Vec::new(), warnings: Vec::new(), took: began.elapsed().as_secs() };
    while let Next::Event(event) = queue.next(Duration::ZERO) {
        match event {
            Event::Status { status } => run.statuses.push(status),
            Event::Log { level: Level::Warning, message, .. } => run.warnings.push(message),
            _ => {}
        }
    }
    run.result = match output {
        Ok(output) => Ok(serde_json::from_str(&output.result).unwrap()),
        Err(error) => Err(error.code().name),
    };
    run
}

/// A client, and a submission that another client has committed.
async fn committed(store: &Store) -> (Arc<Client>, Value) {
    let other = store.client(2);
    let id = run(&other, "submission.create", json!({"appId": APP})).await.result.unwrap()["id"].clone();
    let ids = json!({"appId": APP, "submissionId": id});
    run(&other, "submission.commit", ids.clone()).await.result.unwrap();
    (store.client(1), ids)
}

/// The number of requests for a status.
fn polls(store: &Store) -> usize {
    store.calls().iter().filter(|call| call.path.ends_with("/status")).count()
}

#[test]
fn one_answer_that_is_a_refusal_or_no_status_ends_no_wait() {
    let faults = [
        json!({"status": 400}),
        json!({"status": 403}),
        json!({"status": 404}),
        json!({"status": 409, "body": {"code": "InvalidState", "message": "Another"}}),
        json!({"status": 200, "body": {}}),
        json!({"status": 200, "body": [1]}),
    ];
    for mut fault in faults {
        timeless(async move {
            let store = Store::new(1);
            let (client, ids) = committed(&store).await;
            fault["path"] = json!("*/status");
            fault["nth"] = json!(3);
            store.control("POST", "faults", Some(fault.clone())).await;
            let wait = run(&client, "submission.wait", ids).await;
            assert_eq!(wait.result.unwrap()["status"], "Published", "{fault}");
            assert!(wait.warnings.iter().any(|line| line.contains("(1 of 5 times in a row)")), "{:?}", wait.warnings);
        });
    }
}

#[test]
fn five_refusals_in_a_row_are_outlasted_and_six_are_not() {
    for (count, result) in [(5, None), (6, Some("submission.not_found"))] {
        timeless(async move {
            let store = Store::new(1);
            let (client, mut ids) = committed(&store).await;
            let fault = json!({"path": "*/status", "nth": 2, "count": count, "status": 404});
            store.control("POST", "faults", Some(fault)).await;
            ids["pollSeconds"] = json!(30);
            let wait = run(&client, "submission.wait", ids).await;
            assert_eq!(wait.result.err(), result);
            assert!(wait.took >= 6 * 30, "{}", wait.took);
        });
    }
}

#[test]
fn an_unknown_submission_ends_the_wait_at_once() {
    timeless(async {
        let store = Store::new(1);
        let request = json!({"appId": APP, "submissionId": "1152921504000000000"});
        let wait = run(&store.client(1), "submission.wait", request).await;
        assert_eq!((wait.result.err(), wait.took, polls(&store)), (Some("submission.not_found"), 0, 1));
    });
}

#[test]
fn a_stale_draft_is_believed_after_three_polls() {
    // From the first poll on for a client that has committed itself, from the second on for one that saw CommitStarted.
    for (nth, own_commit) in [(1, true), (2, false)] {
        for (count, expected) in [(2, Ok("Published")), (3, Err("submission.commit_lost"))] {
            timeless(async move {
                let store = Store::new(1);
                let (mut client, ids) = committed(&store).await;
                if own_commit {
                    let id = ids["submissionId"].as_str().unwrap();
                    store.control("POST", &format!("submissions/{id}"), Some(json!({"status": "PendingCommit"}))).await;
                    client = store.client(3);
                    run(&client, "submission.commit", ids.clone()).await.result.unwrap();
                }
                let stale = json!({"status": "PendingCommit", "statusDetails": {"errors": [], "warnings": []}});
                let fault = json!({"path": "*/status", "nth": nth, "count": count, "status": 200, "body": stale});
                store.control("POST", "faults", Some(fault)).await;
                let wait = run(&client, "submission.wait", ids).await.result;
                let reached = wait.as_ref().map(|result| result["status"].as_str().unwrap()).map_err(|code| *code);
                assert_eq!(reached, expected, "{nth} {count}");
            });
        }
    }
}

#[test]
fn a_commit_that_hangs_has_a_limit_of_its_own() {
    timeless(async {
        let store = Store::new(1);
        let (client, mut ids) = committed(&store).await;
        let id = ids["submissionId"].as_str().unwrap();
        store.control("POST", &format!("submissions/{id}"), Some(json!({"hangs": true}))).await;
        ids["pollSeconds"] = json!(30);
        let wait = run(&client, "submission.wait", ids.clone()).await;
        assert_eq!(wait.result.err(), Some("submission.commit_hangs"));
        assert_eq!((wait.took, wait.statuses.as_slice()), (3600, ["CommitStarted".to_owned()].as_slice()));
        ids["commitTimeoutSeconds"] = json!(100);
        let wait = run(&client, "submission.wait", ids).await;
        assert_eq!((wait.result.err(), wait.took), (Some("submission.commit_hangs"), 120));
    });
}

#[test]
fn the_limit_for_a_commit_does_not_limit_certification() {
    timeless(async {
        let certifies = (0..500).map(|_| (0, body(r#"{"status": "Certification"}"#)));
        let network = Scripted::new(certifies.chain([(0, body(r#"{"status": "Published"}"#))]));
        let request = json!({"appId": APP, "submissionId": "1", "commitTimeoutSeconds": 60});
        let wait = run(&network.client(json!({})), "submission.wait", request).await;
        assert_eq!((wait.result.unwrap()["status"].as_str(), wait.took), (Some("Published"), 500 * 30));
    });
}

#[test]
fn the_pause_is_short_when_the_service_is_on_this_machine() {
    timeless(async {
        let request = json!({"appId": APP, "submissionId": "1"});
        for (more, pause) in [(json!({}), 30_000), (json!({"serviceUrl": "http://127.0.0.1:1/my/"}), 200)] {
            let began = Instant::now();
            let network =
                Scripted::new([(0, body(r#"{"status": "Certification"}"#)), (0, body(r#"{"status": "Published"}"#))]);
            let wait = run(&network.client(more), "submission.wait", request.clone()).await;
            assert_eq!(wait.result.unwrap()["status"], "Published");
            assert_eq!((began.elapsed().as_millis(), network.sent().len()), (pause, 2));
        }
    });
}

#[test]
fn a_submission_that_a_person_publishes_ends_the_wait_and_says_so() {
    for until in ["processing", "published"] {
        timeless(async move {
            let store = Store::new(1);
            let client = store.client(1);
            let draft = run(&client, "submission.create", json!({"appId": APP})).await.result.unwrap();
            let mut document = draft.clone();
            document["targetPublishMode"] = json!("Manual");
            let ids = json!({"appId": APP, "submissionId": draft["id"]});
            let mut update = ids.clone();
            update["submission"] = document;
            run(&client, "submission.update", update).await.result.unwrap();
            run(&client, "submission.commit", ids.clone()).await.result.unwrap();
            let id = draft["id"].as_str().unwrap();
            store.control("POST", &format!("submissions/{id}"), Some(json!({"status": "Release"}))).await;
            let mut wait = ids;
            wait["until"] = json!(until);
            let result = run(&client, "submission.wait", wait).await.result.unwrap();
            assert_eq!((&result["status"], &result["resting"]), (&json!("Release"), &json!(true)), "{result}");
            assert_eq!(result["publishMode"], "Manual", "{result}");
        });
    }
}
