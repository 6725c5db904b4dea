//! A flight that was just created, and that the service does not find yet.

use std::time::Duration;

use crate::recorded::Store;
use serde_json::json;
use storeship::store::{App, flight};
use tokio::time::{Instant, sleep};

const APP: &str = "9NBLGGH4R315";

#[tokio::test(start_paused = true)]
async fn it_is_waited_for_a_minute_while_it_is_new() {
    let store = Store::new(7);
    let client = store.client(7);
    let body = json!({"friendlyName": "Testers"}).to_string();
    let flight = flight::create(&App::new(client, APP), "Testers", body).await.unwrap().product.unwrap();
    store.control("POST", "faults", Some(json!({"path": "*/flights/*", "status": 404, "count": 0}))).await;
    for waited in [60, 0] {
        let began = Instant::now();
        let error = flight.get().await.unwrap_err();
        assert_eq!((error.code().name, began.elapsed().as_secs()), ("flight.not_found", waited));
        sleep(Duration::from_secs(240)).await;
    }
}
