//! Carries edits over to a document that changed in the meantime.

use std::collections::HashMap;

use super::diff::{Change, ChangeKind, Diff, Placement, Subtree};
use super::report::Conflict;
use crate::document::equal::{self, Interpretation};
use crate::document::members::Members;
use crate::document::pointer::{self, Pointer};
use crate::document::shown::shown;
use crate::document::text;
use crate::document::tree::{Id, ROOT, Tree, ValueKind};

/// Translates `ours`, the changes from `baseline` to `edited`, into changes of `current`. `theirs` are the changes from
/// `baseline` to `current`.
///
/// A change that both sides made is left out. Places that both sides changed differently are conflicts.
pub(super) fn rebase(
    baseline: &Tree<'_>,
    edited: &Tree<'_>,
    current: &Tree<'_>,
    ours: &[Subtree],
    theirs: &Diff<'_>,
) -> Result<Vec<Subtree>, Vec<Conflict>> {
    let mut rebase = Rebase {
        baseline,
        edited,
        current,
        arrays: arrays(theirs),
        subtrees: vec![Subtree { root: ROOT, changes: Vec::new() }],
        conflicts: Vec::new(),
    };
    for change in ours.first().map(|subtree| subtree.changes.as_slice()).unwrap_or_default() {
        rebase.change(change);
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
    /// See [`arrays`].
    arrays: HashMap<Id, HashMap<usize, usize>>,
    subtrees: Vec<Subtree>,
    conflicts: Vec<Conflict>,
}

impl Rebase<'_> {
    fn change(&mut self, change: &Change) {
        let place = self.place(&change.pointer);
        let Some((at, pointer)) = place else {
            return self.conflict(change, change.pointer.clone(), Some(change.at), None, None);
        };
        let kind = match &change.kind {
            ChangeKind::Replace(value) => self.replaced(change, at, *value),
            ChangeKind::Members { removed, added } => self.members(change, at, removed, added),
            ChangeKind::Elements(elements) => self.elements(change, at, elements),
        };
        if let Some(kind) = kind {
            self.subtrees[0].changes.push(Change { at, pointer, kind });
        }
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
        let mut stays = vec![false; old.len()];
        let mut after = Vec::with_capacity(elements.len());
        for &(value, placement) in elements {
            after.push((
                value,
                match placement {
                    Placement::Stays(index) => {
                        stays[index] = true;
                        placement
                    }
                    // An element that only moves keeps its text in the current document. One that moves and changes
                    // gets the text of the edited document.
                    Placement::Moves { from, .. } if self.same_as_edited(now[from], value) => {
                        let subtree = self.subtrees.len();
                        self.subtrees.push(Subtree { root: now[from], changes: Vec::new() });
                        Placement::Moves { from, subtree }
                    }
                    _ => Placement::New,
                },
            ));
        }
        for index in 0..old.len() {
            if !stays[index] && !self.untouched(old[index], now[index]) {
                let mut pointer = change.pointer.clone();
                pointer.push_index(index);
                self.conflict(change, pointer, Some(old[index]), Some(now[index]), None);
            }
        }
        Some(ChangeKind::Elements(after))
    }

    /// The value of the current document at a place of the baseline, and its pointer there.
    fn place(&self, pointer: &Pointer) -> Option<(Id, Pointer)> {
        let (mut old, mut now) = (ROOT, ROOT);
        let mut found = Pointer::default();
        for token in pointer.tokens() {
            if self.baseline.kind(old) != self.current.kind(now) {
                return None;
            }
            match self.baseline.kind(old) {
                ValueKind::Object => {
                    let name = pointer::member(self.baseline, old, &token)?;
                    now = pointer::member(self.current, now, &token)? + 1;
                    old = name + 1;
                    found.push_name(&token);
                }
                _ => {
                    let index = pointer::index(&token)?;
                    let place = match self.arrays.get(&old) {
                        Some(places) => *places.get(&index)?,
                        None => index,
                    };
                    old = self.baseline.elements(old).nth(index)?;
                    now = self.current.elements(now).nth(place)?;
                    found.push_index(place);
                }
            }
        }
        Some((now, found))
    }

    /// Whether the other side left a value of the baseline as it was.
    fn untouched(&self, old: Id, now: Id) -> bool {
        equal::same(self.baseline, old, self.current, now, &Interpretation::default())
    }

    fn same_as_edited(&self, now: Id, edited: Id) -> bool {
        equal::same(self.current, now, self.edited, edited, &Interpretation::default())
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
