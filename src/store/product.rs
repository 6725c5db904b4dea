//! Flights and add-ons as products: get, create, delete. Both are created the same way, so the care is written once.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::list::{self, Extent, List};
use super::target::{Target, segment};
use super::{Made, app, parse};
use crate::client::{Call, Client, Reply};
use crate::error::{Code, Error, Result, codes};
use crate::http::retry;

/// The add-ons of the account (`listInAppProducts`). Repeatable.
///
/// # Errors
/// As [`Client::send`]; an account without add-ons answers 404, which is given as an empty list.
pub async fn list_add_ons(client: &Client, extent: &Extent) -> Result<List> {
    match list::read(client, "inappproducts", extent).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// One flight or add-on (`getFlight`, `getInAppProduct`). Repeatable.
///
/// # Errors
/// `flight.not_found`, `add_on.not_found`.
pub async fn get(client: &Client, target: &Target) -> Result<Reply> {
    client.send(&Call::get(target.path(), &retry::READ)).await.map_err(|error| not_found(target, error))
}

/// Deletes a flight or an add-on (`deleteFlight`, `deleteInAppProduct`). Repeatable: what is gone already after a lost
/// answer counts as deleted.
///
/// # Errors
/// `flight.not_found`, `add_on.not_found`; `service.conflict` while a submission is pending or when it is published.
pub async fn delete(client: &Client, target: &Target) -> Result<()> {
    super::delete(client, target.path()).await.map_err(|error| not_found(target, error))
}

/// Creates a flight from `body` (`createFlight`). Not repeatable: after an ambiguous answer the app's flights are
/// looked through for one of this name.
///
/// # Errors
/// `app.not_found`; `create.unconfirmed`.
pub async fn create_flight(client: &Client, app_id: &str, friendly_name: &str, body: String) -> Result<Made> {
    let before = ids(client, Kind::Flight(app_id), friendly_name).await?;
    let path = format!("applications/{}/flights", segment(app_id));
    create(client, Kind::Flight(app_id), &path, friendly_name, body, &before).await
}

/// Creates an add-on from `body` (`createInAppProduct`). Not repeatable: after an ambiguous answer the add-ons are
/// looked through for one with this product id.
///
/// # Errors
/// `create.unconfirmed`; codes `service.*`.
pub async fn create_add_on(client: &Client, product_id: &str, body: String) -> Result<Made> {
    create(client, Kind::AddOn, "inappproducts", product_id, body, &[]).await
}

#[derive(Clone, Copy)]
enum Kind<'a> {
    Flight(&'a str),
    AddOn,
}

async fn create(
    client: &Client,
    kind: Kind<'_>,
    path: &str,
    name: &str,
    body: String,
    before: &[String],
) -> Result<Made> {
    let call = Call::post(path, &retry::CREATE).body(body);
    let mut lost = None;
    for _ in 0..2 {
        match client.send(&call).await {
            Ok(reply) => return Ok(Made { reply, adopted: false }),
            Err(error) if error.is_ambiguous() => lost = Some(error),
            Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
            Err(error) => return Err(not_found_in(kind, error)),
        }
        for delay in super::looks(client) {
            tokio::time::sleep(delay).await;
            let now = ids(client, kind, name).await?;
            if let Some(id) = now.into_iter().find(|id| !before.contains(id)) {
                let reply = get(client, &kind.target(id)).await?;
                return Ok(Made { reply, adopted: true });
            }
        }
    }
    Err(super::unconfirmed(&codes::CREATE_UNCONFIRMED, lost))
}

impl Kind<'_> {
    fn target(&self, id: String) -> Target {
        match self {
            Kind::Flight(app_id) => Target::Flight { app_id: (*app_id).to_owned(), flight_id: id },
            Kind::AddOn => Target::AddOn { add_on_id: id },
        }
    }
}

/// The ids of the flights, or add-ons, of this name.
async fn ids(client: &Client, kind: Kind<'_>, name: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    #[derive(Default)]
    struct Named {
        flight_id: Option<String>,
        friendly_name: Option<String>,
        id: Option<String>,
        product_id: Option<String>,
    }
    let list = match kind {
        Kind::Flight(app_id) => app::flights(client, app_id, &Extent::All).await?,
        Kind::AddOn => list_add_ons(client, &Extent::All).await?,
    };
    let mut found = Vec::new();
    for item in &list.value {
        let item: Named = read(item)?;
        let (id, of_name) = match kind {
            Kind::Flight(_) => (item.flight_id, item.friendly_name),
            Kind::AddOn => (item.id, item.product_id),
        };
        if of_name.as_deref() == Some(name) {
            found.extend(id);
        }
    }
    Ok(found)
}

fn read<'a, T: Deserialize<'a>>(item: &'a RawValue) -> Result<T> {
    parse(item.get(), "an entry of a list")
}

fn not_found_in(kind: Kind<'_>, error: Error) -> Error {
    match kind {
        Kind::Flight(_) => renamed(error, &codes::APP_NOT_FOUND),
        Kind::AddOn => error,
    }
}

fn not_found(target: &Target, error: Error) -> Error {
    renamed(error, super::not_found_code(target))
}

fn renamed(error: Error, code: &'static Code) -> Error {
    if *error.code() == codes::SERVICE_NOT_FOUND { error.recode(code) } else { error }
}
