//! The three submission documents. Their members are in the order in which the service sends them.

use super::catalog::ProductId;
use super::schema::{Field, FileKind, FileList, MapKeys, Schema};
use crate::document::values::{
    CATEGORY, CONTENT_TYPE, DIRECTX, FAMILY, FILE_STATUS, GENRE, HARDWARE, IMAGE_TYPE, KINECT, LICENSING, LIFETIME,
    PLATFORM, PUBLISH_MODE, RAM, TRIAL, VISIBILITY,
};

const fn writable(name: &'static str, schema: Schema, default: Option<&'static str>) -> Field {
    Field { name, schema, read_only: false, default }
}

const fn read_only(name: &'static str, schema: Schema, default: Option<&'static str>) -> Field {
    Field { name, schema, read_only: true, default }
}

/// A submission may also have no mode.
static MODES: [&str; 4] = [PUBLISH_MODE[0], PUBLISH_MODE[1], PUBLISH_MODE[2], "NotSet"];

static IMAGES: FileList = FileList { fields: &IMAGE, kind: FileKind::Image, target: "images" };
static APP_PACKAGES: FileList = FileList { fields: &APP_PACKAGE, kind: FileKind::Package, target: "packages" };

static IMAGE: [Field; 5] = [
    writable("fileName", Schema::Text(255), None),
    writable("fileStatus", Schema::Enum(&FILE_STATUS), None),
    read_only("id", Schema::Text(0), Some("\"\"")),
    writable("description", Schema::TextOrNull(200), None),
    writable("imageType", Schema::Enum(&IMAGE_TYPE), Some("\"Screenshot\"")),
];

/// A package of an app or a flight. The documentation of flights lacks only the last member.
static APP_PACKAGE: [Field; 10] = [
    writable("fileName", Schema::Text(0), None),
    writable("fileStatus", Schema::Enum(&FILE_STATUS), None),
    read_only("id", Schema::Text(0), Some("\"\"")),
    read_only("version", Schema::TextOrNull(0), Some("\"\"")),
    read_only("architecture", Schema::TextOrNull(0), Some("\"\"")),
    read_only("languages", Schema::Any, Some("[]")),
    read_only("capabilities", Schema::Any, Some("[]")),
    writable("minimumDirectXVersion", Schema::Enum(&DIRECTX), Some("\"None\"")),
    writable("minimumSystemRam", Schema::Enum(&RAM), Some("\"None\"")),
    read_only("targetDeviceFamilies", Schema::Any, Some("[]")),
];

static BASE_LISTING: [Field; 18] = [
    writable("copyrightAndTrademarkInfo", Schema::TextOrNull(200), None),
    writable("keywords", Schema::List(&Schema::Text(30), 7), None),
    writable("licenseTerms", Schema::TextOrNull(10000), None),
    // Obsolete: the service ignores what a PUT has here.
    read_only("privacyPolicy", Schema::Any, None),
    read_only("supportContact", Schema::Any, None),
    read_only("websiteUrl", Schema::Any, None),
    writable("description", Schema::TextOrNull(10000), None),
    writable("features", Schema::List(&Schema::Text(200), 20), None),
    writable("releaseNotes", Schema::TextOrNull(1500), None),
    writable("images", Schema::FileList(&IMAGES), None),
    writable("recommendedHardware", Schema::List(&Schema::Text(200), 11), None),
    writable("minimumHardware", Schema::List(&Schema::Text(200), 11), None),
    writable("title", Schema::TextOrNull(0), None),
    writable("shortDescription", Schema::TextOrNull(500), None),
    writable("shortTitle", Schema::TextOrNull(50), None),
    writable("sortTitle", Schema::TextOrNull(255), None),
    writable("voiceTitle", Schema::TextOrNull(255), None),
    writable("devStudio", Schema::TextOrNull(255), None),
];

static OVERRIDE: [Field; 7] = [
    writable("description", Schema::TextOrNull(10000), None),
    writable("features", Schema::List(&Schema::Text(200), 20), None),
    writable("releaseNotes", Schema::TextOrNull(1500), None),
    writable("images", Schema::FileList(&IMAGES), None),
    writable("recommendedHardware", Schema::List(&Schema::Text(200), 11), None),
    writable("minimumHardware", Schema::List(&Schema::Text(200), 11), None),
    writable("title", Schema::TextOrNull(0), None),
];

static LISTING: [Field; 2] = [
    writable("baseListing", Schema::Object(&BASE_LISTING), None),
    writable(
        "platformOverrides",
        Schema::OrNull(&Schema::Map(MapKeys::OneOf(&PLATFORM), &Schema::Object(&OVERRIDE))),
        Some("{}"),
    ),
];

