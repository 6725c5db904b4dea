//! `rollout.*`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{Call, Output};
use super::library::Nothing;
use crate::error::{Detail, Error, Result, codes};
use crate::store::rollout;

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(rollout::get(&call.client, call.target()?, call.submission_id()).await?)
}

/// `rollout.set`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Set {
    /// The share of users who get the new packages, in percent.
    #[schemars(range(min = 0, max = 100))]
    percentage: f64,
}

pub(super) async fn set(call: Call<Set>) -> Result<Output> {
    let percentage = call.request.percentage;
    if !(0.0..=100.0).contains(&percentage) {
        return Err(Error::new(&codes::REQUEST_INVALID, format!("`percentage` must be 0 to 100, not {percentage}"))
            .detail(Detail::at("/percentage", "out of range")));
    }
    Output::document(rollout::set(&call.client, call.target()?, call.submission_id(), percentage).await?)
}

pub(super) async fn halt(call: Call<Nothing>) -> Result<Output> {
    Output::document(rollout::halt(&call.client, call.target()?, call.submission_id()).await?)
}

pub(super) async fn finalize(call: Call<Nothing>) -> Result<Output> {
    Output::document(rollout::finalize(&call.client, call.target()?, call.submission_id()).await?)
}
