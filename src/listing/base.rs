//! The base of a folder: what the submission was when somebody last looked. What others have changed since is not
//! overwritten unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::changes::{Changes, Options, changes, refuse};
use super::edits::{Note, NoteKind};
use super::folder::Folder;
use super::images::Unlinked;
use super::read;
use crate::document::{self, Edit};
use crate::error::{Detail, Error, Result, codes};
use crate::files;

/// What a submission was when somebody last looked.
#[derive(Clone, Debug)]
pub struct Base {
    was: Was,
    /// The fields that are overwritten all the same.
    overwrite: Vec<String>,
}

#[derive(Clone, Debug)]
enum Was {
    /// A folder of an earlier revision.
    Folder(Box<Folder>),
    /// A submission that was exported.
    Document(String),
}

impl Base {
    /// Reads a base: a folder, or a file with the JSON of a submission. `overwrite` are the fields that are overwritten
    /// whatever others have changed, as JSON Pointers; `*` stands for all. Blocks while the disk is slow.
    ///
    /// # Errors
    /// `listing.invalid`, `file.*`, `document.invalid`.
    pub fn read(path: &str, overwrite: &[String]) -> Result<Base> {
        Ok(Base { was: Was::read(path)?, overwrite: overwrite.to_vec() })
    }

    /// A hash of the base, in hexadecimal digits.
    pub fn digest(&self) -> String {
        match &self.was {
            Was::Folder(folder) => folder.digest(),
            Was::Document(text) => format!("{:x}", Sha256::digest(text)),
        }
    }

    /// Leaves out of the changes what the folder did not change since the base and somebody else did.
    ///
    /// # Errors
    /// `listing.conflict` for a field that both have changed, unless it is overwritten.
    pub fn resolve(&self, folder: &Folder, document: &str, found: Changes) -> Result<Changes> {
        let by_field = |edits: &[Edit]| {
            let mut fields: BTreeMap<String, Vec<Edit>> = BTreeMap::new();
            for edit in edits {
                fields.entry(field(&edit.path.to_string())).or_default().push(edit.clone());
            }
            fields
        };
        let wanted = by_field(&found.edits);
        // What the base does not have is judged by nothing.
        let lenient = Options { images: Some(Unlinked::Keep), allow_image_removal: true, ..Options::default() };
        let (changed, same): (BTreeSet<String>, BTreeSet<String>) = match &self.was {
            Was::Folder(base) => {
                let theirs = by_field(&changes(base, document, &lenient)?.edits);
                let same = wanted.iter().filter(|(field, edits)| theirs.get(*field) == Some(edits));
                (theirs.keys().cloned().collect(), same.map(|(field, _)| field.clone()).collect())
            }
            Was::Document(base) => {
                let ours = by_field(&changes(folder, base, &lenient)?.edits);
                let at = |document: &str, field: &str| document::get(document, field).unwrap_or("null").to_owned();
                let is_other =
                    |field: &&String| !document::equal(&at(base, field), &at(document, field)).unwrap_or(false);
                let same = wanted.keys().filter(|field| !ours.contains_key(*field)).cloned().collect();
                (wanted.keys().filter(is_other).cloned().collect(), same)
            }
        };
        let is_named =
            |field: &str| self.overwrite.iter().any(|name| name == "*" || name.trim().eq_ignore_ascii_case(field));
        let (mut conflicts, mut kept) = (Vec::new(), Vec::new());
        for (field, edits) in wanted.iter().filter(|(field, _)| changed.contains(*field) && !is_named(field)) {
            match same.contains(field) {
                true => kept.push(field.clone()),
                false => conflicts.extend(edits.iter().map(|edit| conflict(field, edit))),
            }
        }
        if let Some(first) = conflicts.first() {
            let place = first.pointer.clone().unwrap_or_default();
            let more = match conflicts.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message = format!("the folder and somebody else have changed {place} since the base{more}");
            return Err(Error::new(&codes::LISTING_CONFLICT, message).details(conflicts));
        }
        let mut found = found;
        found.edits.retain(|edit| !kept.contains(&field(&edit.path.to_string())));
        found.notes.extend(kept.into_iter().map(|field| {
            let message =
                format!("{field} was changed by somebody else since the base, and not in the folder: it stays");
            Note::new(NoteKind::Kept, message).at(field)
        }));
        Ok(found)
    }
}

impl Was {
    fn read(path: &str) -> Result<Was> {
        if files::is_folder(Path::new(path)) == Some(true) {
            let folder = read::any(Path::new(path));
            refuse(&folder.faults)?;
            return Ok(Was::Folder(Box::new(folder)));
        }
        let failed = |error| Error::of_file(format!("{path} can't be read"), &error);
        let bytes = files::read(Path::new(path), document::MAX_BYTES as u64).map_err(failed)?;
        let text = String::from_utf8(bytes).unwrap_or_default();
        let remedy = "give the folder of an earlier revision, or the file of an exported submission";
        let has_listings = document::get_ignoring_case(&text, &["listings"]).is_ok_and(|found| found[0].1.is_some());
        match has_listings {
            true => Ok(Was::Document(text)),
            false => {
                let message = format!("{path} is neither a folder nor the JSON of a submission with listings");
                Err(Error::new(&codes::DOCUMENT_INVALID, message).hint(remedy))
            }
        }
    }
}

/// The text or list that a place is in, as a JSON Pointer. All images of a language are one field, and so are all trailers.
fn field(path: &str) -> String {
    let depth = match path.split('/').nth(1) {
        Some("trailers") => 1,
        Some("listings") => match path.split('/').nth(3) {
            Some("baseListing") => 4,
            Some("platformOverrides") => 5,
            _ => 3,
        },
        _ => usize::MAX,
    };
    path.split('/').take(depth.saturating_add(1)).collect::<Vec<_>>().join("/")
}

/// A field that both have changed, with the value of the submission and that of the folder.
fn conflict(field: &str, edit: &Edit) -> Detail {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let message = format!("the submission has {}, the folder {}", shown(&edit.old), shown(&edit.value));
    Detail { old: edit.old.clone(), new: edit.value.clone(), ..Detail::at(field, message) }
}
