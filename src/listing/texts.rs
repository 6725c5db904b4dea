//! Compares texts and lists of a folder with those of a submission.

use super::body::{Member, Object, below, quoted, string};
use super::edits::{Edits, Note, NoteKind};
use super::fault::{Fault, FaultKind};
use super::folder::TextFile;
use super::layout;
use super::walk::folded;
use crate::document;

/// Makes the edits of one file in the object that has its member.
pub(super) fn edit(file: &TextFile, object: &Object<'_>, edits: &mut Edits) -> Result<(), Fault> {
    let (place, old) = match object.find(&file.member) {
        Member::There(name, value) => (below(&object.pointer, &name), Some(value)),
        Member::Missing => (below(&object.pointer, &file.member), None),
        Member::Several => {
            let what = format!("the submission has several members {} that differ in letter case", file.member);
            return Err(Fault::new(FaultKind::Twice, &file.file, what));
        }
    };
    let found = old.unwrap_or("null");
    if file.is_json {
        if !document::equal(found, &file.text).unwrap_or(false) {
            edits.put(&place, file.text.trim().to_owned(), old);
        }
        return Ok(());
    }
    match found.as_bytes().first() {
        Some(b'[') => edit_list(file, &place, found, edits),
        Some(b'n') if layout::is_list(&file.member) => edit_new_list(file, &place, old, edits),
        Some(b'"' | b'n') => edit_text(file, &place, old, edits),
        _ => {
            let what = "the submission has another value than a text or a list there; use a .json file";
            return Err(Fault::new(FaultKind::Json, &file.file, what));
        }
    }
    Ok(())
}

fn edit_text(file: &TextFile, place: &str, old: Option<&str>, edits: &mut Edits) {
    // A text with half of a surrogate pair is equal to no file.
    let found = old.map_or(Some(String::new()), |old| if old == "null" { Some(String::new()) } else { string(old) });
    if found.as_deref().is_some_and(|found| is_same(found, &file.text)) {
        return;
    }
    let value = match file.text.as_str() {
        "" => {
            let message = format!("the empty file {} clears the text that is there", file.file);
            edits.notes.push(Note::new(NoteKind::Cleared, message).file(&file.file).at(place));
            if file.member.eq_ignore_ascii_case("title") { "null".to_owned() } else { quoted("") }
        }
        text => quoted(&with_ends(text, &found.unwrap_or_default())),
    };
    edits.put(place, value, old);
}

fn edit_new_list(file: &TextFile, place: &str, old: Option<&str>, edits: &mut Edits) {
    let items: Vec<String> = file.items().map(quoted).collect();
    if !items.is_empty() {
        edits.put(place, array(&items), old);
    }
}

fn edit_list(file: &TextFile, place: &str, old: &str, edits: &mut Edits) {
    let found = document::elements(old).unwrap_or_default();
    let is_item = |found: &str, item: &str| string(found).is_some_and(|found| is_same(found.trim(), item));
    let items: Vec<&str> = file.items().collect();
    if items.len() != found.len() {
        if items.is_empty() {
            let message = format!("the empty file {} clears the list that is there", file.file);
            edits.notes.push(Note::new(NoteKind::Cleared, message).file(&file.file).at(place));
        }
        let values: Vec<String> = items.into_iter().map(quoted).collect();
        edits.put(place, array(&values), Some(old));
        return;
    }
    for (at, (item, found)) in items.iter().zip(&found).enumerate() {
        if !is_item(found, item) {
            edits.put(&format!("{place}/{at}"), quoted(item), Some(found));
        }
    }
}

fn array(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// Whether a text of a submission is that of a file, whose line ends are LF.
pub(super) fn is_same(found: &str, text: &str) -> bool {
    folded(found) == text
}

/// A text of a file with the line ends of the text that it replaces; those of Windows if that has none.
pub(super) fn with_ends(text: &str, old: &str) -> String {
    let end = if old.contains("\r\n") || !old.contains(['\n', '\r']) {
        "\r\n"
    } else if old.contains('\n') {
        "\n"
    } else {
        "\r"
    };
    text.replace('\n', end)
}
