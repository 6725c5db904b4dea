//! T11 to T13: characters that are damage, that nobody sees, or that were read in the wrong encoding.

use super::finding::Finding;
use super::rules::{T11, T12, T13};
use super::subject::Text;

pub(super) fn check(name: &str, text: &Text, findings: &mut Vec<Finding>) {
    if text.has_half_pair {
        let finding = text.finding(&T11, T11.severity, format!("`{name}` has half of a surrogate pair"));
        findings.push(finding.compared("half of a surrogate pair", "whole characters"));
    }
    let damage = |&(_, c): &(usize, char)| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || (c == char::REPLACEMENT_CHARACTER && !text.has_half_pair)
    };
    if let Some((at, c)) = text.value.char_indices().find(damage) {
        let what = if c == char::REPLACEMENT_CHARACTER { "the replacement character" } else { "the control character" };
        let finding = text.finding_at(&T11, at, format!("`{name}` has {what} {}", code(c)));
        findings.push(finding.compared(code(c), "no control characters"));
    }
    if let Some((at, c)) = unseen(&text.value) {
        let what = match c {
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => "of a private use area, which most fonts don't have",
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "that changes the direction of the text",
            _ => "without width",
        };
        findings.push(text.finding_at(&T12, at, format!("`{name}` has the character {} {what}", code(c))));
    }
    if let Some((at, shown, meant)) = misread(&text.value) {
        let message = format!("`{name}` has `{shown}` where `{meant}` is meant");
        findings.push(text.finding_at(&T13, at, message).compared(shown, meant));
    }
}

/// `U+202E`.
fn code(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// The first character that nobody sees and that its place does not need.
fn unseen(text: &str) -> Option<(usize, char)> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let neighbour = |at: Option<usize>| at.and_then(|at| chars.get(at)).map_or(' ', |(_, c)| *c);
    let is_unseen = |at: &usize| match chars[*at].1 {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{200b}' | '\u{2060}' | '\u{feff}' => true,
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => true,
        // Arabic, Indic and other scripts need joiners, and so do emoji.
        '\u{200c}' | '\u{200d}' => {
            let plain = |c: char| c < '\u{590}';
            plain(neighbour(at.checked_sub(1))) && plain(neighbour(at.checked_add(1)))
        }
        _ => false,
    };
    (0..chars.len()).find(is_unseen).map(|at| chars[at])
}

/// The first run of characters that is UTF-8 which was read as Windows-1252: its place, as it is, and as it was meant.
fn misread(text: &str) -> Option<(usize, String, String)> {
    let mut run: Vec<u8> = Vec::new();
    let mut start = 0;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match windows_1252(c).filter(|_| !c.is_ascii()) {
            Some(byte) => {
                if run.is_empty() {
                    start = at;
                }
                run.push(byte);
            }
            None => {
                // A single character above ASCII is never UTF-8.
                if run.len() > 1
                    && let Ok(meant) = std::str::from_utf8(&run)
                    && !meant.chars().any(char::is_control)
                {
                    return Some((start, text[start..at].to_owned(), meant.to_owned()));
                }
                run.clear();
            }
        }
    }
    None
}

/// The byte of a character in Windows-1252.
fn windows_1252(c: char) -> Option<u8> {
    const C1: [char; 27] = [
        '\u{20ac}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
        '\u{160}', '\u{2039}', '\u{152}', '\u{17d}', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}', '\u{2022}',
        '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{17e}', '\u{178}',
    ];
    const BYTES: [u8; 27] = [
        0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95,
        0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ];
    match u32::from(c) {
        // 0x81, 0x8d, 0x8f, 0x90 and 0x9d are no characters of it, and readers keep them as they are.
        code @ 0..=0xff => u8::try_from(code).ok(),
        _ => C1.iter().position(|own| *own == c).map(|at| BYTES[at]),
    }
}
