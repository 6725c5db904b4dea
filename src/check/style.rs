//! T19, T21, T23 to T25, T28, T30: how a text reads.

use super::beside::Beside;
use super::finding::Finding;
use super::rules::{T19, T21, T23, T24, T25, T28, T30};
use super::subject::{Listing, Text, folded};

/// The members that the service ignores.
const IGNORED: [&str; 3] = ["privacyPolicy", "supportContact", "websiteUrl"];
/// With fewer words in which case can be told, capitals are a name and not shouting.
const FEW_WORDS: usize = 10;

/// How many years a copyright may be behind the present, if no changelog says when there was a version.
const OLD: i16 = 3;

pub(super) fn check(name: &str, text: &Text, findings: &mut Vec<Finding>) {
    if let Some((at, what)) = price(&text.value).filter(|_| name != "licenseTerms") {
        findings.push(text.finding_at(&T19, at, format!("`{name}` has `{what}`, which is a price")));
    }
    if let Some(finding) = shouting(name, text).filter(|_| name != "licenseTerms") {
        findings.push(finding);
    }
    if let Some((at, what)) = blanks(&text.value) {
        findings.push(text.finding_at(&T24, at, format!("`{name}` {what}")));
    }
    if IGNORED.contains(&name) && !text.is_blank() {
        findings.push(text.finding(&T28, T28.severity, format!("the service ignores `{name}`")));
    }
}

/// T23: the newest year of the copyright of a listing.
pub(super) fn copyright(listing: &Listing, beside: &Beside<'_>) -> Option<Finding> {
    let text = listing.text("copyrightAndTrademarkInfo").filter(|text| !text.is_live)?;
    let numbers = text.value.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 4);
    let newest =
        numbers.filter_map(|digits| digits.parse::<i16>().ok()).filter(|year| (1900..2200).contains(year)).max()?;
    let year = beside.year();
    let (expected, why) = match beside.newest_year.filter(|released| newest < *released) {
        Some(released) => (released, format!(", and the changelog has a version of {released}")),
        None if newest + OLD <= year => (year, String::new()),
        None => return None,
    };
    let message = format!("the newest year of the copyright is {newest}{why}");
    Some(text.finding(&T23, T23.severity, message).compared(newest.to_string(), expected.to_string()))
}

/// T25 for a listing.
pub(super) fn cleared(listing: &Listing, findings: &mut Vec<Finding>) {
    let texts = listing.texts.iter().filter(|(_, text)| text.clears).map(|(name, text)| (name, &text.place));
    let lists = listing.lists.iter().filter(|(_, list)| list.clears).map(|(name, list)| (name, &list.place));
    for (name, place) in texts.chain(lists) {
        let message = format!("`{name}` is empty, which clears what the submission has");
        findings.push(place.finding(&T25, T25.severity, message));
    }
}

/// T30 for a listing.
pub(super) fn repetition(listing: &Listing) -> Option<Finding> {
    let (short, long) = (listing.text("shortDescription")?, listing.text("description")?);
    let (begin, all) = (folded(short.value.trim()), folded(long.value.trim()));
    let is_repeated = !short.is_live && !begin.is_empty() && all.starts_with(&begin);
    is_repeated.then(|| short.finding(&T30, T30.severity, "the short description is the beginning of the description"))
}

/// The first price, discount or promise that something costs nothing.
fn price(text: &str) -> Option<(usize, String)> {
    let amount = |(at, sign): (usize, &str)| {
        let after = text[at + sign.len()..].trim_start_matches(' ');
        let before = text[..at].trim_end_matches(' ');
        let is_amount = after.starts_with(|c: char| c.is_ascii_digit())
            || (sign != "$" && before.ends_with(|c: char| c.is_ascii_digit()));
        is_amount.then(|| (at, sign.to_owned()))
    };
    let discount = |(at, _): (usize, &str)| {
        let after = text[at + 1..].trim_start();
        let before = text[..at].trim_end();
        (after.to_ascii_lowercase().starts_with("off") && before.ends_with(|c: char| c.is_ascii_digit()))
            .then(|| (at, "% off".to_owned()))
    };
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    let free = words
        .filter(|word| word.eq_ignore_ascii_case("free"))
        .map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word.to_owned()));
    let amounts = ["$", "€", "£", "¥"].iter().filter_map(|sign| text.match_indices(sign).find_map(amount));
    free.take(1).chain(amounts).chain(text.match_indices('%').find_map(discount)).min()
}

/// T21.
fn shouting(name: &str, text: &Text) -> Option<Finding> {
    if let Some(at) = text.value.find("!!!") {
        return Some(text.finding_at(&T21, at, format!("`{name}` has three exclamation marks in a row")));
    }
    if name == "title"
        && let Some((at, _)) = text.value.char_indices().find(|(_, c)| is_emoji(*c))
    {
        return Some(text.finding_at(&T21, at, "the title has an emoji"));
    }
    let cased = |word: &&str| word.chars().filter(|c| c.is_uppercase() || c.is_lowercase()).count() > 3;
    let words: Vec<&str> = text.value.split(|c: char| !c.is_alphanumeric()).filter(cased).collect();
    let capitals = words.iter().filter(|word| !word.chars().any(char::is_lowercase)).count();
    (words.len() >= FEW_WORDS && capitals * 10 > words.len() * 3).then(|| {
        let message = format!("{capitals} of {} words of `{name}` are in capitals", words.len());
        text.finding(&T21, T21.severity, message)
    })
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}')
}

/// The first blanks too many, and what they are.
fn blanks(text: &str) -> Option<(usize, &'static str)> {
    if text.trim().is_empty() {
        return (!text.is_empty()).then_some((0, "is only blanks"));
    }
    if text.starts_with(char::is_whitespace) {
        return Some((0, "begins with blanks"));
    }
    let mut start = 0;
    let mut empty = 0;
    for line in text.split_inclusive('\n') {
        let own = line.trim_end_matches(['\r', '\n']);
        empty = if own.trim().is_empty() { empty + 1 } else { 0 };
        if empty > 2 {
            return Some((start, "has more than two empty lines in a row"));
        }
        // Blanks at the start of a line indent it.
        let inner = own.len() - own.trim_start().len();
        if let Some(at) = own[inner..].trim_end().find("  ") {
            return Some((start + inner + at, "has two blanks between words"));
        }
        start += line.len();
    }
    text.ends_with(char::is_whitespace).then_some((text.trim_end().len(), "ends with blanks"))
}
