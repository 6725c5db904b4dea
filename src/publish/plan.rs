//! The description of a release, which is checked before anything is sent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wait::Until;
use crate::document::Edit;
use crate::error::{Detail, Error, Result, codes};
use crate::store::Target;
use crate::upload::Source;

/// A release as the caller describes it: the request of `publish`.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// The paths of the app packages to add.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Remove the packages that the submission has before the release.
    #[serde(default)]
    pub replace_packages: bool,
    /// Further files to upload, such as images and trailers.
    #[serde(default)]
    pub files: Vec<File>,
    /// Release notes by language: `{"en-us":"…"}`. The submission must have a listing in each language.
    #[serde(default)]
    pub release_notes: BTreeMap<String, String>,
    /// Further edits, made in this order after the packages and the release notes. An edit that the submission has already
    /// is skipped, so that a release can be run again.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// The price tier, such as `Tier2`. It is needed if the service returns the price as `Base`.
    #[serde(default)]
    pub price_id: Option<String>,
    /// Publish even if the submission has no price, which makes the product free.
    #[serde(default)]
    pub allow_free: bool,
    /// What to do if a submission is pending already: `refuse` fails, `adopt` publishes the pending draft with the edits
    /// of the release, `delete` deletes the draft and creates a new one.
    #[serde(default)]
    pub draft: DraftPolicy,
    /// True by default: the draft is committed. False leaves it uncommitted, for review.
    #[serde(default = "yes")]
    pub commit: bool,
    /// How far to wait after the commit: `committed` does not wait; `processing` waits until the Store has accepted the
    /// submission for processing; `published` until it is in the Store, or certified if a person or a date publishes it.
    #[serde(default = "processing")]
    pub until: Until,
    /// The pause between two requests for the status, in seconds. With a service on this machine, such as the emulator,
    /// the default is 0.2.
    #[schemars(range(min = 0), extend("default" = super::wait::POLL_SECONDS))]
    #[serde(default)]
    pub poll_seconds: Option<f64>,
}

fn yes() -> bool {
    true
}

fn processing() -> Until {
    Until::Processing
}

/// A file to upload, and its name in the ZIP.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path of the file. A relative path starts from the current folder of the process.
    pub path: String,
    /// The name in the ZIP, with `/` between folders. By default it is the name of the file.
    #[serde(default)]
    pub name: Option<String>,
}

/// What to do if a submission is pending already.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DraftPolicy {
    /// Fail, since the draft may be somebody else's work.
    #[default]
    Refuse,
    /// Publish the pending draft, with the edits of the release.
    Adopt,
    /// Delete it and create a new draft.
    Delete,
}

impl File {
    /// The file as a source of the upload.
    ///
    /// # Errors
    /// `file.name` if the path does not end in a name.
    pub fn source(&self) -> Result<Source> {
        let path = PathBuf::from(&self.path);
        let name = match (&self.name, path.file_name().and_then(|name| name.to_str())) {
            (Some(name), _) => name.clone(),
            (None, Some(name)) => name.to_owned(),
            (None, None) => {
                return Err(Error::new(&codes::FILE_NAME, format!("`{}` ends in no file name", self.path)));
            }
        };
        Ok(Source { path, name })
    }
}

impl Release {
    /// All files of the ZIP: first the packages, then the other files. The files are opened to check them, which blocks
    /// while a disk is slow.
    ///
    /// # Errors
    /// `file.not_found`, `file.empty`, `file.unreadable`, `file.name`.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let sources = self.unchecked_sources()?;
        crate::upload::check(&sources)?;
        Ok(sources)
    }

    /// The same without opening the files.
    pub(super) fn unchecked_sources(&self) -> Result<Vec<Source>> {
        let packages = self.packages.iter().map(|path| File { path: path.clone(), name: None });
        let mut sources = Vec::with_capacity(self.packages.len() + self.files.len());
        for file in packages.chain(self.files.iter().cloned()) {
            sources.push(file.source()?);
        }
        Ok(sources)
    }

    /// Whether the release changes the document of the submission, unless the document has all changes already.
    pub(super) fn has_changes(&self) -> bool {
        !self.packages.is_empty() || !self.release_notes.is_empty() || !self.edits.is_empty() || self.price_id.is_some()
    }

    /// Refuses fields that the kind of product does not have.
    ///
    /// # Errors
    /// `request.invalid` with the place.
    pub fn check(&self, target: &Target) -> Result<()> {
        let add_on = matches!(target, Target::AddOn { .. });
        if add_on && !self.packages.is_empty() {
            return Err(invalid("/packages", "add-ons have no packages"));
        }
        if self.replace_packages && self.packages.is_empty() {
            return Err(invalid("/replacePackages", "there is no new package to replace those of the submission"));
        }
        if !matches!(target, Target::App { .. }) && !self.release_notes.is_empty() {
            return Err(invalid("/releaseNotes", "only app submissions have release notes"));
        }
        if matches!(target, Target::Flight { .. }) && self.price_id.is_some() {
            return Err(invalid("/priceId", "flights have no price of their own"));
        }
        Ok(())
    }
}

fn invalid(pointer: &str, message: &str) -> Error {
    Error::new(&codes::REQUEST_INVALID, format!("{message} (at {pointer})")).detail(Detail::at(pointer, message))
}
