//! Reads a folder of listings from disk.

use std::path::Path;

use super::fault::{Fault, FaultKind};
use super::folder::{
    Content, Folder, ImageType, Language, Picture, Placeholder, Platform, Remote, Settings, TextFile, Trailer,
    TrailerAssets,
};
use super::known::Known;
use super::layout::{self, ADD_ONS, PROPERTIES};
use super::schema::PRODUCT_TYPES;
use super::walk::{Walk, join, split};
use crate::document;
use crate::error::Error;
use crate::files::{self, Entry};
use crate::input::{self, Subject};

static SETTINGS: Subject = Subject { name: "the file", json_fields: &[] };
static PLACEHOLDER: Subject = Subject { name: "the placeholder", json_fields: &[] };

const LISTINGS: &str = "listings";
const TRAILERS: &str = "trailers";
const NOTES: &str = "notes-for-certification.txt";
/// The name of the file with the settings.
pub const SETTINGS_FILE: &str = "storeship.json";

/// Reads a folder. What is wrong with it is in its faults; the rest is read all the same. `known` is what is known of the
/// submission that it changes. Blocks while the disk is slow.
///
/// # Examples
/// ```
/// let folder = tempfile::tempdir()?;
/// let language = folder.path().join("listings/en-us");
/// std::fs::create_dir_all(&language)?;
/// std::fs::write(language.join("description.txt"), "Counts beans.\r\n")?;
/// std::fs::write(language.join("descripton.txt"), "")?;
/// let read = storeship::listing::read::folder(folder.path(), &Default::default());
/// assert_eq!(read.languages[0].content.texts[0].text, "Counts beans.");
/// assert_eq!(read.faults[0].nearest.as_deref(), Some("description.txt"));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn folder(root: &Path, known: &Known) -> Folder {
    let mut folder = any(root);
    let strange = folder.strange(known);
    folder.faults.extend(strange);
    folder
}

/// As [`folder`], for a submission that is not known yet: [`Folder::strange`] has the faults that depend on it.
pub fn any(root: &Path) -> Folder {
    let mut reader = Reader { walk: Walk::new(root) };
    let mut folder = Folder { root: root.to_owned(), ..Folder::default() };
    if files::is_folder(root) != Some(true) {
        let what = "there is no folder; give the one that has `listings` in it";
        folder.faults.push(Fault::new(FaultKind::Unreadable, &root.display().to_string(), what));
        return folder;
    }
    for entry in reader.walk.entries("") {
        let name = entry.name.as_str();
        match (name, entry.is_folder) {
            (LISTINGS, true) => reader.languages(&mut folder),
            (TRAILERS, true) => folder.trailers = reader.trailers(),
            (PROPERTIES, false) => folder.properties = reader.json(PROPERTIES, "submission", '{'),
            (NOTES, false) => folder.notes = reader.walk.text(NOTES, "notesForCertification"),
            (SETTINGS_FILE, false) => folder.settings = reader.settings(),
            (ADD_ONS, true) => {}
            _ => {
                let known = [LISTINGS, TRAILERS, ADD_ONS, PROPERTIES, NOTES, SETTINGS_FILE];
                reader.walk.unknown(
                    name,
                    "it stands for nothing here",
                    input::nearest(name, &known).map(str::to_owned),
                );
            }
        }
    }
    if folder.settings.format.is_none()
        && folder.languages.is_empty()
        && folder.trailers.is_empty()
        && folder.properties.is_none()
        && folder.notes.is_none()
    {
        let what = "there is no listing: a folder of listings has `listings/en-us/description.txt` and the like";
        reader.walk.fault(FaultKind::Unknown, ".", what);
    }
    folder.share_names();
    folder.faults.append(&mut reader.walk.faults);
    folder
}

/// The settings of a folder, and what is wrong with them.
pub(super) fn settings_of(root: &Path) -> (Settings, Vec<Fault>) {
    let mut reader = Reader { walk: Walk::new(root) };
    let settings = match files::is_folder(&root.join(SETTINGS_FILE)) {
        None => Settings::default(),
        Some(_) => reader.settings(),
    };
    (settings, reader.walk.faults)
}

struct Reader {
    walk: Walk,
}

