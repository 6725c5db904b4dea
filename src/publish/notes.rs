//! Release notes: the forms that people have them in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use schemars::JsonSchema;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::changelog;
pub use super::changelog::FromChangelog;
use super::values::invalid;
use crate::document;
use crate::error::{Error, Result, codes};
use crate::files;
use crate::input::{self, Subject};
use crate::text::TextFile;

/// The language that stands for all languages that are not named.
pub(super) const DEFAULT_LANGUAGE: &str = "default";

/// Release notes by language.
pub(super) type Notes = BTreeMap<String, String>;

/// The file of a folder that has the notes of one language.
const FILE_OF_A_LANGUAGE: &str = "release_notes.txt";

static NOTES_FILE: Subject = Subject { name: "the file", json_fields: &[] };

/// The forms of release notes in a request.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "the schema of what `deserialize` reads")]
pub(super) enum NotesForm {
    /// One text for all languages.
    Text(String),
    /// The lines of one text for all languages.
    Lines(Vec<String>),
    /// A text for each language.
    Languages(BTreeMap<String, TextForm>),
}

/// The forms of a text.
#[derive(JsonSchema)]
#[schemars(inline)]
#[serde(untagged)]
#[allow(dead_code, reason = "the schema of what `Text` reads")]
pub(super) enum TextForm {
    /// The text.
    Text(String),
    /// Its lines.
    Lines(Vec<String>),
}

/// Reads release notes, for `deserialize_with`.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Notes, D::Error> {
    struct Forms;
    impl<'de> Visitor<'de> for Forms {
        type Value = Notes;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text, an array of its lines, or an object with one of these for each language")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Notes, E> {
            Ok(BTreeMap::from([(DEFAULT_LANGUAGE.to_owned(), text.to_owned())]))
        }

        fn visit_seq<A: SeqAccess<'de>>(self, lines: A) -> std::result::Result<Notes, A::Error> {
            Ok(BTreeMap::from([(DEFAULT_LANGUAGE.to_owned(), joined(lines)?)]))
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Notes, A::Error> {
            let mut notes = Notes::new();
            while let Some(language) = map.next_key::<String>()? {
                if let Some(other) = same_language(&notes, &language) {
                    return Err(de::Error::custom(format_args!("`{other}` and `{language}` are one language")));
                }
                let text = map.next_value::<Text>();
                let text =
                    text.map_err(|error| de::Error::custom(format_args!("the text of `{language}`: {error}")))?;
                notes.insert(language, text.0);
            }
            Ok(notes)
        }
    }
    deserializer.deserialize_any(Forms)
}

/// One text, or its lines.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Text, D::Error> {
        struct Forms;
        impl<'de> Visitor<'de> for Forms {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or an array of its lines")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<Text, E> {
                Ok(Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, lines: A) -> std::result::Result<Text, A::Error> {
                joined(lines).map(Text)
            }
        }
        deserializer.deserialize_any(Forms)
    }
}

fn joined<'de, A: SeqAccess<'de>>(mut lines: A) -> std::result::Result<String, A::Error> {
    let mut all: Vec<String> = Vec::new();
    while let Some(line) = lines.next_element()? {
        all.push(line);
    }
    if all.is_empty() { Err(de::Error::custom("the array has no lines")) } else { Ok(all.join("\n")) }
}

/// The language of the notes that is this one in another letter case, or the same.
fn same_language<'a, T>(notes: &'a BTreeMap<String, T>, language: &str) -> Option<&'a str> {
    notes.keys().find(|known| known.eq_ignore_ascii_case(language)).map(String::as_str)
}

/// The version whose section of a changelog has the release notes.
pub struct Version<'a> {
    /// Whether the release names it, so that a file with any name is a changelog.
    pub is_named: bool,
    /// Finds it, which may read packages.
    ///
    /// # Errors
    /// `request.invalid` if there is none.
    pub find: &'a dyn Fn() -> Result<String>,
}

/// The release notes of a version in a changelog.
///
/// # Errors
/// `file.*`; `file.no_match` with the versions that the changelog has, `file.empty` for a section without a text.
pub fn of_changelog(path: &str, version: &str) -> Result<FromChangelog> {
    changelog::notes(path, version)
}

/// The error of a changelog without a version to look for.
pub fn no_version(why: &str) -> Error {
    invalid("/releaseNotesVersion", why)
}

/// The version of the packages of a release.
///
/// # Errors
/// `request.invalid` if there are several.
pub fn one_version(mut versions: Vec<String>) -> Result<Option<String>> {
    versions.sort();
    versions.dedup();
    match versions.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only.clone())),
        several => {
            let what = format!("is needed, since the packages have several versions: {}", several.join(", "));
            Err(invalid("/releaseNotesVersion", &what))
        }
    }
}

/// Release notes of a file, and where they stand in it.
pub struct Found {
    /// The text.
    pub text: String,
    /// The path of the file.
    pub file: String,
    /// The line, from 1; `None` for a file of JSON.
    pub line: Option<usize>,
    /// The years in the dates of a changelog.
    pub years: BTreeSet<i16>,
}

