//! The description of a release, which is checked before anything is sent.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::listing::{self, Listing};
use super::notes::{self, NotesForm, Version};
use super::values::{self, invalid};
use super::wait::Until;
use crate::blocking;
use crate::check;
use crate::document::Edit;
use crate::document::values::PUBLISH_MODE;
use crate::error::{Error, Result, codes};
use crate::listing::Product;
use crate::store::Target;
use crate::upload::Source;

/// A release as the caller describes it: the request of `publish`.
///
/// What a release does not name stays as it is in the published submission, except for a package rollout and a mandatory
/// update, which are never inherited.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Release {
    /// The app packages to add: paths, wildcards (`out/*.msixupload`) and folders.
    #[serde(default)]
    pub packages: Vec<String>,
    /// What happens to the packages that the submission has: `replace` removes those that a new package takes the place
    /// of, `keepAll` removes none, `removeAll` removes all.
    #[serde(default)]
    pub old_packages: OldPackages,
    /// With `replace`: how many of the packages that a new one takes the place of stay, the newest first.
    #[serde(default)]
    pub keep_packages: u32,
    /// The flight whose packages these are, by its id or its name: the release is refused if no package of the flight's
    /// published submission has their full name.
    #[serde(default)]
    pub from_flight: Option<String>,
    /// The path of the receipt of the flight's release, as JSON: the release is also refused if the size or the SHA-256 of a
    /// package differs.
    #[serde(default)]
    pub from_receipt_path: Option<String>,
    /// Further files to upload, such as images and trailers.
    #[serde(default)]
    pub files: Vec<File>,
    /// Release notes: one text for all languages, or texts by language, where `default` stands for all languages that are
    /// not named: `{"en-us":"…","default":"…"}`. A text may be an array of its lines. The submission must have a listing in
    /// each language.
    #[serde(default, deserialize_with = "notes::deserialize")]
    #[schemars(with = "NotesForm")]
    pub release_notes: BTreeMap<String, String>,
    /// In place of `releaseNotes`, the path of a text file, of a `.json` file with a value of `releaseNotes`, or of a folder
    /// with `<language>.txt` or `<language>/release_notes.txt` for each language, and `default.txt` for all others. Of a
    /// changelog, which is a file named `CHANGELOG.md` or any text file with `releaseNotesVersion`, the section of the version
    /// is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes_path: Option<String>,
    /// The version whose section of a changelog has the release notes: `1.2.3`. By default that of the packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_notes_version: Option<String>,
    /// What happens to release notes in a language in which the submission has no listing: `refuse`, or `skip` with a
    /// warning.
    #[serde(default)]
    pub missing_languages: MissingLanguages,
    /// Languages that the submission gets a listing in, before release notes and edits that need it: a copy of the texts of
    /// `templateLanguage`, without its images. A language that has a listing already keeps it. The letter case does not
    /// matter; a new one is sent in lower case.
    #[serde(default)]
    pub add_languages: Vec<String>,
    /// The language whose listing `addLanguages` copies. By default the only one beside those that are added.
    #[serde(default)]
    pub template_language: Option<String>,
    /// A folder of listings: the submission gets its texts and images. What the folder does not have stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// Further edits, made in this order after everything else. An edit that the submission has already is skipped, so
    /// that a release can be run again.
    #[serde(default)]
    pub edits: Vec<Edit>,
    /// The visibility in the Store: `Public`, `Private` or `Hidden`.
    #[serde(default)]
    pub visibility: Option<String>,
    /// When the submission is published after certification: `Immediate`, `Manual` or `SpecificDate`.
    #[serde(default)]
    pub publish_mode: Option<String>,
    /// The date of the publication, in RFC 3339; `publishMode` is `SpecificDate` then.
    #[serde(default)]
    pub publish_date: Option<String>,
    /// Notes for the testers of the Store.
    #[serde(default)]
    pub notes_for_certification: Option<String>,
    /// The percentage of customers who get the packages, more than 0 and at most 100. Absent: there is no rollout.
    #[serde(default)]
    pub rollout: Option<f64>,
    /// Makes the packages a mandatory update from this date on, in RFC 3339. Absent: the update is not mandatory.
    #[serde(default)]
    pub mandatory_update: Option<String>,
    /// What happens to a rollout of the published submission that is in progress: `refuse` fails, `finalize` gives its
    /// packages to all customers, `halt` to no more.
    #[serde(default)]
    pub open_rollout: OpenRollout,
    /// The price tier, such as `Tier2`. It is needed if the service returns the price as `Base`.
    #[serde(default)]
    pub price_id: Option<String>,
    /// Publish even if the submission has no price, which makes the product free.
    #[serde(default)]
    pub allow_free: bool,
    /// Puts the release into a draft without a price, for a person to submit in Partner Center, if the service returns the
    /// price as `Base`. The draft is not committed: `commit` is false, and every later commit of it is refused. That its
    /// price stays as Partner Center has it is known from one project only.
    #[serde(default)]
    pub price_left_to_partner_center: bool,
    /// Rules whose errors are warnings, by id: `["P02"]`. `library.checks` lists the rules.
    #[serde(default)]
    pub allow: Vec<String>,
    /// Which draft the release may use: `resume` creates one, goes on with one of an earlier run of the same release, and
    /// replaces one that a run of another release left behind; `refuse` fails if a submission is pending; `adopt` adds the
    /// release to any draft that is pending; `replace` deletes any draft that is pending and creates another.
    #[serde(default)]
    pub draft: DraftPolicy,
    /// What happens while a submission is pending that the release may not use, also a draft that was left for review:
    /// `refuse` fails, `wait` waits until it is gone, `skip` ends without a change.
    #[serde(default)]
    pub busy: Busy,
    /// The pending draft that the release is added to, whoever created it. Another one that is pending is refused.
    #[serde(default)]
    pub submission_id: Option<String>,
    /// The `planHash` of a plan. The release is refused if the plan is another one by now.
    #[serde(default)]
    pub plan_hash: Option<String>,
    /// The path of a file to which the receipt, the plan or the error is appended as Markdown, such as the value of
    /// `GITHUB_STEP_SUMMARY`. It is made if it is not there. With an empty path nothing is written, also if a file of the
    /// release names one.
    #[serde(default)]
    pub summary_path: Option<String>,
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

