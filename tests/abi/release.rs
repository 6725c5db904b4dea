//! Releases through the C ABI on the emulator: when all goes well, and when requests fail.

use crate::support::{self, ADD_ON, APP, Answer, Client, PAID_APP, Store};
use serde_json::{Value, json};
use storeship::package::sample::{self, Sample};

const APP_SUBMISSIONS: &str = "*/applications/*/submissions";

fn release(store: &Store) -> Value {
    json!({
        "appId": APP, "packages": [store.package("Contoso.msix", "2.0.0.0")],
        "releaseNotes": { "en-us": "Faster.", "DE-de": "Schneller." }, "until": "published",
        "pollSeconds": 0.001,
    })
}

#[test]
fn a_release_from_start_to_end() {
    let store = Store::start();
    let client = store.client();
    let (events, answer) = client.job("publish", release(&store));
    let receipt = answer.result();
    assert_eq!(receipt["status"], "Published");
    let paths: Vec<_> =
        answer.json["meta"]["edits"].as_array().unwrap().iter().map(|edit| edit["path"].as_str().unwrap()).collect();
    assert_eq!(
        paths,
        [
            "/applicationPackages/0/fileStatus",
            "/applicationPackages/-",
            "/listings/de-de/baseListing/releaseNotes",
            "/listings/en-us/baseListing/releaseNotes"
        ]
    );
    let steps: Vec<_> =
        receipt["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["sign-in", "plan", "create", "update", "upload", "commit", "wait"]);
    assert!(answer.json["meta"]["correlationIds"].as_array().unwrap().len() >= 3);

    let statuses: Vec<_> =
        events.iter().filter(|event| event["type"] == "status").map(|event| &event["status"]).collect();
    assert_eq!(statuses.first().unwrap(), &"CommitStarted");
    assert_eq!(statuses.last().unwrap(), &"Published");
    assert!(events.iter().any(|event| event["type"] == "progress" && event["phase"] == "upload"));

    let request = json!({"appId": APP, "submissionId": receipt["submissionId"]});
    let published = client.call("submission.get", request);
    let listings = &published.result()["listings"];
    assert_eq!(listings["de-de"]["baseListing"]["releaseNotes"], "Schneller.");
    let packages = published.result()["applicationPackages"].as_array().unwrap();
    let new = packages.iter().find(|package| package["fileName"] == "Contoso.msix").unwrap();
    assert_eq!((new["fileStatus"].as_str(), new["version"].as_str()), (Some("Uploaded"), Some("2.0.0.0")));
    assert_eq!(store.requests("createApplicationSubmission").len(), 1);
    assert_eq!(store.requests("commitApplicationSubmission").len(), 1);
}

#[test]
fn a_plan_changes_nothing() {
    let store = Store::start();
    let client = store.client();
    let mut request = release(&store);
    request["edits"] = json!([{"op": "replace", "path": "/trailers", "value": null, "old": []}]);
    let plan = client.call("publish.plan", request);
    assert_eq!(plan.result()["draft"], "create");
    let edits = plan.json["meta"]["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 5);
    assert_eq!(edits[4], json!({"op": "replace", "path": "/trailers", "value": null, "old": []}));
    let writes = store.control("GET", "requests", None);
    let changed = |request: &&Value| request["method"] != "GET" && request["path"].as_str().unwrap().contains("/my/");
    assert_eq!(writes.as_array().unwrap().iter().filter(changed).count(), 0);
}

#[test]
fn what_the_service_sent_comes_back_byte_for_byte() {
    let store = Store::start();
    let client = store.client();
    let made = client.call("submission.create", json!({"appId": APP}));
    let text = made.text.strip_prefix(r#"{"ok":true,"result":"#).unwrap();
    let document = &text[..text.rfind(r#","meta":"#).unwrap()];
    let id = made.result()["id"].as_str().unwrap();
    let request = format!(r#"{{"appId":"{APP}","submissionId":"{id}","submission":{document}}}"#);
    support::call(client.id, "submission.update", &request).result();
    let sent = store.requests("updateApplicationSubmission");
    assert_eq!(sent[0]["body"], document);
    let got = client.call("submission.get", json!({"appId": APP, "submissionId": id}));
    assert!(got.text.contains(document), "what is stored is what was sent");
}

/// A create whose response is lost, in several ways, makes one submission.
fn create_survives(fault: Value) {
    let store = Store::start();
    let client = store.client();
    store.fault(fault);
    let made = client.call("submission.create", json!({"appId": APP}));
    assert_eq!(made.result()["status"], "PendingCommit");
    assert_eq!(made.json["meta"]["adopted"], true, "{}", made.text);
    assert_eq!(store.drafts(), 1);
}

#[test]
fn a_503_that_created_is_adopted() {
    create_survives(json!({"method": "POST", "path": APP_SUBMISSIONS, "status": 503, "applied": true}));
}

#[test]
fn a_connection_dropped_after_create_is_adopted() {
    create_survives(json!({"method": "POST", "path": APP_SUBMISSIONS, "drop": "after"}));
}

#[test]
fn a_500_that_created_is_adopted() {
    create_survives(json!({"method": "POST", "path": APP_SUBMISSIONS, "status": 500, "applied": true}));
}

#[test]
fn a_503_that_did_not_create_is_sent_again() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "POST", "path": APP_SUBMISSIONS, "status": 503}));
    let made = client.call("submission.create", json!({"appId": APP}));
    made.result();
    assert_eq!(store.requests("createApplicationSubmission").len(), 2);
    assert_eq!(store.drafts(), 1);
}

#[test]
fn an_endless_503_ends_with_its_own_code() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "POST", "path": APP_SUBMISSIONS, "status": 503, "count": 0}));
    let made = client.call("submission.create", json!({"appId": APP}));
    assert_eq!(made.failure(), (12, "create.unconfirmed"));
    assert_eq!(made.json["error"]["retryable"], true);
    assert_eq!(store.drafts(), 0);
}

