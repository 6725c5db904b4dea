//! `listing.*`.

use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::call::{Call, MetaIds, Output, redacted};
use super::control::Control;
use super::document_error::refused;
use super::fields::field_error;
use super::operation::{Operation, long, on_disk, quick};
use super::resource::Released;
use super::summary::with_failures;
use crate::blocking::{self, Stop, StopOnDrop};
use crate::document::{self, DocumentError, Edit};
use crate::error::{Error, Result, codes};
use crate::http::redact;
use crate::listing::convert::{Conversion, Converted, Format};
use crate::listing::{self, Base, Known, Names, Note, Options, State, Unlinked, Upload, Writing, Written};
use crate::publish::listing::Listing;
use crate::publish::release::{Busy, DraftPolicy, OpenRollout, Release};
use crate::publish::wait::Until;
use crate::publish::{self, Preview, Receipt};
use crate::store::{LatestSubmissions, Product, Target};
use crate::upload::agreement;

pub(super) fn rows() -> Vec<Operation> {
    vec![
        quick("listing.pull", "write the listings of the published submission into a folder", pull).returns::<Files>(),
        with_failures(
            long("listing.push", "make a draft that has what a folder of listings says", push).returns::<Receipt>(),
        ),
        with_failures(quick("listing.plan", "what listing.push would do, without doing it", plan).returns::<Preview>()),
        on_disk("listing.write", "write the listings of a submission into a folder", write).returns::<Written>(),
        on_disk("listing.convert", "write the listings of another tool into a folder", convert).returns::<Converted>(),
        on_disk("listing.read", "what a folder of listings changes in a submission", read).returns::<Difference>(),
    ]
}

/// `listing.pull`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Pull {
    /// The path of the folder. It is made if it is not there.
    path: String,
    /// The submission. Without it, the published one, or the pending one when none is published.
    #[serde(default)]
    submission_id: Option<String>,
    /// What pictures of the folder are that the submission does not have, beside images that no file stands for: `adopt`
    /// takes them for the images, in their order, and writes a placeholder beside each; `keep` writes placeholders for the
    /// images; `exact` writes none.
    #[serde(default)]
    images: Option<Unlinked>,
}

/// What was written, and of which submission.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Pulled")]
pub(super) struct Files {
    /// The id of the submission.
    pub(super) submission_id: String,
    /// What was written.
    #[serde(flatten)]
    pub(super) written: Written,
    /// What the submission has.
    #[serde(flatten)]
    pub(super) state: State,
}

async fn pull(call: Call<Product, Pull>) -> Result<Output> {
    let Call { resource: product, request, .. } = call;
    if matches!(product.target, Target::Flight { .. }) {
        return Err(field_error(
            &codes::REQUEST_INVALID,
            "flightId",
            "names a flight, which has no listings of its own",
        ));
    }
    let id = match request.submission_id {
        Some(id) => id,
        None => {
            let LatestSubmissions { pending, published } = product.latest().await?;
            published.or(pending).ok_or_else(|| {
                let message = format!("{} has no submission", product.target);
                Error::new(&codes::SUBMISSION_NOT_FOUND, message).hint("create one with `submission.create`")
            })?
        }
    };
    let submission = product.submission(id);
    let document = submission.get().await?.text;
    let (target, images) = (product.target.clone(), request.images);
    let written = files_of(Path::new(&request.path), document, move |document, path, stop| {
        listing::write(path, document, Writing { product: publish::listing::product(&target), images, stop })
    });
    let (written, state) = written.await?;
    let ids = MetaIds::from(&submission);
    Ok(Output::of(&Files { submission_id: submission.id, written, state })?.about(ids))
}

/// Writes a submission into a folder, unless the caller is gone by then, and says what the submission has.
pub(super) async fn files_of(
    path: &Path,
    document: String,
    write: impl FnOnce(&str, &Path, &Stop) -> Result<Written> + Send + 'static,
) -> Result<(Written, State)> {
    let path = path.to_owned();
    let stop = Stop::default();
    let stopped = StopOnDrop(stop.clone());
    let write = move || Ok((write(&document, &path, &stop)?, State::of((&document, &Names::new()), None)));
    let written = blocking::run(write).await?;
    drop(stopped);
    Ok(written)
}

