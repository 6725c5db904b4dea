//! T01 to T08: how long texts and lists may be, and what a listing needs.

use super::finding::Finding;
use super::rules::{Severity, T01, T02, T03, T04, T05, T06, T07, T08};
use super::subject::{List, Listing, Text, folded, units};

/// The longest text of each member, in UTF-16 code units.
const TEXTS: &[(&str, usize)] = &[
    ("description", 10_000),
    ("shortDescription", 500),
    ("releaseNotes", 1_500),
    ("title", 256),
    ("shortTitle", 50),
    ("sortTitle", 255),
    ("voiceTitle", 255),
    ("devStudio", 255),
    ("copyrightAndTrademarkInfo", 200),
    ("licenseTerms", 10_000),
];

/// The most items of each list, and the longest of them.
const LISTS: &[(&str, usize, usize)] =
    &[("features", 20, 200), ("keywords", 7, 40), ("minimumHardware", 11, 200), ("recommendedHardware", 11, 200)];

/// The most words of all keywords of a language, or the most languages that have keywords: what the service counts is
/// known from refusals only.
const MOST_KEYWORDS: usize = 21;
/// Where some views cut the short description.
const SHORT_VIEW: usize = 270;

pub(super) fn check(listing: &Listing, findings: &mut Vec<Finding>) {
    for (name, text) in &listing.texts {
        if let Some((_, most)) = TEXTS.iter().find(|(own, _)| own == name) {
            findings.extend(text_length(name, text, *most));
        }
    }
    if let Some(text) = listing.text("shortDescription")
        && (SHORT_VIEW + 1..=500).contains(&units(&text.value))
    {
        let found = units(&text.value);
        let message = format!("the short description has {found} characters, and some views cut it at {SHORT_VIEW}");
        findings.push(text.finding(&T03, Severity::Information, message).compared(found.to_string(), "270"));
    }
    for (name, list) in &listing.lists {
        if let Some((_, most, longest)) = LISTS.iter().find(|(own, ..)| own == name) {
            list_length(name, list, (*most, *longest), findings);
        }
    }
    if let Some(keywords) = listing.list("keywords") {
        words(keywords, findings);
        of_no_use(listing, keywords, findings);
    }
}

/// The error of a rule that also looks at texts that are live: these must not block a release.
fn unless_live(is_live: bool) -> Severity {
    if is_live { Severity::Warning } else { Severity::Error }
}

/// T01 or T02 for a text.
pub(super) fn text_length(name: &str, text: &Text, most: usize) -> Option<Finding> {
    let found = units(&text.value);
    // What it is at least, however the service counts.
    let least = folded(&text.value).chars().count();
    let allowed = || format!("at most {most}");
    if least > most {
        let message = format!("`{name}` has {found} characters, and the Store takes at most {most}");
        let finding = text.finding(&T01, unless_live(text.is_live), message).compared(found.to_string(), allowed());
        return Some(match (name, text.is_live) {
            ("shortDescription", true) => finding.remedy(
                "shorten it in Partner Center first: the service copies it into each draft, and refuses the copy",
            ),
            _ => finding.remedy(&format!("shorten it by {} characters", found - most)),
        });
    }
    if found > most {
        let message = format!(
            "`{name}` has {least} characters, but {found} if line ends and rare characters count twice, and the Store takes at \
             most {most}"
        );
        return Some(text.finding(&T02, Severity::Warning, message).compared(found.to_string(), allowed()));
    }
    if text.is_live || found * 100 < most * 95 {
        return None;
    }
    let message = format!("`{name}` has {found} of {most} characters");
    let finding = text.finding(&T02, Severity::Information, message).compared(found.to_string(), allowed());
    Some(finding.remedy("nothing, unless it grows"))
}

/// T04 for a list; `limits` are the most items and the longest of them.
fn list_length(name: &str, list: &List, (most, longest): (usize, usize), findings: &mut Vec<Finding>) {
    let severity = unless_live(list.is_live);
    let count = list.items.len();
    if count > most {
        let message = format!("`{name}` has {count} items, and the Store takes at most {most}");
        let finding = list.place.finding(&T04, severity, message);
        findings.push(finding.compared(format!("{count} items"), format!("at most {most} items")));
    }
    for item in &list.items {
        let length = units(&item.value);
        if length > longest {
            let message = format!("an item of `{name}` has {length} characters, and the Store takes at most {longest}");
            let finding = item.finding(&T04, severity, message);
            findings.push(finding.compared(length.to_string(), format!("at most {longest}")));
        } else if item.is_blank() {
            findings.push(item.finding(&T04, severity, format!("an item of `{name}` is empty")));
        }
    }
}

