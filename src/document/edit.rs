//! Changes one place of a text.

use super::error::DocumentError;
use super::members::duplicate;
use super::parse::parse;
use super::pointer::{Pointer, index, locate, member, missing};
use super::splice::{self, Child, Splice};
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// Sets the value at a JSON Pointer (RFC 6901) and leaves every other byte of the document alone.
///
/// An existing value is replaced. A missing member is added after the last member of its object, with the white space
/// that the members have; an element is appended if the last part of the pointer is `-` or the length of the array. The
/// container must exist. Of members with the same name the last one is replaced. `value` is inserted as it is written,
/// without the white space around it.
///
/// # Errors
/// One of the texts is not JSON, the pointer is malformed, or its container does not exist or has no such place. An object
/// in the value has two members with the same name.
///
/// # Examples
/// ```
/// use storeship::document::set;
/// let text = "{\n  \"a\": 1.10\n}";
/// assert_eq!(set(text, "/b", "[true]")?, "{\n  \"a\": 1.10,\n  \"b\": [true]\n}");
/// assert_eq!(set("[1, 2]", "/-", "3")?, "[1, 2, 3]");
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn set(document: &str, pointer: &str, value: &str) -> Result<String, DocumentError> {
    let tree = parse(document).map_err(DocumentError::Document)?;
    let value = typed(value, document)?;
    put(&tree, &Pointer::parse(pointer)?, value, Existing::Replace)
}

/// Removes the value at a JSON Pointer (RFC 6901), with one comma. If several members have that name, all are removed.
///
/// # Errors
/// The document is not JSON, the pointer is malformed or is the empty pointer, or nothing is at that place.
///
/// # Examples
/// ```
/// use storeship::document::remove;
/// assert_eq!(remove(r#"{ "a": 1, "b": [2, 3] }"#, "/b/0")?, r#"{ "a": 1, "b": [3] }"#);
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn remove(document: &str, pointer: &str) -> Result<String, DocumentError> {
    let tree = parse(document).map_err(DocumentError::Document)?;
    cut(&tree, &Pointer::parse(pointer)?)
}

/// The text of a value without the white space around it.
pub(super) fn bare(value: &str) -> Result<&str, DocumentError> {
    let tree = parse(value).map_err(DocumentError::Value)?;
    Ok(tree.span(ROOT))
}

/// As [`bare`], for a value that a person typed. A name that an object in it has twice is refused, unless the document has
/// the same text: what the service sends twice stays.
pub(super) fn typed<'v>(value: &'v str, document: &str) -> Result<&'v str, DocumentError> {
    let tree = parse(value).map_err(DocumentError::Value)?;
    let span = tree.span(ROOT);
    match duplicate(&tree, ROOT) {
        Some(pointer) if !document.contains(span) => Err(DocumentError::DuplicateName { pointer: pointer.to_string() }),
        _ => Ok(span),
    }
}

/// What happens to an element that is already at the index where a value is put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// The element is replaced, as in [`set`].
    Replace,
    /// The element moves up by one, as in the operation `add` of RFC 6902.
    Shift,
}

/// Puts a value at a pointer; `value` must be the text of exactly one value.
pub(super) fn put(
    tree: &Tree<'_>,
    pointer: &Pointer,
    value: &str,
    existing: Existing,
) -> Result<String, DocumentError> {
    let Some((parent, last)) = pointer.split_last() else {
        return Ok(replace(tree, ROOT, value));
    };
    let container = locate(tree, &parent)?;
    let spans = || splice::spans(tree, container);
    let (position, child) = match tree.kind(container) {
        ValueKind::Object => match member(tree, container, &last) {
            Some(name) => return Ok(replace(tree, name + 1, value)),
            None => {
                let name = text::quote(&last);
                (tree.count(container), splice::member_text(tree, container, &name, value))
            }
        },
        ValueKind::Array => {
            let count = tree.count(container);
            let position = if last == b"-" { Some(count) } else { index(&last) };
            match position {
                Some(at) if at < count && existing == Existing::Replace => {
                    return replace_at(tree, pointer, value);
                }
                Some(at) if at <= count => (at, value.to_owned()),
                _ => return Err(not_found(tree, pointer, &parent, container, &last)),
            }
        }
        _ => return Err(not_found(tree, pointer, &parent, container, &last)),
    };
    let spans = spans();
    let mut after: Vec<Child> = (0..spans.len()).map(Child::Kept).collect();
    after.insert(position, Child::New(child));
    let mut splices = Vec::new();
    splice::children(tree, container, &spans, after, &mut splices);
    Ok(splice::apply(tree.text, 0, tree.text.len(), &splices))
}

/// Replaces the value at a pointer.
pub(super) fn replace_at(tree: &Tree<'_>, pointer: &Pointer, value: &str) -> Result<String, DocumentError> {
    Ok(replace(tree, locate(tree, pointer)?, value))
}

/// Removes the value at a pointer.
pub(super) fn cut(tree: &Tree<'_>, pointer: &Pointer) -> Result<String, DocumentError> {
    let place = locate(tree, pointer)?;
    let Some((parent, last)) = pointer.split_last() else {
        return Err(DocumentError::RemoveRoot);
    };
    let container = locate(tree, &parent)?;
    let kept: Vec<bool> = if tree.kind(container) == ValueKind::Object {
        tree.names(container).map(|name| *text::unescape(tree, name) != *last).collect()
    } else {
        tree.elements(container).map(|element| element != place).collect()
    };
    let after = (0..kept.len()).filter(|&position| kept[position]).map(Child::Kept).collect();
    let mut splices = Vec::new();
    splice::children(tree, container, &splice::spans(tree, container), after, &mut splices);
    Ok(splice::apply(tree.text, 0, tree.text.len(), &splices))
}

fn replace(tree: &Tree<'_>, place: Id, value: &str) -> String {
    let splice = Splice { start: tree.start(place), end: tree.end(place), with: value.to_owned() };
    splice::apply(tree.text, 0, tree.text.len(), &[splice])
}

fn not_found(tree: &Tree<'_>, pointer: &Pointer, parent: &Pointer, container: Id, last: &[u8]) -> DocumentError {
    let reason = missing(tree.kind(container), tree.count(container), last);
    DocumentError::NotFound { pointer: pointer.to_string(), found: parent.to_string(), reason }
}