#[test]
fn a_create_whose_outcome_cannot_be_read_is_unconfirmed() {
    for (operation, path, looked_at) in [
        ("submission.create", APP_SUBMISSIONS, format!("*/applications/{APP}")),
        ("flight.create", "*/flights", "*/listflights".to_owned()),
    ] {
        let store = Store::start();
        let client = store.client();
        store.fault(json!({"method": "POST", "path": path, "drop": "after"}));
        store.fault(json!({"method": "GET", "path": looked_at, "nth": 2, "count": 0, "status": 403}));
        let mut request = json!({"appId": APP});
        if operation == "flight.create" {
            request["friendlyName"] = json!("Testers");
        }
        let made = client.call(operation, request);
        assert_eq!(made.failure(), (12, "create.unconfirmed"), "{operation}: {}", made.text);
        assert_eq!(made.json["error"]["details"][0]["code"], "auth.forbidden", "{}", made.text);
    }
}

fn draft(client: &Client) -> Value {
    let made = client.call("submission.create", json!({"appId": APP}));
    json!({"appId": APP, "submissionId": made.result()["id"]})
}

#[test]
fn a_lost_commit_answer_is_looked_up_and_never_sent_twice() {
    for fault in
        [json!({"drop": "after"}), json!({"status": 503, "applied": true}), json!({"status": 500, "applied": true})]
    {
        let store = Store::start();
        let client = store.client();
        let ids = draft(&client);
        let mut rule = json!({"method": "POST", "path": "*/commit"});
        rule.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        store.fault(rule);
        let committed = client.call("submission.commit", ids);
        committed.result();
        assert_eq!(committed.json["meta"]["adopted"], true);
        assert_eq!(store.requests("commitApplicationSubmission").len(), 1);
    }
}

#[test]
fn a_commit_that_did_not_arrive_is_sent_again() {
    let store = Store::start();
    let client = store.client();
    let ids = draft(&client);
    store.fault(json!({"method": "POST", "path": "*/commit", "drop": "before"}));
    assert_eq!(client.call("submission.commit", ids).result()["status"], "CommitStarted");
    assert_eq!(store.requests("commitApplicationSubmission").len(), 2);
}

#[test]
fn a_commit_that_the_service_loses_is_an_error_that_says_so() {
    let store = Store::start();
    let client = store.client();
    let ids = draft(&client);
    let id = ids["submissionId"].as_str().unwrap();
    store.control("POST", &format!("submissions/{id}"), Some(json!({"losesCommit": true})));
    client.call("submission.commit", ids.clone()).result();
    let mut wait = ids;
    wait["pollSeconds"] = json!(0.001);
    let (_, answer) = client.job("submission.wait", wait);
    assert_eq!(answer.failure().1, "submission.commit_lost");
}

#[test]
fn a_submission_that_the_store_refuses_is_an_error_with_its_reasons() {
    let store = Store::start();
    let client = store.client();
    let ids = draft(&client);
    let id = ids["submissionId"].as_str().unwrap();
    let failure = json!({"code": "InvalidMicrosoftAgeRating", "details": "age ratings are missing"});
    let patch = json!({"failsAs": "CertificationFailed", "failure": failure});
    store.control("POST", &format!("submissions/{id}"), Some(patch));
    client.call("submission.commit", ids.clone()).result();
    let mut wait = ids;
    wait["pollSeconds"] = json!(0.001);
    let (_, answer) = client.job("submission.wait", wait);
    assert_eq!(answer.failure().1, "submission.failed");
    assert!(answer.text.contains("InvalidMicrosoftAgeRating"), "{}", answer.text);
    assert!(answer.text.contains("CertificationFailed"), "{}", answer.text);
}

#[test]
fn a_pending_draft_is_refused_adopted_or_replaced_as_the_policy_says() {
    let store = Store::start();
    let client = store.client();
    let pending = draft(&client)["submissionId"].clone();

    let second = client.call("submission.create", json!({"appId": APP}));
    assert_eq!(second.failure(), (12, "submission.pending_exists"));
    let (_, left) = client.job("publish", release(&store));
    assert_eq!(left.failure().1, "submission.left_for_review");
    let mut refused = release(&store);
    refused["draft"] = json!("refuse");
    let (_, refused) = client.job("publish", refused);
    assert_eq!(refused.failure().1, "submission.pending_exists");
    assert!(refused.text.contains(pending.as_str().unwrap()), "the error names the draft");
    assert_eq!(store.drafts(), 1, "nothing was touched");

    let mut adopt = release(&store);
    adopt["draft"] = json!("adopt");
    adopt["commit"] = json!(false);
    let (_, adopted) = client.job("publish", adopt.clone());
    assert_eq!(adopted.result()["submissionId"], pending);
    assert_eq!(adopted.result()["adoptedDraft"], true);
    let (_, again) = client.job("publish", adopt);
    assert_eq!(again.json["meta"]["edits"], json!([]), "a second run finds everything done");

    let mut anew = release(&store);
    anew["draft"] = json!("replace");
    let (_, published) = client.job("publish", anew);
    assert_ne!(published.result()["submissionId"], pending);
    assert_eq!(published.result()["status"], "Published");
}

