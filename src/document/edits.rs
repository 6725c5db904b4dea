//! Edits: single changes of a document, as values, as JSON, and made in a text.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::edit::{self, Existing};
use super::equal::{self, Interpretation};
use super::error::DocumentError;
use super::parse::parse;
use super::pointer::{Pointer, locate};
use super::shown::shown;
use super::text;
use super::tree::{ROOT, Tree, ValueKind};

/// What an edit does: an operation of JSON Patch (RFC 6902).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EditOp {
    /// Adds a member or an element. A member that is there is replaced.
    Add,
    /// Removes a member or an element.
    Remove,
    /// Replaces a value.
    Replace,
}

impl EditOp {
    /// The name of the operation in a JSON Patch: `add`, `remove` or `replace`.
    pub fn name(self) -> &'static str {
        match self {
            EditOp::Add => "add",
            EditOp::Remove => "remove",
            EditOp::Replace => "replace",
        }
    }
}

/// One edit of a document: an operation of JSON Patch (RFC 6902) with the value that it replaces or removes.
///
/// As JSON it is `{"op":"replace","path":"/visibility","value":"Hidden","old":"Public"}`. `value` and `old` are JSON
/// values; each is absent when there is none. Both keep their text when an edit is read and written.
///
/// # Examples
/// ```
/// use storeship::document::Edit;
/// let edit: Edit = serde_json::from_str(r#"{"op":"replace","path":"/b","value":2,"old":1.0}"#)?;
/// assert_eq!(edit.apply(r#"{ "a": 0, "b": 1 }"#)?, r#"{ "a": 0, "b": 2 }"#);
/// assert!(edit.apply(r#"{ "b": 3 }"#).is_err(), "another value is there");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What the edit does.
    pub op: EditOp,
    /// The place, in the document as the edits before this one left it.
    pub path: Pointer,
    /// The JSON text of the new value; `None` for a removal.
    pub value: Option<String>,
    /// The JSON text of the value that stood there, whole and as it was written; `None` for an addition. A signed link in
    /// it still has its signature: shorten or redact the text before you show it.
    pub old: Option<String>,
}

impl Edit {
    /// Makes the edit in a text and leaves every other byte alone.
    ///
    /// # Errors
    /// The document is not JSON; its place does not exist; [`DocumentError::OldValue`] if `old` is given and another value,
    /// or none, is there.
    pub fn apply(&self, document: &str) -> Result<String, DocumentError> {
        self.apply_to(&parse(document).map_err(DocumentError::Document)?)
    }

    /// Checks that no object in the new value has two members with the same name, for an edit that a person typed. A value
    /// whose text the document has may: it is what the service sent.
    ///
    /// # Errors
    /// [`DocumentError::DuplicateName`]; [`DocumentError::Value`] if the value is not JSON.
    pub fn check_names(&self, document: &str) -> Result<(), DocumentError> {
        self.value.as_deref().map_or(Ok(()), |value| edit::typed(value, document).map(|_| ()))
    }

    pub(super) fn apply_to(&self, tree: &Tree<'_>) -> Result<String, DocumentError> {
        self.check_old(tree)?;
        self.make(tree)
    }

    /// Sets `old` to what the document has before the edit is made. An `add` that replaces a member becomes a `replace`.
    ///
    /// # Errors
    /// The document is not JSON.
    pub fn observe(&mut self, document: &str) -> Result<(), DocumentError> {
        self.observe_in(&parse(document).map_err(DocumentError::Document)?);
        Ok(())
    }

    pub(super) fn observe_in(&mut self, tree: &Tree<'_>) {
        let inserts = self.op == EditOp::Add && is_element(tree, &self.path);
        let place = locate(tree, &self.path).ok().filter(|_| !inserts);
        self.old = place.map(|place| tree.span(place).to_owned());
        if self.op == EditOp::Add && place.is_some() {
            self.op = EditOp::Replace;
        }
    }

    /// Whether the document is already as the edit makes it: the value is there, or what `old` says is to be removed is
    /// gone. Never true for an element that is added to an array.
    ///
    /// # Errors
    /// The document is not JSON.
    pub fn is_done(&self, document: &str) -> Result<bool, DocumentError> {
        let tree = parse(document).map_err(DocumentError::Document)?;
        let place = locate(&tree, &self.path).ok();
        Ok(match (self.op, &self.value, place) {
            (EditOp::Remove, _, place) => place.is_none() && self.old.is_some(),
            (EditOp::Add, ..) if is_element(&tree, &self.path) => false,
            (_, Some(value), Some(place)) => {
                let value = parse(value).map_err(DocumentError::Value)?;
                equal::same(&tree, place, &value, ROOT, &Interpretation::default())
            }
            _ => false,
        })
    }

