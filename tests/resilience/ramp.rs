//! `rollout.ramp`: a schedule over days that another process continues, with the clock paused.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::client::Client;
use storeship::error::Error;
use storeship::events::{Queue, Reporter};
use storeship::operations;
use tokio::time::Instant;

use crate::recorded::Store;
use crate::waiting::timeless;

const APP: &str = "9NBLGGH4R315";
const DAY: u64 = 86_400;

async fn run(client: &Arc<Client>, operation: &str, request: Value) -> Result<Value, Error> {
    let operation = operations::find(operation).unwrap();
    let output = operations::run(operation, client.clone(), &request.to_string(), Reporter::default()).await?;
    Ok(serde_json::from_str(&output.result).unwrap())
}

/// A store whose published submission is rolled out to this percentage.
async fn rolled_out(percentage: f64) -> (Store, Arc<Client>) {
    let store = Store::new(1);
    let client = store.client(1);
    let rollout = "/packageDeliveryOptions/packageRollout";
    let edits = json!([
        {"op": "replace", "path": format!("{rollout}/isPackageRollout"), "value": true},
        {"op": "replace", "path": format!("{rollout}/packageRolloutPercentage"), "value": percentage},
    ]);
    run(&client, "publish", json!({"appId": APP, "edits": edits, "until": "published"})).await.unwrap();
    (store, client)
}

fn ramp(finalize: bool) -> Value {
    json!({"appId": APP, "finalize": finalize, "steps": [
        {"percentage": 5, "pauseSeconds": DAY}, {"percentage": 25, "pauseSeconds": 2 * DAY}, {"percentage": 100, "pauseSeconds": DAY},
    ]})
}

/// The changes of the rollout: after how many seconds, and which.
fn changes(store: &Store, began: Instant) -> Vec<(u64, String)> {
    let calls = store.calls();
    let calls =
        calls.iter().filter(|call| call.method == "POST" && call.at >= began && call.path.contains("packagerollout"));
    calls.map(|call| ((call.at - began).as_secs(), call.path.rsplit('/').next().unwrap().to_owned())).collect()
}

const SET: &str = "updatepackagerolloutpercentage";
const FINALIZE: &str = "finalizepackagerollout";

fn taken(result: &Value) -> Vec<f64> {
    result["steps"].as_array().unwrap().iter().map(|step| step["percentage"].as_f64().unwrap()).collect()
}

#[test]
fn each_step_lasts_as_long_as_its_pause() {
    timeless(async {
        let (store, client) = rolled_out(1.0).await;
        let began = Instant::now();
        let result = run(&client, "rollout.ramp", ramp(true)).await.unwrap();
        assert_eq!(result["packageRolloutStatus"], "PackageRolloutComplete");
        assert_eq!(
            (result["packageRolloutPercentage"].as_f64(), taken(&result)),
            (Some(100.0), vec![5.0, 25.0, 100.0])
        );
        let expected = [(0, SET), (DAY, SET), (3 * DAY, SET), (4 * DAY, FINALIZE)];
        assert_eq!(changes(&store, began), expected.map(|(at, what)| (at, what.to_owned())));
    });
}

#[test]
fn without_finalize_it_ends_with_the_last_step() {
    timeless(async {
        let (store, client) = rolled_out(1.0).await;
        let began = Instant::now();
        let result = run(&client, "rollout.ramp", ramp(false)).await.unwrap();
        assert_eq!(result["packageRolloutStatus"], "PackageRolloutInProgress");
        assert_eq!((began.elapsed().as_secs(), changes(&store, began).len()), (3 * DAY, 3));
        // Again, there is nothing to do.
        let again = run(&client, "rollout.ramp", ramp(false)).await.unwrap();
        assert_eq!((taken(&again), again["packageRolloutPercentage"].as_f64()), (vec![], Some(100.0)));
        assert_eq!(began.elapsed().as_secs(), 3 * DAY);
    });
}

#[test]
fn another_process_waits_the_present_pause_in_full_unless_it_knows_better() {
    // The share of the rollout, how long ago it began, and when the steps follow.
    for (present, began_ago, expected) in [
        (5.0, None, vec![(DAY, SET), (3 * DAY, SET), (4 * DAY, FINALIZE)]),
        (5.0, Some(DAY / 4), vec![(DAY - DAY / 4, SET), (3 * DAY - DAY / 4, SET), (4 * DAY - DAY / 4, FINALIZE)]),
        (5.0, Some(9 * DAY), vec![(0, SET), (2 * DAY, SET), (3 * DAY, FINALIZE)]),
        // Between two steps, the pause is that of the step before.
        (10.0, None, vec![(DAY, SET), (3 * DAY, SET), (4 * DAY, FINALIZE)]),
        (25.0, None, vec![(2 * DAY, SET), (3 * DAY, FINALIZE)]),
        (100.0, None, vec![(DAY, FINALIZE)]),
    ] {
        timeless(async move {
            let (store, client) = rolled_out(present).await;
            let mut request = ramp(true);
            if let Some(ago) = began_ago {
                let at = jiff::Timestamp::now() - Duration::from_secs(ago);
                request["beganAt"] = json!(at.to_string());
            }
            let began = Instant::now();
            run(&client, "rollout.ramp", request).await.unwrap();
            let changes = changes(&store, began);
            assert_eq!(changes.len(), expected.len(), "{changes:?}");
            for ((at, what), (due, verb)) in changes.iter().zip(&expected) {
                // The wall clock goes on for a moment.
                assert!(due - at <= 5 && what == verb, "{present}: {changes:?}, not {expected:?}");
            }
        });
    }
}

