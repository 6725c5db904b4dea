//! The members of a submission that `submission.json` may have, and the values of those that have one of a fixed list. The
//! test `tests/contract/members.rs` holds them equal to the description of the service, `contract/openapi.json`.

/// The members of objects, each by its path from the submission with `/` between names. The elements of a list have the path
/// of the list.
pub type Members = &'static [(&'static str, &'static [&'static str])];

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
    ("enterpriseLicensing", &["None", "Online", "OnlineAndOffline"]),
    ("gamingOptions/kinectDataForExternal", &["NotSet", "Unknown", "Enabled", "Disabled"]),
    ("lifetime", LIFETIMES),
    ("pricing/trialPeriod", &["NoFreeTrial", "OneDay", "TrialNeverExpires", "SevenDays", "FifteenDays", "ThirtyDays"]),
    ("targetPublishMode", &["Immediate", "Manual", "SpecificDate"]),
    ("visibility", &["Hidden", "Public", "Private", "NotSet"]),
];

/// The content types of add-ons.
pub const CONTENT_TYPES: &[&str] = &[
    "NotSet",
    "BookDownload",
    "EMagazine",
    "ENewspaper",
    "MusicDownload",
    "MusicStream",
    "OnlineDataStorage",
    "VideoDownload",
    "VideoStream",
    "Asp",
    "OnlineDownload",
];

/// The lifetimes of add-ons.
pub const LIFETIMES: &[&str] = &[
    "Forever",
    "OneDay",
    "ThreeDays",
    "FiveDays",
    "OneWeek",
    "TwoWeeks",
    "OneMonth",
    "TwoMonths",
    "ThreeMonths",
    "SixMonths",
    "OneYear",
];

/// The product types with which an add-on is created.
pub const PRODUCT_TYPES: &[&str] = &["Durable", "Consumable"];
