//! The containers that an [`Editor`](super::editor::Editor) has opened: lists of children that change fast.

use std::borrow::Cow;
use std::collections::HashMap;

use super::sequence::Sequence;
use super::steps;
use super::text;
use super::tree::{Id, Tree, ValueKind};

/// In place of a number: none.
pub(super) const NONE: u32 = u32::MAX;

/// A piece of text: `start..end` of the text of a tree, or the made text with the number `start`.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    /// The number of the tree; [`NONE`] for a made text.
    pub(super) tree: u32,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// A value: a node of a tree that is as it was, or a container that was opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    /// The number of the tree; [`NONE`] for an open container.
    pub(super) tree: u32,
    /// The id of the node, or the number of the container.
    pub(super) id: u32,
}

impl Value {
    pub(super) fn open(container: usize) -> Value {
        Value { tree: NONE, id: container as u32 }
    }

    /// The number of the container, if it is open.
    pub(super) fn container(self) -> Option<usize> {
        (self.tree == NONE).then_some(self.id as usize)
    }
}

/// An element of an array.
#[derive(Clone, Copy)]
pub(super) struct Element {
    /// The white space before the element, with the comma.
    pub(super) gap: Piece,
    pub(super) value: Value,
}

/// A member of an object.
#[derive(Clone, Copy)]
pub(super) struct Member {
    /// The white space before the name, with the comma.
    pub(super) gap: Piece,
    /// The name as it is written, with its quotation marks.
    pub(super) name: Piece,
    /// The text between the name and the value.
    pub(super) colon: Piece,
    pub(super) value: Value,
    /// The member with the same name before this one, or [`NONE`].
    before: u32,
}

/// The members of an object, with those that were removed as gaps in the list.
#[derive(Clone)]
pub(super) struct Members<'a> {
    list: Vec<Option<Member>>,
    /// The position of the last member with each name.
    last: HashMap<Cow<'a, [u8]>, u32>,
    /// The number of members, duplicates included.
    count: usize,
    /// No member stands before this position.
    first: usize,
}

impl<'a> Members<'a> {
    fn new() -> Members<'a> {
        Members { list: Vec::new(), last: HashMap::new(), count: 0, first: 0 }
    }

    pub(super) fn push(&mut self, name: Cow<'a, [u8]>, gap: Piece, spelled: Piece, colon: Piece, value: Value) {
        steps::count();
        let at = self.list.len() as u32;
        let before = self.last.insert(name, at).unwrap_or(NONE);
        self.list.push(Some(Member { gap, name: spelled, colon, value, before }));
        self.count += 1;
    }

    /// The position of the member with this name, the last of several.
    pub(super) fn position(&self, name: &[u8]) -> Option<usize> {
        self.last.get(name).map(|&at| at as usize)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Member> {
        self.list.get(at)?.as_ref()
    }

    /// Takes out all members with this name.
    fn remove(&mut self, name: &[u8]) -> Vec<Member> {
        let mut removed = Vec::new();
        let mut at = self.last.remove(name).unwrap_or(NONE);
        while let Some(member) = self.list.get_mut(at as usize).and_then(Option::take) {
            steps::count();
            at = member.before;
            removed.push(member);
        }
        self.count -= removed.len();
        while let Some(None) = self.list.last() {
            self.list.pop();
        }
        while let Some(None) = self.list.get(self.first) {
            self.first += 1;
        }
        self.first = self.first.min(self.list.len());
        removed
    }

    /// The number of different names.
    pub(super) fn names(&self) -> usize {
        self.last.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.list[self.first..].iter().flatten()
    }
}

/// The children of an open container.
pub(super) enum Children<'a> {
    Elements(Sequence<Element>),
    Members(Members<'a>),
}

/// An open container.
pub(super) struct Container<'a> {
    pub(super) children: Children<'a>,
    /// The white space before the closing bracket.
    pub(super) tail: Piece,
}

