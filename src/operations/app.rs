//! `app.*`.

use super::call::{Call, ListRequest, Output};
use super::operation::{Operation, quick};
use super::resource::NoIds;
use super::types::{self, ListOf};
use crate::error::Result;
use crate::store::{self, App};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("app.list", "all apps of the account", list).returns::<ListOf<types::Application>>(),
        quick("app.get", "one app", get).returns::<types::Application>(),
        quick("app.flights", "the package flights of an app", flights).returns::<ListOf<types::Flight>>(),
        quick("app.add_ons", "the ids of the add-ons of an app", add_ons).returns::<ListOf<types::AddOnReference>>(),
    ]
}

async fn list(call: Call<NoIds, ListRequest>) -> Result<Output> {
    Output::of(&store::app::list(&call.client, &call.request.paging()).await?)
}

async fn get(call: Call<App>) -> Result<Output> {
    Output::document(call.resource.get().await?)
}

async fn flights(call: Call<App, ListRequest>) -> Result<Output> {
    Output::of(&call.resource.flights(&call.request.paging()).await?)
}

async fn add_ons(call: Call<App, ListRequest>) -> Result<Output> {
    Output::of(&call.resource.add_ons(&call.request.paging()).await?)
}
