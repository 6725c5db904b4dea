//! A flight that was made a moment ago and that the service does not know yet, on a paused clock.

use std::time::Duration;

use crate::world::Store;
use serde_json::{Value, json};
use storeship::store::{Target, product};
use tokio::time::{Instant, sleep};

const APP: &str = "9NBLGGH4R315";

#[tokio::test(start_paused = true)]
async fn it_is_waited_for_a_minute_while_it_is_new() {
    let store = Store::new(7);
    let client = store.client(7);
    let body = json!({"friendlyName": "Testers"}).to_string();
    let made = product::create_flight(&client, APP, "Testers", body).await.unwrap();
    let flight: Value = serde_json::from_str(&made.reply.text).unwrap();
    let flight_id = flight["flightId"].as_str().unwrap().to_owned();
    let target = Target::Flight { app_id: APP.into(), flight_id };
    store.control("POST", "faults", Some(json!({"path": "*/flights/*", "status": 404, "count": 0}))).await;
    for waited in [60, 0] {
        let began = Instant::now();
        let error = product::get(&client, &target).await.unwrap_err();
        assert_eq!((error.code().name, began.elapsed().as_secs()), ("flight.not_found", waited));
        sleep(Duration::from_secs(240)).await;
    }
}
