//! Secrets never reach a caller. Canaries with every kind of character are put into credentials, tokens, addresses and
//! hostile responses, and looked for in responses, events, errors, `Debug` output, and what the process prints: as plain
//! text, in JSON, URL-encoded with both cases of hex digits, and in base64 at each offset.
//!
//! One exception: the documents of the service are returned unchanged, so `fileUploadUrl` holds the signed address that
//! an upload needs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;

use crate::support::{self, APP, Answer, Client, Store};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

const SECRET: &str = "kAnarY+/s3cr=t&x~ \"q\\\u{e9}";
const ASSERTION: &str = "asserti0n/canary+=&~";
/// Has only characters that a header can carry.
const TOKEN: &str = "t0k3n.canary+/opaque~==";
const PROXY_PASSWORD: &str = "pr0xy+canary/=~";
const PFX_PASSWORD: &str = "pfx+canary/ =~w";

/// The forms in which a secret may appear. Does not use the library's own list, so that a form missing there is found.
fn forms(secret: &str) -> Vec<String> {
    let mut forms = vec![secret.to_owned(), json!(secret).to_string().trim_matches('"').to_owned()];
    for kept in ["", "~", "~*!'()", "+/="] {
        for upper in [true, false] {
            let escape = |byte: u8| if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
            let keeps = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c) || kept.contains(c);
            let encoded: String = secret
                .chars()
                .map(|c| match c {
                    c if keeps(c) => c.to_string(),
                    c => c.to_string().bytes().map(escape).collect(),
                })
                .collect();
            forms.push(encoded.replace("%20", "+"));
            forms.push(encoded.replace('%', "%25"));
            forms.push(encoded.replace('%', "%2525"));
            forms.push(encoded);
        }
    }
    for before in 0..3 {
        let bytes = [&b"::"[..before], secret.as_bytes()].concat();
        // The base64 characters that do not depend on the bytes before and after the secret.
        let (from, to) = ((before * 8).div_ceil(6), bytes.len() * 8 / 6);
        forms.push(STANDARD.encode(&bytes)[from..to].to_owned());
        forms.push(URL_SAFE.encode(&bytes)[from..to].to_owned());
    }
    forms
}

/// All forms in one text, as a hostile server would repeat them.
fn echo(secrets: &[&str]) -> String {
    let mut said = String::from("you sent");
    for secret in secrets {
        said.push_str(&format!(" Bearer {secret} client_secret={secret}"));
        for form in forms(secret) {
            said.push_str(&format!(" [{form}]"));
        }
        for before in ["", ":", "u:"] {
            said.push_str(&format!(" Basic {}", STANDARD.encode(format!("{before}{secret}:more"))));
        }
    }
    said
}

#[track_caller]
fn hides(what: &str, shown: &str, secrets: &[&str]) {
    for secret in secrets {
        for form in forms(secret) {
            assert!(!shown.contains(&form), "{what}: {form} is in {shown}");
        }
    }
    // Tokens of the emulator are JWTs.
    assert!(!shown.contains("eyJ"), "{what}: a JWT is in {shown}");
}

fn store() -> Store {
    let store = Store::start();
    let mut state = store.control("GET", "state", None);
    state["account"]["clientSecret"] = json!(SECRET);
    store.control("PUT", "state", Some(state));
    store
}

fn config(store: &Store, credential: Value) -> Value {
    let mut config = store.config();
    config["retry"]["retryTimeoutSeconds"] = json!(0);
    config["logLevel"] = json!("debug");
    config["trace"] = json!({ "path": store.folder.path().join("trace.jsonl") });
    let members = config["credential"].as_object_mut().unwrap();
    if credential["type"] == "token" {
        members.clear();
    }
    members.remove("clientSecret");
    members.extend(credential.as_object().unwrap().clone());
    config
}

fn with_secret(store: &Store) -> Value {
    config(store, json!({"clientSecret": SECRET}))
}

fn with_token(store: &Store) -> Value {
    config(store, json!({"type": "token", "accessToken": TOKEN}))
}

