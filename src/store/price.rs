//! The price guard: a paid product must not become free by accident.
//!
//! A PUT without a price makes the product free. The service returns `Base` for some prices, and refuses it in a PUT.
//! The guard refuses both kinds of body before they are sent.

use super::names::{self, invalid};
use super::target::Target;
use crate::document;
use crate::error::{Detail, Error, Result, codes, start_of};

/// The JSON Pointer of the price in a submission of an app or an add-on.
pub const POINTER: &str = "/pricing/priceId";

/// What is wrong with a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The kind.
    pub kind: Kind,
    /// The place in the submission.
    pub pointer: String,
    /// What is there.
    pub message: String,
}

/// The ways in which a price can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// There is none, which the service takes for free.
    Missing,
    /// It reads `Base`.
    Base,
    /// It is no price that the service has.
    Unknown,
    /// It is a tier of the price model that the product does not have.
    OtherModel,
}

/// Everything that is wrong with the price of a submission of an app or an add-on. Flights have no price.
///
/// # Errors
/// `document.invalid`.
pub fn problems(target: &Target, body: &str) -> Result<Vec<Problem>> {
    if matches!(target, Target::Flight { .. }) {
        return Ok(Vec::new());
    }
    // Of several members the service takes one; which one that is must not matter.
    let prices = document::get_ignoring_case(body, &["pricing", "priceId"]).map_err(invalid)?;
    let advanced = document::get(body, "/pricing/isAdvancedPricingModel").ok().and_then(|text| text.parse().ok());
    let found = prices.into_iter().filter_map(|(pointer, price)| {
        let (kind, message) = problem(price, advanced)?;
        Some(Problem { kind, pointer: pointer.to_string(), message })
    });
    Ok(found.collect())
}

fn problem(price: Option<&str>, advanced: Option<bool>) -> Option<(Kind, String)> {
    let text = price.and_then(|price| serde_json::from_str::<String>(price).ok());
    let price = match &text {
        Some(text) if !text.trim().is_empty() => text.as_str(),
        None if !matches!(price, None | Some("null")) => return Some((Kind::Unknown, "no text".to_owned())),
        _ => return Some((Kind::Missing, "no price".to_owned())),
    };
    let tier = price.strip_prefix("Tier").and_then(|number| number.parse::<u32>().ok());
    match (price, tier) {
        _ if price.eq_ignore_ascii_case("Base") => Some((Kind::Base, "`Base` can be read but not written".to_owned())),
        ("Free" | "NotAvailable", _) => None,
        (_, Some(2..=96)) if advanced == Some(true) => {
            Some((Kind::OtherModel, format!("{price} is a tier of the older price model")))
        }
        (_, Some(1012..=1424)) if advanced == Some(false) => {
            Some((Kind::OtherModel, format!("{price} is a tier of the advanced price model")))
        }
        (_, Some(2..=96 | 1012..=1424)) => None,
        _ => Some((Kind::Unknown, format!("`{}` is no price of the service", start_of(price, 40)))),
    }
}

/// Refuses a body that would make the product free, unless `allow_free`, or that the service would refuse for its price.
/// Flights have no price.
///
/// The names of members are checked first: the service reads `Pricing.PriceId` too, where nobody else looks.
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
/// `price.would_become_free`, `price.base_not_writable`; `document.case_twin`, `document.invalid`.
pub fn guard(target: &Target, body: &str, allow_free: bool) -> Result<()> {
    names::guard(body)?;
    for problem in problems(target, body)? {
        let code = match problem.kind {
            Kind::Missing if !allow_free => &codes::PRICE_WOULD_BECOME_FREE,
            Kind::Base => &codes::PRICE_BASE,
            _ => continue,
        };
        return Err(Error::new(code, code.meaning).detail(Detail::at(problem.pointer, problem.message)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Kind, Target, guard, problems};

    #[test]
    fn the_guard_takes_no_product_for_free_by_accident() {
        let app = Target::App { app_id: "9NBLGGH4R315".into() };
        let code = |body: &str, allow_free: bool| match guard(&app, body, allow_free) {
            Ok(()) => String::new(),
            Err(error) => {
                let report: serde_json::Value = serde_json::from_str(&error.to_json()).unwrap();
                format!("{} {}", error.code().name, report["details"][0]["pointer"].as_str().unwrap())
            }
        };
        for body in [r#"{"pricing":{"priceId":"Tier2"}}"#, r#"{"pric\u0069ng":{"priceId":"Free"}}"#] {
            assert_eq!(code(body, false), "", "{body}");
        }
        for (body, expected) in [
            ("{}", "price.would_become_free /pricing/priceId"),
            (r#"{"pricing":{}}"#, "price.would_become_free /pricing/priceId"),
            (r#"{"pricing":{"priceId":" "}}"#, "price.would_become_free /pricing/priceId"),
            (r#"{"pricing":{"priceId":"Tier2"},"pricing":null}"#, "price.would_become_free /pricing/priceId"),
            (r#"{"pricing":{"priceId":null,"priceId":"Tier2"}}"#, "price.would_become_free /pricing/priceId"),
            (r#"{"pricing":{"priceId":"Base"}}"#, "price.base_not_writable /pricing/priceId"),
            (r#"{"pricing":{"priceId":"b\u0061se"}}"#, "price.base_not_writable /pricing/priceId"),
        ] {
            assert_eq!(code(body, false), expected, "{body}");
            assert_eq!(code(body, true).is_empty(), expected.starts_with("price.would"), "{body}");
        }
        for body in [
            r#"{"Pricing":{"priceId":"Tier2"}}"#,
            r#"{"pricing":{"priceId":"Tier2"},"PRICING":{"priceId":"Tier2"}}"#,
            r#"{"pricing":{"priceId":"Tier2","Price\u0049d":"Tier2"}}"#,
        ] {
            assert!(code(body, true).starts_with("document.case_twin "), "{body}");
        }
    }

    #[test]
    fn tiers_are_those_of_the_service() {
        let app = Target::App { app_id: "9NBLGGH4R315".into() };
        for (price, advanced, expected) in [
            (r#""Tier2""#, "null", None),
            (r#""Tier96""#, "false", None),
            (r#""Tier1012""#, "true", None),
            (r#""NotAvailable""#, "true", None),
            (r#""Tier2""#, "true", Some(Kind::OtherModel)),
            (r#""Tier1424""#, "false", Some(Kind::OtherModel)),
            (r#""Tier1""#, "null", Some(Kind::Unknown)),
            (r#""tier2""#, "null", Some(Kind::Unknown)),
            ("2", "null", Some(Kind::Unknown)),
            (r#""BASE""#, "null", Some(Kind::Base)),
            ("null", "null", Some(Kind::Missing)),
        ] {
            let body = format!(r#"{{"pricing":{{"priceId":{price},"isAdvancedPricingModel":{advanced}}}}}"#);
            let found = problems(&app, &body).unwrap();
            assert_eq!(found.first().map(|problem| problem.kind), expected, "{body}");
        }
    }
}
