//! A folder of listings as a value.
//!
//! [`read`](super::read::folder) makes it. Paths are from the folder, with `/` between folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::layout;

/// A folder of listings.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Where it is.
    pub root: PathBuf,
    /// `storeship.json`.
    pub settings: Settings,
    /// The languages, in the order of their names.
    pub languages: Vec<Language>,
    /// `_default`: what counts for a language that lacks it.
    pub fallback: Option<Language>,
    /// The trailers, in the order of their numbers and names.
    pub trailers: Vec<Trailer>,
    /// `submission.json`.
    pub properties: Option<TextFile>,
    /// `notes-for-certification.txt`.
    pub notes: Option<TextFile>,
    /// What is wrong. The rest of the value is what could be read.
    pub faults: Vec<Fault>,
}

impl Folder {
    /// Adds a text that counts for each language with a folder which lacks it, behind what `_default` has. It stands in the
    /// file from a line on.
    pub fn fall_back(&mut self, member: &str, (file, line): (String, usize), text: String) {
        let fallback = self.fallback.get_or_insert_with(|| Language {
            key: layout::DEFAULT.to_owned(),
            folder: format!("listings/{}", layout::DEFAULT),
            ..Language::default()
        });
        if fallback.content.texts.iter().all(|known| known.member != member) {
            fallback.content.texts.push(TextFile { member: member.to_owned(), file, line, is_json: false, text });
        }
    }

    /// A hash of all that is in the folder, in hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |parts: &[&str]| {
            for part in parts {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        };
        for (from, to) in &self.settings.fallback {
            add(&["fallback", from, to]);
        }
        // A folder without files counts too: a language with one gets what `_default` has.
        for language in self.languages.iter().chain(&self.fallback) {
            add(&["language", &language.folder]);
            for platform in &language.platforms {
                add(&["platform", &platform.name]);
            }
        }
        for text in self.texts() {
            add(&[&text.file, &text.text]);
        }
        for picture in self.pictures() {
            let media = picture.media.as_ref().map(|media| media.sha256.as_str());
            add(&[picture.file(), media.unwrap_or_default()]);
            if let Some(placeholder) = &picture.placeholder {
                let Remote { id, file_name, sha256 } = &placeholder.remote;
                for part in [id, file_name, sha256] {
                    add(&[&placeholder.file, part.as_deref().unwrap_or_default()]);
                }
            }
        }
        for of_type in self.contents().flat_map(|content| &content.images).filter(|of_type| of_type.none) {
            add(&[&of_type.folder, "none"]);
        }
        format!("{:x}", hash.finalize())
    }

    fn contents(&self) -> impl Iterator<Item = &Content> {
        let languages = self.languages.iter().chain(&self.fallback);
        languages.flat_map(|language| {
            std::iter::once(&language.content).chain(language.platforms.iter().map(|platform| &platform.content))
        })
    }

    /// All texts, with captions and titles.
    fn texts(&self) -> impl Iterator<Item = &TextFile> {
        let titles =
            self.trailers.iter().flat_map(|trailer| &trailer.assets).filter_map(|assets| assets.title.as_ref());
        let captions = self.pictures().filter_map(|picture| picture.caption.as_ref());
        let others = self.properties.iter().chain(&self.notes);
        self.contents().flat_map(|content| &content.texts).chain(others).chain(titles).chain(captions)
    }

    /// The pictures, videos and placeholders of the folder.
    fn pictures(&self) -> impl Iterator<Item = &Picture> {
        let icons = self.languages.iter().chain(&self.fallback).filter_map(|language| language.icon.as_ref());
        let images = self.contents().flat_map(|content| &content.images).flat_map(|of_type| &of_type.pictures);
        let trailers = self.trailers.iter().flat_map(|trailer| {
            let thumbnails = trailer.assets.iter().filter_map(|assets| assets.thumbnail.as_ref());
            std::iter::once(&trailer.video).chain(thumbnails)
        });
        images.chain(icons).chain(trailers)
    }

    /// Gives images with the same content one name, that of the first one.
    pub(super) fn share_names(&mut self) {
        let mut labels: BTreeMap<String, String> = BTreeMap::new();
        let mut first: BTreeMap<String, usize> = BTreeMap::new();
        let languages = self.languages.iter_mut().chain(&mut self.fallback);
        let contents = languages.flat_map(|language| {
            let platforms = language.platforms.iter_mut().map(|platform| &mut platform.content);
            std::iter::once(&mut language.content).chain(platforms)
        });
        let mut types: Vec<&mut ImageType> = contents.flat_map(|content| &mut content.images).collect();
        for (at, of_type) in types.iter_mut().enumerate() {
            of_type.position = at;
            for picture in &mut of_type.pictures {
                let label = picture.label();
                let Some(media) = &mut picture.media else { continue };
                first.entry(label.clone()).or_insert(at);
                let first = labels.entry(media.sha256.clone()).or_insert_with(|| label.clone());
                media.shared = Some(first.clone()).filter(|first| *first != label);
            }
        }
        let first = Arc::new(first);
        for of_type in types {
            of_type.labels = first.clone();
        }
    }

    /// The pictures and videos of the folder that can be uploaded.
    pub fn media(&self) -> impl Iterator<Item = &Media> {
        self.pictures().filter_map(|picture| picture.media.as_ref())
    }

    /// Where a file of the folder is.
    pub fn path(&self, file: &str) -> PathBuf {
        path_in(&self.root, file)
    }
}

