//! The packages of a release, as entries of the submission.

use serde::Deserialize;

use super::changes::{Changes, quoted};
use super::release::{OldPackages, Release};
use crate::document;
use crate::error::{Error, Result, codes};
use crate::input::unquoted;
use crate::package::Facts;
use crate::store::Target;

/// A package of a release.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// The name in the ZIP.
    pub name: String,
    /// What is inside.
    pub facts: Facts,
}

/// A package that a submission has. One that the service has not processed yet has only a name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Present {
    file_name: String,
    file_status: String,
    version: Option<String>,
    architecture: Option<String>,
    target_device_families: Option<Vec<String>>,
}

/// The pointer of the packages of a submission.
pub(super) fn list_of(target: &Target) -> &'static str {
    if matches!(target, Target::Flight { .. }) { "/flightPackages" } else { "/applicationPackages" }
}

/// Adds the packages as entries that wait for the upload, and marks those for deletion that have to go: the service
/// refuses a submission that leaves out a package.
pub(super) fn change(changes: &mut Changes, target: &Target, release: &Release, packages: &[Package]) -> Result<()> {
    let list = list_of(target);
    if document::get(&changes.body, list).is_err() {
        changes.set(list, "[]".to_owned())?;
    }
    let present = present(&changes.body, list)?;
    let released = |present: &Present| packages.iter().any(|package| is_same(present, package));
    let mut going: Vec<usize> = (0..present.len())
        .filter(|&at| present[at].file_status == "Uploaded" && !released(&present[at]))
        .filter(|&at| match release.old_packages {
            OldPackages::KeepAll => false,
            OldPackages::RemoveAll => true,
            OldPackages::Replace => packages.iter().any(|package| takes_the_place_of(package, &present[at])),
        })
        .collect();
    going.sort_by_key(|&at| std::cmp::Reverse(numbers(present[at].version.as_deref().unwrap_or_default())));
    for at in going.into_iter().skip(release.keep_packages as usize) {
        changes.set(&format!("{list}/{at}/fileStatus"), r#""PendingDelete""#.to_owned())?;
    }
    for package in packages {
        // The submission of an earlier run of the same release names it already.
        if present.iter().any(|present| is_same(present, package)) {
            continue;
        }
        let entry = format!(
            r#"{{"fileName":{},"fileStatus":"PendingUpload","minimumDirectXVersion":"None","minimumSystemRam":"None"}}"#,
            quoted(&package.name)?
        );
        changes.set(&format!("{list}/-"), entry)?;
    }
    Ok(())
}

fn present(body: &str, list: &str) -> Result<Vec<Present>> {
    serde_json::from_str(document::get(body, list).unwrap_or("[]"))
        .map_err(|error| Error::new(&codes::NETWORK_BAD_ANSWER, format!("{list} can't be read: {}", unquoted(&error))))
}

/// Whether an entry is a package of the release: it waits for the upload under its name, or was uploaded and has its
/// version and architecture. Build agents often give every version the same file name.
fn is_same(present: &Present, package: &Package) -> bool {
    if present.file_name != package.name {
        return false;
    }
    match present.file_status.as_str() {
        "PendingUpload" => true,
        "Uploaded" => {
            present.version.as_deref() == Some(package.facts.version.as_str()) && shares_architecture(present, package)
        }
        _ => false,
    }
}

/// Whether customers of a present package get the new one in its place: both are for one architecture and one family of
/// devices.
fn takes_the_place_of(package: &Package, present: &Present) -> bool {
    let name = |family: &str| family.split(' ').next().unwrap_or_default().to_ascii_lowercase();
    let families: Vec<String> = package.facts.device_families.iter().map(|family| name(&family.name)).collect();
    let universal = |family: &String| family == "windows.universal";
    let shares_family = match &present.target_device_families {
        Some(theirs) if !theirs.is_empty() && !families.is_empty() => {
            let theirs: Vec<String> = theirs.iter().map(|family| name(family)).collect();
            theirs.iter().any(|family| families.contains(family))
                || families.iter().any(universal)
                || theirs.iter().any(universal)
        }
        _ => true,
    };
    shares_family && shares_architecture(present, package)
}

/// Whether the architectures overlap. The service calls a bundle neutral, or names one of its architectures.
fn shares_architecture(present: &Present, package: &Package) -> bool {
    let Some(theirs) = present.architecture.as_deref() else { return true };
    let ours = &package.facts.architectures;
    theirs.eq_ignore_ascii_case("neutral")
        || ours.is_empty()
        || ours.iter().any(|own| own.eq_ignore_ascii_case(theirs) || own.eq_ignore_ascii_case("neutral"))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Whether a submission has all packages, processed or as `uploaded` says: those that wait for the upload have no version,
/// so their names alone say nothing.
pub(super) fn are_there(body: &str, target: &Target, packages: &[Package], uploaded: bool) -> Result<bool> {
    let present = present(body, list_of(target))?;
    Ok(packages.iter().all(|package| {
        present.iter().any(|present| is_same(present, package) && (uploaded || present.file_status == "Uploaded"))
    }))
}
