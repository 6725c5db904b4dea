//! The services that issue tokens. They check each request strictly.

#![allow(unreachable_pub, reason = "a part of one test program")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::{Body, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, HeaderName, HeaderValue};
use ring::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use storeship::http::{Request, Response, Timeouts, Transport, TransportError, TransportErrorKind, TransportFuture};
use url::Url;

pub const TENANT: &str = "8f2a0ab3-0000-4000-8000-0000000000aa";
pub const CLIENT: &str = "c11e47f0-0000-4000-8000-0000000000bb";
pub const RESOURCE: &str = "https://manage.devcenter.microsoft.com";
pub const SECRET: &str = "s3cr~t+/ x%9";
pub const ASSERTION: &str = "plain assertion/+=7";
pub const OIDC_REQUEST_TOKEN: &str = "0idc+request/t0ken=";
pub const IDENTITY_HEADER: &str = "1dentity/header+=";
pub const NOW: i64 = 1_767_225_600;

/// Which proof the token endpoint accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum Expect {
    Secret,
    /// An assertion signed with the certificate, with this many certificates in `x5c`.
    Certificate(usize),
    /// An assertion that begins with this text.
    Assertion(String),
}

pub struct Cloud(Mutex<Inner>);

pub struct Inner {
    pub expect: Expect,
    pub audience: String,
    /// The resource that tokens are requested for.
    pub resource: &'static str,
    /// The token endpoint refuses with this code and text. `ECHO` becomes the values of the request in three encodings.
    pub refusal: Option<(u64, &'static str)>,
    /// The statuses of a metadata service that is not ready, one for each request.
    pub pending: Vec<u16>,
    /// The `Retry-After` of these responses.
    pub retry_after: &'static str,
    pub metadata: bool,
    /// The status that the metadata service answers to a request without its header.
    pub probe: u16,
    pub has_identity: bool,
    pub identity: (&'static str, &'static str),
    pub arc_file: String,
    pub arc_key: &'static str,
    pub oidc_status: u16,
    pub life: u64,
    pub exchanges: usize,
    pub given: usize,
    pub metadata_calls: usize,
    pub assertions: Vec<String>,
    pub complaints: Vec<String>,
}

struct Incoming<'a> {
    method: &'a str,
    url: &'a Url,
    headers: &'a HeaderMap,
    body: &'a str,
}

