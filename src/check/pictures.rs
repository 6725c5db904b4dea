//! I01 to I12: the pictures of listings.

use std::collections::BTreeMap;

use super::beside::Beside;
use super::finding::Finding;
use super::languages::of;
use super::metadata;
use super::picture_file::{Format, PictureFacts};
use super::rules::{I01, I02, I03, I04, I05, I06, I07, I08, I09, I10, I11, I12, Severity};
use super::subject::{Listing, Picture, units};

/// The sizes that a type takes.
enum Sizes {
    /// One of these, width and height.
    Each(&'static [(u32, u32)]),
    /// At least these pixels, in either orientation, and at most 3840 x 2160.
    From(u32, u32),
    /// One of these in either orientation, by a page of 2017: newer ones don't name the type.
    Once(&'static [(u32, u32)]),
}

/// A type of pictures.
struct Kind {
    name: &'static str,
    sizes: Sizes,
    most: usize,
}

const fn one(name: &'static str, sizes: &'static [(u32, u32)]) -> Kind {
    Kind { name, sizes: Sizes::Each(sizes), most: 1 }
}

const PHONE: &[(u32, u32)] = &[(1080, 1920), (768, 1280), (720, 1280), (480, 800)];
const KINDS: &[Kind] = &[
    Kind { name: "Screenshot", sizes: Sizes::From(1366, 768), most: 10 },
    Kind { name: "XboxScreenshot", sizes: Sizes::From(1920, 1080), most: 8 },
    Kind { name: "HoloLensScreenshot", sizes: Sizes::From(1268, 720), most: 8 },
    Kind { name: "MobileScreenshot", sizes: Sizes::Once(PHONE), most: 8 },
    Kind { name: "SurfaceHubScreenshot", sizes: Sizes::From(1366, 768), most: 8 },
    one("StoreLogo9x16", &[(720, 1080), (1440, 2160)]),
    one("StoreLogoSquare", &[(1080, 1080), (2160, 2160)]),
    one("Icon", &[(300, 300)]),
    one("PromotionalArt16x9", &[(1920, 1080), (3840, 2160)]),
    one("XboxBrandedKeyArt", &[(584, 800)]),
    one("XboxTitledHeroArt", &[(1920, 1080)]),
    one("XboxFeaturedPromotionalArt", &[(1080, 1080)]),
    one("PromotionalArtwork2400X1200", &[(2400, 1200)]),
    one("SquareIcon358X358", &[(358, 358)]),
    one("BackgroundImage1000X800", &[(1000, 800)]),
    one("PromotionalArtwork414X180", &[(414, 180)]),
    one("PromotionalArtwork846X468", &[(846, 468)]),
    one("PromotionalArtwork558X756", &[(558, 756)]),
    one("PromotionalArtwork414X468", &[(414, 468)]),
    one("PromotionalArtwork558X558", &[(558, 558)]),
    one("WideIcon358X173", &[(358, 173)]),
];
/// The type of pictures that the service knows no type of.
const UNKNOWN: &str = "Unknown";
/// The largest screenshot, in either orientation.
const LARGEST: (u32, u32) = (3840, 2160);
/// 50 MB in decimal and in binary megabytes.
const MEGABYTES: (u64, u64) = (50_000_000, 52_428_800);
const ADVISED_SCREENSHOTS: usize = 4;
/// A screenshot of a screen of 1366 x 768 pixels that lost a line: live listings have some.
const ONE_SHORT: (u32, u32) = (1365, 768);
/// Pictures behind which the Store puts nothing.
const OPAQUE: [&str; 4] = ["PromotionalArt16x9", "StoreLogo9x16", "XboxTitledHeroArt", "PromotionalArtwork2400X1200"];
/// What a product for Xbox needs, and whether it is an error to lack it.
const XBOX: [(&str, Severity); 3] =
    [("StoreLogo9x16", Severity::Error), ("StoreLogoSquare", Severity::Error), ("XboxScreenshot", Severity::Warning)];
const CAPTION: usize = 200;

pub(super) fn check(listing: &Listing, findings: &mut Vec<Finding>) {
    let mut counts: BTreeMap<&str, Vec<&Picture>> = BTreeMap::new();
    for picture in &listing.pictures {
        counts.entry(picture.image_type.as_str()).or_default().push(picture);
        let kind = known(picture, findings);
        let mut personal = metadata::is_personal(&picture.name).then_some("a path of somebody's folder in its name");
        if let Some(facts) = &picture.facts {
            file(picture, facts, findings);
            looks(picture, facts, findings);
            personal = personal.or(facts.personal);
            if let (Some(kind), Some(pixels)) = (kind, facts.pixels) {
                findings.extend(size(picture, kind, pixels));
            }
        }
        if let Some(what) = personal {
            let finding = picture.place.finding(&I12, I12.severity, format!("{} tells {what}", picture.name));
            findings.push(finding);
        }
        let length = units(&picture.caption.value);
        if length > CAPTION {
            let message = format!("the caption of {} has {length} characters", picture.name);
            let finding = picture.caption.finding(&I08, Severity::Error, message);
            findings.push(finding.compared(length.to_string(), format!("at most {CAPTION}")));
        }
    }
    for (name, pictures) in &counts {
        count(listing, name, pictures, findings);
        twice(pictures, findings);
    }
}

/// I11: the type of a picture.
fn known(picture: &Picture, findings: &mut Vec<Finding>) -> Option<&'static Kind> {
    let name = picture.image_type.as_str();
    let kind = KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(name));
    match kind {
        Some(kind) if kind.name != name => {
            let message = format!("the image type {name} is written {}", kind.name);
            let finding = picture.place.finding(&I11, Severity::Error, message).compared(name, kind.name);
            findings.push(finding.remedy(&format!("write {}", kind.name)));
        }
        None if name != UNKNOWN => {
            let message = format!("the image type `{name}` is not on the service's list");
            findings.push(picture.place.finding(&I11, Severity::Warning, message));
        }
        _ => {}
    }
    kind
}