#[test]
fn a_paid_app_never_becomes_free() {
    let store = Store::start();
    let client = store.client();
    let request =
        json!({"appId": PAID_APP, "releaseNotes": {"en-us": "x"}, "until": "published", "pollSeconds": 0.001});
    let (_, refused) = client.job("publish", request.clone());
    assert_eq!(refused.failure().1, "price.base_not_writable");
    assert_eq!(store.requests("updateApplicationSubmission").len(), 0, "nothing was sent");

    let mut lost = request.clone();
    lost["draft"] = json!("adopt");
    lost["edits"] = json!([{"op": "remove", "path": "/pricing/priceId"}]);
    assert_eq!(client.job("publish", lost).1.failure().1, "price.would_become_free");

    let mut priced = request;
    priced["draft"] = json!("adopt");
    priced["priceId"] = json!("Tier5");
    let (_, published) = client.job("publish", priced);
    assert_eq!(published.result()["status"], "Published");
}

#[test]
fn bad_files_are_found_before_anything_is_sent() {
    let store = Store::start();
    let client = store.client();
    let empty = store.folder.path().join("empty.msix");
    std::fs::write(&empty, "").unwrap();
    for (path, code) in [
        (store.folder.path().join("none.msix"), "file.not_found"),
        (empty, "file.empty"),
        (store.folder.path().join("*.appxupload"), "file.no_match"),
    ] {
        let (_, answer) = client.job("publish", json!({"appId": APP, "packages": [path]}));
        assert_eq!(answer.failure().1, code);
    }
    let twice = store.package("a.msix", "1.0.0.1");
    let (_, answer) = client.job("publish", json!({"appId": APP, "packages": [twice, twice]}));
    assert_eq!(answer.failure().1, "file.name");
    assert_eq!(store.control("GET", "requests", None), json!([]), "nothing was sent");
}

#[test]
fn unknown_ids_say_what_is_unknown() {
    let store = Store::start();
    let client = store.client();
    let cases = [
        ("app.get", json!({"appId": "9NNOTHING000"}), "app.not_found"),
        ("app.flights", json!({"appId": "9NNOTHING000"}), "app.not_found"),
        ("flight.get", json!({"appId": APP, "flightId": "11111111-2222-3333-4444-555555555555"}), "flight.not_found"),
        ("add_on.get", json!({"addOnId": "9NNOTHING000"}), "add_on.not_found"),
        ("submission.get", json!({"appId": APP, "submissionId": "42"}), "submission.not_found"),
        ("submission.status", json!({"addOnId": ADD_ON, "submissionId": "42"}), "submission.not_found"),
        ("submission.create", json!({"appId": "9NNOTHING000"}), "app.not_found"),
    ];
    for (operation, request, code) in cases {
        let answer = client.call(operation, request);
        assert_eq!(answer.failure(), (12, code), "{operation}");
        assert!(answer.json["error"]["http"]["correlationIds"][0].is_string(), "{operation}: {}", answer.text);
    }
}

#[test]
fn a_new_flight_that_is_not_there_yet_is_waited_for() {
    let store = Store::start();
    let client = store.client();
    let flight = client.call("flight.create", json!({"appId": APP, "friendlyName": "Testers"})).result().clone();
    let ids = json!({"appId": APP, "flightId": flight["flightId"]});
    store.fault(json!({"path": "*/flights/*", "status": 404, "body": "", "count": 2}));
    // It comes with a draft, which makes room for another.
    let draft = client.call("flight.get", ids.clone()).result()["pendingFlightSubmission"]["id"].clone();
    assert_eq!(store.requests("getFlight").len(), 3);
    client.call("submission.delete", with(&ids, "submissionId", draft)).result();

    store.fault(json!({"method": "GET", "path": "*/flights/*", "status": 404, "body": "", "count": 2}));
    store.fault(json!({"method": "POST", "path": "*/flights/*", "status": 404, "body": "", "count": 2}));
    let made = client.call("submission.create", ids.clone());
    assert_eq!(made.result()["status"], "PendingCommit");
    let posts = store.requests("createFlightSubmission");
    assert_eq!(posts.iter().map(|post| &post["status"]).collect::<Vec<_>>(), [404, 404, 201]);

    // A submission that was just made may be as late as its flight.
    let id = made.result()["id"].clone();
    client.call("submission.delete", with(&ids, "submissionId", id)).result();
    store.fault(json!({"method": "GET", "path": "*/flights/*/submissions/*", "status": 404, "body": "", "count": 2}));
    client.call("submission.create", ids.clone()).result();
    assert_eq!(store.requests("createFlightSubmission").len(), 4);
    assert_eq!(store.drafts(), 1);
}

