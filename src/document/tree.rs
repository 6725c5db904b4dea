//! A parsed text: one vector of nodes in document order.
//!
//! A container is followed by its children, a member by its name and then its value, and every node knows where its
//! subtree ends. So nothing recurses: depth costs neither stack when reading nor when dropping, and comparing two trees
//! of the same shape is a walk along two vectors.

/// The largest document that is read: 64 MiB. A submission has some hundred kilobytes.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    False,
    True,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The kind in words, with its article.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::False | Kind::True => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }

    pub(super) fn is_container(self) -> bool {
        matches!(self, Kind::Array | Kind::Object)
    }
}

const KINDS: [Kind; 8] =
    [Kind::Null, Kind::False, Kind::True, Kind::Number, Kind::String, Kind::Array, Kind::Object, Kind::Null];
/// The bits of a node's `info` with its [`Kind`].
pub(super) const KIND: u32 = 7;
pub(super) const ESCAPED: u32 = 1 << 3;
pub(super) const LONE: u32 = 1 << 4;
const COUNT_SHIFT: u32 = 6;
pub(super) const COUNT_ONE: u32 = 1 << COUNT_SHIFT;
pub(super) const NONE: u32 = u32::MAX;

/// Index of a node in its tree.
pub(super) type Id = u32;
pub(super) const ROOT: Id = 0;

/// 16 bytes, because a document has a node for every dozen bytes of text.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) start: u32,
    pub(super) end: u32,
    /// The node after the subtree. While a container is open: the container around it.
    pub(super) next: u32,
    /// Kind, flags, number of children.
    pub(super) info: u32,
}

/// A parsed text.
pub(super) struct Tree<'t> {
    pub(super) text: &'t str,
    pub(super) nodes: Vec<Node>,
    pub(super) bom: bool,
}

impl<'t> Tree<'t> {
    pub(super) fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
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

    /// Elements of an array, members of an object (duplicates count), 0 for anything else.
    pub(super) fn count(&self, id: Id) -> usize {
        (self.nodes[id as usize].info >> COUNT_SHIFT) as usize
    }

    /// The text of the value as it stands there.
    pub(super) fn span(&self, id: Id) -> &'t str {
        &self.text[self.start(id)..self.end(id)]
    }

    /// A string's text between its quotation marks, escapes as written.
    pub(super) fn raw(&self, id: Id) -> &'t str {
        &self.text[self.start(id) + 1..self.end(id) - 1]
    }

    pub(super) fn escaped(&self, id: Id) -> bool {
        self.nodes[id as usize].info & ESCAPED != 0
    }

    /// Whether the string has half of a surrogate pair, which only an escape can spell.
    pub(super) fn lone(&self, id: Id) -> bool {
        self.nodes[id as usize].info & LONE != 0
    }

    /// Kind and number of children, for comparing shapes in one step.
    pub(super) fn shape(&self, id: Id) -> u32 {
        self.nodes[id as usize].info & !(ESCAPED | LONE)
    }

    /// The elements of an array.
    pub(super) fn elements(&self, array: Id) -> Children<'_, 't> {
        Children { tree: self, at: array + 1, end: self.next(array), step: 0 }
    }

    /// The names of an object's members, in order, duplicates included. The value of name `n` is `n + 1`.
    pub(super) fn names(&self, object: Id) -> Children<'_, 't> {
        Children { tree: self, at: object + 1, end: self.next(object), step: 1 }
    }
}

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
        let id = self.at;
        self.at = self.tree.next(id + self.step);
        Some(id)
    }
}
