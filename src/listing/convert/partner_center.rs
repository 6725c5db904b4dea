//! The CSV file that Partner Center exports: a row for each field, with an id that stays when names are translated, and a
//! column for each language. An empty cell has the value of the column `default`.

use std::path::{Path, PathBuf};

use super::draft::{Draft, Trailer, unreadable};
use super::is_no_language;
use crate::error::{self, Error, codes};
use crate::files;
use crate::listing::layout;
use crate::text;

/// The largest file in bytes.
const MAX_BYTES: u64 = 64 << 20;
/// The columns before those of the languages.
const COLUMNS: [&str; 3] = ["Field", "ID", "Type"];

/// What a row is.
enum Row {
    Text(&'static str),
    /// An item of a list.
    Item(&'static str),
    Image(&'static str),
    /// The caption of the image with the id that is so much less.
    Caption(u32),
    /// The video of a trailer.
    Trailer,
    /// The title or the thumbnail of the trailer whose video has the id that is 20 or 40 less.
    OfTrailer,
    /// Only Partner Center has it.
    Nothing(&'static str),
}

/// What an id stands for.
fn row(id: u32) -> Option<Row> {
    Some(match id {
        2 => Row::Text("description"),
        3 => Row::Text("releaseNotes"),
        4 => Row::Text("title"),
        5 => Row::Text("shortTitle"),
        6 => Row::Text("sortTitle"),
        7 => Row::Text("voiceTitle"),
        8 => Row::Text("shortDescription"),
        9 => Row::Text("devStudio"),
        12 => Row::Text("copyrightAndTrademarkInfo"),
        13 => Row::Text("licenseTerms"),
        100..=149 => Row::Image("Screenshot"),
        200..=249 => Row::Image("MobileScreenshot"),
        300..=349 => Row::Image("XboxScreenshot"),
        400..=449 => Row::Image("HoloLensScreenshot"),
        500..=549 => Row::Image("SurfaceHubScreenshot"),
        150..=199 | 250..=299 | 350..=399 | 450..=499 | 550..=599 => Row::Caption(50),
        600 => Row::Image("StoreLogo9x16"),
        601 => Row::Image("StoreLogoSquare"),
        602 => Row::Image("Icon"),
        603..=605 => Row::Nothing("logos that override those of the package are edited in Partner Center only"),
        606 => Row::Image("PromotionalArt16x9"),
        607 => Row::Image("PromotionalArtwork2400X1200"),
        608 => Row::Image("XboxBrandedKeyArt"),
        609 => Row::Image("XboxTitledHeroArt"),
        610 => Row::Image("XboxFeaturedPromotionalArt"),
        611 => Row::Image("SquareIcon358X358"),
        612 => Row::Image("BackgroundImage1000X800"),
        613 => Row::Image("PromotionalArtwork414X180"),
        700..=749 => Row::Item("features"),
        800..=849 => Row::Item("minimumHardware"),
        850..=899 => Row::Item("recommendedHardware"),
        900..=949 => Row::Item("keywords"),
        999 => Row::Nothing("which trailer plays at the top is set in Partner Center only"),
        1000..=1019 => Row::Trailer,
        1020..=1059 => Row::OfTrailer,
        _ => return None,
    })
}

pub(super) fn read(path: &Path, draft: &mut Draft) -> error::Result<()> {
    let bytes = files::read(path, MAX_BYTES).map_err(|error| unreadable(path, &error))?;
    let text = text::decode(&bytes).map_err(|not_text| {
        Error::new(&codes::FILE_ENCODING, format!("{}: {not_text}", path.display())).hint(not_text.remedy())
    })?;
    let mut options = csv::ReaderBuilder::new();
    options.flexible(true).has_headers(false).delimiter(delimiter(&text));
    let mut reader = options.from_reader(text.as_bytes());
    let mut records = reader.records();
    let header = records.next().and_then(std::result::Result::ok).unwrap_or_default();
    let is_header =
        COLUMNS.iter().enumerate().all(|(at, name)| header.get(at).is_some_and(|cell| cell.starts_with(name)));
    if !is_header {
        let message =
            format!("{} is no export of Partner Center: its first row is not `Field,ID,Type`", path.display());
        return Err(Error::new(&codes::LISTING_INVALID, message)
            .hint("export the listings in Partner Center, and give that file"));
    }
    let mut rows = Vec::new();
    for record in records {
        rows.push(record.map_err(|error| Error::new(&codes::LISTING_INVALID, format!("{}: {error}", path.display())))?);
    }
    let default = header.iter().position(|cell| cell.eq_ignore_ascii_case("default"));
    for (column, language) in header.iter().enumerate().skip(COLUMNS.len()) {
        let language = language.trim();
        if language.is_empty() || Some(column) == default {
            continue;
        }
        if is_no_language(language) || !layout::is_language(language) {
            draft.left_out(language, "the column is no language of the Store");
            continue;
        }
        let cell = |row: &csv::StringRecord| -> String {
            let own = row.get(column).filter(|cell| !cell.is_empty());
            own.or_else(|| row.get(default?)).unwrap_or_default().to_owned()
        };
        Column { folder: path.parent().unwrap_or(path), rows: &rows, cell: &cell }.read(language, draft);
    }
    if draft.is_empty() {
        let message = format!("{} has no text of any language", path.display());
        return Err(Error::new(&codes::LISTING_INVALID, message).hint("give an export with a column for each language"));
    }
    Ok(())
}

/// What separates the cells: a comma, or what Excel writes in its place when it saves the file: the separator of the country,
/// or a tab.
fn delimiter(text: &str) -> u8 {
    let after = text.trim_start_matches('"').strip_prefix(COLUMNS[0]);
    let after = after.and_then(|rest| rest.trim_start_matches('"').bytes().next());
    after.filter(|byte| b";\t".contains(byte)).unwrap_or(b',')
}

/// The column of a language.
struct Column<'a> {
    /// The folder of the file, from which the paths of pictures start.
    folder: &'a Path,
    rows: &'a [csv::StringRecord],
    cell: &'a dyn Fn(&csv::StringRecord) -> String,
}

impl Column<'_> {
    fn read(&self, language: &str, draft: &mut Draft) {
        let to = format!("listings/{}", language.to_ascii_lowercase());
        let mut lists: Vec<(&str, Vec<String>)> = Vec::new();
        for row in self.rows {
            let (name, id) = (row.get(0).unwrap_or_default(), row.get(1).unwrap_or_default());
            let value = (self.cell)(row);
            let Some(id) = id.trim().parse::<u32>().ok().filter(|_| !value.is_empty()) else { continue };
            let place = format!("{language}: {name}");
            match self::row(id) {
                Some(Row::Text(member)) => draft.text(&to, member, &value),
                Some(Row::Item(member)) => match lists.iter_mut().find(|(known, _)| *known == member) {
                    Some((_, items)) => items.push(value),
                    None => lists.push((member, vec![value])),
                },
                Some(Row::Image(image_type)) => match self.file(&value) {
                    Ok(path) => draft.picture(&to, image_type, path, &self.caption(id)),
                    Err(why) => draft.left_out(&place, why),
                },
                Some(Row::Caption(_) | Row::OfTrailer) => {}
                Some(Row::Trailer) => match self.file(&value) {
                    Ok(video) => self.trailer(language, id, video, draft),
                    Err(why) => draft.left_out(&place, why),
                },
                Some(Row::Nothing(why)) => draft.left_out(&place, why),
                None => draft.left_out(&place, format!("the id {id} stands for nothing that is known")),
            }
        }
        for (member, items) in lists {
            draft.list(&to, member, &items);
        }
    }

    /// The caption of the image with this id.
    fn caption(&self, image: u32) -> String {
        self.value(|id| matches!(self::row(id), Some(Row::Caption(more)) if id == image + more))
    }

    /// The trailer whose video has this id.
    fn trailer(&self, language: &str, id: u32, video: PathBuf, draft: &mut Draft) {
        let title = self.value(|other| other == id + 20);
        let picture = self.value(|other| other == id + 40);
        let thumbnail = match self.file(&picture) {
            _ if picture.is_empty() => None,
            Ok(path) => Some((path, String::new())),
            Err(why) => {
                draft.left_out(&format!("{language}: thumbnail of {title}"), why);
                None
            }
        };
        draft.trailer(&language.to_ascii_lowercase(), Trailer { video, title, thumbnail });
    }

    /// The value of the first row whose id is the one.
    fn value(&self, is_it: impl Fn(u32) -> bool) -> String {
        let has_id =
            |row: &&csv::StringRecord| row.get(1).and_then(|id| id.trim().parse::<u32>().ok()).is_some_and(&is_it);
        self.rows.iter().find(has_id).map(self.cell).unwrap_or_default()
    }

    /// The file of a picture or a video, or why it is not taken.
    fn file(&self, value: &str) -> Result<PathBuf, String> {
        if value.contains("://") {
            return Err("the file is at an address of Partner Center that needs a sign-in: pull the listings, which \
                writes a placeholder for it"
                .to_owned());
        }
        let parts: Vec<&str> = value.split(['/', '\\']).collect();
        // A path of a file that somebody else made must not lead to files of this machine.
        if parts.iter().any(|part| part.is_empty() || *part == ".." || part.contains(':')) {
            return Err(format!("{value} does not lead to a file beside the CSV file"));
        }
        let path = parts.iter().fold(self.folder.to_owned(), |path, part| path.join(part));
        if files::is_folder(&path) == Some(false) && files::is_inside(&path, self.folder) {
            Ok(path)
        } else {
            Err(format!("there is no file {value} beside the CSV file"))
        }
    }
}
