//! The texts that a release would put into listings: its release notes, and its edits of texts and lists.

use super::listings::Source;
use super::subject::{Listing, Place, Text};
use crate::document::{Pointer, ValueKind, View};

/// Release notes that a release has from a file.
#[derive(Clone, Debug)]
pub struct Noted {
    /// The language, `default` for all that are not named.
    pub language: String,
    /// The text.
    pub text: String,
    /// The path of the file.
    pub file: String,
    /// The line in it.
    pub line: Option<usize>,
}

/// The listings of a release, of which each has what the release changes.
pub(super) fn listings(source: &Source<'_, '_>) -> Vec<Listing> {
    let root = source.document.root();
    let mut found = Vec::new();
    if let Some(notes) = root.member("releaseNotes") {
        for (language, pointer, notes) in by_language(notes) {
            if let Some(text) = text(source, &pointer, notes) {
                of(&mut found, &language).texts.push(("releaseNotes".to_owned(), text));
            }
        }
    }
    for (at, edit) in root.member("edits").map(View::elements).unwrap_or_default().into_iter().enumerate() {
        let (Some(path), Some(value)) = (edit.member("path").and_then(View::text), edit.member("value")) else {
            continue;
        };
        let pointer = format!("/edits/{at}/value");
        let names: Vec<String> = path.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let (["", "listings", language, "baseListing", member] | ["", "listings", language, member]) = names[..] else {
            continue;
        };
        let listing = of(&mut found, language);
        match value.kind() {
            ValueKind::Array => listing.lists.push((member.to_owned(), source.list(&pointer, value, None))),
            _ => listing.texts.extend(source.text(pointer, value, None).map(|text| (member.to_owned(), text))),
        }
    }
    found
}

/// Adds the release notes that are from files.
pub(super) fn add_notes(listings: &mut Vec<Listing>, notes: &[Noted]) {
    for noted in notes {
        let start = noted.line.map(|line| (line, 1));
        let file = Some(noted.file.replace('\\', "/"));
        let place = Place { file, start, is_plain: noted.line == Some(1), ..Place::default() };
        let text = Text { value: noted.text.clone(), place, ..Text::default() };
        of(listings, &noted.language).texts.push(("releaseNotes".to_owned(), text));
    }
}

/// The languages in which a release has release notes, `default` for all.
pub(super) fn noted(listings: &[Listing]) -> Vec<String> {
    let noted = listings.iter().filter(|listing| listing.text("releaseNotes").is_some());
    noted.map(|listing| listing.language.clone()).collect()
}

/// Release notes by language; one text for all is that of `default`.
fn by_language<'a, 't>(notes: View<'a, 't>) -> Vec<(String, String, View<'a, 't>)> {
    if notes.kind() != ValueKind::Object {
        return vec![("default".to_owned(), "/releaseNotes".to_owned(), notes)];
    }
    let pointer = |language: &str| format!("/releaseNotes/{}", Pointer::escaped(language));
    notes.members().into_iter().map(|(language, text)| (language.to_string(), pointer(&language), text)).collect()
}

/// A text, or one as an array of its lines.
fn text(source: &Source<'_, '_>, pointer: &str, value: View<'_, '_>) -> Option<Text> {
    if value.kind() != ValueKind::Array {
        return source.text(pointer.to_owned(), value, None);
    }
    let lines: Vec<_> = value.elements().into_iter().filter_map(View::text).collect();
    Some(Text { value: lines.join("\r\n"), place: source.place(pointer.to_owned(), value), ..Text::default() })
}

fn of<'l>(listings: &'l mut Vec<Listing>, language: &str) -> &'l mut Listing {
    let at = listings.iter().position(|listing| listing.language.eq_ignore_ascii_case(language));
    let at = at.unwrap_or_else(|| {
        listings.push(Listing { language: language.to_owned(), ..Listing::default() });
        listings.len() - 1
    });
    &mut listings[at]
}
