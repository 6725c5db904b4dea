//! The control routes under `/_emulator`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::clock::ticks_text;
use super::entra::assertion::Trust;
use super::faults::Fault;
use super::json::{self, Json, object};
use super::request::Call;
use super::response::Answer;
use super::seed;
use super::service::processing;
use super::service::states;
use super::service::submissions::advance;
use super::state::Store;
use super::{Emulator, service};

/// A change of a submission by hand.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Patch {
    status: Option<String>,
    status_details: Option<Box<RawValue>>,
    zombie: Option<bool>,
    hangs: Option<bool>,
    loses_commit: Option<bool>,
    fails_as: Option<String>,
    failure: Option<Box<RawValue>>,
    created_by_api: Option<bool>,
    expire_upload: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: i64,
}

/// Answers a control request.
pub(crate) fn serve(emulator: &Emulator, call: &Call) -> Answer {
    let path = call.path.trim_start_matches("/_emulator").trim_matches('/').to_owned();
    let segments: Vec<&str> = path.split('/').collect();
    let result = match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["endpoints"]) => serialize(&emulator.endpoints()),
        ("GET", ["state"]) => Ok(Answer::json(200, seed::dump(&emulator.lock()))),
        ("PUT", ["state"]) => replace(&mut emulator.lock(), call),
        ("GET", ["trust"]) => serialize(&emulator.lock().trust),
        ("PUT", ["trust"]) => set_trust(&mut emulator.lock(), call),
        ("GET", ["faults"]) => Ok(list_faults(&emulator.lock())),
        ("POST", ["faults"]) => add_faults(&mut emulator.lock(), call),
        ("DELETE", ["faults"]) => {
            emulator.lock().faults.rules.clear();
            Ok(Answer::empty(204))
        }
        ("GET", ["requests"]) => serialize(&emulator.lock().requests.list),
        ("DELETE", ["requests"]) => {
            emulator.lock().requests = Default::default();
            Ok(Answer::empty(204))
        }
        ("GET", ["table"]) => Ok(state_table()),
        ("GET", ["clock"]) => Ok(clock(&emulator.lock())),
        ("POST", ["clock"]) => move_clock(&mut emulator.lock(), call),
        ("GET", ["submissions", id]) => show(&mut emulator.lock(), id),
        ("POST", ["submissions", id]) => {
            let mut store = emulator.lock();
            match std::str::from_utf8(&call.body) {
                Ok(text) => patch_submission(&mut store, id, text).and_then(|()| show(&mut store, id)),
                Err(_) => Err((400, "the body is not UTF-8".to_owned())),
            }
        }
        _ => return service::unknown_route(call),
    };
    result.unwrap_or_else(|(status, message)| Answer::json(status, object([("error", Json::text(&message))])))
}

type Refusal = (u16, String);

fn bad(error: impl std::fmt::Display) -> Refusal {
    (400, error.to_string())
}

fn serialize<T: serde::Serialize>(value: &T) -> Result<Answer, Refusal> {
    serde_json::to_string(value).map(|text| Answer::json(200, text)).map_err(|error| (500, error.to_string()))
}

fn replace(store: &mut Store, call: &Call) -> Result<Answer, Refusal> {
    let text = std::str::from_utf8(&call.body).map_err(bad)?;
    seed::load(store, text).map_err(bad)?;
    Ok(Answer::empty(204))
}

fn set_trust(store: &mut Store, call: &Call) -> Result<Answer, Refusal> {
    let trust: Trust = serde_json::from_slice(&call.body).map_err(bad)?;
    trust.read_certificates().map_err(bad)?;
    store.trust = trust;
    Ok(Answer::empty(204))
}

fn list_faults(store: &Store) -> Answer {
    let mut list = Vec::new();
    for rule in &store.faults.rules {
        let text = serde_json::to_string(&rule.fault).unwrap_or_default();
        list.push(object([
            ("id", Json::number(rule.id)),
            ("matched", Json::number(rule.matched)),
            ("used", Json::number(rule.used)),
            ("rule", json::parse(&text).unwrap_or(Json::Null)),
        ]));
    }
    Answer::json(200, Json::Array(list))
}

/// One rule or an array of them.
fn add_faults(store: &mut Store, call: &Call) -> Result<Answer, Refusal> {
    let faults: Vec<Fault> = if call.body.trim_ascii_start().starts_with(b"[") {
        serde_json::from_slice(&call.body).map_err(bad)?
    } else {
        vec![serde_json::from_slice(&call.body).map_err(bad)?]
    };
    for fault in &faults {
        if let Some(patch) = &fault.submission {
            let patch: Patch = serde_json::from_str(patch.get()).map_err(bad)?;
            check(&patch)?;
        }
        if fault.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err(bad("status must be from 200 to 599"));
        }
    }
    let ids = faults.into_iter().map(|fault| Json::number(store.faults.add(fault))).collect();
    Ok(Answer::json(201, object([("ids", Json::Array(ids))])))
}

/// The state table, for the reader and for the test of the documentation.
fn state_table() -> Answer {
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
    Answer::json(200, Json::Array(rows.collect()))
}

fn clock(store: &Store) -> Answer {
    Answer::json(200, object([("now", Json::text(&ticks_text(store.now())))]))
}

fn move_clock(store: &mut Store, call: &Call) -> Result<Answer, Refusal> {
    let advance_by: Advance = serde_json::from_slice(&call.body).map_err(bad)?;
    store.clock.advance(advance_by.advance_seconds);
    advance(store);
    Ok(clock(store))
}

fn show(store: &mut Store, id: &str) -> Result<Answer, Refusal> {
    advance(store);
    let submission = store.submission(id).ok_or_else(|| (404, format!("there is no submission {id}")))?;
    Ok(Answer::json(200, seed::submission_entry(submission)))
}

fn check(patch: &Patch) -> Result<(), Refusal> {
    for name in [&patch.status, &patch.fails_as].into_iter().flatten() {
        if states::find(name).is_none() {
            return Err(bad(format!("'{name}' is not a submission status")));
        }
    }
    Ok(())
}

/// Applies a patch (JSON) to a submission.
pub(crate) fn patch_submission(store: &mut Store, id: &str, text: &str) -> Result<(), Refusal> {
    let patch: Patch = serde_json::from_str(text).map_err(bad)?;
    check(&patch)?;
    let now = store.now();
    let index = store.submissions.iter().position(|submission| submission.id == id);
    let index = index.ok_or_else(|| (404, format!("there is no submission {id}")))?;
    let parsed = |raw: &RawValue| json::parse(raw.get()).map_err(bad);
    let submission = &mut store.submissions[index];
    submission.zombie = patch.zombie.unwrap_or(submission.zombie);
    submission.hangs = patch.hangs.unwrap_or(submission.hangs);
    submission.loses_commit = patch.loses_commit.unwrap_or(submission.loses_commit);
    submission.created_by_api = patch.created_by_api.unwrap_or(submission.created_by_api);
    if patch.fails_as.is_some() {
        submission.fails_as = patch.fails_as;
    }
    if let Some(failure) = &patch.failure {
        submission.failure = Some(parsed(failure)?);
    }
    if let Some(details) = &patch.status_details {
        submission.document.set("statusDetails", parsed(details)?);
    }
    if let Some(upload) = submission.upload.as_mut().filter(|_| patch.expire_upload) {
        upload.expires = now.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(now);
    }
    if let Some(state) = patch.status.as_deref().and_then(states::find) {
        processing::force(store, index, state);
    }
    Ok(())
}
