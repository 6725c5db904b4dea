//! P04 and P08: the devices that a package is for.

use std::collections::BTreeMap;

use super::base::Base;
use super::finding::Finding;
use super::items::{Item, version};
use super::present::Present;
use super::rules::{P04, P08, Severity};
use crate::package::Role;

const XBOX: &str = "Windows.Xbox";
/// What the capability `broadFileSystemAccess` covers, so that the Store refuses it beside them.
const LIBRARIES: [&str; 3] = ["documentsLibrary", "picturesLibrary", "videosLibrary"];

pub(super) fn check(items: &[Item<'_>], base: Option<&Base>) -> Vec<Finding> {
    let known = |item: &&Item<'_>| item.is_known() && !item.is_framework() && item.facts.role != Some(Role::Resource);
    let items: Vec<&Item<'_>> = items.iter().filter(known).collect();
    let mut findings = Vec::new();
    for item in &items {
        families(item, &mut findings);
        xbox(item, &mut findings);
    }
    if let Some(base) = base {
        dropped(&items, base, &mut findings);
    }
    findings
}

fn families(item: &Item<'_>, findings: &mut Vec<Finding>) {
    let facts = item.facts;
    // A flat bundle may not say it, and packages for Windows 8 have one version in place of families.
    if facts.device_families.is_empty()
        && facts.min_os_version.is_none()
        && !facts.packages.iter().any(|it| it.external)
    {
        let message = "its manifest has no TargetDeviceFamily";
        findings.push(Finding::new(&P04, Severity::Error, message).in_file(&item.shown));
    }
    for family in &facts.device_families {
        let tested = family.max_version_tested.as_deref();
        if let (Some(least), Some(most)) = (version(&family.min_version), tested.and_then(version))
            && least > most
        {
            let message = format!(
                "MinVersion {} of {} is above MaxVersionTested {}",
                family.min_version,
                family.name,
                tested.unwrap_or_default()
            );
            findings.push(Finding::new(&P04, Severity::Error, message).in_file(&item.shown));
        }
    }
}

/// P04 against what the app has: the lowest version of each device family before and after.
fn dropped(items: &[&Item<'_>], base: &Base, findings: &mut Vec<Finding>) {
    let mut before: BTreeMap<&str, [u16; 4]> = BTreeMap::new();
    for (name, least) in base.packages.iter().flat_map(Present::families) {
        let Some(least) = least else { continue };
        let known = before.entry(name).or_insert(least);
        *known = least.min(*known);
    }
    // A package of which the families are not known may be for any device.
    if items.is_empty() || items.iter().any(|item| item.facts.device_families.is_empty()) {
        return;
    }
    let after = || items.iter().flat_map(|item| item.facts.device_families.iter());
    for (name, before) in before {
        let fits = |family: &str| family == name || family == "Windows.Universal";
        let least = after().filter(|family| fits(&family.name)).filter_map(|family| version(&family.min_version)).min();
        let message = match least {
            None => format!("no package is for {name} any more: its customers get no update"),
            Some(least) if least > before => {
                let (least, before) = (dotted(least), dotted(before));
                format!(
                    "MinVersion of {name} rises from {before} to {least}: customers on an older Windows get no update"
                )
            }
            Some(_) => continue,
        };
        findings.push(
            Finding::new(&P04, Severity::Warning, message)
                .remedy("keep a package that the app has for these customers"),
        );
    }
}

fn xbox(item: &Item<'_>, findings: &mut Vec<Finding>) {
    let facts = item.facts;
    let warning = |message: String| Finding::new(&P08, Severity::Warning, message).in_file(&item.shown);
    let is_xbox = facts.device_families.iter().any(|family| family.name == XBOX);
    let runs = |architecture: &String| matches!(architecture.as_str(), "x64" | "neutral");
    if is_xbox && !facts.architectures.is_empty() && !facts.architectures.iter().any(runs) {
        findings.push(warning(format!("it is for {XBOX} and {}; Xbox runs x64", facts.architectures.join(", "))));
    }
    let has = |name: &str| facts.capabilities.iter().any(|capability| capability.name == name);
    if !has("broadFileSystemAccess") {
        return;
    }
    if is_xbox {
        findings.push(warning("it declares broadFileSystemAccess, which Xbox does not have".to_owned()));
    }
    if let Some(library) = LIBRARIES.into_iter().find(|name| has(name)) {
        findings.push(warning(format!("it declares {library} beside broadFileSystemAccess, which covers it")));
    }
}

fn dotted(version: [u16; 4]) -> String {
    version.map(|part| part.to_string()).join(".")
}
