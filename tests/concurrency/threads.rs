//! The C ABI from many threads: clients are separate, every event is given once, and closing wakes all waiting threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use serde_json::{Value, json};
use storeship::emulator::Options;
use storeship::ffi::functions::storeship_job_close;

use crate::support::{self, APP, Client, PAID_APP, Store};

const UNKNOWN_ID: i32 = 5;

/// A wait of so many milliseconds that only an event or a close ends it.
const LONG: u32 = 600_000;

#[test]
fn two_tenants_at_once_share_nothing() {
    let stores = [1, 2].map(|seed| Store::with(Options { seed, ..Options::default() }));
    assert_ne!(stores[0].endpoints.tenant_id, stores[1].endpoints.tenant_id);
    let clients = [stores[0].client(), stores[1].client()];
    let names = |store: usize| -> Vec<String> {
        (0..4).flat_map(|thread| (0..3).map(move |n| format!("tenant {store} thread {thread} flight {n}"))).collect()
    };
    thread::scope(|scope| {
        for thread in 0..4 {
            let clients = &clients;
            scope.spawn(move || {
                for n in 0..3 {
                    for (store, client) in clients.iter().enumerate() {
                        let name = format!("tenant {store} thread {thread} flight {n}");
                        let made = client.call("flight.create", json!({"appId": APP, "friendlyName": name}));
                        assert_eq!(made.result()["friendlyName"], name);
                        let id = &made.result()["flightId"];
                        let flight = client.call("flight.get", json!({"appId": APP, "flightId": id}));
                        assert_eq!(flight.result()["friendlyName"], name);
                    }
                }
            });
        }
    });
    for (store, client) in stores.iter().zip(&clients) {
        let all = store.control("GET", "requests", None);
        let all = all.as_array().unwrap();
        let refused = all.iter().filter(|request| request["status"].as_u64().unwrap() >= 400).count();
        assert_eq!(refused, 0, "a token of one tenant was sent to the other");
        let path = |request: &&Value| request["path"].as_str().unwrap().ends_with("/token");
        assert_eq!(all.iter().filter(path).count(), 1);
        let checked = client.call("token.check", json!({}));
        assert_eq!(checked.result()["tenantId"], store.endpoints.tenant_id);
    }
    for (number, client) in clients.iter().enumerate() {
        let flights = client.call("app.flights", json!({"appId": APP}));
        let flights = flights.result()["value"].as_array().unwrap();
        let mut found: Vec<&str> = flights.iter().map(|flight| flight["friendlyName"].as_str().unwrap()).collect();
        found.retain(|name| name.starts_with("tenant "));
        found.sort_unstable();
        assert_eq!(found, names(number));
    }
}

