//! A release from start to end: plan, draft policy, apply, upload, commit, wait.
//!
//! Everything that can be refused without the service is refused before the first request; everything that can be
//! refused by looking is refused before the first change. What was done is in the receipt, or among the details of the
//! error when the release did not end.

pub mod edits;
pub mod plan;
pub mod wait;

use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::client::{Client, SUBMISSION_API, ServiceResponse};
use crate::config::Secret;
use crate::document;
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::status::{Stage, Status};
use crate::store::{Target, submission};
use crate::upload::{self, Settings, UploadSummary};
use edits::{Edit, Edited};
use plan::{Draft, Release};
use wait::{Reached, Until};

/// What a release did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The submission.
    pub submission_id: String,
    /// Whether a draft that was there was used.
    pub adopted_draft: bool,
    /// The status at the end.
    pub status: String,
    /// Where the waiting ended; absent when it was not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<Reached>,
    /// The changes of the submission.
    pub edits: Vec<Edit>,
    /// The upload; absent when there were no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadSummary>,
    /// What was done, in order.
    pub steps: Vec<Step>,
    /// `MS-CorrelationId` of the calls that changed something, for Microsoft's support.
    pub correlation_ids: Vec<String>,
}

/// One step of a release.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// `create`, `update`, `upload`, `commit`, `wait` …
    pub name: &'static str,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// How many steps the progress of a release counts.
const STEPS: u64 = 6;

/// The steps and identifiers that a receipt collects on the way.
struct Log<'a> {
    reporter: &'a Reporter,
    steps: Vec<Step>,
    correlation_ids: Vec<String>,
    last: Instant,
}

impl Log<'_> {
    fn step(&mut self, name: &'static str, reply: Option<&ServiceResponse>) {
        let elapsed_ms = u64::try_from(self.last.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last = Instant::now();
        self.steps.push(Step { name, elapsed_ms });
        self.correlation_ids.extend(reply.and_then(|reply| reply.exchange.correlation_id.clone()));
        self.reporter.progress("publish", (self.steps.len() as u64).min(STEPS), STEPS, "steps");
        self.reporter.verbose(format!("{name} took {elapsed_ms} ms"));
    }
}

/// Makes a release.
///
/// # Errors
/// Before anything is sent: `request.invalid`, `file.*`. Before anything is changed: `auth.*`,
/// `submission.pending_exists`. Before the upload: `submission.update_lost`. Later: as the operations of the steps; the
/// details then tell what was done.
pub async fn publish(client: &Client, target: &Target, release: &Release, reporter: &Reporter) -> Result<Receipt> {
    release.check(target)?;
    let sources = release.sources()?;
    let every = Duration::try_from_secs_f64(release.poll_seconds)
        .map_err(|_| Error::new(&codes::REQUEST_INVALID, "`pollSeconds` must be a number of seconds, zero or more"))?;
    let mut log = Log { reporter, steps: Vec::new(), correlation_ids: Vec::new(), last: Instant::now() };
    client.token(&SUBMISSION_API).await?;
    log.step("sign-in", None);

    let draft = draft(client, target, release, &mut log).await?;
    reporter.fact("Draft", format!("submission {} of {target} is a draft", draft.id));
    let result = fill(client, target, release, &draft, &sources, &mut log).await;
    let (edits, upload) = result.map_err(|error| error.details(reporter.facts()))?;

    let mut receipt = Receipt {
        status: "PendingCommit".to_owned(),
        adopted_draft: draft.adopted,
        reached: None,
        edits,
        upload,
        steps: Vec::new(),
        correlation_ids: Vec::new(),
        submission_id: draft.id,
    };
    if release.commit {
        let committed = submission::commit(client, target, &receipt.submission_id)
            .await
            .map_err(|error| error.details(reporter.facts()))?;
        log.step("commit", Some(&committed.reply));
        reporter.fact("Committed", format!("submission {} was committed", receipt.submission_id));
        if let Ok(status) = serde_json::from_str::<Status>(&committed.reply.text) {
            receipt.status = status.status;
        }
        if release.until != Until::Committed {
            let reached = wait::wait(client, target, &receipt.submission_id, release.until, every, reporter)
                .await
                .map_err(|error| error.details(reporter.facts()))?;
            receipt.status.clone_from(&reached.status);
            receipt.reached = Some(reached);
            log.step("wait", None);
        }
    }
    receipt.steps = log.steps;
    receipt.correlation_ids = log.correlation_ids;
    Ok(receipt)
}

