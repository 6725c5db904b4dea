//! The edits that make a submission what a folder says.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::body::{Kind, Object, Submission, below};
use super::edits::{Edits, Note, NoteKind};
use super::fault::Fault;
use super::folder::{Content, Folder, ImageType, Language, TextFile};
use super::images::{self, Item, Link, Links, Stored, Unlinked};
use super::known::Known;
use super::layout;
use super::{icon, properties, texts, trailers};
use crate::document::Edit;
use crate::error::{Detail, Error, Result, codes};

/// How a folder is compared with a submission.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// What is done about pictures that the submission does not have, beside images that somebody else uploaded and no
    /// file stands for: `keep` adds the pictures, `adopt` takes them for the images, in their order, and `exact` replaces
    /// the images. By default that is refused, because the listing could get every picture twice. `exact` also removes
    /// images of others where no picture is new.
    #[serde(default)]
    pub images: Option<Unlinked>,
    /// Remove more than half of the images of a type because their files are gone.
    #[serde(default)]
    pub allow_image_removal: bool,
    /// Languages whose listings are removed. A language without a folder stays otherwise.
    #[serde(default)]
    pub remove_languages: Vec<String>,
    /// Remove trailers of which the folder has no folder.
    #[serde(default)]
    pub remove_trailers: bool,
}

/// What a folder changes in a submission.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The edits, in the order in which they are made.
    pub edits: Vec<Edit>,
    /// What people should know.
    pub notes: Vec<Note>,
    /// The languages of the submission that the folder does not have. They stay as they are.
    pub left_alone: Vec<String>,
}

/// Compares a folder with a submission. Pure.
///
/// # Errors
/// `listing.invalid` if the folder has faults; `listing.images_unlinked`; `listing.images_removed`; `request.invalid` for a
/// language that has a folder and should be removed.
pub fn changes(folder: &Folder, document: &str, options: &Options) -> Result<Changes> {
    let submission = Submission::of(document);
    let mut faults = folder.faults.clone();
    faults.extend(folder.strange(&Known::of(document)).into_iter().filter(|fault| !folder.faults.contains(fault)));
    refuse(&faults)?;
    let mut comparison = Comparison {
        folder,
        submission: &submission,
        options,
        edits: Edits::default(),
        faults: Vec::new(),
        unlinked: Vec::new(),
        removed: Vec::new(),
    };
    comparison.all()?;
    let Comparison { edits: Edits { edits, notes }, faults, unlinked, removed, .. } = comparison;
    refuse(&faults)?;
    images::refuse_unlinked(unlinked)?;
    if !removed.is_empty() {
        let message = removed.first().map(|detail| detail.message.clone()).unwrap_or_default();
        return Err(Error::new(&codes::LISTING_IMAGES_REMOVED, message).details(removed));
    }
    let has = |key: &str| folder.languages.iter().any(|language| language.key.eq_ignore_ascii_case(key));
    let goes = |key: &str| options.remove_languages.iter().any(|language| language.trim().eq_ignore_ascii_case(key));
    let left_alone = submission.listings.members.iter().map(|(key, _)| key.clone());
    let left_alone = left_alone.filter(|key| !has(key) && !goes(key)).collect();
    Ok(Changes { edits, notes, left_alone })
}

/// The error of a folder with faults.
///
/// # Errors
/// `listing.invalid`, unless there is no fault.
pub fn refuse(faults: &[Fault]) -> Result<()> {
    let Some(first) = faults.first() else { return Ok(()) };
    let more = match faults.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let detail = |fault: &Fault| {
        let kind = serde_json::to_value(fault.kind).ok();
        let kind = kind.and_then(|kind| kind.as_str().map(str::to_owned)).unwrap_or_default();
        Detail::coded(kind, fault.sentence())
    };
    let message = format!("{}{more}", first.sentence());
    Err(Error::new(&codes::LISTING_INVALID, message).details(faults.iter().map(detail)))
}

