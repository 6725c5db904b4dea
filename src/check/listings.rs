//! The listings of a submission, from its document.

use super::subject::{Before, Kind, List, Listing, Picture, Place, Text, folded, pictures};
use super::trailers::{Assets, Trailer};
use crate::document::{Pointer, ValueKind, View, Viewed};

/// A document with the file that it is from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a, 't> {
    pub(super) document: &'a Viewed<'t>,
    /// The file that has the document.
    pub(super) file: Option<&'a str>,
    /// The submission to compare with.
    pub(super) base: Option<View<'a, 'a>>,
}

/// The kind of a submission, by the members that only one kind has.
pub(super) fn kind(root: View<'_, '_>) -> Kind {
    let has = |name: &str| root.member(name).is_some();
    if has("flightPackages") || has("flightId") {
        Kind::Flight
    } else if has("contentType") || has("lifetime") {
        Kind::AddOn
    } else {
        Kind::App
    }
}

impl Source<'_, '_> {
    /// The place of a value.
    pub(super) fn place(&self, pointer: String, value: View<'_, '_>) -> Place {
        let start = self.file.map(|_| self.document.line_and_column(value.start()));
        Place { file: self.file.map(str::to_owned), pointer: Some(pointer), start, is_plain: false }
    }

    /// The text of a value, if it is a string.
    pub(super) fn text(&self, pointer: String, value: View<'_, '_>, before: Option<View<'_, '_>>) -> Option<Text> {
        let text = value.text()?.into_owned();
        let before = before.and_then(View::text);
        Some(Text {
            place: self.place(pointer, value),
            is_live: before.as_ref().is_some_and(|before| folded(before) == folded(&text)),
            clears: text.trim().is_empty() && before.is_some_and(|before| !before.trim().is_empty()),
            has_half_pair: value.has_half_pair(),
            value: text,
        })
    }

    /// All listings, those for platforms behind the one of their language.
    pub(super) fn listings(&self, kind: Kind) -> Vec<Listing> {
        let before = self.base.and_then(|base| base.member("listings"));
        let mut listings = Vec::new();
        for (language, value) in self.document.root().member("listings").map(View::members).unwrap_or_default() {
            let pointer = format!("/listings/{}", Pointer::escaped(&language));
            let before = before.and_then(|before| before.member(&language));
            if kind == Kind::AddOn {
                let mut listing = self.listing(&pointer, value, before);
                listing.pictures.extend(self.icon(&pointer, value));
                listings.push(listing.complete(&language));
                continue;
            }
            let part = |name: &str| Some((value.member(name)?, before.and_then(|before| before.member(name))));
            if let Some((base_listing, before)) = part("baseListing") {
                let listing = self.listing(&format!("{pointer}/baseListing"), base_listing, before);
                listings.push(listing.complete(&language));
            } else {
                let place = self.place(pointer.clone(), value);
                listings.push(Listing { language: language.to_string(), place, ..Listing::default() });
            }
            let Some((platforms, before)) = part("platformOverrides") else { continue };
            for (platform, value) in platforms.members() {
                let pointer = format!("{pointer}/platformOverrides/{}", Pointer::escaped(&platform));
                let before = before.and_then(|before| before.member(&platform));
                listings.push(Listing {
                    language: language.to_string(),
                    platform: Some(platform.into_owned()),
                    ..self.listing(&pointer, value, before)
                });
            }
        }
        listings
    }

