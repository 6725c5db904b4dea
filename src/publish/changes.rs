//! The changes of a release, made in the text of the submission.

use serde::de::IgnoredAny;

use super::delivery;
use super::packages::{self, Package};
use super::release::{DEFAULT_LANGUAGE, MissingLanguages, Release};
use crate::document::{self, DocumentError, Edit, EditOp, Pointer};
use crate::error::{Detail, Error, Result, codes};
use crate::input::unquoted;
use crate::store::{Target, price};

/// The text of a submission with the changes of a release; all other bytes are as they came.
pub struct Changes {
    /// The body of the PUT.
    pub body: String,
    /// The edits that were made. Empty when the submission has all of them already.
    pub edits: Vec<Edit>,
    /// What people should know, such as texts that were left out.
    pub warnings: Vec<String>,
}

/// Makes the changes of a release in the text of a submission.
///
/// # Errors
/// `document.pointer` for a place or a language that the submission does not have, `document.conflict` for an edit whose
/// `old` value is not there, `price.*`.
pub fn apply(submission: &str, target: &Target, release: &Release, packages: &[Package]) -> Result<Changes> {
    let mut changes = Changes { body: submission.to_owned(), edits: Vec::new(), warnings: Vec::new() };
    if let Some(price) = &release.price_id {
        changes.set(price::POINTER, quoted(price)?)?;
    }
    if !packages.is_empty() {
        packages::change(&mut changes, target, release, packages)?;
    }
    delivery::change(&mut changes, release)?;
    release_notes(&mut changes, release)?;
    for (at, edit) in release.edits.iter().enumerate() {
        let place = edit.path.to_string();
        edit.check_names(submission).map_err(|error| edit_error(&place, &error))?;
        check_kind(&changes.body, edit)
            .map_err(|error| error.detail(Detail::at(format!("/edits/{at}"), "this edit")))?;
        if !is_appended(&changes.body, edit) {
            changes.make(edit.clone())?;
        }
    }
    price::guard(target, &changes.body, release.allow_free)?;
    Ok(changes)
}

fn release_notes(changes: &mut Changes, release: &Release) -> Result<()> {
    if release.release_notes.is_empty() {
        return Ok(());
    }
    let languages = languages(&changes.body)?;
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for (language, text) in release.release_notes.iter().filter(|(language, _)| *language != DEFAULT_LANGUAGE) {
        // The service writes languages in lower case.
        match languages.iter().find(|name| name.eq_ignore_ascii_case(language)) {
            Some(name) => texts.push((name, text)),
            None if release.missing_languages == MissingLanguages::Skip => {
                let warning = format!("the release notes in {language} were left out: there is no listing");
                changes.warnings.push(warning);
            }
            None => return Err(no_listing(language, &languages)),
        }
    }
    if let Some(text) = release.release_notes.get(DEFAULT_LANGUAGE) {
        for language in &languages {
            if texts.iter().all(|(named, _)| named != language) {
                texts.push((language, text));
            }
        }
    }
    for (language, text) in texts {
        let language = language.replace('~', "~0").replace('/', "~1");
        changes.set(&format!("/listings/{language}/baseListing/releaseNotes"), quoted(text)?)?;
    }
    Ok(())
}

/// The languages of the listings.
fn languages(body: &str) -> Result<Vec<String>> {
    #[derive(serde::Deserialize)]
    struct Listings {
        #[serde(default)]
        listings: std::collections::BTreeMap<String, IgnoredAny>,
    }
    let found: Listings = serde_json::from_str(body).map_err(|error| {
        Error::new(&codes::NETWORK_BAD_ANSWER, format!("/listings can't be read: {}", unquoted(&error)))
    })?;
    Ok(found.listings.into_keys().collect())
}

fn no_listing(language: &str, known: &[String]) -> Error {
    let message = format!("the submission has no listing in `{language}`; it has {}", known.join(", "));
    Error::new(&codes::DOCUMENT_POINTER, message)
        .hint("leave its release notes out, or set `missingLanguages` to `skip`; or add the language in Partner Center, or with `edits`: its listing with its release notes")
        .detail(Detail::at(format!("/releaseNotes/{language}"), "no such listing"))
}

