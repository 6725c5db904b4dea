//! Every way to sign in that the emulator offers, through the C ABI, and the codes of its refusals.

use crate::support::{Client, Store};
use serde_json::{Value, json};
use storeship::emulator::Options;

use super::*;

/// The variables of the build systems and of App Service, with the addresses of the emulator.
fn variables(store: &Store) -> Value {
    let at = |path: &str| format!("{}{path}", store.endpoints.identity);
    let token = &store.endpoints.identity_token;
    json!({
        "AZURE_TENANT_ID": store.endpoints.tenant_id, "AZURE_CLIENT_ID": store.endpoints.client_id,
        "ACTIONS_ID_TOKEN_REQUEST_URL": at("github/idtoken?api-version=2.0"), "ACTIONS_ID_TOKEN_REQUEST_TOKEN": token,
        "SYSTEM_OIDCREQUESTURI": at("pipelines/_oidc"), "SYSTEM_ACCESSTOKEN": token,
        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": "connection-1",
        "IDENTITY_ENDPOINT": at("msi/token"), "IDENTITY_HEADER": token, "IMDS_ENDPOINT": "",
    })
}

fn open(store: &Store, credential: Value, environment: Value) -> Client {
    let mut config = store.config();
    (config["credential"], config["environment"]) = (credential, environment);
    Client::open(&config)
}

/// Signs in and calls the service. Returns the name of the credential, or the code of the error.
fn outcome(store: &Store, credential: Value, environment: Value) -> String {
    let client = open(store, credential, environment);
    let answer = client.call("token.check", json!({}));
    assert!(!answer.text.contains(&store.endpoints.identity_token), "{}", answer.text);
    if answer.status != 0 {
        return answer.failure().1.to_owned();
    }
    client.call("app.list", json!({})).result();
    answer.result()["credential"].as_str().unwrap().to_owned()
}

pub(crate) fn certificate_of(store: &Store, pem: &str) -> Value {
    let endpoints = &store.endpoints;
    json!({"type": "certificate", "tenantId": endpoints.tenant_id, "clientId": endpoints.client_id, "certificate": pem})
}

#[test]
fn a_secret_may_have_characters_of_forms() {
    let store = Store::with(Options { special_secret: true, ..Options::default() });
    assert!(store.endpoints.client_secret.ends_with("+/=&"));
    store.client().call("app.list", json!({})).result();
}

#[test]
fn the_emulator_issues_tokens_for_every_credential() {
    let store = Store::start();
    let federated = json!({"type": "managedIdentityFederated", "clientId": store.endpoints.client_id});
    for (credential, name) in [
        (json!({"type": "githubActions"}), "GitHub Actions"),
        (json!({"type": "azurePipelines"}), "Azure Pipelines"),
        (json!({"type": "managedIdentity"}), "managed identity"),
        (federated, "application by managed identity"),
        (json!({"type": "environment"}), "environment: GitHub Actions"),
        (json!({"type": "default"}), "default: GitHub Actions"),
    ] {
        assert_eq!(outcome(&store, credential, variables(&store)), name);
    }
    let file = store.folder.path().join("token");
    std::fs::write(&file, store.id_token("api://AzureADTokenExchange")).unwrap();
    let credential = json!({"type": "federatedFile", "path": file});
    assert_eq!(outcome(&store, credential, variables(&store)), "federated token file");
    let endpoints = &store.endpoints;
    let credential = json!({
        "type": "assertion", "tenantId": endpoints.tenant_id, "clientId": endpoints.client_id,
        "assertion": store.id_token("api://AzureADTokenExchange"),
    });
    assert_eq!(outcome(&store, credential, json!({})), "assertion");
}