impl Reader {
    fn languages(&mut self, folder: &mut Folder) {
        for entry in self.walk.entries(LISTINGS) {
            let path = join(LISTINGS, &entry.name);
            if !entry.is_folder {
                self.walk.unknown(&path, "texts stand in the folder of their language, such as listings/en-us", None);
            } else if entry.name == layout::DEFAULT {
                folder.fallback = Some(self.language(&entry.name, &path));
            } else if layout::is_language(&entry.name) {
                folder.languages.push(self.language(&entry.name, &path));
            } else {
                self.walk.unknown(&path, "the name of the folder is no language, such as en-us", None);
            }
        }
    }

    fn language(&mut self, key: &str, folder: &str) -> Language {
        let mut language = Language { key: key.to_owned(), folder: folder.to_owned(), ..Language::default() };
        let (mut entries, mut icon) = (Vec::new(), Vec::new());
        for entry in self.walk.entries(folder) {
            match (entry.name.as_str(), entry.is_folder) {
                ("platforms", true) => language.platforms = self.platforms(&join(folder, "platforms")),
                ("icon.png" | "icon.remote" | "icon.remove", false) => icon.push(entry),
                _ => entries.push(entry),
            }
        }
        language.icon = self.pictures(folder, icon, &["png"]).into_iter().next();
        language.content = self.content(folder, entries);
        language
    }

    fn platforms(&mut self, folder: &str) -> Vec<Platform> {
        let mut platforms = Vec::new();
        for entry in self.walk.entries(folder) {
            let path = join(folder, &entry.name);
            if entry.is_folder && layout::is_type(&entry.name) {
                let entries = self.walk.entries(&path);
                platforms.push(Platform { name: entry.name, content: self.content(&path, entries) });
            } else {
                let nearest = input::nearest(&entry.name, layout::PLATFORMS).map(str::to_owned);
                self.walk.unknown(&path, "a platform is a folder, such as platforms/Windows81", nearest);
            }
        }
        platforms
    }

    fn content(&mut self, folder: &str, entries: Vec<Entry>) -> Content {
        let mut content = Content::default();
        for entry in entries {
            let path = join(folder, &entry.name);
            if entry.is_folder {
                match entry.name.as_str() {
                    "images" => content.images = self.images(&path),
                    name => {
                        let nearest = input::nearest(name, &["images", "platforms"]).map(str::to_owned);
                        self.walk.unknown(&path, "the folder stands for nothing here", nearest);
                    }
                }
            } else if let Some(text) = self.member(folder, &entry.name) {
                content.texts.push(text);
            }
        }
        for at in (1..content.texts.len()).rev() {
            if content.texts[at - 1].member == content.texts[at].member {
                let second = content.texts.remove(at);
                let message = format!("{} is for the same text", content.texts[at - 1].file);
                self.walk.fault(FaultKind::Twice, &second.file, message);
            }
        }
        content
    }

    /// A file with a member of the listing.
    fn member(&mut self, folder: &str, name: &str) -> Option<TextFile> {
        let path = join(folder, name);
        let (stem, ending) = split(name);
        let member = layout::member(stem).filter(|_| ["txt", "json"].contains(&ending.as_str()));
        let Some(member) = member else {
            self.walk.unknown(&path, "the file stands for no member of a listing", layout::nearest_file(stem));
            return None;
        };
        if ending == "txt" { self.walk.text(&path, &member) } else { self.json(&path, &member, ' ') }
    }

    /// A file with JSON that begins with this sign; a blank stands for any.
    fn json(&mut self, file: &str, member: &str, first: char) -> Option<TextFile> {
        let text = self.walk.text(file, member)?;
        self.checked(text, first)
    }

    /// A text that has to be JSON.
    fn checked(&mut self, text: TextFile, first: char) -> Option<TextFile> {
        let text = TextFile { is_json: true, ..text };
        let file = text.file.as_str();
        if let Err(error) = document::check(&text.text) {
            let fault = Fault::new(FaultKind::Json, file, format!("it is not JSON: {}", error.problem));
            self.walk.faults.push(fault.at(error.line, error.column));
            return None;
        }
        if first != ' ' && !text.text.trim_start().starts_with(first) {
            self.walk.fault(FaultKind::Json, file, "it has no JSON object");
            return None;
        }
        Some(text)
    }

