//! The result of an inspection.

use std::collections::HashSet;
use std::hash::Hash;

use schemars::JsonSchema;
use serde::Serialize;

/// The kind of a package file. Its content decides between package, bundle and upload archive, its extension between
/// `appx` and `msix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PackageKind {
    /// A package with the older extension.
    Appx,
    /// A package.
    Msix,
    /// A bundle with the older extension.
    AppxBundle,
    /// A bundle: packages for several architectures, languages and scales, with a manifest of the bundle.
    MsixBundle,
    /// An upload archive with the older extension.
    AppxUpload,
    /// An upload archive: a plain ZIP of bundles or packages, and symbols.
    MsixUpload,
}

/// The role of a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "PackageRole")]
pub enum Role {
    /// The package has an application.
    Application,
    /// The package has languages, scales or assets of an application.
    Resource,
    /// Other packages depend on the package.
    Framework,
}

/// A `TargetDeviceFamily` of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFamily {
    /// The name, for example `Windows.Desktop`.
    pub name: String,
    /// The lowest version that the package installs on.
    pub min_version: String,
    /// The highest version that the package was tested on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version_tested: Option<String>,
}

/// A capability of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PackageCapability")]
pub struct Capability {
    /// The name: `internetClient`, `runFullTrust`.
    pub name: String,
    /// The kind.
    pub kind: CapabilityKind,
}

/// The kind of a capability
/// (<https://learn.microsoft.com/windows/uwp/packaging/app-capability-declarations>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CapabilityKind {
    /// Any app may have it.
    General,
    /// Access to a device, such as `microphone`.
    Device,
    /// The Store asks for the reason, and may refuse it.
    Restricted,
    /// Of the maker of a device.
    Custom,
}

/// What a dependency is to the package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum DependencyKind {
    /// `PackageDependency`: a framework package.
    Package,
    /// `MainPackageDependency`: the app that an optional package belongs to.
    MainPackage,
    /// `HostRuntimeDependency`: the package of the program that runs this app.
    HostRuntime,
}

/// A dependency of the manifest on another package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackageDependency {
    /// What the package that is needed is to this one.
    pub kind: DependencyKind,
    /// The identity name of the package that is needed.
    pub name: String,
    /// The lowest version that satisfies the dependency.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
}

/// The description of a package, a bundle or an upload archive.
///
/// The lists of a bundle or an upload archive are those of all packages inside, without repetitions. An upload archive has
/// the identity of the packages inside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PackageFacts")]
pub struct Facts {
    /// The name of the file, without folders.
    pub file_name: String,
    /// The kind of the file.
    pub kind: PackageKind,
    /// The role of a package; absent for bundles and upload archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The size of the file in bytes.
    pub size: u64,
    /// `Identity/@Name`.
    pub identity_name: String,
    /// `Identity/@Publisher`, a distinguished name.
    pub publisher: String,
    /// `Identity/@Version`, four numbers.
    pub version: String,
    /// `Identity/@ProcessorArchitecture`, or `neutral` if the manifest does not have it; absent for bundles and upload
    /// archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// The architectures of the applications inside, sorted.
    pub architectures: Vec<String>,
    /// `Identity/@ResourceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `Properties/DisplayName`; it may be an `ms-resource:` reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// `Properties/PublisherDisplayName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher_display_name: Option<String>,
    /// `Resource/@Language`, as written, in the order of the manifest.
    pub languages: Vec<String>,
    /// `Resource/@Scale`.
    pub scales: Vec<String>,
    /// `Resource/@DXFeatureLevel`.
    pub dx_feature_levels: Vec<String>,
    /// The device families as a submission spells them: `Windows.Desktop min version 10.0.17763.0`.
    pub target_device_families: Vec<String>,
    /// The device families with all attributes of the manifest.
    pub device_families: Vec<DeviceFamily>,
    /// The lowest version of Windows that the package installs on, over all families.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_os_version: Option<String>,
    /// The capabilities, in the order of the manifest.
    pub capabilities: Vec<Capability>,
    /// The packages that must be installed.
    pub dependencies: Vec<PackageDependency>,
    /// Whether the package has a signature. It is not verified.
    pub signed: bool,
    /// Whether the package itself was not read: a flat bundle only refers to it, or it is compressed in an upload archive
    /// and larger than what is unpacked in memory (256 MiB). The facts are those of the bundle's manifest then, or only
    /// name and size.
    pub external: bool,
    /// The packages in a bundle or an upload archive.
    pub packages: Vec<Facts>,
}