    /// Makes the edit without looking at `old`.
    pub(super) fn make(&self, tree: &Tree<'_>) -> Result<String, DocumentError> {
        let value = || edit::bare(self.value.as_deref().unwrap_or_default());
        match self.op {
            EditOp::Add => edit::put(tree, &self.path, value()?, Existing::Shift),
            EditOp::Remove => edit::cut(tree, &self.path),
            EditOp::Replace => edit::replace_at(tree, &self.path, value()?),
        }
    }

    /// Compares `old` with the value that is there; texts may differ, such as `1` and `1.0`.
    fn check_old(&self, tree: &Tree<'_>) -> Result<(), DocumentError> {
        let Some(old) = &self.old else { return Ok(()) };
        let expected = parse(old).map_err(DocumentError::Value)?;
        let place = locate(tree, &self.path).ok();
        if place.is_some_and(|place| equal::same(tree, place, &expected, ROOT, &Interpretation::default())) {
            return Ok(());
        }
        Err(DocumentError::OldValue {
            pointer: self.path.to_string(),
            expected: shown(&expected, ROOT),
            found: place.map(|place| shown(tree, place)),
        })
    }
}

/// Whether the place of a pointer is an element of an array.
fn is_element(tree: &Tree<'_>, path: &Pointer) -> bool {
    let parent = path.split_last().and_then(|(parent, _)| locate(tree, &parent).ok());
    parent.is_some_and(|parent| tree.kind(parent) == ValueKind::Array)
}

/// Writes edits as a JSON Patch, without their old values. [`patch`](super::patch()) applies it.
///
/// # Examples
/// ```
/// use storeship::document::{MergeOptions, Notes, edits_to_json, merge, patch};
/// let baseline = r#"{"visibility": "Public"}"#;
/// let edited = r#"{"visibility": "Hidden"}"#;
/// let merged = merge(baseline, edited, &Notes::default(), None, &MergeOptions::default())?;
/// let edits = edits_to_json(&merged.edits);
/// assert_eq!(edits, r#"[{"op":"replace","path":"/visibility","value":"Hidden"}]"#);
/// assert_eq!(patch(baseline, &edits)?, merged.body);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn edits_to_json(edits: &[Edit]) -> String {
    let mut out = String::from("[");
    for (index, edit) in edits.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str("{\"op\":\"");
        out.push_str(edit.op.name());
        out.push_str("\",\"path\":");
        out.push_str(&edit.path.to_json());
        if let Some(value) = &edit.value {
            out.push_str(",\"value\":");
            out.push_str(value);
        }
        out.push('}');
    }
    out.push(']');
    out
}

/// One change of a document: an operation of JSON Patch (RFC 6902) with the value that was there before.
#[derive(Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EditJson {
    op: EditOp,
    /// A JSON Pointer (RFC 6901). `-` in place of an index appends to an array.
    #[schemars(with = "String")]
    path: Box<RawValue>,
    /// The new value; absent for a removal.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    value: Option<Box<RawValue>>,
    /// The value before; absent for an addition. In a request it is optional: when it is given, the edit is made only if
    /// an equal value is there.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    old: Option<Box<RawValue>>,
}

/// Reads a member that is present, even when it is `null`, which serde would read as `None`.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Edit, D::Error> {
        let EditJson { op, path, value, old } = EditJson::deserialize(deserializer)?;
        match (op, &value, &old) {
            (EditOp::Remove, Some(_), _) => return Err(D::Error::custom("`remove` takes no `value`")),
            (EditOp::Add | EditOp::Replace, None, _) => {
                return Err(D::Error::custom(format_args!("`{}` needs a `value`", op.name())));
            }
            _ => {}
        }
        let path = pointer(path.get()).map_err(D::Error::custom)?;
        let text = |json: Box<RawValue>| json.get().to_owned();
        Ok(Edit { op, path, value: value.map(text), old: old.map(text) })
    }
}

/// The pointer that a JSON string holds, which may have a lone surrogate.
fn pointer(json: &str) -> Result<Pointer, String> {
    let tree = parse(json).map_err(|error| error.to_string())?;
    if tree.kind(ROOT) != ValueKind::String {
        return Err("`path` must be a string".to_owned());
    }
    Pointer::from_canonical(text::unescape(&tree, ROOT).into_owned()).map_err(|error| error.to_string())
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).map_err(S::Error::custom);
        let optional = |text: &Option<String>| text.as_deref().map(raw).transpose();
        let (path, value, old) = (raw(&self.path.to_json())?, optional(&self.value)?, optional(&self.old)?);
        EditJson { op: self.op, path, value, old }.serialize(serializer)
    }
}

impl JsonSchema for Edit {
    fn schema_name() -> Cow<'static, str> {
        "Edit".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        EditJson::json_schema(generator)
    }
}

impl fmt::Display for EditOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
