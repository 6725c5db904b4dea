//! The names of files and folders, and what they stand for in a submission.

use crate::document::values;
use crate::input::nearest;

/// The name of the file with what is no listing.
pub(super) const PROPERTIES: &str = "submission.json";

/// The members of a listing that are one text, as the service writes them.
pub const TEXTS: &[&str] = &[
    "title",
    "description",
    "shortDescription",
    "releaseNotes",
    "licenseTerms",
    "copyrightAndTrademarkInfo",
    "devStudio",
    "shortTitle",
    "sortTitle",
    "voiceTitle",
    "privacyPolicy",
    "supportContact",
    "websiteUrl",
];

/// The members of a listing that are a list of texts.
pub const LISTS: &[&str] = &["features", "keywords", "minimumHardware", "recommendedHardware"];

/// The image types of the service.
pub const IMAGE_TYPES: &[&str] = &values::IMAGE_TYPE;

/// The platforms before Windows 10 that a listing may have texts for.
pub const PLATFORMS: &[&str] = &values::PLATFORM;

/// The endings of videos.
pub const VIDEOS: [&str; 2] = ["mp4", "mov"];

/// The folder whose files count for a language that lacks them. An underscore is in no language.
pub const DEFAULT: &str = "_default";

/// The folder that has a folder of listings for each add-on of the app.
pub const ADD_ONS: &str = "add-ons";

/// Names that Windows gives to devices, whatever their ending is.
const DEVICES: [&str; 22] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2",
    "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The longest name of a member that gets a file.
const MAX_MEMBER: usize = 64;

/// The file name of a member without its ending: `copyrightAndTrademarkInfo` is `copyright-and-trademark-info`. `None` for
/// a name that no file name leads back to.
///
/// # Examples
/// ```
/// use storeship::listing::layout::{file_stem, member};
/// assert_eq!(file_stem("releaseNotes").as_deref(), Some("release-notes"));
/// assert_eq!(file_stem("../releaseNotes"), None);
/// assert_eq!(member("release-notes").as_deref(), Some("releaseNotes"));
/// ```
pub fn file_stem(member: &str) -> Option<String> {
    if !member.bytes().all(|byte| byte.is_ascii_alphanumeric()) || member.len() > MAX_MEMBER {
        return None;
    }
    let mut stem = String::with_capacity(member.len() + 8);
    for (at, letter) in member.chars().enumerate() {
        if letter.is_ascii_uppercase() && at > 0 {
            stem.push('-');
        }
        stem.push(letter.to_ascii_lowercase());
    }
    let is_plain = stem.starts_with(|first: char| first.is_ascii_lowercase()) && !is_device(&stem);
    is_plain.then_some(stem)
}

/// The member that a file name without its ending stands for; `None` if it is not written in small letters with hyphens.
pub fn member(stem: &str) -> Option<String> {
    let mut member = String::with_capacity(stem.len());
    let mut after_hyphen = false;
    for letter in stem.chars() {
        match letter {
            'a'..='z' if after_hyphen => member.push(letter.to_ascii_uppercase()),
            'a'..='z' => member.push(letter),
            '0'..='9' if !after_hyphen => member.push(letter),
            '-' if !after_hyphen => {
                after_hyphen = true;
                continue;
            }
            _ => return None,
        }
        after_hyphen = false;
    }
    (file_stem(&member).as_deref() == Some(stem)).then_some(member)
}

/// Whether the member is a list in every submission.
pub fn is_list(member: &str) -> bool {
    LISTS.iter().any(|known| known.eq_ignore_ascii_case(member))
}

/// Whether the member is known without a submission.
pub fn is_known(member: &str) -> bool {
    TEXTS.iter().chain(LISTS).any(|known| known.eq_ignore_ascii_case(member))
}

/// A name of a list as the service spells it; `None` if it is not on the list.
pub fn canonical(known: &[&'static str], name: &str) -> Option<&'static str> {
    known.iter().find(|known| known.eq_ignore_ascii_case(name)).copied()
}

/// The known file name that a misspelled one probably means.
pub fn nearest_file(stem: &str) -> Option<String> {
    let known = TEXTS.iter().chain(LISTS).copied();
    nearest(stem, &known.collect::<Vec<_>>()).and_then(file_stem).map(|stem| format!("{stem}.txt"))
}

/// Whether a file is a video, by its ending.
pub fn is_video(file: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, ending)| VIDEOS.iter().any(|own| own.eq_ignore_ascii_case(ending)))
}

/// Whether a language can be the name of a folder.
pub fn is_language(key: &str) -> bool {
    (2..=35).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !is_device(&key.to_ascii_lowercase())
}

/// Whether an image type or a platform can be the name of a folder.
pub fn is_type(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !is_device(&name.to_ascii_lowercase())
}

/// Whether Windows takes the name for a device; the name is in small letters.
pub(super) fn is_device(name: &str) -> bool {
    DEVICES.contains(&name)
}

/// Whether a file belongs to tools and people, not to the listing.
pub(super) fn is_ignored(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with('.')
        || lower.starts_with("readme")
        || lower.ends_with(".md")
        || ["thumbs.db", "desktop.ini"].contains(&lower.as_str())
}

/// How the name of a file ends while it is moved.
const MOVING: &str = ".moving";

/// The name of a file while it is moved: no other file has it.
pub(super) fn moving(name: &str) -> String {
    format!(".{name}{MOVING}")
}

/// The name that a file had before it was moved, from the name that it has meanwhile.
pub(super) fn moved_from(name: &str) -> Option<&str> {
    name.strip_prefix('.')?.strip_suffix(MOVING).filter(|name| !name.is_empty())
}

/// The digits at the start of a name, by which pictures are sorted, and the rest.
pub(super) fn numbered(stem: &str) -> (Option<u64>, &str) {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = stem.split_at(digits);
    match number.parse() {
        Ok(number) => (Some(number), rest.trim_start_matches(['-', '_', ' ', '.'])),
        Err(_) => (None, stem),
    }
}

/// The part of a name in the ZIP that is for people: small letters, digits and hyphens.
pub(super) fn label(text: &str) -> String {
    let mut label = String::new();
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        match letter {
            'a'..='z' | '0'..='9' => label.push(letter),
            _ if label.ends_with('-') || label.is_empty() => {}
            _ => label.push('-'),
        }
        if label.len() == 40 {
            break;
        }
    }
    let label = label.trim_end_matches('-');
    match label {
        "" => "image".to_owned(),
        label if is_device(label) => format!("{label}-image"),
        label => label.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_both_ways() {
        for member_name in TEXTS.iter().chain(LISTS) {
            assert_eq!(member(&file_stem(member_name).unwrap()).as_deref(), Some(*member_name));
        }
        assert_eq!(file_stem("videoURL").as_deref(), Some("video-u-r-l"));
        assert_eq!(member("video-u-r-l").as_deref(), Some("videoURL"));
        for other in ["Description", "short_description", "a--b", "-a", "a-", "a-1", "", "con", "1a"] {
            assert_eq!(member(other), None, "{other}");
        }
        for hostile in ["", "..", "a/b", "a\\b", "é", "con", "a b", &"a".repeat(65)] {
            assert_eq!(file_stem(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn labels_are_short_and_plain() {
        assert_eq!(label("Home Screen (2)"), "home-screen-2");
        assert_eq!(label("…"), "image");
        assert_eq!(label("NUL"), "nul-image");
        assert_eq!(label(&"x".repeat(90)).len(), 40);
        assert_eq!(numbered("01-home"), (Some(1), "home"));
        assert_eq!(numbered("home"), (None, "home"));
    }
}
