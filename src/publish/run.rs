//! A run of a release: creates a draft, edits it, uploads files, commits the draft and waits.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::fate::{self, Fate};
use super::inputs::Inputs;
use super::mark::{Marking, Whose};
use super::outline::Outline;
use super::packages::{self, ToUpload};
use super::plan::{self, Plan};
use super::receipt::{Log, Receipt, ReleasedPackage, page};
use super::release::{Busy, OpenRollout, Release};
use super::situation::Read;
use super::wait::{self, Terms, Until};
use super::{compare, looked_at, upload_link};
use crate::client::{SUBMISSION_API, ServiceResponse};
use crate::document::Edit;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::http::drafts::Work;
use crate::listing::State;
use crate::store::status::{Stage, Status};
use crate::store::{Product, Submission};
use crate::upload::{self, Settings, UploadSummary};

/// How long a release waits before it looks again whether another submission is still pending, with a service that is not on
/// this machine.
const BUSY_PAUSE: Duration = Duration::from_secs(30);

/// How often a release is planned anew because another client was faster.
const MOST_PLANS: u32 = 3;

/// Publishes a release: creates a draft or goes on with the one of an earlier run, edits it, uploads the files, commits the
/// draft and waits. The same release can be run again after any interruption, on any machine.
///
/// # Errors
/// Before anything is sent: `request.invalid`, `file.*`, `package.invalid`. Before anything is changed: `auth.*`,
/// `submission.pending_exists`, `submission.busy`, `submission.left_for_review`, `submission.changed_by_others`,
/// `draft.unreadable`, `rollout.open`, `plan.changed`, `check.failed`, `document.pointer`, `document.conflict`, `price.*`.
/// Before the upload, with the draft of the release deleted: `submission.update_lost`. Later: the errors of the steps, with
/// details of what was done.
pub async fn publish(product: &Product, release: &Release, reporter: &Reporter) -> Result<Receipt> {
    let began = product.client.http().now();
    let release = &release.with_files(&product.target).await?;
    release.check(&product.target, began)?;
    let terms = Terms::new(release.until, wait::pause(release.poll_seconds, &product.client)?);
    let inputs = Inputs::read(release, &product.target).await?;
    let mut log = Log::new(reporter, release, !inputs.sources.is_empty(), began);
    reporter.begin("sign-in");
    product.client.token(&SUBMISSION_API).await?;
    log.step("sign-in", None);

    let run = Run { product, release, inputs: &inputs, terms };
    let (mut created_by_others, mut pauses) = (0, 0);
    let receipt = loop {
        reporter.begin("plan");
        let plan = match Plan::of(product, release, &inputs).await {
            Err(error) if fate::is_passing(&error) && release.busy == Busy::Wait => {
                run.pause(&error, &mut pauses).await;
                continue;
            }
            Err(error) if fate::is_busy(&error) && release.busy == Busy::Skip => {
                break run.skip(&error, &mut log).await;
            }
            other => other?,
        };
        plan.check_hash(release, &inputs)?;
        log.total = match plan.fate {
            Fate::Unchanged => 2,
            Fate::Wait if release.until == Until::Committed => 2,
            Fate::Wait => 3,
            _ => log.total,
        };
        log.step("plan", None);
        for warning in &plan.warnings {
            reporter.warning(warning.clone());
        }
        match run.follow(plan, &mut log).await {
            Ok(None) => {}
            // Another client, perhaps another run of this release, was faster with its create.
            Err(error) if *error.code() == codes::SUBMISSION_PENDING_EXISTS && created_by_others < MOST_PLANS => {
                created_by_others += 1;
                log.total += 1;
            }
            Err(error) if *error.code() == codes::SUBMISSION_BUSY && release.busy == Busy::Wait => {
                run.pause(&error, &mut pauses).await;
            }
            Err(error) if *error.code() == codes::SUBMISSION_BUSY && release.busy == Busy::Skip => {
                break run.skip(&error, &mut log).await;
            }
            Ok(Some(receipt)) => break Ok(receipt),
            Err(error) => break Err(error),
        }
    };
    let mut receipt = receipt.map_err(|error| error.details(reporter.facts()))?;
    receipt.ended = product.client.http().now().to_string();
    receipt.steps = log.steps;
    receipt.correlation_ids = log.correlation_ids;
    Ok(receipt)
}

