//! Merges an edited document back into the text it came from.
//!
//! | file | what it does |
//! |---|---|
//! | `notes` | notes of the caller about values of the edited document, which JSON can't hold |
//! | `hash`, `align` | hashes of subtrees; which element of an edited array is which old one |
//! | `diff`, `change`, `trail` | compares the two documents; the changes; the path to the value that is compared |
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
//!   A date that is spelled differently keeps the text of the baseline too, with a remark.
//! - **Elements** are matched at the common start and end of both arrays, then by position when as many are left on both
//!   sides, else by the longest common subsequence and by their keys ([`MergeOptions::keys`]). Objects with different
//!   keys are never the same element.
//! - **Names** that an edited object has twice are refused, unless the baseline has the same values for them.
//! - **A current document** gets the edits instead of the baseline. A place that was changed differently there and in
//!   the edited document is a conflict. An edit inside an element follows that element; if it is gone, that is a conflict.
//! - **The body is checked** before it is returned: it is parsed again and compared with the edited document.

mod align;
mod change;
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

use crate::document::editor::Editor;
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
    /// The options for submissions of apps, flights and add-ons: no guard is lifted, elements are identified by `id`, else
    /// by the name of a file or another name, and the members that the service requires are required.
    fn default() -> Self {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        MergeOptions {
            force: Vec::new(),
            keys: owned(&["id", "fileName", "videoFileName", "name"]),
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
        in_place: current.is_none(),
        keep_dates: !options.force.contains(&Guard::DateRewritten),
    };
    if current.is_none() && equal::same_in_order(&old, ROOT, &new, ROOT, &Interpretation::default()) {
        return Ok(unchanged(&old, notes));
    }
    let diff = Diff::of(&old, &new, &diff_options);
    if diff.given_up() {
        return Err(MergeError::TooManyEdits);
    }
    if !diff.duplicates.is_empty() {
        return Err(MergeError::DuplicateNames(diff.duplicates));
    }
    if let Some(pointer) = diff.not_finite {
        return Err(MergeError::NotFinite { pointer });
    }
    if let Some(current) = current {
        return merge_into(current, &old, &new, diff, options, notes);
    }
    let mut merged = permitted(diff.trips, diff.remarks, options, notes)?;
    let unchanged = diff.subtrees[0].changes.is_empty();
    (merged.body, merged.edits) = render(&old, &new, &diff.subtrees);
    let interpretation = diff.interpretation;
    // Frees memory before the body is parsed.
    drop((diff.subtrees, old));
    // Without a change the body is the baseline, which the comparison has found equal already.
    if !unchanged {
        verify(&merged.body, &new, &interpretation)?;
    }
    Ok(merged)
}

/// The rest of [`merge`] with a current document.
fn merge_into(
    current: &str,
    old: &Tree<'_>,
    new: &Tree<'_>,
    mut ours: Diff<'_>,
    options: &MergeOptions,
    notes: &Notes,
) -> Result<MergeOutcome, MergeError> {
    let (trips, remarks) = (std::mem::take(&mut ours.trips), std::mem::take(&mut ours.remarks));
    let mut merged = permitted(trips, remarks, options, notes)?;
    let now = parse(current).map_err(MergeError::Current)?;
    let diff_options = DiffOptions {
        notes: Default::default(),
        keys: &options.keys,
        required: &[],
        keep_job_members: true,
        guarded: false,
        in_place: false,
        keep_dates: false,
    };
    let theirs = Diff::of(old, &now, &diff_options);
    if theirs.given_up() {
        return Err(MergeError::TooManyEdits);
    }
    let subtrees = rebase::rebase(old, new, &now, &ours, &theirs).map_err(MergeError::Conflict)?;
    (merged.body, merged.edits) = render(&now, new, &subtrees);
    merged.three_way = true;
    verify_edits(&now, &merged)?;
    Ok(merged)
}