/// Every operation of the service with a request. `id` is a draft.
fn operations(store: &Store, id: &str) -> Vec<(&'static str, Value)> {
    let package = store.package("Contoso_2.0.0.0_x64.msix", "2.0.0.0");
    let of = |more: Value| {
        let mut request = json!({"appId": APP, "submissionId": id});
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        request
    };
    let app = json!({ "appId": APP });
    vec![
        ("token.check", json!({})),
        ("app.list", json!({})),
        ("app.get", app.clone()),
        ("app.flights", app.clone()),
        ("app.add_ons", app.clone()),
        ("flight.create", json!({"appId": APP, "friendlyName": "Night"})),
        ("add_on.list", json!({})),
        ("add_on.create", json!({"applicationIds": [APP], "productId": "gems", "productType": "Durable"})),
        ("submission.create", app.clone()),
        ("submission.get", of(json!({}))),
        ("submission.update", of(json!({"edited": {"id": id}, "preview": true}))),
        ("submission.update", of(json!({"submission": {"id": id}, "allowFree": true}))),
        ("submission.status", of(json!({}))),
        ("rollout.get", of(json!({}))),
        ("rollout.set", of(json!({"percentage": 5}))),
        ("rollout.halt", of(json!({}))),
        ("rollout.finalize", of(json!({}))),
        ("publish.plan", json!({"appId": APP, "releaseNotes": {"en-us": "x"}, "draft": "adopt"})),
        ("package.upload", of(json!({"files": [{"path": package}], "timeoutSeconds": 5}))),
        (
            "publish",
            json!({
                "appId": APP, "packages": [package], "draft": "adopt", "pollSeconds": 0.001, "timeoutSeconds": 5, "commit": false,
            }),
        ),
        ("submission.commit", of(json!({}))),
        ("submission.wait", of(json!({"pollSeconds": 0.001, "timeoutSeconds": 0.3}))),
        ("submission.delete", of(json!({}))),
        ("service.call", json!({"method": "POST", "path": format!("applications/{APP}/submissions"), "body": {}})),
    ]
}

/// Runs an operation as a job; returns its response, and events and response as one text. With `documents`, a successful
/// result is left out of the text: it holds a document of the service, which is returned unchanged.
fn run(client: &Client, operation: &str, request: Value, documents: bool) -> (Answer, String) {
    let (events, mut answer) = client.job(operation, request);
    let mut shown = json!({"events": events, "response": answer.json});
    if documents && answer.json["ok"] == true {
        shown["response"]["result"].take();
    }
    answer.text.clear();
    (answer, shown.to_string())
}

/// The trace of all clients of the test. It has no part of a query.
fn trace(store: &Store) -> String {
    let trace = std::fs::read_to_string(store.folder.path().join("trace.jsonl")).unwrap();
    assert!(trace.lines().count() > 20, "{trace}");
    trace
}

/// Responses of a hostile service, sign-in service or blob storage, with `said` in every place that the library reads.
fn hostile(said: &str, header: &str) -> Vec<Value> {
    let object = json!({
        "code": said, "message": said, "target": said, "details": [{"message": said}], "source": said,
        "error": said, "error_description": said, "correlation_id": said, "error_codes": [7_000_215],
    });
    let mut faults = Vec::new();
    for status in [400, 401, 403, 404, 409, 418, 500] {
        faults.push(json!({"status": status, "body": object.clone()}));
    }
    let location = format!("http://127.0.0.1:9/elsewhere?sig={header}&access_token={header}");
    for more in [
        json!({"status": 302, "body": "", "headers": {"location": location}}),
        json!({"status": 400, "headers": {"ms-correlationid": header, "x-ms-request-id": header, "x-ms-error-code": header}}),
        json!({"status": 200, "body": said}),
        json!({"status": 200, "body": format!("<html>{said}</html>")}),
        json!({"status": 200, "body": json!(said)}),
        json!({"status": 200, "body": {"value": said}}),
        json!({"status": 200, "body": {"value": [said], "@nextLink": said}}),
        json!({"status": 200, "body": {"id": {"x": said}, "status": [said], "pendingApplicationSubmission": said}}),
        json!({"status": 200, "body": {"id": said, "status": said, "packageRolloutStatus": said, "fileUploadUrl": said}}),
        json!({"status": 200, "body": {"access_token": {"x": said}, "expires_in": said}}),
        json!({"drop": "before"}),
        json!({"drop": "after"}),
        json!({"bodyBytes": 9}),
        json!({"status": 400, "body": object.clone(), "contentLength": 40}),
    ] {
        faults.push(more);
    }
    faults
}

