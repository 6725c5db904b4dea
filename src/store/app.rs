//! Apps: get-all-apps, get-an-app, get-flights-for-an-app, get-add-ons-for-an-app.

use serde::Deserialize;

use super::list::{self, List, Paging};
use super::{Target, parse, product};
use crate::client::{Client, ServiceResponse};
use crate::error::{Error, Result, codes};

/// The apps of the account (`listApplications`). Repeatable.
///
/// # Errors
/// An account without apps answers 404, which is given as an empty list; else codes `service.*`, `auth.*`, `network.*`.
pub async fn list(client: &Client, paging: &Paging) -> Result<List> {
    match list::read(client, "applications", paging).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// One app (`getApplication`). Repeatable.
///
/// # Errors
/// `app.not_found`, `product.unsupported`.
pub async fn get(client: &Client, app_id: &str) -> Result<ServiceResponse> {
    product::get(client, &app(app_id)).await
}

/// The flights of an app (`listApplicationFlights`). Repeatable.
///
/// # Errors
/// As [`get`].
pub async fn flights(client: &Client, app_id: &str, paging: &Paging) -> Result<List> {
    list_of(client, app_id, "listflights", paging).await
}

/// The ids of the add-ons of an app (`listApplicationInAppProducts`). Repeatable.
///
/// # Errors
/// As [`get`].
pub async fn add_ons(client: &Client, app_id: &str, paging: &Paging) -> Result<List> {
    list_of(client, app_id, "listinappproducts", paging).await
}

/// The Store id of the app that has this Store id, package identity name or name; the first kind that fits decides. A
/// found id is kept for the life of the client, since each look costs the whole list.
///
/// # Errors
/// `app.not_found`; `app.ambiguous` when several apps have the name; else as [`list()`].
pub async fn id_of(client: &Client, name: &str) -> Result<String> {
    if let Some(id) = client.known_apps().get(name) {
        return Ok(id.clone());
    }
    let list = list(client, &Paging::All).await?;
    let apps = list.value.iter().map(|app| parse(app.get(), "an entry of a list")).collect::<Result<Vec<Named>>>()?;
    let kinds: [fn(&Named, &str) -> bool; 3] = [
        |app, name| app.id.eq_ignore_ascii_case(name),
        |app, name| app.package_identity_name.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(name)),
        |app, name| app.primary_name.as_deref() == Some(name),
    ];
    for is_named in kinds {
        let mut found = apps.iter().filter(|app| is_named(app, name));
        match (found.next(), found.next()) {
            (None, _) => {}
            (Some(app), None) => {
                client.known_apps().insert(name.to_owned(), app.id.clone());
                return Ok(app.id.clone());
            }
            (Some(first), Some(second)) => {
                let message = format!("several apps are named `{name}`, {} and {} among them", first.id, second.id);
                return Err(Error::new(&codes::APP_AMBIGUOUS, message));
            }
        }
    }
    let count = apps.len();
    let message =
        format!("none of the {count} apps of the account has the Store id, package identity name or name `{name}`");
    Err(Error::new(&codes::APP_NOT_FOUND, message))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    id: String,
    #[serde(default)]
    package_identity_name: Option<String>,
    #[serde(default)]
    primary_name: Option<String>,
}

async fn list_of(client: &Client, app_id: &str, list: &str, paging: &Paging) -> Result<List> {
    let app = app(app_id);
    let path = format!("{}/{list}", app.path());
    list::read(client, &path, paging).await.map_err(|error| super::refused_product(&app, error))
}

fn app(app_id: &str) -> Target {
    Target::App { app_id: app_id.to_owned() }
}
