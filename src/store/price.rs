//! The price guard: a paid product must not become free by accident.
//!
//! A PUT without a price makes the product free. The service returns `Base` for some prices, and refuses it in a PUT.
//! The guard refuses both kinds of body before they are sent.

use super::target::Target;
use crate::document;
use crate::error::{Detail, Error, Result, codes};

/// The JSON Pointer of the price in a submission of an app or an add-on.
pub const POINTER: &str = "/pricing/priceId";

/// Refuses a body that would make the product free, unless `allow_free`, or that the service would refuse for its price.
/// Flights have no price.
///
/// # Examples
/// ```
/// use storeship::store::{Target, price};
/// let app = Target::App { app_id: "9NBLGGH4R315".into() };
/// assert!(price::guard(&app, r#"{"pricing": {"priceId": "Tier2"}}"#, false).is_ok());
/// let error = price::guard(&app, r#"{"pricing": {}}"#, false).unwrap_err();
/// assert_eq!(error.code().name, "price.would_become_free");
/// ```
///
/// # Errors
/// `price.would_become_free`, `price.base_not_writable`; `document.invalid`.
pub fn guard(target: &Target, body: &str, allow_free: bool) -> Result<()> {
    if matches!(target, Target::Flight { .. }) {
        return Ok(());
    }
    if let Err(error) = document::check(body) {
        return Err(Error::new(&codes::DOCUMENT_INVALID, format!("the submission is not JSON: {error}")));
    }
    match document::get(body, POINTER) {
        Ok(r#""Base""#) => Err(Error::new(&codes::PRICE_BASE, codes::PRICE_BASE.meaning)
            .detail(Detail::at(POINTER, "`Base` can be read but not written"))),
        Ok("null" | "\"\"") | Err(_) if !allow_free => {
            Err(Error::new(&codes::PRICE_WOULD_BECOME_FREE, codes::PRICE_WOULD_BECOME_FREE.meaning)
                .detail(Detail::at(POINTER, "no price")))
        }
        _ => Ok(()),
    }
}
