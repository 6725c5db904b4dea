//! `submission.preview`.

use std::borrow::Cow;
use std::collections::BTreeMap;
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
use crate::check::{self, Document, Together};
use crate::document::{self, SyntaxError};
use crate::error::Result;
use crate::listing::{self, Base};
use crate::preview::{self, Content, Counts, Pictures};
use crate::publish::listing::Listing;
use crate::publish::release::File;

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
    /// The name of the product, for the title of the page.
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
}

fn preview(request: Request, control: &Control) -> Result<Output> {
    let sources: Vec<_> = request.files.iter().map(File::source).collect::<Result<_>>()?;
    let mut pictures = Pictures::of(sources.into_iter().map(|source| (source.name, source.path)));
    let given = request.document.get();
    let mut base = request.base.as_deref().map(RawValue::get);
    let is_no_json = |error: SyntaxError| invalid("/document", error.to_string(), &error);
    let mut document = Cow::Borrowed(given);
    let mut folder = None;
    if let Some(listing) = &request.listing {
        document::check(given).map_err(is_no_json)?;
        let read = listing::read::folder(Path::new(&listing.path), &listing::members(given));
        let since = Base::read(listing.base_path.as_deref(), &listing.overwrite)?;
        let changes = listing::changes_since(since.as_ref(), &read, given, &listing.options())?;
        let (changed, _) = document::apply_edits(given, &changes.edits).map_err(|(_, error)| refused(error))?;
        document = Cow::Owned(changed);
        pictures = pictures.with_folder(&read);
        folder = Some(read);
    }
    let together = Together {
        document: Some(Document { text: given, file: None }),
        base,
        folder: folder.as_ref(),
        release: None,
        packages: &[],
        pictures: &BTreeMap::new(),
        videos: &BTreeMap::new(),
        known: &check::Known::default(),
        now: Timestamp::now(),
    };
    let mut findings = together.findings().map_err(is_no_json)?;
    check::sort(&mut findings);
    // The page may be read on another machine.
    let root =
        request.listing.as_ref().map(|listing| format!("{}/", listing.path.replace('\\', "/").trim_end_matches('/')));
    for finding in &mut findings {
        let inside = finding.file.as_ref().zip(root.as_ref()).and_then(|(file, root)| file.strip_prefix(root.as_str()));
        if let Some(inside) = inside.map(str::to_owned) {
            finding.file = Some(inside);
        }
    }
    if folder.is_some() {
        base = base.or(Some(given));
    }
    let content = Content { product: request.product.as_deref(), document: &document, base, findings: &findings };
    let (html, counts) = preview::page(&content, &mut pictures).map_err(is_no_json)?;
    let html = match &request.output {
        Some(output) => {
            output_file::write("the page", output, &html, control)?;
            None
        }
        None => Some(html),
    };
    Output::of(&Page { output: request.output, html, counts })
}