fn disturb(store: &Store, path: &str, fault: &Value) {
    let mut rule = json!({"path": path, "count": 0});
    rule.as_object_mut().unwrap().extend(fault.as_object().unwrap().clone());
    store.control("DELETE", "faults", None);
    store.fault(rule);
}

fn draft(client: &Client) -> (String, String) {
    let made = client.draft_for(APP, &["Contoso_2.0.0.0_x64.msix"]);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("fileUploadUrl"))
}

fn signature(address: &str) -> String {
    let url: url::Url = address.replace('+', "%2B").parse().unwrap();
    url.query_pairs().find(|pair| pair.0 == "sig").unwrap().1.into_owned()
}

#[test]
fn a_token_that_the_service_sends_back_is_redacted() {
    let store = store();
    let (id, address) = draft(&Client::open(&with_secret(&store)));
    let said = format!("{} and {address}", echo(&[TOKEN]));
    let client = Client::open(&with_token(&store));
    for fault in hostile(&said, TOKEN) {
        disturb(&store, "/v1.0/my/*", &fault);
        for (operation, request) in operations(&store, &id) {
            let (_, shown) = run(&client, operation, request, true);
            hides(&format!("{operation} at {fault}"), &shown, &[TOKEN]);
            assert!(!shown.contains("sig=") || shown.contains("sig=REDACTED"), "{operation}: {shown}");
            assert!(!shown.contains(&signature(&address)), "{operation} at {fault}: {shown}");
        }
    }
    hides("the trace", &trace(&store), &[TOKEN, &signature(&address)]);
}

#[test]
fn a_secret_that_the_sign_in_service_sends_back_is_redacted() {
    let store = store();
    for (credential, secret) in
        [(json!({"clientSecret": SECRET}), SECRET), (json!({"type": "assertion", "assertion": ASSERTION}), ASSERTION)]
    {
        // Headers carry ASCII only.
        let header = if secret.is_ascii() { secret } else { "kAnarY+/s3cr=t" };
        for fault in hostile(&echo(&[secret]), header) {
            disturb(&store, "*/token", &fault);
            for operation in ["token.check", "app.list"] {
                let client = Client::open(&config(&store, credential.clone()));
                let (answer, shown) = run(&client, operation, json!({}), false);
                assert_eq!(answer.json["ok"], false, "{shown}");
                hides(&format!("{operation} at {fault}"), &shown, &[secret]);
            }
        }
        hides("the trace", &trace(&store), &[secret]);
    }
}

#[test]
fn a_signature_that_the_storage_sends_back_is_redacted() {
    let store = store();
    let client = Client::open(&with_secret(&store));
    let (id, address) = draft(&client);
    let sig = signature(&address);
    let said = format!("{} and {address} and {}", echo(&[&sig]), address.replace('&', "&amp;"));
    let xml = |code: &str| {
        let message = format!("{said}\nRequestId: {said}");
        let detail = format!("<AuthenticationErrorDetail>{said}</AuthenticationErrorDetail>");
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message>{detail}</Error>")
    };
    let mut faults = hostile(&said, &sig);
    for (status, code) in
        [(400, said.as_str()), (403, "AuthenticationFailed"), (404, "BlobNotFound"), (409, "BlobArchived")]
    {
        faults.push(json!({"status": status, "body": xml(code), "headers": {"x-ms-error-code": sig}}));
        faults.push(json!({"status": status, "body": xml(code)}));
    }
    faults.push(json!({"status": 200, "body": format!("<BlockList><CommittedBlocks><Block><Name>{said}</Name><Size>{said}</Size></Block></CommittedBlocks></BlockList>")}));
    for fault in faults {
        disturb(&store, "*/ingestion/*", &fault);
        for (operation, request) in operations(&store, &id) {
            if !["package.upload", "publish"].contains(&operation) {
                continue;
            }
            let (_, shown) = run(&client, operation, request, false);
            hides(&format!("{operation} at {fault}"), &shown, &[&sig, SECRET]);
            assert!(!shown.contains("sig=") || shown.contains("sig=REDACTED"), "{operation}: {shown}");
        }
    }
    hides("the trace", &trace(&store), &[&sig, SECRET]);
}

