//! `submission.*`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Call, Output};
use super::library::Nothing;
use super::seconds;
use crate::check::price;
use crate::error::Result;
use crate::publish::wait::{self, Until};
use crate::store::submission;

pub(super) async fn create(call: Call<Nothing>) -> Result<Output> {
    Output::made(submission::create(&call.client, call.target()?).await?)
}

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(submission::get(&call.client, call.target()?, call.submission_id()).await?)
}

/// `submission.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Update {
    /// The whole submission, sent byte for byte.
    submission: Box<RawValue>,
    /// Send it although it has no price, which makes the product free.
    #[serde(default)]
    allow_free: bool,
}

pub(super) async fn update(call: Call<Update>) -> Result<Output> {
    let target = call.target()?;
    let body = call.request.submission.get();
    price::guard(target, body, call.request.allow_free)?;
    Output::document(submission::update(&call.client, target, call.submission_id(), body).await?)
}

pub(super) async fn commit(call: Call<Nothing>) -> Result<Output> {
    let committed = submission::commit(&call.client, call.target()?, call.submission_id()).await?;
    let mut output = Output::document(committed.reply)?;
    output.meta.adopted = committed.adopted;
    Ok(output)
}

pub(super) async fn status(call: Call<Nothing>) -> Result<Output> {
    Output::document(submission::status(&call.client, call.target()?, call.submission_id()).await?)
}

pub(super) async fn delete(call: Call<Nothing>) -> Result<Output> {
    submission::delete(&call.client, call.target()?, call.submission_id()).await?;
    Ok(Output::deleted())
}

/// `submission.wait`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Wait {
    /// `processing`: the commit went through; `published`: it is in the Store.
    #[serde(default)]
    until: Until,
    /// The time between two looks, 30 by default.
    #[serde(default = "half_a_minute")]
    poll_seconds: f64,
}

pub(super) fn half_a_minute() -> f64 {
    30.0
}

pub(super) async fn wait(call: Call<Wait>) -> Result<Output> {
    let every = seconds("pollSeconds", call.request.poll_seconds)?;
    let until = call.request.until;
    let reached = wait::wait(&call.client, call.target()?, call.submission_id(), until, every, &call.reporter).await?;
    Output::of(&reached)
}
