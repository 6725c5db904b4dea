//! `submission.check`: the rules that need no credentials, on everything that a release is made of.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::Output;
use super::check_add_ons::AddOn;
use super::check_notes::Notes;
use super::control::Control;
use super::document_error::refused;
use super::operation::{Operation, on_disk};
use super::output_file;
use super::release_file::{self, ReleaseFile};
use crate::check::{
    self, Allowed, Document, Finding, PictureFacts, Service, Severity, Suppressed, SwitchedOff, Together, Told,
    VideoFacts,
};
use crate::document::{self, DocumentError};
use crate::error::{Detail, Error, Result, codes};
use crate::files;
use crate::listing::{self, Folder, Known};
use crate::package::{self, Facts, Flaw};
use crate::publish::release::File;
use crate::text;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        on_disk(
            "submission.check",
            "what the Store would refuse in a submission, a listing folder, a release and packages, without an account",
            check,
        )
        .returns::<CheckReport>(),
    ]
}

/// `submission.check`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Check {
    /// The submission of an app, a flight or an add-on that would be sent; with `listingPath`, the one that the folder
    /// changes.
    #[serde(default)]
    document: Option<Box<RawValue>>,
    /// In place of `document`, the path of a file with it. Findings then have its lines.
    #[serde(default)]
    document_path: Option<String>,
    /// The submission that is there already. Of texts that it has too, only what the service refuses is found, and as a
    /// warning.
    #[serde(default)]
    base: Option<Box<RawValue>>,
    /// In place of `base`, the path of a file with it.
    #[serde(default)]
    base_path: Option<String>,
    /// The path of a folder of listings.
    #[serde(default)]
    listing_path: Option<String>,
    /// The path of the file of a release, as `publish` takes it. Its packages, release notes, edits and folder of listings
    /// are checked.
    #[serde(default)]
    release_path: Option<String>,
    /// The version whose section of a changelog has the release notes, as in `publish`. By default that of the release or of
    /// the packages.
    #[serde(default)]
    release_notes_version: Option<String>,
    /// App packages: paths, wildcards and folders.
    #[serde(default)]
    packages: Vec<String>,
    /// Read the packages wholly, and compare each file in them with the block map, and the block map with the signature; and
    /// look at the pixels of pictures.
    #[serde(default)]
    full: bool,
    /// Files of pictures and videos that the document names, under their names in the ZIP.
    #[serde(default)]
    files: Vec<File>,
    /// Rules that are off, by id. `storeship.json` of the folder names more, each with its reason, and so does the release.
    #[serde(default)]
    allow: Vec<String>,
    /// The reserved names of the product. A title must be one of them then.
    #[serde(default)]
    reserved_names: Vec<String>,
    /// The path of a text file with words that no text may have, one a line; lines that begin with `#` are comments.
    #[serde(default)]
    words_path: Option<String>,
    /// The folder that the paths of findings start from, such as the root of the repository.
    #[serde(default)]
    root_path: Option<String>,
    /// The path of a SARIF file to write.
    #[serde(default)]
    sarif_path: Option<String>,
    /// The build service for whose log the result has lines.
    #[serde(default)]
    annotations: Option<Service>,
    /// What dates are compared with, in RFC 3339. By default the present.
    #[serde(default)]
    now: Option<String>,
}

/// What a check found.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CheckReport {
    /// The findings, the gravest first.
    findings: Vec<Finding>,
    /// The findings of rules that are off.
    suppressed: Vec<Suppressed>,
    /// How many there are.
    counts: CheckCounts,
    /// The lines for the log of the build service, each to be written as it is.
    annotations: Vec<String>,
    /// The SARIF file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    sarif_path: Option<String>,
}

/// The numbers of a check.
#[derive(Default, Serialize, JsonSchema)]
struct CheckCounts {
    /// The errors.
    error: usize,
    /// The warnings.
    warning: usize,
    /// The findings that are worth knowing.
    information: usize,
    /// The findings of rules that are off.
    suppressed: usize,
    /// The packages that were read.
    packages: usize,
    /// The pictures whose files were read.
    pictures: usize,
}

