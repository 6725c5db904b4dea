//! What is refused before it is sent: names that only the service would read, and prices, by every way to a PUT.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};
use storeship::store::names::KNOWN;

use crate::support::{ADD_ON, APP, Answer, Client, PAID_APP, Store};

/// A draft of the product of these ids: its ids, and its document.
fn draft(client: &Client, mut ids: Value) -> (Value, Value) {
    let document = client.call("submission.create", ids.clone()).result().clone();
    ids["submissionId"] = document["id"].clone();
    (ids, document)
}

/// The error of an answer with this code.
#[track_caller]
fn refused(answer: Answer, code: &str) -> Value {
    assert_eq!(answer.failure().1, code, "{}", answer.text);
    answer.json["error"].clone()
}

fn with(mut request: Value, more: Value) -> Value {
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    request
}

/// The document with a member more, at the place of a JSON Pointer.
fn and(document: &Value, parent: &str, name: &str, value: Value) -> Value {
    let mut document = document.clone();
    document.pointer_mut(parent).unwrap()[name] = value;
    document
}

#[test]
fn a_case_twin_is_refused_by_every_way_to_a_put() {
    let store = Store::start();
    let client = store.client();
    let (ids, document) = draft(&client, json!({"appId": APP}));
    let path = format!("applications/{APP}/submissions/{}", ids["submissionId"].as_str().unwrap());
    let mut lone = and(&document, "", "Pricing", document["pricing"].clone());
    lone.as_object_mut().unwrap().remove("pricing");
    for (document, place, known) in [
        (and(&document, "/pricing", "PriceId", json!("Free")), "/pricing/PriceId", "priceId"),
        (and(&document, "", "PRICING", json!({"priceId": "Free"})), "/PRICING", "pricing"),
        (lone, "/Pricing", "pricing"),
        (
            and(&document, "/applicationPackages/0", "FileStatus", json!("PendingDelete")),
            "/applicationPackages/0/FileStatus",
            "fileStatus",
        ),
        (
            and(&document, "/listings/en-us/baseListing", "Title", json!("Other")),
            "/listings/en-us/baseListing/Title",
            "title",
        ),
        (
            and(&document, "/packageDeliveryOptions/packageRollout", "IsPackageRollout", json!(true)),
            "/packageDeliveryOptions/packageRollout/IsPackageRollout",
            "isPackageRollout",
        ),
    ] {
        let ways = [
            ("submission.update", with(ids.clone(), json!({"submission": document}))),
            (
                "submission.update",
                with(ids.clone(), json!({"edited": document, "force": ["caseTwin", "membersMissing"]})),
            ),
            ("service.call", json!({"method": "PUT", "path": path, "body": document})),
            (
                "service.call",
                json!({"method": "PUT", "path": format!("/{}", path.replace("submissions", "Submissions")), "body": document}),
            ),
            ("service.call", json!({"method": "PUT", "path": path.replace("sub", "%73ub"), "body": document})),
            (
                "service.call",
                json!({"method": "PUT", "path": format!("x/../{path}?a=b"), "body": document, "allowFree": true}),
            ),
        ];
        for (operation, request) in ways {
            let error = refused(client.call(operation, request), "document.case_twin");
            assert_eq!(
                (error["class"].as_i64(), error["details"][0]["pointer"].as_str()),
                (Some(15), Some(place)),
                "{error}"
            );
            assert_eq!(error["details"][0]["message"], format!("write `{known}`"));
        }
    }
    assert_eq!(store.requests("updateApplicationSubmission").len(), 0);
    // A name that the service does not know is nobody's twin.
    let document = and(&document, "", "note", json!("a"));
    let document = and(&document, "", "Note", json!({"Pricing": 1, "pricing": 2}));
    client.call("submission.update", with(ids, json!({"submission": document}))).result();
    client.call("service.call", json!({"method": "PUT", "path": path, "body": document})).result();
}

#[test]
fn a_release_is_refused_for_a_case_twin_before_it_makes_a_draft() {
    let store = Store::start();
    let client = store.client();
    for edits in [
        json!([{"op": "add", "path": "/pricing/PriceId", "value": "Free"}]),
        json!([{"op": "add", "path": "/Pricing", "value": {"priceId": "Free"}}]),
        json!([{"op": "add", "path": "/listings/fr-fr", "value": {"BaseListing": {"title": "a"}}}]),
    ] {
        let release = json!({"appId": APP, "edits": edits});
        for operation in ["publish.plan", "publish"] {
            refused(client.call(operation, release.clone()), "document.case_twin");
        }
    }
    assert_eq!(store.requests("createApplicationSubmission").len(), 0);
}

