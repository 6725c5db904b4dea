//! T09 and T10: titles.

use super::beside::Beside;
use super::finding::Finding;
use super::rules::{Severity, T09, T10};
use super::subject::{Listing, Text};
use super::words;
use crate::input::nearest;

/// Words that the Store's policies call marketing.
const MARKETING: [&str; 9] =
    ["best", "free", "cheapest", "top rated", "top-rated", "award-winning", "number one", "discount", "for sale"];
/// The same with a sign at their begin.
const SIGNS: [&str; 2] = ["#1", "no. 1"];

/// T09: a listing without a title gets that of the package in its language.
pub(super) fn missing(listing: &Listing, beside: &Beside<'_>) -> Option<Finding> {
    if !listing.is_complete || listing.platform.is_some() {
        return None;
    }
    let before = listing.before.as_ref();
    let title = listing.text("title");
    let is_kept = title.is_none() && (listing.borrows(|name| name == "title") || before.is_some_and(|it| it.has_title));
    let was_none = before.is_some_and(|before| !before.has_title);
    if is_kept || was_none || title.is_some_and(|title| !title.is_blank()) {
        return None;
    }
    let (languages, are_known) = beside.languages()?;
    if languages.contains(&listing.language.to_ascii_lowercase()) {
        return None;
    }
    let severity = beside.unless_known(if are_known { Severity::Error } else { Severity::Warning });
    let place = title.map_or(&listing.place, |title| &title.place);
    let own: Vec<&str> = languages.iter().map(String::as_str).collect();
    let message = format!("the listing has no title, and no package has the language {}", listing.language);
    Some(place.finding(&T09, severity, message).compared(listing.language.as_str(), own.join(", ")))
}

/// T10.
pub(super) fn check(title: &Text, beside: &Beside<'_>) -> Option<Finding> {
    let value = title.value.trim();
    if value.is_empty() {
        return None;
    }
    let names = &beside.told.reserved_names;
    if !names.is_empty() && !names.iter().any(|name| name == value) {
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        let finding = title.finding(&T10, T10.severity, format!("the title `{value}` is none of the reserved names"));
        let finding = finding.compared(value, known.join(", "));
        return Some(match nearest(value, &known) {
            Some(name) => finding.remedy(&format!("write {name}")),
            None => finding,
        });
    }
    let lower = title.value.to_ascii_lowercase();
    let (at, word) = words::first(&lower, &MARKETING).or_else(|| words::first(&lower, &SIGNS))?;
    Some(title.finding_at(&T10, at, format!("the title has `{word}`, as advertisements have")))
}
