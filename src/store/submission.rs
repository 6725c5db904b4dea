//! One submission: get-, update-, commit-, delete-an-app-submission and get-status-for-an-app-submission, and the same for
//! add-ons and flights.

use std::fmt;
use std::sync::Arc;

use http::Method;
use tokio::time::sleep;

use super::calls::{self, pauses, record_lost};
use super::names;
use super::refused::{refused_read, submission_not_found, unconfirmed, unseen};
use super::status::{Stage, Status};
use super::target::Target;
use crate::blocking;
use crate::client::{Call, Client, ServiceResponse, answer};
use crate::error::{Code, Error, Result, codes};
use crate::events::Reporter;
use crate::http::drafts::Work;
use crate::http::{Rule, retry};

/// One submission of an account.
#[derive(Clone)]
pub struct Submission {
    /// The account.
    pub client: Arc<Client>,
    /// The product that it belongs to.
    pub target: Target,
    /// Its id.
    pub id: String,
}

/// `submission 1152921504621243610 of app 9NBLGGH4R315`.
impl fmt::Display for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "submission {} of {}", self.id, self.target)
    }
}

/// The outcome of a commit.
#[derive(Debug)]
pub struct Commit {
    /// The answer to the commit, or the status that was read when that answer was lost.
    pub response: ServiceResponse,
    /// Whether the answer was lost and the state shows that the commit went through.
    pub adopted: bool,
}

impl Submission {
    /// The path below the service's root.
    pub(super) fn path(&self) -> String {
        self.target.submission(&self.id)
    }

    /// The whole submission (`get…Submission`). Repeatable.
    ///
    /// # Errors
    /// `submission.not_found`, `submission.other_product`, `product.unsupported`.
    pub async fn get(&self) -> Result<ServiceResponse> {
        let call = Call::get(self.path(), &retry::READ);
        self.client.send(&call).await.map_err(|error| refused_read(self, &codes::PRODUCT_UNSUPPORTED, error))
    }

    /// Replaces the writable content by `document`, byte for byte (`update…Submission`). Repeatable: the body is the same.
    ///
    /// # Errors
    /// Before anything is sent: `document.case_twin`, `document.invalid`. From the service:
    /// `submission.not_editable` with the state; `submission.not_by_api`; `submission.packages`,
    /// `submission.no_listing`, `submission.device_families`, `price.refused`, `service.invalid_value`.
    pub async fn update(&self, document: &str) -> Result<ServiceResponse> {
        blocking::in_place(document.len(), || names::guard(document))?;
        let body = Some(document.to_owned());
        let call = Call { body, ..Call::new(Method::PUT, self.path(), &retry::UPDATE) };
        match self.client.send(&call).await {
            Ok(response) => Ok(response),
            Err(error) => Err(self.refused(&codes::SUBMISSION_NOT_EDITABLE, error).await),
        }
    }

    /// Deletes a draft or a failed submission (`delete…Submission`). Repeatable.
    ///
    /// # Errors
    /// `submission.not_found`, `submission.not_deletable` with the state, `submission.not_by_api`.
    pub async fn delete(&self) -> Result<()> {
        match calls::delete(&self.client, self.path()).await {
            Ok(()) => {
                Reporter::current().decision("Deleted", format!("{self} was deleted"));
                Ok(())
            }
            Err(error) => Err(self.refused(&codes::SUBMISSION_NOT_DELETABLE, error).await),
        }
    }

    /// Works on the draft until the value is dropped: no other job of this process deletes it meanwhile.
    pub async fn work_on(&self) -> Work {
        calls::work_on(&self.client, &self.path()).await
    }

    /// Deletes the draft, unless another job of this process works on it, or is about to: a create for the product may have
    /// made this draft a moment ago. `work` is the caller's own. Returns whether it was deleted.
    ///
    /// # Errors
    /// As [`Submission::delete`].
    pub async fn delete_alone(&self, work: &Work) -> Result<bool> {
        let creation = calls::work_on(&self.client, &self.target.path()).await;
        let (Some(_nobody_creates), Some(_alone)) = (creation.end(), work.end()) else { return Ok(false) };
        self.delete().await?;
        Ok(true)
    }

