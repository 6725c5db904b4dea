//! The children of a value, for readers that go through a document step by step.

use std::str;

use super::error::SyntaxError;
use super::members::Members;
use super::parse::parse;
use super::text;
use super::tree::{ROOT, ValueKind};

/// The members of an object, in document order: each name, and the value as it is written. Of members with the same name
/// only the last one is there. A name with half of a surrogate pair is no text, and its member is left out. Empty for a value
/// that is no object.
///
/// # Errors
/// The text is not JSON.
///
/// # Examples
/// ```
/// use storeship::document::members;
/// assert_eq!(members(r#"{"a": 1.0, "\u0062": [2]}"#)?, [("a".to_owned(), "1.0"), ("b".to_owned(), "[2]")]);
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn members(value: &str) -> Result<Vec<(String, &str)>, SyntaxError> {
    let tree = parse(value)?;
    if tree.kind(ROOT) != ValueKind::Object {
        return Ok(Vec::new());
    }
    let names = Members::of(&tree, ROOT);
    let member = |&id: &u32| Some((str::from_utf8(&text::unescape(&tree, id)).ok()?.to_owned(), tree.span(id + 1)));
    Ok(names.names().iter().filter_map(member).collect())
}

/// The elements of an array, each as it is written. Empty for a value that is no array.
///
/// # Errors
/// The text is not JSON.
///
/// # Examples
/// ```
/// use storeship::document::elements;
/// assert_eq!(elements("[1.0, [2] ]")?, ["1.0", "[2]"]);
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn elements(value: &str) -> Result<Vec<&str>, SyntaxError> {
    let tree = parse(value)?;
    if tree.kind(ROOT) != ValueKind::Array {
        return Ok(Vec::new());
    }
    Ok(tree.elements(ROOT).map(|id| tree.span(id)).collect())
}
