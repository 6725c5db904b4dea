//! A parsed text: a vector of nodes in document order.
//!
//! The children of a container follow it, and the children of an object are the name and the value of each member in
//! turn. Every node has the index of the node after its subtree. So no function has to recurse, dropping a tree is freeing
//! one vector, and two trees of the same shape are compared by walking along two vectors.

use super::steps;

/// The largest document that is parsed, in bytes: 64 MiB. A submission has some hundred kilobytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum ValueKind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

impl ValueKind {
    /// The kind in words, with its article: `an array`.
    pub fn name(self) -> &'static str {
        match self {
            ValueKind::Null => "null",
            ValueKind::False | ValueKind::True => "a boolean",
            ValueKind::Number => "a number",
            ValueKind::String => "a string",
            ValueKind::Array => "an array",
            ValueKind::Object => "an object",
        }
    }

    pub(super) fn is_container(self) -> bool {
        matches!(self, ValueKind::Array | ValueKind::Object)
    }
}

const KINDS: [ValueKind; 8] = [
    ValueKind::Null,
    ValueKind::False,
    ValueKind::True,
    ValueKind::Number,
    ValueKind::String,
    ValueKind::Array,
    ValueKind::Object,
    ValueKind::Null,
];
/// The bits of a node's `info` with its [`ValueKind`].
pub(super) const KIND: u32 = 7;
/// Set for a string with escapes.
pub(super) const ESCAPED: u32 = 1 << 3;
/// Set for a string with a lone surrogate.
pub(super) const LONE: u32 = 1 << 4;
const COUNT_SHIFT: u32 = 6;
pub(super) const COUNT_ONE: u32 = 1 << COUNT_SHIFT;
/// In place of an id: no node.
pub(super) const NONE: u32 = u32::MAX;

/// The index of a node in its tree.
pub(super) type Id = u32;
/// The id of the document's value.
pub(super) const ROOT: Id = 0;

/// A value or a member's name. It has only 16 bytes, because a document has about one node for every 12 bytes of text.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The node after the subtree. While the parser has a container open: the container around it.
    pub(super) next: u32,
    /// The kind, the flags [`ESCAPED`] and [`LONE`], and the number of children.
    pub(super) info: u32,
}

/// A parsed text.
pub(super) struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    /// Whether the text begins with a byte order mark.
    pub(super) bom: bool,
}

impl<'t> Tree<'t> {
    pub(super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(super) fn kind(&self, id: Id) -> ValueKind {
        KINDS[(self.nodes[id as usize].info & KIND) as usize]
    }

    pub(super) fn start(&self, id: Id) -> usize {
        self.nodes[id as usize].start as usize
    }

    pub(super) fn end(&self, id: Id) -> usize {
        self.nodes[id as usize].end as usize
    }

    /// The node after the subtree of `id`: its next sibling, if it has one.
    pub(super) fn next(&self, id: Id) -> Id {
        self.nodes[id as usize].next
    }

    /// The number of elements of an array or of members of an object, duplicates included; 0 for a scalar.
    pub(super) fn count(&self, id: Id) -> usize {
        (self.nodes[id as usize].info >> COUNT_SHIFT) as usize
    }

    /// The text of the value as it is written.
    pub(super) fn span(&self, id: Id) -> &'t str {
        &self.text[self.start(id)..self.end(id)]
    }

    /// The text of a string between its quotation marks, with its escapes.
    pub(super) fn raw(&self, id: Id) -> &'t str {
        &self.text[self.start(id) + 1..self.end(id) - 1]
    }

    pub(super) fn escaped(&self, id: Id) -> bool {
        self.nodes[id as usize].info & ESCAPED != 0
    }

    /// Whether the string contains a lone surrogate. Only an escape can spell one.
    pub(super) fn lone(&self, id: Id) -> bool {
        self.nodes[id as usize].info & LONE != 0
    }

    /// The kind and the number of children in one number, to compare shapes.
    pub(super) fn shape(&self, id: Id) -> u32 {
        self.nodes[id as usize].info & !(ESCAPED | LONE)
    }

    /// The elements of an array.
    pub(super) fn elements(&self, array: Id) -> Children<'_, 't> {
        Children { tree: self, at: array + 1, end: self.next(array), step: 0 }
    }

    /// The names of an object's members in document order, duplicates included. The value of the name `n` is `n + 1`.
    pub(super) fn names(&self, object: Id) -> Children<'_, 't> {
        Children { tree: self, at: object + 1, end: self.next(object), step: 1 }
    }
}

/// An iterator over the elements of an array or the names of an object.
pub(super) struct Children<'a, 't> {
    tree: &'a Tree<'t>,
    at: Id,
    end: Id,
    step: u32,
}

impl Iterator for Children<'_, '_> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        if self.at >= self.end {
            return None;
        }
        steps::count();
        let id = self.at;
        self.at = self.tree.next(id + self.step);
        Some(id)
    }
}
