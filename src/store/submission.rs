//! The six submission operations, for apps, flights and add-ons alike.
//!
//! Pages: create-, get-, update-, commit-, delete-an-app-submission and get-status-for-an-app-submission, and the same
//! for add-ons and flights.

use serde::Deserialize;
use tokio::time::sleep;

use super::status::{Stage, Status};
use super::{Creation, Target, looks, parse, product, refused_product, renamed, rollout, send_to_new};
use crate::client::{Call, Client, ServiceResponse};
use crate::error::{Code, Detail, Error, Result, codes};
use crate::http::{Rule, retry};

/// The id of the submission that is pending for the target, if there is one.
///
/// # Errors
/// `app.not_found`, `flight.not_found`, `add_on.not_found`.
pub async fn pending(client: &Client, target: &Target) -> Result<Option<String>> {
    Ok(latest(client, target).await?.0)
}

/// The ids of the pending and of the last published submission.
///
/// # Errors
/// As [`pending`].
pub async fn latest(client: &Client, target: &Target) -> Result<(Option<String>, Option<String>)> {
    // The service names them after the kind of their parent, so at most one pair is there.
    #[derive(Deserialize)]
    struct Parent {
        #[serde(alias = "pendingApplicationSubmission", alias = "pendingFlightSubmission")]
        #[serde(alias = "pendingInAppProductSubmission", default)]
        pending: Option<Reference>,
        #[serde(alias = "lastPublishedApplicationSubmission", alias = "lastPublishedFlightSubmission")]
        #[serde(alias = "lastPublishedInAppProductSubmission", default)]
        published: Option<Reference>,
    }
    #[derive(Deserialize)]
    struct Reference {
        id: String,
    }
    let reply = product::get(client, target).await?;
    let parent: Parent = parse(&reply.text, &target.to_string())?;
    Ok((parent.pending.map(|reference| reference.id), parent.published.map(|reference| reference.id)))
}

/// Creates a submission: a copy of the last published one (`create…Submission`). Not repeatable: the target is looked
/// at before, and after an ambiguous answer a draft that has appeared is adopted.
///
/// The service is asked for its short answer, since the long one is what times out at its gateway; then the submission
/// is read.
///
/// # Errors
/// `submission.pending_exists` with the pending id as a detail; `submission.none_published`, `rollout.open`,
/// `flight.no_submission`; `create.unconfirmed`.
pub async fn create(client: &Client, target: &Target) -> Result<Creation> {
    if let Some(id) = pending(client, target).await? {
        return Err(pending_exists(target, &id));
    }
    let path = match target {
        Target::AddOn { .. } => format!("{}/submissions", target.path()),
        _ => format!("{}/submissions?isMinimalResponse=true", target.path()),
    };
    let call = Call::post(path, &retry::CREATE);
    let new = client.recent().knows(&target.path());
    let mut lost = None;
    for _ in 0..2 {
        match send_to_new(client, &call, new).await {
            Ok(reply) => match id_of(&reply) {
                Ok(id) => {
                    let mut full = get_new(client, target, &id).await?;
                    full.exchange.correlation_id = reply.exchange.correlation_id;
                    return Ok(Creation { reply: full, adopted: false });
                }
                // It was made, and what its answer said was lost on the way.
                Err(error) => lost = Some(error),
            },
            Err(error) if error.is_ambiguous() => lost = Some(error),
            // After a lost answer a refusal means that the first attempt did it.
            Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
            Err(error) => return Err(refused_create(client, target, error).await),
        }
        for delay in looks(client) {
            sleep(delay).await;
            match pending(client, target).await {
                Ok(Some(id)) => return adopt(client, target, &id).await,
                Ok(None) => {}
                Err(look) => return Err(super::unseen(&codes::CREATE_UNCONFIRMED, lost, &look)),
            }
        }
    }
    Err(super::unconfirmed(&codes::CREATE_UNCONFIRMED, lost))
}

async fn adopt(client: &Client, target: &Target, id: &str) -> Result<Creation> {
    let reply = get_new(client, target, id).await?;
    let status: Status = parse(&reply.text, "the submission")?;
    if status.stage() != Stage::Draft {
        return Err(pending_exists(target, id));
    }
    Ok(Creation { reply, adopted: true })
}