/// The client knows the signature from the submission that it read, without an upload.
#[test]
fn a_signature_that_the_service_repeats_is_redacted() {
    let store = store();
    let (id, address) = draft(&Client::open(&with_secret(&store)));
    let sig = signature(&address);
    // No name such as `sig` before it tells what it is.
    let said = format!("you sent {sig} {}", forms(&sig).join(" "));
    let client = Client::open(&with_secret(&store));
    client.call("submission.get", json!({"appId": APP, "submissionId": id})).result();
    for fault in hostile(&said, "none") {
        disturb(&store, "/v1.0/my/*", &fault);
        for (operation, request) in operations(&store, &id) {
            let (_, shown) = run(&client, operation, request, true);
            hides(&format!("{operation} at {fault}"), &shown, &[&sig]);
        }
    }
    hides("the trace", &trace(&store), &[&sig]);
}

#[test]
fn successes_have_the_upload_address_in_the_document_only() {
    let store = store();
    let client = Client::open(&with_secret(&store));
    let (id, address) = draft(&client);
    let sig = signature(&address);
    for (operation, request) in operations(&store, &id) {
        let (events, answer) = client.job(operation, request);
        let mut shown = json!({"events": events, "response": answer.json});
        if let Some(address) = shown.pointer_mut("/response/result/fileUploadUrl") {
            // By design: the caller of this operation uploads with the address in the document.
            assert!(["submission.get", "submission.update"].contains(&operation), "{operation}: {address}");
            address.take();
        }
        if let Some(address) = shown.pointer_mut("/response/result/body/fileUploadUrl") {
            assert_eq!(operation, "service.call", "{address}");
            address.take();
        }
        hides(operation, &shown.to_string(), &[&sig, SECRET]);
        assert!(!shown.to_string().contains("sig="), "{operation}: {shown}");
    }
}

/// An edit of the address itself: edits and errors name its place, not the signature.
#[test]
fn an_edit_of_the_upload_address_is_reported_without_its_signature() {
    let store = store();
    let client = Client::open(&with_secret(&store));
    let (id, address) = draft(&client);
    // Both decoded and as the service writes it, which escapes some characters and not others.
    let sig = signature(&address);
    let written = address.split("sig=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let ids = json!({"appId": APP, "submissionId": id});
    let document = client.call("submission.get", ids.clone()).result().clone();
    let mut edited = document.clone();
    edited["fileUploadUrl"] = json!(address.replace("sr=b", "sr=c"));
    let mut request = ids;
    request["baseline"] = document.clone();
    request["edited"] = edited.clone();
    let (_, mut answer) = client.job("submission.update", request);
    if let Some(address) = answer.json.pointer_mut("/result/fileUploadUrl") {
        address.take();
    }
    let merged = client.call("document.merge", json!({"baseline": document, "edited": edited}));
    let mut merged = merged.json.clone();
    if let Some(address) = merged.pointer_mut("/result/fileUploadUrl") {
        address.take();
    }
    for shown in [answer.json.to_string(), merged.to_string()] {
        hides("an edit of the address", &shown, &[&sig, &written]);
        assert!(shown.contains("/fileUploadUrl"), "{shown}");
    }
}

/// Ids pass through the same redaction as texts, and what does not look like an id is none.
#[test]
fn an_id_that_repeats_the_token_is_not_passed_on() {
    const LIKE_AN_ID: &str = "0a1b2c3d-t0k3n-of-the-account";
    let store = store();
    for (token, header, ids) in [
        (TOKEN, TOKEN, json!(null)),
        (TOKEN, "\u{a0}with spaces", json!(null)),
        (LIKE_AN_ID, LIKE_AN_ID, json!(["REDACTED"])),
        (TOKEN, "7d4c4ba7-9a2e-4a23-8c6f-0f9e1d2c3b4a", json!(["7d4c4ba7-9a2e-4a23-8c6f-0f9e1d2c3b4a"])),
    ] {
        let client = Client::open(&config(&store, json!({"type": "token", "accessToken": token})));
        for status in [200, 400] {
            let body = json!({"value": [], "totalCount": 0, "message": "no"});
            let headers = json!({"ms-correlationid": header});
            disturb(&store, "/v1.0/my/*", &json!({"status": status, "body": body, "headers": headers}));
            let call = json!({"method": "GET", "path": "applications"});
            let (answer, shown) = run(&client, "service.call", call, false);
            let place = if status == 200 { "/meta/correlationIds" } else { "/error/http/correlationIds" };
            assert_eq!(answer.json.pointer(place).cloned().unwrap_or_default(), ids, "{shown}");
            hides("an id", &shown, &[token]);
        }
    }
}

/// Collects the strings that people may see: all but the documents of the service.
fn texts(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        _ if ["result", "details_of_service", "body", "edits"].contains(&name) => {}
        Value::String(text) => found.push(text.clone()),
        Value::Array(entries) => entries.iter().for_each(|entry| texts(entry, "", found)),
        Value::Object(members) => members.iter().for_each(|(member, value)| {
            let of_service = name == "service" && member == "details";
            texts(value, if of_service { "details_of_service" } else { member }, found);
        }),
        _ => {}
    }
}

