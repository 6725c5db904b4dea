//! Package flights. A new flight has a first submission.

use super::catalog::{Product, ProductId, Submission};
use super::error::{ServiceError, conflict, invalid};
use super::request::ServiceRequest;
use super::schema::parse_body;
use super::states::StateKind;
use super::store::Store;
use super::submissions;
use crate::emulator::json::{Json, object};
use crate::emulator::response::Response;

/// The `rankHigherThan` of the lowest flight.
const NO_FLIGHT: &str = "Non-flighted submission";

/// Creates a flight, and gives the id of its first submission beside the response.
pub(super) fn create(store: &mut Store, request: &ServiceRequest<'_>) -> Result<(Response, String), ServiceError> {
    let app = request.product(store)?.id().to_owned();
    let body = parse_body(request.http)?;
    let which = store.instance.options.same_name;
    let name = match body.get_ignore_case("friendlyName", which) {
        None | Some(Json::Null) => format!("Flight {}", store.flights(&app).count() + 1),
        Some(value) => value.as_text().ok_or_else(|| invalid("friendlyName", "friendlyName: expected a string"))?,
    };
    if store.flights(&app).any(|flight| flight.document.text_of("friendlyName") == name) {
        return Err(conflict("friendlyName", format!("There is a flight named '{name}' already.")));
    }
    let groups = match body.get_ignore_case("groupIds", which) {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => group_ids(items)?,
        Some(other) => {
            return Err(invalid("groupIds", format!("groupIds: expected an array, found {}", other.type_name())));
        }
    };
    let rank = match body.get_ignore_case("rankHigherThan", which) {
        None | Some(Json::Null) => {
            store.flights(&app).last().map_or(NO_FLIGHT.to_owned(), |highest| highest.document.text_of("flightId"))
        }
        Some(value) => {
            let lower = value.as_text().unwrap_or_default();
            let is_lower = |flight: &Product| {
                flight.document.text_of("flightId").eq_ignore_ascii_case(&lower)
                    || flight.document.text_of("friendlyName") == lower
            };
            if lower != NO_FLIGHT && !store.flights(&app).any(is_lower) {
                return Err(invalid("rankHigherThan", format!("There is no flight '{lower}'.")));
            }
            lower
        }
    };
    let flight = store.instance.ids.guid();
    let document = object([
        ("flightId", Json::text(&flight)),
        ("friendlyName", Json::text(&name)),
        ("groupIds", Json::texts(&groups)),
        ("rankHigherThan", Json::text(&rank)),
    ]);
    let id = ProductId::Flight { app, flight };
    store.products.push(Product::from_document(id.clone(), document));
    let submission = submissions::create_first(store, &id);
    Ok((Response::json(201, store.product_json(&id)), submission))
}

/// Group ids as strings; a request may have them as numbers.
fn group_ids(items: &[Json]) -> Result<Vec<String>, ServiceError> {
    let mut out = Vec::new();
    for item in items {
        match item {
            Json::Number(raw) if raw.parse::<i64>().is_ok() => out.push(raw.clone()),
            Json::Text(_) => out.push(item.as_text().unwrap_or_default()),
            other => {
                return Err(invalid("groupIds", format!("groupIds: expected strings, found {}", other.type_name())));
            }
        }
    }
    Ok(out)
}

pub(super) fn get(store: &Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let id = request.product(store)?;
    Ok(Response::json(200, store.product_json(&id)))
}

pub(super) fn delete(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let id = request.product(store)?;
    let is_processed = |submission: &Submission| {
        submission.product == id
            && submission.state().is_some_and(|state| matches!(state.kind, StateKind::Transient | StateKind::Resting))
    };
    if store.submissions.iter().any(is_processed) {
        return Err(conflict("flight", "The flight has a submission that is being processed."));
    }
    store.remove_product(&id);
    Ok(Response::no_content())
}