#[test]
fn a_job_that_is_cancelled_leaves_the_present_share_and_the_next_one_goes_on() {
    timeless(async {
        let (store, client) = rolled_out(1.0).await;
        let began = Instant::now();
        let mut request = ramp(true);
        request["timeoutSeconds"] = json!(DAY + 10);
        let error = run(&client, "rollout.ramp", request).await.unwrap_err();
        assert_eq!(error.code().name, "deadline.exceeded");
        assert!(error.findings().iter().any(|it| it.message.contains("is at 25 percent since")), "{}", error.to_json());
        let rollout = run(&client, "rollout.get", json!({"appId": APP})).await.unwrap();
        assert_eq!(rollout["packageRolloutPercentage"].as_f64(), Some(25.0));
        let result = run(&store.client(2), "rollout.ramp", ramp(true)).await.unwrap();
        assert_eq!((taken(&result), changes(&store, began).len()), (vec![100.0], 4));
        // A rerun of a ramp that is complete changes nothing.
        let again = run(&client, "rollout.ramp", ramp(true)).await.unwrap();
        assert_eq!((taken(&again), &again["packageRolloutStatus"]), (vec![], &json!("PackageRolloutComplete")));
        assert_eq!(changes(&store, began).len(), 4);
    });
}

#[test]
fn what_others_do_during_a_pause_is_noticed() {
    // What happens during the second pause, and how the ramp ends.
    for (operation, percentage, end) in [
        ("rollout.halt", None, Err("rollout.state")),
        ("rollout.set", Some(10), Err("rollout.state")),
        ("rollout.set", Some(50), Ok(100.0)),
        ("rollout.finalize", None, Ok(100.0)),
    ] {
        timeless(async move {
            let (store, client) = rolled_out(1.0).await;
            let other = store.client(2);
            let (began, queue) = (Instant::now(), Arc::new(Queue::default()));
            let request = ramp(true).to_string();
            let work =
                operations::run(operations::find("rollout.ramp").unwrap(), client, &request, Reporter::to(queue));
            let meddle = async {
                tokio::time::sleep(Duration::from_secs(DAY + 10)).await;
                let mut request = json!({"appId": APP});
                if let Some(percentage) = percentage {
                    request["percentage"] = json!(percentage);
                }
                run(&other, operation, request).await.unwrap();
            };
            let (result, ()) = tokio::join!(work, meddle);
            let reached = result.as_ref().map_err(|error| error.code().name).map(|output| {
                serde_json::from_str::<Value>(&output.result).unwrap()["packageRolloutPercentage"].as_f64().unwrap()
            });
            assert_eq!(reached, end, "{operation} {percentage:?}");
            let own = changes(&store, began).len() - 1;
            assert_eq!(own, if percentage == Some(50) { 4 } else { 2 }, "{operation} {percentage:?}");
        });
    }
}

#[test]
fn a_schedule_that_is_none_is_refused_before_anything_is_sent() {
    timeless(async {
        let store = Store::new(1);
        let client = store.client(1);
        let steps = |percentages: &[f64]| {
            let steps = percentages.iter().map(|percentage| json!({"percentage": percentage}));
            Value::Array(steps.collect())
        };
        for (steps, place) in [
            (steps(&[]), "/steps"),
            (steps(&[0.0]), "/steps/0/percentage"),
            (steps(&[5.0, 101.0]), "/steps/1/percentage"),
            (steps(&[-5.0]), "/steps/0/percentage"),
            (steps(&[5.0, 5.0]), "/steps/1/percentage"),
            (steps(&[25.0, 5.0]), "/steps/1/percentage"),
            (json!([{"percentage": 5, "pauseSeconds": -1}]), "/steps/0/pauseSeconds"),
        ] {
            let error = run(&client, "rollout.ramp", json!({"appId": APP, "steps": steps, "submissionId": "1"}))
                .await
                .unwrap_err();
            assert_eq!((error.code().name, error.findings()[0].pointer.as_deref()), ("request.invalid", Some(place)));
        }
        assert!(store.calls().is_empty());
        // No rollout.
        let error = run(&client, "rollout.ramp", ramp(false)).await.unwrap_err();
        assert_eq!(error.code().name, "rollout.state", "{error}");
    });
}
