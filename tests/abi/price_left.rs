//! A price that reads `Base`: a stated tier replaces it, or it is left to a person in Partner Center.

use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

const LEFT: &str = "price.left_to_partner_center";
const PRICE: &str = "/pricing/priceId";

/// A release of the paid app, with a package.
fn release(store: &Store, more: Value) -> Value {
    let path = store.folder.path().join("Paid.msix");
    let name = "5224ContosoDeveloper.ContosoPaidApp".to_owned();
    let sample = Sample { name, version: "2.0.0.0".into(), ..Sample::default() };
    std::fs::write(&path, sample::package(&sample).unwrap()).unwrap();
    let mut release = json!({"appId": PAID_APP, "packages": [path], "releaseNotes": "Faster.", "pollSeconds": 0.001});
    release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    release
}

fn left(store: &Store) -> Value {
    release(store, json!({"priceLeftToPartnerCenter": true}))
}

fn publish(client: &Client, request: &Value) -> Answer {
    client.job("publish", request.clone()).1
}

/// The bodies of the PUTs of submissions.
fn sent(store: &Store) -> Vec<Value> {
    let puts = store.requests("updateApplicationSubmission");
    puts.iter().map(|put| serde_json::from_str(put["body"].as_str().unwrap()).unwrap()).collect()
}

#[test]
fn a_stated_tier_replaces_the_prices_of_all_markets_and_the_plan_says_so() {
    let store = Store::start();
    let client = store.client();
    for more in
        [json!({"priceId": "Tier1012"}), json!({"edits": [{"op": "replace", "path": PRICE, "value": "Tier1012"}]})]
    {
        let plan = client.call("publish.plan", release(&store, more));
        let warnings = plan.result()["warnings"].to_string();
        assert!(warnings.contains("Tier1012") && warnings.contains("all markets"), "{warnings}");
    }
    let refused = client.call("publish.plan", release(&store, json!({})));
    assert_eq!(refused.failure().1, "price.base_not_writable");
    let hint = refused.json["error"]["hint"].as_str().unwrap();
    assert!(hint.contains("all markets") && hint.contains("`priceLeftToPartnerCenter`"), "{hint}");
    let free = json!({"appId": APP, "priceId": "Tier1012"});
    // A product without such prices has none to replace; that it becomes paid is told.
    let warnings = client.call("publish.plan", free).result()["warnings"].to_string();
    assert!(!warnings.contains("all markets") && warnings.contains("BECOMES PAID"), "{warnings}");
}

#[test]
fn a_price_that_is_left_to_partner_center_is_not_sent_and_not_committed() {
    let store = Store::start();
    let client = store.client();
    let plan = client.call("publish.plan", left(&store));
    let removal = json!({"op": "remove", "path": PRICE, "old": "Base"});
    let answer = publish(&client, &left(&store));
    for answer in [&plan, &answer] {
        assert!(answer.json["meta"]["edits"].as_array().unwrap().contains(&removal), "{}", answer.text);
        assert_eq!(answer.result()["priceLeftToPartnerCenter"], true);
        let warnings = answer.result()["warnings"].to_string();
        assert!(warnings.contains("has no price") && warnings.contains("Partner Center"), "{warnings}");
    }
    assert_eq!((&plan.result()["commit"], &answer.result()["status"]), (&json!(false), &json!("PendingCommit")));
    let bodies = sent(&store);
    assert_eq!(bodies.len(), 1);
    assert_eq!((bodies[0].pointer(PRICE), bodies[0]["pricing"]["trialPeriod"].as_str()), (None, Some("FifteenDays")));

    // The same command again finds everything done.
    let again = publish(&client, &left(&store));
    assert_eq!(
        (&again.result()["submissionId"], &again.json["meta"]["edits"]),
        (&answer.result()["submissionId"], &json!([]))
    );
    assert_eq!((sent(&store).len(), store.requests("commitApplicationSubmission").len()), (1, 0));
}

#[test]
fn every_commit_of_such_a_draft_is_refused_until_it_is_replaced() {
    let store = Store::start();
    let client = store.client();
    let id = publish(&client, &left(&store)).result()["submissionId"].clone();
    let path = |end: &str| format!("applications/{PAID_APP}/submissions/{}{end}", id.as_str().unwrap());
    let calls = [
        ("submission.commit", json!({"appId": PAID_APP, "submissionId": id})),
        ("submission.commit", json!({"appId": PAID_APP})),
        ("service.call", json!({"method": "POST", "path": path("/commit")})),
        ("service.call", json!({"method": "POST", "path": path("/Commit/?x=1")})),
        ("publish", json!({"appId": PAID_APP, "submissionId": id})),
        ("publish", release(&store, json!({"submissionId": id, "priceId": "Tier1012"}))),
        ("publish", release(&store, json!({"draft": "adopt"}))),
        ("publish", release(&store, json!({"priceId": "Tier1012"}))),
        ("publish.plan", release(&store, json!({"submissionId": id, "commit": false}))),
    ];
    // A process that knows nothing of the release.
    let other = store.client();
    for (operation, request) in calls {
        let answer = other.call(operation, request.clone());
        assert_eq!(answer.failure(), (15, LEFT), "{operation} {request}");
    }
    assert_eq!((sent(&store).len(), store.requests("commitApplicationSubmission").len()), (1, 0));

    let replacing = release(&store, json!({"priceId": "Tier1012", "draft": "replace", "until": "published"}));
    assert_eq!(publish(&other, &replacing).result()["status"], "Published");
    let raw = json!({"method": "POST", "path": format!("applications/{PAID_APP}/submissions")});
    other.call("service.call", raw).result();
}

