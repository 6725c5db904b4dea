//! Waits until the Store has processed or published a submission.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::document;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::input::unquoted;
use crate::store::Submission;
use crate::store::status::{self, Stage, Status};

/// How far to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Until {
    /// Do not wait.
    Committed,
    /// Until the Store has accepted the submission for processing.
    Processing,
    /// Until the submission is in the Store; or certified, if a person or a date publishes it.
    #[default]
    Published,
}

/// The result of a wait.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WaitResult {
    /// The state of the submission, as the service spells it.
    pub status: String,
    /// The `statusDetails` of the service, which may have warnings.
    #[schemars(extend("$ref" = "openapi.json#/components/schemas/StatusDetails"))]
    pub status_details: Option<Box<RawValue>>,
    /// Whether the submission stays in `Release` until a person or a date publishes it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub resting: bool,
}

/// The default time between two requests for the status, in seconds.
pub fn default_poll_seconds() -> f64 {
    30.0
}

/// Reads the status, with a pause of `every` between two requests, until the submission has reached `until`. Reports
/// each new state as an event. `was_committed` says whether the caller knows of a commit; a draft has then lost it. Waits for a stage and not for a state, because the service may pass through a state
/// between two requests.
///
/// # Errors
/// `submission.failed` with the errors of the service as details; `submission.commit_lost`, `submission.not_committed`; else
/// as [`Submission::status`].
pub async fn wait(
    submission: &Submission,
    mut was_committed: bool,
    until: Until,
    every: Duration,
    reporter: &Reporter,
) -> Result<WaitResult> {
    let mut last = String::new();
    loop {
        let response = submission.status().await?;
        let status: Status = serde_json::from_str(&response.text).map_err(|error| {
            Error::new(&codes::NETWORK_BAD_ANSWER, format!("the status can't be read: {}", unquoted(&error)))
                .http(response.exchange.clone())
        })?;
        if status.status != last {
            reporter.status(&submission.client.secrets().redact(&status.status));
            last.clone_from(&status.status);
        }
        let stage = status.stage();
        let resting = stage == Stage::Resting && until == Until::Published && !publishes_itself(submission).await?;
        let done = match stage {
            Stage::Published => true,
            Stage::Underway | Stage::Resting => until != Until::Published || resting,
            Stage::Failed => return Err(failed(submission, &status)),
            Stage::Draft if was_committed => return Err(lost(&submission.id)),
            Stage::Draft if until == Until::Committed => true,
            Stage::Draft => return Err(not_committed(&submission.id)),
            Stage::Committing => until == Until::Committed,
            Stage::Unknown => false,
        };
        if done {
            let details = document::get(&response.text, "/statusDetails").ok();
            let status_details = details.and_then(|text| RawValue::from_string(text.to_owned()).ok());
            return Ok(WaitResult { status: status.status, status_details, resting });
        }
        was_committed = true;
        sleep(every).await;
    }
}

/// Whether the service publishes a certified submission at once.
async fn publishes_itself(submission: &Submission) -> Result<bool> {
    let response = submission.get().await?;
    Ok(!matches!(document::get(&response.text, "/targetPublishMode"), Ok(r#""Manual""# | r#""SpecificDate""#)))
}

fn failed(submission: &Submission, status: &Status) -> Error {
    let findings = status.findings();
    let first = findings.first().map(|finding| {
        let code = finding.code.as_deref().unwrap_or("Other");
        format!(": {code}: {}", finding.message)
    });
    let message = format!("submission {} ended in {}{}", submission.id, status.status, first.unwrap_or_default());
    let error = Error::new(&codes::SUBMISSION_FAILED, message);
    let known = findings.iter().find_map(|finding| status::remedy(finding.code.as_deref()?));
    let has_hidden_errors = findings.iter().any(|finding| finding.code.as_deref() == Some("InvalidState"));
    match known {
        Some(_) if has_hidden_errors => error.hint(submission.hidden_errors_remedy()),
        Some(remedy) => error.hint(remedy),
        None if status.status == "Canceled" => error.hint("publish again: a cancelled submission blocks no new one"),
        None => error,
    }
    .details(findings)
}

fn lost(submission_id: &str) -> Error {
    let message = format!("submission {submission_id} went back to PendingCommit: the service lost the commit");
    Error::new(&codes::SUBMISSION_COMMIT_LOST, message)
}

fn not_committed(submission_id: &str) -> Error {
    let message = format!("submission {submission_id} is a draft: nothing will happen until it is committed");
    Error::new(&codes::SUBMISSION_NOT_COMMITTED, message)
}
