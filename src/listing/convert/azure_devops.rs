//! The metadata folder of the Azure DevOps tasks for the Store: `LANGUAGE/baseListing` with a text file for each member or a
//! `metadata.json`, pictures in `images/TYPE`, and `platformOverrides/PLATFORM`.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::draft::{Draft, Trailer, unreadable};
use super::{LEADS_OUT, is_no_language, shown_path};
use crate::error::{Error, Result, codes};
use crate::files::{self, Entry};
use crate::listing::layout;
use crate::listing::walk::MAX_TEXT;
use crate::text;

const METADATA: &str = "metadata.json";
/// The end of the name of a trailer's folder, in small letters.
const ASSETS: &str = ".trailerassets";

pub(super) fn read(root: &Path, draft: &mut Draft) -> Result<()> {
    let mut reader = Reader { root, draft };
    for entry in reader.entries(root)? {
        let folder = root.join(&entry.name);
        if !entry.is_folder {
            reader.left_out(&folder, "it stands for nothing: a language is a folder");
        } else if entry.name.eq_ignore_ascii_case("trailers") {
            reader.trailers(&folder)?;
        } else if is_no_language(&entry.name) || !layout::is_language(&entry.name) {
            reader.left_out(&folder, "it is no language of the Store");
        } else {
            reader.language(&folder, &format!("listings/{}", entry.name.to_ascii_lowercase()))?;
        }
    }
    if draft.is_empty() {
        let message = format!("{} has no listing: no `LANGUAGE/baseListing` with a text", root.display());
        return Err(
            Error::new(&codes::LISTING_INVALID, message).hint("give the folder that has a folder for each language")
        );
    }
    Ok(())
}

struct Reader<'a> {
    root: &'a Path,
    draft: &'a mut Draft,
}

/// `IMAGE.metadata.json`.
#[derive(Deserialize)]
struct Caption {
    #[serde(default)]
    description: String,
}

