//! Equality of values, and the edited tree's exceptions from it.

use std::collections::{HashMap, HashSet};

use super::error::DocumentError;
use super::instant;
use super::members::Members;
use super::number;
use super::parse::parse;
use super::text;
use super::tree::{Id, Kind, ROOT, Tree};

/// How the edited tree is to be read where it can't say so itself.
#[derive(Default)]
pub(super) struct Reading {
    /// Strings that PowerShell made of dates: the same time is the same value (rule M4).
    pub(super) dates: HashSet<Id>,
    /// Values that stand for something else (rule M6) and members that are left out (guard K11).
    pub(super) shapes: HashMap<Id, Shape>,
}

/// What a value of the edited tree stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// The array with this one element.
    Wrapped,
    /// The empty array.
    Empty,
    /// Nothing; the id is that of a member's name.
    Dropped,
}

/// Whether two documents have the same value: order of members, white space and spelling do not count, the last of
/// members with the same name does.
///
/// # Errors
/// One of the texts is not JSON.
pub fn equal(a: &str, b: &str) -> Result<bool, DocumentError> {
    let a = parse(a).map_err(DocumentError::Document)?;
    let b = parse(b).map_err(DocumentError::Value)?;
    Ok(same(&a, ROOT, &b, ROOT, &Reading::default()))
}

/// Whether the value `y` of the edited tree is the value `x`.
pub(super) fn same(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, reading: &Reading) -> bool {
    same_in_order(a, x, edited, y, reading) || same_by_name(a, x, edited, y, reading)
}

/// True only for trees of the same shape, one node after the other: the usual case, at the speed of memory.
pub(super) fn same_in_order(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, reading: &Reading) -> bool {
    let nodes = a.next(x) - x;
    if nodes != edited.next(y) - y || !reading.shapes.is_empty() {
        return false;
    }
    (0..nodes).all(|step| {
        let (x, y) = (x + step, y + step);
        a.shape(x) == edited.shape(y) && (a.kind(x).is_container() || same_leaf(a, x, edited, y, reading))
    })
}

fn same_by_name(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, reading: &Reading) -> bool {
    // Pairs to compare; the flag says that the shape of `y` is already taken account of.
    let mut open = vec![(x, y, false)];
    while let Some((x, y, shaped)) = open.pop() {
        let shape = if shaped { None } else { reading.shapes.get(&y) };
        match shape {
            Some(Shape::Empty) => {
                if a.kind(x) != Kind::Array || a.count(x) != 0 {
                    return false;
                }
                continue;
            }
            Some(Shape::Wrapped) => {
                if a.kind(x) != Kind::Array || a.count(x) != 1 {
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
            Kind::Array => {
                if a.count(x) != edited.count(y) {
                    return false;
                }
                open.extend(a.elements(x).zip(edited.elements(y)).map(|(x, y)| (x, y, false)));
            }
            Kind::Object => {
                let ours = Members::of(a, x);
                let mut theirs = Members::of(edited, y).names().to_vec();
                theirs.retain(|name| reading.shapes.get(name) != Some(&Shape::Dropped));
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
                if !same_leaf(a, x, edited, y, reading) {
                    return false;
                }
            }
        }
    }
    true
}

/// For two scalars (or names) of the same kind.
pub(super) fn same_leaf(a: &Tree<'_>, x: Id, edited: &Tree<'_>, y: Id, reading: &Reading) -> bool {
    match a.kind(x) {
        Kind::String => {
            text::same(a, x, edited, y)
                || (reading.dates.contains(&y) && instant::same(&text::unescape(a, x), &text::unescape(edited, y)))
        }
        Kind::Number => {
            let (original, written) = (a.span(x), edited.span(y));
            original == written || number::denotes(original, written)
        }
        _ => true,
    }
}
