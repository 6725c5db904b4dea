//! PUT of a submission: the rules beyond the schema.

use std::collections::HashSet;

use super::archive::name_in_zip;
use super::catalog::{ProductId, Submission, status_detail};
use super::error::{ServiceError, invalid};
use super::request::{ServiceRequest, check_created_by_api, check_state};
use super::schema::{Rules, merge, parse_body};
use super::shapes;
use super::states::StateKind;
use super::store::Store;
use crate::emulator::json::Json;
use crate::emulator::response::Response;
use crate::emulator::switches::Name;

pub(super) fn update(store: &mut Store, request: &ServiceRequest<'_>) -> Result<Response, ServiceError> {
    let index = request.submission(store)?;
    let submission = &store.submissions[index];
    check_created_by_api(submission)?;
    check_state(submission, &[StateKind::Editable], "submission", "updated")?;
    let sent = parse_body(request.http)?;
    let updated =
        Submission { document: apply(submission, &sent, Rules::of(&store.instance.options))?, ..submission.clone() };
    let response = Response::json(200, store.submission_json(&updated, &request.http.origin));
    // A zombie gets the same response, but its document is not stored.
    if !updated.zombie {
        store.submissions[index] = updated;
    }
    Ok(response)
}

/// The document of a submission after a PUT of `sent`.
pub(super) fn apply(submission: &Submission, sent: &Json, rules: Rules) -> Result<Json, ServiceError> {
    let before = &submission.document;
    let mut document = merge(shapes::of(&submission.product), sent, before, rules)?;
    if !matches!(submission.product, ProductId::Flight { .. }) {
        check_listings(&submission.product, &document)?;
        check_keywords(&document, rules)?;
        apply_price(&mut document, before)?;
    }
    if matches!(submission.product, ProductId::App(_)) {
        check_families(&document)?;
        check_trailers(&document)?;
    }
    check_date(&document)?;
    check_rollout(&document)?;
    if let Some(packages) = submission.product.packages_member() {
        check_names(document.get(packages).map_or(&[], Json::items))?;
    }
    warn_of_languages(&mut document, before);
    Ok(document)
}

fn check_listings(product: &ProductId, document: &Json) -> Result<(), ServiceError> {
    if document.get("listings").is_some_and(|listings| !listings.members().is_empty()) {
        return Ok(());
    }
    Err(match product {
        ProductId::App(_) => invalid("appListings", "The size of AppListings must be 1 or more"),
        _ => invalid("listings", "The size of Listings must be 1 or more"),
    })
}

/// The most words of keywords, or languages with keywords.
const MOST_KEYWORDS: usize = 21;

fn check_keywords(document: &Json, rules: Rules) -> Result<(), ServiceError> {
    let listings = document.get("listings").map_or(&[][..], Json::members).iter();
    let keywords = listings.filter_map(|(_, listing)| listing.get("baseListing")?.get("keywords"));
    let words = |keywords: &Json| {
        let texts = keywords.items().iter().filter_map(Json::as_text);
        texts.map(|text| text.split_whitespace().count()).sum::<usize>()
    };
    let counts: Vec<usize> = keywords.map(words).filter(|words| *words > 0).collect();
    let most = match rules.switches.value(Name::KeywordsTotal) {
        "words" => counts.into_iter().max().unwrap_or_default(),
        "languages" => counts.len(),
        _ => 0,
    };
    if most <= MOST_KEYWORDS {
        return Ok(());
    }
    Err(invalid("listings", format!("The size of KeywordsTotalCount must be {MOST_KEYWORDS} or less")))
}

/// Refuses the price `Base`, which can be read but not written. A product without a price, or with null, becomes free.
fn apply_price(document: &mut Json, before: &Json) -> Result<(), ServiceError> {
    let Some(pricing) = document.get_mut("pricing") else {
        return Err(invalid("pricing", "Pricing is missing"));
    };
    match pricing.text_of("priceId").as_str() {
        "Base" => {
            return Err(invalid("pricing", "The price tier Base is not a valid base price"));
        }
        "" => pricing.set("priceId", Json::text("Free")),
        _ => {}
    }
    let old = before.get("pricing").map(|pricing| pricing.text_of("priceId"));
    if old.as_deref() == Some("Base") && pricing.get("isAdvancedPricingModel").is_some() {
        pricing.set("isAdvancedPricingModel", Json::Bool(false));
    }
    Ok(())
}

