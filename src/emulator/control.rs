//! The control routes below `/_emulator`, with which tests prepare and inspect the emulator.

use std::collections::BTreeMap;

use axum::body::Body;
use serde::Deserialize;

use super::clock::ticks_text;
use super::entra::trust::Trust;
use super::faults::Fault;
use super::hosts;
use super::json::{self, Json, object};
use super::request::Request;
use super::response::{Payload, Response};
use super::service::catalog::ProductId;
use super::service::store::Store;
use super::service::{PatchError, SubmissionPatch, advance, states};
use super::snapshot;
use super::state::{SharedState, State};
use crate::package::sample::{self, Sample};

/// The path of the control routes.
const BASE: &str = "/_emulator";

/// An error of a control route, whose body is `{"error": message}`.
struct ControlError {
    status: u16,
    message: String,
}

impl From<PatchError> for ControlError {
    fn from(error: PatchError) -> ControlError {
        match error {
            PatchError::Invalid(message) => invalid(message),
            PatchError::UnknownSubmission(id) => unknown_submission(&id),
        }
    }
}

fn invalid(error: impl std::fmt::Display) -> ControlError {
    ControlError { status: 400, message: error.to_string() }
}

fn unknown_submission(id: &str) -> ControlError {
    ControlError { status: 404, message: format!("there is no submission {id}") }
}

/// Whether a path is one of the control routes.
pub(super) fn owns(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers a control request. What can be long is read and written without the lock, by a thread for blocking work: no
/// other request waits for it.
pub(super) async fn serve(state: SharedState, request: Request) -> Response {
    if let Err(error) = check_sender(&request) {
        return error.into();
    }
    let route = (request.method.as_str(), request.path.trim_end_matches('/'));
    if !matches!(route, ("GET" | "PUT", "/_emulator/state") | ("GET", "/_emulator/requests")) {
        return answer(&state, &request).unwrap_or_else(Response::from);
    }
    let work = move || match (request.method.as_str(), request.path.trim_end_matches('/')) {
        ("PUT", _) => load(&state, &request),
        (_, "/_emulator/state") => {
            let dump = snapshot::dump(&state.lock().store);
            Ok(Response::json(200, dump))
        }
        _ => {
            let entries = state.lock().requests.entries();
            serialize(&entries.iter().map(|entry| &**entry).collect::<Vec<_>>())
        }
    };
    let lost = || ControlError { status: 500, message: "the request could not be carried out".to_owned() };
    let result = tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| Err(lost()));
    result.unwrap_or_else(Response::from)
}

fn answer(state: &SharedState, request: &Request) -> Result<Response, ControlError> {
    let path = request.path.strip_prefix(BASE).unwrap_or_default().trim_matches('/').to_owned();
    let segments: Vec<&str> = path.split('/').collect();
    let state = &mut *state.lock();
    match (request.method.as_str(), segments.as_slice()) {
        ("GET", ["endpoints"]) => serialize(&state.endpoints(&request.origin)),
        ("GET", ["trust"]) => serialize(&state.trust),
        ("PUT", ["trust"]) => set_trust(state, request),
        ("GET", ["faults"]) => Ok(list_faults(state)),
        ("POST", ["faults"]) => add_faults(state, request),
        ("DELETE", ["faults"]) => {
            state.faults.rules.clear();
            Ok(Response::empty(204))
        }
        ("DELETE", ["requests"]) => {
            state.requests = Default::default();
            Ok(Response::empty(204))
        }
        ("GET", ["table"]) => Ok(state_table()),
        ("GET", ["package"]) => sample_package(&state.store, request),
        ("GET", ["switches"]) => Ok(switches(&state.store)),
        ("PUT", ["switches"]) => set_switches(&mut state.store, request),
        ("GET", ["clock"]) => Ok(clock(&state.store)),
        ("POST", ["clock"]) => advance_clock(&mut state.store, request),
        ("GET", ["submissions", id]) => show_submission(&mut state.store, id),
        ("POST", ["submissions", id]) => patch_submission(&mut state.store, id, request),
        _ => Ok(Response::unknown_route(request)),
    }
}

impl From<ControlError> for Response {
    fn from(ControlError { status, message }: ControlError) -> Response {
        error(status, &message)
    }
}

/// A response in the form of all errors of control routes.
pub(super) fn error(status: u16, message: &str) -> Response {
    Response::json(status, object([("error", Json::text(message))]))
}

/// Refuses a request that a web page may have sent. A page can send any method and body without being asked, but the
/// browser says where it is from; an old browser that does not can't send JSON.
fn check_sender(request: &Request) -> Result<(), ControlError> {
    if hosts::is_from_elsewhere(request) {
        let message = "a web page of another origin may not use the control routes".to_owned();
        return Err(ControlError { status: 403, message });
    }
    if !request.body.is_empty() && request.media_type().as_deref() != Some("application/json") {
        let message = "the content type of a body must be application/json".to_owned();
        return Err(ControlError { status: 415, message });
    }
    Ok(())
}

fn serialize<T: serde::Serialize>(value: &T) -> Result<Response, ControlError> {
    match serde_json::to_string(value) {
        Ok(text) => Ok(Response::json(200, text)),
        Err(error) => Err(ControlError { status: 500, message: error.to_string() }),
    }
}