pub(super) fn path_in(root: &Path, file: &str) -> PathBuf {
    file.split('/').filter(|part| !part.is_empty()).fold(root.to_owned(), |path, part| path.join(part))
}

/// `storeship.json`: whose listings the folder has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Settings {
    /// The form of the folder: 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<u32>,
    /// The app. Another one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// The add-on. Another one is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add_on_id: Option<String>,
    /// The product id of the add-on. In a tree of add-ons it is the name of the folder by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_id: Option<String>,
    /// The product type of the add-on, `Durable` or `Consumable`, with which it is created if the app does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product_type: Option<String>,
    /// Languages whose missing files are taken from another language, before `_default`: `{"de-at":"de-de"}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fallback: BTreeMap<String, String>,
    /// The path of a changelog, from the folder: `../CHANGELOG.md`. Its section of the version that is released has the release
    /// notes of each language that has no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changelog: Option<String>,
    /// Rules of the check that are off for the folder, and why: `[{"id":"T12","reason":"the joiner is part of the name"}]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<AllowedRule>,
}

impl Settings {
    /// Whether the folder is of an add-on.
    pub fn is_of_add_on(&self) -> bool {
        let in_tree = self.product_id.is_some() || self.product_type.is_some();
        self.add_on_id.is_some() || (in_tree && self.app_id.is_none())
    }
}

/// A rule that is off for a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedRule {
    /// The id of the rule: `T12`.
    pub id: String,
    /// Why it is off.
    pub reason: String,
}

/// A folder below `listings`.
#[derive(Clone, Debug, Default)]
pub struct Language {
    /// The name of the folder.
    pub key: String,
    /// The path of the folder.
    pub folder: String,
    /// The texts and images for all platforms.
    pub content: Content,
    /// `platforms/<name>`.
    pub platforms: Vec<Platform>,
    /// `icon.png` of an add-on.
    pub icon: Option<Picture>,
}

/// The texts and images of a platform.
#[derive(Clone, Debug, Default)]
pub struct Platform {
    /// The name of the folder.
    pub name: String,
    /// What is in it.
    pub content: Content,
}

/// Texts and images.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The texts and lists, in the order of their names.
    pub texts: Vec<TextFile>,
    /// `images/<type>`.
    pub images: Vec<ImageType>,
}

/// A file with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The member of the submission: `releaseNotes`. For a caption and the like it says what the text is.
    pub member: String,
    /// The path.
    pub file: String,
    /// The line of the file from which on the text is in it: 1 for a file that has nothing else.
    pub line: usize,
    /// Whether the file has JSON.
    pub is_json: bool,
    /// The text: line ends are LF, and those at the end are dropped.
    pub text: String,
}

impl TextFile {
    /// The items of a list: a line each, without blank lines and outer blanks.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.text.split('\n').map(str::trim).filter(|line| !line.is_empty())
    }
}

/// The images of one type.
#[derive(Clone, Debug, Default)]
pub struct ImageType {
    /// The name of the folder.
    pub name: String,
    /// The path of the folder.
    pub folder: String,
    /// Whether the folder has the file `none`: there shall be no image of the type.
    pub none: bool,
    /// The pictures in their order.
    pub pictures: Vec<Picture>,
    /// Its place among the types of all languages.
    pub(super) position: usize,
    /// The labels of the pictures of the folder, each with the place of the first type that has it.
    pub(super) labels: Arc<BTreeMap<String, usize>>,
}

