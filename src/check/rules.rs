//! The rules: one table of their ids, severities, meanings, remedies and sources. `docs/checks.md` shows it,
//! `library.checks` returns it, and a test compares the two. Ids are public: they are only added.

mod contents;
mod names;
mod pictures;
mod submissions;
mod texts;

use schemars::JsonSchema;
use serde::Serialize;

pub(super) use contents::{P05, P06, P07, P10};
pub(super) use names::{N01, N02, N03, N04, N05, N06, N07, N08, N09};
pub(super) use pictures::{I01, I02, I03, I04, I05, I06, I07, I08, I09, I10, I11, I12, V01, V02, V03, V04};
pub(super) use submissions::{A01, S02, S03, S04, S05, S06, S07, S08};
pub(super) use texts::{
    T01, T02, T03, T04, T05, T06, T07, T08, T09, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23,
    T24, T25, T26, T27, T28, T29, T30, T31,
};

/// What a finding means for a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "CheckSeverity")]
pub enum Severity {
    /// The release is refused, unless the rule is allowed by its id.
    Error,
    /// The release goes on, and the finding is shown.
    Warning,
    /// Worth knowing.
    Information,
}

/// One rule.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CheckRule")]
pub struct Rule {
    /// `P02`.
    pub id: &'static str,
    /// The severity of its gravest finding. A rule with several parts has milder ones too.
    pub severity: Severity,
    /// What the rule finds.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The page that says so; absent where the rule is the judgement of this library.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<&'static str>,
}

const REQUIREMENTS: &str =
    "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/app-package-requirements";
const UPLOAD: &str = "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/upload-app-packages";
const VERSIONS: &str = "https://learn.microsoft.com/windows/apps/publish/package-version-numbering";
const MANAGEMENT: &str = "https://learn.microsoft.com/windows/apps/publish/guidance-for-app-package-management";
const DEVICE_FAMILY: &str =
    "https://learn.microsoft.com/uwp/schemas/appxpackage/uapmanifestschema/element-targetdevicefamily";
const CAPABILITIES: &str = "https://learn.microsoft.com/windows/uwp/packaging/app-capability-declarations";
const SUBMISSIONS: &str = "https://learn.microsoft.com/windows/uwp/monetize/manage-app-submissions";
const LISTING: &str =
    "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/add-and-edit-store-listing-info";
const PICTURES: &str = "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/screenshots-and-images";
const TRAILERS: &str =
    "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/screenshots-and-images#trailers";
const LANGUAGES: &str = "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/app-package-requirements#supported-languages";
const OPTIONS: &str =
    "https://learn.microsoft.com/windows/apps/publish/publish-your-app/msix/manage-submission-options";
const ADD_ONS: &str = "https://learn.microsoft.com/windows/uwp/monetize/manage-add-on-submissions";
const POLICIES: &str = "https://learn.microsoft.com/windows/apps/publish/store-policies";

/// Whose package it is.
pub(super) static P01: Rule = Rule {
    id: "P01",
    severity: Severity::Error,
    meaning: "a package has another identity name, publisher or package family than the app, compared with letter case; or \
              packages differ in them among themselves; or one is a framework, which belongs to no app",
    remedy: "give the packages of this app; if they are, set Name and Publisher of the manifest to what Partner Center shows \
             under Product identity",
    source: Some(REQUIREMENTS),
};

/// The version.
pub(super) static P02: Rule = Rule {
    id: "P02",
    severity: Severity::Error,
    meaning: "the version is not above the one that the app has for the same architecture and device family, its first part \
              is 0, or its last part, which belongs to the Store, is not 0; without a submission to compare with, a warning",
    remedy: "build the package with a higher version whose last part is 0",
    source: Some(VERSIONS),
};

/// Packages that exclude each other.
pub(super) static P03: Rule = Rule {
    id: "P03",
    severity: Severity::Error,
    meaning: "two packages have one full name (name, version, architecture), the app or a flight of it has a package of this \
              full name under another file name, or a plain package follows a bundle; a warning if the file name is the same \
              too, since the API does not show the content",
    remedy: "give each full name once, build new content with a higher version, and go on with a bundle where the app has one",
    source: Some(MANAGEMENT),
};

/// The devices.
pub(super) static P04: Rule = Rule {
    id: "P04",
    severity: Severity::Error,
    meaning: "a package has no TargetDeviceFamily, or one whose MinVersion is above its MaxVersionTested; a warning if \
              MinVersion was raised or a device family is gone, since customers on such devices get no update",
    remedy: "correct TargetDeviceFamily in the manifest; keep an older package for the customers who would be dropped",
    source: Some(DEVICE_FAMILY),
};

/// Xbox.
pub(super) static P08: Rule = Rule {
    id: "P08",
    severity: Severity::Warning,
    meaning: "a package for Windows.Xbox is neither x64 nor neutral; or broadFileSystemAccess is declared for Xbox or beside \
              the capability of a library that it covers",
    remedy: "build for x64 or neutral, and leave out the capability",
    source: Some(CAPABILITIES),
};

/// What the Store does not take, and what is left from development.
pub(super) static P09: Rule = Rule {
    id: "P09",
    severity: Severity::Error,
    meaning: "the submission has more than 30 packages, a package is larger than 25 GB, its file has a name outside of ANSI \
              or an extension that the Store does not take (symbols, plain ZIP files), or it needs a debug version of the \
              C++ runtime; a warning for a publisher that only tests have",
    remedy: "give what the release build made for the Store: .msixupload, .msixbundle, .msix or their older forms",
    source: Some(UPLOAD),
};

/// The price.
pub(super) static S01: Rule = Rule {
    id: "S01",
    severity: Severity::Error,
    meaning: "`priceId` is missing, reads `Base`, or is no price tier that the service has; information if it is a tier of \
              the other price model",
    remedy: "set /pricing/priceId to `Free`, `NotAvailable`, or the tier that the product has in Partner Center: Tier2 to \
             Tier96, with the advanced price model Tier1012 to Tier1424",
    source: Some(SUBMISSIONS),
};

/// All rules, in the order of their ids.
pub static RULES: &[&Rule] = &[
    &A01, &I01, &I02, &I03, &I04, &I05, &I06, &I07, &I08, &I09, &I10, &I11, &I12, &N01, &N02, &N03, &N04, &N05, &N06,
    &N07, &N08, &N09, &P01, &P02, &P03, &P04, &P05, &P06, &P07, &P08, &P09, &P10, &S01, &S02, &S03, &S04, &S05, &S06,
    &S07, &S08, &T01, &T02, &T03, &T04, &T05, &T06, &T07, &T08, &T09, &T10, &T11, &T12, &T13, &T14, &T15, &T16, &T17,
    &T18, &T19, &T20, &T21, &T22, &T23, &T24, &T25, &T26, &T27, &T28, &T29, &T30, &T31, &V01, &V02, &V03, &V04,
];
