//! Syntax errors inside the documents that a request holds. Their line and column are counted from the start of the
//! document, which the caller knows, and not from the start of the request, which a program wrote around it.

use crate::document::{self, Problem};
use crate::error::{Detail, Error};

use super::document_error::syntax_code;

/// The fields whose values are documents or parts of documents of the caller.
const DOCUMENTS: &[&str] =
    &["document", "baseline", "edited", "current", "submission", "body", "value", "notes", "operations"];

/// The error of a request whose text is not JSON, if the cause is inside a document.
pub(super) fn syntax_error(request: &str) -> Option<Error> {
    let offset = document::check(request).err()?.offset;
    let place = member_at(request, offset)?;
    let field = DOCUMENTS.iter().find(|name| **name == place.name)?;
    let document = request.get(place.start..)?.trim_start();
    let error = document::check(document).err()?;
    // The document may be complete before the error, which is then one of the request.
    let ended = if document.starts_with(['{', '[']) { place.depth < 2 } else { error.problem == Problem::AfterEnd };
    if ended || place.depth == 0 {
        return None;
    }
    let message = format!("`{field}` is not valid JSON: {error}");
    Some(Error::new(syntax_code(&error), message).detail(Detail::at(format!("/{field}"), error.to_string())))
}

/// Where in a request an offset lies.
struct Place<'a> {
    /// The name of the member of the request.
    name: &'a str,
    /// The offset after the colon.
    start: usize,
    /// The number of objects and arrays that are open; 1 is the request itself.
    depth: usize,
}

/// Finds the member of the request that contains the offset, or that ends directly before it.
fn member_at(request: &str, offset: usize) -> Option<Place<'_>> {
    let mut depth = 0_usize;
    let mut string = None;
    let mut escaped = false;
    let (mut name, mut value) = (None, None);
    for (at, byte) in request.bytes().enumerate().take(offset) {
        if let Some(start) = string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    string = None;
                    if depth == 1 && value.is_none() {
                        name = request.get(start..at);
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => string = Some(at + 1),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' if depth == 1 => value = Some(at + 1),
            b',' if depth == 1 => (name, value) = (None, None),
            _ => {}
        }
    }
    Some(Place { name: name?, start: value?, depth })
}
