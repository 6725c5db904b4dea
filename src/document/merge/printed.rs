//! Recognizes the text that PowerShell prints for an object or an array when it needs a string.

use super::damage;
use crate::document::instant;
use crate::document::number;
use crate::document::text;
use crate::document::tree::{Id, Tree, ValueKind};

/// Whether a text is what PowerShell prints for this container: a type name, `@{…}`, or the elements with the same
/// separator (`$OFS`) between them, objects printed as nothing.
///
/// The text of an array with one string is not damage: a pipeline also unrolls such an array to its string, and the
/// merge takes the string for the array. If the string is a date, what PowerShell prints is damage: it is not the text
/// that the date was read from.
pub(super) fn renders(tree: &Tree<'_>, container: Id, text: &[u8]) -> bool {
    if damage::container_text(&text::readable(text)) {
        return true;
    }
    let count = tree.count(container);
    if tree.kind(container) == ValueKind::Object || count == 0 {
        return text.is_empty();
    }
    let mut elements: Vec<PrintedElement> =
        tree.elements(container).map(|element| PrintedElement::of(tree, element)).collect();
    if count == 1 {
        if tree.kind(container + 1) == ValueKind::String {
            elements[0].texts.clear();
        }
        return elements[0].ends(text, 0).contains(&text.len());
    }
    separators(&elements, text.len()).any(|length| joined(&elements, text, length))
}

/// The lengths that the separator may have, given the length of the text: more than one if elements print in several
/// ways.
fn separators(elements: &[PrintedElement], length: usize) -> impl Iterator<Item = usize> + use<> {
    let gaps = elements.len() - 1;
    let (least, most) = elements
        .iter()
        .map(PrintedElement::lengths)
        .fold((0, 0), |(least, most), (low, high)| (least + low, most + high));
    let shortest = length.saturating_sub(most).div_ceil(gaps);
    let longest = length.checked_sub(least).map_or(0, |between| between / gaps + 1);
    // Numbers with very many digits would make many lengths possible. 64 are plenty for a separator.
    (shortest..longest).take(64)
}

/// Whether a text is the elements, each in one of its spellings, with the same separator of this length between them.
fn joined(elements: &[PrintedElement], text: &[u8], length: usize) -> bool {
    elements[0].ends(text, 0).into_iter().any(|first| {
        let Some(separator) = text.get(first..first + length) else {
            return false;
        };
        let mut reached = vec![first];
        for element in &elements[1..] {
            let starts = reached.iter().filter(|&&at| text[at..].starts_with(separator));
            let mut next: Vec<usize> = starts.flat_map(|&at| element.ends(text, at + length)).collect();
            next.sort_unstable();
            next.dedup();
            if next.len() > MOST_WAYS {
                return true;
            }
            reached = next;
        }
        reached.contains(&text.len())
    })
}

/// A text that can be read in more ways than these as the elements before a place is printed, whatever follows.
const MOST_WAYS: usize = 64;

/// The texts that an element may print as.
struct PrintedElement {
    texts: Vec<Vec<u8>>,
    /// Whether it may print as a date in any time zone: the zone of the machine that printed it is not known.
    date: bool,
}

impl PrintedElement {
    fn of(tree: &Tree<'_>, element: Id) -> PrintedElement {
        let list = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        let mut date = false;
        let texts = match tree.kind(element) {
            ValueKind::Null => list(&[""]),
            ValueKind::True => list(&["True"]),
            ValueKind::False => list(&["False"]),
            // An object prints as nothing; one that was read with -AsHashtable prints its type.
            ValueKind::Object => {
                list(&["", "System.Management.Automation.OrderedHashtable", "System.Collections.Hashtable"])
            }
            // An array that went through CLIXML is an ArrayList.
            ValueKind::Array => list(&["System.Object[]", "System.Collections.ArrayList"]),
            ValueKind::Number => {
                // Decimals and integers print their digits, other numbers as a Double.
                let lexeme = tree.span(element);
                let mut texts = number::doubles(lexeme);
                texts.push(lexeme.to_owned());
                texts.into_iter().map(String::into_bytes).collect()
            }
            ValueKind::String => {
                let own = text::unescape(tree, element).into_owned();
                date = instant::instant(&own).is_some();
                vec![own]
            }
        };
        PrintedElement { texts, date }
    }

    /// The lengths of the shortest and of the longest text.
    fn lengths(&self) -> (usize, usize) {
        let dates = [DATE.len(), DATE.len() + OFFSET.len()].into_iter().filter(|_| self.date);
        let all = || self.texts.iter().map(Vec::len).chain(dates.clone());
        (all().min().unwrap_or(0), all().max().unwrap_or(0))
    }

    /// Where in a text the element may end if it starts at `at`.
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

/// The form of a date: PowerShell converts to text in the invariant culture, which writes the month first.
const DATE: &[u8] = b"00/00/0000 00:00:00";
/// The offset that follows in the text of a DateTimeOffset, see [`has_form`].
const OFFSET: &[u8] = b" +00:00";

/// Whether a text starts with this form, in which `0` is any digit and `+` either sign.
fn has_form(text: &[u8], form: &[u8]) -> bool {
    text.len() >= form.len()
        && form.iter().zip(text).all(|(form, own)| match form {
            b'0' => own.is_ascii_digit(),
            b'+' => matches!(own, b'+' | b'-'),
            _ => form == own,
        })
}
