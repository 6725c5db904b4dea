//! The ids of a request: `appId` or `appName`, `flightId` or `flightName`, `addOnId`, `submissionId`; and `timeoutSeconds`,
//! which every request may have.
//!
//! They are taken out of the request before its other fields are read, so that the request type of an operation has
//! only the operation's own fields. `resource.rs` finds what they name.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::embedded;
use super::fields::{field_error, seconds};
use crate::error::{Detail, Error, Result, codes};
use crate::input::{self, Subject};
use crate::store::Target;

/// Which ids an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// None.
    Nothing,
    /// `appId` or `appName`.
    App,
    /// `flightId` or `flightName`, with `appId` or `appName`.
    Flight,
    /// `addOnId`.
    AddOn,
    /// The product that submissions belong to: the ids of an app, a flight or an add-on.
    Product,
    /// The ids of a product, or `releasePath`, a file that may have them.
    Release,
    /// The ids of a product, and `submissionId`.
    Submission,
    /// The same; without `submissionId`, the pending submission.
    Pending,
    /// The same; without `submissionId`, the pending submission, or the published one when none is pending.
    Current,
    /// The same; without `submissionId`, the published submission.
    Published,
}

impl Ids {
    /// The names of the fields, each with whether it is required.
    pub fn fields(self) -> &'static [(&'static str, bool)] {
        match self {
            Ids::Nothing => &[],
            Ids::App => &[("appId", false), ("appName", false)],
            Ids::Flight => FLIGHT,
            Ids::AddOn => &[("addOnId", true)],
            Ids::Product => PRODUCT,
            Ids::Release => RELEASE,
            Ids::Submission => SUBMISSION,
            Ids::Pending | Ids::Current | Ids::Published => ANY_SUBMISSION,
        }
    }
}

const APP: (&str, bool) = ("appId", false);
const APP_NAME: (&str, bool) = ("appName", false);
const FLIGHT_ID: (&str, bool) = ("flightId", false);
const FLIGHT_NAME: (&str, bool) = ("flightName", false);
const ADD_ON: (&str, bool) = ("addOnId", false);

const FLIGHT: &[(&str, bool)] = &[APP, APP_NAME, FLIGHT_ID, FLIGHT_NAME];
const PRODUCT: &[(&str, bool)] = &[APP, APP_NAME, FLIGHT_ID, FLIGHT_NAME, ADD_ON];
const RELEASE: &[(&str, bool)] = &[APP, APP_NAME, FLIGHT_ID, FLIGHT_NAME, ADD_ON, (RELEASE_PATH, false)];
const SUBMISSION: &[(&str, bool)] = &[APP, APP_NAME, FLIGHT_ID, FLIGHT_NAME, ADD_ON, ("submissionId", true)];
const ANY_SUBMISSION: &[(&str, bool)] = &[APP, APP_NAME, FLIGHT_ID, FLIGHT_NAME, ADD_ON, ("submissionId", false)];

/// The ids of a request as they are written there.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    app_id: Option<String>,
    app_name: Option<String>,
    flight_id: Option<String>,
    flight_name: Option<String>,
    add_on_id: Option<String>,
    submission_id: Option<String>,
    release_path: Option<String>,
}

/// Which ids of a resource are names, which are looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct ByName {
    pub(super) app: bool,
    pub(super) flight: bool,
}

impl ByName {
    /// Whether an id is not known yet.
    pub(super) fn any(self) -> bool {
        self.app || self.flight
    }
}

impl RequestIds {
    /// Whether the request has `appName` and `flightName`.
    pub(super) fn by_name(&self) -> ByName {
        ByName { app: self.app_name.is_some(), flight: self.flight_name.is_some() }
    }

    /// `releasePath`.
    pub(super) fn release_path(&self) -> Option<&str> {
        self.release_path.as_deref()
    }

    /// Refuses ids of a file that name another product than those of the request, or by another kind of id, so that nobody
    /// can tell.
    ///
    /// # Errors
    /// `request.target`.
    pub(super) fn check_agrees(&self, file: &RequestIds) -> Result<()> {
        let pairs = [
            ("app", "appId", &self.app_id, &file.app_id),
            ("app", "appName", &self.app_name, &file.app_name),
            ("flight", "flightId", &self.flight_id, &file.flight_id),
            ("flight", "flightName", &self.flight_name, &file.flight_name),
            ("add-on", "addOnId", &self.add_on_id, &file.add_on_id),
        ];
        for (noun, name, asked, _) in pairs {
            for (other_noun, other_name, _, other) in pairs {
                let (Some(asked), Some(other)) = (asked, other) else { continue };
                let is_same = name == other_name && asked.eq_ignore_ascii_case(other);
                let is_about_both = noun == other_noun || (noun == "add-on") != (other_noun == "add-on");
                if is_about_both && !is_same {
                    let message =
                        format!("the request has the {name} {asked}, and the release the {other_name} {other}");
                    return Err(target_error(&message).hint("name the product in one of the two"));
                }
            }
        }
        Ok(())
    }

