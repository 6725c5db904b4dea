//! Applies a JSON Patch (RFC 6902) to a text.

use std::borrow::Cow;

use super::editor::Editor;
use super::edits::{Edit, EditOp};
use super::error::DocumentError;
use super::members::{duplicate, first_duplicate};
use super::opened::Value;
use super::parse::parse;
use super::pointer::{Pointer, member};
use super::text;
use super::tree::{Id, MAX_BYTES, ROOT, Tree, ValueKind};

/// Applies a JSON Patch (RFC 6902): all of its operations, or none if one fails.
///
/// Only the places that the operations name change. New values are inserted as they are written in the patch. `test`
/// compares values, not texts. An `add`, `remove` or `replace` with a member `old` is made only if an equal value is at its
/// place. Other members that RFC 6902 does not define are ignored.
///
/// # Errors
/// One of the texts is not JSON, an operation is malformed, its place does not exist, a `test` fails, or the value of an
/// `old` is not there. An operation, or an object in its value, has two members with the same name: readers would take one
/// and drop the other.
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
    patch_within(document, operations, MOST_COPIED)
}

fn patch_within(document: &str, operations: &str, most: usize) -> Result<(String, Vec<Edit>), DocumentError> {
    let list = parse(operations).map_err(DocumentError::Patch)?;
    if list.kind(ROOT) != ValueKind::Array {
        return Err(DocumentError::OperationForm { index: 0, reason: "a patch is an array of operations".into() });
    }
    let tree = parse(document).map_err(DocumentError::Document)?;
    let mut editor = Editor::new(&tree);
    let number = editor.add_tree(&list);
    let mut patch = Patch { editor, number, document, edits: Vec::new(), copied: 0, most };
    for (index, id) in list.elements(ROOT).enumerate() {
        PatchOperation { list: &list, id, index }.apply(&mut patch)?;
    }
    Ok((patch.editor.finish(), patch.edits))
}

/// Makes edits one after the other in a text, apart from those that are done already ([`Edit::is_done`]). Returns the text,
/// and the edits that were made, each with the `old` that it found and as [`Edit::observe`] says.
///
/// # Errors
/// As [`Edit::apply`], with the position of the edit that failed.
pub fn apply_edits(document: &str, edits: &[Edit]) -> Result<(String, Vec<Edit>), (usize, DocumentError)> {
    let tree = parse(document).map_err(|error| (0, DocumentError::Document(error)))?;
    let values = edits.iter().enumerate().map(|(at, edit)| match &edit.value {
        Some(value) => parse(value).map(Some).map_err(|error| (at, DocumentError::Value(error))),
        None => Ok(None),
    });
    let values: Vec<Option<Tree<'_>>> = values.collect::<Result<_, _>>()?;
    let mut editor = Editor::new(&tree);
    let mut made = Vec::new();
    for (at, (edit, value)) in edits.iter().zip(&values).enumerate() {
        let place = editor.get(&edit.path).ok();
        let inserts = edit.op == EditOp::Add && editor.is_element(&edit.path);
        let done = match (edit.op, value, place) {
            (EditOp::Remove, _, place) => place.is_none() && edit.old.is_some(),
            (_, Some(value), Some(place)) => !inserts && editor.equals(place, value, ROOT),
            _ => false,
        };
        if done {
            continue;
        }
        if let Some(old) = &edit.old {
            editor.check_old(&edit.path, old).map_err(|error| (at, error))?;
        }
        let value = value.as_ref().map(|value| Editor::value_of(editor.add_tree(value), ROOT));
        let old = editor.make(edit.op, &edit.path, value).map_err(|error| (at, error))?;
        let op = if edit.op == EditOp::Add && old.is_some() { EditOp::Replace } else { edit.op };
        made.push(Edit { op, old: old.map(Cow::into_owned), ..edit.clone() });
    }
    Ok((editor.finish(), made))
}

