//! One submission that is waited for: what its status means for the wait.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;

use crate::document;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::input::unquoted;
use crate::store::Submission;
use crate::store::status::{self, Stage, Status};

/// How many requests for the status may fail one after the other before the wait ends with the error of the last one.
/// With the usual pause they fail for two minutes and a half.
pub const FAILURES_IN_A_ROW: u32 = 5;

/// In how many polls, one after the other, a committed submission must be a draft before its commit counts as lost. The
/// service may answer once with a state that is older than the commit.
pub const DRAFTS_IN_A_ROW: u32 = 3;

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

/// How long a submission may stay in `CommitStarted` by default, in seconds. A commit usually takes minutes.
pub const COMMIT_LIMIT_SECONDS: u32 = 3_600;

/// The terms of a wait.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// How far to wait.
    pub until: Until,
    /// The pause between two requests for the status.
    pub every: Duration,
    /// How long the submission may stay in `CommitStarted` before the wait ends with `submission.commit_hangs`.
    pub commit_limit: Duration,
}

impl Terms {
    /// Waits for a stage, with the default limit for `CommitStarted`.
    pub fn new(until: Until, every: Duration) -> Terms {
        Terms { until, every, commit_limit: Duration::from_secs(COMMIT_LIMIT_SECONDS.into()) }
    }
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
    /// The codes of those warnings in `statusDetails` that nearly every submission has, so that nobody needs to act on
    /// them, such as `SalesUnsupportedWarning`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_warnings: Vec<String>,
    /// Whether the submission stays in `Release` until a person or a date publishes it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub resting: bool,
    /// The `targetPublishMode` of a submission that stays in `Release`: `Manual` (a person publishes it in Partner
    /// Center) or `SpecificDate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_mode: Option<String>,
}

/// A submission, and what the wait has seen of it.
pub struct Watch {
    submission: Submission,
    terms: Terms,
    /// Whether other submissions are watched by the same operation, so that a report must name this one.
    among_many: bool,
    /// How many calls the last look made.
    calls: u32,
    /// Whether the submission is known to be committed. A draft has then lost its commit.
    was_committed: bool,
    /// Whether a status was read.
    was_seen: bool,
    last: String,
    failures: u32,
    drafts: u32,
    committing_since: Option<Instant>,
}

/// An answer of the service.
struct Look {
    text: String,
    status: Status,
    stage: Stage,
    /// The `targetPublishMode` of a submission that stays in `Release`.
    rests: Option<&'static str>,
}

impl Watch {
    /// Begins to wait for a submission. `was_committed` as for [`wait`](super::wait).
    pub fn new(submission: Submission, was_committed: bool, terms: Terms) -> Watch {
        Watch {
            submission,
            terms,
            among_many: false,
            calls: 0,
            was_committed,
            was_seen: false,
            last: String::new(),
            failures: 0,
            drafts: 0,
            committing_since: None,
        }
    }

    /// Begins to wait for one of many submissions.
    pub fn among_many(submission: Submission, terms: Terms) -> Watch {
        let was_committed = submission.was_committed_lately();
        Watch { among_many: true, ..Watch::new(submission, was_committed, terms) }
    }

    /// The submission.
    pub fn submission(&self) -> &Submission {
        &self.submission
    }

    /// How many calls the last look made.
    pub fn calls(&self) -> u32 {
        self.calls
    }

