//! T31: texts that a console has wrapped.

use super::finding::Finding;
use super::rules::T31;
use super::subject::Text;

/// The widths of consoles.
const WIDTHS: [usize; 2] = [80, 120];
/// A line that a console wraps between words is at most this much shorter than the console.
const LONGEST_WORD: usize = 24;
/// With fewer lines it may be chance.
const LINES: usize = 3;
/// Lines that break inside a word are rarely chance.
const BROKEN_LINES: usize = 2;

pub(super) fn check(name: &str, text: &Text) -> Option<Finding> {
    let lines: Vec<&str> = text.value.lines().collect();
    // The lines that the text goes on after, each with the line behind it.
    let inner: Vec<(&str, &str)> = lines
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .filter(|(line, next)| !line.trim().is_empty() && !next.trim().is_empty())
        .collect();
    let first = inner.first()?.0;
    let at = first.as_ptr() as usize - text.value.as_ptr() as usize;
    let width = |line: &str| line.trim_end().chars().count();
    for columns in WIDTHS {
        let is_full = |line: &str| (columns - 1..=columns).contains(&width(line));
        let breaks =
            |(line, next): &&(&str, &str)| line.ends_with(char::is_alphabetic) && next.starts_with(char::is_lowercase);
        if inner.len() >= BROKEN_LINES
            && inner.iter().all(|(line, _)| is_full(line))
            && inner.iter().any(|it| breaks(&it))
        {
            let message = format!("the lines of `{name}` break at column {columns}, inside of words");
            return Some(text.finding_at(&T31, at, message));
        }
        let is_wrapped = |(line, next): &(&str, &str)| {
            let word = next.split_whitespace().next().unwrap_or_default().chars().count();
            let own = width(line);
            own <= columns && own + LONGEST_WORD >= columns && own + 1 + word > columns - 1
        };
        if inner.len() >= LINES && inner.iter().all(is_wrapped) {
            let message = format!("all {} lines of paragraphs in `{name}` end near column {columns}", inner.len());
            return Some(text.finding_at(&T31, at, message));
        }
    }
    None
}
