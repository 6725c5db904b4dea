//! What a release is to do, checked before anything is sent.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wait::Until;
use crate::document::Edit;
use crate::error::{Detail, Error, Result, codes};
use crate::store::Target;
use crate::upload::Source;

/// A release, as the caller describes it.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// Paths of the app packages to add.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Take the packages that are there out of the submission.
    #[serde(default)]
    pub replace_packages: bool,
    /// Further files of the ZIP, each with its name in it: images, trailers.
    #[serde(default)]
    pub files: Vec<File>,
    /// Release notes by language: `{"en-us":"…"}`. The languages must be in the submission.
    #[serde(default)]
    pub release_notes: BTreeMap<String, String>,
    /// Further edits, made in this order after the packages and the release notes. An edit that the submission has already
    /// is skipped, so that a release can be run again.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// The price tier, for products whose price reads `Base`.
    #[serde(default)]
    pub price_id: Option<String>,
    /// Go on although the submission has no price, which makes the product free.
    #[serde(default)]
    pub allow_free: bool,
    /// What to do with a submission that is pending already.
    #[serde(default)]
    pub draft: DraftPolicy,
    /// True by default: the draft is committed. False leaves it, so that it can be looked at first.
    #[serde(default = "yes")]
    pub commit: bool,
    /// How far to wait after the commit.
    #[serde(default = "processing")]
    pub until: Until,
    /// The time between two requests for the status, in seconds.
    #[schemars(range(min = 0))]
    #[serde(default = "half_a_minute")]
    pub poll_seconds: f64,
}

fn yes() -> bool {
    true
}

fn processing() -> Until {
    Until::Processing
}

fn half_a_minute() -> f64 {
    30.0
}

/// A file of this machine and its name in the ZIP.
#[derive(Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Relative to the current folder of the process.
    pub path: String,
    /// With `/` between folders; the file's own name by default.
    #[serde(default)]
    pub name: Option<String>,
}

/// What to do with a submission that is pending already.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DraftPolicy {
    /// Stop: it may be somebody's work.
    #[default]
    Refuse,
    /// Go on with it.
    Adopt,
    /// Delete it and begin anew.
    Delete,
}

impl File {
    /// The file as a source of the upload.
    ///
    /// # Errors
    /// `file.name` when the path ends in no name.
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
    /// All files of the ZIP: the packages, then the rest.
    ///
    /// # Errors
    /// `file.not_found`, `file.empty`, `file.unreadable`, `file.name`: before anything is sent.
    pub fn sources(&self) -> Result<Vec<Source>> {
        let packages = self.packages.iter().map(|path| File { path: path.clone(), name: None });
        let mut sources = Vec::with_capacity(self.packages.len() + self.files.len());
        for file in packages.chain(self.files.iter().cloned()) {
            sources.push(file.source()?);
        }
        crate::upload::check(&sources)?;
        Ok(sources)
    }

    /// Refuses what contradicts itself.
    ///
    /// # Errors
    /// `request.invalid` with the place.
    pub fn check(&self, target: &Target) -> Result<()> {
        let add_on = matches!(target, Target::AddOn { .. });
        if add_on && !self.packages.is_empty() {
            return Err(invalid("/packages", "add-ons have no packages"));
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