#[test]
fn a_new_flight_whose_answer_was_lost_is_waited_for_too() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "POST", "path": "*/flights", "drop": "after"}));
    store.fault(json!({"method": "GET", "path": "*/flights/*", "status": 404, "body": "", "count": 2}));
    let made = client.call("flight.create", json!({"appId": APP, "friendlyName": "Testers"}));
    assert_eq!(made.result()["friendlyName"], "Testers");
    assert_eq!(made.json["meta"]["adopted"], true);
    assert_eq!(store.requests("createFlight").len(), 1);
}

#[test]
fn a_flight_that_this_client_did_not_make_is_not_waited_for() {
    let store = Store::start();
    let client = store.client();
    let asked = |client: &Client, operation: &str, ids: &Value| {
        store.control("DELETE", "requests", None);
        let answer = client.call(operation, ids.clone());
        assert_eq!(answer.failure(), (12, "flight.not_found"), "{operation}");
        store.requests("getFlight").len() + store.requests("createFlightSubmission").len()
    };
    let unknown = json!({"appId": APP, "flightId": "11111111-2222-3333-4444-555555555555"});
    assert_eq!(asked(&client, "flight.get", &unknown), 1);
    assert_eq!(asked(&client, "submission.create", &unknown), 1);

    let flight = client.call("flight.create", json!({"appId": APP, "friendlyName": "Testers"})).result().clone();
    let made = json!({"appId": APP, "flightId": flight["flightId"]});
    store.fault(json!({"path": "*/flights/*", "status": 404, "body": "", "count": 0}));
    assert_eq!(asked(&store.client(), "flight.get", &made), 1, "the flight of another client");
    assert_eq!(asked(&client, "flight.get", &made), 7, "the retries end");
    store.control("DELETE", "faults", None);
    client.call("flight.delete", made.clone()).result();
    assert_eq!(asked(&client, "flight.get", &made), 1, "no retries after a delete");
}

fn with(ids: &Value, name: &str, value: Value) -> Value {
    let mut ids = ids.clone();
    ids[name] = value;
    ids
}

#[test]
fn answers_that_are_not_the_services_are_refused() {
    let store = Store::start();
    let client = store.client();
    let broken = |count: u32, fault: Value| {
        let mut rule = json!({"method": "GET", "path": format!("*/applications/{APP}"), "count": count});
        rule.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
        store.control("DELETE", "faults", None);
        store.control("DELETE", "requests", None);
        store.fault(rule);
    };
    for fault in [
        json!({"status": 200, "body": "<html>login to the proxy</html>"}),
        json!({"status": 200, "body": "{\"id\": \"1\", "}),
        json!({"status": 200, "body": ""}),
        json!({"bodyBytes": 20, "contentLength": 20}),
    ] {
        // A proxy that restarts sends such responses: retried a few times, not until the retry time-out.
        let client = store.client();
        broken(0, fault.clone());
        let answer = client.call("app.get", json!({"appId": APP}));
        assert_eq!(answer.failure(), (11, "network.bad_answer"), "{fault}");
        assert_eq!(answer.json["error"]["http"]["attempts"], 5, "{fault}");
        assert_eq!(store.requests("getApplication").len(), 5, "{fault}");
        broken(2, fault.clone());
        assert_eq!(client.call("app.get", json!({"appId": APP})).result()["id"], APP, "{fault}");
        assert_eq!(store.requests("getApplication").len(), 3, "{fault}");
    }
    store.control("DELETE", "faults", None);
    // A response shorter than its Content-Length is retried, and the retry succeeds.
    store.fault(json!({"method": "GET", "path": format!("*/applications/{APP}"), "bodyBytes": 20}));
    client.call("app.get", json!({"appId": APP})).result();
    store.fault(json!({"method": "GET", "path": format!("*/applications/{APP}"), "bodyBytes": 20, "count": 0}));
    let answer = client.call("app.get", json!({"appId": APP}));
    assert_eq!(answer.failure(), (11, "network.interrupted"));
}

#[test]
fn a_broken_answer_is_asked_for_again_where_that_does_no_harm() {
    let store = Store::start();
    let client = store.client();
    let cut = |method: &str, path: &str| {
        store.fault(json!({"method": method, "path": path, "bodyBytes": 20, "contentLength": 20}));
    };
    cut("POST", "*/token");
    cut("POST", "*/submissions");
    let draft = client.call("submission.create", json!({"appId": APP}));
    let id = draft.result()["id"].clone();
    let of = |operation: &str| store.requests(operation).len();
    assert_eq!(of("createApplicationSubmission"), 1, "it was found, and adopted");
    cut("PUT", &format!("*/submissions/{id}").replace('"', ""));
    let request = json!({"appId": APP, "submissionId": id, "submission": draft.result()});
    assert_eq!(client.call("submission.update", request).result()["id"], id);
    assert_eq!(of("updateApplicationSubmission"), 2);
    assert_eq!(store.drafts(), 1);
}

#[test]
fn throttling_is_waited_for_as_long_as_the_service_asks() {
    let store = Store::start();
    let client = store.client();
    let rule = json!({"method": "GET", "path": "*/applications", "status": 429, "headers": {"retry-after-ms": "30"}, "count": 2});
    store.fault(rule);
    let began = std::time::Instant::now();
    client.call("app.list", json!({})).result();
    assert!(began.elapsed().as_millis() >= 60, "the header is a floor");
    assert_eq!(store.requests("listApplications").len(), 3);
}

