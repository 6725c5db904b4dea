//! The base of a folder: what the submission was when somebody last looked. What others have changed since is not
//! overwritten unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::body::{Submission, is_below};
use super::changes::{Changes, Options, changes, refuse};
use super::edits::{Note, NoteKind};
use super::folder::{Folder, Settings};
use super::images::Unlinked;
use super::read;
use super::renamed::{self, Renamed};
use super::state::{self, Names, State};
use super::write::{Product, check_ids};
use super::{icon, trailers};
use crate::document::{self, Edit};
use crate::error::{Detail, Error, Result, codes};
use crate::files;
use crate::text;

/// What a submission was when somebody last looked.
#[derive(Clone, Debug)]
pub struct Base {
    /// Where it is, for errors.
    path: String,
    was: Was,
    /// The fields that are overwritten all the same.
    overwrite: Vec<String>,
}

#[derive(Clone, Debug)]
enum Was {
    /// A folder of an earlier revision.
    Folder(Box<Folder>),
    /// A submission that was exported.
    Document(String),
    /// What a receipt says of the submission.
    State(State),
}

impl Base {
    /// Reads a base, if there is a path of one: a folder, or a file with the JSON of a submission or of a receipt. `overwrite`
    /// are JSON Pointers of fields that are overwritten whatever others have changed. A pointer to more than one field, and
    /// `*` for all, decide only the conflicts there for the folder. Blocks while the disk is slow.
    ///
    /// A folder or a receipt that says whose it is has to be of `product`.
    ///
    /// # Errors
    /// `listing.invalid`, `listing.other_product`, `file.*`, `document.invalid`, each with the path of the base.
    pub fn read(path: Option<&str>, overwrite: &[String], product: Product<'_>) -> Result<Option<Base>> {
        let Some(path) = path else { return Ok(None) };
        Ok(Some(Base { path: path.to_owned(), was: Was::read(path, product)?, overwrite: overwrite.to_vec() }))
    }

    /// A hash of the base, in hexadecimal digits.
    pub fn digest(&self) -> String {
        match &self.was {
            Was::Folder(folder) => folder.digest(),
            Was::Document(text) => format!("{:x}", Sha256::digest(text)),
            Was::State(state) => {
                let hashes = (&state.content_hashes, &state.replaced_hashes);
                format!("{:x}", Sha256::digest(serde_json::to_string(&hashes).unwrap_or_default()))
            }
        }
    }

    /// Whether a field is overwritten all the same, whoever has changed it.
    fn names(&self, field: &str) -> bool {
        self.places().any(|place| place == field.to_ascii_lowercase())
    }

    /// Whether the folder counts where both have changed a field, since a place that it is in is overwritten.
    fn covers(&self, field: &str) -> bool {
        let field = field.to_ascii_lowercase();
        self.places().any(|place| place == "*" || is_below(&field, &place))
    }

    fn places(&self) -> impl Iterator<Item = String> {
        self.overwrite.iter().map(|place| place.trim().to_ascii_lowercase())
    }
}

impl Base {
    /// The files of a submission under names of their own whose content the folder has not changed since: the base has the
    /// same as the folder.
    fn unchanged(&self, folder: &Folder, document: &str, options: &Options) -> Result<Vec<Renamed>> {
        let mut renamed = renamed_in(folder, document);
        // A file that somebody else has put there has such a name too. The caller says that it is overwritten.
        renamed.retain(|one| !self.names(&field(&one.place)));
        if renamed.is_empty() {
            return Ok(renamed);
        }
        let now = || Hashes::of(&state::hashes(document, &renamed::names(&renamed)));
        let is_same: Box<dyn Fn(&str) -> bool> = match &self.was {
            Was::Folder(old) => {
                let lenient = Options { images: options.images.or(Some(Unlinked::Keep)), ..unasked(options) };
                let named = renamed::with_ours(document, &renamed);
                let other = by_field(&changes(old, &named, &lenient).map_err(|error| self.blamed(error))?.edits);
                Box::new(move |field| !other.contains_key(field))
            }
            Was::Document(old) => {
                let (then, now) = (Hashes::of(&state::hashes(old, &Names::new())), now());
                Box::new(move |field| then.within(field) == now.within(field))
            }
            Was::State(state) => {
                let (then, now) = (Hashes::of(&state.content_hashes), now());
                Box::new(move |field| then.within(field) == now.within(field))
            }
        };
        renamed.retain(|one| is_same(&field(&one.place)));
        Ok(renamed)
    }

