//! Trailers: videos with a title and a thumbnail in each language.
//!
//! The service has no status for a trailer: an element without ids is new, and one that is left out goes. An element that
//! stays is kept as it is, but for its texts.

use super::body::{Object, below, quoted};
use super::edits::{Edits, Note, NoteKind};
use super::fault::{Fault, FaultKind};
use super::folder::{Folder, Media, Picture, Remote, TextFile, Trailer, TrailerAssets, label_of, tag_of};
use super::images::Unlinked;
use super::layout;
use super::renamed::Renamed;
use super::texts::{self, with_ends};
use super::walk::{folded, is_readable, line};
use crate::document;
use crate::error::Detail;

/// A trailer of a submission.
struct Stored<'t> {
    object: Object<'t>,
    text: &'t str,
    id: Option<String>,
    file_name: String,
}

impl<'t> Stored<'t> {
    /// The trailers of a submission.
    fn all(whole: &Object<'t>) -> Vec<Stored<'t>> {
        let elements = document::elements(whole.get("trailers").unwrap_or_default()).unwrap_or_default();
        let stored = elements.into_iter().enumerate().map(|(at, text)| {
            let object = Object::of(format!("{}/{at}", whole.place("trailers")), text);
            let id = object.text("id").filter(|id| !id.is_empty());
            Stored { id, file_name: object.text("videoFileName").unwrap_or_default(), text, object }
        });
        stored.collect()
    }
}

/// Makes the edits of the trailers. New trailers beside trailers of others that no folder stands for may be the same ones:
/// what is said about `unlinked` images counts for them too, and without it they are returned.
pub(super) fn edit(
    folder: &Folder,
    whole: &Object<'_>,
    (remove, unlinked): (bool, Option<Unlinked>),
    edits: &mut Edits,
) -> Result<Option<Detail>, Fault> {
    if folder.trailers.is_empty() && !remove {
        return Ok(None);
    }
    let place = whole.place("trailers");
    let old = whole.get("trailers");
    let stored = Stored::all(whole);
    let mut links = Links::of(folder, &stored);
    let unmanaged = links.unmanaged(&stored);
    let is_unlinked = links.is_unlinked(&stored) && !remove;
    match unlinked.filter(|_| is_unlinked) {
        None if is_unlinked => return Ok(Some(links.detail(folder, &stored, place))),
        Some(Unlinked::Adopt) => links.adopt(&stored),
        _ => {}
    }
    let exact = is_unlinked && unlinked == Some(Unlinked::Exact);
    let mut gone = if remove || exact { unmanaged } else { Vec::new() };
    let mut new = Vec::new();
    for (trailer, link) in folder.trailers.iter().zip(&links.0) {
        match link {
            Some(Link::Is(at)) => edit_one(trailer, &stored[*at].object, edits)?,
            Some(Link::Replaces(at)) => {
                gone.push(*at);
                new.push(new_trailer(trailer)?);
            }
            Some(Link::New) => new.push(new_trailer(trailer)?),
            None => {
                let file = trailer.video.file();
                let message = format!("the submission does not have the trailer that {file} stands for");
                edits.notes.push(Note::new(NoteKind::Gone, message).file(file));
            }
        }
    }
    if remove {
        let tagged = (0..stored.len()).filter(|&at| !links.is_taken(at) && tag_of(&stored[at].file_name).is_some());
        gone.extend(tagged);
    }
    let is_list = old.is_some_and(|old| old.starts_with('['));
    if !new.is_empty() && !is_list {
        edits.put(&place, "[]".to_owned(), old);
    }
    // The last one first, so that the others keep their places.
    gone.sort_unstable();
    gone.dedup();
    for at in gone.into_iter().rev() {
        edits.remove(&stored[at].object.pointer, stored[at].text);
    }
    for trailer in new {
        edits.insert(&format!("{place}/-"), trailer);
    }
    Ok(None)
}

/// What a trailer of a folder is in the submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Link {
    /// The trailer at this place.
    Is(usize),
    /// A new one in place of that trailer.
    Replaces(usize),
    /// A new one.
    New,
}

/// What each trailer of a folder is; `None` for a placeholder of a trailer that is gone.
struct Links(Vec<Option<Link>>);

