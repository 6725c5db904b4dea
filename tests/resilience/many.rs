//! `submission.wait_all`: many submissions in one loop under the limit of the tenant, with the clock paused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::emulator::Options;
use storeship::error::Error;
use storeship::events::{Event, Next, Queue, Reporter};
use storeship::http::ProcessWide;
use storeship::operations;
use storeship::store::App;
use tokio::time::Instant;

use crate::recorded::{Sent, Store};
use crate::waiting::timeless;

const APP: &str = "9NBLGGH4R315";
const ADD_ON: &str = "9NBLGGH4TNMP";
const MINUTE: Duration = Duration::from_secs(60);

pub(crate) async fn run(client: &Arc<Client>, operation: &str, request: Value) -> Result<Value, Error> {
    run_with(client, operation, request, Arc::default()).await
}

async fn run_with(client: &Arc<Client>, operation: &str, request: Value, queue: Arc<Queue>) -> Result<Value, Error> {
    let operation = operations::find(operation).unwrap();
    let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::to(queue)).await?;
    Ok(serde_json::from_str(&output.result).unwrap())
}

/// The places and the responses of the items that were reported.
fn items(queue: &Queue) -> Vec<(usize, Value)> {
    let mut items = Vec::new();
    while let Next::Event(event) = queue.next(Duration::ZERO) {
        if let Event::Item { index, response } = event {
            items.push((index, serde_json::to_value(response).unwrap()));
        }
    }
    items
}

/// The largest number of calls within any minute.
pub(crate) fn busiest(calls: &[Sent]) -> usize {
    let within = |first: &Sent| calls.iter().filter(|call| call.at >= first.at && call.at < first.at + MINUTE).count();
    calls.iter().map(within).max().unwrap_or_default()
}

#[test]
fn three_hundred_submissions_leave_half_of_the_limit_to_others() {
    timeless(async {
        let store = Store::with(Options { apps: 300, ..Options::default() }, ProcessWide::default());
        let unlimited = store.client_with(2, json!({"limit": {"perMinute": 0}}));
        let apps = run(&unlimited, "app.list", json!({})).await.unwrap();
        let free: Vec<&Value> = apps["value"].as_array().unwrap().iter().map(|app| &app["id"]).collect();
        let mut submissions = Vec::new();
        for id in free {
            let Ok(draft) = run(&unlimited, "submission.create", json!({"appId": id})).await else { continue };
            let ids = json!({"appId": id, "submissionId": draft["id"]});
            if run(&unlimited, "submission.commit", ids.clone()).await.is_ok() {
                submissions.push(ids);
            }
        }
        let count = submissions.len();
        assert!(count > 290, "{count}");

        let client = store.client_with(1, json!({"limit": {"perMinute": 20}}));
        let before = store.calls().len();
        let began = Instant::now();
        let wait = tokio::spawn({
            let client = client.clone();
            async move { run(&client, "submission.wait_all", json!({"submissions": submissions})).await }
        });
        // A release in the meantime: ten calls at once, in the middle of a minute.
        let mut delays = Vec::new();
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_secs(333)).await;
            for _ in 0..10 {
                let asked = Instant::now();
                App::new(client.clone(), APP).get().await.unwrap();
                delays.push(asked.elapsed());
            }
        }
        let result = wait.await.unwrap().unwrap();
        assert_eq!((result["failed"].as_u64(), result["submissions"].as_array().unwrap().len()), (Some(0), count));
        for response in result["submissions"].as_array().unwrap() {
            assert_eq!(response["result"]["status"], "Published", "{response}");
        }
        let calls = &store.calls()[before..];
        let polls: Vec<Sent> = calls.iter().filter(|call| call.path.ends_with("/status")).cloned().collect();
        assert!(busiest(&polls) <= 10 && busiest(calls) <= 20, "{} and {}", busiest(&polls), busiest(calls));
        // The second call of a poll may take a place of the ten that the polls leave.
        assert!(delays.iter().max().unwrap() <= &Duration::from_secs(13), "{delays:?}");
        // And all of its half is used: ten calls in 61 seconds, where a poll of a certified submission is two calls.
        let longest = Duration::from_millis(6_100) * u32::try_from(calls.len()).unwrap() + MINUTE;
        assert!(began.elapsed() <= longest, "{:?} for {}", began.elapsed(), calls.len());
    });
}

