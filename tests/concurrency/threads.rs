//! The C ABI from many threads: what belongs to one client stays with it, and closing one is harmless.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread;

use crate::support::{self, APP, Client, PAID_APP, Store};
use serde_json::{Value, json};
use storeship::emulator::Options;

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
        assert_eq!(refused, 0, "no token of one was shown to the other");
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
    // Nothing was sent twice, and nothing less often: five of each kind from each thread.
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
        // All have had a good answer before the client is closed, and go on calling while it is.
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
                // Now and then the last one is closed, and the runtime with it.
                for _ in 0..10 {
                    let client = Client::open(&config);
                    opened.lock().unwrap().push(client.id);
                    let app = client.call("app.get", json!({"appId": APP}));
                    assert_eq!(app.result()["id"], APP);
                    let job = client.start("app.get", json!({"appId": APP}));
                    drop(client);
                    let (status, event) = support::next(job, 60_000);
                    assert_eq!(status, 0, "a job tells its end, closed or not");
                    let event: Value = serde_json::from_str(&event.unwrap()).unwrap();
                    let response = &event["response"];
                    assert!(response["ok"] == true || response["error"]["code"] == "cancelled", "{event}");
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
