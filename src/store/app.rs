//! Apps: get-all-apps, get-an-app, get-flights-for-an-app, get-add-ons-for-an-app.

use super::list::{List, all_pages};
use super::{Target, product};
use crate::client::{Client, Reply};
use crate::error::{Result, codes};

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
/// `app.not_found`, `product.unsupported`.
pub async fn get(client: &Client, app_id: &str) -> Result<Reply> {
    product::get(client, &app(app_id)).await
}

/// The flights of an app (`listApplicationFlights`). Repeatable.
///
/// # Errors
/// As [`get`].
pub async fn flights(client: &Client, app_id: &str) -> Result<List> {
    list_of(client, app_id, "listflights").await
}

/// The ids of the add-ons of an app (`listApplicationInAppProducts`). Repeatable.
///
/// # Errors
/// As [`get`].
pub async fn add_ons(client: &Client, app_id: &str) -> Result<List> {
    list_of(client, app_id, "listinappproducts").await
}

async fn list_of(client: &Client, app_id: &str, list: &str) -> Result<List> {
    let app = app(app_id);
    let path = format!("{}/{list}", app.path());
    all_pages(client, &path).await.map_err(|error| super::refused_product(&app, error))
}

fn app(app_id: &str) -> Target {
    Target::App { app_id: app_id.to_owned() }
}
