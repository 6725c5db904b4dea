//! Finds the known name that a misspelled one probably means.

/// What to do about an unknown field, from the message of serde: "unknown field `x`, expected one of `y`, `z`".
pub(super) fn hint_for_unknown_field(message: &str) -> Option<String> {
    let mut names = message.strip_prefix("unknown field `")?.split('`').step_by(2);
    let (name, known) = (names.next()?, names.collect::<Vec<_>>());
    match nearest(name, &known) {
        Some(known) => Some(format!("use `{known}`")),
        None if message.ends_with("there are no fields") => Some(format!("leave `{name}` out")),
        None => None,
    }
}

/// The known name that a misspelled one probably means: it differs in letter case, in separators, in the order of the
/// letters, or in at most two letters.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let letters = |text: &str| text.replace(['_', '-'], "").to_lowercase();
    let meant = letters(name);
    let (distance, nearest) = known.iter().map(|known| (distance(&meant, &letters(known)), *known)).min()?;
    (distance <= 2 && distance * 2 < meant.chars().count()).then_some(nearest)
}

/// The number of letters to insert, delete or replace to turn one text into the other (Levenshtein). Texts with the
/// same letters in another order have the distance 1.
fn distance(from: &str, to: &str) -> usize {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    if from != to && sorted(from) == sorted(to) {
        return 1;
    }
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (line, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, b) in to.chars().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}
