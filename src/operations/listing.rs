//! `listing.*`.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Output, redacted};
use super::control::Control;
use super::document_error::refused;
use super::operation::{Operation, on_disk};
use crate::document::{self, DocumentError, Edit};
use crate::error::{Result, codes};
use crate::http::redact;
use crate::listing::{self, Note, Options, Product, Unlinked, Upload, Writing, Written};
use crate::upload::agreement;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        on_disk("listing.write", "write the listings of a submission into a folder", write).returns::<Written>(),
        on_disk("listing.read", "what a folder of listings changes in a submission", read).returns::<Difference>(),
    ]
}

/// `listing.write`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Write {
    /// The submission.
    document: Box<RawValue>,
    /// The path of the folder. It is made if it is not there.
    path: String,
    /// What pictures of the folder are that the submission does not have, beside images that no file stands for: `adopt`
    /// takes them for the images, in their order, and writes a placeholder beside each; `keep` writes placeholders for the
    /// images; `exact` writes none.
    #[serde(default)]
    images: Option<Unlinked>,
}

fn write(request: Write, control: &Control) -> Result<Output> {
    let document = checked(&request.document)?;
    let writing = Writing { product: Product::default(), images: request.images, stop: control.stop() };
    Output::of(&listing::write(Path::new(&request.path), document, writing)?)
}

/// `listing.read`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Read {
    /// The submission.
    document: Box<RawValue>,
    /// The path of the folder.
    path: String,
    /// What pictures of the folder are that the submission does not have, beside images that no file stands for: `keep`
    /// adds the pictures, `adopt` takes them for the images, in their order, `exact` replaces the images.
    #[serde(default)]
    images: Option<Unlinked>,
    /// Remove more than half of the images of a type because their files are gone.
    #[serde(default)]
    allow_image_removal: bool,
    /// Languages whose listings are removed.
    #[serde(default)]
    remove_languages: Vec<String>,
    /// Remove trailers of which the folder has no folder.
    #[serde(default)]
    remove_trailers: bool,
}

/// What a folder of listings changes in a submission.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Difference {
    /// The edits, in the order in which they are made. In the values, signatures of links read `REDACTED`.
    edits: Vec<Edit>,
    /// The files that the submission waits for then.
    uploads: Vec<Upload>,
    /// What people should know.
    notes: Vec<Note>,
    /// The languages of the submission that the folder does not have. They stay as they are.
    left_alone: Vec<String>,
}

fn read(request: Read, _: &Control) -> Result<Output> {
    let document = checked(&request.document)?;
    let options = Options {
        images: request.images,
        allow_image_removal: request.allow_image_removal,
        remove_languages: request.remove_languages,
        remove_trailers: request.remove_trailers,
    };
    let folder = listing::read::folder(Path::new(&request.path), &listing::members(document));
    let changes = listing::changes(&folder, document, &options)?;
    let (changed, _) = document::apply_edits(document, &changes.edits).map_err(|(_, error)| refused(error))?;
    let awaited = match folder.media().next() {
        Some(_) => agreement::awaited(&changed).map_err(|error| error.recode(&codes::DOCUMENT_INVALID))?,
        None => Vec::new(),
    };
    let difference = Difference {
        uploads: listing::uploads(&folder, awaited.iter().map(|file| file.name.as_str())),
        edits: redacted(changes.edits, redact::signatures),
        notes: changes.notes,
        left_alone: changes.left_alone,
    };
    Output::of(&difference)
}

/// The text of a document that is JSON.
fn checked(document: &RawValue) -> Result<&str> {
    match document::check(document.get()) {
        Ok(_) => Ok(document.get()),
        Err(error) => Err(refused(DocumentError::Document(error))),
    }
}
