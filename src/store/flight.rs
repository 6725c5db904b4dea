//! Package flights of an app: create-a-flight, and the flight with a name. Get and delete are those of a
//! [`Product`].

use std::sync::Arc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::app::App;
use super::calls::id;
use super::creation::{self, Creation, NewProduct};
use super::list::{List, Paging};
use super::product::{LatestSubmissions, Product};
use super::refused::recoded;
use super::target::Target;
use crate::client::{Client, answer};
use crate::error::{Code, Error, Result, codes};

/// Creates a flight from `body` (`createFlight`). Not repeatable: after an ambiguous answer the app's flights are read
/// for a new one of this name.
///
/// # Errors
/// `app.not_found`; `flight.exists`; `create.unconfirmed`.
pub async fn create(app: &App, friendly_name: &str, body: String) -> Result<Creation> {
    creation::create(&app.client, &NewFlight { app, friendly_name }, body)
        .await
        .map_err(|error| recoded(error, &codes::SERVICE_NOT_FOUND, &codes::APP_NOT_FOUND))
}

/// A flight as the list of the app's flights has it.
pub struct ListedFlight {
    /// The flight.
    pub product: Product,
    /// Its name; the id of a flight without one.
    pub name: String,
    /// The ids of its submissions.
    pub latest: LatestSubmissions,
}

/// All flights of the app.
///
/// # Errors
/// As [`App::flights`].
pub async fn all(app: &App) -> Result<Vec<ListedFlight>> {
    let list = app.flights(&Paging::All).await?;
    let flight = |item: &RawValue| {
        let flight: Flight = answer(item.get(), "an entry of a list")?;
        let flight_id = id(flight.flight_id.unwrap_or_default(), "an entry of a list")?;
        let name = flight.friendly_name.unwrap_or_else(|| flight_id.clone());
        let product = Product::new(app.client.clone(), Target::Flight { app_id: app.id.clone(), flight_id });
        let latest = product.latest_in(item.get())?;
        Ok(ListedFlight { product, name, latest })
    };
    list.value.iter().map(|item| flight(item)).collect()
}

/// The id of the flight of this name, in any letter case.
///
/// # Errors
/// `flight.not_found` with the names that there are; `flight.ambiguous` when several flights have the name; else as
/// [`App::flights`].
pub async fn id_of(app: &App, name: &str) -> Result<String> {
    let list = app.flights(&Paging::All).await?;
    let flights = list.value.iter().map(|flight| answer(flight.get(), "an entry of a list"));
    let flights = flights.collect::<Result<Vec<Flight>>>()?;
    let name_of = |flight: &Flight| flight.friendly_name.clone().unwrap_or_default();
    let mut found = flights.iter().filter(|flight| name_of(flight).to_lowercase() == name.to_lowercase());
    match (found.next(), found.next()) {
        (Some(flight), None) => id(flight.flight_id.clone().unwrap_or_default(), "an entry of a list"),
        (Some(_), Some(_)) => {
            let message = format!("app {} has several flights with the name `{name}`", app.id);
            Err(Error::new(&codes::FLIGHT_AMBIGUOUS, message))
        }
        (None, _) => {
            let names: Vec<String> = flights.iter().map(|flight| format!("`{}`", name_of(flight))).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            let message = format!("app {} has no flight with the name `{name}`; it has {known}", app.id);
            Err(Error::new(&codes::FLIGHT_NOT_FOUND, message))
        }
    }
}

struct NewFlight<'a> {
    app: &'a App,
    friendly_name: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Flight {
    #[serde(default)]
    flight_id: Option<String>,
    #[serde(default)]
    friendly_name: Option<String>,
}

impl NewProduct for NewFlight<'_> {
    type Entry = Flight;
    const EXISTS: &'static Code = &codes::FLIGHT_EXISTS;

    fn path(&self) -> String {
        format!("{}/flights", self.app.target().path())
    }

    async fn list(&self, _: &Arc<Client>) -> Result<List> {
        self.app.flights(&Paging::All).await
    }

    fn id(flight: Flight) -> Option<String> {
        flight.flight_id
    }

    fn is_same(&self, flight: &Flight) -> bool {
        flight.friendly_name.as_deref() == Some(self.friendly_name)
    }

    fn target(&self, id: String) -> Target {
        Target::Flight { app_id: self.app.id.clone(), flight_id: id }
    }
}
