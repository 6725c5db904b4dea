//! Release notes from a changelog: the section of one version, as plain text.
//!
//! A version has a heading such as `## [1.2.3] - 2026-11-30`, `## 1.2.3` or `## v1.2.3`. Its section ends at the next heading
//! of its level or above, or at the next one with a version.

mod plain;

use std::collections::BTreeSet;
use std::path::Path;

use crate::error::{Error, Result, codes};
use crate::text::TextFile;

/// How many versions an error names.
const NAMED: usize = 10;
/// The file name with which a changelog begins, in small letters.
const NAME: &str = "changelog";

/// Whether a file is a changelog by its name: `CHANGELOG.md`, `changelog.de-de.md`.
pub(super) fn is_changelog(path: &str) -> bool {
    let name = Path::new(path).file_name().map(|name| name.to_string_lossy().to_ascii_lowercase());
    name.is_some_and(|name| name.strip_prefix(NAME).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// The language of a file that is a changelog by its name; empty for `CHANGELOG.md`.
pub(super) fn language(name: &str) -> Option<&str> {
    let (stem, ending) = name.rsplit_once('.')?;
    let is_markdown = ending.eq_ignore_ascii_case("md");
    let rest = stem.get(NAME.len()..).filter(|_| is_markdown && is_changelog(name))?;
    Some(rest.strip_prefix('.').unwrap_or(rest))
}

/// Release notes from a changelog.
pub struct FromChangelog {
    /// The section of the version, as plain text.
    pub text: String,
    /// The line where its text begins, below its heading, from 1.
    pub line: usize,
    /// The years in the dates of all versions.
    pub years: BTreeSet<i16>,
}

/// The release notes of a version in a changelog. Blocks while the disk is slow.
///
/// # Errors
/// `file.*`; `file.no_match` with the versions that the changelog has, `file.empty` for a section without a text.
pub(super) fn notes(path: &str, version: &str) -> Result<FromChangelog> {
    let file = TextFile { what: "the changelog", path, without_file: "give the text as `releaseNotes`" };
    let text = file.text()?;
    let sections = sections(&text);
    let Some(section) = sections.iter().find(|section| is_same(section.version, version)) else {
        return Err(no_section(path, version, &sections));
    };
    let all: Vec<&str> = text.lines().collect();
    let notes = plain::text(&all[section.from..section.to], &text);
    if notes.is_empty() {
        let message = format!("{path} has no text in the section of version {}", section.version);
        return Err(Error::new(&codes::FILE_EMPTY, message).hint("write the release notes into the section"));
    }
    let blank = all[section.from..section.to].iter().take_while(|line| line.trim().is_empty()).count();
    let headings = sections.iter().filter_map(|section| all.get(section.from.checked_sub(1)?));
    let years = headings.filter_map(|heading| year(heading)).collect();
    Ok(FromChangelog { text: notes, line: section.from + blank + 1, years })
}

/// The year of the date in a heading, `2026-11-30`.
fn year(heading: &str) -> Option<i16> {
    let parts = heading.split(|c: char| !c.is_ascii_digit() && c != '-');
    let date = parts.filter_map(|part| part.parse::<jiff::civil::Date>().ok()).next()?;
    Some(date.year())
}

fn no_section(path: &str, version: &str, sections: &[Section<'_>]) -> Error {
    let known = sections.iter().take(NAMED).map(|section| section.version).collect::<Vec<_>>().join(", ");
    let known = match sections.len() {
        0 => "it has no heading with a version".to_owned(),
        count if count > NAMED => format!("it has {known} and {} older ones", count - NAMED),
        _ => format!("it has {known}"),
    };
    Error::new(&codes::FILE_NO_MATCH, format!("{path} has no section of version {version}; {known}"))
        .hint(format!("add one, such as `## [{version}]`, or name another version with `releaseNotesVersion`"))
}

/// The section of a version.
struct Section<'t> {
    version: &'t str,
    /// The level of its heading.
    level: usize,
    /// The lines behind the heading, from 0.
    from: usize,
    to: usize,
}

fn sections(text: &str) -> Vec<Section<'_>> {
    let mut sections: Vec<Section<'_>> = Vec::new();
    let (mut is_open, mut fence, mut is_comment) = (false, None, false);
    let count = text.lines().count();
    for (at, line) in text.lines().enumerate() {
        if !is_comment && plain::is_code(line, &mut fence) {
            continue;
        }
        let was_comment = is_comment;
        plain::without_comments(line, &mut is_comment);
        if was_comment {
            continue;
        }
        let Some((level, heading)) = plain::heading(line) else { continue };
        let version = version_of(heading, level);
        if let Some(last) = sections.last_mut().filter(|last| is_open && (level <= last.level || version.is_some())) {
            last.to = at;
            is_open = false;
        }
        if let Some(version) = version {
            sections.push(Section { version, level, from: at + 1, to: count });
            is_open = true;
        }
    }
    sections
}

/// The version that a heading names. A number alone is one in headings of the first two levels only.
fn version_of(heading: &str, level: usize) -> Option<&str> {
    let is_linked = heading.starts_with('[');
    let text = heading.trim_start_matches('[');
    let text = ["version ", "release "]
        .iter()
        .find_map(|word| text.get(..word.len()).filter(|start| start.eq_ignore_ascii_case(word)))
        .map_or(text, |word| &text[word.len()..]);
    let end = text.find(|c: char| c.is_whitespace() || "])(:,".contains(c)).unwrap_or(text.len());
    let version = text[..end].trim();
    let is_named = version.eq_ignore_ascii_case("unreleased");
    let number = without_v(version);
    let is_version = number.starts_with(|first: char| first.is_ascii_digit())
        && number.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte))
        && (number.contains('.') || is_linked || level <= 2);
    (is_named || is_version).then_some(version)
}

