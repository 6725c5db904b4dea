//! The receipt of a release: what was done.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use super::inputs::Inputs;
use super::outline::Outline;
use super::release::Release;
use super::wait::{Until, WaitResult};
use crate::blocking;
use crate::check::Finding;
use crate::client::ServiceResponse;
use crate::document::{Edit, Viewed};
use crate::events::Reporter;
use crate::listing::{Names, State};
use crate::store::Target;
use crate::upload::UploadSummary;

/// The result of a release.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishReceipt")]
pub struct Receipt {
    /// The id of the submission.
    pub submission_id: String,
    /// Who gets the release: `everybody`, or `flight` and the id of the flight.
    pub audience: String,
    /// What the release did with the pending submission: `create`, `resume`, `adopt`, `replace`; `wait` for a submission
    /// that an earlier run has committed; `none` when what is published has everything already, or `busy` was `skip`.
    pub draft: &'static str,
    /// Whether this run or an earlier one of the same release has changed the submission. False: there was nothing to do.
    pub changed: bool,
    /// Whether the release used a draft that existed before, or one whose create response was lost.
    pub adopted_draft: bool,
    /// Why nothing was done, if `busy` was `skip` and another submission is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// The submission in Partner Center.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When the run began, in RFC 3339.
    pub began: String,
    /// When the run ended, in RFC 3339.
    pub ended: String,
    /// The version of this library.
    pub library_version: &'static str,
    /// What the release made of the submission.
    #[serde(flatten)]
    pub outline: Outline,
    /// The packages of the release.
    pub packages: Vec<ReleasedPackage>,
    /// Findings of the checks that stopped nothing.
    pub findings: Vec<Finding>,
    /// What people should know besides, such as release notes that were left out.
    pub warnings: Vec<String>,
    /// Whether the draft was left without a price, for a person to submit in Partner Center.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub price_left_to_partner_center: bool,
    /// The state of the submission at the end, as the service spells it.
    pub status: String,
    /// The result of the wait; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reached: Option<WaitResult>,
    /// The edits that were made in the submission. In the contract they are `meta.edits`.
    #[serde(skip)]
    pub edits: Vec<Edit>,
    /// Names the draft that was left uncommitted, with its upload. `submission.commit` takes it, and refuses a draft that is
    /// another one by then. Absent if the draft was committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub draft_hash: Option<String>,
    /// The upload; absent if the release has no files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload: Option<UploadSummary>,
    /// What the submission has.
    #[serde(flatten)]
    pub state: State,
    /// The steps that were taken, in their order.
    pub steps: Vec<Step>,
    /// `MS-CorrelationId` of the calls that changed something, for Microsoft's support. In the contract they are
    /// `meta.correlationIds`.
    #[serde(skip)]
    pub correlation_ids: Vec<String>,
}

/// One step of a release.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishStep")]
pub struct Step {
    /// `sign-in`, `plan`, `create`, `update`, `upload`, `commit`, `wait` …
    pub name: &'static str,
    /// The duration in milliseconds.
    pub elapsed_ms: u64,
}

/// A package of a release.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedPackage {
    /// The name in the ZIP and in the submission.
    pub file_name: String,
    /// The identity name.
    pub identity_name: String,
    /// The version.
    pub version: String,
    /// The architectures.
    pub architectures: Vec<String>,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file in hexadecimal digits. Absent in a plan, and for a package that was not sent because the
    /// submission has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

impl ReleasedPackage {
    pub(super) fn all(inputs: &Inputs) -> Vec<ReleasedPackage> {
        let of = |package: &super::inputs::Package| ReleasedPackage {
            file_name: package.name.clone(),
            identity_name: package.facts.identity_name.clone(),
            version: package.facts.version.clone(),
            architectures: package.facts.architectures.clone(),
            bytes: package.facts.size,
            sha256: None,
        };
        inputs.packages.iter().map(of).collect()
    }
}

