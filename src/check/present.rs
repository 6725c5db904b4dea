//! A package that a submission has, and how it relates to a file of a release.

use serde::Deserialize;

use super::items::{extension, items, version};
use crate::package::{Facts, PackageKind};

/// A package of a submission, as the service says it. One that was not processed yet has only the name of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Present {
    /// The name of the file that was uploaded.
    pub file_name: String,
    /// `PendingUpload`, `Uploaded`, `PendingDelete`.
    pub file_status: Option<String>,
    /// The version, four numbers.
    pub version: Option<String>,
    /// `X64`, `Neutral` …
    pub architecture: Option<String>,
    /// `Windows.Desktop min version 10.0.17763.0`.
    pub target_device_families: Option<Vec<String>>,
    /// The languages of its resources.
    pub languages: Option<Vec<String>>,
    /// The capabilities that it declares.
    pub capabilities: Option<Vec<String>>,
}

impl Present {
    /// Whether it is this file, as far as the API shows: the name of the file and the full name are the same, or that of a
    /// package in the file if it is an upload archive.
    pub fn is(&self, file: &Facts) -> bool {
        items(std::slice::from_ref(file))
            .iter()
            .any(|item| self.has_full_name(item.facts) && self.has_file(&[item.file, &item.facts.file_name]))
    }

    /// Whether it has the full name of this file, or of a package in it if it is an upload archive.
    pub fn is_version_of(&self, file: &Facts) -> bool {
        items(std::slice::from_ref(file)).iter().any(|item| self.has_full_name(item.facts))
    }

    /// Whether there are devices for which the Store chooses between it and this file: both fit an architecture and a
    /// device family. What is not known of a package fits all.
    pub fn competes(&self, file: &Facts) -> bool {
        items(std::slice::from_ref(file)).iter().any(|item| self.fits(item.facts))
    }

    /// [`Present::competes`] for a package or a bundle.
    pub(super) fn fits(&self, facts: &Facts) -> bool {
        let architecture = self.architecture.as_deref().unwrap_or_default().to_lowercase();
        let any = |architecture: &str| matches!(architecture, "" | "neutral");
        // Of a bundle the service says `Neutral`, or names one of several.
        let same_architecture = facts.architectures.is_empty()
            || self.is_bundle()
            || any(&architecture)
            || facts.architectures.iter().any(|own| any(own) || *own == architecture);
        let families = self.families();
        let wide = |name: &str| name == "Windows.Universal";
        let own = &facts.device_families;
        let same_family = own.is_empty()
            || families.is_empty()
            || own
                .iter()
                .any(|own| wide(&own.name) || families.iter().any(|(name, _)| wide(name) || *name == own.name));
        same_architecture && same_family
    }

    /// Whether a package or a bundle has the same full name: name, version and architecture, which is `~` for a bundle. All
    /// packages of an app have one name.
    pub(super) fn has_full_name(&self, facts: &Facts) -> bool {
        let same_version = version(&facts.version).is_some_and(|own| self.numbers() == Some(own));
        let architecture = self.architecture.as_deref().unwrap_or_default();
        let same_form = match (is_bundle(facts), self.is_bundle()) {
            // An upload archive may hold either.
            (true, bundle) => bundle || extension(&self.file_name).ends_with("upload"),
            (false, true) => false,
            (false, false) => facts.architecture.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(architecture)),
        };
        same_version && same_form
    }

    /// Whether its file has one of these names.
    pub(super) fn has_file(&self, names: &[&str]) -> bool {
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        names.iter().any(|file| name(file) == name(&self.file_name))
    }

    pub(super) fn is_bundle(&self) -> bool {
        extension(&self.file_name).ends_with("bundle")
    }

    /// The version as numbers; `None` if it is not known.
    pub fn numbers(&self) -> Option<[u16; 4]> {
        version(self.version.as_deref()?)
    }

    /// The device families, each with its minimum version.
    pub(super) fn families(&self) -> Vec<(&str, Option<[u16; 4]>)> {
        self.target_device_families.iter().flatten().map(|text| family(text)).collect()
    }
}

pub(super) fn is_bundle(facts: &Facts) -> bool {
    matches!(facts.kind, PackageKind::AppxBundle | PackageKind::MsixBundle)
}

fn family(text: &str) -> (&str, Option<[u16; 4]>) {
    match text.split_once(" min version ") {
        Some((name, least)) => (name.trim(), version(least)),
        None => (text, None),
    }
}