impl ImageType {
    /// Whether a picture of another language or type can have given its name to an image of this one: the first of several
    /// pictures with the same content does.
    pub(super) fn can_share(&self, label: &str) -> bool {
        self.labels.get(label).is_some_and(|first| *first < self.position)
    }
}

/// A picture, or what stands for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The name of its files without ending.
    pub stem: String,
    /// The picture itself.
    pub media: Option<Media>,
    /// The placeholder of an image that the Store has.
    pub placeholder: Option<Placeholder>,
    /// The caption.
    pub caption: Option<TextFile>,
}

impl Picture {
    /// The part of the name that is for people.
    pub fn label(&self) -> String {
        layout::label(layout::numbered(&self.stem).1)
    }

    /// The path of the picture or of its placeholder.
    pub fn file(&self) -> &str {
        let placeholder = || self.placeholder.as_ref().map(|placeholder| placeholder.file.as_str());
        self.media.as_ref().map(|media| media.file.as_str()).or_else(placeholder).unwrap_or_default()
    }
}

/// A picture or video on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// The path.
    pub file: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
    /// The label of the first picture of the folder with this content, if it is another one: one entry of the ZIP serves both.
    pub shared: Option<String>,
}

/// How many digits of the hash stand in a name.
pub const TAG: usize = 16;

impl Media {
    /// The digits of the hash that stand in the name in the ZIP.
    pub fn tag(&self) -> &str {
        self.sha256.get(..TAG).unwrap_or(&self.sha256)
    }

    /// The ending of the file in small letters.
    pub(super) fn ending(&self) -> String {
        self.file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
    }

    /// The name in the ZIP.
    pub fn zip_name(&self, label: &str) -> String {
        let label = self.shared.as_deref().unwrap_or(label);
        format!("{label}.{}.{}", self.tag(), self.ending())
    }
}

/// The digits of a hash in a file name that this library gave: `home.3f9a0c51d27be884.png`.
pub fn tag_of(file_name: &str) -> Option<String> {
    let leaf = file_name.rsplit(['/', '\\']).next()?;
    let (stem, _) = leaf.rsplit_once('.')?;
    let at = stem.len().checked_sub(TAG)?;
    let (before, digits) = stem.split_at_checked(at)?;
    let is_tag = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_apart = before.is_empty() || before.ends_with(['.', '_', '-']);
    (is_tag && is_apart).then(|| digits.to_ascii_lowercase())
}

/// The part of a file name of a submission that is for people, without the digits of a hash.
pub(super) fn label_of(file_name: &str) -> String {
    let leaf = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = leaf.rsplit_once('.').map_or(leaf, |(stem, _)| stem);
    let end = if tag_of(leaf).is_some() { stem.len().saturating_sub(TAG) } else { stem.len() };
    layout::label(layout::numbered(stem.get(..end).unwrap_or(stem)).1)
}

/// A file that stands for an image or video which the Store has: `02-editor.remote`. As `02-editor.remove` it says that the
/// image goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placeholder {
    /// The path.
    pub file: String,
    /// What it says.
    pub remote: Remote,
    /// Whether the image goes.
    pub removes: bool,
}

/// The content of a placeholder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Remote {
    /// The id of the image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The file name that the submission has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The SHA-256 of the file that was uploaded, if it is known: a picture with it beside the placeholder is the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// A folder below `trailers`.
#[derive(Clone, Debug, Default)]
pub struct Trailer {
    /// The name of the folder.
    pub name: String,
    /// The path of the folder.
    pub folder: String,
    /// The video, or what stands for it.
    pub video: Picture,
    /// The texts and thumbnails by language.
    pub assets: Vec<TrailerAssets>,
}

/// What a trailer has in one language.
#[derive(Clone, Debug, Default)]
pub struct TrailerAssets {
    /// The name of the folder.
    pub language: String,
    /// `title.txt`.
    pub title: Option<TextFile>,
    /// `thumbnail.png`, with its text.
    pub thumbnail: Option<Picture>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_found_in_the_last_part_of_a_name_only() {
        for name in [
            "home.3f9a0c51d27be884.png",
            "Assets\\en-us\\home.3F9A0C51D27BE884.PNG",
            "a/b_3f9a0c51d27be884.png",
            "3f9a0c51d27be884.png",
        ] {
            assert_eq!(tag_of(name).as_deref(), Some("3f9a0c51d27be884"), "{name}");
        }
        for name in
            ["home.png", "home3f9a0c51d27be884.png", "3f9a0c51d27be884/home.png", "3f9a0c51d27be88.png", "é.png"]
        {
            assert_eq!(tag_of(name), None, "{name}");
        }
    }
}
