//! What becomes of the pending submission: whose it is, and what a release may do with it.

use std::time::Duration;

use super::compare::{self, Difference};
use super::inputs::Inputs;
use super::mark::{self, Mark};
use super::pricing::refuse_price_left;
use super::release::{DraftPolicy, Release};
use super::situation::{Read, Situation};
use super::{apply, packages, upload_link};
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::status::Stage;
use crate::store::{Product, Submission, Target, pending_exists};
use crate::upload::ReleaseKey;
use crate::upload::marker::{self, Found};

/// What a release does with the pending submission, or in its absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// No submission is pending, and one is created.
    Create,
    /// The draft of an earlier run of the same release is used.
    Resume,
    /// A draft that a create left without a marker is used, once it has stayed as it is for a while.
    Interrupted,
    /// A draft is used because the caller says so.
    Adopt,
    /// The pending one is deleted, and another is created.
    Replace,
    /// The pending one is this release, and was committed.
    Wait,
    /// What is published has everything already.
    Unchanged,
}

impl Fate {
    /// The name in plans and receipts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Fate::Create => "create",
            Fate::Resume => "resume",
            Fate::Interrupted => "resume an interrupted create",
            Fate::Adopt => "adopt",
            Fate::Replace => "replace",
            Fate::Wait => "wait",
            Fate::Unchanged => "none",
        }
    }

    /// Whether the release goes on with the pending submission.
    pub(super) fn uses_pending(self) -> bool {
        matches!(self, Fate::Resume | Fate::Interrupted | Fate::Adopt | Fate::Wait)
    }
}

/// Decides. Only reads from the service.
///
/// # Errors
/// `submission.pending_exists`, `submission.busy`, `submission.left_for_review` and `flight.first_draft`, for which
/// [`is_busy`] is true; `submission.changed_by_others`, `draft.unreadable`.
pub(super) async fn decide(
    product: &Product,
    release: &Release,
    inputs: &Inputs,
    situation: &Situation,
) -> Result<Fate> {
    Case { product, release, inputs, situation }.decide().await
}

/// A release and what the service has before it.
struct Case<'a> {
    product: &'a Product,
    release: &'a Release,
    inputs: &'a Inputs,
    situation: &'a Situation,
}

