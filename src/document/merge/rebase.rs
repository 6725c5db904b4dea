//! Carries edits over to a document that changed in the meantime.
//!
//! An edit of an element of an array follows that element: by its key, else by its whole content. If the other side
//! removed the element, or changed one that only its content identifies, the edit is a conflict.

use std::collections::HashMap;

use super::change::{Change, ChangeKind, Placement, Subtree};
use super::diff::Diff;
use super::report::Conflict;
use crate::document::equal::{self, Interpretation};
use crate::document::members::{Lookup, Members};
use crate::document::pointer::{self, Pointer};
use crate::document::shown::shown;
use crate::document::text;
use crate::document::tree::{Id, ROOT, Tree, ValueKind};

/// Translates `ours`, the changes from `baseline` to `edited`, into changes of `current`. `theirs` are the changes from
/// `baseline` to `current`.
///
/// A change that both sides made is left out. Places that both sides changed differently are conflicts.
pub(super) fn rebase<'a>(
    baseline: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    current: &'a Tree<'a>,
    ours: &'a Diff<'a>,
    theirs: &'a Diff<'a>,
) -> Result<Vec<Subtree>, Vec<Conflict>> {
    let mut rebase = Rebase {
        baseline,
        edited,
        current,
        ours,
        theirs,
        arrays: arrays(theirs),
        old_children: Lookup::of(baseline),
        new_children: Lookup::of(current),
        untouched: HashMap::new(),
        subtrees: vec![Subtree { root: ROOT, changes: Vec::new(), depth: 0 }],
        moves: vec![0],
        conflicts: Vec::new(),
    };
    // A subtree is added when the element that moves is placed, so that its number is higher than that of its own subtree.
    let mut at = 0;
    while let Some(&from) = rebase.moves.get(at) {
        for change in &ours.subtrees[from].changes {
            rebase.change(change, at);
        }
        at += 1;
    }
    if rebase.conflicts.is_empty() { Ok(rebase.subtrees) } else { Err(rebase.conflicts) }
}

/// For each array of the baseline to which the other side added elements, or whose elements it removed or moved: where the
/// old elements are now.
fn arrays(theirs: &Diff<'_>) -> HashMap<Id, HashMap<usize, usize>> {
    let mut arrays = HashMap::new();
    for change in theirs.subtrees.iter().flat_map(|subtree| &subtree.changes) {
        if let ChangeKind::Elements(elements) = &change.kind {
            let places = elements.iter().enumerate().filter_map(|(at, (_, placement))| match placement {
                Placement::Stays(from) | Placement::Moves { from, .. } => Some((*from, at)),
                Placement::New => None,
            });
            arrays.insert(change.at, places.collect());
        }
    }
    arrays
}

struct Rebase<'a> {
    baseline: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    current: &'a Tree<'a>,
    ours: &'a Diff<'a>,
    theirs: &'a Diff<'a>,
    /// See [`arrays`].
    arrays: HashMap<Id, HashMap<usize, usize>>,
    old_children: Lookup<'a>,
    new_children: Lookup<'a>,
    /// For elements of the baseline without keys, whether the other side left them as they were.
    untouched: HashMap<Id, bool>,
    subtrees: Vec<Subtree>,
    /// For each of the subtrees the number of the subtree of `ours` whose changes it gets.
    moves: Vec<usize>,
    conflicts: Vec<Conflict>,
}

/// Where a value of the baseline is in the current document.
struct Location {
    now: Id,
    pointer: Pointer,
    /// The outermost element on the way that only its content identifies and whose content the other side changed: it may
    /// be another item.
    other: Option<Id>,
}

impl<'a> Rebase<'a> {
    fn change(&mut self, change: &Change, subtree: usize) {
        let Some(Location { now: at, pointer, other }) = self.locate(&change.pointer) else {
            return self.conflict(change, change.pointer.clone(), Some(change.at), None, None);
        };
        let conflicts = self.conflicts.len();
        let kind = match &change.kind {
            ChangeKind::Replace(value) => self.replaced(change, at, *value),
            ChangeKind::Members { removed, added } => self.members(change, at, removed, added),
            ChangeKind::Elements(elements) => self.elements(change, at, elements),
        };
        let Some(kind) = kind else { return };
        // The replacement of the element itself has compared it with the baseline.
        let replaced = matches!(kind, ChangeKind::Replace(_)) && other == Some(change.at);
        if other.is_some() && !replaced && conflicts == self.conflicts.len() {
            self.conflict(change, change.pointer.clone(), Some(change.at), Some(at), None);
        }
        self.subtrees[subtree].changes.push(Change { at, pointer, kind });
    }

    fn replaced(&mut self, change: &Change, at: Id, value: Id) -> Option<ChangeKind> {
        if self.same_as_edited(at, value) {
            return None;
        }
        if !self.untouched(change.at, at) {
            self.conflict(change, change.pointer.clone(), Some(change.at), Some(at), Some(value));
        }
        Some(ChangeKind::Replace(value))
    }

