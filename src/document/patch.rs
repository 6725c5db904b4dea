//! Applies a JSON Patch (RFC 6902) to a text.

use super::edits::{Edit, EditOp};
use super::equal::{self, Interpretation};
use super::error::DocumentError;
use super::parse::parse;
use super::pointer::{Pointer, locate, member};
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// Applies a JSON Patch (RFC 6902): all of its operations, or none if one fails.
///
/// Only the places that the operations name change. New values are inserted as they are written in the patch. `test`
/// compares values, not texts. An `add`, `remove` or `replace` with a member `old` is made only if an equal value is at its
/// place. Other members that RFC 6902 does not define are ignored.
///
/// # Errors
/// One of the texts is not JSON, an operation is malformed, its place does not exist, a `test` fails, or the value of an
/// `old` is not there.
///
/// # Examples
/// ```
/// use storeship::document::patch;
/// let text = patch(r#"{ "a": 1.0 }"#, r#"[{"op":"add","path":"/b","value":[]}]"#)?;
/// assert_eq!(text, r#"{ "a": 1.0, "b": [] }"#);
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn patch(document: &str, operations: &str) -> Result<String, DocumentError> {
    patch_with_edits(document, operations).map(|(text, _)| text)
}

/// As [`patch`]; returns the edits that were made too, with their old values. A `move` is two edits, a `test` none.
///
/// # Errors
/// As [`patch`].
pub fn patch_with_edits(document: &str, operations: &str) -> Result<(String, Vec<Edit>), DocumentError> {
    let list = parse(operations).map_err(DocumentError::Patch)?;
    if list.kind(ROOT) != ValueKind::Array {
        return Err(DocumentError::OperationForm { index: 0, reason: "a patch is an array of operations".into() });
    }
    parse(document).map_err(DocumentError::Document)?;
    let mut text = document.to_owned();
    let mut edits = Vec::new();
    for (index, id) in list.elements(ROOT).enumerate() {
        let operation = PatchOperation { list: &list, id, index };
        let tree = parse(&text).map_err(DocumentError::Document)?;
        let mut planned = operation.edits(&tree)?.into_iter();
        let Some(first) = planned.next() else { continue };
        let mut changed = operation.apply(&tree, first, &mut edits)?;
        for edit in planned {
            let tree = parse(&changed).map_err(DocumentError::Document)?;
            changed = operation.apply(&tree, edit, &mut edits)?;
        }
        text = changed;
    }
    Ok((text, edits))
}

struct PatchOperation<'a> {
    list: &'a Tree<'a>,
    id: Id,
    index: usize,
}

impl PatchOperation<'_> {
    /// The edits that the operation stands for.
    fn edits(&self, tree: &Tree<'_>) -> Result<Vec<Edit>, DocumentError> {
        if self.list.kind(self.id) != ValueKind::Object {
            return Err(self.form("it is not an object"));
        }
        let name = self.string("op")?;
        let path = self.pointer("path")?;
        Ok(match name.as_slice() {
            b"add" => vec![self.edit(EditOp::Add, path)?],
            b"replace" => vec![self.edit(EditOp::Replace, path)?],
            b"remove" => vec![Edit { op: EditOp::Remove, path, value: None, old: self.old() }],
            b"test" => {
                let value = self.member("value")?;
                self.test(tree, &path, value).map_err(|reason| self.failed(reason))?;
                Vec::new()
            }
            b"copy" => {
                let value = Some(self.source(tree, &self.pointer("from")?)?);
                vec![Edit { op: EditOp::Add, path, value, old: None }]
            }
            b"move" => {
                let from = self.pointer("from")?;
                if path.is_within(&from) && path != from {
                    return Err(self.form("a value can't be moved into itself"));
                }
                let value = Some(self.source(tree, &from)?);
                if from == path {
                    return Ok(Vec::new());
                }
                let remove = Edit { op: EditOp::Remove, path: from, value: None, old: None };
                vec![remove, Edit { op: EditOp::Add, path, value, old: None }]
            }
            other => return Err(self.form(&format!("'{}' is no operation", text::readable(other)))),
        })
    }

    fn edit(&self, op: EditOp, path: Pointer) -> Result<Edit, DocumentError> {
        let value = self.list.span(self.member("value")?).to_owned();
        Ok(Edit { op, path, value: Some(value), old: self.old() })
    }

    fn old(&self) -> Option<String> {
        member(self.list, self.id, b"old").map(|id| self.list.span(id + 1).to_owned())
    }

    /// The text of the value that is copied or moved.
    fn source(&self, tree: &Tree<'_>, from: &Pointer) -> Result<String, DocumentError> {
        locate(tree, from).map(|id| tree.span(id).to_owned()).map_err(|reason| self.failed(reason))
    }

    /// Makes one edit, and adds it to `edits` with its old value; an `add` that replaced a member is listed as
    /// `replace`.
    fn apply(&self, tree: &Tree<'_>, mut edit: Edit, edits: &mut Vec<Edit>) -> Result<String, DocumentError> {
        let changed = edit.apply_to(tree).map_err(|reason| self.failed(reason))?;
        edit.observe_in(tree);
        edits.push(edit);
        Ok(changed)
    }

    fn test(&self, tree: &Tree<'_>, path: &Pointer, value: Id) -> Result<(), DocumentError> {
        let place = locate(tree, path)?;
        if equal::same(tree, place, self.list, value, &Interpretation::default()) {
            Ok(())
        } else {
            Err(DocumentError::Test { pointer: path.to_string() })
        }
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

    fn failed(&self, reason: DocumentError) -> DocumentError {
        DocumentError::Operation { index: self.index, reason: Box::new(reason) }
    }
}
