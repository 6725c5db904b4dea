//! What a comparison finds: the changes that make the edited document of the old one.

use crate::document::pointer::Pointer;
use crate::document::tree::Id;

/// A change at one value of the old tree.
pub(super) struct Change {
    /// The value that changes: a scalar, or the container whose children change.
    pub(super) at: Id,
    /// The pointer to `at` in the old document.
    pub(super) pointer: Pointer,
    pub(super) kind: ChangeKind,
}

pub(super) enum ChangeKind {
    /// The value is replaced by this value of the edited tree.
    Replace(Id),
    /// The object loses and gets members: ids of names, those removed in the old tree, those added in the edited tree.
    Members { removed: Vec<Id>, added: Vec<Id> },
    /// The array gets these elements: each value of the edited tree with its origin in the old array.
    Elements(Vec<(Id, Placement)>),
}

/// Where an element of an edited array comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Placement {
    /// The old element with this index, in its place among the elements that stay. Changes inside it are separate
    /// [`Change`]s of the same subtree.
    Stays(usize),
    /// The old element `from`, in another place. Changes inside it are those of the subtree with this number.
    Moves { from: usize, subtree: usize },
    /// The element is not in the old array.
    New,
}

/// The changes below one value of the old tree: subtree 0 is the whole document, each other one an element that moved.
pub(super) struct Subtree {
    pub(super) root: Id,
    pub(super) changes: Vec<Change>,
    /// The number of elements that move around this one, itself included.
    pub(super) depth: usize,
}