#[test]
fn lists_are_followed_to_their_end() {
    let store = Store::with(storeship::emulator::Options { apps: 225, ..Default::default() });
    let client = store.client();
    let list = client.call("app.list", json!({}));
    assert_eq!(list.result()["value"].as_array().unwrap().len(), 225);
    assert_eq!(list.result()["totalCount"], 225);
    assert_eq!(store.requests("listApplications").len(), 3);

    let page = json!({"value": [], "totalCount": 1, "@nextLink": "applications?skip=10&top=10"}).to_string();
    store.fault(json!({"method": "GET", "path": "*/applications", "status": 200, "body": page, "count": 0}));
    assert_eq!(client.call("app.list", json!({})).failure(), (12, "service.repeated_link"));
}

#[test]
fn sign_in_failures_become_codes() {
    let store = Store::start();
    let cases = [
        ("clientSecret", "wrong", "auth.invalid_secret"),
        ("clientId", "00000000-0000-0000-0000-00000000dead", "auth.unknown_client"),
        ("tenantId", "00000000-0000-0000-0000-00000000dead", "auth.unknown_tenant"),
    ];
    for (field, value, code) in cases {
        let mut config = store.config();
        config["credential"][field] = json!(value);
        let answer = Client::open(&config).call("token.check", json!({}));
        assert_eq!(answer.failure(), (10, code));
        assert!(!answer.json["error"]["hint"].as_str().unwrap().is_empty());
        assert!(!answer.text.contains(&store.endpoints.client_secret), "the secret is not in the error");
    }
}

#[test]
fn both_token_endpoints_sign_in_and_the_token_is_kept() {
    for endpoint in ["v1", "v2"] {
        let store = Store::start();
        let mut config = store.config();
        config["tokenEndpoint"] = json!(endpoint);
        let client = Client::open(&config);
        let checked = client.call("token.check", json!({}));
        assert_eq!(checked.result()["credential"], "client secret");
        assert!(checked.result()["expiresAt"].is_string());
        client.call("app.list", json!({})).result();
        client.call("app.list", json!({})).result();
        let all = store.control("GET", "requests", None);
        let tokens = all.as_array().unwrap().iter().filter(|r| r["path"].as_str().unwrap().ends_with("/token"));
        assert_eq!(tokens.count(), 1, "one token for all calls");
    }
}

#[test]
fn a_401_is_cured_by_one_new_token() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "GET", "path": "*/applications", "status": 401}));
    client.call("app.list", json!({})).result();
    let all = store.control("GET", "requests", None);
    let tokens = all.as_array().unwrap().iter().filter(|r| r["path"].as_str().unwrap().ends_with("/token"));
    assert_eq!(tokens.count(), 2);
    store.fault(json!({"method": "GET", "path": "*/applications", "status": 401, "count": 0}));
    assert_eq!(client.call("app.list", json!({})).failure(), (10, "auth.not_allowed"));
}

#[test]
fn thirty_two_callers_share_one_token_request() {
    let store = Store::start();
    let client = store.client();
    std::thread::scope(|scope| {
        for _ in 0..32 {
            scope.spawn(|| client.call("app.get", json!({"appId": APP})).result().clone());
        }
    });
    let all = store.control("GET", "requests", None);
    let tokens = all.as_array().unwrap().iter().filter(|r| r["path"].as_str().unwrap().ends_with("/token"));
    assert_eq!(tokens.count(), 1);
}

#[test]
fn a_token_of_five_minutes_is_renewed_before_use() {
    let store = Store::with(storeship::emulator::Options { token_lifetime: 299, ..Default::default() });
    let client = store.client();
    client.call("app.list", json!({})).result();
    client.call("app.list", json!({})).result();
    let all = store.control("GET", "requests", None);
    let tokens = all.as_array().unwrap().iter().filter(|r| r["path"].as_str().unwrap().ends_with("/token"));
    assert_eq!(tokens.count(), 2);
}

#[test]
fn deleting_twice_after_a_lost_answer_is_success() {
    let store = Store::start();
    let client = store.client();
    let ids = draft(&client);
    store.fault(json!({"method": "DELETE", "path": "*/submissions/*", "drop": "after"}));
    assert_eq!(client.call("submission.delete", ids.clone()).result()["deleted"], true);
    assert_eq!(client.call("submission.delete", ids).failure(), (12, "submission.not_found"));
}

#[test]
fn secrets_and_signatures_are_in_no_answer_and_no_event() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "PUT", "path": "*/ingestion/*", "status": 403, "count": 0}));
    let (events, answer) = client.job("publish", release(&store));
    assert_eq!(answer.json["ok"], false);
    let all = format!("{events:?}{}", answer.text);
    for secret in [store.endpoints.client_secret.as_str(), "sig=", "Bearer"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}

/// An emulator whose submissions advance with its clock, which stands still.
fn still() -> Store {
    Store::with(storeship::emulator::Options { stepping: storeship::emulator::Stepping::Clock, ..Default::default() })
}

