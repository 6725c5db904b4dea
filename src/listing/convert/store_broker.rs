//! The ProductDescription XML files (PDP) of StoreBroker: `LANGUAGE/…/PDP.xml`, with pictures in another tree that is
//! searched by file name.

use std::path::{Path, PathBuf};

use super::draft::{Draft, Trailer, unreadable};
use super::{Conversion, is_no_language, shown_path};
use crate::error::{Error, Result, codes};
use crate::files;
use crate::listing::layout;
use crate::package::xml::{self, Element};

/// The largest file in bytes.
const MAX_BYTES: u64 = 4 << 20;
/// How deep folders are searched, and how many files.
const DEEPEST: usize = 8;
const MOST_FILES: usize = 50_000;

const TEXTS: &[(&str, &str)] = &[
    ("AppStoreName", "title"),
    ("Title", "title"),
    ("Description", "description"),
    ("ShortDescription", "shortDescription"),
    ("ShortTitle", "shortTitle"),
    ("SortTitle", "sortTitle"),
    ("VoiceTitle", "voiceTitle"),
    ("DevStudio", "devStudio"),
    ("ReleaseNotes", "releaseNotes"),
    ("CopyrightAndTrademark", "copyrightAndTrademarkInfo"),
    ("AdditionalLicenseTerms", "licenseTerms"),
];
const LISTS: &[(&str, &str)] = &[
    ("Keywords", "keywords"),
    ("AppFeatures", "features"),
    ("MinimumHardware", "minimumHardware"),
    ("RecommendedHardware", "recommendedHardware"),
];
/// What the API ignores: these are edited in Partner Center.
const OBSOLETE: &[&str] = &["WebsiteURL", "SupportContactInfo", "PrivacyPolicyURL"];
/// The attributes of a caption that name a picture.
const SCREENSHOTS: &[(&str, &str)] = &[
    ("DesktopImage", "Screenshot"),
    ("MobileImage", "MobileScreenshot"),
    ("XboxImage", "XboxScreenshot"),
    ("SurfaceHubImage", "SurfaceHubScreenshot"),
    ("HoloLensImage", "HoloLensScreenshot"),
];
/// The names of older files for image types that the service calls otherwise.
const OLD_ASSETS: &[(&str, &str)] = &[
    ("PosterArt", "StoreLogo9x16"),
    ("BoxArt", "StoreLogoSquare"),
    ("BrandedKeyArt", "XboxBrandedKeyArt"),
    ("TitledHeroArt", "XboxTitledHeroArt"),
    ("FeaturedPromotionalArt", "XboxFeaturedPromotionalArt"),
    ("HeroImage414x180", "PromotionalArtwork414X180"),
    ("HeroImage846x468", "PromotionalArtwork846X468"),
    ("HeroImage558x756", "PromotionalArtwork558X756"),
    ("HeroImage414x468", "PromotionalArtwork414X468"),
    ("HeroImage558x558", "PromotionalArtwork558X558"),
    ("HeroImage2400x1200", "PromotionalArtwork2400X1200"),
    ("DesktopIcon", "Icon"),
];

pub(super) fn read(conversion: &Conversion<'_>, draft: &mut Draft) -> Result<()> {
    let root = conversion.from;
    let mut found: Vec<(PathBuf, Element)> = Vec::new();
    for path in files_in(root, draft)? {
        if !has_ending(&path, "xml") {
            continue;
        }
        let bytes = files::read(&path, MAX_BYTES).map_err(|error| unreadable(&path, &error))?;
        match xml::document(&bytes) {
            Ok(element) if matches!(element.name.as_str(), "ProductDescription" | "InAppProductDescription") => {
                found.push((path, element));
            }
            Ok(_) => {}
            Err(error) => draft.left_out(&shown_path(root, &path), format!("it is no XML: {error}")),
        }
    }
    let is_app = |(_, element): &&(PathBuf, Element)| element.name == "ProductDescription";
    let has_app = found.iter().any(|pair| is_app(&pair));
    for pair in &found {
        let (path, element) = pair;
        let shown = shown_path(root, path);
        if has_app && !is_app(&pair) {
            draft.left_out(&shown, "it is of an add-on: convert its folder alone");
            continue;
        }
        let Some(language) = language(root, path, element) else {
            draft.left_out(&shown, "it is in no folder of a language of the Store");
            continue;
        };
        Product { conversion, path, element, shown, language }.read(draft);
    }
    if draft.is_empty() {
        let message = format!("{} has no ProductDescription in a folder of a language", root.display());
        return Err(
            Error::new(&codes::LISTING_INVALID, message).hint("give the folder that has a folder for each language")
        );
    }
    Ok(())
}