#[test]
fn eight_threads_on_one_client_get_the_answers_to_their_own_calls() {
    let store = Store::start();
    let client = store.client();
    let answered = AtomicUsize::new(0);
    thread::scope(|scope| {
        for thread in 0..8 {
            let (client, answered) = (&client, &answered);
            scope.spawn(move || {
                for n in 0..25 {
                    let own = format!("{thread}/{n}");
                    match n % 5 {
                        0 => {
                            let app_id = if thread % 2 == 0 { APP } else { PAID_APP };
                            let app = client.call("app.get", json!({"appId": app_id}));
                            assert_eq!(app.result()["id"], app_id);
                        }
                        1 => {
                            let request = json!({"document": {"own": own}, "pointer": "/own"});
                            assert_eq!(client.call("document.get", request).result(), &json!(own));
                        }
                        2 => {
                            let request = json!({"appId": APP, "friendlyName": own});
                            assert_eq!(client.call("flight.create", request).result()["friendlyName"], own);
                        }
                        3 => {
                            let unknown = client.call("app.get", json!({"appId": format!("9NUNKNOWN{thread}{n:02}")}));
                            assert_eq!(unknown.failure(), (12, "app.not_found"));
                        }
                        _ => {
                            let (_, answer) = client.job("app.add_ons", json!({"appId": APP}));
                            assert_eq!(answer.result()["totalCount"], 1);
                        }
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    assert_eq!(answered.into_inner(), 200);
    // Five of each kind from each thread, and no request was repeated.
    let sent =
        ["getApplication", "createFlight", "listApplicationInAppProducts"].map(|name| store.requests(name).len());
    assert_eq!(sent, [80, 40, 40]);
}

#[test]
fn closing_a_client_under_the_calls_of_others_tells_them_so() {
    let store = Store::start();
    for _ in 0..10 {
        let client = store.client();
        let id = client.id;
        // Every thread has got a good response before the client is closed, and goes on calling while it closes.
        let under_way = Barrier::new(9);
        let last = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for thread in 0..8 {
                let (under_way, last) = (&under_way, &last);
                scope.spawn(move || {
                    let request = json!({"appId": APP}).to_string();
                    assert_eq!(support::call(id, "app.get", &request).status, 0);
                    under_way.wait();
                    let answer = loop {
                        let answer = match thread % 2 {
                            0 => support::call(id, "app.get", &request),
                            _ => support::call(id, "library.info", "{}"),
                        };
                        if answer.status != 0 {
                            break answer;
                        }
                    };
                    last.lock().unwrap().push(answer);
                });
            }
            under_way.wait();
            drop(client);
        });
        for answer in last.into_inner().unwrap() {
            let told = answer.failure();
            assert!([(5, "client.unknown"), (13, "cancelled")].contains(&told), "{}", answer.text);
        }
        assert_eq!(support::call(id, "app.get", "{}").failure(), (5, "client.unknown"));
    }
}

#[test]
fn clients_open_and_close_while_others_work() {
    let store = Store::start();
    let config = store.config();
    let opened = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                // Sometimes this closes the last client, which ends the runtime.
                for _ in 0..10 {
                    let client = Client::open(&config);
                    opened.lock().unwrap().push(client.id);
                    let app = client.call("app.get", json!({"appId": APP}));
                    assert_eq!(app.result()["id"], APP);
                    let job = client.start("app.get", json!({"appId": APP}));
                    drop(client);
                    assert_eq!(support::next(job, 60_000), (UNKNOWN_ID, None), "closing the client frees its jobs");
                }
            });
        }
    });
    let mut opened = opened.into_inner().unwrap();
    opened.sort_unstable();
    opened.dedup();
    assert_eq!(opened.len(), 40, "no id is given twice");
    assert_eq!(store.client().call("app.get", json!({"appId": APP})).status, 0);
}

/// Takes the events of a client until `ended` counts `jobs` completed ones; gives the events of each job in their order.
fn pump(client: u64, ended: &AtomicUsize, jobs: usize) -> BTreeMap<u64, Vec<Value>> {
    let mut taken: BTreeMap<u64, Vec<Value>> = BTreeMap::new();
    while ended.load(Ordering::SeqCst) < jobs {
        let (status, job, event) = support::client_next(client, 20);
        let Some(event) = event else {
            assert_eq!((status, job), (1, 0));
            continue;
        };
        assert_eq!(status, 0);
        let event: Value = serde_json::from_str(&event).unwrap();
        if event["type"] == "completed" {
            ended.fetch_add(1, Ordering::SeqCst);
        }
        taken.entry(job).or_default().push(event);
    }
    taken
}

#[test]
fn one_pump_serves_all_jobs_of_its_client_and_no_other() {
    let store = Store::start();
    let (client, other) = (store.client(), store.client());
    let foreign = other.start("app.list", json!({}));
    let requests = [("app.get", json!({"appId": APP})), ("app.get", json!({"appId": "9NUNKNOWN0000"}))];
    let jobs: Vec<u64> = (0..40).map(|n| client.start(requests[n % 2].0, requests[n % 2].1.clone())).collect();
    let mut taken = pump(client.id, &AtomicUsize::new(0), jobs.len());
    assert_eq!(taken.keys().copied().collect::<Vec<_>>(), jobs);
    for (n, job) in jobs.iter().enumerate() {
        let response = taken.get_mut(job).unwrap().pop().unwrap()["response"].take();
        assert_eq!(response["ok"] == true, n % 2 == 0, "{response}");
        assert_eq!(support::next(*job, 0), (UNKNOWN_ID, None), "a completed job is freed");
    }
    assert_eq!(support::client_next(client.id, 0), (1, 0, None));
    assert_eq!(support::next(foreign, LONG).0, 0, "the job of another client was left alone");
    assert_eq!(support::client_next(0, LONG), (UNKNOWN_ID, 0, None), "the offline client has no jobs");
}

