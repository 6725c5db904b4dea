//! A01: the submission of an add-on.

use super::finding::Finding;
use super::listings::Source;
use super::pictures;
use super::rules::{A01, Severity};
use super::subject::{Listing, Text, units};
use crate::listing::schema;

/// The longest title and description of a listing.
const TEXTS: [(&str, usize); 2] = [("title", 100), ("description", 200)];
const KEYWORDS: usize = 10;
const KEYWORD: usize = 30;
const TAG: usize = 3_000;
const ICON: (u32, u32) = (300, 300);

/// The members beside the listings.
pub(super) fn check(source: &Source<'_, '_>, findings: &mut Vec<Finding>) {
    values(source, findings);
    lengths(source, findings);
}

/// Values that the service does not have.
fn values(source: &Source<'_, '_>, findings: &mut Vec<Finding>) {
    let root = source.document.root();
    for (name, known) in [("contentType", schema::CONTENT_TYPES), ("lifetime", schema::LIFETIMES)] {
        // A submission has it until somebody sets it.
        let known: Vec<&str> = known.iter().copied().filter(|value| *value != "NotSet").collect();
        let Some((view, text)) = root.member(name).and_then(|view| Some((view, view.text()?))) else { continue };
        if !known.contains(&text.as_ref()) {
            let message = format!("`{name}` is `{text}`, which the service does not have");
            let finding = source.place(format!("/{name}"), view).finding(&A01, Severity::Error, message);
            findings.push(finding.compared(text, known.join(", ")));
        }
    }
}

/// Texts and lists that are too long.
pub(super) fn lengths(source: &Source<'_, '_>, findings: &mut Vec<Finding>) {
    let root = source.document.root();
    let tag = root.member("tag").and_then(|view| source.text("/tag".to_owned(), view, None));
    findings.extend(tag.and_then(|tag| too_long("tag", &tag, TAG)));
    if let Some(keywords) = root.member("keywords") {
        let list = source.list("/keywords", keywords, None);
        if list.items.len() > KEYWORDS {
            let message = format!("there are {} keywords, and an add-on has at most {KEYWORDS}", list.items.len());
            let finding = list.place.finding(&A01, Severity::Error, message);
            findings.push(finding.compared(list.items.len().to_string(), format!("at most {KEYWORDS}")));
        }
        findings.extend(list.items.iter().filter_map(|item| too_long("keyword", item, KEYWORD)));
    }
}

/// A listing, which is complete if nothing else is to come.
pub(super) fn listing(listing: &Listing, findings: &mut Vec<Finding>) {
    let title = listing.text("title");
    if title.is_none_or(Text::is_blank) && listing.is_complete {
        let place = title.map_or(&listing.place, |title| &title.place);
        findings.push(place.finding(&A01, Severity::Error, "the listing has no title"));
    }
    for (name, most) in TEXTS {
        findings.extend(listing.text(name).and_then(|text| too_long(name, text, most)));
    }
    for icon in &listing.pictures {
        let Some(facts) = &icon.facts else { continue };
        pictures::file(icon, facts, findings);
        if let Some((width, height)) = facts.pixels.filter(|pixels| *pixels != ICON) {
            let message = format!("the icon {} has {width} x {height} pixels", icon.name);
            let finding = icon.place.finding(&A01, Severity::Error, message);
            findings.push(finding.compared(format!("{width} x {height}"), format!("{} x {}", ICON.0, ICON.1)));
        }
    }
}

fn too_long(name: &str, text: &Text, most: usize) -> Option<Finding> {
    let found = units(&text.value);
    (found > most).then(|| {
        let severity = if text.is_live { Severity::Warning } else { Severity::Error };
        let message = format!("the {name} has {found} characters, and an add-on's has at most {most}");
        text.finding(&A01, severity, message).compared(found.to_string(), format!("at most {most}"))
    })
}