/// A clean refusal. What a conflict is about, the state of the product tells.
async fn refused_create(client: &Client, target: &Target, error: Error) -> Error {
    if *error.code() == codes::SERVICE_CONFLICT {
        return match latest(client, target).await {
            // Somebody else's draft appeared since we looked.
            Ok((Some(id), _)) => error.recode(&codes::SUBMISSION_PENDING_EXISTS).detail(pending_detail(&id)),
            Ok((None, None)) if matches!(target, Target::App { .. }) => error.recode(&codes::SUBMISSION_NONE_PUBLISHED),
            Ok((None, Some(published))) if rollout::is_open(client, target, &published).await => error
                .while_doing(&format!("the rollout of submission {published} is open"))
                .recode(&codes::ROLLOUT_OPEN),
            _ => error,
        };
    }
    if matches!(target, Target::Flight { .. }) {
        // The flight was there a moment ago, so it is not the flight that was not found.
        return renamed(error, &codes::SERVICE_NOT_FOUND, &codes::FLIGHT_NO_SUBMISSION);
    }
    refused_product(target, error)
}

/// The refusal to touch a submission that is pending, with its id as a detail.
pub fn pending_exists(target: &Target, id: &str) -> Error {
    let message = format!("submission {id} is pending for {target}; there can be one at a time");
    Error::new(&codes::SUBMISSION_PENDING_EXISTS, message).detail(pending_detail(id))
}

fn pending_detail(id: &str) -> Detail {
    Detail::coded("PendingSubmission", id)
}

fn id_of(reply: &ServiceResponse) -> Result<String> {
    #[derive(Deserialize)]
    struct Created {
        id: String,
    }
    let created: Created = parse(&reply.text, "the answer to create")?;
    Ok(created.id)
}

/// One that was made a moment ago.
async fn get_new(client: &Client, target: &Target, id: &str) -> Result<ServiceResponse> {
    let call = Call::get(target.submission(id), &retry::READ);
    send_to_new(client, &call, true).await.map_err(|error| submission_not_found(target, id, error))
}

/// The whole submission (`get…Submission`). Repeatable.
///
/// # Errors
/// `submission.not_found`, `submission.other_product`, `product.unsupported`.
pub async fn get(client: &Client, target: &Target, submission_id: &str) -> Result<ServiceResponse> {
    let call = Call::get(target.submission(submission_id), &retry::READ);
    client.send(&call).await.map_err(|error| refused_read(target, submission_id, &codes::PRODUCT_UNSUPPORTED, error))
}

/// Replaces the writable content by `document`, byte for byte (`update…Submission`). Repeatable: the same body again.
///
/// # Errors
/// `submission.not_editable` with the state; `submission.not_by_api`; `submission.packages`, `submission.no_listing`,
/// `submission.device_families`, `price.refused`, `service.invalid_value`.
pub async fn update(client: &Client, target: &Target, submission_id: &str, document: &str) -> Result<ServiceResponse> {
    let path = target.submission(submission_id);
    let call = Call::new(http::Method::PUT, path, &retry::UPDATE).body(document);
    match client.send(&call).await {
        Ok(reply) => Ok(reply),
        Err(error) if *error.code() == codes::SERVICE_CONFLICT => {
            Err(wrong_state(client, target, submission_id, &codes::SUBMISSION_NOT_EDITABLE, error).await)
        }
        Err(error) => Err(submission_not_found(target, submission_id, error)),
    }
}

/// Deletes a draft or a failed submission (`delete…Submission`). Repeatable.
///
/// # Errors
/// `submission.not_found`, `submission.not_deletable` with the state, `submission.not_by_api`.
pub async fn delete(client: &Client, target: &Target, submission_id: &str) -> Result<()> {
    match super::delete(client, target.submission(submission_id)).await {
        Ok(()) => Ok(()),
        Err(error) if *error.code() == codes::SERVICE_CONFLICT => {
            Err(wrong_state(client, target, submission_id, &codes::SUBMISSION_NOT_DELETABLE, error).await)
        }
        Err(error) => Err(submission_not_found(target, submission_id, error)),
    }
}

/// What a commit brought.
#[derive(Debug)]
pub struct Committed {
    /// The answer to the commit, or the status that was read when that answer was lost.
    pub reply: ServiceResponse,
    /// Whether the answer was lost and the state shows that the commit went through.
    pub adopted: bool,
}