impl Found {
    fn of_text(path: &str) -> Result<Found> {
        Ok(Found { text: text(path)?, file: path.to_owned(), line: Some(1), years: BTreeSet::new() })
    }

    fn of_changelog(path: &str, version: &Version<'_>) -> Result<Found> {
        let FromChangelog { text, line, years } = changelog::notes(path, &(version.find)()?)?;
        Ok(Found { text, file: path.to_owned(), line: Some(line), years })
    }
}

/// Reads the release notes at a path: a text file for all languages, a changelog, a `.json` file, or a folder with a text
/// for each language. Blocks while the disk is slow.
///
/// # Errors
/// `file.*`; `document.invalid` for a `.json` file that is no JSON; `request.invalid` for one that holds something else,
/// for a language that is there twice, and for a changelog without a version to look for.
pub fn of_path(path: &str, version: &Version<'_>) -> Result<BTreeMap<String, Found>> {
    let of_all = |found: Found| BTreeMap::from([(DEFAULT_LANGUAGE.to_owned(), found)]);
    if files::is_folder(Path::new(path)) == Some(true) {
        of_folder(Path::new(path), version)
    } else if has_extension(path, "json") {
        let found = |text| Found { text, file: path.to_owned(), line: None, years: BTreeSet::new() };
        Ok(of_json(path)?.into_iter().map(|(language, text)| (language, found(text))).collect())
    } else if version.is_named || changelog::is_changelog(path) {
        Found::of_changelog(path, version).map(of_all)
    } else {
        Found::of_text(path).map(of_all)
    }
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

fn file(path: &str) -> TextFile<'_> {
    TextFile { what: "the release notes", path, without_file: "give the text as `releaseNotes`" }
}

/// The text of a file, the same whatever program wrote it: line ends are those of Unix, and the last one does not count.
fn text(path: &str) -> Result<String> {
    let text = file(path).text()?.replace("\r\n", "\n");
    let text = text.trim_end_matches('\n');
    if text.trim().is_empty() {
        let remedy = "write the release notes to it, or leave the file out";
        return Err(Error::new(&codes::FILE_EMPTY, format!("{path} is empty")).hint(remedy));
    }
    Ok(text.to_owned())
}

fn of_json(path: &str) -> Result<Notes> {
    #[derive(serde::Deserialize)]
    #[serde(transparent)]
    struct Whole(#[serde(deserialize_with = "deserialize")] Notes);

    let remedy = "write an object with a text for each language, such as {\"en-us\":\"Faster start\"}";
    let text = file(path).text()?;
    document::check(&text)
        .map_err(|error| Error::new(&codes::DOCUMENT_INVALID, format!("{path} is not JSON: {error}")).hint(remedy))?;
    let Whole(notes) = input::parse_as(&NOTES_FILE, &text).map_err(|error| error.while_doing(path).hint(remedy))?;
    match notes.is_empty() {
        true => Err(Error::new(&codes::REQUEST_INVALID, format!("{path} has no language")).hint(remedy)),
        false => Ok(notes),
    }
}

fn of_folder(folder: &Path, version: &Version<'_>) -> Result<BTreeMap<String, Found>> {
    let shown = folder.display();
    let entries = files::entries(folder).map_err(|error| Error::of_file(format!("{shown} can't be read"), &error))?;
    let mut notes: BTreeMap<String, Found> = BTreeMap::new();
    for entry in entries {
        let place = folder.join(&entry.name);
        let of_changelog = changelog::language(&entry.name).filter(|_| !entry.is_folder);
        let in_changelog = of_changelog.is_some();
        let (language, place) = if let Some(language) = of_changelog {
            (if language.is_empty() { DEFAULT_LANGUAGE.to_owned() } else { language.to_owned() }, place)
        } else if entry.is_folder {
            let inside = place.join(FILE_OF_A_LANGUAGE);
            if files::is_folder(&inside) != Some(false) {
                continue;
            }
            (entry.name, inside)
        } else {
            match entry.name.rsplit_once('.') {
                Some((language, extension)) if extension.eq_ignore_ascii_case("txt") => (language.to_owned(), place),
                _ => continue,
            }
        };
        if let Some(other) = same_language(&notes, &language) {
            let message = format!("{shown} has two files for the language {other}; {} is the second", place.display());
            return Err(Error::new(&codes::REQUEST_INVALID, message).hint("remove one of the two"));
        }
        let place = place.to_string_lossy();
        let found = if in_changelog { Found::of_changelog(&place, version)? } else { Found::of_text(&place)? };
        notes.insert(language, found);
    }
    if notes.is_empty() {
        let remedy = "the folder needs a text file for each language, such as en-us.txt or en-us/release_notes.txt, or default.txt for all others; or CHANGELOG.md and CHANGELOG.de-de.md";
        return Err(Error::new(&codes::FILE_NO_MATCH, format!("there are no release notes in {shown}")).hint(remedy));
    }
    Ok(notes)
}
