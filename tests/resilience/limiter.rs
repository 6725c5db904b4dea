//! The rate limiter: which calls are sent, and when, with the clock paused.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use crate::recorded::{Sent, Store};
use serde_json::{Value, json};
use storeship::client::{Client, SUBMISSION_API};
use storeship::emulator::Options;
use storeship::events::{Event, Next, Queue, Reporter};
use storeship::http::ProcessWide;
use storeship::operations;
use storeship::package::sample::{self, Sample};
use storeship::store::{App, Product, Target};
use tokio::task::JoinSet;
use tokio::time::Instant;

const APP: &str = "9NBLGGH4R315";
const PAID_APP: &str = "9NBLGGH29DM8";
const MINUTE: Duration = Duration::from_secs(60);

/// Runs with the clock paused: it advances when every task waits.
fn timeless(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(work);
}

fn limit(per_minute: u32) -> Value {
    json!({"limit": {"perMinute": per_minute}})
}

/// A client that has signed in.
async fn limited(store: &Store, per_minute: u32) -> Arc<Client> {
    let client = store.client_with(1, limit(per_minute));
    client.token(&SUBMISSION_API).await.unwrap_or_else(|error| panic!("{error}"));
    client
}

/// Starts this many calls at once.
fn ask(calls: &mut JoinSet<()>, client: &Arc<Client>, app_id: &'static str, count: usize) {
    for _ in 0..count {
        let client = client.clone();
        calls.spawn(async move {
            App::new(client.clone(), app_id).get().await.unwrap();
        });
    }
}

/// The largest number of calls within any minute.
fn busiest(calls: &[Sent]) -> usize {
    let within = |first: &Sent| calls.iter().filter(|call| call.at >= first.at && call.at < first.at + MINUTE).count();
    calls.iter().map(within).max().unwrap_or_default()
}

/// When each call was sent, in whole seconds after the start.
fn seconds(calls: &[Sent], began: Instant) -> Vec<u64> {
    calls.iter().map(|call| (call.at - began).as_secs()).collect()
}

#[test]
fn four_clients_of_a_tenant_keep_to_twenty_calls_in_any_minute() {
    timeless(async {
        let store = Store::new(1);
        let mut calls = JoinSet::new();
        for _ in 0..4 {
            let client = limited(&store, 20).await;
            ask(&mut calls, &client, APP, 7);
            // The callers start at different times.
            tokio::time::sleep(Duration::from_secs(7)).await;
            ask(&mut calls, &client, PAID_APP, 8);
        }
        calls.join_all().await;
        let calls = store.calls();
        assert_eq!((calls.len(), busiest(&calls)), (60, 20));
        // And no slower than necessary.
        let took = calls[59].at - calls[0].at;
        assert!(took < MINUTE * 3, "{took:?}");
    });
}

#[test]
fn the_calls_of_a_closed_client_still_count() {
    timeless(async {
        let limits = ProcessWide::default();
        let store = Store::with(Options { seed: 1, ..Options::default() }, limits.clone());
        let other = Store::with(Options { seed: 2, ..Options::default() }, limits.clone());
        for _ in 0..3 {
            let mut calls = JoinSet::new();
            ask(&mut calls, &limited(&store, 20).await, APP, 10);
            ask(&mut calls, &limited(&other, 20).await, APP, 1);
            calls.join_all().await;
        }
        assert_eq!(busiest(&store.calls()), 20);
    });
}

#[test]
fn tenants_have_separate_limits() {
    timeless(async {
        let limits = ProcessWide::default();
        let tenant = |seed| Store::with(Options { seed, ..Options::default() }, limits.clone());
        let (busy, other) = (tenant(1), tenant(2));
        let mut calls = JoinSet::new();
        let began = Instant::now();
        ask(&mut calls, &limited(&busy, 20).await, APP, 30);
        ask(&mut calls, &limited(&other, 20).await, APP, 20);
        calls.join_all().await;
        assert_eq!(seconds(&other.calls(), began), [0; 20]);
        assert_eq!(seconds(&busy.calls(), began), [[0; 10], [0; 10], [61; 10]].concat());
    });
}

#[test]
fn clients_with_an_unknown_tenant_share_a_limiter() {
    timeless(async {
        let store = Store::new(1);
        let token = store.client(1).token(&SUBMISSION_API).await.unwrap_or_else(|error| panic!("{error}"));
        let ready = json!({"type": "token", "accessToken": token.secret.reveal()});
        let mut more = limit(20);
        more["credential"] = ready;
        let mut calls = JoinSet::new();
        for _ in 0..2 {
            ask(&mut calls, &store.client_with(1, more.clone()), APP, 20);
        }
        calls.join_all().await;
        assert_eq!(busiest(&store.calls()), 20);
    });
}