impl Receipt {
    /// Adds what the submission has, and what was published before. A flight has no listings.
    pub(super) fn has(&mut self, target: &Target, release: &Release, document: &str, published: Option<&str>) {
        if !matches!(target, Target::Flight { .. }) {
            let names = |document: &str| {
                release.listing.as_ref().map_or_else(|| Ok(Names::new()), |listing| listing.names(document))
            };
            let state = || {
                let (own, old) = (names(document), published.map_or_else(|| Ok(Names::new()), names));
                let failed = own.as_ref().err().or(old.as_ref().err()).map(ToString::to_string);
                let (mut own, old) = (own.unwrap_or_default(), old.unwrap_or_default());
                if let Some(published) = published {
                    own.extend(kept(&old, published, document));
                }
                (State::of((document, &own), published.map(|published| (published, &old))), failed)
            };
            let (state, failed) = blocking::in_place(document.len(), state);
            self.state = state;
            self.warnings.extend(failed.map(|reason| {
                format!(
                    "with the receipt as `basePath`, pictures that the submission has under names of its own are sent again or are \
                     conflicts: {reason}"
                )
            }));
        }
    }

    /// Adds the upload, and its hashes to the packages.
    pub(super) fn uploaded(&mut self, upload: Option<UploadSummary>) {
        for package in &mut self.packages {
            let entry = upload.iter().flat_map(|upload| &upload.entries).find(|entry| entry.name == package.file_name);
            package.sha256 = entry.and_then(|entry| entry.sha256.clone());
        }
        self.upload = upload;
    }
}

/// The names of files that both submissions have at the same place. The base knows such a file in the published submission; in the
/// new one it does not, if the release has changed another part of the same field.
fn kept(names: &Names, published: &str, document: &str) -> Names {
    let (Ok(published), Ok(document)) = (Viewed::of(published), Viewed::of(document)) else { return Names::new() };
    let at = |viewed: &Viewed<'_>, place: &str| viewed.get(place).ok().map(str::to_owned);
    let is_kept = |place: &str| at(&published, place) == at(&document, place);
    names.iter().filter(|(place, _)| is_kept(place)).map(|(place, name)| (place.clone(), name.clone())).collect()
}

/// The page of a submission in Partner Center. Add-ons have none that their id leads to.
pub(super) fn page(target: &Target, submission_id: &str) -> Option<String> {
    let app_id = match target {
        Target::App { app_id } | Target::Flight { app_id, .. } => app_id,
        Target::AddOn { .. } => return None,
    };
    Some(format!("https://partner.microsoft.com/dashboard/products/{app_id}/submissions/{submission_id}"))
}

/// Collects the steps and correlation ids for the receipt, and reports the progress.
pub(super) struct Log<'a> {
    pub(super) reporter: &'a Reporter,
    pub(super) steps: Vec<Step>,
    pub(super) correlation_ids: Vec<String>,
    last: Instant,
    /// When the run began.
    pub(super) began: Timestamp,
    /// How many steps the release has, as far as it is known.
    pub(super) total: usize,
    /// How many drafts were given up since their upload address had expired.
    pub(super) addresses_expired: u32,
    /// How many drafts somebody deleted while they were watched.
    pub(super) vanished: u32,
    /// Whether the draft was deleted because the release does not fit it.
    pub(super) withdrawn: bool,
}

impl<'a> Log<'a> {
    /// The log of a release that has the steps which its description names: sign-in, plan and draft, and with what there is to
    /// do, update, upload, commit and wait.
    pub(super) fn new(reporter: &'a Reporter, release: &Release, has_files: bool, began: Timestamp) -> Self {
        let waits = release.commits() && release.until != Until::Committed;
        let total = 3 + [release.has_changes(), has_files, release.commits(), waits].iter().filter(|&&it| it).count();
        Log {
            reporter,
            steps: Vec::new(),
            correlation_ids: Vec::new(),
            last: Instant::now(),
            began,
            total,
            addresses_expired: 0,
            vanished: 0,
            withdrawn: false,
        }
    }

    pub(super) fn step(&mut self, name: &'static str, response: Option<&ServiceResponse>) {
        let elapsed_ms = u64::try_from(self.last.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last = Instant::now();
        self.steps.push(Step { name, elapsed_ms });
        self.correlation_ids
            .extend(response.into_iter().flat_map(|response| response.exchange.correlation_ids.clone()));
        self.reporter.progress("publish", self.steps.len() as u64, self.total as u64, "steps");
        self.reporter.verbose(format!("{name} took {elapsed_ms} ms"));
    }
}