type Reply = (u16, Option<(&'static str, String)>, String);

impl Cloud {
    pub fn new(expect: Expect) -> Arc<Cloud> {
        Arc::new(Cloud(Mutex::new(Inner {
            expect,
            resource: RESOURCE,
            audience: format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token"),
            refusal: None,
            pending: Vec::new(),
            retry_after: "0",
            metadata: true,
            probe: 400,
            has_identity: true,
            identity: ("", ""),
            arc_file: String::new(),
            arc_key: "",
            oidc_status: 200,
            life: 3600,
            exchanges: 0,
            given: 0,
            metadata_calls: 0,
            assertions: Vec::new(),
            complaints: Vec::new(),
        })))
    }

    pub fn set(&self, change: impl FnOnce(&mut Inner)) {
        change(&mut self.0.lock().unwrap());
    }

    #[track_caller]
    pub fn get<T>(&self, look: impl FnOnce(&Inner) -> T) -> T {
        let inner = self.0.lock().unwrap();
        assert!(inner.complaints.is_empty(), "{:#?}", inner.complaints);
        look(&inner)
    }

    /// Listens on a free port of this machine. Returns the address, with a slash at the end.
    pub async fn listen(self: &Arc<Self>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(over_http).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    fn respond(&self, incoming: &Incoming<'_>) -> Reply {
        let mut inner = self.0.lock().unwrap();
        let reply = match (incoming.method, incoming.url.path()) {
            ("POST", path) if path == format!("/{TENANT}/oauth2/v2.0/token") => inner.exchange(incoming),
            ("GET", "/github/idtoken") => inner.github(incoming),
            ("POST", "/contoso/_oidc") => inner.pipelines(incoming),
            ("GET", "/metadata/identity/oauth2/token") => inner.vm(incoming),
            ("GET", "/msi/token") => inner.app_service(incoming),
            ("GET", "/arc/token") => inner.arc(incoming),
            (method, path) => Err(format!("no service at {method} {path}")),
        };
        reply.unwrap_or_else(|complaint| {
            inner.complaints.push(complaint.clone());
            (400, None, json!({ "error": "invalid_request", "error_description": complaint }).to_string())
        })
    }
}

fn check(good: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if good { Ok(()) } else { Err(what()) }
}

impl Incoming<'_> {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn must(&self, name: &str, value: &str) -> Result<(), String> {
        check(self.header(name) == value, || format!("{name} is {:?}", self.header(name)))
    }

    fn query(&self, expected: &[(&str, &str)]) -> Result<(), String> {
        let query: Vec<_> = self.url.query_pairs().collect();
        let same = query.len() == expected.len()
            && query.iter().zip(expected).all(|(found, wanted)| found.0 == wanted.0 && found.1 == wanted.1);
        check(same, || format!("query {query:?}"))
    }
}

impl Inner {
    fn token(&mut self) -> Reply {
        self.given += 1;
        let token = format!("access-{}", self.given);
        (200, None, json!({"token_type": "Bearer", "access_token": token, "expires_in": self.life}).to_string())
    }

    fn exchange(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        self.exchanges += 1;
        incoming.must("content-type", "application/x-www-form-urlencoded")?;
        let form: BTreeMap<String, String> =
            url::form_urlencoded::parse(incoming.body.as_bytes()).into_owned().collect();
        if let Some((code, text)) = self.refusal {
            let values: Vec<_> = form.values().map(String::as_str).collect();
            let encoded: Vec<_> = values.iter().map(|value| STANDARD.encode(value)).collect();
            let echo = format!("{} {} {}", incoming.body, values.join(" "), encoded.join(" "));
            let text = text.replace("ECHO", &echo);
            let body = json!({"error": "invalid_client", "error_description": text, "error_codes": [code]});
            return Ok((401, None, body.to_string()));
        }
        let scope = format!("{}/.default", self.resource);
        let mut expected =
            BTreeMap::from([("grant_type", "client_credentials"), ("client_id", CLIENT), ("scope", scope.as_str())]);
        let assertion = form.get("client_assertion").map_or("", String::as_str);
        if self.expect == Expect::Secret {
            expected.insert("client_secret", SECRET);
        } else {
            expected.insert("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            expected.insert("client_assertion", assertion);
        }
        let given: BTreeMap<_, _> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        check(given == expected, || format!("form {given:?} in place of {expected:?}"))?;
        match &self.expect {
            Expect::Secret => {}
            Expect::Certificate(chain) => self.signed(assertion, *chain)?,
            Expect::Assertion(start) => check(assertion.starts_with(start.as_str()), || assertion.to_owned())?,
        }
        self.assertions.push(assertion.to_owned());
        Ok(self.token())
    }

    fn signed(&self, assertion: &str, chain: usize) -> Result<(), String> {
        let (signed, signature) = assertion.rsplit_once('.').ok_or("no JWT")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| error.to_string())?;
        let key = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, include_bytes!("public.der"));
        key.verify(signed.as_bytes(), &signature).map_err(|_| "the signature is wrong")?;
        let parts: Vec<Value> = signed
            .split('.')
            .map(|part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap())
            .collect();
        let [header, claims] = &parts[..] else { return Err("not two parts".to_owned()) };
        // `openssl x509 -fingerprint -sha256`
        let thumbprint = include_str!("fingerprint.txt").trim().replace(':', "");
        let bytes: Vec<u8> =
            (0..32).map(|at| u8::from_str_radix(&thumbprint[2 * at..2 * at + 2], 16).unwrap()).collect();
        let mut expected = json!({"alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(bytes)});
        if chain > 0 {
            let all = [include_str!("cert.pem"), include_str!("authority.pem")];
            let pem = |text: &&str| text.lines().filter(|line| !line.starts_with('-')).collect::<String>();
            expected["x5c"] = all.iter().take(chain).map(pem).collect();
        }
        check(*header == expected, || format!("header {header:#}"))?;
        check(claims["aud"] == self.audience, || format!("aud {}", claims["aud"]))?;
        check(claims["iss"] == CLIENT && claims["sub"] == CLIENT, || "iss or sub".to_owned())?;
        check(claims["jti"].as_str().is_some_and(|id| id.len() >= 16), || "jti".to_owned())?;
        let [from, issued, end] = ["nbf", "iat", "exp"].map(|name| claims[name].as_i64().unwrap());
        let times = from == NOW - 60 && issued <= NOW && (300..=600).contains(&(end - from)) && end > NOW + 240;
        check(times, || format!("times {claims}"))
    }

    fn github(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        incoming.query(&[("api-version", "2.0"), ("audience", "api://AzureADTokenExchange")])?;
        incoming.must("authorization", &format!("Bearer {OIDC_REQUEST_TOKEN}"))?;
        self.metadata_calls += 1;
        let body = match self.oidc_status {
            200 => json!({"count": 1, "value": format!("github-{}", self.metadata_calls)}),
            _ => json!({"message": format!("you sent {OIDC_REQUEST_TOKEN}")}),
        };
        Ok((self.oidc_status, None, body.to_string()))
    }

    fn pipelines(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        incoming.query(&[("api-version", "7.1"), ("serviceConnectionId", "connection-1")])?;
        incoming.must("authorization", &format!("Bearer {OIDC_REQUEST_TOKEN}"))?;
        incoming.must("x-tfs-fedauthredirect", "Suppress")?;
        check(incoming.body.is_empty(), || "a body".to_owned())?;
        self.metadata_calls += 1;
        if self.oidc_status != 200 {
            return Ok((self.oidc_status, Some(("x-vss-e2eid", "e2e-7".to_owned())), String::new()));
        }
        Ok((200, None, json!({"oidcToken": format!("pipelines-{}", self.metadata_calls)}).to_string()))
    }

    fn not_ready(&mut self) -> Option<Reply> {
        if self.pending.is_empty() {
            return None;
        }
        let wait = Some(("retry-after", self.retry_after.to_owned()));
        Some((self.pending.remove(0), wait, String::new()))
    }

    fn resource(&self) -> &'static str {
        match self.expect {
            Expect::Assertion(_) => "api://AzureADTokenExchange",
            _ => self.resource,
        }
    }

    fn chosen<'a>(&self, mut query: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
        query.extend([self.identity].iter().filter(|pair| !pair.0.is_empty()));
        query
    }

    fn vm(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        check(incoming.url.as_str().starts_with("http://169.254.169.254/"), || incoming.url.to_string())?;
        if incoming.header("metadata").is_empty() {
            return Ok((self.probe, None, "{}".to_owned()));
        }
        incoming.must("metadata", "true")?;
        incoming.query(&self.chosen(vec![("api-version", "2019-08-01"), ("resource", self.resource())]))?;
        self.metadata_calls += 1;
        if let Some(reply) = self.not_ready() {
            return Ok(reply);
        }
        if !self.has_identity {
            let body = json!({"error": "invalid_request", "error_description": "Identity not found"});
            return Ok((400, None, body.to_string()));
        }
        let body = json!({"access_token": "vm-token", "expires_in": "3600", "expires_on": "1", "resource": RESOURCE});
        Ok((200, None, body.to_string()))
    }

    fn app_service(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        incoming.query(&self.chosen(vec![("api-version", "2019-08-01"), ("resource", self.resource())]))?;
        incoming.must("x-identity-header", IDENTITY_HEADER)?;
        self.metadata_calls += 1;
        if let Some(reply) = self.not_ready() {
            return Ok(reply);
        }
        if self.oidc_status != 200 {
            let message = format!("No identity for {IDENTITY_HEADER}");
            return Ok((self.oidc_status, None, json!({ "message": message }).to_string()));
        }
        let body = json!({"access_token": "app-service-token", "expires_on": (NOW + 7200).to_string()});
        Ok((200, None, body.to_string()))
    }

    fn arc(&mut self, incoming: &Incoming<'_>) -> Result<Reply, String> {
        incoming.query(&[("api-version", "2021-02-01"), ("resource", self.resource())])?;
        incoming.must("metadata", "true")?;
        self.metadata_calls += 1;
        if incoming.header("authorization").is_empty() {
            return Ok((401, Some(("www-authenticate", format!("Basic realm={}", self.arc_file))), String::new()));
        }
        incoming.must("authorization", &format!("Basic {}", self.arc_key))?;
        Ok((200, None, json!({"access_token": "arc-token", "expires_in": 3600}).to_string()))
    }
}

