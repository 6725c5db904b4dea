//! Flights and add-ons as products: get, create, delete. Both are created the same way, so the care is written once.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::list::{self, List, Paging};
use super::target::{Target, segment};
use super::{Creation, app, parse, renamed};
use crate::client::{Call, Client, ServiceResponse};
use crate::error::{Error, Result, codes};
use crate::http::retry;

/// The add-ons of the account (`listInAppProducts`). Repeatable.
///
/// # Errors
/// As [`Client::send`]; an account without add-ons answers 404, which is given as an empty list.
pub async fn list_add_ons(client: &Client, paging: &Paging) -> Result<List> {
    match list::read(client, "inappproducts", paging).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// One app, flight or add-on (`getApplication`, `getFlight`, `getInAppProduct`). Repeatable; one that this client made a
/// moment ago is waited for.
///
/// # Errors
/// `app.not_found`, `flight.not_found`, `add_on.not_found`, `product.unsupported`.
pub async fn get(client: &Client, target: &Target) -> Result<ServiceResponse> {
    let path = target.path();
    let new = client.recent().knows(&path);
    super::send_to_new(client, &Call::get(path, &retry::READ), new)
        .await
        .map_err(|error| super::refused_product(target, error))
}

/// Deletes a flight or an add-on (`deleteFlight`, `deleteInAppProduct`). Repeatable: what is gone already after a lost
/// answer counts as deleted.
///
/// # Errors
/// `flight.not_found`, `add_on.not_found`; `flight.not_deletable`, `add_on.not_deletable` while a submission is being
/// processed, the latter also when it is published.
pub async fn delete(client: &Client, target: &Target) -> Result<()> {
    client.recent().forget(&target.path());
    let kept = match target {
        Target::AddOn { .. } => &codes::ADD_ON_NOT_DELETABLE,
        _ => &codes::FLIGHT_NOT_DELETABLE,
    };
    super::delete(client, target.path()).await.map_err(|error| {
        let error = renamed(error, &codes::SERVICE_CONFLICT, kept);
        super::refused_product(target, error)
    })
}

/// Creates a flight from `body` (`createFlight`). Not repeatable: after an ambiguous answer the app's flights are
/// looked through for one of this name.
///
/// # Errors
/// `app.not_found`; `flight.exists`; `create.unconfirmed`.
pub async fn create_flight(client: &Client, app_id: &str, friendly_name: &str, body: String) -> Result<Creation> {
    let before = ids(client, ProductKind::Flight(app_id), friendly_name).await?;
    let path = format!("applications/{}/flights", segment(app_id));
    create(client, ProductKind::Flight(app_id), &path, friendly_name, body, &before).await
}

/// Creates an add-on from `body` (`createInAppProduct`). Not repeatable: after an ambiguous answer the add-ons are
/// looked through for one with this product id.
///
/// # Errors
/// `add_on.exists`; `create.unconfirmed`; codes `service.*`.
pub async fn create_add_on(client: &Client, product_id: &str, body: String) -> Result<Creation> {
    // Another app may have one with this product id, which is not the one that is made.
    let before = ids(client, ProductKind::AddOn, product_id).await?;
    create(client, ProductKind::AddOn, "inappproducts", product_id, body, &before).await
}

#[derive(Clone, Copy)]
enum ProductKind<'a> {
    Flight(&'a str),
    AddOn,
}

async fn create(
    client: &Client,
    kind: ProductKind<'_>,
    path: &str,
    name: &str,
    body: String,
    before: &[String],
) -> Result<Creation> {
    let call = Call::post(path, &retry::CREATE).body(body);
    let mut lost = None;
    for _ in 0..2 {
        match client.send(&call).await {
            Ok(reply) => {
                // An answer without an id is for the caller to judge.
                if let Some(id) = parse::<Named>(&reply.text, "the answer to create").ok().and_then(|it| it.ids(kind).0)
                {
                    client.recent().add(kind.target(id).path());
                }
                return Ok(Creation { reply, adopted: false });
            }
            Err(error) if error.is_ambiguous() => lost = Some(error),
            Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
            Err(error) => return Err(refused(client, kind, name, error).await),
        }
        for delay in super::looks(client) {
            tokio::time::sleep(delay).await;
            let now = match ids(client, kind, name).await {
                Ok(now) => now,
                Err(look) => return Err(super::unseen(&codes::CREATE_UNCONFIRMED, lost, &look)),
            };
            if let Some(id) = now.into_iter().find(|id| !before.contains(id)) {
                let target = kind.target(id);
                client.recent().add(target.path());
                let reply = get(client, &target).await?;
                return Ok(Creation { reply, adopted: true });
            }
        }
    }
    Err(super::unconfirmed(&codes::CREATE_UNCONFIRMED, lost))
}

impl ProductKind<'_> {
    fn target(&self, id: String) -> Target {
        match self {
            ProductKind::Flight(app_id) => Target::Flight { app_id: (*app_id).to_owned(), flight_id: id },
            ProductKind::AddOn => Target::AddOn { add_on_id: id },
        }
    }
}

/// What is read of a flight or an add-on.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Named {
    flight_id: Option<String>,
    friendly_name: Option<String>,
    id: Option<String>,
    product_id: Option<String>,
}

impl Named {
    /// Its id and its name.
    fn ids(self, kind: ProductKind<'_>) -> (Option<String>, Option<String>) {
        match kind {
            ProductKind::Flight(_) => (self.flight_id, self.friendly_name),
            ProductKind::AddOn => (self.id, self.product_id),
        }
    }
}

/// The ids of the flights, or add-ons, of this name.
async fn ids(client: &Client, kind: ProductKind<'_>, name: &str) -> Result<Vec<String>> {
    let list = match kind {
        ProductKind::Flight(app_id) => app::flights(client, app_id, &Paging::All).await?,
        ProductKind::AddOn => list_add_ons(client, &Paging::All).await?,
    };
    let mut found = Vec::new();
    for item in &list.value {
        let (id, of_name) = read::<Named>(item)?.ids(kind);
        if of_name.as_deref() == Some(name) {
            found.extend(id);
        }
    }
    Ok(found)
}

fn read<'a, T: Deserialize<'a>>(item: &'a RawValue) -> Result<T> {
    parse(item.get(), "an entry of a list")
}

/// A clean refusal: a conflict is one about the name when there is something of this name.
async fn refused(client: &Client, kind: ProductKind<'_>, name: &str, error: Error) -> Error {
    if *error.code() == codes::SERVICE_CONFLICT && ids(client, kind, name).await.is_ok_and(|found| !found.is_empty()) {
        return error.recode(match kind {
            ProductKind::Flight(_) => &codes::FLIGHT_EXISTS,
            ProductKind::AddOn => &codes::ADD_ON_EXISTS,
        });
    }
    match kind {
        ProductKind::Flight(_) => renamed(error, &codes::SERVICE_NOT_FOUND, &codes::APP_NOT_FOUND),
        ProductKind::AddOn => error,
    }
}
