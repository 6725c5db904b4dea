//! A release that a file describes: `releasePath` of `publish` and `publish.plan`.
//!
//! The file is read, checked and made a part of the request before the request itself is read, so that nothing else knows
//! of files.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::fields::body;
use super::ids::{self, Ids, RELEASE_PATH, Request, SCHEMA};
use super::operation::{Online, Operation, Run, Work};
use crate::blocking;
use crate::client::Client;
use crate::document;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::input::{self, REQUEST, Subject};
use crate::listing::convert;
use crate::publish::release::Release;
use crate::store::Target;
use crate::text::TextFile;

static RELEASE_FILE: Subject = Subject { name: "the release", json_fields: REQUEST.json_fields };

/// The same operation, whose request may have `releasePath`.
pub(super) fn or_file(operation: Operation) -> Operation {
    let run = match operation.run {
        Run::Offline(run) => Run::Offline(run),
        Run::Online(run) => {
            let run: Arc<Online> = Arc::from(run);
            Run::Online(Box::new(move |client, request, reporter| run_merged(&run, client, request, reporter)))
        }
    };
    Operation { run, ..operation }
}

/// Runs an operation with what the file of its request has.
fn run_merged(
    run: &Arc<Online>,
    client: Arc<Client>,
    request: &str,
    reporter: Reporter,
) -> Result<(Work, Option<Duration>)> {
    if input::members(&REQUEST, request)?.get(RELEASE_PATH).is_none() {
        return run(client, request, reporter);
    }
    // A mistake in the request itself is refused before the file is opened.
    let limit = ids::read_online::<Release>(Ids::Release, request)?.limit;
    let (run, request) = (run.clone(), request.to_owned());
    let work = async move {
        let read = move || {
            let merged = Merged::of(&request)?;
            let (work, _) = run(client, &merged.text, reporter).map_err(|error| merged.locate(error))?;
            Ok((work, merged))
        };
        let (work, merged) = blocking::run(read).await?;
        work.await.map_err(|error| merged.locate(error))
    };
    Ok((Box::pin(work), limit))
}

/// A request with the fields of its file.
struct Merged {
    text: String,
    /// The path of the file.
    path: String,
    /// The fields that are the file's.
    of_file: Vec<String>,
}

impl Merged {
    /// Reads the file of a request. A field of the request comes before that of the file; but the two must not name
    /// different products.
    fn of(request: &str) -> Result<Merged> {
        let asked = ids::read_online::<Release>(Ids::Release, request)?;
        let path = asked.ids.release_path().unwrap_or_default().to_owned();
        let (text, file) = text_and_release(&path)?;
        let named = |error: Error| in_file(&path, error);
        asked.ids.check_agrees(&file.ids).map_err(named)?;
        let mut release = file.fields;
        rebase(&mut release, &path);

        let asked = input::members(&REQUEST, request)?;
        let has = |name: &str| asked.get(name).is_some_and(|value| value.get() != "null");
        let has_notes = has("releaseNotes") || has("releaseNotesPath");
        let mut members = Vec::new();
        let mut of_file = Vec::new();
        for (name, value) in input::members(&RELEASE_FILE, &text)?.iter() {
            let is_replaced = has(name) || (name.starts_with("releaseNotes") && has_notes);
            if name != SCHEMA && !is_replaced {
                let value = of_paths(name, &release)?.unwrap_or_else(|| value.get().to_owned());
                members.push(member(name, &value)?);
                of_file.push(name.to_owned());
            }
        }
        for (name, value) in asked.iter().filter(|(name, _)| *name != RELEASE_PATH && has(name)) {
            members.push(member(name, value.get())?);
        }
        let text = format!("{{{}}}", members.join(","));
        Ok(Merged { text, path, of_file })
    }

    /// An error about a field of the request, with the file that the field is from.
    fn locate(&self, error: Error) -> Error {
        let place = error.findings().first().and_then(|detail| detail.pointer.as_deref());
        let field = place.and_then(|pointer| pointer.split('/').nth(1));
        let is_of_file = field.is_some_and(|field| self.of_file.iter().any(|name| name == field));
        if error.code().name.starts_with("request.") && is_of_file { in_file(&self.path, error) } else { error }
    }
}

/// The text of a file, and the release in it.
fn text_and_release(path: &str) -> Result<(Zeroizing<String>, Request<Release>)> {
    let text = TextFile { what: "the release", path, without_file: "give its fields in the request" }.text()?;
    if let Err(error) = document::check(&text) {
        let message = format!("{path} is not JSON: {error}");
        return Err(Error::new(&codes::REQUEST_SYNTAX, message).hint("correct the file"));
    }
    if convert::is_submission(&text) {
        let message = format!("{path} is the JSON of a submission, such as the payload of StoreBroker, and no release");
        let remedy = format!("give a file with the fields of `publish`; {}", convert::INSTEAD_OF_PAYLOADS);
        return Err(Error::new(&codes::REQUEST_INVALID, message).hint(remedy));
    }
    let release = ids::read_file(&RELEASE_FILE, Ids::Product, &text).map_err(|error| in_file(path, error))?;
    Ok((text, release))
}

/// The file of a release.
pub(super) struct ReleaseFile {
    /// The file as it is.
    pub(super) text: String,
    /// The release in it, with paths that start from the folder of the file.
    pub(super) release: Release,
    /// The product that it names by its ids; absent if it names none, or one by its name.
    pub(super) target: Option<Target>,
}

/// Reads the file of a release.
///
/// # Errors
/// `file.*`; `request.*` for the content.
pub(super) fn read(path: &str) -> Result<ReleaseFile> {
    let (text, Request { fields: mut release, ids, .. }) = text_and_release(path)?;
    rebase(&mut release, path);
    let target = if ids.by_name().any() { None } else { ids.target().ok() };
    Ok(ReleaseFile { text: text.to_string(), release, target })
}

/// An error about the content of the file.
fn in_file(path: &str, error: Error) -> Error {
    let error = error.while_doing(path);
    if error.remedy() == error.code().remedy { error.hint("correct the file") } else { error }
}

fn member(name: &str, value: &str) -> Result<String> {
    Ok(format!("{}:{value}", body(&name)?))
}

/// Makes the paths of a release start from the folder of its file.
fn rebase(release: &mut Release, path: &str) {
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let from_folder = |path: &mut String| {
        if !path.is_empty() {
            *path = folder.join(&*path).to_string_lossy().into_owned();
        }
    };
    let Release { packages, files, listing, release_notes_path, from_receipt_path, summary_path, .. } = release;
    packages.iter_mut().for_each(from_folder);
    files.iter_mut().map(|file| &mut file.path).for_each(from_folder);
    let listing = listing.iter_mut().flat_map(|listing| listing.base_path.iter_mut().chain([&mut listing.path]));
    listing.for_each(from_folder);
    [release_notes_path, from_receipt_path, summary_path].into_iter().flatten().for_each(from_folder);
}

/// A field of the file that has paths; `None` for any other field.
fn of_paths(name: &str, release: &Release) -> Result<Option<String>> {
    Ok(Some(match name {
        "packages" => body(&release.packages)?,
        "files" => body(&release.files)?,
        "listing" => body(&release.listing)?,
        "releaseNotesPath" => body(&release.release_notes_path)?,
        "fromReceiptPath" => body(&release.from_receipt_path)?,
        "summaryPath" => body(&release.summary_path)?,
        _ => return Ok(None),
    }))
}
