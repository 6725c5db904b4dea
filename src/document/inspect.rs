//! What is unusual about a document.

use std::collections::HashMap;

use super::error::SyntaxError;
use super::parse::parse;
use super::pointer::Pointer;
use super::text;
use super::tree::{Id, Kind, ROOT, Tree};

/// Pointers are listed for the first places of a kind; all are counted.
pub const LISTED_PLACES: usize = 100;
/// And no more text than this, since a place may be a million levels deep.
const LISTED_BYTES: usize = 1024 * 1024;

/// The shape of a document and the things in it that other JSON tools lose or refuse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// Size of the text in bytes.
    pub bytes: usize,
    /// Whether it begins with a byte order mark.
    pub byte_order_mark: bool,
    /// Containers around the innermost value; 0 for a scalar, 1 for `[]`.
    pub depth: usize,
    /// Number of objects.
    pub objects: usize,
    /// Number of arrays.
    pub arrays: usize,
    /// Number of members of all objects.
    pub members: usize,
    /// Number of strings that are values.
    pub strings: usize,
    /// Number of numbers.
    pub numbers: usize,
    /// Number of `true` and `false`.
    pub booleans: usize,
    /// Number of `null`.
    pub nulls: usize,
    /// Names that occur again in the same object, once for each repetition.
    pub duplicate_names: Places,
    /// Names that differ only in case from an earlier one in the same object.
    pub case_twins: Places,
    /// Strings and names with half a surrogate pair.
    pub lone_surrogates: Places,
}

/// Places of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// How many there are.
    pub count: usize,
    /// Pointers to the first ones, in document order.
    pub first: Vec<Pointer>,
    bytes: usize,
}

impl Places {
    fn add(&mut self, pointer: &Pointer) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(pointer.len());
        if self.first.len() < LISTED_PLACES && self.bytes <= LISTED_BYTES {
            self.first.push(pointer.clone());
        }
    }
}

/// Reads a document and describes it.
///
/// # Errors
/// The text is not JSON.
pub fn inspect(document: &str) -> Result<Inspection, SyntaxError> {
    let tree = parse(document)?;
    let mut found = Inspection { bytes: document.len(), byte_order_mark: tree.bom, ..Inspection::default() };
    let mut pointer = Pointer::default();
    let mut open: Vec<Open> = Vec::new();
    let mut at = ROOT;
    while at < tree.len() {
        while open.last().is_some_and(|container| container.end <= at) {
            open.pop();
        }
        if let Some(container) = open.last_mut() {
            pointer.truncate(container.pointer);
            if container.object {
                pointer.push_name(&text::unescape(&tree, at));
                if tree.lone(at) {
                    found.lone_surrogates.add(&pointer);
                }
                found.members += 1;
                at += 1;
            } else {
                pointer.push_index(container.index);
                container.index += 1;
            }
        }
        match tree.kind(at) {
            Kind::Null => found.nulls += 1,
            Kind::False | Kind::True => found.booleans += 1,
            Kind::Number => found.numbers += 1,
            Kind::String => {
                found.strings += 1;
                if tree.lone(at) {
                    found.lone_surrogates.add(&pointer);
                }
            }
            Kind::Array => found.arrays += 1,
            Kind::Object => {
                found.objects += 1;
                names(&tree, at, &mut pointer, &mut found);
            }
        }
        if tree.kind(at).is_container() {
            let object = tree.kind(at) == Kind::Object;
            open.push(Open { end: tree.next(at), object, index: 0, pointer: pointer.len() });
            found.depth = found.depth.max(open.len());
        }
        at += 1;
    }
    Ok(found)
}

struct Open {
    end: Id,
    object: bool,
    /// Of the next element.
    index: usize,
    /// Length of the container's own pointer.
    pointer: usize,
}

/// Looks for names of one object that are the same, or the same but for case.
fn names(tree: &Tree<'_>, object: Id, pointer: &mut Pointer, found: &mut Inspection) {
    if tree.count(object) < 2 {
        return;
    }
    let length = pointer.len();
    let mut seen: HashMap<Vec<u8>, Vec<Vec<u8>>> = HashMap::new();
    for id in tree.names(object) {
        let name = text::unescape(tree, id).into_owned();
        let spellings = seen.entry(text::fold(&name)).or_default();
        if !spellings.is_empty() {
            pointer.push_name(&name);
            if spellings.contains(&name) {
                found.duplicate_names.add(pointer);
                pointer.truncate(length);
                continue;
            }
            found.case_twins.add(pointer);
            pointer.truncate(length);
        }
        spellings.push(name);
    }
}
