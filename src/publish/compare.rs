//! Compares what a submission should be with what the service has.
//!
//! The service spells some values in its own way and fills in others; [`is_known`] is the list of these differences.
//! Every other difference is somebody's change, or one that the service did not keep.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::client::answer;
use crate::document::{self, Edit, Pointer};
use crate::error::{Detail, Result, start_of};
use crate::store::price;

/// Members that the service sets and a client can't: those of a submission, and those of its files.
pub(super) const READ_ONLY: [&str; 11] = [
    "id",
    "status",
    "statusDetails",
    "fileUploadUrl",
    "friendlyName",
    "version",
    "architecture",
    "languages",
    "capabilities",
    "targetDeviceFamilies",
    "isAdvancedPricingModel",
];

/// The most characters of a value that a message shows.
const SHOWN: usize = 200;

/// A place where two submissions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// The place, a JSON Pointer.
    pub(super) pointer: String,
    /// What should be there, as JSON; absent for nothing.
    pub(super) expected: Option<String>,
    /// What the service has.
    pub(super) actual: Option<String>,
}

impl Difference {
    /// The difference as a detail of an error.
    pub(super) fn detail(&self) -> Detail {
        let shown = |value: &Option<String>| match value {
            Some(value) => start_of(value, SHOWN).to_owned(),
            None => "nothing".to_owned(),
        };
        Detail::at(
            self.pointer.clone(),
            format!("expected {}, the service has {}", shown(&self.expected), shown(&self.actual)),
        )
    }

    /// Whether one of the edits changed this place. An edit of an element of a list counts for the whole list.
    pub(super) fn is_at(&self, edits: &[Edit]) -> bool {
        edits.iter().any(|edit| {
            let path = edit.path.to_string();
            let is_index = |last: &str| last == "-" || last.bytes().all(|byte| byte.is_ascii_digit());
            let list = path.rsplit_once('/').filter(|(_, last)| is_index(last)).map(|(list, _)| list);
            let edited = list.unwrap_or(&path);
            is_within(&self.pointer, edited) || is_within(edited, &self.pointer)
        })
    }
}

/// Whether a pointer leads to a place, or into it.
fn is_within(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The places where `actual`, the service's text of a submission, differs from `expected`.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub(super) fn differences(expected: &str, actual: &str) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    collect(&read(expected)?, &read(actual)?, &mut String::new(), &mut found);
    found.retain(|difference| !is_free(difference));
    Ok(found)
}

/// What the service did not keep of an update: as [`differences`], but for members that it fills in where the update has
/// added something. `before` is its text before the update; without it, nothing that is filled in counts.
///
/// # Errors
/// As [`differences`].
pub(super) fn lost(before: Option<&str>, sent: &str, actual: &str) -> Result<Vec<Difference>> {
    let mut found = differences(sent, actual)?;
    found.retain(|difference| {
        let parent = difference.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        difference.expected.is_some() || before.is_some_and(|before| document::get(before, parent).is_ok())
    });
    Ok(found)
}

/// A hash of what a submission is, without what the service alone sets: two copies with one hash are the same draft.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub(super) fn hash(submission: &str) -> Result<[u8; 16]> {
    Ok(short_hash(read(submission)?))
}

/// The same hash without the state of a package rollout, which goes on in what is published.
///
/// # Errors
/// As [`hash`].
pub(super) fn hash_without_rollout(submission: &str) -> Result<[u8; 16]> {
    let mut value = read(submission)?;
    if let Some(rollout) = value.pointer_mut("/packageDeliveryOptions/packageRollout").and_then(Value::as_object_mut) {
        rollout.retain(|name, _| name == "isPackageRollout");
    }
    Ok(short_hash(value))
}

pub(super) fn short_hash(mut value: Value) -> [u8; 16] {
    if let Value::Object(members) = &mut value {
        members
            .retain(|name, _| !["status", "statusDetails", "fileUploadUrl", "friendlyName"].contains(&name.as_str()));
    }
    // The members of a map are sorted.
    let mut short = [0; 16];
    short.copy_from_slice(&Sha256::digest(value.to_string())[..16]);
    short
}

/// Two digits for each byte.
pub(super) fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn read(submission: &str) -> Result<Value> {
    answer(submission, "the submission")
}

fn collect(expected: &Value, actual: &Value, pointer: &mut String, found: &mut Vec<Difference>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => collect_members(expected, actual, pointer, found),
        (Value::Array(expected), Value::Array(actual)) if expected.len() == actual.len() => {
            for (at, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                within(pointer, &at.to_string(), |pointer| collect(expected, actual, pointer, found));
            }
        }
        _ if is_known(expected, actual) => {}
        _ => found.push(difference(pointer, Some(expected), Some(actual))),
    }
}

fn collect_members(
    expected: &Map<String, Value>,
    actual: &Map<String, Value>,
    pointer: &mut String,
    found: &mut Vec<Difference>,
) {
    let names: BTreeSet<&String> = expected.keys().chain(actual.keys()).collect();
    // The names of these objects are languages, of which `id` is one.
    let by_language = pointer.ends_with("/listings") || pointer.ends_with("/trailerAssets");
    for name in names {
        if READ_ONLY.contains(&name.as_str()) && !by_language {
            continue;
        }
        within(pointer, &Pointer::escaped(name), |pointer| {
            match (expected.get(name), actual.get(name)) {
                (Some(expected), Some(actual)) => collect(expected, actual, pointer, found),
                // The service leaves out what is empty, and fills in what was left out.
                (Some(value), None) | (None, Some(value)) if is_empty(value) => {}
                (expected, actual) => found.push(difference(pointer, expected, actual)),
            }
        });
    }
}

fn within(pointer: &mut String, name: &str, work: impl FnOnce(&mut String)) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(name);
    work(pointer);
    pointer.truncate(length);
}

fn difference(pointer: &str, expected: Option<&Value>, actual: Option<&Value>) -> Difference {
    let text = |value: Option<&Value>| value.map(Value::to_string);
    Difference { pointer: pointer.to_owned(), expected: text(expected), actual: text(actual) }
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        // The date of the service for none.
        Value::String(text) => text.is_empty() || text.starts_with("1601-01-01"),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
    }
}

/// Whether the service is known to make `actual` of `expected`: numbers and dates in another spelling, names of values in
/// another letter case, nothing for what is empty.
fn is_known(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::String(a), Value::String(b)) => a == b || is_same_time(a, b) || is_same_name(a, b),
        _ => expected == actual || (is_empty(expected) && is_empty(actual)),
    }
}

/// The spelling that stands for all that [`is_known`] takes for one: of a time, and of a name of an enumeration. `None` for
/// any other text.
pub(super) fn one_spelling(text: &str) -> Option<String> {
    match text.parse::<Timestamp>() {
        Ok(time) => Some(time.to_string()),
        Err(_) => is_same_name(text, text).then(|| text.to_ascii_lowercase()),
    }
}

fn is_same_time(a: &str, b: &str) -> bool {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    time(a).is_some_and(|a| Some(a) == time(b))
}

/// Whether the service has `Free` in place of no price, which the guard of prices lets through only when that is meant.
fn is_free(difference: &Difference) -> bool {
    difference.pointer == price::POINTER
        && matches!(difference.expected.as_deref(), None | Some("null"))
        && difference.actual.as_deref() == Some("\"Free\"")
}

/// Whether two texts are one name of an enumeration: one word of letters and digits.
fn is_same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) && a.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
