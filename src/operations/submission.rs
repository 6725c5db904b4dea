//! `submission.*`.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::call::{Call, MetaIds, Output, redacted};
use super::merge;
use super::operation::{Operation, long, quick};
use super::report::MergeReport;
use super::resource::{Current, Found, Pending};
use super::types;
use super::wait::{WaitAllResult, wait, wait_all};
use crate::blocking;
use crate::client::{ServiceResponse, answer};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::publish::wait::WaitResult;
use crate::publish::{check_commit, check_delete, delete_idle, leave_for_review, not_kept};
use crate::store::status::{Stage, Status};
use crate::store::{Product, Submission, names, price};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("submission.create", "create a draft, a copy of the published submission", create)
            .returns::<types::Submission>(),
        quick("submission.get", "the whole submission, as the service sent it", get).returns::<types::Submission>(),
        quick("submission.update", "replace the content of a draft", update).returns::<types::Submission>(),
        quick("submission.commit", "submit a draft to the Store", commit).returns::<types::Commit>(),
        quick("submission.status", "the state of a submission, with its errors and warnings", status)
            .returns::<types::SubmissionStatus>(),
        quick("submission.delete", "delete a draft or a failed submission", delete).returns::<types::Deleted>(),
        long("submission.wait", "wait until a submission is processed or published", wait).returns::<WaitResult>(),
        long("submission.wait_all", "wait for many submissions at once, within half of the rate limit", wait_all)
            .returns::<WaitAllResult>(),
    ]
}

async fn create(call: Call<Product>) -> Result<Output> {
    let new = call.resource.create_submission().await;
    let new = new.map_err(|error| error.details(call.reporter.facts()))?;
    leave_for_review(&new.submission, &new.response.text).await?;
    Ok(Output::document(new.response)?.adopted(new.adopted).about(MetaIds::from(&new.submission)))
}

async fn get(call: Call<Found<Current>>) -> Result<Output> {
    Output::document(call.resource.0.get().await?)
}

/// `submission.update`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Update {
    /// The whole submission, which is sent byte for byte. Either `submission` or `edited` is required.
    #[serde(default)]
    submission: Option<Box<RawValue>>,
    /// In place of `submission`: the edited submission. Only its differences from `baseline` are applied to the text of
    /// the service, and edits that look like damage are refused.
    #[serde(default)]
    edited: Option<Box<RawValue>>,
    /// The submission before the edits, as the service sent it. Without it, `edited` is compared with the present
    /// submission of the service.
    #[serde(default)]
    baseline: Option<Box<RawValue>>,
    /// Notes on values of `edited`, by JSON Pointer, for what JSON can't express: `{"/a/b":"autonull"}`.
    #[serde(default)]
    notes: Option<Box<RawValue>>,
    /// Guards to lift, by name or id: `caseTwin`, `K6`.
    #[serde(default)]
    force: Vec<String>,
    /// Send the submission even if it has no price, which makes the product free.
    #[serde(default)]
    allow_free: bool,
    /// Return the edits in `meta.edits` and send nothing; the result is the submission as it is now. Only with `edited`.
    #[serde(default)]
    preview: bool,
}

async fn update(call: Call<Submission, Update>) -> Result<Output> {
    let Call { resource: submission, request, reporter, .. } = call;
    match (&request.submission, &request.edited) {
        (Some(body), None) if !request.preview && !request.is_merge() => {
            blocking::in_place(body.get().len(), || price::guard(&submission.target, body.get(), request.allow_free))?;
            Output::document(updated(&submission, None, body.get(), &reporter).await?)
        }
        (None, Some(_)) => update_merged(submission, request, &reporter).await,
        _ => Err(Error::new(
            &codes::REQUEST_INVALID,
            "give either `submission`, or `edited` with what belongs to it (`baseline`, `notes`, `force`, `preview`)",
        )),
    }
}

/// The most places that a warning names.
const MOST_PLACES: usize = 5;

/// Sends a document, and warns of what the service did not keep, such as an image that was left out: only its `fileStatus`
/// `PendingDelete` removes it.
async fn updated(
    submission: &Submission,
    before: Option<&str>,
    body: &str,
    reporter: &Reporter,
) -> Result<ServiceResponse> {
    let response = submission.update(body).await?;
    let lost = blocking::in_place(body.len(), || not_kept(before, body, &response.text)).unwrap_or_default();
    for place in lost.iter().take(MOST_PLACES) {
        let pointer = place.pointer.as_deref().unwrap_or_default();
        reporter.warning(format!("the service did not keep the change at {pointer}: {}", place.message));
    }
    if lost.len() > MOST_PLACES {
        reporter.warning(format!("and {} more places", lost.len() - MOST_PLACES));
    }
    Ok(response)
}

