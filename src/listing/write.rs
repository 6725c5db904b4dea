//! Writes a submission into a folder, so that the folder then changes nothing in it.

use std::collections::BTreeSet;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::body::{Kind, Member, Object, Submission, string};
use super::changes::refuse;
use super::edits::{Edits, Note, NoteKind};
use super::fault::Fault;
use super::folder::{Content, Folder, ImageType, Language, Picture, Remote, Settings, TextFile};
use super::images::{Link, Links, Stored, Unlinked};
use super::walk::{folded, is_readable, join, line};
use super::{disk, layout, read, texts, trailers};
use crate::blocking::Stop;
use crate::document;
use crate::error::{Detail, Error, Result, codes};

/// Whose submission is written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Product<'a> {
    /// The app.
    pub app_id: Option<&'a str>,
    /// The add-on.
    pub add_on_id: Option<&'a str>,
}

/// How a submission is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Whose submission it is.
    pub product: Product<'a>,
    /// What is done about pictures that the submission does not have, beside images that no file stands for.
    pub images: Option<Unlinked>,
    /// Asked before the first file is touched.
    pub stop: &'a Stop,
}

/// What was written into a folder.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Written {
    /// The files that are new or have another content, from the folder.
    pub written: Vec<String>,
    /// The files that were removed: placeholders of images that are gone, and texts that another file has now.
    pub removed: Vec<String>,
    /// The number of files that have their content already.
    pub unchanged: usize,
    /// What people should know, such as what no file can hold.
    pub notes: Vec<Note>,
}

/// Writes a submission into a folder. Files with an equal text stay as they are. Blocks while the disk is slow.
///
/// # Errors
/// `listing.invalid` if the folder has faults; `listing.images_unlinked`; `listing.other_product`; `file.unwritable`.
pub fn write(root: &Path, document: &str, options: Writing<'_>) -> Result<Written> {
    let Writing { product, images, stop } = options;
    let submission = Submission::of(document);
    let folder = match disk::is_new(root) {
        true => Folder { root: root.to_owned(), ..Folder::default() },
        false => read::folder(root, &submission.members()),
    };
    // A folder that has no listing yet gets one now.
    let faults: Vec<Fault> = folder.faults.iter().filter(|fault| fault.file != ".").cloned().collect();
    refuse(&faults)?;
    check_product(&folder.settings, product)?;
    let mut writer =
        Writer { folder: &folder, submission: &submission, images, unlinked: Vec::new(), plan: Plan::default() };
    writer.all(product);
    let Writer { unlinked, plan, .. } = writer;
    if let Some(first) = unlinked.first() {
        let message = format!("{}: it can't be told which picture is which image", first.message);
        return Err(Error::new(&codes::LISTING_IMAGES_UNLINKED, message).details(unlinked));
    }
    if !stop.commit() {
        return Err(Error::new(&codes::CANCELLED, codes::CANCELLED.meaning));
    }
    plan.carry_out(root)
}

/// Refuses a folder of another product.
///
/// # Errors
/// `listing.other_product`.
pub fn check_product(settings: &Settings, product: Product<'_>) -> Result<()> {
    let pairs = [("app", &settings.app_id, product.app_id), ("add-on", &settings.add_on_id, product.add_on_id)];
    for (noun, own, asked) in pairs {
        if let (Some(own), Some(asked)) = (own, asked)
            && !own.eq_ignore_ascii_case(asked)
        {
            let message = format!("the folder is of the {noun} {own}, not of {asked}");
            return Err(Error::new(&codes::LISTING_OTHER_PRODUCT, message));
        }
    }
    Ok(())
}

/// What becomes of the files, before any is touched.
#[derive(Default)]
struct Plan {
    writes: Vec<(String, String)>,
    removes: Vec<String>,
    renames: Vec<disk::Rename>,
    unchanged: usize,
    notes: Vec<Note>,
}

impl Plan {
    fn write(&mut self, file: String, text: String) {
        self.writes.push((file, text));
    }

    fn note(&mut self, kind: NoteKind, pointer: &str, message: &str) {
        self.notes.push(Note::new(kind, message).at(pointer));
    }

