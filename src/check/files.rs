//! P09: what the Store does not take, and what is left from development.

use super::finding::Finding;
use super::items::{Item, extension};
use super::present::is_bundle;
use super::rules::{P09, Severity};
use crate::package::{Facts, PackageKind};

/// The most packages of a submission.
pub(super) const MOST: usize = 30;
/// The largest package in bytes: 25 GB.
const LARGEST: u64 = 25 << 30;

pub(super) fn check(facts: &[Facts], items: &[Item<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if facts.len() > MOST {
        let message = format!("the release has {} packages, and a submission at most {MOST}", facts.len());
        findings.push(Finding::new(&P09, Severity::Error, message).remedy("put the packages into a bundle"));
    }
    for file in facts {
        form(file, &mut findings);
    }
    for item in items.iter().filter(|item| item.is_known()) {
        left_over(item, &mut findings);
    }
    findings
}

/// The name, the extension and the size of a file.
fn form(facts: &Facts, findings: &mut Vec<Finding>) {
    let name = &facts.file_name;
    let error = |message: String| Finding::new(&P09, Severity::Error, message).in_file(name);
    let is_upload = matches!(facts.kind, PackageKind::AppxUpload | PackageKind::MsixUpload);
    let holds_bundle = is_bundle(facts);
    match extension(name).as_str() {
        "appxsym" | "msixsym" => findings.push(
            error("symbols are no package; the Store takes them inside of an upload archive".to_owned())
                .remedy("give the .msixupload that the build made, which holds the packages and their symbols"),
        ),
        // The content has the form of an upload archive, but the Store goes by the extension.
        "appx" | "msix" | "appxbundle" | "msixbundle" | "zip" if is_upload => findings.push(
            error("it is a plain ZIP file that holds packages".to_owned())
                .remedy("give the packages in it, or name it .msixupload"),
        ),
        "appxupload" | "msixupload" if is_upload => {}
        "appx" | "msix" | "appxbundle" | "msixbundle" if extension(name).ends_with("bundle") == holds_bundle => {}
        "appx" | "msix" | "appxbundle" | "msixbundle" | "appxupload" | "msixupload" => {
            let (what, right) = if holds_bundle { ("a bundle", ".msixbundle") } else { ("a package", ".msix") };
            let finding = error(format!("it is {what} with the extension of something else"));
            findings.push(finding.remedy(&format!("name it {right}")));
        }
        other => findings.push(error(format!("the Store takes no package with the extension `.{other}`"))),
    }
    if facts.size > LARGEST {
        findings.push(error(format!("it has {} bytes, and a package at most {LARGEST}", facts.size)));
    }
    if let Some(letter) = name.chars().find(|&letter| letter > '\u{ff}') {
        let finding = error(format!("its name has `{letter}`, which is outside of ANSI"));
        findings.push(finding.remedy("give it a name with letters of the alphabet, digits, `.`, `_` and `-`"));
    }
}

fn left_over(item: &Item<'_>, findings: &mut Vec<Finding>) {
    let is_debug = |name: &str| name.starts_with("Microsoft.VCLibs.") && name.split('.').any(|part| part == "Debug");
    if let Some(debug) = item.facts.dependencies.iter().find(|dependency| is_debug(&dependency.name)) {
        let message = format!("it needs {}, a debug version that the Store does not install", debug.name);
        let finding = Finding::new(&P09, Severity::Error, message).in_file(&item.shown);
        findings.push(finding.remedy("build the package in the configuration Release"));
    }
    if item.facts.publisher.contains("CN=Contoso") {
        let message = format!("the publisher {} is one of examples and tests", item.facts.publisher);
        let finding = Finding::new(&P09, Severity::Warning, message).in_file(&item.shown);
        findings
            .push(finding.remedy("set Publisher of the manifest to what Partner Center shows under Product identity"));
    }
}
