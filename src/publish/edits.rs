//! The changes of a release, made in the text of the submission.

use serde::de::IgnoredAny;

use super::plan::Release;
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
}

/// Makes the changes of a release in the text of a submission.
///
/// `packages` are the names of the packages in the ZIP.
///
/// # Errors
/// `document.pointer` for a place or a language that the submission does not have, `document.conflict` for an edit whose
/// `old` value is not there, `price.*`.
pub fn apply(submission: &str, target: &Target, release: &Release, packages: &[String]) -> Result<Changes> {
    let mut changes = Changes { body: submission.to_owned(), edits: Vec::new() };
    if let Some(price) = &release.price_id {
        changes.set(price::POINTER, quoted(price)?)?;
    }
    if !packages.is_empty() {
        add_packages(&mut changes, target, packages, release.replace_packages)?;
    }
    for (language, text) in &release.release_notes {
        let pointer = format!("{}/baseListing/releaseNotes", listing(&changes.body, language)?);
        changes.set(&pointer, quoted(text)?)?;
    }
    for edit in &release.edits {
        edit.check_names(submission).map_err(|error| edit_error(&edit.path.to_string(), &error))?;
    }
    let (body, edits) = document::apply_edits(&changes.body, &release.edits).map_err(|(at, error)| {
        let path = release.edits.get(at).map(|edit| edit.path.to_string());
        edit_error(&path.unwrap_or_default(), &error)
    })?;
    changes.body = body;
    changes.edits.extend(edits);
    price::guard(target, &changes.body, release.allow_free)?;
    Ok(changes)
}

/// Whether the service kept at least one of the edits that were made in `before`. `after` is the text that the service
/// has now. The service may spell a value in its own way, so an edit counts as lost only if the old value is still
/// there.
pub fn any_kept(before: &str, after: &str, edits: &[Edit]) -> bool {
    edits.iter().any(|edit| {
        let path = edit.path.to_string();
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        // For an edit that adds or removes an element of an array, the lengths are compared, because afterwards its
        // index may belong to a neighbour.
        let lengths = (edit.op != EditOp::Replace).then(|| length(before, parent).zip(length(after, parent)));
        match lengths.flatten() {
            Some((before, after)) => before != after,
            None => document::get(after, &path).ok() != edit.old.as_deref(),
        }
    })
}

/// The length of an array; `None` for anything else.
fn length(text: &str, list: &str) -> Option<usize> {
    let list = document::get(text, list).ok()?;
    serde_json::from_str::<Vec<IgnoredAny>>(list).ok().map(|items| items.len())
}

impl Changes {
    /// Sets a member of an object, or appends to an array with `-`.
    fn set(&mut self, pointer: &str, value: String) -> Result<()> {
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

/// Adds new packages as entries that wait for the upload. `replace` marks the present packages for deletion, because
/// the service refuses a submission that leaves out a package.
fn add_packages(changes: &mut Changes, target: &Target, packages: &[String], replace: bool) -> Result<()> {
    let list = if matches!(target, Target::Flight { .. }) { "/flightPackages" } else { "/applicationPackages" };
    if document::get(&changes.body, list).is_err() {
        changes.set(list, "[]".to_owned())?;
    }
    let present: Vec<Package> =
        serde_json::from_str(document::get(&changes.body, list).unwrap_or("[]")).map_err(|error| {
            Error::new(&codes::NETWORK_BAD_ANSWER, format!("{list} can't be read: {}", unquoted(&error)))
        })?;
    for (index, package) in present.iter().enumerate() {
        if replace && package.file_status == "Uploaded" {
            changes.set(&format!("{list}/{index}/fileStatus"), r#""PendingDelete""#.to_owned())?;
        }
    }
    for name in packages {
        // The draft of an earlier run names it already.
        if present.iter().any(|package| package.file_status == "PendingUpload" && package.file_name == *name) {
            continue;
        }
        let entry = format!(
            r#"{{"fileName":{},"fileStatus":"PendingUpload","minimumDirectXVersion":"None","minimumSystemRam":"None"}}"#,
            quoted(name)?
        );
        changes.set(&format!("{list}/-"), entry)?;
    }
    Ok(())
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(default)]
    file_name: String,
    #[serde(default)]
    file_status: String,
}

/// The pointer of the listing in a language. Letter case is ignored: the service writes languages in lower case.
fn listing(body: &str, language: &str) -> Result<String> {
    #[derive(serde::Deserialize)]
    struct Listings {
        #[serde(default)]
        listings: std::collections::BTreeMap<String, IgnoredAny>,
    }
    let found: Listings = serde_json::from_str(body).map_err(|error| {
        Error::new(&codes::NETWORK_BAD_ANSWER, format!("/listings can't be read: {}", unquoted(&error)))
    })?;
    if let Some(name) = found.listings.keys().find(|name| name.eq_ignore_ascii_case(language)) {
        return Ok(format!("/listings/{}", name.replace('~', "~0").replace('/', "~1")));
    }
    let known: Vec<&str> = found.listings.keys().map(String::as_str).collect();
    let message = format!("the submission has no listing in `{language}`; it has {}", known.join(", "));
    Err(Error::new(&codes::DOCUMENT_POINTER, message)
        .hint("leave its release notes out; or add the language in Partner Center, or with `edits`: its listing with its release notes")
        .detail(Detail::at(format!("/releaseNotes/{language}"), "no such listing")))
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

fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text).map_err(|error| Error::new(&codes::INTERNAL_STATE, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{Edit, any_kept};

    #[test]
    fn an_edit_is_kept_when_the_document_has_it() {
        let before = r#"{"a":1,"list":["x","x"]}"#;
        for (edit, kept, lost) in [
            (r#"{"op":"replace","path":"/a","value":2,"old":1}"#, r#"{"a":2}"#, r#"{"a":1}"#),
            (r#"{"op":"add","path":"/b","value":2}"#, r#"{"b":2.0}"#, "{}"),
            (r#"{"op":"remove","path":"/a","old":1}"#, "{}", r#"{"a":1}"#),
            (r#"{"op":"add","path":"/list/0","value":"y"}"#, r#"{"list":["y","x","x"]}"#, before),
            (r#"{"op":"add","path":"/list/-","value":"x"}"#, r#"{"list":["x","x","x"]}"#, before),
            (r#"{"op":"remove","path":"/list/0","old":"x"}"#, r#"{"list":["x"]}"#, before),
        ] {
            let edits: Vec<Edit> = vec![serde_json::from_str(edit).unwrap()];
            assert!(any_kept(before, kept, &edits), "{edits:?}");
            assert!(!any_kept(before, lost, &edits), "{edits:?}");
        }
    }
}