impl Links {
    /// Links a video by its bytes, or else by a placeholder beside it.
    fn of(folder: &Folder, stored: &[Stored<'_>]) -> Links {
        let mut links = Links(vec![None; folder.trailers.len()]);
        for (at, trailer) in folder.trailers.iter().enumerate() {
            let Some(media) = &trailer.video.media else { continue };
            let is_one = |stored: &Stored<'_>| tag_of(&stored.file_name).as_deref() == Some(media.tag());
            links.0[at] = links.free(stored, is_one).map(Link::Is);
        }
        for (at, trailer) in folder.trailers.iter().enumerate() {
            let remote = trailer.video.placeholder.as_ref().map(|placeholder| &placeholder.remote);
            let Some(remote) = remote.filter(|_| links.0[at].is_none()) else { continue };
            let found = links.free(stored, |stored| match (&remote.id, &stored.id) {
                (Some(id), Some(found)) => id == found,
                _ => remote.file_name.as_deref() == Some(stored.file_name.as_str()),
            });
            let is_own = |media: &Media| remote.sha256.as_deref() == Some(media.sha256.as_str());
            links.0[at] = match &trailer.video.media {
                Some(media) if !is_own(media) => found.map(Link::Replaces),
                _ => found.map(Link::Is),
            };
        }
        for (link, trailer) in links.0.iter_mut().zip(&folder.trailers) {
            if trailer.video.media.is_some() {
                link.get_or_insert(Link::New);
            }
        }
        links
    }

    fn is_taken(&self, stored: usize) -> bool {
        self.0.iter().flatten().any(|link| matches!(link, Link::Is(at) | Link::Replaces(at) if *at == stored))
    }

    /// The first trailer that is one and that no other folder stands for.
    fn free(&self, stored: &[Stored<'_>], is_one: impl Fn(&Stored<'_>) -> bool) -> Option<usize> {
        (0..stored.len()).find(|&at| !self.is_taken(at) && is_one(&stored[at]))
    }

    /// The trailers of others that no folder stands for.
    fn unmanaged(&self, stored: &[Stored<'_>]) -> Vec<usize> {
        (0..stored.len()).filter(|&at| !self.is_taken(at) && tag_of(&stored[at].file_name).is_none()).collect()
    }

    fn added(&self) -> Vec<usize> {
        (0..self.0.len()).filter(|&at| self.0[at] == Some(Link::New)).collect()
    }

    /// Whether new trailers may be trailers of others, so that the submission could get each twice.
    fn is_unlinked(&self, stored: &[Stored<'_>]) -> bool {
        !self.added().is_empty() && !self.unmanaged(stored).is_empty()
    }

    fn detail(&self, folder: &Folder, stored: &[Stored<'_>], place: String) -> Detail {
        let files: Vec<&str> = self.added().into_iter().map(|at| folder.trailers[at].video.file()).collect();
        let names: Vec<&str> = self.unmanaged(stored).into_iter().map(|at| stored[at].file_name.as_str()).collect();
        Detail::at(place, format!("trailers: {} have no trailer, {} no folder", files.join(", "), names.join(", ")))
    }

    /// Takes new trailers for trailers of others, in their order.
    fn adopt(&mut self, stored: &[Stored<'_>]) {
        for (at, found) in self.added().into_iter().zip(self.unmanaged(stored)) {
            self.0[at] = Some(Link::Is(found));
        }
    }
}

fn edit_one(trailer: &Trailer, stored: &Object<'_>, edits: &mut Edits) -> Result<(), Fault> {
    let Some(all) = stored.object("trailerAssets") else {
        if !trailer.assets.is_empty() {
            edits.put(&stored.place("trailerAssets"), new_assets(trailer)?, stored.get("trailerAssets"));
        }
        return Ok(());
    };
    for assets in &trailer.assets {
        let Some(found) = all.object(&assets.language) else {
            let place = below(&all.pointer, &assets.language.to_lowercase());
            edits.put(&place, new_asset(assets)?, None);
            continue;
        };
        if let Some(title) = &assets.title {
            texts::edit(title, &found, edits)?;
        }
        if let Some(thumbnail) = &assets.thumbnail {
            edit_thumbnail(thumbnail, &found, edits);
        }
    }
    Ok(())
}

fn edit_thumbnail(thumbnail: &Picture, assets: &Object<'_>, edits: &mut Edits) {
    let (place, old) = (assets.place("imageList"), assets.get("imageList"));
    let image = first_image(assets);
    let tag = image.text("fileName").and_then(|name| tag_of(&name));
    match &thumbnail.media {
        Some(media) if tag.as_deref() != Some(media.tag()) => {
            edits.notes.extend(Note::sent_again(&image, thumbnail.file()));
            edits.put(&place, format!("[{}]", new_thumbnail(thumbnail)), old);
        }
        _ => {
            let Some(caption) = thumbnail.caption.as_ref().filter(|_| !image.members.is_empty()) else { return };
            let found = image.text("description").unwrap_or_default();
            if !texts::is_same(&found, &caption.text) {
                let value = quoted(&with_ends(&caption.text, &found));
                edits.put(&image.place("description"), value, image.get("description"));
            }
        }
    }
}

/// The videos and thumbnails whose names do not tell whether they are those of the folder.
pub(super) fn renamed(folder: &Folder, whole: &Object<'_>) -> Vec<Renamed> {
    let stored = Stored::all(whole);
    let links = Links::of(folder, &stored);
    let mut all = Vec::new();
    for (trailer, link) in folder.trailers.iter().zip(&links.0) {
        let Some(Link::Is(at)) = link else { continue };
        let found = &stored[*at].object;
        let video = trailer.video.media.as_ref();
        all.extend(video.and_then(|media| Renamed::of(found, "videoFileName", media, &label(trailer))));
        let Some(languages) = found.object("trailerAssets") else { continue };
        for assets in &trailer.assets {
            let thumbnail = assets.thumbnail.as_ref();
            let Some((thumbnail, found)) = thumbnail.zip(languages.object(&assets.language)) else { continue };
            let image = first_image(&found);
            let media = thumbnail.media.as_ref();
            all.extend(media.and_then(|media| Renamed::of(&image, "fileName", media, &thumbnail.label())));
        }
    }
    all
}

/// The thumbnail of a trailer in a language; without members if there is none.
fn first_image<'t>(assets: &Object<'t>) -> Object<'t> {
    let images = document::elements(assets.get("imageList").unwrap_or_default()).unwrap_or_default();
    Object::of(format!("{}/0", assets.place("imageList")), images.first().copied().unwrap_or_default())
}

/// The part of the name of a video that is for people.
fn label(trailer: &Trailer) -> String {
    layout::label(layout::numbered(&trailer.name).1)
}

fn new_trailer(trailer: &Trailer) -> Result<String, Fault> {
    let media = trailer.video.media.as_ref();
    let name = media.map(|media| media.zip_name(&label(trailer))).unwrap_or_default();
    Ok(format!(r#"{{"videoFileName":{},"trailerAssets":{}}}"#, quoted(&name), new_assets(trailer)?))
}

fn new_assets(trailer: &Trailer) -> Result<String, Fault> {
    let mut members = Vec::new();
    for assets in &trailer.assets {
        members.push(format!("{}:{}", quoted(&assets.language.to_lowercase()), new_asset(assets)?));
    }
    if members.is_empty() {
        let what = "a new trailer needs a title and a thumbnail in at least one language";
        return Err(Fault::new(FaultKind::Alone, &trailer.folder, what));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

fn new_asset(assets: &TrailerAssets) -> Result<String, Fault> {
    let title = assets.title.as_ref().filter(|title| !title.text.is_empty());
    let thumbnail = assets.thumbnail.as_ref().filter(|thumbnail| thumbnail.media.is_some());
    let (Some(title), Some(thumbnail)) = (title, thumbnail) else {
        let what = format!("a new trailer needs title.txt and thumbnail.png in {}", assets.language);
        let file =
            assets.thumbnail.as_ref().map(Picture::file).or(assets.title.as_ref().map(|title| title.file.as_str()));
        return Err(Fault::new(FaultKind::Alone, file.unwrap_or("trailers"), what));
    };
    Ok(format!(r#"{{"title":{},"imageList":[{}]}}"#, quoted(&with_ends(&title.text, "")), new_thumbnail(thumbnail)))
}

fn new_thumbnail(thumbnail: &Picture) -> String {
    let name = thumbnail.media.as_ref().map(|media| media.zip_name(&thumbnail.label())).unwrap_or_default();
    let caption = thumbnail.caption.as_ref().map(|caption| with_ends(&caption.text, "")).unwrap_or_default();
    format!(r#"{{"fileName":{},"description":{}}}"#, quoted(&name), quoted(&caption))
}

/// The files for the trailers of a submission.
#[derive(Default)]
pub(super) struct Files {
    /// Placeholders, titles and captions, each with its text. What the folder has with another text is written anew.
    pub(super) files: Vec<(String, String)>,
    pub(super) notes: Vec<Note>,
    /// New trailers beside trailers of others, about which nothing is said.
    pub(super) unlinked: Option<Detail>,
}

pub(super) fn files(folder: &Folder, whole: &Object<'_>, unlinked: Option<Unlinked>) -> Files {
    let (mut files, mut notes) = (Vec::new(), Vec::new());
    let stored = Stored::all(whole);
    let mut links = Links::of(folder, &stored);
    let may_be_twice = links.is_unlinked(&stored);
    match unlinked.filter(|_| may_be_twice) {
        None if may_be_twice => {
            let detail = links.detail(folder, &stored, whole.place("trailers"));
            return Files { unlinked: Some(detail), ..Files::default() };
        }
        Some(Unlinked::Adopt) => links.adopt(&stored),
        _ => {}
    }
    let mut own: Vec<Option<&Trailer>> = vec![None; stored.len()];
    for (trailer, link) in folder.trailers.iter().zip(&links.0) {
        if let Some(Link::Is(at) | Link::Replaces(at)) = link {
            own[*at] = Some(trailer);
        }
        if let Some(Link::Is(at)) = link {
            files.extend(adopted(trailer, &stored[*at]));
        }
    }
    let numbers = folder.trailers.iter().filter_map(|trailer| layout::numbered(&trailer.name).0);
    let mut number = numbers.max().unwrap_or_default();
    for (trailer, own) in stored.iter().zip(own) {
        let path = match own {
            Some(own) => own.folder.clone(),
            None if trailer.id.is_none() && trailer.file_name.is_empty() => {
                let message = "the trailer has neither an id nor a file name";
                notes.push(Note::new(NoteKind::LeftOut, message).at(trailer.object.pointer.clone()));
                continue;
            }
            None if may_be_twice && unlinked == Some(Unlinked::Exact) => continue,
            None => {
                number = number.saturating_add(1);
                let path = format!("trailers/{number:02}-{}", label_of(&trailer.file_name));
                files.push((format!("{path}/video.remote"), remote(trailer.id.clone(), &trailer.file_name, None)));
                path
            }
        };
        for (language, found) in trailer.object.object("trailerAssets").unwrap_or_default().objects() {
            if !layout::is_language(language) {
                let message = "the language can't be the name of a folder";
                notes.push(Note::new(NoteKind::LeftOut, message).at(found.pointer.clone()));
                continue;
            }
            let known = own.iter().flat_map(|own| &own.assets);
            let known = known.into_iter().find(|assets| assets.language.eq_ignore_ascii_case(language));
            asset_files(&format!("{path}/{language}"), known, &found, &mut files);
        }
    }
    Files { files, notes, unlinked: None }
}

/// The placeholder that says which trailer a video was taken for, if nothing else says so.
fn adopted(trailer: &Trailer, stored: &Stored<'_>) -> Option<(String, String)> {
    let media = trailer.video.media.as_ref()?;
    let known = trailer.video.placeholder.as_ref().is_some_and(|known| known.remote.id == stored.id);
    let is_tagged = tag_of(&stored.file_name).as_deref() == Some(media.tag());
    let text = remote(stored.id.clone(), &stored.file_name, Some(media.sha256.clone()));
    (!known && !is_tagged).then(|| (format!("{}/{}.remote", trailer.folder, trailer.video.stem), text))
}

fn asset_files(path: &str, known: Option<&TrailerAssets>, found: &Object<'_>, files: &mut Vec<(String, String)>) {
    let mut text = |known: Option<&TextFile>, path: String, found: Option<String>| {
        let Some(text) = found.map(|found| folded(&found)).filter(|text| is_readable(text)) else { return };
        let is_known = known.map(|known| known.text.as_str()).unwrap_or_default() == text;
        if !is_known {
            files.push((known.map_or(path, |known| known.file.clone()), line(text)));
        }
    };
    let title = known.and_then(|known| known.title.as_ref());
    text(title, format!("{path}/title.txt"), found.text_or_empty("title"));
    let first = document::elements(found.get("imageList").unwrap_or_default()).unwrap_or_default().first().copied();
    let image = Object::of("", first.unwrap_or_default());
    let thumbnail = known.and_then(|known| known.thumbnail.as_ref());
    let stem = thumbnail.map_or("thumbnail", |thumbnail| thumbnail.stem.as_str());
    let caption = thumbnail.and_then(|thumbnail| thumbnail.caption.as_ref());
    let (id, name) = (image.text("id").filter(|id| !id.is_empty()), image.text("fileName").unwrap_or_default());
    if thumbnail.is_none() && (id.is_some() || !name.is_empty()) {
        text(caption, format!("{path}/{stem}.txt"), image.text("description"));
        files.push((format!("{path}/{stem}.remote"), remote(id, &name, None)));
    } else if thumbnail.is_some() && first.is_some() {
        text(caption, format!("{path}/{stem}.txt"), image.text_or_empty("description"));
    }
}

/// The text of a placeholder.
fn remote(id: Option<String>, file_name: &str, sha256: Option<String>) -> String {
    let remote = Remote { id, file_name: Some(file_name.to_owned()), sha256 };
    serde_json::to_string(&remote).unwrap_or_default() + "\n"
}
