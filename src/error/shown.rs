//! Text as people may see it on a console or in the log of a build.
//!
//! Texts of a server may hold anything. Control characters and the marks that change the direction of writing would let a
//! server write over what stands on a console, and the lines of a log may hold commands for the build agent that reads
//! them. Both are escaped here, visibly and as in JSON: `\u001b`. Documents of the service do not pass through this.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serializer;

/// The longest text that is shown, in bytes; the text of the service in [`super::ServiceError`] may be longer.
const MAX_SHOWN: usize = 8 * 1024;

/// The commands of Azure Pipelines, and the older ones of GitHub Actions: agents find them anywhere in a line.
const HASH_COMMAND: [&str; 2] = ["##vso[", "##["];

/// The text with its special characters escaped, and cut when it is long. A text that was escaped stays as it is.
///
/// # Examples
/// ```
/// use storeship::error::shown;
///
/// assert_eq!(shown("a\u{1b}[31mred\r\n::add-mask::x"), r"a\u001b[31mred\r\n::add-mask::x");
/// assert_eq!(shown("::add-mask::x"), r"\u003a:add-mask::x");
/// assert_eq!(shown("see ##vso[task.complete]"), r"see \u0023#vso[task.complete]");
/// ```
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(cut(text))
}

/// As [`shown`], without a limit.
pub(super) fn escaped(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.chars().any(is_special) && !begins_a_command(&text) && find_command(&text).is_none() {
        return text;
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut rest = &*text;
    if begins_a_command(rest) {
        let (blanks, command) = rest.split_at(rest.len() - rest.trim_start().len());
        escape_into(&mut shown, blanks);
        shown.push_str(r"\u003a");
        rest = &command[1..];
    }
    while let Some(at) = find_command(rest) {
        escape_into(&mut shown, &rest[..at]);
        shown.push_str(r"\u0023");
        rest = &rest[at + 1..];
    }
    escape_into(&mut shown, rest);
    Cow::Owned(shown)
}

fn cut(text: &str) -> Cow<'_, str> {
    // Some room, so that a text that was cut stays as it is.
    if text.len() <= MAX_SHOWN + 64 {
        return Cow::Borrowed(text);
    }
    let start = start_of(text, MAX_SHOWN);
    Cow::Owned(format!("{start}… ({} more bytes)", text.len() - start.len()))
}

/// The longest start of a text that has at most `bytes` bytes and ends between two characters.
pub(crate) fn start_of(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn escape_into(shown: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            c if is_special(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string does not fail.
                    let _ = write!(shown, "\\u{unit:04x}");
                }
            }
            c => shown.push(c),
        }
    }
}

/// Control characters but the tab; marks of direction; line separators; characters without a shape that hide a text.
fn is_special(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether the line is a command of GitHub Actions: `::add-mask::x`, `::error file=x::y`.
fn begins_a_command(line: &str) -> bool {
    let command = line.trim_start();
    command.strip_prefix("::").is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
}

fn find_command(text: &str) -> Option<usize> {
    text.match_indices('#').map(|(at, _)| at).find(|at| {
        let begins =
            |prefix: &str| text.get(*at..at + prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        HASH_COMMAND.iter().any(|prefix| begins(prefix))
    })
}

pub(super) fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&shown(text))
}

pub(super) fn serialize_some<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serialize(text, serializer),
        None => serializer.serialize_none(),
    }
}

/// The message of the service is kept whole; it was cut when it was read.
pub(super) fn serialize_whole<S: Serializer>(text: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_str(&escaped(Cow::Borrowed(text))),
        None => serializer.serialize_none(),
    }
}

pub(super) fn serialize_each<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|text| shown(text)))
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn special_characters_are_escaped_visibly() {
        for (given, expected) in [
            ("plain, with tabs\tand é 日本 👩‍👩‍👧", "plain, with tabs\tand é 日本 👩‍👩‍👧"),
            ("\u{1b}]0;title\u{7}\r\u{9b}31m", r"\u001b]0;title\u0007\r\u009b31m"),
            ("abc\u{202e}fdp.exe\u{2066}\u{200f}\u{feff}", r"abc\u202efdp.exe\u2066\u200f\ufeff"),
            ("\u{e0041}\u{0}\u{2028}", r"\udb40\udc41\u0000\u2028"),
            ("a\n##vso[task.setvariable]b\n::warning::c", r"a\n\u0023#vso[task.setvariable]b\n::warning::c"),
            ("\r\n ::set-output name=x::y", r"\r\n \u003a:set-output name=x::y"),
            ("x ##VSO[a] ##[error]b ### c", r"x \u0023#VSO[a] \u0023#[error]b ### c"),
            ("###vso[a]", r"#\u0023#vso[a]"),
            ("::1 is an address, std::fs is not", "::1 is an address, std::fs is not"),
        ] {
            assert_eq!(shown(given), expected);
            assert_eq!(shown(&shown(given)), expected, "it is escaped once");
        }
    }

    #[test]
    fn a_long_text_is_cut_once() {
        let text = "é".repeat(100_000);
        let cut = shown(&text);
        assert!(cut.len() < 8_300 && cut.ends_with("… (191808 more bytes)"), "{}", &cut[cut.len() - 40..]);
        assert_eq!(shown(&cut), cut);
    }
}
