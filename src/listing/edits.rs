//! Collects the edits that make a submission what a folder says.

use schemars::JsonSchema;
use serde::Serialize;

use super::body::Object;
use super::folder::tag_of;
use crate::document::{Edit, EditOp, Pointer};
use crate::error::shown;

/// What people should know of a folder and a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Note {
    /// What kind of note it is.
    pub kind: NoteKind,
    /// The file or folder that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The place in the submission, a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// One sentence for people.
    pub message: String,
}

/// The kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum NoteKind {
    /// The submission has something that no file can stand for, so it was left out of the folder.
    LeftOut,
    /// An empty file clears a text.
    Cleared,
    /// An image of the submission has no file, and is kept.
    Unmanaged,
    /// An image of the submission that was uploaded from a folder has no file, and goes.
    Removed,
    /// The name of an image of the submission does not tell what is in it, so a picture is sent that may be the same.
    SentAgain,
    /// A placeholder stands for an image that the submission does not have.
    Gone,
    /// The folder has a picture or a language that the submission does not have. It was not sent yet, or others removed it; a
    /// push adds it.
    NotSent,
    /// The files of pictures were numbered anew, in the order of the images of the submission.
    Order,
    /// A new language lacks what the Store asks for.
    Incomplete,
    /// A language that should be removed is not there.
    NotThere,
    /// Somebody else has changed a field that the folder did not change, so it stays.
    Kept,
}

impl NoteKind {
    /// Whether it says what an edit does.
    pub(super) fn is_about_edit(self) -> bool {
        matches!(self, NoteKind::Cleared | NoteKind::Removed | NoteKind::SentAgain | NoteKind::Incomplete)
    }
}

impl Note {
    pub(super) fn new(kind: NoteKind, message: impl AsRef<str>) -> Note {
        Note { kind, file: None, pointer: None, message: shown(message.as_ref()).into_owned() }
    }

    /// Why a picture is sent that the submission may have: its name there does not tell. `None` if it does.
    pub(super) fn sent_again(image: &Object<'_>, file: &str) -> Option<Note> {
        let name = image.text("fileName").filter(|name| !name.is_empty() && tag_of(name).is_none())?;
        let message = format!(
            "the name `{name}` in the submission does not tell whether it is this picture, so it is sent; with `basePath`, \
             such as the receipt of the last push, only if it is another one than then"
        );
        Some(Note::new(NoteKind::SentAgain, message).file(file).at(image.place("fileName")))
    }

    /// The file and the message, for people.
    pub fn sentence(&self) -> String {
        match &self.file {
            Some(file) => format!("{}: {}", shown(file), self.message),
            None => self.message.clone(),
        }
    }

    pub(super) fn file(self, file: impl Into<String>) -> Note {
        Note { file: Some(file.into()), ..self }
    }

    pub(super) fn at(self, pointer: impl Into<String>) -> Note {
        Note { pointer: Some(pointer.into()), ..self }
    }
}

/// Edits in the order in which they are made.
#[derive(Debug, Default)]
pub(super) struct Edits {
    pub(super) edits: Vec<Edit>,
    pub(super) notes: Vec<Note>,
}

impl Edits {
    /// Puts a value at a place that has this one, or none.
    pub(super) fn put(&mut self, pointer: &str, value: String, old: Option<&str>) {
        let op = if old.is_some() { EditOp::Replace } else { EditOp::Add };
        self.push(op, pointer, Some(value), old);
    }

    /// Inserts an element at an index of an array.
    pub(super) fn insert(&mut self, pointer: &str, value: String) {
        self.push(EditOp::Add, pointer, Some(value), None);
    }

    /// Removes a value.
    pub(super) fn remove(&mut self, pointer: &str, old: &str) {
        self.push(EditOp::Remove, pointer, None, Some(old));
    }

    fn push(&mut self, op: EditOp, pointer: &str, value: Option<String>, old: Option<&str>) {
        // Names are escaped where pointers are made, so that each is one.
        let Ok(path) = Pointer::parse(pointer) else { return };
        self.edits.push(Edit { op, path, value, old: old.map(str::to_owned) });
    }
}
