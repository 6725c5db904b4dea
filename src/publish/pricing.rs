//! The price of a release: a tier that it states, or none, for a person who submits the draft in Partner Center.
//!
//! Partner Center has prices that the service can't express. It returns them as `Base`, and a stated tier replaces them. A
//! draft without a price is said to keep them until it is committed through the API; that is known from one project only.

use super::changes::Changes;
use super::release::Release;
use super::upload_link;
use super::values::text_at;
use crate::document::{self, Edit, EditOp, Pointer};
use crate::error::{Error, Result, codes};
use crate::store::{Product, Submission, Target, names, price};
use crate::upload::Uploaded;

/// Guards the price of a submission that the changes were made in, and takes it out if the release leaves it to Partner
/// Center. Comes after all other changes.
///
/// # Errors
/// `price.would_become_free`, `price.base_not_writable`; `document.case_twin`, `document.invalid`.
pub(super) fn finish(changes: &mut Changes, before: &str, target: &Target, release: &Release) -> Result<()> {
    if release.price_left_to_partner_center {
        // The service shows a draft without a price as free.
        let is_left = reads(&changes.body, "Base") || reads(&changes.body, "Free");
        let price = if is_left { "has no price and" } else { "has the price that is there, and" };
        changes.warnings.push(format!("the draft {price} is not committed: submit it in Partner Center"));
        // Without another change nothing is sent.
        if is_left && !changes.edits.is_empty() {
            let path = Pointer::parse(price::POINTER).map_err(|error| Error::internal(error.to_string()))?;
            changes.make(Edit { op: EditOp::Remove, path, value: None, old: None })?;
        }
        return match changes.edits.is_empty() {
            true => names::guard(&changes.body),
            false => price::guard(target, &changes.body, true),
        };
    }
    price::guard(target, &changes.body, release.allow_free)?;
    if let Some(warning) = becomes_paid(before, &changes.body) {
        // It comes before the other warnings.
        changes.warnings.insert(0, warning);
    }
    if reads(before, "Base") && !reads(&changes.body, "Base") {
        let price = document::get(&changes.body, price::POINTER).unwrap_or("nothing");
        let warning =
            format!("the price reads Base: {price} replaces the prices of all markets that were set in Partner Center");
        changes.warnings.push(warning);
    }
    Ok(())
}

/// A warning if a product that is free gets a price, or the other way round: one misplaced value is enough for it.
fn becomes_paid(before: &str, after: &str) -> Option<String> {
    let price = |body: &str| text_at(body, price::POINTER).filter(|price| !price.is_empty());
    let (before, after) = (price(before)?, price(after)?);
    let is_free = |price: &str| price.eq_ignore_ascii_case("Free");
    match (is_free(&before), is_free(&after)) {
        (true, false) => Some(format!("THE PRODUCT IS FREE AND BECOMES PAID: its price goes from {before} to {after}")),
        (false, true) => Some(format!("THE PRODUCT IS PAID AND BECOMES FREE: its price goes from {before} to {after}")),
        _ => None,
    }
}

/// A warning if a price is left to Partner Center that the published submission does not have there.
pub(super) fn without_price(release: &Release, published: Option<&str>) -> Option<String> {
    let is_free = release.price_left_to_partner_center && published.is_some_and(|published| reads(published, "Free"));
    is_free.then(|| {
        "the published submission is free and has no price that could be left to Partner Center: publish a free product \
         without leaving its price, which commits the release too"
            .to_owned()
    })
}

fn reads(body: &str, price: &str) -> bool {
    text_at(body, price::POINTER).is_some_and(|text| text.eq_ignore_ascii_case(price))
}

/// Refuses a draft without a price, which a release left to Partner Center, as its upload address says. Where the address
/// can't be read, a draft that is free is refused if what is published is not.
///
/// # Errors
/// `price.left_to_partner_center`.
pub async fn refuse_price_left(submission: &Submission, document: &str) -> Result<()> {
    let read =
        async { Ok(Uploaded::at(&submission.client, &upload_link(submission, document)?).await?.is_price_left()) };
    let is_left: Result<bool> = read.await;
    refuse_left(submission, document, is_left.ok()).await
}

/// The same where it is known what the upload address says; `None` if it can't be read.
pub(super) async fn refuse_left(submission: &Submission, document: &str, is_left: Option<bool>) -> Result<()> {
    match is_left {
        Some(true) => Err(Error::new(&codes::PRICE_LEFT, codes::PRICE_LEFT.meaning)),
        None if would_become_free(submission, document).await => {
            let message = "the draft is free and the published submission is not; whether a release left the price to \
                           Partner Center can't be told, since the upload address of the draft can't be read";
            Err(Error::new(&codes::PRICE_LEFT, message))
        }
        _ => Ok(()),
    }
}

/// Whether a draft is free and the published submission of its product is not. False if that can't be read.
async fn would_become_free(submission: &Submission, document: &str) -> bool {
    if matches!(submission.target, Target::Flight { .. }) || !reads(document, "Free") {
        return false;
    }
    let product = Product::new(submission.client.clone(), submission.target.clone());
    let Some(published) = product.latest().await.ok().and_then(|latest| latest.published) else { return false };
    product.submission(published).get().await.is_ok_and(|published| !reads(&published.text, "Free"))
}
