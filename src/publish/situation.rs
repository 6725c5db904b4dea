//! What the service has before a release: the product, its published submission and the pending one.

use std::time::Duration;

use tokio::time::Instant;

use super::compare;
use super::inputs::Inputs;
use crate::document;
use crate::error::{Result, codes};
use crate::http::drafts::Work;
use crate::store::status::{Stage, Status};
use crate::store::{ListedAddOn, NewSubmission, Product, Submission, Target};

/// A submission with the service's document.
pub(super) struct Read {
    pub(super) submission: Submission,
    pub(super) document: String,
    pub(super) status: Status,
}

impl Read {
    pub(super) async fn of(submission: Submission) -> Result<Read> {
        let document = submission.get().await?.text;
        let status = serde_json::from_str(&document).unwrap_or_default();
        Ok(Read { submission, document, status })
    }

    pub(super) fn stage(&self) -> Stage {
        self.status.stage()
    }

    pub(super) fn has_open_rollout(&self) -> bool {
        let status = document::get(&self.document, "/packageDeliveryOptions/packageRollout/packageRolloutStatus");
        status == Ok(r#""PackageRolloutInProgress""#)
    }
}

/// What the service has.
pub(super) struct Situation {
    /// The document of the app, for the identity of its packages; absent if the release has none.
    pub(super) app: Option<String>,
    pub(super) published: Option<Read>,
    pub(super) pending: Option<Read>,
    /// The work on the pending submission, which keeps other releases of this process from deleting it.
    pub(super) work: Option<Work>,
    /// When the list of add-ons was read that named the submissions; absent if the product was read.
    pub(super) listed: Option<Instant>,
}

/// How old the list of add-ons may be that shows that there is nothing to do.
const FRESH: Duration = Duration::from_secs(600);

/// How often the product is read because its pending submission was gone when that was looked at.
pub(super) const MOST_READS: u32 = 3;

impl Situation {
    pub(super) async fn read(product: &Product, inputs: &Inputs) -> Result<Situation> {
        let mut reads = 0;
        loop {
            reads += 1;
            match Situation::read_once(product, inputs).await {
                // Somebody deleted it between the two reads.
                Err(error) if *error.code() == codes::SUBMISSION_NOT_FOUND && reads < MOST_READS => {}
                other => return other,
            }
        }
    }

    async fn read_once(product: &Product, inputs: &Inputs) -> Result<Situation> {
        let (text, listed) = match product.from_list().await {
            Some(ListedAddOn { document, read }) => (document, Some(read)),
            None => (product.get().await?.text, None),
        };
        let latest = product.latest_in(&text)?;
        let app = match &product.target {
            _ if inputs.packages.is_empty() => None,
            Target::App { .. } => Some(text),
            Target::Flight { app_id, .. } => {
                let app = Product::new(product.client.clone(), Target::App { app_id: app_id.clone() });
                Some(app.get().await?.text)
            }
            Target::AddOn { .. } => None,
        };
        let mut found = Situation { app, published: None, pending: None, work: None, listed };
        if let Some(id) = latest.published {
            found.published = Some(Read::of(product.submission(id)).await?);
        }
        if let Some(id) = latest.pending {
            let submission = product.submission(id);
            let work = submission.work_on().await;
            let pending = Read::of(submission).await?;
            // It may have been published since the product was read.
            match pending.stage() {
                Stage::Published => found.published = Some(pending),
                _ => (found.pending, found.work) = (Some(pending), Some(work)),
            }
        }
        Ok(found)
    }

    /// Whether the submissions that are named may be others by now.
    pub(super) fn is_old(&self) -> bool {
        self.listed.is_some_and(|read| read.elapsed() > FRESH)
    }

    /// Whether a new draft is no copy of the published submission that was read. The list of add-ons may have named an older
    /// one, and another one may have been published while the service was not ready for a create.
    pub(super) async fn is_outdated(&self, product: &Product, new: &NewSubmission) -> Result<bool> {
        if new.adopted || (self.listed.is_none() && !new.waited) {
            return Ok(false);
        }
        if let Some(published) = &self.published
            && compare::differences(&published.document, &new.response.text)?.is_empty()
        {
            return Ok(false);
        }
        let known = self.published.as_ref().map(|published| &published.submission.id);
        Ok(product.latest().await?.published.as_ref() != known)
    }
}
