//! The packages of a release, as entries of the submission.

use super::changes::{Changes, quoted};
use super::inputs::{Inputs, Package};
use super::listing::Listed;
use super::release::{OldPackages, Release};
use crate::check::{self, Present};
use crate::document;
use crate::error::Result;
use crate::store::Target;
use crate::upload::Source;

/// Adds the packages as entries that wait for the upload, and marks those for deletion that have to go: the service
/// refuses a submission that leaves out a package.
pub(super) fn change(changes: &mut Changes, target: &Target, release: &Release, packages: &[Package]) -> Result<()> {
    let list = if matches!(target, Target::Flight { .. }) { "/flightPackages" } else { "/applicationPackages" };
    if document::get(&changes.body, list).is_err() {
        changes.set(list, "[]".to_owned())?;
    }
    let present = check::present(&changes.body)?;
    let stays = |present: &Present| packages.iter().any(|package| is_there(present, package));
    let mut going: Vec<usize> = (0..present.len())
        .filter(|&at| is_uploaded(&present[at]) && !stays(&present[at]))
        .filter(|&at| match release.old_packages {
            OldPackages::KeepAll => false,
            OldPackages::RemoveAll => true,
            OldPackages::Replace => packages.iter().any(|package| present[at].competes(&package.facts)),
        })
        .collect();
    going.sort_by_key(|&at| std::cmp::Reverse(present[at].numbers()));
    for at in going.into_iter().skip(release.keep_packages as usize) {
        changes.set(&format!("{list}/{at}/fileStatus"), r#""PendingDelete""#.to_owned())?;
    }
    for package in packages {
        // The submission of an earlier run of the same release names it already.
        if present.iter().any(|present| is_there(present, package)) {
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

/// Whether a submission has all packages. `uploaded` says that those which wait for the upload are those of this release:
/// they have no version, and build agents often give every version the same file name.
pub(super) fn are_there(body: &str, packages: &[Package], uploaded: bool) -> Result<bool> {
    let present = check::present(body)?;
    let is_one =
        |present: &Present, package: &Package| is_there(present, package) && (uploaded || is_uploaded(present));
    Ok(packages.iter().all(|package| present.iter().any(|present| is_one(present, package))))
}

/// The files that a submission waits for.
pub(super) struct ToUpload {
    /// All of them, those of the folder of listings last.
    pub(super) sources: Vec<Source>,
    /// Those of the folder of listings.
    pub(super) listed: Vec<Listed>,
}

/// The files that a submission waits for: all of the release but the packages that the submission has, and those of its
/// folder of listings.
pub(super) fn to_upload(body: &str, inputs: &Inputs) -> Result<ToUpload> {
    let present = check::present(body)?;
    let is_one = |present: &Present, package: &Package| is_uploaded(present) && is_there(present, package);
    let has = |package: &Package| present.iter().any(|present| is_one(present, package));
    let sources = inputs.sources.iter().enumerate();
    let mut sources: Vec<Source> = sources
        .filter(|(at, _)| !inputs.packages.get(*at).is_some_and(has))
        .map(|(_, source)| source.clone())
        .collect();
    let listed = match &inputs.listing {
        Some(listing) => listing.files(body)?,
        None => Vec::new(),
    };
    sources.extend(listed.iter().map(|file| file.source.clone()));
    Ok(ToUpload { sources, listed })
}

/// Whether an entry is a package of the release: it waits for the upload under its name, or it was uploaded and is the same
/// file.
fn is_there(present: &Present, package: &Package) -> bool {
    match present.file_status.as_deref() {
        Some("PendingUpload") => present.file_name == package.name,
        Some("Uploaded") => present.is(&package.facts),
        _ => false,
    }
}

/// Whether an entry is one of the packages of the release.
pub(super) fn is_new(present: &Present, inputs: &Inputs) -> bool {
    inputs.packages.iter().any(|package| is_there(present, package))
}

/// Whether the Store has the package, and keeps it.
pub(super) fn is_uploaded(present: &Present) -> bool {
    present.file_status.as_deref() == Some("Uploaded")
}

/// Whether the package is deleted when the submission is published.
pub(super) fn is_going(present: &Present) -> bool {
    present.file_status.as_deref() == Some("PendingDelete")
}