/// A patch that is being applied.
struct Patch<'a> {
    editor: Editor<'a>,
    /// The number of the list of operations in the editor.
    number: usize,
    /// The document before the patch.
    document: &'a str,
    edits: Vec<Edit>,
    /// The bytes of all values that were copied and moved.
    copied: usize,
    /// The most that may be copied and moved.
    most: usize,
}

/// The most bytes that a patch copies and moves: 256 MiB. Few operations could ask for any amount.
const MOST_COPIED: usize = 4 * MAX_BYTES;

struct PatchOperation<'a> {
    list: &'a Tree<'a>,
    id: Id,
    index: usize,
}

impl PatchOperation<'_> {
    fn apply(&self, patch: &mut Patch<'_>) -> Result<(), DocumentError> {
        if self.list.kind(self.id) != ValueKind::Object {
            return Err(self.form("it is not an object"));
        }
        if let Some(name) = first_duplicate(self.list, self.id) {
            let name = text::unescape(self.list, name);
            return Err(self.form(&format!("it has the member '{}' twice", text::readable(&name))));
        }
        let name = self.string("op")?;
        let path = self.pointer("path")?;
        match name.as_slice() {
            b"add" => self.put(patch, EditOp::Add, path),
            b"replace" => self.put(patch, EditOp::Replace, path),
            b"remove" => {
                self.check_old(patch, &path)?;
                self.edit(patch, EditOp::Remove, path, None)
            }
            b"test" => self.test(patch, &path, self.member("value")?),
            b"copy" => {
                let value = self.source(patch, &self.pointer("from")?)?;
                let copy = patch.editor.copy(value);
                self.edit(patch, EditOp::Add, path, Some(copy))
            }
            b"move" => {
                let from = self.pointer("from")?;
                if path.is_within(&from) && path != from {
                    return Err(self.form("a value can't be moved into itself"));
                }
                let value = self.source(patch, &from)?;
                if from == path {
                    return Ok(());
                }
                self.edit(patch, EditOp::Remove, from, None)?;
                self.edit(patch, EditOp::Add, path, Some(value))
            }
            other => Err(self.form(&format!("'{}' is no operation", text::readable(other)))),
        }
    }

    /// Makes an `add` or a `replace`.
    fn put(&self, patch: &mut Patch<'_>, op: EditOp, path: Pointer) -> Result<(), DocumentError> {
        let value = self.member("value")?;
        // The service may send a name twice, and such a value may move.
        if let Some(pointer) = duplicate(self.list, value)
            && !patch.document.contains(self.list.span(value))
        {
            return Err(self.failed(DocumentError::DuplicateName { pointer: pointer.to_string() }));
        }
        self.check_old(patch, &path)?;
        self.edit(patch, op, path, Some(Editor::value_of(patch.number, value)))
    }

    fn check_old(&self, patch: &mut Patch<'_>, path: &Pointer) -> Result<(), DocumentError> {
        match member(self.list, self.id, b"old") {
            Some(name) => patch.editor.check_old(path, self.list.span(name + 1)).map_err(|reason| self.failed(reason)),
            None => Ok(()),
        }
    }

    /// The value that is copied or moved.
    fn source(&self, patch: &mut Patch<'_>, from: &Pointer) -> Result<Value, DocumentError> {
        let value = patch.editor.get(from).map_err(|reason| self.failed(reason))?;
        patch.copied = patch.copied.saturating_add(patch.editor.text(value).len());
        if patch.copied > patch.most {
            return Err(self.form(&format!("the patch copies and moves more than {} MiB", patch.most >> 20)));
        }
        Ok(value)
    }

    /// Makes one edit, and adds it to the edits with its old value; an `add` that replaced a member is listed as `replace`.
    fn edit(
        &self,
        patch: &mut Patch<'_>,
        op: EditOp,
        path: Pointer,
        value: Option<Value>,
    ) -> Result<(), DocumentError> {
        let text = value.map(|value| patch.editor.text(value).into_owned());
        let old = patch.editor.make(op, &path, value).map_err(|reason| self.failed(reason))?;
        let op = if op == EditOp::Add && old.is_some() { EditOp::Replace } else { op };
        patch.edits.push(Edit { op, path, value: text, old: old.map(Cow::into_owned) });
        Ok(())
    }

    fn test(&self, patch: &mut Patch<'_>, path: &Pointer, value: Id) -> Result<(), DocumentError> {
        let place = patch.editor.get(path).map_err(|reason| self.failed(reason))?;
        if patch.editor.equals(place, self.list, value) {
            Ok(())
        } else {
            Err(self.failed(DocumentError::Test { pointer: path.to_string() }))
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
        match reason {
            // The document grew too large.
            DocumentError::Document(_) => reason,
            _ => DocumentError::Operation { index: self.index, reason: Box::new(reason) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::steps::assert_linear;
    use super::{patch_with_edits, patch_within};

    /// A list of operations, made from the number of each.
    fn operations(count: usize, operation: impl Fn(usize) -> String) -> String {
        let all: Vec<String> = (0..count).map(operation).collect();
        format!("[{}]", all.join(","))
    }

    #[test]
    fn a_patch_costs_what_its_operations_change() {
        let numbers = |count: usize| format!("[{}]", vec!["1"; count].join(","));
        let members = |count: usize| {
            let all: Vec<String> = (0..count).map(|at| format!(r#""a{at}": {{"b": {at}}}"#)).collect();
            format!("{{{}}}", all.join(", "))
        };
        let patched = |document: &str, list: String| patch_with_edits(document, &list).unwrap().1.len();
        assert_linear(2_000, |n| {
            patched("[]", operations(n, |at| format!(r#"{{"op":"add","path":"/-","value":{at}}}"#)))
        });
        assert_linear(2_000, |n| {
            patched("[]", operations(n, |at| format!(r#"{{"op":"add","path":"/0","value":{{"a":{at}}}}}"#)))
        });
        assert_linear(2_000, |n| {
            patched("{}", operations(n, |at| format!(r#"{{"op":"add","path":"/m{at}","value":[]}}"#)))
        });
        assert_linear(2_000, |n| {
            patched(&members(n), operations(n, |at| format!(r#"{{"op":"replace","path":"/a{at}/b","value":"x"}}"#)))
        });
        assert_linear(2_000, |n| {
            patched(&members(n), operations(n, |at| format!(r#"{{"op":"remove","path":"/a{at}"}}"#)))
        });
        assert_linear(2_000, |n| patched(&numbers(n), operations(n, |_| r#"{"op":"remove","path":"/0"}"#.to_owned())));
        assert_linear(2_000, |n| {
            patched(&members(n), operations(n, |at| format!(r#"{{"op":"move","from":"/a{at}","path":"/b{at}"}}"#)))
        });
        // The whole document is tested after each change.
        assert_linear(2_000, |n| {
            patch_with_edits(
                &members(n),
                &operations(n, |at| match at % 2 {
                    0 => format!(r#"{{"op":"replace","path":"/a{at}/b","value":"x"}}"#),
                    _ => r#"{"op":"test","path":"/a0/b","value":{}}"#.to_owned(),
                }),
            )
            .is_err()
        });
    }

    #[test]
    fn copies_and_moves_are_bounded() {
        let document = format!(r#"{{"a":"{}"}}"#, "x".repeat(100_000));
        let list = operations(30, |at| {
            let (from, to) = [("a", "b"), ("b", "a")][at % 2];
            format!(r#"{{"op":"move","from":"/{from}","path":"/{to}"}}"#)
        });
        let error = patch_within(&document, &list, 1 << 20).unwrap_err();
        let told = "operation 10 of the patch is malformed: the patch copies and moves more than 1 MiB";
        assert_eq!(error.to_string(), told);
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(33 << 20));
        let error = patch_with_edits(&large, r#"[{"op":"copy","from":"/a","path":"/b"}]"#).unwrap_err();
        assert!(error.to_string().ends_with("more than the limit of 64 MiB"), "{error}");
    }
}
