//! Reads and edits JSON documents as text, without loss.
//!
//! A document is never parsed into a model and printed again. A change is cut into the text that the service sent, and
//! every other byte stays as it is: white space, the order of members, the spelling of numbers and escapes, duplicate
//! names, lone surrogates, nesting of any depth. All functions are pure: they use no clock and no
//! network. None of them recurses, so deep documents cost no stack, and no input makes them panic.
//!
//! | file | what it does |
//! |---|---|
//! | `parse`, `tree` | parse a text into a flat tree of spans |
//! | `error` | syntax errors with their line and column; errors of the functions below |
//! | `shown` | values in messages |
//! | `text`, `number`, `instant` | compare strings, numbers and times regardless of their spelling |
//! | `equal`, `members` | compare values; find the members of an object by name |
//! | `pointer` | JSON Pointer (RFC 6901) |
//! | `children` | [`members()`], [`elements`]: go through a document step by step |
//! | `splice` | cuts changes into a text, in the style of the text around them |
//! | `edit` | [`set`], [`remove`] |
//! | `edits` | [`Edit`]: one change, as JSON and made in a text |
//! | `editor`, `opened`, `sequence`, `size` | many changes in one text, each in the time that the change alone takes |
//! | `view` | [`Viewed`]: values with their places in the text; [`get`] |
//! | `steps` | counts steps for the tests of what a function costs |
//! | `patch` | [`patch()`]: JSON Patch (RFC 6902); [`apply_edits`] |
//! | `names`, [`values`] | [`respelled`]: names that differ from known ones in letter case; the values of enumerations |
//! | `format`, `comments`, `inspect` | [`format()`], [`blank_comments`], [`inspect()`] |
//! | `merge/` | [`merge()`]: merges an edited copy back into the text it came from |
//!
//! No other file here imports anything of `merge/`. Its public names are exported here too.

mod children;
mod comments;
mod edit;
mod editor;
mod edits;
mod equal;
mod error;
mod format;
mod inspect;
mod instant;
mod members;
mod merge;
mod names;
mod number;
mod opened;
mod parse;
mod patch;
mod pointer;
mod sequence;
mod shown;
mod size;
mod splice;
pub(crate) mod steps;
mod text;
mod tree;
pub mod values;
mod view;

pub use children::{elements, members};
pub use comments::blank_comments;
pub use edit::{remove, set};
pub use edits::{Edit, EditOp, edits_to_json};
pub use equal::equal;
pub use error::{DocumentError, Problem, SyntaxError};
pub use format::{Style, format};
pub use inspect::{Inspection, LISTED_PLACES, Places, inspect};
pub use merge::{
    Conflict, GUARDS, Guard, MergeError, MergeOptions, MergeOutcome, Note, Notes, Remark, RemarkKind, Trip,
    UnknownGuard, merge,
};
pub use names::respelled;
pub use patch::{apply_edits, patch, patch_with_edits};
pub use pointer::{Pointer, get_ignoring_case};
pub use tree::{MAX_BYTES, ValueKind};
pub use view::{View, Viewed, get};

/// Checks that a text is JSON, and returns the kind of its value.
///
/// A byte order mark at the start is allowed.
///
/// # Errors
/// The text is not JSON by RFC 8259, or is larger than [`MAX_BYTES`].
///
/// # Examples
/// ```
/// use storeship::document::{ValueKind, check};
/// assert_eq!(check(" [1]"), Ok(ValueKind::Array));
/// let error = check("[1,]").unwrap_err();
/// assert_eq!(error.to_string(), "line 1, column 3 (byte 2): a comma follows the last value; remove it");
/// ```
pub fn check(document: &str) -> Result<ValueKind, SyntaxError> {
    parse::parse(document).map(|tree| tree.kind(tree::ROOT))
}
