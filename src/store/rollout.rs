//! The gradual package rollout of an app's or a flight's submission.
//!
//! Pages: get-package-rollout-info-for-an-app-submission, update-the-package-rollout-percentage-for-…,
//! halt-the-package-rollout-for-…, finalize-the-package-rollout-for-…, and the same for flights.

use serde::Deserialize;
use tokio::time::sleep;

use super::calls::pauses;
use super::refused::{refused_read, submission_not_found, unconfirmed};
use super::submission::Submission;
use super::target::Target;
use crate::client::{Call, ServiceResponse, answer};
use crate::error::{Error, Result, codes};
use crate::http::retry;

/// The part of a rollout that this crate reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// The state, as the service spells it.
    pub package_rollout_status: String,
    /// The share of users, in percent.
    #[serde(default)]
    pub package_rollout_percentage: f64,
}

const COMPLETE: &str = "PackageRolloutComplete";

impl Rollout {
    /// Whether the share can be changed.
    pub fn is_in_progress(&self) -> bool {
        self.package_rollout_status == "PackageRolloutInProgress"
    }

    /// Whether the rollout is finalized.
    pub fn is_complete(&self) -> bool {
        self.package_rollout_status == COMPLETE
    }
}

impl Submission {
    /// The rollout (`get…PackageRollout`). Repeatable.
    ///
    /// # Errors
    /// `request.target` for an add-on; `submission.not_found`; `rollout.state` when there is no rollout.
    pub async fn rollout(&self) -> Result<ServiceResponse> {
        let path = self.rollout_path("packagerollout")?;
        let sent = self.client.send(&Call::get(path, &retry::READ)).await;
        sent.map_err(|error| refused_read(self, &codes::ROLLOUT_STATE, error))
    }

    /// Whether the rollout is in progress; false when it can't be read.
    pub(super) async fn has_open_rollout(&self) -> bool {
        self.rollout_state().await.is_ok_and(|rollout| rollout.is_in_progress())
    }

    /// The state of the rollout.
    ///
    /// # Errors
    /// As [`Submission::rollout`]; `network.bad_answer`.
    pub async fn rollout_state(&self) -> Result<Rollout> {
        answer(&self.rollout().await?.text, "the rollout")
    }

    /// Sets the share of users, 0 to 100 percent (`update…PackageRolloutPercentage`). Repeatable: the value is absolute.
    ///
    /// # Errors
    /// `request.target`; `rollout.state` with the state; `submission.not_found`.
    pub async fn set_rollout(&self, percentage: f64) -> Result<ServiceResponse> {
        let path = self.rollout_path(&format!("updatepackagerolloutpercentage?percentage={percentage}"))?;
        match self.client.send(&Call::post(path, &retry::ROLLOUT_SET)).await {
            Ok(response) => Ok(response),
            Err(error) => Err(self.refused_rollout(error).await),
        }
    }

    /// Stops the rollout (`halt…PackageRollout`); users who have the new packages keep them. Not repeatable.
    ///
    /// # Errors
    /// As [`Submission::set_rollout`].
    pub async fn halt_rollout(&self) -> Result<ServiceResponse> {
        self.end_rollout("haltpackagerollout", "PackageRolloutStopped").await
    }

    /// Gives the new packages to all users (`finalize…PackageRollout`). Not repeatable.
    ///
    /// # Errors
    /// As [`Submission::set_rollout`].
    pub async fn finalize_rollout(&self) -> Result<ServiceResponse> {
        self.end_rollout("finalizepackagerollout", COMPLETE).await
    }

    /// Sends the POST that leads to the state `end`. After an ambiguous answer the rollout is read, and the POST is sent
    /// again only when that state is not reached.
    async fn end_rollout(&self, verb: &str, end: &str) -> Result<ServiceResponse> {
        let call = Call::post(self.rollout_path(verb)?, &retry::ROLLOUT_STEP);
        let mut lost = None;
        for pause in pauses(&self.client) {
            match self.client.send(&call).await {
                Ok(response) => return Ok(response),
                Err(error) if error.is_ambiguous() => lost = Some(error),
                Err(error) => return Err(self.refused_rollout(error).await),
            }
            sleep(pause).await;
            let response = self.rollout().await?;
            let rollout: Rollout = answer(&response.text, "the rollout")?;
            if rollout.package_rollout_status == end {
                return Ok(response);
            }
        }
        Err(unconfirmed(&codes::SERVICE_UNAVAILABLE, lost))
    }

    /// The error of a change that the service refused. A 409 gets the state of the rollout, and that of the submission,
    /// which may be the cause.
    async fn refused_rollout(&self, error: Error) -> Error {
        if *error.code() != codes::SERVICE_CONFLICT {
            return submission_not_found(self, error);
        }
        let response = match self.rollout().await {
            Ok(response) => response,
            Err(read) if *read.code() == codes::SUBMISSION_OTHER_PRODUCT => return error.recode(read.code()),
            Err(_) => return error.recode(&codes::ROLLOUT_STATE),
        };
        let Ok(rollout) = answer::<Rollout>(&response.text, "the rollout") else {
            return error.recode(&codes::ROLLOUT_STATE);
        };
        let mut state = format!("the rollout of submission {} is {}", self.id, rollout.package_rollout_status);
        if let Ok(status) = self.state().await {
            state.push_str(&format!(" and the submission in state {}", status.status));
        }
        error.while_doing(&state).recode(&codes::ROLLOUT_STATE)
    }

    fn rollout_path(&self, verb: &str) -> Result<String> {
        self.target.check_rollout()?;
        Ok(format!("{}/{verb}", self.path()))
    }
}

impl Target {
    /// Refuses a product that has no package rollout.
    ///
    /// # Errors
    /// `request.target` for an add-on.
    pub(crate) fn check_rollout(&self) -> Result<()> {
        match self {
            Target::App { .. } | Target::Flight { .. } => Ok(()),
            Target::AddOn { .. } => Err(Error::new(&codes::REQUEST_TARGET, "add-ons have no package rollout")
                .hint("give `appId`, or `appId` and `flightId`")),
        }
    }
}