/// The outcome without its body, unless a guard tripped that is not lifted.
fn permitted(
    trips: Vec<Trip>,
    remarks: Vec<Remark>,
    options: &MergeOptions,
    notes: &Notes,
) -> Result<MergeOutcome, MergeError> {
    let (lifted, damage): (Vec<_>, Vec<_>) = trips.into_iter().partition(|trip| options.force.contains(&trip.guard));
    if !damage.is_empty() {
        return Err(MergeError::Damaged(damage));
    }
    let mut merged = MergeOutcome { lifted, remarks, ..MergeOutcome::default() };
    merged.remarks.extend(other_notes(notes));
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
fn verify_edits(current: &Tree<'_>, merged: &MergeOutcome) -> Result<(), MergeError> {
    let internal = |error: DocumentError| MergeError::Internal { reason: error.to_string() };
    let values = merged.edits.iter().map(|edit| edit.value.as_deref().map(parse).transpose());
    let values: Vec<Option<Tree<'_>>> =
        values.collect::<Result<_, _>>().map_err(|error| internal(DocumentError::Value(error)))?;
    let mut editor = Editor::new(current);
    for (edit, value) in merged.edits.iter().zip(&values) {
        let value = value.as_ref().map(|value| Editor::value_of(editor.add_tree(value), ROOT));
        editor.make(edit.op, &edit.path, value).map_err(internal)?;
    }
    match equal::equal(&editor.finish(), &merged.body) {
        Ok(true) => Ok(()),
        Ok(false) => Err(MergeError::Internal { reason: "its edits make another document".to_owned() }),
        Err(error) => Err(internal(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::{MergeOptions, Notes, merge};
    use crate::document::steps::{assert_linear, of};

    /// The number of edits of a merge in which all guards are lifted.
    fn edits(baseline: &str, edited: &str, current: Option<&str>) -> usize {
        let options = MergeOptions { force: super::GUARDS.to_vec(), ..MergeOptions::default() };
        merge(baseline, edited, &Notes::default(), current, &options).unwrap().edits.len()
    }

    fn object(count: usize, value: impl Fn(usize) -> usize) -> String {
        let members: Vec<String> = (0..count).map(|at| format!(r#""key{at}":{}"#, value(at))).collect();
        format!("{{{}}}", members.join(","))
    }

    fn array(numbers: impl Iterator<Item = usize>, element: impl Fn(usize) -> String) -> String {
        format!("[{}]", numbers.map(element).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn large_objects_cost_what_they_hold() {
        for current in [false, true] {
            let run = |baseline: &str, edited: &str| {
                let newer = baseline.replacen('{', r#"{"new":0,"#, 1);
                edits(baseline, edited, current.then_some(&*newer))
            };
            assert_linear(2_000, |n| run(&object(n, |at| at), &object(n, |at| at + 1)));
            assert_linear(2_000, |n| run(r#"{"a":1}"#, &object(n, |at| at)));
            assert_linear(2_000, |n| run(&object(n, |at| at), &object(n / 2, |at| at)));
            assert_linear(2_000, |n| run(&object(n, |at| at), &object(2 * n, |at| at)));
        }
    }

    #[test]
    fn long_arrays_cost_what_they_hold() {
        let number = |at: usize| at.to_string();
        let keyed = |at: usize| format!(r#"{{"id":"{at}","v":1}}"#);
        let marked = |at: usize| format!(r#"{{"id":"{at}","v":2}}"#);
        let plain = |at: usize| format!(r#"{{"x":{at}}}"#);
        for element in [&number as &dyn Fn(usize) -> String, &keyed, &plain] {
            assert_linear(4_000, |n| edits(&array(0..n, element), &array((0..n).rev(), element), None));
            assert_linear(4_000, |n| edits(&array(0..n, element), &array((1..n).rev(), element), None));
            // Somebody else has reversed the array, and the elements get edits where they are now.
            assert_linear(4_000, |n| {
                edits(&array(0..n, keyed), &array(0..n, marked), Some(&array((0..n).rev(), keyed)))
            });
        }
        // Many arrays for which a table of all pairs would be made.
        let run = |n: usize| {
            let lists = |numbers: Vec<usize>| format!("[{}]", vec![array(numbers.into_iter(), number); n].join(","));
            of(|| edits(&lists((0..300).collect()), &lists((1..300).rev().collect()), None))
        };
        let table = 300 * 300;
        assert!(run(400) - run(200) < 200 * table / 2, "the tables have no limit");
    }

    #[test]
    fn deep_values_cost_what_they_hold() {
        // A date in another spelling at the deepest level, and an element that moves at each of them.
        let nested = |levels: usize, open: &str, inner: &str, close: &str| {
            format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
        };
        let dated = |levels: usize, date: &str| nested(levels, r#"{"a":[1,2,3],"b":"#, &format!("\"{date}\""), "}");
        assert_linear(1_000, |n| {
            let (old, new) = (dated(n, "2016-03-01T00:00:00.0Z"), dated(n, "2016-03-01T00:00:00Z"));
            merge(&old, &new, &Notes::default(), None, &MergeOptions::default()).unwrap()
        });
        let level = |at: usize| format!(r#"[{{"id":"{at}"}},{{"id":"x","v":"#);
        let old = |levels: usize| {
            let open: String = (0..levels).map(level).collect();
            format!("{open}1{}", "}]".repeat(levels))
        };
        let new = |levels: usize| {
            let close: String = (0..levels).rev().map(|at| format!(r#"}},{{"id":"{at}"}}]"#)).collect();
            format!("{}2{close}", r#"[{"id":"x","v":"#.repeat(levels))
        };
        for levels in [1, 5, 30] {
            assert_eq!(edits(&old(levels), &new(levels), None), 2, "{levels}");
        }
    }

    #[test]
    fn findings_of_guards_cost_what_they_are_found_in() {
        let list = |count: usize, item: &str| format!(r#"{{"a":[{}]}}"#, vec![item; count].join(","));
        assert_linear(1_000, |n| edits(r#"{"a":[]}"#, &list(n, r#"{"b":"@{c=1}"}"#), None));
        let notes = |count: usize| {
            let notes: Vec<String> = (0..count).map(|at| format!(r#""/a/{at}/b":"x""#)).collect();
            Notes::parse(&format!("{{{}}}", notes.join(","))).unwrap()
        };
        let none = list(0, "");
        assert_linear(1_000, |n| {
            merge(&none, &list(n, r#"{"b":1}"#), &notes(n), None, &MergeOptions::default()).unwrap()
        });
        // An array of objects became a text that could be many of its prints.
        let objects = list(400, "{}");
        let text = "System.Collections.Hashtable".repeat(200);
        let steps = of(|| edits(&objects, &format!(r#"{{"a":"{text}"}}"#), None));
        assert!(steps < 100_000, "{steps}");
    }

    #[test]
    fn pointers_are_bounded() {
        let deep = |value: &str| {
            let levels = 20_000;
            format!("{}0{}", format!(r#"{{"a":{value},"b":"#).repeat(levels), "}".repeat(levels))
        };
        let error = merge(&deep("1"), &deep("2"), &Notes::default(), None, &MergeOptions::default()).unwrap_err();
        assert_eq!(error.code(), "document.too_large");
    }
}
