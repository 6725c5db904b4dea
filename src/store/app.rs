//! Apps: get-all-apps, get-an-app, get-flights-for-an-app, get-add-ons-for-an-app.

use super::list::{List, all_pages};
use super::target::segment;
use crate::client::{Call, Client, Reply};
use crate::error::{Error, Result, codes};
use crate::http::retry;

/// All apps of the account (`listApplications`). Repeatable.
///
/// # Errors
/// An account without apps answers 404, which is given as an empty list; else codes `service.*`, `auth.*`, `network.*`.
pub async fn list(client: &Client) -> Result<List> {
    match all_pages(client, "applications").await {
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
pub async fn flights(client: &Client, app_id: &str) -> Result<List> {
    all_pages(client, &format!("{}/listflights", path(app_id))).await.map_err(not_found)
}

/// The ids of the add-ons of an app (`listApplicationInAppProducts`). Repeatable.
///
/// # Errors
/// `app.not_found`.
pub async fn add_ons(client: &Client, app_id: &str) -> Result<List> {
    all_pages(client, &format!("{}/listinappproducts", path(app_id))).await.map_err(not_found)
}

fn path(app_id: &str) -> String {
    format!("applications/{}", segment(app_id))
}

fn not_found(error: Error) -> Error {
    if *error.code() == codes::SERVICE_NOT_FOUND { error.recode(&codes::APP_NOT_FOUND) } else { error }
}
