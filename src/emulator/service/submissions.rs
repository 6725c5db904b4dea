//! The operations on submissions except PUT, alike for apps, flights and add-ons.

use super::catalog::{NO_DETAILS, Polling, ProductId, Report, Submission};
use super::error::{ServiceError, conflict};
use super::processing::{self, advance};
use super::request::{ServiceRequest, check_created_by_api, check_state};
use super::schema::{Field, Rules, check_lengths, parse_body};
use super::shapes;
use super::states::StateKind;
use super::store::Store;
use super::update;
use crate::emulator::json::{Json, object};
use crate::emulator::options::Stepping;
use crate::emulator::response::Response;
use crate::emulator::switches::Name;

/// Creates a submission, and gives its id beside the response. It is a copy of the last published submission, or an
/// empty one for a flight or add-on that has none.
pub(super) fn create(store: &mut Store, request: &ServiceRequest<'_>) -> Result<(Response, String), ServiceError> {
    let id = request.product(store)?;
    advance(store);
    let Some(product) = store.product(&id) else {
        return Err(ServiceError::empty(404));
    };
    if product.pending.is_some() {
        return Err(ServiceError::submission_pending());
    }
    let last = product.published.as_ref().and_then(|id| store.submission(id)).cloned();
    match &last {
        Some(last) if last.has_rollout_in_progress() => {
            return Err(conflict("submission", "The package rollout of the last submission is not finished."));
        }
        None if matches!(id, ProductId::App(_)) && !store.instance.options.first_submissions => {
            return Err(conflict("submission", "The first submission of an app has to be made in Partner Center."));
        }
        _ => {}
    }
    // The request for an add-on may have the whole document.
    let content = match id {
        ProductId::AddOn(_) if !request.http.body.is_empty() => Some(parse_body(request.http)?),
        _ => None,
    };
    if let Some(last) = last.as_ref().filter(|_| store.instance.options.switches.value(Name::CreateLimits) == "checked")
    {
        check_lengths(shapes::of(&id), &last.document, Rules::of(&store.instance.options))?;
    }
    let mut draft = new_draft(store, &id, last.as_ref());
    if let Some(content) = content {
        draft.document = update::apply(&draft, &content, Rules::of(&store.instance.options))?;
    }
    let mut document = store.submission_json(&draft, &request.http.origin);
    let minimal = request.http.parameter("isMinimalResponse").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    if minimal && !matches!(id, ProductId::AddOn(_)) {
        document = minimal_document(&document);
    }
    Ok((Response::json(201, document), insert(store, draft)))
}

/// The members of a submission that `isMinimalResponse=true` leaves.
fn minimal_document(document: &Json) -> Json {
    let mut out = object([]);
    for name in ["id", "flightId", "status", "statusDetails", "fileUploadUrl", "friendlyName"] {
        if let Some(value) = document.get(name) {
            out.set(name, value.clone());
        }
    }
    out
}

/// Creates a draft without a request, and gives its id. `None` if a submission is pending.
pub(super) fn create_elsewhere(store: &mut Store, product: &ProductId) -> Option<String> {
    let known = store.product(product).filter(|product| product.pending.is_none())?;
    let last = known.published.as_ref().and_then(|id| store.submission(id)).cloned();
    let draft = new_draft(store, product, last.as_ref());
    Some(insert(store, draft))
}

/// Creates the first submission of a new product, and gives its id.
pub(super) fn create_first(store: &mut Store, product: &ProductId) -> String {
    let draft = new_draft(store, product, None);
    insert(store, draft)
}

fn insert(store: &mut Store, draft: Submission) -> String {
    let id = draft.id.clone();
    if let Some(product) = store.product_mut(&draft.product) {
        product.pending = Some(id.clone());
    }
    store.submissions.push(draft);
    id
}