struct Comparison<'a> {
    folder: &'a Folder,
    submission: &'a Submission<'a>,
    options: &'a Options,
    edits: Edits,
    faults: Vec<Fault>,
    /// Types with pictures and images that are not linked.
    unlinked: Vec<Detail>,
    /// Types that would lose most of their images.
    removed: Vec<Detail>,
}

impl<'a> Comparison<'a> {
    fn all(&mut self) -> Result<()> {
        self.remove_languages()?;
        for language in &self.folder.languages {
            self.language(language);
        }
        let whole = &self.submission.whole;
        if let Some(file) = &self.folder.notes {
            self.text(file, whole);
        }
        if let Some(file) = &self.folder.properties
            && let Err(fault) = properties::edit(file, whole, &mut self.edits)
        {
            self.faults.push(fault);
        }
        let options = (self.options.remove_trailers, self.options.images);
        match trailers::edit(self.folder, whole, options, &mut self.edits) {
            Ok(unlinked) => self.unlinked.extend(unlinked),
            Err(fault) => self.faults.push(fault),
        }
        Ok(())
    }

    fn text(&mut self, file: &TextFile, object: &Object<'_>) {
        self.faults.extend(texts::edit(file, object, &mut self.edits).err());
    }

    fn remove_languages(&mut self) -> Result<()> {
        for asked in &self.options.remove_languages {
            let asked = asked.trim();
            if let Some(language) = self.folder.languages.iter().find(|own| own.key.eq_ignore_ascii_case(asked)) {
                let message = format!("{} is there, so its language can't be removed", language.folder);
                return Err(Error::new(&codes::REQUEST_INVALID, message)
                    .hint("remove the folder of the language too, or leave the language out of `removeLanguages`"));
            }
            match self.submission.listings.get(asked) {
                Some(listing) => self.edits.remove(&self.submission.listings.place(asked), listing),
                None => {
                    let message = format!("the submission has no listing in {asked}, so there is nothing to remove");
                    self.edits.notes.push(Note::new(NoteKind::NotThere, message));
                }
            }
        }
        Ok(())
    }

    fn language(&mut self, language: &'a Language) {
        let listings = &self.submission.listings;
        let key =
            if listings.get(&language.key).is_some() { language.key.clone() } else { language.key.to_lowercase() };
        let place = listings.place(&key);
        let sources = self.folder.sources(language);
        let listing = match listings.object(&key) {
            Some(listing) => listing,
            None => {
                self.new_language(&place, language, &sources);
                if self.submission.whole.get("listings").is_none_or(|value| !value.starts_with('{')) {
                    // The first of the new languages makes the object.
                    let there = self.edits.edits.iter().any(|edit| edit.path.to_string() == listings.pointer);
                    if !there {
                        self.edits.put(&listings.pointer, "{}".to_owned(), self.submission.whole.get("listings"));
                    }
                }
                let empty = if self.submission.kind == Kind::App { r#"{"baseListing":{}}"# } else { "{}" };
                self.edits.put(&place, empty.to_owned(), listings.get(&key));
                Object { pointer: place.clone(), members: Vec::new() }
            }
        };
        let texts = match self.submission.kind {
            Kind::AddOn => listing.clone(),
            Kind::App => match listing.object("baseListing") {
                Some(texts) => texts,
                None => {
                    let place = listing.place("baseListing");
                    if !listing.members.is_empty() {
                        self.edits.put(&place, "{}".to_owned(), listing.get("baseListing"));
                    }
                    Object { pointer: place, members: Vec::new() }
                }
            },
        };
        self.content(&sources.iter().map(|source| &source.content).collect::<Vec<_>>(), &texts);
        if let Some(icon) = sources.iter().find_map(|source| source.icon.as_ref()) {
            icon::edit(icon, &listing, &mut self.edits);
        }
        self.platforms(language, &sources, &listing);
    }

    fn platforms(&mut self, language: &'a Language, sources: &[&'a Language], listing: &Object<'_>) {
        if language.platforms.is_empty() {
            return;
        }
        let place = listing.place("platformOverrides");
        let overrides = listing.object("platformOverrides").unwrap_or_else(|| {
            self.edits.put(&place, "{}".to_owned(), listing.get("platformOverrides"));
            Object { pointer: place, members: Vec::new() }
        });
        for platform in &language.platforms {
            let place = overrides.place(layout::canonical(layout::PLATFORMS, &platform.name).unwrap_or(&platform.name));
            let object = overrides.object(&platform.name).unwrap_or_else(|| {
                self.edits.put(&place, "{}".to_owned(), overrides.get(&platform.name));
                Object { pointer: place, members: Vec::new() }
            });
            let all = sources.iter().flat_map(|source| &source.platforms);
            let contents: Vec<_> = all
                .filter(|other| other.name.eq_ignore_ascii_case(&platform.name))
                .map(|other| &other.content)
                .collect();
            self.content(&contents, &object);
        }
    }