/// Refuses a value of another kind than the one that it replaces, such as a text in place of a list. The service would
/// answer with an error that names no place.
fn check_kind(body: &str, edit: &Edit) -> Result<()> {
    let (Some(value), Ok(old)) = (&edit.value, document::get(body, &edit.path.to_string())) else { return Ok(()) };
    if edit.op == EditOp::Add && edit.path.to_string().ends_with("/-") {
        return Ok(());
    }
    let (old, new) = (kind(old), kind(value));
    if old == new || old == "null" || new == "null" {
        return Ok(());
    }
    let path = edit.path.to_string();
    let message = format!("{path} is {old}, and the new value is {new}");
    Err(Error::new(&codes::REQUEST_INVALID, message)
        .hint(format!("give {old}, as the submission has it"))
        .detail(Detail::at(path, format!("{old} is replaced by {new}"))))
}

fn kind(json: &str) -> &'static str {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b'"') => "a text",
        Some(b't' | b'f') => "a truth value",
        Some(b'n') | None => "null",
        Some(_) => "a number",
    }
}

/// Whether an array has an element already that an edit would append to it. A file that was uploaded meanwhile counts too.
fn is_appended(body: &str, edit: &Edit) -> bool {
    let path = edit.path.to_string();
    let (Some(list), Some(value)) = (path.strip_suffix("/-"), &edit.value) else { return false };
    let elements =
        document::get(body, list).ok().and_then(|list| serde_json::from_str::<Vec<serde_json::Value>>(list).ok());
    let Ok(value) = serde_json::from_str::<serde_json::Value>(value) else { return false };
    elements.into_iter().flatten().any(|element| element == value || is_same_file(&element, &value))
}

/// Whether an element is the file that another one describes, with what the service adds.
fn is_same_file(element: &serde_json::Value, described: &serde_json::Value) -> bool {
    let (Some(element), Some(described)) = (element.as_object(), described.as_object()) else { return false };
    described.get("fileStatus").is_some_and(|status| status == "PendingUpload")
        && described.iter().all(|(name, value)| name == "fileStatus" || element.get(name) == Some(value))
        && element.get("fileStatus").is_some_and(|status| status != "PendingDelete")
}

impl Changes {
    /// Sets a member of an object, or appends to an array with `-`.
    pub(super) fn set(&mut self, pointer: &str, value: String) -> Result<()> {
        let path = Pointer::parse(pointer).map_err(|error| edit_error(pointer, &error))?;
        self.make(Edit { op: EditOp::Add, path, value: Some(value), old: None })
    }

    /// Makes an edit, unless the submission has it already: an earlier run of the same release may have made it.
    fn make(&mut self, mut edit: Edit) -> Result<()> {
        let path = edit.path.to_string();
        let failed = |error: DocumentError| edit_error(&path, &error);
        if edit.is_done(&self.body).map_err(failed)? {
            return Ok(());
        }
        let changed = edit.apply(&self.body).map_err(failed)?;
        edit.observe(&self.body).map_err(failed)?;
        self.body = changed;
        self.edits.push(edit);
        Ok(())
    }
}

fn edit_error(pointer: &str, error: &DocumentError) -> Error {
    let detail = Detail::at(pointer, error.to_string());
    match error {
        DocumentError::OldValue { expected, .. } => Error::new(&codes::DOCUMENT_CONFLICT, error.to_string())
            .detail(Detail { old: Some(expected.clone()), ..detail }),
        DocumentError::DuplicateName { pointer: place } => {
            let detail = Detail::at(format!("{pointer}{place}"), "the name is there twice");
            Error::new(&codes::DOCUMENT_DUPLICATE_NAME, error.to_string()).detail(detail)
        }
        _ => Error::new(&codes::DOCUMENT_POINTER, format!("{pointer} can't be changed: {error}")).detail(detail),
    }
}

pub(super) fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text).map_err(|error| Error::new(&codes::INTERNAL_STATE, error.to_string()))
}
