//! The names that the emulator answers to, and the web pages that it does not obey.

use serde_json::{Value, json};
use storeship::emulator::Options;

use crate::router::{APP, RESOURCE, Store};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn named() -> Store {
    Store::with(Options { host_names: vec!["emulator.test".into()], port: 8080, ..Options::default() }).await
}

#[tokio::test]
async fn addresses_are_at_the_host_of_the_request() {
    let store = named().await;
    let path = format!("/v1.0/my/applications/{APP}/submissions");
    let bearer = format!("Bearer {}", store.token);
    let document = store.send("POST", &path, &[("authorization", &bearer)], Vec::new()).await.json();
    let path = format!("{path}/{}", document["id"].as_str().unwrap());
    for (host, origin) in [
        ("emulator.test:9000", "http://emulator.test:9000"),
        ("Emulator.Test", "http://emulator.test"),
        ("localhost:8080", "http://localhost:8080"),
        ("172.17.0.2:8080", "http://172.17.0.2:8080"),
        ("[::1]:8080", "http://[::1]:8080"),
    ] {
        let document = store.send("GET", &path, &[("authorization", &bearer), ("host", host)], Vec::new()).await.json();
        let url = document["fileUploadUrl"].as_str().unwrap();
        assert!(url.starts_with(&format!("{origin}/productingestionbin1/ingestion/")), "{host}: {url}");
        let endpoints = store.send("GET", "/_emulator/endpoints", &[("host", host)], Vec::new()).await.json();
        assert_eq!(endpoints["service"], format!("{origin}/v1.0/my/"));
    }
    for host in ["evil.example", "emulator.test.evil.example", "x@emulator.test", "emulator.test/x", "", "a b"] {
        for path in [path.as_str(), "/_emulator/state", "/productingestionbin1/ingestion/x", "/t/oauth2/token"] {
            let response = store.send("GET", path, &[("authorization", &bearer), ("host", host)], Vec::new()).await;
            assert_eq!(response.status, 421, "{host} {path}");
            assert!(response.json()["error"].as_str().unwrap().contains("--host-name"), "{}", response.text());
        }
    }
}

#[tokio::test]
async fn an_emulator_that_listens_everywhere_says_where_it_is() {
    for (names, expected) in [(vec![], "127.0.0.1"), (vec!["emulator.test".to_owned()], "emulator.test")] {
        let options = Options { host: "0.0.0.0".parse().unwrap(), host_names: names, ..Options::default() };
        let running = Store::with(options).await.emulator.serve().await.unwrap();
        let service = running.endpoints().service.clone();
        assert!(service.starts_with(&format!("http://{expected}:")), "{service}");
        running.stop().await;
    }
}

