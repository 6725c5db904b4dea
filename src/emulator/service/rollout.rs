//! The gradual rollout of a published submission.
//!
//! | from | by | to |
//! |---|---|---|
//! | PackageRolloutNotStarted | publication with isPackageRollout true | PackageRolloutInProgress |
//! | PackageRolloutInProgress | updatepackagerolloutpercentage | PackageRolloutInProgress, even at 100 |
//! | PackageRolloutInProgress | haltpackagerollout | PackageRolloutStopped, 0 |
//! | PackageRolloutInProgress | finalizepackagerollout | PackageRolloutComplete, 100 |
//!
//! `processing` starts it.

use super::catalog::Submission;
use super::error::{ServiceError, conflict, invalid};
use super::processing::advance;
use super::request::ServiceRequest;
use super::schema::float_text;
use super::store::Store;
use crate::emulator::json::Json;
use crate::emulator::response::Response;

pub(super) fn get(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    advance(store);
    respond(&store.submissions[index])
}

fn respond(submission: &Submission) -> Result<Response, ServiceError> {
    match submission.rollout() {
        Some(rollout) => Ok(Response::json(200, rollout)),
        None => Err(conflict("packageRollout", "The submission has no package rollout.")),
    }
}

pub(super) fn set(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let raw = request.http.parameter("percentage").unwrap_or_default();
    let value: Option<f64> = raw.parse().ok();
    if !value.is_some_and(|value| (0.0..=100.0).contains(&value)) {
        return Err(invalid("percentage", format!("'{raw}' is not a percentage from 0 to 100")));
    }
    change(store, request, &float_text(raw), "PackageRolloutInProgress")
}

pub(super) fn halt(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    change(store, request, "0.0", "PackageRolloutStopped")
}

pub(super) fn finalize(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    change(store, request, "100.0", "PackageRolloutComplete")
}

fn change(
    store: &mut Store,
    request: &ServiceRequest<'_>,
    percentage: &str,
    status: &str,
) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    advance(store);
    let submission = &mut store.submissions[index];
    if submission.status() != "Published" || !submission.has_rollout_in_progress() {
        return Err(conflict("packageRollout", "The submission has no package rollout in progress."));
    }
    if let Some(rollout) = submission.rollout_mut() {
        rollout.set("packageRolloutPercentage", Json::Number(percentage.to_owned()));
        rollout.set("packageRolloutStatus", Json::text(status));
    }
    respond(submission)
}
