//! `app.*`.

use super::call::{Call, Output};
use super::library::Nothing;
use crate::error::Result;
use crate::store::{self, Target};

pub(super) async fn list(call: Call<Nothing>) -> Result<Output> {
    Output::of(&store::app::list(&call.client).await?)
}

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(store::app::get(&call.client, app_id(&call)?).await?)
}

pub(super) async fn flights(call: Call<Nothing>) -> Result<Output> {
    Output::of(&store::app::flights(&call.client, app_id(&call)?).await?)
}

pub(super) async fn add_ons(call: Call<Nothing>) -> Result<Output> {
    Output::of(&store::app::add_ons(&call.client, app_id(&call)?).await?)
}

/// The app's id, for an operation whose ids are those of an app or a flight.
pub(super) fn app_id<R>(call: &Call<R>) -> Result<&str> {
    Ok(match call.target()? {
        Target::App { app_id } | Target::Flight { app_id, .. } => app_id,
        Target::AddOn { add_on_id } => add_on_id,
    })
}
