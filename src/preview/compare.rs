//! Marks the words of a text that changed.

use similar::{ChangeTag, TextDiff};

/// The longest texts that are compared word by word, in bytes together; the time grows with the square. The longest text of a
/// listing has 10,000 characters.
const LONGEST: usize = 40_000;

/// A run of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) text: String,
    /// Whether the other text does not have it.
    pub(super) marked: bool,
}

/// The old text and the new one in runs.
pub(super) fn words(old: &str, new: &str) -> (Vec<Run>, Vec<Run>) {
    if old.len() + new.len() > LONGEST {
        let whole = |text: &str| vec![Run { text: text.to_owned(), marked: true }];
        return (whole(old), whole(new));
    }
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for change in TextDiff::from_words(old, new).iter_all_changes() {
        match change.tag() {
            ChangeTag::Equal => {
                push(&mut before, change.value(), false);
                push(&mut after, change.value(), false);
            }
            ChangeTag::Delete => push(&mut before, change.value(), true),
            ChangeTag::Insert => push(&mut after, change.value(), true),
        }
    }
    (joined(before), joined(after))
}

/// The runs with the blanks between two marked ones marked too, since a sentence with each word marked reads badly.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        let is_gap = |run: &Run| !run.marked && run.text.chars().all(|c| c == ' ');
        let marked = run.marked || (is_gap(run) && at > 0 && runs.get(at + 1).is_some_and(|next| next.marked));
        push(&mut all, &run.text, marked);
    }
    all
}

fn push(runs: &mut Vec<Run>, text: &str, marked: bool) {
    match runs.last_mut() {
        Some(last) if last.marked == marked => last.text.push_str(text),
        _ => runs.push(Run { text: text.to_owned(), marked }),
    }
}
