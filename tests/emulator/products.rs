//! Apps, flights and add-ons; routes and paging.

use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::router::{ADD_ON, APP, FLIGHT, PAID_APP, PUBLISHED, Store};

#[tokio::test]
async fn routes_match_in_any_case_and_unknown_ones_are_501() {
    let store = Store::start().await;
    store.get(&format!("Applications/{}", APP.to_lowercase())).await;
    store.get(&format!("APPLICATIONS/{APP}/Submissions/{PUBLISHED}/STATUS")).await;
    for (method, path) in [("PATCH", "applications"), ("GET", "apps"), ("POST", "applications/x/submissions/1/cancel")]
    {
        let response = store.call(method, path, None).await;
        assert_eq!(response.status, 501);
        assert!(response.text().contains(&format!("{method} /v1.0/my/{path}")), "{}", response.text());
    }
}

#[tokio::test]
async fn every_service_response_has_a_correlation_id() {
    let store = Store::start().await;
    let mut seen = Vec::new();
    for path in ["applications", "applications/9NUNKNOWN000", "nothing"] {
        seen.push(store.call("GET", path, None).await.header("ms-correlationid").to_owned());
    }
    seen.dedup();
    assert!(seen.len() == 3 && seen.iter().all(|id| id.len() == 36), "{seen:?}");
}

#[tokio::test]
async fn other_content_types_than_json_are_refused() {
    let store = Store::start().await;
    let bearer = format!("Bearer {}", store.token);
    let path = format!("/v1.0/my/applications/{APP}/submissions");
    for (kind, status) in [("application/x-www-form-urlencoded", 415), ("text/plain", 415), ("", 201)] {
        let mut headers = vec![("authorization", bearer.as_str())];
        if !kind.is_empty() {
            headers.push(("content-type", kind));
        }
        let response = store.send("POST", &path, &headers, Vec::new()).await;
        assert_eq!(response.status, status, "{kind}");
        if status == 415 {
            assert_eq!(response.json()["target"], "mediaType");
        }
    }
}

#[tokio::test]
async fn unknown_hidden_and_unsupported_products() {
    let store = Store::start().await;
    let mut state = store.control("GET", "state", json!(null)).await.json();
    state["hidden"] = json!([PAID_APP]);
    state["unsupported"] = json!([ADD_ON]);
    assert_eq!(store.control("PUT", "state", state).await.status, 204);
    let status = async |method: &str, path: &str| store.call(method, path, None).await.status;
    assert_eq!(status("GET", "applications/9NUNKNOWN000").await, 404);
    assert_eq!(status("POST", "applications/9NUNKNOWN000/submissions").await, 403);
    assert_eq!(status("GET", &format!("applications/{PAID_APP}")).await, 403);
    assert_eq!(status("GET", "applications/5224ContosoDeveloper.ContosoSampleApp").await, 500);
    assert_eq!(status("GET", &format!("inappproducts/{ADD_ON}")).await, 409);
    assert_eq!(status("GET", &format!("applications/{APP}/submissions/1")).await, 404);
    assert_eq!(status("PUT", &format!("applications/{APP}/submissions/1")).await, 400);
    assert_eq!(store.get("applications").await["totalCount"], 1);
}

#[tokio::test]
async fn lists_come_in_pages() {
    let store = Store::with(Options { apps: 23, ..Options::default() }).await;
    let mut link = "applications".to_owned();
    let mut ids = Vec::new();
    let mut pages = 0;
    loop {
        let page = store.get(&link).await;
        assert_eq!(page["totalCount"], 23);
        ids.extend(page["value"].as_array().unwrap().iter().map(|app| app["id"].clone()));
        pages += 1;
        match page.get("@nextLink").and_then(Value::as_str) {
            Some(next) => next.clone_into(&mut link),
            None => break,
        }
    }
    ids.dedup();
    assert_eq!((pages, ids.len()), (3, 23));
    let page = store.get("applications?top=2&skip=4").await;
    assert_eq!(page["@nextLink"], "applications?skip=6&top=2");
    for bad in ["top=0", "top=x", "skip=-1"] {
        assert_eq!(store.call("GET", &format!("applications?{bad}"), None).await.status, 400, "{bad}");
    }
    assert_eq!(store.get("applications?skip=100").await["value"], json!([]));
}

