//! The ids of a request: `appId` or `appName`, `flightId`, `addOnId`, `submissionId`; and `timeoutSeconds`, which every
//! request may have.
//!
//! They are taken out of the request before its other fields are read, so that the request type of an operation has
//! only the operation's own fields. A handler gets what the ids name as a [`Resource`].

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::call::MetaIds;
use super::embedded;
use super::fields::{field_error, seconds};
use crate::client::Client;
use crate::error::{Detail, Error, Result, codes};
use crate::input;
use crate::store::{self, App, Product, Submission, Target};

/// Which ids an operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ids {
    /// None.
    Nothing,
    /// `appId` or `appName`.
    App,
    /// `flightId`, with `appId` or `appName`.
    Flight,
    /// `addOnId`.
    AddOn,
    /// The product that submissions belong to: the ids of an app, a flight or an add-on.
    Product,
    /// The ids of a product, and `submissionId`.
    Submission,
}

impl Ids {
    /// The names of the fields, each with whether it is required.
    pub fn fields(self) -> &'static [(&'static str, bool)] {
        match self {
            Ids::Nothing => &[],
            Ids::App => &[("appId", false), ("appName", false)],
            Ids::Flight => &[("appId", false), ("appName", false), ("flightId", true)],
            Ids::AddOn => &[("addOnId", true)],
            Ids::Product => PRODUCT,
            Ids::Submission => SUBMISSION,
        }
    }
}

const PRODUCT: &[(&str, bool)] = &[("appId", false), ("appName", false), ("flightId", false), ("addOnId", false)];
const SUBMISSION: &[(&str, bool)] =
    &[("appId", false), ("appName", false), ("flightId", false), ("addOnId", false), ("submissionId", true)];

/// What the ids of a request name: the part of a [`Call`](super::call::Call) that an operation works on.
pub(super) trait Resource: Sized + Send {
    /// The ids that name the resource.
    const IDS: Ids;

    /// Makes the resource from the ids of a request. With `appName`, its app id is that name until [`resolve`] replaces
    /// it.
    ///
    /// # Errors
    /// `request.target`, `request.missing_field`.
    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Self>;

    /// The app's id, for [`resolve`] to replace; `None` when the resource has no app.
    fn app_id(&mut self) -> Option<&mut String>;

    /// The ids of the resource, for `meta.ids`.
    fn meta(&self) -> MetaIds;
}

/// The resource of an operation that takes no ids.
pub(super) struct NoIds;

/// A package flight.
pub(super) struct Flight(pub(super) Product);

/// An add-on.
pub(super) struct AddOn(pub(super) Product);

impl Resource for NoIds {
    const IDS: Ids = Ids::Nothing;

    fn of(_: &Arc<Client>, _: RequestIds) -> Result<NoIds> {
        Ok(NoIds)
    }

    fn app_id(&mut self) -> Option<&mut String> {
        None
    }

    fn meta(&self) -> MetaIds {
        MetaIds::default()
    }
}

impl Resource for App {
    const IDS: Ids = Ids::App;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<App> {
        let id = ids.app()?.ok_or_else(no_target)?;
        Ok(App::new(client.clone(), id))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        Some(&mut self.id)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(&self.target())
    }
}

impl Resource for Flight {
    const IDS: Ids = Ids::Flight;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Flight> {
        match ids.target()? {
            target @ Target::Flight { .. } => Ok(Flight(Product::new(client.clone(), target))),
            _ => Err(missing("flightId")),
        }
    }

    fn app_id(&mut self) -> Option<&mut String> {
        self.0.app_id()
    }

    fn meta(&self) -> MetaIds {
        self.0.meta()
    }
}

impl Resource for AddOn {
    const IDS: Ids = Ids::AddOn;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<AddOn> {
        Ok(AddOn(Product::new(client.clone(), ids.target()?)))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        None
    }

    fn meta(&self) -> MetaIds {
        self.0.meta()
    }
}

impl Resource for Product {
    const IDS: Ids = Ids::Product;

    fn of(client: &Arc<Client>, ids: RequestIds) -> Result<Product> {
        Ok(Product::new(client.clone(), ids.target()?))
    }

    fn app_id(&mut self) -> Option<&mut String> {
        app_id_of(&mut self.target)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(&self.target)
    }
}

impl Resource for Submission {
    const IDS: Ids = Ids::Submission;

    fn of(client: &Arc<Client>, mut ids: RequestIds) -> Result<Submission> {
        let id = ids.submission_id.take();
        let target = ids.target()?;
        let id = id.ok_or_else(|| missing("submissionId"))?;
        Ok(Submission { client: client.clone(), target, id })
    }

    fn app_id(&mut self) -> Option<&mut String> {
        app_id_of(&mut self.target)
    }