impl Reader<'_> {
    fn entries(&mut self, folder: &Path) -> Result<Vec<Entry>> {
        super::entries(self.root, folder, self.draft)
    }

    fn left_out(&mut self, path: &Path, message: &str) {
        let shown = shown_path(self.root, path);
        self.draft.left_out(&shown, message);
    }

    /// A text, or a note where there is none.
    fn text(&mut self, path: &Path) -> Result<Option<String>> {
        if !files::is_inside(path, self.root) {
            self.left_out(path, LEADS_OUT);
            return Ok(None);
        }
        let bytes = files::read(path, MAX_TEXT).map_err(|error| unreadable(path, &error))?;
        match text::decode(&bytes) {
            Ok(text) => Ok(Some(text.to_string())),
            Err(not_text) => {
                self.left_out(path, &not_text.to_string());
                Ok(None)
            }
        }
    }

    fn language(&mut self, folder: &Path, to: &str) -> Result<()> {
        for entry in self.entries(folder)? {
            let inner = folder.join(&entry.name);
            match entry.name.to_ascii_lowercase().as_str() {
                "baselisting" if entry.is_folder => self.listing(&inner, to)?,
                "platformoverrides" if entry.is_folder => {
                    for platform in self.entries(&inner)? {
                        let path = inner.join(&platform.name);
                        if platform.is_folder && layout::is_type(&platform.name) {
                            self.listing(&path, &format!("{to}/platforms/{}", platform.name))?;
                        } else {
                            self.left_out(&path, "it is no platform");
                        }
                    }
                }
                _ => self.left_out(&inner, "it stands for nothing: the texts are in `baseListing`"),
            }
        }
        Ok(())
    }

    fn listing(&mut self, folder: &Path, to: &str) -> Result<()> {
        for entry in self.entries(folder)? {
            let path = folder.join(&entry.name);
            let name = entry.name.to_ascii_lowercase();
            if entry.is_folder && name == "images" {
                self.images(&path, to)?;
            } else if entry.is_folder {
                self.left_out(&path, "it stands for nothing in a listing");
            } else if name == METADATA {
                self.metadata(&path, to)?;
            } else if let Some(stem) = name.strip_suffix(".txt") {
                self.member(&path, stem, to)?;
            } else {
                self.left_out(&path, "it stands for nothing in a listing");
            }
        }
        Ok(())
    }

    fn member(&mut self, path: &Path, stem: &str, to: &str) -> Result<()> {
        let known = |names: &[&'static str]| names.iter().copied().find(|name| name.eq_ignore_ascii_case(stem));
        let Some(text) = self.text(path)? else { return Ok(()) };
        if let Some(member) = known(layout::LISTS) {
            let items: Vec<String> = text.lines().map(str::to_owned).collect();
            self.draft.list(to, member, &items);
        } else if let Some(member) = known(layout::TEXTS) {
            self.draft.text(to, member, &text);
        } else {
            self.left_out(path, "a listing has no such member");
        }
        Ok(())
    }

    fn metadata(&mut self, path: &Path, to: &str) -> Result<()> {
        let Some(text) = self.text(path)? else { return Ok(()) };
        let Ok(members) = serde_json::from_str::<Map<String, Value>>(&text) else {
            self.left_out(path, "it is no JSON object");
            return Ok(());
        };
        for (name, value) in members {
            let known = |names: &[&'static str]| names.iter().copied().find(|known| known.eq_ignore_ascii_case(&name));
            match (&value, known(layout::TEXTS), known(layout::LISTS)) {
                (Value::String(text), Some(member), _) => self.draft.text(to, member, text),
                (Value::Array(items), _, Some(member)) => {
                    let items: Vec<String> = items.iter().filter_map(Value::as_str).map(str::to_owned).collect();
                    self.draft.list(to, member, &items);
                }
                (Value::Null, ..) => {}
                _ => self.left_out(path, &format!("its member `{name}` is nothing that a listing has")),
            }
        }
        Ok(())
    }

    fn images(&mut self, folder: &Path, to: &str) -> Result<()> {
        for of_type in self.entries(folder)? {
            let inner = folder.join(&of_type.name);
            let known = layout::IMAGE_TYPES.iter().find(|known| known.eq_ignore_ascii_case(&of_type.name));
            let Some(image_type) = known.filter(|_| of_type.is_folder) else {
                self.left_out(&inner, "it is no image type of the Store");
                continue;
            };
            // The tasks send them in whatever order the system lists them.
            for entry in self.entries(&inner)? {
                let path = inner.join(&entry.name);
                let lower = entry.name.to_ascii_lowercase();
                if lower.ends_with(".png") {
                    let caption = self.caption(&path)?;
                    self.draft.picture(to, image_type, path, &caption);
                } else if !(lower.ends_with(".metadata.json") || lower.starts_with("description.")) {
                    self.left_out(&path, "it is no PNG");
                }
            }
        }
        Ok(())
    }

    /// The videos of `Trailers`, each with a folder `NAME.trailerAssets/LANGUAGE`.
    fn trailers(&mut self, folder: &Path) -> Result<()> {
        let (folders, videos): (Vec<_>, Vec<_>) = self.entries(folder)?.into_iter().partition(|entry| entry.is_folder);
        let stem = |name: &str| name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_ascii_lowercase();
        let is_of = |assets: &Entry, video: &Entry| {
            assets.name.to_ascii_lowercase().strip_suffix(ASSETS).is_some_and(|name| name == stem(&video.name))
        };
        for assets in &folders {
            if !assets.name.to_ascii_lowercase().ends_with(ASSETS) {
                let what = "it stands for nothing: the texts of a trailer are in `NAME.trailerAssets`";
                self.left_out(&folder.join(&assets.name), what);
            } else if !videos.iter().any(|video| is_of(assets, video)) {
                self.left_out(&folder.join(&assets.name), "no video beside it has this name");
            }
        }
        for video in &videos {
            let path = folder.join(&video.name);
            let Some(assets) = folders.iter().find(|assets| is_of(assets, video)) else {
                self.left_out(&path, "it has no texts in a folder `NAME.trailerAssets` beside it");
                continue;
            };
            let assets = folder.join(&assets.name);
            for language in self.entries(&assets)? {
                let inner = assets.join(&language.name);
                if !language.is_folder || is_no_language(&language.name) || !layout::is_language(&language.name) {
                    self.left_out(&inner, "it is no language of the Store");
                    continue;
                }
                let title = inner.join("title.txt");
                let title = match files::is_folder(&title) {
                    Some(false) => self.text(&title)?.unwrap_or_default(),
                    _ => String::new(),
                };
                let thumbnail = self.thumbnail(&inner.join("images"))?;
                let trailer = Trailer { video: path.clone(), title, thumbnail };
                self.draft.trailer(&language.name.to_ascii_lowercase(), trailer);
            }
        }
        Ok(())
    }

    /// The first picture of a folder, with its caption.
    fn thumbnail(&mut self, folder: &Path) -> Result<Option<(PathBuf, String)>> {
        if files::is_folder(folder) != Some(true) {
            return Ok(None);
        }
        let entries = self.entries(folder)?;
        let Some(picture) = entries.iter().find(|entry| entry.name.to_ascii_lowercase().ends_with(".png")) else {
            return Ok(None);
        };
        let path = folder.join(&picture.name);
        let text = path.with_extension("txt");
        let caption = match files::is_folder(&text) {
            Some(false) => self.text(&text)?.unwrap_or_default(),
            _ => self.caption(&path)?,
        };
        Ok(Some((path, caption)))
    }

    fn caption(&mut self, picture: &Path) -> Result<String> {
        let stem = picture.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let text = picture.with_file_name(format!("description.{stem}.txt"));
        if files::is_folder(&text) == Some(false) {
            return Ok(self.text(&text)?.unwrap_or_default());
        }
        let json = picture.with_file_name(format!("{stem}.{METADATA}"));
        if files::is_folder(&json) != Some(false) {
            return Ok(String::new());
        }
        let text = self.text(&json)?.unwrap_or_default();
        match serde_json::from_str::<Caption>(&text) {
            Ok(caption) => Ok(caption.description),
            Err(_) => {
                self.left_out(&json, "it has no caption: an object with `description`");
                Ok(String::new())
            }
        }
    }
}
