//! What PowerShell prints for a container in the place of text.

use super::damage;
use crate::document::instant;
use crate::document::number;
use crate::document::text;
use crate::document::tree::{Id, Kind, Tree};

/// Whether a text is what PowerShell prints for this container: a type name, `@{…}`, or the elements with one
/// separator (`$OFS`) between them, objects printed as nothing.
///
/// An array with one string prints as that string, and a pipeline leaves that string too; both mean the array (D4), so
/// that is no damage. A date is: as text it is not the string that it was read from.
pub(super) fn renders(tree: &Tree<'_>, container: Id, text: &[u8]) -> bool {
    if damage::container_text(&text::readable(text)) {
        return true;
    }
    let count = tree.count(container);
    if tree.kind(container) == Kind::Object || count == 0 {
        return text.is_empty();
    }
    let mut parts: Vec<Part> = tree.elements(container).map(|element| Part::of(tree, element)).collect();
    if count == 1 {
        if tree.kind(container + 1) == Kind::String {
            parts[0].texts.clear();
        }
        return parts[0].ends(text, 0).contains(&text.len());
    }
    separators(&parts, text.len()).any(|length| joined(&parts, text, length))
}

/// The lengths that a separator may have; more than one only where the parts are not all of one length.
fn separators(parts: &[Part], length: usize) -> impl Iterator<Item = usize> + use<> {
    let gaps = parts.len() - 1;
    let (least, most) =
        parts.iter().map(Part::lengths).fold((0, 0), |(least, most), (low, high)| (least + low, most + high));
    let shortest = length.saturating_sub(most).div_ceil(gaps);
    let longest = length.checked_sub(least).map_or(0, |between| between / gaps + 1);
    // Digits without end would make this slow; nobody separates with so much.
    (shortest..longest).take(64)
}

/// Whether a text is the parts, each in one of its spellings, with the same separator of this length between all.
fn joined(parts: &[Part], text: &[u8], length: usize) -> bool {
    parts[0].ends(text, 0).into_iter().any(|first| {
        let Some(separator) = text.get(first..first + length) else {
            return false;
        };
        let mut reached = vec![first];
        for part in &parts[1..] {
            let starts = reached.iter().filter(|&&at| text[at..].starts_with(separator));
            let mut next: Vec<usize> = starts.flat_map(|&at| part.ends(text, at + length)).collect();
            next.sort_unstable();
            next.dedup();
            reached = next;
        }
        reached.contains(&text.len())
    })
}

/// An element as it may be printed.
struct Part {
    texts: Vec<Vec<u8>>,
    /// A date prints as the time of some zone, and which one is not known here.
    date: bool,
}

impl Part {
    fn of(tree: &Tree<'_>, element: Id) -> Part {
        let list = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        let mut date = false;
        let texts = match tree.kind(element) {
            Kind::Null => list(&[""]),
            Kind::True => list(&["True"]),
            Kind::False => list(&["False"]),
            // Those of -AsHashtable print as their type.
            Kind::Object => {
                list(&["", "System.Management.Automation.OrderedHashtable", "System.Collections.Hashtable"])
            }
            // An array that was in CLIXML comes back as a list.
            Kind::Array => list(&["System.Object[]", "System.Collections.ArrayList"]),
            Kind::Number => {
                // Decimals and whole numbers keep their digits, the others print as Double.
                let lexeme = tree.span(element);
                let mut texts = number::doubles(lexeme);
                texts.push(lexeme.to_owned());
                texts.into_iter().map(String::into_bytes).collect()
            }
            Kind::String => {
                let own = text::unescape(tree, element).into_owned();
                date = instant::instant(&own).is_some();
                vec![own]
            }
        };
        Part { texts, date }
    }

    /// Of the shortest and of the longest spelling.
    fn lengths(&self) -> (usize, usize) {
        let dates = [DATE.len(), DATE.len() + OFFSET.len()].into_iter().filter(|_| self.date);
        let all = || self.texts.iter().map(Vec::len).chain(dates.clone());
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    /// Where in a text this part may end when it starts at `at`.
    fn ends(&self, text: &[u8], at: usize) -> Vec<usize> {
        let Some(rest) = text.get(at..) else {
            return Vec::new();
        };
        let mut ends: Vec<usize> =
            self.texts.iter().filter(|own| rest.starts_with(own)).map(|own| at + own.len()).collect();
        if self.date && has_form(rest, DATE) {
            let end = at + DATE.len();
            ends.push(end);
            if has_form(&text[end..], OFFSET) {
                ends.push(end + OFFSET.len());
            }
        }
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

/// PowerShell makes text in the invariant culture, which has the order of the United States.
const DATE: &[u8] = b"00/00/0000 00:00:00";
/// What a DateTimeOffset has after it; the sign may be a minus too.
const OFFSET: &[u8] = b" +00:00";

/// Whether a text starts in this form, where `0` is any digit.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    text.len() >= form.len()
        && form.iter().zip(text).all(|(form, own)| match form {
            b'0' => own.is_ascii_digit(),
            b'+' => matches!(own, b'+' | b'-'),
            _ => form == own,
        })
}
