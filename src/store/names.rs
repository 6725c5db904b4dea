//! The guard of names: the service reads the names of members in any letter case, other readers only as they are written.
//! A member beside the one that everybody reads, such as `PriceId` beside `priceId`, would count for the service alone.

use crate::document::{self, SyntaxError};
use crate::error::{Detail, Error, Result, codes};

/// The members that the service knows in the submissions of apps, flights and add-ons, by the object that has them. `*`
/// stands for a language, a platform or an element of a list.
#[rustfmt::skip]
pub static KNOWN: &[(&str, &[&str])] = &[
    ("", &[
        "id", "flightId", "applicationCategory", "pricing", "visibility", "targetPublishMode", "targetPublishDate", "listings",
        "hardwarePreferences", "automaticBackupEnabled", "canInstallOnRemovableMedia", "isGameDvrEnabled", "gamingOptions",
        "hasExternalInAppProducts", "meetAccessibilityGuidelines", "notesForCertification", "status", "statusDetails",
        "fileUploadUrl", "applicationPackages", "flightPackages", "packageDeliveryOptions", "enterpriseLicensing",
        "allowMicrosoftDecideAppAvailabilityToFutureDeviceFamilies", "allowTargetFutureDeviceFamilies", "friendlyName",
        "trailers", "isSeekEnabled", "hardwareRequirements", "contentType", "keywords", "lifetime", "tag",
    ]),
    ("/pricing", &["trialPeriod", "marketSpecificPricings", "sales", "priceId", "isAdvancedPricingModel"]),
    ("/pricing/sales/*", &["name", "basePriceId", "startDate", "endDate", "marketSpecificPricings"]),
    ("/listings/*", &["baseListing", "platformOverrides", "description", "icon", "title"]),
    ("/listings/*/baseListing", &[
        "copyrightAndTrademarkInfo", "keywords", "licenseTerms", "privacyPolicy", "supportContact", "websiteUrl",
        "description", "features", "releaseNotes", "images", "recommendedHardware", "minimumHardware", "title",
        "shortDescription", "shortTitle", "sortTitle", "voiceTitle", "devStudio",
    ]),
    ("/listings/*/baseListing/images/*", IMAGE),
    ("/listings/*/platformOverrides/*", &[
        "description", "features", "releaseNotes", "images", "recommendedHardware", "minimumHardware", "title",
    ]),
    ("/listings/*/platformOverrides/*/images/*", IMAGE),
    ("/listings/*/icon", &["fileName", "fileStatus"]),
    ("/gamingOptions/*", &[
        "genres", "isLocalMultiplayer", "isLocalCooperative", "isOnlineMultiplayer", "isOnlineCooperative",
        "localMultiplayerMinPlayers", "localMultiplayerMaxPlayers", "localCooperativeMinPlayers",
        "localCooperativeMaxPlayers", "isBroadcastingPrivilegeGranted", "isCrossPlayEnabled", "kinectDataForExternal",
        "onlineMultiplayerMinPlayers", "onlineMultiplayerMaxPlayers", "onlineCooperativeMinPlayers",
        "onlineCooperativeMaxPlayers", "otherPeripherals",
    ]),
    ("/trailers/*", &["id", "videoFileName", "videoFileId", "trailerAssets"]),
    ("/trailers/*/trailerAssets/*", &["title", "imageList"]),
    ("/trailers/*/trailerAssets/*/imageList/*", &["fileName", "id", "description"]),
    ("/applicationPackages/*", PACKAGE),
    ("/flightPackages/*", PACKAGE),
    ("/packageDeliveryOptions", &["packageRollout", "isMandatoryUpdate", "mandatoryUpdateEffectiveDate", "isSeekEnabled"]),
    ("/packageDeliveryOptions/packageRollout", &[
        "isPackageRollout", "packageRolloutPercentage", "packageRolloutStatus", "fallbackSubmissionId",
    ]),
];

const IMAGE: &[&str] = &["fileName", "fileStatus", "id", "description", "imageType"];
#[rustfmt::skip]
const PACKAGE: &[&str] = &[
    "fileName", "fileStatus", "id", "version", "architecture", "languages", "capabilities", "minimumDirectXVersion",
    "minimumSystemRam", "targetDeviceFamilies",
];

/// Refuses the body of a PUT with a name that differs in letter case only from one that the service knows, whether the
/// member itself is there too or not.
///
/// # Errors
/// `document.case_twin`, `document.invalid`.
pub fn guard(body: &str) -> Result<()> {
    let respelled = document::respelled(body, KNOWN).map_err(invalid)?;
    let Some((pointer, known)) = respelled.first() else {
        return Ok(());
    };
    let more = match respelled.len() {
        1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let message = format!("{pointer} differs from `{known}` of the service in letter case only{more}");
    let detail =
        |(pointer, known): &(document::Pointer, &str)| Detail::at(pointer.to_string(), format!("write `{known}`"));
    Err(Error::new(&codes::DOCUMENT_CASE_TWIN, message).details(respelled.iter().map(detail)))
}

pub(crate) fn invalid(error: SyntaxError) -> Error {
    Error::new(&codes::DOCUMENT_INVALID, format!("the submission is not JSON: {error}"))
}
