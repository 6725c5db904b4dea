//! Package flights of an app: create-a-flight. Get and delete are those of a [`Product`](super::Product).

use std::sync::Arc;

use serde::Deserialize;

use super::app::App;
use super::creation::{self, Creation, NewProduct};
use super::list::{List, Paging};
use super::refused::recoded;
use super::target::Target;
use crate::client::Client;
use crate::error::{Code, Result, codes};

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
