//! What the caller knows about values of the edited document that JSON can't say.

use std::collections::HashMap;

use super::report::MergeError;
use crate::document::error::DocumentError;
use crate::document::members::Members;
use crate::document::parse::parse;
use crate::document::pointer::{Pointer, locate};
use crate::document::text;
use crate::document::tree::{Id, Kind, ROOT, Tree};

/// A note about one value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// `autonull`: not null but the result of a command without output. The value is `null` in the text.
    AutoNull,
    /// `datetime`: the string was a date object, so its spelling says nothing.
    DateTime,
    /// `deserialized`: the object came out of a job, a remote session or CLIXML.
    Deserialized,
    /// `selected`: the object came out of `Select-Object`.
    Selected,
    /// Any other: handed through as a remark.
    Other(String),
}

/// Notes by place in the edited document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes(Vec<(Pointer, Note)>);

impl Notes {
    /// Reads an object of pointers and kinds: `{"/listings/en-us/baseListing/keywords": "autonull"}`. An array of kinds
    /// gives several for one place.
    ///
    /// # Errors
    /// The text is not such an object.
    pub fn parse(notes: &str) -> Result<Notes, DocumentError> {
        let tree = parse(notes).map_err(DocumentError::Value)?;
        let mut found = Notes::default();
        let form = |reason: &str| DocumentError::OperationForm { index: 0, reason: reason.to_owned() };
        if tree.kind(ROOT) != Kind::Object {
            return Err(form("notes are an object of pointers and kinds"));
        }
        for name in tree.names(ROOT) {
            let pointer = Pointer::from_canonical(text::unescape(&tree, name).into_owned())?;
            let value = name + 1;
            let kinds: Vec<Id> =
                if tree.kind(value) == Kind::Array { tree.elements(value).collect() } else { vec![value] };
            for kind in kinds {
                if tree.kind(kind) != Kind::String {
                    return Err(form("the kind of a note is a string"));
                }
                found.add(pointer.clone(), &text::readable(&text::unescape(&tree, kind)));
            }
        }
        Ok(found)
    }

    /// Adds a note of the kind with this name.
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

    /// The notes by node of the edited document.
    pub(super) fn resolve(&self, edited: &Tree<'_>) -> Result<HashMap<Id, Vec<Note>>, MergeError> {
        let mut found: HashMap<Id, Vec<Note>> = HashMap::new();
        // Large objects are searched once, however many notes they have.
        let mut tables: HashMap<Id, HashMap<Vec<u8>, Id>> = HashMap::new();
        for (pointer, note) in &self.0 {
            let place = match pointer.split_last() {
                Some((parent, name)) => locate(edited, &parent).ok().and_then(|container| {
                    let table = tables.entry(container).or_insert_with(|| children(edited, container));
                    table.get(&name).copied()
                }),
                None => Some(ROOT),
            };
            let Some(place) = place else {
                return Err(MergeError::Notes { reason: format!("there is nothing at '{pointer}'") });
            };
            found.entry(place).or_default().push(note.clone());
        }
        Ok(found)
    }
}

fn children(tree: &Tree<'_>, container: Id) -> HashMap<Vec<u8>, Id> {
    match tree.kind(container) {
        Kind::Object => {
            let members = Members::of(tree, container);
            members.names().iter().map(|&name| (text::unescape(tree, name).into_owned(), name + 1)).collect()
        }
        Kind::Array => {
            let indexed = tree.elements(container).enumerate();
            indexed.map(|(index, element)| (index.to_string().into_bytes(), element)).collect()
        }
        _ => HashMap::new(),
    }
}
