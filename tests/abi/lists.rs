//! Lists page by page, and apps by name, through the C ABI.

use crate::support::{ADD_ON, APP, PAID_APP, Store};
use serde_json::{Value, json};
use storeship::emulator::Options;

fn many_apps() -> Store {
    Store::with(Options { apps: 25, ..Options::default() })
}

#[test]
fn a_list_page_by_page_is_the_whole_list() {
    let store = many_apps();
    let client = store.client();
    let all = client.call("app.list", json!({})).result().clone();
    assert_eq!((all["value"].as_array().unwrap().len(), all.get("next")), (25, None));

    let before = store.requests("listApplications").len();
    let mut request = json!({"top": 10});
    let (mut items, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = client.call("app.list", request).result().clone();
        assert_eq!(page["totalCount"], 25);
        let value = page["value"].as_array().unwrap();
        sizes.push(value.len());
        items.extend(value.iter().cloned());
        match page.get("next") {
            Some(next) => request = json!({"next": next}),
            None => break,
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    assert_eq!(&Value::from(items), &all["value"]);
    assert_eq!(store.requests("listApplications").len() - before, 3, "a page is one request");
}

#[test]
fn each_list_gives_pages() {
    let store = Store::start();
    let client = store.client();
    for (operation, request) in [
        ("app.list", json!({"top": 1})),
        ("app.flights", json!({"appId": APP, "top": 1})),
        ("app.add_ons", json!({"appId": APP, "top": 1})),
        ("add_on.list", json!({"top": 1})),
    ] {
        let page = client.call(operation, request.clone()).result().clone();
        assert_eq!(page["value"].as_array().unwrap().len(), 1, "{operation}");
        let mut other = request;
        other["next"] = json!("somethingElse?skip=1");
        let answer = client.call(operation, other);
        assert_eq!(answer.failure(), (2, "request.invalid"), "{operation}");
        assert_eq!(answer.json["error"]["details"][0]["pointer"], "/next");
    }
    assert_eq!(client.call("app.list", json!({"top": 0})).failure(), (2, "request.invalid"));
}

#[test]
fn a_link_that_leads_to_itself_is_an_error() {
    let store = many_apps();
    let client = store.client();
    let page = r#"{"@nextLink":"applications?skip=10&top=10","value":[],"totalCount":25}"#;
    store.fault(json!({"method": "GET", "path": "*/applications", "status": 200, "count": 9, "body": page}));
    let next = "applications?skip=10&top=10";
    assert_eq!(client.call("app.list", json!({"next": next})).failure(), (12, "service.repeated_link"));
    assert_eq!(client.call("app.list", json!({})).failure(), (12, "service.repeated_link"));
}

#[test]
fn an_app_is_named_by_id_identity_or_name() {
    let store = Store::start();
    let client = store.client();
    let app = client.call("app.get", json!({"appId": PAID_APP})).result().clone();
    let identity = app["packageIdentityName"].as_str().unwrap().to_uppercase();
    for name in [app["primaryName"].as_str().unwrap(), &identity, &PAID_APP.to_lowercase()] {
        assert_eq!(client.call("app.get", json!({"appName": name})).result(), &app, "{name}");
    }
    let looks = store.requests("listApplications").len();
    let draft = client.call("submission.create", json!({"appName": identity})).result().clone();
    let request = json!({"appName": identity, "submissionId": draft["id"]});
    assert_eq!(client.call("submission.get", request).result()["id"], draft["id"]);
    assert_eq!(store.requests("listApplications").len(), looks, "a name that was found is kept");
}

#[test]
fn a_name_that_fits_none_or_several_is_refused() {
    let store = many_apps();
    let client = store.client();
    let unknown = client.call("submission.create", json!({"appName": "No such app"}));
    assert_eq!(unknown.failure(), (12, "app.not_found"));
    assert!(unknown.json["error"]["message"].as_str().unwrap().contains("none of the 25 apps"));

    let mut state = store.control("GET", "state", None);
    for app in state["applications"].as_array_mut().unwrap() {
        app["primaryName"] = json!("Twin");
    }
    store.control("PUT", "state", Some(state));
    let twins = client.call("submission.create", json!({"appName": "Twin"}));
    assert_eq!(twins.failure(), (12, "app.ambiguous"));
    assert!(twins.json["error"]["message"].as_str().unwrap().contains(APP));
    assert_eq!(store.drafts(), 0);

    let both = json!({"appName": "Twin", "appId": APP});
    assert_eq!(client.call("app.get", both).failure(), (2, "request.target"));
    let both = json!({"appName": "Twin", "addOnId": ADD_ON});
    assert_eq!(client.call("submission.create", both).failure(), (2, "request.target"));
}
