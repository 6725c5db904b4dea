//! `service.call`: the raw door, for what the library has no operation for. `service.check`: the doctor.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Call, Output};
use super::token::Checked;
use crate::client;
use crate::error::{Error, Result, codes};
use crate::http::{Rule, retry};
use crate::store::health::{Finding, Outcome, findings};

/// The methods that the service has.
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
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    /// The HTTP method.
    method: Verb,
    /// Below the service's root, with its query: `applications/9NBLGGH4R315`.
    path: String,
    /// The JSON body, sent byte for byte.
    #[serde(default)]
    body: Option<Box<RawValue>>,
}

impl Verb {
    fn call(self) -> (Method, &'static Rule) {
        match self {
            Verb::Get => (Method::GET, &retry::READ),
            // What a POST does is not known here, so it is never repeated once it may have been carried out.
            Verb::Post => (Method::POST, &retry::CREATE),
            Verb::Put => (Method::PUT, &retry::UPDATE),
            Verb::Delete => (Method::DELETE, &retry::DELETE),
        }
    }
}

pub(super) async fn call(call: Call<Raw>) -> Result<Output> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer {
        status: Option<u16>,
        correlation_id: Option<String>,
        body: Option<Box<RawValue>>,
    }
    let (method, rule) = call.request.method.call();
    let body = call.request.body.map(|body| body.get().to_owned());
    let reply = call.client.send(&client::Call { body, ..client::Call::new(method, call.request.path, rule) }).await?;
    let body = match reply.text.trim() {
        "" => None,
        text => Some(RawValue::from_string(text.to_owned()).map_err(|error| {
            let message = format!("the answer from {} is not JSON: {error}", reply.exchange.url);
            Error::new(&codes::NETWORK_BAD_ANSWER, message).http(reply.exchange.clone())
        })?),
    };
    Output::of(&Answer { status: reply.exchange.status, correlation_id: reply.exchange.correlation_id, body })
}

/// `service.check`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Check {
    /// Apps that must be visible to the account.
    #[serde(default)]
    app_ids: Vec<String>,
}

/// A finding as it is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_id: Option<String>,
    /// Null when it was not looked at.
    ok: Option<bool>,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Box<RawValue>>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    account: Option<Checked>,
}

pub(super) async fn check(call: Call<Check>) -> Result<Output> {
    #[derive(Serialize)]
    struct Answer {
        ok: bool,
        findings: Vec<Told>,
    }
    let findings: Vec<Told> = findings(&call.client, &call.request.app_ids).await.into_iter().map(told).collect();
    Output::of(&Answer { ok: findings.iter().all(|finding| finding.ok != Some(false)), findings })
}

fn told(finding: Finding) -> Told {
    let (ok, message, error) = match finding.outcome {
        Outcome::Passed(message) => (Some(true), message, None),
        Outcome::NotChecked(why) => (None, format!("not checked: {why}"), None),
        Outcome::Failed(error) => (Some(false), sentence(&error), Some(error)),
    };
    Told {
        name: finding.name,
        app_id: finding.app_id,
        ok,
        message,
        remedy: error.as_ref().map(|error| error.remedy().to_owned()),
        error: error.and_then(|error| RawValue::from_string(error.to_json()).ok()),
        account: finding.token.as_ref().map(Checked::of),
    }
}

/// What the services say is long, has ids in it, or is nothing at all; the code's own meaning is one sentence.
fn sentence(error: &Error) -> String {
    match error.service_error() {
        Some(_) => error.code().meaning.to_owned(),
        None => error.to_string(),
    }
}
