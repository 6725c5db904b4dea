//! What a release says about itself: who gets it, and how many steps it has.

use crate::support::{ADD_ON, APP, PAID_APP, Store};
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
        ("nothing to change", json!({}), false, 2),
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

#[test]
fn an_error_names_what_it_is_about() {
    let store = Store::start();
    let client = store.client();
    let failed = |operation, request| client.job(operation, request).1.json["error"]["ids"].clone();
    assert_eq!(
        failed("submission.get", json!({"appId": APP, "submissionId": "1"})),
        json!({"appId": APP, "submissionId": "1"})
    );
    assert_eq!(failed("app.get", json!({"appId": "9NUNKNOWN000"})), json!({"appId": "9NUNKNOWN000"}));
    assert_eq!(failed("add_on.get", json!({"addOnId": "9NUNKNOWN000"})), json!({"addOnId": "9NUNKNOWN000"}));
    assert_eq!(failed("app.list", json!({"top": 0})), Value::Null);

    // The draft that the release has made.
    let notes = json!({"appId": APP, "releaseNotes": "Faster.", "pollSeconds": 0.001});
    store.fault(json!({"method": "POST", "path": "*/commit", "status": 400}));
    let ids = failed("publish", notes.clone());
    let pending = client.call("submission.get", json!({"appId": APP})).result()["id"].clone();
    assert_eq!(ids, json!({"appId": APP, "submissionId": pending}));
    // The draft that is in the way.
    let mut refused = notes;
    refused["draft"] = json!("refuse");
    assert_eq!(failed("publish.plan", refused), ids);
    assert_eq!(failed("submission.create", json!({"appId": APP})), ids);
}

#[test]
fn a_receipt_is_complete_by_itself() {
    let store = Store::start();
    let client = store.client();
    let request = json!({
        "appId": APP, "packages": [store.package("Contoso.msix", "2.0.0.0")], "rollout": 25, "pollSeconds": 0.001,
    });
    let plan = client.call("publish.plan", request.clone());
    let receipt = client.job("publish", request).1;
    let (plan, receipt) = (plan.result(), receipt.result());
    let old = json!([{
        "fileName": "Contoso.SampleApp_1.0.0.0_x64.msix", "version": "1.0.0.0", "architecture": "X64", "stays": false,
        "reason": "Contoso.msix takes its place",
    }]);
    for (name, result) in [("plan", plan), ("receipt", receipt)] {
        assert_eq!(result["appId"], APP, "{name}");
        assert_eq!(result["oldPackages"], old, "{name}");
        assert_eq!((&result["rollout"], &result["priceId"]), (&json!(25.0), &json!("Free")), "{name}");
    }
    assert_eq!(plan["files"], json!([{"name": "Contoso.msix", "bytes": plan["packages"][0]["bytes"]}]));
    let sha256 = receipt["upload"]["entries"][0]["sha256"].as_str().unwrap();
    assert_eq!((sha256.len(), receipt["packages"][0]["sha256"].as_str().unwrap()), (64, sha256));
    assert_eq!(receipt["libraryVersion"], env!("CARGO_PKG_VERSION"));
    assert!(receipt["began"].as_str().unwrap() <= receipt["ended"].as_str().unwrap(), "{receipt}");
    assert_eq!(receipt["reached"]["knownWarnings"], json!(["SalesUnsupportedWarning"]));
    let status = client.call("submission.status", json!({"appId": APP}));
    assert_eq!(status.json["meta"]["knownWarnings"], json!(["SalesUnsupportedWarning"]));
}

#[test]
fn a_plan_says_what_becomes_of_each_package() {
    let store = Store::start();
    let client = store.client();
    let fates = |change: Value| {
        let mut request = json!({"appId": APP, "packages": [store.package("Contoso.msix", "2.0.0.0")]});
        request.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let plan = client.call("publish.plan", request);
        let old = &plan.result()["oldPackages"][0];
        (old["stays"].as_bool().unwrap(), old["reason"].as_str().unwrap().to_owned())
    };
    let fate = |stays, reason: &str| (stays, reason.to_owned());
    assert_eq!(fates(json!({})), fate(false, "Contoso.msix takes its place"));
    assert_eq!(fates(json!({"oldPackages": "keepAll"})), fate(true, "all old packages stay (keepAll)"));
    assert_eq!(fates(json!({"oldPackages": "removeAll"})), fate(false, "all old packages go (removeAll)"));
    assert_eq!(fates(json!({"keepPackages": 1})), fate(true, "of the packages that are replaced, the newest 1 stay"));
    let edit = json!([{"op": "replace", "path": "/applicationPackages/0/fileStatus", "value": "PendingDelete"}]);
    assert_eq!(fates(json!({"oldPackages": "keepAll", "edits": edit})), fate(false, "an edit removes it"));
    // Without new packages there is nothing to say.
    let notes = client.call("publish.plan", json!({"appId": APP, "releaseNotes": "Faster."}));
    assert_eq!(notes.result()["oldPackages"], Value::Null);
}

#[test]
fn a_plan_says_what_happens_to_an_open_rollout() {
    let store = Store::start();
    let client = store.client();
    let release = json!({
        "appId": APP, "packages": [store.package("Contoso.msix", "2.0.0.0")], "rollout": 25, "until": "published",
        "pollSeconds": 0.001,
    });
    client.job("publish", release).1.result();
    let mut notes = json!({"appId": APP, "releaseNotes": "Faster."});
    assert_eq!(client.call("publish.plan", notes.clone()).failure().1, "rollout.open");
    for end in ["finalize", "halt"] {
        notes["openRollout"] = json!(end);
        let plan = client.call("publish.plan", notes.clone());
        assert_eq!((&plan.result()["openRollout"], &plan.result()["rollout"]), (&json!(end), &Value::Null));
    }
}

#[test]
fn a_preview_of_an_update_is_refused_as_the_update() {
    let store = Store::start();
    let client = store.client();
    let paid = client.call("submission.create", json!({"appId": PAID_APP})).result().clone();
    let free = client.call("submission.create", json!({"appId": APP})).result().clone();
    let mut unpriced = paid.clone();
    unpriced["notesForCertification"] = json!("changed");
    let mut twin = free.clone();
    twin["Visibility"] = json!("Private");
    let mut lost = free.clone();
    lost["listings"] = json!("System.Collections.Hashtable");
    for (app, baseline, edited, code) in [
        (PAID_APP, &paid, &unpriced, "price.base_not_writable"),
        (APP, &free, &twin, "document.damaged"),
        (APP, &free, &lost, "document.damaged"),
    ] {
        for preview in [true, false] {
            let request = json!({
                "appId": app, "submissionId": baseline["id"], "edited": edited, "baseline": baseline, "preview": preview,
            });
            assert_eq!(client.call("submission.update", request).failure().1, code, "{preview}");
        }
    }
    // A lifted guard leaves the one of the names that the service reads in any letter case.
    let request = |preview| {
        json!({
            "appId": APP, "submissionId": free["id"], "edited": twin, "baseline": free, "preview": preview,
            "force": ["caseTwin"],
        })
    };
    let codes = [true, false].map(|preview| client.call("submission.update", request(preview)).failure().1.to_owned());
    assert_eq!(codes, ["document.case_twin", "document.case_twin"]);
    assert!(store.requests("updateApplicationSubmission").is_empty());
}
