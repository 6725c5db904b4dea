//! Package flights. Creating one opens its first submission.

use super::Request;
use super::schema::{self, Refusal};
use super::states::Kind;
use super::submissions;
use crate::emulator::json::{Json, object};
use crate::emulator::response::{Answer, conflict, invalid};
use crate::emulator::state::{Owner, Product, Store};

/// Ranked below every flight.
const NO_FLIGHT: &str = "Non-flighted submission";

/// The flights of an app in the order in which they were made.
pub(crate) fn of<'a>(store: &'a Store, wanted: &'a str) -> impl Iterator<Item = &'a Product> {
    store
        .products
        .iter()
        .filter(move |product| matches!(&product.owner, Owner::Flight { app, .. } if app.eq_ignore_ascii_case(wanted)))
}

pub(crate) fn create(store: &mut Store, request: &Request<'_>) -> Result<(Answer, Option<String>), Answer> {
    let Owner::App(app) = request.owner(store)? else {
        return Err(Answer::empty(404));
    };
    let refuse = |refusal: Refusal| invalid(&refusal.target, refusal.message);
    let body = schema::body(&request.call.body).map_err(refuse)?;
    let member = |name: &str| body.members().iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, v)| v);
    let name = match member("friendlyName") {
        None | Some(Json::Null) => format!("Flight {}", of(store, &app).count() + 1),
        Some(value) => value.as_text().ok_or_else(|| invalid("friendlyName", "friendlyName: expected a string"))?,
    };
    if of(store, &app).any(|flight| flight.document.text_of("friendlyName") == name) {
        return Err(conflict("friendlyName", format!("There is a flight named '{name}' already.")));
    }
    let groups = match member("groupIds") {
        None | Some(Json::Null) => Vec::new(),
        Some(Json::Array(items)) => group_ids(items)?,
        Some(other) => {
            return Err(invalid("groupIds", format!("groupIds: expected an array, found {}", other.kind())));
        }
    };
    let rank = match member("rankHigherThan") {
        None | Some(Json::Null) => {
            of(store, &app).last().map_or(NO_FLIGHT.to_owned(), |top| top.document.text_of("flightId"))
        }
        Some(value) => {
            let below = value.as_text().unwrap_or_default();
            let known = |flight: &Product| {
                flight.document.text_of("flightId").eq_ignore_ascii_case(&below)
                    || flight.document.text_of("friendlyName") == below
            };
            if below != NO_FLIGHT && !of(store, &app).any(known) {
                return Err(invalid("rankHigherThan", format!("There is no flight '{below}'.")));
            }
            below
        }
    };
    let flight = store.ids.guid();
    let document = object([
        ("flightId", Json::text(&flight)),
        ("friendlyName", Json::text(&name)),
        ("groupIds", Json::texts(&groups)),
        ("rankHigherThan", Json::text(&rank)),
    ]);
    let owner = Owner::Flight { app, flight };
    store.products.push(Product::from_document(owner.clone(), document));
    let made = submissions::open(store, &owner, None);
    Ok((Answer::json(201, store.product(&owner).map_or(Json::Null, Product::answer)), Some(made)))
}

/// Ids may come as numbers; they are answered as strings.
fn group_ids(items: &[Json]) -> Result<Vec<String>, Answer> {
    let mut out = Vec::new();
    for item in items {
        match item {
            Json::Number(raw) if raw.parse::<i64>().is_ok() => out.push(raw.clone()),
            Json::Text(_) => out.push(item.as_text().unwrap_or_default()),
            other => {
                return Err(invalid("groupIds", format!("groupIds: expected strings, found {}", other.kind())));
            }
        }
    }
    Ok(out)
}

pub(crate) fn get(store: &Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    Ok(Answer::json(200, store.product(&owner).map_or(Json::Null, Product::answer)))
}

pub(crate) fn delete(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let owner = request.owner(store)?;
    let under_way = |submission: &crate::emulator::state::Submission| {
        submission.owner == owner
            && submission.state().is_some_and(|state| matches!(state.kind, Kind::Transient | Kind::Resting))
    };
    if store.submissions.iter().any(under_way) {
        return Err(conflict("flight", "The flight has a submission that is being processed."));
    }
    store.products.retain(|product| product.owner != owner);
    store.submissions.retain(|submission| submission.owner != owner);
    Ok(Answer::empty(204))
}