    /// What the Store asks for in each language.
    fn new_language(&mut self, place: &str, language: &Language, sources: &[&Language]) {
        let has_text = |name: &str| {
            let texts = sources.iter().flat_map(|source| &source.content.texts);
            texts.into_iter().any(|text| text.member == name && !text.text.is_empty())
        };
        let is_screenshot = |of_type: &&ImageType| of_type.name.to_ascii_lowercase().contains("screenshot");
        let types = sources.iter().flat_map(|source| &source.content.images);
        let has_picture =
            types.filter(is_screenshot).any(|of_type| of_type.pictures.iter().any(|one| one.media.is_some()));
        let lacks = match self.submission.kind {
            Kind::App if !has_text("description") => "a description",
            Kind::App if !has_picture => "a screenshot",
            Kind::AddOn if !has_text("title") => "a title",
            _ => return,
        };
        let message = format!("the new language {} lacks {lacks}, which the Store asks for", language.key);
        self.edits.notes.push(Note::new(NoteKind::Incomplete, message).file(&language.folder).at(place));
    }

    /// Texts and images; of the sources, the first that has a file or a type counts.
    fn content(&mut self, sources: &[&'a Content], object: &Object<'_>) {
        let mut members: Vec<&str> = Vec::new();
        for text in sources.iter().flat_map(|source| &source.texts) {
            if !members.contains(&text.member.as_str()) {
                members.push(&text.member);
                self.text(text, object);
            }
        }
        let mut types: Vec<&ImageType> = Vec::new();
        for of_type in sources.iter().flat_map(|source| &source.images) {
            if types.iter().all(|known| !known.name.eq_ignore_ascii_case(&of_type.name)) {
                types.push(of_type);
            }
        }
        if types.is_empty() {
            return;
        }
        let (place, old) = (object.place("images"), object.get("images"));
        let stored = Stored::all(&place, old.unwrap_or_default());
        let mut list: Vec<Item<'_>> = stored.iter().cloned().map(Item::old).collect();
        for of_type in types {
            let of_this: Vec<Stored<'_>> =
                stored.iter().filter(|image| image.is_of(&of_type.name) && !image.is_going()).cloned().collect();
            let (live, going) = self.images(of_type, &of_this);
            list = images::put_in(list, live, going);
        }
        images::write(&list, &place, old, &mut self.edits);
    }

    fn images<'t>(&mut self, of_type: &ImageType, stored: &[Stored<'t>]) -> (Vec<Item<'t>>, Vec<Item<'t>>) {
        let mut links = Links::of(of_type, stored);
        if let Some(unlinked) = links.unlinked(of_type, stored) {
            match self.options.images {
                None => self.unlinked.push(unlinked),
                Some(Unlinked::Adopt) => links.adopt(),
                Some(Unlinked::Keep | Unlinked::Exact) => {}
            }
        }
        let exact = self.options.images == Some(Unlinked::Exact) || of_type.none;
        if !exact {
            for &at in &links.unmanaged {
                let message = format!("no file stands for {}, so it stays where it is", stored[at].named());
                let note = Note::new(NoteKind::Unmanaged, message).file(&of_type.folder);
                self.edits.notes.push(note.at(stored[at].object.pointer.clone()));
            }
        }
        for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
            // A picture takes the place of its placeholder's image, and is that image from then on.
            let stale = picture.placeholder.as_ref().filter(|placeholder| {
                picture.media.is_some()
                    && matches!(link, Some(Link::Is(at)) if stored[*at].tag().is_some())
                    && images::find(&placeholder.remote, stored).is_none()
            });
            if let Some(stale) = stale {
                let message = format!("{} stands for an image that is gone; a pull removes the file", stale.file);
                self.edits.notes.push(Note::new(NoteKind::Gone, message).file(&stale.file));
            } else if *link == Some(Link::Gone) {
                let message = format!("the submission does not have the image that {} stands for", picture.file());
                self.edits.notes.push(Note::new(NoteKind::Gone, message).file(picture.file()));
            }
        }
        // A folder says that a type has no images, but a picture that is not there says nothing by itself.
        if !of_type.none {
            for image in links.removed.iter().map(|&at| &stored[at]) {
                let Some(tag) = image.tag() else { continue };
                let message = format!(
                    "no file stands for {}, whose tag {tag} says that it was uploaded from a folder, so it is removed; a pull \
                     first writes a placeholder that keeps it, and with `basePath` it stays if somebody else has added it since",
                    image.named()
                );
                let note = Note::new(NoteKind::Removed, message).file(&of_type.folder);
                self.edits.notes.push(note.at(image.object.pointer.clone()));
            }
        }
        let gone = links.removed.len();
        if gone * 2 > stored.len() && !of_type.none && !self.options.allow_image_removal {
            let message = format!(
                "{} has no file for {gone} of {} images that were uploaded from a folder, which would be removed: {}",
                of_type.folder,
                stored.len(),
                images::first_of(&links.removed.iter().map(|&at| stored[at].named()).collect::<Vec<_>>())
            );
            self.removed.push(Detail::at(below("/images", &of_type.name), message));
        }
        images::arranged(of_type, stored, &links, exact)
    }
}