#[test]
fn the_raw_door_has_the_guard_of_prices() {
    let store = Store::start();
    let client = store.client();
    let (ids, document) = draft(&client, json!({"appId": PAID_APP}));
    let path = format!("applications/{PAID_APP}/submissions/{}", ids["submissionId"].as_str().unwrap());
    let put = |path: &str, body: &Value, allow_free: bool| {
        client.call("service.call", json!({"method": "PUT", "path": path, "body": body, "allowFree": allow_free}))
    };
    refused(put(&path, &document, false), "price.base_not_writable");
    refused(put(&path, &document, true), "price.base_not_writable");
    let none = and(&document, "/pricing", "priceId", Value::Null);
    refused(put(&path, &none, false), "price.would_become_free");
    assert_eq!(store.requests("updateApplicationSubmission").len(), 0);
    put(&path, &none, true).result();
    let tier = and(&document, "/pricing", "priceId", json!("Tier2"));
    assert_eq!(put(&path, &tier, false).result()["body"]["pricing"]["priceId"], "Tier2");

    let (ids, document) = draft(&client, json!({"addOnId": ADD_ON}));
    let path = format!("inappproducts/{ADD_ON}/submissions/{}", ids["submissionId"].as_str().unwrap());
    refused(put(&path, &and(&document, "/pricing", "priceId", Value::Null), false), "price.would_become_free");

    // Flights have no price, and have names.
    let flight = client.call("app.flights", json!({"appId": APP})).result()["value"][0]["flightId"].clone();
    let (ids, document) = draft(&client, json!({"appId": APP, "flightId": flight}));
    let path = format!(
        "applications/{APP}/flights/{}/submissions/{}",
        flight.as_str().unwrap(),
        ids["submissionId"].as_str().unwrap()
    );
    refused(put(&path, &and(&document, "", "FlightPackages", json!([])), false), "document.case_twin");
    put(&path, &document, false).result();
}

#[test]
fn the_remedies_of_prices_work_at_once() {
    let store = Store::start();
    let client = store.client();
    let mut release = json!({"appId": PAID_APP, "edits": [{"op": "replace", "path": "/visibility", "value": "Private"}], "until": "committed"});
    let error = refused(client.call("publish", release.clone()), "price.base_not_writable");
    let hint = error["hint"].as_str().unwrap();
    assert!(
        hint.contains("`priceId` of `publish`, such as Tier2") && hint.contains("replaces the prices of all markets"),
        "{hint}"
    );
    release["priceId"] = json!("Tier2");
    client.call("publish", release).result();
    let store = Store::start();
    let client = store.client();
    let release =
        json!({"appId": PAID_APP, "edits": [{"op": "remove", "path": "/pricing/priceId"}], "until": "committed"});
    let error = refused(client.call("publish", release.clone()), "price.would_become_free");
    assert!(error["hint"].as_str().unwrap().contains("`priceId` of `publish`, such as Tier2"), "{error}");
    client.call("publish", with(release, json!({"allowFree": true}))).result();
}

