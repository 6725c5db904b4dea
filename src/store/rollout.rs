//! The four operations of a gradual package rollout, for apps and flights.
//!
//! Pages: get-package-rollout-info-for-an-app-submission, update-the-package-rollout-percentage-for-…,
//! halt-the-package-rollout-for-…, finalize-the-package-rollout-for-…, and the same for flights.

use serde::Deserialize;
use tokio::time::sleep;

use super::{Target, looks, parse};
use crate::client::{Call, Client, Reply};
use crate::error::{Error, Result, codes};
use crate::http::{Rule, retry};

/// The rollout of a submission (`get…PackageRollout`). Repeatable.
///
/// # Errors
/// `request.target` for an add-on; `submission.not_found`.
pub async fn get(client: &Client, target: &Target, submission_id: &str) -> Result<Reply> {
    let path = path(target, submission_id, "packagerollout")?;
    client.send(&Call::get(path, &retry::READ)).await.map_err(recoded)
}

/// Sets the share of users, 0 to 100 (`update…PackageRolloutPercentage`). Repeatable: the value is absolute.
///
/// # Errors
/// `request.target`, `rollout.state`, `submission.not_found`.
pub async fn set(client: &Client, target: &Target, submission_id: &str, percentage: f64) -> Result<Reply> {
    let path = path(target, submission_id, &format!("updatepackagerolloutpercentage?percentage={percentage}"))?;
    client.send(&Call::post(path, &retry::ROLLOUT_SET)).await.map_err(recoded)
}

/// Stops the rollout; those who have the new packages keep them (`halt…PackageRollout`). Not repeatable.
///
/// # Errors
/// `request.target`, `rollout.state`, `submission.not_found`.
pub async fn halt(client: &Client, target: &Target, submission_id: &str) -> Result<Reply> {
    step(client, target, submission_id, "haltpackagerollout", "PackageRolloutStopped").await
}

/// Gives the new packages to everybody (`finalize…PackageRollout`). Not repeatable.
///
/// # Errors
/// `request.target`, `rollout.state`, `submission.not_found`.
pub async fn finalize(client: &Client, target: &Target, submission_id: &str) -> Result<Reply> {
    step(client, target, submission_id, "finalizepackagerollout", "PackageRolloutComplete").await
}

/// Takes a step that leads to the state `reached`; after an ambiguous answer the state decides.
async fn step(client: &Client, target: &Target, id: &str, verb: &str, reached: &str) -> Result<Reply> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Rollout {
        package_rollout_status: String,
    }
    let rule: &'static Rule = &retry::ROLLOUT_STEP;
    let call = Call::post(path(target, id, verb)?, rule);
    let mut lost = None;
    for delay in looks(client) {
        match client.send(&call).await {
            Ok(reply) => return Ok(reply),
            Err(error) if error.is_ambiguous() => lost = Some(error),
            Err(error) => return Err(recoded(error)),
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

fn path(target: &Target, submission_id: &str, verb: &str) -> Result<String> {
    if matches!(target, Target::AddOn { .. }) {
        return Err(Error::new(&codes::REQUEST_TARGET, "add-ons have no package rollout")
            .hint("give `appId`, or `appId` and `flightId`"));
    }
    Ok(format!("{}/{verb}", target.submission(submission_id)))
}

fn recoded(error: Error) -> Error {
    if *error.code() == codes::SERVICE_CONFLICT {
        error.recode(&codes::ROLLOUT_STATE)
    } else if *error.code() == codes::SERVICE_NOT_FOUND {
        error.recode(&codes::SUBMISSION_NOT_FOUND)
    } else {
        error
    }
}