/// All files below a folder, in the order of their paths.
fn files_in(root: &Path, draft: &mut Draft) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in super::entries(root, &folder, draft)? {
            let path = folder.join(&entry.name);
            match entry.is_folder {
                true if depth < DEEPEST => folders.push((path, depth + 1)),
                true => {}
                false => all.push(path),
            }
        }
        if all.len() > MOST_FILES {
            let message = format!("{} has more than {MOST_FILES} files", root.display());
            return Err(Error::new(&codes::LISTING_INVALID, message).hint("give the folder of the listings alone"));
        }
    }
    all.sort();
    Ok(all)
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending))
}

/// The language: the first folder below the root that can be one, as StoreBroker takes it, or the attribute of a file that
/// is in no folder.
fn language(root: &Path, path: &Path, element: &Element) -> Option<String> {
    let inner = path.strip_prefix(root).ok()?.parent()?;
    let folders: Vec<String> = inner.iter().map(|part| part.to_string_lossy().to_ascii_lowercase()).collect();
    if folders.is_empty() {
        let own = element.attribute("language")?.to_ascii_lowercase();
        return layout::is_language(&own).then_some(own);
    }
    let is_named = |name: &&String| {
        let primary = name.split('-').next().unwrap_or_default();
        (2..=3).contains(&primary.len())
            && primary.bytes().all(|byte| byte.is_ascii_lowercase())
            && layout::is_language(name)
    };
    // A folder such as `pdp` or `iap` could be a language too; one with a region is surely one.
    let named = || folders.iter().filter(is_named);
    let found = named().find(|name| name.contains('-')).or_else(|| named().next());
    found.filter(|name| !is_no_language(name)).cloned()
}

/// One file.
struct Product<'a> {
    conversion: &'a Conversion<'a>,
    path: &'a Path,
    element: &'a Element,
    shown: String,
    language: String,
}

