//! V01 to V04: trailers.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::Beside;
use super::finding::Finding;
use super::languages::of;
use super::pictures;
use super::rules::{Severity, V01, V02, V03, V04};
use super::subject::{Listing, Picture, Place, Text, units};
use super::video_file::VideoFacts;

/// The most trailers of a submission.
const MOST: usize = 15;
/// The longest title in UTF-16 code units.
const TITLE: usize = 255;
/// The pixels of a video and of its thumbnail.
const PIXELS: (u32, u32) = (1920, 1080);
/// 2 GB.
const LARGEST: u64 = 2 << 30;
/// The longest trailer that is advised, in milliseconds.
const LONGEST: u64 = 60_000;
/// The codecs of picture and sound that the Store names: H.264, ProRes; AAC, and what stands beside ProRes.
const CODECS: [&str; 14] =
    ["avc1", "avc3", "apch", "apcn", "apcs", "apco", "ap4h", "ap4x", "mp4a", "lpcm", "sowt", "twos", "in24", "tmcd"];
/// The picture that stands behind the trailer of a game.
const HERO: &str = "PromotionalArt16x9";

/// A trailer.
#[derive(Debug, Default)]
pub(super) struct Trailer {
    /// The name for messages.
    pub(super) name: String,
    /// Where it stands.
    pub(super) place: Place,
    /// What its file is, if the file is here.
    pub(super) video: Option<VideoFacts>,
    /// The path of its file in the folder, and where that is; `None` for one that the Store has, or one of a document.
    pub(super) path: Option<String>,
    pub(super) file: Option<Place>,
    /// What it has in each language.
    pub(super) assets: Vec<Assets>,
    /// Whether all that it needs has to be here.
    pub(super) is_complete: bool,
    /// Whether the submission to compare with has the same.
    pub(super) is_live: bool,
}

/// What a trailer has in a language.
#[derive(Debug, Default)]
pub(super) struct Assets {
    /// The language as it is written.
    pub(super) language: String,
    /// Where it stands.
    pub(super) place: Place,
    /// The title.
    pub(super) title: Option<Text>,
    /// The thumbnails.
    pub(super) thumbnails: Vec<Picture>,
}

/// The rules about all trailers of a submission. Which listings there are is known if `has_all` of them are here.
pub(super) fn check(
    trailers: &[Trailer],
    (listings, has_all): (&[Listing], bool),
    beside: &Beside<'_>,
    findings: &mut Vec<Finding>,
) {
    if let Some(more) = trailers.get(MOST) {
        let severity = if more.is_live { Severity::Warning } else { Severity::Error };
        let message = format!("there are {} trailers, and the Store takes at most {MOST}", trailers.len());
        let finding = more.place.finding(&V02, severity, message);
        findings.push(finding.compared(trailers.len().to_string(), format!("at most {MOST}")));
    }
    for trailer in trailers {
        if let Some(facts) = &trailer.video {
            video(trailer, facts, findings);
        }
        needs(trailer, findings);
    }
    if has_all {
        with_listings(trailers, listings, beside, findings);
    }
}

/// V01.
fn video(trailer: &Trailer, facts: &VideoFacts, findings: &mut Vec<Finding>) {
    let place = trailer.file.as_ref().unwrap_or(&trailer.place);
    let name = &trailer.name;
    let mut find = |severity, message: String| findings.push(place.finding(&V01, severity, message));
    if !facts.is_video {
        find(Severity::Error, format!("{name} is no MP4 or MOV"));
        return;
    }
    if let Some(fault) = &facts.fault {
        find(Severity::Error, format!("{name} is a broken video: {fault}"));
    }
    if facts.bytes > LARGEST {
        find(Severity::Error, format!("{name} has {} bytes, and the Store takes less than 2 GB", facts.bytes));
    }
    if facts.index_is_last {
        find(Severity::Warning, format!("the index (moov) of {name} stands behind its content"));
    }
    if facts.has_edit_list {
        find(Severity::Warning, format!("{name} has an edit list (edts)"));
    }
    if let Some((width, height)) = facts.pixels.filter(|pixels| *pixels != PIXELS) {
        find(Severity::Warning, format!("{name} has {width} x {height} pixels, and the Store takes 1920 x 1080"));
    }
    if let Some(codec) = facts.codecs.iter().find(|codec| !CODECS.contains(&codec.as_str())) {
        find(Severity::Warning, format!("{name} has the codec {codec}, and the Store takes H.264 and AAC, or ProRes"));
    }
    if let Some(milliseconds) = facts.milliseconds.filter(|milliseconds| *milliseconds > LONGEST) {
        let seconds = milliseconds.div_ceil(1000);
        find(Severity::Information, format!("{name} is {seconds} seconds long, and the Store advises 60 or less"));
    }
}

