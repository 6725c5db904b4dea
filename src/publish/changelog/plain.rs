//! Markdown as the plain text that the Store shows: list marks become bullets, and the marks of headings, emphasis, code and
//! links go. Lines of a paragraph are joined, since the Store would show where they were wrapped.

use std::collections::BTreeSet;

/// A longer paragraph stays as it is, in bytes. Release notes have 1,500 characters.
const LONGEST: usize = 4 * 1024;
/// How deep marks may stand in marks.
const DEEPEST: usize = 16;

/// A heading: its level and its text.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start_matches(' ');
    let level = text.bytes().take_while(|byte| *byte == b'#').count();
    let rest = &text[level..];
    let is_heading =
        (1..=6).contains(&level) && line.len() - text.len() < 4 && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_heading.then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

/// The marks that a block of code began with.
#[derive(Clone, Copy)]
pub(super) struct Fence {
    mark: char,
    length: usize,
}

/// Whether a line is in a block of code, or begins or ends one. `fence` is that of the present block.
pub(super) fn is_code(line: &str, fence: &mut Option<Fence>) -> bool {
    let text = line.trim();
    let marks = |mark: char| text.chars().take_while(|c| *c == mark).count();
    match *fence {
        None => {
            let Some(mark) = ['`', '~'].into_iter().find(|mark| marks(*mark) >= 3) else { return false };
            let length = marks(mark);
            // A paragraph may begin with code in three marks.
            if mark == '`' && text[length..].contains('`') {
                return false;
            }
            *fence = Some(Fence { mark, length });
        }
        Some(open) if marks(open.mark) >= open.length && text.chars().all(|c| c == open.mark) => *fence = None,
        Some(_) => {}
    }
    true
}

/// Lines of Markdown as plain text. `whole` is the document that they are from, which has the addresses of references.
pub(super) fn text(lines: &[&str], whole: &str) -> String {
    let references: BTreeSet<String> = whole.lines().filter_map(reference).map(str::to_ascii_lowercase).collect();
    let marks = Marks { references };
    let mut paragraphs: Vec<Paragraph> = Vec::new();
    let (mut fence, mut is_comment) = (None, false);
    for line in lines {
        let was_code = fence.is_some();
        if !is_comment && is_code(line, &mut fence) {
            if was_code && fence.is_some() {
                paragraphs.push(Paragraph { text: (*line).to_owned(), is_code: true, ..Paragraph::default() });
            }
            continue;
        }
        let had_comment = is_comment || line.contains("<!--");
        let line = without_comments(line, &mut is_comment);
        if had_comment && line.trim().is_empty() {
            continue;
        }
        add(&line, &mut paragraphs);
    }
    let mut text = String::new();
    let mut is_blank = true;
    for paragraph in &paragraphs {
        let shown = if paragraph.is_code { paragraph.text.clone() } else { marks.removed(&paragraph.text, 0) };
        // At most one blank line stands between two others.
        if shown.is_empty() && is_blank {
            continue;
        }
        is_blank = shown.is_empty();
        text.push_str(&paragraph.start);
        text.push_str(&shown);
        text.push('\n');
    }
    text.trim_end().to_owned()
}

/// What becomes a line of the text; a blank line is empty.
#[derive(Default)]
struct Paragraph {
    /// The indent and the bullet.
    start: String,
    text: String,
    is_code: bool,
    /// Whether the next line goes on with it.
    is_open: bool,
}

