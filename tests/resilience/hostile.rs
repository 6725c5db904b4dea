//! Answers of a service that is broken or hostile: lists without an end, links that lead elsewhere, ids that are none.

use std::sync::Arc;

use crate::waiting::{Reply, Scripted, body, timeless};
use serde_json::{Value, json};
use storeship::client::Client;
use storeship::events::Reporter;
use storeship::operations;
use storeship::store::Target;

async fn run(client: &Arc<Client>, operation: &str, request: Value) -> Result<(Value, Value), Value> {
    let operation = operations::find(operation).unwrap();
    match operations::run(operation, client.clone(), &request.to_string(), Reporter::default()).await {
        Ok(output) => {
            let meta = serde_json::to_value(&output.meta).unwrap();
            Ok((serde_json::from_str(output.result.trim_start_matches('\u{feff}')).unwrap(), meta))
        }
        Err(error) => Err(serde_json::from_str(&error.to_json()).unwrap()),
    }
}

fn page(items: &[&str], next: &str) -> Reply {
    body(&json!({"value": items, "@nextLink": next, "totalCount": 1}).to_string())
}

#[test]
fn a_list_that_does_not_end_is_given_up() {
    timeless(async {
        let link = |n: usize| format!("applications?skip={n}&top=10");
        let empty = Scripted::new((0..50).map(|n| (0, page(&[], &link(n)))));
        let error = run(&empty.client(json!({})), "app.list", json!({})).await.unwrap_err();
        assert_eq!((error["code"].as_str(), empty.sent().len()), (Some("network.bad_answer"), 10), "{error}");

        let large = "e".repeat(8 * 1024 * 1024);
        let heavy = Scripted::new((0..50).map(|n| (0, page(&[&large], &link(n)))));
        let error = run(&heavy.client(json!({})), "app.list", json!({})).await.unwrap_err();
        assert_eq!((error["code"].as_str(), heavy.sent().len()), (Some("network.bad_answer"), 8), "{error}");
        assert!(error.to_string().len() < 4_000);
    });
}

#[test]
fn the_pages_of_an_endless_list_are_counted() {
    timeless(async {
        let link = |n: usize| format!("applications?skip={n}&top=10");
        let endless = Scripted::new((0..10_100).map(|n| (0, page(&["a"], &link(n)))));
        let error = run(&endless.client(json!({})), "app.list", json!({})).await.unwrap_err();
        assert_eq!((error["code"].as_str(), endless.sent().len()), (Some("network.bad_answer"), 10_000), "{error}");
        assert_eq!(error["retryable"], false);
    });
}

#[test]
fn a_link_that_leads_elsewhere_is_the_fault_of_the_service() {
    timeless(async {
        let long = format!("applications?skip={}", "9".repeat(1_000_000));
        for link in [
            "http://:p@store.example/my/applications?skip=10",
            "https://user:password@store.example/my/applications?skip=10",
            "https://user@store.example/my/applications?skip=10",
            "https://evil.example/my/applications?skip=10",
            "//evil.example/my/applications",
            "../other",
            "applications/1/listflights?skip=10",
            "inappproducts?skip=10",
            long.as_str(),
        ] {
            let network = Scripted::new([(0, page(&["a"], link))]);
            for request in [json!({}), json!({"top": 1})] {
                let error = run(&network.client(json!({})), "app.list", request).await.unwrap_err();
                assert_eq!(error["code"], "network.bad_answer", "{error}");
                assert!(error.to_string().len() < 3_000 && !error.to_string().contains("password"), "{error}");
            }
            assert_eq!(network.sent().len(), 2, "{link} was followed");
        }
    });
}