/// I01 to I03: the file of a picture.
pub(super) fn file(picture: &Picture, facts: &PictureFacts, findings: &mut Vec<Finding>) {
    let name = &picture.name;
    let mut find = |rule, severity, message: String| findings.push(picture.place.finding(rule, severity, message));
    let format = match facts.format {
        Format::Png => None,
        Format::Jpeg => Some("a JPEG"),
        Format::WebP => Some("a WebP"),
        Format::Gif => Some("a GIF"),
        Format::Bmp => Some("a BMP"),
        Format::LfsPointer => Some("a pointer of Git LFS (run `git lfs pull`)"),
        Format::Other if facts.bytes == 0 => Some("empty"),
        Format::Other => Some("no picture"),
    };
    if let Some(what) = format {
        find(&I01, Severity::Error, format!("{name} is {what}, and the Store takes PNG"));
        return;
    }
    if let Some(fault) = &facts.fault {
        find(&I01, Severity::Error, format!("{name} is a broken PNG: {fault}"));
    }
    if facts.trailing {
        // Live listings have such files, and every reader of PNG ignores the rest.
        find(&I01, Severity::Warning, format!("{name} goes on after its end"));
    }
    if facts.animated {
        find(&I02, Severity::Warning, format!("{name} is animated"));
    }
    if facts.interlaced || facts.bit_depth == 16 {
        let what = if facts.interlaced { "is interlaced" } else { "has 16 bits a channel" };
        find(&I02, Severity::Information, format!("{name} {what}"));
    }
    if facts.bytes >= MEGABYTES.0 {
        let severity = if facts.bytes > MEGABYTES.1 { Severity::Error } else { Severity::Warning };
        let message = format!("{name} has {} bytes, and the Store takes at most 50 MB", facts.bytes);
        let finding = picture.place.finding(&I03, severity, message);
        findings.push(finding.compared(facts.bytes.to_string(), format!("at most {}", MEGABYTES.0)));
    }
}

/// I06 and I10: what is to be seen in a picture.
fn looks(picture: &Picture, facts: &PictureFacts, findings: &mut Vec<Finding>) {
    let Some(look) = &facts.look else { return };
    let (name, image_type) = (&picture.name, picture.image_type.as_str());
    if look.is_transparent && (image_type.ends_with("Screenshot") || OPAQUE.contains(&image_type)) {
        findings.push(picture.place.finding(&I06, I06.severity, format!("{name} has transparent pixels")));
    }
    if look.is_empty {
        findings.push(picture.place.finding(&I10, I10.severity, format!("{name} has at most two colours")));
    }
}

/// I09: what the listing of a product for Xbox lacks.
pub(super) fn xbox(listing: &Listing, beside: &Beside<'_>, findings: &mut Vec<Finding>) {
    if !listing.is_complete || !listing.has_all_pictures || listing.platform.is_some() || !beside.is_for_xbox() {
        return;
    }
    for (name, severity) in XBOX {
        let is_one = |own: &str| own.eq_ignore_ascii_case(name);
        if listing.pictures.iter().any(|picture| is_one(&picture.image_type)) || listing.borrows(is_one) {
            continue;
        }
        let before = listing.before.as_ref();
        let was_missing = before.is_some_and(|before| !before.image_types.iter().any(|own| is_one(own)));
        let severity = if was_missing { Severity::Warning } else { beside.unless_known(severity) };
        let message = format!("there is a package for Xbox, and the listing has no {name}");
        findings.push(listing.place.finding(&I09, severity, message));
    }
}

