//! `submission.*`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Call, Output};
use super::library::Nothing;
use super::merge::{self, Report};
use super::seconds;
use crate::check::price;
use crate::error::{Error, Result, codes};
use crate::publish::wait::{self, Until};
use crate::store::{Target, submission};

pub(super) async fn create(call: Call<Nothing>) -> Result<Output> {
    Output::created(submission::create(&call.client, call.target()?).await?)
}

pub(super) async fn get(call: Call<Nothing>) -> Result<Output> {
    Output::document(submission::get(&call.client, call.target()?, call.submission_id()).await?)
}

/// `submission.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Update {
    /// The whole submission, sent byte for byte.
    #[serde(default)]
    submission: Option<Box<RawValue>>,
    /// Or: the submission as it is to be. What differs is cut into the service's text, and damage is refused.
    #[serde(default)]
    edited: Option<Box<RawValue>>,
    /// The submission as it came, from which `edited` was made; without it the service's present copy stands in.
    #[serde(default)]
    baseline: Option<Box<RawValue>>,
    /// What JSON can't say about values of `edited`, by pointer: `{"/a/b":"autonull"}`.
    #[serde(default)]
    notes: Option<Box<RawValue>>,
    /// Guards to lift, by name or id: `caseTwin`, `K6`.
    #[serde(default)]
    force: Vec<String>,
    /// Send it although it has no price, which makes the product free.
    #[serde(default)]
    allow_free: bool,
    /// Tell the edits and send nothing; with `edited` only.
    #[serde(default)]
    preview: bool,
}

pub(super) async fn update(call: Call<Update>) -> Result<Output> {
    let target = call.target()?;
    let request = &call.request;
    match (&request.submission, &request.edited) {
        (Some(body), None) if request.baseline.is_none() && !request.preview => {
            price::guard(target, body.get(), request.allow_free)?;
            Output::document(submission::update(&call.client, target, call.submission_id(), body.get()).await?)
        }
        (None, Some(edited)) => update_merged(&call, target, edited.get()).await,
        _ => Err(Error::new(
            &codes::REQUEST_INVALID,
            "give either `submission`, or `edited` with what belongs to it (`baseline`, `notes`, `force`, `preview`)",
        )),
    }
}

/// The edits go into the copy that the service has now, so that what a colleague changed meanwhile stays, or is told.
async fn update_merged(call: &Call<Update>, target: &Target, edited: &str) -> Result<Output> {
    let request = &call.request;
    let present = submission::get(&call.client, target, call.submission_id()).await?;
    let current = present.text.clone();
    let (baseline, fresher) = match &request.baseline {
        Some(baseline) => (baseline.get(), Some(current.as_str())),
        None => (current.as_str(), None),
    };
    let merged = merge::merged(baseline, edited, fresher, request.notes.as_deref(), &request.force)?;
    let mut report = Report::of(&merged)?;
    report.two_way = request.baseline.is_none();
    let mut output = if merged.edits.is_empty() || request.preview {
        Output::document(present)?
    } else {
        price::guard(target, &merged.body, request.allow_free)?;
        Output::document(submission::update(&call.client, target, call.submission_id(), &merged.body).await?)?
    };
    output.meta.report = Some(report);
    Ok(output)
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
    /// The time between two requests for the status, in seconds.
    #[serde(default = "half_a_minute")]
    #[schemars(range(min = 0))]
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
