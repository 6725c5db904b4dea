//! Applies a JSON Patch (RFC 6902) to a text.

use super::edit::{self, Existing, cut, put, replace_at};
use super::equal::{self, Interpretation};
use super::error::DocumentError;
use super::parse::parse;
use super::pointer::{Pointer, locate, member};
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// Applies a JSON Patch (RFC 6902): all of its operations, or none if one fails.
///
/// Only the places that the operations name change. New values are inserted as they are written in the patch. `test`
/// compares values, not texts. Members of an operation that RFC 6902 does not define are ignored.
///
/// # Errors
/// One of the texts is not JSON, an operation is malformed, its place does not exist, or a `test` fails.
///
/// # Examples
/// ```
/// use storeship::document::patch;
/// let text = patch(r#"{ "a": 1.0 }"#, r#"[{"op":"add","path":"/b","value":[]}]"#)?;
/// assert_eq!(text, r#"{ "a": 1.0, "b": [] }"#);
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn patch(document: &str, operations: &str) -> Result<String, DocumentError> {
    let list = parse(operations).map_err(DocumentError::Patch)?;
    if list.kind(ROOT) != ValueKind::Array {
        return Err(DocumentError::OperationForm { index: 0, reason: "a patch is an array of operations".into() });
    }
    parse(document).map_err(DocumentError::Document)?;
    let mut text = document.to_owned();
    for (index, id) in list.elements(ROOT).enumerate() {
        let operation = PatchOperation { list: &list, id, index };
        if let Some(changed) = operation.apply(&text)? {
            text = changed;
        }
    }
    Ok(text)
}

struct PatchOperation<'a> {
    list: &'a Tree<'a>,
    id: Id,
    index: usize,
}

impl PatchOperation<'_> {
    /// Applies the operation to a text. `None` if it changes nothing.
    fn apply(&self, text: &str) -> Result<Option<String>, DocumentError> {
        if self.list.kind(self.id) != ValueKind::Object {
            return Err(self.form("it is not an object"));
        }
        let name = self.string("op")?;
        let path = self.pointer("path")?;
        let tree = parse(text).map_err(DocumentError::Document)?;
        let done = match name.as_slice() {
            b"add" => put(&tree, &path, self.list.span(self.value()?), Existing::Shift).map(Some),
            b"replace" => replace_at(&tree, &path, self.list.span(self.value()?)).map(Some),
            b"remove" => cut(&tree, &path).map(Some),
            b"test" => self.test(&tree, &path, self.value()?).map(|()| None),
            b"copy" => {
                let from = self.pointer("from")?;
                locate(&tree, &from).and_then(|source| put(&tree, &path, tree.span(source), Existing::Shift)).map(Some)
            }
            b"move" => {
                let from = self.pointer("from")?;
                if path.is_within(&from) && path != from {
                    return Err(self.form("a value can't be moved into itself"));
                }
                relocate(&tree, &from, &path)
            }
            other => return Err(self.form(&format!("'{}' is no operation", text::readable(other)))),
        };
        done.map_err(|reason| DocumentError::Operation { index: self.index, reason: Box::new(reason) })
    }

    fn test(&self, tree: &Tree<'_>, path: &Pointer, value: Id) -> Result<(), DocumentError> {
        let place = locate(tree, path)?;
        if equal::same(tree, place, self.list, value, &Interpretation::default()) {
            Ok(())
        } else {
            Err(DocumentError::Test { pointer: path.to_string() })
        }
    }

    fn value(&self) -> Result<Id, DocumentError> {
        self.member("value")
    }

    fn pointer(&self, name: &str) -> Result<Pointer, DocumentError> {
        Pointer::from_canonical(self.string(name)?).map_err(|error| self.form(&error.to_string()))
    }

    fn string(&self, name: &str) -> Result<Vec<u8>, DocumentError> {
        let value = self.member(name)?;
        if self.list.kind(value) != ValueKind::String {
            return Err(self.form(&format!("its '{name}' is not a string")));
        }
        Ok(text::unescape(self.list, value).into_owned())
    }

    fn member(&self, name: &str) -> Result<Id, DocumentError> {
        match member(self.list, self.id, name.as_bytes()) {
            Some(id) => Ok(id + 1),
            None => Err(self.form(&format!("it has no '{name}'"))),
        }
    }

    fn form(&self, reason: &str) -> DocumentError {
        DocumentError::OperationForm { index: self.index, reason: reason.to_owned() }
    }
}

fn relocate(tree: &Tree<'_>, from: &Pointer, path: &Pointer) -> Result<Option<String>, DocumentError> {
    let source = locate(tree, from)?;
    if from == path {
        return Ok(None);
    }
    let value = tree.span(source).to_owned();
    let without = cut(tree, from)?;
    let tree = parse(&without).map_err(DocumentError::Document)?;
    edit::put(&tree, path, &value, Existing::Shift).map(Some)
}
