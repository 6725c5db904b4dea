//! `submission.preview`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::Output;
use super::control::Control;
use super::document_error::{invalid, refused};
use super::operation::{Operation, on_disk};
use super::output_file;
use super::preview_plan;
use super::release_file::{self, ReleaseFile};
use crate::check::{self, Document, Finding, PictureFacts, SwitchedOff, Together, VideoFacts};
use crate::document::{self, SyntaxError};
use crate::error::{Error, Result};
use crate::listing::layout::is_video;
use crate::listing::{self, Base, Folder, Known};
use crate::preview::{self, Content, Counts, Pictures};
use crate::publish::listing::Listing;
use crate::publish::release::{File, Release};
use crate::publish::{self, Outlook};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        on_disk("submission.preview", "a page that shows a submission to people, beside the one before", preview)
            .returns::<Page>(),
    ]
}

/// `submission.preview`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Request {
    /// The submission, of an app or an add-on.
    document: Box<RawValue>,
    /// The submission that it replaces, such as the published one. Without it nothing is compared.
    #[serde(default)]
    base: Option<Box<RawValue>>,
    /// A folder of listings: the page shows what it makes of the submission, beside the submission or `base`, with the
    /// pictures of the folder.
    #[serde(default)]
    listing: Option<Listing>,
    /// The path of the file of a release, as `publish` takes it: the page shows what the release makes of the submission, and
    /// what it would do with packages, rollout, price and dates. `listing` comes before the folder that it names.
    #[serde(default, rename = "releasePath")]
    release_path: Option<String>,
    /// App packages of a release, in place of those of its file: paths, wildcards and folders.
    #[serde(default)]
    packages: Vec<String>,
    /// The name of the product, for the title of the page. Without it the name in English stands there, or in the first
    /// language that has one.
    #[serde(default)]
    product: Option<String>,
    /// The files of pictures, with their names in the ZIP. The API gives no address of the pictures that it has.
    #[serde(default)]
    files: Vec<File>,
    /// The path of the HTML file to write. Without it the result has the page.
    #[serde(default)]
    output: Option<String>,
}

/// A page that was written.
#[derive(Serialize, JsonSchema)]
struct Page {
    /// The path of the file, if one was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<String>,
    /// The page, if it was not written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    /// What it shows.
    counts: Counts,
    /// The `planHash` that the release would have, if the submission is still the published one. Absent without a release, if
    /// it names no product by its id, or is refused.
    #[serde(skip_serializing_if = "Option::is_none", rename = "planHash")]
    plan_hash: Option<String>,
}

fn preview(request: Request, control: &Control) -> Result<Output> {
    let given = request.document.get();
    let base = request.base.as_deref().map(RawValue::get);
    document::check(given).map_err(is_no_json("/document"))?;
    if let Some(base) = base {
        document::check(base).map_err(is_no_json("/base"))?;
    }
    let mut judged = Judged::of_files(&request.files, control)?;
    let planned = planned(&request, given)?;
    let mut document = Cow::Borrowed(given);
    if let Some(Planned { outlook, .. }) = &planned {
        document = Cow::Borrowed(outlook.document.as_str());
        if let Some(folder) = &outlook.folder {
            judged.take(Folder::clone(folder), outlook.off.clone(), control);
        }
    } else if let Some(listing) = &request.listing {
        document = Cow::Owned(judged.changed(listing, given, control)?);
    }
    let findings = judged.findings(given, base, planned.as_ref())?;
    let plan = planned.as_ref().map(|planned| preview_plan::plan(&planned.outlook));
    let is_changed = judged.folder.is_some() || planned.is_some();
    let content = Content {
        product: request.product.as_deref(),
        document: &document,
        // What is changed is shown beside what it was.
        base: base.or(is_changed.then_some(given)),
        findings: &findings,
        plan: plan.as_ref(),
    };
    let (html, counts) = preview::page(&content, &mut judged.pictures).map_err(is_no_json("/document"))?;
    let plan_hash = planned.and_then(|planned| planned.outlook.plan_hash);
    let html = match &request.output {
        Some(output) => {
            output_file::write("the page", output, &html, control)?;
            None
        }
        None => Some(html),
    };
    Output::of(&Page { output: request.output, html, counts, plan_hash })
}

fn is_no_json(place: &'static str) -> impl Fn(SyntaxError) -> Error {
    move |error| invalid(place, error.to_string(), &error)
}

/// A release that the request names, and what it would do.
struct Planned {
    outlook: Outlook,
    /// The file of the release, and its path.
    file: Option<(String, String)>,
}

