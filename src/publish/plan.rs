//! The plan of a release: everything that can be refused is refused here, before anything is changed.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::apply;
use super::changes::Changes;
use super::elsewhere::Elsewhere;
use super::fate::{self, Fate};
use super::inputs::{Inputs, ReleasedFile};
use super::listing::{self, Listing};
use super::outline::Outline;
use super::packages::{self, ToUpload};
use super::receipt::ReleasedPackage;
use super::release::{OpenRollout, Release};
use super::situation::{MOST_READS, Read, Situation};
use super::{compare, pricing, promotion, upload_address};
use crate::blocking;
use crate::check::{self, Allowed, Base, Finding, Sent};
use crate::document::Edit;
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::package::{Facts, LeftOut};
use crate::store::{Product, price};
use crate::upload::{self, Link, Source, Uploaded, agreement};

/// What a release will do.
pub(super) struct Plan {
    pub(super) situation: Situation,
    pub(super) fate: Fate,
    /// The edits in the submission that the release starts from. Empty when there is none, because planning creates none.
    pub(super) edits: Vec<Edit>,
    pub(super) outline: Outline,
    /// The files to upload.
    pub(super) files: Vec<ReleasedFile>,
    /// The size in bytes of the ZIP of these files; 0 if there is nothing to upload.
    pub(super) upload_bytes: u64,
    pub(super) findings: Vec<Finding>,
    pub(super) warnings: Vec<String>,
    /// Names this plan: the same one has the same hash, on every machine and in every run of the release.
    pub(super) hash: String,
}

/// What the service has, and what becomes of the pending submission.
async fn look(product: &Product, release: &Release, inputs: &Inputs) -> Result<(Situation, Fate)> {
    let mut looks = 0;
    loop {
        looks += 1;
        let situation = Situation::read(product, inputs).await?;
        match decide(product, release, inputs, &situation).await {
            // Somebody deleted the pending submission meanwhile.
            Err(error)
                if *error.code() == codes::SUBMISSION_NOT_FOUND
                    && situation.pending.is_some()
                    && looks < MOST_READS => {}
            fate => return Ok((situation, fate?)),
        }
    }
}

impl Plan {
    /// Reads what the service has and plans the release. Only reads.
    ///
    /// # Errors
    /// As [`publish`](super::publish) fails before its first change.
    pub(super) async fn of(product: &Product, release: &Release, inputs: &Inputs) -> Result<Plan> {
        let (mut situation, mut fate) = look(product, release, inputs).await?;
        if fate == Fate::Unchanged && situation.is_old() {
            (situation, fate) = look(product, release, inputs).await?;
        }
        let plan = Plan {
            hash: String::new(),
            fate,
            edits: Vec::new(),
            outline: Outline::of_target(&product.target),
            files: Vec::new(),
            upload_bytes: 0,
            findings: Vec::new(),
            warnings: Vec::new(),
            situation,
        };
        let pending = plan.situation.pending.as_ref().map(|pending| pending.submission.id.clone());
        plan.filled(product, release, inputs).await.map_err(|error| match &pending {
            Some(id) => error.about_submission(id),
            None => error,
        })
    }

