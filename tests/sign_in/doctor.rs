//! `service.check`: each problem is found with its code, and the other checks still run.

use crate::support::{Client, Store};
use serde_json::{Value, json};

use super::*;

/// The name and the code of each check that failed.
fn failed(store: &Store, config: &Value) -> Vec<(String, String)> {
    let mut config = config.clone();
    config["retry"] = json!({"baseMs": 1, "capMs": 2, "retryTimeoutSeconds": 0});
    let answer = Client::open(&config).call("service.check", json!({"appIds": [support::APP]}));
    assert!(!answer.text.contains(&store.endpoints.client_secret) && !answer.text.contains("eyJ"), "{}", answer.text);
    let result = answer.result();
    let mut failed = Vec::new();
    for finding in result["findings"].as_array().unwrap() {
        let message = finding["message"].as_str().unwrap();
        assert!(!message.contains(". ") && !message.ends_with('.'), "{message}");
        if finding["ok"] == false {
            assert!(!finding["remedy"].as_str().unwrap().is_empty(), "{finding}");
            failed.push((
                finding["name"].as_str().unwrap().to_owned(),
                finding["error"]["code"].as_str().unwrap().to_owned(),
            ));
        }
    }
    assert_eq!(result["ok"], failed.is_empty());
    failed
}

fn only(name: &str, code: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), code.to_owned())]
}

fn refusal(number: u32) -> Value {
    json!({"error": "invalid_client", "error_codes": [number], "error_description": format!("AADSTS{number}: No. Trace ID: 1")})
}

#[test]
fn each_problem_is_found_alone() {
    let everywhere = |path: &str, more: Value| {
        let mut fault = json!({"path": path, "count": 0});
        fault.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        fault
    };
    let service = |more: Value| everywhere("/v1.0/my/applications", more);
    let by_name = json!({"status": 407, "headers": {"proxy-authenticate": "Negotiate"}});
    for (fault, name, code) in [
        (everywhere("*/oauth2/*", json!({"status": 401, "body": refusal(7_000_215)})), "signIn", "auth.invalid_secret"),
        (everywhere("*/oauth2/*", json!({"status": 401, "body": refusal(7_000_222)})), "signIn", "auth.expired_secret"),
        (
            everywhere("*/oauth2/*", json!({"status": 400, "body": refusal(500_011)})),
            "signIn",
            "auth.tenant_not_associated",
        ),
        (everywhere("*/oauth2/*", by_name), "signIn", "network.proxy"),
        (service(json!({"status": 401})), "service", "auth.not_allowed"),
        (service(json!({"status": 403, "body": ""})), "service", "auth.no_role"),
        (service(json!({"status": 407})), "service", "network.proxy"),
        (service(json!({"status": 503})), "service", "service.unavailable"),
        (everywhere("/v1.0/my/applications/*", json!({"status": 403, "body": ""})), "app", "auth.forbidden"),
        (everywhere("*/ingestion/*", json!({"status": 503})), "uploadHost", "network.unreachable"),
        (everywhere("*/ingestion/*", json!({"drop": "before"})), "uploadHost", "network.interrupted"),
        (everywhere("*/ingestion/*", json!({"status": 407})), "uploadHost", "network.proxy"),
    ] {
        let store = Store::start();
        assert_eq!(failed(&store, &store.config()), [], "without a fault");
        store.fault(fault.clone());
        assert_eq!(failed(&store, &store.config()), only(name, code), "{fault}");
    }
}

#[test]
fn an_account_without_apps_is_explained_and_a_403_names_the_association() {
    for body in [json!({"status": 200, "body": {"value": [], "totalCount": 0}}), json!({"status": 404, "body": ""})] {
        let store = Store::start();
        let mut fault = json!({"path": "/v1.0/my/applications"});
        fault.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        store.fault(fault);
        let answer = store.client().call("service.check", json!({}));
        let finding = &answer.result()["findings"][1];
        assert_eq!((&finding["name"], &finding["ok"]), (&json!("service"), &json!(true)));
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains("no apps") && message.contains("another Partner Center account"), "{message}");
    }
    for path in ["/v1.0/my/applications", "/v1.0/my/applications/*"] {
        let store = Store::start();
        store.fault(json!({"path": path, "status": 403, "body": ""}));
        let answer = store.client().call("service.check", json!({"appIds": [support::APP]}));
        let findings = answer.result()["findings"].as_array().unwrap();
        let failed: Vec<_> = findings.iter().filter(|finding| finding["ok"] == false).collect();
        assert_eq!(failed.len(), 1, "{findings:?}");
        assert!(failed[0]["remedy"].as_str().unwrap().contains("tenant is associated"), "{failed:?}");
    }
}

#[test]
fn an_unsupported_proxy_authentication_is_named() {
    let store = Store::start();
    let headers = json!({"proxy-authenticate": "NTLM"});
    store.fault(json!({"path": "/v1.0/my/*", "status": 407, "headers": headers}));
    let answer = store.client().call("app.list", json!({}));
    assert_eq!(answer.failure(), (11, "network.proxy"));
    assert!(answer.text.contains("(407), by NTLM"), "{}", answer.text);
}

#[test]
fn a_wrong_clock_is_found_beside_other_problems() {
    for (seconds, found) in [(200, false), (-200, false), (400, true), (-400, true)] {
        let store = Store::start();
        store.control("POST", "clock", Some(json!({"advanceSeconds": seconds})));
        let clock = if found { only("clock", "auth.clock") } else { vec![] };
        assert_eq!(failed(&store, &store.config()), clock, "{seconds}");
        store.fault(json!({"path": "*/oauth2/*", "status": 401, "body": refusal(700_024), "count": 0}));
        let with = [only("signIn", "auth.assertion_expired"), clock].concat();
        assert_eq!(failed(&store, &store.config()), with, "{seconds}");
    }
}

#[test]
fn a_token_for_another_audience_is_distinguished_from_an_unknown_account() {
    let store = Store::start();
    let form = "api://AzureADTokenExchange";
    let mut config = store.config();
    let token = store.id_token(form);
    config["credential"] = json!({"type": "token", "accessToken": token});
    assert_eq!(
        failed(&store, &config),
        only("service", "auth.wrong_audience")
            .into_iter()
            .chain(only("app", "auth.wrong_audience"))
            .collect::<Vec<_>>()
    );
}

#[test]
fn a_storage_host_of_the_configuration_is_checked() {
    let store = Store::start();
    let mut config = store.config();
    config["blobHosts"] = json!([".blob.core.windows.net", "storage.invalid"]);
    assert_eq!(failed(&store, &config), only("uploadHost", "network.unreachable"));
}

#[test]
fn a_check_repeats_for_the_time_of_its_request_and_not_of_its_client() {
    let attempts = |of_client: u32, of_request: u32| {
        let store = Store::start();
        store.fault(json!({"path": "/v1.0/my/applications", "status": 503, "count": 0}));
        let mut config = store.config();
        config["retry"] = json!({"baseMs": 100, "capMs": 100, "retryTimeoutSeconds": of_client});
        let answer = Client::open(&config).call("service.check", json!({"retryTimeoutSeconds": of_request}));
        answer.result()["findings"][1]["error"]["http"]["attempts"].as_u64().unwrap()
    };
    assert_eq!(attempts(300, 0), 1);
    assert!(attempts(0, 1) > 1);
}
