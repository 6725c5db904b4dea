//! Looks at the values of a document, each with its place in the text.

use std::borrow::Cow;
use std::sync::OnceLock;

use super::error::{DocumentError, SyntaxError};
use super::parse::parse;
use super::pointer::{Pointer, locate};
use super::steps;
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// A document that is looked at.
///
/// # Examples
/// ```
/// use storeship::document::Viewed;
/// let viewed = Viewed::of(r#"{"Title": "a\u0062"}"#)?;
/// let title = viewed.root().member("title").unwrap();
/// assert_eq!(title.text().as_deref(), Some("ab"));
/// assert_eq!(viewed.line_and_column(title.start()), (1, 11));
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub struct Viewed<'t> {
    tree: Tree<'t>,
    /// The places of some offsets, from which those of others are counted.
    places: OnceLock<Vec<Place>>,
}

/// The line and the column of a byte offset.
#[derive(Clone, Copy)]
struct Place {
    offset: usize,
    line: usize,
    column: usize,
}

/// The bytes between two places that are kept. A document may be one long line.
const BETWEEN: usize = 4096;

/// A value of a document.
#[derive(Clone, Copy)]
pub struct View<'a, 't> {
    tree: &'a Tree<'t>,
    id: Id,
}

/// Returns the value at a JSON Pointer (RFC 6901), exactly as it is written in the document.
///
/// The empty pointer is the whole document, without the white space around it. Of members with the same name the last
/// one counts.
///
/// # Errors
/// The document is not JSON, the pointer is malformed, or nothing is at that place.
///
/// # Examples
/// ```
/// use storeship::document::get;
/// assert_eq!(get(r#"{"a/b": [1.10, 1e400]}"#, "/a~1b/0")?, "1.10");
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn get<'t>(document: &'t str, pointer: &str) -> Result<&'t str, DocumentError> {
    Viewed::of(document).map_err(DocumentError::Document)?.get(pointer)
}

impl<'t> Viewed<'t> {
    /// Parses a document.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn of(document: &'t str) -> Result<Viewed<'t>, SyntaxError> {
        parse(document).map(|tree| Viewed { tree, places: OnceLock::new() })
    }

    /// The value of the document.
    pub fn root(&self) -> View<'_, 't> {
        View { tree: &self.tree, id: ROOT }
    }

    /// The text of the value at a JSON Pointer (RFC 6901), as [`get`] returns it.
    ///
    /// # Errors
    /// The pointer is malformed, or nothing is at that place.
    pub fn get(&self, pointer: &str) -> Result<&'t str, DocumentError> {
        let place = locate(&self.tree, &Pointer::parse(pointer)?)?;
        Ok(self.tree.span(place))
    }

    /// The line and the column, in characters from 1, of a byte offset in the text.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let text = self.tree.text;
        let places = self.places.get_or_init(|| places(text));
        let after = places.partition_point(|place| place.offset <= offset);
        let mut place = places.get(after.saturating_sub(1)).copied().unwrap_or(Place { offset: 0, line: 1, column: 1 });
        for c in text[place.offset..].chars() {
            if place.offset >= offset {
                break;
            }
            place.pass(c);
        }
        (place.line, place.column)
    }
}

impl Place {
    /// Goes on behind a character. A byte order mark has no column.
    fn pass(&mut self, c: char) {
        steps::count();
        self.offset += c.len_utf8();
        match c {
            '\n' => (self.line, self.column) = (self.line + 1, 1),
            '\u{feff}' => {}
            _ => self.column += 1,
        }
    }
}

/// Some places of a text, in their order.
fn places(text: &str) -> Vec<Place> {
    let mut place = Place { offset: 0, line: 1, column: 1 };
    let mut places = vec![place];
    for c in text.chars() {
        place.pass(c);
        if place.offset >= places[places.len() - 1].offset + BETWEEN {
            places.push(place);
        }
    }
    places
}

impl std::fmt::Debug for Viewed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewed").field("nodes", &self.tree.len()).finish()
    }
}

impl std::fmt::Debug for View<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("View").field(&self.span()).finish()
    }
}

impl<'a, 't> View<'a, 't> {
    /// The kind of the value.
    pub fn kind(self) -> ValueKind {
        self.tree.kind(self.id)
    }

    /// The value as it is written.
    pub fn span(self) -> &'t str {
        self.tree.span(self.id)
    }

    /// The byte offset of the value in the text.
    pub fn start(self) -> usize {
        self.tree.start(self.id)
    }

    /// The text of a string; half of a surrogate pair reads U+FFFD.
    pub fn text(self) -> Option<Cow<'t, str>> {
        (self.kind() == ValueKind::String).then(|| readable(self.tree, self.id))
    }

    /// Whether it is a string with half of a surrogate pair.
    pub fn has_half_pair(self) -> bool {
        self.kind() == ValueKind::String && self.tree.lone(self.id)
    }

    /// The elements of an array; of another value none.
    pub fn elements(self) -> Vec<View<'a, 't>> {
        if self.kind() != ValueKind::Array {
            return Vec::new();
        }
        self.tree.elements(self.id).map(|id| View { tree: self.tree, id }).collect()
    }

    /// The members of an object by their names, duplicates included; of another value none.
    pub fn members(self) -> Vec<(Cow<'t, str>, View<'a, 't>)> {
        if self.kind() != ValueKind::Object {
            return Vec::new();
        }
        let member = |name: Id| (readable(self.tree, name), View { tree: self.tree, id: name + 1 });
        self.tree.names(self.id).map(member).collect()
    }

    /// The last member of an object with this name, regardless of letter case, as the service reads it.
    pub fn member(self, name: &str) -> Option<View<'a, 't>> {
        self.members().into_iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

fn readable<'t>(tree: &Tree<'t>, id: Id) -> Cow<'t, str> {
    match text::unescape(tree, id) {
        Cow::Borrowed(_) => Cow::Borrowed(tree.raw(id)),
        Cow::Owned(canonical) => Cow::Owned(text::readable(&canonical).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::Viewed;
    use crate::document::steps::assert_linear;

    #[test]
    fn places_of_a_long_line_cost_what_it_has() {
        assert_linear(2_000, |count| {
            let text = format!("[{}]", vec!["\"12345678\""; count].join(","));
            let viewed = Viewed::of(&text).unwrap();
            let places = viewed.root().elements().into_iter().map(|value| viewed.line_and_column(value.start()));
            assert_eq!(places.last(), Some((1, 2 + (count - 1) * 11)));
        });
    }

    #[test]
    fn places_have_the_line_and_the_column_in_characters() {
        let text = format!("\u{feff}[\"{}\",\r\n \"ü\", 1,\n2]", "ä".repeat(5_000));
        let viewed = Viewed::of(&text).unwrap();
        let places = viewed.root().elements().into_iter().map(|value| viewed.line_and_column(value.start()));
        assert_eq!(places.collect::<Vec<_>>(), [(1, 2), (2, 2), (2, 7), (3, 1)]);
    }
}