/// What happens to the packages that a submission has.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum OldPackages {
    /// Those go that a new package takes the place of: of the same architecture and device family.
    #[default]
    Replace,
    /// All stay.
    KeepAll,
    /// All go.
    RemoveAll,
}

/// What happens to texts in a language in which the submission has no listing.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum MissingLanguages {
    /// The release is refused.
    #[default]
    Refuse,
    /// They are left out, with a warning.
    Skip,
}

/// What happens to a rollout of the published submission that is in progress.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OpenRollout {
    /// The release is refused.
    #[default]
    Refuse,
    /// All customers get its packages.
    Finalize,
    /// No more customers get its packages.
    Halt,
}

/// What happens while a submission is pending that the release may not use.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Busy {
    /// The release is refused.
    #[default]
    Refuse,
    /// The release waits until it is gone.
    Wait,
    /// The release ends without a change.
    Skip,
}

/// A file to upload, and its name in the ZIP.
#[derive(Clone, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The path of the file. A relative path starts from the current folder of the process.
    pub path: String,
    /// The name in the ZIP, with `/` between folders. By default it is the name of the file.
    #[serde(default)]
    pub name: Option<String>,
}

/// Which draft a release may use.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum DraftPolicy {
    /// A new one, one of an earlier run of the same release, or a new one in place of what another release left behind.
    #[default]
    Resume,
    /// A new one; a submission that is pending is refused.
    Refuse,
    /// Any that is pending, with the edits of the release.
    Adopt,
    /// A new one in place of any that is pending.
    Replace,
}

impl File {
    /// The file as a source of the upload.
    ///
    /// # Errors
    /// `file.name` if the path does not end in a name.
    pub fn source(&self) -> Result<Source> {
        source(PathBuf::from(&self.path), self.name.as_deref())
    }
}

/// A file as a source of the upload, under `name` or its own name.
///
/// # Errors
/// `file.name` if the path does not end in a name.
pub(super) fn source(path: PathBuf, name: Option<&str>) -> Result<Source> {
    let own = path.file_name().and_then(|name| name.to_str());
    match name.or(own) {
        Some(name) => Ok(Source { name: name.to_owned(), path }),
        None => Err(Error::new(&codes::FILE_NAME, format!("`{}` ends in no file name", path.display()))),
    }
}

