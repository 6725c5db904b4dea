//! The listings of a folder, and N01 to N09: what is wrong with the folder itself.

use super::finding::Finding;
use super::lengths::is_screenshot;
use super::rules::{N01, N02, N06, N07, N08, N09, Rule, Severity, T11, T26};
use super::subject::{Before, List, Listing, Picture, Place, Text, folded};
use super::trailers::{Assets, Trailer};
use crate::document::{Pointer, View, Viewed};
use crate::error::Error;
use crate::listing::folder::{self, Content, ImageType, Language, TextFile};
use crate::listing::{Fault, FaultKind, Folder, layout};

/// What a release is refused for because release notes can't be taken from a file.
#[must_use]
pub fn without_notes(file: &str, error: &Error) -> Finding {
    Finding::new(&T26, Severity::Error, error.to_string()).in_file(&direct(file)).remedy(error.remedy())
}

/// A path without `folder/..`, with `/` between folders: a folder may name a changelog beside it.
fn direct(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let path = path.replace('\\', "/");
    for part in path.split('/') {
        match parts.last() {
            Some(last) if part == ".." && !matches!(*last, "" | "." | "..") => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// A folder, and what its texts are compared with.
pub(super) struct FolderSource<'a> {
    pub(super) folder: &'a Folder,
    /// The submission that the folder changes.
    pub(super) base: Option<View<'a, 'a>>,
}

impl FolderSource<'_> {
    /// The listings that the folder has, in the order of their languages, and the one that others fall back to.
    pub(super) fn listings(&self) -> Vec<Listing> {
        let mut listings = Vec::new();
        let fallback = self.folder.fallback.as_ref();
        for language in self.folder.languages.iter().chain(fallback) {
            let pointer = format!("/listings/{}", Pointer::escaped(&language.key));
            let before = self.base.and_then(|base| base.member("listings")?.member(&language.key));
            let base_listing = before.and_then(|before| before.member("baseListing").or(Some(before)));
            let mut listing = self.content(&format!("{pointer}/baseListing"), &language.content, base_listing);
            listing.language.clone_from(&language.key);
            listing.place = self.place(&language.folder, None);
            listing.is_complete = language.key != layout::DEFAULT && self.is_complete(&listing);
            listing.has_all_texts = self.base.is_some();
            let mut types = language.content.images.iter();
            listing.has_all_pictures = self.base.is_some() || types.any(|of_type| is_screenshot(&of_type.name));
            if let Some(icon) = &language.icon {
                listing.pictures.push(self.picture("Icon", icon, &format!("{pointer}/icon")));
            }
            self.borrow(language, &mut listing);
            listings.push(listing);
            for platform in &language.platforms {
                let pointer = format!("{pointer}/platformOverrides/{}", Pointer::escaped(&platform.name));
                let before = before.and_then(|before| before.member("platformOverrides")?.member(&platform.name));
                let mut listing = self.content(&pointer, &platform.content, before);
                listing.language.clone_from(&language.key);
                listing.platform = Some(platform.name.clone());
                listing.place = self.place(&language.folder, None);
                listings.push(listing);
            }
        }
        listings
    }

    /// The trailers. One that only stands for a trailer of the Store needs nothing.
    pub(super) fn trailers(&self) -> Vec<Trailer> {
        let of = |trailer: &folder::Trailer| {
            let file = trailer.video.media.as_ref().map(|media| media.file.clone());
            let pictured = |assets: &folder::TrailerAssets| {
                let place = format!("{}/{}", trailer.folder, assets.language);
                let thumbnail = |picture| self.picture("Thumbnail", picture, "/trailers");
                Assets {
                    language: assets.language.clone(),
                    place: self.place(&place, None),
                    title: assets.title.as_ref().map(|title| self.text(title, "/trailers", None)),
                    thumbnails: assets.thumbnail.iter().map(thumbnail).collect(),
                }
            };
            Trailer {
                name: trailer.name.clone(),
                place: self.place(&trailer.folder, None),
                is_complete: file.is_some(),
                file: file.as_ref().map(|file| self.place(file, None)),
                path: file,
                assets: trailer.assets.iter().map(pictured).collect(),
                ..Trailer::default()
            }
        };
        self.folder.trailers.iter().map(of).collect()
    }

    /// `notes-for-certification.txt`.
    pub(super) fn notes(&self) -> Option<Text> {
        let file = self.folder.notes.as_ref()?;
        Some(self.text(file, "/notesForCertification", self.base.and_then(|base| base.member("notesForCertification"))))
    }

    /// Whether something that the listing lacks is missing: with a submission to compare with always, without one if the
    /// folder has more of it than single texts.
    fn is_complete(&self, listing: &Listing) -> bool {
        self.base.is_some() || listing.text("description").is_some() || !listing.pictures.is_empty()
    }

    /// Names what a language takes from another one, or has in the submission already.
    fn borrow(&self, language: &Language, listing: &mut Listing) {
        if language.key == layout::DEFAULT {
            return;
        }
        // The first source is the language itself.
        for other in self.folder.sources(language).into_iter().skip(1) {
            listing.borrowed.extend(other.content.texts.iter().map(|text| text.member.clone()));
            let pictured = other.content.images.iter().filter(|images| !images.pictures.is_empty());
            listing.borrowed.extend(pictured.map(|images| images.name.clone()));
        }
        if let Some(before) = &listing.before {
            let none: Vec<&str> = language
                .content
                .images
                .iter()
                .filter(|images| images.none)
                .map(|images| images.name.as_str())
                .collect();
            let kept = before.image_types.iter().filter(|name| !none.contains(&name.as_str()));
            listing.borrowed.extend(kept.cloned());
            if before.has_description && listing.text("description").is_none() {
                listing.borrowed.push("description".to_owned());
            }
        }
    }

    fn content(&self, pointer: &str, content: &Content, before: Option<View<'_, '_>>) -> Listing {
        let mut listing = Listing { before: before.map(Before::of), ..Listing::default() };
        for file in &content.texts {
            let pointer = format!("{pointer}/{}", Pointer::escaped(&file.member));
            let before = before.and_then(|before| before.member(&file.member));
            match self.list(file, &pointer, before) {
                Some(list) => listing.lists.push((file.member.clone(), list)),
                None => listing.texts.push((file.member.clone(), self.text(file, &pointer, before))),
            }
        }
        for images in &content.images {
            listing.pictures.extend(self.pictures(images, pointer));
        }
        listing
    }

    fn pictures(&self, images: &ImageType, pointer: &str) -> Vec<Picture> {
        let stays = |picture: &&folder::Picture| !picture.placeholder.as_ref().is_some_and(|it| it.removes);
        // Another letter case of the folder is not sent.
        let image_type = layout::canonical(layout::IMAGE_TYPES, &images.name).unwrap_or(&images.name);
        let picture = |picture| self.picture(image_type, picture, &format!("{pointer}/images"));
        images.pictures.iter().filter(stays).map(picture).collect()
    }

    fn picture(&self, image_type: &str, picture: &folder::Picture, pointer: &str) -> Picture {
        Picture {
            image_type: image_type.to_owned(),
            name: picture.file().rsplit('/').next().unwrap_or_default().to_owned(),
            caption: picture.caption.as_ref().map(|caption| self.text(caption, pointer, None)).unwrap_or_default(),
            place: self.place(picture.file(), Some(pointer)),
            sha256: picture.media.as_ref().map(|media| media.sha256.clone()),
            path: picture.media.as_ref().map(|media| media.file.clone()),
            facts: None,
        }
    }

    /// A list: the lines of a text file, or the strings of a JSON file. `None` if the file has one text.
    fn list(&self, file: &TextFile, pointer: &str, before: Option<View<'_, '_>>) -> Option<List> {
        let place = self.place(&file.file, Some(pointer));
        let mut items: Vec<Text> = Vec::new();
        if file.is_json {
            let viewed = Viewed::of(&file.text).ok().filter(|viewed| viewed.root().span().starts_with('['))?;
            for value in viewed.root().elements() {
                let start = Some(viewed.line_and_column(value.start()));
                let value = value.text().unwrap_or_default().into_owned();
                items.push(Text { value, place: Place { start, ..place.clone() }, ..Text::default() });
            }
        } else if layout::is_list(&file.member) {
            let lines = file.text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
            items.extend(lines.map(|(at, line)| {
                let start = Some((at + 1, line.chars().take_while(|c| c.is_whitespace()).count() + 1));
                let place = Place { start, is_plain: true, ..place.clone() };
                Text { value: line.trim().to_owned(), place, ..Text::default() }
            }));
        } else {
            return None;
        }
        let old: Option<Vec<_>> = before.map(|before| before.elements().into_iter().filter_map(View::text).collect());
        let clears = items.is_empty() && old.as_ref().is_some_and(|old| !old.is_empty());
        let is_live = old.is_some_and(|old| old.iter().eq(items.iter().map(|item| item.value.as_str())));
        items.iter_mut().for_each(|item| item.is_live = is_live);
        Some(List { items, place, is_live, clears })
    }

    /// A text as it is sent: with CRLF.
    fn text(&self, file: &TextFile, pointer: &str, before: Option<View<'_, '_>>) -> Text {
        let mut value = file.text.clone();
        if file.is_json
            && let Ok(viewed) = Viewed::of(&file.text)
        {
            value = viewed.root().text().unwrap_or_default().into_owned();
        }
        let old = before.and_then(View::text);
        Text {
            is_live: old.as_ref().is_some_and(|old| folded(old).trim_end_matches('\n') == value),
            clears: value.trim().is_empty() && old.is_some_and(|old| !old.trim().is_empty()),
            value: value.replace('\n', "\r\n"),
            place: Place {
                start: Some((file.line, 1)),
                is_plain: !file.is_json && file.line == 1,
                ..self.place(&file.file, Some(pointer))
            },
            has_half_pair: false,
        }
    }

    fn place(&self, file: &str, pointer: Option<&str>) -> Place {
        let path = direct(&self.folder.path(file).to_string_lossy());
        Place { file: Some(path), pointer: pointer.map(str::to_owned), start: None, is_plain: false }
    }

    /// What is wrong with the folder itself.
    pub(super) fn faults(&self, findings: &mut Vec<Finding>) {
        for fault in &self.folder.faults {
            findings.push(self.fault(fault));
        }
        for language in &self.folder.languages {
            if language.content.texts.is_empty() && language.platforms.is_empty() && language.icon.is_none() {
                let what = if language.content.images.is_empty() { "nothing" } else { "nothing but pictures" };
                let place = self.place(&language.folder, None);
                let finding = place.finding(&N06, Severity::Warning, format!("the folder has {what}"));
                findings.push(Finding { language: Some(language.key.clone()), ..finding });
            }
        }
    }

    fn fault(&self, fault: &Fault) -> Finding {
        let rule: &'static Rule = match fault.kind {
            FaultKind::Unknown => &N01,
            FaultKind::Twice => &N02,
            FaultKind::Encoding => &T11,
            FaultKind::Alone => &N07,
            FaultKind::Conflict | FaultKind::Pointer => &N08,
            FaultKind::Link | FaultKind::TooLarge | FaultKind::Unreadable | FaultKind::Json => &N09,
        };
        let start = fault.line.map(|line| (line, fault.column.unwrap_or(1)));
        let place = Place { start, ..self.place(&fault.file, None) };
        let finding = place.finding(rule, Severity::Error, &fault.message);
        let language = fault.file.strip_prefix("listings/").and_then(|rest| rest.split_once('/'));
        let finding = Finding { language: language.map(|(language, _)| language.to_owned()), ..finding };
        match &fault.nearest {
            Some(nearest) => finding.remedy(&format!("did you mean {nearest}?")),
            None => finding,
        }
    }
}