#[test]
fn texts_for_people_have_no_control_characters_and_no_commands() {
    let evil = "##vso[task.complete]\u{1b}[2J\u{7}\r\n::add-mask::x\n::error::y\u{202e}\u{2066}\u{9b}\u{0}";
    let store = store();
    let (id, _) = draft(&Client::open(&with_secret(&store)));
    for (path, client) in
        [("/v1.0/my/*", with_token(&store)), ("*/token", with_secret(&store)), ("*/ingestion/*", with_secret(&store))]
    {
        for said in [evil, &evil[20..], "::add-mask::x"] {
            for fault in hostile(said, "x") {
                disturb(&store, path, &fault);
                let client = Client::open(&client);
                for (operation, request) in operations(&store, &id) {
                    let known = [
                        "app.list",
                        "app.get",
                        "submission.status",
                        "submission.commit",
                        "package.upload",
                        "token.check",
                    ];
                    if !known.contains(&operation) || (path == "*/ingestion/*") != (operation == "package.upload") {
                        continue;
                    }
                    let (events, answer) = client.job(operation, request);
                    let mut found = Vec::new();
                    texts(&json!({"events": events, "response": answer.json}), "", &mut found);
                    for text in found {
                        let is_bad = |c: char| c.is_control() || "\u{202e}\u{2066}".contains(c);
                        assert!(!text.contains(is_bad), "{operation} at {fault}: {text:?}");
                        assert!(
                            !text.contains("##vso[") && !text.starts_with("::add"),
                            "{operation} at {fault}: {text:?}"
                        );
                    }
                }
            }
        }
    }
}

/// A proxy that repeats the request in its response; returns its port.
fn proxy() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut asked = [0; 4096];
            let read = stream.read(&mut asked).unwrap_or(0);
            let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
            assert!(asked.to_lowercase().contains("proxy-authorization: basic "), "{asked}");
            let said = format!("{} {asked}", echo(&[PROXY_PASSWORD]));
            let head = format!(
                "HTTP/1.1 407 {PROXY_PASSWORD}\r\nx-said: {PROXY_PASSWORD}\r\ncontent-length: {}\r\n\r\n",
                said.len()
            );
            let _ = stream.write_all((head + &said).as_bytes());
        }
    });
    port
}

