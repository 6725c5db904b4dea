use schemars::JsonSchema;
use serde::Serialize;

/// What a file is, by its content; `appx` or `msix` by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "PackageKind")]
pub enum Kind {
    /// One package of the older extension.
    Appx,
    /// One package.
    Msix,
    /// A bundle of the older extension.
    AppxBundle,
    /// Packages for several architectures, languages and scales, with a manifest of their own.
    MsixBundle,
    /// An upload archive of the older extension.
    AppxUpload,
    /// A plain ZIP of bundles or packages, and symbols.
    MsixUpload,
}

/// What part a package plays in its bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "PackageRole")]
pub enum Role {
    /// It can be started.
    Application,
    /// It holds languages, scales or assets of an application.
    Resource,
    /// Others depend on it.
    Framework,
}

/// A `TargetDeviceFamily` of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFamily {
    /// For example `Windows.Desktop`.
    pub name: String,
    /// Lowest version it installs on.
    pub min_version: String,
    /// Highest version it was tested on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_version_tested: Option<String>,
}

/// A `PackageDependency` of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PackageDependency {
    /// Identity name of the package.
    pub name: String,
    /// Lowest version that will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_version: Option<String>,
}

/// What a package, bundle or upload archive says about itself.
///
/// Of a bundle and an upload archive the lists are those of all packages inside, without repetitions; an upload
/// archive has the identity of what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PackageFacts")]
pub struct Facts {
    /// Name of the file, without folders.
    pub file_name: String,
    /// What it is.
    pub kind: Kind,
    /// Its part in a bundle; absent for bundles and upload archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Size in bytes.
    pub size: u64,
    /// `Identity/@Name`.
    pub identity_name: String,
    /// `Identity/@Publisher`, a distinguished name.
    pub publisher: String,
    /// `Identity/@Version`, four numbers.
    pub version: String,
    /// `Identity/@ProcessorArchitecture`, `neutral` when the manifest is silent; absent for bundles and upload archives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub architecture: Option<String>,
    /// Architectures of the applications inside, sorted.
    pub architectures: Vec<String>,
    /// `Identity/@ResourceId`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource_id: Option<String>,
    /// `Properties/DisplayName`, maybe an `ms-resource:` reference.
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
    /// As the service spells them in a submission: `Windows.Desktop min version 10.0.17763.0`.
    pub target_device_families: Vec<String>,
    /// The same with all that the manifest says.
    pub device_families: Vec<DeviceFamily>,
    /// The lowest version of Windows that the package installs on, over all families.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_os_version: Option<String>,
    /// Names of all kinds of capabilities, in the order of the manifest.
    pub capabilities: Vec<String>,
    /// Packages that must be there.
    pub dependencies: Vec<PackageDependency>,
    /// Whether a signature is there; it was not verified.
    pub signed: bool,
    /// Whether the package was not there to be read: a flat bundle only refers to it, or an upload archive
    /// compressed it and it is larger than what is unpacked in memory (256 MiB). Then the facts are those of the
    /// bundle's manifest, or just name and size.
    pub external: bool,
    /// What a bundle or an upload archive holds.
    pub packages: Vec<Facts>,
}

impl Facts {
    /// Facts of a file of which nothing else is known.
    pub(super) fn new(file_name: &str, kind: Kind, size: u64) -> Facts {
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

    /// Derives what follows from the other facts, once those of the packages inside are there.
    pub(super) fn summarize(&mut self) {
        for inner in &self.packages {
            merge(&mut self.languages, &inner.languages);
            merge(&mut self.scales, &inner.scales);
            merge(&mut self.dx_feature_levels, &inner.dx_feature_levels);
            merge(&mut self.device_families, &inner.device_families);
            merge(&mut self.capabilities, &inner.capabilities);
            merge(&mut self.dependencies, &inner.dependencies);
            merge(&mut self.architectures, &inner.architectures);
            lower(&mut self.min_os_version, inner.min_os_version.as_deref());
        }
        if self.role.is_some_and(|role| role != Role::Resource) {
            self.architectures.extend(self.architecture.clone());
        }
        self.architectures.sort();
        for family in &self.device_families {
            lower(&mut self.min_os_version, Some(&family.min_version));
            let text = format!("{} min version {}", family.name, family.min_version);
            if !self.target_device_families.contains(&text) {
                self.target_device_families.push(text);
            }
        }
    }
}

fn merge<T: Clone + PartialEq>(into: &mut Vec<T>, from: &[T]) {
    for item in from {
        if !into.contains(item) {
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
