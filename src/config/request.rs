//! Reads our own JSON, requests and configurations, strictly: a name that is not known is refused with its place.

use serde::de::{Deserialize, Deserializer};
use serde_json::error::Category;

use crate::error::{Detail, Error, Result, codes};

/// Reads a request; the message of a refusal names the field by its path and the place in the text.
///
/// # Errors
/// `request.syntax`, `request.unknown_field`, `request.missing_field`, `request.invalid`.
pub fn parse<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    if json.trim_start().starts_with('[') {
        // serde would take the fields by position.
        let message = "the request is an array, and must be an object";
        return Err(Error::new(&codes::REQUEST_INVALID, message).detail(Detail::at("", message)));
    }
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let value = deserialize(&mut deserializer)?;
    deserializer.end().map_err(|error| refusal("", &error))?;
    Ok(value)
}

/// The same from something that was taken apart already.
///
/// # Errors
/// As [`parse`].
pub fn deserialize<'de, T: Deserialize<'de>>(
    deserializer: impl Deserializer<'de, Error = serde_json::Error>,
) -> Result<T> {
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        let pointer = pointer(error.path());
        refusal(&pointer, &error.into_inner())
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Unknown => {}
        }
    }
    pointer
}

fn refusal(pointer: &str, error: &serde_json::Error) -> Error {
    let text = unquoted(error);
    let code = match error.classify() {
        Category::Data if text.starts_with("unknown field") => &codes::REQUEST_UNKNOWN_FIELD,
        Category::Data if text.starts_with("missing field") => &codes::REQUEST_MISSING_FIELD,
        Category::Data => &codes::REQUEST_INVALID,
        _ => &codes::REQUEST_SYNTAX,
    };
    let place = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
    Error::new(code, format!("the request can't be read{place}: {text}")).detail(Detail::at(pointer, text))
}

/// What is wrong with a JSON text, without its values: serde quotes those of a wrong type (`invalid type: string "…"`),
/// and a secret may stand there.
pub fn unquoted(error: &serde_json::Error) -> String {
    without_values(&error.to_string())
}

fn without_values(text: &str) -> String {
    let mut cut = String::with_capacity(text.len());
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars() {
        if quoted {
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    quoted = false;
                    cut.push_str("…\"");
                }
                _ => escaped = false,
            }
        } else {
            quoted = c == '"';
            cut.push(c);
        }
    }
    cut
}
