//! Parses XML into a small tree, as far as manifests and listings need it.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{NamespaceError, ResolveResult};
use quick_xml::reader::NsReader;

use super::limits::{Limits, shown};

/// The deepest nesting that is accepted. A manifest has a few levels; a forged one could overflow the stack when the tree
/// is dropped.
const DEEPEST: usize = 100;
/// The most attributes of an element. Each is compared with those before it.
const MOST_ATTRIBUTES: usize = 200;

/// An element. Its name and those of its attributes have no prefix.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    /// Empty if the element has no namespace.
    pub(super) namespace: String,
    attributes: Vec<(String, String)>,
    children: Vec<Element>,
    text: String,
}

impl Element {
    /// The value of an attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The elements in it, in their order.
    pub(super) fn children(&self) -> &[Element] {
        &self.children
    }

    /// The first child with this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The children of the first child with this name, which is a list such as `<Resources>` or `<Packages>`.
    pub(crate) fn list(&self, name: &str) -> &[Element] {
        self.child(name).map_or(&[], |child| &child.children)
    }

    /// The text of the first child with this name, trimmed; `None` if there is none or it is blank.
    pub(crate) fn child_text(&self, name: &str) -> Option<String> {
        let text = self.child(name)?.trimmed();
        (!text.is_empty()).then_some(text)
    }

    /// The text, trimmed.
    pub(crate) fn trimmed(&self) -> String {
        self.text.trim().to_owned()
    }
}

/// Parses a document that is not a part of a package.
pub(crate) fn document(bytes: &[u8]) -> Result<Element, String> {
    parse(bytes, &Limits::new())
}

/// Parses a whole document. The error is the rest of a sentence: `it has no element`.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Result<Element, String> {
    let text = text(bytes, Cut::No)?;
    let mut reader = reader(&text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let (namespace, event) = next(&mut reader)?;
        match event {
            Event::Start(start) => {
                if open.len() >= DEEPEST || !limits.element() {
                    return Err("it has too many elements".to_owned());
                }
                check_attributes(&start)?;
                if open.is_empty() && root.is_some() {
                    return Err("it has more than one root element".to_owned());
                }
                open.push(element(&start, namespace)?);
            }
            Event::End(_) => {
                // The reader has checked that the tags match.
                let Some(done) = open.pop() else { continue };
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => root = Some(done),
                }
            }
            Event::Text(text) => {
                if let Some(parent) = open.last_mut() {
                    parent.text.push_str(&text.xml10_content());
                }
            }
            Event::CData(text) => {
                if let Some(parent) = open.last_mut() {
                    parent.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                let character = match entity.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&entity.xml10_content())
                        .ok_or("it uses an unknown entity")?
                        .to_owned(),
                };
                if let Some(parent) = open.last_mut() {
                    parent.text.push_str(&character);
                }
            }
            Event::DocType(_) => return Err("it has a document type declaration".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() {
        return Err("it ends before its root element does".to_owned());
    }
    root.ok_or_else(|| "it has no element".to_owned())
}

/// The first `count` elements of a document that may be cut off, in document order and without their children.
pub(super) fn first_elements(bytes: &[u8], count: usize) -> Result<Vec<Element>, String> {
    let text = text(bytes, Cut::Perhaps)?;
    let mut reader = reader(&text);
    let mut found = Vec::new();
    while found.len() < count {
        let (namespace, event) = next(&mut reader)?;
        match event {
            Event::Start(start) => {
                check_attributes(&start)?;
                found.push(element(&start, namespace)?);
            }
            Event::DocType(_) => return Err("it has a document type declaration".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(found)
}

/// Whether the end of a document may be missing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    No,
    Perhaps,
}

/// The text of a document in UTF-8, or in UTF-16 with a byte order mark, which every reader of XML takes. A document that
/// is cut off may end inside a character.
fn text(bytes: &[u8], cut: Cut) -> Result<Cow<'_, str>, String> {
    let units: fn([u8; 2]) -> u16 = match bytes {
        [0xFF, 0xFE, ..] => u16::from_le_bytes,
        [0xFE, 0xFF, ..] => u16::from_be_bytes,
        _ => {
            return match std::str::from_utf8(bytes) {
                Ok(text) => Ok(Cow::Borrowed(text.trim_start_matches('\u{feff}'))),
                Err(error) if cut == Cut::Perhaps && error.error_len().is_none() => {
                    text(&bytes[..error.valid_up_to()], cut)
                }
                Err(_) => Err("it is neither UTF-8 nor UTF-16 with a byte order mark".to_owned()),
            };
        }
    };
    let (pairs, rest) = bytes[2..].as_chunks::<2>();
    let broken = || "it is damaged UTF-16".to_owned();
    if !rest.is_empty() && cut == Cut::No {
        return Err(broken());
    }
    let mut text = String::with_capacity(bytes.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| units(*pair))) {
        match decoded {
            Ok(character) => text.push(character),
            Err(_) if cut == Cut::Perhaps => break,
            Err(_) => return Err(broken()),
        }
    }
    Ok(Cow::Owned(text))
}

fn reader(text: &str) -> NsReader<&[u8]> {
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    reader
}

fn next<'a>(reader: &mut NsReader<&'a [u8]>) -> Result<(String, Event<'a>), String> {
    let (namespace, event) = reader.read_resolved_event().map_err(|error| match error {
        // The reader has a limit, and its message names a function that raises it.
        quick_xml::Error::Namespace(NamespaceError::TooManyBindings(limit)) => {
            format!("it has too many namespaces: more than {limit} at one place")
        }
        error => error.to_string(),
    })?;
    let namespace = match namespace {
        ResolveResult::Bound(namespace) => namespace.0.to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => {
            return Err(format!("the prefix {:?} has no namespace", shown(&format!("{prefix:?}"))));
        }
    };
    Ok((namespace, event))
}

/// Fails if the element has too many attributes.
fn check_attributes(start: &BytesStart<'_>) -> Result<(), String> {
    match start.attributes().with_checks(false).nth(MOST_ATTRIBUTES) {
        Some(_) => Err(format!("an element has more than {MOST_ATTRIBUTES} attributes")),
        None => Ok(()),
    }
}

fn element(start: &BytesStart<'_>, namespace: String) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value =
            attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.local_name().as_ref().to_owned(), namespace, attributes, ..Element::default() })
}
