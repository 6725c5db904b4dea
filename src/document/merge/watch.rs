//! Decides which guard a change trips. `diff` finds the places, `damage` and `printed` know what damage looks like.

use super::damage;
use super::guard::Guard;
use super::printed;
use crate::document::instant;
use crate::document::number;
use crate::document::text;
use crate::document::tree::{Id, Tree, ValueKind};

/// The meaning of a change of a value's kind.
pub(super) enum KindChange {
    /// The new value replaces the old one.
    Plain,
    /// The new value stands for an array with this one element.
    Wrapped,
    /// The new value stands for the empty array.
    Emptied,
    /// The change is damage: the guard, and what happened.
    Refused(Guard, String),
}

/// Classifies the change of a value to another kind. `autonull`: the new value is the `null` of a command without output.
///
/// The order of the checks matters: the text of a truncated array must not be taken for its only element.
pub(super) fn kind_change(old: &Tree<'_>, old_id: Id, edited: &Tree<'_>, new_id: Id, autonull: bool) -> KindChange {
    let (before, now) = (old.kind(old_id), edited.kind(new_id));
    if before.is_container()
        && now == ValueKind::String
        && printed::renders(old, old_id, &text::unescape(edited, new_id))
    {
        return KindChange::Refused(
            Guard::Truncated,
            format!("{} became the text that PowerShell prints for it", before.name()),
        );
    }
    if let Some(envelope) = damage::envelope(edited, new_id) {
        return KindChange::Refused(Guard::Enveloped, format!("{} became {envelope}", before.name()));
    }
    match (before, now) {
        (ValueKind::Array, ValueKind::Null) if autonull => KindChange::Emptied,
        (ValueKind::Array | ValueKind::Object, ValueKind::Null) => {
            KindChange::Refused(Guard::Nulled, format!("{} became null", before.name()))
        }
        (ValueKind::Array, _) if holds(old, old_id, now) => KindChange::Wrapped,
        // Null may be replaced by any kind of value, and a scalar by null.
        (ValueKind::Null, _) | (_, ValueKind::Null) => KindChange::Plain,
        _ if before.is_container() || now.is_container() => {
            KindChange::Refused(Guard::KindChanged, format!("{} became {}", before.name(), now.name()))
        }
        _ => KindChange::Refused(Guard::TypeChanged, format!("{} became {}", before.name(), now.name())),
    }
}

/// Whether an array has an element of this kind. An array without elements other than null takes any kind.
fn holds(tree: &Tree<'_>, array: Id, kind: ValueKind) -> bool {
    let boolean = |kind| {
        if kind == ValueKind::False { ValueKind::True } else { kind }
    };
    let mut known = tree.elements(array).map(|element| boolean(tree.kind(element))).filter(|&k| k != ValueKind::Null);
    let mut open = true;
    let found = known.any(|own| {
        open = false;
        own == boolean(kind)
    });
    found || open
}

/// The guards that a new string trips. `old_id` is the different string that it replaces, if any. `dated`: the new
/// string was written from a date object, so a different spelling of the same time trips nothing.
pub(super) fn text_change(
    old: &Tree<'_>,
    old_id: Option<Id>,
    edited: &Tree<'_>,
    new_id: Id,
    dated: bool,
) -> Vec<(Guard, String)> {
    let new = text::unescape(edited, new_id);
    let before = old_id.map(|id| text::unescape(old, id)).unwrap_or_default();
    let (new_text, old_text) = (text::readable(&new), text::readable(&before));
    // `readable` replaces half a surrogate pair by U+FFFD, which must not look like a decoding error.
    let without_halves = |text: &str, lone: bool| {
        if lone { text.replace('\u{fffd}', "") } else { text.to_owned() }
    };
    let new_text = without_halves(&new_text, edited.lone(new_id));
    let old_text = without_halves(&old_text, old_id.is_some_and(|id| old.lone(id)));
    let mut found = Vec::new();
    if damage::container_text(&new_text) && !damage::container_text(&old_text) {
        found.push((Guard::Truncated, "the text is what PowerShell prints for a container".to_owned()));
    }
    if damage::date_form(&new_text) && !damage::date_form(&old_text) {
        found.push((Guard::DateForm, "the date is written as /Date(n)/, the form of Windows PowerShell".to_owned()));
    } else if instant::cast(&before, &new) {
        let sign = "the date is written as [string] prints it, month first and without a time zone";
        found.push((Guard::DateForm, sign.to_owned()));
    } else if !dated && let Some(sign) = instant::respelled(&before, &new) {
        found.push((Guard::DateRewritten, sign.to_owned()));
    }
    if let Some(sign) = damage::misread(&new_text, &old_text) {
        found.push((Guard::Encoding, sign.to_owned()));
    }
    found
}

