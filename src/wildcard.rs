//! Patterns with wildcards, for the names of files and of hosts.

/// Whether a name fits a pattern in which `*` stands for any characters and `?` for one. Letter case is ignored.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let fold = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (pattern, name) = (fold(pattern), fold(name));
    let (mut at, mut in_name) = (0, 0);
    // Where to go on after the last star, with one more character given to it.
    let mut retry = None;
    while in_name < name.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at + 1, in_name));
                at += 1;
            }
            Some(&letter) if letter == '?' || letter == name[in_name] => {
                at += 1;
                in_name += 1;
            }
            _ => {
                let Some((after, from)) = retry else { return false };
                retry = Some((after, from + 1));
                (at, in_name) = (after, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|&letter| letter == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars_and_question_marks_stand_for_parts_of_a_name() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("*.msix", "App.MSIX", true),
            ("*.msix", "App.msixbundle", false),
            ("*.msix*", "App.msixbundle", true),
            ("App_?.?.0.0_*.msix", "App_1.2.0.0_x64.msix", true),
            ("App_?.?.0.0_*.msix", "App_10.2.0.0_x64.msix", false),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("?", "", false),
            ("?", "ß", true),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