fn without_v(version: &str) -> &str {
    let rest = version.strip_prefix(['v', 'V']);
    rest.filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit())).unwrap_or(version)
}

/// Whether two versions are one: a `v` before them and zeros at the end of a version of numbers do not count, so that the
/// package 1.2.3.0 has the section 1.2.3.
fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (without_v(one.trim()), without_v(other.trim()));
    match (numbers(one), numbers(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// The parts of a version of numbers, without zeros at the end.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let mut parts = version.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
    while parts.last() == Some(&0) && parts.len() > 1 {
        parts.pop();
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(text: &str) -> Vec<&str> {
        sections(text).iter().map(|section| section.version).collect()
    }

    #[test]
    fn headings_name_versions() {
        let text = "# Changelog\n\n## [Unreleased]\n## [1.2.3] - 2026-11-30\n### 3 fixes\n## v1.2.2\n\
                    ### [1.2.1](https://example.com) (2026-01-01)\n## Version 1.2.0:\n```\n## 0.9\n```\n## About\n# 1.0\n";
        assert_eq!(versions(text), ["Unreleased", "1.2.3", "v1.2.2", "1.2.1", "1.2.0", "1.0"]);
    }

    #[test]
    fn code_and_comments_have_no_headings() {
        let text = "## 2.0\n```foo``` works\n````\n```\n## 1.9\n````\n~~~ text\n## 1.8\n~~~ no end\n~~~~\n\
                    <!--\n## 1.7\n--> ## 1.6\n## 1.5 <!-- last -->\n";
        assert_eq!(versions(text), ["2.0", "1.5"]);
    }

    #[test]
    fn versions_are_the_same_without_zeros_and_v() {
        for (one, other) in [("1.2.3", "1.2.3.0"), ("v1.2", "1.2.0.0"), ("1.0", "1"), ("2.0-BETA", "v2.0-beta")] {
            assert!(is_same(one, other), "{one} {other}");
        }
        for (one, other) in [("1.2.3", "1.2.30"), ("1.2", "1.2.1"), ("1.2.3-beta", "1.2.3")] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn a_name_says_that_a_file_is_a_changelog() {
        assert!(is_changelog("docs/CHANGELOG.md") && is_changelog("ChangeLog"));
        assert!(!is_changelog("CHANGELOG/notes.txt") && !is_changelog("changelogs.md"));
        assert_eq!((language("CHANGELOG.md"), language("Changelog.de-de.MD")), (Some(""), Some("de-de")));
        assert_eq!((language("CHANGELOG.txt"), language("de-de.md")), (None, None));
    }
}
