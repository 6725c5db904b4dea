//! `flight.*` and `add_on.*`: the products below an app, which the service treats alike.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::app::{ListRequest, app_id};
use super::call::{Call, Output};
use super::library::Nothing;
use crate::error::{Error, Result, codes};
use crate::store::product;

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(product::get(&call.client, call.target()?).await?)
}

pub(super) async fn delete(call: Call<Nothing>) -> Result<Output> {
    product::delete(&call.client, call.target()?).await?;
    Ok(Output::deleted())
}

/// `flight.create`, and the body that the service takes.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateFlight {
    /// The name that people see.
    friendly_name: String,
    /// The ids of the flight groups that get the packages.
    #[serde(default)]
    group_ids: Vec<String>,
    /// The flight that comes right below this one; the lowest by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rank_higher_than: Option<String>,
}

pub(super) async fn create(call: Call<CreateFlight>) -> Result<Output> {
    let body = body(&call.request)?;
    Output::created(product::create_flight(&call.client, app_id(&call)?, &call.request.friendly_name, body).await?)
}

pub(super) async fn list_add_ons(call: Call<ListRequest>) -> Result<Output> {
    Output::of(&product::list_add_ons(&call.client, &call.request.paging()).await?)
}

/// `add_on.create`, and the body that the service takes.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateAddOn {
    /// The Store ids of the apps; the service takes exactly one.
    application_ids: Vec<String>,
    /// The id by which the app's code asks for the add-on.
    product_id: String,
    /// `Durable` or `Consumable`.
    product_type: String,
}

pub(super) async fn create_add_on(call: Call<CreateAddOn>) -> Result<Output> {
    let body = body(&call.request)?;
    Output::created(product::create_add_on(&call.client, &call.request.product_id, body).await?)
}

fn body<T: Serialize>(request: &T) -> Result<String> {
    serde_json::to_string(request)
        .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("the body can't be written: {error}")))
}
