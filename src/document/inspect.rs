//! Describes a document and finds what is unusual in it.

use std::collections::{HashMap, HashSet};

use super::error::SyntaxError;
use super::parse::parse;
use super::pointer::Pointer;
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// The most pointers that [`Places`] lists; further places are only counted.
pub const LISTED_PLACES: usize = 100;
/// The most bytes that the listed pointers have together: the pointer to a place a million levels deep is long.
const LISTED_BYTES: usize = 1024 * 1024;

/// The description of a document: its size, and what other JSON tools lose or refuse.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inspection {
    /// Size of the text in bytes.
    pub bytes: usize,
    /// Whether it begins with a byte order mark.
    pub byte_order_mark: bool,
    /// The deepest nesting of objects and arrays: 0 for a scalar, 1 for `[]`.
    pub depth: usize,
    /// Number of objects.
    pub objects: usize,
    /// Number of arrays.
    pub arrays: usize,
    /// Number of members of all objects.
    pub members: usize,
    /// Number of strings, names of members not counted.
    pub strings: usize,
    /// Number of numbers.
    pub numbers: usize,
    /// Number of `true` and `false`.
    pub booleans: usize,
    /// Number of `null`.
    pub nulls: usize,
    /// Names that occurred before in the same object, once for each repetition.
    pub duplicate_names: Places,
    /// Names that differ only in case from an earlier one in the same object.
    pub case_twins: Places,
    /// Strings and names with a lone surrogate, half of a UTF-16 surrogate pair.
    pub lone_surrogates: Places,
}

/// The places of one finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Number of places.
    pub count: usize,
    /// Pointers to the first [`LISTED_PLACES`] places, in document order; fewer if they are very long.
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

/// Describes a document.
///
/// # Errors
/// The text is not JSON.
///
/// # Examples
/// ```
/// use storeship::document::inspect;
/// let found = inspect(r#"{"a": [1, {}], "A": 2, "a": 3}"#)?;
/// assert_eq!((found.depth, found.members, found.numbers), (3, 3, 3));
/// assert_eq!(found.duplicate_names.first[0].to_string(), "/a");
/// assert_eq!(found.case_twins.first[0].to_string(), "/A");
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn inspect(document: &str) -> Result<Inspection, SyntaxError> {
    let tree = parse(document)?;
    let mut found = Inspection { bytes: document.len(), byte_order_mark: tree.bom, ..Inspection::default() };
    let mut pointer = Pointer::default();
    let mut open: Vec<OpenContainer> = Vec::new();
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
            ValueKind::Null => found.nulls += 1,
            ValueKind::False | ValueKind::True => found.booleans += 1,
            ValueKind::Number => found.numbers += 1,
            ValueKind::String => {
                found.strings += 1;
                if tree.lone(at) {
                    found.lone_surrogates.add(&pointer);
                }
            }
            ValueKind::Array => found.arrays += 1,
            ValueKind::Object => {
                found.objects += 1;
                names(&tree, at, &mut pointer, &mut found);
            }
        }
        if tree.kind(at).is_container() {
            let object = tree.kind(at) == ValueKind::Object;
            open.push(OpenContainer { end: tree.next(at), object, index: 0, pointer: pointer.len() });
            found.depth = found.depth.max(open.len());
        }
        at += 1;
    }
    Ok(found)
}

/// A container whose children are being visited.
struct OpenContainer {
    /// The node after the container.
    end: Id,
    object: bool,
    /// The index of the next element of an array.
    index: usize,
    /// The length of the pointer to the container.
    pointer: usize,
}

/// Finds names of an object that are the same, or the same except for case.
fn names(tree: &Tree<'_>, object: Id, pointer: &mut Pointer, found: &mut Inspection) {
    if tree.count(object) < 2 {
        return;
    }
    let length = pointer.len();
    let mut seen: HashMap<Vec<u8>, HashSet<Vec<u8>>> = HashMap::new();
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
        spellings.insert(name);
    }
}