    /// The plan with what the release does, once it is decided what becomes of the pending submission.
    async fn filled(self, product: &Product, release: &Release, inputs: &Inputs) -> Result<Plan> {
        let fate = self.fate;
        let mut plan = self;
        if matches!(fate, Fate::Wait | Fate::Unchanged) {
            if let Some(base) = plan.base() {
                let outline = plan.outline.clone().of_changed(&base.document, release, inputs)?;
                let left_alone = match fate {
                    Fate::Unchanged => Some(unchanged(&base.document, product, release, inputs).await?),
                    _ => None,
                };
                plan.outline = outline;
                if let Some(Changes { warnings, left_alone, .. }) = left_alone {
                    plan.warnings = warnings;
                    plan.outline.listings_left_alone = left_alone;
                }
            }
            return Ok(plan);
        }
        promotion::check(product, release, inputs).await?;
        let published = plan.situation.published.as_ref();
        if matches!(fate, Fate::Create | Fate::Replace) {
            if release.open_rollout == OpenRollout::Refuse {
                refuse_open_rollout(published)?;
            }
            plan.outline.ends_rollout(&plan.situation, release);
        }
        plan.files.clone_from(&inputs.files);
        plan.upload_bytes = inputs.zip_bytes;
        let off = inputs.listing.as_ref().map(Listing::off).unwrap_or_default();
        let allow = Allowed::of(&release.allow)?.and(&off);
        let elsewhere = Elsewhere::read(product, release, inputs, &plan.situation).await?;
        let mut findings = package_findings(inputs, &plan.situation, &elsewhere, &allow)?;
        if let Some(base) = plan.base() {
            let changes = changes(&base.document, product, release, inputs).await?;
            let mut of_document = check::submission(&product.target, &changes.body, release.allow_free, &allow)?;
            // The price that is left out is not sent.
            let is_left = |finding: &Finding| {
                release.price_left_to_partner_center && finding.pointer.as_deref() == Some(price::POINTER)
            };
            of_document.retain(|finding| !is_left(finding));
            findings.extend(of_document);
            let ToUpload { sources, listed } = packages::to_upload(&changes.body, inputs)?;
            let files = listing::looked_into(&listed).await?;
            let packages: Vec<Facts> = inputs.packages.iter().map(|package| package.facts.clone()).collect();
            let sent = Sent {
                body: &changes.body,
                base: &base.document,
                published: plan.situation.published.as_ref().map(|published| published.document.as_str()),
                packages: &packages,
                files: &files,
                now: product.client.http().now(),
            };
            let mut of_listings = blocking::in_place(changes.body.len(), || check::changes(&sent, &allow))?;
            if let Some(listing) = &inputs.listing {
                listing.locate(&mut of_listings);
            }
            findings.extend(of_listings);
            let before = base.document.clone();
            plan.files.retain(|file| sources.iter().any(|source| source.name == file.name));
            plan.files
                .extend(listed.into_iter().map(|file| ReleasedFile { name: file.source.name, bytes: file.bytes }));
            if sources.len() != inputs.sources.len() || inputs.listing.is_some() {
                plan.upload_bytes = upload::checked(&sources).await?;
            }
            plan.outline = plan.outline.of_changed(&changes.body, release, inputs)?.with_price_before(&before);
            match fate {
                Fate::Adopt => check_adopted_files(product, release, &changes.body, &sources).await?,
                _ => {
                    let names = sources.iter().map(|source| source.name.as_str());
                    agreement::compare(&agreement::awaited(&changes.body)?, names).refuse()?;
                }
            }
            plan.edits = changes.edits;
            plan.warnings = changes.warnings;
            plan.outline.listings_left_alone = changes.left_alone;
            let published = plan.situation.published.as_ref().map(|published| published.document.as_str());
            plan.warnings.extend(pricing::without_price(release, published));
        }
        plan.warnings.extend(elsewhere.warnings);
        plan.findings = check::refuse(findings)?;
        plan.hash = plan.hash(product, release, inputs).await?;
        Ok(plan)
    }

    /// The submission that the release starts from.
    pub(super) fn base(&self) -> Option<&Read> {
        let pending = self.situation.pending.as_ref().filter(|_| self.fate.uses_pending());
        pending.or(self.situation.published.as_ref())
    }

    /// What is approved with a plan: the release, the submission that it starts from, and the edits. A draft of an earlier
    /// run of the release has some of them already, so the edits are those in what is published.
    async fn hash(&self, product: &Product, release: &Release, inputs: &Inputs) -> Result<String> {
        let basis = match self.fate {
            Fate::Adopt => self.situation.pending.as_ref(),
            _ => self.situation.published.as_ref(),
        };
        let others = match basis {
            Some(basis) if self.base().is_none_or(|base| base.submission.id != basis.submission.id) => {
                Some(changes(&basis.document, product, release, inputs).await?.edits)
            }
            _ => None,
        };
        let edits = others.as_ref().unwrap_or(&self.edits);
        let start = basis.map(|basis| Start { id: &basis.submission.id, document: &basis.document, edits });
        hash(inputs, self.fate == Fate::Adopt, start)
    }

