//! Changing one place of a text.

use super::error::DocumentError;
use super::parse::parse;
use super::pointer::{Pointer, index, locate, member};
use super::splice::{self, Child, Splice};
use super::text;
use super::tree::{Id, Kind, ROOT, Tree};

/// Puts a value at a pointer and leaves every other byte alone.
///
/// An existing value is replaced. A member that is missing is added after its siblings, with their separator and
/// indentation; an element is appended when the last part of the pointer is `-` or the length of the array. Everything
/// above must exist. Of members with the same name the last one is replaced.
///
/// # Errors
/// One of the texts is not JSON, the pointer has the wrong form, or its parent does not exist or cannot hold it.
///
/// ```
/// use storeship::document::set;
/// let text = "{\n  \"a\": 1.10\n}";
/// assert_eq!(set(text, "/b", "[true]")?, "{\n  \"a\": 1.10,\n  \"b\": [true]\n}");
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn set(document: &str, pointer: &str, value: &str) -> Result<String, DocumentError> {
    let tree = parse(document).map_err(DocumentError::Document)?;
    let value = bare(value)?;
    put(&tree, &Pointer::parse(pointer)?, value, Existing::Replace)
}

/// Removes the value at a pointer with one comma; all members of that name, should there be several.
///
/// # Errors
/// The document is not JSON, the pointer has the wrong form or names the root, or nothing is there.
pub fn remove(document: &str, pointer: &str) -> Result<String, DocumentError> {
    let tree = parse(document).map_err(DocumentError::Document)?;
    cut(&tree, &Pointer::parse(pointer)?)
}

/// The value of a text without the white space around it.
pub(super) fn bare(value: &str) -> Result<&str, DocumentError> {
    let tree = parse(value).map_err(DocumentError::Value)?;
    Ok(tree.span(ROOT))
}

/// What happens to the element that is already at an index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// It is replaced: `set`.
    Replace,
    /// It moves up by one: `add` of RFC 6902.
    Shift,
}

/// `value` must be the text of one value.
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
        Kind::Object => match member(tree, container, &last) {
            Some(name) => return Ok(replace(tree, name + 1, value)),
            None => {
                let name = text::quote(&last);
                (tree.count(container), splice::member_text(tree, container, &name, value))
            }
        },
        Kind::Array => {
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

/// Replaces the value that must exist at a pointer.
pub(super) fn replace_at(tree: &Tree<'_>, pointer: &Pointer, value: &str) -> Result<String, DocumentError> {
    Ok(replace(tree, locate(tree, pointer)?, value))
}

/// Removes the value that must exist at a pointer.
pub(super) fn cut(tree: &Tree<'_>, pointer: &Pointer) -> Result<String, DocumentError> {
    let place = locate(tree, pointer)?;
    let Some((parent, last)) = pointer.split_last() else {
        return Err(DocumentError::RemoveRoot);
    };
    let container = locate(tree, &parent)?;
    let kept: Vec<bool> = if tree.kind(container) == Kind::Object {
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
    let reason = match tree.kind(container) {
        Kind::Array if last == b"-" || index(last).is_some() => {
            format!("but it is an array with {} elements", tree.count(container))
        }
        Kind::Array => format!("but it is an array and '{}' is not an index", text::readable(last)),
        other => format!("but it is {} and has no parts", other.name()),
    };
    DocumentError::NotFound { pointer: pointer.to_string(), found: parent.to_string(), reason }
}
