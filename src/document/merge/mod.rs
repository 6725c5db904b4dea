//! Merges an edited document back into the text it came from.
//!
//! | file | what it does |
//! |---|---|
//! | `notes` | notes of the caller about values of the edited document, which JSON can't hold |
//! | `hash`, `align` | hashes of subtrees; which element of an edited array is which old one |
//! | `diff`, `trail` | compares the two documents; the path to the value that is compared |
//! | `watch`, `damage`, `printed` | decide which guard a change trips: by kind and place, by its text, by what PowerShell prints |
//! | `guard` | the guards: ids, names, meanings, remedies |
//! | `render` | turns the differences into the new text and the list of edits |
//! | `rebase` | carries the differences over to a document that changed in the meantime |
//! | `report` | the result of a merge and its errors |
//!
//! The rules of a merge:
//!
//! - **Members** are matched by their exact name. A removal takes one comma with it, and new members are appended in the
//!   style of the object. Of duplicate names the last member is compared and edited; a removal removes all of them.
//! - **Equality.** Strings are equal when their UTF-16 code units are, numbers when they are the same decimal or the
//!   double that .NET makes of more digits than it can hold. A string with the note [`Note::DateTime`] is equal when
//!   it is the same time. Values that are equal keep the text of the baseline, others get that of the edited document.
//! - **Shapes.** Where the baseline has an array, a single value stands for the array with that element, and `null` with
//!   the note [`Note::AutoNull`] for the empty array: PowerShell unrolls arrays in a pipeline.
//! - **Elements** are matched at the common start and end of both arrays, then by position when as many are left on both
//!   sides, else by the longest common subsequence and by their keys ([`MergeOptions::keys`]).
//! - **A current document** gets the edits instead of the baseline. A place that was changed differently there and in
//!   the edited document is a conflict.
//! - **The body is checked** before it is returned: it is parsed again and compared with the edited document.

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

use diff::{Diff, DiffOptions};
pub use guard::{GUARDS, Guard, Trip, UnknownGuard};
pub use notes::{Note, Notes};
use render::render;
pub use report::{Conflict, MergeError, MergeOutcome, Remark, RemarkKind};

use crate::document::equal::{self, Interpretation};
use crate::document::error::DocumentError;
use crate::document::parse::parse;
use crate::document::tree::{ROOT, Tree};

/// The options of [`merge`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeOptions {
    /// Guards that are lifted: what they find is reported in [`MergeOutcome::lifted`] instead of refused.
    pub force: Vec<Guard>,
    /// Names of members whose values identify the objects of an array, the best first.
    pub keys: Vec<String>,
    /// Names of members that the root must not lose (guard K5). Those that the baseline lacks are not required.
    pub required: Vec<String>,
}

