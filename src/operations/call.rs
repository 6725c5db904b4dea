//! What a handler gets and gives.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::merge::Report;
use super::names::Names;
use crate::client::{Client, ServiceResponse};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::store::{Creation, Target};

/// A call of an operation that talks to the service.
pub struct Call<R> {
    /// The account.
    pub client: Arc<Client>,
    /// The ids of the request.
    pub names: Names,
    /// The other fields.
    pub request: R,
    /// Where events go.
    pub reporter: Reporter,
}

impl<R> Call<R> {
    /// The app, flight or add-on that the request names.
    pub(super) fn target(&self) -> Result<&Target> {
        self.names.target.as_ref().ok_or_else(|| Error::new(&codes::REQUEST_TARGET, codes::REQUEST_TARGET.meaning))
    }

    /// The submission's id.
    pub(super) fn submission_id(&self) -> &str {
        &self.names.submission_id
    }
}

/// A result as JSON text, with what else is worth telling.
#[derive(Debug)]
pub struct Output {
    /// The result: a document of the service as it came, or an object of ours.
    pub result: String,
    /// Beside the result.
    pub meta: Meta,
}

/// Facts about a call, beside its result.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// `MS-CorrelationId` of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// Whether the answer of the service was lost, and the library found the outcome by reading the state.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// What was changed, when a merge decided it.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// Old names that the request used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deprecations: Vec<Deprecation>,
}

/// An old name that the request used. It works as before until a later major version.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deprecation {
    /// The operation, the field as a JSON Pointer into the request, or the value that is old.
    pub name: String,
    /// What replaces it.
    pub replacement: String,
    /// The first day, as `2027-01-31`, on which a release may drop the old name.
    pub until: String,
    /// One sentence for people.
    pub message: String,
}

impl Output {
    /// A result of ours.
    pub(super) fn of<T: Serialize>(result: &T) -> Result<Output> {
        let result = serde_json::to_string(result)
            .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("the result can't be written: {error}")))?;
        Ok(Output { result, meta: Meta::default() })
    }

    /// A document of the service, checked to be JSON and otherwise untouched.
    pub(super) fn document(reply: ServiceResponse) -> Result<Output> {
        if let Err(error) = crate::document::check(&reply.text) {
            let message = format!("the answer from {} is not JSON: {error}", reply.exchange.url);
            return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(reply.exchange));
        }
        let meta = Meta { correlation_id: reply.exchange.correlation_id, ..Meta::default() };
        Ok(Output { result: reply.text, meta })
    }

    /// What a create brought.
    pub(super) fn created(made: Creation) -> Result<Output> {
        let mut output = Output::document(made.reply)?;
        output.meta.adopted = made.adopted;
        Ok(output)
    }

    /// `{"deleted":true}`.
    pub(super) fn deleted() -> Output {
        Output { result: r#"{"deleted":true}"#.to_owned(), meta: Meta::default() }
    }
}
