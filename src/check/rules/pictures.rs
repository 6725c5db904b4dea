//! The rules about the pictures of a listing.

use super::{PICTURES, Rule, SUBMISSIONS, Severity};

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
    meaning: "a picture has a width and a height that its type does not take; a warning for types that newer pages do not name",
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

/// Types.
pub(in crate::check) static I11: Rule = Rule {
    id: "I11",
    severity: Severity::Error,
    meaning: "an image type differs from one of the service in letter case, which the service refuses; a warning if it is \
              unknown",
    remedy: "write the type as the service does: Screenshot, Icon, StoreLogo9x16",
    source: Some(SUBMISSIONS),
};