static APP_PRICING: [Field; 5] = [
    writable("trialPeriod", Schema::Enum(&TRIAL), Some("\"NoFreeTrial\"")),
    writable("marketSpecificPricings", Schema::Map(MapKeys::Market, &Schema::Tier), Some("{}")),
    read_only("sales", Schema::Any, Some("[]")),
    // A PUT without a price, or with null, makes the product free.
    writable("priceId", Schema::OrNull(&Schema::Tier), Some("\"Free\"")),
    read_only("isAdvancedPricingModel", Schema::Bool, None),
];

static ADD_ON_PRICING: [Field; 4] = [
    writable("marketSpecificPricings", Schema::Map(MapKeys::Market, &Schema::Tier), Some("{}")),
    read_only("sales", Schema::Any, Some("[]")),
    writable("priceId", Schema::OrNull(&Schema::Tier), Some("\"Free\"")),
    read_only("isAdvancedPricingModel", Schema::Bool, None),
];

static GAMING: [Field; 17] = [
    writable("genres", Schema::List(&Schema::Enum(&GENRE), 0), Some("[]")),
    writable("isLocalMultiplayer", Schema::Bool, Some("false")),
    writable("isLocalCooperative", Schema::Bool, Some("false")),
    writable("isOnlineMultiplayer", Schema::Bool, Some("false")),
    writable("isOnlineCooperative", Schema::Bool, Some("false")),
    writable("localMultiplayerMinPlayers", Schema::Integer, Some("0")),
    writable("localMultiplayerMaxPlayers", Schema::Integer, Some("0")),
    writable("localCooperativeMinPlayers", Schema::Integer, Some("0")),
    writable("localCooperativeMaxPlayers", Schema::Integer, Some("0")),
    writable("isBroadcastingPrivilegeGranted", Schema::Bool, Some("false")),
    writable("isCrossPlayEnabled", Schema::Bool, Some("false")),
    writable("kinectDataForExternal", Schema::Enum(&KINECT), Some("\"NotSet\"")),
    writable("onlineMultiplayerMinPlayers", Schema::Integer, None),
    writable("onlineMultiplayerMaxPlayers", Schema::Integer, None),
    writable("onlineCooperativeMinPlayers", Schema::Integer, None),
    writable("onlineCooperativeMaxPlayers", Schema::Integer, None),
    writable("otherPeripherals", Schema::Any, None),
];

static THUMBNAIL: [Field; 3] = [
    writable("fileName", Schema::Text(255), None),
    read_only("id", Schema::Text(0), Some("\"\"")),
    writable("description", Schema::TextOrNull(0), None),
];

static TRAILER_ASSETS: [Field; 2] = [
    writable("title", Schema::Text(255), None),
    writable("imageList", Schema::List(&Schema::Object(&THUMBNAIL), 0), None),
];

static TRAILER: [Field; 4] = [
    read_only("id", Schema::Text(0), Some("\"\"")),
    writable("videoFileName", Schema::Text(255), None),
    read_only("videoFileId", Schema::Text(0), Some("\"\"")),
    writable("trailerAssets", Schema::Map(MapKeys::Language, &Schema::Object(&TRAILER_ASSETS)), Some("{}")),
];

static ROLLOUT: [Field; 4] = [
    writable("isPackageRollout", Schema::Bool, Some("false")),
    writable("packageRolloutPercentage", Schema::Float, Some("0.0")),
    read_only("packageRolloutStatus", Schema::Text(0), Some("\"PackageRolloutNotStarted\"")),
    read_only("fallbackSubmissionId", Schema::Text(0), Some("\"0\"")),
];

static DELIVERY: [Field; 4] = [
    writable("packageRollout", Schema::Object(&ROLLOUT), Some(NO_ROLLOUT)),
    writable("isMandatoryUpdate", Schema::Bool, Some("false")),
    writable("mandatoryUpdateEffectiveDate", Schema::Date, Some("\"1601-01-01T00:00:00.0000000Z\"")),
    writable("isSeekEnabled", Schema::Bool, None),
];

const NO_ROLLOUT: &str = r#"{"isPackageRollout":false,"packageRolloutPercentage":0.0,"packageRolloutStatus":"PackageRolloutNotStarted","fallbackSubmissionId":"0"}"#;
const NO_DELIVERY: &str = r#"{"packageRollout":{"isPackageRollout":false,"packageRolloutPercentage":0.0,"packageRolloutStatus":"PackageRolloutNotStarted","fallbackSubmissionId":"0"},"isMandatoryUpdate":false,"mandatoryUpdateEffectiveDate":"1601-01-01T00:00:00.0000000Z"}"#;
const NO_DATE: &str = r#""1601-01-01T00:00:00Z""#;

/// The members of a product's submissions.
pub(super) fn of(product: &ProductId) -> &'static [Field] {
    match product {
        ProductId::App(_) => &APP,
        ProductId::Flight { .. } => &FLIGHT,
        ProductId::AddOn(_) => &ADD_ON,
    }
}