impl Transport for Cloud {
    fn send<'a>(&'a self, request: &'a Request, _: Timeouts) -> TransportFuture<'a> {
        Box::pin(async move {
            if request.url.host_str() == Some("169.254.169.254") && !self.0.lock().unwrap().metadata {
                return Err(TransportError::new(TransportErrorKind::NotConnected, "no route to host"));
            }
            let (headers, body) = (request.headers.iter().cloned().collect(), String::from_utf8_lossy(&request.body));
            let method = request.method.as_str();
            let (status, header, body) =
                self.respond(&Incoming { method, url: &request.url, headers: &headers, body: &body });
            let headers = header.map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
            Ok(Response { status, headers: headers.into_iter().collect(), body: body.into() })
        })
    }
}

async fn over_http(State(cloud): State<Arc<Cloud>>, request: HttpRequest) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let host = parts.headers["host"].to_str().unwrap();
    let url: Url = format!("http://{host}{}", parts.uri).parse().unwrap();
    let body = String::from_utf8_lossy(&body);
    let incoming = Incoming { method: parts.method.as_str(), url: &url, headers: &parts.headers, body: &body };
    let (status, header, body) = cloud.respond(&incoming);
    let mut response = axum::response::Response::new(Body::from(body));
    *response.status_mut() = status.try_into().unwrap();
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, HeaderValue::try_from(value).unwrap());
    }
    response
}