impl<'a> Container<'a> {
    /// Opens a container of the tree with this number; `None` for a scalar.
    pub(super) fn of(number: usize, tree: &Tree<'a>, id: Id) -> Option<Container<'a>> {
        let number = number as u32;
        let piece = |start: usize, end: usize| Piece { tree: number, start: start as u32, end: end as u32 };
        let value = |id| Value { tree: number, id };
        let mut at = tree.start(id) + 1;
        let children = match tree.kind(id) {
            ValueKind::Array => Children::Elements(Sequence::of(tree.elements(id).map(|element| {
                let gap = piece(at, tree.start(element));
                at = tree.end(element);
                Element { gap, value: value(element) }
            }))),
            ValueKind::Object => {
                let mut members = Members::new();
                for name in tree.names(id) {
                    let gap = piece(at, tree.start(name));
                    let spelled = piece(tree.start(name), tree.end(name));
                    let colon = piece(tree.end(name), tree.start(name + 1));
                    members.push(text::unescape(tree, name), gap, spelled, colon, value(name + 1));
                    at = tree.end(name + 1);
                }
                Children::Members(members)
            }
            _ => return None,
        };
        Some(Container { children, tail: piece(at, tree.end(id) - 1) })
    }

    pub(super) fn kind(&self) -> ValueKind {
        match self.children {
            Children::Elements(_) => ValueKind::Array,
            Children::Members(_) => ValueKind::Object,
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.children {
            Children::Elements(list) => list.len(),
            Children::Members(members) => members.count,
        }
    }

    /// The white space before the first child, and its colon.
    pub(super) fn first(&self) -> Option<(Piece, Option<Piece>)> {
        match &self.children {
            Children::Elements(list) => list.get(0).map(|element| (element.gap, None)),
            Children::Members(members) => members.iter().next().map(|member| (member.gap, Some(member.colon))),
        }
    }

    /// The white space before the last child, and its colon.
    pub(super) fn last(&self) -> Option<(Piece, Option<Piece>)> {
        match &self.children {
            Children::Elements(list) => list.get(list.len().checked_sub(1)?).map(|element| (element.gap, None)),
            Children::Members(members) => members.list.last()?.as_ref().map(|member| (member.gap, Some(member.colon))),
        }
    }

    pub(super) fn set_first_gap(&mut self, gap: Piece) {
        match &mut self.children {
            Children::Elements(list) => {
                if let Some(element) = list.get_mut(0) {
                    element.gap = gap;
                }
            }
            Children::Members(members) => {
                if let Some(Some(member)) = members.list.get_mut(members.first) {
                    member.gap = gap;
                }
            }
        }
    }

    /// The position of the child that the last part of a pointer names.
    pub(super) fn position(&self, token: &[u8]) -> Option<usize> {
        match &self.children {
            Children::Elements(list) => super::pointer::index(token).filter(|&at| at < list.len()),
            Children::Members(members) => members.position(token),
        }
    }

    pub(super) fn value(&self, at: usize) -> Option<Value> {
        match &self.children {
            Children::Elements(list) => list.get(at).map(|element| element.value),
            Children::Members(members) => members.get(at).map(|member| member.value),
        }
    }

    pub(super) fn set_value(&mut self, at: usize, value: Value) {
        match &mut self.children {
            Children::Elements(list) => {
                if let Some(element) = list.get_mut(at) {
                    element.value = value;
                }
            }
            Children::Members(members) => {
                if let Some(Some(member)) = members.list.get_mut(at) {
                    member.value = value;
                }
            }
        }
    }

    /// Takes out the child at this position, of an object all members with its name. Returns the pieces and the values
    /// that the text loses.
    pub(super) fn remove(&mut self, at: usize, token: &[u8]) -> Vec<(Vec<Piece>, Value)> {
        match &mut self.children {
            Children::Elements(list) => {
                let element = list.get(at).copied();
                list.remove(at);
                element.map(|element| (vec![element.gap], element.value)).into_iter().collect()
            }
            Children::Members(members) => {
                let removed = members.remove(token).into_iter();
                removed.map(|member| (vec![member.gap, member.name, member.colon], member.value)).collect()
            }
        }
    }

    /// The pieces before each value, and the value.
    pub(super) fn parts(&self) -> Vec<([Option<Piece>; 3], Value)> {
        match &self.children {
            Children::Elements(list) => {
                list.iter().map(|element| ([Some(element.gap), None, None], element.value)).collect()
            }
            Children::Members(members) => {
                let parts = |member: &Member| [Some(member.gap), Some(member.name), Some(member.colon)];
                members.iter().map(|member| (parts(member), member.value)).collect()
            }
        }
    }

    /// A copy, whose values are the same.
    pub(super) fn copy(&self) -> Container<'a> {
        let children = match &self.children {
            Children::Elements(list) => Children::Elements(Sequence::of(list.iter().copied())),
            Children::Members(members) => Children::Members(members.clone()),
        };
        Container { children, tail: self.tail }
    }

    /// The open values among the children, with their positions.
    pub(super) fn open_values(&self) -> Vec<(usize, usize)> {
        let open = |(at, value): (usize, Value)| value.container().map(|container| (at, container));
        match &self.children {
            Children::Elements(list) => list.iter().map(|element| element.value).enumerate().filter_map(open).collect(),
            Children::Members(members) => {
                let live = members.list.iter().enumerate();
                live.filter_map(|(at, member)| Some((at, member.as_ref()?.value))).filter_map(open).collect()
            }
        }
    }
}
