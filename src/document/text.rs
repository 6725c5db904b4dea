//! Strings as sequences of UTF-16 code units, whatever their spelling.
//!
//! Two strings are the same when their code units are. The canonical form here is UTF-8 in which half a surrogate pair
//! keeps its three bytes (WTF-8): equal bytes, equal units.

use std::borrow::Cow;

use super::parse::hex4;
use super::tree::{Id, Tree};

/// The canonical form of the string at `id`; borrowed when it has no escapes.
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

/// For reading: half a surrogate pair becomes U+FFFD.
pub(super) fn readable(canonical: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(canonical) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let mut out = String::with_capacity(canonical.len());
            each_part(canonical, |part| match part {
                Part::Text(text) => out.push_str(text),
                Part::Half(_) => out.push('\u{fffd}'),
            });
            Cow::Owned(out)
        }
    }
}

enum Part<'a> {
    Text(&'a str),
    Half(u32),
}

fn each_part(mut canonical: &[u8], mut part: impl FnMut(Part<'_>)) {
    while !canonical.is_empty() {
        match std::str::from_utf8(canonical) {
            Ok(text) => return part(Part::Text(text)),
            Err(error) => {
                let (good, rest) = canonical.split_at(error.valid_up_to());
                part(Part::Text(std::str::from_utf8(good).unwrap_or_default()));
                match rest {
                    [0xed, a, b, after @ ..] => {
                        part(Part::Half(0xd000 | (*a as u32 & 0x3f) << 6 | (*b as u32 & 0x3f)));
                        canonical = after;
                    }
                    _ => return,
                }
            }
        }
    }
}

/// Writes a canonical string as JSON with as few escapes as the grammar allows.
pub(super) fn quote(canonical: &[u8]) -> String {
    let mut out = String::with_capacity(canonical.len() + 2);
    out.push('"');
    each_part(canonical, |part| match part {
        Part::Text(text) => escape_into(&mut out, text),
        Part::Half(unit) => out.push_str(&format!("\\u{unit:04x}")),
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

/// A form that is equal for strings which differ only in case, as .NET's ordinal comparison ignores it.
pub(super) fn fold(canonical: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(canonical.len());
    each_part(canonical, |part| match part {
        Part::Text(text) => {
            for c in text.chars() {
                let mut upper = c.to_uppercase();
                // Only simple mappings: "ß" and "SS" are different names.
                let folded = match (upper.next(), upper.next()) {
                    (Some(one), None) => one,
                    _ => c,
                };
                push_code(&mut out, folded as u32);
            }
        }
        Part::Half(unit) => push_code(&mut out, unit),
    });
    out
}