impl Case<'_> {
    async fn decide(&self) -> Result<Fate> {
        let Case { product, release, situation, .. } = self;
        let Some(pending) = &situation.pending else {
            if let Some(id) = &release.submission_id {
                let message = format!("submission {id} is not pending: no submission of {} is", product.target);
                return Err(Error::new(&codes::SUBMISSION_NOT_FOUND, message).hint("leave `submissionId` out"));
            }
            return Ok(match &situation.published {
                Some(published) if self.is_release(&published.document, true) => Fate::Unchanged,
                Some(published) if self.has_nothing(&published.document) => Fate::Unchanged,
                _ => Fate::Create,
            });
        };
        let busy = || pending_exists(&product.target, &pending.submission.id).details(facts(pending));
        if let Some(id) = &release.submission_id
            && id.trim() != pending.submission.id
        {
            return Err(busy());
        }
        match pending.stage() {
            Stage::Draft => {}
            Stage::Failed => return self.failed(pending).await,
            _ => return self.committed(pending).await,
        }
        match release.draft {
            _ if release.submission_id.is_some() => adopt(release, pending).await,
            DraftPolicy::Adopt => adopt(release, pending).await,
            DraftPolicy::Replace => Ok(Fate::Replace),
            DraftPolicy::Refuse => Err(busy()),
            DraftPolicy::Resume => self.resume(pending).await,
        }
    }

    /// Whether a document is what the release would make of it. `uploaded` says that packages which wait for the upload are
    /// those of this release.
    fn is_release(&self, document: &str, uploaded: bool) -> bool {
        let Case { product, release, inputs, .. } = self;
        let changes = apply::apply(document, &product.target, release, &inputs.packages);
        let others = inputs.sources.len() > inputs.packages.len();
        // A file by itself leaves no trace in the document that says which content it had.
        let has_change = release.has_changes() && !(others && release.edits.is_empty());
        has_change
            && changes.is_ok_and(|changes| changes.edits.is_empty())
            && packages::are_there(document, &inputs.packages, uploaded).unwrap_or(false)
    }

    /// Whether a release has nothing that it would change in what is published.
    fn has_nothing(&self, published: &str) -> bool {
        let Case { product, release, inputs, .. } = self;
        let changes = apply::without_price(published, &product.target, release, &inputs.packages);
        inputs.sources.is_empty() && changes.is_ok_and(|changes| changes.edits.is_empty())
    }

    /// The pending submission was committed: it is this release, or somebody else's.
    async fn committed(&self, pending: &Read) -> Result<Fate> {
        let Case { product, inputs, .. } = self;
        // The names of packages that are not processed yet say nothing of their content, but the ZIP names its release.
        let uploaded = match inputs.sources.is_empty() {
            true => true,
            false => found(pending).await.is_ok_and(|found| found.zip == Some(inputs.key)),
        };
        if self.is_release(&pending.document, uploaded) {
            return Ok(Fate::Wait);
        }
        let remedy =
            "wait until it is published (`busy` set to `wait`), or cancel it in Partner Center; then publish again";
        Err(pending_exists(&product.target, &pending.submission.id).hint(remedy).details(facts(pending)))
    }

    /// The pending submission has failed. It blocks every other one until it is deleted.
    async fn failed(&self, pending: &Read) -> Result<Fate> {
        let Case { product, release, inputs, .. } = self;
        if release.draft == DraftPolicy::Replace {
            return Ok(Fate::Replace);
        }
        // Deleting it is right only for a draft that a run of this release has created.
        let ours = match (release.draft, found(pending).await) {
            (DraftPolicy::Resume, Ok(found)) => match Mark::of(&found) {
                Some(mark) => mark.run.release == inputs.key && !mark.run.adopted,
                None => found.zip == Some(inputs.key),
            },
            _ => false,
        };
        if ours {
            return Ok(Fate::Replace);
        }
        let remedy = "delete it, or publish with `draft` set to `replace`";
        Err(pending_exists(&product.target, &pending.submission.id).hint(remedy).details(facts(pending)))
    }

    /// Whether the pending draft is one of ours.
    async fn resume(&self, pending: &Read) -> Result<Fate> {
        let Case { product, release, inputs, situation } = self;
        let id = &pending.submission.id;
        let found = found(pending).await.map_err(|error| unreadable(pending, error))?;
        let foreign = || pending_exists(&product.target, id).details(facts(pending));
        let Some(mark) = Mark::of(&found) else {
            // The ZIP has dropped the markers, and names the release too.
            if found.zip == Some(inputs.key) {
                self.check_untouched(pending, &found)?;
                return Ok(Fate::Resume);
            }
            let is_first = situation.published.is_none() && matches!(product.target, Target::Flight { .. });
            return match !found.blocks && is_published_copy(situation, pending)? {
                true => Ok(Fate::Interrupted),
                false if is_first && !found.blocks => {
                    let message = format!("{} is pending since the flight was created", pending.submission);
                    Err(Error::new(&codes::FLIGHT_FIRST_DRAFT, message).details(facts(pending)))
                }
                false => Err(foreign()),
            };
        };
        if found.is_price_left() && !(release.price_left_to_partner_center && mark.run.release == inputs.key) {
            return Err(Error::new(&codes::PRICE_LEFT, codes::PRICE_LEFT.meaning).details(facts(pending)));
        }
        if mark.run.left_for_review && (release.commits() || mark.run.release != inputs.key) {
            let message = format!("{} was left for review {}", pending.submission, mark.ago(&found));
            return Err(Error::new(&codes::SUBMISSION_LEFT_FOR_REVIEW, message).details(facts(pending)));
        }
        if mark.run.adopted {
            return Err(
                foreign().detail(Detail::coded("Origin", "another tool; a release of StoreShip was added to it"))
            );
        }
        if mark.run.release == inputs.key {
            self.check_untouched(pending, &found)?;
            return Ok(Fate::Resume);
        }
        if mark.is_running(&found, &pending.submission.client) {
            return Err(busy_run(pending, &mark, &found));
        }
        match mark.is_copy(&found, &pending.document)? {
            true => Ok(Fate::Replace),
            false => Err(foreign().detail(Detail::coded("Origin", "a release of StoreShip, changed since"))),
        }
    }

    /// Refuses a draft of this release that somebody else has changed. A PUT is done as a whole or not at all, so the draft is
    /// what was published, or what the release makes of it.
    fn check_untouched(&self, pending: &Read, found: &Found) -> Result<()> {
        let Case { product, release, inputs, situation } = self;
        let is_copy = mark::is_copy(found, inputs.key, &pending.document)?;
        let Some(published) = situation.published.as_ref().filter(|_| !is_copy) else { return Ok(()) };
        if compare::differences(&published.document, &pending.document)?.is_empty() {
            return Ok(());
        }
        let meant = apply::apply(&published.document, &product.target, release, &inputs.packages)?;
        let others = compare::differences(&meant.body, &pending.document)?;
        match others.is_empty() {
            true => Ok(()),
            false => Err(changed_by_others(&pending.submission, others.iter().map(Difference::detail).collect())),
        }
    }
}