/// `listing.push` and `listing.plan`: a release of nothing but a folder of listings.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Push {
    /// The folder, and how it is compared with the submission.
    listing: Listing,
    /// The version whose section of the folder's changelog has the release notes. Without it they stay as they are.
    #[serde(default)]
    release_notes_version: Option<String>,
    /// The price tier, such as `Tier2`. It is needed if the service returns the price as `Base`.
    #[serde(default)]
    price_id: Option<String>,
    /// Push even if the submission has no price, which makes the product free.
    #[serde(default)]
    allow_free: bool,
    /// Leaves the draft without a price, for a person to submit in Partner Center, if the service returns the price as
    /// `Base`.
    #[serde(default)]
    price_left_to_partner_center: bool,
    /// What happens to a rollout of the published submission that is in progress, as in `publish`.
    #[serde(default)]
    open_rollout: OpenRollout,
    /// Rules whose errors are warnings, by id.
    #[serde(default)]
    allow: Vec<String>,
    /// Which draft may be used, as in `publish`.
    #[serde(default)]
    draft: DraftPolicy,
    /// What happens while a submission is pending that may not be used, as in `publish`.
    #[serde(default)]
    busy: Busy,
    /// The pending draft that is changed, whoever created it.
    #[serde(default)]
    submission_id: Option<String>,
    /// The `planHash` of a plan. The push is refused if the plan is another one by now.
    #[serde(default)]
    plan_hash: Option<String>,
    /// The path of a file to which the receipt, the plan or the error is appended as Markdown.
    #[serde(default)]
    summary_path: Option<String>,
    /// Commit the draft. By default it is left for review.
    #[serde(default)]
    commit: bool,
    /// How far to wait after the commit, as in `publish`.
    #[serde(default = "processing")]
    until: Until,
    /// The pause between two requests for the status, in seconds.
    #[serde(default)]
    #[schemars(range(min = 0))]
    poll_seconds: Option<f64>,
}

fn processing() -> Until {
    Until::Processing
}

impl Push {
    fn release(self) -> Release {
        Release {
            listing: Some(self.listing),
            release_notes_version: self.release_notes_version,
            price_id: self.price_id,
            allow_free: self.allow_free,
            price_left_to_partner_center: self.price_left_to_partner_center,
            open_rollout: self.open_rollout,
            allow: self.allow,
            draft: self.draft,
            busy: self.busy,
            submission_id: self.submission_id,
            plan_hash: self.plan_hash,
            summary_path: self.summary_path,
            commit: self.commit,
            until: self.until,
            poll_seconds: self.poll_seconds,
            ..Release::default()
        }
    }
}

fn as_release(call: Call<Product, Push>) -> Call<Released, Release> {
    let Call { client, resource, request, reporter } = call;
    Call { client, resource: Released::from(resource), request: request.release(), reporter }
}

async fn push(call: Call<Product, Push>) -> Result<Output> {
    super::publish::publish(as_release(call)).await
}

async fn plan(call: Call<Product, Push>) -> Result<Output> {
    super::publish::plan(as_release(call)).await
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
    let writing = Writing { product: listing::Product::default(), images: request.images, stop: control.stop() };
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
    /// What the submission was when somebody last looked: the folder of an earlier revision, the file of an exported
    /// submission, or that of the receipt of a pull, a push or a release. What others have changed since stays if the folder did
    /// not change it, and is a conflict otherwise.
    #[serde(default)]
    base_path: Option<String>,
    /// The fields that are overwritten although somebody else has changed them since the base, as JSON Pointers. A pointer to
    /// a language, and `*` for all, decide the conflicts there for the folder; what the folder did not change stays.
    #[serde(default)]
    overwrite: Vec<String>,
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
    let folder = listing::read::folder(Path::new(&request.path), &Known::of(document));
    let base = Base::read(request.base_path.as_deref(), &request.overwrite, listing::Product::default())?;
    let changes = listing::changes_since(base.as_ref(), &folder, document, &options)?;
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

/// `listing.convert`.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Convert {
    /// What is converted.
    format: Format,
    /// The path of the folder, or of the CSV file.
    from: String,
    /// The path of the folder of listings. It is made if it is not there.
    path: String,
    /// For `storeBroker`, the path of the folder of the pictures, where they do not stand beside the texts.
    #[serde(default)]
    media_path: Option<String>,
    /// For `storeBroker`, the language whose pictures count for languages that lack them.
    #[serde(default)]
    media_language: Option<String>,
    /// Replace files that are there with another content.
    #[serde(default)]
    replace: bool,
}

fn convert(request: Convert, control: &Control) -> Result<Output> {
    let conversion = Conversion {
        format: request.format,
        from: Path::new(&request.from),
        media: request.media_path.as_deref().map(Path::new),
        media_language: request.media_language.as_deref(),
        replace: request.replace,
    };
    Output::of(&listing::convert::convert(&conversion, Path::new(&request.path), control.stop())?)
}