fn check_families(document: &Json) -> Result<(), ServiceError> {
    let families = document.get("allowTargetFutureDeviceFamilies");
    for family in ["Desktop", "Mobile", "Xbox", "Holographic"] {
        if families.and_then(|families| families.get(family)).is_none() {
            let message = format!("AllowTargetFutureDeviceFamilies must contain {family}");
            return Err(invalid("allowTargetFutureDeviceFamilies", message));
        }
    }
    Ok(())
}

/// Refuses a second image of a trailer. The documentation says: "Currently, only one image in this array is supported."
fn check_trailers(document: &Json) -> Result<(), ServiceError> {
    for (index, trailer) in document.get("trailers").map_or(&[][..], Json::items).iter().enumerate() {
        for (language, assets) in trailer.get("trailerAssets").map_or(&[][..], Json::members) {
            let count = assets.get("imageList").map_or(0, |images| images.items().len());
            if count > 1 {
                let at = format!("trailers[{index}].trailerAssets.{language}.imageList");
                let message = format!("{at}: a trailer has one image in each language, and here are {count}");
                return Err(invalid("trailers", message));
            }
        }
    }
    Ok(())
}

fn check_date(document: &Json) -> Result<(), ServiceError> {
    let date = document.text_of("targetPublishDate");
    if document.text_of("targetPublishMode") == "SpecificDate" && (date.is_empty() || date.starts_with("1601-01-01")) {
        return Err(invalid("targetPublishDate", "TargetPublishDate is needed for the mode SpecificDate"));
    }
    Ok(())
}

fn check_rollout(document: &Json) -> Result<(), ServiceError> {
    let rollout = document.get("packageDeliveryOptions").and_then(|options| options.get("packageRollout"));
    let percentage = rollout.and_then(|rollout| rollout.get("packageRolloutPercentage")).and_then(Json::as_f64);
    if percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
        return Err(invalid("packageDeliveryOptions", "PackageRolloutPercentage must be from 0 to 100"));
    }
    Ok(())
}

/// Refuses two new packages with the same name in the ZIP.
fn check_names(packages: &[Json]) -> Result<(), ServiceError> {
    let new = packages.iter().filter(|package| package.text_of("fileStatus") == "PendingUpload");
    let mut names: Vec<String> = new.map(|package| name_in_zip(&package.text_of("fileName"))).collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(invalid("packages", format!("The file name '{}' is there twice", pair[0]))),
        None => Ok(()),
    }
}

/// Adds the service's warnings when listing languages were added or removed.
fn warn_of_languages(document: &mut Json, before: &Json) {
    let languages = |document: &Json| -> Vec<String> {
        document.get("listings").map_or(&[][..], Json::members).iter().map(|(name, _)| name.clone()).collect()
    };
    let (old, new) = (languages(before), languages(document));
    let without = |names: &'_ [String], others: &[String]| -> Vec<String> {
        let others: HashSet<&String> = others.iter().collect();
        names.iter().filter(|name| !others.contains(name)).cloned().collect()
    };
    let (removed, added) = (without(&old, &new), without(&new, &old));
    let mut warn = |code: &str, verb: &str, names: &[String]| {
        if let (false, Some(Json::Array(warnings))) =
            (names.is_empty(), document.get_mut("statusDetails").and_then(|details| details.get_mut("warnings")))
        {
            let details = format!("You have {verb} listing language(s): [{}]", names.join(", "));
            warnings.push(status_detail(code, &details));
        }
    };
    warn("ListingOptOutWarning", "removed", &removed);
    warn("ListingOptInWarning", "added", &added);
}
