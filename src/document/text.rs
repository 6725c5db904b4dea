//! Strings as sequences of UTF-16 code units, regardless of their escapes.
//!
//! Two strings are equal if their code units are. The canonical form of a string is WTF-8: UTF-8 in which a lone surrogate
//! is encoded in three bytes. Two strings have the same canonical bytes if and only if they have the same code units.

use std::borrow::Cow;

use super::parse::hex4;
use super::tree::{Id, Tree};

/// The canonical form of the string at `id`, borrowed from the text if it has no escapes.
pub(super) fn unescape<'t>(tree: &Tree<'t>, id: Id) -> Cow<'t, [u8]> {
    let raw = tree.raw(id).as_bytes();
    if !tree.escaped(id) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        if raw[at] != b'\\' {
            let end = raw[at..].iter().position(|&b| b == b'\\').map_or(raw.len(), |n| at + n);
            out.extend_from_slice(&raw[at..end]);
            at = end;
            continue;
        }
        let escape = raw.get(at + 1).copied().unwrap_or(b'\\');
        at += 2;
        match escape {
            b'u' => {
                let unit = hex4(raw, at).unwrap_or(0xfffd);
                at += 4;
                if (0xd800..0xdc00).contains(&unit)
                    && raw.get(at..at + 2) == Some(b"\\u")
                    && let Some(low @ 0xdc00..=0xdfff) = hex4(raw, at + 2)
                {
                    at += 6;
                    push_code(&mut out, 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                } else {
                    push_code(&mut out, unit);
                }
            }
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            other => out.push(other),
        }
    }
    Cow::Owned(out)
}

fn push_code(out: &mut Vec<u8>, code: u32) {
    let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
    match code {
        0..0x80 => out.push(code as u8),
        0x80..0x800 => out.extend([0xc0 | (code >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend([0xe0 | (code >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (code >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Whether two strings have the same code units.
pub(super) fn same(a: &Tree<'_>, x: Id, b: &Tree<'_>, y: Id) -> bool {
    if !a.escaped(x) && !b.escaped(y) {
        return a.raw(x) == b.raw(y);
    }
    a.raw(x) == b.raw(y) || unescape(a, x) == unescape(b, y)
}

/// A canonical string as UTF-8 for messages: a lone surrogate becomes U+FFFD.
pub(super) fn readable(canonical: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(canonical) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut out = String::with_capacity(canonical.len());
            each_segment(canonical, |segment| match segment {
                Segment::Text(text) => out.push_str(text),
                Segment::Surrogate(_) => out.push('\u{fffd}'),
            });
            Cow::Owned(out)
        }
    }
}

/// A canonical string as UTF-8 in which a lone surrogate is written as its escape: `\ud800`.
pub(super) fn escaped_halves(canonical: &[u8]) -> String {
    let mut out = String::with_capacity(canonical.len());
    each_segment(canonical, |segment| match segment {
        Segment::Text(text) => out.push_str(text),
        Segment::Surrogate(unit) => out.push_str(&format!("\\u{unit:04x}")),
    });
    out
}

/// A piece of a canonical string: valid UTF-8, or a lone surrogate.
enum Segment<'a> {
    Text(&'a str),
    Surrogate(u32),
}

fn each_segment(mut canonical: &[u8], mut segment: impl FnMut(Segment<'_>)) {
    while !canonical.is_empty() {
        match std::str::from_utf8(canonical) {
            Ok(text) => return segment(Segment::Text(text)),
            Err(error) => {
                let (good, rest) = canonical.split_at(error.valid_up_to());
                segment(Segment::Text(std::str::from_utf8(good).unwrap_or_default()));
                match rest {
                    [0xed, a, b, after @ ..] => {
                        segment(Segment::Surrogate(0xd000 | (*a as u32 & 0x3f) << 6 | (*b as u32 & 0x3f)));
                        canonical = after;
                    }
                    _ => return,
                }
            }
        }
    }
}

/// A canonical string as JSON, with as few escapes as the grammar allows.
pub(super) fn quote(canonical: &[u8]) -> String {
    let mut out = String::with_capacity(canonical.len() + 2);
    out.push('"');
    each_segment(canonical, |segment| match segment {
        Segment::Text(text) => escape_into(&mut out, text),
        Segment::Surrogate(unit) => out.push_str(&format!("\\u{unit:04x}")),
    });
    out.push('"');
    out
}

fn escape_into(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
}

/// Folds the case of a string: two strings have the same folded form if .NET's ordinal comparison that ignores case takes
/// them for equal.
pub(super) fn fold(canonical: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(canonical.len());
    each_segment(canonical, |segment| match segment {
        Segment::Text(text) => {
            for c in text.chars() {
                let mut upper = c.to_uppercase();
                // Only mappings to one character, as in .NET: "ß" and "SS" stay different.
                let folded = match (upper.next(), upper.next()) {
                    (Some(one), None) => one,
                    _ => c,
                };
                push_code(&mut out, folded as u32);
            }
        }
        Segment::Surrogate(unit) => push_code(&mut out, unit),
    });
    out
}
