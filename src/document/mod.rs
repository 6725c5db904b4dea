//! Documents of the service, without loss: text in, text out.
//!
//! The bytes that came are the truth. A document is never printed again from a model; a change is cut into its text
//! and every other byte stays: white space, order, spelling of numbers and escapes, duplicate names, halves of
//! surrogate pairs, any depth. Everything here is a pure function without clock or network, nothing recurses, and no
//! input panics.
//!
//! | file | its idea |
//! |---|---|
//! | `parse`, `tree` | text to a flat tree of spans |
//! | `error` | what is wrong with a text, where |
//! | `text`, `number` | equality of strings and numbers behind their spelling |
//! | `pointer` | [`get`]: RFC 6901 |
//! | `splice` | cutting changes into a text, in the style of the neighbours |
//! | `edit` | [`set`], [`remove`] |
//! | `format`, `comments`, `inspect` | white space, comments, a description |
//! | `patch` | [`patch`]: RFC 6902 |
//! | `merge` | [`merge`]: an edited document back into its baseline; the order of the steps |
//! | `equal`, `members`, `instant`, `hash` | when two values are the same, exactly and at a glance |
//! | `align`, `diff`, `trail` | which element is which, what differs, and where |
//! | `render`, `rebase` | differences to text and edits; edits to a document that moved on |
//! | `guard`, `watch`, `damage` | the guards K1 to K11: their names, when they trip, what damage looks like |
//! | `printed` | what PowerShell prints for a container |
//! | `notes`, `report` | what goes into a merge besides text, and what comes out |
//!
//! The rules M1 to M9 of the merge, in short. Members are matched by exact name, removed with one comma, appended in
//! the style of the object (M1). Strings are equal by code units, numbers as exact decimals, and as the double that
//! .NET makes of digits that none can hold (M2). Equal keeps the old
//! bytes, different takes the new ones (M3). A string noted as a date is equal when the time is (M4). Of duplicate
//! names the last is edited, all are removed (M5). A single value for an array is the array of it, a command without
//! output the empty array (M6). Elements: common start and end, then by position, else the longest common subsequence
//! and keys (M7). A fresher copy takes the edits unless it changed there too (M8). The body is read again and compared
//! before it is handed out (M9).

mod comments;
mod edit;
mod equal;
mod error;
mod format;
mod inspect;
mod instant;
mod members;
mod merge;
mod number;
mod parse;
mod patch;
mod pointer;
mod splice;
mod text;
mod tree;

pub use comments::blank_comments;
pub use edit::{remove, set};
pub use equal::equal;
pub use error::{DocumentError, Problem, SyntaxError};
pub use format::{Style, format};
pub use inspect::{Inspection, LISTED_PLACES, Places, inspect};
pub use merge::{
    Conflict, Edit, GUARDS, Guard, MergeError, MergeOptions, Merged, Note, Notes, Operation, Remark, RemarkKind, Trip,
    UnknownGuard, edits_to_json, merge,
};
pub use patch::patch;
pub use pointer::{Pointer, get};
pub use tree::{Kind, MAX_BYTES};

/// Whether a text is a JSON document, and of what kind.
///
/// # Errors
/// It is not JSON.
pub fn check(document: &str) -> Result<Kind, SyntaxError> {
    parse::parse(document).map(|tree| tree.kind(tree::ROOT))
}
