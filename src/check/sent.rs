//! What a release would send: the rules about its document, and about the files of its folder of listings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::add_ons;
use super::base::present;
use super::beside::{Beside, Told};
use super::finding::{Allowed, Finding};
use super::listings::{self, Source};
use super::notes;
use super::picture_file::PictureFacts;
use super::rules::Severity;
use super::subject::{Kind, Picture};
use super::together::all_listings;
use super::trailers;
use super::versions;
use super::video_file::VideoFacts;
use crate::document::Viewed;
use crate::error::Result;
use crate::package::Facts;
use crate::store::names::invalid;

/// The rules whose errors the service itself finds, when it gets a submission or the files of one. What others find,
/// certification dislikes.
const ENFORCED: [&str; 13] =
    ["A01", "I01", "I03", "I04", "I05", "I08", "I11", "N02", "T01", "T04", "T05", "V01", "V02"];

/// A picture or a video that a release would send.
#[derive(Clone, Debug)]
pub struct SentFile<T> {
    /// What its file is.
    pub facts: T,
    /// The path of its file.
    pub file: String,
}

/// The pictures and videos that a release would send, by their names in the ZIP.
#[derive(Clone, Debug, Default)]
pub struct SentFiles {
    /// The pictures.
    pub pictures: BTreeMap<String, SentFile<PictureFacts>>,
    /// The videos.
    pub videos: BTreeMap<String, SentFile<VideoFacts>>,
}

/// What a release would send.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The document.
    pub body: &'a str,
    /// The submission that the release starts from.
    pub base: &'a str,
    /// The published submission; `None` if there is none.
    pub published: Option<&'a str>,
    /// The packages.
    pub packages: &'a [Facts],
    /// The pictures and videos.
    pub files: &'a SentFiles,
    /// The present.
    pub now: Timestamp,
}

/// The errors and warnings in the listings of the document that would be sent, without those in the submission that the
/// release starts from. Only what the service enforces is an error.
///
/// # Errors
/// `document.invalid`, `network.bad_answer` for a text that is no submission.
pub fn changes(sent: &Sent<'_>, allow: &Allowed) -> Result<Vec<Finding>> {
    let key = |finding: &Finding| (finding.id, finding.pointer.clone(), finding.message.clone());
    let none = SentFiles::default();
    let before = Sent { body: sent.base, files: &none, ..*sent };
    let before: BTreeSet<_> = before.findings()?.iter().map(key).collect();
    let mut findings = sent.findings()?;
    findings.retain(|finding| finding.severity != Severity::Information && !before.contains(&key(finding)));
    for finding in findings.iter_mut().filter(|finding| !ENFORCED.contains(&finding.id)) {
        finding.severity = Severity::Warning;
    }
    // The submission that the release starts from may be its own draft, which has the notes of the release already.
    findings.extend(sent.left_notes()?);
    Ok(allow.apply(findings))
}

impl Sent<'_> {
    fn findings(&self) -> Result<Vec<Finding>> {
        let (document, base) = (Viewed::of(self.body).map_err(invalid)?, Viewed::of(self.base).map_err(invalid)?);
        let kind = listings::kind(document.root());
        let source = Source { document: &document, file: None, base: Some(base.root()) };
        let mut findings = Vec::new();
        if kind == Kind::AddOn {
            add_ons::check(&source, &mut findings);
        }
        let mut all = source.listings(kind);
        all.iter_mut().flat_map(|listing| &mut listing.pictures).for_each(|picture| self.look_up(picture));
        let told = Told::default();
        let beside = Beside::of(kind, self.packages, &told, Some(self.body)).with(document.root());
        let beside = Beside { now: self.now, ..beside };
        all_listings(&all, &beside, &mut findings);
        if kind == Kind::App {
            let mut trailers = source.trailers();
            for trailer in &mut trailers {
                trailer.assets.iter_mut().flat_map(|assets| &mut assets.thumbnails).for_each(|it| self.look_up(it));
                if let Some(sent) = self.files.videos.get(&trailer.name) {
                    trailer.video = Some(sent.facts.clone());
                    trailer.place.file = Some(sent.file.clone());
                }
            }
            trailers::check(&trailers, (&all, true), &beside, &mut findings);
        }
        Ok(findings)
    }

    fn look_up(&self, picture: &mut Picture) {
        if let Some(sent) = self.files.pictures.get(&picture.name) {
            picture.facts = Some(sent.facts.clone());
            picture.place.file = Some(sent.file.clone());
        }
    }

    /// T26: release notes that stay those of the published submission although there are newer packages.
    fn left_notes(&self) -> Result<Option<Finding>> {
        let Some(published) = self.published else { return Ok(None) };
        if !versions::has_newer(self.packages, &present(self.body)?, &present(published)?) {
            return Ok(None);
        }
        let (document, base) = (Viewed::of(self.body).map_err(invalid)?, Viewed::of(published).map_err(invalid)?);
        let source = Source { document: &document, file: None, base: Some(base.root()) };
        Ok(match listings::kind(document.root()) {
            Kind::App => notes::left(&source.listings(Kind::App)),
            Kind::Flight | Kind::AddOn => None,
        })
    }
}