/// What a release would do, from the submission that it would start with.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preview {
    /// The submission that is pending, if there is one.
    pub pending_submission_id: Option<String>,
    /// `create`, `adopt`, `delete and create`.
    pub draft: &'static str,
    /// The submission whose content the release starts from.
    pub based_on: Option<String>,
    /// The changes, as far as they can be told: nothing is created to find out.
    pub edits: Vec<Edit>,
    /// The bytes of the ZIP; 0 when there is nothing to upload.
    pub upload_bytes: u64,
    /// Whether it would be committed.
    pub commit: bool,
}

/// Tells what a release would do. Reads only.
///
/// # Errors
/// As [`publish`] would fail before its first change.
pub async fn preview(client: &Client, target: &Target, release: &Release) -> Result<Preview> {
    release.check(target)?;
    let sources = release.sources()?;
    let (pending, published) = submission::latest(client, target).await?;
    let draft = match (&pending, release.draft) {
        (None, _) => "create",
        (Some(id), Draft::Refuse) => return Err(submission::pending_exists(target, id)),
        (Some(_), Draft::Adopt) => "adopt",
        (Some(_), Draft::Delete) => "delete and create",
    };
    let based_on = if draft == "adopt" { pending.clone() } else { published };
    let edits = match &based_on {
        Some(id) => {
            let reply = submission::get(client, target, id).await?;
            edits::apply(&reply.text, target, release, &package_names(release, &sources))?.edits
        }
        None => Vec::new(),
    };
    let upload_bytes = if sources.is_empty() { 0 } else { upload::total(&sources)? };
    Ok(Preview { pending_submission_id: pending, draft, based_on, edits, upload_bytes, commit: release.commit })
}

struct Found {
    id: String,
    text: String,
    adopted: bool,
}

/// The draft to fill: a new one, or the pending one by the caller's policy.
async fn draft(client: &Client, target: &Target, release: &Release, log: &mut Log<'_>) -> Result<Found> {
    if release.draft != Draft::Refuse
        && let Some(id) = submission::pending(client, target).await?
    {
        if release.draft == Draft::Adopt {
            let reply = submission::get(client, target, &id).await?;
            let state: Status = serde_json::from_str(&reply.text).unwrap_or_default();
            if state.stage() != Stage::Draft {
                return Err(submission::pending_exists(target, &id).detail(Detail::coded("State", state.status)));
            }
            log.step("adopt", Some(&reply));
            return Ok(Found { id, text: reply.text, adopted: true });
        }
        submission::delete(client, target, &id).await?;
        log.step("delete", None);
    }
    let made = submission::create(client, target).await?;
    log.step("create", Some(&made.reply));
    let id = document::get(&made.reply.text, "/id").ok().and_then(|id| serde_json::from_str(id).ok());
    let id = id.ok_or_else(|| Error::new(&codes::NETWORK_BAD_ANSWER, "the new submission has no id"))?;
    Ok(Found { id, text: made.reply.text, adopted: made.adopted })
}

/// Changes the draft and sends its files.
async fn fill(
    client: &Client,
    target: &Target,
    release: &Release,
    draft: &Found,
    sources: &[upload::Source],
    log: &mut Log<'_>,
) -> Result<(Vec<Edit>, Option<UploadSummary>)> {
    let Edited { body, edits } = edits::apply(&draft.text, target, release, &package_names(release, sources))?;
    if !edits.is_empty() {
        let reply = submission::update(client, target, &draft.id, &body).await?;
        log.step("update", Some(&reply));
        // Some drafts say yes to every PUT and keep nothing; a commit would then publish the old content.
        let now = submission::get(client, target, &draft.id).await?;
        if !edits::any_kept(&draft.text, &now.text, &edits) {
            let message = format!("submission {} took the changes ({}) and kept none of them", draft.id, edits.len());
            return Err(Error::new(&codes::SUBMISSION_UPDATE_LOST, message).http(reply.exchange));
        }
    }
    if sources.is_empty() {
        return Ok((edits, None));
    }
    let address = upload_address(&draft.text)?;
    let uploaded = upload::upload(client, &address, sources, Settings::default(), log.reporter).await?;
    log.step("upload", None);
    Ok((edits, Some(uploaded)))
}

/// `fileUploadUrl` of a submission.
///
/// # Errors
/// `submission.no_upload_url`.
pub fn upload_address(submission: &str) -> Result<Secret> {
    let address = document::get(submission, "/fileUploadUrl").ok();
    let address = address.and_then(|text| serde_json::from_str::<Option<String>>(text).ok()).flatten();
    match address {
        Some(address) if !address.is_empty() => Ok(Secret::new(address)),
        _ => Err(Error::new(&codes::SUBMISSION_NO_UPLOAD_URL, codes::SUBMISSION_NO_UPLOAD_URL.meaning)),
    }
}

fn package_names(release: &Release, sources: &[upload::Source]) -> Vec<String> {
    sources.iter().take(release.packages.len()).map(|source| source.name.clone()).collect()
}
