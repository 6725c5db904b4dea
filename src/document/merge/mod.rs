//! An edited document back into the text it came from.

mod align;
mod damage;
mod diff;
mod guard;
mod hash;
mod notes;
mod printed;
mod rebase;
mod render;
mod report;
mod trail;
mod watch;

use diff::{Diff, Lens};
pub use guard::{GUARDS, Guard, Trip, UnknownGuard};
pub use notes::{Note, Notes};
use render::render;
pub use report::{Conflict, Edit, MergeError, Merged, Operation, Remark, RemarkKind, edits_to_json};

use crate::document::edit::{self, Existing};
use crate::document::equal::{self, Reading};
use crate::document::error::DocumentError;
use crate::document::parse::parse;
use crate::document::tree::{ROOT, Tree};

/// What the caller of a merge may choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeOptions {
    /// Guards that are lifted; what they find is reported in [`Merged::lifted`].
    pub force: Vec<Guard>,
    /// Names whose values identify the elements of an array, the best first.
    pub keys: Vec<String>,
    /// Members that the root must not lose if it has them.
    pub required: Vec<String>,
}

impl Default for MergeOptions {
    /// For submissions of apps, flights and add-ons.
    fn default() -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        MergeOptions {
            force: Vec::new(),
            keys: owned(&["id", "fileName"]),
            required: owned(&[
                "applicationCategory",
                "pricing",
                "visibility",
                "targetPublishMode",
                "listings",
                "applicationPackages",
                "packageDeliveryOptions",
                "flightPackages",
                "contentType",
                "lifetime",
            ]),
        }
    }
}

/// Cuts what `edited` changed into `baseline`, and nothing else.
///
/// A value that is equal keeps the baseline's text, whatever its spelling in `edited`: white space, escapes, the order
/// of members and forms of a number are no differences. A value that differs gets the text of `edited`. Members that
/// are missing in `edited` are removed, new ones are appended.
///
/// With a `current` document (a fresh copy from the service) the edits are made there instead; places that changed
/// there as well are conflicts.
///
/// The body is read again and compared before it is handed out. An edit that looks like damage is refused as a whole,
/// with all places, unless its guard is lifted.
///
/// # Errors
/// See [`MergeError`].
///
/// ```
/// use storeship::document::{MergeOptions, Notes, merge};
/// let baseline = r#"{ "price": 1.10, "notes": "caf\u00e9" }"#;
/// let edited = r#"{"notes":"new","price":1.1}"#;
/// let merged = merge(baseline, edited, &Notes::default(), None, &MergeOptions::default())?;
/// assert_eq!(merged.body, r#"{ "price": 1.10, "notes": "new" }"#);
/// # Ok::<(), storeship::document::MergeError>(())
/// ```
pub fn merge(
    baseline: &str,
    edited: &str,
    notes: &Notes,
    current: Option<&str>,
    options: &MergeOptions,
) -> Result<Merged, MergeError> {
    let old = parse(baseline).map_err(MergeError::Baseline)?;
    let current = current.filter(|&current| current != baseline);
    if baseline == edited && current.is_none() {
        return Ok(unchanged(&old, notes));
    }
    let new = parse(edited).map_err(MergeError::Edited)?;
    let lens = Lens {
        notes: notes.resolve(&new)?,
        keys: &options.keys,
        required: &options.required,
        keep_job_members: options.force.contains(&Guard::JobMembers),
        guarded: true,
    };
    if current.is_none() && equal::same_in_order(&old, ROOT, &new, ROOT, &Reading::default()) {
        return Ok(unchanged(&old, notes));
    }
    let diff = Diff::of(&old, &new, &lens);
    if let Some(pointer) = diff.not_finite {
        return Err(MergeError::NotFinite { pointer });
    }
    let (lifted, damage): (Vec<_>, Vec<_>) =
        diff.trips.into_iter().partition(|trip| options.force.contains(&trip.guard));
    if !damage.is_empty() {
        return Err(MergeError::Damaged(damage));
    }
    let mut merged = Merged { lifted, remarks: diff.remarks, ..Merged::default() };
    merged.remarks.extend(handed_through(notes));
    match current {
        None => {
            let changed = diff.jobs[0].groups.is_empty();
            (merged.body, merged.edits) = render(&old, &new, &diff.jobs);
            let reading = diff.reading;
            // The body is the baseline when nothing changed, and that has been compared already.
            drop((diff.jobs, old));
            if !changed {
                verify(&merged.body, &new, &reading)?;
            }
        }
        Some(current) => {
            let now = parse(current).map_err(MergeError::Current)?;
            let lens = Lens { notes: Default::default(), guarded: false, ..lens };
            let theirs = Diff::of(&old, &now, &lens);
            let jobs = rebase::rebase(&old, &new, &now, &diff.jobs, &theirs).map_err(MergeError::Conflict)?;
            (merged.body, merged.edits) = render(&now, &new, &jobs);
            merged.three_way = true;
            verify_edits(current, &merged)?;
        }
    }
    Ok(merged)
}

fn unchanged(old: &Tree<'_>, notes: &Notes) -> Merged {
    let body = old.text.strip_prefix('\u{feff}').unwrap_or(old.text).to_owned();
    Merged { body, remarks: handed_through(notes).collect(), ..Merged::default() }
}

fn handed_through(notes: &Notes) -> impl Iterator<Item = Remark> {
    notes.iter().filter_map(|(pointer, note)| match note {
        Note::Other(kind) => Some(Remark { pointer: pointer.clone(), kind: RemarkKind::Note(kind.clone()) }),
        _ => None,
    })
}

/// Rule M9: the body is JSON and has the edited value.
fn verify(body: &str, edited: &Tree<'_>, reading: &Reading) -> Result<(), MergeError> {
    let internal = |reason: String| MergeError::Internal { reason };
    let tree = parse(body).map_err(|error| internal(error.to_string()))?;
    if equal::same(&tree, ROOT, edited, ROOT, reading) {
        Ok(())
    } else {
        Err(internal("it differs from the edited document".to_owned()))
    }
}

/// Rule M9 for a merge of three: the body is what its edits make of the current document, one after the other.
fn verify_edits(current: &str, merged: &Merged) -> Result<(), MergeError> {
    let internal = |error: DocumentError| MergeError::Internal { reason: error.to_string() };
    let mut text = current.to_owned();
    for edit in &merged.edits {
        text = apply(&text, edit).map_err(internal)?;
    }
    match equal::equal(&text, &merged.body) {
        Ok(true) => Ok(()),
        Ok(false) => Err(MergeError::Internal { reason: "its edits make another document".to_owned() }),
        Err(error) => Err(internal(error)),
    }
}

fn apply(text: &str, edit: &Edit) -> Result<String, DocumentError> {
    let tree = parse(text).map_err(DocumentError::Document)?;
    let value = edit.value.as_deref().unwrap_or("null");
    match edit.operation {
        Operation::Add => edit::put(&tree, &edit.pointer, value, Existing::Shift),
        Operation::Remove => edit::cut(&tree, &edit.pointer),
        Operation::Replace => edit::replace_at(&tree, &edit.pointer, value),
    }
}