#[test]
fn a_deadline_ends_a_wait_and_reports_what_was_done() {
    let store = still();
    let client = store.client();
    let mut request = release(&store);
    request["timeoutSeconds"] = json!(4);
    let answer = client.call("publish", request);
    assert_eq!(answer.failure(), (13, "deadline.exceeded"));
    let details = answer.json["error"]["details"].to_string();
    assert!(details.contains("\"Created\"") && details.contains("\"Committed\""), "{details}");
    // It is none any more.
    assert!(!details.contains("is a draft"), "{details}");
}

#[test]
fn a_cancelled_release_stops_waiting_and_says_that_it_was_committed() {
    let store = still();
    let client = store.client();
    let job = client.start("publish", release(&store));
    let response = loop {
        let (status, event) = support::next(job, 200);
        let Some(event) = event else {
            assert_eq!(status, 1);
            continue;
        };
        let event: Value = serde_json::from_str(&event).unwrap();
        if event["type"] == "completed" {
            break event["response"].clone();
        }
        if event["type"] == "status" {
            storeship::ffi::functions::storeship_job_cancel(job);
        }
    };
    assert_eq!(response["error"]["code"], "cancelled");
    assert!(response["error"]["details"].to_string().contains("\"Committed\""), "{response}");
    assert_eq!(support::next(job, 0).0, 5, "the id is unknown after `completed`");
    client.call("app.list", json!({})).result();
}

#[test]
fn an_add_on_that_was_there_before_is_not_taken_for_the_new_one() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "POST", "path": "*/inappproducts", "status": 503, "count": 9}));
    let request = json!({"applicationIds": [PAID_APP], "productId": "contoso-coins", "productType": "Durable"});
    assert_eq!(client.call("add_on.create", request).failure(), (12, "create.unconfirmed"));
}

#[test]
fn one_of_two_equal_elements_can_be_removed() {
    let store = Store::start();
    let client = store.client();
    let draft = client.call("submission.create", json!({"appId": APP})).result().clone();
    let keywords = "/listings/en-us/baseListing/keywords";
    let mut twice = draft.clone();
    *twice.pointer_mut(keywords).unwrap() = json!(["same", "same"]);
    let ids = json!({"appId": APP, "submissionId": draft["id"]});
    client.call("submission.update", json!({"appId": APP, "submissionId": draft["id"], "submission": twice})).result();
    let edit = json!({"op": "remove", "path": format!("{keywords}/0")});
    let (_, answer) =
        client.job("publish", json!({"appId": APP, "edits": [edit], "draft": "adopt", "until": "committed"}));
    answer.result();
    assert_eq!(client.call("submission.get", ids).result().pointer(keywords).unwrap(), &json!(["same"]));
}

#[test]
fn an_edit_is_made_only_where_its_old_value_is() {
    let store = Store::start();
    let client = store.client();
    let notes = "/listings/en-us/baseListing/releaseNotes";
    let edit = |old: &str| json!({"op": "replace", "path": notes, "value": "Faster.", "old": old});
    let request = |old: &str| json!({"appId": APP, "edits": [edit(old)], "draft": "adopt", "commit": false});

    let (_, refused) = client.job("publish", request("Somebody else's notes"));
    assert_eq!(refused.failure().1, "document.conflict");
    let detail = &refused.json["error"]["details"][0];
    assert_eq!(detail["pointer"], notes, "{}", refused.text);
    assert_eq!(detail["old"], "\"Somebody else's notes\"");
    assert_eq!(store.requests("updateApplicationSubmission").len(), 0, "nothing was changed");

    let (_, made) = client.job("publish", request("First release"));
    assert_eq!(made.json["meta"]["edits"], json!([edit("First release")]));
    // The same release again finds that the edit has been made, although its old value is gone.
    let (_, again) = client.job("publish", request("First release"));
    assert_eq!(again.json["meta"]["edits"], json!([]), "{}", again.text);

    for (edit, place) in [
        (json!({"op": "replace", "path": "/visibility"}), "/edits/0"),
        (json!({"op": "remove", "path": "/visibility", "value": null}), "/edits/0"),
        (json!({"op": "add", "path": "visibility", "value": 1}), "/edits/0"),
        (json!({"pointer": "/visibility", "value": 1}), "/edits/0/pointer"),
        (json!({"op": "move", "path": "/visibility", "value": 1}), "/edits/0/op"),
    ] {
        let answer = client.call("publish.plan", json!({"appId": APP, "edits": [edit]}));
        assert_eq!(answer.failure().0, 2, "{}", answer.text);
        assert_eq!(answer.json["error"]["details"][0]["pointer"], place, "{}", answer.text);
    }
}