    /// The places of names of files in a submission whose content the base knows, each with a name that tells it.
    ///
    /// # Errors
    /// As [`changes`], if the submission can't be compared with the base.
    pub fn known_names(&self, folder: &Folder, document: &str, options: &Options) -> Result<Names> {
        Ok(renamed::names(&self.unchanged(folder, document, options)?))
    }

    fn blamed(&self, error: Error) -> Error {
        error.while_doing(&format!("the base {}", self.path))
    }
}

/// The files of a submission that may be files of the folder, under names that do not tell.
fn renamed_in(folder: &Folder, document: &str) -> Vec<Renamed> {
    let submission = Submission::of(document);
    let mut all = trailers::renamed(folder, &submission.whole);
    for language in &folder.languages {
        let own = folder.sources(language).into_iter().find_map(|source| source.icon.as_ref());
        let listing = submission.listings.object(&language.key);
        all.extend(own.zip(listing).and_then(|(own, listing)| icon::renamed(own, &listing)));
    }
    all
}

/// A folder and a submission, which somebody else may have changed since the base.
struct Case<'a> {
    base: &'a Base,
    folder: &'a Folder,
    document: &'a str,
    options: &'a Options,
}

impl Case<'_> {
    /// What the folder changes, without what it did not change since the base and somebody else did.
    fn changes(&self) -> Result<Changes> {
        let mut found = changes(self.folder, self.document, self.options)?;
        let wanted = by_field(&found.edits);
        let judged = self.judged(&found.edits, &wanted)?;
        let (mut conflicts, mut kept) = (Vec::new(), Vec::<&str>::new());
        let mut settled: Vec<&str> = Vec::new();
        for (field, edits) in &wanted {
            if !judged.changed.contains(field) || settled.iter().any(|place| is_below(field, place)) {
                continue;
            }
            settled.push(field);
            // What is in the field can't be put there without it.
            let mut within = wanted.keys().filter(|other| *other == field || is_below(other, field));
            let is_untouched = within.all(|other| judged.stays(other) && !self.base.names(other));
            match is_untouched {
                true => kept.push(field),
                false if self.base.names(field) || self.base.covers(field) => {}
                false => conflicts.extend(edits.iter().map(|edit| conflict(field, edit))),
            }
        }
        if let Some(first) = conflicts.first() {
            let place = first.pointer.clone().unwrap_or_default();
            let more = match conflicts.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more)"),
            };
            let message = format!("the folder and somebody else have changed {place} since the base{more}");
            return Err(Error::new(&codes::LISTING_CONFLICT, message).details(conflicts));
        }
        let is_kept = |field: &str| kept.iter().any(|place| *place == field || is_below(field, place));
        found.edits.retain(|edit| !is_kept(&field(&edit.path.to_string())));
        // What is said about an edit that is not made is wrong.
        let is_made = |note: &Note| !note.pointer.as_deref().is_some_and(|place| is_kept(&field(place)));
        found.notes.retain(|note| !note.kind.is_about_edit() || is_made(note));
        found.notes.extend(kept.iter().map(|field| {
            let message =
                format!("{field} was changed by somebody else since the base, and not in the folder: it stays");
            Note::new(NoteKind::Kept, message).at(*field)
        }));
        Ok(found)
    }

    /// Who has changed the fields since the base.
    fn judged(&self, edits: &[Edit], wanted: &Fields) -> Result<Judged> {
        let Case { base, folder, document, options } = *self;
        match &base.was {
            Was::State(state) => by_hashes(state, document, edits, wanted),
            Was::Folder(old) => {
                let judged = by_folder(old, document, options, wanted).map_err(|error| base.blamed(error))?;
                judged.without_asked(self, wanted)
            }
            Was::Document(old) => {
                let ours = by_field(&changes(folder, old, &unasked(options))?.edits);
                by_document(old, document, &ours, wanted).without_asked(self, wanted)
            }
        }
    }
}

