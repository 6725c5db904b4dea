//! `service.call`: the raw door, for what the library has no operation for.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Call, Output};
use crate::client;
use crate::error::{Error, Result, codes};
use crate::http::{Rule, retry};

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
    let reply = call.client.send(&client::Call { method, path: call.request.path, body, rule }).await?;
    let body = match reply.text.trim() {
        "" => None,
        text => Some(RawValue::from_string(text.to_owned()).map_err(|error| {
            let message = format!("the answer from {} is not JSON: {error}", reply.exchange.url);
            Error::new(&codes::NETWORK_BAD_ANSWER, message).http(reply.exchange.clone())
        })?),
    };
    Output::of(&Answer { status: reply.exchange.status, correlation_id: reply.exchange.correlation_id, body })
}