#[test]
fn old_packages_go_or_stay_as_the_release_says() {
    let deleted = |answer: &Answer| {
        let edits = answer.json["meta"]["edits"].as_array().unwrap();
        edits.iter().filter(|edit| edit["value"] == "PendingDelete").count()
    };
    for (member, value, goes, stay) in [
        ("oldPackages", json!("replace"), 1, vec!["Contoso.msix"]),
        ("oldPackages", json!("removeAll"), 1, vec!["Contoso.msix"]),
        ("oldPackages", json!("keepAll"), 0, vec!["Contoso.SampleApp_1.0.0.0_x64.msix", "Contoso.msix"]),
        ("keepPackages", json!(1), 0, vec!["Contoso.SampleApp_1.0.0.0_x64.msix", "Contoso.msix"]),
    ] {
        let store = Store::start();
        let client = store.client();
        let mut request = release(&store);
        request[member] = value;
        let (_, answer) = client.job("publish", request);
        let ids = json!({"appId": APP, "submissionId": answer.result()["submissionId"]});
        assert_eq!(deleted(&answer), goes, "{member}: {}", answer.text);
        let published = client.call("submission.get", ids);
        let packages = published.result()["applicationPackages"].as_array().unwrap();
        let names: Vec<_> = packages.iter().map(|package| package["fileName"].as_str().unwrap()).collect();
        assert_eq!(names, stay, "{packages:?}");
    }
}

