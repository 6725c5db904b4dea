//! The members of a submission that `submission.json` may have, and the values of those that have one of a fixed list. The
//! test `tests/contract/members.rs` holds them equal to the description of the service, `contract/openapi.json`.

use crate::document::values;

/// The members of objects, each by its path from the submission with `/` between names. The elements of a list have the path
/// of the list.
pub type Members = &'static [(&'static str, &'static [&'static str])];

/// Members of a submission that the file can't have: the service sets them, or they are managed elsewhere.
pub const ELSEWHERE: [&str; 11] = [
    "id",
    "flightId",
    "status",
    "statusDetails",
    "fileUploadUrl",
    "friendlyName",
    "listings",
    "trailers",
    "applicationPackages",
    "flightPackages",
    "notesForCertification",
];

/// Of an app.
pub const APP: Members = &[
    (
        "",
        &[
            "applicationCategory",
            "pricing",
            "visibility",
            "targetPublishMode",
            "targetPublishDate",
            "hardwarePreferences",
            "automaticBackupEnabled",
            "canInstallOnRemovableMedia",
            "isGameDvrEnabled",
            "gamingOptions",
            "hasExternalInAppProducts",
            "meetAccessibilityGuidelines",
            "packageDeliveryOptions",
            "enterpriseLicensing",
            "allowMicrosoftDecideAppAvailabilityToFutureDeviceFamilies",
            "allowTargetFutureDeviceFamilies",
            "isSeekEnabled",
            "hardwareRequirements",
        ],
    ),
    ("pricing", &["trialPeriod", "marketSpecificPricings", "sales", "priceId", "isAdvancedPricingModel"]),
    ("pricing/sales", SALE),
    ("packageDeliveryOptions", &["packageRollout", "isMandatoryUpdate", "mandatoryUpdateEffectiveDate"]),
    (
        "packageDeliveryOptions/packageRollout",
        &["isPackageRollout", "packageRolloutPercentage", "packageRolloutStatus", "fallbackSubmissionId"],
    ),
    (
        "gamingOptions",
        &[
            "genres",
            "isLocalMultiplayer",
            "isLocalCooperative",
            "isOnlineMultiplayer",
            "isOnlineCooperative",
            "localMultiplayerMinPlayers",
            "localMultiplayerMaxPlayers",
            "localCooperativeMinPlayers",
            "localCooperativeMaxPlayers",
            "isBroadcastingPrivilegeGranted",
            "isCrossPlayEnabled",
            "kinectDataForExternal",
            "onlineMultiplayerMinPlayers",
            "onlineMultiplayerMaxPlayers",
            "onlineCooperativeMinPlayers",
            "onlineCooperativeMaxPlayers",
            "otherPeripherals",
        ],
    ),
];

/// Of an add-on.
pub const ADD_ON: Members = &[
    (
        "",
        &[
            "contentType",
            "keywords",
            "lifetime",
            "pricing",
            "targetPublishMode",
            "targetPublishDate",
            "tag",
            "visibility",
        ],
    ),
    ("pricing", &["marketSpecificPricings", "sales", "priceId", "isAdvancedPricingModel"]),
    ("pricing/sales", SALE),
];

const SALE: &[&str] = &["name", "basePriceId", "startDate", "endDate", "marketSpecificPricings"];

/// The values of members that have one of a fixed list, by the path of the member.
pub const VALUES: Members = &[
    ("contentType", CONTENT_TYPES),
    ("enterpriseLicensing", &values::LICENSING),
    ("gamingOptions/kinectDataForExternal", &values::KINECT),
    ("lifetime", LIFETIMES),
    ("pricing/trialPeriod", &values::TRIAL),
    ("targetPublishMode", &values::PUBLISH_MODE),
    ("visibility", &values::VISIBILITY),
];

/// The content types of add-ons.
pub const CONTENT_TYPES: &[&str] = &values::CONTENT_TYPE;

/// The lifetimes of add-ons.
pub const LIFETIMES: &[&str] = &values::LIFETIME;

/// The product types with which an add-on is created.
pub const PRODUCT_TYPES: &[&str] = &values::PRODUCT_TYPE;
