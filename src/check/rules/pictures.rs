//! The rules about the pictures of a listing.

use super::{PICTURES, Rule, SUBMISSIONS, Severity, TRAILERS};

/// The file.
pub(in crate::check) static I01: Rule = Rule {
    id: "I01",
    severity: Severity::Error,
    meaning: "a picture is no PNG by its first bytes, is cut short, or has a chunk with a wrong checksum; a warning if it goes on \
              after its end",
    remedy: "save it again as PNG",
    source: Some(PICTURES),
};

/// Unusual PNG files.
pub(in crate::check) static I02: Rule = Rule {
    id: "I02",
    severity: Severity::Warning,
    meaning: "a picture is animated, of which the Store shows at most the first frame; information if it is interlaced or has \
              16 bits a channel",
    remedy: "save it as a PNG of one frame, with 8 bits a channel and without interlacing",
    source: None,
};

/// The size of the file.
pub(in crate::check) static I03: Rule = Rule {
    id: "I03",
    severity: Severity::Error,
    meaning: "a picture has more than 50 MB; a warning from 50,000,000 bytes on, since the Store does not say which megabytes \
              it counts",
    remedy: "save it with a higher compression or fewer pixels",
    source: Some(PICTURES),
};

/// The pixels.
pub(in crate::check) static I04: Rule = Rule {
    id: "I04",
    severity: Severity::Error,
    meaning: "a picture has a width and a height that its type does not take; a warning for types that newer pages do not name, \
              and for screenshots of 1365 x 768 pixels, which live listings have",
    remedy: "scale it to one of the sizes of its type",
    source: Some(PICTURES),
};

/// How many.
pub(in crate::check) static I05: Rule = Rule {
    id: "I05",
    severity: Severity::Error,
    meaning: "a listing has more pictures of a type than the Store takes, a warning if the submission to compare with has as \
              many; a warning if it has fewer than four screenshots for the desktop",
    remedy: "leave out pictures, or add screenshots",
    source: Some(PICTURES),
};

/// Transparency.
pub(in crate::check) static I06: Rule = Rule {
    id: "I06",
    severity: Severity::Warning,
    meaning: "a screenshot or a promotional picture has transparent pixels; only a full check looks at pixels",
    remedy: "put it on a background",
    source: None,
};

/// The same picture again.
pub(in crate::check) static I07: Rule = Rule {
    id: "I07",
    severity: Severity::Error,
    meaning: "a listing has the same picture twice in one type; information if two languages have the same screenshot",
    remedy: "leave one out; take screenshots in each language",
    source: None,
};

/// Captions.
pub(in crate::check) static I08: Rule = Rule {
    id: "I08",
    severity: Severity::Error,
    meaning: "a caption has more than 200 characters; information if one language has captions and another has none",
    remedy: "shorten it; write captions in each language",
    source: Some(PICTURES),
};

/// Xbox.
pub(in crate::check) static I09: Rule = Rule {
    id: "I09",
    severity: Severity::Error,
    meaning: "there is a package for Windows.Xbox, and a listing has no StoreLogo9x16 or no StoreLogoSquare; a warning if it has \
              no XboxScreenshot, or the submission to compare with lacks the picture too",
    remedy: "add the pictures that products for Xbox need",
    source: Some(PICTURES),
};

/// Empty pictures.
pub(in crate::check) static I10: Rule = Rule {
    id: "I10",
    severity: Severity::Warning,
    meaning: "a picture has one or two colours; only a full check looks at pixels",
    remedy: "replace what stood in for the picture",
    source: None,
};

/// Types.
pub(in crate::check) static I11: Rule = Rule {
    id: "I11",
    severity: Severity::Error,
    meaning: "an image type differs from one of the service in letter case, which the service refuses; a warning if it is \
              unknown",
    remedy: "write the type as the service does: Screenshot, Icon, StoreLogo9x16",
    source: Some(SUBMISSIONS),
};

/// What a picture tells of its author.
pub(in crate::check) static I12: Rule = Rule {
    id: "I12",
    severity: Severity::Information,
    meaning: "a picture has the place where it was made, the name of its author or a path of somebody's folder in it or in its \
              file name",
    remedy: "save it without metadata",
    source: None,
};

/// Videos.
pub(in crate::check) static V01: Rule = Rule {
    id: "V01",
    severity: Severity::Error,
    meaning: "a video is no MP4 or MOV by its first bytes, is cut short, or has more than 2 GB; a warning if its index stands behind \
              the content, it has an edit list, other pixels than 1920 x 1080 or another codec; information if it is longer than \
              60 seconds",
    remedy: "encode it as MP4 or MOV of 1920 x 1080 pixels with H.264 and AAC, or ProRes, and the index first",
    source: Some(TRAILERS),
};

/// What a trailer needs.
pub(in crate::check) static V02: Rule = Rule {
    id: "V02",
    severity: Severity::Error,
    meaning: "a trailer has no title in a language or one above 255 characters, not exactly one thumbnail or one that has not \
              1920 x 1080 pixels, or there are more than 15 trailers; a warning if the submission to compare with has the same",
    remedy: "give each trailer a title and a PNG of 1920 x 1080 pixels in each of its languages",
    source: Some(TRAILERS),
};

/// Trailers without a hero.
pub(in crate::check) static V03: Rule = Rule {
    id: "V03",
    severity: Severity::Warning,
    meaning: "a language has a trailer and no PromotionalArt16x9, without which a game shows no trailer at the top; information if \
              the product is no game",
    remedy: "add a PromotionalArt16x9",
    source: Some(TRAILERS),
};

/// Trailers without a listing.
pub(in crate::check) static V04: Rule = Rule {
    id: "V04",
    severity: Severity::Warning,
    meaning: "a trailer has a title in a language without a listing",
    remedy: "add the listing, or leave the language out of the trailer",
    source: None,
};
