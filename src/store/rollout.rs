//! The four operations of a gradual package rollout, for apps and flights.
//!
//! Pages: get-package-rollout-info-for-an-app-submission, update-the-package-rollout-percentage-for-…,
//! halt-the-package-rollout-for-…, finalize-the-package-rollout-for-…, and the same for flights.

use serde::Deserialize;
use tokio::time::sleep;

use super::submission::{self, refused_read, submission_not_found};
use super::{Target, looks, parse};
use crate::client::{Call, Client, ServiceResponse};
use crate::error::{Error, Result, codes};
use crate::http::{Rule, retry};

/// The part of a rollout that this crate reads.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rollout {
    package_rollout_status: String,
}

/// The rollout of a submission (`get…PackageRollout`). Repeatable.
///
/// # Errors
/// `request.target` for an add-on; `submission.not_found`; `rollout.state` when it has none.
pub async fn get(client: &Client, target: &Target, submission_id: &str) -> Result<ServiceResponse> {
    let path = path(target, submission_id, "packagerollout")?;
    let reply = client.send(&Call::get(path, &retry::READ)).await;
    reply.map_err(|error| refused_read(target, submission_id, &codes::ROLLOUT_STATE, error))
}

/// Whether it is in progress, as far as that can be told.
pub(super) async fn is_open(client: &Client, target: &Target, submission_id: &str) -> bool {
    let Ok(reply) = get(client, target, submission_id).await else { return false };
    parse::<Rollout>(&reply.text, "the rollout").is_ok_and(|rollout| rollout.package_rollout_status == IN_PROGRESS)
}

const IN_PROGRESS: &str = "PackageRolloutInProgress";

/// Sets the share of users, 0 to 100 (`update…PackageRolloutPercentage`). Repeatable: the value is absolute.
///
/// # Errors
/// `request.target`; `rollout.state` with the state; `submission.not_found`.
pub async fn set(client: &Client, target: &Target, submission_id: &str, percentage: f64) -> Result<ServiceResponse> {
    let path = path(target, submission_id, &format!("updatepackagerolloutpercentage?percentage={percentage}"))?;
    match client.send(&Call::post(path, &retry::ROLLOUT_SET)).await {
        Ok(reply) => Ok(reply),
        Err(error) => Err(refused(client, target, submission_id, error).await),
    }
}

/// Stops the rollout; those who have the new packages keep them (`halt…PackageRollout`). Not repeatable.
///
/// # Errors
/// As [`set`].
pub async fn halt(client: &Client, target: &Target, submission_id: &str) -> Result<ServiceResponse> {
    step(client, target, submission_id, "haltpackagerollout", "PackageRolloutStopped").await
}

/// Gives the new packages to everybody (`finalize…PackageRollout`). Not repeatable.
///
/// # Errors
/// As [`set`].
pub async fn finalize(client: &Client, target: &Target, submission_id: &str) -> Result<ServiceResponse> {
    step(client, target, submission_id, "finalizepackagerollout", "PackageRolloutComplete").await
}

/// Takes a step that leads to the state `reached`; after an ambiguous answer the state decides.
async fn step(client: &Client, target: &Target, id: &str, verb: &str, reached: &str) -> Result<ServiceResponse> {
    let rule: &'static Rule = &retry::ROLLOUT_STEP;
    let call = Call::post(path(target, id, verb)?, rule);
    let mut lost = None;
    for delay in looks(client) {
        match client.send(&call).await {
            Ok(reply) => return Ok(reply),
            Err(error) if error.is_ambiguous() => lost = Some(error),
            Err(error) => return Err(refused(client, target, id, error).await),
        }
        sleep(delay).await;
        let reply = get(client, target, id).await?;
        let rollout: Rollout = parse(&reply.text, "the rollout")?;
        if rollout.package_rollout_status == reached {
            return Ok(reply);
        }
    }
    Err(super::unconfirmed(&codes::SERVICE_UNAVAILABLE, lost))
}

/// A clean refusal: a 409 is told with the state of the rollout, and with that of the submission when that is why.
async fn refused(client: &Client, target: &Target, submission_id: &str, error: Error) -> Error {
    if *error.code() != codes::SERVICE_CONFLICT {
        return submission_not_found(target, submission_id, error);
    }
    let reply = match get(client, target, submission_id).await {
        Ok(reply) => reply,
        Err(look) if *look.code() == codes::SUBMISSION_OTHER_PRODUCT => return error.recode(look.code()),
        Err(_) => return error.recode(&codes::ROLLOUT_STATE),
    };
    let Ok(rollout) = parse::<Rollout>(&reply.text, "the rollout") else { return error.recode(&codes::ROLLOUT_STATE) };
    let mut told = format!("the rollout of submission {submission_id} is {}", rollout.package_rollout_status);
    if let Ok(state) = submission::state(client, target, submission_id).await {
        told.push_str(&format!(" and the submission in state {}", state.status));
    }
    error.while_doing(&told).recode(&codes::ROLLOUT_STATE)
}

fn path(target: &Target, submission_id: &str, verb: &str) -> Result<String> {
    if matches!(target, Target::AddOn { .. }) {
        return Err(Error::new(&codes::REQUEST_TARGET, "add-ons have no package rollout")
            .hint("give `appId`, or `appId` and `flightId`"));
    }
    Ok(format!("{}/{verb}", target.submission(submission_id)))
}
