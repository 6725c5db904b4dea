//! `submission.check`: what the tests of its rules share, and how a check is asked for and answered.

use serde_json::{Value, json};

use crate::support::{self, APP, Store};

/// A submission without a finding.
pub(crate) fn document() -> Value {
    let screenshot = |at: usize| json!({"fileName": format!("{at}.png"), "fileStatus": "PendingUpload", "imageType": "Screenshot", "description": ""});
    json!({
        "applicationCategory": "Productivity",
        "pricing": {"priceId": "Tier2", "isAdvancedPricingModel": false, "marketSpecificPricings": {"GB": "Tier3"}},
        "targetPublishMode": "Immediate", "targetPublishDate": "1601-01-01T00:00:00Z",
        "visibility": "Public", "gamingOptions": [], "notesForCertification": "A test account is not needed.",
        "listings": {"en-us": {"baseListing": {
            "title": "Beans", "shortDescription": "A ledger of beans.",
            "description": "Counts beans as fast as you can spill them.\r\n\r\nKeeps what it has counted.",
            "features": ["Counts fast", "Keeps count"], "keywords": ["counter", "ledger"],
            "releaseNotes": "Counts lentils too.", "copyrightAndTrademarkInfo": "Contoso",
            "licenseTerms": "https://www.contoso.com/terms",
            "images": [screenshot(1), screenshot(2), screenshot(3), screenshot(4)],
        }}},
    })
}

/// The pointer of a member of the listing.
pub(crate) fn member(name: &str) -> String {
    format!("/listings/en-us/baseListing/{name}")
}

/// The submission with another value at a place; null removes what is there.
pub(crate) fn with(pointer: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(members), Value::Null) => drop(members.remove(name)),
        (Value::Object(members), value) => drop(members.insert(name.to_owned(), value)),
        (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value,
        (other, _) => panic!("{pointer} is in {other}"),
    }
    document
}

/// The result of a check.
pub(crate) fn checked(mut request: Value) -> Value {
    request.as_object_mut().unwrap().entry("now").or_insert(json!("2026-11-30T00:00:00Z"));
    support::call(0, "submission.check", &request.to_string()).result().clone()
}

/// The findings in a document.
pub(crate) fn found(document: Value) -> Vec<Value> {
    checked(json!({"document": document}))["findings"].as_array().unwrap().clone()
}

/// The findings of one rule, each as its severity, pointer and message.
pub(crate) fn of(id: &str, findings: &[Value]) -> Vec<(String, String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap_or_default().to_owned();
    let own = findings.iter().filter(|finding| finding["id"] == id);
    own.map(|finding| (text(finding, "severity"), text(finding, "pointer"), text(finding, "message"))).collect()
}

/// Asserts that a rule finds one thing in the document, and returns it.
#[track_caller]
pub(crate) fn finds(id: &str, severity: &str, document: Value) -> Value {
    let findings = found(document);
    let own: Vec<&Value> = findings.iter().filter(|finding| finding["id"] == id).collect();
    assert_eq!(own.len(), 1, "{id}: {findings:#?}");
    assert_eq!(own[0]["severity"], severity, "{}", own[0]);
    own[0].clone()
}

/// Asserts that a rule finds nothing in the document.
#[track_caller]
pub(crate) fn passes(id: &str, document: Value) {
    let findings = found(document);
    assert_eq!(of(id, &findings), [], "{id}");
}

#[test]
fn a_good_submission_has_no_finding() {
    assert_eq!(found(document()), Vec::<Value>::new());
}

#[test]
fn something_to_check_is_needed_and_nothing_twice() {
    for (request, code) in [
        (json!({}), "request.missing_field"),
        (json!({"document": {}, "documentPath": "a.json"}), "request.invalid"),
        (json!({"document": {}, "base": {}, "basePath": "a.json"}), "request.invalid"),
        (json!({"document": {}, "now": "today"}), "request.invalid"),
        (json!({"document": {}, "allow": ["T99"]}), "request.invalid"),
        (json!({"documentPath": "/no/such/file"}), "file.not_found"),
    ] {
        assert_eq!(support::call(0, "submission.check", &request.to_string()).failure().1, code, "{request}");
    }
}

#[test]
fn a_rule_that_is_allowed_is_set_aside() {
    let document = with(&member("title"), json!("x".repeat(257)));
    let result = checked(json!({"document": document, "allow": ["t01"]}));
    assert_eq!(result["findings"], json!([]), "{result:#}");
    assert_eq!(result["suppressed"][0]["finding"]["id"], "T01");
    assert_eq!((&result["counts"]["error"], &result["counts"]["suppressed"]), (&json!(0), &json!(1)));
}