impl Default for MergeOptions {
    /// The options for submissions of apps, flights and add-ons: no guard is lifted, elements are identified by `id` or
    /// `fileName`, and the members that the service requires are required.
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

/// Merges the changes of `edited` into the text of `baseline`; every other byte of `baseline` stays.
///
/// A value that is equal keeps the baseline's text: white space, escapes, the order of members and the spelling of
/// numbers are no differences. A value that differs gets the text of `edited`. Members that are missing in `edited` are
/// removed, new ones are appended.
///
/// With a `current` document (a fresh copy from the service) the changes go into its text instead, and places that
/// changed there as well are conflicts.
///
/// A change that looks like damage (see [`Guard`]) is refused unless its guard is lifted by
/// [`MergeOptions::force`]. Nothing is merged then, and the error has all places. The body is parsed again and compared
/// with `edited` before it is returned.
///
/// # Errors
/// See [`MergeError`].
///
/// # Examples
/// ```
/// use storeship::document::{MergeOptions, Notes, merge};
/// let baseline = r#"{ "price": 1.10, "notes": "caf\u00e9" }"#;
/// let edited = r#"{"notes":"new","price":1.1}"#;
/// let merged = merge(baseline, edited, &Notes::default(), None, &MergeOptions::default())?;
/// assert_eq!(merged.body, r#"{ "price": 1.10, "notes": "new" }"#);
/// assert_eq!(merged.edits[0].path.to_string(), "/notes");
/// assert_eq!(merged.edits[0].old.as_deref(), Some(r#""caf\u00e9""#));
/// # Ok::<(), storeship::document::MergeError>(())
/// ```
///
/// A damaged edit is refused, here by guard K1:
/// ```
/// use storeship::document::{Guard, MergeError, MergeOptions, Notes, merge};
/// let refused = merge(
///     r#"{"pricing": {"priceId": "Free"}}"#,
///     r#"{"pricing": "@{priceId=Free}"}"#,
///     &Notes::default(),
///     None,
///     &MergeOptions::default(),
/// );
/// let Err(MergeError::Damaged(trips)) = refused else { panic!("{refused:?}") };
/// assert_eq!(trips[0].guard, Guard::Truncated);
/// assert_eq!(trips[0].pointer.to_string(), "/pricing");
/// ```
pub fn merge(
    baseline: &str,
    edited: &str,
    notes: &Notes,
    current: Option<&str>,
    options: &MergeOptions,
) -> Result<MergeOutcome, MergeError> {
    let old = parse(baseline).map_err(MergeError::Baseline)?;
    let current = current.filter(|&current| current != baseline);
    if baseline == edited && current.is_none() {
        return Ok(unchanged(&old, notes));
    }
    let new = parse(edited).map_err(MergeError::Edited)?;
    let diff_options = DiffOptions {
        notes: notes.resolve(&new)?,
        keys: &options.keys,
        required: &options.required,
        keep_job_members: options.force.contains(&Guard::JobMembers),
        guarded: true,
    };
    if current.is_none() && equal::same_in_order(&old, ROOT, &new, ROOT, &Interpretation::default()) {
        return Ok(unchanged(&old, notes));
    }
    let diff = Diff::of(&old, &new, &diff_options);
    if let Some(pointer) = diff.not_finite {
        return Err(MergeError::NotFinite { pointer });
    }
    let (lifted, damage): (Vec<_>, Vec<_>) =
        diff.trips.into_iter().partition(|trip| options.force.contains(&trip.guard));
    if !damage.is_empty() {
        return Err(MergeError::Damaged(damage));
    }
    let mut merged = MergeOutcome { lifted, remarks: diff.remarks, ..MergeOutcome::default() };
    merged.remarks.extend(other_notes(notes));
    match current {
        None => {
            let unchanged = diff.subtrees[0].changes.is_empty();
            (merged.body, merged.edits) = render(&old, &new, &diff.subtrees);
            let interpretation = diff.interpretation;
            // Frees memory before the body is parsed.
            drop((diff.subtrees, old));
            // Without a change the body is the baseline, which the comparison has found equal already.
            if !unchanged {
                verify(&merged.body, &new, &interpretation)?;
            }
        }
        Some(current) => {
            let now = parse(current).map_err(MergeError::Current)?;
            let diff_options = DiffOptions { notes: Default::default(), guarded: false, ..diff_options };
            let theirs = Diff::of(&old, &now, &diff_options);
            let subtrees = rebase::rebase(&old, &new, &now, &diff.subtrees, &theirs).map_err(MergeError::Conflict)?;
            (merged.body, merged.edits) = render(&now, &new, &subtrees);
            merged.three_way = true;
            verify_edits(current, &merged)?;
        }
    }
    Ok(merged)
}

fn unchanged(old: &Tree<'_>, notes: &Notes) -> MergeOutcome {
    let body = old.text.strip_prefix('\u{feff}').unwrap_or(old.text).to_owned();
    MergeOutcome { body, remarks: other_notes(notes).collect(), ..MergeOutcome::default() }
}

/// The notes that mean nothing to a merge, as remarks.
fn other_notes(notes: &Notes) -> impl Iterator<Item = Remark> {
    notes.iter().filter_map(|(pointer, note)| match note {
        Note::Other(kind) => Some(Remark { pointer: pointer.clone(), kind: RemarkKind::Note(kind.clone()) }),
        _ => None,
    })
}

/// Checks that the body is JSON and has the value of the edited document.
fn verify(body: &str, edited: &Tree<'_>, interpretation: &Interpretation) -> Result<(), MergeError> {
    let internal = |reason: String| MergeError::Internal { reason };
    let tree = parse(body).map_err(|error| internal(error.to_string()))?;
    if equal::same(&tree, ROOT, edited, ROOT, interpretation) {
        Ok(())
    } else {
        Err(internal("it differs from the edited document".to_owned()))
    }
}

/// Checks that the edits, made one after the other, turn the current document into the body.
fn verify_edits(current: &str, merged: &MergeOutcome) -> Result<(), MergeError> {
    let internal = |error: DocumentError| MergeError::Internal { reason: error.to_string() };
    let mut text = current.to_owned();
    for edit in &merged.edits {
        text = parse(&text).map_err(DocumentError::Document).and_then(|tree| edit.make(&tree)).map_err(internal)?;
    }
    match equal::equal(&text, &merged.body) {
        Ok(true) => Ok(()),
        Ok(false) => Err(MergeError::Internal { reason: "its edits make another document".to_owned() }),
        Err(error) => Err(internal(error)),
    }
}