impl Update {
    /// Whether the request has a field that only the merge of `edited` reads.
    fn is_merge(&self) -> bool {
        self.edited.is_some() || self.baseline.is_some() || self.notes.is_some() || !self.force.is_empty()
    }
}

/// Makes the edits in the present submission of the service, so that edits of others since the baseline stay, or are
/// reported as conflicts.
async fn update_merged(submission: Submission, request: Update, reporter: &Reporter) -> Result<Output> {
    let present = submission.get().await?;
    let (client, target, current) = (submission.client.clone(), submission.target.clone(), present.text.clone());
    let preview = request.preview;
    // The merge of a large document takes seconds.
    let (body, report, edits) = blocking::run(move || {
        let (baseline, fresher) = match &request.baseline {
            Some(baseline) => (baseline.get(), Some(current.as_str())),
            None => (current.as_str(), None),
        };
        let edited = request.edited.as_deref().map_or("", RawValue::get);
        let merged = merge::merged(baseline, edited, fresher, request.notes.as_deref(), &request.force)?;
        let mut report = MergeReport::of(&merged);
        report.two_way = request.baseline.is_none();
        let body = (!merged.edits.is_empty()).then_some(merged.body);
        if let Some(body) = &body {
            price::guard(&target, body, request.allow_free)?;
            names::guard(body)?;
        }
        let body = body.filter(|_| !preview);
        Ok((body, report, redacted(merged.edits, |json| client.secrets().redact_json(json))))
    })
    .await?;
    for guard in report.lifted() {
        reporter.decision(
            "GuardLifted",
            format!("{} {}", guard.code.as_deref().unwrap_or_default(), guard.pointer.as_deref().unwrap_or_default()),
        );
    }
    let mut output = match body {
        None => Output::document(present)?,
        Some(body) => Output::document(updated(&submission, Some(&present.text), &body, reporter).await?)?,
    };
    output.meta.report = Some(report);
    output.meta.edits = Some(edits);
    Ok(output)
}

/// `submission.commit`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Commit {
    /// The `draftHash` of the receipt of a release with `commit` false. A draft that was changed since, or to which other
    /// files were uploaded, is refused with `draft.changed`.
    #[serde(default)]
    draft_hash: Option<String>,
    /// Make the checks of the commit and commit nothing; the result is the status as it is.
    #[serde(default)]
    preview: bool,
}

async fn commit(call: Call<Found<Pending>, Commit>) -> Result<Output> {
    let Commit { draft_hash, preview } = &call.request;
    let submission = &call.resource.0;
    // A draft that can't be read can't be checked.
    let draft = submission.get().await?;
    let status: Status = answer(&draft.text, "the submission")?;
    if status.status.is_empty() {
        let message = "the submission can't be read: it has no `status`";
        return Err(Error::new(&codes::NETWORK_BAD_ANSWER, message).http(draft.exchange));
    }
    match status.stage() {
        // A state that is not known may be one of a draft.
        Stage::Draft | Stage::Unknown => check_commit(submission, &draft.text, draft_hash.as_deref()).await?,
        _ if *preview => return Err(submission.committed_once(&status)),
        // The commit of a submission that is no draft is refused with its state.
        _ => {}
    }
    if *preview {
        return Output::document(submission.status().await?);
    }
    let commit = submission.commit().await?;
    Ok(Output::document(commit.response)?.adopted(commit.adopted))
}

async fn status(call: Call<Found<Current>>) -> Result<Output> {
    let mut output = Output::document(call.resource.0.status().await?)?;
    output.meta.known_warnings =
        serde_json::from_str::<Status>(&output.result).map(|status| status.known_warnings()).unwrap_or_default();
    Ok(output)
}

/// `submission.delete`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Delete {
    /// Delete the draft even if a job of this process, or a running job of another one, works on it.
    #[serde(default)]
    allow_busy: bool,
    /// Make the checks of the deletion and delete nothing.
    #[serde(default)]
    preview: bool,
}

async fn delete(call: Call<Found<Pending>, Delete>) -> Result<Output> {
    let submission = &call.resource.0;
    let Delete { allow_busy, preview } = call.request;
    match (preview, allow_busy) {
        (true, _) => check_delete(submission, allow_busy).await?,
        (false, true) => submission.delete().await?,
        (false, false) => delete_idle(submission).await?,
    }
    Ok(Output::deleted(!preview))
}