#[tokio::test]
async fn a_web_page_cannot_drive_the_control_routes() {
    let store = named().await;
    let body = json!({"path": "*", "status": 500}).to_string().into_bytes();
    let status =
        async |headers: &[(&str, &str)]| store.send("POST", "/_emulator/faults", headers, body.clone()).await.status;
    let own = ("host", "emulator.test:8080");
    for (headers, expected) in [
        (vec![JSON, own], 201),
        (vec![JSON, own, ("origin", "http://emulator.test:8080")], 201),
        (vec![JSON, own, ("sec-fetch-site", "same-origin")], 201),
        (vec![JSON, own, ("origin", "http://emulator.test:8081")], 403),
        (vec![JSON, own, ("origin", "https://emulator.test:8080")], 403),
        (vec![JSON, own, ("origin", "null")], 403),
        (vec![JSON, own, ("sec-fetch-site", "cross-site")], 403),
        (vec![JSON, own, ("sec-fetch-site", "same-site")], 403),
        // The name of a page that points here since its first request.
        (vec![JSON, ("host", "evil.example:8080"), ("origin", "http://evil.example:8080")], 421),
        // What a form, or an old browser that tells no origin, can send.
        (vec![own], 415),
        (vec![own, ("content-type", "text/plain")], 415),
        (vec![own, ("content-type", "application/x-www-form-urlencoded")], 415),
        (vec![own, ("content-type", "application/json; charset=utf-8")], 201),
    ] {
        assert_eq!(status(&headers).await, expected, "{headers:?}");
    }
    let origin = ("origin", "http://evil.example");
    for (method, path) in [("DELETE", "faults"), ("DELETE", "requests"), ("GET", "state"), ("OPTIONS", "faults")] {
        let response = store.send(method, &format!("/_emulator/{path}"), &[origin], Vec::new()).await;
        assert_eq!(response.status, 403, "{method} {path}");
    }
    assert_eq!(store.control("GET", "faults", Value::Null).await.json().as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn the_own_address_stands_for_the_service() {
    let mut store = named().await;
    let endpoints = store.endpoints();
    let v2 = format!("/{}/oauth2/v2.0/token", endpoints.tenant_id);
    for resource in ["http://127.0.0.1:8080", "http://127.0.0.1:8080/", "http://127.0.0.1:8080/v1.0/my/"] {
        let response = store.token_request(&[("resource", resource)]).await;
        store.token = response.json()["access_token"].as_str().unwrap_or_else(|| panic!("{resource}")).to_owned();
        store.get("applications").await;
        let scope = format!("{}/.default", resource.trim_end_matches('/'));
        let response = store.form(&v2, &store.fields(&[("resource", ""), ("scope", &scope)])).await;
        store.token = response.json()["access_token"].as_str().unwrap_or_else(|| panic!("{scope}")).to_owned();
        store.get("applications").await;
    }
    for resource in ["http://127.0.0.1:8081", "http://127.0.0.1:8080/other", "http://emulator.test:8080"] {
        assert_eq!(store.token_request(&[("resource", resource)]).await.status, 400, "{resource}");
    }
}

#[tokio::test]
async fn emulators_of_one_seed_do_not_accept_each_others_tokens() {
    let (one, mut other) = (Store::start().await, Store::start().await);
    assert_eq!(one.endpoints().client_secret, other.endpoints().client_secret);
    other.token.clone_from(&one.token);
    let response = other.call("GET", "applications", None).await;
    assert_eq!((response.status, &response.json()["code"]), (401, &json!("Unauthorized")));
    one.get("applications").await;
    // Nor an id token.
    let path = "/identity/github/idtoken?api-version=2.0&audience=api://AzureADTokenExchange";
    let bearer = format!("Bearer {}", one.endpoints().identity_token);
    let token = one.send("GET", path, &[("authorization", &bearer)], Vec::new()).await.json()["value"].clone();
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let fields = [("client_secret", ""), ("client_assertion", token.as_str().unwrap()), kind, ("resource", RESOURCE)];
    assert_eq!(one.token_request(&fields).await.status, 200);
    assert_eq!(other.token_request(&fields).await.status, 401);
}

#[tokio::test]
async fn id_tokens_are_issued_at_the_host_of_the_request() {
    let store = named().await;
    let kind = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    let subject = "repo:contoso/reader:ref:refs/heads/main";
    for origin in ["http://emulator.test:9000", "http://localhost:8080"] {
        let host = ("host", origin.trim_start_matches("http://"));
        let at = store.send("GET", "/_emulator/endpoints", &[host], Vec::new()).await.json();
        let issuer = format!("{}github", at["identity"].as_str().unwrap());
        let bearer = format!("Bearer {}", at["identityToken"].as_str().unwrap());
        let path = "/identity/github/idtoken?api-version=2.0&audience=api://AzureADTokenExchange";
        let token = store.send("GET", path, &[host, ("authorization", &bearer)], Vec::new()).await.json();
        let token = token["value"].as_str().unwrap();
        let fields = [("client_secret", ""), ("client_assertion", token), kind, ("resource", RESOURCE)];
        // The application trusts the emulator's own issuers under each of its names, and then only the one that is set.
        store.control("PUT", "trust", json!({})).await;
        assert_eq!(store.token_request(&fields).await.status, 200, "{origin}");
        let trust = json!({"federated": [{"issuer": issuer, "subject": subject}]});
        assert_eq!(store.control("PUT", "trust", trust).await.status, 204);
        assert_eq!(store.token_request(&fields).await.status, 200, "{issuer}");
        let trust = json!({"federated": [{"issuer": "http://127.0.0.1:8080/identity/github", "subject": subject}]});
        store.control("PUT", "trust", trust).await;
        assert!(store.token_request(&fields).await.text().contains("AADSTS700211"), "{origin}");
    }
}