#[test]
fn a_draft_that_waits_for_a_price_stays_so_when_another_such_release_adds_to_it() {
    let store = Store::start();
    let client = store.client();
    let id = publish(&client, &left(&store)).result()["submissionId"].clone();
    let more = json!({"appId": PAID_APP, "submissionId": id, "visibility": "Hidden", "priceLeftToPartnerCenter": true});
    assert_eq!(publish(&client, &more).result()["status"], "PendingCommit");
    let bodies = sent(&store);
    // What the service reads back as Free is no price that anybody stated.
    assert_eq!((bodies.len(), bodies[1].pointer(PRICE), bodies[1]["visibility"].as_str()), (2, None, Some("Hidden")));
    let ids = json!({"appId": PAID_APP, "submissionId": id});
    assert_eq!(client.call("submission.commit", ids).failure(), (15, LEFT));
}

#[test]
fn the_release_is_complete_once_a_person_has_submitted_the_draft() {
    let store = Store::start();
    let client = store.client();
    let id = publish(&client, &left(&store)).result()["submissionId"].clone();
    let id = id.as_str().unwrap();
    // Partner Center commits it.
    store.control("POST", &format!("submissions/{id}"), Some(json!({"status": "Certification"})));
    assert_eq!(client.call("publish.plan", left(&store)).result()["draft"], "wait");
    let published = json!({"status": "Published", "document": {PRICE: "Base"}});
    store.control("POST", &format!("submissions/{id}"), Some(published));
    let again = publish(&client, &left(&store));
    assert_eq!(
        (&again.result()["draft"], &again.result()["changed"]),
        (&json!("none"), &json!(false)),
        "{}",
        again.text
    );
}

#[test]
fn an_unreadable_marker_keeps_no_other_commit() {
    let store = Store::start();
    let client = store.client();
    let draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    store.control(
        "POST",
        &format!("submissions/{}", draft["id"].as_str().unwrap()),
        Some(json!({"expireUpload": true})),
    );
    let ids = json!({"appId": APP, "submissionId": draft["id"]});
    assert_eq!(client.call("submission.commit", ids).result()["status"], "CommitStarted");
}

#[test]
fn a_price_is_left_only_where_there_is_one_and_none_is_stated() {
    let store = Store::start();
    let client = store.client();
    let flight =
        json!({"flightId": "43e448df-97c9-4a43-a0bc-2a445e736bcd", "appId": APP, "priceLeftToPartnerCenter": true});
    for request in [
        release(&store, json!({"priceLeftToPartnerCenter": true, "priceId": "Tier2"})),
        release(&store, json!({"priceLeftToPartnerCenter": true, "allowFree": true})),
        flight,
    ] {
        let refused = client.call("publish.plan", request.clone());
        assert_eq!(refused.failure().1, "request.invalid", "{request}");
        assert!(refused.text.contains("/priceLeftToPartnerCenter"), "{}", refused.text);
    }
    let add_on = json!({"addOnId": ADD_ON, "priceLeftToPartnerCenter": true, "visibility": "Hidden"});
    assert_eq!(client.call("publish.plan", add_on).result()["commit"], false);
}

#[test]
fn a_draft_whose_address_is_dead_is_not_committed_as_free() {
    let store = Store::start();
    let client = store.client();
    let draft = publish(&client, &left(&store)).result().clone();
    let id = draft["submissionId"].as_str().unwrap();
    store.control("POST", &format!("submissions/{id}"), Some(json!({"expireUpload": true})));
    let ids = json!({"appId": PAID_APP, "submissionId": id});
    let raw = json!({"method": "POST", "path": format!("applications/{PAID_APP}/submissions/{id}/commit")});
    let adopt = json!({"appId": PAID_APP, "visibility": "Hidden", "draft": "adopt"});
    for (operation, request) in [("submission.commit", ids), ("service.call", raw), ("publish", adopt)] {
        let refused = client.call(operation, request);
        assert_eq!(refused.failure().1, LEFT, "{operation}: {}", refused.text);
    }
    assert!(store.requests("commitApplicationSubmission").is_empty());

    // An app that is free as it was before is committed all the same.
    let id = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    store.control("POST", &format!("submissions/{}", id.as_str().unwrap()), Some(json!({"expireUpload": true})));
    client.call("submission.commit", json!({"appId": APP, "submissionId": id})).result();
}

#[test]
fn a_draft_that_can_not_be_marked_gets_no_change() {
    let store = Store::start();
    store.fault(json!({"method": "PUT", "path": "*/ingestion/*", "status": 403, "count": 0}));
    let refused = publish(&store.client(), &left(&store));
    refused.failure();
    assert!(refused.text.contains("can't be marked"), "{}", refused.text);
    assert!(sent(&store).is_empty());
}
