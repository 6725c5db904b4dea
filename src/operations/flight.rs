//! `flight.*`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::call::{Call, Output};
use super::fields::body;
use super::operation::{Operation, quick};
use super::resource::Flight;
use super::types;
use crate::error::Result;
use crate::store::{self, App};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("flight.get", "one package flight", get).returns::<types::Flight>(),
        quick("flight.create", "create a package flight", create).returns::<types::Flight>(),
        quick("flight.delete", "delete a package flight", delete).returns::<types::Deleted>(),
    ]
}

async fn get(call: Call<Flight>) -> Result<Output> {
    Output::document(call.resource.0.get().await?)
}

/// `flight.create`, and the body that the service accepts.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Create {
    /// The name of the flight in Partner Center.
    friendly_name: String,
    /// The ids of the flight groups that get the packages.
    #[serde(default)]
    group_ids: Vec<String>,
    /// The id of the flight that ranks directly below the new one. By default, the new flight ranks above all
    /// others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rank_higher_than: Option<String>,
}

async fn create(call: Call<App, Create>) -> Result<Output> {
    let flight = store::flight::create(&call.resource, &call.request.friendly_name, body(&call.request)?).await?;
    Output::created(flight)
}

async fn delete(call: Call<Flight>) -> Result<Output> {
    call.resource.0.delete().await?;
    Ok(Output::deleted(true))
}
