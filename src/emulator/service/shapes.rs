//! The three submission documents: members in the order of the service's answers.

use super::schema::{Field, Files, Keys, Kind, LeftOut};
use super::values::{
    CATEGORY, CONTENT_TYPE, DIRECTX, FAMILY, FILE_STATUS, GENRE, HARDWARE, IMAGE_TYPE, KINECT, LICENSING, LIFETIME,
    PLATFORM, PUBLISH_MODE, RAM, TRIAL, VISIBILITY,
};

const fn writable(name: &'static str, kind: Kind, default: Option<&'static str>) -> Field {
    Field { name, kind, read_only: false, default }
}

const fn read_only(name: &'static str, kind: Kind, default: Option<&'static str>) -> Field {
    Field { name, kind, read_only: true, default }
}

static IMAGES: Files = Files { fields: &IMAGE, left_out: LeftOut::Kept, target: "images" };
static APP_PACKAGES: Files = Files { fields: &APP_PACKAGE, left_out: LeftOut::Refused, target: "packages" };

static IMAGE: [Field; 5] = [
    writable("fileName", Kind::Text(255), None),
    writable("fileStatus", Kind::Enum(&FILE_STATUS), None),
    read_only("id", Kind::Text(0), Some("\"\"")),
    writable("description", Kind::TextOrNull(200), None),
    writable("imageType", Kind::Enum(&IMAGE_TYPE), Some("\"Screenshot\"")),
];

/// App packages, and flight packages, whose documentation only leaves the last member out.
static APP_PACKAGE: [Field; 10] = [
    writable("fileName", Kind::Text(0), None),
    writable("fileStatus", Kind::Enum(&FILE_STATUS), None),
    read_only("id", Kind::Text(0), Some("\"\"")),
    read_only("version", Kind::TextOrNull(0), Some("\"\"")),
    read_only("architecture", Kind::TextOrNull(0), Some("\"\"")),
    read_only("languages", Kind::Any, Some("[]")),
    read_only("capabilities", Kind::Any, Some("[]")),
    writable("minimumDirectXVersion", Kind::Enum(&DIRECTX), Some("\"None\"")),
    writable("minimumSystemRam", Kind::Enum(&RAM), Some("\"None\"")),
    read_only("targetDeviceFamilies", Kind::Any, Some("[]")),
];

static BASE_LISTING: [Field; 18] = [
    writable("copyrightAndTrademarkInfo", Kind::TextOrNull(200), None),
    writable("keywords", Kind::List(&Kind::Text(30), 7), None),
    writable("licenseTerms", Kind::TextOrNull(10000), None),
    // Obsolete: ignored when sent.
    read_only("privacyPolicy", Kind::Any, None),
    read_only("supportContact", Kind::Any, None),
    read_only("websiteUrl", Kind::Any, None),
    writable("description", Kind::TextOrNull(10000), None),
    writable("features", Kind::List(&Kind::Text(200), 20), None),
    writable("releaseNotes", Kind::TextOrNull(1500), None),
    writable("images", Kind::Files(&IMAGES), None),
    writable("recommendedHardware", Kind::List(&Kind::Text(200), 11), None),
    writable("minimumHardware", Kind::List(&Kind::Text(200), 11), None),
    writable("title", Kind::TextOrNull(0), None),
    writable("shortDescription", Kind::TextOrNull(500), None),
    writable("shortTitle", Kind::TextOrNull(50), None),
    writable("sortTitle", Kind::TextOrNull(255), None),
    writable("voiceTitle", Kind::TextOrNull(255), None),
    writable("devStudio", Kind::TextOrNull(255), None),
];

static OVERRIDE: [Field; 7] = [
    writable("description", Kind::TextOrNull(10000), None),
    writable("features", Kind::List(&Kind::Text(200), 20), None),
    writable("releaseNotes", Kind::TextOrNull(1500), None),
    writable("images", Kind::Files(&IMAGES), None),
    writable("recommendedHardware", Kind::List(&Kind::Text(200), 11), None),
    writable("minimumHardware", Kind::List(&Kind::Text(200), 11), None),
    writable("title", Kind::TextOrNull(0), None),
];

static LISTING: [Field; 2] = [
    writable("baseListing", Kind::Object(&BASE_LISTING), None),
    writable(
        "platformOverrides",
        Kind::OrNull(&Kind::Map(Keys::OneOf(&PLATFORM), &Kind::Object(&OVERRIDE))),
        Some("{}"),
    ),
];

static APP_PRICING: [Field; 5] = [
    writable("trialPeriod", Kind::Enum(&TRIAL), Some("\"NoFreeTrial\"")),
    writable("marketSpecificPricings", Kind::Map(Keys::Market, &Kind::Tier), Some("{}")),
    read_only("sales", Kind::Any, Some("[]")),
    // A missing or null price makes the product free.
    writable("priceId", Kind::OrNull(&Kind::Tier), Some("\"Free\"")),
    read_only("isAdvancedPricingModel", Kind::Bool, None),
];

