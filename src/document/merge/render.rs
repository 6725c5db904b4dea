//! From differences to the new text and the list of edits.

use super::diff::{Change, Group, Job, Slot};
use super::guard::shown;
use super::report::{Edit, Operation};
use crate::document::number;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Child, Splice};
use crate::document::text;
use crate::document::tree::{Id, Kind, Tree};

/// The body and its edits; `jobs` are differences of `old` (job 0: of the whole document).
pub(super) fn render(old: &Tree<'_>, edited: &Tree<'_>, jobs: &[Job]) -> (String, Vec<Edit>) {
    let mut render = Render { old, edited, moved: vec![String::new(); jobs.len()] };
    // A job is created after the one that its element moves in, so from the back their texts are ready.
    for (index, job) in jobs.iter().enumerate().skip(1).rev() {
        let splices = render.splices(&job.groups);
        render.moved[index] = splice::apply(old.text, old.start(job.root), old.end(job.root), &splices);
    }
    let groups = jobs.first().map(|job| job.groups.as_slice()).unwrap_or_default();
    let splices = render.splices(groups);
    let start = if old.bom { 3 } else { 0 };
    let body = splice::apply(old.text, start, old.text.len(), &splices);
    (body, render.edits(groups))
}

struct Render<'a> {
    old: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    /// Texts of elements that moved, by job.
    moved: Vec<String>,
}

impl Render<'_> {
    fn splices(&self, groups: &[Group]) -> Vec<Splice> {
        let old = self.old;
        let mut splices = Vec::new();
        for group in groups {
            match &group.change {
                Change::Replace(value) => splices.push(Splice {
                    start: old.start(group.at),
                    end: old.end(group.at),
                    with: value_text(self.edited, *value),
                }),
                Change::Members { removed, added } => {
                    let goes = self.all_named(group.at, removed);
                    let mut after: Vec<Child> =
                        (0..goes.len()).filter(|&index| !goes[index]).map(Child::Kept).collect();
                    for &name in added {
                        let value = value_text(self.edited, name + 1);
                        after.push(Child::New(splice::member_text(old, group.at, self.edited.span(name), &value)));
                    }
                    splice::children(old, group.at, &splice::spans(old, group.at), after, &mut splices);
                }
                Change::Elements(elements) => {
                    let after = elements
                        .iter()
                        .map(|&(element, slot)| match slot {
                            Slot::Stays(index) => Child::Kept(index),
                            Slot::Moves { job, .. } => Child::New(self.moved[job].clone()),
                            Slot::New => Child::New(value_text(self.edited, element)),
                        })
                        .collect();
                    splice::children(old, group.at, &splice::spans(old, group.at), after, &mut splices);
                }
            }
        }
        splices.sort_unstable_by_key(|splice| (splice.start, splice.end));
        splices
    }

    /// For each member whether it goes: earlier ones of the same name go along (M5).
    fn all_named(&self, object: Id, removed: &[Id]) -> Vec<bool> {
        let names: std::collections::HashSet<_> = removed.iter().map(|&name| text::unescape(self.old, name)).collect();
        let goes = |name| !names.is_empty() && names.contains(&text::unescape(self.old, name));
        self.old.names(object).map(goes).collect()
    }

    /// Inner changes before outer ones, so that every pointer is right when its turn comes.
    fn edits(&self, groups: &[Group]) -> Vec<Edit> {
        let mut order: Vec<&Group> = groups.iter().collect();
        order.sort_by_key(|group| (self.old.end(group.at), std::cmp::Reverse(self.old.start(group.at))));
        let mut edits = Vec::new();
        for group in order {
            match &group.change {
                Change::Replace(value) => edits.push(Edit {
                    operation: Operation::Replace,
                    pointer: group.pointer.clone(),
                    value: Some(value_text(self.edited, *value)),
                    old: Some(shown(self.old, group.at)),
                }),
                Change::Members { removed, added } => {
                    for &name in removed {
                        edits.push(self.removal(member(&group.pointer, self.old, name), name + 1));
                    }
                    for &name in added {
                        let value = value_text(self.edited, name + 1);
                        edits.push(addition(member(&group.pointer, self.edited, name), value));
                    }
                }
                Change::Elements(elements) => self.element_edits(group, elements, &mut edits),
            }
        }
        edits
    }

    /// Removals from the back, then additions from the front.
    fn element_edits(&self, group: &Group, elements: &[(Id, Slot)], edits: &mut Vec<Edit>) {
        let old: Vec<Id> = self.old.elements(group.at).collect();
        let mut stays = vec![false; old.len()];
        for &(_, slot) in elements {
            if let Slot::Stays(index) = slot {
                stays[index] = true;
            }
        }
        for index in (0..old.len()).rev() {
            if !stays[index] {
                edits.push(self.removal(element(&group.pointer, index), old[index]));
            }
        }
        for (index, &(value, slot)) in elements.iter().enumerate() {
            let text = match slot {
                Slot::Stays(_) => continue,
                Slot::Moves { job, .. } => self.moved[job].clone(),
                Slot::New => value_text(self.edited, value),
            };
            edits.push(addition(element(&group.pointer, index), text));
        }
    }

    fn removal(&self, pointer: Pointer, value: Id) -> Edit {
        Edit { operation: Operation::Remove, pointer, value: None, old: Some(shown(self.old, value)) }
    }
}

fn addition(pointer: Pointer, value: String) -> Edit {
    Edit { operation: Operation::Add, pointer, value: Some(value), old: None }
}

fn member(object: &Pointer, tree: &Tree<'_>, name: Id) -> Pointer {
    let mut pointer = object.clone();
    pointer.push_name(&text::unescape(tree, name));
    pointer
}

fn element(array: &Pointer, index: usize) -> Pointer {
    let mut pointer = array.clone();
    pointer.push_index(index);
    pointer
}

/// The text of a new value as the edited document has it, but binary floating-point numbers in their shortest form.
fn value_text(edited: &Tree<'_>, value: Id) -> String {
    let mut splices = Vec::new();
    for id in value..edited.next(value) {
        if edited.kind(id) == Kind::Number
            && let Some(Ok(with)) = number::shortest(edited.span(id))
        {
            splices.push(Splice { start: edited.start(id), end: edited.end(id), with });
        }
    }
    splice::apply(edited.text, edited.start(value), edited.end(value), &splices)
}