    /// The trailers.
    pub(super) fn trailers(&self) -> Vec<Trailer> {
        let live = self.base.and_then(|base| base.member("trailers")).map(View::elements).unwrap_or_default();
        let live: Vec<&str> = live.into_iter().map(View::span).collect();
        let of = |(at, value): (usize, View<'_, '_>)| {
            let pointer = format!("/trailers/{at}");
            let name = value.member("videoFileName").and_then(View::text).unwrap_or_default().into_owned();
            let place = self.place(pointer.clone(), value);
            let assets = value.member("trailerAssets").map(View::members).unwrap_or_default();
            let assets = assets.into_iter().map(|(language, value)| self.trailer_assets(&pointer, &language, value));
            let assets = assets.collect();
            let is_live = live.contains(&value.span());
            Trailer { name, place, assets, is_live, is_complete: true, ..Trailer::default() }
        };
        let trailers = self.document.root().member("trailers").map(View::elements).unwrap_or_default();
        trailers.into_iter().enumerate().map(of).collect()
    }

    fn trailer_assets(&self, pointer: &str, language: &str, value: View<'_, '_>) -> Assets {
        let pointer = format!("{pointer}/trailerAssets/{}", Pointer::escaped(language));
        let images = value.member("imageList").map(View::elements).unwrap_or_default().into_iter().enumerate();
        let thumbnails = images.map(|(at, image)| self.picture(format!("{pointer}/imageList/{at}"), image)).collect();
        let title = value.member("title").and_then(|title| self.text(format!("{pointer}/title"), title, None));
        Assets { language: language.to_owned(), place: self.place(pointer, value), title, thumbnails }
    }

    /// What an object of texts, lists and pictures has.
    fn listing(&self, pointer: &str, value: View<'_, '_>, before: Option<View<'_, '_>>) -> Listing {
        let mut listing = Listing { place: self.place(pointer.to_owned(), value), ..Listing::default() };
        listing.before = before.map(Before::of);
        for (name, member) in value.members() {
            let pointer = format!("{pointer}/{}", Pointer::escaped(&name));
            let before = before.and_then(|before| before.member(&name));
            if let Some(text) = self.text(pointer.clone(), member, before) {
                listing.texts.push((name.into_owned(), text));
            } else if name.eq_ignore_ascii_case("images") {
                listing.pictures =
                    pictures(value).map(|(at, it)| self.picture(format!("{pointer}/{at}"), it)).collect();
            } else if member.kind() == ValueKind::Array {
                listing.lists.push((name.into_owned(), self.list(&pointer, member, before)));
            }
        }
        listing
    }

    /// A list of texts, of an add-on's or a listing's document.
    pub(super) fn list(&self, pointer: &str, value: View<'_, '_>, before: Option<View<'_, '_>>) -> List {
        let item = |(at, item): (usize, View<'_, '_>)| self.text(format!("{pointer}/{at}"), item, None);
        let texts = |list: View<'_, '_>| -> Vec<_> {
            list.elements().into_iter().filter_map(View::text).map(std::borrow::Cow::into_owned).collect()
        };
        let is_live = before.is_some_and(|before| texts(before) == texts(value));
        let mut items: Vec<Text> = value.elements().into_iter().enumerate().filter_map(item).collect();
        items.iter_mut().for_each(|item| item.is_live = is_live);
        let clears = items.is_empty() && before.is_some_and(|before| !texts(before).is_empty());
        List { items, place: self.place(pointer.to_owned(), value), is_live, clears }
    }

    /// The icon of an add-on as a picture.
    fn icon(&self, pointer: &str, listing: View<'_, '_>) -> Option<Picture> {
        let icon = listing.member("icon")?;
        let name = icon.member("fileName")?.text()?.into_owned();
        let place = self.place(format!("{pointer}/icon"), icon);
        Some(Picture { image_type: "Icon".to_owned(), name, place, ..Picture::default() })
    }

    fn picture(&self, pointer: String, value: View<'_, '_>) -> Picture {
        let text = |name: &str| value.member(name).and_then(View::text).unwrap_or_default().into_owned();
        let caption = value.member("description");
        let caption = caption.and_then(|caption| self.text(format!("{pointer}/description"), caption, None));
        Picture {
            image_type: text("imageType"),
            name: text("fileName"),
            caption: caption.unwrap_or_default(),
            place: self.place(pointer, value),
            ..Picture::default()
        }
    }
}
