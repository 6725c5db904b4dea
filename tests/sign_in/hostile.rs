//! Services that answer anything: each sign-in ends after a bounded number of requests, with a token that can be sent or
//! an error that can be shown.

use std::sync::Mutex;

use http::{HeaderMap, HeaderName};
use storeship::http::{Request, Response, Timeouts, Transport, TransportFuture};

use super::*;

/// Answers each request in the same way, but those of the build systems with an id token, unless they are attacked too.
struct Hostile {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    everywhere: bool,
    requests: Mutex<usize>,
}

impl Transport for Hostile {
    fn send<'a>(&'a self, request: &'a Request, _: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            *self.requests.lock().unwrap() += 1;
            let path = request.url.path();
            let is_token = path.ends_with("/oauth2/v2.0/token") && !path.contains("metadata");
            if is_token || self.everywhere {
                // A body may repeat what was sent.
                let sent = String::from_utf8_lossy(&request.body).into_owned();
                let headers =
                    request.headers.iter().map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned());
                let echo = format!("{sent} {}", headers.collect::<Vec<_>>().join(" "));
                let body = match String::from_utf8(self.body.clone()) {
                    Ok(text) => text.replace("ECHO", &echo.replace(['"', '\\'], "")).into_bytes(),
                    Err(error) => error.into_bytes(),
                };
                return Ok(Response { status: self.status, headers: self.headers.clone(), body: body.into() });
            }
            let body =
                json!({"value": "id-token", "oidcToken": "id-token", "access_token": "vm-token", "expires_in": 60});
            Ok(Response { status: 200, headers: HeaderMap::new(), body: body.to_string().into() })
        })
    }
}

/// A credential, the variables that it needs, and whether all of its requests are attacked.
type Attacked = (Value, Vec<(&'static str, &'static str)>, bool);

