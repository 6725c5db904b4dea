//! T26 and T27: release notes.

use std::collections::BTreeMap;

use super::beside::Beside;
use super::finding::Finding;
use super::languages::{FALLBACKS, of, tongue};
use super::rules::{T26, T27};
use super::subject::{Listing, Text, folded};

/// Shorter notes may be the same in several languages.
const SHORT: usize = 40;
/// How many languages a finding names.
const NAMED: usize = 5;
/// Words before the number of a version.
const VERSION: [&str; 3] = ["version ", "release ", "v"];

pub(super) fn check(listings: &[Listing], beside: &Beside<'_>, findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<String, &Listing> = BTreeMap::new();
    for listing in listings {
        let notes = listing.text("releaseNotes").filter(|notes| !notes.is_blank());
        if listing.platform.is_some() {
            continue;
        }
        if beside.is_first {
            let first = |notes: &Text| notes.finding(&T27, T27.severity, "the first submission has release notes");
            findings.extend(notes.map(|notes| of(listing, first(notes))));
            continue;
        }
        findings.extend(stale(listing, notes, beside).map(|finding| of(listing, finding)));
        let Some(notes) = notes.filter(|notes| !notes.is_live) else { continue };
        findings.extend(other_version(notes, beside).map(|finding| of(listing, finding)));
        let value = folded(notes.value.trim());
        if FALLBACKS.contains(&listing.language.as_str()) || value.chars().count() < SHORT {
            continue;
        }
        match known.get(&value) {
            Some(other) if tongue(&other.language) != tongue(&listing.language) => {
                let message = format!("the release notes are those of {}", other.language);
                findings.push(of(listing, notes.finding(&T26, T26.severity, message)));
            }
            Some(_) => {}
            None => _ = known.insert(value, listing),
        }
    }
}

/// T26 for notes that name another version than the packages have.
pub(super) fn versions(listings: &[Listing], beside: &Beside<'_>, findings: &mut Vec<Finding>) {
    for listing in listings {
        let notes = listing.text("releaseNotes").filter(|notes| !notes.is_live);
        findings.extend(notes.and_then(|notes| other_version(notes, beside)).map(|finding| of(listing, finding)));
    }
}

/// Notes that are not about the packages that come.
fn stale(listing: &Listing, notes: Option<&Text>, beside: &Beside<'_>) -> Option<Finding> {
    let before = listing.before.as_ref().filter(|_| !beside.packages.is_empty())?;
    let is_said = |language: &String| language == "default" || language.eq_ignore_ascii_case(&listing.language);
    if listing.borrows(|name| name == "releaseNotes") || beside.noted.iter().any(is_said) {
        return None;
    }
    let (place, what) = match (notes, listing.text("releaseNotes")) {
        (Some(notes), _) if notes.is_live => (&notes.place, "are those of the submission that is there"),
        (Some(_), _) => return None,
        (None, None) if before.has_release_notes => (&listing.place, "stay those of the submission that is there"),
        (None, empty) => (empty.map_or(&listing.place, |empty| &empty.place), "are missing"),
    };
    Some(place.finding(&T26, T26.severity, format!("the release notes {what}, and there are new packages")))
}

/// Notes that are those of the submission to compare with, in all languages together: mostly all of them are.
pub(super) fn left(listings: &[Listing]) -> Option<Finding> {
    let is_left = |notes: &&Text| notes.is_live && !notes.is_blank();
    let left = listings.iter().filter(|listing| listing.platform.is_none());
    let left = left.filter_map(|listing| Some((listing, listing.text("releaseNotes").filter(is_left)?)));
    let left: Vec<(&Listing, &Text)> = left.collect();
    let (first, notes) = left.first()?;
    let named: Vec<&str> = left.iter().take(NAMED).map(|(listing, _)| listing.language.as_str()).collect();
    let more = match left.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let languages = named.join(", ");
    let message = format!(
        "the release notes in {languages}{more} stay those of the published submission, and there are new packages"
    );
    let finding = notes.finding(&T26, T26.severity, message);
    Some(if left.len() == 1 { of(first, finding) } else { finding })
}

/// Notes whose first line names another version than the packages have.
fn other_version(notes: &Text, beside: &Beside<'_>) -> Option<Finding> {
    let line = notes.value.lines().find(|line| !line.trim().is_empty())?.to_ascii_lowercase();
    let start = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let named = VERSION.iter().find_map(|word| start.strip_prefix(word)).unwrap_or(start).trim_start();
    let named = named.strip_prefix('v').unwrap_or(named);
    let end = named.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(named.len());
    let is_apart = named[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
    let named = named[..end].trim_end_matches('.');
    let numbers: Vec<u64> = named.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    if !is_apart || !(2..=4).contains(&numbers.len()) || beside.packages.is_empty() {
        return None;
    }
    let versions: Vec<&str> = beside.packages.iter().map(|facts| facts.version.as_str()).collect();
    let is_one = |version: &&str| {
        let own: Vec<u64> = version.split('.').filter_map(|part| part.parse().ok()).collect();
        own.starts_with(&numbers)
    };
    if versions.iter().any(is_one) {
        return None;
    }
    let message = format!("the release notes are of version {named}, and the packages have {}", versions.join(", "));
    Some(notes.finding(&T26, T26.severity, message).compared(named, versions.join(", ")))
}
