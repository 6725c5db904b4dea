//! What a handler of an operation gets and returns.

use std::num::NonZeroU32;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::report::MergeReport;
use crate::blocking;
use crate::client::{Client, ServiceResponse};
use crate::document::Edit;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::store::list::Paging;
use crate::store::{Creation, Submission, Target};

pub(super) use crate::error::ResourceIds as MetaIds;

/// A call of an operation that talks to the service.
pub(super) struct Call<I, R = Nothing> {
    /// The account.
    pub(super) client: Arc<Client>,
    /// What the ids of the request name: an app, a submission.
    pub(super) resource: I,
    /// The other fields of the request.
    pub(super) request: R,
    /// Where events go.
    pub(super) reporter: Reporter,
}

/// The fields of a request that has none besides its ids.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

/// The fields of a request for a list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRequest {
    /// Read one page with at most this many items. Without `top` and `next` all pages are read.
    #[serde(default)]
    #[schemars(range(min = 1))]
    top: Option<NonZeroU32>,
    /// Read the next page: the `next` of the result for the page before.
    #[serde(default)]
    next: Option<String>,
}

impl ListRequest {
    pub(super) fn paging(self) -> Paging {
        match self {
            ListRequest { top: None, next: None } => Paging::All,
            ListRequest { top, next } => Paging::Page { top: top.map(NonZeroU32::get), next },
        }
    }
}

/// The result of an operation as JSON text, and facts about the call.
#[derive(Debug)]
pub struct Output {
    /// The result: a document of the service, unchanged, or an object of this library.
    pub result: String,
    /// The member `meta` of the response.
    pub meta: Meta,
}

/// Facts about a call that are not part of its result.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// The ids of the app, flight, add-on and submission that the result is about, under the same names in every response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<MetaIds>,
    /// The `MS-CorrelationId` of each response of the service; for `publish`, only of the calls that changed something.
    /// Microsoft's support asks for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub correlation_ids: Vec<String>,
    /// Whether the response of the service was lost, and the library read the state to find out the outcome.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub adopted: bool,
    /// For `submission.status`: the codes of those warnings in `statusDetails` that nearly every submission has, so that
    /// nobody needs to act on them, such as `SalesUnsupportedWarning`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_warnings: Vec<String>,
    /// The edits that were made in the document, in their order; with `preview` and in `publish.plan` the edits that would
    /// be made. In the values, secrets that the client knows and signatures of links read `REDACTED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edits: Option<Vec<Edit>>,
    /// What a merge decided.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub report: Option<MergeReport>,
    /// Old names that the request used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deprecations: Vec<Deprecation>,
}

impl Meta {
    /// Takes secrets out of the ids, which may come from a response of the service.
    pub(super) fn redact_ids(&mut self, redact: impl Fn(&str) -> String) {
        let ids = self.ids.iter_mut().flat_map(MetaIds::iter_mut);
        ids.chain(&mut self.correlation_ids).for_each(|id| *id = redact(id));
    }
}

impl From<&Target> for MetaIds {
    fn from(target: &Target) -> MetaIds {
        MetaIds { target: target.ids(), submission_id: None }
    }
}

impl From<&Submission> for MetaIds {
    fn from(submission: &Submission) -> MetaIds {
        MetaIds { target: submission.target.ids(), submission_id: Some(submission.id.clone()) }
    }
}

/// An old name that the request used. It works as before until a later major version.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Deprecation {
    /// What is deprecated: the name of an operation, a field as a JSON Pointer into the request, or a value.
    pub name: String,
    /// The name or value to use instead.
    pub replacement: String,
    /// The first day, as `2027-01-31`, on which a release may drop the old name.
    pub until: String,
    /// One sentence for people.
    pub message: String,
}

impl Output {
    /// A result of this library.
    pub(super) fn of<T: Serialize>(result: &T) -> Result<Output> {
        let result = serde_json::to_string(result)
            .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("the result can't be written: {error}")))?;
        Ok(Output { result, meta: Meta::default() })
    }

    /// A result that is JSON text already.
    pub(super) fn text(result: String) -> Output {
        Output { result, meta: Meta::default() }
    }

    /// A document of the service, checked to be JSON and otherwise untouched.
    pub(super) fn document(response: ServiceResponse) -> Result<Output> {
        let checked = blocking::in_place(response.text.len(), || crate::document::check(&response.text));
        if let Err(error) = checked {
            let message = format!("the answer from {} is not JSON: {error}", response.exchange.url);
            return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(response.exchange));
        }
        let meta = Meta { correlation_ids: response.exchange.correlation_ids, ..Meta::default() };
        Ok(Output { result: response.text, meta })
    }

    /// A new flight or add-on.
    pub(super) fn created(creation: Creation) -> Result<Output> {
        let ids = creation.product.as_ref().map(|product| MetaIds::from(&product.target));
        let output = Output::document(creation.response)?.adopted(creation.adopted);
        Ok(match ids {
            Some(ids) => output.about(ids),
            None => output,
        })
    }

    /// Sets `meta.ids`, for a result that is not about the resource of the request, such as a new submission.
    #[must_use]
    pub(super) fn about(mut self, ids: MetaIds) -> Output {
        self.meta.ids = Some(ids);
        self
    }

    /// Sets `meta.adopted`: whether the answer was lost and the outcome was found by reading the state.
    #[must_use]
    pub(super) fn adopted(mut self, adopted: bool) -> Output {
        self.meta.adopted = adopted;
        self
    }

    /// Adds the edits of the operation. `redact` takes secrets out of a JSON text.
    #[must_use]
    pub(super) fn edits(mut self, edits: Vec<Edit>, redact: impl Fn(&str) -> String) -> Output {
        self.meta.edits = Some(redacted(edits, redact));
        self
    }

    /// `{"deleted":true}`.
    pub(super) fn deleted(deleted: bool) -> Output {
        Output::text(format!(r#"{{"deleted":{deleted}}}"#))
    }
}

/// Edits without the secrets in their values. `redact` takes secrets out of a JSON text.
pub(super) fn redacted(mut edits: Vec<Edit>, redact: impl Fn(&str) -> String) -> Vec<Edit> {
    for text in edits.iter_mut().flat_map(|edit| [&mut edit.value, &mut edit.old]).flatten() {
        let shown = redact(text);
        // A secret that ends in an escape may leave a text that is not JSON.
        *text = if crate::document::check(&shown).is_ok() { shown } else { r#""REDACTED""#.to_owned() };
    }
    edits
}
