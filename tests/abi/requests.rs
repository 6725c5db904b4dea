//! How requests are read: ids, unknown fields, null, and syntax errors inside documents.

use crate::support::{self, APP, Store};
use serde_json::{Value, json};

const FLIGHT: &str = "7bfc11d5-f710-47c5-8a98-e04bb5aad310";

fn error(operation: &str, request: &str, client: u64) -> Value {
    let answer = support::call(client, operation, request);
    assert_eq!(answer.json["ok"], false, "{operation} {request}: {}", answer.text);
    answer.json["error"].clone()
}

#[test]
fn an_id_that_is_there_and_names_nothing_is_refused_by_every_operation() {
    let store = Store::start();
    let client = store.client();
    let operations = support::call(0, "library.operations", "{}");
    let mut checked = 0;
    for operation in operations.result()["operations"].as_array().unwrap() {
        let name = operation["name"].as_str().unwrap();
        let fields = operation["fields"].as_array().unwrap();
        let ids = ["appId", "appName", "flightId", "addOnId", "submissionId"];
        for id in ids.iter().filter(|id| fields.iter().any(|field| field["name"] == **id)) {
            for blank in [Value::Null, json!(""), json!(" \t")] {
                // What else the operation needs, so that only the id is wrong.
                let mut request = json!({});
                for field in fields.iter().filter(|field| field["required"] == true) {
                    request[field["name"].as_str().unwrap()] = match field["type"].as_str().unwrap() {
                        "number" => json!(1),
                        kind if kind.starts_with("array") => json!([]),
                        "object" => json!({"path": "x"}),
                        _ => json!("x"),
                    };
                }
                request[*id] = blank;
                let error = error(name, &request.to_string(), client.id);
                assert_eq!(error["code"], "request.blank_id", "{name} {request}: {error}");
                assert_eq!(error["details"][0]["pointer"], format!("/{id}"), "{name}");
                checked += 1;
                // A text of .NET may end in half of a surrogate pair. It is a string, but not one of an id.
                let half =
                    request.to_string().replacen(&format!("\"{id}\":\" \\t\""), &format!(r#""{id}":"a\ud800""#), 1);
                if half.contains("d800") {
                    let error = self::error(name, &half, client.id);
                    assert!(error["message"].as_str().unwrap().contains("half of a surrogate pair"), "{name}: {error}");
                }
            }
        }
    }
    assert!(checked > 100, "{checked}");
    let refused = error("service.check", &json!({"appIds": [APP, ""]}).to_string(), client.id);
    assert_eq!(
        (&refused["code"], &refused["details"][0]["pointer"]),
        (&json!("request.blank_id"), &json!("/appIds/1"))
    );
    let sent = store.control("GET", "requests", None);
    assert_eq!(
        sent.as_array().unwrap().iter().filter(|sent| sent["path"].as_str().unwrap().contains("/my/")).count(),
        0
    );
}

#[test]
fn an_id_of_dots_reaches_nothing() {
    let store = Store::start();
    let client = store.client();
    for (operation, field, request) in [
        ("submission.delete", "submissionId", json!({"appId": APP, "submissionId": ".."})),
        ("submission.get", "submissionId", json!({"appId": APP, "flightId": FLIGHT, "submissionId": "."})),
        ("flight.delete", "flightId", json!({"appId": APP, "flightId": ".."})),
        ("publish", "flightId", json!({"appId": APP, "flightId": ".."})),
        ("add_on.delete", "addOnId", json!({"addOnId": ".."})),
        ("submission.commit", "addOnId", json!({"addOnId": "..", "submissionId": "1"})),
    ] {
        let error = error(operation, &request.to_string(), client.id);
        assert_eq!(error["code"], "request.invalid", "{operation} {request}: {error}");
        assert_eq!(error["details"][0]["pointer"], format!("/{field}"), "{operation} {request}: {error}");
    }
    assert_eq!(store.control("GET", "requests", None), json!([]));
}

#[test]
fn a_misspelled_id_is_an_unknown_field_before_anything_else() {
    let store = Store::start();
    let client = store.client();
    for (operation, request, place, hint) in [
        ("app.get", json!({"appid": APP}), "/appid", "use `appId`"),
        ("app.get", json!({"AppId": APP, "flightId": FLIGHT}), "/AppId", "use `appId`"),
        ("submission.get", json!({"appId": "", "submissionID": "1"}), "/submissionID", "use `submissionId`"),
        ("publish", json!({"appId": APP, "flight_id": FLIGHT}), "/flight_id", "use `flightId`"),
        ("publish", json!({"releaseNote": {}, "until": "never"}), "/releaseNote", "use `releaseNotes`"),
        ("publish", json!({"edits": [{"op": "add", "paht": "/a", "value": 1}]}), "/edits/0/paht", "use `path`"),
        ("add_on.get", json!({"addonId": "x", "timeoutSeconds": "soon"}), "/addonId", "use `addOnId`"),
    ] {
        let error = error(operation, &request.to_string(), client.id);
        assert_eq!(error["code"], "request.unknown_field", "{request}: {error}");
        assert_eq!(error["details"][0]["pointer"], place, "{request}");
        assert_eq!(error["hint"], hint, "{request}");
    }
}

#[test]
fn names_may_be_escaped_and_optional_fields_may_be_null() {
    let store = Store::start();
    let client = store.client();
    let escaped = r#"{"\u0061ppId": "9NBLGGH4R315", "timeoutSeconds": null}"#;
    assert_eq!(support::call(client.id, "app.get", escaped).result()["id"], APP);
    let request = json!({
        "appId": APP, "packages": null, "oldPackages": null, "keepPackages": null, "rollout": null, "files": null, "releaseNotes": null, "edits": null, "visibility": "Hidden",
        "priceId": null, "allowFree": null, "draft": null, "commit": null, "until": null, "pollSeconds": null,
    });
    let plan = client.call("publish.plan", request);
    assert_eq!((&plan.result()["draft"], &plan.result()["commit"]), (&json!("create"), &json!(true)));
    let set = client.call("document.set", json!({"document": {"a": 1}, "pointer": "/a", "value": null}));
    assert_eq!(set.result(), &json!({"a": null}));
    for request in [r#"{"appId": "9NBLGGH4R315", "appId": "9NBLGGH4R315"}"#, r#"{"top": 1, "t\u006fp": 2}"#] {
        let operation = if request.contains("appId") { "app.get" } else { "app.list" };
        assert_eq!(error(operation, request, client.id)["code"], "request.invalid", "{request}");
    }
}

#[test]
fn a_syntax_error_inside_a_document_has_the_line_and_column_of_the_document() {
    for (request, code, place, message) in [
        (r#"{"document": {"a": nope}, "pointer": ""}"#, "document.invalid", "/document", "line 1, column 7"),
        (
            "{\"pointer\": \"/a\",\n \"document\":\n{\n  \"a\": [1,]\n}}",
            "document.invalid",
            "/document",
            "line 2, column 10",
        ),
        (r#"{"pointer": "/\"a", "document": [1 2]}"#, "document.invalid", "/document", "line 1, column 4"),
        (r#"{"document": {"a": "#, "document.invalid", "/document", "cut short"),
        (r#"{"document": {"a": 1}, pointer: ""}"#, "request.syntax", "", "line 1 column 24"),
        (r#"{"document": {"a": 1}} x"#, "request.syntax", "", "line 1 column 24"),
        (r#"{"document": {"a": 1}}}"#, "request.syntax", "", "line 1 column 23"),
        (r#"{"pointer": nope, "document": 1}"#, "request.syntax", "", "line 1 column 14"),
    ] {
        let error = error("document.get", request, 0);
        assert_eq!(error["code"], code, "{request}: {error}");
        assert_eq!(error["details"][0]["pointer"], place, "{request}");
        assert!(error["message"].as_str().unwrap().contains(message), "{request}: {error}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_and_a_nul_is_told() {
    let store = Store::start();
    let (client, opened) = support::open(&format!("\u{feff}{}", store.config()));
    assert_eq!(opened.json["ok"], true, "{}", opened.text);
    let request = json!({"appId": APP}).to_string();
    let plain = support::call(client, "app.get", &format!("\u{feff}{request}")).result().clone();
    // An answer of the service with one, which is read by this library too.
    let page = store.control("GET", "state", None);
    assert!(page["applications"].is_array());
    let body = json!({"@nextLink": null, "value": [plain], "totalCount": 1});
    for (path, operation, request) in
        [("*/applications/*", "app.get", &*request), ("*/applications*", "app.list", "{}")]
    {
        let body = if operation == "app.get" { plain.to_string() } else { body.to_string() };
        let rule = json!({"method": "GET", "path": path, "status": 200, "count": 1, "body": format!("\u{feff}{body}")});
        store.fault(rule);
        let answer = support::call(client, operation, request);
        let found = if operation == "app.get" { answer.result() } else { &answer.result()["value"][0] };
        assert_eq!(found["id"], APP, "{}", answer.text);
        assert!(!answer.text.contains('\u{feff}'), "{}", answer.text);
    }
    // As UTF-16 looks that was read as bytes. In C such a text ends at the first NUL, so it is one of a document here.
    let error = storeship::input::members(&storeship::input::REQUEST, "{\0\"\0}\0").err().unwrap();
    assert!(error.to_string().contains("NUL character"), "{error}");
    let error = storeship::document::check("{\0}\0").unwrap_err();
    assert!(error.to_string().contains("NUL character"), "{error}");
}