/// Submits a draft (`commit…Submission`). Not repeatable: after an ambiguous answer the status decides, and only a
/// submission that is a draft still is committed again.
///
/// # Errors
/// `submission.not_editable` with the state; `commit.unconfirmed` when the state could not be told.
pub async fn commit(client: &Client, target: &Target, submission_id: &str) -> Result<Committed> {
    let call = Call::post(format!("{}/commit", target.submission(submission_id)), &retry::COMMIT);
    let mut lost: Option<Error> = None;
    for delay in looks(client) {
        match client.send(&call).await {
            Ok(reply) => match parse::<Status>(&reply.text, "the answer to commit") {
                Ok(_) => return Ok(Committed { reply, adopted: false }),
                // It was accepted, and what its answer said was lost on the way.
                Err(error) => lost = Some(error),
            },
            Err(error) if error.is_ambiguous() => lost = Some(error),
            Err(error) if lost.is_some() && *error.code() == codes::SERVICE_CONFLICT => lost = Some(error),
            Err(error) if *error.code() == codes::SERVICE_CONFLICT => {
                return Err(wrong_state(client, target, submission_id, &codes::SUBMISSION_NOT_EDITABLE, error).await);
            }
            Err(error) => return Err(submission_not_found(target, submission_id, error)),
        }
        sleep(delay).await;
        let reply = match status(client, target, submission_id).await {
            Ok(reply) => reply,
            Err(look) => return Err(super::unseen(&codes::COMMIT_UNCONFIRMED, lost, &look)),
        };
        let state: Status = parse(&reply.text, "the status")?;
        if state.stage() != Stage::Draft {
            return Ok(Committed { reply, adopted: true });
        }
    }
    Err(super::unconfirmed(&codes::COMMIT_UNCONFIRMED, lost))
}

/// The status (`get…SubmissionStatus`). Repeatable.
///
/// # Errors
/// As [`get`].
pub async fn status(client: &Client, target: &Target, submission_id: &str) -> Result<ServiceResponse> {
    look(client, target, submission_id, &retry::POLL).await
}

/// The status, with the patience of `rule`.
async fn look(client: &Client, target: &Target, submission_id: &str, rule: &'static Rule) -> Result<ServiceResponse> {
    let call = Call::get(format!("{}/status", target.submission(submission_id)), rule);
    client.send(&call).await.map_err(|error| refused_read(target, submission_id, &codes::PRODUCT_UNSUPPORTED, error))
}

/// The name of the state, to tell it in an error.
pub(super) async fn state(client: &Client, target: &Target, submission_id: &str) -> Result<Status> {
    let reply = look(client, target, submission_id, &retry::READ).await?;
    parse(&reply.text, "the status")
}

/// A 409 on something that not every state takes: says which state it is in, under `code`.
async fn wrong_state(
    client: &Client,
    target: &Target,
    submission_id: &str,
    code: &'static Code,
    error: Error,
) -> Error {
    match state(client, target, submission_id).await {
        Ok(state) if state.stage() != Stage::Draft => {
            error.while_doing(&format!("submission {submission_id} is in state {}", state.status)).recode(code)
        }
        Ok(_) => error,
        Err(look) if CONFLICTS_OF_READING.contains(&look.code()) => error.recode(look.code()),
        Err(_) => error,
    }
}

/// What a 409 says where no state is asked for.
const CONFLICTS_OF_READING: [&Code; 2] = [&codes::SUBMISSION_OTHER_PRODUCT, &codes::PRODUCT_UNSUPPORTED];

/// A refusal to show something of a submission. A conflict about its id is that of another product's submission
/// (`api` c 12); what any other is, the caller knows.
pub(super) fn refused_read(target: &Target, submission_id: &str, conflict: &'static Code, error: Error) -> Error {
    let of_id = error.service_error().is_some_and(|said| said.target.as_deref() == Some("submissionId"));
    let code = if of_id { &codes::SUBMISSION_OTHER_PRODUCT } else { conflict };
    submission_not_found(target, submission_id, renamed(error, &codes::SERVICE_CONFLICT, code))
}

pub(super) fn submission_not_found(target: &Target, submission_id: &str, error: Error) -> Error {
    if [&codes::SERVICE_NOT_FOUND, &codes::SUBMISSION_NOT_FOUND].contains(&error.code()) {
        return error
            .while_doing(&format!("there is no submission {submission_id} of {target}"))
            .recode(&codes::SUBMISSION_NOT_FOUND);
    }
    error
}
