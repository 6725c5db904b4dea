//! `publish` and `publish.plan`.

use super::call::{Call, Output};
use crate::error::Result;
use crate::publish::{self, plan::Release};

pub(super) async fn publish(call: Call<Release>) -> Result<Output> {
    Output::of(&publish::publish(&call.client, call.target()?, &call.request, &call.reporter).await?)
}

pub(super) async fn plan(call: Call<Release>) -> Result<Output> {
    Output::of(&publish::preview(&call.client, call.target()?, &call.request).await?)
}