#[test]
fn links_in_the_forms_of_the_service_are_followed() {
    timeless(async {
        for link in [
            "applications?skip=10&top=10",
            "applications/?skip=10&top=10",
            "/applications?skip=10",
            "https://store.example/my/applications?skip=10",
        ] {
            let network = Scripted::new([(0, page(&["a"], link)), (0, body(r#"{"value": ["b"]}"#))]);
            let list = run(&network.client(json!({})), "app.list", json!({})).await.unwrap().0;
            assert_eq!(list["value"], json!(["a", "b"]), "{link}");
        }
    });
}

#[test]
fn a_path_of_the_caller_with_a_user_is_an_invalid_request() {
    timeless(async {
        let network = Scripted::new([(0, body("{}"))]);
        for path in ["https://:p@store.example/my/applications", "https://u@store.example/my/applications"] {
            let call = json!({"method": "GET", "path": path});
            let error = run(&network.client(json!({})), "service.call", call).await.unwrap_err();
            assert_eq!(error["code"], "request.invalid", "{error}");
        }
        assert!(network.sent().is_empty());
    });
}

#[test]
fn an_answer_may_begin_with_a_byte_order_mark() {
    timeless(async {
        for (operation, request) in [("app.list", json!({})), ("app.get", json!({"appId": "9NBLGGH4R315"}))] {
            let network = Scripted::new([(0, body("\u{feff}{\"value\": [\"a\"], \"totalCount\": 1}"))]);
            let result = run(&network.client(json!({})), operation, request).await.unwrap().0;
            assert_eq!(result["value"], json!(["a"]));
        }
        let network = Scripted::new([(0, Reply::Body(409, "\u{feff}{\"code\":\"X\",\"message\":\"no\"}".into()))]);
        let error = run(&network.client(json!({})), "app.list", json!({})).await.unwrap_err();
        assert_eq!((&error["service"]["code"], &error["service"]["message"]), (&json!("X"), &json!("no")));
    });
}

#[test]
fn an_answer_in_another_encoding_is_told() {
    timeless(async {
        let wide: Vec<u8> = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, told) in
            [(wide, "UTF-16"), (b"\0{}".to_vec(), "begins with a NUL"), (b"{\"\xff\"}".to_vec(), "is not UTF-8")]
        {
            let network = Scripted::new([(0, Reply::Body(200, bytes))]);
            let error = run(&network.client(json!({})), "app.list", json!({})).await.unwrap_err();
            assert_eq!(error["code"], "network.bad_answer");
            assert!(error["message"].as_str().unwrap().contains(told), "{error}");
        }
    });
}

#[test]
fn an_id_that_is_none_is_a_malformed_answer() {
    timeless(async {
        for id in ["a\u{1b}[31m", "a b", "", "../9", ".", "..", &"9".repeat(65)] {
            let app = json!({"pendingApplicationSubmission": {"id": id}}).to_string();
            let network = Scripted::new([(0, body(&app))]);
            let request = json!({"appId": "9NBLGGH4R315", "retryTimeoutSeconds": 0});
            let error = run(&network.client(json!({})), "submission.create", request).await.unwrap_err();
            assert_eq!(error["code"], "network.bad_answer", "{error}");
            assert_eq!(network.sent().len(), 1, "nothing was created");
        }
    });
}

/// Of callers in Rust, whose ids no request checks.
#[test]
fn an_id_of_dots_does_not_lead_to_another_path() {
    let root: url::Url = "https://store.example/my/".parse().unwrap();
    for id in [".", "..", "%2e%2e", ".%2E", "../..", "a/../..", "\\..\\.."] {
        let flight = Target::Flight { app_id: id.to_owned(), flight_id: id.to_owned() };
        for target in [flight, Target::App { app_id: id.to_owned() }, Target::AddOn { add_on_id: id.to_owned() }] {
            let path = target.submission(id);
            let url = root.join(&path).unwrap();
            assert_eq!(url.path().split('/').count(), format!("/my/{path}").split('/').count(), "{id}: {url}");
            assert!(url.query().is_none() && url.fragment().is_none() && path.matches('/').count() <= 5, "{url}");
        }
    }
}

/// The refusals of gateways, frameworks and proxies: what they say is kept, and no product is blamed.
#[test]
fn a_conflict_that_is_a_page_is_not_blamed_on_the_product() {
    timeless(async {
        let page = "<html><head><title>Conflict</title></head><body>The gateway says no.</body></html>";
        for (operation, request) in [
            ("app.get", json!({"appId": "9NBLGGH4R315"})),
            ("submission.get", json!({"appId": "9NBLGGH4R315", "submissionId": "1"})),
        ] {
            let network = Scripted::new([(0, Reply::Body(409, page.into()))]);
            let error = run(&network.client(json!({})), operation, request).await.unwrap_err();
            assert_eq!(error["code"], "service.conflict", "{error}");
            assert_eq!(error["message"], "the answer is a web page with status 409: Conflict The gateway says no.");
            assert_eq!(error["service"]["body"], page);
            assert!(error["hint"].as_str().unwrap().contains("proxy or gateway"), "{error}");
        }
    });
}

#[test]
fn remedies_fit_the_refusal() {
    timeless(async {
        let of = async |status: u16, said: Value| {
            let read = (0, body(r#"{"status":"CommitFailed"}"#));
            let network = Scripted::new([read, (0, Reply::Body(status, said.to_string().into()))]);
            let commit =
                json!({"appId": "9NBLGGH4R315", "submissionId": "1152921504621243610", "retryTimeoutSeconds": 0});
            run(&network.client(json!({})), "submission.commit", commit).await.unwrap_err()
        };
        for (message, expected) in [
            ("Language is listed more than once", "correct the languages of `listings`"),
            ("The length of ShortDescription must be 500 or less", "shorten the text or the list in `listings`"),
            ("The size of KeywordsTotalCount must be 21 or less", "shorten the text or the list in `listings`"),
            ("wrong", "correct the value in `listings` that the service's message names"),
        ] {
            let said = json!({"code": "InvalidParameterValue", "target": "appListings", "message": message});
            let listings = of(400, said).await;
            assert_eq!(listings["code"], "service.invalid_value");
            let hint = listings["hint"].as_str().unwrap();
            assert!(hint.starts_with(expected) && !hint.contains("enumerations"), "{hint}");
        }

        let message = "The submission has errors which cannot be exposed via API.";
        let hidden =
            of(400, json!({"code": "InvalidState", "target": "applicationSubmission", "message": message})).await;
        let page = "https://partner.microsoft.com/dashboard/products/9NBLGGH4R315/submissions/1152921504621243610";
        assert!(hidden["hint"].as_str().unwrap().contains(page), "{hidden}");
        assert_eq!(hidden["message"], format!("the service answered 400: {message}"));
    });
}