    fn meta(&self) -> MetaIds {
        MetaIds::from(self)
    }
}

fn app_id_of(target: &mut Target) -> Option<&mut String> {
    match target {
        Target::App { app_id } | Target::Flight { app_id, .. } => Some(app_id),
        Target::AddOn { .. } => None,
    }
}

/// Replaces the app's name by its id, when the request has `appName`.
///
/// # Errors
/// As [`store::app::id_of`].
pub(super) async fn resolve(resource: &mut impl Resource, by_name: bool, client: &Client) -> Result<()> {
    if by_name && let Some(app_id) = resource.app_id() {
        *app_id = store::app::id_of(client, app_id).await?;
    }
    Ok(())
}

/// The ids of a request as they are written there.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    app_id: Option<String>,
    app_name: Option<String>,
    flight_id: Option<String>,
    add_on_id: Option<String>,
    submission_id: Option<String>,
}

impl RequestIds {
    /// Whether the app is named by `appName`.
    pub(super) fn by_name(&self) -> bool {
        self.app_name.is_some()
    }

    /// The app's id or name.
    fn app(self) -> Result<Option<String>> {
        if self.app_id.is_some() && self.app_name.is_some() {
            return Err(target_error("`appId` and `appName` exclude each other"));
        }
        Ok(self.app_id.or(self.app_name))
    }

    fn target(mut self) -> Result<Target> {
        let (flight_id, add_on_id) = (self.flight_id.take(), self.add_on_id.take());
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

fn no_target() -> Error {
    target_error("the request names no app, flight or add-on")
}

fn target_error(message: &str) -> Error {
    Error::new(&codes::REQUEST_TARGET, message)
}

fn missing(field: &str) -> Error {
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
    read_with(kind, &[TIMEOUT], json)
}

/// As [`read`], for an operation that talks to the service.
///
/// # Errors
/// As [`read`].
pub(super) fn read_online<R: DeserializeOwned>(kind: Ids, json: &str) -> Result<Request<R>> {
    read_with(kind, &[TIMEOUT, RETRY_TIMEOUT], json)
}

fn read_with<R: DeserializeOwned>(kind: Ids, limits: &[&'static str], json: &str) -> Result<Request<R>> {
    let names: Vec<&str> = kind.fields().iter().map(|(name, _)| *name).chain(limits.iter().copied()).collect();
    let mut members = input::members(json).map_err(|error| embedded::syntax_error(json).unwrap_or(error))?;
    let taken = members.take(&names)?;
    let fields = members.read(&names)?;
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
            "appId" => &mut ids.app_id,
            "appName" => &mut ids.app_name,
            "flightId" => &mut ids.flight_id,
            "addOnId" => &mut ids.add_on_id,
            _ => &mut ids.submission_id,
        };
        *slot = Some(id(name, value)?);
    }
    Ok(Request { ids, limit, retry_timeout, fields })
}

/// The field that limits the time of any operation.
pub(super) const TIMEOUT: &str = "timeoutSeconds";
const RETRY_TIMEOUT: &str = "retryTimeoutSeconds";
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

/// Reads an id; refuses null and blank text. A script whose variable is not set sends one of these, and without this
/// check a release for a flight would go to the whole app.
fn id(name: &str, value: &RawValue) -> Result<String> {
    let id: Option<String> = serde_json::from_str(value.get()).map_err(|_| {
        let is_string = value.get().starts_with('"');
        let what = if is_string { "has half of a surrogate pair" } else { "must be a string" };
        field_error(&codes::REQUEST_INVALID, name, what)
    })?;
    let Some(id) = id.filter(|id| !id.trim().is_empty()) else {
        return Err(field_error(&codes::REQUEST_BLANK_ID, name, "is null or blank"));
    };
    // A Store id has only letters and digits. The service answers 500 to a name, so the request would be repeated for
    // minutes.
    let is_name = |id: &str| id.contains(|c: char| ['.', '_'].contains(&c) || c.is_whitespace());
    if name == "appId" && is_name(&id) {
        let what = format!("`{id}` is a name, not the Store id of an app");
        return Err(Error::new(&codes::APP_NOT_STORE_ID, what).detail(Detail::at("/appId", "not a Store id")));
    }
    if name == "addOnId" && is_name(&id) {
        let error = field_error(&codes::REQUEST_INVALID, name, "is not the Store id of an add-on");
        return Err(error.hint("give the Store id, which `add_on.list` shows"));
    }
    // As a part of a path it would name what the resource belongs to: the whole app in place of a flight.
    if name != "appName" && matches!(id.as_str(), "." | "..") {
        return Err(field_error(&codes::REQUEST_INVALID, name, "is not an id"));
    }
    Ok(id)
}