/// The names that a schema of the service has for the object at a path of [`KNOWN`].
fn names_at(openapi: &Value, root: &str, path: &str) -> BTreeSet<String> {
    fn resolved<'a>(openapi: &'a Value, mut schema: &'a Value) -> &'a Value {
        loop {
            let one = schema["anyOf"].as_array().and_then(|any| any.iter().find(|it| it.get("$ref").is_some()));
            let Some(name) = one.unwrap_or(schema)["$ref"].as_str() else { return schema };
            schema = &openapi["components"]["schemas"][name.rsplit('/').next().unwrap()];
        }
    }
    let mut schema = resolved(openapi, &openapi["components"]["schemas"][root]);
    for step in path.split('/').skip(1) {
        let inner = match step {
            "*" if schema["items"].is_object() => &schema["items"],
            "*" => &schema["additionalProperties"],
            name => &schema["properties"][name],
        };
        schema = resolved(openapi, inner);
    }
    schema["properties"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

#[test]
fn the_names_are_those_of_the_service() {
    let openapi: Value = serde_json::from_str(include_str!("../../contract/openapi.json")).unwrap();
    for (path, names) in KNOWN {
        let roots = ["ApplicationSubmission", "FlightSubmission", "InAppProductSubmission"];
        let documented: BTreeSet<String> = roots.iter().flat_map(|root| names_at(&openapi, root, path)).collect();
        // The service has been seen to send it there, too.
        let seen = (*path == "/packageDeliveryOptions").then(|| "isSeekEnabled".to_owned());
        let expected: BTreeSet<String> = documented.into_iter().chain(seen).collect();
        assert_eq!(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), expected, "{path:?}");
    }
}

/// A package of the app in the folder of the store.
fn package(store: &Store, name: &str, change: impl FnOnce(&mut Sample)) -> String {
    let mut sample = Sample::default();
    change(&mut sample);
    let path = store.folder.path().join(name);
    std::fs::write(&path, sample::package(&sample).unwrap()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_release_is_refused_for_its_packages() {
    let store = Store::start();
    let client = store.client();
    let old = package(&store, "Old.msix", |it| it.version = "0.9.0.0".into());
    let same = package(&store, "Same.msix", |it| it.version = "1.0.0.0".into());
    let lower =
        package(&store, "Lower.msix", |it| (it.version, it.architecture) = ("1.0.0.0".into(), "neutral".into()));
    let other = package(&store, "Other.msix", |it| it.name = "Other".into());
    let fourth = package(&store, "Fourth.msix", |it| it.version = "2.0.0.1".into());
    let exe = store.folder.path().join("app.exe").to_str().unwrap().to_owned();
    std::fs::write(&exe, "MZ and so on").unwrap();
    let pattern = store.folder.path().join("*.msixupload").to_str().unwrap().to_owned();
    let folder = store.folder.path().to_str().unwrap().to_owned();
    for (packages, code, rule) in [
        (vec![exe], "package.invalid", Value::Null),
        (vec![pattern], "file.no_match", Value::Null),
        (vec![folder], "file.several", Value::Null),
        (vec![old], "check.failed", json!("P02")),
        (vec![fourth], "check.failed", json!("P02")),
        (vec![lower], "check.failed", json!("P02")),
        (vec![same], "check.failed", json!("P03")),
        (vec![other], "check.failed", json!("P01")),
    ] {
        for operation in ["publish.plan", "publish"] {
            let error = refused(client.call(operation, json!({"appId": APP, "packages": packages})), code);
            assert_eq!(error["details"][0]["code"], rule, "{packages:?}: {error}");
        }
    }
    assert_eq!(store.requests("createApplicationSubmission").len(), 0);
}

#[test]
fn the_remedy_of_a_rule_works() {
    let store = Store::start();
    let client = store.client();
    let old = package(&store, "App.msix", |it| (it.version, it.architecture) = ("1.0.0.0".into(), "neutral".into()));
    let mut release = json!({"appId": APP, "packages": [old], "until": "committed"});
    let hint = refused(client.call("publish", release.clone()), "check.failed")["hint"].as_str().unwrap().to_owned();
    assert!(hint.contains("`allow: [\"P02\"]` (PowerShell: -Allow P02)"), "{hint}");
    release["allow"] = json!(["P02"]);
    let plan = client.call("publish.plan", release.clone());
    assert_eq!(plan.result()["findings"][0]["severity"], "warning", "{}", plan.text);
    client.call("publish", release).result();

    // A wildcard, and what it left out.
    let store = Store::start();
    let client = store.client();
    package(&store, "App.msix", |_| {});
    let upload = sample::upload(vec![("App.msix".into(), sample::package(&Sample::default()).unwrap())]).unwrap();
    std::fs::write(store.folder.path().join("App.msixupload"), upload).unwrap();
    let pattern = store.folder.path().join("*.msix*").to_str().unwrap().to_owned();
    let mut release = json!({"appId": APP, "packages": [pattern], "until": "published", "pollSeconds": 0.001});
    release["releaseNotes"] = json!("Counts peas.");
    let plan = client.call("publish.plan", release.clone());
    assert_eq!(plan.result()["leftOut"][0]["reason"], "an upload archive is there", "{}", plan.text);
    assert_eq!(plan.result()["findings"], json!([]), "{}", plan.text);
    client.job("publish", release.clone()).1.result();
    // The same release again names the same file, and is not refused for it.
    let plan = client.call("publish.plan", release.clone());
    assert_eq!(plan.result()["draft"], "none", "{}", plan.text);
    release["edits"] = json!([{"op": "replace", "path": "/visibility", "value": "Private"}]);
    let plan = client.call("publish.plan", release);
    assert_eq!(plan.result()["findings"][0]["id"], "P03", "{}", plan.text);
    assert_eq!(plan.result()["findings"][0]["severity"], "warning", "{}", plan.text);
}