    fn settings(&mut self) -> Settings {
        let Some(text) = self.json(SETTINGS_FILE, "settings", '{') else { return Settings::default() };
        match input::parse_as::<Settings>(&SETTINGS, &text.text) {
            Ok(settings) if settings.format.is_none_or(|format| format == 1) => {
                self.walk.faults.extend(product_type(&settings));
                settings
            }
            Ok(_) => {
                self.walk.fault(
                    FaultKind::Json,
                    SETTINGS_FILE,
                    "the folder is of another format; this version reads format 1",
                );
                Settings::default()
            }
            Err(error) => {
                self.walk.faults.push(unreadable(SETTINGS_FILE, &error));
                Settings::default()
            }
        }
    }

    fn images(&mut self, folder: &str) -> Vec<ImageType> {
        let mut types = Vec::new();
        for entry in self.walk.entries(folder) {
            let path = join(folder, &entry.name);
            if !entry.is_folder || !layout::is_type(&entry.name) {
                let what = "images stand in the folder of their type, such as images/Screenshot/01-home.png";
                self.walk.unknown(&path, what, input::nearest(&entry.name, layout::IMAGE_TYPES).map(str::to_owned));
                continue;
            }
            let (none, entries) =
                self.walk.entries(&path).into_iter().partition::<Vec<_>, _>(|file| file.name == "none");
            let pictures = self.pictures(&path, entries, &["png"]);
            if !none.is_empty() && !pictures.is_empty() {
                self.walk.fault(FaultKind::Twice, &join(&path, "none"), "there are pictures beside it");
            }
            types.push(ImageType {
                name: entry.name,
                folder: path,
                none: !none.is_empty(),
                pictures,
                ..ImageType::default()
            });
        }
        types
    }

    /// The pictures of a folder in their order.
    fn pictures(&mut self, folder: &str, entries: Vec<Entry>, endings: &[&str]) -> Vec<Picture> {
        let mut pictures: Vec<Picture> = Vec::new();
        for entry in entries {
            let path = join(folder, &entry.name);
            let (stem, ending) = split(&entry.name);
            let at = pictures.iter().position(|picture| picture.stem == stem);
            let at = at.unwrap_or_else(|| {
                pictures.push(Picture { stem: stem.to_owned(), ..Picture::default() });
                pictures.len() - 1
            });
            let picture = &mut pictures[at];
            match ending.as_str() {
                _ if entry.is_folder => self.walk.unknown(&path, "the folder stands for nothing here", None),
                "txt" => picture.caption = self.walk.text(&path, "description"),
                "remote" | "remove" if picture.placeholder.is_some() => {
                    self.walk.fault(FaultKind::Twice, &path, "another placeholder has the same name");
                }
                "remote" | "remove" => picture.placeholder = self.placeholder(&path, ending == "remove"),
                ending if endings.contains(&ending) && picture.media.is_some() => {
                    self.walk.fault(FaultKind::Twice, &path, "another file has the same name");
                }
                ending if endings.contains(&ending) => picture.media = self.walk.media(&path),
                _ => {
                    let what = format!("only .{}, .remote, .remove and .txt files stand here", endings.join(", ."));
                    self.walk.unknown(&path, &what, None);
                }
            }
        }
        for picture in &pictures {
            if let (None, None, Some(caption)) = (&picture.media, &picture.placeholder, &picture.caption) {
                self.walk.fault(FaultKind::Alone, &caption.file, "there is no picture of this name beside the caption");
            }
        }
        pictures.retain(|picture| picture.media.is_some() || picture.placeholder.is_some());
        pictures.sort_by(|one, other| order(&one.stem).cmp(&order(&other.stem)));
        pictures
    }

    fn placeholder(&mut self, file: &str, removes: bool) -> Option<Placeholder> {
        // It is not read before: an empty file is no JSON.
        let text = self.walk.text(file, "placeholder")?;
        if text.text.trim().is_empty() {
            // A listing has one icon, which needs no name.
            if removes && file.ends_with("/icon.remove") && !file.contains("/images/") {
                return Some(Placeholder { file: file.to_owned(), remote: Remote::default(), removes });
            }
            let what = "it is empty, and has to name an image by `id` or `fileName`: rename the .remote file that a pull \
                        wrote for the image";
            self.walk.fault(FaultKind::Alone, file, what);
            return None;
        }
        let text = self.checked(text, '{')?;
        match input::parse_as::<Remote>(&PLACEHOLDER, &text.text) {
            Ok(remote) if remote.id.is_none() && remote.file_name.is_none() => {
                self.walk.fault(FaultKind::Alone, file, "a placeholder needs the `id` or the `fileName` of an image");
                None
            }
            Ok(remote) => Some(Placeholder { file: file.to_owned(), remote, removes }),
            Err(error) => {
                self.walk.faults.push(unreadable(file, &error));
                None
            }
        }
    }