#[test]
fn a_package_for_other_customers_replaces_none() {
    let store = Store::start();
    let client = store.client();
    let path = store.folder.path().join("Contoso.msix");
    let arm64 = Sample { architecture: "arm64".into(), ..Sample::default() };
    std::fs::write(&path, sample::package(&arm64).unwrap()).unwrap();
    let plan = client.call("publish.plan", json!({"appId": APP, "packages": [path]}));
    let edits = plan.json["meta"]["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "{}", plan.text);
    assert_eq!(edits[0]["path"], "/applicationPackages/-");
}

#[test]
fn packages_are_not_replaced_by_nothing() {
    let store = Store::start();
    let client = store.client();
    for operation in ["publish", "publish.plan"] {
        let request = json!({"appId": APP, "oldPackages": "removeAll", "releaseNotes": {"en-us": "x"}});
        let answer = client.call(operation, request);
        assert_eq!(answer.failure(), (2, "request.invalid"), "{operation}");
        assert_eq!(answer.json["error"]["details"][0]["pointer"], "/oldPackages");
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}

#[test]
fn a_package_that_the_store_has_is_not_sent_again() {
    let store = Store::start();
    let client = store.client();
    client.job("publish", release(&store)).1.result();
    let again = client.job("publish", release(&store)).1;
    assert_eq!((&again.result()["changed"], &again.result()["draft"]), (&json!(false), &json!("none")));
    let mut request = release(&store);
    request["releaseNotes"] = json!("Faster still.");
    let (_, answer) = client.job("publish", request);
    assert_eq!(answer.result()["upload"], Value::Null, "{}", answer.text);
    assert_eq!(answer.json["meta"]["edits"].as_array().unwrap().len(), 2, "the notes of both languages");
    assert_eq!(answer.result()["status"], "Published");
}

#[test]
fn a_rollout_and_a_mandatory_update_are_never_inherited() {
    let store = Store::start();
    let client = store.client();
    let mut request = release(&store);
    request["rollout"] = json!(10);
    request["mandatoryUpdate"] = json!("2100-01-01T00:00:00Z");
    client.job("publish", request).1.result();
    let options = |document: &Value| {
        let options = &document["packageDeliveryOptions"];
        (options["packageRollout"]["isPackageRollout"].clone(), options["isMandatoryUpdate"].clone())
    };
    let published = client.call("submission.get", json!({"appId": APP}));
    assert_eq!(options(published.result()), (json!(true), json!(true)));

    let next = json!({"appId": APP, "releaseNotes": "Hot fix.", "until": "published", "pollSeconds": 0.001});
    let refused = client.call("publish.plan", next.clone());
    assert_eq!(refused.failure().1, "rollout.open");
    let mut halt = next;
    halt["openRollout"] = json!("halt");
    client.job("publish", halt).1.result();
    let published = client.call("submission.get", json!({"appId": APP}));
    assert_eq!(options(published.result()), (json!(false), json!(false)));
}

#[test]
fn waiting_for_a_draft_that_was_never_committed_is_not_retryable() {
    let store = Store::start();
    let client = store.client();
    let id = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    let answer = client.call("submission.wait", json!({"appId": APP, "submissionId": id}));
    assert_eq!(answer.failure(), (12, "submission.not_committed"));
    assert_eq!(answer.json["error"]["retryable"], false);
    assert!(answer.json["error"]["hint"].as_str().unwrap().contains("submission.commit"));
}

#[test]
fn meta_has_the_ids_of_what_a_result_is_about() {
    let store = Store::start();
    let client = store.client();
    let name = client.call("app.get", json!({"appId": APP})).result()["primaryName"].clone();
    let ids = |operation: &str, request: Value| client.call(operation, request).json["meta"]["ids"].clone();
    assert_eq!(ids("app.get", json!({"appName": name})), json!({"appId": APP}));
    assert_eq!(ids("add_on.get", json!({"addOnId": ADD_ON})), json!({"addOnId": ADD_ON}));
    let made = client.call("flight.create", json!({"appName": name, "friendlyName": "Testers"}));
    let flight = json!({"appId": APP, "flightId": made.result()["flightId"]});
    assert_eq!(made.json["meta"]["ids"], flight);
    assert_eq!(ids("flight.get", flight.clone()), flight);
    let draft = client.call("submission.create", json!({"appId": APP}));
    let of = json!({"appId": APP, "submissionId": draft.result()["id"]});
    assert_eq!(draft.json["meta"]["ids"], of);
    for operation in ["submission.get", "submission.status", "submission.commit"] {
        let answer = client.call(operation, of.clone());
        assert_eq!(answer.json["meta"]["ids"], of, "{operation}");
        assert_eq!(answer.json["meta"]["correlationIds"].as_array().unwrap().len(), 1, "{operation}");
    }
    assert_eq!(client.call("app.list", json!({})).json["meta"].get("ids"), None);
    let raw = client.call("service.call", json!({"method": "GET", "path": format!("applications/{APP}")}));
    assert_eq!(raw.json["meta"]["correlationIds"].as_array().unwrap().len(), 1);
}

#[test]
fn a_cancelled_job_tells_what_it_waited_for() {
    let store = Store::start();
    let client = store.client();
    store.fault(json!({"method": "GET", "path": format!("*/{APP}"), "status": 503, "count": 0}));
    let job = client.start("app.get", json!({ "appId": APP }));
    // The second attempt begins after the failure of the first is known.
    while store.requests("getApplication").len() < 2 {
        std::thread::yield_now();
    }
    storeship::ffi::functions::storeship_job_cancel(job);
    let error = support::completed(job)["error"].clone();
    assert_eq!(error["code"], "cancelled", "{error}");
    assert_eq!((&error["http"]["method"], &error["http"]["status"]), (&json!("GET"), &json!(503)), "{error}");
    assert!(error["message"].as_str().unwrap().contains("the last attempt failed"), "{error}");
    assert!(error["details"].as_array().unwrap().iter().any(|detail| detail["message"] == APP), "{error}");
}

#[test]
fn a_removal_of_what_is_gone_is_done() {
    let store = Store::start();
    let client = store.client();
    let edit = json!({"op": "remove", "path": "/listings/en-us/baseListing/copyrightAndTrademarkInfo"});
    let request = json!({"appId": APP, "edits": [edit], "until": "published", "pollSeconds": 0.001});
    let first = client.job("publish", request.clone()).1;
    assert_eq!(first.result()["changed"], true, "{}", first.text);
    let again = client.job("publish", request).1;
    assert_eq!(again.result()["changed"], false, "{}", again.text);
}

#[test]
fn what_the_service_fills_in_is_not_lost() {
    let store = Store::start();
    let client = store.client();
    let package = store.package("Contoso.msix", "2.0.0.0");
    // The service adds `minimumDirectXVersion` and `minimumSystemRam`.
    let entry = json!({"fileName": "Contoso.msix", "fileStatus": "PendingUpload"});
    let edit = json!({"op": "add", "path": "/applicationPackages/-", "value": entry});
    let request = json!({
        "appId": APP, "files": [{"path": package}], "edits": [edit], "until": "published", "pollSeconds": 0.001,
    });
    let answer = client.job("publish", request).1;
    assert_eq!(answer.result()["status"], "Published", "{}", answer.text);
}

#[test]
fn a_release_that_waits_says_so_once_and_not_for_a_draft_that_stays() {
    let store = Store::start();
    let client = store.client();
    client.call("submission.create", json!({"appId": APP})).result();
    let waits = json!({"appId": APP, "visibility": "Hidden", "busy": "wait", "pollSeconds": 0.01, "timeoutSeconds": 1});
    let (events, answer) = client.job("publish", waits);
    assert_eq!(answer.failure().1, "deadline.exceeded");
    let warnings: Vec<&Value> = events.iter().filter(|event| event["level"] == "warning").collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0]["message"].as_str().unwrap().starts_with("the release waits for its turn: submission "));

    // The first draft of a flight came with it, and nobody will end it.
    let flight =
        client.call("flight.create", json!({"appId": APP, "friendlyName": "Ring 2"})).result()["flightId"].clone();
    let mut release = json!({"appId": APP, "flightId": flight, "packages": [store.package("Contoso.msix", "2.0.0.0")], "busy": "wait"});
    assert_eq!(client.job("publish", release.clone()).1.failure().1, "flight.first_draft");
    release["busy"] = json!("skip");
    let skipped = client.job("publish", release).1;
    assert!(skipped.result()["skipped"].as_str().unwrap().contains("since the flight was created"), "{}", skipped.text);
}

#[test]
fn the_error_of_a_draft_that_was_deleted_again_names_no_draft() {
    let store = Store::start();
    let client = store.client();
    let release = json!({"appId": APP, "edits": [{"op": "add", "path": "/notesForCertifcation", "value": "x"}]});
    let answer = client.call("publish", release);
    assert_eq!(answer.failure().1, "submission.update_lost");
    let error = &answer.json["error"];
    let codes: Vec<&str> = error["details"].as_array().unwrap().iter().filter_map(|it| it["code"].as_str()).collect();
    assert_eq!(codes, ["Created", "Deleted"], "{error}");
    assert_eq!(error["ids"], json!({"appId": APP}));
    // One that is there is named, also by an error of the plan.
    let id = client.call("submission.create", json!({"appId": APP})).result()["id"].clone();
    let release = json!({"appId": APP, "draft": "adopt", "releaseNotes": {"xx": "x"}});
    for operation in ["publish", "publish.plan"] {
        let answer = client.call(operation, release.clone());
        assert_eq!(answer.json["error"]["ids"], json!({"appId": APP, "submissionId": id}), "{}", answer.text);
    }
}
