//! The configuration of a client: what is accepted, and what is refused with which error.

use crate::support::{self, APP, Client, Store, open};
use serde_json::{Value, json};
use storeship::config::{Config, Credential, Retry, TokenEndpoint};
#[cfg(unix)]
use storeship::emulator::Options;

fn refused(config: &Value) -> (i32, String, String) {
    let (client, answer) = open(&config.to_string());
    assert_eq!(client, 0, "no client when it failed");
    let (status, code) = answer.failure();
    (status, code.to_owned(), answer.text)
}

fn token() -> Value {
    json!({"type": "token", "accessToken": "s3cret-token"})
}

#[test]
fn unknown_fields_and_wrong_values_are_refused_with_their_place() {
    let cases = [
        (json!({"credentials": {}}), "request.unknown_field", "credentials"),
        (json!({"credential": {"type": "token", "token": "s3cret-token"}}), "request.unknown_field", "/credential"),
        (json!({"credential": {"type": "password"}}), "request.invalid", "/credential"),
        (json!({"credential": {"type": "token"}}), "request.missing_field", "accessToken"),
        (json!({"credential": token(), "retry": {"baseMs": "fast"}}), "request.invalid", "/retry/baseMs"),
        (json!({"credential": token(), "limit": {"perminute": 5}}), "request.unknown_field", "/limit/perminute"),
        (json!({"credential": token(), "limit": {"perMinute": -1}}), "request.invalid", "/limit/perMinute"),
        (json!({"credential": token(), "limit": 20}), "request.invalid", "/limit"),
        (json!({"credential": token(), "serviceUrl": "here"}), "request.invalid", "/serviceUrl"),
        (json!({"credential": token(), "retry": [1, 2, 3]}), "request.invalid", "/retry"),
        (json!({"credential": {"type": "token", "accessToken": null}}), "request.invalid", "/credential"),
        (json!({"credential": {"type": "azureCli", "clientId": null}}), "request.unknown_field", "clientId"),
        (
            json!({"credential": {"type": "environment", "tenantId": "x"}}),
            "request.unknown_field",
            "leave `tenantId` out",
        ),
        (json!({"credential": {"type": "default", "identity": {}}}), "request.unknown_field", "leave `identity` out"),
        (
            json!({"credential": {"type": "token", "acess_token": "s3cret"}}),
            "request.unknown_field",
            "use `accessToken`",
        ),
        (json!({"credentials": null}), "request.unknown_field", "/credentials"),
        (json!([]), "request.invalid", "must be an object"),
    ];
    for (config, code, place) in cases {
        let (status, found, text) = refused(&config);
        assert_eq!((status, found.as_str()), (2, code), "{text}");
        assert!(text.contains(place), "{place} is not in {text}");
        assert!(!text.contains("s3cret") && text.contains("the configuration can't be read"), "{text}");
    }
    let (_, answer) = open("{\"credential\": ");
    assert_eq!(answer.failure(), (2, "request.syntax"));
}