    fn members(&mut self, change: &Change, at: Id, removed: &[Id], added: &[Id]) -> Option<ChangeKind> {
        if self.current.kind(at) != ValueKind::Object {
            self.conflict(change, change.pointer.clone(), Some(change.at), Some(at), None);
            return None;
        }
        let theirs = Members::of(self.current, at);
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for &name in removed {
            if let Some(own) = theirs.find(self.baseline, name) {
                if !self.untouched(name + 1, own + 1) {
                    let pointer = self.member(change, self.baseline, name);
                    self.conflict(change, pointer, Some(name + 1), Some(own + 1), None);
                }
                gone.push(own);
            }
        }
        for &name in added {
            match theirs.find(self.edited, name) {
                None => new.push(name),
                Some(own) if self.same_as_edited(own + 1, name + 1) => {}
                Some(own) => {
                    let pointer = self.member(change, self.edited, name);
                    self.conflict(change, pointer, None, Some(own + 1), Some(name + 1));
                }
            }
        }
        let idle = gone.is_empty() && new.is_empty();
        (!idle).then_some(ChangeKind::Members { removed: gone, added: new })
    }

    fn elements(&mut self, change: &Change, at: Id, elements: &[(Id, Placement)]) -> Option<ChangeKind> {
        let old: Vec<Id> = self.baseline.elements(change.at).collect();
        if self.current.kind(at) != ValueKind::Array || self.arrays.contains_key(&change.at) {
            // Both sides changed which elements the array has. Which element of one side belongs to which of the other
            // is not known, so only the same result is accepted.
            let agreed = self.current.kind(at) == ValueKind::Array
                && self.current.count(at) == elements.len()
                && self.current.elements(at).zip(elements).all(|(now, &(value, _))| self.same_as_edited(now, value));
            if !agreed {
                self.conflict(change, change.pointer.clone(), Some(change.at), Some(at), None);
            }
            return None;
        }
        let now: Vec<Id> = self.current.elements(at).collect();
        let mut kept = vec![false; old.len()];
        let mut after = Vec::with_capacity(elements.len());
        for &(value, placement) in elements {
            let placement = match placement {
                Placement::Stays(index) => {
                    kept[index] = true;
                    placement
                }
                // The text of the current document moves, with the changes of both sides inside.
                Placement::Moves { from, subtree } => {
                    kept[from] = true;
                    let depth = self.ours.subtrees[subtree].depth;
                    self.subtrees.push(Subtree { root: now[from], changes: Vec::new(), depth });
                    self.moves.push(subtree);
                    Placement::Moves { from, subtree: self.subtrees.len() - 1 }
                }
                Placement::New => placement,
            };
            after.push((value, placement));
        }
        for index in 0..old.len() {
            if !kept[index] && !self.untouched(old[index], now[index]) {
                let mut pointer = change.pointer.clone();
                pointer.push_index(index);
                self.conflict(change, pointer, Some(old[index]), Some(now[index]), None);
            }
        }
        Some(ChangeKind::Elements(after))
    }

    /// Where the value at a place of the baseline is in the current document; `None` if it is gone.
    fn locate(&mut self, pointer: &Pointer) -> Option<Location> {
        let (mut old, mut now) = (ROOT, ROOT);
        let mut found = Pointer::default();
        let (mut other, mut certain) = (None, false);
        for token in pointer.tokens() {
            if self.baseline.kind(old) != self.current.kind(now) {
                return None;
            }
            match self.baseline.kind(old) {
                ValueKind::Object => {
                    old = self.old_children.member(old, &token)?;
                    now = self.new_children.member(now, &token)?;
                    found.push_name(&token);
                }
                _ => {
                    let index = pointer::index(&token)?;
                    let place = match self.arrays.get(&old) {
                        Some(places) => *places.get(&index)?,
                        None => index,
                    };
                    old = self.old_children.element(old, index)?;
                    now = self.new_children.element(now, place)?;
                    found.push_index(place);
                    if other.is_none() && !certain && !self.theirs.keyed(old) {
                        // All that is inside an untouched element is untouched as well.
                        certain = self.is_untouched(old, now);
                        other = (!certain).then_some(old);
                    }
                }
            }
        }
        Some(Location { now, pointer: found, other })
    }

    fn is_untouched(&mut self, old: Id, now: Id) -> bool {
        if let Some(&known) = self.untouched.get(&old) {
            return known;
        }
        let untouched = self.untouched(old, now);
        self.untouched.insert(old, untouched);
        untouched
    }

    /// Whether the other side left a value of the baseline as it was.
    fn untouched(&self, old: Id, now: Id) -> bool {
        equal::same(self.baseline, old, self.current, now, &Interpretation::default())
    }

    fn same_as_edited(&self, now: Id, edited: Id) -> bool {
        equal::same(self.current, now, self.edited, edited, &self.ours.interpretation)
    }

    /// The pointer to a member of the object that changes.
    fn member(&self, change: &Change, tree: &Tree<'_>, name: Id) -> Pointer {
        let mut pointer = change.pointer.clone();
        pointer.push_name(&text::unescape(tree, name));
        pointer
    }

    fn conflict(&mut self, change: &Change, pointer: Pointer, old: Option<Id>, now: Option<Id>, edited: Option<Id>) {
        let edited = match (&change.kind, edited) {
            (ChangeKind::Replace(value), None) => Some(*value),
            _ => edited,
        };
        self.conflicts.push(Conflict {
            pointer,
            baseline: old.map(|id| shown(self.baseline, id)),
            current: now.map(|id| shown(self.current, id)),
            edited: edited.map(|id| shown(self.edited, id)),
        });
    }
}
