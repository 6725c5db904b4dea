//! JSON Pointers (RFC 6901): parses, writes and resolves them.

use std::borrow::Cow;
use std::fmt;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::error::{DocumentError, SyntaxError};
use super::parse::parse;
use super::steps;
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// All values that a reader may take which ignores the letter case of names, as the service does, at a path of names
/// through objects: each with its pointer, and `None` where the last name is missing.
///
/// # Errors
/// The document is not JSON.
///
/// # Examples
/// ```
/// use storeship::document::get_ignoring_case;
/// let found = get_ignoring_case(r#"{"Pricing": {"PriceId": "Free"}}"#, &["pricing", "priceId"])?;
/// assert_eq!(found[0].0.to_string(), "/Pricing/PriceId");
/// assert_eq!(found[0].1, Some("\"Free\""));
/// assert_eq!(get_ignoring_case("{}", &["pricing", "priceId"])?[0].1, None);
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn get_ignoring_case<'t>(document: &'t str, path: &[&str]) -> Result<Vec<(Pointer, Option<&'t str>)>, SyntaxError> {
    let tree = parse(document)?;
    let mut places = vec![(Pointer::default(), Some(ROOT))];
    for name in path {
        let mut next = Vec::new();
        for (pointer, place) in places {
            let object = place.filter(|&place| tree.kind(place) == ValueKind::Object);
            let names = object.into_iter().flat_map(|object| tree.names(object));
            let same = |&id: &Id| text::unescape(&tree, id).eq_ignore_ascii_case(name.as_bytes());
            let below = |name: &[u8]| {
                let mut pointer = pointer.clone();
                pointer.push_name(name);
                pointer
            };
            let before = next.len();
            next.extend(names.filter(same).map(|id| (below(&text::unescape(&tree, id)), Some(id + 1))));
            if next.len() == before {
                next.push((below(name.as_bytes()), None));
            }
        }
        places = next;
    }
    Ok(places.into_iter().map(|(pointer, place)| (pointer, place.map(|place| tree.span(place)))).collect())
}

/// A JSON Pointer (RFC 6901): a place in a document. Names are kept as UTF-16 code units, so a pointer can name a member
/// with a lone surrogate too.
///
/// # Examples
/// ```
/// use storeship::document::Pointer;
/// let pointer = Pointer::parse("/listings/en-us/a~1b")?;
/// assert_eq!(pointer.to_string(), "/listings/en-us/a~1b");
/// assert!(Pointer::parse("listings").is_err());
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Pointer(
    /// The text of the pointer, in the canonical form of the module `text`.
    Vec<u8>,
);

impl Pointer {
    /// Parses a pointer.
    ///
    /// # Errors
    /// [`DocumentError::PointerForm`] if the text is neither empty nor begins with `/`, or if a `~` is not followed by `0`
    /// or `1`.
    pub fn parse(pointer: &str) -> Result<Pointer, DocumentError> {
        Pointer::from_canonical(pointer.as_bytes().to_vec())
    }

    /// A name as it stands in a pointer, with `~` and `/` escaped.
    ///
    /// # Examples
    /// ```
    /// assert_eq!(storeship::document::Pointer::escaped("a/b~"), "a~1b~0");
    /// ```
    pub fn escaped(name: &str) -> String {
        name.replace('~', "~0").replace('/', "~1")
    }

    pub(super) fn from_canonical(canonical: Vec<u8>) -> Result<Pointer, DocumentError> {
        let tilde = |at: usize| matches!(canonical.get(at + 1), Some(b'0' | b'1'));
        let form = canonical.first().is_none_or(|&first| first == b'/')
            && canonical.iter().enumerate().all(|(at, &byte)| byte != b'~' || tilde(at));
        if form {
            Ok(Pointer(canonical))
        } else {
            Err(DocumentError::PointerForm { pointer: text::readable(&canonical).into_owned() })
        }
    }

    pub(super) fn push_name(&mut self, canonical: &[u8]) {
        self.0.push(b'/');
        for &byte in canonical {
            match byte {
                b'~' => self.0.extend_from_slice(b"~0"),
                b'/' => self.0.extend_from_slice(b"~1"),
                other => self.0.push(other),
            }
        }
    }

    pub(super) fn push_index(&mut self, index: usize) {
        self.0.extend_from_slice(format!("/{index}").as_bytes());
    }

    /// Appends a pointer that is seen from this place.
    pub(super) fn append(&mut self, below: &Pointer) {
        self.0.extend_from_slice(&below.0);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// The parts between the slashes, unescaped.
    pub(super) fn tokens(&self) -> impl Iterator<Item = Cow<'_, [u8]>> {
        self.0.split(|&byte| byte == b'/').skip(1).map(|token| {
            if !token.contains(&b'~') {
                return Cow::Borrowed(token);
            }
            let mut out = Vec::with_capacity(token.len());
            let mut bytes = token.iter();
            while let Some(&byte) = bytes.next() {
                out.push(match byte {
                    b'~' if bytes.next() == Some(&b'1') => b'/',
                    other => other,
                });
            }
            Cow::Owned(out)
        })
    }

