//! Raises the share of a gradual rollout step by step. The state is that of the service, so another process continues
//! where one has ended.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep};

use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::Submission;
use crate::store::rollout::Rollout;

/// How a rollout is raised: the request of `rollout.ramp`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ramp {
    /// The steps, whose percentages rise. Steps up to the present percentage are over.
    pub steps: Vec<Step>,
    /// Finalize the rollout after the pause of the last step: all users get the packages.
    #[serde(default)]
    pub finalize: bool,
    /// When the rollout came to its present percentage. Absent: unknown, and the pause of the present step is waited in
    /// full.
    #[serde(default)]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub began_at: Option<Timestamp>,
}

/// One step of a ramp.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "RampStep")]
pub struct Step {
    /// The share of users who get the new packages, in percent, more than 0.
    #[schemars(range(min = 0, max = 100))]
    pub percentage: f64,
    /// How long the rollout stays at this share, in seconds. After the last step only `finalize` waits.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub pause_seconds: f64,
}

/// What a ramp has done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RampReceipt")]
pub struct Receipt {
    /// The state of the rollout at the end, as the service spells it: `PackageRolloutInProgress`,
    /// `PackageRolloutComplete`.
    pub package_rollout_status: String,
    /// The share of users at the end, in percent.
    pub package_rollout_percentage: f64,
    /// The steps that were taken, in their order.
    pub steps: Vec<Taken>,
}

/// A step that was taken.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "RampStepTaken")]
pub struct Taken {
    /// The share of users, in percent.
    pub percentage: f64,
    /// When it was set.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub began_at: Timestamp,
}

impl Ramp {
    /// Checks the steps.
    ///
    /// # Errors
    /// `request.invalid` with the place.
    pub fn check(&self) -> Result<()> {
        if self.steps.is_empty() {
            return Err(invalid("/steps".to_owned(), "`steps` is empty".to_owned()));
        }
        let mut below = 0.0;
        for (index, Step { percentage, pause_seconds }) in self.steps.iter().enumerate() {
            let at = |field: &str| format!("/steps/{index}/{field}");
            if !(*percentage > 0.0 && *percentage <= 100.0) {
                let what = format!("`steps` has {percentage} percent, which is not more than 0 and at most 100");
                return Err(invalid(at("percentage"), what));
            }
            if *percentage <= below {
                let what = format!("`steps` has {percentage} percent after {below}: the percentages must rise");
                return Err(invalid(at("percentage"), what));
            }
            if Duration::try_from_secs_f64(*pause_seconds).is_err() {
                let what = format!("`steps` has a pause of {pause_seconds} seconds, which is no time");
                return Err(invalid(at("pauseSeconds"), what));
            }
            below = *percentage;
        }
        Ok(())
    }

    /// The next step of a rollout that is at this percentage; the pause before it, and whether it is the end.
    fn after(&self, percentage: f64) -> (Option<Step>, Duration) {
        let next = self.steps.iter().position(|step| step.percentage > percentage);
        let present = next.unwrap_or(self.steps.len()).checked_sub(1).and_then(|index| self.steps.get(index));
        let pause = present.and_then(|step| Duration::try_from_secs_f64(step.pause_seconds).ok());
        (next.and_then(|index| self.steps.get(index)).copied(), pause.unwrap_or_default())
    }
}

fn invalid(pointer: String, message: String) -> Error {
    let detail = Detail::at(pointer, message.clone());
    Error::new(&codes::REQUEST_INVALID, message).detail(detail)
}

/// Raises the rollout of a published submission, beginning with the first step above its present percentage, after the
/// rest of the pause of the present one. Whoever drops the future leaves the rollout at its present percentage.
///
/// A rollout that is complete is what `finalize` leads to, so the same call again succeeds.
///
/// # Errors
/// `request.invalid`; `rollout.state` when the rollout is not in progress, or somebody has lowered it meanwhile; else as
/// [`Submission::set_rollout`].
pub async fn ramp(submission: &Submission, ramp: &Ramp, reporter: &Reporter) -> Result<Receipt> {
    ramp.check()?;
    let now = || submission.client.http().now();
    // How long the present share had lasted at a time of the monotonic clock: the wall clock may be set meanwhile.
    let mut lasted = ramp.began_at.map(|began| (elapsed(began, now()), Instant::now()));
    let mut steps = Vec::new();
    let mut rollout = submission.rollout_state().await?;
    loop {
        if rollout.is_complete() && ramp.finalize {
            return Ok(receipt(rollout, steps));
        }
        if !rollout.is_in_progress() {
            return Err(wrong_state(submission, &rollout));
        }
        let percentage = rollout.package_rollout_percentage;
        let done = ramp.steps.iter().filter(|step| step.percentage <= percentage).count();
        reporter.progress("rollout", done as u64, ramp.steps.len() as u64, "steps");
        let (next, pause) = ramp.after(percentage);
        if next.is_none() && !ramp.finalize {
            return Ok(receipt(rollout, steps));
        }
        let rest = pause.saturating_sub(lasted.map_or(Duration::ZERO, |(before, since)| before + since.elapsed()));
        if !rest.is_zero() {
            let what = next.map_or("is finalized".to_owned(), |step| format!("goes to {} percent", step.percentage));
            reporter.verbose(format!(
                "the rollout of {submission} is at {percentage} percent; it {what} in {} s",
                rest.as_secs_f64().ceil()
            ));
            sleep(rest).await;
            // Somebody may have changed it during a pause of days.
            let present = submission.rollout_state().await?;
            if present.is_in_progress() && present.package_rollout_percentage < percentage {
                return Err(lowered(submission, percentage, present.package_rollout_percentage));
            }
            if !present.is_in_progress() || present.package_rollout_percentage > percentage {
                (rollout, lasted) = (present, None);
                continue;
            }
        }
        let Some(step) = next else {
            submission.finalize_rollout().await?;
            reporter.fact("Finalized", format!("the rollout of {submission} is finalized"));
            return Ok(receipt(submission.rollout_state().await?, steps));
        };
        submission.set_rollout(step.percentage).await?;
        let at = now();
        reporter.fact("Rollout", format!("the rollout of {submission} is at {} percent since {at}", step.percentage));
        reporter.verbose(format!("the rollout of {submission} is at {} percent since {at}", step.percentage));
        steps.push(Taken { percentage: step.percentage, began_at: at });
        lasted = Some((Duration::ZERO, Instant::now()));
        rollout = submission.rollout_state().await?;
    }
}

/// The time since then; none if it has not come yet by this clock.
fn elapsed(began: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(began)).unwrap_or_default()
}

fn receipt(rollout: Rollout, steps: Vec<Taken>) -> Receipt {
    Receipt {
        package_rollout_status: rollout.package_rollout_status,
        package_rollout_percentage: rollout.package_rollout_percentage,
        steps,
    }
}

fn wrong_state(submission: &Submission, rollout: &Rollout) -> Error {
    let message = format!("the rollout of {submission} is {}", rollout.package_rollout_status);
    Error::new(&codes::ROLLOUT_STATE, message)
}

fn lowered(submission: &Submission, from: f64, to: f64) -> Error {
    let message = format!("the rollout of {submission} was lowered from {from} to {to} percent during the pause");
    Error::new(&codes::ROLLOUT_STATE, message).hint(
        "find out who lowered it, and why; run `rollout.ramp` again to go on from there, or stop with `rollout.halt`",
    )
}
