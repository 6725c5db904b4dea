//! What a folder of listings will have, before any file of it is written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::Converted;
use crate::blocking::Stop;
use crate::error::{Error, Result, codes};
use crate::files;
use crate::listing::edits::{Note, NoteKind};
use crate::listing::walk::{MAX_TEXT, folded, is_readable, line};
use crate::listing::{disk, layout, read};

/// What is behind a file.
enum Content {
    Text(String),
    /// A copy of this file.
    Copy(PathBuf),
}

/// The files of the folder, by their paths in it.
#[derive(Default)]
pub(super) struct Draft {
    files: BTreeMap<String, Content>,
    notes: Vec<Note>,
    /// The videos, each with the folder of its trailer and the languages that it has.
    trailers: Vec<(PathBuf, String, Vec<String>)>,
}

/// A trailer in one language.
pub(super) struct Trailer {
    pub(super) video: PathBuf,
    pub(super) title: String,
    /// The thumbnail and its text.
    pub(super) thumbnail: Option<(PathBuf, String)>,
}

impl Draft {
    /// Whether nothing was found.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Something that is not taken over.
    pub(super) fn left_out(&mut self, file: &str, message: impl AsRef<str>) {
        let note = Note::new(NoteKind::LeftOut, message).file(file);
        // A folder may be looked through for several files.
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// A text of a member; an empty one has no file.
    pub(super) fn text(&mut self, folder: &str, member: &str, text: &str) {
        let text = folded(text);
        if text.is_empty() {
            return;
        }
        let Some(stem) = layout::file_stem(member) else { return };
        self.put(format!("{folder}/{stem}.txt"), text);
    }

    /// A list of a member, without its blank items.
    pub(super) fn list(&mut self, folder: &str, member: &str, items: &[String]) {
        let items: Vec<&str> = items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect();
        let Some(stem) = layout::file_stem(member).filter(|_| !items.is_empty()) else { return };
        if items.iter().any(|item| item.contains(['\n', '\r'])) {
            let json = serde_json::to_string(&items).unwrap_or_default();
            self.put(format!("{folder}/{stem}.json"), json);
        } else {
            self.put(format!("{folder}/{stem}.txt"), items.join("\n"));
        }
    }

    /// A picture behind those of its type, with its caption.
    pub(super) fn picture(&mut self, folder: &str, image_type: &str, from: PathBuf, caption: &str) {
        if !self.is_png(&from) {
            return;
        }
        let of_type = format!("{folder}/images/{image_type}/");
        let number = 1 + self.files.keys().filter(|file| file.starts_with(&of_type) && file.ends_with(".png")).count();
        let stem = from.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = format!("{of_type}{number:02}-{}", layout::label(layout::numbered(&stem).1));
        self.files.insert(format!("{stem}.png"), Content::Copy(from));
        if !caption.trim().is_empty() {
            self.put(format!("{stem}.txt"), folded(caption.trim()));
        }
    }

    /// A trailer in a language; one with the same video in another language is the same trailer.
    pub(super) fn trailer(&mut self, language: &str, trailer: Trailer) {
        let Trailer { video, title, thumbnail } = trailer;
        let ending = video.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        if !layout::VIDEOS.contains(&ending.as_str()) {
            let name = video.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.left_out(
                &name,
                "the Store takes MP4 and MOV files only: save the video as one, and put it into the folder",
            );
            return;
        }
        let is_same = |known: &Path| known == video || files::is_equal(known, &video).unwrap_or(false);
        let known = self
            .trailers
            .iter_mut()
            .find(|(known, _, languages)| !languages.iter().any(|other| other == language) && is_same(known));
        let folder = match known {
            Some((_, folder, languages)) => {
                languages.push(language.to_owned());
                folder.clone()
            }
            None => {
                let stem = video.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let number = self.trailers.len() + 1;
                let folder = format!("trailers/{number:02}-{}", layout::label(layout::numbered(&stem).1));
                self.files.insert(format!("{folder}/video.{ending}"), Content::Copy(video.clone()));
                self.trailers.push((video, folder.clone(), vec![language.to_owned()]));
                folder
            }
        };
        let place = format!("{folder}/{language}");
        self.text(&place, "title", title.trim());
        if title.trim().is_empty() {
            self.left_out(&place, "the trailer has no title, which the Store asks for");
        }
        match thumbnail {
            Some((picture, caption)) if self.is_png(&picture) => {
                self.files.insert(format!("{place}/thumbnail.png"), Content::Copy(picture));
                if !caption.trim().is_empty() {
                    self.put(format!("{place}/thumbnail.txt"), folded(caption.trim()));
                }
            }
            Some(_) => {}
            None => self.left_out(&place, "the trailer has no thumbnail, which the Store asks for"),
        }
    }

    /// The icon of an add-on.
    pub(super) fn icon(&mut self, folder: &str, from: PathBuf) {
        if self.is_png(&from) {
            self.files.insert(format!("{folder}/icon.png"), Content::Copy(from));
        }
    }

    /// Whether a picture has the ending that a folder of listings takes; any other is left out.
    fn is_png(&mut self, from: &Path) -> bool {
        let is_png = from.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("png"));
        if !is_png {
            let name = from.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            self.left_out(&name, "the Store takes PNG files only: save the picture as PNG, and put it into the folder");
        }
        is_png
    }