    fn trailers(&mut self) -> Vec<Trailer> {
        let mut trailers = Vec::new();
        for entry in self.walk.entries(TRAILERS) {
            let path = join(TRAILERS, &entry.name);
            if entry.is_folder {
                trailers.extend(self.trailer(&entry.name, &path));
            } else {
                self.walk.unknown(&path, "a trailer is a folder, such as trailers/01-intro", None);
            }
        }
        trailers.sort_by(|one, other| order(&one.name).cmp(&order(&other.name)));
        trailers
    }

    fn trailer(&mut self, name: &str, folder: &str) -> Option<Trailer> {
        let (languages, videos) = self.walk.entries(folder).into_iter().partition::<Vec<_>, _>(|entry| entry.is_folder);
        let mut videos = self.pictures(folder, videos, &layout::VIDEOS);
        if videos.len() != 1 || videos[0].caption.is_some() {
            let what = "a trailer has one video, such as video.mp4 or video.remote, and texts in folders of languages";
            self.walk.fault(FaultKind::Alone, folder, what);
            return None;
        }
        let mut assets = Vec::new();
        for entry in languages {
            let path = join(folder, &entry.name);
            if !layout::is_language(&entry.name) {
                self.walk.unknown(&path, "the name of the folder is no language, such as en-us", None);
                continue;
            }
            let (titles, pictures) =
                self.walk.entries(&path).into_iter().partition::<Vec<_>, _>(|file| file.name == "title.txt");
            let title = titles.first().and_then(|file| self.walk.text(&join(&path, &file.name), "title"));
            let mut thumbnails = self.pictures(&path, pictures, &["png"]);
            if thumbnails.len() > 1 {
                self.walk.fault(FaultKind::Twice, &path, "a trailer has one thumbnail in a language");
                thumbnails.truncate(1);
            }
            assets.push(TrailerAssets { language: entry.name, title, thumbnail: thumbnails.pop() });
        }
        Some(Trailer { name: name.to_owned(), folder: folder.to_owned(), video: videos.remove(0), assets })
    }
}

/// The fault of a `productType`. The folder of an add-on that the account has may have one that no add-on is created with.
fn product_type(settings: &Settings) -> Option<Fault> {
    let of_type = settings.product_type.as_deref().filter(|of_type| !PRODUCT_TYPES.contains(of_type));
    let is_of_app = settings.app_id.is_some() && settings.add_on_id.is_none();
    if is_of_app && settings.product_type.is_some() {
        let what = "`productType` is of add-ons, and the folder is of an app";
        return Some(Fault::new(FaultKind::Json, SETTINGS_FILE, what));
    }
    let of_type = of_type?;
    let meant = input::nearest(of_type, PRODUCT_TYPES).map(str::to_owned);
    if settings.add_on_id.is_some() && meant.is_none() {
        return None;
    }
    let known = PRODUCT_TYPES.join(" or ");
    let what = format!("`{of_type}` is no `productType` of an add-on, which is {known}");
    Some(Fault::new(FaultKind::Json, SETTINGS_FILE, what).nearest(meant))
}

/// The fault of a JSON file of ours, with the name of a member that was probably meant.
fn unreadable(file: &str, error: &Error) -> Fault {
    let meant = error.remedy().strip_prefix("use `").and_then(|rest| rest.strip_suffix('`'));
    Fault::new(FaultKind::Json, file, error.to_string()).nearest(meant.map(str::to_owned))
}

/// Sorts by the number at the start of a name, then by the name; names without a number come last.
pub(super) fn order(stem: &str) -> (bool, u64, &str) {
    let number = layout::numbered(stem).0;
    (number.is_none(), number.unwrap_or_default(), stem)
}
