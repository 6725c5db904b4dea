//! Looks at the values of a document, each with its place in the text.

use std::borrow::Cow;

use super::error::{Problem, SyntaxError};
use super::parse::parse;
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
pub struct Viewed<'t>(Tree<'t>);

/// A value of a document.
#[derive(Clone, Copy)]
pub struct View<'a, 't> {
    tree: &'a Tree<'t>,
    id: Id,
}

impl<'t> Viewed<'t> {
    /// Parses a document.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn of(document: &'t str) -> Result<Viewed<'t>, SyntaxError> {
        parse(document).map(Viewed)
    }

    /// The value of the document.
    pub fn root(&self) -> View<'_, 't> {
        View { tree: &self.0, id: ROOT }
    }

    /// The line and the column, in characters from 1, of a byte offset in the text.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        // The form of the places of syntax errors; the problem is not used.
        let place = SyntaxError::at(self.0.text, offset, Problem::Empty);
        (place.line, place.column)
    }
}

impl std::fmt::Debug for Viewed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Viewed").field("nodes", &self.0.len()).finish()
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