/// V02 for a trailer.
fn needs(trailer: &Trailer, findings: &mut Vec<Finding>) {
    let severity = if trailer.is_live { Severity::Warning } else { Severity::Error };
    let name = &trailer.name;
    for assets in &trailer.assets {
        let mut own = Vec::new();
        let mut find = |place: &Place, message: String| own.push(place.finding(&V02, severity, message));
        match assets.title.as_ref() {
            None if !trailer.is_complete => {}
            Some(title) if !title.is_blank() => {
                let found = units(&title.value);
                if found > TITLE {
                    let message = format!("the title of the trailer {name} has {found} characters");
                    own.push(title.finding(&V02, severity, message).compared(found.to_string(), "at most 255"));
                }
            }
            title => {
                let place = title.map_or(&assets.place, |title| &title.place);
                find(place, format!("the trailer {name} has no title in {}", assets.language));
            }
        }
        let mut find = |place: &Place, message: String| own.push(place.finding(&V02, severity, message));
        match assets.thumbnails.as_slice() {
            [] if !trailer.is_complete => {}
            [_] => {}
            [] => find(&assets.place, format!("the trailer {name} has no thumbnail in {}", assets.language)),
            many => {
                let message = format!("the trailer {name} has {} thumbnails in {}", many.len(), assets.language);
                find(&assets.place, message);
            }
        }
        for thumbnail in &assets.thumbnails {
            let Some(facts) = &thumbnail.facts else { continue };
            pictures::file(thumbnail, facts, &mut own);
            if let Some((width, height)) = facts.pixels.filter(|pixels| *pixels != PIXELS) {
                let message = format!("the thumbnail {} has {width} x {height} pixels", thumbnail.name);
                let finding = thumbnail.place.finding(&V02, severity, message);
                own.push(finding.compared(format!("{width} x {height}"), "1920 x 1080"));
            }
        }
        let language = |finding: Finding| Finding { language: Some(assets.language.clone()), ..finding };
        findings.extend(own.into_iter().map(language));
    }
    if trailer.assets.is_empty() && trailer.is_complete {
        let message = format!("the trailer {name} has no language");
        findings.push(trailer.place.finding(&V02, severity, message));
    }
}

/// V03 and V04.
fn with_listings(trailers: &[Trailer], listings: &[Listing], beside: &Beside<'_>, findings: &mut Vec<Finding>) {
    let own = listings.iter().filter(|listing| listing.platform.is_none());
    let known: BTreeMap<String, &Listing> = own.map(|it| (it.language.to_ascii_lowercase(), it)).collect();
    let mut bare: BTreeSet<String> = BTreeSet::new();
    let all = trailers.iter().filter(|it| !it.is_live).flat_map(|it| it.assets.iter().map(move |assets| (it, assets)));
    for (trailer, assets) in all {
        let code = assets.language.to_ascii_lowercase();
        match known.get(&code) {
            None => {
                let message = format!("the trailer {} is in {code}, and no listing is", trailer.name);
                let finding = assets.place.finding(&V04, V04.severity, message);
                findings.push(Finding { language: Some(assets.language.clone()), ..finding });
            }
            Some(listing) => {
                let is_hero = |name: &str| name.eq_ignore_ascii_case(HERO);
                let has_hero = listing.pictures.iter().any(|picture| is_hero(&picture.image_type));
                if !has_hero && !listing.borrows(is_hero) && bare.insert(code) {
                    let severity = if beside.is_game { Severity::Warning } else { Severity::Information };
                    let message = format!("there is a trailer, and the listing has no {HERO}");
                    findings.push(of(listing, listing.place.finding(&V03, severity, message)));
                }
            }
        }
    }
}
