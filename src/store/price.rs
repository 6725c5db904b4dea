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
/// Names are read as the service reads them, in any letter case: `Pricing.PriceId` is the price too.
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
    // Of several members the service takes one; which one that is must not matter.
    let prices = document::get_ignoring_case(body, &["pricing", "priceId"])
        .map_err(|error| Error::new(&codes::DOCUMENT_INVALID, format!("the submission is not JSON: {error}")))?;
    for (pointer, price) in prices {
        let text = price.and_then(|price| serde_json::from_str::<String>(price).ok());
        let free = matches!(price, None | Some("null")) || text.as_deref().is_some_and(|text| text.trim().is_empty());
        let (code, message) = match &text {
            Some(text) if text.eq_ignore_ascii_case("Base") => {
                (&codes::PRICE_BASE, "`Base` can be read but not written")
            }
            _ if free && !allow_free => (&codes::PRICE_WOULD_BECOME_FREE, "no price"),
            _ => continue,
        };
        return Err(Error::new(code, code.meaning).detail(Detail::at(pointer.to_string(), message)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Target, guard};

    #[test]
    fn names_are_read_in_any_letter_case() {
        let app = Target::App { app_id: "9NBLGGH4R315".into() };
        let code = |body: &str, allow_free: bool| match guard(&app, body, allow_free) {
            Ok(()) => String::new(),
            Err(error) => {
                let report: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
                format!("{} {}", error.code().name, report["details"][0]["pointer"].as_str().unwrap())
            }
        };
        for body in [
            r#"{"Pricing":{"PriceId":"Tier2"}}"#,
            r#"{"PRICING":{"priceid":"Free"}}"#,
            r#"{"pricing":{"priceId":"Tier2"},"Pricing":{"priceId":"Tier3"}}"#,
            r#"{"pri\u0063ing":{"PriceId":"Tier2"}}"#,
        ] {
            assert_eq!(code(body, false), "", "{body}");
        }
        for (body, expected) in [
            ("{}", "price.would_become_free /pricing/priceId"),
            (r#"{"Pricing":{}}"#, "price.would_become_free /Pricing/priceId"),
            (r#"{"Pricing":{"PriceId":""}}"#, "price.would_become_free /Pricing/PriceId"),
            (r#"{"pricing":{"priceId":"Tier2"},"Pricing":null}"#, "price.would_become_free /Pricing/priceId"),
            (r#"{"pricing":{"priceId":"Tier2","PRICEID":null}}"#, "price.would_become_free /pricing/PRICEID"),
            (r#"{"Pricing":{"PriceId":"Base"}}"#, "price.base_not_writable /Pricing/PriceId"),
            (r#"{"pricing":{"priceId":"B\u0061se"}}"#, "price.base_not_writable /pricing/priceId"),
        ] {
            assert_eq!(code(body, false), expected, "{body}");
            assert_eq!(code(body, true).is_empty(), expected.starts_with("price.would"), "{body}");
        }
    }
}
