//! The submission API: 37 operations on apps, flights, add-ons and their submissions.

mod add_ons;
mod apps;
mod archive;
pub(super) mod catalog;
mod error;
mod files;
mod flights;
mod paging;
mod patch;
mod processing;
mod request;
mod rollout;
mod routes;
mod schema;
mod shapes;
pub(super) mod states;
pub(super) mod store;
mod submissions;
mod update;

use super::entra::access_token;
use super::request::Request;
use super::response::Response;
use archive::UnreadArchive;
use request::ServiceRequest;
use routes::{Action, PathIds, Route};
use store::Store;

pub(super) use error::{ServiceError, invalid};
pub(super) use patch::{PatchError, SubmissionPatch};
pub(super) use processing::advance;

/// The path of the API.
pub(super) const BASE: &str = "/v1.0/my/";

/// The rest of a path below [`BASE`], which matches in any letter case.
pub(super) fn below_base(path: &str) -> Option<&str> {
    let base = path.get(..BASE.len())?;
    base.eq_ignore_ascii_case(BASE).then(|| &path[BASE.len()..])
}

fn find_route(request: &Request) -> Option<(&'static Route, PathIds)> {
    below_base(&request.path).and_then(|path| routes::find(&request.method, path))
}

/// The name of a request's operation in the OpenAPI description.
pub(super) fn operation_name(request: &Request) -> Option<&'static str> {
    find_route(request).map(|(route, _)| route.operation)
}

/// The response that the service sends with a status, for faults that set nothing else.
pub(super) fn response_for_status(status: u16) -> Response {
    let error = match status {
        401 => ServiceError::unauthorized("Authorization: Account is not allowed to access this api"),
        409 => ServiceError::submission_pending(),
        429 => ServiceError::too_many_requests(14),
        500 => ServiceError::internal(),
        503 => ServiceError::unavailable(),
        _ => return Response::empty(status),
    };
    error.into()
}

/// The ZIP that a request is about to process, if it was not read yet.
pub(super) fn unread_archive(store: &Store, request: &Request) -> Option<UnreadArchive> {
    let (route, ids) = find_route(request)?;
    if !matches!(route.action, Action::GetSubmission | Action::GetStatus) {
        return None;
    }
    let submission = store.submission(&ids.submission)?;
    let processes = matches!(submission.status().as_str(), "CommitStarted" | "PreProcessing");
    let upload = submission.upload.as_ref().filter(|_| processes)?;
    store.archives.unread(&store.blobs, &upload.blob)
}

/// Carries out a request. The second value is the id of the submission that it created or named.
pub(super) fn serve(store: &mut Store, request: &Request) -> (Response, Option<String>) {
    let Some((route, ids)) = find_route(request) else {
        return (Response::unknown_route(request), None);
    };
    if let Err(error) = check_call(store, request) {
        return (error.into(), None);
    }
    let named = Some(ids.submission.clone()).filter(|id| !id.is_empty());
    match dispatch(store, &ServiceRequest { http: request, route, ids }) {
        Ok((response, created)) => (response, created.or(named)),
        Err(error) => (error.into(), named),
    }
}

/// Creates a draft of the product that a request names, as another client would, and gives its id. `None` if there is no
/// such product, or one of its submissions is pending.
pub(super) fn create_elsewhere(store: &mut Store, request: &Request) -> Option<String> {
    let (route, ids) = find_route(request)?;
    let product = ServiceRequest { http: request, route, ids }.product(store).ok()?;
    submissions::create_elsewhere(store, &product)
}

fn dispatch(store: &mut Store, request: &ServiceRequest<'_>) -> Result<(Response, Option<String>), ServiceError> {
    let response = match request.route.action {
        Action::ListApps => apps::list(store, request),
        Action::GetApp => apps::get(store, request),
        Action::ListAppAddOns => apps::list_add_ons(store, request),
        Action::ListAppFlights => apps::list_flights(store, request),
        Action::CreateFlight => return flights::create(store, request).map(|(response, id)| (response, Some(id))),
        Action::GetFlight => flights::get(store, request),
        Action::DeleteFlight => flights::delete(store, request),
        Action::ListAddOns => add_ons::list(store, request),
        Action::CreateAddOn => add_ons::create(store, request),
        Action::GetAddOn => add_ons::get(store, request),
        Action::DeleteAddOn => add_ons::delete(store, request),
        Action::CreateSubmission => {
            return submissions::create(store, request).map(|(response, id)| (response, Some(id)));
        }
        Action::GetSubmission => submissions::get(store, request),
        Action::UpdateSubmission => update::update(store, request),
        Action::DeleteSubmission => submissions::delete(store, request),
        Action::CommitSubmission => submissions::commit(store, request),
        Action::GetStatus => submissions::status(store, request),
        Action::GetRollout => rollout::get(store, request),
        Action::SetRollout => rollout::set(store, request),
        Action::HaltRollout => rollout::halt(store, request),
        Action::FinalizeRollout => rollout::finalize(store, request),
    }?;
    Ok((response, None))
}

/// Checks what all operations have in common: the token, the rate limit and the content type.
fn check_call(store: &mut Store, request: &Request) -> Result<(), ServiceError> {
    access_token::check(&store.instance, request).map_err(ServiceError::unauthorized)?;
    limit_rate(store)?;
    check_content_type(request)
}

/// Counts a call. Beyond the limit the error says when the oldest call of the last minute no longer counts.
fn limit_rate(store: &mut Store) -> Result<(), ServiceError> {
    let Some(limit) = store.instance.options.rate_limit else {
        return Ok(());
    };
    let now = store.now();
    let age = |at: &jiff::Timestamp| now.duration_since(*at).as_secs();
    while store.recent_calls.front().is_some_and(|at| age(at) >= 60) {
        store.recent_calls.pop_front();
    }
    if store.recent_calls.len() >= limit as usize {
        let oldest = store.recent_calls.front().map_or(0, age);
        return Err(ServiceError::too_many_requests(u64::try_from(60 - oldest).unwrap_or(1).max(1)));
    }
    store.recent_calls.push_back(now);
    Ok(())
}

/// Only a POST or PUT without a body may lack the content type `application/json`; none may have another one.
fn check_content_type(request: &Request) -> Result<(), ServiceError> {
    if !matches!(request.method.as_str(), "POST" | "PUT") {
        return Ok(());
    }
    match request.media_type().as_deref() {
        Some("application/json") => Ok(()),
        None if request.body.is_empty() => Ok(()),
        _ => Err(ServiceError::unsupported_media_type()),
    }
}
