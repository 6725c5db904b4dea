//! The listings of a release that stand in a folder.

use std::path::Path;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::changelog;
use super::changes::{Changes, edit_error};
use super::values;
use crate::blocking::{self, Stop, StopOnDrop};
use crate::check::{self, Finding, SentFile, SentFiles, SwitchedOff};
use crate::document;
use crate::error::{Error, Result, codes, shown};
use crate::listing::{self, Base, Folder, Known, Note, Options, Unlinked, Upload, layout};
use crate::store::Target;
use crate::upload::{Source, agreement};

/// A folder of listings, and how it is compared with the submission.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listing {
    /// The path of the folder.
    pub path: String,
    /// What pictures of the folder are that the submission does not have, beside images that somebody else uploaded and no
    /// file stands for: `keep` adds the pictures, `adopt` takes them for the images, in their order, `exact` replaces the
    /// images. By default that is refused, because a listing could get every picture twice.
    #[serde(default)]
    pub images: Option<Unlinked>,
    /// Remove more than half of the images of a type because their files are gone.
    #[serde(default)]
    pub allow_image_removal: bool,
    /// Languages whose listings are removed. A language without a folder stays otherwise.
    #[serde(default)]
    pub remove_languages: Vec<String>,
    /// Remove trailers of which the folder has no folder.
    #[serde(default)]
    pub remove_trailers: bool,
    /// What the submission was when somebody last looked: the folder of an earlier revision, such as a worktree of the last
    /// tag, the file of an exported submission, or that of the receipt of a pull, a push or a release. What others have changed
    /// since stays if the folder did not change it, and is a conflict otherwise.
    #[serde(default)]
    pub base_path: Option<String>,
    /// The fields that are overwritten although somebody else has changed them since the base, as JSON Pointers:
    /// `/listings/en-us/baseListing/description`. A pointer to a language, and `*` for all, decide the conflicts there for the
    /// folder; what the folder did not change stays.
    #[serde(default)]
    pub overwrite: Vec<String>,
    /// The base as it was read.
    #[serde(skip)]
    pub(super) base: Option<Arc<Base>>,
    /// The folder as it was read.
    #[serde(skip)]
    pub(super) folder: Option<Arc<Folder>>,
    /// The rules that the folder switches off.
    #[serde(skip)]
    pub(super) off: Option<Arc<SwitchedOff>>,
}

impl Listing {
    /// A folder, compared as by default.
    pub fn at(path: String) -> Listing {
        Listing { path, ..Listing::default() }
    }

    /// The same with a base, and fields that are overwritten.
    pub fn since(self, base_path: Option<String>, overwrite: Vec<String>) -> Listing {
        Listing { base_path, overwrite, ..self }
    }

    /// The same with its folder, which has to be of this product, read from disk. `version` finds the version whose section of
    /// the folder's changelog has the release notes. Blocks while the disk is slow.
    ///
    /// # Errors
    /// `listing.invalid`, `listing.other_product`; `file.*` and `document.invalid` for the base; `file.*` for the changelog.
    pub(super) fn read(
        mut self,
        product: listing::Product<'_>,
        version: &dyn Fn() -> Result<Option<String>>,
    ) -> Result<Listing> {
        let mut folder = listing::read::any(Path::new(&self.path));
        self.off = Some(Arc::new(SwitchedOff::of(&mut folder)));
        listing::refuse(&folder.faults)?;
        listing::check_product(&folder.settings, product)?;
        if let Some(changelog) = &folder.settings.changelog
            && let Some(version) = version()?
        {
            let notes = changelog::notes(&folder.path(changelog).to_string_lossy(), &version)?;
            folder.fall_back("releaseNotes", (changelog.clone(), notes.line), notes.text);
        }
        self.folder = Some(Arc::new(folder));
        self.base = Base::read(self.base_path.as_deref(), &self.overwrite, product)?.map(Arc::new);
        Ok(self)
    }

    /// Refuses files that stand for members which a new add-on does not have.
    ///
    /// # Errors
    /// `listing.invalid`.
    pub(super) fn check_new(&self) -> Result<()> {
        let known = Known::of_new_add_on();
        let strange: Vec<_> = self.folder.iter().flat_map(|folder| folder.strange(&known)).collect();
        listing::refuse(&strange)
    }

    /// How the folder is compared with a submission.
    pub fn options(&self) -> Options {
        Options {
            images: self.images,
            allow_image_removal: self.allow_image_removal,
            remove_languages: self.remove_languages.clone(),
            remove_trailers: self.remove_trailers,
        }
    }

