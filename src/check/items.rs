//! The packages of a release, one by one.

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
    /// Whether it was read. One that is too large to be unpacked in memory has only a name.
    pub(super) fn is_known(&self) -> bool {
        !self.facts.identity_name.is_empty()
    }

    pub(super) fn is_framework(&self) -> bool {
        self.facts.role == Some(Role::Framework)
    }
}

/// The four parts of a version.
pub(super) fn version(text: &str) -> Option<[u16; 4]> {
    let parts: Vec<u16> = text.trim().split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    parts.try_into().ok()
}

pub(super) fn extension(file: &str) -> String {
    file.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}