/// I04: the pixels of a picture.
fn size(picture: &Picture, kind: &Kind, (width, height): (u32, u32)) -> Option<Finding> {
    let list = |sizes: &[(u32, u32)]| {
        sizes.iter().map(|(width, height)| format!("{width} x {height}")).collect::<Vec<_>>().join(" or ")
    };
    let (long, short) = (width.max(height), width.min(height));
    let turned = |(a, b): &(u32, u32)| *a.max(b) == long && *a.min(b) == short;
    let is_legacy = matches!(kind.sizes, Sizes::Once(_)) || kind.name == "SurfaceHubScreenshot";
    let (fits, allowed) = match kind.sizes {
        Sizes::Each(sizes) => (sizes.contains(&(width, height)), list(sizes)),
        Sizes::Once(sizes) => (sizes.iter().any(turned), format!("{}, or turned", list(sizes))),
        Sizes::From(wide, high) => {
            // Either side may be the long one.
            let fits = long >= wide && short >= high && long <= LARGEST.0 && short <= LARGEST.1;
            (fits, format!("{wide} x {high} to {} x {}, or turned", LARGEST.0, LARGEST.1))
        }
    };
    let is_live_size = kind.name == "Screenshot" && turned(&ONE_SHORT);
    let severity = if is_legacy || is_live_size { Severity::Warning } else { Severity::Error };
    let found = format!("{width} x {height}");
    (!fits).then(|| {
        let message = format!("{} has {found} pixels, and {} takes {allowed}", picture.name, kind.name);
        picture.place.finding(&I04, severity, message).compared(found, allowed)
    })
}

/// I05: how many pictures of a type a listing has.
fn count(listing: &Listing, name: &str, pictures: &[&Picture], findings: &mut Vec<Finding>) {
    let before = listing.before.iter().flat_map(|before| &before.image_types).filter(|own| *own == name).count();
    let found = pictures.len();
    let Some(kind) = KINDS.iter().find(|kind| kind.name.eq_ignore_ascii_case(name)) else { return };
    if found > kind.most {
        let severity = if found <= before { Severity::Warning } else { Severity::Error };
        let message =
            format!("there are {found} pictures of the type {name}, and the Store takes at most {}", kind.most);
        let finding = listing.place.finding(&I05, severity, message);
        findings.push(finding.compared(found.to_string(), format!("at most {}", kind.most)));
    }
    if name == "Screenshot" && found < ADVISED_SCREENSHOTS && found != before && listing.platform.is_none() {
        let message = format!("there are {found} screenshots, and the Store advises {ADVISED_SCREENSHOTS} or more");
        let finding = listing.place.finding(&I05, Severity::Warning, message);
        findings.push(finding.compared(found.to_string(), format!("{ADVISED_SCREENSHOTS} or more")));
    }
}

/// I07 within a type.
fn twice(pictures: &[&Picture], findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    for picture in pictures {
        let Some(sha256) = &picture.sha256 else { continue };
        if let Some(other) = known.insert(sha256, &picture.name) {
            let message = format!("{} is the same picture as {other}", picture.name);
            findings.push(picture.place.finding(&I07, Severity::Error, message));
        }
    }
}

/// I07 and I08 over languages.
pub(super) fn across(listings: &[Listing], findings: &mut Vec<Finding>) {
    let mut known: BTreeMap<&str, (&str, &Picture)> = BTreeMap::new();
    let main = |language: &str| language.split('-').next().unwrap_or_default().to_ascii_lowercase();
    for listing in listings {
        for picture in listing.pictures.iter().filter(|picture| picture.image_type.ends_with("Screenshot")) {
            let Some(sha256) = &picture.sha256 else { continue };
            let (language, other) = known.entry(sha256).or_insert((&listing.language, picture));
            if main(language) != main(&listing.language) {
                let message = format!("{} is the screenshot {} of {language}", picture.name, other.name);
                findings.push(of(listing, picture.place.finding(&I07, Severity::Information, message)));
            }
        }
    }
    let captioned = |listing: &&Listing| listing.pictures.iter().any(|picture| !picture.caption.is_blank());
    let pictured = || listings.iter().filter(|listing| listing.platform.is_none() && !listing.pictures.is_empty());
    if let Some(example) = pictured().find(captioned) {
        for listing in pictured().filter(|listing| !captioned(listing)) {
            let message = format!("no picture has a caption, and in {} some have", example.language);
            findings.push(of(listing, listing.place.finding(&I08, Severity::Information, message)));
        }
    }
}