/// System.Text.Json writes `null` for each property that is not set.
#[test]
fn a_field_that_is_null_is_absent() {
    let parse = |json: Value| {
        let variables = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c"), ("AZURE_CLIENT_SECRET", "s")];
        let find = |name: &str| variables.iter().find(|pair| pair.0 == name).map(|pair| pair.1.to_owned());
        Config::parse_with(&json.to_string(), &find).unwrap_or_else(|error| panic!("{json}: {error}"))
    };
    let (defaults, nulls) = (
        parse(json!({})),
        parse(json!({
            "credential": null, "serviceUrl": null, "authorityUrl": null, "tokenEndpoint": null, "blobHosts": null,
            "retry": {"baseMs": null, "capMs": null, "retryTimeoutSeconds": null}, "limit": null, "proxy": null,
            "caFile": null, "environment": null,
        })),
    );
    for config in [&defaults, &nulls] {
        assert_eq!(config.service_url.as_str(), "https://manage.devcenter.microsoft.com/v1.0/my/");
        assert_eq!(config.authority_url.as_str(), "https://login.microsoftonline.com/");
        assert_eq!((config.token_endpoint, config.blob_hosts.len()), (TokenEndpoint::V2, 1));
        let Retry { base_ms, cap_ms, retry_timeout_seconds } = config.retry;
        assert_eq!((base_ms, cap_ms, retry_timeout_seconds), (1_000, 60_000, 300));
        assert!(config.limit.is_none() && config.proxy.is_none() && config.ca_file.is_none());
        let Credential::Chain { links, .. } = &config.credential else { panic!("not the environment") };
        assert_eq!(links[0].ids(), (Some("t"), Some("c")));
    }
    assert_eq!(parse(json!({"retry": null})).retry.base_ms, 1_000);
    assert_eq!(parse(json!({"limit": {"perMinute": null}})).per_minute(), Some(20));

    let ids = |more: Value| {
        let mut credential = json!({"tenantId": "1", "clientId": "2"});
        credential.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "credential": credential })
    };
    for (credential, expected) in [
        (json!({"credential": {"type": "token", "accessToken": "x", "expiresAt": null}}), (None, None)),
        (
            ids(json!({
                "type": "certificate", "certificatePath": "x", "certificate": null, "certificatePassword": null,
                "sendCertificateChain": null,
            })),
            (Some("1"), Some("2")),
        ),
        (
            json!({"credential": {"type": "federatedFile", "tenantId": null, "clientId": null, "path": "x"}}),
            (Some("t"), Some("c")),
        ),
        (json!({"credential": {"type": "managedIdentity", "identity": null}}), (None, None)),
        (
            json!({"credential": {
                "type": "managedIdentityFederated", "tenantId": null, "clientId": "2",
                "identity": {"clientId": null, "objectId": null, "resourceId": null},
            }}),
            (Some("t"), Some("2")),
        ),
        (json!({"credential": {"type": "azureCli", "tenantId": null, "command": null}}), (None, None)),
    ] {
        assert_eq!(parse(credential.clone()).credential.ids(), expected, "{credential}");
    }
}

#[test]
fn the_default_limit_is_that_of_the_service_except_on_this_machine() {
    let per_minute = |more: Value| {
        let mut config = json!({"credential": token()});
        config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Config::parse(&config.to_string()).unwrap().per_minute()
    };
    let here = "http://127.0.0.1:1/";
    assert_eq!(per_minute(json!({})), Some(20));
    assert_eq!(per_minute(json!({"limit": {"perMinute": 7}})), Some(7));
    assert_eq!(per_minute(json!({"limit": {"perMinute": 0}})), None);
    assert_eq!(per_minute(json!({"serviceUrl": here})), None);
    assert_eq!(per_minute(json!({"serviceUrl": here, "limit": {}})), Some(20));
}