#[tokio::test]
async fn next_links_differ_by_list() {
    let store = Store::start().await;
    for n in 0..2 {
        let flight = json!({"friendlyName": format!("f{n}"), "groupIds": [0]});
        assert_eq!(store.call("POST", &format!("applications/{APP}/flights"), Some(&flight)).await.status, 201);
        let add_on = json!({"applicationIds": [APP], "productId": format!("p{n}"), "productType": "Durable"});
        assert_eq!(store.call("POST", "inappproducts", Some(&add_on)).await.status, 201);
    }
    for (path, link) in [
        ("inappproducts".to_owned(), "inappproducts/?skip=1&top=1".to_owned()),
        (format!("applications/{APP}/listflights"), format!("applications/{APP}/listflights/?skip=1&top=1")),
        (
            format!("applications/{APP}/listinappproducts"),
            format!("applications/{APP}/listinappproducts/?skip=1&top=1"),
        ),
    ] {
        let page = store.get(&format!("{path}?top=1")).await;
        assert_eq!(page["@nextLink"], link);
        assert_eq!(store.get(&link).await["value"].as_array().unwrap().len(), 1);
    }
    let page = store.get(&format!("applications/{APP}/listinappproducts")).await;
    assert!(page.as_object().unwrap().contains_key("@nextLink") && page["@nextLink"].is_null());
}

#[tokio::test]
async fn a_new_flight_has_a_submission() {
    let store = Store::start().await;
    let path = format!("applications/{APP}/flights");
    let body = json!({"friendlyName": "beta", "groupIds": [0, "7"], "rankHigherThan": null});
    let response = store.call("POST", &path, Some(&body)).await;
    assert_eq!(response.status, 201);
    let flight = response.json();
    assert_eq!(flight["groupIds"], json!(["0", "7"]));
    assert_eq!(flight["rankHigherThan"], FLIGHT);
    let (id, submission) = (flight["flightId"].as_str().unwrap(), &flight["pendingFlightSubmission"]);
    let sid = submission["id"].as_str().unwrap();
    assert_eq!(submission["resourceLocation"], format!("flights/{id}/submissions/{sid}"));
    let draft = store.get(&format!("{path}/{id}/submissions/{sid}")).await;
    assert_eq!((&draft["flightId"], &draft["targetPublishDate"]), (&json!(id), &json!("")));

    let again = store.call("POST", &format!("{path}/{id}/submissions"), None).await;
    assert_eq!(again.error(), (409, "InvalidState".into(), "submission".into()));
    for (bad, status) in [
        (json!({"friendlyName": "beta"}), 409),
        (json!({"friendlyName": 1}), 400),
        (json!({"groupIds": "0"}), 400),
        (json!({"rankHigherThan": "nobody"}), 400),
    ] {
        assert_eq!(store.call("POST", &path, Some(&bad)).await.status, status, "{bad}");
    }
    assert_eq!(store.call("DELETE", &format!("{path}/{id}"), None).await.status, 204);
    assert_eq!(store.call("GET", &format!("{path}/{id}"), None).await.status, 404);
    assert_eq!(store.get(&format!("applications/{APP}/listflights")).await["totalCount"], 1);
}

#[tokio::test]
async fn a_new_add_on_has_no_submission() {
    let store = Store::start().await;
    let body = json!({"applicationIds": [APP], "productId": "gems", "productType": "Consumable"});
    let response = store.call("POST", "inappproducts", Some(&body)).await;
    assert_eq!(response.status, 201);
    let add_on = response.json();
    assert!(add_on.get("pendingInAppProductSubmission").is_none());
    let path = format!("inappproducts/{}", add_on["id"].as_str().unwrap());
    assert_eq!(store.create(&path).await["friendlyName"], "Submission 1");
    assert!(store.get(&path).await["pendingInAppProductSubmission"]["id"].is_string());

    for (bad, status) in [
        (body.clone(), 409),
        (json!({"applicationIds": [], "productId": "a", "productType": "Durable"}), 400),
        (json!({"applicationIds": [APP, PAID_APP], "productId": "a", "productType": "Durable"}), 400),
        (json!({"applicationIds": [APP], "productType": "Durable"}), 400),
        (json!({"applicationIds": [APP], "productId": "a", "productType": "durable"}), 400),
        (json!({"applicationIds": ["9NUNKNOWN000"], "productId": "a", "productType": "Durable"}), 403),
    ] {
        assert_eq!(store.call("POST", "inappproducts", Some(&bad)).await.status, status, "{bad}");
    }
    assert_eq!(store.call("DELETE", &path, None).await.status, 204);
    assert_eq!(store.call("DELETE", &path, None).await.status, 404);
    assert_eq!(store.call("DELETE", &format!("inappproducts/{ADD_ON}"), None).await.status, 409);
}

#[tokio::test]
async fn calls_beyond_the_rate_limit_are_429() {
    let store = Store::with(Options { rate_limit: Some(2), ..Options::default() }).await;
    store.get("applications").await;
    store.get("applications").await;
    let response = store.call("GET", "applications", None).await;
    assert_eq!(response.status, 429);
    let seconds: u32 = response.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds));
    assert_eq!(response.json()["message"], format!("Rate limit is exceeded. Try again in {seconds} seconds."));
    store.control("POST", "clock", json!({"advanceSeconds": seconds})).await;
    store.get("applications").await;
}