struct Run<'a> {
    product: &'a Product,
    release: &'a Release,
    inputs: &'a Inputs,
    terms: Terms,
}

/// The draft that a release fills.
struct Draft {
    submission: Submission,
    /// The service's document of the submission.
    document: String,
    /// Whether it was there before the release, or was found after the answer to the create was lost.
    adopted: bool,
    /// Whether a run of this release created it. It is deleted if the release does not fit it.
    ours: bool,
    /// Keeps the other releases of this process from deleting it.
    work: Work,
}

/// The files that are sent to a draft, which `document` is.
struct Sending<'a> {
    draft: &'a Draft,
    marking: &'a Marking,
    document: &'a str,
    files: &'a ToUpload,
}

impl Run<'_> {
    /// Carries out a plan. `None` if it was made for something else than what the service has by now.
    async fn follow(&self, plan: Plan, log: &mut Log<'_>) -> Result<Option<Receipt>> {
        match (plan.fate, &plan.situation.published, &plan.situation.pending) {
            (Fate::Unchanged, Some(published), _) => {
                let mut receipt = self.receipt(log, plan.fate, &published.submission.id);
                receipt.status = "Published".to_owned();
                receipt.warnings = plan.warnings;
                receipt.outline = plan.outline;
                receipt.has(&self.product.target, self.release, &published.document, None);
                Ok(Some(receipt))
            }
            (Fate::Wait, _, Some(pending)) => {
                log.reporter.fact("Committed", format!("{} was committed by an earlier run", pending.submission));
                let mut receipt = self.receipt(log, plan.fate, &pending.submission.id);
                receipt.changed = true;
                receipt.status.clone_from(&pending.status.status);
                receipt.outline = plan.outline.clone();
                let published = plan.situation.published.as_ref().map(|published| published.document.as_str());
                receipt.has(&self.product.target, self.release, &pending.document, published);
                let waited = self.wait(&pending.submission, &mut receipt, log).await;
                waited.map_err(|error| error.about_submission(&pending.submission.id))?;
                Ok(Some(receipt))
            }
            _ => self.carry_out(plan, log).await,
        }
    }

    /// Waits a while until it looks again whether another submission is gone.
    async fn pause(&self, why: &Error, pauses: &mut u32) {
        match *pauses {
            0 => Reporter::current().warning(format!("the release waits for its turn: {why}")),
            _ => Reporter::current().verbose(format!("waiting: {why}")),
        }
        *pauses += 1;
        sleep(if self.product.client.config().is_local() { self.terms.every } else { BUSY_PAUSE }).await;
    }

    /// Ends without a change while another submission is pending.
    async fn skip(&self, why: &Error, log: &mut Log<'_>) -> Result<Receipt> {
        let pending = self.product.pending().await?.unwrap_or_default();
        let mut receipt = self.receipt(log, Fate::Unchanged, &pending);
        receipt.skipped = Some(why.to_string());
        Ok(receipt)
    }

    async fn carry_out(&self, mut plan: Plan, log: &mut Log<'_>) -> Result<Option<Receipt>> {
        log.reporter.begin("create");
        log.withdrawn = false;
        let Some(draft) = self.draft(&mut plan, log).await? else { return Ok(None) };
        log.reporter.fact("Draft", format!("{} is a draft", draft.submission));
        let id = draft.submission.id.clone();
        let finished = self.finish(plan, draft, log).await;
        // A draft that was deleted is nothing to go on with.
        finished.map_err(|error| if log.withdrawn { error } else { error.about_submission(&id) })
    }

    /// Fills the draft, commits it and waits.
    async fn finish(&self, plan: Plan, draft: Draft, log: &mut Log<'_>) -> Result<Option<Receipt>> {
        let price_left = self.release.price_left_to_partner_center;
        let uploads = !self.inputs.sources.is_empty() || !plan.files.is_empty();
        let who = Whose { key: self.inputs.key, adopted: !draft.ours, price_left, uploads };
        let marking = Marking::begin(&draft.submission, &draft.document, who, false).await?;

        let (edits, upload, kept) = match marking.during(self.fill(&draft, &marking, log)).await {
            // Without its address the draft gets no files, and no later run could tell whose it is.
            Err(error) if *error.code() == codes::UPLOAD_EXPIRED && draft.ours => {
                let error = withdraw(error, &draft, log).await;
                if log.addresses_expired > 0 {
                    return Err(error);
                }
                log.addresses_expired += 1;
                log.reporter.verbose(format!("the release begins anew: {error}"));
                return Ok(None);
            }
            other => other?,
        };
        let Draft { submission, document, adopted, work: _work, .. } = draft;
        let mut receipt = self.receipt(log, plan.fate, &submission.id);
        receipt.changed = true;
        receipt.adopted_draft = adopted;
        receipt.status = "PendingCommit".to_owned();
        receipt.findings = plan.findings;
        receipt.price_left_to_partner_center = self.release.price_left_to_partner_center;
        receipt.warnings = plan.warnings;
        receipt.edits = edits;
        receipt.outline = plan.outline;
        receipt.uploaded(upload);
        let published = plan.situation.published.as_ref().map_or(&document, |published| &published.document);
        receipt.has(&self.product.target, self.release, &kept, Some(published.as_str()));
        if self.release.commits() {
            log.reporter.begin("commit");
            // The answer may take minutes, in which others must not take the draft for abandoned.
            receipt.status = marking.during(self.commit(&submission, log)).await?;
            log.reporter.take_back("Draft");
            log.reporter.fact("Committed", format!("submission {} was committed", submission.id));
            self.wait(&submission, &mut receipt, log).await?;
        } else {
            marking.run(true).await?;
            receipt.draft_hash = Some(looked_at::hash(&submission, &kept).await?);
        }
        Ok(Some(receipt))
    }

    /// Creates the draft, or takes the one that the plan names. `None` if the plan does not fit what was created.
    async fn draft(&self, plan: &mut Plan, log: &mut Log<'_>) -> Result<Option<Draft>> {
        if let (Some(pending), Some(work)) = (&plan.situation.pending, plan.situation.work.take()) {
            let submission = pending.submission.clone();
            if plan.fate.uses_pending() {
                let mut document = pending.document.clone();
                if plan.fate == Fate::Interrupted {
                    match self.watch(&document, &submission, log).await? {
                        Some(now) => document = now,
                        None => return Ok(None),
                    }
                }
                log.step(if plan.fate == Fate::Adopt { "adopt" } else { "resume" }, None);
                let how = plan.fate.name();
                let message = format!("{submission} was pending, and the release uses it ({how})");
                log.reporter.decision("DraftAdopted", message);
                return Ok(Some(Draft { submission, document, adopted: true, ours: plan.fate != Fate::Adopt, work }));
            }
            if plan.fate == Fate::Replace {
                if !submission.delete_alone(&work).await? {
                    return Err(fate::worked_on(&submission));
                }
                log.total += 1;
                log.reporter.fact("Deleted", format!("{submission} was deleted to make room for the release"));
                log.step("delete", None);
            }
        }
        self.end_rollout(plan.situation.published.as_ref(), log).await?;
        let new = self.product.create_next_submission().await?;
        log.step("create", Some(&new.response));
        if plan.situation.is_outdated(self.product, &new).await? {
            let draft = new.submission;
            let why = "it is no copy of what was read, and the release is planned anew";
            // Another job may have found the draft by now, and works on it.
            match draft.delete_alone(&new.work).await? {
                true => log.reporter.fact("Deleted", format!("{draft} was deleted again: {why}")),
                false => log.reporter.verbose(format!("{draft} stays, since another job works on it: {why}")),
            }
            log.total += 1;
            return Ok(None);
        }
        let (submission, mut document, work) = (new.submission, new.response.text, new.work);
        if new.adopted {
            // It appeared while the answer to the create was awaited, and may be somebody else's.
            let copied = plan.situation.published.as_ref().map_or(&document, |published| &published.document);
            match self.watch(copied, &submission, log).await? {
                Some(now) => document = now,
                None => {
                    // The create is a step once more.
                    log.total += 1;
                    return Ok(None);
                }
            }
        }
        Ok(Some(Draft { submission, document, adopted: new.adopted, ours: true, work }))
    }

    /// [`fate::watch`]; `None` if somebody deletes the draft meanwhile, a few times.
    async fn watch(&self, document: &str, submission: &Submission, log: &mut Log<'_>) -> Result<Option<String>> {
        match fate::watch(self.product, document, submission, self.inputs.key).await {
            Err(error) if *error.code() == codes::SUBMISSION_NOT_FOUND && log.vanished < MOST_PLANS => {
                log.vanished += 1;
                log.total += 1;
                Ok(None)
            }
            watched => watched.map(Some),
        }
    }

    /// Ends the open rollout of the published submission, as the release says.
    async fn end_rollout(&self, published: Option<&Read>, log: &mut Log<'_>) -> Result<()> {
        let Some(published) = published.filter(|published| published.has_open_rollout()) else { return Ok(()) };
        let response = match self.release.open_rollout {
            OpenRollout::Refuse => return Ok(()),
            OpenRollout::Finalize => published.submission.finalize_rollout().await?,
            OpenRollout::Halt => published.submission.halt_rollout().await?,
        };
        log.total += 1;
        log.step("rollout", Some(&response));
        Ok(())
    }

    /// Changes the draft and sends its files; returns the edits, the upload and the draft as it was read back.
    async fn fill(
        &self,
        draft: &Draft,
        marking: &Marking,
        log: &mut Log<'_>,
    ) -> Result<(Vec<Edit>, Option<UploadSummary>, String)> {
        let Draft { submission, document, .. } = draft;
        let changes = match plan::changes(document, self.product, self.release, self.inputs).await {
            Ok(changes) => changes,
            Err(error) => return Err(withdraw(error, draft, log).await),
        };
        let mut kept = document.clone();
        if changes.edits.is_empty() && self.release.has_changes() {
            // The draft has all of the changes already.
            log.total -= 1;
        }
        if !changes.edits.is_empty() {
            log.reporter.begin("update");
            marking.meant(&changes.body).await?;
            let response = match submission.update(&changes.body).await {
                Ok(response) => response,
                Err(error) if error.is_retryable() => return Err(error),
                Err(error) => return Err(withdraw(error, draft, log).await),
            };
            log.step("update", Some(&response));
            // Some drafts accept every PUT and keep nothing, and the service drops members that it does not know.
            let now = submission.get().await?;
            let lost = compare::lost(Some(document), &changes.body, &now.text)?;
            if !lost.is_empty() {
                // A difference at another place may be somebody's work, which must not be deleted.
                let is_broken = lost.iter().all(|difference| difference.is_at(&changes.edits));
                let error = update_lost(submission, &lost, now);
                return Err(if is_broken { withdraw(error, draft, log).await } else { error });
            }
            marking.copy(&now.text).await?;
            kept = now.text;
        }
        let files = packages::to_upload(&kept, self.inputs)?;
        let uploaded = match files.sources.is_empty() {
            true => None,
            false => Some(self.upload(Sending { draft, marking, document: &kept, files: &files }, log).await?),
        };
        // What was read back a moment ago is what will be published; an upload takes long, and an earlier run's PUT is old.
        if self.release.commits() && (uploaded.is_some() || changes.edits.is_empty()) {
            let now = Read::of(submission.clone()).await?;
            let others = compare::differences(&kept, &now.document)?;
            // A state that is not known may be one of a draft.
            if matches!(now.stage(), Stage::Draft | Stage::Unknown) && !others.is_empty() {
                let details = others.iter().map(compare::Difference::detail).collect();
                return Err(fate::changed_by_others(submission, details));
            }
        }
        Ok((changes.edits, uploaded, kept))
    }

    async fn upload(&self, sending: Sending<'_>, log: &mut Log<'_>) -> Result<UploadSummary> {
        let Sending { draft, marking, document, files: ToUpload { sources, listed } } = sending;
        log.reporter.begin("upload");
        let link = match marking.link() {
            Some(link) => link,
            None => Arc::new(upload_link(&draft.submission, document)?),
        };
        let client = &draft.submission.client;
        // Files of an earlier upload that the draft still waits for, as when a caller adds a release to a draft.
        let carried = match upload::carry_over(client, &link, document, sources).await {
            Ok(carried) => carried,
            Err(error) if error.is_retryable() || *error.code() == codes::UPLOAD_EXPIRED => return Err(error),
            Err(error) => return Err(withdraw(error, draft, log).await),
        };
        let settings = Settings { release: Some(self.inputs.key), sha256: true, ..Settings::default() };
        let uploaded = upload::upload(client, &link, sources, &carried, settings, log.reporter).await?;
        // The name of such a file says what is in it, and the submission has the name.
        for entry in &uploaded.entries {
            if let Some(file) = listed.iter().find(|file| file.source.name == entry.name) {
                file.check(entry.bytes, entry.sha256.as_deref())?;
            }
        }
        log.step("upload", None);
        Ok(uploaded)
    }

    /// Commits the draft. Another run of the same release may have done so.
    async fn commit(&self, submission: &Submission, log: &mut Log<'_>) -> Result<String> {
        match submission.commit().await {
            Ok(commit) => {
                log.step("commit", Some(&commit.response));
                let status = serde_json::from_str::<Status>(&commit.response.text).unwrap_or_default();
                Ok(status.status)
            }
            Err(error) if *error.code() == codes::SUBMISSION_NOT_EDITABLE => {
                let now = Read::of(submission.clone()).await?;
                if !matches!(now.stage(), Stage::Committing | Stage::Underway | Stage::Resting | Stage::Published) {
                    return Err(error);
                }
                log.reporter.decision("CommitFound", format!("{submission} was committed by another run"));
                log.step("commit", None);
                Ok(now.status.status)
            }
            Err(error) => Err(error),
        }
    }

    /// The receipt as far as it is known.
    fn receipt(&self, log: &Log<'_>, fate: Fate, submission_id: &str) -> Receipt {
        let target = &self.product.target;
        Receipt {
            url: page(target, submission_id),
            submission_id: submission_id.to_owned(),
            audience: target.audience(),
            draft: fate.name(),
            changed: false,
            adopted_draft: false,
            skipped: None,
            began: log.began.to_string(),
            ended: String::new(),
            library_version: env!("CARGO_PKG_VERSION"),
            outline: Outline::of_target(target),
            packages: ReleasedPackage::all(self.inputs),
            findings: Vec::new(),
            warnings: Vec::new(),
            price_left_to_partner_center: false,
            status: String::new(),
            reached: None,
            edits: Vec::new(),
            draft_hash: None,
            upload: None,
            state: State::default(),
            steps: Vec::new(),
            correlation_ids: Vec::new(),
        }
    }

    async fn wait(&self, submission: &Submission, receipt: &mut Receipt, log: &mut Log<'_>) -> Result<()> {
        if self.release.until == Until::Committed {
            return Ok(());
        }
        log.reporter.begin("wait");
        let reached = wait::wait(submission, true, self.terms, log.reporter).await?;
        receipt.status.clone_from(&reached.status);
        receipt.reached = Some(reached);
        log.step("wait", None);
        Ok(())
    }
}

/// The error of a release that does not fit its draft. A draft of this release is deleted, so that the corrected release
/// does not find it pending; the last of the jobs that work on it does so.
async fn withdraw(error: Error, draft: &Draft, log: &mut Log<'_>) -> Error {
    if draft.ours && draft.submission.delete_alone(&draft.work).await.is_ok_and(|is_gone| is_gone) {
        log.reporter.take_back("Draft");
        log.reporter.fact("Deleted", format!("{} was deleted again", draft.submission));
        log.withdrawn = true;
    }
    error
}

fn update_lost(submission: &Submission, lost: &[compare::Difference], now: ServiceResponse) -> Error {
    let message = format!("{submission} took the changes and did not keep all of them ({} differ)", lost.len());
    Error::new(&codes::SUBMISSION_UPDATE_LOST, message)
        .http(now.exchange)
        .details(lost.iter().map(compare::Difference::detail))
}
