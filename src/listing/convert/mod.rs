//! Listings of other tools as a folder of listings.
//!
//! | file | what it reads |
//! |---|---|
//! | `store_broker` | the ProductDescription XML files (PDP) of StoreBroker, with their media |
//! | `azure_devops` | the metadata folder of the Azure DevOps tasks |
//! | `partner_center` | the CSV file that Partner Center exports |
//! | `draft` | what the folder will have |

mod azure_devops;
mod draft;
mod partner_center;
mod store_broker;

use std::io::Read;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::edits::Note;
use crate::blocking::Stop;
use crate::document;
use crate::error::{Error, Result, codes};
use crate::files::{self, Entry};
use crate::text;
use draft::Draft;

/// Where listings come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ListingFormat")]
pub enum Format {
    /// The ProductDescription XML files (PDP) of StoreBroker: a folder with a folder for each language.
    StoreBroker,
    /// The metadata folder of the Azure DevOps tasks for the Store: a folder with a folder for each language.
    AzureDevOps,
    /// The CSV file that Partner Center exports.
    PartnerCenter,
}

/// What is converted, and how.
#[derive(Clone, Debug)]
pub struct Conversion<'a> {
    /// The format.
    pub format: Format,
    /// The folder or the file.
    pub from: &'a Path,
    /// The folder of the pictures, where they do not stand beside the texts.
    pub media: Option<&'a Path>,
    /// The language whose pictures count for languages that lack them.
    pub media_language: Option<&'a str>,
    /// Replace files that have another content.
    pub replace: bool,
}

/// What a conversion has made.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Converted {
    /// The files that are new or have another content, from the folder.
    pub written: Vec<String>,
    /// The number of files that had their content already.
    pub unchanged: usize,
    /// What could not be taken over.
    pub notes: Vec<Note>,
}

/// What to do in place of giving a payload of StoreBroker.
pub const INSTEAD_OF_PAYLOADS: &str =
    "docs/listings.md#payloads-of-storebroker says what replaces the payload of StoreBroker";

/// Whether a text is the JSON of a submission, such as the payload of StoreBroker.
pub fn is_submission(text: &str) -> bool {
    let begins = |pointer: &str, sign: char| document::get(text, pointer).is_ok_and(|value| value.starts_with(sign));
    begins("/listings", '{') || begins("/applicationPackages", '[')
}

/// Writes the listings of another tool into a folder. Blocks while the disk is slow.
///
/// # Errors
/// `file.*`; `listing.invalid` where nothing of the format is found; `file.exists` for a file with another content, unless
/// it may be replaced; `cancelled`.
pub fn convert(conversion: &Conversion<'_>, to: &Path, stop: &Stop) -> Result<Converted> {
    let mut draft = Draft::default();
    match conversion.format {
        Format::StoreBroker | Format::AzureDevOps => refuse_payload(conversion.from)?,
        Format::PartnerCenter => {}
    }
    match conversion.format {
        Format::StoreBroker => store_broker::read(conversion, &mut draft)?,
        Format::AzureDevOps => azure_devops::read(conversion.from, &mut draft)?,
        Format::PartnerCenter => partner_center::read(conversion.from, &mut draft)?,
    }
    draft.write(to, conversion.replace, stop)
}

/// Why a link is left out.
const LEADS_OUT: &str = "it is a symbolic link that leads out of the folder";

/// What is in a folder below the root, without links that lead out of the root: they would copy files of this machine.
fn entries(root: &Path, folder: &Path, draft: &mut Draft) -> Result<Vec<Entry>> {
    let found = files::entries(folder).and_then(|entries| Ok((entries, files::links(folder)?)));
    let (mut entries, links) = found.map_err(|error| draft::unreadable(folder, &error))?;
    for name in links {
        let path = folder.join(&name);
        if !files::is_inside(&path, root) && files::is_folder(&path) == Some(false) {
            draft.left_out(&shown_path(root, &path), LEADS_OUT);
            entries.retain(|entry| entry.name != name);
        }
    }
    Ok(entries)
}

/// Refuses the JSON and the ZIP of StoreBroker, which are made of what can be converted.
fn refuse_payload(from: &Path) -> Result<()> {
    if files::is_folder(from) != Some(false) {
        return Ok(());
    }
    let mut start = [0; 4];
    let is_zip = files::open(from).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start == *b"PK\x03\x04";
    let text = || text::decode(&files::read(from, document::MAX_BYTES as u64).ok()?).ok();
    if !is_zip && !text().is_some_and(|text| is_submission(&text)) {
        return Ok(());
    }
    let message = format!("{} is a payload that StoreBroker has made, and not what it was made of", from.display());
    let remedy = format!("give the folder of the ProductDescription XML files (PDP); {INSTEAD_OF_PAYLOADS}");
    Err(Error::new(&codes::LISTING_INVALID, message).hint(remedy))
}

/// The path of something in a folder, for people: with `/` between folders.
fn shown_path(root: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(root).unwrap_or(path);
    inner.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// Names that tools give to folders beside those of languages: what is translated from, and pseudo languages, whose texts
/// only test the translation.
fn is_no_language(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "default" || name.starts_with("qps-ploc")
}
