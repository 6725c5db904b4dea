//! What a release makes of its submission, in the words of plans and receipts: the packages that it finds there, the
//! rollout, the price.

use schemars::JsonSchema;
use serde::Serialize;

use super::inputs::Inputs;
use super::release::{OldPackages, OpenRollout, Release};
use super::situation::{Read, Situation};
use super::values::text_at;
use super::{delivery, packages};
use crate::check::{self, Present};
use crate::document;
use crate::error::{Result, TargetIds};
use crate::store::{Target, price};

/// What a release makes of its submission.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Outline {
    /// The ids of the product.
    #[serde(flatten)]
    pub target: TargetIds,
    /// The packages that the submission has besides those that the release adds. Absent if the release adds none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub old_packages: Vec<OldPackage>,
    /// The languages of the submission that the folder of listings does not have. They stay as they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub listings_left_alone: Vec<String>,
    /// The percentage of customers who get the packages. Absent: there is no rollout, and all customers get them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rollout: Option<f64>,
    /// The date from which the packages are a mandatory update. Absent: the update is not mandatory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandatory_update: Option<String>,
    /// What the release does with the open rollout of the published submission before it creates a draft: `finalize` or
    /// `halt`. Absent: there is no open rollout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_rollout: Option<&'static str>,
    /// The price tier of the submission. Absent: flights have none, and that of an app or add-on is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_id: Option<String>,
    /// The price tier before, such as `Free` for a product that becomes paid. Absent if the release does not change the
    /// price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price_id_before: Option<String>,
}

/// A package that a submission has before a release.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OldPackage {
    /// The name of its file.
    pub file_name: String,
    /// Its version; absent for a package that was not processed yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Its architecture, as the service spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Whether it stays. A package that does not is deleted when the submission is published.
    pub stays: bool,
    /// Why it stays or goes.
    pub reason: String,
}

impl Outline {
    /// What is known without a submission.
    pub(super) fn of_target(target: &Target) -> Outline {
        Outline { target: target.ids(), ..Outline::default() }
    }

    /// Adds what the release makes of the submission, whose document has the changes of the release.
    ///
    /// # Errors
    /// `network.bad_answer` when the document is not that of a submission.
    pub(super) fn of_changed(self, changed: &str, release: &Release, inputs: &Inputs) -> Result<Outline> {
        let text = |pointer: &str| text_at(changed, pointer);
        let is_rollout = delivery::is_true(changed, delivery::IS_ROLLOUT);
        let percentage = document::get(changed, delivery::PERCENTAGE).ok().filter(|_| is_rollout);
        let mandatory = delivery::is_true(changed, delivery::MANDATORY);
        Ok(Outline {
            old_packages: old_packages(changed, release, inputs)?,
            rollout: percentage.and_then(|number| number.parse().ok()),
            mandatory_update: text(delivery::MANDATORY_DATE).filter(|_| mandatory),
            price_id: text(price::POINTER),
            ..self
        })
    }

    /// Adds the price that the submission had before the release, if that is another one.
    pub(super) fn with_price_before(self, before: &str) -> Outline {
        let price = text_at(before, price::POINTER).filter(|price| self.price_id.as_ref() != Some(price));
        Outline { price_id_before: price, ..self }
    }

    /// Adds what happens to the open rollout of the published submission, for a release that creates a draft.
    pub(super) fn ends_rollout(&mut self, situation: &Situation, release: &Release) {
        self.open_rollout = match release.open_rollout {
            _ if !situation.published.as_ref().is_some_and(Read::has_open_rollout) => None,
            OpenRollout::Refuse => None,
            OpenRollout::Finalize => Some("finalize"),
            OpenRollout::Halt => Some("halt"),
        };
    }
}

fn old_packages(changed: &str, release: &Release, inputs: &Inputs) -> Result<Vec<OldPackage>> {
    if inputs.packages.is_empty() {
        return Ok(Vec::new());
    }
    let mut old = check::present(changed)?;
    old.retain(|present| !packages::is_new(present, inputs));
    Ok(old.into_iter().map(|present| old_package(present, release, inputs)).collect())
}

fn old_package(present: Present, release: &Release, inputs: &Inputs) -> OldPackage {
    let stays = !packages::is_going(&present);
    let successor = inputs.packages.iter().find(|package| present.competes(&package.facts));
    let reason = match (stays, release.old_packages, successor) {
        (true, ..) if !packages::is_uploaded(&present) => "it was added to the draft before".to_owned(),
        (true, OldPackages::KeepAll, _) => "all old packages stay (keepAll)".to_owned(),
        (true, _, Some(_)) => format!("of the packages that are replaced, the newest {} stay", release.keep_packages),
        (true, _, None) => "no new package has its architecture and device family".to_owned(),
        (false, OldPackages::RemoveAll, _) => "all old packages go (removeAll)".to_owned(),
        (false, OldPackages::Replace, Some(package)) => format!("{} takes its place", package.name),
        (false, ..) => "an edit removes it".to_owned(),
    };
    OldPackage {
        file_name: present.file_name,
        version: present.version,
        architecture: present.architecture,
        stays,
        reason,
    }
}
