//! N02 to N05 and T29: the languages of listings.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::rules::{N02, N03, N04, N05, Severity, T29};
use super::subject::{Listing, Text, folded};
use crate::package::Facts;

/// The codes that the Store lists, one a line, in lower case.
const CODES: &str = include_str!("languages.txt");

/// What stands for all other languages, in a folder and in a release.
pub(super) const FALLBACKS: [&str; 2] = ["_default", "default"];

/// Whether a character is one of a script.
type IsLetter = fn(char) -> bool;

/// Languages with a script of their own, each with the characters of it.
const SCRIPTS: &[(&[&str], &str, IsLetter)] = &[
    (&["ru", "uk", "be", "bg", "mk", "kk", "ky", "sr-cyrl", "bs-cyrl", "mn"], "Cyrillic", |c| {
        matches!(c, '\u{400}'..='\u{52f}')
    }),
    (&["el"], "Greek", |c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')),
    (&["ar", "fa", "ur", "ug", "prs"], "Arabic", |c| matches!(c, '\u{600}'..='\u{77f}' | '\u{fb50}'..='\u{fefc}')),
    (&["he"], "Hebrew", |c| matches!(c, '\u{590}'..='\u{5ff}')),
    (&["hi", "mr", "ne", "kok"], "Devanagari", |c| matches!(c, '\u{900}'..='\u{97f}')),
    (&["th"], "Thai", |c| matches!(c, '\u{e00}'..='\u{e7f}')),
    (&["ko"], "Hangul", |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}')),
    (&["ja"], "Japanese", |c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')),
    (&["zh"], "Chinese", |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')),
    (&["hy"], "Armenian", |c| matches!(c, '\u{530}'..='\u{58f}')),
    (&["ka"], "Georgian", |c| matches!(c, '\u{10a0}'..='\u{10ff}')),
    (&["bn", "as"], "Bengali", |c| matches!(c, '\u{980}'..='\u{9ff}')),
    (&["ta"], "Tamil", |c| matches!(c, '\u{b80}'..='\u{bff}')),
    (&["te"], "Telugu", |c| matches!(c, '\u{c00}'..='\u{c7f}')),
    (&["am", "ti"], "Ethiopic", |c| matches!(c, '\u{1200}'..='\u{139f}')),
];
/// With fewer letters, a text may be just a name.
const FEW_LETTERS: usize = 40;
/// Fewer letters than this of a text, in percent, are no text in a script.
const LEAST_SHARE: usize = 15;
/// A shorter description may be the same in several languages.
const SHORT: usize = 60;

/// The rules about all languages together. `packages` are those that the submission is checked with.
pub(super) fn check(listings: &[Listing], packages: &[Facts], findings: &mut Vec<Finding>) {
    let is_language =
        |listing: &&Listing| listing.platform.is_none() && !FALLBACKS.contains(&listing.language.as_str());
    let listings: Vec<&Listing> = listings.iter().filter(is_language).collect();
    let codes: BTreeSet<&str> = CODES.lines().collect();
    let mut seen: BTreeMap<String, &Listing> = BTreeMap::new();
    for listing in &listings {
        let code = listing.language.to_ascii_lowercase();
        if let Some(other) = seen.get(&code) {
            let message = format!("the languages {} and {} are the same one", other.language, listing.language);
            findings.push(of(listing, listing.place.finding(&N02, Severity::Error, message)));
        } else if listing.before.is_none() && !codes.contains(code.as_str()) {
            findings.push(of(listing, unknown(listing, &code, &codes)));
        }
        seen.insert(code, listing);
    }
    for (code, listing) in &seen {
        let region = seen.keys().find(|other| other.strip_prefix(code.as_str()).is_some_and(|it| it.starts_with('-')));
        if let Some(region) = region.filter(|_| !code.contains('-')) {
            let message = format!("there are listings in {code} and in {region}");
            findings.push(of(listing, listing.place.finding(&N04, Severity::Information, message)));
        }
    }
    of_packages(&seen, packages, findings);
    untranslated(&listings, findings);
}

/// A finding about a listing.
pub(super) fn of(listing: &Listing, finding: Finding) -> Finding {
    Finding { language: finding.language.or_else(|| Some(listing.language.clone())), ..finding }
}

/// N03.
fn unknown(listing: &Listing, code: &str, codes: &BTreeSet<&str>) -> Finding {
    let code = code.replace('_', "-");
    let main = code.split('-').next().unwrap_or_default();
    // `uk` is a language, and no region.
    let british = code.strip_suffix("-uk").map(|rest| format!("{rest}-gb"));
    let guesses = [Some(code.clone()), british, Some(main.to_owned())];
    let nearest = guesses.into_iter().flatten().find(|guess| codes.contains(guess.as_str()));
    let message = format!("{} is no language of the Store's list", listing.language);
    let finding = listing.place.finding(&N03, Severity::Warning, message);
    match nearest {
        Some(nearest) => finding.remedy(&format!("use {nearest}")).compared(listing.language.as_str(), nearest),
        None => finding,
    }
}

/// N05. A listing without a region covers packages with one, and the other way round: which of them the Store takes is not
/// documented.
fn of_packages(listings: &BTreeMap<String, &Listing>, packages: &[Facts], findings: &mut Vec<Finding>) {
    let main = |code: &str| code.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let own: BTreeSet<String> = packages.iter().flat_map(|facts| &facts.languages).map(|code| main(code)).collect();
    if own.is_empty() || listings.is_empty() {
        return;
    }
    for (code, listing) in listings {
        if !own.contains(&main(code)) {
            let message = format!("there is a listing in {code}, and no package has this language");
            findings.push(
                of(listing, listing.place.finding(&N05, Severity::Warning, message)).remedy(
                    "add the language to the packages; else the listing needs a title, one of the reserved names",
                ),
            );
        }
    }
    let listed: BTreeSet<String> = listings.keys().map(|code| main(code)).collect();
    for code in own.difference(&listed) {
        let finding = Finding::new(
            &N05,
            Severity::Warning,
            format!("the packages have the language {code}, and no listing is in it"),
        );
        findings.push(Finding { language: Some(code.clone()), ..finding });
    }
}

/// T29.
fn untranslated(listings: &[&Listing], findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<String, &Listing> = BTreeMap::new();
    for listing in listings {
        let Some(text) = listing.text("description").filter(|text| !text.is_live) else { continue };
        if let Some((name, share)) = foreign(&listing.language, text) {
            let message = format!("the description has {share} % {name} letters");
            findings.push(of(listing, text.finding(&T29, Severity::Warning, message)));
        }
        let value = folded(text.value.trim());
        match known.get(&value) {
            Some(other) if tongue(&other.language) != tongue(&listing.language) && value.chars().count() >= SHORT => {
                let message = format!("the description is the one of {}", other.language);
                findings.push(of(listing, text.finding(&T29, Severity::Warning, message)));
            }
            Some(_) => {}
            None => _ = known.insert(value, listing),
        }
    }
}

/// The language and the script of a code, without its region.
pub(super) fn tongue(code: &str) -> String {
    let code = code.to_ascii_lowercase();
    let is_script = |part: &&str| part.len() == 4 && part.chars().all(|c| c.is_ascii_alphabetic());
    let mut parts = code.split('-');
    let main = parts.next().unwrap_or_default();
    match (main, parts.find(is_script)) {
        ("zh", None) if ["zh-tw", "zh-hk", "zh-mo"].contains(&code.as_str()) => "zh-hant".to_owned(),
        ("zh", None) => "zh-hans".to_owned(),
        (main, None) => main.to_owned(),
        (main, Some(script)) => format!("{main}-{script}"),
    }
}

/// The script that a text should be in and is not, with the share of it in percent.
fn foreign(code: &str, text: &Text) -> Option<(&'static str, usize)> {
    let own = tongue(code);
    let is_of = |known: &&str| own == *known || own.split('-').next() == Some(*known) && !own.ends_with("-latn");
    let (_, name, is_letter) = SCRIPTS.iter().find(|(codes, ..)| codes.iter().any(is_of))?;
    let letters = text.value.chars().filter(|c| c.is_alphabetic()).count();
    let inside = text.value.chars().filter(|c| is_letter(*c)).count();
    (letters >= FEW_LETTERS && inside * 100 < letters * LEAST_SHARE).then(|| (*name, inside * 100 / letters))
}
