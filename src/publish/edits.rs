//! A release's changes, cut into the text of the submission.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::plan::Release;
use crate::document::{self, DocumentError};
use crate::error::{Detail, Error, Result, codes};
use crate::input::unquoted;
use crate::store::{Target, price};

/// One change that was made, as an operation of JSON Patch (RFC 6902).
#[derive(Debug, Serialize, JsonSchema)]
pub struct Edit {
    /// `add`, `replace` or `remove`.
    pub op: &'static str,
    /// Where.
    pub path: String,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Box<RawValue>>,
    /// What stood there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Box<RawValue>>,
}

/// A submission's text with the release's changes in it; all other bytes are as they came.
pub struct Edited {
    /// The body of the PUT.
    pub body: String,
    /// What was changed. Empty when the submission is so already.
    pub edits: Vec<Edit>,
}

/// Makes the changes.
///
/// # Errors
/// `document.pointer` for a place or a language that is not in the submission, `price.*`.
pub fn apply(submission: &str, target: &Target, release: &Release, packages: &[String]) -> Result<Edited> {
    let mut edited = Edited { body: submission.to_owned(), edits: Vec::new() };
    if let Some(price) = &release.price_id {
        edited.set(price::POINTER, &quoted(price)?)?;
    }
    if !packages.is_empty() {
        add_packages(&mut edited, target, packages, release.replace_packages)?;
    }
    for (language, text) in &release.release_notes {
        let pointer = format!("{}/baseListing/releaseNotes", listing(&edited.body, language)?);
        edited.set(&pointer, &quoted(text)?)?;
    }
    for change in &release.edits {
        match &change.value {
            Some(value) => edited.set(&change.pointer, value.get())?,
            None => edited.remove(&change.pointer)?,
        }
    }
    price::guard(target, &edited.body, release.allow_free)?;
    Ok(edited)
}

/// Whether at least one of the edits that were made in `before` is in `after`, what the service has now. It may write
/// a value its own way, so nothing more can be asked.
pub fn any_kept(before: &str, after: &str, edits: &[Edit]) -> bool {
    edits.iter().any(|edit| {
        let (parent, last) = edit.path.rsplit_once('/').unwrap_or_default();
        // What follows an element that is gone may be its equal.
        let counted = (last == "-" || edit.op == "remove").then(|| length(before, parent).zip(length(after, parent)));
        match counted.flatten() {
            Some((before, after)) => before != after,
            None => document::get(after, &edit.path).ok() != edit.old.as_deref().map(RawValue::get),
        }
    })
}

/// Of an array; `None` for anything else.
fn length(text: &str, list: &str) -> Option<usize> {
    let list = document::get(text, list).ok()?;
    serde_json::from_str::<Vec<IgnoredAny>>(list).ok().map(|items| items.len())
}

impl Edited {
    fn set(&mut self, pointer: &str, value: &str) -> Result<()> {
        let old = document::get(&self.body, pointer).ok().map(str::to_owned);
        if old.as_deref() == Some(value) {
            return Ok(());
        }
        self.body = document::set(&self.body, pointer, value).map_err(|error| misplaced(pointer, &error))?;
        let op = if old.is_some() { "replace" } else { "add" };
        self.edits.push(Edit {
            op,
            path: pointer.to_owned(),
            value: Some(raw(value)?),
            old: old.as_deref().map(raw).transpose()?,
        });
        Ok(())
    }

    fn remove(&mut self, pointer: &str) -> Result<()> {
        let old = document::get(&self.body, pointer).map_err(|error| misplaced(pointer, &error))?;
        let old = Some(raw(old)?);
        self.body = document::remove(&self.body, pointer).map_err(|error| misplaced(pointer, &error))?;
        self.edits.push(Edit { op: "remove", path: pointer.to_owned(), value: None, old });
        Ok(())
    }
}

/// New packages as entries that wait for the upload; with `replace` the present ones are marked for deletion, since a
/// package that is merely left out is refused by the service (`api` c 6).
fn add_packages(edited: &mut Edited, target: &Target, packages: &[String], replace: bool) -> Result<()> {
    let list = if matches!(target, Target::Flight { .. }) { "/flightPackages" } else { "/applicationPackages" };
    if document::get(&edited.body, list).is_err() {
        edited.set(list, "[]")?;
    }
    let present: Vec<Package> =
        serde_json::from_str(document::get(&edited.body, list).unwrap_or("[]")).map_err(|error| {
            Error::new(&codes::NETWORK_BAD_ANSWER, format!("{list} can't be read: {}", unquoted(&error)))
        })?;
    for (index, package) in present.iter().enumerate() {
        if replace && package.file_status == "UploadSummary" {
            edited.set(&format!("{list}/{index}/fileStatus"), r#""PendingDelete""#)?;
        }
    }
    for name in packages {
        // A draft that is adopted may name it already: the run before came so far.
        if present.iter().any(|package| package.file_status == "PendingUpload" && package.file_name == *name) {
            continue;
        }
        let entry = format!(
            r#"{{"fileName":{},"fileStatus":"PendingUpload","minimumDirectXVersion":"None","minimumSystemRam":"None"}}"#,
            quoted(name)?
        );
        edited.append(list, &entry)?;
    }
    Ok(())
}

impl Edited {
    fn append(&mut self, list: &str, value: &str) -> Result<()> {
        let pointer = format!("{list}/-");
        self.body = document::set(&self.body, &pointer, value).map_err(|error| misplaced(&pointer, &error))?;
        self.edits.push(Edit { op: "add", path: pointer, value: Some(raw(value)?), old: None });
        Ok(())
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(default)]
    file_name: String,
    #[serde(default)]
    file_status: String,
}

/// The pointer of a language's listing; the service spells languages in lower case, people don't.
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
        .hint("add the language in Partner Center or with `edits`, or leave its release notes out")
        .detail(Detail::at(format!("/releaseNotes/{language}"), "no such listing")))
}

fn misplaced(pointer: &str, error: &DocumentError) -> Error {
    Error::new(&codes::DOCUMENT_POINTER, format!("{pointer} can't be changed: {error}"))
        .detail(Detail::at(pointer, error.to_string()))
}

fn quoted(text: &str) -> Result<String> {
    serde_json::to_string(text).map_err(|error| Error::new(&codes::INTERNAL_STATE, error.to_string()))
}

fn raw(text: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.to_owned()).map_err(|error| Error::new(&codes::DOCUMENT_INVALID, error.to_string()))
}