    /// Refuses a plan that is not the one which was approved.
    ///
    /// # Errors
    /// `plan.changed` with the edits of this plan.
    pub(super) fn check_hash(&self, release: &Release, inputs: &Inputs) -> Result<()> {
        match &release.plan_hash {
            // An approved release that is run again has nothing to do, and so has another release that is there already.
            Some(approved) if self.hash.is_empty() && !approved.starts_with(&release_part(inputs)) => {
                Err(Error::new(&codes::PLAN_CHANGED, format!("there is nothing to do, and {approved} was approved")))
            }
            Some(approved) if *approved != self.hash && !self.hash.is_empty() => {
                let message = format!("the plan is {}, and {approved} was approved", self.hash);
                let edit = |edit: &Edit| Detail::at(edit.path.to_string(), format!("would be edited ({})", edit.op));
                let base = self.base().map(|base| Detail::coded("BasedOn", base.submission.id.clone()));
                Err(Error::new(&codes::PLAN_CHANGED, message).details(base).details(self.edits.iter().map(edit)))
            }
            _ => Ok(()),
        }
    }
}

/// What a plan starts from: a submission, and the edits in it.
pub(super) struct Start<'a> {
    pub(super) id: &'a str,
    pub(super) document: &'a str,
    pub(super) edits: &'a [Edit],
}

/// The hash of the plan of a release that is added to a draft, or creates one.
pub(super) fn hash(inputs: &Inputs, is_added: bool, start: Option<Start<'_>>) -> Result<String> {
    let start = match start {
        Some(Start { id, document, edits }) => {
            // A run that ends the open rollout changes its state in what is published.
            let paths: Vec<_> = edits.iter().map(|edit| (edit.path.to_string(), &edit.value)).collect();
            json!([id, compare::hash_without_rollout(document)?, paths])
        }
        None => json!(null),
    };
    let text = json!([is_added, start]).to_string();
    Ok(release_part(inputs) + &compare::hexadecimal(&Sha256::digest(text)[..8]))
}

/// The first half of the hash of a plan: what the release makes of which product, from which files.
fn release_part(inputs: &Inputs) -> String {
    compare::hexadecimal(&inputs.key.0[..8])
}

/// [`fate::decide`], whose errors name the pending submission.
async fn decide(product: &Product, release: &Release, inputs: &Inputs, situation: &Situation) -> Result<Fate> {
    fate::decide(product, release, inputs, situation).await.map_err(|error| match &situation.pending {
        Some(pending) => error.about_submission(&pending.submission.id),
        None => error,
    })
}

/// Makes the changes on a thread for blocking work: a release may have many edits in a large document.
pub(super) async fn changes(document: &str, product: &Product, release: &Release, inputs: &Inputs) -> Result<Changes> {
    let (document, target, release) = (document.to_owned(), product.target.clone(), release.clone());
    let packages = inputs.packages.clone();
    blocking::run(move || apply::apply(&document, &target, &release, &packages)).await
}

/// What a release says of a submission in which it changes nothing, without the guard of the price: nothing is sent.
async fn unchanged(document: &str, product: &Product, release: &Release, inputs: &Inputs) -> Result<Changes> {
    let (document, target, release) = (document.to_owned(), product.target.clone(), release.clone());
    let packages = inputs.packages.clone();
    blocking::run(move || apply::without_price(&document, &target, &release, &packages)).await
}

/// Checks the files that a draft waits for which is not of this release: its ZIP may have those that the release does not.
async fn check_adopted_files(product: &Product, release: &Release, body: &str, sources: &[Source]) -> Result<()> {
    match upload_address(body).map(Link::fixed) {
        Ok(link) if !sources.is_empty() => upload::carry_over(&product.client, &link, body, sources).await.map(|_| ()),
        Ok(link) if release.commits() => match Uploaded::at(&product.client, &link).await {
            Ok(uploaded) => uploaded.compare(body, &Reporter::current()).await,
            Err(error) => {
                Reporter::current().verbose(format!("the ZIP is not compared with the submission: {error}"));
                Ok(())
            }
        },
        // Without a file to send the address is not needed.
        Err(error) if !sources.is_empty() => Err(error),
        _ => Ok(()),
    }
}

