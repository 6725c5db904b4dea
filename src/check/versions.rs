//! P02 and P03: versions, and packages that exclude each other.

use std::collections::HashMap;

use super::base::Base;
use super::finding::Finding;
use super::items::{Item, items, version};
use super::present::{Present, is_bundle};
use super::rules::{P02, P03, Severity};
use crate::package::{Facts, Role};

/// P02: what a version has to be by itself. That of a package in a bundle is not looked at: the Store shows the bundle's.
pub(super) fn numbers(items: &[Item<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in items.iter().filter(|item| item.is_known() && !item.is_framework()) {
        let text = &item.facts.version;
        let what = match version(text) {
            None => "is not four numbers up to 65535",
            Some([0, ..]) => "begins with 0, which the Store refuses",
            Some([.., last]) if last != 0 => "does not end in 0: the last part belongs to the Store",
            Some(_) => continue,
        };
        findings.push(Finding::new(&P02, Severity::Error, format!("the version {text} {what}")).in_file(&item.shown));
    }
    findings
}

/// P02 without a submission to compare with.
pub(super) fn alone(items: &[Item<'_>]) -> Vec<Finding> {
    let first = items.iter().find(|item| item.is_known());
    let message = |item: &Item<'_>| {
        format!("the version {} was compared with no other: there is no submission to compare with", item.facts.version)
    };
    let finding = |item: &Item<'_>| Finding::new(&P02, Severity::Warning, message(item)).in_file(&item.shown);
    first.map(finding).into_iter().collect()
}

/// P03 among the packages of the release. Those in bundles count too: a package beside the bundle that holds it is there
/// twice.
pub(super) fn full_names(items: &[Item<'_>]) -> Vec<Finding> {
    let mut owners: HashMap<[&str; 4], usize> = HashMap::new();
    let mut findings = Vec::new();
    for (at, item) in items.iter().enumerate().filter(|(_, item)| item.is_known()) {
        let inner = item.facts.packages.iter().filter(|inner| inner.role == Some(Role::Application));
        for facts in [item.facts].into_iter().chain(inner) {
            let architecture = facts.architecture.as_deref().unwrap_or("~");
            let resource = facts.resource_id.as_deref().unwrap_or_default();
            let owner = *owners.entry([&facts.identity_name, &facts.version, architecture, resource]).or_insert(at);
            // A bundle may have a small package beside the whole one, both of one full name.
            if owner == at {
                continue;
            }
            let what = if architecture == "~" { "bundle" } else { architecture };
            let message =
                format!("it has the full name of a package in {}: {} {what}", items[owner].shown, facts.version);
            findings.push(Finding::new(&P03, Severity::Error, message).in_file(&item.shown));
            break;
        }
    }
    findings
}

/// Whether a submission brings customers a newer package than the published one: one of those that are given, or another one
/// that it has. A package that waits for its upload has no version, and is a new one.
pub(super) fn has_newer(given: &[Facts], body: &[Present], published: &[Present]) -> bool {
    let newest = |rivals: &dyn Fn(&Present) -> bool| {
        let rivals = published.iter().filter(|present| rivals(present));
        rivals.filter_map(Present::numbers).max()
    };
    let newest_of_all = newest(&|_| true);
    let is_newer = |item: &Item<'_>| {
        let newest = newest(&|present| present.fits(item.facts)).or(newest_of_all);
        item.is_known() && !item.is_framework() && version(&item.facts.version) > newest
    };
    let is_given = |present: &Present| given.iter().any(|facts| present.has_file(&[&facts.file_name]));
    let is_new = |present: &Present| match present.file_status.as_deref() {
        Some("PendingDelete") => false,
        Some("PendingUpload") => !is_given(present),
        _ => present.numbers() > newest_of_all,
    };
    items(given).iter().any(is_newer) || body.iter().any(is_new)
}

/// P02 and P03 against what the app has.
pub(super) fn against(items: &[Item<'_>], base: &Base) -> Vec<Finding> {
    let mut findings = Vec::new();
    for item in items.iter().filter(|item| item.is_known() && !item.is_framework()) {
        let own = base.packages.iter().filter(|present| present.has_full_name(item.facts));
        // An entry of the same file shows that it was uploaded before.
        match own.map(|present| taken(item, base.whose(), present)).max_by_key(|finding| finding.severity) {
            Some(finding) => findings.push(finding),
            None => {
                findings.extend(elsewhere(item, base));
                findings.extend(below(item, base));
            }
        }
        let bundle = base.packages.iter().find(|present| present.is_bundle() && present.fits(item.facts));
        if let Some(bundle) = bundle.filter(|_| !is_bundle(item.facts)) {
            let message = format!(
                "it is a plain package, and {} has the bundle {}; after a bundle the Store takes only bundles",
                base.whose(),
                bundle.file_name
            );
            findings.push(Finding::new(&P03, Severity::Error, message).in_file(&item.shown));
        }
    }
    findings
}

/// P03 for a package whose full name another submission of the app has. Of several, one with another file counts most.
fn elsewhere(item: &Item<'_>, base: &Base) -> Option<Finding> {
    let same = base.elsewhere.iter().filter(|(_, present)| present.has_full_name(item.facts));
    same.map(|(whose, present)| taken(item, whose, present)).min_by_key(|finding| finding.severity)
}

/// P03 for a package whose full name is there already. The API shows neither the content nor the size of a package, so the
/// name of the file decides whether it is the same one: a release that is run again brings the file that it uploaded before,
/// and must not fail for that. A flight's package that is released to everybody keeps its file too.
fn taken(item: &Item<'_>, whose: &str, present: &Present) -> Finding {
    let (own, shown) = (&item.facts.version, &present.file_name);
    if present.has_file(&[item.file, &item.facts.file_name]) {
        let message =
            format!("{whose} has {shown} with the version {own} already, so it is taken for the same package");
        return Finding::new(&P03, Severity::Warning, message)
            .in_file(&item.shown)
            .remedy("if the content is new, build it with a higher version");
    }
    let message = format!("{whose} has a package of the same full name, {shown} with the version {own}");
    Finding::new(&P03, Severity::Error, message).in_file(&item.shown).remedy("build it with a higher version")
}

/// P02 for a package that is not above one that the app has: of the packages that fit a device the Store gives the one
/// with the highest version, and a device never goes back by itself.
fn below(item: &Item<'_>, base: &Base) -> Option<Finding> {
    let own = version(&item.facts.version)?;
    let rivals = base.packages.iter().filter(|present| present.fits(item.facts));
    let (highest, present) =
        rivals.filter_map(|present| Some((present.numbers()?, present))).max_by_key(|(it, _)| *it)?;
    if own > highest {
        return None;
    }
    let families: Vec<&str> = item.facts.device_families.iter().map(|family| family.name.as_str()).collect();
    let devices = [item.facts.architectures.join(", "), families.join(", ")];
    let devices: Vec<&str> = devices.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    let message = format!(
        "the version {} is not above {} of {}, which {} has for {}; to go back on purpose, allow P02",
        item.facts.version,
        present.version.as_deref().unwrap_or_default(),
        present.file_name,
        base.whose(),
        devices.join(" on "),
    );
    Some(
        Finding::new(&P02, Severity::Error, message)
            .in_file(&item.shown)
            .remedy("build the package with a higher version"),
    )
}
