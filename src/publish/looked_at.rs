//! The draft that was looked at: a hash of it, which a receipt carries to the commit.
//!
//! The first half is that of the document, the second that of the ZIP at the upload address. An address that can't be
//! read, as after about a day, leaves out the second half, or the comparison with it.

use super::pricing::refuse_left;
use super::{compare, upload_link};
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::Submission;
use crate::upload::Uploaded;

/// The digits of one half.
const DIGITS: usize = 32;

/// The hash of a draft, as the service has it in `document`.
///
/// # Errors
/// `network.bad_answer` for a text that is no JSON.
pub(super) async fn hash(submission: &Submission, document: &str) -> Result<String> {
    let read =
        async { Ok(Uploaded::at(&submission.client, &upload_link(submission, document)?).await?.content_hash()) };
    whole(document, read.await.map_err(|error| not_compared(submission, &error)).ok())
}

fn whole(document: &str, upload: Option<[u8; 16]>) -> Result<String> {
    let mut hash = compare::hexadecimal(&compare::hash(document)?);
    if let Some(upload) = upload {
        hash.push('.');
        hash.push_str(&compare::hexadecimal(&upload));
    }
    Ok(hash)
}

/// Checks a draft before its commit, as the service has it in `document`: it is the one that was looked at, its price was not
/// left to Partner Center, and its ZIP has the files that it names: a file that the ZIP lacks ends in CommitFailed hours
/// later, and one that the draft does not name is published away. An upload that can't be read is not compared.
///
/// # Errors
/// `request.invalid` for a `looked_at` that is no hash of a receipt; `draft.changed`; `price.left_to_partner_center`;
/// `upload.files_do_not_match`; `network.bad_answer`.
pub async fn check_commit(submission: &Submission, document: &str, looked_at: Option<&str>) -> Result<()> {
    let link = upload_link(submission, document);
    let uploaded = match &link {
        Ok(link) => Uploaded::at(&submission.client, link).await.map_err(|error| not_compared(submission, &error)).ok(),
        Err(error) => {
            not_compared(submission, error);
            None
        }
    };
    if let Some(hash) = looked_at {
        check_looked_at(submission, document, hash, uploaded.as_ref().map(Uploaded::content_hash))?;
    }
    refuse_left(submission, document, uploaded.as_ref().map(Uploaded::is_price_left)).await?;
    match uploaded {
        Some(uploaded) => uploaded.compare(document, &Reporter::current()).await,
        None => Ok(()),
    }
}

fn not_compared(submission: &Submission, error: &Error) {
    Reporter::current().verbose(format!("the ZIP of {submission} is not compared: {error}"));
}

/// Refuses a draft that is not the one with this hash. `document` and the hash of the ZIP are what the service has now.
fn check_looked_at(submission: &Submission, document: &str, hash: &str, upload: Option<[u8; 16]>) -> Result<()> {
    let hash = hash.trim();
    let (looked_at, uploaded) = halves(hash);
    if ![Some(looked_at), uploaded].into_iter().flatten().all(is_half) {
        let message = format!("`draftHash` is no `draftHash` of a receipt: {hash}");
        let detail = Detail::at("/draftHash", "not 32 hexadecimal digits, or twice as many with a dot between them");
        return Err(Error::new(&codes::REQUEST_INVALID, message).detail(detail));
    }
    let now = whole(document, upload)?;
    let (document_now, upload_now) = halves(&now);
    let mut changed = Vec::new();
    if !document_now.eq_ignore_ascii_case(looked_at) {
        changed.push(Detail::coded("Document", "the submission was changed since"));
    }
    if let (Some(uploaded), Some(upload_now)) = (uploaded, upload_now)
        && !uploaded.eq_ignore_ascii_case(upload_now)
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

fn halves(hash: &str) -> (&str, Option<&str>) {
    match hash.split_once('.') {
        Some((document, upload)) => (document, Some(upload)),
        None => (hash, None),
    }
}

fn is_half(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