/// A release of nothing, as an empty request describes it.
impl Default for Release {
    fn default() -> Release {
        Release {
            packages: Vec::new(),
            old_packages: OldPackages::default(),
            keep_packages: 0,
            from_flight: None,
            from_receipt_path: None,
            files: Vec::new(),
            release_notes: BTreeMap::new(),
            release_notes_path: None,
            release_notes_version: None,
            missing_languages: MissingLanguages::default(),
            add_languages: Vec::new(),
            template_language: None,
            listing: None,
            edits: Vec::new(),
            visibility: None,
            publish_mode: None,
            publish_date: None,
            notes_for_certification: None,
            rollout: None,
            mandatory_update: None,
            open_rollout: OpenRollout::default(),
            price_id: None,
            allow_free: false,
            price_left_to_partner_center: false,
            allow: Vec::new(),
            draft: DraftPolicy::default(),
            busy: Busy::default(),
            submission_id: None,
            plan_hash: None,
            summary_path: None,
            commit: true,
            until: Until::Processing,
            poll_seconds: None,
        }
    }
}

impl Release {
    /// The release with the release notes of its `release_notes_path` and its folder of listings.
    ///
    /// # Errors
    /// As [`Release::read_files`].
    pub(super) async fn with_files(&self, target: &Target) -> Result<Release> {
        let (release, target) = (self.clone(), target.clone());
        blocking::run(move || release.read_files(listing::product(&target))).await
    }

    /// The same on this thread, for a folder of this product. Blocks while the disk is slow.
    ///
    /// # Errors
    /// `file.*`, `document.invalid`, `request.invalid`, `listing.invalid`, `listing.other_product`.
    pub(super) fn read_files(mut self, product: Product<'_>) -> Result<Release> {
        let (named, packages) = (self.release_notes_version.take(), &self.packages);
        let is_used = Cell::new(named.is_none());
        let version = || {
            is_used.set(true);
            notes_version(named.as_deref(), packages)
        };
        if let Some(listing) = self.listing.take() {
            self.listing = Some(listing.read(product, &version)?);
        }
        if let Some(path) = self.release_notes_path.take() {
            if !self.release_notes.is_empty() {
                return Err(invalid("/releaseNotesPath", "only one of `releaseNotes` and `releaseNotesPath`"));
            }
            let find = || {
                version()?
                    .ok_or_else(|| notes::no_version("is needed for a changelog, since the release has no package"))
            };
            let found = notes::of_path(&path, &Version { is_named: named.is_some(), find: &find })?;
            self.release_notes = found.into_iter().map(|(language, found)| (language, found.text)).collect();
        }
        if !is_used.get() {
            let what = "only with a changelog: one that `releaseNotesPath` leads to, or `changelog` in the storeship.json of a folder of listings";
            return Err(invalid("/releaseNotesVersion", what));
        }
        Ok(self)
    }

    /// Whether the release changes the document of the submission, unless the document has all changes already.
    pub(super) fn has_changes(&self) -> bool {
        let texts = [&self.visibility, &self.publish_mode, &self.publish_date, &self.notes_for_certification];
        !self.packages.is_empty()
            || !self.release_notes.is_empty()
            || !self.add_languages.is_empty()
            || !self.edits.is_empty()
            || self.listing.is_some()
            || self.price_id.is_some()
            || self.rollout.is_some()
            || self.mandatory_update.is_some()
            || texts.iter().any(|text| text.is_some())
    }

    /// Whether the release commits its draft.
    pub(super) fn commits(&self) -> bool {
        self.commit && !self.price_left_to_partner_center
    }

