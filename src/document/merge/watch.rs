//! Which guard an edit trips. The places are found by `diff`, the looks of damage are in `damage`.

use super::damage;
use super::guard::Guard;
use super::printed;
use crate::document::instant;
use crate::document::number;
use crate::document::text;
use crate::document::tree::{Id, Kind, Tree};

/// What a value of another kind than before means.
pub(super) enum Change {
    /// The new value takes the place of the old one.
    Plain,
    /// A single value for the array with this element (M6).
    Wrapped,
    /// The empty array (M6).
    Emptied,
    /// Damage.
    Refused(Guard, String),
}

/// The order of the questions matters: a truncated array must not be taken for a single value of it.
pub(super) fn kind_change(old: &Tree<'_>, b: Id, edited: &Tree<'_>, e: Id, autonull: bool) -> Change {
    let (before, now) = (old.kind(b), edited.kind(e));
    if before.is_container() && now == Kind::String && printed::renders(old, b, &text::unescape(edited, e)) {
        return Change::Refused(
            Guard::Truncated,
            format!("{} became the text that PowerShell prints for it", before.name()),
        );
    }
    if let Some(envelope) = damage::envelope(edited, e) {
        return Change::Refused(Guard::Enveloped, format!("{} became {envelope}", before.name()));
    }
    match (before, now) {
        (Kind::Array, Kind::Null) if autonull => Change::Emptied,
        (Kind::Array | Kind::Object, Kind::Null) => {
            Change::Refused(Guard::Nulled, format!("{} became null", before.name()))
        }
        (Kind::Array, _) if holds(old, b, now) => Change::Wrapped,
        // Null says nothing about what may stand there.
        (Kind::Null, _) | (_, Kind::Null) => Change::Plain,
        _ if before.is_container() || now.is_container() => {
            Change::Refused(Guard::KindChanged, format!("{} became {}", before.name(), now.name()))
        }
        _ => Change::Refused(Guard::TypeChanged, format!("{} became {}", before.name(), now.name())),
    }
}

/// Whether the elements of an array are of this kind; an array without elements says nothing and takes any.
fn holds(tree: &Tree<'_>, array: Id, kind: Kind) -> bool {
    let boolean = |kind| {
        if kind == Kind::False { Kind::True } else { kind }
    };
    let mut known = tree.elements(array).map(|element| boolean(tree.kind(element))).filter(|&k| k != Kind::Null);
    let mut open = true;
    let found = known.any(|own| {
        open = false;
        own == boolean(kind)
    });
    found || open
}

/// What is wrong with a string that is new, or that replaces another (`b`) without being equal to it.
pub(super) fn text_change(
    old: &Tree<'_>,
    b: Option<Id>,
    edited: &Tree<'_>,
    e: Id,
    dated: bool,
) -> Vec<(Guard, String)> {
    let new = text::unescape(edited, e);
    let before = b.map(|b| text::unescape(old, b)).unwrap_or_default();
    let (new_text, old_text) = (text::readable(&new), text::readable(&before));
    // Half a surrogate pair reads as U+FFFD but is none.
    let spelled = |text: &str, lone: bool| {
        if lone { text.replace('\u{fffd}', "") } else { text.to_owned() }
    };
    let new_text = spelled(&new_text, edited.lone(e));
    let old_text = spelled(&old_text, b.is_some_and(|b| old.lone(b)));
    let mut found = Vec::new();
    if damage::container_text(&new_text) && !damage::container_text(&old_text) {
        found.push((Guard::Truncated, "the text is what PowerShell prints for a container".to_owned()));
    }
    if damage::date_form(&new_text) && !damage::date_form(&old_text) {
        found.push((Guard::DateForm, "the date is written in the form of Windows PowerShell".to_owned()));
    } else if instant::cast(&before, &new) {
        let sign = "the date is written as a cast to text prints it, month first and without a zone";
        found.push((Guard::DateForm, sign.to_owned()));
    } else if !dated && let Some(sign) = instant::respelled(&before, &new) {
        found.push((Guard::DateRewritten, sign.to_owned()));
    }
    if let Some(sign) = damage::misread(&new_text, &old_text) {
        found.push((Guard::Encoding, sign.to_owned()));
    }
    found
}

/// Something in a new value.
pub(super) enum Finding {
    Damage(Id, Guard, String),
    NotFinite(Id),
}

/// Looks through a value that stands where nothing comparable was.
pub(super) fn new_value(edited: &Tree<'_>, value: Id) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut at = value;
    while at < edited.next(value) {
        match edited.kind(at) {
            Kind::String => {
                for (guard, message) in text_change(edited, None, edited, at, true) {
                    found.push(Finding::Damage(at, guard, message));
                }
            }
            Kind::Number => {
                if let Some(Err(())) = number::shortest(edited.span(at)) {
                    found.push(Finding::NotFinite(at));
                }
            }
            Kind::Object => {
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

/// Members that a job or a remote session adds to what it returns (A7).
pub(super) const JOB_MEMBERS: [&str; 4] =
    ["PSComputerName", "RunspaceId", "PSShowComputerName", "PSSourceJobInstanceId"];

/// Members of a submission that the service fills in and ignores when they come back: leaving them out is no loss.
const READ_ONLY: [&str; 6] = ["id", "flightId", "status", "statusDetails", "fileUploadUrl", "friendlyName"];

/// What is suspicious about the members that the root lost. `partial`: the object is known to be a selection or a copy.
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
    // One member of a handful is a plain removal.
    if counted.len() > 1 && counted.len() * 5 > all {
        return Some(format!("{} of {all} members are missing: {}", counted.len(), names(&counted)));
    }
    None
}
