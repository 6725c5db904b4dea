//! Creating a submission: create-an-app-submission, create-a-flight-submission, create-an-add-on-submission.

use serde::Deserialize;
use tokio::time::sleep;

use super::calls::{id, pauses, record_lost, send_to_new, work_on};
use super::product::{LatestSubmissions, Product};
use super::refused::{recoded, refused_product, submission_not_found, unconfirmed, unseen};
use super::status::{Stage, Status};
use super::submission::Submission;
use super::target::Target;
use crate::client::{Call, ServiceResponse, answer};
use crate::document;
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::http::drafts::Work;
use crate::http::retry;

/// A new submission: a draft, which can be changed and committed.
pub struct NewSubmission {
    /// The submission.
    pub submission: Submission,
    /// The service's document of the submission, with the correlation id of the create unless its answer was lost.
    pub response: ServiceResponse,
    /// Whether the answer to the create was lost and the draft was found with the product.
    pub adopted: bool,
    /// Whether the service was not ready at first. What is published may be something else by now.
    pub waited: bool,
    /// The caller's work on the draft, which keeps other jobs of this process from deleting it.
    pub work: Work,
}

impl Product {
    /// Creates a submission (`create…Submission`), a copy of the last published one. Not repeatable: the product is read
    /// before, and after an ambiguous answer a draft that has appeared is adopted.
    ///
    /// The service is asked for its short answer, since its gateway often times out before the long one; then the
    /// submission is read.
    ///
    /// # Errors
    /// `submission.pending_exists` with the pending id as a detail; `submission.none_published`, `submission.not_ready`,
    /// `rollout.open`, `flight.no_submission`; `create.unconfirmed`.
    pub async fn create_submission(&self) -> Result<NewSubmission> {
        if let Some(id) = self.pending().await? {
            return Err(pending_exists(&self.target, &id));
        }
        self.create_next_submission().await
    }

    /// The same for a caller who has just read that no submission is pending.
    ///
    /// # Errors
    /// As [`Product::create_submission`].
    pub async fn create_next_submission(&self) -> Result<NewSubmission> {
        // Another job may find the draft before the answer is here.
        let _creation = work_on(&self.client, &self.target.path()).await;
        let path = match self.target {
            Target::AddOn { .. } => format!("{}/submissions", self.target.path()),
            _ => format!("{}/submissions?isMinimalResponse=true", self.target.path()),
        };
        let call = Call::post(path, &retry::CREATE);
        let new = self.client.recent().knows(&self.target.path());
        let mut lost = None;
        let mut waited = false;
        for _ in 0..2 {
            match self.send_when_ready(&call, new, &mut waited).await {
                Ok(created) => match id_of(&created) {
                    Ok(id) => {
                        let submission = self.submission(id);
                        let work = submission.work_on().await;
                        // The read that follows may take longer than the caller waits.
                        Reporter::current().fact("Created", format!("{submission} was created"));
                        if matches!(self.target, Target::AddOn { .. }) && is_submission(&created.text) {
                            return Ok(NewSubmission { submission, response: created, adopted: false, waited, work });
                        }
                        let mut response = get_new(&submission).await?;
                        response.exchange.correlation_ids = created.exchange.correlation_ids;
                        return Ok(NewSubmission { submission, response, adopted: false, waited, work });
                    }
                    // The submission was created, and the answer arrived incomplete.
                    Err(error) => lost = Some(error),
                },
                Err(error) if error.is_ambiguous() => lost = Some(error),
                // After a lost answer, a conflict means that the first attempt created the submission.
                Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
                Err(error) => return Err(self.refused_create(error).await),
            }
            record_lost(&format!("the create of a submission of {}", self.target), lost.as_ref());
            for pause in pauses(&self.client) {
                sleep(pause).await;
                match self.pending().await {
                    Ok(Some(id)) => return self.adopt(id, waited).await,
                    Ok(None) => {}
                    Err(read) => return Err(unseen(&codes::CREATE_UNCONFIRMED, lost, &read)),
                }
            }
        }
        Err(unconfirmed(&codes::CREATE_UNCONFIRMED, lost))
    }

    async fn adopt(&self, id: String, waited: bool) -> Result<NewSubmission> {
        let submission = self.submission(id);
        let work = submission.work_on().await;
        Reporter::current().fact("Created", format!("{submission} was created"));
        let response = get_new(&submission).await?;
        let status: Status = answer(&response.text, "the submission")?;
        if status.stage() != Stage::Draft {
            return Err(pending_exists(&self.target, &submission.id));
        }
        Ok(NewSubmission { submission, response, adopted: true, waited, work })
    }

    /// The error of a create that the service refused. The cause of a conflict follows from the state of the product.
    async fn refused_create(&self, error: Error) -> Error {
        if *error.code() == codes::SERVICE_CONFLICT {
            return self.conflict_of_create(error).await;
        }
        if *error.code() == codes::SERVICE_INVALID_VALUE {
            let hint = "the service refuses a copy of what is published: Partner Center takes longer texts than the API; \
                        shorten in Partner Center what the message names, and publish that first";
            return error.hint(hint);
        }
        if matches!(self.target, Target::Flight { .. }) {
            // The flight was read a moment ago, so the flight itself is there.
            return recoded(error, &codes::SERVICE_NOT_FOUND, &codes::FLIGHT_NO_SUBMISSION);
        }
        refused_product(&self.target, error)
    }

    async fn conflict_of_create(&self, error: Error) -> Error {
        match self.latest().await {
            // Another client created a draft after the product was read.
            Ok(LatestSubmissions { pending: Some(id), .. }) => {
                error.recode(&codes::SUBMISSION_PENDING_EXISTS).detail(pending_detail(&id)).about_submission(&id)
            }
            Ok(LatestSubmissions { published: None, .. }) if matches!(self.target, Target::App { .. }) => {
                error.recode(&codes::SUBMISSION_NONE_PUBLISHED)
            }
            Ok(LatestSubmissions { published: Some(id), .. })
                if self.submission(id.as_str()).has_open_rollout().await =>
            {
                error.while_doing(&format!("the rollout of submission {id} is open")).recode(&codes::ROLLOUT_OPEN)
            }
            _ => error,
        }
    }
}

/// The error when a product has a pending submission, with its id as a detail.
pub fn pending_exists(target: &Target, id: &str) -> Error {
    let message = format!("submission {id} is pending for {target}; there can be one at a time");
    Error::new(&codes::SUBMISSION_PENDING_EXISTS, message).detail(pending_detail(id)).about_submission(id)
}

fn pending_detail(id: &str) -> Detail {
    Detail::coded("PendingSubmission", id)
}

fn id_of(created: &ServiceResponse) -> Result<String> {
    #[derive(Deserialize)]
    struct Created {
        id: String,
    }
    let created: Created = answer(&created.text, "the answer to create")?;
    id(created.id, "the answer to create")
}

/// Whether the answer to a create is the whole submission. That of an add-on is; there is no short one for it.
fn is_submission(answer: &str) -> bool {
    ["/fileUploadUrl", "/listings", "/pricing"].iter().all(|member| document::get(answer, member).is_ok())
}

/// Reads a submission that was created a moment ago.
async fn get_new(submission: &Submission) -> Result<ServiceResponse> {
    let call = Call::get(submission.path(), &retry::READ);
    send_to_new(&submission.client, &call, true).await.map_err(|error| submission_not_found(submission, error))
}