    /// Refuses fields that the kind of product does not have, and values that are wrong by themselves.
    ///
    /// # Errors
    /// `request.invalid` with the place.
    pub fn check(&self, target: &Target, now: Timestamp) -> Result<()> {
        let add_on = matches!(target, Target::AddOn { .. });
        if add_on && !self.packages.is_empty() {
            return Err(invalid("/packages", "add-ons have no packages"));
        }
        if self.packages.is_empty() && self.keep_packages > 0 {
            return Err(invalid("/keepPackages", "there is no new package that takes the place of others"));
        }
        if self.keep_packages > 0 && self.old_packages != OldPackages::Replace {
            return Err(invalid("/keepPackages", "only with `oldPackages` set to `replace`"));
        }
        if self.packages.is_empty() && self.old_packages == OldPackages::RemoveAll {
            return Err(invalid("/oldPackages", "there is no new package to replace those of the submission"));
        }
        if self.from_receipt_path.is_some() && self.from_flight.is_none() {
            return Err(invalid("/fromReceiptPath", "only with `fromFlight`"));
        }
        if self.from_flight.is_some() && !matches!(target, Target::App { .. }) {
            return Err(invalid("/fromFlight", "only an app takes over the packages of a flight"));
        }
        if self.from_flight.is_some() && self.packages.is_empty() {
            return Err(invalid("/fromFlight", "the files of the flight's packages are needed in `packages`"));
        }
        if !matches!(target, Target::App { .. }) && !self.release_notes.is_empty() {
            return Err(invalid("/releaseNotes", "only app submissions have release notes"));
        }
        if matches!(target, Target::Flight { .. }) && self.listing.is_some() {
            return Err(invalid("/listing", "flights have no listings of their own"));
        }
        self.check_languages(target)?;
        values::check_word("/visibility", self.visibility.as_deref(), &values::VISIBILITIES)?;
        values::check_word("/publishMode", self.publish_mode.as_deref(), &PUBLISH_MODE)?;
        values::check_edits(&self.edits, |at, _| format!("/edits/{at}/value"))?;
        if matches!(target, Target::Flight { .. }) && self.price_id.is_some() {
            return Err(invalid("/priceId", "flights have no price of their own"));
        }
        if self.price_left_to_partner_center && (self.price_id.is_some() || self.allow_free) {
            return Err(invalid("/priceLeftToPartnerCenter", "only without `priceId` and `allowFree`"));
        }
        if matches!(target, Target::Flight { .. }) && self.price_left_to_partner_center {
            return Err(invalid("/priceLeftToPartnerCenter", "flights have no price of their own"));
        }
        if matches!(target, Target::Flight { .. }) && self.visibility.is_some() {
            return Err(invalid("/visibility", "flights have no visibility of their own"));
        }
        if add_on && self.notes_for_certification.is_some() {
            return Err(invalid("/notesForCertification", "add-ons have no notes for certification"));
        }
        if add_on && (self.rollout.is_some() || self.mandatory_update.is_some()) {
            let field = if self.rollout.is_some() { "/rollout" } else { "/mandatoryUpdate" };
            return Err(invalid(field, "add-ons have no packages"));
        }
        if self.rollout.is_some_and(|percentage| !(percentage > 0.0 && percentage <= 100.0)) {
            return Err(invalid("/rollout", "a percentage is more than 0 and at most 100"));
        }
        for (field, date) in [("/publishDate", &self.publish_date), ("/mandatoryUpdate", &self.mandatory_update)] {
            let Some(date) = date else { continue };
            let Ok(date) = date.parse::<Timestamp>() else {
                return Err(invalid(field, "no date with time and zone, such as 2030-01-31T09:00:00Z"));
            };
            if date <= now {
                return Err(invalid(field, "the date is past"));
            }
        }
        match (self.publish_mode.as_deref(), &self.publish_date) {
            (Some("SpecificDate"), None) => Err(invalid("/publishMode", "`SpecificDate` needs `publishDate`")),
            (Some("Immediate" | "Manual"), Some(_)) => {
                Err(invalid("/publishDate", "only with `publishMode` set to `SpecificDate`"))
            }
            _ => Ok(()),
        }
    }

    fn check_languages(&self, target: &Target) -> Result<()> {
        if self.template_language.is_some() && self.add_languages.is_empty() {
            return Err(invalid("/templateLanguage", "only with `addLanguages`"));
        }
        if matches!(target, Target::Flight { .. }) && !self.add_languages.is_empty() {
            return Err(invalid("/addLanguages", "flights have no listings of their own"));
        }
        match self.add_languages.iter().position(|language| !is_language(language)) {
            Some(at) => {
                let message = format!("`{}` is no language, such as de-de or sr-latn-rs", self.add_languages[at]);
                Err(invalid("/addLanguages", &message))
            }
            None => Ok(()),
        }
    }
}

/// The version whose section of a changelog has the release notes: the one that is named, or that of the packages. `None`
/// for a release without both.
///
/// # Errors
/// `request.invalid` if the packages have several; those of [`check::inputs`].
fn notes_version(named: Option<&str>, packages: &[String]) -> Result<Option<String>> {
    if let Some(named) = named {
        return Ok(Some(named.trim().to_owned()));
    }
    if packages.is_empty() {
        return Ok(None);
    }
    let versions = check::inputs(packages)?.chosen.into_iter().map(|chosen| chosen.facts.version);
    notes::one_version(versions.collect())
}

/// Whether a text has the form of a language: `de`, `de-de`, `sr-latn-rs`.
fn is_language(text: &str) -> bool {
    let mut parts = text.trim().split('-');
    let is_primary = |part: &str| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    parts.next().is_some_and(is_primary)
        && parts.all(|part| (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}