/// Options without what the caller asks for in the place of files, so that what the base does not have is judged by nothing.
fn unasked(options: &Options) -> Options {
    let images = match options.images {
        None | Some(Unlinked::Exact) => Some(Unlinked::Keep),
        given => given,
    };
    Options { images, allow_image_removal: true, remove_languages: Vec::new(), remove_trailers: false }
}

/// Judges by the folder of an earlier revision.
fn by_folder(base: &Folder, document: &str, options: &Options, wanted: &Fields) -> Result<Judged> {
    let images = options.images.or(Some(Unlinked::Keep));
    let lenient = Options { images, remove_trailers: options.remove_trailers, ..unasked(options) };
    let theirs = by_field(&changes(base, document, &lenient)?.edits);
    // Images that others have added go with a language that is removed.
    let exact = Options { images: Some(Unlinked::Exact), ..lenient };
    let within = by_field(&changes(base, document, &exact)?.edits);
    let is_other = |field: &&String| theirs.contains_key(*field) || within.keys().any(|other| is_below(other, field));
    let same = wanted.iter().filter(|(field, edits)| theirs.get(*field) == Some(edits));
    let same = same.map(|(field, _)| field.clone()).collect();
    Ok(Judged { changed: wanted.keys().filter(is_other).cloned().collect(), same })
}

/// Judges by an exported submission; `ours` is what the folder would change in it.
fn by_document(base: &str, document: &str, ours: &Fields, wanted: &Fields) -> Judged {
    let at = |document: &str, field: &str| document::get(document, field).unwrap_or("null").to_owned();
    let is_other = |field: &&String| !document::equal(&at(base, field), &at(document, field)).unwrap_or(false);
    let same = wanted.keys().filter(|field| !ours.contains_key(*field)).cloned().collect();
    Judged { changed: wanted.keys().filter(is_other).cloned().collect(), same }
}

/// Judges by what a receipt says. The draft of its release may have been published or deleted since, so what was there before
/// the release is no change of others either.
fn by_hashes(state: &State, document: &str, edits: &[Edit], wanted: &Fields) -> Result<Judged> {
    let (after, _) = document::apply_edits(document, edits)
        .map_err(|(_, error)| Error::new(&codes::DOCUMENT_POINTER, error.to_string()))?;
    let none = Names::new();
    let (base, before) = (Hashes::of(&state.content_hashes), Hashes::of(&state.before()));
    let (now, then) = (Hashes::of(&state::hashes(document, &none)), Hashes::of(&state::hashes(&after, &none)));
    let is_other = |field: &&String| {
        let now = now.within(field);
        now != base.within(field) && now != before.within(field)
    };
    let is_same = |field: &&String| then.within(field) == base.within(field);
    Ok(Judged {
        changed: wanted.keys().filter(is_other).cloned().collect(),
        same: wanted.keys().filter(is_same).cloned().collect(),
    })
}

/// Hashes by fields, whatever the letter case of the fields is.
struct Hashes(BTreeMap<String, String>);

impl Hashes {
    fn of(hashes: &BTreeMap<String, String>) -> Hashes {
        Hashes(hashes.iter().map(|(field, hash)| (field.to_ascii_lowercase(), hash.clone())).collect())
    }

    /// What a field has, and all fields in it.
    fn within(&self, field: &str) -> Vec<(&String, &String)> {
        let field = field.to_ascii_lowercase();
        self.0.iter().filter(|(other, _)| **other == field || is_below(other, &field)).collect()
    }
}

/// What a folder changes in a submission. With a base, what others have changed since is not overwritten unseen.
///
/// # Errors
/// As [`changes`]; `listing.conflict` for a field that both have changed, unless it is overwritten.
pub fn changes_since(base: Option<&Base>, folder: &Folder, document: &str, options: &Options) -> Result<Changes> {
    match base {
        Some(base) => {
            let renamed = base.unchanged(folder, document, options)?;
            let named = renamed::with_ours(document, &renamed);
            let mut found = Case { base, folder, document: &named, options }.changes()?;
            renamed::with_theirs(&mut found.edits, &renamed);
            Ok(found)
        }
        None => changes(folder, document, options),
    }
}

/// The edits of each field.
type Fields = BTreeMap<String, Vec<Edit>>;

