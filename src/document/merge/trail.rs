//! The way to a value, written out as a pointer only where something is to be said about it.

use crate::document::pointer::Pointer;
use crate::document::text;
use crate::document::tree::{Id, Kind, Tree};

/// Steps down from the root. Step 0 is the root itself; every other knows the step before it.
#[derive(Default)]
pub(super) struct Trail(Vec<(usize, Part)>);

/// One step, in the old and in the edited document at once.
pub(super) enum Part {
    /// To the member with this name (an id of the old tree).
    Name(Id),
    /// To the elements with these indices. A value that stands for the array of it has no index of its own.
    Index { old: usize, edited: Option<usize> },
}

#[derive(Clone, Copy)]
pub(super) enum Side {
    Old,
    Edited,
}

impl Trail {
    /// Goes on from the step `parent`.
    pub(super) fn step(&mut self, parent: usize, part: Part) -> usize {
        self.0.push((parent, part));
        self.0.len()
    }

    pub(super) fn pointer(&self, old: &Tree<'_>, step: usize, side: Side) -> Pointer {
        let mut way = Vec::new();
        let mut at = step;
        while at != 0 {
            let (parent, part) = &self.0[at - 1];
            way.push(part);
            at = *parent;
        }
        let mut pointer = Pointer::default();
        for part in way.into_iter().rev() {
            match (part, side) {
                (Part::Name(name), _) => pointer.push_name(&text::unescape(old, *name)),
                (Part::Index { old, .. }, Side::Old) => pointer.push_index(*old),
                (Part::Index { edited: Some(edited), .. }, Side::Edited) => pointer.push_index(*edited),
                (Part::Index { edited: None, .. }, Side::Edited) => {}
            }
        }
        pointer
    }
}

/// Adds the way from `root` down to `id` to a pointer.
pub(super) fn below(tree: &Tree<'_>, root: Id, id: Id, pointer: &mut Pointer) {
    let mut at = root;
    while at != id {
        let child = match tree.kind(at) {
            Kind::Object => tree.names(at).find(|&name| id < tree.next(name + 1)).map(|name| {
                pointer.push_name(&text::unescape(tree, name));
                name + 1
            }),
            _ => tree.elements(at).enumerate().find(|&(_, element)| id < tree.next(element)).map(|(index, element)| {
                pointer.push_index(index);
                element
            }),
        };
        match child {
            Some(child) => at = child,
            None => return,
        }
    }
}
