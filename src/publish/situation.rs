//! What the service has before a release: the product, its published submission and the pending one.

use super::inputs::Inputs;
use crate::document;
use crate::error::{Result, codes};
use crate::store::status::{Stage, Status};
use crate::store::{Product, Submission, Target};

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
}

/// How often the product is read again because its pending submission was gone when that was read.
const MOST_READS: u32 = 3;

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
        let response = product.get().await?;
        let latest = product.latest_in(&response.text)?;
        let app = match &product.target {
            _ if inputs.packages.is_empty() => None,
            Target::App { .. } => Some(response.text),
            Target::Flight { app_id, .. } => {
                let app = Product::new(product.client.clone(), Target::App { app_id: app_id.clone() });
                Some(app.get().await?.text)
            }
            Target::AddOn { .. } => None,
        };
        let mut found = Situation { app, published: None, pending: None };
        if let Some(id) = latest.published {
            found.published = Some(Read::of(product.submission(id)).await?);
        }
        if let Some(id) = latest.pending {
            let pending = Read::of(product.submission(id)).await?;
            // It may have been published since the product was read.
            match pending.stage() {
                Stage::Published => found.published = Some(pending),
                _ => found.pending = Some(pending),
            }
        }
        Ok(found)
    }
}