    /// Makes the edits of the folder, but for places that the release itself says something about.
    ///
    /// # Errors
    /// As [`listing::changes`]; `listing.conflict`.
    pub(super) fn change(&self, changes: &mut Changes, is_said: impl Fn(&str) -> bool) -> Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let mut found = listing::changes_since(self.base.as_deref(), folder, &changes.body, &self.options())?;
        found.edits.retain(|edit| !is_said(&edit.path.to_string()));
        // The places of a folder are those of the submission.
        values::check_edits(&found.edits, |_, edit| edit.path.to_string())?;
        let made = document::apply_edits(&changes.body, &found.edits);
        let (body, edits) = made.map_err(|(at, error)| {
            let place = found.edits.get(at).map(|edit| edit.path.to_string()).unwrap_or_default();
            edit_error(&place, &error)
        })?;
        changes.body = body;
        changes.edits.extend(edits);
        changes.warnings.extend(found.notes.iter().map(Note::sentence));
        changes.left_alone = found.left_alone;
        Ok(())
    }

    /// The names of files in a submission whose content the base knows.
    ///
    /// # Errors
    /// As [`listing::changes`], if the submission can't be compared with the base.
    pub(super) fn names(&self, document: &str) -> Result<listing::Names> {
        let Some((base, folder)) = self.base.as_ref().zip(self.folder.as_ref()) else {
            return Ok(listing::Names::new());
        };
        base.known_names(folder, document, &self.options())
    }

    /// The files of the folder that a submission waits for.
    ///
    /// # Errors
    /// `network.bad_answer` when the document is not that of a submission.
    pub(super) fn files(&self, document: &str) -> Result<Vec<Listed>> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let awaited = agreement::awaited(document)?;
        let uploads = listing::uploads(folder, awaited.iter().map(|file| file.name.as_str()));
        let listed = |Upload { name, file, bytes, sha256 }: Upload| Listed {
            source: Source { name, path: folder.path(&file) },
            bytes,
            sha256,
        };
        Ok(uploads.into_iter().map(listed).collect())
    }

    /// The rules that the folder switches off.
    pub(super) fn off(&self) -> SwitchedOff {
        self.off.as_deref().cloned().unwrap_or_default()
    }

    /// Says of findings in texts of the folder where their files are.
    pub(super) fn locate(&self, findings: &mut [Finding]) {
        let Some(folder) = &self.folder else { return };
        for finding in findings.iter_mut().filter(|finding| finding.file.is_none()) {
            let place = finding.pointer.as_deref().and_then(|pointer| folder.place_of(pointer));
            if let Some((file, line)) = place {
                finding.file = Some(shown(&folder.path(file).to_string_lossy().replace('\\', "/")).into_owned());
                finding.line = Some(line);
            }
        }
    }

    /// What the folder makes of a submission, for the key of its release: the same on every machine.
    pub(super) fn identity(&self) -> Result<serde_json::Value> {
        let mut value = serde_json::to_value(self).map_err(|error| Error::internal(error.to_string()))?;
        value["basePath"] = self.base.as_ref().map(|base| base.digest()).into();
        value["path"] = self.folder.as_ref().map(|folder| folder.digest()).into();
        Ok(value)
    }
}

/// A file of the folder that is uploaded, as it was when the folder was read: its name in the ZIP says what is in it.
#[derive(Clone, Debug)]
pub(super) struct Listed {
    pub(super) source: Source,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Listed {
    /// Refuses a file that is another one than the folder had.
    ///
    /// # Errors
    /// `upload.source_changed`.
    pub(super) fn check(&self, bytes: u64, sha256: Option<&str>) -> Result<()> {
        if bytes == self.bytes && sha256.is_none_or(|sha256| sha256.eq_ignore_ascii_case(&self.sha256)) {
            return Ok(());
        }
        let path = self.source.path.display();
        Err(Error::new(
            &codes::SOURCE_CHANGED,
            format!("{path} has changed since the folder of listings was read; nothing was committed"),
        ))
    }
}

/// What the pictures and videos among these files are. Of a video only the headers are read. A file that can't be read is the
/// upload's to refuse.
///
/// # Errors
/// `cancelled`.
pub(super) async fn looked_into(listed: &[Listed]) -> Result<SentFiles> {
    let sources: Vec<Source> = listed.iter().map(|file| file.source.clone()).collect();
    let stop = Stop::default();
    let _stopping = StopOnDrop(stop.clone());
    blocking::run(move || {
        let goes_on = || !stop.is_stopped();
        let mut files = SentFiles::default();
        for Source { name, path } in sources {
            let file = path.to_string_lossy().replace('\\', "/");
            if layout::is_video(&name) {
                files.videos.extend(check::video(&path, &goes_on).ok().map(|facts| (name, SentFile { facts, file })));
            } else if name.ends_with(".png") {
                let facts = check::picture(&path, &goes_on).ok();
                files.pictures.extend(facts.map(|facts| (name, SentFile { facts, file })));
            }
        }
        Ok(files)
    })
    .await
}

/// Whose listings a folder must have.
pub fn product(target: &Target) -> listing::Product<'_> {
    match target {
        Target::App { app_id } | Target::Flight { app_id, .. } => {
            listing::Product { app_id: Some(app_id), ..listing::Product::default() }
        }
        Target::AddOn { add_on_id } => listing::Product { add_on_id: Some(add_on_id), ..listing::Product::default() },
    }
}