    /// The pointer without its last part, and that part; `None` for the empty pointer.
    pub(super) fn split_last(&self) -> Option<(Pointer, Vec<u8>)> {
        let slash = self.0.iter().rposition(|&byte| byte == b'/')?;
        let last = self.tokens().last()?.into_owned();
        Some((Pointer(self.0[..slash].to_vec()), last))
    }

    /// Whether `self` is `other` or lies below it.
    pub(super) fn is_within(&self, other: &Pointer) -> bool {
        self.0.starts_with(&other.0) && matches!(self.0.get(other.0.len()), None | Some(b'/'))
    }

    /// The pointer as a JSON string, with its quotation marks. A lone surrogate is kept, as an escape.
    pub fn to_json(&self) -> String {
        text::quote(&self.0)
    }
}

impl fmt::Display for Pointer {
    /// Writes the text of the pointer. A lone surrogate in a name is written as its escape, `\ud800`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::escaped_halves(&self.0))
    }
}

impl Serialize for Pointer {
    /// Writes [`Pointer::to_json`].
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.to_json()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// The id of the name of the member with this name; of several, the last one.
pub(super) fn member(tree: &Tree<'_>, object: Id, name: &[u8]) -> Option<Id> {
    let mut found = None;
    for id in tree.names(object) {
        let same = if tree.escaped(id) { *text::unescape(tree, id) == *name } else { tree.raw(id).as_bytes() == name };
        if same {
            found = Some(id);
        }
    }
    found
}

/// Parses an array index of RFC 6901: digits without a leading zero.
pub(super) fn index(token: &[u8]) -> Option<usize> {
    if token.is_empty() || (token[0] == b'0' && token.len() > 1) || !token.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(token).ok()?.parse().ok()
}

/// The node at a pointer.
pub(super) fn locate(tree: &Tree<'_>, pointer: &Pointer) -> Result<Id, DocumentError> {
    let mut at = ROOT;
    let mut found = Pointer::default();
    for token in pointer.tokens() {
        let child = match tree.kind(at) {
            ValueKind::Object => {
                member(tree, at, &token).map(|name| name + 1).ok_or_else(|| missing(ValueKind::Object, 0, &token))
            }
            ValueKind::Array => {
                let element = index(&token).and_then(|index| tree.elements(at).nth(index));
                element.ok_or_else(|| missing(ValueKind::Array, tree.count(at), &token))
            }
            other => Err(missing(other, 0, &token)),
        };
        at = child.map_err(|reason| DocumentError::NotFound {
            pointer: pointer.to_string(),
            found: found.to_string(),
            reason,
        })?;
        found.push_name(&token);
    }
    Ok(at)
}

/// Why a value of this kind has no part called `token`, as the rest of a sentence. `count` is the length of an array.
pub(super) fn missing(kind: ValueKind, count: usize, token: &[u8]) -> String {
    match kind {
        ValueKind::Object => format!("but it has no member '{}'", text::readable(token)),
        ValueKind::Array if index(token).is_some() => format!("but it is an array with {count} elements"),
        ValueKind::Array => format!("but it is an array and '{}' is not an index", text::readable(token)),
        other => format!("but it is {} and has no parts", other.name()),
    }
}

/// Appends the path from `root` down to `id` to a pointer.
pub(super) fn below(tree: &Tree<'_>, root: Id, id: Id, pointer: &mut Pointer) {
    Descent::from(root).to(tree, id, pointer);
}

/// Finds the paths to places of a value. If each comes after the one before in the document, all of them together cost
/// one walk along the value.
pub(super) struct Descent {
    root: Id,
    /// The open containers, each with its next child and the index of that.
    open: Vec<(Id, Id, usize)>,
}

impl Descent {
    pub(super) fn from(root: Id) -> Descent {
        Descent { root, open: Vec::new() }
    }

    /// Appends the path from the root down to `id` to a pointer.
    pub(super) fn to(&mut self, tree: &Tree<'_>, id: Id, pointer: &mut Pointer) {
        while self.open.last().is_some_and(|&(container, child, _)| id < child || id >= tree.next(container)) {
            self.open.pop();
        }
        let mut at = self.open.last().map_or(self.root, |&(container, ..)| container);
        while at != id && id < tree.next(at) && tree.kind(at).is_container() {
            if self.open.last().is_none_or(|&(container, ..)| container != at) {
                self.open.push((at, at + 1, 0));
            }
            let Some((_, child, index)) = self.open.last_mut() else { break };
            let object = tree.kind(at) == ValueKind::Object;
            let value = |child: Id| if object { child + 1 } else { child };
            while id >= tree.next(value(*child)) {
                steps::count();
                *child = tree.next(value(*child));
                *index += 1;
            }
            at = value(*child);
        }
        for &(container, child, index) in &self.open {
            match tree.kind(container) {
                ValueKind::Object => pointer.push_name(&text::unescape(tree, child)),
                _ => pointer.push_index(index),
            }
        }
    }
}
