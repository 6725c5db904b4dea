//! A release: creates a draft, edits it, uploads files, commits the draft and waits.
//!
//! Whatever can be checked without the service is checked before the first request, and whatever can be checked by
//! reading is checked before the first change. The receipt says what was done; if the release fails, the details of the
//! error do.
//!
//! # Examples
//! ```no_run
//! use std::sync::Arc;
//!
//! use storeship::client::Client;
//! use storeship::config::Config;
//! use storeship::events::Reporter;
//! use storeship::http::limiter::RateLimiters;
//! use storeship::publish::{plan::Release, publish};
//! use storeship::store::App;
//!
//! # async fn release() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::parse(r#"{"credential": {"type": "environment"}}"#)?;
//! let client = Arc::new(Client::new(config, &RateLimiters::default())?);
//! let release: Release =
//!     serde_json::from_str(r#"{"packages": ["App.msix"], "releaseNotes": {"en-us": "Faster."}}"#)?;
//! let app = App::new(client, "9NBLGGH4R315").product();
//! let receipt = publish(&app, &release, &Reporter::default()).await?;
//! println!("submission {} is {}", receipt.submission_id, receipt.status);
//! # Ok(())
//! # }
//! ```

pub mod edits;
pub mod plan;
pub mod wait;

use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use crate::blocking;
use crate::client::{SUBMISSION_API, ServiceResponse};
use crate::config::Secret;
use crate::document::{self, Edit};
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::status::{Stage, Status};
use crate::store::{LatestSubmissions, Product, Submission, pending_exists};
use crate::upload::{self, Carried, Settings, UploadSummary};
use edits::Changes;
use plan::{DraftPolicy, Release};
use wait::{Until, WaitResult};

/// The result of a release.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishReceipt")]
pub struct Receipt {
    /// The id of the submission.
    pub submission_id: String,
    /// Who gets the release: `everybody`, or `flight` and the id of the flight.
    pub audience: String,
    /// Whether the release used a draft that existed before, or one whose create response was lost.
    pub adopted_draft: bool,
    /// The state of the submission at the end, as the service spells it.
    pub status: String,
    /// The result of the wait; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<WaitResult>,
    /// The edits that were made in the submission. In the contract they are `meta.edits`.
    #[serde(skip)]
    pub edits: Vec<Edit>,
    /// The upload; absent if the release has no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadSummary>,
    /// The steps that were taken, in their order.
    pub steps: Vec<Step>,
    /// `MS-CorrelationId` of the calls that changed something, for Microsoft's support. In the contract they are
    /// `meta.correlationIds`.
    #[serde(skip)]
    pub correlation_ids: Vec<String>,
}

/// One step of a release.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishStep")]
pub struct Step {
    /// `create`, `update`, `upload`, `commit`, `wait` …
    pub name: &'static str,
    /// The duration in milliseconds.
    pub elapsed_ms: u64,
}

/// Collects the steps and correlation ids for the receipt, and reports the progress.
struct Log<'a> {
    reporter: &'a Reporter,
    steps: Vec<Step>,
    correlation_ids: Vec<String>,
    last: Instant,
    /// How many steps the release has, as far as it is known.
    total: usize,
}

impl<'a> Log<'a> {
    /// The log of a release that has the steps which its description names: sign-in and draft, and with what there is to
    /// do, update, upload, commit and wait.
    fn new(reporter: &'a Reporter, release: &Release, has_files: bool) -> Self {
        let waits = release.commit && release.until != Until::Committed;
        let total = 2 + [release.has_changes(), has_files, release.commit, waits].iter().filter(|&&it| it).count();
        Log { reporter, steps: Vec::new(), correlation_ids: Vec::new(), last: Instant::now(), total }
    }

