//! The gradual rollout of a published submission.
//!
//! | from | call | to |
//! |---|---|---|
//! | PackageRolloutNotStarted | publication with isPackageRollout true | PackageRolloutInProgress |
//! | PackageRolloutInProgress | updatepackagerolloutpercentage | PackageRolloutInProgress, 100 too |
//! | PackageRolloutInProgress | haltpackagerollout | PackageRolloutStopped, 0 |
//! | PackageRolloutInProgress | finalizepackagerollout | PackageRolloutComplete, 100 |

use super::Request;
use super::schema::with_point;
use super::submissions::{advance, rollout_open};
use crate::emulator::json::Json;
use crate::emulator::response::{Answer, conflict, invalid};
use crate::emulator::state::{Store, Submission};

fn of(submission: &mut Submission) -> Option<&mut Json> {
    submission.document.get_mut("packageDeliveryOptions")?.get_mut("packageRollout")
}

pub(crate) fn get(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    advance(store);
    answer(&mut store.submissions[index])
}

fn answer(submission: &mut Submission) -> Result<Answer, Answer> {
    match of(submission) {
        Some(rollout) => Ok(Answer::json(200, rollout)),
        None => Err(conflict("packageRollout", "The submission has no package rollout.")),
    }
}

pub(crate) fn set(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let raw = request.call.parameter("percentage").unwrap_or_default();
    let value: Option<f64> = raw.parse().ok();
    if !value.is_some_and(|value| (0.0..=100.0).contains(&value)) {
        return Err(invalid("percentage", format!("'{raw}' is not a percentage from 0 to 100")));
    }
    change(store, request, &with_point(raw), "PackageRolloutInProgress")
}

pub(crate) fn halt(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    change(store, request, "0.0", "PackageRolloutStopped")
}

pub(crate) fn finalize(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    change(store, request, "100.0", "PackageRolloutComplete")
}

fn change(store: &mut Store, request: &Request<'_>, percentage: &str, status: &str) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    advance(store);
    let submission = &mut store.submissions[index];
    if submission.status() != "Published" || !rollout_open(&submission.document) {
        return Err(conflict("packageRollout", "The submission has no package rollout in progress."));
    }
    if let Some(rollout) = of(submission) {
        rollout.set("packageRolloutPercentage", Json::Number(percentage.to_owned()));
        rollout.set("packageRolloutStatus", Json::text(status));
    }
    answer(submission)
}

/// Starts the rollout of a submission that has just been published over `previous`.
pub(crate) fn start(submission: &mut Submission, previous: Option<&str>) {
    let Some(rollout) = of(submission) else {
        return;
    };
    if rollout.get("isPackageRollout").and_then(Json::as_bool) == Some(true) {
        rollout.set("packageRolloutStatus", Json::text("PackageRolloutInProgress"));
        rollout.set("fallbackSubmissionId", Json::text(previous.unwrap_or("0")));
    }
}
