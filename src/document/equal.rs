//! Compares values. A value of an edited tree may stand for another one, such as a single value for an array.

use std::collections::{HashMap, HashSet};

use super::error::DocumentError;
use super::instant;
use super::members::Members;
use super::number;
use super::parse::parse;
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// What values of an edited tree stand for, where the tree itself can't say so. The default takes all values as they are.
#[derive(Default)]
pub(super) struct Interpretation {
    /// Strings that were written from date objects: they are equal to a string that is the same time.
    pub(super) dates: HashSet<Id>,
    /// Values that stand for an array, and members that are left out.
    pub(super) shapes: HashMap<Id, Shape>,
}

/// What a value of the edited tree stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// An array with the value as its one element.
    Wrapped,
    /// The empty array.
    Empty,
    /// Nothing: the member is left out. The id is that of its name.
    Dropped,
}

/// Whether two documents have the same value.
///
/// The order of members, white space, and the spelling of strings and numbers do not matter. Of members with the same
/// name only the last one counts.
///
/// # Errors
/// One of the texts is not JSON: [`DocumentError::Document`] for `a`, [`DocumentError::Value`] for `b`.
///
/// # Examples
/// ```
/// use storeship::document::equal;
/// assert!(equal(r#"{"a": 1.10, "b": "\u00e9"}"#, r#"{"b":"é","a":11e-1}"#)?);
/// assert!(!equal("[1]", "[true]")?);
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn equal(a: &str, b: &str) -> Result<bool, DocumentError> {
    let a = parse(a).map_err(DocumentError::Document)?;
    let b = parse(b).map_err(DocumentError::Value)?;
    Ok(same(&a, ROOT, &b, ROOT, &Interpretation::default()))
}

/// Whether the value `y` of the edited tree is equal to the value `x` of tree `a`.
pub(super) fn same(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, interpretation: &Interpretation) -> bool {
    same_in_order(a, x, edited, y, interpretation) || same_by_name(a, x, edited, y, interpretation)
}

/// Compares node by node; true only if the members of all objects have the same order too. This is the usual case, and
/// much faster than looking up names.
pub(super) fn same_in_order(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, interpretation: &Interpretation) -> bool {
    let nodes = a.next(x) - x;
    if nodes != edited.next(y) - y || !interpretation.shapes.is_empty() {
        return false;
    }
    (0..nodes).all(|step| {
        let (x, y) = (x + step, y + step);
        a.shape(x) == edited.shape(y) && (a.kind(x).is_container() || same_leaf(a, x, edited, y, interpretation))
    })
}

/// Compares members by name, in any order.
fn same_by_name(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, interpretation: &Interpretation) -> bool {
    // Pairs to compare. The flag says that the shape of `y` has been taken into account.
    let mut open = vec![(x, y, false)];
    while let Some((x, y, shaped)) = open.pop() {
        let shape = if shaped { None } else { interpretation.shapes.get(&y) };
        match shape {
            Some(Shape::Empty) => {
                if a.kind(x) != ValueKind::Array || a.count(x) != 0 {
                    return false;
                }
                continue;
            }
            Some(Shape::Wrapped) => {
                if a.kind(x) != ValueKind::Array || a.count(x) != 1 {
                    return false;
                }
                open.push((x + 1, y, true));
                continue;
            }
            _ => {}
        }
        if a.kind(x) != edited.kind(y) {
            return false;
        }
        match a.kind(x) {
            ValueKind::Array => {
                if a.count(x) != edited.count(y) {
                    return false;
                }
                open.extend(a.elements(x).zip(edited.elements(y)).map(|(x, y)| (x, y, false)));
            }
            ValueKind::Object => {
                let ours = Members::of(a, x);
                let mut theirs = Members::of(edited, y).names().to_vec();
                theirs.retain(|name| interpretation.shapes.get(name) != Some(&Shape::Dropped));
                if ours.names().len() != theirs.len() {
                    return false;
                }
                for name in theirs {
                    match ours.find(edited, name) {
                        Some(own) => open.push((own + 1, name + 1, false)),
                        None => return false,
                    }
                }
            }
            _ => {
                if !same_leaf(a, x, edited, y, interpretation) {
                    return false;
                }
            }
        }
    }
    true
}

/// Whether two scalars of the same kind, or two names, are equal.
pub(super) fn same_leaf(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, interpretation: &Interpretation) -> bool {
    match a.kind(x) {
        ValueKind::String => {
            text::same(a, x, edited, y)
                || (interpretation.dates.contains(&y)
                    && instant::same(&text::unescape(a, x), &text::unescape(edited, y)))
        }
        ValueKind::Number => {
            let (original, written) = (a.span(x), edited.span(y));
            original == written || number::denotes(original, written)
        }
        _ => true,
    }
}
