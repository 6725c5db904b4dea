//! T17, T18 and T20: words that a text should not have.

use super::finding::Finding;
use super::rules::{T17, T18, T20};
use super::subject::Text;

/// Other stores and platforms. Letter case counts for those that are words or parts of words otherwise.
const PLATFORMS: [&str; 13] = [
    "App Store",
    "Play Store",
    "Google Play",
    "Galaxy Store",
    "AppGallery",
    "TestFlight",
    "iOS",
    "iPadOS",
    "iPhone",
    "iPad",
    "Android",
    "macOS",
    "Mac",
];
/// What belongs to Microsoft in spite of its name.
const OWN: [&str; 2] = ["Microsoft", "Windows"];
/// Promises, and what tests say.
const PROMISES: [&str; 14] = [
    "coming soon",
    "available soon",
    "in the next version",
    "in the next update",
    "in a future version",
    "in a future update",
    "in a future release",
    "not yet implemented",
    "under construction",
    "beta test",
    "beta version",
    "test version",
    "this is a test",
    "just a test",
];
/// Texts of lawyers.
const LEGAL: [&str; 2] = ["licenseTerms", "copyrightAndTrademarkInfo"];

pub(super) fn check(name: &str, text: &Text, own_words: &[String], findings: &mut Vec<Finding>) {
    let value = text.value.as_str();
    let lower = value.to_ascii_lowercase();
    if !LEGAL.contains(&name) {
        let is_own = |at: usize| OWN.iter().any(|own| value[..at].trim_end().ends_with(own));
        let others = PLATFORMS.iter().flat_map(|word| all(value, word).map(move |at| (at, *word)));
        if let Some((at, word)) = others.filter(|(at, _)| !is_own(*at)).min() {
            findings.push(text.finding_at(&T17, at, format!("`{name}` names {word}")));
        }
        if let Some((at, word)) = first(&lower, &PROMISES) {
            findings.push(text.finding_at(&T18, at, format!("`{name}` has `{word}`")));
        }
    }
    // Other letters than those of English may have another length in lower case, and then the place is not known.
    let folded = value.to_lowercase();
    for word in own_words {
        let word_folded = word.to_lowercase();
        let found = all(&folded, &word_folded).next();
        let is_same = |at: &usize| folded.len() == value.len() && value.is_char_boundary(*at);
        if let Some(at) = found.map(|at| Some(at).filter(is_same).unwrap_or_default()) {
            findings.push(text.finding_at(&T20, at, format!("`{name}` has the word `{word}` of the list")));
        }
    }
}

/// The first of some words in a text, in the letter case of both.
pub(super) fn first(text: &str, words: &[&'static str]) -> Option<(usize, &'static str)> {
    words.iter().filter_map(|word| Some((all(text, word).next()?, *word))).min()
}

/// Where a word is in a text as a whole. Scripts that put no blanks between words have no whole words.
pub(super) fn all<'t>(text: &'t str, word: &'t str) -> impl Iterator<Item = usize> + 't {
    let is_joined = |one: Option<char>, other: Option<char>| {
        let is_letter = |c: char| c.is_alphanumeric() && c < '\u{e00}';
        one.is_some_and(is_letter) && other.is_some_and(is_letter)
    };
    let (begin, end) = (word.chars().next(), word.chars().next_back());
    let found = text.match_indices(word).map(|(at, _)| at).filter(move |at| {
        let (before, behind) = (text[..*at].chars().next_back(), text[at + word.len()..].chars().next());
        !is_joined(before, begin) && !is_joined(end, behind)
    });
    found.take_while(move |_| !word.is_empty())
}