/// T05 and T06: the words and the length of keywords.
fn words(keywords: &List, findings: &mut Vec<Finding>) {
    let words: usize = keywords.items.iter().map(|item| item.value.split_whitespace().count()).sum();
    if words > MOST_KEYWORDS {
        let message = format!("the keywords have {words} words together, and the Store takes at most {MOST_KEYWORDS}");
        let finding = keywords.place.finding(&T05, unless_live(keywords.is_live), message);
        findings.push(finding.compared(format!("{words} words"), format!("at most {MOST_KEYWORDS} words")));
    }
    for item in keywords.items.iter().filter(|item| !item.is_live) {
        let length = units(&item.value);
        if (31..=40).contains(&length) {
            let message = format!("the keyword `{}` has {length} characters", item.value);
            let finding = item.finding(&T06, Severity::Warning, message);
            findings.push(finding.compared(length.to_string(), "30 for sure, 40 by the newest page"));
        }
    }
}

/// T07: keywords that find nothing more.
fn of_no_use(listing: &Listing, keywords: &List, findings: &mut Vec<Finding>) {
    let fold = |text: &str| text.trim().to_lowercase();
    let names = ["title", "devStudio"].map(|name| listing.text(name).map(|text| fold(&text.value)).unwrap_or_default());
    for (at, item) in keywords.items.iter().enumerate().filter(|(_, item)| !item.is_live && !item.is_blank()) {
        let term = fold(&item.value);
        let why = if keywords.items[..at].iter().any(|other| fold(&other.value) == term) {
            "is there twice"
        } else if term == names[0] {
            "is the title, by which the product is found anyway"
        } else if term == names[1] {
            "is the developer's name, by which the product is found anyway"
        } else if matches!(term.as_str(), "free" | "best") {
            "is one that the Store's pages advise against"
        } else if term.contains([',', ';', '\u{3001}', '\u{ff0c}']) {
            "is several, with commas between them"
        } else {
            continue;
        };
        findings.push(item.finding(&T07, Severity::Warning, format!("the keyword `{}` {why}", item.value)));
    }
}

/// Whether images of a type are screenshots.
pub(super) fn is_screenshot(image_type: &str) -> bool {
    image_type.to_ascii_lowercase().ends_with("screenshot")
}

/// T08: what a listing needs.
pub(super) fn required(listing: &Listing, findings: &mut Vec<Finding>) {
    if !listing.is_complete {
        return;
    }
    let before = listing.before.as_ref();
    let description = listing.text("description");
    let is_borrowed = description.is_none() && listing.borrows(|name| name == "description");
    let is_left = description.is_none() && (is_borrowed || !listing.has_all_texts);
    if description.is_none_or(Text::is_blank) && !is_left {
        let severity = unless_live(before.is_some_and(|before| !before.has_description));
        let place = description.map_or(&listing.place, |text| &text.place);
        findings.push(place.finding(&T08, severity, "the listing has no description"));
    }
    let has_own = listing.pictures.iter().any(|picture| is_screenshot(&picture.image_type));
    if !has_own && !listing.borrows(is_screenshot) && listing.has_all_pictures {
        let severity = unless_live(before.is_some_and(|before| !before.image_types.iter().any(|it| is_screenshot(it))));
        findings.push(listing.place.finding(&T08, severity, "the listing has no screenshot"));
    }
}

/// T06 for all languages together.
pub(super) fn languages_with_keywords(listings: &[Listing]) -> Option<Finding> {
    let has_keywords = |listing: &&Listing| {
        listing.platform.is_none() && listing.list("keywords").is_some_and(|list| !list.items.is_empty())
    };
    let count = listings.iter().filter(has_keywords).count();
    let is_new = |listing: &Listing| listing.list("keywords").is_some_and(|list| !list.is_live);
    (count > MOST_KEYWORDS && listings.iter().any(is_new)).then(|| {
        let message = format!("{count} languages have keywords; the service may take {MOST_KEYWORDS}");
        Finding::new(&T06, Severity::Warning, message).compared(count.to_string(), format!("{MOST_KEYWORDS} for sure"))
    })
}
