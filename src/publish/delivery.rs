//! How a release reaches customers: visibility, date, rollout, mandatory update.

use super::changes::{Changes, quoted};
use super::release::Release;
use crate::document;
use crate::error::Result;

const ROLLOUT: &str = "/packageDeliveryOptions/packageRollout";
const MANDATORY: &str = "/packageDeliveryOptions/isMandatoryUpdate";
const MANDATORY_DATE: &str = "/packageDeliveryOptions/mandatoryUpdateEffectiveDate";

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
            changes.set(&format!("{ROLLOUT}/isPackageRollout"), "true".to_owned())?;
            changes.set(&format!("{ROLLOUT}/packageRolloutPercentage"), percentage.to_string())?;
        }
        None if is_true(changes, &format!("{ROLLOUT}/isPackageRollout")) && !is_edited(ROLLOUT) => {
            changes.set(&format!("{ROLLOUT}/isPackageRollout"), "false".to_owned())?;
        }
        None => {}
    }
    match &release.mandatory_update {
        Some(date) => {
            changes.set(MANDATORY, "true".to_owned())?;
            changes.set(MANDATORY_DATE, quoted(date)?)?;
        }
        None if is_true(changes, MANDATORY) && !is_edited(MANDATORY) => {
            changes.set(MANDATORY, "false".to_owned())?;
        }
        None => {}
    }
    Ok(())
}

fn is_true(changes: &Changes, pointer: &str) -> bool {
    document::get(&changes.body, pointer) == Ok("true")
}
