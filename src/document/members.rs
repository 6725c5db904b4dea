//! Looks up members of an object by name. Of members with the same name only the last one counts.

use std::borrow::Cow;
use std::collections::HashMap;

use super::text;
use super::tree::{Id, Tree};

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
                if !all[at + 1..].iter().any(|&later| text::same(tree, name, tree, later)) {
                    members.names.push(name);
                }
            }
            return members;
        }
        members.table.reserve(members.names.len());
        for &name in &members.names {
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
