//! Carrying edits over to a document that changed in the meantime (rule M8).

use std::collections::HashMap;

use super::diff::{Change, Diff, Group, Job, Slot};
use super::guard::shown;
use super::report::Conflict;
use crate::document::equal::{self, Reading};
use crate::document::members::Members;
use crate::document::pointer::{self, Pointer};
use crate::document::text;
use crate::document::tree::{Id, Kind, ROOT, Tree};

/// The groups of `ours` (baseline to edited) as changes of `current`, given how `current` came from the baseline.
///
/// Where the other side made the same change there is nothing left to do; where it made another one is a conflict.
pub(super) fn rebase(
    baseline: &Tree<'_>,
    edited: &Tree<'_>,
    current: &Tree<'_>,
    ours: &[Job],
    theirs: &Diff<'_>,
) -> Result<Vec<Job>, Vec<Conflict>> {
    let mut rebase = Rebase {
        baseline,
        edited,
        current,
        arrays: arrays(theirs),
        jobs: vec![Job { root: ROOT, groups: Vec::new() }],
        conflicts: Vec::new(),
    };
    for group in ours.first().map(|job| job.groups.as_slice()).unwrap_or_default() {
        rebase.group(group);
    }
    if rebase.conflicts.is_empty() { Ok(rebase.jobs) } else { Err(rebase.conflicts) }
}

/// For each array of the baseline whose elements the other side changed: where the old elements are now.
fn arrays(theirs: &Diff<'_>) -> HashMap<Id, HashMap<usize, usize>> {
    let mut arrays = HashMap::new();
    for group in theirs.jobs.iter().flat_map(|job| &job.groups) {
        if let Change::Elements(elements) = &group.change {
            let places = elements.iter().enumerate().filter_map(|(at, (_, slot))| match slot {
                Slot::Stays(from) | Slot::Moves { from, .. } => Some((*from, at)),
                Slot::New => None,
            });
            arrays.insert(group.at, places.collect());
        }
    }
    arrays
}

struct Rebase<'a> {
    baseline: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    current: &'a Tree<'a>,
    arrays: HashMap<Id, HashMap<usize, usize>>,
    jobs: Vec<Job>,
    conflicts: Vec<Conflict>,
}