#[test]
fn a_submission_that_fails_does_not_end_the_wait_for_the_others() {
    timeless(async {
        let store = Store::new(1);
        let client = store.client(1);
        let draft = run(&client, "submission.create", json!({"appId": APP})).await.unwrap();
        run(&client, "submission.commit", json!({"appId": APP})).await.unwrap();
        let failing = run(&client, "submission.create", json!({"addOnId": ADD_ON})).await.unwrap();
        let id = failing["id"].as_str().unwrap();
        store.control("POST", &format!("submissions/{id}"), Some(json!({"failsAs": "CertificationFailed"}))).await;
        run(&client, "submission.commit", json!({"addOnId": ADD_ON})).await.unwrap();
        let submissions = json!([
            {"addOnId": ADD_ON, "submissionId": id},
            {"appId": "9NUNKNOWN0000"},
            {"appId": "Contoso App"},
            {"appID": APP},
            {"appId": APP, "flightId": null},
            {"appId": APP},
            17,
        ]);
        let queue = Arc::new(Queue::default());
        let result = run_with(&client, "submission.wait_all", json!({"submissions": submissions}), queue.clone()).await;
        let result = result.unwrap();
        let responses = result["submissions"].as_array().unwrap();
        let codes: Vec<_> = responses.iter().map(|it| it["error"]["code"].as_str()).collect();
        assert_eq!(
            codes,
            [
                Some("submission.failed"),
                Some("app.not_found"),
                Some("app.not_store_id"),
                Some("request.unknown_field"),
                Some("request.blank_id"),
                None,
                Some("request.invalid"),
            ]
        );
        assert_eq!(result["failed"], 6);
        assert_eq!(responses[5]["result"]["status"], "Published");
        assert_eq!(responses[5]["meta"]["ids"], json!({"appId": APP, "submissionId": draft["id"]}));
        // Each was reported when it was finished, the last first that needed no call.
        let mut items = items(&queue);
        assert_eq!((items.len(), items[0].0), (7, 1));
        items.sort_by_key(|item| item.0);
        assert_eq!(items.into_iter().map(|item| item.1).collect::<Vec<_>>(), *responses);
    });
}

#[test]
fn no_submission_is_asked_more_often_than_its_pause() {
    timeless(async {
        let store = Store::new(1);
        let client = store.client(1);
        let mut submissions = Vec::new();
        for of in [json!({"appId": APP}), json!({"addOnId": ADD_ON})] {
            let id = run(&client, "submission.create", of.clone()).await.unwrap()["id"].clone();
            run(&client, "submission.commit", of.clone()).await.unwrap();
            store.control("POST", &format!("submissions/{}", id.as_str().unwrap()), Some(json!({"hangs": true}))).await;
            submissions.push(of);
        }
        let request = json!({"submissions": submissions, "pollSeconds": 60, "commitTimeoutSeconds": 600});
        let result = run(&client, "submission.wait_all", request).await.unwrap();
        assert_eq!(result["failed"], 2);
        let calls = store.calls();
        for product in [APP, ADD_ON] {
            let polls = calls.iter().filter(|call| call.path.contains(product) && call.path.ends_with("/status"));
            let times: Vec<Instant> = polls.map(|call| call.at).collect();
            assert_eq!(times.len(), 11);
            assert!(times.windows(2).all(|pair| pair[1] - pair[0] >= MINUTE), "{times:?}");
        }
    });
}

#[test]
fn nothing_to_wait_for_is_no_error() {
    timeless(async {
        let client = Store::new(1).client(1);
        let result = run(&client, "submission.wait_all", json!({"submissions": []})).await.unwrap();
        assert_eq!(result, json!({"submissions": [], "failed": 0}));
    });
}
