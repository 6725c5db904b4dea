//! PUT of a submission: the rules that go beyond types and enumerations.

use super::Request;
use super::schema::{self, Field, Kind, Place, Refusal};
use super::shapes;
use super::states;
use super::submissions;
use crate::emulator::json::Json;
use crate::emulator::response::{Answer, conflict, invalid};
use crate::emulator::state::{Owner, Store, Submission};

pub(crate) fn update(store: &mut Store, request: &Request<'_>) -> Result<Answer, Answer> {
    let index = request.submission(store)?;
    let submission = &store.submissions[index];
    submissions::check_origin(submission)?;
    if !submission.state().is_some_and(|state| state.kind == states::Kind::Editable) {
        let message = format!("A submission in the state {} cannot be updated.", submission.status());
        return Err(conflict("submission", message));
    }
    let sent = parse(&request.call.body)?;
    let document = apply(submission, &sent)?;
    if submission.zombie {
        // Says yes and keeps nothing.
        let mut shown = submission.clone();
        shown.document = document;
        return Ok(Answer::json(200, store.answer(&shown)));
    }
    store.submissions[index].document = document;
    Ok(Answer::json(200, store.answer(&store.submissions[index])))
}

/// The body as an object.
pub(crate) fn parse(body: &[u8]) -> Result<Json, Answer> {
    schema::body(body).map_err(refused)
}

fn refused(refusal: Refusal) -> Answer {
    invalid(&refusal.target, refusal.message)
}

/// The document after the PUT.
pub(crate) fn apply(submission: &Submission, sent: &Json) -> Result<Json, Answer> {
    let fields: &'static [Field] = match submission.owner {
        Owner::App(_) => &shapes::APP,
        Owner::Flight { .. } => &shapes::FLIGHT,
        Owner::AddOn(_) => &shapes::ADD_ON,
    };
    let before = &submission.document;
    let mut document = schema::accept(&Kind::Object(fields), sent, Some(before), &Place::root()).map_err(refused)?;
    if !matches!(submission.owner, Owner::Flight { .. }) {
        check_listings(&submission.owner, &document)?;
        price(&mut document, before)?;
    }
    if matches!(submission.owner, Owner::App(_)) {
        check_families(&document)?;
    }
    check_date(&document)?;
    check_rollout(&document)?;
    if let Some(packages) = submission.owner.packages() {
        check_names(document.get(packages).map_or(&[], Json::items))?;
    }
    warn_of_languages(&mut document, before);
    Ok(document)
}

fn check_listings(owner: &Owner, document: &Json) -> Result<(), Answer> {
    if document.get("listings").is_some_and(|listings| !listings.members().is_empty()) {
        return Ok(());
    }
    Err(match owner {
        Owner::App(_) => invalid("appListings", "The size of AppListings must be 1 or more"),
        _ => invalid("listings", "The size of Listings must be 1 or more"),
    })
}

/// `Base` can be read but not written; a missing price, or null, makes the product free.
fn price(document: &mut Json, before: &Json) -> Result<(), Answer> {
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

fn check_families(document: &Json) -> Result<(), Answer> {
    let families = document.get("allowTargetFutureDeviceFamilies");
    for family in ["Desktop", "Mobile", "Xbox", "Holographic"] {
        if families.and_then(|families| families.get(family)).is_none() {
            let message = format!("AllowTargetFutureDeviceFamilies must contain {family}");
            return Err(invalid("allowTargetFutureDeviceFamilies", message));
        }
    }
    Ok(())
}

fn check_date(document: &Json) -> Result<(), Answer> {
    let date = document.text_of("targetPublishDate");
    if document.text_of("targetPublishMode") == "SpecificDate" && (date.is_empty() || date.starts_with("1601-01-01")) {
        return Err(invalid("targetPublishDate", "TargetPublishDate is needed for the mode SpecificDate"));
    }
    Ok(())
}

fn check_rollout(document: &Json) -> Result<(), Answer> {
    let rollout = document.get("packageDeliveryOptions").and_then(|options| options.get("packageRollout"));
    let percentage = rollout.and_then(|rollout| rollout.get("packageRolloutPercentage")).and_then(Json::as_f64);
    if percentage.is_some_and(|percentage| !(0.0..=100.0).contains(&percentage)) {
        return Err(invalid("packageDeliveryOptions", "PackageRolloutPercentage must be from 0 to 100"));
    }
    Ok(())
}

/// Two new packages cannot have one place in the ZIP.
fn check_names(packages: &[Json]) -> Result<(), Answer> {
    let new = packages.iter().filter(|package| package.text_of("fileStatus") == "PendingUpload");
    let mut names: Vec<String> = new.map(|package| package.text_of("fileName").replace('\\', "/")).collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(invalid("packages", format!("The file name '{}' is there twice", pair[0]))),
        None => Ok(()),
    }
}

/// The warnings of the service when languages come or go.
fn warn_of_languages(document: &mut Json, before: &Json) {
    let languages = |document: &Json| -> Vec<String> {
        document.get("listings").map_or(&[][..], Json::members).iter().map(|(name, _)| name.clone()).collect()
    };
    let (old, new) = (languages(before), languages(document));
    let gone: Vec<&str> = old.iter().filter(|name| !new.contains(name)).map(String::as_str).collect();
    let come: Vec<&str> = new.iter().filter(|name| !old.contains(name)).map(String::as_str).collect();
    let mut warn = |code: &str, verb: &str, names: &[&str]| {
        if let (false, Some(Json::Array(warnings))) =
            (names.is_empty(), document.get_mut("statusDetails").and_then(|details| details.get_mut("warnings")))
        {
            let details = format!("You have {verb} listing language(s): [{}]", names.join(", "));
            let warning =
                crate::emulator::json::object([("code", Json::text(code)), ("details", Json::text(&details))]);
            warnings.push(warning);
        }
    };
    warn("ListingOptOutWarning", "removed", &gone);
    warn("ListingOptInWarning", "added", &come);
}