impl Rebase<'_> {
    fn group(&mut self, group: &Group) {
        let place = self.place(&group.pointer);
        let Some((at, pointer)) = place else {
            return self.conflict(group, group.pointer.clone(), Some(group.at), None, None);
        };
        let change = match &group.change {
            Change::Replace(value) => self.replaced(group, at, *value),
            Change::Members { removed, added } => self.members(group, at, removed, added),
            Change::Elements(elements) => self.elements(group, at, elements),
        };
        if let Some(change) = change {
            self.jobs[0].groups.push(Group { at, pointer, change });
        }
    }

    fn replaced(&mut self, group: &Group, at: Id, value: Id) -> Option<Change> {
        if self.same_as_edited(at, value) {
            return None;
        }
        if !self.untouched(group.at, at) {
            self.conflict(group, group.pointer.clone(), Some(group.at), Some(at), Some(value));
        }
        Some(Change::Replace(value))
    }

    fn members(&mut self, group: &Group, at: Id, removed: &[Id], added: &[Id]) -> Option<Change> {
        if self.current.kind(at) != Kind::Object {
            self.conflict(group, group.pointer.clone(), Some(group.at), Some(at), None);
            return None;
        }
        let theirs = Members::of(self.current, at);
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for &name in removed {
            if let Some(own) = theirs.find(self.baseline, name) {
                if !self.untouched(name + 1, own + 1) {
                    let pointer = self.member(group, self.baseline, name);
                    self.conflict(group, pointer, Some(name + 1), Some(own + 1), None);
                }
                gone.push(own);
            }
        }
        for &name in added {
            match theirs.find(self.edited, name) {
                None => new.push(name),
                Some(own) if self.same_as_edited(own + 1, name + 1) => {}
                Some(own) => {
                    let pointer = self.member(group, self.edited, name);
                    self.conflict(group, pointer, None, Some(own + 1), Some(name + 1));
                }
            }
        }
        let idle = gone.is_empty() && new.is_empty();
        (!idle).then_some(Change::Members { removed: gone, added: new })
    }

    fn elements(&mut self, group: &Group, at: Id, elements: &[(Id, Slot)]) -> Option<Change> {
        let old: Vec<Id> = self.baseline.elements(group.at).collect();
        if self.current.kind(at) != Kind::Array || self.arrays.contains_key(&group.at) {
            // Two changes of one list can't be told apart from one change and its consequence.
            let agreed = self.current.kind(at) == Kind::Array
                && self.current.count(at) == elements.len()
                && self.current.elements(at).zip(elements).all(|(now, &(value, _))| self.same_as_edited(now, value));
            if !agreed {
                self.conflict(group, group.pointer.clone(), Some(group.at), Some(at), None);
            }
            return None;
        }
        let now: Vec<Id> = self.current.elements(at).collect();
        let mut stays = vec![false; old.len()];
        let mut after = Vec::with_capacity(elements.len());
        for &(value, slot) in elements {
            after.push((
                value,
                match slot {
                    Slot::Stays(index) => {
                        stays[index] = true;
                        slot
                    }
                    // Moved as it is: the current spelling goes along. Moved and changed: the edited one.
                    Slot::Moves { from, .. } if self.same_as_edited(now[from], value) => {
                        let job = self.jobs.len();
                        self.jobs.push(Job { root: now[from], groups: Vec::new() });
                        Slot::Moves { from, job }
                    }
                    _ => Slot::New,
                },
            ));
        }
        for index in 0..old.len() {
            if !stays[index] && !self.untouched(old[index], now[index]) {
                let mut pointer = group.pointer.clone();
                pointer.push_index(index);
                self.conflict(group, pointer, Some(old[index]), Some(now[index]), None);
            }
        }
        Some(Change::Elements(after))
    }

    /// Where a place of the baseline is in the current document.
    fn place(&self, pointer: &Pointer) -> Option<(Id, Pointer)> {
        let (mut b, mut c) = (ROOT, ROOT);
        let mut found = Pointer::default();
        for token in pointer.tokens() {
            if self.baseline.kind(b) != self.current.kind(c) {
                return None;
            }
            match self.baseline.kind(b) {
                Kind::Object => {
                    let name = pointer::member(self.baseline, b, &token)?;
                    c = pointer::member(self.current, c, &token)? + 1;
                    b = name + 1;
                    found.push_name(&token);
                }
                _ => {
                    let index = pointer::index(&token)?;
                    let now = match self.arrays.get(&b) {
                        Some(places) => *places.get(&index)?,
                        None => index,
                    };
                    b = self.baseline.elements(b).nth(index)?;
                    c = self.current.elements(c).nth(now)?;
                    found.push_index(now);
                }
            }
        }
        Some((c, found))
    }

    fn untouched(&self, b: Id, c: Id) -> bool {
        equal::same(self.baseline, b, self.current, c, &Reading::default())
    }

    fn same_as_edited(&self, c: Id, e: Id) -> bool {
        equal::same(self.current, c, self.edited, e, &Reading::default())
    }

    fn member(&self, group: &Group, tree: &Tree<'_>, name: Id) -> Pointer {
        let mut pointer = group.pointer.clone();
        pointer.push_name(&text::unescape(tree, name));
        pointer
    }

    fn conflict(&mut self, group: &Group, pointer: Pointer, b: Option<Id>, c: Option<Id>, e: Option<Id>) {
        let edited = match (&group.change, e) {
            (Change::Replace(value), None) => Some(*value),
            _ => e,
        };
        self.conflicts.push(Conflict {
            pointer,
            baseline: b.map(|id| shown(self.baseline, id)),
            current: c.map(|id| shown(self.current, id)),
            edited: edited.map(|id| shown(self.edited, id)),
        });
    }
}
