//! What a release says about itself: who gets it, and how many steps it has.

use crate::support::{ADD_ON, APP, Store};
use serde_json::{Value, json};

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

#[test]
fn an_update_warns_of_what_the_service_did_not_keep() {
    let store = Store::start();
    let client = store.client();
    let draft = client.call("submission.create", json!({"appId": APP}));
    let mut edited = draft.result().clone();
    // Only an image with `PendingDelete` goes.
    edited["listings"]["en-us"]["baseListing"]["images"] = json!([]);
    let request = json!({"appId": APP, "submissionId": edited["id"], "edited": edited});
    let (events, answer) = client.job("submission.update", request);
    answer.result();
    let kept = client.call("submission.get", json!({"appId": APP}));
    assert_eq!(kept.result()["listings"]["en-us"]["baseListing"]["images"].as_array().unwrap().len(), 1);
    let place = "the service did not keep the change at /listings/en-us/baseListing/images";
    let warned = |event: &&Value| event["level"] == "warning" && event["message"].to_string().contains(place);
    assert_eq!(events.iter().filter(warned).count(), 1, "{events:#?}");
}

#[test]
fn a_release_of_an_add_on_takes_six_calls_besides_the_status() {
    let store = Store::start();
    let client = store.client();
    let edit = json!({"op": "replace", "path": "/listings/en-us/title", "value": "Sack of coins"});
    let request = json!({"addOnId": ADD_ON, "edits": [edit], "until": "committed"});
    client.job("publish", request).1.result();
    let requests = store.control("GET", "requests", None);
    let requests = requests.as_array().unwrap().iter();
    let operations: Vec<_> = requests.filter_map(|request| request["operation"].as_str()).collect();
    let of_the_service = |name: &&&str| name.contains("InAppProduct") && !name.contains("Status");
    assert_eq!(
        operations.iter().filter(of_the_service).collect::<Vec<_>>(),
        [
            // Which submissions are pending and published, and the published one.
            &"getInAppProduct",
            &"getInAppProductSubmission",
            &"createInAppProductSubmission",
            &"updateInAppProductSubmission",
            // What the service kept.
            &"getInAppProductSubmission",
            &"commitInAppProductSubmission",
        ]
    );
}
