//! The release notes that `submission.check` finds in files: those of a release, and those of the changelog of a folder.

use std::collections::BTreeSet;

use crate::check::{self, Finding, Noted};
use crate::error::{Error, Result};
use crate::listing::Folder;
use crate::package::Facts;
use crate::publish::notes::{self, Version};

/// Release notes from files.
#[derive(Default)]
pub(super) struct Notes {
    /// Those of a release.
    pub(super) noted: Vec<Noted>,
    /// The years in the dates of the changelogs.
    pub(super) years: BTreeSet<i16>,
    /// Why there are none: what a release would be refused for.
    pub(super) findings: Vec<Finding>,
}

impl Notes {
    /// Takes the release notes of a release, from the path that it names.
    pub(super) fn of_release(&mut self, path: &str, named: Option<&str>, packages: &[Facts]) {
        let find = || {
            let none = || notes::no_version("is needed for a changelog, since no package is given");
            version(named, packages)?.ok_or_else(none)
        };
        match notes::of_path(path, &Version { is_named: named.is_some(), find: &find }) {
            Ok(found) => {
                for (language, found) in found {
                    self.years.extend(found.years);
                    self.noted.push(Noted { language, text: found.text, file: found.file, line: found.line });
                }
            }
            Err(error) => self.fails(path, &error),
        }
    }

    /// Gives a folder the release notes of its changelog, if there is a version to look for.
    pub(super) fn of_folder(&mut self, folder: &mut Folder, named: Option<&str>, packages: &[Facts]) {
        let Some(changelog) = folder.settings.changelog.clone() else { return };
        let path = folder.path(&changelog).to_string_lossy().into_owned();
        let found = version(named, packages).and_then(|version| {
            let notes = |version: String| notes::of_changelog(&path, &version);
            version.map(notes).transpose()
        });
        match found {
            Ok(Some(found)) => {
                self.years.extend(found.years);
                folder.fall_back("releaseNotes", (changelog, found.line), found.text);
            }
            Ok(None) => {}
            Err(error) => self.fails(&path, &error),
        }
    }

    /// Tells once of each file why there are none: a release and its folder may name the same one.
    fn fails(&mut self, path: &str, error: &Error) {
        let finding = check::without_notes(path, error);
        if !self.findings.iter().any(|told| told.file == finding.file) {
            self.findings.push(finding);
        }
    }
}

/// The version whose section has the release notes: the one that is named, or that of the packages.
fn version(named: Option<&str>, packages: &[Facts]) -> Result<Option<String>> {
    match named {
        Some(named) => Ok(Some(named.trim().to_owned())),
        None => notes::one_version(packages.iter().map(|facts| facts.version.clone()).collect()),
    }
}