    fn carry_out(self, root: &Path) -> Result<Written> {
        for (file, text) in &self.writes {
            disk::write(root, file, &mut text.as_bytes())?;
        }
        for file in &self.removes {
            disk::remove(root, file)?;
        }
        let (renamed, moved) = disk::rename(root, &self.renames)?;
        let written = self.writes.into_iter().map(|(file, _)| file).filter(|file| !moved.contains(file));
        let written = written.chain(renamed).collect();
        let removed = self.removes.into_iter().chain(moved).collect();
        Ok(Written { written, removed, unchanged: self.unchanged, notes: self.notes })
    }
}

/// The files that have a text, or could have it.
struct Known<'a> {
    /// The folder's own file.
    file: Option<&'a TextFile>,
    /// The file that counts without it.
    fallback: Option<&'a TextFile>,
    /// The path of the own file without its ending.
    path: &'a str,
}

struct Writer<'a> {
    folder: &'a Folder,
    submission: &'a Submission<'a>,
    images: Option<Unlinked>,
    unlinked: Vec<Detail>,
    plan: Plan,
}

impl Writer<'_> {
    fn all(&mut self, product: Product<'_>) {
        if self.folder.settings == Settings::default() {
            let settings = Settings {
                format: Some(1),
                app_id: product.app_id.map(str::to_owned),
                add_on_id: product.add_on_id.map(str::to_owned),
                ..Settings::default()
            };
            self.json(read::SETTINGS_FILE.to_owned(), &settings);
        }
        let mut seen = BTreeSet::new();
        for (key, listing) in self.submission.listings.objects() {
            if !layout::is_language(key) {
                self.plan.note(NoteKind::LeftOut, &listing.pointer, "the language can't be the name of a folder");
            } else if !seen.insert(key.to_ascii_lowercase()) {
                let message = "another language differs from this one in letter case only";
                self.plan.note(NoteKind::LeftOut, &listing.pointer, message);
            } else {
                self.language(key, &listing);
            }
        }
        self.managed();
        let (files, notes) = trailers::files(self.folder, &self.submission.whole);
        self.plan.writes.extend(files);
        self.plan.notes.extend(notes);
    }

    /// Files that are there only if the user manages what they hold.
    fn managed(&mut self) {
        let whole = &self.submission.whole;
        if let Some(notes) = &self.folder.notes {
            let known = Known { file: Some(notes), fallback: None, path: "notes-for-certification" };
            self.text(known, &whole.place("notesForCertification"), whole);
        }
        if let Some(file) = &self.folder.properties {
            let mut edits = Edits::default();
            if super::properties::edit(file, whole, &mut edits).is_ok() && !edits.edits.is_empty() {
                let text = edits.edits.iter().try_fold(file.text.clone(), |text, edit| {
                    document::set(&text, &edit.path.to_string(), edit.old.as_deref().unwrap_or("null"))
                });
                match text {
                    Ok(text) => self.plan.write(file.file.clone(), text + "\n"),
                    Err(error) => self.plan.note(NoteKind::LeftOut, "", &error.to_string()),
                }
            }
        }
    }

    fn json<T: Serialize>(&mut self, file: String, value: &T) {
        if let Ok(text) = serde_json::to_string(value) {
            self.plan.write(file, text + "\n");
        }
    }

    fn language(&mut self, key: &str, listing: &Object<'_>) {
        let new = Language { key: key.to_owned(), folder: join("listings", key), ..Language::default() };
        let own = self.folder.languages.iter().find(|language| language.key.eq_ignore_ascii_case(key)).unwrap_or(&new);
        let sources = self.folder.sources(own);
        let contents: Vec<&Content> = sources.iter().map(|source| &source.content).collect();
        if let Some(object) = self.submission.texts(listing) {
            self.content(&own.folder, &contents, &object);
        }
        if self.submission.kind == Kind::AddOn {
            self.icon(own, listing);
        }
        let overrides = listing.object("platformOverrides").unwrap_or_default();
        for (name, platform) in overrides.objects() {
            if !layout::is_type(name) {
                self.plan.note(NoteKind::LeftOut, &platform.pointer, "the platform can't be the name of a folder");
                continue;
            }
            let all = sources.iter().flat_map(|source| &source.platforms);
            let none = Content::default();
            let mut contents: Vec<&Content> = all.filter(|one| one.name == name).map(|one| &one.content).collect();
            if own.platforms.iter().all(|one| one.name != name) {
                contents.insert(0, &none);
            }
            self.content(&format!("{}/platforms/{name}", own.folder), &contents, &platform);
        }
    }

    /// Texts and images. The first of the contents is the folder's own, the others are those that it falls back to.
    fn content(&mut self, folder: &str, contents: &[&Content], object: &Object<'_>) {
        let own = contents.first().copied();
        for (name, value) in &object.members {
            let place = super::body::below(&object.pointer, name);
            if name.eq_ignore_ascii_case("images") {
                continue;
            }
            if !is_text(value) {
                continue;
            }
            // The file must lead back to this member, and not to another one or to several.
            let leads_back = |stem: &String| {
                let member = layout::member(stem).unwrap_or_default();
                matches!(object.find(&member), Member::There(found, _) if found == *name)
            };
            let Some(stem) = layout::file_stem(name).filter(leads_back) else {
                self.plan.note(NoteKind::LeftOut, &place, "the name of the member can't be the name of a file");
                continue;
            };
            let find =
                |content: &Content| content.texts.iter().find(|text| text.member.eq_ignore_ascii_case(name)).cloned();
            let file = own.and_then(find);
            let fallback = contents.iter().skip(1).find_map(|content| find(content));
            let known = Known { file: file.as_ref(), fallback: fallback.as_ref(), path: &join(folder, &stem) };
            self.text(known, &place, object);
        }
        // A text that the submission does not have has to be empty in the folder too.
        let mut members: Vec<&str> = Vec::new();
        for text in contents.iter().flat_map(|content| &content.texts) {
            if members.contains(&text.member.as_str()) {
                continue;
            }
            members.push(&text.member);
            let mut edits = Edits::default();
            if object.get(&text.member).is_none()
                && texts::edit(text, object, &mut edits).is_ok()
                && !edits.edits.is_empty()
            {
                let is_own = own.is_some_and(|own| own.texts.contains(text));
                let stem = layout::file_stem(&text.member).unwrap_or_default();
                match is_own {
                    true if text.is_json => self.plan.write(text.file.clone(), "null\n".to_owned()),
                    true => self.plan.write(text.file.clone(), String::new()),
                    false => self.plan.write(join(folder, &format!("{stem}.txt")), String::new()),
                }
            }
        }
        if self.submission.kind == Kind::App {
            self.images_of(folder, contents, object);
        }
    }

    /// Writes one member, unless its file has it already, or no file is needed.
    fn text(&mut self, known: Known<'_>, place: &str, object: &Object<'_>) {
        let Known { file, fallback, path } = known;
        let is_equal = |file: &TextFile| {
            let mut edits = Edits::default();
            texts::edit(file, object, &mut edits).is_ok() && edits.edits.is_empty()
        };
        match (file, fallback) {
            (Some(file), _) if is_equal(file) => {
                self.plan.unchanged += 1;
                return;
            }
            (None, Some(fallback)) if is_equal(fallback) => return,
            _ => {}
        }
        let member = place.rsplit('/').next().unwrap_or_default();
        let value = object.get(member).unwrap_or("null");
        let is_empty = value == "null"
            || document::elements(value).is_ok_and(|items| value.starts_with('[') && items.is_empty())
            || string(value).is_some_and(|text| folded(&text).is_empty());
        if is_empty && file.is_none() && fallback.is_none() {
            return;
        }
        let plain = if is_empty { Some(String::new()) } else { plain(value) };
        let as_json = file.is_some_and(|file| file.is_json) || plain.is_none();
        let (ending, text) = match plain {
            Some(text) if !as_json => ("txt", text),
            _ => ("json", format!("{value}\n")),
        };
        if !is_readable(&text) {
            self.plan.note(NoteKind::LeftOut, place, "no file can hold the value");
            return;
        }
        let new = format!("{path}.{ending}");
        if let Some(old) = file.filter(|old| old.file != new) {
            // Another letter case or ending of the name is the same file on some systems.
            if old.file.eq_ignore_ascii_case(&new) {
                self.plan.write(old.file.clone(), text);
                return;
            }
            self.plan.removes.push(old.file.clone());
        }
        self.plan.write(new, text);
    }

    fn images_of(&mut self, folder: &str, contents: &[&Content], object: &Object<'_>) {
        let stored = Stored::all(&object.place("images"), object.get("images").unwrap_or_default());
        let stored: Vec<Stored<'_>> = stored.into_iter().filter(|image| !image.is_going()).collect();
        let mut names: Vec<&str> = Vec::new();
        let own = contents.first().into_iter().flat_map(|content| &content.images);
        let known = stored.iter().map(|image| image.image_type.as_str()).chain(own.map(|own| own.name.as_str()));
        for name in known {
            if names.iter().all(|known| !known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        for name in names {
            if !layout::is_type(name) {
                self.plan.note(
                    NoteKind::LeftOut,
                    &object.place("images"),
                    "an image has a type that can't be a folder",
                );
                continue;
            }
            let of_type: Vec<Stored<'_>> = stored.iter().filter(|image| image.is_of(name)).cloned().collect();
            let find = |content: &Content| {
                content.images.iter().find(|images| images.name.eq_ignore_ascii_case(name)).cloned()
            };
            let own = contents.first().and_then(|content| find(content));
            let fallback = contents.iter().skip(1).find_map(|content| find(content));
            if let (None, Some(fallback)) = (&own, &fallback)
                && is_all(fallback, &of_type)
            {
                continue;
            }
            let new =
                ImageType { name: name.to_owned(), folder: format!("{folder}/images/{name}"), ..ImageType::default() };
            self.pictures(&own.unwrap_or(new), &of_type);
        }
    }

    fn pictures(&mut self, of_type: &ImageType, stored: &[Stored<'_>]) {
        let mut links = Links::of(&of_type.pictures, stored);
        let new = links.added();
        if !new.is_empty() && !links.unmanaged.is_empty() {
            match self.images {
                Some(Unlinked::Adopt) => links.adopt(),
                Some(_) => {}
                None => {
                    let files: Vec<&str> = new.iter().map(|&at| of_type.pictures[at].file()).collect();
                    let images: Vec<String> = links.unmanaged.iter().map(|&at| stored[at].named()).collect();
                    let message = format!(
                        "{}: {} have no image, {} no file",
                        of_type.folder,
                        files.join(", "),
                        images.join(", ")
                    );
                    self.unlinked.push(Detail::at(super::body::below("/images", &of_type.name), message));
                }
            }
        }
        let mut order = Vec::new();
        for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
            match link {
                Some(Link::Is(at)) => {
                    order.push(*at);
                    self.adopted(of_type, picture, &stored[*at]);
                    self.caption(of_type, picture, &stored[*at]);
                }
                Some(Link::New | Link::Replaces(_)) => {
                    let message = format!("the submission does not have {}", picture.file());
                    self.plan.notes.push(Note::new(NoteKind::NotSent, message).file(picture.file()));
                }
                Some(Link::Gone) => {
                    self.plan.removes.push(picture.file().to_owned());
                    self.plan.removes.extend(picture.caption.as_ref().map(|caption| caption.file.clone()));
                }
                Some(Link::Removes(_)) | None => {}
            }
        }
        if !order.is_sorted() {
            let message = "the files were numbered anew, in the order of the images of the submission";
            self.plan.notes.push(Note::new(NoteKind::Order, message).file(&of_type.folder));
            self.number(of_type, &links);
        }
        if self.images == Some(Unlinked::Exact) {
            return;
        }
        if of_type.none && !stored.is_empty() {
            self.plan.removes.push(join(&of_type.folder, "none"));
        }
        let mut missing: Vec<usize> = links.unmanaged.iter().chain(&links.removed).copied().collect();
        missing.sort_unstable();
        let numbers = of_type.pictures.iter().filter_map(|picture| layout::numbered(&picture.stem).0);
        let mut number = numbers.max().unwrap_or_default().max(of_type.pictures.len() as u64);
        for at in missing {
            number = number.saturating_add(1);
            self.placeholder(of_type, &format!("{number:02}-{}", stored[at].label()), &stored[at]);
        }
    }

    /// Gives the files of a type numbers in the order of the images; pictures that are no image come last.
    fn number(&mut self, of_type: &ImageType, links: &Links) {
        let mut ordered: Vec<(usize, &Picture)> = Vec::new();
        for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
            match link {
                Some(Link::Is(at)) => ordered.push((*at, picture)),
                _ => ordered.push((usize::MAX, picture)),
            }
        }
        ordered.sort_by_key(|(at, _)| *at);
        for (number, (_, picture)) in ordered.into_iter().enumerate() {
            let rest = layout::numbered(&picture.stem).1;
            let hyphen = if rest.is_empty() { "" } else { "-" };
            let (from, to) = (picture.stem.clone(), format!("{:02}{hyphen}{rest}", number + 1));
            if from != to {
                self.plan.renames.push(disk::Rename { folder: of_type.folder.clone(), from, to });
            }
        }
    }

    /// Writes the placeholder of an image and its caption.
    fn placeholder(&mut self, of_type: &ImageType, stem: &str, image: &Stored<'_>) {
        if image.id.is_none() && image.file_name.is_empty() {
            self.plan.note(NoteKind::LeftOut, &image.object.pointer, "the image has neither an id nor a file name");
            return;
        }
        let remote = Remote { id: image.id.clone(), file_name: Some(image.file_name.clone()), sha256: None };
        self.json(join(&of_type.folder, &format!("{stem}.remote")), &remote);
        let picture = Picture { stem: stem.to_owned(), ..Picture::default() };
        self.caption(of_type, &picture, image);
    }

    /// Writes which image a picture was taken for, if nothing else says so.
    fn adopted(&mut self, of_type: &ImageType, picture: &Picture, image: &Stored<'_>) {
        let Some(media) = picture.media.as_ref().filter(|media| image.tag().as_deref() != Some(media.tag())) else {
            return;
        };
        let remote = Remote {
            id: image.id.clone(),
            file_name: Some(image.file_name.clone()),
            sha256: Some(media.sha256.clone()),
        };
        if picture.placeholder.as_ref().is_none_or(|known| known.remote != remote) {
            self.json(join(&of_type.folder, &format!("{}.remote", picture.stem)), &remote);
        }
    }

    fn caption(&mut self, of_type: &ImageType, picture: &Picture, image: &Stored<'_>) {
        let Some(caption) = image.caption().map(|caption| folded(&caption)).filter(|caption| is_readable(caption))
        else {
            self.plan.note(NoteKind::LeftOut, &image.object.pointer, "no file can hold the caption");
            return;
        };
        let known = picture.caption.as_ref().map(|known| known.text.as_str());
        if known == Some(&caption) {
            self.plan.unchanged += 1;
        } else if known.is_some() || !caption.is_empty() {
            let file = picture.caption.as_ref().map(|known| known.file.clone());
            let file = file.unwrap_or_else(|| join(&of_type.folder, &format!("{}.txt", picture.stem)));
            self.plan.write(file, line(caption));
        }
    }

    fn icon(&mut self, own: &Language, listing: &Object<'_>) {
        let Some(icon) = listing.object("icon").filter(|_| own.icon.is_none()) else { return };
        let remote = Remote { id: None, file_name: icon.text("fileName"), sha256: None };
        let goes = icon.text("fileStatus").is_some_and(|status| status.eq_ignore_ascii_case("PendingDelete"));
        if remote.file_name.is_some() && !goes {
            self.json(join(&own.folder, "icon.remote"), &remote);
        }
    }
}

