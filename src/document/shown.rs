//! Shortens values for messages.

use super::tree::{Id, Tree, ValueKind};

/// The most characters of a value that a message shows.
const SHOWN: usize = 120;

/// The text of a value for a message: at most [`SHOWN`] characters, and without the signature of a link.
pub(super) fn shown(tree: &Tree<'_>, id: Id) -> String {
    shown_text(tree.span(id), tree.kind(id))
}

/// As [`shown`], for the text of a value of this kind.
pub(super) fn shown_text(text: &str, kind: ValueKind) -> String {
    let mut out: String = text.chars().take(SHOWN).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    if text.contains("sig=") || text.contains("sig\\u003d") {
        out = match (kind, out.find('?')) {
            (ValueKind::String, Some(query)) => format!("{}?…\"", &out[..query]),
            _ => format!("{} with a signed link", kind.name()),
        };
    }
    out
}
