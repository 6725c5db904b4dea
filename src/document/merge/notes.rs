//! Notes of the caller about values of the edited document: facts about the objects it was written from that JSON
//! can't hold.

use std::collections::HashMap;

use super::report::MergeError;
use crate::document::error::DocumentError;
use crate::document::members::Lookup;
use crate::document::parse::parse;
use crate::document::pointer::Pointer;
use crate::document::text;
use crate::document::tree::{Id, ROOT, Tree, ValueKind};

/// A note about one value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// `autonull`: the `null` in the text is PowerShell's `AutomationNull`, the result of a command without output.
    AutoNull,
    /// `datetime`: the string was written from a date object, so a different spelling of the same time is no change.
    DateTime,
    /// `deserialized`: the object is a copy that came from a job, a remote session or CLIXML.
    Deserialized,
    /// `selected`: the object came from `Select-Object`, so members may be missing.
    Selected,
    /// Any other kind of note. It is reported as [`RemarkKind::Note`](super::RemarkKind::Note).
    Other(String),
}

/// Notes by place in the edited document.
///
/// # Examples
/// `null` means the empty array here, not the value `null`, which guard K10 would refuse:
/// ```
/// use storeship::document::{MergeOptions, Notes, merge};
/// let notes = Notes::parse(r#"{"/keywords": "autonull"}"#)?;
/// let merged = merge(r#"{"keywords": ["a"]}"#, r#"{"keywords": null}"#, &notes, None, &MergeOptions::default())?;
/// assert_eq!(merged.body, r#"{"keywords": []}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Vec<(Pointer, Note)>);

impl Notes {
    /// Parses an object that maps JSON Pointers to kinds of notes:
    /// `{"/listings/en-us/baseListing/keywords": "autonull"}`. A place with several notes has an array of kinds.
    ///
    /// # Errors
    /// The text is not JSON or not such an object.
    pub fn parse(notes: &str) -> Result<Notes, DocumentError> {
        let tree = parse(notes).map_err(DocumentError::Value)?;
        let mut found = Notes::default();
        let form = |reason: &str| DocumentError::OperationForm { index: 0, reason: reason.to_owned() };
        if tree.kind(ROOT) != ValueKind::Object {
            return Err(form("notes are an object of pointers and kinds"));
        }
        for name in tree.names(ROOT) {
            let pointer = Pointer::from_canonical(text::unescape(&tree, name).into_owned())?;
            let value = name + 1;
            let kinds: Vec<Id> =
                if tree.kind(value) == ValueKind::Array { tree.elements(value).collect() } else { vec![value] };
            for kind in kinds {
                if tree.kind(kind) != ValueKind::String {
                    return Err(form("the kind of a note is a string"));
                }
                found.add(pointer.clone(), &text::readable(&text::unescape(&tree, kind)));
            }
        }
        Ok(found)
    }

    /// Adds a note; `kind` is the name of its kind, such as `autonull`.
    pub fn add(&mut self, pointer: Pointer, kind: &str) {
        let note = match kind {
            "autonull" => Note::AutoNull,
            "datetime" => Note::DateTime,
            "deserialized" => Note::Deserialized,
            "selected" => Note::Selected,
            other => Note::Other(other.to_owned()),
        };
        self.0.push((pointer, note));
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(Pointer, Note)> {
        self.0.iter()
    }

    /// The notes by value of the edited document.
    pub(super) fn resolve<'a>(&self, edited: &'a Tree<'a>) -> Result<HashMap<Id, Vec<Note>>, MergeError> {
        let mut found: HashMap<Id, Vec<Note>> = HashMap::new();
        let mut lookup = Lookup::of(edited);
        for (pointer, note) in &self.0 {
            let place = lookup.locate(pointer);
            let Some(place) = place else {
                return Err(MergeError::Notes { reason: format!("there is nothing at '{pointer}'") });
            };
            found.entry(place).or_default().push(note.clone());
        }
        Ok(found)
    }
}