impl Facts {
    /// The facts of a file of which only the name, the kind and the size are known.
    pub(super) fn new(file_name: &str, kind: PackageKind, size: u64) -> Facts {
        Facts {
            file_name: file_name.to_owned(),
            kind,
            role: None,
            size,
            identity_name: String::new(),
            publisher: String::new(),
            version: String::new(),
            architecture: None,
            architectures: Vec::new(),
            resource_id: None,
            display_name: None,
            publisher_display_name: None,
            languages: Vec::new(),
            scales: Vec::new(),
            dx_feature_levels: Vec::new(),
            target_device_families: Vec::new(),
            device_families: Vec::new(),
            min_os_version: None,
            capabilities: Vec::new(),
            dependencies: Vec::new(),
            signed: false,
            external: false,
            packages: Vec::new(),
        }
    }

    /// Derives facts from other facts, such as the languages of a bundle from those of its packages. Call it when
    /// `packages` is filled in.
    pub(super) fn summarize(&mut self) {
        merge(&mut self.languages, &self.packages, |inner| &inner.languages);
        merge(&mut self.scales, &self.packages, |inner| &inner.scales);
        merge(&mut self.dx_feature_levels, &self.packages, |inner| &inner.dx_feature_levels);
        merge(&mut self.device_families, &self.packages, |inner| &inner.device_families);
        merge(&mut self.capabilities, &self.packages, |inner| &inner.capabilities);
        merge(&mut self.dependencies, &self.packages, |inner| &inner.dependencies);
        merge(&mut self.architectures, &self.packages, |inner| &inner.architectures);
        for inner in &self.packages {
            lower(&mut self.min_os_version, inner.min_os_version.as_deref());
        }
        if self.role.is_some_and(|role| role != Role::Resource) {
            self.architectures.extend(self.architecture.clone());
        }
        self.architectures.sort();
        let mut known: HashSet<String> = self.target_device_families.iter().cloned().collect();
        for family in &self.device_families {
            lower(&mut self.min_os_version, Some(&family.min_version));
            let text = format!("{} min version {}", family.name, family.min_version);
            if known.insert(text.clone()) {
                self.target_device_families.push(text);
            }
        }
    }
}

/// Appends the items of all packages that are not in the list yet.
fn merge<T: Clone + Eq + Hash>(into: &mut Vec<T>, packages: &[Facts], list: impl Fn(&Facts) -> &Vec<T>) {
    let mut known: HashSet<T> = into.iter().cloned().collect();
    for item in packages.iter().flat_map(list) {
        if known.insert(item.clone()) {
            into.push(item.clone());
        }
    }
}

/// Keeps the lower of two versions.
fn lower(known: &mut Option<String>, other: Option<&str>) {
    let numbers = |version: &str| -> Vec<u64> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    if let Some(other) = other
        && known.as_deref().is_none_or(|known| numbers(other) < numbers(known))
    {
        *known = Some(other.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::{DeviceFamily, Facts, PackageKind, Role};

    #[test]
    fn lists_are_joined_without_repetitions() {
        let inner = |from: usize| {
            let mut facts = Facts::new("a.msix", PackageKind::Msix, 1);
            facts.role = Some(Role::Application);
            facts.languages = (from..from + 2_000).map(|at| format!("l{at}")).collect();
            let family = |at| DeviceFamily {
                name: format!("f{at}"),
                min_version: "1.0.0.0".to_owned(),
                max_version_tested: None,
            };
            facts.device_families = (from..from + 2_000).map(family).collect();
            facts
        };
        let mut bundle = Facts::new("a.msixbundle", PackageKind::MsixBundle, 1);
        bundle.packages = (0..100).map(|at| inner(at * 10)).collect();
        bundle.summarize();
        assert_eq!((bundle.languages.len(), bundle.languages[0].as_str()), (2_990, "l0"));
        assert_eq!((bundle.device_families.len(), bundle.target_device_families.len()), (2_990, 2_990));
        assert_eq!(bundle.target_device_families[1], "f1 min version 1.0.0.0");
    }
}
