//! How a release reaches customers: visibility, date, rollout, mandatory update.

use super::changes::{Changes, quoted};
use super::release::Release;
use crate::document;
use crate::error::Result;

const ROLLOUT: &str = "/packageDeliveryOptions/packageRollout";
pub(super) const IS_ROLLOUT: &str = "/packageDeliveryOptions/packageRollout/isPackageRollout";
pub(super) const PERCENTAGE: &str = "/packageDeliveryOptions/packageRollout/packageRolloutPercentage";
pub(super) const MANDATORY: &str = "/packageDeliveryOptions/isMandatoryUpdate";
pub(super) const MANDATORY_DATE: &str = "/packageDeliveryOptions/mandatoryUpdateEffectiveDate";

/// Sets what the release names. A rollout and a mandatory update are never inherited: a new submission is a copy of the
/// published one, and a release after a halted rollout would go out to nobody.
pub(super) fn change(changes: &mut Changes, release: &Release) -> Result<()> {
    for (pointer, text) in [
        ("/visibility", &release.visibility),
        ("/targetPublishMode", &release.publish_mode),
        ("/targetPublishDate", &release.publish_date),
        ("/notesForCertification", &release.notes_for_certification),
    ] {
        if let Some(text) = text {
            changes.set(pointer, quoted(text)?)?;
        }
    }
    if release.publish_date.is_some() && release.publish_mode.is_none() {
        changes.set("/targetPublishMode", quoted("SpecificDate")?)?;
    }
    let is_edited = |place: &str| release.edits.iter().any(|edit| edit.path.to_string().starts_with(place));
    match release.rollout {
        Some(percentage) => {
            changes.set(IS_ROLLOUT, "true".to_owned())?;
            changes.set(PERCENTAGE, percentage.to_string())?;
        }
        None if is_true(&changes.body, IS_ROLLOUT) && !is_edited(ROLLOUT) => {
            changes.set(IS_ROLLOUT, "false".to_owned())?;
        }
        None => {}
    }
    match &release.mandatory_update {
        Some(date) => {
            changes.set(MANDATORY, "true".to_owned())?;
            changes.set(MANDATORY_DATE, quoted(date)?)?;
        }
        None if is_true(&changes.body, MANDATORY) && !is_edited(MANDATORY) => {
            changes.set(MANDATORY, "false".to_owned())?;
        }
        None => {}
    }
    Ok(())
}

pub(super) fn is_true(document: &str, pointer: &str) -> bool {
    document::get(document, pointer) == Ok("true")
}
