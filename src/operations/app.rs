//! `app.*`.

use std::num::NonZeroU32;

use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{Call, Output};
use super::library::Nothing;
use crate::error::Result;
use crate::store::list::Paging;
use crate::store::{self, Target};

/// The request of a list.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListRequest {
    /// Read one page of at most so many items; without `top` and `next` all pages are read.
    #[serde(default)]
    #[schemars(range(min = 1))]
    top: Option<NonZeroU32>,
    /// The `next` of the page before: read the page after it.
    #[serde(default)]
    next: Option<String>,
}

impl ListRequest {
    pub(super) fn paging(self) -> Paging {
        match self {
            ListRequest { top: None, next: None } => Paging::All,
            ListRequest { top, next } => Paging::Page { top: top.map(NonZeroU32::get), next },
        }
    }
}

pub(super) async fn list(call: Call<ListRequest>) -> Result<Output> {
    Output::of(&store::app::list(&call.client, &call.request.paging()).await?)
}

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(store::app::get(&call.client, app_id(&call)?).await?)
}

pub(super) async fn flights(call: Call<ListRequest>) -> Result<Output> {
    let app_id = app_id(&call)?.to_owned();
    Output::of(&store::app::flights(&call.client, &app_id, &call.request.paging()).await?)
}

pub(super) async fn add_ons(call: Call<ListRequest>) -> Result<Output> {
    let app_id = app_id(&call)?.to_owned();
    Output::of(&store::app::add_ons(&call.client, &app_id, &call.request.paging()).await?)
}

/// The app's id, for an operation whose ids are those of an app or a flight.
pub(super) fn app_id<R>(call: &Call<R>) -> Result<&str> {
    Ok(match call.target()? {
        Target::App { app_id } | Target::Flight { app_id, .. } => app_id,
        Target::AddOn { add_on_id } => add_on_id,
    })
}
