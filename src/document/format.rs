//! Changes the white space of a document, and nothing else.

use super::error::{DocumentError, Problem, SyntaxError};
use super::parse::parse;
use super::tree::{Id, MAX_BYTES, ROOT, Tree, ValueKind};

/// The white space that [`format()`] writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Each member and element on a line of its own, indented by two spaces a level. Lines end with a line feed; the last
    /// line has none.
    Pretty,
    /// No white space.
    Compact,
}

/// Formats a document. Only white space changes: names, strings and numbers keep their spelling, members their order, and
/// duplicate names and a byte order mark stay.
///
/// # Errors
/// The document is not JSON, or the result would be larger than [`MAX_BYTES`]: the indentation of many
/// thousand levels is longer than the text.
///
/// # Examples
/// ```
/// use storeship::document::{Style, format};
/// assert_eq!(format(r#"{ "a": [1.10, {}] }"#, Style::Compact)?, r#"{"a":[1.10,{}]}"#);
/// assert_eq!(format("[1.10,{}]", Style::Pretty)?, "[\n  1.10,\n  {}\n]");
/// # Ok::<(), storeship::document::DocumentError>(())
/// ```
pub fn format(document: &str, style: Style) -> Result<String, DocumentError> {
    let tree = parse(document).map_err(DocumentError::Document)?;
    let mut out = Writer { tree: &tree, style, out: String::with_capacity(document.len()), depth: 0 };
    if tree.bom {
        out.out.push('\u{feff}');
    }
    out.write()?;
    Ok(out.out)
}

struct Writer<'a, 't> {
    tree: &'a Tree<'t>,
    style: Style,
    out: String,
    depth: usize,
}

impl Writer<'_, '_> {
    fn write(&mut self) -> Result<(), DocumentError> {
        let tree = self.tree;
        // The open containers, each with the number of its children that are still to be written.
        let mut open: Vec<(Id, usize)> = Vec::new();
        let mut at = ROOT;
        loop {
            let kind = tree.kind(at);
            if kind.is_container() && tree.count(at) > 0 {
                self.out.push(if kind == ValueKind::Object { '{' } else { '[' });
                open.push((at, tree.count(at)));
                self.depth += 1;
                self.line()?;
            } else {
                match kind {
                    ValueKind::Object => self.out.push_str("{}"),
                    ValueKind::Array => self.out.push_str("[]"),
                    _ => self.out.push_str(tree.span(at)),
                }
                loop {
                    let Some((container, left)) = open.last_mut() else {
                        return Ok(());
                    };
                    *left -= 1;
                    if *left > 0 {
                        self.out.push(',');
                        self.line()?;
                        break;
                    }
                    let bracket = if tree.kind(*container) == ValueKind::Object { '}' } else { ']' };
                    open.pop();
                    self.depth -= 1;
                    self.line()?;
                    self.out.push(bracket);
                }
            }
            at += 1;
            if let Some(&(container, _)) = open.last()
                && tree.kind(container) == ValueKind::Object
            {
                self.out.push_str(tree.span(at));
                self.out.push_str(if self.style == Style::Pretty { ": " } else { ":" });
                at += 1;
            }
        }
    }

    fn line(&mut self) -> Result<(), DocumentError> {
        if self.style == Style::Pretty {
            if self.out.len() + 2 * self.depth > MAX_BYTES {
                let problem = Problem::TooLarge { bytes: self.out.len() + 2 * self.depth };
                return Err(DocumentError::Document(SyntaxError::at("", 0, problem)));
            }
            self.out.push('\n');
            for _ in 0..self.depth {
                self.out.push_str("  ");
            }
        }
        Ok(())
    }
}