#[test]
fn passwords_of_proxies_and_certificates_are_redacted() {
    let store = store();
    let encoded: String = url::form_urlencoded::byte_serialize(PROXY_PASSWORD.as_bytes()).collect();
    let mut configuration = with_secret(&store);
    configuration["proxy"] = json!(format!("http://user:{encoded}@127.0.0.1:{}", proxy()));
    configuration["authorityUrl"] = json!("https://login.example/");
    let (answer, shown) = run(&Client::open(&configuration), "app.list", json!({}), false);
    assert_eq!(answer.json["error"]["code"], "network.proxy", "{shown}");
    hides("a proxy", &shown, &[PROXY_PASSWORD, &encoded, SECRET]);
    for bad in
        [format!("http://user:{encoded}@"), format!("{encoded}://x"), format!("http://{encoded}:{encoded}@ho st")]
    {
        configuration["proxy"] = json!(bad);
        let (_, answer) = support::open(&configuration.to_string());
        assert_eq!(answer.failure(), (2, "config.invalid"));
        hides("a proxy that is none", &answer.text, &[PROXY_PASSWORD, &encoded, SECRET]);
    }

    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/sign_in/pfx/openssl3.pfx");
    let credential = json!({"type": "certificate", "certificatePath": path, "certificatePassword": PFX_PASSWORD});
    let (answer, shown) = run(&Client::open(&config(&store, credential)), "token.check", json!({}), false);
    assert_eq!(answer.json["error"]["code"], "auth.certificate_password", "{shown}");
    hides("a certificate", &shown, &[PFX_PASSWORD]);
}

/// Invalid configurations and requests, with a secret in the wrong place.
#[test]
fn errors_of_the_reader_quote_no_value() {
    let store = store();
    let mut configs = Vec::new();
    for (pointer, value) in [
        ("/credential/clientSecret", json!([SECRET])),
        ("/credential/type", json!(SECRET)),
        ("/credential/tenantId", json!({"x": SECRET})),
        ("/retry", json!(SECRET)),
        ("/serviceUrl", json!(format!("http://user:{SECRET}@example.com/"))),
        ("/tokenEndpoint", json!(SECRET)),
    ] {
        let mut configuration = with_secret(&store);
        configuration["tokenEndpoint"] = json!("v2");
        *configuration.pointer_mut(pointer).unwrap() = value;
        configs.push(configuration.to_string());
    }
    let whole = with_secret(&store).to_string();
    configs.push(whole[..whole.find("clientSecret").unwrap() + 30].to_owned());
    configs.push(format!("\"{SECRET}"));
    for configuration in configs {
        let (_, answer) = support::open(&configuration);
        assert_eq!(answer.status, 2, "{}", answer.text);
        hides("a configuration", &answer.text, &[SECRET]);
    }
    let client = Client::open(&with_secret(&store));
    for request in [
        json!({"timeoutSeconds": SECRET}),
        json!({"appId": [SECRET]}),
        json!({"percentage": SECRET, "appId": "1", "submissionId": "1"}),
    ] {
        let answer = client.call("rollout.set", request);
        assert_eq!(answer.status, 2, "{}", answer.text);
        hides("a request", &answer.text, &[SECRET]);
    }
}

/// `Debug`, `Display` and the JSON of errors in Rust.
#[test]
fn debug_output_has_no_secrets() {
    let store = store();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (configuration, path, secret) in
        [(with_token(&store), "/v1.0/my/*", TOKEN), (with_secret(&store), "*/token", SECRET)]
    {
        for fault in hostile(&echo(&[secret]), TOKEN) {
            disturb(&store, path, &fault);
            let config = storeship::config::Config::parse(&configuration.to_string()).unwrap();
            let client = storeship::client::Client::new(config, &storeship::http::ProcessWide::default()).unwrap();
            let app = storeship::store::App::new(client.into(), APP);
            let got = runtime.block_on(app.flights(&storeship::store::list::Paging::All));
            if let Err(error) = got {
                let shown = format!("{error:?} {error} {}", error.to_json());
                hides(&format!("an error at {fault}"), &shown, &[secret]);
            }
        }
    }
}

/// Runs most of the tests above in a child process and checks what it prints.
#[test]
fn the_process_prints_no_secret() {
    const CHILD: &str = "STORESHIP_SECRETS_CHILD";
    if std::env::var_os(CHILD).is_some() {
        return;
    }
    let names = ["a_secret_that", "a_signature_that", "successes_have", "passwords_of", "debug_output"];
    let output = Command::new(std::env::current_exe().unwrap())
        .args(names.map(|name| format!("secrets::{name}")))
        .args(["--nocapture", "--test-threads=2"])
        .env(CHILD, "1")
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && printed.contains("test result: ok. 6 passed"), "{printed}");
    hides("the output", &printed, &[SECRET, ASSERTION, TOKEN, PROXY_PASSWORD, PFX_PASSWORD]);
    assert!(!printed.contains("sig="), "{printed}");
}
