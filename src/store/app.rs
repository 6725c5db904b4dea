//! Apps: get-all-apps, get-an-app, get-flights-for-an-app, get-add-ons-for-an-app.

use super::list::{self, Extent, List};
use super::parse;
use super::target::segment;
use serde::Deserialize;

use crate::client::{Call, Client, Reply};
use crate::error::{Error, Result, codes};
use crate::http::retry;

/// The apps of the account (`listApplications`). Repeatable.
///
/// # Errors
/// An account without apps answers 404, which is given as an empty list; else codes `service.*`, `auth.*`, `network.*`.
pub async fn list(client: &Client, extent: &Extent) -> Result<List> {
    match list::read(client, "applications", extent).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// One app (`getApplication`). Repeatable.
///
/// # Errors
/// `app.not_found`.
pub async fn get(client: &Client, app_id: &str) -> Result<Reply> {
    client.send(&Call::get(path(app_id), &retry::READ)).await.map_err(not_found)
}

/// The flights of an app (`listApplicationFlights`). Repeatable.
///
/// # Errors
/// `app.not_found`.
pub async fn flights(client: &Client, app_id: &str, extent: &Extent) -> Result<List> {
    list::read(client, &format!("{}/listflights", path(app_id)), extent).await.map_err(not_found)
}

/// The ids of the add-ons of an app (`listApplicationInAppProducts`). Repeatable.
///
/// # Errors
/// `app.not_found`.
pub async fn add_ons(client: &Client, app_id: &str, extent: &Extent) -> Result<List> {
    list::read(client, &format!("{}/listinappproducts", path(app_id)), extent).await.map_err(not_found)
}

/// The Store id of the app that has this Store id, package identity name or name; the first kind that fits decides. A
/// found id is kept for the life of the client, since each look costs the whole list.
///
/// # Errors
/// `app.not_found`; `app.ambiguous` when several apps have the name; else as [`list`].
pub async fn id_of(client: &Client, name: &str) -> Result<String> {
    if let Some(id) = client.known_apps().get(name) {
        return Ok(id.clone());
    }
    let list = list(client, &Extent::All).await?;
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

fn path(app_id: &str) -> String {
    format!("applications/{}", segment(app_id))
}

fn not_found(error: Error) -> Error {
    if *error.code() == codes::SERVICE_NOT_FOUND { error.recode(&codes::APP_NOT_FOUND) } else { error }
}
