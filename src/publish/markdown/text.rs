//! Text in Markdown. Texts of foreign origin are written with entities in place of all characters that could begin markup,
//! so that they read the same everywhere: in a line, in a cell of a table, in a code span.

use std::fmt::Write as _;

use crate::error::{shown, start_of};

/// The longest text that is shown as code, and the longest one of a message, in bytes.
const LONGEST_CODE: usize = 300;
const LONGEST: usize = 4096;

/// Writes Markdown.
pub(super) struct Writer<'a> {
    pub(super) text: String,
    redact: &'a dyn Fn(&str) -> String,
}

impl<'a> Writer<'a> {
    /// A text that begins with a heading. `redact` takes secrets out of foreign texts.
    pub(super) fn new(redact: &'a dyn Fn(&str) -> String, kind: &str, name: &str) -> Writer<'a> {
        let mut writer = Writer { text: String::new(), redact };
        let name = writer.foreign(name);
        let _ = write!(writer.text, "## {kind}: {name}\n\n");
        writer
    }

    /// A foreign text in a line.
    pub(super) fn foreign(&self, text: &str) -> String {
        self.cut(text, LONGEST)
    }

    fn cut(&self, text: &str, longest: usize) -> String {
        let text = (self.redact)(text);
        let start = start_of(&text, longest);
        let more = text.len() - start.len();
        let mut escaped = escaped(&shown(start));
        if more > 0 {
            let _ = write!(escaped, "… ({more} more bytes)");
        }
        escaped
    }

    /// A foreign text as code.
    pub(super) fn code(&self, text: &str) -> String {
        format!("<code>{}</code>", self.cut(text, LONGEST_CODE))
    }

    /// An item of a list: a name, and Markdown.
    pub(super) fn item(&mut self, name: &str, markdown: impl AsRef<str>) {
        let _ = writeln!(self.text, "- {name}: {}", markdown.as_ref());
    }

    /// An item with a foreign text as code, if there is one.
    pub(super) fn item_of(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            let code = self.code(text);
            self.item(name, code);
        }
    }

    /// A heading with a list of Markdown lines below it; nothing without lines.
    pub(super) fn list(&mut self, heading: &str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        let _ = write!(self.text, "\n### {heading}\n\n");
        for line in at_most(lines, |more| format!("and {more} more")) {
            let _ = writeln!(self.text, "- {line}");
        }
    }

    /// A heading with a table of Markdown cells below it; nothing without rows.
    pub(super) fn table<const N: usize>(&mut self, heading: &str, columns: [&str; N], rows: Vec<[String; N]>) {
        let last = |more| {
            let mut row = [const { String::new() }; N];
            row[0] = format!("and {more} more");
            row
        };
        self.whole_table(heading, columns, at_most(rows, last));
    }

    /// The same, however many rows there are.
    pub(super) fn whole_table<const N: usize>(&mut self, heading: &str, columns: [&str; N], rows: Vec<[String; N]>) {
        if rows.is_empty() {
            return;
        }
        let _ = write!(self.text, "\n### {heading}\n\n| {} |\n|{}\n", columns.join(" | "), "---|".repeat(N));
        for row in rows {
            let _ = writeln!(self.text, "| {} |", row.join(" | "));
        }
    }
}

/// The most lines of a list or a table.
const MOST: usize = 100;

fn at_most<T>(mut lines: Vec<T>, last: impl FnOnce(usize) -> T) -> Vec<T> {
    let more = lines.len().saturating_sub(MOST);
    if more > 0 {
        lines.truncate(MOST);
        lines.push(last(more));
    }
    lines
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for (at, c) in text.char_indices() {
        let begins_a_link = match c {
            ':' => text[at + 1..].starts_with("//"),
            '.' => text[..at].to_ascii_lowercase().ends_with("www"),
            _ => false,
        };
        if begins_a_link || "&<>|`*_[]\\~@#$!".contains(c) {
            let _ = write!(escaped, "&#{};", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