#[test]
fn calls_are_sent_in_the_order_of_arrival() {
    timeless(async {
        let store = Store::new(1);
        let (greedy, modest) = (limited(&store, 20).await, limited(&store, 20).await);
        let mut calls = JoinSet::new();
        // Arrives at the moment at which the next twenty calls may be sent.
        let (late, second_minute) = (greedy.clone(), Instant::now() + Duration::from_secs(61));
        calls.spawn(async move {
            tokio::time::sleep_until(second_minute).await;
            App::new(late.clone(), "9NBLGGH4TNMP").get().await.unwrap_err();
        });
        ask(&mut calls, &greedy, APP, 25);
        tokio::time::sleep(Duration::from_secs(1)).await;
        ask(&mut calls, &modest, PAID_APP, 1);
        tokio::time::sleep(Duration::from_secs(1)).await;
        ask(&mut calls, &greedy, APP, 20);
        calls.join_all().await;
        let calls = store.calls();
        let place = |app_id: &str| calls.iter().position(|call| call.path.ends_with(app_id)).unwrap();
        assert_eq!(place(PAID_APP), 25, "after the calls before it, and before those after it");
        assert_eq!(place("9NBLGGH4TNMP"), 46, "after the calls that wait already");
    });
}

#[test]
fn a_429_stops_all_clients_and_slows_them_for_a_while() {
    timeless(async {
        let store = Store::new(1);
        let rule = json!({"path": format!("*/{APP}"), "nth": 3, "status": 429, "headers": {"retry-after": "40"}});
        store.control("POST", "faults", Some(rule)).await;
        let clients = [limited(&store, 20).await, limited(&store, 20).await];
        let mut calls = JoinSet::new();
        ask(&mut calls, &clients[0], APP, 1);
        ask(&mut calls, &clients[1], APP, 1);
        calls.join_all().await;
        let mut calls = JoinSet::new();
        let began = Instant::now();
        ask(&mut calls, &clients[0], APP, 1);
        tokio::task::yield_now().await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        ask(&mut calls, &clients[1], PAID_APP, 100);
        calls.join_all().await;
        let sent = &store.calls()[2..];
        let seconds = seconds(sent, began);
        assert_eq!(seconds[..2], [0, 40], "no call is sent before the service allows it");
        assert!(sent[1].path.ends_with(APP), "the call that was refused is the first one again");
        let minute = |n: u64| seconds.iter().filter(|at| **at >= 40 + 61 * n && **at < 40 + 61 * (n + 1)).count();
        // Three of the first ten were sent before the refusal.
        assert_eq!([0, 1, 2, 3, 4].map(minute), [10, 14, 18, 20, 20], "{seconds:?}");
    });
}

#[test]
fn several_429s_to_calls_that_were_sent_together_count_once() {
    timeless(async {
        let store = Store::new(1);
        // Each call takes a while, so that all are in flight when the first refusal arrives.
        let rule = json!({"path": format!("*/{APP}"), "count": 8, "status": 429, "delayMs": 500, "headers": {"retry-after": "70"}});
        store.control("POST", "faults", Some(rule)).await;
        let client = limited(&store, 20).await;
        let mut calls = JoinSet::new();
        let began = Instant::now();
        ask(&mut calls, &client, APP, 8);
        tokio::time::sleep(Duration::from_secs(1)).await;
        ask(&mut calls, &client, PAID_APP, 10);
        calls.join_all().await;
        assert_eq!(seconds(&store.calls(), began)[8..18], [70; 10], "ten calls may be sent, not one");
    });
}

#[test]
fn waiting_for_the_limiter_does_not_count_towards_the_retry_timeout() {
    timeless(async {
        let store = Store::new(1);
        let mut more = limit(2);
        more["retry"] = json!({"baseMs": 1, "capMs": 1, "retryTimeoutSeconds": 5});
        let client = store.client_with(1, more);
        let began = Instant::now();
        for _ in 0..2 {
            App::new(client.clone(), APP).get().await.unwrap();
        }
        store.control("POST", "faults", Some(json!({"path": format!("*/{APP}"), "status": 503}))).await;
        App::new(client.clone(), APP).get().await.unwrap();
        assert_eq!(seconds(&store.calls(), began), [0, 0, 61, 61]);

        let rule = json!({"path": format!("*/{APP}"), "status": 429, "headers": {"retry-after": "3"}, "count": 0});
        store.control("POST", "faults", Some(rule)).await;
        let error = App::new(client.clone(), APP).get().await.unwrap_err();
        assert_eq!(error.code().name, "service.throttled");
        assert_eq!(error.exchange().unwrap().attempts, 2, "3 seconds are within the retry timeout, 6 are not");
    });
}

