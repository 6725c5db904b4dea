//! Makes the changes of a release in the text of a submission.

use serde_json::Value;

use super::changes::{Changes, edit_error, quoted};
use super::delivery;
use super::inputs::Package;
use super::languages;
use super::notes::DEFAULT_LANGUAGE;
use super::packages;
use super::pricing;
use super::release::{MissingLanguages, Release};
use crate::document::{self, Edit, EditOp, Pointer};
use crate::error::{Detail, Error, Result, codes};
use crate::store::{Target, price};

/// Makes the changes of a release in the text of a submission.
///
/// # Errors
/// `document.pointer` for a place or a language that the submission does not have, `document.conflict` for an edit whose
/// `old` value is not there, `price.*`.
pub(super) fn apply(submission: &str, target: &Target, release: &Release, packages: &[Package]) -> Result<Changes> {
    let mut changes = without_price(submission, target, release, packages)?;
    pricing::finish(&mut changes, submission, target, release)?;
    Ok(changes)
}

/// The same without the guard of the price, for a document that is not sent.
///
/// # Errors
/// As [`apply`], without `price.*`.
pub(super) fn without_price(
    submission: &str,
    target: &Target,
    release: &Release,
    packages: &[Package],
) -> Result<Changes> {
    let mut changes =
        Changes { body: submission.to_owned(), edits: Vec::new(), warnings: Vec::new(), left_alone: Vec::new() };
    if let Some(price) = &release.price_id {
        changes.set(price::POINTER, quoted(price)?)?;
    }
    if !packages.is_empty() {
        packages::change(&mut changes, target, release, packages)?;
    }
    delivery::change(&mut changes, release)?;
    languages::add(&mut changes, release)?;
    if let Some(listing) = &release.listing {
        listing.change(&mut changes, |path| is_said(release, path))?;
    }
    release_notes(&mut changes, release)?;
    for (at, edit) in release.edits.iter().enumerate() {
        let place = edit.path.to_string();
        edit.check_names(submission).map_err(|error| edit_error(&place, &error))?;
        check_kind(&changes.body, edit)
            .map_err(|error| error.detail(Detail::at(format!("/edits/{at}"), "this edit")))?;
        if is_removed(&changes.body, edit) {
            // An earlier run of the release has removed it; or it is misspelt, which nobody can tell.
            changes.warnings.push(format!("{place} is not there, so there is nothing to remove"));
        } else if !is_appended(&changes.body, edit) {
            changes.make(edit.clone())?;
        }
    }
    Ok(changes)
}

/// Whether the release itself says what is at a place, so that its folder of listings does not count there.
fn is_said(release: &Release, path: &str) -> bool {
    match path {
        price::POINTER => release.price_id.is_some(),
        "/visibility" => release.visibility.is_some(),
        "/notesForCertification" => release.notes_for_certification.is_some(),
        "/targetPublishMode" | "/targetPublishDate" => release.publish_mode.is_some() || release.publish_date.is_some(),
        _ => {
            let language =
                path.strip_prefix("/listings/").and_then(|path| path.strip_suffix("/baseListing/releaseNotes"));
            language.is_some_and(|language| {
                let names = |name: &String| *name == DEFAULT_LANGUAGE || name.trim().eq_ignore_ascii_case(language);
                release.release_notes.keys().any(names)
            })
        }
    }
}

fn release_notes(changes: &mut Changes, release: &Release) -> Result<()> {
    if release.release_notes.is_empty() {
        return Ok(());
    }
    let languages = languages::languages(&changes.body)?;
    let mut texts: Vec<(&str, &str)> = Vec::new();
    for (language, text) in release.release_notes.iter().filter(|(language, _)| *language != DEFAULT_LANGUAGE) {
        match languages::find(&languages, language) {
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
        let language = Pointer::escaped(language);
        changes.set(&format!("/listings/{language}/baseListing/releaseNotes"), quoted(text)?)?;
    }
    Ok(())
}

fn no_listing(language: &str, known: &[String]) -> Error {
    let message = format!("the submission has no listing in `{language}`; it has {}", known.join(", "));
    Error::new(&codes::DOCUMENT_POINTER, message)
        .hint(
            "leave its release notes out, or set `missingLanguages` to `skip`; or add the language with `addLanguages`, which copies the listing of `templateLanguage`",
        )
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

/// Whether an edit removes a member that is not there, from an object that is.
fn is_removed(body: &str, edit: &Edit) -> bool {
    let path = edit.path.to_string();
    let Some((object, name)) = path.rsplit_once('/') else { return false };
    edit.op == EditOp::Remove
        && !name.bytes().all(|byte| byte.is_ascii_digit())
        && document::get(body, object).is_ok()
        && document::get(body, &path).is_err()
}

/// Whether an array has an element already that an edit would append to it. A file that was uploaded meanwhile counts too.
fn is_appended(body: &str, edit: &Edit) -> bool {
    let path = edit.path.to_string();
    let (Some(list), Some(value)) = (path.strip_suffix("/-"), &edit.value) else { return false };
    let elements = document::get(body, list).ok().and_then(|list| serde_json::from_str::<Vec<Value>>(list).ok());
    let Ok(value) = serde_json::from_str::<Value>(value) else { return false };
    elements.into_iter().flatten().any(|element| element == value || is_same_file(&element, &value))
}

/// Whether an element is the file that another one describes, with what the service adds.
fn is_same_file(element: &Value, described: &Value) -> bool {
    let (Some(element), Some(described)) = (element.as_object(), described.as_object()) else { return false };
    described.get("fileStatus").is_some_and(|status| status == "PendingUpload")
        && described.iter().all(|(name, value)| name == "fileStatus" || element.get(name) == Some(value))
        && element.get("fileStatus").is_some_and(|status| status != "PendingDelete")
}