/// Adds the release to any draft but one without a price.
async fn adopt(release: &Release, pending: &Read) -> Result<Fate> {
    if !release.price_left_to_partner_center {
        refuse_price_left(&pending.submission, &pending.document).await?;
    }
    Ok(Fate::Adopt)
}

/// Whether a submission is pending that the release may not use now, and may be gone later.
pub(super) fn is_passing(error: &Error) -> bool {
    let codes = [&codes::SUBMISSION_PENDING_EXISTS, &codes::SUBMISSION_BUSY, &codes::SUBMISSION_LEFT_FOR_REVIEW];
    codes.contains(&error.code())
}

/// Whether a submission is pending that the release may not use now.
pub(super) fn is_busy(error: &Error) -> bool {
    is_passing(error) || *error.code() == codes::FLIGHT_FIRST_DRAFT
}

/// The error of a draft that can't be deleted, since another job of this process works on it.
pub(super) fn worked_on(submission: &Submission) -> Error {
    Error::new(&codes::SUBMISSION_BUSY, format!("another job of this process works on {submission}"))
}

/// The error of a draft that a run of another process works on.
pub(super) fn busy_run(pending: &Read, mark: &Mark, found: &Found) -> Error {
    let (submission, ago) = (&pending.submission, mark.ago(found));
    let message = format!("another run works on {submission}: run {}, last seen {ago}", mark.name());
    Error::new(&codes::SUBMISSION_BUSY, message).details(facts(pending))
}

/// The error of a draft that somebody else has changed.
pub(super) fn changed_by_others(submission: &Submission, details: Vec<Detail>) -> Error {
    let message = format!("{submission} has changes that are not of this release ({})", details.len());
    Error::new(&codes::SUBMISSION_CHANGED_BY_OTHERS, message).details(details)
}

/// Whether a draft is still as the create made it: a copy of the published submission.
fn is_published_copy(situation: &Situation, pending: &Read) -> Result<bool> {
    match &situation.published {
        Some(published) => Ok(compare::differences(&published.document, &pending.document)?.is_empty()),
        None => Ok(false),
    }
}

/// Watches a draft without a marker for a while: it must stay a copy of the published submission at which nobody works,
/// except for another run of the release `key`.
///
/// # Errors
/// `submission.pending_exists` if somebody changes it meanwhile.
pub(super) async fn watch(
    product: &Product,
    document: &str,
    submission: &Submission,
    key: ReleaseKey,
) -> Result<String> {
    let pause = if product.client.config().is_local() { Duration::from_secs(1) } else { Duration::from_secs(60) };
    Reporter::current().verbose(format!("{submission} has no marker: watching it for {} s", pause.as_secs()));
    tokio::time::sleep(pause).await;
    let now = Read::of(submission.clone()).await?;
    let is_free = match found(&now).await {
        Ok(found) => !found.blocks && Mark::of(&found).is_none_or(|mark| mark.run.release == key),
        Err(error) => return Err(unreadable(&now, error)),
    };
    if now.stage() == Stage::Draft && is_free && compare::differences(document, &now.document)?.is_empty() {
        return Ok(now.document);
    }
    Err(pending_exists(&product.target, &submission.id).details(facts(&now)))
}

pub(super) async fn found(pending: &Read) -> Result<Found> {
    marker::read(&pending.submission.client, &upload_link(&pending.submission, &pending.document)?, true).await
}

fn unreadable(pending: &Read, error: Error) -> Error {
    let permanent = [
        &codes::UPLOAD_EXPIRED,
        &codes::UPLOAD_REVOKED,
        &codes::UPLOAD_NOT_READABLE,
        &codes::UPLOAD_REFUSED,
        &codes::SUBMISSION_NO_UPLOAD_URL,
    ];
    if !permanent.contains(&error.code()) {
        return error;
    }
    let message = format!("whose {} is can't be told, since its upload address can't be read", pending.submission);
    error.while_doing(&message).recode(&codes::DRAFT_UNREADABLE).details(facts(pending))
}

/// What an error says of the pending submission.
fn facts(pending: &Read) -> Vec<Detail> {
    let mut facts = vec![Detail::coded("State", pending.status.status.clone())];
    let name = crate::document::get(&pending.document, "/friendlyName").ok();
    if let Some(name) = name.and_then(|name| serde_json::from_str::<Option<String>>(name).ok()).flatten() {
        facts.push(Detail::coded("FriendlyName", name));
    }
    facts
}
