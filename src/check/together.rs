//! All rules about a submission, a listing folder and packages together.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::add_ons;
use super::addresses;
use super::beside::{Beside, Told};
use super::characters;
use super::contents;
use super::finding::Finding;
use super::folders::FolderSource;
use super::items;
use super::languages;
use super::lengths;
use super::listings::{self, Source};
use super::markup;
use super::notes;
use super::picture_file::PictureFacts;
use super::pictures;
use super::properties;
use super::releases::{self, Noted};
use super::rules::{Severity, T08};
use super::style;
use super::subject::{Kind, Listing, Picture, Text};
use super::titles;
use super::trailers::{self, Trailer};
use super::video_file::VideoFacts;
use super::words;
use super::wrapped;
use crate::document::{SyntaxError, Viewed};
use crate::listing::Folder;
use crate::package::Facts;

/// Long notes for the testers: the page of another API of the Store names this limit.
const NOTES: usize = 2_000;

/// A document, and the file that it is from.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The JSON.
    pub text: &'a str,
    /// The file, for findings.
    pub file: Option<&'a str>,
}

/// What is checked together.
#[derive(Debug)]
pub struct Together<'a> {
    /// The submission that would be sent.
    pub document: Option<Document<'a>>,
    /// The submission to compare with: of texts that it has, only what the service refuses is found, as warnings.
    pub base: Option<&'a str>,
    /// The folder that changes the submission.
    pub folder: Option<&'a Folder>,
    /// A release, as its file has it.
    pub release: Option<Document<'a>>,
    /// The release notes of the release that are from files.
    pub notes: &'a [Noted],
    /// The years in the dates of the changelog.
    pub years: &'a BTreeSet<i16>,
    /// The packages of the release.
    pub packages: &'a [Facts],
    /// What the files of pictures are: by their path in the folder, or by their name in the ZIP.
    pub pictures: &'a BTreeMap<String, PictureFacts>,
    /// What the files of videos are, in the same way.
    pub videos: &'a BTreeMap<String, VideoFacts>,
    /// What the caller knows.
    pub told: &'a Told,
    /// What dates are compared with.
    pub now: Timestamp,
}

impl Together<'_> {
    /// The findings of all rules about listings and properties, and about what packages are besides whose they are: for
    /// that see [`packages`](super::packages()).
    ///
    /// # Errors
    /// A document that is not JSON.
    pub fn findings(&self) -> std::result::Result<Vec<Finding>, SyntaxError> {
        let mut findings = Vec::new();
        let document = self.document.map(|document| Viewed::of(document.text)).transpose()?;
        // What a folder changes is there already.
        let base = match (self.base, &self.document, self.folder) {
            (Some(base), ..) => Some(Viewed::of(base)?),
            (None, Some(document), Some(_)) => Some(Viewed::of(document.text)?),
            _ => None,
        };
        let root = base.as_ref().map(Viewed::root);
        let mut kind = Kind::App;
        let (mut all, mut trailers) = (Vec::new(), Vec::new());
        if let (Some(viewed), Some(document)) = (&document, self.document) {
            kind = listings::kind(viewed.root());
            let source = Source { document: viewed, file: document.file, base: root };
            all = source.listings(kind);
            trailers = source.trailers();
            if let Some(none) = viewed.root().member("listings").filter(|_| all.is_empty() && kind != Kind::Flight) {
                let place = source.place("/listings".to_owned(), none);
                findings.push(place.finding(&T08, Severity::Error, "the submission has no listing"));
            }
            match kind {
                Kind::AddOn => add_ons::check(&source, &mut findings),
                Kind::App | Kind::Flight => properties::check(&source, self.now, &mut findings),
            }
            let notes = viewed.root().member("notesForCertification");
            let before = root.and_then(|root| root.member("notesForCertification"));
            let notes = notes.and_then(|notes| source.text("/notesForCertification".to_owned(), notes, before));
            findings.extend(notes.and_then(|notes| long_notes(&notes)));
        }
        if let Some(folder) = self.folder {
            let source = FolderSource { folder, base: root };
            source.faults(&mut findings);
            findings.extend(source.notes().and_then(|notes| long_notes(&notes)));
            if folder.settings.is_of_add_on() {
                kind = Kind::AddOn;
            }
            self.properties_of_folder(folder, kind, &mut findings);
            let own = source.listings();
            all.retain(|listing| !own.iter().any(|own| own.language.eq_ignore_ascii_case(&listing.language)));
            all.extend(own);
            let own = source.trailers();
            if !own.is_empty() {
                trailers = own;
            }
        }
        // What is not known of the document is known of the one to compare with.
        let text = self.document.map(|document| document.text).or(self.base);
        let mut beside = Beside::of(kind, self.packages, self.told, text);
        beside.now = self.now;
        // A date may be that of a version to come, whose texts need not be there yet.
        let newest_year = self.years.range(..=beside.year()).next_back().copied();
        beside.newest_year = newest_year;
        if let Some(whole) = document.as_ref().map(Viewed::root).or(root) {
            beside = beside.with(whole);
        }
        if let Some(release) = self.release {
            let viewed = Viewed::of(release.text)?;
            let mut own = releases::listings(&Source { document: &viewed, file: release.file, base: root });
            releases::add_notes(&mut own, self.notes);
            beside.noted = releases::noted(&own);
            // What it changes is judged by itself: the submission is the one before.
            let alone = Beside { noted: beside.noted.clone(), now: self.now, ..Beside::of(kind, &[], self.told, None) };
            let alone = Beside { newest_year, ..alone };
            all_listings(&own, &alone, &mut findings);
            notes::versions(&own, &beside, &mut findings);
        }
        self.look_up(&mut all, &mut trailers);
        all_listings(&all, &beside, &mut findings);
        if kind == Kind::App {
            let has_all = document.is_some() || root.is_some();
            trailers::check(&trailers, (&all, has_all), &beside, &mut findings);
            findings.extend(contents::privacy(beside.capabilities()));
        }
        contents::check(&items::items(self.packages), &all, &mut findings);
        Ok(findings)
    }

    /// Says of pictures and videos what their files are.
    fn look_up(&self, listings: &mut [Listing], trailers: &mut [Trailer]) {
        let mut find = |picture: &mut Picture| {
            let name = picture.path.clone().unwrap_or_else(|| picture.name.replace('\\', "/"));
            picture.facts = self.pictures.get(&name).cloned();
        };
        listings.iter_mut().flat_map(|listing| &mut listing.pictures).for_each(&mut find);
        for trailer in trailers {
            trailer.assets.iter_mut().flat_map(|assets| &mut assets.thumbnails).for_each(&mut find);
            let name = trailer.path.clone().unwrap_or_else(|| trailer.name.replace('\\', "/"));
            trailer.video = self.videos.get(&name).cloned();
        }
    }

    /// `submission.json` of a folder, which holds what the folder changes.
    fn properties_of_folder(&self, folder: &Folder, kind: Kind, findings: &mut Vec<Finding>) {
        let Some(file) = &folder.properties else { return };
        let Ok(viewed) = Viewed::of(&file.text) else { return };
        let path = folder.path(&file.file).to_string_lossy().replace('\\', "/");
        let source = Source { document: &viewed, file: Some(&path), base: None };
        match kind {
            // Values that the service does not have are faults of the folder.
            Kind::AddOn => add_ons::lengths(&source, findings),
            Kind::App | Kind::Flight => properties::check(&source, self.now, findings),
        }
    }
}

