//! The members of a listing, in the order in which a product page shows them.

/// One member of a listing.
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    /// The most UTF-16 units of its text, or of an item of its list.
    limit: usize,
}

impl Member {
    /// The most UTF-16 units in a listing of an app or an add-on.
    pub(super) fn limit(&self, is_add_on: bool) -> Option<usize> {
        Some(match (is_add_on, self.name) {
            (true, "title") => 100,
            (true, "description") => 200,
            _ => self.limit,
        })
    }
}

const fn member(name: &'static str, label: &'static str, limit: usize) -> Member {
    Member { name, label, limit }
}

/// Above the pictures.
pub(super) const HEAD: &[Member] =
    &[member("title", "Name", 256), member("shortDescription", "Short description", 500)];

/// Below the pictures.
pub(super) const BODY: &[Member] = &[
    member("description", "Description", 10_000),
    member("features", "Product features", 200),
    member("releaseNotes", "What\u{2019}s new in this version", 1_500),
    member("minimumHardware", "System requirements: minimum", 200),
    member("recommendedHardware", "System requirements: recommended", 200),
    member("devStudio", "Developed by", 255),
    member("copyrightAndTrademarkInfo", "Copyright and trademark information", 200),
    member("licenseTerms", "Additional license terms", 10_000),
];

/// What customers do not see.
pub(super) const HIDDEN: &[Member] = &[
    member("keywords", "Search terms", 40),
    member("shortTitle", "Short name", 50),
    member("sortTitle", "Sort name", 255),
    member("voiceTitle", "Voice name", 255),
];

/// All members that have a place of their own.
pub(super) fn known(name: &str) -> bool {
    [HEAD, BODY, HIDDEN].iter().any(|part| part.iter().any(|member| member.name.eq_ignore_ascii_case(name)))
}

/// The kinds of pictures in their order, each with what a person calls it.
pub(super) const PICTURES: &[(&str, &str)] = &[
    ("Icon", "App icon"),
    ("Screenshot", "Desktop screenshots"),
    ("MobileScreenshot", "Mobile screenshots"),
    ("XboxScreenshot", "Xbox screenshots"),
    ("HoloLensScreenshot", "HoloLens screenshots"),
    ("SurfaceHubScreenshot", "Surface Hub screenshots"),
    ("PromotionalArt16x9", "Hero picture"),
    ("StoreLogo9x16", "Poster"),
    ("StoreLogoSquare", "Box art"),
];