/// A draft that is not in the store yet: a copy of the submission `last`, or an empty one.
fn new_draft(store: &mut Store, product: &ProductId, last: Option<&Submission>) -> Submission {
    let id = store.instance.ids.submission();
    let upload = store.new_upload();
    let number = store.submissions.iter().filter(|submission| submission.product == *product).count() + 1;
    let mut document = match last {
        Some(last) => last.document.clone(),
        None => first_document(product),
    };
    document.set("id", Json::text(&id));
    document.set("status", Json::text("PendingCommit"));
    document.set("statusDetails", Json::literal(NO_DETAILS));
    document.set("fileUploadUrl", Json::Null);
    if document.get("friendlyName").is_some() {
        document.set("friendlyName", Json::text(&format!("Submission {number}")));
    }
    let mut submission = Submission::new(id, product.clone(), document, store.now());
    submission.upload = Some(upload);
    // A new submission keeps the setting of a rollout, and has not begun it.
    if let Some(rollout) = submission.rollout_mut() {
        rollout.set("packageRolloutStatus", Json::text("PackageRolloutNotStarted"));
        rollout.set("fallbackSubmissionId", Json::text("0"));
    }
    submission
}

/// The document of a first submission.
fn first_document(product: &ProductId) -> Json {
    let fields: &[Field] = shapes::of(product);
    let mut document = object([]);
    for field in fields {
        match (field.name, field.default) {
            ("flightId", _) => {
                if let ProductId::Flight { flight, .. } = product {
                    document.set("flightId", Json::text(flight));
                }
            }
            ("pricing", _) => document.set("pricing", Json::literal(FIRST_PRICING)),
            ("id" | "status" | "statusDetails" | "fileUploadUrl" | "friendlyName", _) => {
                document.set(field.name, Json::Null);
            }
            (name, Some(default)) => document.set(name, Json::literal(default)),
            _ => {}
        }
    }
    document
}

const FIRST_PRICING: &str =
    r#"{"marketSpecificPricings":{},"sales":[],"priceId":"NotAvailable","isAdvancedPricingModel":true}"#;

/// Reports the submission. With `poll` stepping, it moves one step after that if the client polls here.
pub(super) fn get(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    advance(store);
    let id = store.submissions[index].id.clone();
    store.renew_upload(&id);
    let response = Response::json(200, store.submission_json(&store.submissions[index], &request.http.origin));
    step_after(store, index, Report::Submission);
    Ok(response)
}

pub(super) fn delete(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    advance(store);
    let submission = &store.submissions[index];
    check_created_by_api(submission)?;
    check_state(submission, &[StateKind::Editable, StateKind::Failed], "submissionId", "deleted")?;
    let id = submission.id.clone();
    store.forget_upload(&id);
    let submission = store.submissions.remove(index);
    if let Some(product) = store.product_mut(&submission.product)
        && product.pending.as_ref() == Some(&submission.id)
    {
        product.pending = None;
    }
    Ok(Response::no_content())
}

pub(super) fn commit(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    let now = store.now();
    let submission = &mut store.submissions[index];
    check_created_by_api(submission)?;
    check_state(submission, &[StateKind::Editable], "submission", "committed")?;
    submission.set_status("CommitStarted", now);
    submission.polling = Polling::default();
    Ok(Response::json(202, object([("status", Json::text("CommitStarted"))])))
}

/// Reports the status. With `poll` stepping, the submission moves one step after that if the client polls here.
pub(super) fn status(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    advance(store);
    let document = &store.submissions[index].document;
    let mut body = object([("status", Json::text(&document.text_of("status")))]);
    if let Some(details) = document.get("statusDetails") {
        body.set("statusDetails", details.clone());
    }
    step_after(store, index, Report::Status);
    Ok(Response::json(200, body))
}

/// With `poll` stepping, moves a submission on that was committed, after a response that the client polls.
fn step_after(store: &mut Store, index: usize, report: Report) {
    let submission = &mut store.submissions[index];
    let goes_on = submission.state().is_some_and(|state| state.next.is_some());
    if store.instance.options.stepping == Stepping::Poll && goes_on && submission.polling.is_poll(report) {
        processing::step(store, index);
    }
}
