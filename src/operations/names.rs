//! The ids of a request: `appId` or `appName`, `flightId`, `addOnId`, `submissionId`, and `timeoutSeconds`, which all
//! may have.
//!
//! They are taken out of the request before its other fields are read, so that each operation's request type has only
//! what is its own.

use std::time::Duration;

use serde::de::value::MapDeserializer;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::seconds;
use crate::client::Client;
use crate::error::{Detail, Error, Result, codes};
use crate::input;
use crate::store::{self, Target};

/// Which ids an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// None.
    Nothing,
    /// `appId`.
    App,
    /// `appId` and `flightId`.
    Flight,
    /// `addOnId`.
    AddOn,
    /// The parent of submissions: `appId`, or both of a flight, or `addOnId`.
    Parent,
    /// The same and `submissionId`.
    Submission,
}

impl Ids {
    /// The names, each with whether it is required.
    pub fn fields(self) -> &'static [(&'static str, bool)] {
        match self {
            Ids::Nothing => &[],
            Ids::App => &[("appId", false), ("appName", false)],
            Ids::Flight => &[("appId", false), ("appName", false), ("flightId", true)],
            Ids::AddOn => &[("addOnId", true)],
            Ids::Parent => PARENT,
            Ids::Submission => SUBMISSION,
        }
    }
}

const PARENT: &[(&str, bool)] = &[("appId", false), ("appName", false), ("flightId", false), ("addOnId", false)];
const SUBMISSION: &[(&str, bool)] =
    &[("appId", false), ("appName", false), ("flightId", false), ("addOnId", false), ("submissionId", true)];

/// The ids of a call.
#[derive(Debug, Default)]
pub struct Names {
    /// What the submission belongs to; set whenever the operation's [`Ids`] ask for it.
    pub target: Option<Target>,
    /// Whether the app was named by `appName`, so that its id in `target` is a name until [`Names::resolve`].
    app_by_name: bool,
    /// Empty when the operation takes none.
    pub submission_id: String,
    /// The caller's time for the call.
    pub limit: Option<Duration>,
}

impl Names {
    /// Puts the app's id where its name stands.
    ///
    /// # Errors
    /// As [`store::app::id_of`].
    pub(super) async fn resolve(mut self, client: &Client) -> Result<Names> {
        if self.app_by_name
            && let Some(Target::App { app_id } | Target::Flight { app_id, .. }) = &mut self.target
        {
            *app_id = store::app::id_of(client, app_id).await?;
            self.app_by_name = false;
        }
        Ok(self)
    }
}

/// Reads a request: the ids that the operation takes, then everything else as `R`.
///
/// # Errors
/// As [`input::parse`]; `request.target` when the ids don't name one thing; `app.not_store_id`.
pub(super) fn read<R: DeserializeOwned>(ids: Ids, json: &str) -> Result<(Names, R)> {
    let members: Members = input::parse(json)?;
    let mut found = Found::default();
    let mut rest = Vec::with_capacity(members.0.len());
    for (name, value) in members.0 {
        let slot = match name {
            "timeoutSeconds" => {
                found.limit = Some(seconds(name, value_of::<f64>(name, value)?)?);
                continue;
            }
            _ if !ids.fields().iter().any(|(field, _)| *field == name) => {
                rest.push((name, value));
                continue;
            }
            "appId" => &mut found.app_id,
            "appName" => &mut found.app_name,
            "flightId" => &mut found.flight_id,
            "addOnId" => &mut found.add_on_id,
            _ => &mut found.submission_id,
        };
        let id: String = value_of(name, value)?;
        if id.trim().is_empty() {
            return Err(field_error(&codes::REQUEST_INVALID, name, "must not be empty"));
        }
        // A Store id has letters and digits; package names and family names have these too.
        if name == "appId" && id.contains(['.', '_']) {
            let what = format!("`{id}` is the name of a package, not the Store id of an app");
            return Err(Error::new(&codes::APP_NOT_STORE_ID, what).detail(Detail::at("/appId", "not a Store id")));
        }
        *slot = Some(id);
    }
    let names = found.names(ids)?;
    let rest = MapDeserializer::new(rest.into_iter());
    let request = input::deserialize(rest)?;
    Ok((names, request))
}

#[derive(Default)]
struct Found {
    app_id: Option<String>,
    app_name: Option<String>,
    flight_id: Option<String>,
    add_on_id: Option<String>,
    submission_id: Option<String>,
    limit: Option<Duration>,
}

impl Found {
    fn names(self, ids: Ids) -> Result<Names> {
        let app_by_name = self.app_name.is_some();
        if self.app_id.is_some() && app_by_name {
            return Err(target_error("`appId` and `appName` exclude each other"));
        }
        let target = match (self.app_id.or(self.app_name), self.flight_id, self.add_on_id) {
            (Some(app_id), None, None) if ids != Ids::Flight => Some(Target::App { app_id }),
            (Some(app_id), Some(flight_id), None) => Some(Target::Flight { app_id, flight_id }),
            (None, None, Some(add_on_id)) => Some(Target::AddOn { add_on_id }),
            (None, None, None) if ids == Ids::Nothing => None,
            (None, Some(_), _) => return Err(target_error("a flight needs its `appId` or `appName` too")),
            (Some(_), _, Some(_)) => return Err(target_error("an app and `addOnId` exclude each other")),
            (Some(_), None, None) => return Err(field_error(&codes::REQUEST_MISSING_FIELD, "flightId", "is missing")),
            (None, None, None) => return Err(target_error("the request names no app, flight or add-on")),
        };
        let submission_id = match (ids, self.submission_id) {
            (Ids::Submission, None) => {
                return Err(field_error(&codes::REQUEST_MISSING_FIELD, "submissionId", "is missing"));
            }
            (_, id) => id.unwrap_or_default(),
        };
        Ok(Names { target, app_by_name, submission_id, limit: self.limit })
    }
}

fn target_error(message: &str) -> Error {
    Error::new(&codes::REQUEST_TARGET, message)
}

fn field_error(code: &'static crate::error::Code, field: &str, what: &str) -> Error {
    Error::new(code, format!("`{field}` {what}")).detail(Detail::at(format!("/{field}"), what))
}

fn value_of<T: DeserializeOwned>(field: &str, value: &RawValue) -> Result<T> {
    serde_json::from_str(value.get()).map_err(|_| {
        let kind = if field == "timeoutSeconds" { "must be a number" } else { "must be a string" };
        field_error(&codes::REQUEST_INVALID, field, kind)
    })
}

/// The members of an object in their order, duplicates included: the request type refuses those.
struct Members<'a>(Vec<(&'a str, &'a RawValue)>);

impl<'de> serde::Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Members<'de>, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}