#[test]
fn two_pumps_and_a_thread_for_one_job_take_each_event_once() {
    const JOBS: usize = 60;
    let store = Store::start();
    let client = store.client();
    let ended = AtomicUsize::new(0);
    let begun = Barrier::new(3);
    thread::scope(|scope| {
        let pumps = [(); 2].map(|()| {
            scope.spawn(|| {
                begun.wait();
                pump(client.id, &ended, JOBS)
            })
        });
        begun.wait();
        let mut by_hand = 0;
        for _ in 0..JOBS {
            let job = client.start("app.get", json!({"appId": APP}));
            // Either this thread gets the `completed` event of the job, or a pump gets it and the job is unknown here.
            match support::next(job, LONG) {
                (0, Some(event)) => {
                    assert!(event.contains(r#""type":"completed""#), "{event}");
                    ended.fetch_add(1, Ordering::SeqCst);
                    by_hand += 1;
                }
                other => assert_eq!(other, (UNKNOWN_ID, None)),
            }
        }
        let taken = pumps.map(|pump| pump.join().unwrap());
        assert!(taken[0].keys().all(|job| !taken[1].contains_key(job)));
        assert_eq!(taken[0].len() + taken[1].len() + by_hand, JOBS);
    });
}

#[test]
fn closing_a_client_ends_all_waiting_for_its_events() {
    let store = Store::start();
    // The emulator delays its answers, so that no job ends by itself.
    store.fault(json!({"path": "*", "method": "GET", "delayMs": 600_000, "count": 0}));
    for _ in 0..5 {
        let client = store.client();
        let id = client.id;
        let jobs: BTreeSet<u64> = (0..3).map(|_| client.start("app.get", json!({"appId": APP}))).collect();
        let waited = jobs.first().copied().unwrap();
        let waiting = Barrier::new(4);
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    waiting.wait();
                    loop {
                        match support::client_next(id, LONG) {
                            // `completed` events that are taken before the close has finished.
                            (0, job, Some(event)) => assert!(jobs.contains(&job) && event.contains(r#""cancelled""#)),
                            other => return assert_eq!(other, (UNKNOWN_ID, 0, None)),
                        }
                    }
                });
            }
            scope.spawn(|| {
                waiting.wait();
                let (status, event) = support::next(waited, LONG);
                assert!(status == UNKNOWN_ID || event.is_some_and(|event| event.contains(r#""cancelled""#)));
            });
            waiting.wait();
            drop(client);
        });
        for job in jobs {
            assert_eq!(support::next(job, LONG), (UNKNOWN_ID, None));
        }
        assert_eq!(support::client_next(id, LONG), (UNKNOWN_ID, 0, None));
    }
}

#[test]
fn closing_a_job_cancels_it_and_ends_the_waiting_for_its_events() {
    let store = Store::start();
    store.fault(json!({"path": "*", "method": "GET", "delayMs": 600_000, "count": 0}));
    let client = store.client();
    let job = client.start("app.get", json!({"appId": APP}));
    while store.control("GET", "faults", None)[0]["used"] == 0 {
        thread::yield_now();
    }
    thread::scope(|scope| {
        let waiting = scope.spawn(|| support::next(job, LONG));
        for _ in 0..2 {
            assert_eq!(storeship_job_close(job), 0);
        }
        assert_eq!(waiting.join().unwrap(), (UNKNOWN_ID, None));
    });
    assert_eq!(support::client_next(client.id, 0), (1, 0, None));
    assert_eq!(storeship_job_close(u64::MAX), 0);
}
