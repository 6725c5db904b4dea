//! A call of the submission API: its route, and the product and submission that its path names.

use super::catalog::{ProductId, Submission};
use super::error::{ServiceError, conflict, invalid};
use super::routes::{PathIds, Route};
use super::states::StateKind;
use super::store::Store;
use crate::emulator::request::Request;

/// A request with its route.
pub(super) struct ServiceRequest<'a> {
    pub(super) http: &'a Request,
    pub(super) route: &'static Route,
    pub(super) ids: PathIds,
}

impl ServiceRequest<'_> {
    /// The product that the path names. An invisible or unsupported one is an error.
    pub(super) fn product(&self, store: &Store) -> Result<ProductId, ServiceError> {
        let PathIds { app, flight, add_on, .. } = &self.ids;
        let product = match add_on.as_str() {
            "" => ProductId::App(app.clone()),
            id => ProductId::AddOn(id.to_owned()),
        };
        let product = self.find_product(store, &product)?;
        if flight.is_empty() {
            return Ok(product);
        }
        self.find_product(store, &ProductId::Flight { app: app.clone(), flight: flight.clone() })
    }

    fn find_product(&self, store: &Store, id: &ProductId) -> Result<ProductId, ServiceError> {
        let product = store.product(id).ok_or_else(|| self.unknown_product(id))?;
        if !product.visible {
            return Err(ServiceError::empty(403));
        }
        if !product.supported {
            return Err(conflict(id.noun(), "The product uses a feature that this API does not support."));
        }
        Ok(product.id.clone())
    }

    fn unknown_product(&self, product: &ProductId) -> ServiceError {
        match product {
            // Not a Store id but a package identity name or family name: the service fails.
            ProductId::App(id) | ProductId::AddOn(id) if !id.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                ServiceError::internal()
            }
            ProductId::App(id) | ProductId::AddOn(id) if self.route.documents_404 => {
                ServiceError::not_found(product.noun(), id)
            }
            ProductId::App(_) | ProductId::AddOn(_) => ServiceError::empty(403),
            ProductId::Flight { flight, .. } => self.unknown("flightId", flight),
        }
    }

    fn unknown(&self, parameter: &str, id: &str) -> ServiceError {
        if self.route.documents_404 {
            return ServiceError::not_found(parameter, id);
        }
        invalid(parameter, format!("The {parameter} {id} does not exist."))
    }

    /// The index of the submission that the path names. One of another product is an error.
    pub(super) fn submission(&self, store: &Store) -> Result<usize, ServiceError> {
        let product = self.product(store)?;
        let id = &self.ids.submission;
        let index = store.submissions.iter().position(|submission| submission.id == *id);
        let index = index.ok_or_else(|| self.unknown("submissionId", id))?;
        if store.submissions[index].product != product {
            let message = format!("The submission {id} does not belong to the {}.", product.noun());
            return Err(conflict("submissionId", message));
        }
        Ok(index)
    }
}

/// Refuses to change a submission that was created or edited in Partner Center.
pub(super) fn check_created_by_api(submission: &Submission) -> Result<(), ServiceError> {
    if submission.created_by_api {
        return Ok(());
    }
    Err(ServiceError::new(
        400,
        "InvalidOperation",
        &format!("{}Submission", submission.product.noun()),
        "Ingestion API can only update, delete, and commit submissions that are created through the API. Please delete \
         the current in-progress submission and create one using the API",
    ))
}

/// Refuses a request whose submission is in another kind of state than these. `target` and `action` are for the error.
pub(super) fn check_state(
    submission: &Submission,
    allowed: &[StateKind],
    target: &str,
    action: &str,
) -> Result<(), ServiceError> {
    if submission.state().is_some_and(|state| allowed.contains(&state.kind)) {
        return Ok(());
    }
    Err(conflict(target, format!("A submission in the state {} cannot be {action}.", submission.status())))
}
