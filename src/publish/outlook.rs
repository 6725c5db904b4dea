//! What a release would make of a submission that is given: a plan as far as a document tells, without a service.

use std::sync::Arc;

use jiff::Timestamp;

use super::inputs::{Inputs, ReleasedFile};
use super::listing::{self, Listing};
use super::outline::Outline;
use super::packages::{self, ToUpload};
use super::plan::{self, Start};
use super::receipt::ReleasedPackage;
use super::release::{OpenRollout, Release};
use super::values::text_at;
use super::{apply, pricing};
use crate::check::{self, Allowed, Base, Finding, SwitchedOff};
use crate::document;
use crate::error::{Error, Result};
use crate::listing::Folder;
use crate::package::Facts;
use crate::store::Target;
use crate::upload;

/// What a release would do.
#[derive(Debug)]
pub struct Outlook {
    /// The submission with the changes of the release.
    pub document: String,
    /// What becomes of its packages, its rollout and its price.
    pub outline: Outline,
    /// Who would get the release, if it is known whose it is.
    pub audience: Option<String>,
    /// The id of the submission that it starts from.
    pub based_on: Option<String>,
    /// The packages of the release.
    pub packages: Vec<ReleasedPackage>,
    /// What is in them.
    pub facts: Vec<Facts>,
    /// The files that would be uploaded.
    pub files: Vec<ReleasedFile>,
    /// The size of the ZIP of these files in bytes.
    pub upload_bytes: u64,
    /// What happens to the open rollout of the submission; absent if none is open.
    pub open_rollout: Option<OpenRollout>,
    /// When it is published: `Immediate`, `Manual` or `SpecificDate`, as the submission would say.
    pub publish_mode: Option<String>,
    /// The date of the publication, if the mode is `SpecificDate`.
    pub publish_date: Option<String>,
    /// Whether the draft would be committed.
    pub commit: bool,
    /// The rules whose errors are warnings.
    pub allow: Vec<String>,
    /// What the checks of packages and price find.
    pub findings: Vec<Finding>,
    /// What people should know besides.
    pub warnings: Vec<String>,
    /// Why the guard of the price refuses the release.
    pub refused: Option<Error>,
    /// The hash of the plan that a release would have if the submission is still the published one.
    pub plan_hash: Option<String>,
    /// The folder of listings.
    pub folder: Option<Arc<Folder>>,
    /// The rules that the folder switches off.
    pub off: SwitchedOff,
}

/// Makes the changes of a release in a submission, which is compared with nothing else. `target` is the product that the
/// release names, if it does. Blocks while the disk is slow.
///
/// # Errors
/// As [`publish`](super::publish) before anything is sent; `document.*` for edits that do not fit the submission.
pub fn outlook(document: &str, target: Option<&Target>, release: Release, now: Timestamp) -> Result<Outlook> {
    let product = target.map(listing::product).unwrap_or_default();
    let release = release.read_files(product)?;
    let target_or_any = target.cloned().unwrap_or_else(|| any(document));
    release.check(&target_or_any, now)?;
    let inputs = Inputs::find(release.clone(), &target_or_any)?;
    let mut changes = apply::without_price(document, &target_or_any, &release, &inputs.packages)?;
    let refused = pricing::finish(&mut changes, document, &target_or_any, &release).err();
    let off = inputs.listing.as_ref().map(Listing::off).unwrap_or_default();
    let allow = Allowed::of(&release.allow)?.and(&off);
    let facts: Vec<Facts> = inputs.packages.iter().map(|package| package.facts.clone()).collect();
    let mut findings = Vec::new();
    if !facts.is_empty() {
        findings.extend(check::packages(&facts, Some(&Base::of(document)?), &allow));
    }
    if refused.is_none() {
        findings.extend(check::submission(&target_or_any, &changes.body, release.allow_free, &allow)?);
    }
    let ToUpload { sources, listed } = packages::to_upload(&changes.body, &inputs)?;
    let mut files = inputs.files.clone();
    files.retain(|file| sources.iter().any(|source| source.name == file.name));
    files.extend(listed.into_iter().map(|file| ReleasedFile { name: file.source.name, bytes: file.bytes }));
    let outline = target.map_or_else(Outline::default, Outline::of_target);
    let (based_on, status) = (text_at(document, "/id"), text_at(document, "/status"));
    let is_published = status.is_some_and(|status| status == "Published");
    let plan_hash = match &based_on {
        Some(id) if target.is_some() && is_published && refused.is_none() => {
            Some(plan::hash(&inputs, false, Some(Start { id, document, edits: &changes.edits }))?)
        }
        _ => None,
    };
    let rollout = text_at(document, "/packageDeliveryOptions/packageRollout/packageRolloutStatus");
    let publish_mode = text_at(&changes.body, "/targetPublishMode");
    let is_dated = publish_mode.as_deref() == Some("SpecificDate");
    Ok(Outlook {
        outline: outline.of_changed(&changes.body, &release, &inputs)?.with_price_before(document),
        audience: target.map(Target::audience),
        based_on,
        packages: ReleasedPackage::all(&inputs),
        facts,
        files,
        upload_bytes: upload::size(&sources)?,
        open_rollout: rollout.filter(|rollout| rollout == "PackageRolloutInProgress").map(|_| release.open_rollout),
        publish_date: text_at(&changes.body, "/targetPublishDate").filter(|_| is_dated),
        publish_mode,
        commit: release.commits(),
        findings,
        warnings: changes.warnings,
        refused,
        plan_hash,
        folder: inputs.listing.as_ref().and_then(|listing| listing.folder.clone()),
        off,
        document: changes.body,
        allow: release.allow,
    })
}

/// A product of the kind that a submission is of, for a release that names none.
fn any(document: &str) -> Target {
    let has = |pointer: &str| document::get(document, pointer).is_ok();
    if has("/flightPackages") {
        Target::Flight { app_id: String::new(), flight_id: String::new() }
    } else if has("/contentType") || has("/lifetime") {
        Target::AddOn { add_on_id: String::new() }
    } else {
        Target::App { app_id: String::new() }
    }
}
