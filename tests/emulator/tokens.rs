//! The token endpoints, and the check of access tokens.

use serde_json::json;
use storeship::emulator::Options;

use crate::router::{APP, RESOURCE, Response, Store};

/// Status, `error` and AADSTS number of an error response.
fn token_error(response: &Response) -> (u16, String, u64) {
    let body = response.json();
    assert!(body["error_description"].as_str().is_some_and(|text| text.starts_with("AADSTS")), "{body}");
    (
        response.status,
        body["error"].as_str().unwrap_or_default().to_owned(),
        body["error_codes"][0].as_u64().unwrap_or_default(),
    )
}

#[tokio::test]
async fn v1_sends_numbers_as_strings() {
    let store = Store::start().await;
    let body = store.token_request(&[]).await.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], "3599");
    assert_eq!(body["resource"], RESOURCE);
    assert!(body["expires_on"].is_string());
}

#[tokio::test]
async fn v2_takes_a_scope_and_sends_numbers() {
    let mut store = Store::start().await;
    let path = format!("/{}/OAuth2/v2.0/token", store.endpoints().tenant_id);
    let scope = format!("{RESOURCE}/.default");
    let response = store.form(&path, &store.fields(&[("resource", ""), ("scope", &scope)])).await;
    assert_eq!(response.json()["expires_in"], 3599);
    store.token = response.json()["access_token"].as_str().unwrap().to_owned();
    store.get("applications").await;

    let response = store.form(&path, &store.fields(&[("resource", ""), ("scope", RESOURCE)])).await;
    assert_eq!(token_error(&response), (400, "invalid_scope".into(), 70_011));
    let response = store.form(&path, &store.fields(&[])).await;
    assert_eq!(token_error(&response), (400, "invalid_request".into(), 900_144));
}

#[tokio::test]
async fn the_secret_needs_no_escape_unless_asked_for() {
    let as_it_is = async |store: &Store| {
        let fields = store.fields(&[]);
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let path = format!("/{}/oauth2/token", store.endpoints().tenant_id);
        store.send("POST", &path, &headers, body.join("&").into_bytes()).await.status
    };
    assert_eq!(as_it_is(&Store::start().await).await, 200);
    // `Store::with` signs in with the secret escaped.
    let special = Store::with(Options { special_secret: true, ..Options::default() }).await;
    assert!(special.endpoints().client_secret.ends_with("+/=&"));
    assert_eq!(as_it_is(&special).await, 401);
}

#[tokio::test]
async fn errors_are_those_of_entra_id() {
    let store = Store::start().await;
    for (change, expected) in [
        (("client_secret", "wrong"), (401, "invalid_client", 7_000_215)),
        (("client_secret", ""), (401, "invalid_client", 7_000_218)),
        (("client_id", "8f3c6d2e-0000-4000-8000-000000000000"), (400, "unauthorized_client", 700_016)),
        (("client_id", ""), (400, "invalid_request", 900_144)),
        (("grant_type", "password"), (400, "unsupported_grant_type", 70_003)),
        (("grant_type", ""), (400, "invalid_request", 900_144)),
        (("resource", ""), (400, "invalid_request", 900_144)),
        (("resource", "https://graph.microsoft.com"), (400, "invalid_resource", 500_011)),
    ] {
        let response = store.token_request(&[change]).await;
        let (status, error, number) = token_error(&response);
        assert_eq!((status, error.as_str(), number), expected, "{change:?}");
    }
    let response = store.form("/contoso.onmicrosoft.com/oauth2/token", &store.fields(&[])).await;
    assert_eq!(token_error(&response), (400, "invalid_request".into(), 90_002));

    let mut twice = store.fields(&[]);
    twice.push(("resource".into(), RESOURCE.into()));
    let path = format!("/{}/oauth2/token", store.endpoints().tenant_id);
    assert_eq!(token_error(&store.form(&path, &twice).await), (400, "invalid_request".into(), 9_000_411));

    let response = store.send("POST", &path, &[("content-type", "application/json")], b"{}".to_vec()).await;
    assert_eq!(token_error(&response), (400, "invalid_request".into(), 900_144));
}

#[tokio::test]
async fn assertions_of_unknown_signers_are_refused() {
    use base64::Engine;
    let store = Store::start().await;
    let encode = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims =
        encode(json!({"exp": 40_000_000_000_u64, "iss": "https://token.actions.githubusercontent.com"}).to_string());
    let assertion = |header: serde_json::Value| format!("{}.{claims}.c2ln", encode(header.to_string()));
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    for (assertion, number) in [
        (assertion(json!({})), 50_027),
        (assertion(json!({"alg": "none"})), 50_027),
        (assertion(json!({"alg": "HS256"})), 50_027),
        (assertion(json!({"alg": "RS256", "kid": "1"})), 700_211),
        (assertion(json!({"alg": "RS256", "x5t": "1"})), 700_027),
        ("not a token".to_owned(), 50_027),
    ] {
        let response = store.token_request(&[("client_secret", ""), ("client_assertion", &assertion), kind]).await;
        assert_eq!(token_error(&response), (401, "invalid_client".into(), number), "{assertion}");
    }
}

#[tokio::test]
async fn the_service_accepts_only_its_own_valid_tokens() {
    let mut store = Store::with(Options { token_lifetime: 60, ..Options::default() }).await;
    let good = store.token.clone();
    let other = Store::with(Options { seed: 2, ..Options::default() }).await.token;
    let slash = store.token_request(&[("resource", "https://manage.devcenter.microsoft.com/")]).await;
    assert_eq!(slash.status, 200);
    let slash = slash.json()["access_token"].as_str().unwrap().to_owned();
    for bad in [other, slash, "abc".to_owned(), String::new()] {
        store.token = bad;
        let response = store.call("GET", "applications", None).await;
        assert_eq!((response.status, &response.json()["code"]), (401, &json!("Unauthorized")));
    }
    let response = store.send("GET", "/v1.0/my/applications", &[], Vec::new()).await;
    assert_eq!(response.status, 401);

    store.token = good;
    store.get(&format!("applications/{APP}")).await;
    store.control("POST", "clock", json!({"advanceSeconds": 60})).await;
    assert_eq!(store.call("GET", "applications", None).await.status, 401);
    store.sign_in().await;
    store.get("applications").await;
}

#[tokio::test]
async fn secrets_are_not_recorded() {
    let store = Store::start().await;
    store.get("applications").await;
    let requests = store.control("GET", "requests", json!(null)).await;
    let secret = url::form_urlencoded::byte_serialize(store.endpoints().client_secret.as_bytes()).collect::<String>();
    assert!(!requests.text().contains(&secret));
    assert!(!requests.text().contains(&store.token));
    assert!(requests.text().contains("client_secret=present"));
}