fn by_field(edits: &[Edit]) -> Fields {
    let mut fields = Fields::new();
    for edit in edits {
        fields.entry(field(&edit.path.to_string())).or_default().push(edit.clone());
    }
    fields
}

/// Of the fields that the folder would change, those that somebody else has changed since the base, and those that the
/// folder and the caller have not.
struct Judged {
    changed: BTreeSet<String>,
    same: BTreeSet<String>,
}

impl Judged {
    /// The same without what the caller asks for: a removal is a change, although the files are those of the base.
    fn without_asked(mut self, case: &Case<'_>, wanted: &Fields) -> Result<Judged> {
        let unasked = by_field(&changes(case.folder, case.document, &unasked(case.options))?.edits);
        self.same.retain(|field| unasked.get(field) == wanted.get(field));
        Ok(self)
    }

    fn stays(&self, field: &str) -> bool {
        self.changed.contains(field) && self.same.contains(field)
    }
}

impl Was {
    fn read(path: &str, product: Product<'_>) -> Result<Was> {
        let what = format!("the base {path}");
        if files::is_folder(Path::new(path)) == Some(true) {
            let folder = read::any(Path::new(path));
            refuse(&folder.faults).map_err(|error| error.while_doing(&what))?;
            check_ids(&what, &folder.settings, product)?;
            return Ok(Was::Folder(Box::new(folder)));
        }
        let failed = |error| Error::of_file(format!("the base can't be read from {path}"), &error);
        let bytes = files::read(Path::new(path), document::MAX_BYTES as u64).map_err(failed)?;
        let text = text::decode(&bytes).map_err(|reason| {
            let message = format!("the base can't be read from {path}: {reason}");
            Error::new(&codes::FILE_ENCODING, message).hint(reason.remedy())
        })?;
        let remedy = "give the folder of an earlier revision, the file of an exported submission, or that of the receipt of a pull, a push or a release";
        if let Err(error) = document::check(&text) {
            let message = format!("the base {path} is neither a folder nor JSON: {error}");
            return Err(Error::new(&codes::DOCUMENT_INVALID, message).hint(remedy));
        }
        let has_listings = document::get_ignoring_case(&text, &["listings"]).is_ok_and(|found| found[0].1.is_some());
        if has_listings {
            return Ok(Was::Document(text.to_string()));
        }
        // A program may keep the whole response.
        let receipt = document::get(&text, "/result").unwrap_or(&text);
        match serde_json::from_str(receipt) {
            Ok(state) => {
                check_ids(&what, &ids(&text), product)?;
                Ok(Was::State(state))
            }
            Err(_) => {
                let message = format!(
                    "the base {path} is not the JSON of a submission with listings, nor of a receipt with `contentHashes`"
                );
                Err(Error::new(&codes::DOCUMENT_INVALID, message).hint(remedy))
            }
        }
    }
}

/// The ids in a receipt, or those of the response that it is from: a pull has them there alone.
fn ids(receipt: &str) -> Settings {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", default)]
    struct Ids {
        app_id: Option<String>,
        add_on_id: Option<String>,
    }
    let at = |place: &str| {
        let ids: Ids = serde_json::from_str(document::get(receipt, place).ok()?).ok()?;
        (ids.app_id.is_some() || ids.add_on_id.is_some()).then_some(ids)
    };
    let Ids { app_id, add_on_id } = ["", "/result", "/meta/ids"].into_iter().find_map(at).unwrap_or_default();
    Settings { app_id, add_on_id, ..Settings::default() }
}

/// The text or list that a place is in, as a JSON Pointer. All images of a language are one field, and so are all trailers.
fn field(path: &str) -> String {
    let depth = match path.split('/').nth(1) {
        Some("trailers") => 1,
        Some("listings") => match path.split('/').nth(3) {
            Some("baseListing") => 4,
            Some("platformOverrides") => 5,
            _ => 3,
        },
        _ => usize::MAX,
    };
    path.split('/').take(depth.saturating_add(1)).collect::<Vec<_>>().join("/")
}

/// A field that both have changed, with the value of the submission and that of the folder.
fn conflict(field: &str, edit: &Edit) -> Detail {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    let message = format!("the submission has {}, the folder {}", shown(&edit.old), shown(&edit.value));
    Detail { old: edit.old.clone(), new: edit.value.clone(), ..Detail::at(field, message) }
}
