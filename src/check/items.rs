//! The packages of a release, one by one.

use super::base::Present;
use crate::package::{Facts, PackageKind, Role};

/// A package or a bundle that the Store gets: a file, or one in an upload archive.
pub(super) struct Item<'a> {
    /// The name of the file.
    pub(super) file: &'a str,
    /// The file for messages; of a package in an upload archive `outer/inner`.
    pub(super) shown: String,
    pub(super) facts: &'a Facts,
}

pub(super) fn items(facts: &[Facts]) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    for outer in facts {
        if matches!(outer.kind, PackageKind::AppxUpload | PackageKind::MsixUpload) {
            let shown = |inner: &Facts| format!("{}/{}", outer.file_name, inner.file_name);
            let inner = outer.packages.iter();
            items.extend(inner.map(|inner| Item { file: &outer.file_name, shown: shown(inner), facts: inner }));
        } else {
            items.push(Item { file: &outer.file_name, shown: outer.file_name.clone(), facts: outer });
        }
    }
    items
}

impl Item<'_> {
    pub(super) fn is_bundle(&self) -> bool {
        matches!(self.facts.kind, PackageKind::AppxBundle | PackageKind::MsixBundle)
    }

    /// Whether it was read. One that is too large to be unpacked in memory has only a name.
    pub(super) fn is_known(&self) -> bool {
        !self.facts.identity_name.is_empty()
    }

    pub(super) fn is_framework(&self) -> bool {
        self.facts.role == Some(Role::Framework)
    }

    /// Whether there are devices for which the Store chooses between this package and one that the app has: both fit an
    /// architecture and a device family. What is not known of a package fits all.
    pub(super) fn competes(&self, present: &Present) -> bool {
        let architecture = present.architecture.as_deref().unwrap_or_default().to_lowercase();
        let any = |architecture: &str| matches!(architecture, "" | "neutral");
        // The service says `Neutral` of a bundle, whatever is in it.
        let same_architecture = self.facts.architectures.is_empty()
            || is_bundle(&present.file_name)
            || any(&architecture)
            || self.facts.architectures.iter().any(|own| any(own) || *own == architecture);
        let families = present.families();
        let wide = |name: &str| name == "Windows.Universal";
        let own = &self.facts.device_families;
        let same_family = own.is_empty()
            || families.is_empty()
            || own
                .iter()
                .any(|own| wide(&own.name) || families.iter().any(|(name, _)| wide(name) || *name == own.name));
        same_architecture && same_family
    }

    /// Whether the app has a package of the same full name: name, version and architecture, which is `~` for a bundle.
    /// All packages of an app have one name.
    pub(super) fn has_full_name_of(&self, present: &Present) -> bool {
        let same_version = version(&self.facts.version).is_some_and(|own| present.version() == Some(own));
        let architecture = present.architecture.as_deref().unwrap_or_default();
        let same_form = match (self.is_bundle(), is_bundle(&present.file_name), is_upload(&present.file_name)) {
            (true, bundle, upload) => bundle || upload,
            (false, true, _) => false,
            (false, false, _) => {
                self.facts.architecture.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(architecture))
            }
        };
        same_version && same_form
    }

    /// Whether a package of the app came from a file of this name.
    pub(super) fn is_file_of(&self, present: &Present) -> bool {
        let name = |path: &str| path.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
        let present = name(&present.file_name);
        present == name(self.file) || present == name(&self.facts.file_name)
    }
}

impl Present {
    pub(super) fn version(&self) -> Option<[u16; 4]> {
        version(self.version.as_deref()?)
    }

    /// The device families, each with its minimum version: `Windows.Desktop min version 10.0.17763.0`.
    pub(super) fn families(&self) -> Vec<(&str, Option<[u16; 4]>)> {
        self.target_device_families.iter().flatten().map(|text| family(text)).collect()
    }
}

fn family(text: &str) -> (&str, Option<[u16; 4]>) {
    match text.split_once(" min version ") {
        Some((name, least)) => (name.trim(), version(least)),
        None => (text, None),
    }
}

/// The four parts of a version.
pub(super) fn version(text: &str) -> Option<[u16; 4]> {
    let parts: Vec<u16> = text.trim().split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    parts.try_into().ok()
}

pub(super) fn is_bundle(file: &str) -> bool {
    extension(file).ends_with("bundle")
}

fn is_upload(file: &str) -> bool {
    extension(file).ends_with("upload")
}

pub(super) fn extension(file: &str) -> String {
    file.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}
