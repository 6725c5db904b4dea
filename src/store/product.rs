//! A product: an app, a package flight or an add-on. Submissions belong to products.

use std::sync::Arc;

use serde::Deserialize;

use super::calls::{self, id};
use super::refused::{recoded, refused_product};
use super::submission::Submission;
use super::target::Target;
use crate::client::{Call, Client, ServiceResponse, answer};
use crate::error::{Result, codes};
use crate::http::retry;

/// One app, flight or add-on of an account.
#[derive(Clone)]
pub struct Product {
    /// The account.
    pub client: Arc<Client>,
    /// Which product.
    pub target: Target,
}

/// The submissions that the service names with a product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LatestSubmissions {
    /// The id of the submission that is not published yet. A product has at most one.
    pub pending: Option<String>,
    /// The id of the submission that was published last.
    pub published: Option<String>,
}

impl Product {
    /// The product of this account. Nothing is sent.
    pub fn new(client: Arc<Client>, target: Target) -> Product {
        Product { client, target }
    }

    /// One of its submissions, by id. Nothing is sent.
    pub fn submission(&self, id: impl Into<String>) -> Submission {
        Submission { client: self.client.clone(), target: self.target.clone(), id: id.into() }
    }

    /// The service's document of the product (`getApplication`, `getFlight`, `getInAppProduct`). Repeatable. A 404 for a
    /// product that this client created a moment ago is asked again for about a minute.
    ///
    /// # Errors
    /// `app.not_found`, `flight.not_found`, `add_on.not_found`, `product.unsupported`.
    pub async fn get(&self) -> Result<ServiceResponse> {
        let path = self.target.path();
        let new = self.client.recent().knows(&path);
        calls::send_to_new(&self.client, &Call::get(path, &retry::READ), new)
            .await
            .map_err(|error| refused_product(&self.target, error))
    }

    /// Deletes a flight or an add-on (`deleteFlight`, `deleteInAppProduct`). Repeatable: 404 after a lost answer counts
    /// as deleted. The service deletes no apps.
    ///
    /// # Errors
    /// `flight.not_found`, `add_on.not_found`; `flight.not_deletable`, `add_on.not_deletable` while a submission is
    /// being processed, the latter also when it is published.
    pub async fn delete(&self) -> Result<()> {
        self.client.recent().forget(&self.target.path());
        let kept = match self.target {
            Target::AddOn { .. } => &codes::ADD_ON_NOT_DELETABLE,
            _ => &codes::FLIGHT_NOT_DELETABLE,
        };
        calls::delete(&self.client, self.target.path())
            .await
            .map_err(|error| refused_product(&self.target, recoded(error, &codes::SERVICE_CONFLICT, kept)))
    }

    /// The id of the pending submission, if there is one.
    ///
    /// # Errors
    /// As [`Product::get`].
    pub async fn pending(&self) -> Result<Option<String>> {
        Ok(self.latest().await?.pending)
    }

    /// The ids of the pending and of the last published submission.
    ///
    /// # Errors
    /// As [`Product::get`].
    pub async fn latest(&self) -> Result<LatestSubmissions> {
        self.latest_in(&self.get().await?.text)
    }

    /// The same from the document that [`Product::get`] returned.
    ///
    /// # Errors
    /// `network.bad_answer` for a document without readable ids.
    pub fn latest_in(&self, document: &str) -> Result<LatestSubmissions> {
        // The service names the members after the kind of product, so at most one of each group is there.
        #[derive(Deserialize)]
        struct Document {
            #[serde(alias = "pendingApplicationSubmission", alias = "pendingFlightSubmission")]
            #[serde(alias = "pendingInAppProductSubmission", default)]
            pending: Option<Reference>,
            #[serde(alias = "lastPublishedApplicationSubmission", alias = "lastPublishedFlightSubmission")]
            #[serde(alias = "lastPublishedInAppProductSubmission", default)]
            published: Option<Reference>,
        }
        #[derive(Deserialize)]
        struct Reference {
            id: String,
        }
        let document: Document = answer(document, &self.target.to_string())?;
        let id = |reference: Option<Reference>| reference.map(|it| id(it.id, &self.target.to_string())).transpose();
        Ok(LatestSubmissions { pending: id(document.pending)?, published: id(document.published)? })
    }
}
