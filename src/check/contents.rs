//! P06, P07, P10 and S08: signature, capabilities and names of packages.

use super::finding::Finding;
use super::items::Item;
use super::rules::{P05, P06, P07, P10, S08, Severity};
use super::subject::Listing;
use crate::package::{CapabilityKind, Flaw, FlawKind};

/// What the Store takes from nobody.
const NEVER: [&str; 1] = ["appLicensing"];
/// What is approved for almost nobody, by the page of capabilities.
const RARELY: &[&str] = &[
    "allowElevation",
    "appBroadcastServices",
    "appCaptureSettings",
    "appointmentsSystem",
    "audioDeviceConfiguration",
    "backgroundVoIP",
    "chatSystem",
    "contactsSystem",
    "cortanaPermissions",
    "cortanaSpeechAccessory",
    "developmentModeNetwork",
    "devicePortalProvider",
    "deviceUnlock",
    "email",
    "emailSystem",
    "enterpriseDeviceLockdown",
    "extendedBackgroundTaskTime",
    "extendedExecutionBackgroundAudio",
    "extendedExecutionCritical",
    "extendedExecutionUnconstrained",
    "gameBarServices",
    "gameList",
    "gameMonitor",
    "interopServices",
    "localSystemServices",
    "locationSystem",
    "oemPublicDirectory",
    "oneProcessVoIP",
    "packagePolicySystem",
    "packagedServices",
    "phoneCallHistory",
    "phoneCallHistorySystem",
    "protectedApp",
    "screenDuplication",
    "secondaryAuthenticationFactor",
    "secureAssessment",
    "slapiQueryLicenseValue",
    "teamEditionDeviceCredential",
    "teamEditionExperience",
    "teamEditionView",
    "userDataSystem",
    "userPrincipalName",
    "walletSystem",
    "xboxAccessoryManagement",
];
/// What partners of Microsoft have.
const PARTNERS: [&str; 7] = [
    "appCaptureServices",
    "customInstallActions",
    "inputObservation",
    "inputSuppression",
    "modifiableApp",
    "oemDeployment",
    "storeLicenseManagement",
];
/// Capabilities that need approval without being restricted in the manifest.
const EXPLAINED: [&str; 3] = ["documentsLibrary", "enterpriseAuthentication", "sharedUserCertificates"];

/// Capabilities for personal data, which a product may have with a privacy policy only.
const PERSONAL: [&str; 12] = [
    "runFullTrust",
    "appointments",
    "blockedChatMessages",
    "chat",
    "contacts",
    "location",
    "microphone",
    "phoneCall",
    "userAccountInformation",
    "userNotificationListener",
    "voipCall",
    "webcam",
];

/// S08: what a privacy policy is needed for. Whether there is one is not to be seen.
pub(super) fn privacy<'n>(capabilities: impl Iterator<Item = &'n str>) -> Option<Finding> {
    let mut found: Vec<&str> = capabilities.filter(|name| PERSONAL.contains(name)).collect();
    found.sort_unstable();
    found.dedup();
    (!found.is_empty()).then(|| {
        let message = format!("the packages have {}, for which the Store asks for a privacy policy", found.join(", "));
        Finding::new(&S08, S08.severity, message)
    })
}

/// P07.
pub(super) fn capabilities(items: &[Item<'_>]) -> impl Iterator<Item = Finding> {
    items.iter().flat_map(|item| {
        item.facts.capabilities.iter().filter_map(|capability| {
            let name = capability.name.as_str();
            let (severity, what) = match capability.kind {
                CapabilityKind::Restricted if NEVER.contains(&name) => {
                    (Severity::Error, "with which the Store takes no package")
                }
                CapabilityKind::Restricted if RARELY.contains(&name) => {
                    (Severity::Warning, "which is approved for almost nobody")
                }
                CapabilityKind::Restricted if PARTNERS.contains(&name) => {
                    (Severity::Warning, "which is approved for partners of Microsoft only")
                }
                CapabilityKind::Custom => (Severity::Warning, "a custom one, which its maker approves beforehand"),
                CapabilityKind::Restricted => (Severity::Information, "for which the Store asks the reason"),
                CapabilityKind::General if EXPLAINED.contains(&name) => {
                    (Severity::Information, "for which the Store asks the reason")
                }
                CapabilityKind::General | CapabilityKind::Device => return None,
            };
            let message = format!("it declares the capability {name}, {what}");
            Some(Finding::new(&P07, severity, message).in_file(&item.shown))
        })
    })
}

/// P05 and P06 for what a package differs from.
#[must_use]
pub fn flaws(flaws: &[Flaw]) -> Vec<Finding> {
    let finding = |flaw: &Flaw| {
        let (rule, severity) = match flaw.kind {
            FlawKind::BlockMap => (&P05, Severity::Error),
            FlawKind::Signature => (&P06, Severity::Error),
            FlawKind::Signer => (&P06, Severity::Warning),
            FlawKind::SelfSigned => (&P06, Severity::Information),
        };
        let finding = Finding::new(rule, severity, &flaw.message).in_file(&flaw.file);
        match flaw.kind {
            FlawKind::Signer => {
                finding.remedy("sign with a certificate whose subject is the Publisher of the manifest")
            }
            FlawKind::SelfSigned => finding.remedy("nothing"),
            FlawKind::BlockMap | FlawKind::Signature => finding,
        }
    };
    flaws.iter().map(finding).collect()
}

/// P06 for packages without a signature, what P07 only informs of, and P10.
pub(super) fn check(items: &[Item<'_>], listings: &[Listing], findings: &mut Vec<Finding>) {
    findings.extend(capabilities(items).filter(|finding| finding.severity == Severity::Information));
    for item in items.iter().filter(|item| item.is_known()) {
        if !item.facts.signed {
            let message = "it is not signed; the Store signs it";
            findings.push(Finding::new(&P06, Severity::Information, message).in_file(&item.shown).remedy("nothing"));
        }
        let is_resource = item.facts.display_name.as_deref().is_some_and(|name| name.starts_with("ms-resource:"));
        if is_resource && !item.facts.languages.is_empty() {
            let main = |code: &str| code.split('-').next().unwrap_or_default().to_ascii_lowercase();
            let own: Vec<String> = item.facts.languages.iter().map(|code| main(code)).collect();
            let untitled = listings.iter().filter(|listing| listing.text("title").is_none_or(|title| title.is_blank()));
            for listing in untitled.filter(|listing| !own.contains(&main(&listing.language))) {
                let message = format!("its name is a resource that it does not have in {}", listing.language);
                let finding = Finding::new(&P10, Severity::Information, message).in_file(&item.shown);
                findings.push(Finding { language: Some(listing.language.clone()), ..finding });
            }
        }
    }
}
