//! One call of the submission API: who asks, which operation, on which product and submission.

pub(crate) mod add_ons;
mod apps;
mod archive;
mod flights;
mod paging;
pub(crate) mod processing;
mod rollout;
mod routes;
mod schema;
mod shapes;
pub(crate) mod states;
pub(crate) mod submissions;
mod update;
mod values;

use crate::emulator::entra::token;
use crate::emulator::json::{Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, conflict, internal, invalid, media_type, refuse, too_many, unauthorized};
use crate::emulator::state::{Owner, Store};
use routes::{Captures, Operation, Verb};

/// The path of the API's base.
pub(crate) const BASE: &str = "/v1.0/my/";

/// The part of a path after the base, in any letter case.
pub(crate) fn under_base(path: &str) -> Option<&str> {
    let base = path.get(..BASE.len())?;
    base.eq_ignore_ascii_case(BASE).then(|| &path[BASE.len()..])
}

/// The operation that a call asks for.
pub(crate) fn operation(call: &Call) -> Option<(&'static Operation, Captures)> {
    under_base(&call.path).and_then(|path| routes::find(&call.method, path))
}

/// An operation on what its path names.
pub(crate) struct Request<'a> {
    pub(crate) call: &'a Call,
    pub(crate) operation: &'static Operation,
    pub(crate) ids: Captures,
}

/// Carries out a call. The second value is the submission that it made or named.
pub(crate) fn serve(store: &mut Store, call: &Call) -> (Answer, Option<String>) {
    let Some((operation, ids)) = operation(call) else {
        return (unknown_route(call), None);
    };
    if let Err(message) = token::check(store, call) {
        return (unauthorized(message), None);
    }
    if let Err(answer) = limit_rate(store) {
        return (answer, None);
    }
    if let Err(answer) = check_content_type(call) {
        return (answer, None);
    }
    let named = Some(ids.submission.clone()).filter(|id| !id.is_empty());
    let request = Request { call, operation, ids };
    match dispatch(store, &request) {
        Ok((answer, made)) => (answer, made.or(named)),
        Err(answer) => (answer, named),
    }
}

/// 501 that names what is missing, so that a wrong route is never mistaken for a missing product.
pub(crate) fn unknown_route(call: &Call) -> Answer {
    let message = format!("the emulator has no route {} {}", call.method, call.path);
    Answer::json(501, object([("code", Json::text("NotImplemented")), ("message", Json::text(&message))]))
}

fn dispatch(store: &mut Store, request: &Request<'_>) -> Result<(Answer, Option<String>), Answer> {
    let answer = match request.operation.verb {
        Verb::ListApps => apps::list(store, request.call),
        Verb::GetApp => apps::get(store, request),
        Verb::ListAppAddOns => apps::list_add_ons(store, request),
        Verb::ListAppFlights => apps::list_flights(store, request),
        Verb::CreateFlight => return flights::create(store, request),
        Verb::GetFlight => flights::get(store, request),
        Verb::DeleteFlight => flights::delete(store, request),
        Verb::ListAddOns => add_ons::list(store, request.call),
        Verb::CreateAddOn => add_ons::create(store, request),
        Verb::GetAddOn => add_ons::get(store, request),
        Verb::DeleteAddOn => add_ons::delete(store, request),
        Verb::Create => return submissions::create(store, request),
        Verb::Get => submissions::get(store, request),
        Verb::Update => update::update(store, request),
        Verb::Delete => submissions::delete(store, request),
        Verb::Commit => submissions::commit(store, request),
        Verb::Status => submissions::status(store, request),
        Verb::Rollout => rollout::get(store, request),
        Verb::SetRollout => rollout::set(store, request),
        Verb::HaltRollout => rollout::halt(store, request),
        Verb::FinalizeRollout => rollout::finalize(store, request),
    }?;
    Ok((answer, None))
}

fn limit_rate(store: &mut Store) -> Result<(), Answer> {
    let Some(limit) = store.options.rate_limit else {
        return Ok(());
    };
    let now = store.now();
    let age = |at: &jiff::Timestamp| now.duration_since(*at).as_secs();
    while store.calls.front().is_some_and(|at| age(at) >= 60) {
        store.calls.pop_front();
    }
    if store.calls.len() >= limit as usize {
        let oldest = store.calls.front().map_or(0, age);
        return Err(too_many(u64::try_from(60 - oldest).unwrap_or(1).max(1)));
    }
    store.calls.push_back(now);
    Ok(())
}

/// A body, and a POST without one that says what it is, must be JSON.
fn check_content_type(call: &Call) -> Result<(), Answer> {
    if !matches!(call.method.as_str(), "POST" | "PUT") {
        return Ok(());
    }
    match call.media_type().as_deref() {
        Some("application/json") => Ok(()),
        None if call.body.is_empty() => Ok(()),
        _ => Err(media_type()),
    }
}

impl Request<'_> {
    /// The product that the path names, if it may be used.
    pub(crate) fn owner(&self, store: &Store) -> Result<Owner, Answer> {
        let owner = if !self.ids.add_on.is_empty() {
            Owner::AddOn(self.ids.add_on.clone())
        } else {
            Owner::App(self.ids.app.clone())
        };
        let owner = self.product(store, &owner)?;
        if self.ids.flight.is_empty() {
            return Ok(owner);
        }
        self.product(store, &Owner::Flight { app: self.ids.app.clone(), flight: self.ids.flight.clone() })
    }

    fn product(&self, store: &Store, owner: &Owner) -> Result<Owner, Answer> {
        let Some(product) = store.product(owner) else {
            return Err(self.no_product(owner));
        };
        if !product.visible {
            return Err(Answer::empty(403));
        }
        if !product.supported {
            return Err(conflict(owner.noun(), "The product uses a feature that this API does not support."));
        }
        Ok(product.owner.clone())
    }

    fn no_product(&self, owner: &Owner) -> Answer {
        match owner {
            Owner::App(id) | Owner::AddOn(id) => {
                // A package identity name or family name in place of the Store id.
                if !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
                    return internal();
                }
                if self.operation.not_found { not_found(owner.noun(), id) } else { Answer::empty(403) }
            }
            Owner::Flight { flight, .. } => self.missing("flightId", flight),
        }
    }

    fn missing(&self, target: &str, id: &str) -> Answer {
        if self.operation.not_found {
            return not_found(target, id);
        }
        invalid(target, format!("The {target} {id} does not exist."))
    }

    /// The submission that the path names, as its place in the store.
    pub(crate) fn submission(&self, store: &Store) -> Result<usize, Answer> {
        let owner = self.owner(store)?;
        let id = &self.ids.submission;
        let Some(index) = store.submissions.iter().position(|submission| submission.id == *id) else {
            return Err(self.missing("submissionId", id));
        };
        if store.submissions[index].owner != owner {
            let message = format!("The submission {id} does not belong to the {}.", owner.noun());
            return Err(conflict("submissionId", message));
        }
        Ok(index)
    }
}

fn not_found(target: &str, id: &str) -> Answer {
    refuse(404, "ResourceNotFound", target, format!("The {target} {id} was not found."))
}
