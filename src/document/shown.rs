//! Shortens values for messages.

use super::tree::{Id, Tree, ValueKind};

/// The most characters of a value that a message shows.
const SHOWN: usize = 120;

/// The text of a value for a message: at most [`SHOWN`] characters, and without the signature of a link.
pub(super) fn shown(tree: &Tree<'_>, id: Id) -> String {
    let text = tree.span(id);
    let mut out: String = text.chars().take(SHOWN).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    if text.contains("sig=") || text.contains("sig\\u003d") {
        out = match (tree.kind(id), out.find('?')) {
            (ValueKind::String, Some(query)) => format!("{}?…\"", &out[..query]),
            _ => format!("{} with a signed link", tree.kind(id).name()),
        };
    }
    out
}