fn check(request: Check, control: &Control) -> Result<Output> {
    let inputs = Inputs::read(&request, control)?;
    let now = match &request.now {
        None => Timestamp::now(),
        Some(now) => now.parse().map_err(|_| invalid("/now", "it is no time in RFC 3339"))?,
    };
    let named: Vec<String> = request.allow.iter().chain(&inputs.release_allow).cloned().collect();
    let allowed = Allowed::of(&named)?;
    let mut found = inputs.findings(now)?;
    let root = request.root_path.as_deref().map(|root| root.replace('\\', "/"));
    for finding in &mut found {
        finding.file = finding.file.take().map(|file| below(root.as_deref(), file));
    }
    check::sort(&mut found);
    let (mut findings, mut suppressed) = (Vec::new(), Vec::new());
    for finding in found {
        let reason = inputs.off(&finding).and_then(|off| off.reason(finding.id)).map(str::to_owned);
        match reason.is_some() || allowed.has(finding.id) {
            true => suppressed.push(Suppressed { finding, reason }),
            false => findings.push(finding),
        }
    }
    if let Some(path) = &request.sarif_path {
        let asked = [&request.listing_path, &request.document_path, &request.release_path];
        let file = asked.into_iter().flatten().chain(&request.packages).next();
        let file = file.map(|file| below(root.as_deref(), file.replace('\\', "/")));
        output_file::write("the SARIF file", path, &check::sarif(&findings, &suppressed, file.as_deref()), control)?;
    }
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let counts = CheckCounts {
        error: count(Severity::Error),
        warning: count(Severity::Warning),
        information: count(Severity::Information),
        suppressed: suppressed.len(),
        packages: inputs.packages.len(),
        pictures: inputs.pictures.len() + inputs.add_ons.iter().map(|add_on| add_on.pictures.len()).sum::<usize>(),
    };
    let annotations = request.annotations.map(|service| check::annotations(service, &findings)).unwrap_or_default();
    Output::of(&CheckReport { findings, suppressed, counts, annotations, sarif_path: request.sarif_path })
}

/// What a check reads.
#[derive(Default)]
struct Inputs {
    document: Option<(String, Option<String>)>,
    base: Option<String>,
    /// The folder of listings that the request or the release names.
    listing_path: Option<String>,
    folder: Option<Folder>,
    /// The rules that the folder switches off.
    off: SwitchedOff,
    /// The folders of the add-ons in it.
    add_ons: Vec<AddOn>,
    /// The release notes that are in files.
    notes: Notes,
    release: Option<(String, String)>,
    release_allow: Vec<String>,
    packages: Vec<Facts>,
    flaws: Vec<Flaw>,
    pictures: BTreeMap<String, PictureFacts>,
    videos: BTreeMap<String, VideoFacts>,
    told: Told,
    /// Whether everything is read wholly.
    full: bool,
}

impl Inputs {
    fn read(request: &Check, control: &Control) -> Result<Inputs> {
        let is_empty = request.document.is_none()
            && request.document_path.is_none()
            && request.listing_path.is_none()
            && request.release_path.is_none()
            && request.packages.is_empty();
        if is_empty {
            let what = "one of `document`, `documentPath`, `listingPath`, `releasePath` and `packages` is needed";
            return Err(Error::new(&codes::REQUEST_MISSING_FIELD, what));
        }
        let document = match (&request.document, &request.document_path) {
            (Some(_), Some(_)) => return Err(invalid("/documentPath", "only one of `document` and `documentPath`")),
            (Some(document), None) => Some((document.get().to_owned(), None)),
            (None, Some(path)) => Some((json(path)?, Some(path.replace('\\', "/")))),
            (None, None) => None,
        };
        let base = match (&request.base, &request.base_path) {
            (Some(_), Some(_)) => return Err(invalid("/basePath", "only one of `base` and `basePath`")),
            (Some(base), None) => Some(base.get().to_owned()),
            (None, Some(path)) => Some(json(path)?),
            (None, None) => None,
        };
        let words = request.words_path.as_deref().map(words).transpose()?.unwrap_or_default();
        let told = Told { reserved_names: request.reserved_names.clone(), words };
        let mut inputs = Inputs { document, base, told, full: request.full, ..Inputs::default() };
        let mut packages = request.packages.clone();
        let (mut version, mut notes_path) = (request.release_notes_version.clone(), None);
        if let Some(path) = &request.release_path {
            let ReleaseFile { text, release, .. } = release_file::read(path)?;
            packages.extend(release.packages);
            inputs.release_allow = release.allow;
            version = version.or(release.release_notes_version);
            notes_path = release.release_notes_path;
            inputs.listing_path = release.listing.map(|listing| listing.path);
            inputs.release = Some((text, path.replace('\\', "/")));
        }
        if !packages.is_empty() {
            for chosen in check::inputs(&packages)?.chosen {
                if request.full {
                    let flaws = package::verify(Path::new(&chosen.path), &|| !control.stop().is_stopped());
                    inputs.flaws.extend(flaws.map_err(|error| check::package_error(&error))?);
                }
                inputs.packages.push(chosen.facts);
            }
        }
        for (at, file) in request.files.iter().enumerate() {
            let source = file.source()?;
            inputs.look_at(source.name.replace('\\', "/"), &source.path, control).map_err(|error| {
                let detail = Detail::at(format!("/files/{at}/path"), error.to_string());
                Error::of_file(format!("{} can't be read", source.path.display()), &error).detail(detail)
            })?;
        }
        inputs.listing_path = request.listing_path.clone().or(inputs.listing_path);
        if let Some(path) = inputs.listing_path.clone() {
            let mut folder = inputs.read_folder(&path, control);
            inputs.notes.of_folder(&mut folder, version.as_deref(), &inputs.packages);
            inputs.folder = Some(folder);
        }
        if let Some(path) = &notes_path {
            inputs.notes.of_release(path, version.as_deref(), &inputs.packages);
        }
        let changelog = inputs.folder.as_ref().and_then(|folder| folder.settings.changelog.as_ref());
        if request.release_notes_version.is_some() && changelog.is_none() && notes_path.is_none() {
            let what = "only with a changelog: one that `releaseNotesPath` of a release leads to, or `changelog` in the storeship.json of a folder of listings";
            return Err(invalid("/releaseNotesVersion", what));
        }
        Ok(inputs)
    }

