//! What a release would do, in the words of the page of `submission.preview`.

use crate::preview::{PackageFate, Plan, PlannedPackage};
use crate::publish::release::OpenRollout;
use crate::publish::{OldPackage, Outlook, ReleasedPackage};

pub(super) fn plan(outlook: &Outlook) -> Plan {
    let new = outlook.packages.iter().map(|package| new_package(package, outlook));
    Plan {
        facts: facts(outlook),
        packages: new.chain(outlook.outline.old_packages.iter().map(old_package)).collect(),
        warnings: outlook.warnings.clone(),
        refused: outlook
            .refused
            .as_ref()
            .map(|error| (format!("{} ({})", error, error.code().name), error.remedy().to_owned())),
    }
}

fn facts(outlook: &Outlook) -> Vec<(&'static str, String)> {
    let outline = &outlook.outline;
    let has_packages = !outlook.packages.is_empty();
    let open = outlook.open_rollout.map(|open| match open {
        OpenRollout::Refuse => "in progress, so that the release is refused",
        OpenRollout::Finalize => "is ended: all customers get its packages",
        OpenRollout::Halt => "is ended: no more customers get its packages",
    });
    let rollout = match outline.rollout {
        Some(percentage) => Some(format!("{percentage} % of the customers at first")),
        None if has_packages => Some("none, all customers get the packages".to_owned()),
        None => None,
    };
    let price = outline.price_id.as_ref().map(|price| match &outline.price_id_before {
        Some(before) => format!("{price}, before {before}"),
        None => price.clone(),
    });
    let publication = outlook.publish_mode.as_deref().map(|mode| match (mode, &outlook.publish_date) {
        ("Immediate", _) => "as soon as it is certified".to_owned(),
        ("Manual", _) => "when somebody publishes it in Partner Center".to_owned(),
        (_, Some(date)) => format!("on {date}"),
        (mode, None) => mode.to_owned(),
    });
    let upload = match outlook.files.len() {
        0 => None,
        1 => Some(format!("1 file, {} bytes as a ZIP", outlook.upload_bytes)),
        files => Some(format!("{files} files, {} bytes as a ZIP", outlook.upload_bytes)),
    };
    let commit = if outlook.commit { "yes" } else { "no, the draft is left for review" };
    let guard = match (&outlook.refused, &outline.price_id) {
        (Some(error), _) => format!("refuses the release: {}", error.code().name),
        (None, Some(_)) => "lets the price pass".to_owned(),
        (None, None) => "there is no price to guard".to_owned(),
    };
    let hash = outlook.plan_hash.as_ref();
    let hash = hash.map(|hash| format!("{hash}, if this submission is still the published one when the release runs"));
    [
        ("For", outlook.audience.clone()),
        ("Based on submission", outlook.based_on.clone()),
        ("Open rollout of the submission", open.map(str::to_owned)),
        ("Rollout", rollout),
        ("Mandatory update from", outline.mandatory_update.clone()),
        ("Price", price),
        ("Guard of the price", Some(guard)),
        ("Published", publication),
        ("Upload", upload),
        ("Commit", Some(commit.to_owned())),
        ("Rules whose errors are warnings", Some(outlook.allow.join(", ")).filter(|rules| !rules.is_empty())),
        ("Plan hash", hash),
    ]
    .into_iter()
    .filter_map(|(name, value)| Some((name, value?)))
    .collect()
}

fn new_package(package: &ReleasedPackage, outlook: &Outlook) -> PlannedPackage {
    let is_sent = outlook.files.iter().any(|file| file.name == package.file_name);
    let (fate, reason) = match is_sent {
        true => (PackageFate::New, format!("{} bytes", package.bytes)),
        false => (PackageFate::Stays, "the submission has it already".to_owned()),
    };
    PlannedPackage {
        file_name: package.file_name.clone(),
        version: package.version.clone(),
        architectures: package.architectures.join(", "),
        fate,
        reason,
    }
}

fn old_package(package: &OldPackage) -> PlannedPackage {
    PlannedPackage {
        file_name: package.file_name.clone(),
        version: package.version.clone().unwrap_or_default(),
        architectures: package.architecture.clone().unwrap_or_default(),
        fate: if package.stays { PackageFate::Stays } else { PackageFate::Goes },
        reason: package.reason.clone(),
    }
}