impl Folder {
    /// The file that a text of a submission is from, and the line in it: for `/listings/en-us/baseListing/features/2` that of
    /// the third feature. `None` for a text that the folder does not have.
    pub fn place_of(&self, pointer: &str) -> Option<(&str, usize)> {
        let names: Vec<String> = pointer.split('/').map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let ["", "listings", language, rest @ ..] = names.as_slice() else { return None };
        let language = self.languages.iter().find(|own| own.key.eq_ignore_ascii_case(language))?;
        let (platform, member, item) = match rest {
            ["platformOverrides", platform, member, item @ ..] => (Some(*platform), member, item.first()),
            ["baseListing", member, item @ ..] => (None, member, item.first()),
            [member, item @ ..] => (None, member, item.first()),
            [] => return None,
        };
        let mut files = self.sources(language).into_iter().flat_map(|source| match platform {
            None => source.content.texts.iter().collect::<Vec<_>>(),
            Some(name) => {
                let own = source.platforms.iter().filter(|own| own.name.eq_ignore_ascii_case(name));
                own.flat_map(|own| &own.content.texts).collect()
            }
        });
        let file = files.find(|file| file.member.eq_ignore_ascii_case(member))?;
        let item = item.filter(|_| !file.is_json).and_then(|item| item.parse::<usize>().ok());
        let lines = file.text.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
        let line = item.and_then(|item| lines.map(|(at, _)| at + 1).nth(item));
        Some((file.file.as_str(), line.unwrap_or(file.line)))
    }

    /// The folders whose files count for a language: its own, that of the language it falls back to, and `_default`.
    pub fn sources<'f>(&'f self, language: &'f Language) -> Vec<&'f Language> {
        let named = |key: &str| self.languages.iter().find(|other| other.key.eq_ignore_ascii_case(key));
        let fallback = self.settings.fallback.iter().find(|(from, _)| from.eq_ignore_ascii_case(&language.key));
        let fallback = fallback.and_then(|(_, to)| named(to)).filter(|other| other.key != language.key);
        [Some(language), fallback, self.fallback.as_ref()].into_iter().flatten().collect()
    }
}
