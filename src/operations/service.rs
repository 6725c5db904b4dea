//! `service.check`, and `service.call` for calls of the service that the library has no operation for.

use http::Method;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;

use super::call::{Call, Output};
use super::fields::field_error;
use super::operation::{Operation, quick};
use super::resource::NoIds;
use super::token::SignIn;
use crate::blocking;
use crate::client::{self, Client};
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::http::{Rule, retry};
use crate::publish::refuse_price_left;
use crate::store::health::{Finding, Outcome, findings};
use crate::store::{Product, Target, price};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick(
            "service.check",
            "whether everything is in place: the response is ok in either case, and the result has the findings",
            check,
        )
        .returns::<ServiceCheck>(),
        quick("service.call", "send any request to the service, with a token and retries", call)
            .returns::<ServiceAnswer>(),
    ]
}

/// The HTTP methods of the service.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
enum Verb {
    #[serde(rename = "GET")]
    Get,
    #[serde(rename = "POST")]
    Post,
    #[serde(rename = "PUT")]
    Put,
    #[serde(rename = "DELETE")]
    Delete,
}

/// `service.call`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RawCall {
    /// The HTTP method.
    method: Verb,
    /// The path below the service's root, with its query: `applications/9NBLGGH4R315`.
    path: String,
    /// The JSON body, sent byte for byte.
    #[serde(default)]
    body: Option<Box<RawValue>>,
    /// Send a submission even if it has no price, which makes the product free. A PUT of a submission passes the same
    /// guards as `submission.update`.
    #[serde(default)]
    allow_free: bool,
}

impl Verb {
    fn call(self) -> (Method, &'static Rule) {
        match self {
            Verb::Get => (Method::GET, &retry::READ),
            // The effect of a POST is unknown here, so it is not repeated once it may have been carried out.
            Verb::Post => (Method::POST, &retry::CREATE),
            Verb::Put => (Method::PUT, &retry::UPDATE),
            Verb::Delete => (Method::DELETE, &retry::DELETE),
        }
    }
}

/// An answer of the service.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceAnswer {
    /// The HTTP status of the response.
    status: Option<u16>,
    /// The body of the response as the service sent it; null when the body was empty.
    body: Option<Box<RawValue>>,
}

async fn call(call: Call<NoIds, RawCall>) -> Result<Output> {
    let (method, rule) = call.request.method.call();
    let body = call.request.body.map(|body| body.get().to_owned());
    let request = client::Call { body, ..client::Call::new(method, call.request.path, rule) };
    guard(&call.client, &request, call.request.allow_free)?;
    guard_commit(&call.client, &request).await?;
    let response = call.client.send(&request).await?;
    let body = match response.text.trim() {
        "" => None,
        text => Some(blocking::in_place(text.len(), || RawValue::from_string(text.to_owned())).map_err(|error| {
            let message = format!("the answer from {} is not JSON: {error}", response.exchange.url);
            Error::new(&codes::NETWORK_BAD_ANSWER, message).http(response.exchange.clone())
        })?),
    };
    let mut output = Output::of(&ServiceAnswer { status: response.exchange.status, body })?;
    output.meta.correlation_ids = response.exchange.correlation_ids;
    Ok(output)
}

/// Refuses a PUT of a submission that `submission.update` would refuse.
fn guard(client: &Client, request: &client::Call, allow_free: bool) -> Result<()> {
    let Some(body) = request.body.as_ref().filter(|_| request.method == Method::PUT) else {
        return Ok(());
    };
    let target = path(client, request).and_then(|path| Target::of_submission(&path));
    match target {
        Some(target) => blocking::in_place(body.len(), || price::guard(&target, body, allow_free)),
        None => Ok(()),
    }
}

/// Refuses the commit of a draft that `submission.commit` would refuse for its price.
async fn guard_commit(client: &Arc<Client>, request: &client::Call) -> Result<()> {
    let path = path(client, request).filter(|_| request.method == Method::POST).unwrap_or_default();
    let Some((submission, last)) = path.trim_end_matches('/').rsplit_once('/') else { return Ok(()) };
    let is_commit = last.eq_ignore_ascii_case("commit") || last.contains('%');
    let Some(target) = Target::of_submission(submission).filter(|_| is_commit) else { return Ok(()) };
    let id = submission.rsplit('/').next().unwrap_or_default();
    match client.send(&client::Call::get(submission.to_owned(), &retry::READ)).await {
        Ok(document) => refuse_price_left(&Product::new(client.clone(), target).submission(id), &document.text).await,
        // The service says what is wrong with the commit.
        Err(_) => Ok(()),
    }
}

