//! Apps: get-all-apps, get-an-app, get-flights-for-an-app, get-add-ons-for-an-app.

use std::sync::Arc;

use serde::Deserialize;

use super::calls::id;
use super::list::{self, List, Paging};
use super::product::Product;
use super::refused::refused_product;
use super::target::Target;
use crate::client::{Client, ServiceResponse, answer};
use crate::error::{Error, Result, codes};

/// One app of an account.
#[derive(Clone)]
pub struct App {
    /// The account.
    pub client: Arc<Client>,
    /// The Store id: `9NBLGGH4R315`.
    pub id: String,
}

impl App {
    /// The app of this Store id. Nothing is sent.
    pub fn new(client: Arc<Client>, id: impl Into<String>) -> App {
        App { client, id: id.into() }
    }

    /// The app as a target of requests.
    pub fn target(&self) -> Target {
        Target::App { app_id: self.id.clone() }
    }

    /// The app as a product, which has submissions.
    pub fn product(&self) -> Product {
        Product::new(self.client.clone(), self.target())
    }

    /// The service's document of the app (`getApplication`). Repeatable.
    ///
    /// # Errors
    /// `app.not_found`, `product.unsupported`.
    pub async fn get(&self) -> Result<ServiceResponse> {
        self.product().get().await
    }

    /// The flights of the app (`listApplicationFlights`). Repeatable.
    ///
    /// # Errors
    /// As [`App::get`].
    pub async fn flights(&self, paging: &Paging) -> Result<List> {
        self.list("listflights", paging).await
    }

    /// The ids of the add-ons of the app (`listApplicationInAppProducts`). Repeatable.
    ///
    /// # Errors
    /// As [`App::get`].
    pub async fn add_ons(&self, paging: &Paging) -> Result<List> {
        self.list("listinappproducts", paging).await
    }

    async fn list(&self, name: &str, paging: &Paging) -> Result<List> {
        let target = self.target();
        let path = format!("{}/{name}", target.path());
        list::read(&self.client, &path, paging).await.map_err(|error| refused_product(&target, error))
    }
}

/// The apps of the account (`listApplications`). Repeatable.
///
/// # Errors
/// Codes `service.*`, `auth.*`, `network.*`. The service answers 404 to an account without apps; that is an empty list.
pub async fn list(client: &Client, paging: &Paging) -> Result<List> {
    match list::read(client, "applications", paging).await {
        Err(error) if *error.code() == codes::SERVICE_NOT_FOUND => Ok(List::default()),
        result => result,
    }
}

/// The Store id of the app with this Store id, package identity name or name, compared in this order. Only names are
/// case-sensitive. The client caches the id, because finding it reads the whole list.
///
/// # Errors
/// `app.not_found`; `app.ambiguous` when several apps have the name; else as [`list()`].
pub async fn id_of(client: &Client, name: &str) -> Result<String> {
    if let Some(id) = client.known_apps().get(name) {
        return Ok(id.clone());
    }
    let list = list(client, &Paging::All).await?;
    let apps = list.value.iter().map(|app| answer(app.get(), "an entry of a list")).collect::<Result<Vec<Named>>>()?;
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
                let id = id(app.id.clone(), "an entry of a list")?;
                client.known_apps().insert(name.to_owned(), id.clone());
                return Ok(id);
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