/// An app submission.
static APP: [Field; 26] = [
    read_only("id", Schema::Text(0), None),
    writable("applicationCategory", Schema::Enum(&CATEGORY), Some("\"NotSet\"")),
    writable("pricing", Schema::Object(&APP_PRICING), None),
    writable("visibility", Schema::Enum(&VISIBILITY), Some("\"Public\"")),
    writable("targetPublishMode", Schema::Enum(&MODES), Some("\"Immediate\"")),
    writable("targetPublishDate", Schema::Date, Some(NO_DATE)),
    writable("listings", Schema::Map(MapKeys::Language, &Schema::Object(&LISTING)), Some("{}")),
    writable("hardwarePreferences", Schema::List(&Schema::Enum(&HARDWARE), 0), Some("[]")),
    writable("automaticBackupEnabled", Schema::Bool, Some("false")),
    writable("canInstallOnRemovableMedia", Schema::Bool, Some("false")),
    writable("isGameDvrEnabled", Schema::Bool, Some("false")),
    writable("gamingOptions", Schema::OrNull(&Schema::List(&Schema::Object(&GAMING), 1)), Some("[]")),
    writable("hasExternalInAppProducts", Schema::Bool, Some("false")),
    writable("meetAccessibilityGuidelines", Schema::Bool, Some("false")),
    writable("notesForCertification", Schema::TextOrNull(0), Some("\"\"")),
    read_only("status", Schema::Text(0), None),
    read_only("statusDetails", Schema::Any, None),
    read_only("fileUploadUrl", Schema::Any, None),
    writable("applicationPackages", Schema::FileList(&APP_PACKAGES), Some("[]")),
    writable("packageDeliveryOptions", Schema::Object(&DELIVERY), Some(NO_DELIVERY)),
    writable("enterpriseLicensing", Schema::Enum(&LICENSING), Some("\"None\"")),
    writable("allowMicrosoftDecideAppAvailabilityToFutureDeviceFamilies", Schema::Bool, Some("false")),
    writable("allowTargetFutureDeviceFamilies", Schema::Map(MapKeys::OneOf(&FAMILY), &Schema::Bool), None),
    read_only("friendlyName", Schema::Text(0), None),
    writable("trailers", Schema::OrNull(&Schema::List(&Schema::Object(&TRAILER), 15)), Some("[]")),
    writable("isSeekEnabled", Schema::Bool, None),
];

/// A flight submission.
static FLIGHT: [Field; 10] = [
    read_only("id", Schema::Text(0), None),
    read_only("flightId", Schema::Text(0), None),
    read_only("status", Schema::Text(0), None),
    read_only("statusDetails", Schema::Any, None),
    writable("flightPackages", Schema::FileList(&APP_PACKAGES), Some("[]")),
    writable("packageDeliveryOptions", Schema::Object(&DELIVERY), Some(NO_DELIVERY)),
    read_only("fileUploadUrl", Schema::Any, None),
    writable("targetPublishMode", Schema::Enum(&MODES), Some("\"Immediate\"")),
    writable("targetPublishDate", Schema::Date, Some("\"\"")),
    writable("notesForCertification", Schema::TextOrNull(0), Some("\"\"")),
];

static ICON: [Field; 2] =
    [writable("fileName", Schema::Text(255), None), writable("fileStatus", Schema::Enum(&FILE_STATUS), None)];

static ADD_ON_LISTING: [Field; 3] = [
    writable("description", Schema::TextOrNull(200), None),
    writable("icon", Schema::Kept(&Schema::Object(&ICON)), None),
    writable("title", Schema::TextOrNull(100), None),
];

/// An add-on submission.
static ADD_ON: [Field; 15] = [
    read_only("id", Schema::Text(0), None),
    writable("contentType", Schema::Enum(&CONTENT_TYPE), Some("\"NotSet\"")),
    writable("keywords", Schema::List(&Schema::Text(30), 10), Some("[]")),
    writable("lifetime", Schema::Enum(&LIFETIME), Some("\"Forever\"")),
    writable("listings", Schema::Map(MapKeys::Language, &Schema::Object(&ADD_ON_LISTING)), Some("{}")),
    writable("pricing", Schema::Object(&ADD_ON_PRICING), None),
    writable("targetPublishDate", Schema::Date, Some(NO_DATE)),
    writable("targetPublishMode", Schema::Enum(&MODES), Some("\"Immediate\"")),
    writable("tag", Schema::TextOrNull(3000), Some("\"\"")),
    writable("visibility", Schema::Enum(&VISIBILITY), Some("\"Public\"")),
    read_only("status", Schema::Text(0), None),
    read_only("statusDetails", Schema::Any, None),
    read_only("fileUploadUrl", Schema::Any, None),
    read_only("friendlyName", Schema::Text(0), None),
    writable("notesForCertification", Schema::TextOrNull(0), None),
];