fn add(line: &str, paragraphs: &mut Vec<Paragraph>) {
    let mut line = line;
    if line.trim_start().starts_with('>') {
        line = line.trim_start_matches(['>', ' ', '\t']);
        paragraphs.iter_mut().for_each(|paragraph| paragraph.is_open = false);
    }
    let trimmed = line.trim();
    if reference(line).is_some() {
        return;
    }
    if trimmed.is_empty() || is_rule(trimmed) {
        paragraphs.push(Paragraph::default());
    } else if let Some((_, heading)) = heading(line) {
        paragraphs.push(Paragraph { text: heading.to_owned(), ..Paragraph::default() });
    } else if let Some(item) = trimmed.strip_prefix(['-', '*', '+']).filter(|item| item.starts_with([' ', '\t'])) {
        let indent = &line[..line.len() - line.trim_start().len()];
        let start = format!("{}\u{2022} ", indent.replace('\t', "    "));
        paragraphs.push(Paragraph { start, text: item.trim().to_owned(), is_open: true, is_code: false });
    } else {
        let is_open = !(line.ends_with("  ") || line.ends_with('\\'));
        let line = trimmed.trim_end_matches('\\').trim_end();
        let is_numbered = trimmed.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(". ")
            && trimmed.starts_with(|c: char| c.is_ascii_digit());
        match paragraphs.last_mut().filter(|last| last.is_open && !is_numbered) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(line);
                last.is_open = is_open;
            }
            None => paragraphs.push(Paragraph { text: line.to_owned(), is_open, ..Paragraph::default() }),
        }
    }
}

/// Whether a line is a rule: three marks or more, and nothing else.
fn is_rule(line: &str) -> bool {
    ['-', '*', '_']
        .iter()
        .any(|mark| line.chars().all(|c| c == *mark || c == ' ') && line.chars().filter(|c| c == mark).count() >= 3)
}

/// The name in a line that gives a reference its address: `[1.2.3]: https://…`.
fn reference(line: &str) -> Option<&str> {
    let (name, address) = line.trim().strip_prefix('[')?.split_once("]:")?;
    (!name.is_empty() && !name.contains(']') && address.trim().contains([':', '/', '#'])).then_some(name)
}

/// A line without its comments. `is_open` says whether a comment goes on from the line before.
pub(super) fn without_comments(line: &str, is_open: &mut bool) -> String {
    let (mut text, mut rest) = (String::new(), line);
    loop {
        let mark = if *is_open { "-->" } else { "<!--" };
        let Some(at) = rest.find(mark) else { break };
        if !*is_open {
            text.push_str(&rest[..at]);
        }
        rest = &rest[at + mark.len()..];
        *is_open = !*is_open;
    }
    if !*is_open {
        text.push_str(rest);
    }
    text
}

/// Removes marks in a paragraph.
struct Marks {
    /// The names of references that have an address.
    references: BTreeSet<String>,
}

impl Marks {
    fn removed(&self, text: &str, depth: usize) -> String {
        if text.len() > LONGEST || depth > DEEPEST {
            return text.to_owned();
        }
        let mut shown = String::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let found = match c {
                '\\' => escaped(&text[at..]),
                '`' => code(&text[at..]),
                '!' | '[' => self.link(&text[at..], depth),
                '<' => address(&text[at..]),
                '*' | '_' | '~' => self.emphasis(text, at, depth),
                _ => None,
            };
            let (length, piece) = found.unwrap_or_else(|| (c.len_utf8(), c.to_string()));
            shown.push_str(&piece);
            at += length;
        }
        shown
    }

    /// A link or an image: its text.
    fn link(&self, text: &str, depth: usize) -> Option<(usize, String)> {
        let start = if text.starts_with('!') { 2 } else { 1 };
        let inner = text.get(start - 1..)?.strip_prefix('[')?;
        let end = closing(inner, '[', ']')?;
        let (label, behind) = (&inner[..end], &inner[end + 1..]);
        let length = start + end + 1;
        let more = match behind.chars().next() {
            Some('(') => closing(&behind[1..], '(', ')')? + 2,
            Some('[') => closing(&behind[1..], '[', ']')? + 2,
            _ if self.references.contains(&label.to_ascii_lowercase()) => 0,
            _ => return None,
        };
        Some((length + more, self.removed(label, depth + 1)))
    }

    /// Text between two equal marks, without them.
    fn emphasis(&self, text: &str, at: usize, depth: usize) -> Option<(usize, String)> {
        let mark = text[at..].chars().next()?;
        let count = text[at..].chars().take_while(|c| *c == mark).count();
        if count > 3 || (mark == '~' && count != 2) {
            return Some((count, text[at..at + count].to_owned()));
        }
        let marks = &text[at..at + count];
        let inner = &text[at + count..];
        let before = text[..at].chars().next_back();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let none = Some((count, marks.to_owned()));
        if inner.starts_with(char::is_whitespace) || inner.is_empty() || (mark == '_' && is_word(before)) {
            return none;
        }
        let is_end = |end: &usize| {
            let behind = inner[end + count..].chars().next();
            let inside = inner[..*end].chars().next_back();
            inside.is_some_and(|c| !c.is_whitespace() && c != mark)
                && behind != Some(mark)
                && !(mark == '_' && is_word(behind))
        };
        match inner.match_indices(marks).map(|(end, _)| end).find(is_end) {
            Some(end) => Some((count + end + count, self.removed(&inner[..end], depth + 1))),
            None => none,
        }
    }
}

