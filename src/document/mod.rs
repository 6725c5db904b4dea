//! Documents of the service, without loss: text in, text out.
//!
//! The bytes that came are the truth. A document is never printed again from a model; a change is cut into its text
//! and every other byte stays: white space, order, spelling of numbers and escapes, duplicate names, halves of
//! surrogate pairs, any depth. Everything here is a pure function without clock or network, nothing recurses, and no
//! input panics.
//!
//! | file | its idea |
//! |---|---|
//! | `parse` | text to a flat tree of spans |
//! | `error` | what is wrong with a text, where |
//! | `text`, `number` | equality of strings and numbers behind their spelling |
//! | `pointer` | [`get`]: RFC 6901 |
//! | `splice` | cutting changes into a text, in the style of the neighbours |
//! | `edit` | [`set`], [`remove`] |
//! | `format`, `comments`, `inspect` | white space, comments, a description |

mod comments;
mod edit;
mod error;
mod format;
mod inspect;
#[allow(dead_code)] // The merge brings their callers.
mod number;
#[allow(dead_code)]
mod parse;
#[allow(dead_code)]
mod pointer;
mod splice;
#[allow(dead_code)]
mod text;

pub use comments::blank_comments;
pub use edit::{remove, set};
pub use error::{DocumentError, Problem, SyntaxError};
pub use format::{Style, format};
pub use inspect::{Inspection, LISTED_PLACES, Places, inspect};
pub use parse::{Kind, MAX_BYTES};
pub use pointer::{Pointer, get};

/// Whether a text is a JSON document, and of what kind.
///
/// # Errors
/// It is not JSON.
pub fn check(document: &str) -> Result<Kind, SyntaxError> {
    parse::parse(document).map(|tree| tree.kind(parse::ROOT))
}
