//! Icons, thumbnails and videos that a submission has under names which do not tell what is in them: the service may have
//! renamed what was sent, or somebody else has uploaded a file. Only a base can tell that a folder has not changed since.

use std::collections::BTreeMap;

use super::body::{Object, is_below, quoted};
use super::folder::{Media, tag_of};
use crate::document::{self, Edit, EditOp, Pointer};

/// A file of a submission that may be one of the folder.
#[derive(Clone, Debug)]
pub(super) struct Renamed {
    /// The place of its name in the submission.
    pub(super) place: String,
    /// The name as the submission has it, as JSON.
    text: String,
    /// The name under which the folder would send its file.
    pub(super) ours: String,
}

impl Renamed {
    /// A file of the folder and the object of the submission that it stands for; `None` if the name tells what is in it.
    pub(super) fn of(object: &Object<'_>, member: &str, media: &Media, label: &str) -> Option<Renamed> {
        object.text(member).filter(|name| !name.is_empty() && tag_of(name).is_none())?;
        let text = object.get(member)?.to_owned();
        Some(Renamed { place: object.place(member), text, ours: media.zip_name(label) })
    }
}

/// The places of the names in a submission, each with the name of the folder. Two files may have the same name in the
/// submission.
pub(super) fn names(renamed: &[Renamed]) -> BTreeMap<String, String> {
    renamed.iter().map(|one| (one.place.clone(), one.ours.clone())).collect()
}

/// The submission with the names of the folder.
pub(super) fn with_ours(document: &str, renamed: &[Renamed]) -> String {
    let edit = |one: &Renamed| {
        let path = Pointer::parse(&one.place).ok()?;
        Some(Edit { op: EditOp::Replace, path, value: Some(quoted(&one.ours)), old: None })
    };
    let edits: Vec<Edit> = renamed.iter().filter_map(edit).collect();
    document::apply_edits(document, &edits).map_or_else(|_| document.to_owned(), |(text, _)| text)
}

/// Puts the names of the submission back into what edits of it with the names of the folder say of it.
pub(super) fn with_theirs(edits: &mut [Edit], renamed: &[Renamed]) {
    for edit in edits {
        let path = edit.path.to_string();
        let Some(old) = &mut edit.old else { continue };
        // Other places may have the same file under another name.
        for one in renamed.iter().filter(|one| one.place == path || is_below(&one.place, &path)) {
            *old = old.replace(&quoted(&one.ours), &one.text);
        }
    }
}