fn load(state: &SharedState, request: &Request) -> Result<Response, ControlError> {
    let text = std::str::from_utf8(&request.body).map_err(invalid)?;
    let instance = state.lock().store.instance.clone();
    let loaded = snapshot::read(instance, text).map_err(invalid)?;
    snapshot::install(&mut state.lock().store, loaded);
    Ok(Response::empty(204))
}

fn set_trust(state: &mut State, request: &Request) -> Result<Response, ControlError> {
    let trust: Trust = serde_json::from_slice(&request.body).map_err(invalid)?;
    trust.certificates().map_err(invalid)?;
    state.trust = trust;
    Ok(Response::empty(204))
}

fn list_faults(state: &State) -> Response {
    let mut list = Vec::new();
    for rule in &state.faults.rules {
        let text = serde_json::to_string(&rule.fault).unwrap_or_default();
        list.push(object([
            ("id", Json::number(rule.id)),
            ("matched", Json::number(rule.matched)),
            ("used", Json::number(rule.used)),
            ("rule", json::parse(&text).unwrap_or(Json::Null)),
        ]));
    }
    Response::json(200, Json::Array(list))
}

/// Adds one rule or an array of rules.
fn add_faults(state: &mut State, request: &Request) -> Result<Response, ControlError> {
    let faults: Vec<Fault> = if request.body.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice(&request.body).map_err(invalid)?
    } else {
        vec![serde_json::from_slice(&request.body).map_err(invalid)?]
    };
    for fault in &faults {
        for patch in [&fault.submission, &fault.other_draft].into_iter().flatten() {
            SubmissionPatch::parse(patch.get())?;
        }
        if fault.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err(invalid("status must be from 200 to 599"));
        }
    }
    let ids = faults.into_iter().map(|fault| Json::number(state.faults.add(fault))).collect();
    Ok(Response::json(201, object([("ids", Json::Array(ids))])))
}

/// The state table, which a test compares with the documentation.
fn state_table() -> Response {
    let name = |name: Option<&str>| name.map_or(Json::Null, Json::text);
    let rows = states::STATES.iter().map(|state| {
        object([
            ("state", Json::text(state.name)),
            ("kind", Json::text(&format!("{:?}", state.kind).to_lowercase())),
            ("next", name(state.next)),
            ("failure", name(state.failure)),
            ("seconds", Json::number(state.seconds)),
            ("step", Json::text(state.step)),
        ])
    });
    Response::json(200, Json::Array(rows.collect()))
}

/// A small package of an app, for a release that is tried without a build.
fn sample_package(store: &Store, request: &Request) -> Result<Response, ControlError> {
    let apps = || store.products.iter().filter(|product| matches!(product.id, ProductId::App(_)));
    let app = match request.parameter("appId") {
        Some(id) => apps().find(|app| app.document.text_of("id") == id),
        None => apps().next(),
    };
    let app = app.ok_or_else(|| ControlError { status: 404, message: "there is no such app".to_owned() })?;
    let mut description = Sample {
        name: app.document.text_of("packageIdentityName"),
        publisher: app.document.text_of("publisherName"),
        ..Sample::default()
    };
    if let Some(version) = request.parameter("version") {
        version.clone_into(&mut description.version);
    }
    if let Some(architecture) = request.parameter("architecture") {
        architecture.clone_into(&mut description.architecture);
    }
    let bytes = sample::package(&description).map_err(invalid)?;
    let length = bytes.len();
    let response = Response::new(200, Payload::Stream(Body::from(bytes)));
    Ok(response.header("content-type", "application/octet-stream").header("content-length", length))
}

fn switches(store: &Store) -> Response {
    let values = store.instance.options.switches.all();
    let members = values.map(|(switch, value)| (switch.name.to_owned(), Json::text(value)));
    Response::json(200, Json::Object(members.collect()))
}

/// Sets the switches that the request names, by their names.
fn set_switches(store: &mut Store, request: &Request) -> Result<Response, ControlError> {
    let named: BTreeMap<String, String> = serde_json::from_slice(&request.body).map_err(invalid)?;
    let now = store.instance.options.switches;
    let new = named.iter().try_fold(now, |switches, (name, value)| switches.with(name, value)).map_err(invalid)?;
    store.instance.options.switches = new;
    Ok(switches(store))
}

fn clock(store: &Store) -> Response {
    Response::json(200, object([("now", Json::text(&ticks_text(store.now())))]))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClockRequest {
    advance_seconds: i64,
}

fn advance_clock(store: &mut Store, request: &Request) -> Result<Response, ControlError> {
    let clock_request: ClockRequest = serde_json::from_slice(&request.body).map_err(invalid)?;
    store.instance.clock.advance(clock_request.advance_seconds);
    advance(store);
    Ok(clock(store))
}

fn show_submission(store: &mut Store, id: &str) -> Result<Response, ControlError> {
    advance(store);
    let submission = store.submission(id).ok_or_else(|| unknown_submission(id))?;
    Ok(Response::json(200, snapshot::submission_entry(submission)))
}

fn patch_submission(store: &mut Store, id: &str, request: &Request) -> Result<Response, ControlError> {
    let text = std::str::from_utf8(&request.body).map_err(|_| invalid("the body is not UTF-8"))?;
    SubmissionPatch::parse(text)?.apply(store, id)?;
    show_submission(store, id)
}