/// The path of a request below the service's root.
fn path(client: &Client, request: &client::Call) -> Option<String> {
    let url = client.resolve(request.api, &request.path)?;
    url.path().strip_prefix(client.config().service_url.path()).map(str::to_owned)
}

/// `service.check`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Check {
    /// Apps that must be visible to the account.
    #[serde(default)]
    app_ids: Vec<String>,
}

/// The result of one check.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ServiceFinding {
    /// The name of the check: `signIn`, `service`, `app`, `clock` or `uploadHost`.
    name: &'static str,
    /// The app that was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Whether the check passed; null when the check was not made.
    ok: Option<bool>,
    /// One sentence for people.
    message: String,
    /// What to do about a failed check.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    /// The error of a failed check.
    #[schemars(with = "Option<Error>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Box<RawValue>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    account: Option<SignIn>,
}

/// Whether everything that a release needs is in place.
#[derive(Serialize, JsonSchema)]
struct ServiceCheck {
    /// Whether no check failed. The response itself is `ok` in either case.
    ok: bool,
    /// The checks.
    findings: Vec<ServiceFinding>,
    /// How each host is reached.
    proxies: Vec<HostRoute>,
}

/// How a host is reached: by a proxy, or directly.
#[derive(Serialize, JsonSchema)]
struct HostRoute {
    /// The host of the service, of the sign-in service, or of uploads.
    host: String,
    /// The address of the proxy, without user and password. Absent when the host is reached directly.
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy: Option<String>,
    /// What decides that: `proxy` for the field of the configuration, the name of a variable such as `HTTPS_PROXY` or
    /// `NO_PROXY`, or words for people, such as `the proxy settings of Windows`.
    source: &'static str,
}

fn routes(config: &Config) -> Vec<HostRoute> {
    let uploads = config.blob_hosts.iter().filter_map(|host| {
        // A domain stands for all hosts in it.
        let example = if host.starts_with('.') { format!("x{host}") } else { host.clone() };
        Some((host.clone(), Url::parse(&format!("https://{example}/")).ok()?))
    });
    let services = [&config.service_url, &config.authority_url];
    let services = services.map(|url| (url.host_str().unwrap_or_default().to_owned(), url.clone()));
    let routes = services.into_iter().chain(uploads).map(|(host, url)| {
        let route = config.proxies().route(&url);
        HostRoute { host, proxy: route.proxy.map(str::to_owned), source: route.source }
    });
    routes.collect()
}

async fn check(call: Call<NoIds, Check>) -> Result<Output> {
    if let Some(index) = call.request.app_ids.iter().position(|id| id.trim().is_empty()) {
        return Err(field_error(&codes::REQUEST_BLANK_ID, &format!("appIds/{index}"), "is null or blank"));
    }
    let findings = findings(&call.client, &call.request.app_ids).await;
    let findings: Vec<ServiceFinding> = findings.into_iter().map(finding_of).collect();
    let ok = findings.iter().all(|finding| finding.ok != Some(false));
    Output::of(&ServiceCheck { ok, findings, proxies: routes(call.client.config()) })
}

fn finding_of(finding: Finding) -> ServiceFinding {
    let (ok, message, error) = match finding.outcome {
        Outcome::Passed(message) => (Some(true), message, None),
        Outcome::NotChecked(why) => (None, format!("not checked: {why}"), None),
        Outcome::Failed(error) => (Some(false), sentence(&error), Some(error)),
    };
    ServiceFinding {
        name: finding.name,
        app_id: finding.app_id,
        ok,
        message,
        remedy: error.as_ref().map(|error| error.remedy().to_owned()),
        error: error.and_then(|error| RawValue::from_string(error.to_json()).ok()),
        account: finding.token.as_ref().map(SignIn::of),
    }
}

/// One sentence for a failed check. The messages of services are long, have ids in them or are missing, so the meaning of
/// the code stands in for them.
fn sentence(error: &Error) -> String {
    match error.service_error() {
        Some(_) => error.code().meaning.to_owned(),
        None => error.to_string(),
    }
}