fn package_findings(
    inputs: &Inputs,
    situation: &Situation,
    elsewhere: &Elsewhere,
    allow: &Allowed,
) -> Result<Vec<Finding>> {
    if inputs.packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut base = match &situation.published {
        Some(published) => Some(Base::of(&published.document)?),
        None => None,
    };
    if let Some(app) = &situation.app {
        base = Some(base.unwrap_or_default().app(app)?);
    }
    for (whose, document) in &elsewhere.documents {
        base = Some(base.unwrap_or_default().also(whose, document)?);
    }
    let facts: Vec<_> = inputs.packages.iter().map(|package| package.facts.clone()).collect();
    Ok(check::packages(&facts, base.as_ref(), allow))
}

fn refuse_open_rollout(published: Option<&Read>) -> Result<()> {
    match published {
        Some(published) if published.has_open_rollout() => {
            let message = format!("the package rollout of {} is in progress", published.submission);
            let remedy = "publish with `openRollout` set to `finalize`, which gives its packages to all customers, or to `halt`, which gives them to no more; or wait until it has ended";
            Err(Error::new(&codes::ROLLOUT_OPEN, message).hint(remedy))
        }
        _ => Ok(()),
    }
}

/// What a release would do, as far as reading from the service can tell.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PublishPlan")]
pub struct Preview {
    /// The id of the pending submission; null if there is none.
    pub pending_submission_id: Option<String>,
    /// Who would get the release: `everybody`, or `flight` and the id of the flight.
    pub audience: String,
    /// What the release would do with the pending submission, or in its absence: `create`, `resume` the draft of an earlier
    /// run, `resume an interrupted create`, `adopt`, `replace` (delete it and create another), `wait` for a submission that
    /// an earlier run has committed, `none` when what is published has everything already.
    pub draft: &'static str,
    /// The id of the submission whose content the release starts from; null if there is none.
    pub based_on: Option<String>,
    /// What the release would make of the submission.
    #[serde(flatten)]
    pub outline: Outline,
    /// The edits that the release would make in the submission that it starts from. Empty when there is no such
    /// submission, because a preview creates none. In the contract they are `meta.edits`.
    #[serde(skip)]
    pub edits: Vec<Edit>,
    /// The packages of the release.
    pub packages: Vec<ReleasedPackage>,
    /// Package files that a wildcard or a folder led to and that were not taken.
    pub left_out: Vec<LeftOut>,
    /// Findings of the checks that stop nothing.
    pub findings: Vec<Finding>,
    /// What people should know besides, such as release notes that are left out.
    pub warnings: Vec<String>,
    /// The files that would be uploaded, without those that the submission has already.
    pub files: Vec<ReleasedFile>,
    /// The size of the ZIP of these files in bytes; 0 if there is nothing to upload.
    pub upload_bytes: u64,
    /// Whether the draft would be committed.
    pub commit: bool,
    /// Whether the draft would be left without a price, for a person to submit in Partner Center.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub price_left_to_partner_center: bool,
    /// Names this plan. A release that gets it as its `planHash` does what the plan says, or is refused. Absent if there is
    /// nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
}

/// Previews a release. Only reads from the service.
///
/// # Errors
/// As [`publish`](super::publish) would fail before its first change.
pub async fn preview(product: &Product, release: &Release) -> Result<Preview> {
    let release = &release.with_files(&product.target).await?;
    release.check(&product.target, product.client.http().now())?;
    let inputs = Inputs::read(release, &product.target).await?;
    let plan = Plan::of(product, release, &inputs).await?;
    plan.check_hash(release, &inputs)?;
    let id = |read: &Read| read.submission.id.clone();
    Ok(Preview {
        pending_submission_id: plan.situation.pending.as_ref().map(id),
        audience: product.target.audience(),
        draft: plan.fate.name(),
        based_on: plan.base().map(id),
        packages: ReleasedPackage::all(&inputs),
        left_out: inputs.left_out,
        findings: plan.findings,
        warnings: plan.warnings,
        edits: plan.edits,
        outline: plan.outline,
        files: plan.files,
        upload_bytes: plan.upload_bytes,
        commit: release.commits(),
        price_left_to_partner_center: release.price_left_to_partner_center,
        plan_hash: Some(plan.hash).filter(|hash| !hash.is_empty()),
    })
}