    /// Takes `submissionId` out.
    pub(super) fn submission(&mut self) -> Option<String> {
        self.submission_id.take()
    }

    /// The app's id or name.
    pub(super) fn app(self) -> Result<Option<String>> {
        if self.app_id.is_some() && self.app_name.is_some() {
            return Err(target_error("`appId` and `appName` exclude each other"));
        }
        Ok(self.app_id.or(self.app_name))
    }

    /// The product.
    pub(super) fn target(mut self) -> Result<Target> {
        if self.flight_id.is_some() && self.flight_name.is_some() {
            return Err(target_error("`flightId` and `flightName` exclude each other"));
        }
        let (flight_id, add_on_id) = (self.flight_id.take().or(self.flight_name.take()), self.add_on_id.take());
        match (self.app()?, flight_id, add_on_id) {
            (Some(app_id), None, None) => Ok(Target::App { app_id }),
            (Some(app_id), Some(flight_id), None) => Ok(Target::Flight { app_id, flight_id }),
            (None, None, Some(add_on_id)) => Ok(Target::AddOn { add_on_id }),
            (None, Some(_), _) => Err(target_error("a flight needs its `appId` or `appName` too")),
            (Some(_), _, Some(_)) => Err(target_error("an app and `addOnId` exclude each other")),
            (None, None, None) => Err(no_target()),
        }
    }
}

/// The error of a request that names no product.
pub(super) fn no_target() -> Error {
    target_error("the request names no app, flight or add-on")
}

fn target_error(message: &str) -> Error {
    Error::new(&codes::REQUEST_TARGET, message)
}

/// The error of a request without an id that it needs.
pub(super) fn missing(field: &str) -> Error {
    field_error(&codes::REQUEST_MISSING_FIELD, field, "is missing")
}

/// A request that has been read.
pub(super) struct Request<R> {
    pub(super) ids: RequestIds,
    /// `timeoutSeconds`.
    pub(super) limit: Option<Duration>,
    /// `retryTimeoutSeconds`.
    pub(super) retry_timeout: Option<u32>,
    /// The operation's own fields.
    pub(super) fields: R,
}

/// Reads a request: the operation's own fields, then the ids that it takes. So an unknown field, such as a misspelled
/// id, is reported before an id that is missing.
///
/// # Errors
/// As [`input::parse`]; `document.invalid` for a syntax error inside a document; `request.blank_id`;
/// `app.not_store_id`.
pub(super) fn read<R: DeserializeOwned>(kind: Ids, json: &str) -> Result<Request<R>> {
    read_with(&input::REQUEST, kind, &[TIMEOUT], json)
}

/// As [`read`], for an operation that talks to the service.
///
/// # Errors
/// As [`read`].
pub(super) fn read_online<R: DeserializeOwned>(kind: Ids, json: &str) -> Result<Request<R>> {
    read_with(&input::REQUEST, kind, &[TIMEOUT, RETRY_TIMEOUT], json)
}

/// As [`read`], for an item of a request, which has no limits of its own.
///
/// # Errors
/// As [`read`].
pub(super) fn read_bare<R: DeserializeOwned>(kind: Ids, json: &str) -> Result<Request<R>> {
    read_with(&input::REQUEST, kind, &[], json)
}

/// As [`read`], for a file, which has no limits and may name its schema.
///
/// # Errors
/// As [`read`].
pub(super) fn read_file<R: DeserializeOwned>(subject: &'static Subject, kind: Ids, json: &str) -> Result<Request<R>> {
    read_with(subject, kind, &[SCHEMA], json)
}

fn read_with<R: DeserializeOwned>(
    subject: &'static Subject,
    kind: Ids,
    others: &[&'static str],
    json: &str,
) -> Result<Request<R>> {
    let Parts { members, taken, unusable } = parts(subject, kind, others, json)?;
    let fields = match (members.read(), unusable) {
        (Err(error), Some(_)) if *error.code() == codes::REQUEST_UNKNOWN_FIELD => return Err(error),
        (_, Some(unusable)) => return Err(unusable),
        (fields, None) => fields?,
    };
    let (ids, limit, retry_timeout) = values(taken)?;
    Ok(Request { ids, limit, retry_timeout, fields })
}

/// A request that was taken apart.
struct Parts<'de> {
    /// The operation's own fields.
    members: input::Members<'de>,
    /// The fields that are the same for all operations.
    taken: Vec<(&'static str, &'de RawValue)>,
    /// Why the operation's own `submissionId` is no id.
    unusable: Option<Error>,
}

/// The part of [`read_with`] before the operation's own fields are read. It does not depend on their type.
fn parts<'de>(subject: &'static Subject, kind: Ids, others: &[&'static str], json: &'de str) -> Result<Parts<'de>> {
    let names: Vec<&str> = kind.fields().iter().map(|(name, _)| *name).chain(others.iter().copied()).collect();
    let mut members = input::members(subject, json).map_err(|error| embedded::syntax_error(json).unwrap_or(error))?;
    let taken = members.take(&names)?;
    // `publish` has the id as a field of its own.
    let unusable = members.get("submissionId").and_then(|value| id("submissionId", value).err());
    Ok(Parts { members, taken, unusable })
}

