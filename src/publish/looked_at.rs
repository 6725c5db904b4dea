//! The draft that was looked at: a hash of it, which a receipt carries to the commit.
//!
//! The first half is that of the document, the second that of the ZIP at the upload address. An address that can't be
//! read, as after about a day, leaves out the second half, or the comparison with it.

use super::{compare, upload_link};
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::Submission;
use crate::upload;

/// The digits of one half.
const DIGITS: usize = 32;

/// The hash of a draft, as the service has it in `document`.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub(super) async fn hash(submission: &Submission, document: &str) -> Result<String> {
    let mut hash = compare::hexadecimal(&compare::hash(document)?);
    if let Some(uploaded) = uploaded(submission, document).await {
        hash.push('.');
        hash.push_str(&compare::hexadecimal(&uploaded));
    }
    Ok(hash)
}

/// Refuses a draft that is not the one with this hash. `document` is what the service has now.
///
/// # Errors
/// `request.invalid` for a text that is no hash of a receipt; `draft.changed`; `network.bad_answer`.
pub async fn check_looked_at(submission: &Submission, document: &str, hash: &str) -> Result<()> {
    let hash = hash.trim();
    let (looked_at, upload) = halves(hash);
    if ![Some(looked_at), upload].into_iter().flatten().all(is_half) {
        let message = format!("`draftHash` is no `draftHash` of a receipt: {hash}");
        let detail = Detail::at("/draftHash", "not 32 hexadecimal digits, or twice as many with a dot between them");
        return Err(Error::new(&codes::REQUEST_INVALID, message).detail(detail));
    }
    let now = self::hash(submission, document).await?;
    let (document_now, upload_now) = halves(&now);
    let mut changed = Vec::new();
    if !document_now.eq_ignore_ascii_case(looked_at) {
        changed.push(Detail::coded("Document", "the submission was changed since"));
    }
    if let (Some(upload), Some(upload_now)) = (upload, upload_now)
        && !upload.eq_ignore_ascii_case(upload_now)
    {
        changed.push(Detail::coded("Upload", "other files were uploaded since"));
    }
    if changed.is_empty() {
        return Ok(());
    }
    let message = format!("{submission} is not the draft that was looked at");
    let now = Detail::coded("DraftHash", now);
    Err(Error::new(&codes::DRAFT_CHANGED, message).details(changed).detail(now))
}

/// The hash of the ZIP; `None` if it can't be read.
async fn uploaded(submission: &Submission, document: &str) -> Option<[u8; 16]> {
    let read = async { upload::content_hash(&submission.client, &upload_link(submission, document)?).await };
    match read.await {
        Ok(hash) => Some(hash),
        Err(error) => {
            Reporter::current().verbose(format!("the upload of {submission} is not compared: {error}"));
            None
        }
    }
}

fn halves(hash: &str) -> (&str, Option<&str>) {
    match hash.split_once('.') {
        Some((document, upload)) => (document, Some(upload)),
        None => (hash, None),
    }
}

fn is_half(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
