//! `rollout.*`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{Call, Output};
use super::operation::{Operation, long, quick};
use super::resource::{Found, Published};
use super::types;
use crate::error::{Detail, Error, Result, codes};
use crate::publish::ramp::{self, Ramp};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("rollout.get", "the gradual rollout of a submission", get).returns::<types::Rollout>(),
        quick("rollout.set", "change the share of users who get the packages", set).returns::<types::Rollout>(),
        long("rollout.ramp", "raise the share step by step, and finalize the rollout", ramp).returns::<ramp::Receipt>(),
        quick("rollout.halt", "stop the rollout", halt).returns::<types::Rollout>(),
        quick("rollout.finalize", "give the packages to everybody", finalize).returns::<types::Rollout>(),
    ]
}

async fn get(call: Call<Found<Published>>) -> Result<Output> {
    Output::document(call.resource.0.rollout().await?)
}

/// `rollout.set`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Set {
    /// The share of users who get the new packages, in percent.
    #[schemars(range(min = 0, max = 100))]
    percentage: f64,
}

async fn set(call: Call<Found<Published>, Set>) -> Result<Output> {
    let percentage = call.request.percentage;
    if !(0.0..=100.0).contains(&percentage) {
        return Err(Error::new(&codes::REQUEST_INVALID, format!("`percentage` must be 0 to 100, not {percentage}"))
            .detail(Detail::at("/percentage", "out of range")));
    }
    Output::document(call.resource.0.set_rollout(percentage).await?)
}

async fn ramp(call: Call<Found<Published>, Ramp>) -> Result<Output> {
    Output::of(&ramp::ramp(&call.resource.0, &call.request, &call.reporter).await?)
}

async fn halt(call: Call<Found<Published>>) -> Result<Output> {
    Output::document(call.resource.0.halt_rollout().await?)
}

async fn finalize(call: Call<Found<Published>>) -> Result<Output> {
    Output::document(call.resource.0.finalize_rollout().await?)
}