    /// Reads the status once. `None` when the wait goes on.
    ///
    /// # Errors
    /// As [`wait`](super::wait).
    pub async fn look(&mut self, reporter: &Reporter) -> Result<Option<WaitResult>> {
        let look = match self.read().await {
            Ok(look) => look,
            Err(error) if self.outlasts(&error) => {
                self.failures += 1;
                reporter.warning(format!(
                    "the status of {} could not be read ({} of {FAILURES_IN_A_ROW} times in a row): {error}",
                    self.submission, self.failures
                ));
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        (self.failures, self.was_seen) = (0, true);
        if look.status.status != self.last {
            let status = self.submission.client.secrets().redact(&look.status.status);
            if self.among_many {
                reporter.verbose(format!("{} is in the state {status}", self.submission));
            } else {
                reporter.status(&status);
            }
            self.last.clone_from(&look.status.status);
        }
        if !self.is_done(&look)? {
            self.was_committed = true;
            return Ok(None);
        }
        if let Some(mode) = look.rests {
            let who = if mode == "Manual" { "somebody publishes it in Partner Center" } else { "its date has come" };
            reporter.verbose(format!("{} is certified and stays in {} until {who}", self.submission, self.last));
        }
        let details = document::get(&look.text, "/statusDetails").ok();
        Ok(Some(WaitResult {
            status_details: details.and_then(|text| RawValue::from_string(text.to_owned()).ok()),
            known_warnings: look.status.known_warnings(),
            resting: look.rests.is_some(),
            publish_mode: look.rests.map(str::to_owned),
            status: look.status.status,
        }))
    }

    async fn read(&mut self) -> Result<Look> {
        self.calls = 1;
        let response = self.submission.status().await?;
        let unreadable = |why: &str| {
            Error::new(&codes::NETWORK_BAD_ANSWER, format!("the status can't be read: {why}"))
                .http(response.exchange.clone())
        };
        let status: Status = serde_json::from_str(&response.text).map_err(|error| unreadable(&unquoted(&error)))?;
        if status.status.is_empty() {
            return Err(unreadable("it has no `status`"));
        }
        let stage = status.stage();
        let rests = if stage == Stage::Resting { self.publish_mode().await? } else { None };
        Ok(Look { text: response.text, status, stage, rests })
    }

    /// The publish mode of a submission that the service does not publish by itself once it is certified.
    async fn publish_mode(&mut self) -> Result<Option<&'static str>> {
        self.calls += 1;
        let response = self.submission.get().await?;
        Ok(match document::get(&response.text, "/targetPublishMode") {
            Ok(r#""Manual""#) => Some("Manual"),
            Ok(r#""SpecificDate""#) => Some("SpecificDate"),
            _ => None,
        })
    }

    /// Whether the wait goes on after this error. The service has been seen to refuse a status once, for a reason that was
    /// gone at the next request. Before the first status, the ids may be wrong, unless the submission was just committed.
    fn outlasts(&self, error: &Error) -> bool {
        let status = error.exchange().and_then(|exchange| exchange.status);
        (self.was_seen || self.was_committed)
            && self.failures < FAILURES_IN_A_ROW
            && (*error.code() == codes::NETWORK_BAD_ANSWER || matches!(status, Some(400 | 403 | 404 | 409)))
    }

    /// Whether the submission has come as far as the wait goes.
    fn is_done(&mut self, look: &Look) -> Result<bool> {
        let until = self.terms.until;
        self.drafts = if look.stage == Stage::Draft { self.drafts + 1 } else { 0 };
        if look.stage != Stage::Committing {
            self.committing_since = None;
        }
        match look.stage {
            Stage::Published => Ok(true),
            Stage::Underway | Stage::Resting => Ok(until != Until::Published || look.rests.is_some()),
            Stage::Failed => Err(failed(&self.submission, &look.status)),
            Stage::Draft if self.was_committed && self.drafts < DRAFTS_IN_A_ROW => Ok(false),
            Stage::Draft if self.was_committed => Err(lost(&self.submission.id)),
            Stage::Draft if until == Until::Committed => Ok(true),
            Stage::Draft => Err(not_committed(&self.submission.id)),
            Stage::Committing if until == Until::Committed => Ok(true),
            Stage::Committing => {
                let since = *self.committing_since.get_or_insert_with(Instant::now);
                let limit = self.terms.commit_limit;
                if since.elapsed() >= limit { Err(hangs(&self.submission, &look.status, limit)) } else { Ok(false) }
            }
            Stage::Unknown => Ok(false),
        }
    }
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
    let message = format!(
        "submission {submission_id} went back to PendingCommit and stayed there for {DRAFTS_IN_A_ROW} polls: the service \
         lost the commit"
    );
    Error::new(&codes::SUBMISSION_COMMIT_LOST, message)
}

fn hangs(submission: &Submission, status: &Status, limit: Duration) -> Error {
    let message = format!("submission {} stays in {} since {} s", submission.id, status.status, limit.as_secs_f64());
    let hint = format!(
        "wait again: some commits took hours. If it goes on, open {}: people found an error there that the API does not \
         tell, or their submission complete, and submitted it there after a look at its content; or they deleted it there \
         and published again",
        submission.page()
    );
    Error::new(&codes::SUBMISSION_COMMIT_HANGS, message).hint(hint).details(status.findings())
}

fn not_committed(submission_id: &str) -> Error {
    let message = format!("submission {submission_id} is a draft: nothing will happen until it is committed");
    Error::new(&codes::SUBMISSION_NOT_COMMITTED, message)
}
