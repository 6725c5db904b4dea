//! Reads the manifests of packages and bundles.

use super::xml::Element;
use super::{Capability, CapabilityKind, DependencyKind, DeviceFamily, Facts, PackageDependency, Role};

/// The beginning of all namespaces of manifests.
const NAMESPACE: &str = "http://schemas.microsoft.com/appx/";

/// A `<Package>` element of a bundle manifest.
pub(super) struct BundleEntry {
    pub(super) file_name: String,
    /// The offset of the package in the bundle, in bytes; absent in a flat bundle, which only refers to the file.
    pub(super) offset: Option<u64>,
    pub(super) size: Option<u64>,
    /// Whether it is what is installed first in place of the whole application of its architecture.
    pub(super) stub: bool,
    /// The facts that the bundle manifest has: the identity, the resources and the dependencies.
    pub(super) facts: Facts,
}

/// Fills in the facts of an AppxManifest.xml.
pub(super) fn package(root: &Element, facts: &mut Facts) -> Result<(), String> {
    expect_root(root, "Package")?;
    identity(root, facts)?;
    let properties = root.child("Properties");
    let flag = |name| properties.and_then(|found| found.child_text(name)).is_some_and(|text| text == "true");
    facts.role = Some(match (flag("Framework"), flag("ResourcePackage")) {
        (true, _) => Role::Framework,
        (_, true) => Role::Resource,
        _ => Role::Application,
    });
    facts.display_name = properties.and_then(|found| found.child_text("DisplayName"));
    facts.publisher_display_name = properties.and_then(|found| found.child_text("PublisherDisplayName"));
    resources(root, facts);
    dependencies(root, facts)?;
    for capability in root.list("Capabilities") {
        if let Some(name) = capability.attribute("Name") {
            facts.capabilities.push(Capability { name: name.to_owned(), kind: capability_kind(capability) });
        }
    }
    // Packages for Windows 8 have this instead of device families.
    facts.min_os_version = root.child("Prerequisites").and_then(|found| found.child_text("OSMinVersion"));
    Ok(())
}

/// Fills in the facts of an AppxBundleManifest.xml, and returns the packages that it lists.
pub(super) fn bundle(root: &Element, facts: &mut Facts) -> Result<Vec<BundleEntry>, String> {
    expect_root(root, "Bundle")?;
    identity(root, facts)?;
    facts.architecture = None;
    let mut listed = Vec::new();
    for package in root.list("Packages").iter().filter(|element| element.name == "Package") {
        let file_name = package.attribute("FileName").ok_or("a Package has no FileName")?.replace('\\', "/");
        let number = |name: &str| match package.attribute(name).map(str::parse) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(value)),
            Some(Err(_)) => Err(format!("{name} of {file_name} is not a number")),
        };
        let (offset, size) = (number("Offset")?, number("Size")?);
        let mut inner = Facts::new(&file_name, facts.kind, size.unwrap_or(0));
        inner.identity_name = facts.identity_name.clone();
        inner.publisher = facts.publisher.clone();
        inner.version = package.attribute("Version").ok_or_else(|| format!("{file_name} has no Version"))?.to_owned();
        inner.architecture = Some(architecture(package.attribute("Architecture")));
        inner.resource_id = package.attribute("ResourceId").map(str::to_owned);
        // The schema's default is `resource`.
        inner.role =
            Some(if package.attribute("Type") == Some("application") { Role::Application } else { Role::Resource });
        resources(package, &mut inner);
        dependencies(package, &mut inner)?;
        let stub = package.attribute("IsStub") == Some("true");
        listed.push(BundleEntry { file_name, offset, size, stub, facts: inner });
    }
    Ok(listed)
}

/// An attribute of the Identity that has a placeholder in place of a value, and that value.
pub(super) fn placeholder(root: &Element) -> Option<(&'static str, &str)> {
    let identity = root.child("Identity")?;
    ["Name", "Publisher", "Version"].into_iter().find_map(|name| {
        let value = identity.attribute(name)?;
        let between = |mark: &str| value.len() > 2 * mark.len() && value.starts_with(mark) && value.ends_with(mark);
        let begins = ["{{", "$(", "${", "#{"].into_iter().any(|mark| value.contains(mark));
        (begins || between("__") || between("@")).then_some((name, value))
    })
}

fn expect_root(root: &Element, name: &str) -> Result<(), String> {
    if root.name == name && root.namespace.starts_with(NAMESPACE) {
        Ok(())
    } else {
        Err(format!("its root is {} of the namespace {:?}, not {name} of an appx schema", root.name, root.namespace))
    }
}

fn identity(root: &Element, facts: &mut Facts) -> Result<(), String> {
    let identity = root.child("Identity").ok_or("it has no Identity")?;
    let required = |name: &str| match identity.attribute(name) {
        Some(value) if !value.trim().is_empty() => Ok(value.to_owned()),
        _ => Err(format!("its Identity has no {name}")),
    };
    facts.identity_name = required("Name")?;
    facts.publisher = required("Publisher")?;
    facts.version = required("Version")?;
    if !is_version(&facts.version) {
        return Err(format!("the version {:?} is not four numbers up to 65535", facts.version));
    }
    facts.architecture = Some(architecture(identity.attribute("ProcessorArchitecture")));
    facts.resource_id = identity.attribute("ResourceId").map(str::to_owned);
    Ok(())
}

fn capability_kind(capability: &Element) -> CapabilityKind {
    match capability.name.as_str() {
        "DeviceCapability" => CapabilityKind::Device,
        "CustomCapability" => CapabilityKind::Custom,
        _ if capability.namespace.ends_with("/restrictedcapabilities") => CapabilityKind::Restricted,
        _ => CapabilityKind::General,
    }
}

fn architecture(attribute: Option<&str>) -> String {
    attribute.unwrap_or("neutral").to_lowercase()
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u16>().is_ok() && !part.starts_with('+'))
}

fn resources(parent: &Element, facts: &mut Facts) {
    for resource in parent.list("Resources") {
        for (name, list) in [
            ("Language", &mut facts.languages),
            ("Scale", &mut facts.scales),
            ("DXFeatureLevel", &mut facts.dx_feature_levels),
        ] {
            if let Some(value) = resource.attribute(name) {
                list.push(value.to_owned());
            }
        }
    }
}

fn dependency_kind(dependency: &Element) -> Option<DependencyKind> {
    match dependency.name.as_str() {
        "PackageDependency" => Some(DependencyKind::Package),
        "MainPackageDependency" => Some(DependencyKind::MainPackage),
        "HostRuntimeDependency" => Some(DependencyKind::HostRuntime),
        _ => None,
    }
}

fn dependencies(parent: &Element, facts: &mut Facts) -> Result<(), String> {
    for dependency in parent.list("Dependencies") {
        let required = |name: &str| {
            let value = dependency.attribute(name).map(str::to_owned);
            value.ok_or_else(|| format!("a {} has no {name}", dependency.name))
        };
        match dependency.name.as_str() {
            "TargetDeviceFamily" => facts.device_families.push(DeviceFamily {
                name: required("Name")?,
                min_version: required("MinVersion")?,
                max_version_tested: dependency.attribute("MaxVersionTested").map(str::to_owned),
            }),
            _ => {
                let Some(kind) = dependency_kind(dependency) else { continue };
                facts.dependencies.push(PackageDependency {
                    kind,
                    name: required("Name")?,
                    min_version: dependency.attribute("MinVersion").map(str::to_owned),
                });
            }
        }
    }
    Ok(())
}
