//! The values of the enumerations in submission documents, which are case-sensitive: those that a folder, a release and the
//! checks know, and those that the emulator accepts.

/// The categories of apps.
pub const CATEGORY: [&str; 102] = [
    "NotSet",
    "BooksAndReference",
    "BooksAndReference_EReader",
    "BooksAndReference_Fiction",
    "BooksAndReference_Nonfiction",
    "BooksAndReference_Reference",
    "Business",
    "Business_AccountingAndFinance",
    "Business_Collaboration",
    "Business_CRM",
    "Business_DataAndAnalytics",
    "Business_FileManagement",
    "Business_InventoryAndLogistics",
    "Business_LegalAndHR",
    "Business_ProjectManagement",
    "Business_RemoteDesktop",
    "Business_SalesAndMarketing",
    "Business_TimeAndExpenses",
    "DeveloperTools",
    "DeveloperTools_Database",
    "DeveloperTools_DesignTools",
    "DeveloperTools_DevelopmentKits",
    "DeveloperTools_Networking",
    "DeveloperTools_ReferenceAndTraining",
    "DeveloperTools_Servers",
    "DeveloperTools_Utilities",
    "DeveloperTools_Webhosting",
    "Education",
    "Education_BooksAndReference",
    "Education_EarlyLearning",
    "Education_InstructionalTools",
    "Education_Language",
    "Education_StudyAids",
    "Entertainment",
    "FoodAndDining",
    "Games",
    "Games_ActionAndAdventure",
    "Games_CardAndBoard",
    "Games_Casino",
    "Games_Classics",
    "Games_Educational",
    "Games_FamilyAndKids",
    "Games_Fighting",
    "Games_MultiPlayerOnlineBattleArena",
    "Games_Music",
    "Games_Other",
    "Games_Platformer",
    "Games_PuzzleAndTrivia",
    "Games_RacingAndFlying",
    "Games_Roleplaying",
    "Games_Shooter",
    "Games_Simulation",
    "Games_Sports",
    "Games_Strategy",
    "Games_Tools",
    "Games_Word",
    "GovernmentAndPolitics",
    "HealthAndFitness",
    "KidsAndFamily",
    "KidsAndFamily_BooksAndReference",
    "KidsAndFamily_Entertainment",
    "KidsAndFamily_HobbiesAndToys",
    "KidsAndFamily_SportsAndActivities",
    "KidsAndFamily_Travel",
    "Lifestyle",
    "Lifestyle_Automotive",
    "Lifestyle_DIY",
    "Lifestyle_HomeAndGarden",
    "Lifestyle_Relationships",
    "Lifestyle_SpecialInterest",
    "Lifestyle_StyleAndFashion",
    "Medical",
    "MultimediaDesign",
    "MultimediaDesign_IllustrationAndGraphicDesign",
    "MultimediaDesign_MusicProduction",
    "MultimediaDesign_PhotoAndVideoProduction",
    "Music",
    "NavigationAndMaps",
    "NewsAndWeather",
    "NewsAndWeather_News",
    "NewsAndWeather_Weather",
    "PersonalFinance",
    "PersonalFinance_BankingAndInvestments",
    "PersonalFinance_BudgetingAndTaxes",
    "Personalization",
    "Personalization_RingtonesAndSounds",
    "Personalization_Themes",
    "Personalization_WallpaperAndLockScreens",
    "PhotoAndVideo",
    "Productivity",
    "Security",
    "Security_PCProtection",
    "Security_PersonalSecurity",
    "Shopping",
    "Social",
    "Sports",
    "Travel",
    "Travel_CityGuides",
    "Travel_Hotels",
    "UtilitiesAndTools",
    "UtilitiesAndTools_BackupAndManage",
    "UtilitiesAndTools_FileManager",
];
/// Who sees the product in the Store.
pub const VISIBILITY: [&str; 4] = ["Hidden", "Public", "Private", "NotSet"];
/// When a submission is published after certification.
pub const PUBLISH_MODE: [&str; 3] = ["Immediate", "Manual", "SpecificDate"];
/// The states of a file of a submission.
pub const FILE_STATUS: [&str; 4] = ["None", "PendingUpload", "Uploaded", "PendingDelete"];
/// The types of images.
pub const IMAGE_TYPE: [&str; 22] = [
    "Screenshot",
    "MobileScreenshot",
    "XboxScreenshot",
    "SurfaceHubScreenshot",
    "HoloLensScreenshot",
    "StoreLogo9x16",
    "StoreLogoSquare",
    "Icon",
    "PromotionalArt16x9",
    "PromotionalArtwork2400X1200",
    "XboxBrandedKeyArt",
    "XboxTitledHeroArt",
    "XboxFeaturedPromotionalArt",
    "SquareIcon358X358",
    "BackgroundImage1000X800",
    "PromotionalArtwork414X180",
    "PromotionalArtwork846X468",
    "PromotionalArtwork558X756",
    "PromotionalArtwork414X468",
    "PromotionalArtwork558X558",
    "WideIcon358X173",
    "Unknown",
];
/// The hardware that an app prefers.
pub const HARDWARE: [&str; 9] =
    ["Touch", "Keyboard", "Mouse", "Camera", "NfcHce", "Nfc", "BluetoothLE", "Telephony", "Undefined"];
/// The trial periods.
pub const TRIAL: [&str; 6] = ["NoFreeTrial", "OneDay", "TrialNeverExpires", "SevenDays", "FifteenDays", "ThirtyDays"];
/// The licensing of organizations.
pub const LICENSING: [&str; 3] = ["None", "Online", "OnlineAndOffline"];
/// The versions of DirectX that a package needs.
pub const DIRECTX: [&str; 3] = ["None", "DirectX93", "DirectX100"];
/// The memory that a package needs.
pub const RAM: [&str; 2] = ["None", "Memory2GB"];
/// The content types of add-ons.
pub const CONTENT_TYPE: [&str; 11] = [
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
/// The product types with which an add-on is created.
pub const PRODUCT_TYPE: [&str; 2] = ["Durable", "Consumable"];
/// The lifetimes of add-ons.
pub const LIFETIME: [&str; 11] = [
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
/// The genres of games. The last one is not documented, but comes in documents of the service, which gives apps that are no games a genre.
pub const GENRE: [&str; 17] = [
    "Games_ActionAndAdventure",
    "Games_CardAndBoard",
    "Games_Casino",
    "Games_Educational",
    "Games_FamilyAndKids",
    "Games_Fighting",
    "Games_Music",
    "Games_Platformer",
    "Games_PuzzleAndTrivia",
    "Games_RacingAndFlying",
    "Games_RolePlaying",
    "Games_Shooter",
    "Games_Simulation",
    "Games_Sports",
    "Games_Strategy",
    "Games_Word",
    "UtilitiesAndTools_FileManager",
];
/// What an app may do with data of Kinect.
pub const KINECT: [&str; 4] = ["NotSet", "Unknown", "Enabled", "Disabled"];
/// The platforms before Windows 10 that a listing may have texts for.
pub const PLATFORM: [&str; 6] =
    ["Unknown", "Windows80", "Windows81", "WindowsPhone71", "WindowsPhone80", "WindowsPhone81"];
/// The families of devices. `Core` and `7` are not documented, but come in documents of the service.
pub const FAMILY: [&str; 7] = ["Desktop", "Mobile", "Holographic", "Xbox", "Team", "Core", "7"];
