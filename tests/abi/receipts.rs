//! What a release says about itself: who gets it, and how many steps it has.

use crate::support::{APP, Store};
use serde_json::json;

#[test]
fn a_plan_and_a_receipt_say_who_gets_the_release() {
    let store = Store::start();
    let client = store.client();
    let flights = client.call("app.flights", json!({"appId": APP}));
    let flight = flights.result()["value"][0]["flightId"].as_str().unwrap().to_owned();
    let package = store.package("Contoso.msix", "2.0.0.0");
    for (ids, audience) in [
        (json!({"appId": APP}), "everybody".to_owned()),
        (json!({"appId": APP, "flightId": flight}), format!("flight {flight}")),
    ] {
        let mut request = ids;
        request["packages"] = json!([package]);
        request["until"] = json!("committed");
        assert_eq!(client.call("publish.plan", request.clone()).result()["audience"], *audience);
        assert_eq!(client.job("publish", request).1.result()["audience"], *audience);
    }
}

#[test]
fn the_last_step_of_a_release_is_the_last_of_the_total() {
    let notes = json!({"en-us": "Faster."});
    for (name, request, pending, steps) in [
        ("nothing to change", json!({"until": "committed"}), false, 4),
        ("no commit", json!({"releaseNotes": notes, "commit": false}), false, 4),
        ("no files", json!({"releaseNotes": notes}), false, 6),
        ("with a draft to replace", json!({"releaseNotes": notes, "draft": "replace"}), true, 7),
        (
            "with changes that are there",
            json!({"edits": [{"op": "add", "path": "/visibility", "value": "Public"}]}),
            false,
            2,
        ),
    ] {
        let store = Store::start();
        let client = store.client();
        if pending {
            client.call("submission.create", json!({"appId": APP})).result();
        }
        let mut request = request;
        request["appId"] = json!(APP);
        request["pollSeconds"] = json!(0.001);
        let (events, answer) = client.job("publish", request);
        assert_eq!(answer.result()["steps"].as_array().unwrap().len(), steps, "{name}: {}", answer.json);
        let last = events.iter().rfind(|event| event["phase"] == "publish").unwrap();
        assert_eq!((&last["done"], &last["total"]), (&json!(steps), &json!(steps)), "{name}: {last}");
    }
}