/// Whether both strings are the same instant in different spellings. `/Date(n)/` does not count as a spelling, because
/// guard K3 refuses it.
pub(super) fn respelled(old: &Tree<'_>, old_id: Id, edited: &Tree<'_>, new_id: Id) -> bool {
    let (before, new) = (text::unescape(old, old_id), text::unescape(edited, new_id));
    instant::same(&before, &new)
        && (!damage::date_form(&text::readable(&new)) || damage::date_form(&text::readable(&before)))
}

/// The guard that a number trips which replaces another one.
pub(super) fn number_change(before: &str, new: &str) -> Option<(Guard, String)> {
    let lost = number::lost_digits(before, new);
    lost.then(|| (Guard::DigitsLost, "the integer went through a double and lost its last digits".to_owned()))
}

/// A finding inside a new value, with the id of the value that it is about.
pub(super) enum Finding {
    /// A guard trips: the guard, and what is wrong.
    Damage(Id, Guard, String),
    /// A number is infinite or too large for its type.
    NotFinite(Id),
}

/// Checks a value that has no old value to compare with, and all values inside it.
pub(super) fn new_value(edited: &Tree<'_>, value: Id) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut at = value;
    while at < edited.next(value) {
        match edited.kind(at) {
            ValueKind::String => {
                for (guard, message) in text_change(edited, None, edited, at, true) {
                    found.push(Finding::Damage(at, guard, message));
                }
            }
            ValueKind::Number => {
                if let Some(Err(())) = number::shortest(edited.span(at)) {
                    found.push(Finding::NotFinite(at));
                }
            }
            ValueKind::Object => {
                if let Some(envelope) = damage::envelope(edited, at) {
                    found.push(Finding::Damage(at, Guard::Enveloped, format!("the value is {envelope}")));
                    at = edited.next(at);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Members that a PowerShell job or a remote session adds to the objects it returns.
pub(super) const JOB_MEMBERS: [&str; 4] =
    ["PSComputerName", "RunspaceId", "PSShowComputerName", "PSSourceJobInstanceId"];

/// Members of a submission that the service fills in and ignores in a request. Leaving them out loses nothing.
const READ_ONLY: [&str; 6] = ["id", "flightId", "status", "statusDetails", "fileUploadUrl", "friendlyName"];

/// Why the members that the root lost look like damage, if they do. `all`: how many members the root had. `partial`:
/// the object is known to be a selection of members, or a copy from a job or a remote session.
pub(super) fn root_loss(lost: &[String], all: usize, partial: bool, required: &[String]) -> Option<String> {
    let counted: Vec<&str> = lost.iter().map(String::as_str).filter(|name| !READ_ONLY.contains(name)).collect();
    let needed: Vec<&str> = counted.iter().copied().filter(|name| required.iter().any(|r| r == name)).collect();
    let names = |names: &[&str]| {
        let more = if names.len() > 8 { ", …" } else { "" };
        names.iter().take(8).copied().collect::<Vec<_>>().join(", ") + more
    };
    if !needed.is_empty() {
        return Some(format!("the service requires {}, which the edited document lacks", names(&needed)));
    }
    if partial && !counted.is_empty() {
        return Some(format!("the object is a selection or a copy and lacks {}", names(&counted)));
    }
    // One member is a plain removal, even if the root has only a few.
    if counted.len() > 1 && counted.len() * 5 > all {
        return Some(format!("{} of {all} members are missing: {}", counted.len(), names(&counted)));
    }
    None
}
