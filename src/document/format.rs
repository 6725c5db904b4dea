//! White space, and nothing but white space.

use super::error::{DocumentError, Problem, SyntaxError};
use super::parse::parse;
use super::tree::{Id, Kind, MAX_BYTES, ROOT, Tree};

/// How [`format()`] sets out a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// One value a line, two blanks a level, a line feed as line end, none after the last line.
    Pretty,
    /// No white space at all.
    Compact,
}

/// Moves white space only: names, strings and numbers keep their spelling, members their order, duplicates stay.
///
/// A byte order mark stays as well.
///
/// # Errors
/// The document is not JSON, or [`Style::Pretty`] would indent it beyond the largest size of a document: many
/// thousand levels cost more white space than text.
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
        // Open containers with the number of children still to come.
        let mut open: Vec<(Id, usize)> = Vec::new();
        let mut at = ROOT;
        loop {
            let kind = tree.kind(at);
            if kind.is_container() && tree.count(at) > 0 {
                self.out.push(if kind == Kind::Object { '{' } else { '[' });
                open.push((at, tree.count(at)));
                self.depth += 1;
                self.line()?;
            } else {
                match kind {
                    Kind::Object => self.out.push_str("{}"),
                    Kind::Array => self.out.push_str("[]"),
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
                    let bracket = if tree.kind(*container) == Kind::Object { '}' } else { ']' };
                    open.pop();
                    self.depth -= 1;
                    self.line()?;
                    self.out.push(bracket);
                }
            }
            at += 1;
            if let Some(&(container, _)) = open.last()
                && tree.kind(container) == Kind::Object
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