/// A mark that stands for itself.
fn escaped(text: &str) -> Option<(usize, String)> {
    let next = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
    Some((2, next.to_string()))
}

/// Code between backticks.
fn code(text: &str) -> Option<(usize, String)> {
    let count = text.bytes().take_while(|byte| *byte == b'`').count();
    let inner = &text[count..];
    let marks = &text[..count];
    let end = inner.match_indices(marks).map(|(end, _)| end).find(|end| !inner[end + count..].starts_with('`'));
    match end {
        Some(end) => Some((count + end + count, inner[..end].trim().to_owned())),
        None => Some((count, marks.to_owned())),
    }
}

/// An address in angle brackets, or a line break.
fn address(text: &str) -> Option<(usize, String)> {
    let end = text.find('>')?;
    let inner = &text[1..end];
    let is_break = matches!(inner.to_ascii_lowercase().replace(' ', "").as_str(), "br" | "br/");
    if is_break {
        return Some((end + 1, "\n".to_owned()));
    }
    let is_address = !inner.contains(char::is_whitespace) && (inner.contains("://") || inner.starts_with("mailto:"));
    is_address.then(|| (end + 1, inner.to_owned()))
}

/// Where the bracket is closed that was opened before the text.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if c == close && depth == 0 => return Some(at),
            c if c == close => depth -= 1,
            c if c == open => depth += 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(markdown: &str) -> String {
        text(&markdown.lines().collect::<Vec<_>>(), markdown)
    }

    #[test]
    fn marks_become_plain_text() {
        let markdown = "### Added ###\n\n\n- **Bold** and *thin* `code` in [a link](https://x.y/(z)) \n  that goes on,\n  - nested\n\
                        * ~~old~~ snake_case_name 5 * 3 \\*star\\* [#12] [not one]\n\n<!-- a comment\nof two lines -->\n---\n\
                        Text of\none paragraph  \nand a line; ![picture](x.png) <https://x.y>.\n1. one\n2. two\n> quoted\n\
                        ```rust\nlet *a* = 1;\n```\n[#12]: https://x.y/12\n";
        let expected = "Added\n\n\u{2022} Bold and thin code in a link that goes on,\n  \u{2022} nested\n\
                        \u{2022} old snake_case_name 5 * 3 *star* #12 [not one]\n\n\
                        Text of one paragraph\nand a line; picture https://x.y.\n1. one\n2. two\nquoted\nlet *a* = 1;";
        assert_eq!(plain(markdown), expected);
    }

    #[test]
    fn hostile_marks_end() {
        for text in ["*".repeat(4000), "*_".repeat(2000), "[".repeat(4000), "`*".repeat(2000), "\\".repeat(9000)] {
            assert!(plain(&text).len() <= text.len());
        }
    }
}