static ADD_ON_PRICING: [Field; 4] = [
    writable("marketSpecificPricings", Kind::Map(Keys::Market, &Kind::Tier), Some("{}")),
    read_only("sales", Kind::Any, Some("[]")),
    writable("priceId", Kind::OrNull(&Kind::Tier), Some("\"Free\"")),
    read_only("isAdvancedPricingModel", Kind::Bool, None),
];

static GAMING: [Field; 17] = [
    writable("genres", Kind::List(&Kind::Enum(&GENRE), 0), Some("[]")),
    writable("isLocalMultiplayer", Kind::Bool, Some("false")),
    writable("isLocalCooperative", Kind::Bool, Some("false")),
    writable("isOnlineMultiplayer", Kind::Bool, Some("false")),
    writable("isOnlineCooperative", Kind::Bool, Some("false")),
    writable("localMultiplayerMinPlayers", Kind::Integer, Some("0")),
    writable("localMultiplayerMaxPlayers", Kind::Integer, Some("0")),
    writable("localCooperativeMinPlayers", Kind::Integer, Some("0")),
    writable("localCooperativeMaxPlayers", Kind::Integer, Some("0")),
    writable("isBroadcastingPrivilegeGranted", Kind::Bool, Some("false")),
    writable("isCrossPlayEnabled", Kind::Bool, Some("false")),
    writable("kinectDataForExternal", Kind::Enum(&KINECT), Some("\"NotSet\"")),
    writable("onlineMultiplayerMinPlayers", Kind::Integer, None),
    writable("onlineMultiplayerMaxPlayers", Kind::Integer, None),
    writable("onlineCooperativeMinPlayers", Kind::Integer, None),
    writable("onlineCooperativeMaxPlayers", Kind::Integer, None),
    writable("otherPeripherals", Kind::Any, None),
];

static THUMBNAIL: [Field; 3] = [
    writable("fileName", Kind::Text(255), None),
    read_only("id", Kind::Text(0), Some("\"\"")),
    writable("description", Kind::TextOrNull(0), None),
];

static TRAILER_ASSETS: [Field; 2] =
    [writable("title", Kind::Text(255), None), writable("imageList", Kind::List(&Kind::Object(&THUMBNAIL), 1), None)];

static TRAILER: [Field; 4] = [
    read_only("id", Kind::Text(0), Some("\"\"")),
    writable("videoFileName", Kind::Text(255), None),
    read_only("videoFileId", Kind::Text(0), Some("\"\"")),
    writable("trailerAssets", Kind::Map(Keys::Language, &Kind::Object(&TRAILER_ASSETS)), Some("{}")),
];

static ROLLOUT: [Field; 4] = [
    writable("isPackageRollout", Kind::Bool, Some("false")),
    writable("packageRolloutPercentage", Kind::Float, Some("0.0")),
    read_only("packageRolloutStatus", Kind::Text(0), Some("\"PackageRolloutNotStarted\"")),
    read_only("fallbackSubmissionId", Kind::Text(0), Some("\"0\"")),
];

static DELIVERY: [Field; 4] = [
    writable("packageRollout", Kind::Object(&ROLLOUT), Some(NO_ROLLOUT)),
    writable("isMandatoryUpdate", Kind::Bool, Some("false")),
    writable("mandatoryUpdateEffectiveDate", Kind::Date, Some("\"1601-01-01T00:00:00.0000000Z\"")),
    writable("isSeekEnabled", Kind::Bool, None),
];

const NO_ROLLOUT: &str = r#"{"isPackageRollout":false,"packageRolloutPercentage":0.0,"packageRolloutStatus":"PackageRolloutNotStarted","fallbackSubmissionId":"0"}"#;
const NO_DELIVERY: &str = r#"{"packageRollout":{"isPackageRollout":false,"packageRolloutPercentage":0.0,"packageRolloutStatus":"PackageRolloutNotStarted","fallbackSubmissionId":"0"},"isMandatoryUpdate":false,"mandatoryUpdateEffectiveDate":"1601-01-01T00:00:00.0000000Z"}"#;
/// `statusDetails` with nothing in it.
pub(crate) const NO_DETAILS: &str = r#"{"errors":[],"warnings":[],"certificationReports":[]}"#;
const NO_DATE: &str = r#""1601-01-01T00:00:00Z""#;