    /// Submits a draft (`commit…Submission`). Not repeatable: after an ambiguous answer the status is read, and only a
    /// submission that is still a draft is committed again.
    ///
    /// # Errors
    /// `submission.not_editable` with the state; `commit.unconfirmed` when the status could not be read.
    pub async fn commit(&self) -> Result<Commit> {
        let call = Call::post(self.commit_path(), &retry::COMMIT);
        let mut lost: Option<Error> = None;
        for pause in pauses(&self.client) {
            Reporter::current().decision("CommitSent", format!("the commit of {self} is sent"));
            match self.client.send(&call).await {
                Ok(response) => match answer::<Status>(&response.text, "the answer to commit") {
                    Ok(_) => {
                        self.client.recent().add(call.path.clone());
                        return Ok(Commit { response, adopted: false });
                    }
                    // The commit was accepted, and the answer arrived incomplete.
                    Err(error) => lost = Some(error),
                },
                Err(error) if error.is_ambiguous() => lost = Some(error),
                Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
                Err(error) => {
                    let error = self.refused(&codes::SUBMISSION_NOT_EDITABLE, error).await;
                    return Err(match *error.code() == codes::SUBMISSION_NOT_EDITABLE {
                        true => error.hint(COMMITTED_ONCE),
                        false => error,
                    });
                }
            }
            record_lost(&format!("the commit of {self}"), lost.as_ref());
            sleep(pause).await;
            let response = match self.status().await {
                Ok(response) => response,
                Err(read) => return Err(unseen(&codes::COMMIT_UNCONFIRMED, lost, &read)),
            };
            let status: Status = answer(&response.text, "the status")?;
            if status.stage() != Stage::Draft {
                Reporter::current().decision("CommitFound", format!("{self} was committed, as its state shows"));
                self.client.recent().add(call.path.clone());
                return Ok(Commit { response, adopted: true });
            }
        }
        Err(unconfirmed(&codes::COMMIT_UNCONFIRMED, lost))
    }

    /// The error of a commit that would be refused, since the submission is no draft.
    pub fn committed_once(&self, status: &Status) -> Error {
        let message = format!("submission {} is in state {}", self.id, status.status);
        Error::new(&codes::SUBMISSION_NOT_EDITABLE, message).hint(COMMITTED_ONCE)
    }

    fn commit_path(&self) -> String {
        format!("{}/commit", self.path())
    }

    /// Whether this client has committed the submission in the last five minutes. A status that still shows a draft may
    /// then be out of date.
    pub fn was_committed_lately(&self) -> bool {
        self.client.recent().knows(&self.commit_path())
    }

    /// The status (`get…SubmissionStatus`). Repeatable.
    ///
    /// # Errors
    /// As [`Submission::get`].
    pub async fn status(&self) -> Result<ServiceResponse> {
        self.read_status(&retry::POLL).await
    }

    async fn read_status(&self, rule: &'static Rule) -> Result<ServiceResponse> {
        let call = Call::get(format!("{}/status", self.path()), rule);
        self.client.send(&call).await.map_err(|error| refused_read(self, &codes::PRODUCT_UNSUPPORTED, error))
    }

    /// The status for an error message. The request is retried no longer than other reads, unlike that of
    /// [`Submission::status`].
    pub(super) async fn state(&self) -> Result<Status> {
        let response = self.read_status(&retry::READ).await?;
        answer(&response.text, "the status")
    }

    /// What to do about errors that the API does not tell: they are shown on the page of the submission in Partner Center.
    pub fn hidden_errors_remedy(&self) -> String {
        format!(
            "open {} in Partner Center: the submission has errors that are shown only there; correct them, or delete the \
             submission and publish again",
            self.page()
        )
    }

    /// The address of the submission's page in Partner Center.
    pub fn page(&self) -> String {
        let (Target::App { app_id: product }
        | Target::Flight { app_id: product, .. }
        | Target::AddOn { add_on_id: product }) = &self.target;
        format!("https://partner.microsoft.com/dashboard/products/{product}/submissions/{}", self.id)
    }

    /// The error of a change that the service refused. After a 409 the state is read: when the submission is no draft,
    /// the error names its state and has the code `wrong_state`.
    async fn refused(&self, wrong_state: &'static Code, error: Error) -> Error {
        if has_hidden_errors(&error) {
            return error.hint(self.hidden_errors_remedy());
        }
        if *error.code() != codes::SERVICE_CONFLICT {
            return submission_not_found(self, error);
        }
        match self.state().await {
            Ok(status) if status.stage() != Stage::Draft => {
                error.while_doing(&format!("submission {} is in state {}", self.id, status.status)).recode(wrong_state)
            }
            Ok(_) => error,
            Err(read) if CONFLICTS_OF_READING.contains(&read.code()) => error.recode(read.code()),
            Err(_) => error,
        }
    }
}

/// Whether the service refused with `The submission has errors which cannot be exposed via API`.
fn has_hidden_errors(error: &Error) -> bool {
    error.service_error().is_some_and(|said| {
        let message = said.message.as_deref().unwrap_or_default().to_lowercase();
        said.code.as_deref() == Some("InvalidState") && message.contains("exposed via api")
    })
}

/// What to do about the commit of a submission that is no draft any more.
const COMMITTED_ONCE: &str = "a submission is committed once: after that, `submission.wait` waits until it is published; if it \
                              has failed, delete it and create another";

/// The codes of a 409 to a GET, whose cause is never the state of the submission.
const CONFLICTS_OF_READING: [&Code; 2] = [&codes::SUBMISSION_OTHER_PRODUCT, &codes::PRODUCT_UNSUPPORTED];