/// The rules about the listings of a submission.
pub(super) fn all_listings(listings: &[Listing], beside: &Beside<'_>, findings: &mut Vec<Finding>) {
    for listing in listings {
        let mut own = Vec::new();
        match beside.kind {
            Kind::AddOn => add_ons::listing(listing, &mut own),
            Kind::App | Kind::Flight => {
                lengths::check(listing, &mut own);
                lengths::required(listing, &mut own);
                pictures::check(listing, &mut own);
                pictures::xbox(listing, beside, &mut own);
                markup::bullets(listing, &mut own);
                own.extend(style::repetition(listing));
                own.extend(titles::missing(listing, beside));
                own.extend(style::copyright(listing, beside));
            }
        }
        style::cleared(listing, &mut own);
        let title = listing.text("title").filter(|title| !title.is_live);
        own.extend(title.and_then(|title| titles::check(title, beside)));
        let texts = listing.texts.iter().map(|(name, text)| (name.as_str(), text));
        let items = listing.lists.iter().flat_map(|(name, list)| list.items.iter().map(move |it| (name.as_str(), it)));
        let captions = listing.pictures.iter().map(|picture| ("caption", &picture.caption));
        for (name, text) in texts.chain(items).chain(captions).filter(|(_, text)| !text.is_live) {
            one_text(name, text, &beside.told.words, &mut own);
        }
        findings.extend(own.into_iter().map(|finding| languages::of(listing, finding)));
    }
    languages::check(listings, beside.packages, findings);
    if beside.kind != Kind::AddOn {
        notes::check(listings, beside, findings);
        pictures::across(listings, findings);
        findings.extend(lengths::languages_with_keywords(listings));
    }
}

/// The rules about what a text says.
fn one_text(name: &str, text: &Text, own_words: &[String], findings: &mut Vec<Finding>) {
    characters::check(name, text, findings);
    markup::check(name, text, findings);
    style::check(name, text, findings);
    addresses::check(name, text, findings);
    words::check(name, text, own_words, findings);
    findings.extend(wrapped::check(name, text));
}

/// Notes for the testers: a limit is not documented.
fn long_notes(notes: &Text) -> Option<Finding> {
    let finding = lengths::text_length("notesForCertification", notes, NOTES)?;
    Some(Finding { severity: Severity::Warning.max(finding.severity), ..finding })
}

/// Puts the findings in the order of their severity, then of their places.
pub fn sort(findings: &mut [Finding]) {
    let place = |finding: &Finding| (finding.file.clone(), finding.line, finding.column, finding.pointer.clone());
    findings.sort_by(|one, other| (one.severity, place(one), one.id).cmp(&(other.severity, place(other), other.id)));
}
