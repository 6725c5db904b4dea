//! Finds names that differ from known ones in letter case.

use super::error::SyntaxError;
use super::parse::parse;
use super::pointer::{Pointer, below};
use super::text;
use super::tree::{Id, ROOT, Tree, ValueKind};

/// The names of a document that differ in letter case only from a known one of the same object, each with its pointer and
/// the known name, in the order of `known`.
///
/// `known` has the names of objects by the path of the object; `*` stands for any member or element.
///
/// # Errors
/// The document is not JSON.
///
/// # Examples
/// ```
/// use storeship::document::respelled;
/// let known: [(&str, &[&str]); 2] = [("", &["pricing"]), ("/listings/*", &["title"])];
/// let found = respelled(r#"{"Pricing": {}, "listings": {"en": {"Title": "", "title": ""}}}"#, &known)?;
/// let found: Vec<_> = found.iter().map(|(pointer, name)| (pointer.to_string(), *name)).collect();
/// assert_eq!(found, [("/Pricing".to_owned(), "pricing"), ("/listings/en/Title".to_owned(), "title")]);
/// # Ok::<(), storeship::document::SyntaxError>(())
/// ```
pub fn respelled<'k>(document: &str, known: &[(&str, &[&'k str])]) -> Result<Vec<(Pointer, &'k str)>, SyntaxError> {
    let tree = parse(document)?;
    let mut found = Vec::new();
    for (path, names) in known {
        for object in objects(&tree, path) {
            for name in tree.names(object) {
                let text = text::unescape(&tree, name);
                let respelled =
                    |known: &&str| text.eq_ignore_ascii_case(known.as_bytes()) && *text != *known.as_bytes();
                if let Some(known) = names.iter().find(|known| respelled(known)) {
                    let mut pointer = Pointer::default();
                    below(&tree, ROOT, object, &mut pointer);
                    pointer.push_name(&text);
                    found.push((pointer, *known));
                }
            }
        }
    }
    Ok(found)
}

/// The objects at a path; several where it has a `*`, or where a name is there twice.
fn objects(tree: &Tree<'_>, path: &str) -> Vec<Id> {
    let mut places = vec![ROOT];
    for step in path.split('/').skip(1) {
        let mut next = Vec::new();
        for place in places {
            match tree.kind(place) {
                ValueKind::Object => {
                    let named = |&name: &Id| step == "*" || *text::unescape(tree, name) == *step.as_bytes();
                    next.extend(tree.names(place).filter(named).map(|name| name + 1));
                }
                ValueKind::Array if step == "*" => next.extend(tree.elements(place)),
                _ => {}
            }
        }
        places = next;
    }
    places.retain(|&place| tree.kind(place) == ValueKind::Object);
    places
}