#[test]
fn a_finding_in_a_file_has_its_line_and_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("submission.json");
    let text = r#"{"listings": {"en-us": {"baseListing": {
  "title": "Beans",
  "features": ["ok",
    "• fast"]
}}}}"#;
    std::fs::write(&path, text).unwrap();
    let root = folder.path().to_str().unwrap();
    let result = checked(json!({"documentPath": path.to_str().unwrap(), "rootPath": root}));
    let findings = result["findings"].as_array().unwrap();
    let bullet = findings.iter().find(|finding| finding["id"] == "T15").unwrap();
    assert_eq!(
        (&bullet["file"], &bullet["line"], &bullet["column"], &bullet["pointer"], &bullet["language"]),
        (
            &json!("submission.json"),
            &json!(4),
            &json!(5),
            &json!("/listings/en-us/baseListing/features/1"),
            &json!("en-us")
        )
    );
    assert_eq!(findings[0]["severity"], "error", "the gravest come first");
    // A byte order mark, and JSON that is none.
    std::fs::write(&path, [b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap();
    checked(json!({"documentPath": path.to_str().unwrap()}));
    std::fs::write(&path, "{").unwrap();
    let request = json!({"documentPath": path.to_str().unwrap()}).to_string();
    assert_eq!(support::call(0, "submission.check", &request).failure().1, "document.invalid");
}

#[test]
fn what_is_live_only_warns_of_what_the_service_refuses() {
    let live = with(&member("shortDescription"), json!("x".repeat(501)));
    let result = checked(json!({"document": live, "base": live}));
    let findings = result["findings"].as_array().unwrap();
    assert_eq!(of("T01", findings)[0].0, "warning");
    assert!(findings[0]["remedy"].as_str().unwrap().contains("Partner Center"), "{result:#}");
    // Line ends don't make a text a new one.
    let (old, new) = ("TODO\nb", "TODO\r\nb");
    let [old, new] = [old, new].map(|text| with(&member("description"), json!(text)));
    assert_eq!(checked(json!({"document": new, "base": old}))["findings"], json!([]));
    assert_eq!(checked(json!({"document": new}))["findings"][0]["id"], "T16");
}

#[test]
fn a_release_file_is_checked_with_its_packages() {
    let folder = tempfile::tempdir().unwrap();
    let sample = storeship::package::sample::package(&Default::default()).unwrap();
    std::fs::write(folder.path().join("App.msix"), sample).unwrap();
    let path = folder.path().join("release.json");
    std::fs::write(
        &path,
        r#"{"appId": "9NBLGGH4R315", "packages": ["App.msix"], "releaseNotes": {"de-de": "{{notes}}"},
 "edits": [{"op": "replace", "path": "/listings/en-us/baseListing/title", "value": "<b>Beans</b>"}]}"#,
    )
    .unwrap();
    let result = checked(json!({"releasePath": path.to_str().unwrap()}));
    let findings = result["findings"].as_array().unwrap();
    assert_eq!(of("T16", findings)[0].1, "/releaseNotes/de-de", "{result:#}");
    assert_eq!(of("T14", findings)[0].1, "/edits/0/value");
    let title = findings.iter().find(|finding| finding["id"] == "T14").unwrap();
    assert_eq!((&title["line"], &title["language"]), (&json!(2), &json!("en-us")));
    assert_eq!(of("P06", findings)[0].0, "information");
    assert_eq!(result["counts"]["packages"], 1);
}

#[test]
fn a_release_is_refused_for_a_text_that_is_too_long_before_it_makes_a_draft() {
    let store = Store::start();
    let client = store.client();
    let notes = |text: String| json!({"appId": APP, "releaseNotes": {"en-us": text}});
    for operation in ["publish.plan", "publish"] {
        let answer = client.call(operation, notes("x".repeat(1_501)));
        assert_eq!(answer.failure().1, "check.failed", "{}", answer.text);
        let detail = &answer.json["error"]["details"][0];
        assert_eq!((&detail["code"], &detail["pointer"]), (&json!("T01"), &json!(member("releaseNotes"))));
    }
    assert_eq!(store.requests("createApplicationSubmission").len(), 0);
    // What certification dislikes is a warning, and what is live is not said again.
    let plan = client.call("publish.plan", notes("TODO".to_owned())).result()["findings"].clone();
    assert_eq!(of("T16", plan.as_array().unwrap()).len(), 1, "{plan:#}");
    assert_eq!(plan.as_array().unwrap().len(), 1, "{plan:#}");
    let mut long = notes("x".repeat(1_501));
    long["allow"] = json!(["T01"]);
    assert_eq!(client.call("publish.plan", long).result()["findings"][0]["severity"], "warning");
}
