//! Renders changes: the new text, and the list of edits that makes it.

use super::change::{Change, ChangeKind, Placement, Subtree};
use crate::document::edits::{Edit, EditOp};
use crate::document::number;
use crate::document::pointer::Pointer;
use crate::document::splice::{self, Child, Splice};
use crate::document::text;
use crate::document::tree::{Id, Tree, ValueKind};

/// The body and its edits. `subtrees` are the changes of `old`: subtree 0 is the whole document, each other one an
/// element that moves.
pub(super) fn render(old: &Tree<'_>, edited: &Tree<'_>, subtrees: &[Subtree]) -> (String, Vec<Edit>) {
    let mut render = Render { old, edited, moved: vec![String::new(); subtrees.len()] };
    // A subtree has a higher number than the subtree that its element moves in. So in descending order the texts of the
    // elements that move inside a subtree are ready when they are needed.
    for (index, subtree) in subtrees.iter().enumerate().skip(1).rev() {
        let splices = render.splices(&subtree.changes);
        render.moved[index] = splice::apply(old.text, old.start(subtree.root), old.end(subtree.root), &splices);
    }
    let changes = subtrees.first().map(|subtree| subtree.changes.as_slice()).unwrap_or_default();
    let splices = render.splices(changes);
    let start = if old.bom { 3 } else { 0 };
    let body = splice::apply(old.text, start, old.text.len(), &splices);
    (body, render.edits(changes))
}

struct Render<'a> {
    old: &'a Tree<'a>,
    edited: &'a Tree<'a>,
    /// The text of each element that moves, with its changes, by subtree.
    moved: Vec<String>,
}

impl Render<'_> {
    /// The cuts into the old text, in its order.
    fn splices(&self, changes: &[Change]) -> Vec<Splice> {
        let old = self.old;
        let mut splices = Vec::new();
        for change in changes {
            match &change.kind {
                ChangeKind::Replace(value) => splices.push(Splice {
                    start: old.start(change.at),
                    end: old.end(change.at),
                    with: value_text(self.edited, *value),
                }),
                ChangeKind::Members { removed, added } => {
                    let goes = self.all_named(change.at, removed);
                    let mut after: Vec<Child> =
                        (0..goes.len()).filter(|&index| !goes[index]).map(Child::Kept).collect();
                    let colon = if added.is_empty() { "" } else { splice::colon(old, change.at) };
                    for &name in added {
                        let value = value_text(self.edited, name + 1);
                        after.push(Child::New(format!("{}{colon}{value}", self.edited.span(name))));
                    }
                    splice::children(old, change.at, &splice::spans(old, change.at), after, &mut splices);
                }
                ChangeKind::Elements(elements) => {
                    let after = elements
                        .iter()
                        .map(|&(element, placement)| match placement {
                            Placement::Stays(index) => Child::Kept(index),
                            Placement::Moves { subtree, .. } => Child::New(self.moved[subtree].clone()),
                            Placement::New => Child::New(value_text(self.edited, element)),
                        })
                        .collect();
                    splice::children(old, change.at, &splice::spans(old, change.at), after, &mut splices);
                }
            }
        }
        splices.sort_unstable_by_key(|splice| (splice.start, splice.end));
        splices
    }

    /// For each member of an object, whether it is removed. If its name occurs several times, all its members are
    /// removed.
    fn all_named(&self, object: Id, removed: &[Id]) -> Vec<bool> {
        let names: std::collections::HashSet<_> = removed.iter().map(|&name| text::unescape(self.old, name)).collect();
        let goes = |name| !names.is_empty() && names.contains(&text::unescape(self.old, name));
        self.old.names(object).map(goes).collect()
    }

    /// The edits, changes inside a container before those of the container, so that each pointer is valid when the
    /// edits before it have been made.
    fn edits(&self, changes: &[Change]) -> Vec<Edit> {
        let mut order: Vec<&Change> = changes.iter().collect();
        order.sort_by_key(|change| (self.old.end(change.at), std::cmp::Reverse(self.old.start(change.at))));
        let mut edits = Vec::new();
        for change in order {
            match &change.kind {
                ChangeKind::Replace(value) => edits.push(Edit {
                    op: EditOp::Replace,
                    path: change.pointer.clone(),
                    value: Some(value_text(self.edited, *value)),
                    old: Some(self.old.span(change.at).to_owned()),
                }),
                ChangeKind::Members { removed, added } => {
                    for &name in removed {
                        edits.push(self.removal(member(&change.pointer, self.old, name), name + 1));
                    }
                    for &name in added {
                        let value = value_text(self.edited, name + 1);
                        edits.push(addition(member(&change.pointer, self.edited, name), value));
                    }
                }
                ChangeKind::Elements(elements) => self.element_edits(change, elements, &mut edits),
            }
        }
        edits
    }

    /// The edits of an array: removals from the back, then additions from the front. An element that moves is removed and
    /// added.
    fn element_edits(&self, change: &Change, elements: &[(Id, Placement)], edits: &mut Vec<Edit>) {
        let old: Vec<Id> = self.old.elements(change.at).collect();
        let mut stays = vec![false; old.len()];
        for &(_, placement) in elements {
            if let Placement::Stays(index) = placement {
                stays[index] = true;
            }
        }
        for index in (0..old.len()).rev() {
            if !stays[index] {
                edits.push(self.removal(element(&change.pointer, index), old[index]));
            }
        }
        for (index, &(value, placement)) in elements.iter().enumerate() {
            let text = match placement {
                Placement::Stays(_) => continue,
                Placement::Moves { subtree, .. } => self.moved[subtree].clone(),
                Placement::New => value_text(self.edited, value),
            };
            edits.push(addition(element(&change.pointer, index), text));
        }
    }

    fn removal(&self, path: Pointer, value: Id) -> Edit {
        Edit { op: EditOp::Remove, path, value: None, old: Some(self.old.span(value).to_owned()) }
    }
}

fn addition(path: Pointer, value: String) -> Edit {
    Edit { op: EditOp::Add, path, value: Some(value), old: None }
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

/// The text of a new value as it stands in the edited document, except that binary floating-point numbers get their
/// shortest spelling (see [`number::shortest`]).
fn value_text(edited: &Tree<'_>, value: Id) -> String {
    let mut splices = Vec::new();
    for id in value..edited.next(value) {
        if edited.kind(id) == ValueKind::Number
            && let Some(Ok(with)) = number::shortest(edited.span(id))
        {
            splices.push(Splice { start: edited.start(id), end: edited.end(id), with });
        }
    }
    splice::apply(edited.text, edited.start(value), edited.end(value), &splices)
}