impl Product<'_> {
    fn read(&self, draft: &mut Draft) {
        let to = format!("listings/{}", self.language);
        for (name, member) in TEXTS {
            draft.text(&to, member, &self.element.child_text(name).unwrap_or_default());
        }
        for (name, member) in LISTS {
            let items: Vec<String> = self.element.list(name).iter().map(Element::trimmed).collect();
            draft.list(&to, member, &items);
        }
        for name in OBSOLETE {
            if self.element.child_text(name).is_some() {
                draft.left_out(&self.shown, format!("{name} is edited in Partner Center: the API ignores it"));
            }
        }
        for caption in self.element.list("ScreenshotCaptions") {
            for (attribute, image_type) in SCREENSHOTS {
                if let Some(name) = caption.attribute(attribute).filter(|name| !name.trim().is_empty()) {
                    self.picture(name, caption, draft, |draft, path| {
                        draft.picture(&to, image_type, path, &caption.trimmed());
                    });
                }
            }
        }
        for asset in self.element.list("AdditionalAssets") {
            self.asset(&to, asset, draft);
        }
        if let Some(icon) = self.element.child("Icon") {
            match file_name(icon) {
                Some(name) => self.picture(name, icon, draft, |draft, path| draft.icon(&to, path)),
                None => draft.left_out(&self.shown, "the icon names no file"),
            }
        }
        for trailer in self.element.list("Trailers") {
            self.trailer(trailer, draft);
        }
    }

    fn trailer(&self, trailer: &Element, draft: &mut Draft) {
        let Some(name) = file_name(trailer) else { return };
        let Some(video) = self.find(name, trailer, draft) else {
            draft.left_out(&self.shown, format!("the video {name} is not there"));
            return;
        };
        let title = trailer.child_text("Title").unwrap_or_default();
        let images = trailer.list("Images");
        if images.len() > 1 {
            draft.left_out(&self.shown, format!("of the images of the trailer {name} the Store takes the first"));
        }
        let mut thumbnail = None;
        if let Some(image) = images.first()
            && let Some(name) = file_name(image)
        {
            self.picture(name, image, draft, |_, path| thumbnail = Some((path, image.trimmed())));
        }
        draft.trailer(&self.language, Trailer { video, title, thumbnail });
    }

    fn asset(&self, to: &str, asset: &Element, draft: &mut Draft) {
        let Some(name) = file_name(asset) else { return };
        let known = layout::IMAGE_TYPES.iter().find(|known| known.eq_ignore_ascii_case(&asset.name)).copied();
        let old = || OLD_ASSETS.iter().find(|(old, _)| old.eq_ignore_ascii_case(&asset.name)).map(|(_, now)| *now);
        match known.or_else(old) {
            Some(image_type) => {
                self.picture(name, asset, draft, |draft, path| draft.picture(to, image_type, path, ""));
            }
            None => draft.left_out(&self.shown, format!("the Store has no image type {}", asset.name)),
        }
    }

    /// Searches the picture that an element names.
    fn picture(&self, name: &str, element: &Element, draft: &mut Draft, add: impl FnOnce(&mut Draft, PathBuf)) {
        match self.find(name, element, draft) {
            Some(path) => add(draft, path),
            None => draft.left_out(&self.shown, format!("the picture {name} is not there")),
        }
    }

    /// The file that an element names, in its language or one that it falls back to.
    fn find(&self, name: &str, element: &Element, draft: &mut Draft) -> Option<PathBuf> {
        let fallback = [element, self.element].into_iter().find_map(|one| one.attribute("FallbackLanguage"));
        let languages = [Some(self.language.as_str()), fallback, self.conversion.media_language];
        let release = self.element.attribute("Release").unwrap_or_default();
        languages.into_iter().flatten().find_map(|language| self.search(name, language, release, draft))
    }

    /// The file with this name in a language: below the media folder, or beside the file itself.
    fn search(&self, name: &str, language: &str, release: &str, draft: &mut Draft) -> Option<PathBuf> {
        let leaf = name.rsplit(['/', '\\']).next().unwrap_or(name).trim();
        let mut places = Vec::new();
        if let Some(media) = self.conversion.media {
            let of_release = if release.is_empty() { Vec::new() } else { named(media, release) };
            places.extend(of_release.iter().flat_map(|folder| named(folder, language)));
            places.extend(named(media, language));
        }
        if language == self.language {
            places.extend(self.path.parent().map(Path::to_owned));
        } else {
            places.extend(named(self.conversion.from, language));
        }
        let is_it =
            |path: &PathBuf| path.file_name().is_some_and(|own| own.to_string_lossy().eq_ignore_ascii_case(leaf));
        places.iter().find_map(|folder| files_in(folder, draft).ok()?.into_iter().find(is_it))
    }
}

/// The folders with this name, whatever their letter case.
fn named(parent: &Path, name: &str) -> Vec<PathBuf> {
    let entries = files::entries(parent).unwrap_or_default();
    let found = entries.iter().filter(|entry| entry.is_folder && entry.name.eq_ignore_ascii_case(name));
    found.map(|entry| parent.join(&entry.name)).collect()
}

/// The file that an asset names: of an app `FileName`, of an add-on `Filename`.
fn file_name(asset: &Element) -> Option<&str> {
    let name = asset.attribute("FileName").or_else(|| asset.attribute("Filename"))?.trim();
    (!name.is_empty()).then_some(name)
}