/// The bodies of an attack, with a name for the report.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let mut bodies: Vec<(String, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, body: String| bodies.push((name.to_owned(), body.into_bytes()));
    for token in ["", " ", "a\nb", "a\r\nx-evil: 1", "\u{0}", "\u{e9}", "a\u{202e}b", "a b"] {
        add(&format!("token {token:?}"), json!({"access_token": token, "expires_in": 3600}).to_string());
    }
    for token in [json!(null), json!(1), json!(["x"]), json!({"x": 1}), json!(true)] {
        add(&format!("token {token}"), json!({"access_token": token, "expires_in": 3600}).to_string());
    }
    add("token of a megabyte", json!({"access_token": "x".repeat(1 << 20), "expires_in": 3600}).to_string());
    for life in [
        json!(0),
        json!(-1),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(3599.9),
        json!("3599"),
        json!("1e3"),
        json!(""),
        json!("x"),
        json!(null),
        json!(true),
        json!([]),
        json!({}),
    ] {
        add(&format!("expires_in {life}"), json!({"access_token": "t", "expires_in": life}).to_string());
        add(&format!("expires_on {life}"), json!({"access_token": "t", "expires_on": life}).to_string());
    }
    add("expires_in 1e999", r#"{"access_token":"t","expires_in":1e999}"#.to_owned());
    add("two tokens", r#"{"access_token":"a","access_token":"b"}"#.to_owned());
    add("two names of a token", r#"{"access_token":"a","accessToken":"b"}"#.to_owned());
    add("deep", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    add("deep member", format!("{{\"error\":{}1{}}}", "{\"a\":".repeat(50_000), "}".repeat(50_000)));
    for text in [
        "ECHO",
        "AADSTS7000215: ECHO",
        "AADSTS7002138: ECHO",
        "AADSTS: ECHO",
        "AADSTS99999999999999999999999: x",
        "\u{1b}[2Jred\u{7}\r\n##vso[task.complete result=Succeeded]",
        "::add-mask::x",
        "\u{202e}txt.exe",
        "",
        " \n \n",
        "first\nsecond ECHO",
        "{\"a\":1}",
        "%0A##[error]",
        "\u{0}\u{1}",
    ] {
        let named = |body: Value| body.to_string();
        add(&format!("description {text:?}"), named(json!({"error": "x", "error_description": text})));
        add(&format!("error {text:?}"), named(json!({"error": text, "correlation_id": text, "error_codes": [text]})));
        add(&format!("message {text:?}"), named(json!({"error": {"code": text, "message": text}})));
        add(&format!("Message {text:?}"), named(json!({"Message": text, "statusCode": text})));
        add(&format!("plain {text:?}"), text.to_owned());
        add(&format!("page {text:?}"), format!("<html><title>{text}</title><body>ECHO</body></html>"));
    }
    for codes in
        [json!(null), json!([]), json!(["7000215"]), json!([-1]), json!([1.5]), json!({"a": 1}), json!("7000215")]
    {
        add(
            &format!("codes {codes}"),
            json!({"error": "x", "error_description": "d", "error_codes": codes}).to_string(),
        );
    }
    add("two megabytes of e", "e".repeat(2 << 20));
    add("description of 700 kilobytes", json!({"error_description": "Bearer ".repeat(100_000)}).to_string());
    add("100,000 codes", json!({"error_codes": vec![1; 100_000]}).to_string());
    add("a mark", "\u{FEFF}{\"access_token\":\"t\"}".to_owned());
    bodies.push(("not UTF-8".to_owned(), b"{\"error_description\":\"\xFF\xFE ECHO\"}".to_vec()));
    bodies.push(("UTF-16".to_owned(), "{\"access_token\":\"t\"}".encode_utf16().flat_map(u16::to_le_bytes).collect()));
    bodies.push(("nothing".to_owned(), Vec::new()));
    bodies.push(("NUL".to_owned(), vec![0; 1000]));
    bodies
}

fn headers() -> Vec<Vec<(&'static str, String)>> {
    let folder = "/var/opt/azcmagent/tokens/";
    vec![
        vec![],
        vec![("retry-after", "99999999999999999999".to_owned()), ("date", "Fri, 31 Dec 9999 23:59:59 GMT".to_owned())],
        vec![("date", "yesterday".to_owned()), ("location", "https://evil.example/".to_owned())],
        vec![("date", "Thu, 01 Jan 1970 00:00:00 GMT".to_owned()), ("x-vss-e2eid", "##vso[a]".repeat(100))],
        vec![("www-authenticate", format!("Basic realm={folder}{}.key", "a".repeat(10_000)))],
        vec![("www-authenticate", format!("Basic realm={folder}../../../../etc/shadow.key"))],
        vec![("www-authenticate", "Basic realm=".to_owned()), ("x-msedge-ref", "\u{1b}[31m".to_owned())],
    ]
}

#[track_caller]
fn can_be_shown(case: &str, error: &Error) {
    let json = error.to_json();
    assert_no_secret_in(&json);
    assert!(json.len() < 128 * 1024, "{case}: {} bytes", json.len());
    let report: Value = serde_json::from_str(&json).unwrap();
    let mut texts = vec![&report];
    while let Some(value) = texts.pop() {
        match value {
            Value::String(text) => {
                let bad = |c: char| c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c);
                assert!(
                    !text.contains(bad) && !text.contains("##vso[") && !text.starts_with("::add"),
                    "{case}: {text:?}"
                );
            }
            Value::Array(values) => texts.extend(values),
            Value::Object(members) => texts.extend(members.values()),
            _ => {}
        }
    }
}

/// The clock is paused: waits between attempts take no time.
#[tokio::test(start_paused = true)]
async fn a_hostile_answer_ends_in_a_token_that_can_be_sent_or_an_error_that_can_be_shown() {
    let secret = json!({"type": "clientSecret", "tenantId": TENANT, "clientId": CLIENT, "clientSecret": SECRET});
    let jwt =
        |claims: &str| format!("eyJhIjoxfQ.{}.x", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(claims));
    let long = json!({"sub": "\u{1b}[31m".repeat(300), "iss": ["x"], "aud": 1}).to_string();
    let assertion =
        |text: &str| json!({"type": "assertion", "tenantId": TENANT, "clientId": CLIENT, "assertion": text});
    let connection = json!({"type": "azurePipelines", "serviceConnectionId": "connection-1"});
    let arc = [("IDENTITY_ENDPOINT", "http://localhost:40342/arc/token"), ("IMDS_ENDPOINT", "x")];
    let credentials: Vec<Attacked> = vec![
        (secret, vec![], false),
        (assertion(ASSERTION), vec![], false),
        (assertion(&jwt(&long)), vec![], false),
        (assertion(&jwt("{")), vec![], false),
        (json!({"type": "githubActions"}), [IDS, GITHUB].concat(), true),
        (connection, [IDS, PIPELINES].concat(), true),
        (json!({"type": "managedIdentity"}), APP_SERVICE.to_vec(), true),
        (json!({"type": "managedIdentity"}), arc.to_vec(), true),
        (json!({"type": "managedIdentity"}), vec![], true),
    ];
    let mut tokens = 0;
    let mut cases = 0;
    for (number, (name, body)) in bodies().into_iter().enumerate() {
        for (index, (credential, variables, everywhere)) in credentials.iter().enumerate() {
            // A large body is read and searched, which costs time, in the same way for all.
            if body.len() > 100_000 && ![0, 6].contains(&index) {
                continue;
            }
            let statuses = [200, 400, 401, 403, 429, 500, 302, 204];
            let headers = headers();
            // Each body meets every credential, with statuses and headers in turn; each success status is tried always.
            for status in [200, statuses[(number + index) % statuses.len()]] {
                let headers = &headers[(number + index) % headers.len()];
                let headers = headers.iter().filter_map(|(name, value)| {
                    Some((HeaderName::from_static(name), http::HeaderValue::from_bytes(value.as_bytes()).ok()?))
                });
                let hostile = Arc::new(Hostile {
                    status,
                    headers: headers.collect(),
                    body: body.clone(),
                    everywhere: *everywhere,
                    requests: Mutex::default(),
                });
                let now = || Timestamp::from_second(NOW).unwrap();
                let context = Context { transport: hostile.clone(), now, seed: 1, shared: ProcessWide::default() };
                let client = Client::with_context(config(credential.clone(), json!({}), variables).unwrap(), context);
                let case = format!("{name} with {status} to {credential:.60}");
                match client.token(&SUBMISSION_API).await {
                    Ok(token) => {
                        tokens += 1;
                        let sendable = token.secret.reveal().bytes().all(|byte| byte.is_ascii_graphic());
                        assert!(sendable && !token.secret.reveal().is_empty(), "{case}: {:?}", token.secret.reveal());
                    }
                    Err(error) => can_be_shown(&case, &error),
                }
                let requests = *hostile.requests.lock().unwrap();
                assert!(requests < 400, "{case}: {requests}");
                cases += 1;
            }
        }
    }
    assert!(tokens > 50 && cases > 2_000, "{tokens} tokens in {cases} cases");
}
