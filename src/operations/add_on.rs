//! `add_on.*`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::add_on_tree;
use super::call::{Call, ListRequest, Output};
use super::fields::body;
use super::operation::{Operation, long, quick};
use super::resource::{AddOn, NoIds};
use super::summary::with_failures;
use super::types::{self, ListOf};
use crate::error::Result;
use crate::store::add_on;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("add_on.list", "all add-ons of the account", list).returns::<ListOf<types::AddOn>>(),
        quick("add_on.get", "one add-on", get).returns::<types::AddOn>(),
        quick("add_on.create", "create an add-on", create).returns::<types::AddOn>(),
        quick("add_on.delete", "delete an add-on", delete).returns::<types::Deleted>(),
        with_failures(
            long("add_on.publish", "publish a tree of add-ons, one after another", add_on_tree::publish)
                .returns::<add_on_tree::Published>(),
        ),
        long("add_on.pull", "write the add-ons of an app into a tree of folders", add_on_tree::pull)
            .returns::<add_on_tree::Pulled>(),
    ]
}

async fn list(call: Call<NoIds, ListRequest>) -> Result<Output> {
    Output::of(&add_on::list(&call.client, &call.request.paging()).await?)
}

async fn get(call: Call<AddOn>) -> Result<Output> {
    Output::document(call.resource.0.get().await?)
}

/// `add_on.create`, and the body that the service accepts.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Create {
    /// The Store ids of the apps. The service accepts exactly one.
    application_ids: Vec<String>,
    /// The product id, by which the code of the app names the add-on.
    product_id: String,
    /// `Durable` or `Consumable`.
    product_type: String,
}

async fn create(call: Call<NoIds, Create>) -> Result<Output> {
    let add_on = add_on::create(&call.client, &call.request.product_id, body(&call.request)?).await?;
    Output::created(add_on)
}

async fn delete(call: Call<AddOn>) -> Result<Output> {
    call.resource.0.delete().await?;
    Ok(Output::deleted(true))
}
