//! Makes many edits in one text. Each costs what it names and changes, not the length of the text.
//!
//! The text stays in the trees that were parsed of it. Only the containers on the path of an edit are opened: turned into
//! lists of their children, each with the white space before it. The text after any number of edits is the one that the
//! functions of `edit` make one after the other, byte for byte.

use std::borrow::Cow;

use super::edits::EditOp;
use super::equal::{self, Interpretation};
use super::error::{DocumentError, Problem, SyntaxError};
use super::members;
use super::opened::{Children, Container, Element, NONE, Piece, Value};
use super::parse::parse;
use super::pointer::{Pointer, index, missing};
use super::shown::shown_text;
use super::size::Size;
use super::splice;
use super::steps;
use super::text;
use super::tree::{Id, MAX_BYTES, ROOT, Tree, ValueKind};

/// A document that is being edited.
pub(super) struct Editor<'a> {
    /// The document and the trees of new values.
    trees: Vec<&'a Tree<'a>>,
    /// Texts that are in no tree: names and white space.
    made: Vec<String>,
    containers: Vec<Container<'a>>,
    root: Value,
    size: Size,
}

/// A value and the place that it has.
#[derive(Clone, Copy)]
struct Place {
    value: Value,
    /// The container and the position in it; `None` for the root.
    parent: Option<(usize, usize)>,
}

const EMPTY: Piece = Piece { tree: 0, start: 0, end: 0 };

