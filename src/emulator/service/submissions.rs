//! The six calls of a submission but PUT, the same for apps, flights and add-ons.

use super::Request;
use super::processing;
use super::shapes::{self, NO_DETAILS};
use super::states::Kind;
use super::update;
use crate::emulator::json::{Json, object};
use crate::emulator::options::Stepping;
use crate::emulator::response::{Answer, conflict, refuse};
use crate::emulator::state::{Owner, Store, Submission};

/// Create: a copy of the last published submission, or for flights and add-ons an empty first one.
pub(crate) fn create(store: &mut Store, request: &Request<'_>) -> Result<(Answer, Option<String>), Answer> {
    let owner = request.owner(store)?;
    advance(store);
    let Some(product) = store.product(&owner) else {
        return Err(Answer::empty(404));
    };
    if product.pending.is_some() {
        let message = "Create submission failed, status code Conflict, reason phrase Conflict";
        return Err(conflict("submission", message));
    }
    let last = product.published.as_ref().and_then(|id| store.submission(id)).cloned();
    match &last {
        Some(last) if rollout_open(&last.document) => {
            return Err(conflict("submission", "The package rollout of the last submission is not finished."));
        }
        None if matches!(owner, Owner::App(_)) => {
            return Err(conflict("submission", "The first submission of an app has to be made in Partner Center."));
        }
        _ => {}
    }
    // An add-on may come with its whole content.
    let content = match owner {
        Owner::AddOn(_) if !request.call.body.is_empty() => Some(update::parse(&request.call.body)?),
        _ => None,
    };
    let mut draft = draft(store, &owner, last.as_ref());
    if let Some(content) = content {
        draft.document = update::apply(&draft, &content)?;
    }
    let id = insert(store, draft);
    let minimal = request.call.parameter("isMinimalResponse").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        && !matches!(owner, Owner::AddOn(_));
    let document = store.submission(&id).map_or(Json::Null, |submission| store.answer(submission));
    let document = if minimal { shortened(&document) } else { document };
    Ok((Answer::json(201, document), Some(id)))
}

/// What `isMinimalResponse=true` leaves of a submission.
fn shortened(document: &Json) -> Json {
    let mut out = object([]);
    for name in ["id", "flightId", "status", "statusDetails", "fileUploadUrl", "friendlyName"] {
        if let Some(value) = document.get(name) {
            out.set(name, value.clone());
        }
    }
    out
}

/// Opens a submission for a product that may have one, and gives its id.
pub(crate) fn open(store: &mut Store, owner: &Owner, last: Option<&Submission>) -> String {
    let draft = draft(store, owner, last);
    insert(store, draft)
}

fn insert(store: &mut Store, draft: Submission) -> String {
    let id = draft.id.clone();
    if let Some(product) = store.product_mut(&draft.owner) {
        product.pending = Some(id.clone());
    }
    store.submissions.push(draft);
    id
}

fn draft(store: &mut Store, owner: &Owner, last: Option<&Submission>) -> Submission {
    let id = store.ids.submission();
    let upload = store.new_upload();
    let number = store.submissions.iter().filter(|submission| submission.owner == *owner).count() + 1;
    let mut document = match last {
        Some(last) => last.document.clone(),
        None => first(owner),
    };
    document.set("id", Json::text(&id));
    document.set("status", Json::text("PendingCommit"));
    document.set("statusDetails", Json::literal(NO_DETAILS));
    document.set("fileUploadUrl", Json::Null);
    if document.get("friendlyName").is_some() {
        document.set("friendlyName", Json::text(&format!("Submission {number}")));
    }
    // The setting of a rollout is copied, its progress is not.
    let rollout = document.get_mut("packageDeliveryOptions").and_then(|options| options.get_mut("packageRollout"));
    if let Some(rollout) = rollout {
        rollout.set("packageRolloutStatus", Json::text("PackageRolloutNotStarted"));
        rollout.set("fallbackSubmissionId", Json::text("0"));
    }
    let mut submission = Submission::new(id, owner.clone(), document, store.now());
    submission.upload = Some(upload);
    submission
}

/// The first submission of a flight or an add-on.
fn first(owner: &Owner) -> Json {
    let fields: &[super::schema::Field] = match owner {
        Owner::App(_) => &shapes::APP,
        Owner::Flight { .. } => &shapes::FLIGHT,
        Owner::AddOn(_) => &shapes::ADD_ON,
    };
    let mut document = object([]);
    for field in fields {
        match (field.name, field.default) {
            ("flightId", _) => {
                if let Owner::Flight { flight, .. } = owner {
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

/// Whether a published submission still has a rollout in progress.
pub(crate) fn rollout_open(document: &Json) -> bool {
    let rollout = document.get("packageDeliveryOptions").and_then(|options| options.get("packageRollout"));
    rollout.is_some_and(|rollout| rollout.text_of("packageRolloutStatus") == "PackageRolloutInProgress")
}

pub(crate) fn get(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    advance(store);
    Ok(Answer::json(200, store.answer(&store.submissions[index])))
}

/// Refuses a change of a submission that the API did not make.
pub(crate) fn check_origin(submission: &Submission) -> Result<(), Answer> {
    if submission.created_by_api {
        return Ok(());
    }
    Err(refuse(
        400,
        "InvalidOperation",
        &format!("{}Submission", submission.owner.noun()),
        "Ingestion API can only update, delete, and commit submissions that are created through the API. Please delete \
         the current in-progress submission and create one using the API",
    ))
}

pub(crate) fn delete(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    advance(store);
    let submission = &store.submissions[index];
    check_origin(submission)?;
    if !submission.state().is_some_and(|state| matches!(state.kind, Kind::Editable | Kind::Failed)) {
        let message = format!("A submission in the state {} cannot be deleted.", submission.status());
        return Err(conflict("submissionId", message));
    }
    let gone = store.submissions.remove(index);
    if let Some(product) = store.product_mut(&gone.owner)
        && product.pending.as_ref() == Some(&gone.id)
    {
        product.pending = None;
    }
    Ok(Answer::empty(204))
}

pub(crate) fn commit(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    let now = store.now();
    let submission = &mut store.submissions[index];
    check_origin(submission)?;
    if !submission.state().is_some_and(|state| state.kind == Kind::Editable) {
        let message = format!("A submission in the state {} cannot be committed.", submission.status());
        return Err(conflict("submission", message));
    }
    submission.set_status("CommitStarted", now);
    Ok(Answer::json(202, object([("status", Json::text("CommitStarted"))])))
}

pub(crate) fn status(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    advance(store);
    let document = &store.submissions[index].document;
    let mut answer = object([("status", Json::text(&document.text_of("status")))]);
    if let Some(details) = document.get("statusDetails") {
        answer.set("statusDetails", details.clone());
    }
    if store.options.stepping == Stepping::Poll {
        processing::step(store, index);
    }
    Ok(Answer::json(200, answer))
}

/// With `clock` stepping, brings every submission to where the time has brought it.
pub(crate) fn advance(store: &mut Store) {
    if store.options.stepping != Stepping::Clock {
        return;
    }
    for index in 0..store.submissions.len() {
        processing::catch_up(store, index);
    }
}
