//! Writes a submission into a folder, so that the folder then changes nothing in it.

use std::collections::BTreeSet;
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::body::{Kind, Member, Object, Submission, string};
use super::changes::refuse;
use super::edits::{Edits, Note, NoteKind};
use super::fault::Fault;
use super::folder::{Content, Folder, Language, Platform, Settings, TextFile};
use super::images::{self, Unlinked};
use super::known::Known;
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
    /// The product id and the product type of an add-on in a tree. A new folder of it also gets its price and properties.
    pub in_tree: Option<(&'a str, &'a str)>,
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
        false => read::folder(root, &Known::of(document)),
    };
    // A folder that has no listing yet gets one now.
    let faults: Vec<Fault> = folder.faults.iter().filter(|fault| fault.file != ".").cloned().collect();
    check_product(&folder.settings, product)?;
    refuse(&faults)?;
    let mut writer =
        Writer { folder: &folder, submission: &submission, images, unlinked: Vec::new(), plan: Plan::default() };
    writer.all(product);
    let Writer { unlinked, plan, .. } = writer;
    images::refuse_unlinked(unlinked)?;
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
    check_ids("the folder", settings, product)
}

/// The same for the ids of `what`.
pub(super) fn check_ids(what: &str, settings: &Settings, product: Product<'_>) -> Result<()> {
    let app = settings.app_id.as_deref().map(|id| ("app", id));
    let own = settings.add_on_id.as_deref().map(|id| ("add-on", id)).or(app);
    let asked = product.add_on_id.map(|id| ("add-on", id)).or(product.app_id.map(|id| ("app", id)));
    match (own, asked) {
        (Some((noun, id)), Some((other, asked))) if noun != other || !id.eq_ignore_ascii_case(asked) => {
            let message = format!("{what} is of the {noun} {id}, not of the {other} {asked}");
            Err(Error::new(&codes::LISTING_OTHER_PRODUCT, message))
        }
        _ => Ok(()),
    }
}

/// What becomes of the files, before any is touched.
#[derive(Default)]
pub(super) struct Plan {
    pub(super) writes: Vec<(String, String)>,
    /// Files that are written when the others have their new names.
    pub(super) added: Vec<(String, String)>,
    pub(super) removes: Vec<String>,
    pub(super) renames: Vec<disk::Rename>,
    pub(super) unchanged: usize,
    pub(super) notes: Vec<Note>,
}

impl Plan {
    pub(super) fn write(&mut self, file: String, text: String) {
        self.writes.push((file, text));
    }

    pub(super) fn note(&mut self, kind: NoteKind, pointer: &str, message: &str) {
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
        for (file, text) in &self.added {
            disk::write(root, file, &mut text.as_bytes())?;
        }
        let written = self.writes.into_iter().map(|(file, _)| file).filter(|file| !moved.contains(file));
        let written: Vec<String> = written.chain(renamed).chain(self.added.into_iter().map(|(file, _)| file)).collect();
        let removed = self.removes.into_iter().chain(moved).filter(|file| !written.contains(file)).collect();
        Ok(Written { written, removed, unchanged: self.unchanged, notes: self.notes })
    }
}

/// The files that have a text, or could have it.
struct Texts<'a> {
    /// The folder's own file.
    file: Option<&'a TextFile>,
    /// The file that counts without it.
    fallback: Option<&'a TextFile>,
    /// The path of the own file without its ending.
    path: &'a str,
}

pub(super) struct Writer<'a> {
    folder: &'a Folder,
    submission: &'a Submission<'a>,
    pub(super) images: Option<Unlinked>,
    pub(super) unlinked: Vec<Detail>,
    pub(super) plan: Plan,
}

impl Writer<'_> {
    fn all(&mut self, product: Product<'_>) {
        if self.folder.settings == Settings::default() {
            let settings = Settings {
                format: Some(1),
                app_id: product.app_id.map(str::to_owned),
                add_on_id: product.add_on_id.map(str::to_owned),
                product_id: product.in_tree.map(|(id, _)| id.to_owned()),
                product_type: product.in_tree.map(|(_, of_type)| of_type.to_owned()),
                ..Settings::default()
            };
            self.json(read::SETTINGS_FILE.to_owned(), &settings);
            if product.in_tree.is_some() && self.folder.properties.is_none() {
                self.plan.writes.extend(super::properties::of_add_on(&self.submission.whole));
            }
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
        for language in &self.folder.languages {
            if !seen.contains(&language.key.to_ascii_lowercase()) {
                let message =
                    "the submission has no listing in this language: a push adds it, unless the folder is removed";
                self.plan.notes.push(Note::new(NoteKind::NotSent, message).file(&language.folder));
            }
        }
        self.managed();
        let trailers = trailers::files(self.folder, &self.submission.whole, self.images);
        self.plan.writes.extend(trailers.files);
        self.plan.notes.extend(trailers.notes);
        self.unlinked.extend(trailers.unlinked);
    }

    /// Files that are there only if the user manages what they hold.
    fn managed(&mut self) {
        let whole = &self.submission.whole;
        if let Some(notes) = &self.folder.notes {
            let known = Texts { file: Some(notes), fallback: None, path: "notes-for-certification" };
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

    pub(super) fn json<T: Serialize>(&mut self, file: String, value: &T) {
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
            self.icon(&sources, listing);
        }
        let overrides = listing.object("platformOverrides").unwrap_or_default();
        let mut seen = BTreeSet::new();
        for (name, platform) in overrides.objects() {
            if !layout::is_type(name) {
                self.plan.note(NoteKind::LeftOut, &platform.pointer, "the platform can't be the name of a folder");
                continue;
            }
            if !seen.insert(name.to_ascii_lowercase()) {
                let message = "another platform differs from this one in letter case only";
                self.plan.note(NoteKind::LeftOut, &platform.pointer, message);
                continue;
            }
            let all = sources.iter().flat_map(|source| &source.platforms);
            let none = Content::default();
            let is_it = |one: &&Platform| one.name.eq_ignore_ascii_case(name);
            let mut contents: Vec<&Content> = all.filter(is_it).map(|one| &one.content).collect();
            let own_name = own.platforms.iter().find(is_it).map(|one| one.name.as_str());
            if own_name.is_none() {
                contents.insert(0, &none);
            }
            self.content(&format!("{}/platforms/{}", own.folder, own_name.unwrap_or(name)), &contents, &platform);
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
            // The next release takes them from the changelog, so a file would keep the old ones.
            if file.is_none() && name.eq_ignore_ascii_case("releaseNotes") && self.folder.settings.changelog.is_some() {
                continue;
            }
            let fallback = contents.iter().skip(1).find_map(|content| find(content));
            let known = Texts { file: file.as_ref(), fallback: fallback.as_ref(), path: &join(folder, &stem) };
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
    fn text(&mut self, known: Texts<'_>, place: &str, object: &Object<'_>) {
        let Texts { file, fallback, path } = known;
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
}

/// Whether a value is a text, a list of texts, or nothing.
fn is_text(value: &str) -> bool {
    let is_list = || document::elements(value).is_ok_and(|items| items.iter().all(|item| item.starts_with('"')));
    value.starts_with('"') || value == "null" || (value.starts_with('[') && is_list())
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