#[test]
fn a_deadline_ends_the_wait_and_frees_the_place() {
    timeless(async {
        let store = Store::new(1);
        let client = limited(&store, 2).await;
        let began = Instant::now();
        for _ in 0..2 {
            App::new(client.clone(), APP).get().await.unwrap();
        }
        let operation = operations::find("app.get").unwrap();
        let queue = Arc::new(Queue::default());
        let request = json!({"appId": PAID_APP, "timeoutSeconds": 5}).to_string();
        let given_up =
            tokio::spawn(operations::run(operation, client.clone(), "{\"appId\":\"x\"}", Reporter::default()));
        tokio::task::yield_now().await;
        let error =
            operations::run(operation, client.clone(), &request, Reporter::to(queue.clone())).await.unwrap_err();
        assert_eq!((error.code().name, began.elapsed().as_secs()), ("deadline.exceeded", 5));
        given_up.abort();
        let Next::Event(Event::Log { message, .. }) = queue.next(Duration::ZERO) else { panic!("no line in the log") };
        assert!(message.contains("2 calls a minute"), "{message}");
        // A cancelled call leaves the queue too: both places of the next minute are free.
        for _ in 0..2 {
            App::new(client.clone(), APP).get().await.unwrap();
        }
        assert_eq!(seconds(&store.calls(), began), [0, 0, 61, 61]);
    });
}

#[test]
fn a_short_wait_is_not_logged() {
    timeless(async {
        let store = Store::new(1);
        let client = limited(&store, 1).await;
        App::new(client.clone(), APP).get().await.unwrap();
        tokio::time::sleep(Duration::from_millis(60_500)).await;
        let queue = Arc::new(Queue::default());
        let request = json!({"appId": APP}).to_string();
        let operation = operations::find("app.get").unwrap();
        operations::run(operation, client, &request, Reporter::to(queue.clone())).await.unwrap();
        assert!(matches!(queue.next(Duration::ZERO), Next::Nothing));
    });
}

#[test]
fn the_emulator_has_no_limit_by_default() {
    timeless(async {
        let store = Store::new(1);
        let mut calls = JoinSet::new();
        let began = Instant::now();
        ask(&mut calls, &store.client(1), APP, 50);
        ask(&mut calls, &limited(&store, 0).await, APP, 50);
        calls.join_all().await;
        assert_eq!(seconds(&store.calls(), began), [0; 100]);
    });
}

#[test]
fn the_smallest_limit_holds_until_its_client_is_closed() {
    timeless(async {
        let store = Store::new(1);
        let (quick, slow) = (limited(&store, 20).await, limited(&store, 3).await);
        App::new(slow.clone(), APP).get().await.unwrap();
        let mut calls = JoinSet::new();
        let began = Instant::now();
        ask(&mut calls, &quick, APP, 4);
        calls.join_all().await;
        assert_eq!(seconds(&store.calls(), began), [0, 0, 0, 61, 61]);
        drop(slow);
        let mut calls = JoinSet::new();
        ask(&mut calls, &quick, APP, 10);
        calls.join_all().await;
        assert_eq!(seconds(&store.calls(), began)[5..], [61; 10]);
    });
}

#[test]
fn tokens_and_uploads_are_not_limited() {
    timeless(async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Contoso_2.0.0.0_x64.msix");
        let package = sample::package(&Sample { version: "2.0.0.0".into(), ..Sample::default() }).unwrap();
        std::fs::write(&path, package).unwrap();
        let store = Store::new(1);
        let client = store.client_with(1, limit(1));
        let product = Product::new(client, Target::App { app_id: APP.into() });
        let release = serde_json::from_value(json!({"packages": [path], "until": "committed"})).unwrap();
        storeship::publish::publish(&product, &release, &Reporter::default()).await.unwrap();
        let (calls, blobs) = (store.calls(), store.sent_below("/productingestionbin1/ingestion/"));
        assert!(calls.windows(2).all(|pair| pair[1].at - pair[0].at >= MINUTE), "{calls:#?}");
        // The block list, the blocks and their verification. A mark follows while the commit waits for its turn.
        assert!(blobs.windows(4).any(|upload| upload[3].at - upload[0].at < MINUTE), "{blobs:#?}");
        // The token request came before the first call and took no place of the limit.
        assert_eq!(store.sent_below("/").iter().filter(|request| request.at == calls[0].at).count(), 2);
    });
}