/// The ids, `timeoutSeconds` and `retryTimeoutSeconds`.
fn values(taken: Vec<(&'static str, &RawValue)>) -> Result<(RequestIds, Option<Duration>, Option<u32>)> {
    let mut ids = RequestIds::default();
    let (mut limit, mut retry_timeout) = (None, None);
    for (name, value) in taken {
        let slot = match name {
            RETRY_TIMEOUT => {
                retry_timeout = whole_seconds(value)?;
                continue;
            }
            TIMEOUT => {
                limit = timeout(value)?;
                continue;
            }
            SCHEMA => {
                text(name, value)?;
                continue;
            }
            "appId" => &mut ids.app_id,
            "appName" => &mut ids.app_name,
            "flightId" => &mut ids.flight_id,
            "flightName" => &mut ids.flight_name,
            "addOnId" => &mut ids.add_on_id,
            RELEASE_PATH => &mut ids.release_path,
            _ => &mut ids.submission_id,
        };
        *slot = Some(id(name, value)?);
    }
    Ok((ids, limit, retry_timeout))
}

/// The field that limits the time of any operation.
pub(super) const TIMEOUT: &str = "timeoutSeconds";
const RETRY_TIMEOUT: &str = "retryTimeoutSeconds";
/// The field that names the file of a release.
pub(super) const RELEASE_PATH: &str = "releasePath";
/// The member of a JSON file in which editors look for its schema.
pub(super) const SCHEMA: &str = "$schema";
/// The longest retry timeout, as in the configuration.
pub(super) const DAY: u32 = 86_400;

fn whole_seconds(value: &RawValue) -> Result<Option<u32>> {
    let number = serde_json::from_str::<Option<u32>>(value.get()).ok();
    number.filter(|number| number.is_none_or(|seconds| seconds <= DAY)).ok_or_else(|| {
        let what = format!("must be a whole number of seconds from 0 to {DAY}");
        field_error(&codes::REQUEST_INVALID, RETRY_TIMEOUT, &what)
    })
}

fn timeout(value: &RawValue) -> Result<Option<Duration>> {
    let number: Option<f64> = serde_json::from_str(value.get())
        .map_err(|_| field_error(&codes::REQUEST_INVALID, TIMEOUT, "must be a number"))?;
    number.map(|number| seconds(TIMEOUT, number)).transpose()
}

/// Reads an id, without the white space around it: a variable that was filled from a file or a command ends in a line
/// end. Refuses null and blank text: a script whose variable is not set sends one of these, and a release for a flight
/// would go to the whole app.
fn id(name: &str, value: &RawValue) -> Result<String> {
    let id = text(name, value)?.unwrap_or_default();
    // A file that an editor of Windows wrote may begin with a byte order mark, which is no white space.
    let id = id.trim_start_matches('\u{FEFF}').trim();
    if id.is_empty() {
        return Err(field_error(&codes::REQUEST_BLANK_ID, name, "is null or blank"));
    }
    check_shape(name, id)?;
    Ok(id.to_owned())
}

fn text(name: &str, value: &RawValue) -> Result<Option<String>> {
    serde_json::from_str(value.get()).map_err(|_| {
        let is_string = value.get().starts_with('"');
        let what = if is_string { "has half of a surrogate pair" } else { "must be a string" };
        field_error(&codes::REQUEST_INVALID, name, what)
    })
}

/// Refuses a text that can't be the id that it is given as. The service answers 500 to one, so that the request would be
/// repeated for minutes, and in a path `..` names what the resource belongs to: the whole app in place of a flight.
fn check_shape(name: &str, id: &str) -> Result<()> {
    let has_only = |marks: &[char]| id.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(&c));
    match name {
        "appId" if !has_only(&[]) => {
            let what = format!("`{id}` is not the Store id of an app");
            Err(Error::new(&codes::APP_NOT_STORE_ID, what).detail(Detail::at("/appId", "not a Store id")))
        }
        "addOnId" if !has_only(&[]) => {
            let error = field_error(&codes::REQUEST_INVALID, name, "is not the Store id of an add-on");
            Err(error.hint("give the Store id, which `add_on.list` shows"))
        }
        "flightId" if !has_only(&['-']) => {
            let error = field_error(&codes::REQUEST_INVALID, name, "is not the id of a flight");
            Err(error.hint("give the id, a GUID, which `app.flights` shows with the name of each flight"))
        }
        "submissionId" if !has_only(&['-']) => {
            let error = field_error(&codes::REQUEST_INVALID, name, "is not the id of a submission");
            Err(error.hint("give the id, a number, which `app.get` shows for the pending and the published submission"))
        }
        _ => Ok(()),
    }
}
