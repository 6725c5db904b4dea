//! The path to each value that a comparison visits. A path becomes a pointer only when its value is reported, because
//! most values are equal.

use crate::document::pointer::Pointer;
use crate::document::text;
use crate::document::tree::{Id, Tree};

/// All steps so far. Step 0 is the root; each other step is stored with the number of its parent step.
#[derive(Default)]
pub(super) struct Trail(Vec<(usize, Step)>);

/// One step down, in the old and in the edited document at once.
pub(super) enum Step {
    /// To the member with this name (an id of the old tree).
    Name(Id),
    /// To the elements with these indices. A value that stands for an array with one element has no index in the edited
    /// document.
    Index { old: usize, edited: Option<usize> },
}

/// The document that a pointer is for.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Old,
    Edited,
}

impl Trail {
    /// Adds a step below the step `parent` and returns its number.
    pub(super) fn step(&mut self, parent: usize, step: Step) -> usize {
        self.0.push((parent, step));
        self.0.len()
    }

    /// The pointer to the value that a step leads to.
    pub(super) fn pointer(&self, old: &Tree<'_>, step: usize, side: Side) -> Pointer {
        let mut steps = Vec::new();
        let mut at = step;
        while at != 0 {
            let (parent, step) = &self.0[at - 1];
            steps.push(step);
            at = *parent;
        }
        let mut pointer = Pointer::default();
        for step in steps.into_iter().rev() {
            match (step, side) {
                (Step::Name(name), _) => pointer.push_name(&text::unescape(old, *name)),
                (Step::Index { old, .. }, Side::Old) => pointer.push_index(*old),
                (Step::Index { edited: Some(edited), .. }, Side::Edited) => pointer.push_index(*edited),
                (Step::Index { edited: None, .. }, Side::Edited) => {}
            }
        }
        pointer
    }
}