#[test]
fn the_times_of_retry_are_a_day_at_most() {
    for (field, most) in [("baseMs", 86_400_000), ("capMs", 86_400_000), ("retryTimeoutSeconds", 86_400_u64)] {
        let open_with =
            |value: u64| support::open(&json!({"credential": token(), "retry": {field: value}}).to_string());
        let (client, answer) = open_with(most);
        assert_eq!(answer.status, 0, "{}", answer.text);
        storeship::ffi::functions::storeship_client_close(client);
        for more in [2 * most, u64::MAX] {
            let (_, answer) = open_with(more);
            assert_eq!(answer.failure(), (2, "config.invalid"), "{}", answer.text);
            assert!(answer.text.contains(&format!("`retry.{field}`")), "{}", answer.text);
        }
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for url in ["http://manage.devcenter.microsoft.com/v1.0/my", "ftp://127.0.0.1/", "http://127.0.0.1.example.com/"] {
        for field in ["serviceUrl", "authorityUrl"] {
            let (_, code, _) = refused(&json!({"credential": token(), field: url}));
            assert_eq!(code, "config.invalid", "{field} {url}");
        }
    }
    let (_, code, text) = refused(&json!({"credential": token(), "serviceUrl": "https://user:pa55@host/"}));
    assert_eq!(code, "config.invalid");
    assert!(!text.contains("pa55"), "{text}");
    for url in ["http://localhost:1/", "http://127.0.0.1:1", "http://[::1]:1/my", "https://example.com/my"] {
        Client::open(&json!({"credential": token(), "serviceUrl": url}));
    }
}

#[test]
fn plain_http_is_for_hosts_that_are_listed() {
    let open = |hosts: Value, field: &str, url: &str| {
        open(&json!({"credential": token(), "allowHttpHosts": hosts, field: url}).to_string())
    };
    for url in ["http://emulator:8080/v1.0/my/", "http://EMULATOR/", "http://172.17.0.2:1", "http://[fd00::2]:1/"] {
        for field in ["serviceUrl", "authorityUrl"] {
            let (client, answer) = open(json!(["Emulator", "172.17.0.2", "[fd00::2]"]), field, url);
            answer.result();
            storeship::ffi::functions::storeship_client_close(client);
            let (_, answer) = open(json!(["emulator.example"]), field, url);
            assert_eq!(answer.failure(), (2, "config.invalid"), "{url}");
            assert!(answer.text.contains("`allowHttpHosts`"), "{}", answer.text);
        }
    }
    for host in [
        "manage.devcenter.microsoft.com",
        "Microsoft.com.",
        "login.microsoftonline.us",
        "store.blob.core.windows.net",
        ".example.com",
        "*.example.com",
        "emulator:8080",
        "http://emulator",
        "emulator/path",
        "",
    ] {
        let (_, answer) = open(json!([host]), "serviceUrl", "https://example.com/");
        assert_eq!(answer.failure(), (2, "config.invalid"), "{host}");
    }
    // A name that only ends like one of Microsoft's.
    open(json!(["notmicrosoft.com"]), "serviceUrl", "http://notmicrosoft.com/").1.result();
}

/// Through an address that is not the loopback address, though it leads there.
#[cfg(unix)]
#[test]
fn a_release_to_a_host_that_is_listed() {
    let store = Store::with(Options { host: "0.0.0.0".parse().unwrap(), ..Options::default() });
    let mut config = store.config();
    for field in ["serviceUrl", "authorityUrl"] {
        config[field] = json!(config[field].as_str().unwrap().replace("127.0.0.1", "0.0.0.0"));
    }
    assert_eq!(open(&config.to_string()).1.failure().1, "config.invalid");
    config["allowHttpHosts"] = json!(["0.0.0.0"]);
    let client = Client::open(&config);
    let package = store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let request = json!({"appId": APP, "packages": [package], "until": "published", "pollSeconds": 0.01});
    client.call("publish", request).result();
    let put = store.requests("updateApplicationSubmission");
    assert!(put[0]["body"].as_str().unwrap().contains("http://0.0.0.0:"), "the upload address has the host");
}

#[test]
fn a_proxy_and_a_certificate_file_are_checked_when_the_client_is_opened() {
    let (_, code, text) = refused(&json!({"credential": token(), "proxy": "http://user:pa55 word@:x"}));
    assert_eq!(code, "config.invalid");
    assert!(!text.contains("pa55"), "{text}");
    let store = Store::start();
    let missing = store.folder.path().join("none.pem");
    assert_eq!(refused(&json!({"credential": token(), "caFile": missing})).1, "file.not_found");
    let wrong = store.folder.path().join("wrong.pem");
    std::fs::write(&wrong, "not a certificate").unwrap();
    assert_eq!(refused(&json!({"credential": token(), "caFile": wrong})).1, "config.invalid");
}

#[test]
fn a_ready_token_is_used_until_it_expires() {
    let store = Store::start();
    let mut config = store.config();
    config["credential"] = json!({"type": "token", "accessToken": "s3cret-token", "expiresAt": "2020-01-01T00:00:00Z"});
    let expired = Client::open(&config).call("app.list", json!({}));
    assert_eq!(expired.failure(), (10, "auth.token_expired"));
    config["credential"]["expiresAt"] = json!("2999-01-01T00:00:00Z");
    let client = Client::open(&config);
    assert_eq!(client.call("token.check", json!({})).result()["credential"], "ready token");
    let foreign = client.call("app.list", json!({}));
    assert_eq!(foreign.failure(), (10, "auth.not_allowed"));
    assert!(!foreign.text.contains("s3cret"), "{}", foreign.text);
}

#[test]
fn a_refused_connection_is_retried() {
    let config = json!({
        "credential": token(), "serviceUrl": "http://127.0.0.1:9/", "retry": {"baseMs": 1, "capMs": 1, "retryTimeoutSeconds": 40},
    });
    let answer = Client::open(&config).call("app.get", json!({"appId": APP}));
    assert_eq!(answer.failure(), (11, "network.unreachable"));
    assert!(answer.json["error"]["http"]["attempts"].as_u64().unwrap() > 1, "it was retried: {}", answer.text);
}

#[test]
fn a_redirect_is_not_followed_so_no_token_goes_elsewhere() {
    let store = Store::start();
    let other = Store::start();
    let location = format!("{}applications", other.endpoints.service);
    store.fault(json!({"method": "GET", "path": "*/applications", "status": 302, "headers": {"location": location}}));
    let answer = store.client().call("app.list", json!({}));
    assert_eq!(answer.failure(), (12, "service.refused"));
    assert_eq!(other.control("GET", "requests", None), json!([]));
}

#[test]
fn service_call_reaches_only_the_service() {
    let store = Store::start();
    let client = store.client();
    let ask = |path: &str| client.call("service.call", json!({"method": "GET", "path": path}));
    assert_eq!(ask(&format!("/applications/{APP}")).result()["body"]["id"], APP);
    for path in ["https://example.com/", "../../_emulator/state", "/../../../token"] {
        let answer = ask(path);
        assert_eq!(answer.failure(), (2, "request.invalid"), "{path}");
    }
    // An id is one segment of the path whatever it holds, so it never names another resource.
    store.control("DELETE", "requests", None);
    for id in [format!("../{APP}"), format!("{APP}/.."), format!("{APP}?top=1"), "..".to_owned()] {
        assert_ne!(client.call("app.get", json!({"appId": id})).status, 0, "{id}");
    }
    assert_eq!(store.requests("getApplication").iter().filter(|request| request["status"] == 200).count(), 0);
}

#[test]
fn an_upload_goes_only_to_hosts_that_are_allowed() {
    let store = Store::start();
    let client = store.client();
    let made = client.call("submission.create", json!({"appId": APP}));
    let id = made.result()["id"].as_str().unwrap().to_owned();
    let mut elsewhere = made.result().clone();
    for address in [
        "https://evil.example.com/x?sig=1",
        "http://store.blob.core.windows.net/x?sig=1",
        "https://blob.core.windows.net.evil.com/x",
    ] {
        elsewhere["fileUploadUrl"] = json!(address);
        let path = format!("*/applications/{APP}/submissions/{id}");
        store.fault(json!({"method": "GET", "path": path, "status": 200, "body": elsewhere}));
        let files = json!([{"path": store.package("a.msix", "1.0.0.1")}]);
        let request = json!({"appId": APP, "submissionId": id, "files": files});
        let answer = client.call("package.upload", request);
        assert_eq!(answer.failure(), (15, "upload.host_not_allowed"), "{address}");
        assert!(!answer.text.contains("sig="), "{}", answer.text);
    }
}
