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
//! use storeship::http::ProcessWide;
//! use storeship::publish::{release::Release, publish};
//! use storeship::store::App;
//!
//! # async fn release() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::parse(r#"{"credential": {"type": "environment"}}"#)?;
//! let client = Arc::new(Client::new(config, &ProcessWide::default())?);
//! let release: Release =
//!     serde_json::from_str(r#"{"packages": ["App.msix"], "releaseNotes": {"en-us": "Faster."}}"#)?;
//! let app = App::new(client, "9NBLGGH4R315").product();
//! let receipt = publish(&app, &release, &Reporter::default()).await?;
//! println!("submission {} is {}", receipt.submission_id, receipt.status);
//! # Ok(())
//! # }
//! ```

mod apply;
mod changelog;
mod changes;
mod compare;
mod deletion;
mod delivery;
mod elsewhere;
mod fate;
mod inputs;
mod languages;
pub mod listing;
mod looked_at;
mod mark;
pub mod markdown;
mod meant;
mod new_add_on;
pub mod notes;
mod outline;
mod outlook;
mod packages;
mod plan;
mod pricing;
mod promotion;
pub mod ramp;
mod receipt;
pub mod release;
mod run;
mod situation;
mod summary;
mod values;
pub mod wait;

use crate::config::Secret;
use crate::error::{Detail, Error, Result, codes};
use crate::store::Submission;
use crate::upload::Link;

pub use deletion::{check_delete, delete_idle};
pub use inputs::ReleasedFile;
pub use looked_at::check_commit;
pub use mark::leave_for_review;
pub use outline::{OldPackage, Outline};
pub use outlook::{Outlook, outlook};
pub use plan::{Preview, preview};
pub use pricing::refuse_price_left;
pub use receipt::{Receipt, ReleasedPackage, Step};
pub use run::publish;
pub use summary::Summary;

/// The places of an update that the service did not keep, as its answer shows: `sent` is the body of the PUT, `before` the
/// submission before it, if that is known.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub fn not_kept(before: Option<&str>, sent: &str, answer: &str) -> Result<Vec<Detail>> {
    Ok(compare::lost(before, sent, answer)?.iter().map(compare::Difference::detail).collect())
}

/// The upload address of a submission, from its document. When it fails, the submission is read again for another one.
///
/// # Errors
/// `submission.no_upload_url`.
pub fn upload_link(submission: &Submission, document: &str) -> Result<Link> {
    let submission = submission.clone();
    let renew = move || -> crate::upload::Renewing {
        let submission = submission.clone();
        Box::pin(async move { upload_address(&submission.get().await?.text) })
    };
    Ok(Link::renewable(upload_address(document)?, Box::new(renew)))
}

/// Reads the upload address from the document of a submission: its `fileUploadUrl`.
///
/// # Errors
/// `submission.no_upload_url`.
pub fn upload_address(submission: &str) -> Result<Secret> {
    match values::text_at(submission, "/fileUploadUrl") {
        Some(address) if !address.is_empty() => Ok(Secret::new(address)),
        _ => Err(Error::new(&codes::SUBMISSION_NO_UPLOAD_URL, codes::SUBMISSION_NO_UPLOAD_URL.meaning)),
    }
}