    fn put(&mut self, file: String, text: String) {
        let text = line(text);
        if is_readable(&text) {
            self.files.insert(file, Content::Text(text));
        } else {
            self.left_out(&file, "no file can hold the text: it has more than 1 MiB, a NUL, or marks of a merge");
        }
    }

    /// Writes the files. Those with an equal text stay as they are.
    ///
    /// # Errors
    /// `file.exists` before the first file is written; `file.*`; `cancelled`.
    pub(super) fn write(mut self, root: &Path, replace: bool, stop: &Stop) -> Result<Converted> {
        let settings = read::SETTINGS_FILE;
        if files::is_folder(&root.join(settings)).is_none() {
            self.files.insert(settings.to_owned(), Content::Text("{\"format\":1}\n".to_owned()));
        }
        let mut converted = Converted { notes: self.notes, ..Converted::default() };
        let mut writes = Vec::new();
        for (file, content) in self.files {
            match content.compare(&root.join(&file))? {
                Some(true) => converted.unchanged += 1,
                Some(false) if !replace => {
                    let message = format!("{file} is there already and has another content");
                    return Err(Error::new(&codes::FILE_EXISTS, message)
                        .hint("convert into another folder, or replace the files with `replace`"));
                }
                _ => writes.push((file, content)),
            }
        }
        if !stop.commit() {
            return Err(Error::new(&codes::CANCELLED, codes::CANCELLED.meaning));
        }
        for (file, content) in writes {
            match content {
                Content::Text(text) => disk::write(root, &file, &mut text.as_bytes())?,
                Content::Copy(from) => {
                    let mut from = files::open(&from).map_err(|error| unreadable(&from, &error))?;
                    disk::write(root, &file, &mut from)?;
                }
            }
            converted.written.push(file);
        }
        Ok(converted)
    }
}

impl Content {
    /// Whether a file has this content; `None` if there is no file.
    fn compare(&self, path: &Path) -> Result<Option<bool>> {
        if files::is_folder(path).is_none() {
            return Ok(None);
        }
        let is_equal = match self {
            Content::Text(text) => {
                let there = files::read(path, MAX_TEXT).unwrap_or_default();
                folded(&String::from_utf8_lossy(&there)) == folded(text)
            }
            Content::Copy(from) => files::is_equal(from, path).map_err(|error| unreadable(from, &error))?,
        };
        Ok(Some(is_equal))
    }
}

pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    Error::of_file(format!("{} can't be read", path.display()), error)
}