/// An app submission.
pub(crate) static APP: [Field; 26] = [
    read_only("id", Kind::Text(0), None),
    writable("applicationCategory", Kind::Enum(&CATEGORY), Some("\"NotSet\"")),
    writable("pricing", Kind::Object(&APP_PRICING), None),
    writable("visibility", Kind::Enum(&VISIBILITY), Some("\"Public\"")),
    writable("targetPublishMode", Kind::Enum(&PUBLISH_MODE), Some("\"Immediate\"")),
    writable("targetPublishDate", Kind::Date, Some(NO_DATE)),
    writable("listings", Kind::Map(Keys::Language, &Kind::Object(&LISTING)), Some("{}")),
    writable("hardwarePreferences", Kind::List(&Kind::Enum(&HARDWARE), 0), Some("[]")),
    writable("automaticBackupEnabled", Kind::Bool, Some("false")),
    writable("canInstallOnRemovableMedia", Kind::Bool, Some("false")),
    writable("isGameDvrEnabled", Kind::Bool, Some("false")),
    writable("gamingOptions", Kind::OrNull(&Kind::List(&Kind::Object(&GAMING), 1)), Some("[]")),
    writable("hasExternalInAppProducts", Kind::Bool, Some("false")),
    writable("meetAccessibilityGuidelines", Kind::Bool, Some("false")),
    writable("notesForCertification", Kind::TextOrNull(0), Some("\"\"")),
    read_only("status", Kind::Text(0), None),
    read_only("statusDetails", Kind::Any, None),
    read_only("fileUploadUrl", Kind::Any, None),
    writable("applicationPackages", Kind::Files(&APP_PACKAGES), Some("[]")),
    writable("packageDeliveryOptions", Kind::Object(&DELIVERY), Some(NO_DELIVERY)),
    writable("enterpriseLicensing", Kind::Enum(&LICENSING), Some("\"None\"")),
    writable("allowMicrosoftDecideAppAvailabilityToFutureDeviceFamilies", Kind::Bool, Some("false")),
    writable("allowTargetFutureDeviceFamilies", Kind::Map(Keys::OneOf(&FAMILY), &Kind::Bool), None),
    read_only("friendlyName", Kind::Text(0), None),
    writable("trailers", Kind::OrNull(&Kind::List(&Kind::Object(&TRAILER), 15)), Some("[]")),
    writable("isSeekEnabled", Kind::Bool, None),
];

/// A flight submission.
pub(crate) static FLIGHT: [Field; 10] = [
    read_only("id", Kind::Text(0), None),
    read_only("flightId", Kind::Text(0), None),
    read_only("status", Kind::Text(0), None),
    read_only("statusDetails", Kind::Any, None),
    writable("flightPackages", Kind::Files(&APP_PACKAGES), Some("[]")),
    writable("packageDeliveryOptions", Kind::Object(&DELIVERY), Some(NO_DELIVERY)),
    read_only("fileUploadUrl", Kind::Any, None),
    writable("targetPublishMode", Kind::Enum(&PUBLISH_MODE), Some("\"Immediate\"")),
    writable("targetPublishDate", Kind::Date, Some("\"\"")),
    writable("notesForCertification", Kind::TextOrNull(0), Some("\"\"")),
];

static ICON: [Field; 2] =
    [writable("fileName", Kind::Text(255), None), writable("fileStatus", Kind::Enum(&FILE_STATUS), None)];

static ADD_ON_LISTING: [Field; 3] = [
    writable("description", Kind::TextOrNull(200), None),
    writable("icon", Kind::Kept(&Kind::Object(&ICON)), None),
    writable("title", Kind::TextOrNull(100), None),
];

/// An add-on submission.
pub(crate) static ADD_ON: [Field; 15] = [
    read_only("id", Kind::Text(0), None),
    writable("contentType", Kind::Enum(&CONTENT_TYPE), Some("\"NotSet\"")),
    writable("keywords", Kind::List(&Kind::Text(30), 10), Some("[]")),
    writable("lifetime", Kind::Enum(&LIFETIME), Some("\"Forever\"")),
    writable("listings", Kind::Map(Keys::Language, &Kind::Object(&ADD_ON_LISTING)), Some("{}")),
    writable("pricing", Kind::Object(&ADD_ON_PRICING), None),
    writable("targetPublishDate", Kind::Date, Some(NO_DATE)),
    writable("targetPublishMode", Kind::Enum(&PUBLISH_MODE), Some("\"Immediate\"")),
    writable("tag", Kind::TextOrNull(3000), Some("\"\"")),
    writable("visibility", Kind::Enum(&VISIBILITY), Some("\"Public\"")),
    read_only("status", Kind::Text(0), None),
    read_only("statusDetails", Kind::Any, None),
    read_only("fileUploadUrl", Kind::Any, None),
    read_only("friendlyName", Kind::Text(0), None),
    writable("notesForCertification", Kind::TextOrNull(0), None),
];