    fn step(&mut self, name: &'static str, response: Option<&ServiceResponse>) {
        let elapsed_ms = u64::try_from(self.last.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last = Instant::now();
        self.steps.push(Step { name, elapsed_ms });
        self.correlation_ids
            .extend(response.into_iter().flat_map(|response| response.exchange.correlation_ids.clone()));
        self.reporter.progress("publish", self.steps.len() as u64, self.total as u64, "steps");
        self.reporter.verbose(format!("{name} took {elapsed_ms} ms"));
    }
}

/// Publishes a release: creates or adopts a draft, edits it, uploads the files, commits the draft and waits.
///
/// # Errors
/// Before anything is sent: `request.invalid`, `file.*`. Before anything is changed: `auth.*`,
/// `submission.pending_exists`. With a new draft deleted again: `document.pointer`, `document.conflict`, `price.*`. Before
/// the upload:
/// `submission.update_lost`. Later: the errors of the steps, with details of what was done.
pub async fn publish(product: &Product, release: &Release, reporter: &Reporter) -> Result<Receipt> {
    release.check(&product.target)?;
    let sources = release.unchecked_sources()?;
    upload::checked(&sources).await?;
    let every = Duration::try_from_secs_f64(release.poll_seconds)
        .map_err(|_| Error::new(&codes::REQUEST_INVALID, "`pollSeconds` must be a number of seconds, zero or more"))?;
    let mut log = Log::new(reporter, release, !sources.is_empty());
    reporter.begin("sign-in");
    product.client.token(&SUBMISSION_API).await?;
    log.step("sign-in", None);

    reporter.begin("create");
    let draft = draft(product, release, &mut log).await.map_err(|error| error.details(reporter.facts()))?;
    reporter.fact("Draft", format!("{} is a draft", draft.submission));
    let changes = match changes(&draft.document, &draft.submission, release, package_names(release, &sources)).await {
        Ok(changes) => changes,
        Err(error) => return Err(withdraw(error, &draft, reporter).await),
    };
    if changes.edits.is_empty() && release.has_changes() {
        // The draft has all of the changes already.
        log.total -= 1;
    }
    let result = fill(changes, &draft, &sources, &mut log).await;
    let (edits, upload) = result.map_err(|error| error.details(reporter.facts()))?;

    let Draft { submission, adopted, .. } = draft;
    let mut receipt = Receipt {
        status: "PendingCommit".to_owned(),
        adopted_draft: adopted,
        reached: None,
        edits,
        upload,
        steps: Vec::new(),
        correlation_ids: Vec::new(),
        submission_id: submission.id.clone(),
        audience: product.target.audience(),
    };
    if release.commit {
        reporter.begin("commit");
        let commit = submission.commit().await.map_err(|error| error.details(reporter.facts()))?;
        log.step("commit", Some(&commit.response));
        reporter.fact("Committed", format!("submission {} was committed", submission.id));
        if let Ok(status) = serde_json::from_str::<Status>(&commit.response.text) {
            receipt.status = status.status;
        }
        if release.until != Until::Committed {
            reporter.begin("wait");
            let reached = wait::wait(&submission, true, release.until, every, reporter)
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

/// What a release would do, as far as reading from the service can tell.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishPlan")]
pub struct Preview {
    /// The id of the pending submission; null if there is none.
    pub pending_submission_id: Option<String>,
    /// Who would get the release: `everybody`, or `flight` and the id of the flight.
    pub audience: String,
    /// What the release would do to get a draft: `create`, `adopt`, `delete and create`.
    pub draft: &'static str,
    /// The id of the submission whose content the release starts from; null if there is none.
    pub based_on: Option<String>,
    /// The edits that the release would make in the submission that it starts from. Empty when there is no such
    /// submission, because a preview creates none. In the contract they are `meta.edits`.
    #[serde(skip)]
    pub edits: Vec<Edit>,
    /// The size of the ZIP in bytes; 0 if there is nothing to upload.
    pub upload_bytes: u64,
    /// Whether the draft would be committed.
    pub commit: bool,
}

/// Previews a release. Only reads from the service.
///
/// # Errors
/// As [`publish`] would fail before its first change.
pub async fn preview(product: &Product, release: &Release) -> Result<Preview> {
    release.check(&product.target)?;
    let sources = release.unchecked_sources()?;
    let upload_bytes = upload::checked(&sources).await?;
    let LatestSubmissions { pending, published } = product.latest().await?;
    let draft = match (&pending, release.draft) {
        (None, _) => "create",
        (Some(id), DraftPolicy::Refuse) => return Err(pending_exists(&product.target, id)),
        (Some(_), DraftPolicy::Adopt) => "adopt",
        (Some(_), DraftPolicy::Delete) => "delete and create",
    };
    let based_on = if draft == "adopt" { pending.clone() } else { published };
    let edits = match &based_on {
        Some(id) => {
            let response = product.submission(id.as_str()).get().await?;
            let submission = product.submission(id.as_str());
            changes(&response.text, &submission, release, package_names(release, &sources)).await?.edits
        }
        None => Vec::new(),
    };
    let audience = product.target.audience();
    Ok(Preview {
        pending_submission_id: pending,
        audience,
        draft,
        based_on,
        edits,
        upload_bytes,
        commit: release.commit,
    })
}

/// The draft that a release fills.
struct Draft {
    submission: Submission,
    /// The service's document of the submission.
    document: String,
    /// Whether it was there before the release, or was found after the answer to the create was lost.
    adopted: bool,
}

/// Creates the draft. A pending one is adopted, or deleted before, as `release.draft` says.
async fn draft(product: &Product, release: &Release, log: &mut Log<'_>) -> Result<Draft> {
    if release.draft != DraftPolicy::Refuse
        && let Some(id) = product.pending().await?
    {
        let submission = product.submission(id);
        if release.draft == DraftPolicy::Adopt {
            let response = submission.get().await?;
            let state: Status = serde_json::from_str(&response.text).unwrap_or_default();
            if state.stage() != Stage::Draft {
                let remedy = match state.stage() {
                    Stage::Failed => "delete it, or publish with `draft` set to `delete`",
                    _ => "wait until it is published, or cancel it in Partner Center; then publish again",
                };
                return Err(pending_exists(&product.target, &submission.id)
                    .hint(remedy)
                    .detail(Detail::coded("State", state.status)));
            }
            log.step("adopt", Some(&response));
            log.reporter.decision("DraftAdopted", format!("{submission} was pending, and the release uses it"));
            return Ok(Draft { submission, document: response.text, adopted: true });
        }
        submission.delete().await?;
        log.total += 1;
        log.step("delete", None);
    }
    let new = product.create_submission().await?;
    log.step("create", Some(&new.response));
    Ok(Draft { submission: new.submission, document: new.response.text, adopted: new.adopted })
}

/// The error of a release that does not fit its draft. A draft that this release has created is deleted, so that the
/// corrected release does not find it pending.
async fn withdraw(error: Error, draft: &Draft, reporter: &Reporter) -> Error {
    if !draft.adopted && draft.submission.delete().await.is_ok() {
        return error;
    }
    error.details(reporter.facts())
}

/// Changes the draft and sends its files.
async fn fill(
    Changes { body, edits }: Changes,
    draft: &Draft,
    sources: &[upload::Source],
    log: &mut Log<'_>,
) -> Result<(Vec<Edit>, Option<UploadSummary>)> {
    let Draft { submission, document, .. } = draft;
    if !edits.is_empty() {
        log.reporter.begin("update");
        let response = submission.update(&body).await?;
        log.step("update", Some(&response));
        // Some drafts accept every PUT and keep nothing; a commit would then publish the old content.
        let now = submission.get().await?;
        if !blocking::in_place(now.text.len(), || edits::any_kept(document, &now.text, &edits)) {
            let message =
                format!("submission {} took the changes ({}) and kept none of them", submission.id, edits.len());
            return Err(Error::new(&codes::SUBMISSION_UPDATE_LOST, message).http(response.exchange));
        }
    }
    if sources.is_empty() {
        return Ok((edits, None));
    }
    log.reporter.begin("upload");
    let address = upload_address(document)?;
    let settings = Settings { sha256: true, ..Settings::default() };
    let uploaded =
        upload::upload(&submission.client, &address, sources, &Carried::default(), settings, log.reporter).await?;
    log.step("upload", None);
    Ok((edits, Some(uploaded)))
}

/// Reads the upload address from the document of a submission: its `fileUploadUrl`.
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

/// Makes the changes on a thread for blocking work: a release may have many edits in a large document.
async fn changes(document: &str, submission: &Submission, release: &Release, packages: Vec<String>) -> Result<Changes> {
    let (document, target, release) = (document.to_owned(), submission.target.clone(), release.clone());
    blocking::run(move || edits::apply(&document, &target, &release, &packages)).await
}

fn package_names(release: &Release, sources: &[upload::Source]) -> Vec<String> {
    sources.iter().take(release.packages.len()).map(|source| source.name.clone()).collect()
}
