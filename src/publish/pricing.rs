//! The price of a release: a tier that it states, or none, for a person who submits the draft in Partner Center.
//!
//! Partner Center has prices that the service can't express. It returns them as `Base`, and a stated tier replaces them. A
//! draft without a price is said to keep them until it is committed through the API; that is known from one project only.

use super::changes::Changes;
use super::release::Release;
use super::upload_address;
use crate::client::Client;
use crate::document::{self, Edit, EditOp, Pointer};
use crate::error::{Error, Result, codes};
use crate::store::{Target, names, price};
use crate::upload::marker;

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
    if reads(before, "Base") && !reads(&changes.body, "Base") {
        let price = document::get(&changes.body, price::POINTER).unwrap_or("nothing");
        let warning =
            format!("the price reads Base: {price} replaces the prices of all markets that were set in Partner Center");
        changes.warnings.push(warning);
    }
    Ok(())
}

fn reads(body: &str, price: &str) -> bool {
    let text = document::get(body, price::POINTER).ok();
    let text = text.and_then(|text| serde_json::from_str::<String>(text).ok());
    text.is_some_and(|text| text.eq_ignore_ascii_case(price))
}

/// Refuses a draft without a price, which a release left to Partner Center, as its upload address says. Where that can't be
/// read nothing is refused.
///
/// # Errors
/// `price.left_to_partner_center`.
pub async fn refuse_price_left(client: &Client, submission: &str) -> Result<()> {
    match upload_address(submission) {
        Ok(address) if marker::is_price_left(client, &address).await => {
            Err(Error::new(&codes::PRICE_LEFT, codes::PRICE_LEFT.meaning))
        }
        _ => Ok(()),
    }
}
