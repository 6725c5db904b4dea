//! Looks up members of an object by name. Of members with the same name only the last one counts.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::pointer::{Pointer, below, index, member};
use super::steps;
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// Up to this many members a linear search is faster than a table.
const FEW: usize = 8;

/// The members of an object.
pub(super) struct Members<'a, 't> {
    tree: &'a Tree<'t>,
    /// The names that count, in document order.
    names: Vec<Id>,
    /// The names by their text; empty for an object with few members.
    table: HashMap<Cow<'t, [u8]>, Id>,
}

impl<'a, 't> Members<'a, 't> {
    pub(super) fn of(tree: &'a Tree<'t>, object: Id) -> Self {
        let mut members = Members { tree, names: tree.names(object).collect(), table: HashMap::new() };
        if members.names.len() <= FEW {
            let all = members.names.clone();
            members.names.clear();
            for (at, &name) in all.iter().enumerate() {
                steps::count();
                if !all[at + 1..].iter().any(|&later| text::same(tree, name, tree, later)) {
                    members.names.push(name);
                }
            }
            return members;
        }
        members.table.reserve(members.names.len());
        for &name in &members.names {
            steps::count();
            members.table.insert(text::unescape(tree, name), name);
        }
        if members.table.len() < members.names.len() {
            let table = &members.table;
            members.names.retain(|&name| table.get(&text::unescape(tree, name)) == Some(&name));
        }
        members
    }

    pub(super) fn names(&self) -> &[Id] {
        &self.names
    }

    /// The name of the member that has the same name as the node `name` of the tree `other`.
    pub(super) fn find(&self, other: &Tree<'_>, name: Id) -> Option<Id> {
        if self.table.is_empty() {
            return self.names.iter().copied().find(|&own| text::same(self.tree, own, other, name));
        }
        self.table.get(text::unescape(other, name).as_ref()).copied()
    }
}

/// The pointer, seen from `value`, to the first member in it whose name its object has had before.
pub(super) fn duplicate(tree: &Tree<'_>, value: Id) -> Option<Pointer> {
    let repeats = |&object: &Id| tree.kind(object) == ValueKind::Object && first_duplicate(tree, object).is_some();
    let object = (value..tree.next(value)).find(repeats)?;
    let mut pointer = Pointer::default();
    below(tree, value, object, &mut pointer);
    pointer.push_name(&text::unescape(tree, first_duplicate(tree, object)?));
    Some(pointer)
}

/// The first name of an object that it has had before.
pub(super) fn first_duplicate(tree: &Tree<'_>, object: Id) -> Option<Id> {
    if tree.count(object) < 2 || Members::of(tree, object).names().len() == tree.count(object) {
        return None;
    }
    let mut seen = HashSet::new();
    tree.names(object).find(|&name| !seen.insert(text::unescape(tree, name)))
}

/// Finds children of the containers of a tree, with a table for each large container that is asked for.
pub(super) struct Lookup<'a> {
    tree: &'a Tree<'a>,
    members: HashMap<Id, HashMap<Cow<'a, [u8]>, Id>>,
    elements: HashMap<Id, Vec<Id>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn of(tree: &'a Tree<'a>) -> Lookup<'a> {
        Lookup { tree, members: HashMap::new(), elements: HashMap::new() }
    }

    /// The value of the last member with this name.
    pub(super) fn member(&mut self, object: Id, name: &[u8]) -> Option<Id> {
        let tree = self.tree;
        if tree.count(object) <= FEW {
            return member(tree, object, name).map(|name| name + 1);
        }
        let table = self
            .members
            .entry(object)
            .or_insert_with(|| tree.names(object).map(|name| (text::unescape(tree, name), name + 1)).collect());
        table.get(name).copied()
    }

    pub(super) fn element(&mut self, array: Id, index: usize) -> Option<Id> {
        let tree = self.tree;
        if tree.count(array) <= FEW {
            return tree.elements(array).nth(index);
        }
        self.elements.entry(array).or_insert_with(|| tree.elements(array).collect()).get(index).copied()
    }

    /// The value at a pointer.
    pub(super) fn locate(&mut self, pointer: &Pointer) -> Option<Id> {
        let mut at = ROOT;
        for token in pointer.tokens() {
            at = match self.tree.kind(at) {
                ValueKind::Object => self.member(at, &token)?,
                ValueKind::Array => self.element(at, index(&token)?)?,
                _ => return None,
            };
        }
        Some(at)
    }
}