/// What the release of the request would do, if it has one.
fn planned(request: &Request, given: &str) -> Result<Option<Planned>> {
    let (mut release, target, file) = match &request.release_path {
        Some(path) => {
            let ReleaseFile { text, release, target } = release_file::read(path)?;
            (release, target, Some((text, path.replace('\\', "/"))))
        }
        None if request.packages.is_empty() => return Ok(None),
        None => (Release::default(), None, None),
    };
    if !request.packages.is_empty() {
        release.packages.clone_from(&request.packages);
    }
    if request.listing.is_some() {
        release.listing.clone_from(&request.listing);
    }
    let outlook = publish::outlook(given, target.as_ref(), release, Timestamp::now())?;
    Ok(Some(Planned { outlook, file }))
}

/// What the check judges, beside the submission: the files of pictures, and a folder of listings.
struct Judged {
    pictures: Pictures,
    /// What the pictures are, by their names in the ZIP or their paths in the folder.
    facts: BTreeMap<String, PictureFacts>,
    videos: BTreeMap<String, VideoFacts>,
    folder: Option<Folder>,
    off: SwitchedOff,
}

impl Judged {
    /// The files that the request names. One that can't be read is shown without its picture.
    fn of_files(files: &[File], control: &Control) -> Result<Judged> {
        let sources: Vec<_> = files.iter().map(File::source).collect::<Result<_>>()?;
        let goes_on = || !control.stop().is_stopped();
        let (mut facts, mut videos) = (BTreeMap::new(), BTreeMap::new());
        for source in &sources {
            let name = source.name.replace('\\', "/");
            if is_video(&name) {
                videos.extend(check::video(&source.path, &goes_on).ok().map(|video| (name, video)));
            } else {
                facts.extend(check::picture(&source.path, &goes_on).ok().map(|picture| (name, picture)));
            }
        }
        Ok(Judged {
            facts,
            videos,
            pictures: Pictures::of(sources.into_iter().map(|source| (source.name, source.path))),
            folder: None,
            off: SwitchedOff::default(),
        })
    }

    /// What a folder of listings makes of a submission.
    fn changed(&mut self, listing: &Listing, given: &str, control: &Control) -> Result<String> {
        let mut folder = listing::read::folder(Path::new(&listing.path), &Known::of(given));
        let off = SwitchedOff::of(&mut folder);
        let since = Base::read(listing.base_path.as_deref(), &listing.overwrite, listing::Product::default())?;
        let changes = listing::changes_since(since.as_ref(), &folder, given, &listing.options())?;
        let (changed, _) = document::apply_edits(given, &changes.edits).map_err(|(_, error)| refused(error))?;
        self.take(folder, off, control);
        Ok(changed)
    }

    /// Takes a folder of listings with its pictures and the rules that it switches off.
    fn take(&mut self, folder: Folder, off: SwitchedOff, control: &Control) {
        let goes_on = || !control.stop().is_stopped();
        self.facts.extend(check::pictures(&folder, false, &goes_on));
        self.videos.extend(check::videos(&folder, &goes_on));
        self.pictures = std::mem::take(&mut self.pictures).with_folder(&folder);
        (self.folder, self.off) = (Some(folder), off);
    }

    /// What the check finds, without the rules that the folder switches off.
    fn findings(&self, given: &str, base: Option<&str>, planned: Option<&Planned>) -> Result<Vec<Finding>> {
        let file = planned.and_then(|planned| planned.file.as_ref());
        let together = Together {
            document: Some(Document { text: given, file: None }),
            base,
            folder: self.folder.as_ref(),
            release: file.map(|(text, file)| Document { text, file: Some(file) }),
            notes: &[],
            years: &BTreeSet::new(),
            packages: planned.map_or(&[], |planned| planned.outlook.facts.as_slice()),
            pictures: &self.facts,
            videos: &self.videos,
            told: &check::Told::default(),
            now: Timestamp::now(),
        };
        let mut findings = together.findings().map_err(is_no_json("/document"))?;
        findings.extend(planned.iter().flat_map(|planned| planned.outlook.findings.iter().cloned()));
        findings.retain(|finding| self.off.reason(finding.id).is_none());
        check::sort(&mut findings);
        // The page may be read on another machine.
        let root = self.folder.as_ref().map(|folder| folder.root.to_string_lossy().replace('\\', "/"));
        let root = root.map(|root| format!("{}/", root.trim_end_matches('/')));
        for finding in &mut findings {
            let inside = finding.file.as_ref().zip(root.as_ref());
            let inside = inside.and_then(|(file, root)| file.strip_prefix(root.as_str()));
            if let Some(inside) = inside.map(str::to_owned) {
                finding.file = Some(inside);
            }
        }
        Ok(findings)
    }
}