/// Whether a value is a text, a list of texts, or nothing.
fn is_text(value: &str) -> bool {
    let is_list = || document::elements(value).is_ok_and(|items| items.iter().all(|item| item.starts_with('"')));
    value.starts_with('"') || value == "null" || (value.starts_with('[') && is_list())
}

/// Whether the pictures are exactly the images, in their order and with their captions.
fn is_all(of_type: &ImageType, stored: &[Stored<'_>]) -> bool {
    let links = Links::of(&of_type.pictures, stored);
    let is = |(at, (picture, link)): (usize, (&Picture, &Option<Link>))| {
        let caption = picture.caption.as_ref().map(|caption| caption.text.as_str()).unwrap_or_default();
        *link == Some(Link::Is(at)) && stored[at].caption().is_some_and(|found| folded(&found) == caption)
    };
    links.pictures.len() == stored.len() && of_type.pictures.iter().zip(&links.pictures).enumerate().all(is)
}

/// The text of a file for a value; `None` if a plain file can't hold it.
fn plain(value: &str) -> Option<String> {
    if let Some(text) = string(value) {
        let text = folded(&text);
        return is_readable(&text).then(|| line(text));
    }
    let mut lines = String::new();
    for item in document::elements(value).ok().filter(|_| value.starts_with('['))? {
        let item = string(item)?;
        if item.is_empty() || item.trim() != item || item.contains(['\n', '\r']) {
            return None;
        }
        lines.push_str(&item);
        lines.push('\n');
    }
    is_readable(&lines).then_some(lines)
}