#[test]
fn the_emulator_refuses_what_entra_refuses() {
    let store = Store::start();
    let environment = |changes: Value| {
        let mut variables = variables(&store);
        variables.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        variables
    };
    let identity = |id: &str| json!({"type": "managedIdentity", "identity": {"clientId": id}});
    for (credential, changes, code) in [
        (json!({"type": "githubActions"}), json!({"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}), "auth.id_token"),
        (json!({"type": "azurePipelines"}), json!({"SYSTEM_ACCESSTOKEN": "x"}), "auth.id_token"),
        (json!({"type": "azurePipelines", "serviceConnectionId": "other"}), json!({}), "auth.id_token"),
        (json!({"type": "managedIdentity"}), json!({"IDENTITY_HEADER": "x"}), "auth.identity_refused"),
        (identity("00000000-0000-0000-0000-000000000001"), json!({}), "auth.identity_refused"),
    ] {
        assert_eq!(outcome(&store, credential, environment(changes)), code);
    }
    let assertion = |audience: &str| {
        let endpoints = &store.endpoints;
        json!({
            "type": "assertion", "tenantId": endpoints.tenant_id, "clientId": endpoints.client_id,
            "assertion": store.id_token(audience),
        })
    };
    assert_eq!(outcome(&store, assertion("api://Other"), json!({})), "auth.federation_unknown");
    let old = assertion("api://AzureADTokenExchange");
    store.control("POST", "clock", Some(json!({"advanceSeconds": 700})));
    assert_eq!(outcome(&store, old, json!({})), "auth.assertion_expired");
    let issuer = format!("{}github", store.endpoints.identity);
    for (issuer, subject) in
        [("https://example.com", "repo:contoso/reader:ref:refs/heads/main"), (&issuer, "repo:other")]
    {
        let trust = json!({"federated": [{"issuer": issuer, "subject": subject}]});
        store.control("PUT", "trust", Some(trust));
        assert_eq!(outcome(&store, json!({"type": "githubActions"}), variables(&store)), "auth.federation_unknown");
    }
}

#[test]
fn a_subject_in_other_letter_case_is_told_as_such() {
    let store = Store::start();
    let issuer = format!("{}github", store.endpoints.identity);
    let subject = "repo:contoso/reader:ref:refs/heads/main";
    let check = |trusted: &str| {
        store.control("PUT", "trust", Some(json!({"federated": [{"issuer": issuer, "subject": trusted}]})));
        open(&store, json!({"type": "githubActions"}), variables(&store)).call("token.check", json!({}))
    };
    check(subject).result();
    let answer = check("repo:Contoso/Reader:ref:refs/heads/main");
    assert_eq!(answer.failure(), (10, "auth.federation_unknown"));
    assert_eq!(answer.json["error"]["service"]["code"], "AADSTS7002138");
    let hint = answer.json["error"]["hint"].as_str().unwrap();
    for words in ["letter case counts", subject, "delete the federated credential", "editing it did not help"] {
        assert!(hint.contains(words), "{hint}");
    }
    // Any other subject: the values that the federated credential must have.
    let answer = check("repo:contoso/other:ref:refs/heads/main");
    assert_eq!(answer.json["error"]["service"]["code"], "AADSTS700213");
    let hint = answer.json["error"]["hint"].as_str().unwrap();
    for words in [subject, issuer.as_str(), "api://AzureADTokenExchange"] {
        assert!(hint.contains(words), "{hint}");
    }
}

#[test]
fn a_certificate_signs_in_despite_a_wrong_clock() {
    let pem = text("key.pem") + &text("cert.pem");
    let exchanges = |store: &Store| {
        let all = store.control("GET", "requests", None);
        all.as_array().unwrap().iter().filter(|request| request["path"].as_str().unwrap().ends_with("/token")).count()
    };
    for (seconds, needed) in [(0, 1), (200, 1), (3600, 2), (-3600, 2), (90 * 86400, 2)] {
        let store = Store::start();
        store.control("PUT", "trust", Some(json!({"certificates": [text("cert.pem")]})));
        store.control("POST", "clock", Some(json!({ "advanceSeconds": seconds })));
        let client = open(&store, certificate_of(&store, &pem), json!({}));
        client.call("token.check", json!({})).result();
        client.call("app.list", json!({})).result();
        assert_eq!(exchanges(&store), needed, "{seconds}");
    }
    // Any other refusal is reported after the second attempt at the latest.
    for (seconds, number, needed) in [(3600, 700_024, 2), (3600, 700_016, 2), (0, 700_024, 1), (200, 700_016, 1)] {
        let store = Store::start();
        store.control("POST", "clock", Some(json!({ "advanceSeconds": seconds })));
        let body = json!({"error": "invalid_client", "error_codes": [number], "error_description": "No."});
        store.fault(json!({"path": "*/token", "status": 401, "body": body, "count": 0}));
        let answer = open(&store, certificate_of(&store, &pem), json!({})).call("token.check", json!({}));
        let code = if number == 700_024 { "auth.assertion_expired" } else { "auth.unknown_client" };
        assert_eq!(answer.failure(), (10, code));
        assert_eq!(exchanges(&store), needed, "{seconds} {number}");
    }
}

#[test]
fn the_emulator_checks_a_certificate() {
    let store = Store::start();
    let pem = text("key.pem") + &text("cert.pem") + &text("authority.pem");
    assert_eq!(outcome(&store, certificate_of(&store, &pem), json!({})), "auth.certificate_unknown");
    store.control("PUT", "trust", Some(json!({"certificates": [text("cert.pem")]})));
    for (version, chain) in [("v2", false), ("v2", true), ("v1", false)] {
        let mut credential = certificate_of(&store, &pem);
        credential["sendCertificateChain"] = json!(chain);
        let mut config = store.config();
        (config["credential"], config["tokenEndpoint"]) = (credential, json!(version));
        let answer = Client::open(&config).call("token.check", json!({}));
        assert_eq!(answer.result()["credential"], "certificate", "{version} {chain}");
    }
}

#[test]
fn variables_of_the_configuration_take_precedence() {
    let process = [&IDS[..], &[("AZURE_CLIENT_SECRET", SECRET)]].concat();
    let parse =
        |environment: Value| config(json!({"type": "environment"}), json!({ "environment": environment }), &process);
    let Ok(config) = parse(json!({"AZURE_TENANT_ID": "other"})) else { panic!("refused") };
    let Credential::Chain { links, .. } = &config.credential else { panic!("no chain") };
    assert_eq!(links[0].ids(), (Some("other"), Some(CLIENT)));
    let error = parse(json!({"AZURE_CLIENT_SECRET": ""})).err().unwrap();
    assert!(error.to_string().contains("no AZURE_CLIENT_SECRET"), "{error}");
    let error = parse(json!({"AZURE_CLIENT_SECRET": [SECRET]})).err().unwrap();
    assert_no_secret_in(&error.to_json());
}