    /// Reads a folder, its pictures and its videos.
    fn read_folder(&mut self, path: &str, control: &Control) -> Folder {
        let submission = self.document.as_ref().map(|(text, _)| text).or(self.base.as_ref());
        let known = submission.map(|text| Known::of(text)).unwrap_or_default();
        let mut folder = listing::read::folder(Path::new(path), &known);
        self.off = SwitchedOff::of(&mut folder);
        let goes_on = || !control.stop().is_stopped();
        self.pictures.extend(check::pictures(&folder, self.full, &goes_on));
        self.videos.extend(check::videos(&folder, &goes_on));
        self.add_ons = AddOn::all(&mut folder, self.full, &goes_on);
        folder
    }

    /// The rules that the folder of a finding switches off.
    fn off(&self, finding: &Finding) -> Option<&SwitchedOff> {
        let is_its = |add_on: &&AddOn| finding.product_id.as_ref() == Some(&add_on.product_id);
        match finding.product_id {
            None => Some(&self.off),
            Some(_) => self.add_ons.iter().find(is_its).map(|add_on| &add_on.off),
        }
    }

    /// Reads the file of a picture or a video, by its ending.
    fn look_at(&mut self, name: String, path: &Path, control: &Control) -> io::Result<()> {
        let goes_on = || !control.stop().is_stopped();
        if listing::layout::is_video(&name) {
            self.videos.insert(name, check::video(path, &goes_on)?);
        } else {
            let look = if self.full { check::whole_picture } else { check::picture };
            self.pictures.insert(name, look(path, &goes_on)?);
        }
        Ok(())
    }

    fn findings(&self, now: Timestamp) -> Result<Vec<Finding>> {
        let document = self.document.as_ref().map(|(text, file)| Document { text, file: file.as_deref() });
        let together = Together {
            document,
            base: self.base.as_deref(),
            folder: self.folder.as_ref(),
            release: self.release.as_ref().map(|(text, file)| Document { text, file: Some(file) }),
            notes: &self.notes.noted,
            years: &self.notes.years,
            packages: &self.packages,
            pictures: &self.pictures,
            videos: &self.videos,
            told: &self.told,
            now,
        };
        let is_no_json = |error| refused(DocumentError::Document(error));
        let mut found = together.findings().map_err(is_no_json)?;
        found.extend(self.notes.findings.iter().cloned());
        for add_on in &self.add_ons {
            found.extend(add_on.findings(&self.told, now).map_err(is_no_json)?);
        }
        let allowed = Allowed::default();
        let base = self.base.as_deref().or(document.map(|document| document.text));
        if !self.packages.is_empty() {
            let base = base.map(check::Base::of).transpose()?;
            found.extend(check::packages(&self.packages, base.as_ref(), &allowed));
            found.extend(check::flaws(&self.flaws));
        }
        // What a folder changes is not sent with its price.
        if let Some(document) = document.filter(|_| self.folder.is_none()) {
            found.extend(check::prices(document.text)?);
        }
        Ok(found)
    }
}

/// The largest list of words.
const MAX_WORDS: u64 = 1 << 20;

/// The words of a file, one a line.
fn words(path: &str) -> Result<Vec<String>> {
    let text = text_of("the list of words", path, MAX_WORDS)?;
    let words = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(words.map(str::to_owned).collect())
}

/// A file with JSON.
fn json(path: &str) -> Result<String> {
    let text = text_of("the document", path, document::MAX_BYTES as u64)?;
    document::check(&text).map_err(|error| refused(DocumentError::Document(error)).while_doing(path))?;
    Ok(text)
}

/// The text of a file, which is `what` for messages.
fn text_of(what: &str, path: &str, limit: u64) -> Result<String> {
    let bytes = files::read(Path::new(path), limit)
        .map_err(|error| Error::of_file(format!("{what} can't be read from {path}"), &error))?;
    let text = text::decode(&bytes).map_err(|reason| {
        let message = format!("{what} can't be read from {path}: {reason}");
        Error::new(&codes::FILE_ENCODING, message).hint(reason.remedy())
    })?;
    Ok(text.to_string())
}

/// The path from a folder, if it is in it.
fn below(root: Option<&str>, file: String) -> String {
    let inside = root.and_then(|root| file.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/'));
    inside.map(str::to_owned).unwrap_or(file)
}

fn invalid(pointer: &str, message: &str) -> Error {
    Error::new(&codes::REQUEST_INVALID, format!("{message} (at {pointer})")).detail(Detail::at(pointer, message))
}
