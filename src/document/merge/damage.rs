//! Recognizes damaged values. `tests/powershell/Catalogue-*.Tests.ps1` shows how PowerShell makes each of them.

use crate::document::members::Members;
use crate::document::text;
use crate::document::tree::{Id, Tree, ValueKind};

/// Whether a text is what PowerShell prints for an object or an array, whatever is in it.
pub(super) fn container_text(text: &str) -> bool {
    let text = text.trim_matches(' ');
    if text.starts_with("@{") && text.ends_with('}') && (text == "@{}" || text.contains('=')) {
        return true;
    }
    !text.is_empty() && text.split(' ').all(type_name)
}

fn type_name(word: &str) -> bool {
    matches!(word, "System.Object[]" | "System.Management.Automation.OrderedHashtable")
        || word.starts_with("System.Management.Automation.PS")
        || word.starts_with("System.Collections.")
}

/// The description of an envelope: an object that PowerShell's JSON cmdlets write in place of a value to which
/// PowerShell has added members. `None` if the object is not an envelope.
pub(super) fn envelope(tree: &Tree<'_>, object: Id) -> Option<&'static str> {
    if tree.kind(object) != ValueKind::Object || tree.count(object) > 40 {
        return None;
    }
    let members = Members::of(tree, object);
    let has = |name: &str| members.names().iter().any(|&own| text::unescape(tree, own).as_ref() == name.as_bytes());
    let count = members.names().len();
    if has("value") {
        if has("Count") && count == 2 {
            return Some("an array that Windows PowerShell wrapped (value, Count)");
        }
        if has("ReadCount") && (has("PSPath") || has("PSParentPath")) {
            return Some("text with the properties that Get-Content adds (PSPath, ReadCount)");
        }
        if has("DisplayHint") || (has("DateTime") && count == 2) {
            return Some("a date with the properties that Get-Date adds (DisplayHint, DateTime)");
        }
        if has("Guid") && count == 2 {
            return Some("a GUID with a copy of itself (value, Guid)");
        }
    }
    if has("IsPowerOfTwo") && has("Sign") {
        return Some("the properties of a BigInteger instead of its digits");
    }
    if has("IsPresent") && count == 1 {
        return Some("a switch parameter (IsPresent)");
    }
    None
}

/// Whether a text contains `/Date(n)/`, the form in which Windows PowerShell writes dates.
pub(super) fn date_form(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find("/Date(") {
        rest = &rest[at + 6..];
        let digits = rest.trim_start_matches('-');
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        if end > 0 && (digits[end..].starts_with(")/") || digits[end..].starts_with(['+', '-'])) {
            return true;
        }
    }
    false
}

/// Why the text `new` looks decoded or encoded with the wrong code page. `None` if it does not, or if the text `old`
/// looks the same.
pub(super) fn misread(new: &str, old: &str) -> Option<&'static str> {
    if new.is_ascii() && old.is_ascii() {
        return None;
    }
    if new.contains('\u{fffd}') && !old.contains('\u{fffd}') {
        return Some("the text contains U+FFFD, the replacement for characters that could not be decoded");
    }
    let control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    if new.contains(control) && !old.contains(control) {
        return Some("the text contains control characters of the range U+0080 to U+009F");
    }
    if mojibake(new) > mojibake(old) {
        return Some("the text looks like UTF-8 that was read as Windows-1252");
    }
    if questioned(new, old) {
        return Some("letters became question marks");
    }
    None
}

/// The Windows-1252 byte of a character above ASCII.
fn windows_1252(c: char) -> Option<u8> {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match c {
        '\u{a0}'..='\u{ff}' => Some(c as u32 as u8),
        _ => HIGH.iter().position(|&high| high == c).map(|at| 0x80 + at as u8),
    }
}

/// Counts groups of characters whose Windows-1252 bytes are a UTF-8 sequence.
///
/// Two characters alone count only beside a lower-case letter, because an accented capital may well end a word before a
/// dash or an ellipsis (CAFÉ…). An accented letter, a no-break space and a closing mark do not count: they are French
/// typography (« commité »).
fn mojibake(text: &str) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let byte = |at: usize| chars.get(at).copied().and_then(windows_1252);
    let mut count = 0;
    // Several such groups in a row count after all: they are a word of another script, such as Cyrillic.
    let (mut weak, mut weak_end) = (0, 0);
    let mut at = 0;
    while at < chars.len() {
        let length = match byte(at) {
            Some(0xc2..=0xdf) => 2,
            Some(0xe0..=0xef) => 3,
            Some(0xf0..=0xf4) => 4,
            _ => 1,
        };
        let follows = (1..length).all(|n| matches!(byte(at + n), Some(0x80..=0xbf)));
        let french = length == 3
            && chars.get(at + 1) == Some(&'\u{a0}')
            && matches!(chars.get(at + 2), Some('»' | '›' | '”' | '…' | '–' | '—'));
        if length == 1 || !follows || french {
            at += 1;
            continue;
        }
        let lower = |c: Option<&char>| c.is_some_and(|c| c.is_lowercase());
        let latin = matches!(byte(at), Some(0xc2 | 0xc3));
        let next = chars.get(at + length);
        if length > 2 || (latin && (lower(at.checked_sub(1).and_then(|n| chars.get(n))) || lower(next))) {
            count += 1;
        } else {
            weak = if weak_end == at { weak + 1 } else { 1 };
            weak_end = at + length;
            count += match weak {
                1 => 0,
                2 => 2,
                _ => 1,
            };
        }
        at += length;
    }
    count
}

/// Whether characters beyond ASCII became question marks: each at its place, or several in a row in a text that has no
/// other characters beyond ASCII left.
fn questioned(new: &str, old: &str) -> bool {
    if old.is_ascii() || !new.contains('?') {
        return false;
    }
    let (new_units, old_units): (Vec<u16>, Vec<u16>) = (new.encode_utf16().collect(), old.encode_utf16().collect());
    let question = b'?' as u16;
    if new_units.len() == old_units.len() {
        let mut lost = 0;
        let in_place = new_units.iter().zip(&old_units).all(|(&new, &old)| {
            lost += usize::from(new != old);
            new == old || (new == question && old > 0x7f)
        });
        if in_place {
            return lost > 0;
        }
    }
    let marks = |text: &str| text.matches('?').count();
    new.is_ascii() && new.contains("??") && marks(new) >= marks(old) + 2
}