impl<'a> Editor<'a> {
    pub(super) fn new(document: &'a Tree<'a>) -> Editor<'a> {
        Editor {
            trees: vec![document],
            made: Vec::new(),
            containers: Vec::new(),
            root: Value { tree: 0, id: ROOT },
            size: Size::of(document.text),
        }
    }

    /// Makes the values of a tree usable in edits; returns its number.
    pub(super) fn add_tree(&mut self, tree: &'a Tree<'a>) -> usize {
        self.trees.push(tree);
        self.trees.len() - 1
    }

    /// A value of the tree with this number.
    pub(super) fn value_of(tree: usize, id: Id) -> Value {
        Value { tree: tree as u32, id }
    }

    /// The document as it is now.
    pub(super) fn finish(&self) -> String {
        let document = self.trees[0];
        let mut out = String::with_capacity(self.size.bytes);
        out.push_str(&document.text[..document.start(ROOT)]);
        self.write(self.root, &mut out);
        out.push_str(&document.text[document.end(ROOT)..]);
        out
    }

    /// The text of a value.
    pub(super) fn text(&self, value: Value) -> Cow<'a, str> {
        if value.container().is_none() {
            return Cow::Borrowed(self.trees[value.tree as usize].span(value.id));
        }
        let mut out = String::new();
        self.write(value, &mut out);
        Cow::Owned(out)
    }

    /// The value at a pointer.
    pub(super) fn get(&mut self, pointer: &Pointer) -> Result<Value, DocumentError> {
        self.locate(pointer).map(|place| place.value)
    }

    /// Whether a pointer leads into an array.
    pub(super) fn is_element(&mut self, path: &Pointer) -> bool {
        let parent = path.split_last().and_then(|(parent, _)| self.get(&parent).ok());
        parent.is_some_and(|parent| self.kind(parent) == ValueKind::Array)
    }

    /// A copy of a value that does not change with it.
    pub(super) fn copy(&mut self, value: Value) -> Value {
        let Some(original) = value.container() else { return value };
        let copy = self.containers.len();
        self.containers.push(self.containers[original].copy());
        // Copies whose open values are still those of the original.
        let mut shared = vec![copy];
        while let Some(container) = shared.pop() {
            for (at, original) in self.containers[container].open_values() {
                steps::count();
                let copy = self.containers.len();
                self.containers.push(self.containers[original].copy());
                self.containers[container].set_value(at, Value::open(copy));
                shared.push(copy);
            }
        }
        Value::open(copy)
    }

    /// Whether a value is equal to the value of a tree.
    pub(super) fn equals(&self, value: Value, other: &Tree<'_>, id: Id) -> bool {
        let mut open = vec![(value, id)];
        while let Some((value, id)) = open.pop() {
            steps::count();
            let Some(container) = value.container() else {
                let tree = self.trees[value.tree as usize];
                if !equal::same(tree, value.id, other, id, &Interpretation::default()) {
                    return false;
                }
                continue;
            };
            let container = &self.containers[container];
            if other.kind(id) != container.kind() {
                return false;
            }
            match &container.children {
                Children::Elements(list) => {
                    if list.len() != other.count(id) {
                        return false;
                    }
                    open.extend(list.iter().map(|element| element.value).zip(other.elements(id)));
                }
                Children::Members(own) => {
                    let theirs = members::Members::of(other, id);
                    if theirs.names().len() != own.names() {
                        return false;
                    }
                    for &name in theirs.names() {
                        let member = own.position(&text::unescape(other, name)).and_then(|at| own.get(at));
                        let Some(member) = member else { return false };
                        open.push((member.value, name + 1));
                    }
                }
            }
        }
        true
    }

    /// Makes an edit with `value` as its new value; a removal has none. Returns the text that was replaced or removed.
    pub(super) fn make(
        &mut self,
        op: EditOp,
        path: &Pointer,
        value: Option<Value>,
    ) -> Result<Option<Cow<'a, str>>, DocumentError> {
        let old = match (op, value) {
            (EditOp::Add, Some(value)) => self.insert(path, value)?,
            (EditOp::Replace, Some(value)) => {
                let place = self.locate(path)?;
                Some(self.replace(place, value))
            }
            (EditOp::Remove, _) | (_, None) => Some(self.remove(path)?),
        };
        let bytes = self.size.bytes;
        if bytes > MAX_BYTES {
            return Err(DocumentError::Document(SyntaxError::at("", 0, Problem::TooLarge { bytes })));
        }
        Ok(old)
    }

    /// Fails if the value at a place is not equal to `old`.
    pub(super) fn check_old(&mut self, path: &Pointer, old: &str) -> Result<(), DocumentError> {
        let expected = parse(old).map_err(DocumentError::Value)?;
        let value = self.get(path).ok();
        if value.is_some_and(|value| self.equals(value, &expected, ROOT)) {
            return Ok(());
        }
        Err(DocumentError::OldValue {
            pointer: path.to_string(),
            expected: shown_text(expected.span(ROOT), expected.kind(ROOT)),
            found: value.map(|value| shown_text(&self.text(value), self.kind(value))),
        })
    }

    fn replace(&mut self, place: Place, value: Value) -> Cow<'a, str> {
        match place.parent {
            Some((container, at)) => self.containers[container].set_value(at, value),
            None => self.root = value,
        }
        let (old, new) = (self.text(place.value), self.text(value));
        self.size.add(&new);
        self.size.remove(&old);
        old
    }

    fn insert(&mut self, path: &Pointer, value: Value) -> Result<Option<Cow<'a, str>>, DocumentError> {
        let Some((parent, last)) = path.split_last() else {
            let place = Place { value: self.root, parent: None };
            return Ok(Some(self.replace(place, value)));
        };
        let place = self.locate(&parent)?;
        let Some(number) = self.open(place) else {
            return Err(self.not_found(path, &parent, place.value, &last));
        };
        let container = &self.containers[number];
        let count = container.len();
        let array = container.kind() == ValueKind::Array;
        if let (false, Some(at)) = (array, container.position(&last)) {
            let old = container.value(at).unwrap_or(value);
            return Ok(Some(self.replace(Place { value: old, parent: Some((number, at)) }, value)));
        }
        let at = match &*last {
            b"-" => Some(count),
            _ if !array => Some(count),
            _ => index(&last).filter(|&at| at <= count),
        };
        let Some(at) = at else { return Err(self.not_found(path, &parent, place.value, &last)) };
        let colon = if array { None } else { Some(self.colon(number)) };
        let gap = self.gap(place, number, at);
        if at == 0 && count > 0 {
            let separator = self.gap(place, number, count);
            self.set_first_gap(number, separator);
        }
        self.grow(gap);
        let added = self.text(value);
        self.size.add(&added);
        match (&mut self.containers[number].children, colon) {
            (Children::Elements(list), _) => list.insert(at, Element { gap, value }),
            (Children::Members(_), None) => {}
            (Children::Members(_), Some(colon)) => {
                let name = self.piece(text::quote(&last));
                self.grow(name);
                self.grow(colon);
                if let Children::Members(members) = &mut self.containers[number].children {
                    members.push(Cow::Owned(last), gap, name, colon, value);
                }
            }
        }
        Ok(None)
    }

    fn remove(&mut self, path: &Pointer) -> Result<Cow<'a, str>, DocumentError> {
        let place = self.locate(path)?;
        let (Some((number, at)), Some((_, last))) = (place.parent, path.split_last()) else {
            return Err(DocumentError::RemoveRoot);
        };
        let old = self.text(place.value);
        let first = self.containers[number].first().map_or(EMPTY, |(gap, _)| gap);
        for (pieces, value) in self.containers[number].remove(at, &last) {
            pieces.into_iter().for_each(|piece| self.shrink(piece));
            if value == place.value {
                self.size.remove(&old);
            } else {
                let text = self.text(value);
                self.size.remove(&text);
            }
        }
        if self.containers[number].len() > 0 {
            self.set_first_gap(number, first);
        } else {
            self.set_tail(number, EMPTY);
        }
        Ok(old)
    }

    /// The value at a pointer. Opens the containers that it is in.
    fn locate(&mut self, pointer: &Pointer) -> Result<Place, DocumentError> {
        let mut place = Place { value: self.root, parent: None };
        let mut found = Pointer::default();
        for token in pointer.tokens() {
            steps::count();
            let container = self.open(place);
            let at = container.and_then(|container| self.containers[container].position(&token));
            let value = container.zip(at).and_then(|(container, at)| self.containers[container].value(at));
            let Some(value) = value else { return Err(self.not_found(pointer, &found, place.value, &token)) };
            place = Place { value, parent: container.zip(at) };
            found.push_name(&token);
        }
        Ok(place)
    }

    /// The number of the container at a place, opened if it is not yet; `None` for a scalar.
    fn open(&mut self, place: Place) -> Option<usize> {
        if let Some(container) = place.value.container() {
            return Some(container);
        }
        let number = place.value.tree as usize;
        let container = Container::of(number, self.trees[number], place.value.id)?;
        self.containers.push(container);
        let open = self.containers.len() - 1;
        match place.parent {
            Some((parent, at)) => self.containers[parent].set_value(at, Value::open(open)),
            None => self.root = Value::open(open),
        }
        Some(open)
    }

    /// The white space before a new child at this position, with its comma. A container without children gets that before
    /// its closing bracket too.
    fn gap(&mut self, place: Place, number: usize, at: usize) -> Piece {
        let container = &self.containers[number];
        let (Some((first, colon)), Some((last, _))) = (container.first(), container.last()) else {
            let (first, last) = self.inner_lines(place).unwrap_or_default();
            let (first, last) = (self.piece(first), self.piece(last));
            self.set_tail(number, last);
            return first;
        };
        match container.len() {
            _ if at == 0 => first,
            1 => {
                let gap = splice::second_gap(self.read(first), colon.map(|colon| self.read(colon)));
                self.piece(gap)
            }
            _ => last,
        }
    }

    /// As `inner_lines` of `splice`: a line feed between the container and what stands before it begins its line.
    fn inner_lines(&self, place: Place) -> Option<(String, String)> {
        let (parent, at) = place.parent?;
        let (gap, colon) = match &self.containers[parent].children {
            Children::Elements(list) => (list.get(at)?.gap, None),
            Children::Members(members) => members.get(at).map(|member| (member.gap, Some(member.colon)))?,
        };
        let colon = colon.map_or("", |colon| self.read(colon));
        let line = match colon.rfind('\n') {
            // The colon is on the line of the container.
            Some(newline) if colon[newline..].contains(':') => return None,
            Some(newline) => &colon[newline + 1..],
            None => {
                let gap = self.read(gap);
                &gap[gap.rfind('\n')? + 1..]
            }
        };
        let indent = Some(line).filter(|line| line.bytes().all(|byte| matches!(byte, b' ' | b'\t')))?;
        let (unit, _) = self.containers[self.root.container()?].first()?;
        let unit = self.read(unit);
        let unit = &unit[unit.rfind('\n')? + 1..];
        let end = if self.size.returns > 0 { "\r\n" } else { "\n" };
        Some((format!("{end}{indent}{unit}"), format!("{end}{indent}")))
    }

    /// The colon of a new member, as `colon` of `splice` finds it.
    fn colon(&mut self, number: usize) -> Piece {
        if let Some((_, Some(colon))) = self.containers[number].last() {
            return colon;
        }
        let mut left = splice::MODELS;
        // Open arrays, with the position of the next element.
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut next = Some(self.root);
        while let Some(value) = next.take().filter(|_| left > 0) {
            steps::count();
            if let Some(container) = value.container() {
                left -= 1;
                match (self.containers[container].first(), self.containers[container].kind()) {
                    (Some((_, Some(colon))), _) => return colon,
                    (_, ValueKind::Array) => open.push((container, 0)),
                    _ => {}
                }
            } else {
                let tree = self.trees[value.tree as usize];
                if let Some(name) = splice::first_name(tree, value.id, left) {
                    let (start, end) = (tree.end(name) as u32, tree.start(name + 1) as u32);
                    return Piece { tree: value.tree, start, end };
                }
                left = left.saturating_sub(tree.next(value.id) - value.id);
            }
            while let Some((container, at)) = open.last_mut() {
                next = self.containers[*container].value(*at);
                if next.is_some() {
                    *at += 1;
                    break;
                }
                open.pop();
            }
        }
        self.piece(splice::default_colon(self.size.lines > 0).to_owned())
    }

    fn set_first_gap(&mut self, number: usize, gap: Piece) {
        if let Some((old, _)) = self.containers[number].first() {
            self.grow(gap);
            self.shrink(old);
            self.containers[number].set_first_gap(gap);
        }
    }

    fn set_tail(&mut self, number: usize, tail: Piece) {
        self.grow(tail);
        self.shrink(self.containers[number].tail);
        self.containers[number].tail = tail;
    }

    fn write(&self, value: Value, out: &mut String) {
        // What is still to be written, the next one last.
        enum Part {
            Piece(Piece),
            Value(Value),
            Text(char),
        }
        let mut parts = vec![Part::Value(value)];
        while let Some(part) = parts.pop() {
            steps::count();
            match part {
                Part::Piece(piece) => out.push_str(self.read(piece)),
                Part::Text(bracket) => out.push(bracket),
                Part::Value(value) => match value.container() {
                    None => out.push_str(self.trees[value.tree as usize].span(value.id)),
                    Some(container) => {
                        let container = &self.containers[container];
                        let array = container.kind() == ValueKind::Array;
                        out.push(if array { '[' } else { '{' });
                        parts.push(Part::Text(if array { ']' } else { '}' }));
                        parts.push(Part::Piece(container.tail));
                        for (before, value) in container.parts().into_iter().rev() {
                            parts.push(Part::Value(value));
                            parts.extend(before.into_iter().flatten().rev().map(Part::Piece));
                        }
                    }
                },
            }
        }
    }

    fn read(&self, piece: Piece) -> &str {
        match self.trees.get(piece.tree as usize) {
            Some(tree) => &tree.text[piece.start as usize..piece.end as usize],
            None => &self.made[piece.start as usize],
        }
    }

    /// The piece for a text that is in no tree.
    fn piece(&mut self, text: String) -> Piece {
        self.made.push(text);
        Piece { tree: NONE, start: self.made.len() as u32 - 1, end: 0 }
    }

    fn grow(&mut self, piece: Piece) {
        let mut size = self.size;
        size.add(self.read(piece));
        self.size = size;
    }

    fn shrink(&mut self, piece: Piece) {
        let mut size = self.size;
        size.remove(self.read(piece));
        self.size = size;
    }

    fn kind(&self, value: Value) -> ValueKind {
        match value.container() {
            Some(container) => self.containers[container].kind(),
            None => self.trees[value.tree as usize].kind(value.id),
        }
    }

    fn not_found(&self, pointer: &Pointer, found: &Pointer, value: Value, token: &[u8]) -> DocumentError {
        let count = match value.container() {
            Some(container) => self.containers[container].len(),
            None => self.trees[value.tree as usize].count(value.id),
        };
        let reason = missing(self.kind(value), count, token);
        DocumentError::NotFound { pointer: pointer.to_string(), found: found.to_string(), reason }
    }
}
