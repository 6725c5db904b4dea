//! What the listings of a submission are judged beside: its packages, and what the caller knows.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::base::present;
use super::present::Present;
use super::rules::Severity;
use super::subject::Kind;
use crate::document::View;
use crate::package::Facts;

/// What the caller knows and no file says.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The reserved names of the product. Without any, titles are compared with none.
    pub reserved_names: Vec<String>,
    /// Words that no text may have.
    pub words: Vec<String>,
}

/// What listings are judged beside.
pub(super) struct Beside<'a> {
    pub(super) kind: Kind,
    /// The packages that are given.
    pub(super) packages: &'a [Facts],
    /// The packages that the submission has and keeps.
    pub(super) present: Vec<Present>,
    /// Whether the submission is known, so that it lacks what it does not have.
    pub(super) has_submission: bool,
    pub(super) told: &'a Told,
    pub(super) now: Timestamp,
    /// The newest year in the dates of the changelog, of those that have begun.
    pub(super) newest_year: Option<i16>,
    /// Whether the product is a game.
    pub(super) is_game: bool,
    /// Whether it is the first submission of the product.
    pub(super) is_first: bool,
    /// Whether the submission is live already.
    pub(super) is_published: bool,
    /// The languages, `default` for all, in which a release has release notes.
    pub(super) noted: Vec<String>,
}

impl<'a> Beside<'a> {
    /// What a document says; `None` stands for one that is not known.
    pub(super) fn of(kind: Kind, packages: &'a [Facts], told: &'a Told, document: Option<&str>) -> Beside<'a> {
        let mut kept = document.and_then(|document| present(document).ok()).unwrap_or_default();
        kept.retain(|package| package.file_status.as_deref() != Some("PendingDelete"));
        Beside {
            kind,
            packages,
            present: kept,
            has_submission: document.is_some(),
            told,
            now: Timestamp::UNIX_EPOCH,
            newest_year: None,
            is_game: false,
            is_first: false,
            is_published: false,
            noted: Vec::new(),
        }
    }

    /// Adds what the members of the document say.
    pub(super) fn with(mut self, root: View<'_, '_>) -> Beside<'a> {
        let text = |name: &str| root.member(name).and_then(View::text).unwrap_or_default();
        self.is_game = text("applicationCategory").to_ascii_lowercase().starts_with("games");
        self.is_published = text("status") == "Published";
        // The service counts the submissions of a product so.
        self.is_first = text("friendlyName") == "Submission 1" && !self.is_published;
        self
    }

    /// An error of something that is missing: a warning if the submission may have it, or is live without it.
    pub(super) fn unless_known(&self, severity: Severity) -> Severity {
        if self.has_submission && !self.is_published { severity } else { Severity::Warning.max(severity) }
    }

    /// The languages of all packages in small letters, and whether those of each package are known; `None` without packages.
    pub(super) fn languages(&self) -> Option<(BTreeSet<String>, bool)> {
        let mut languages = BTreeSet::new();
        let mut are_known = true;
        let present = self.others().map(|present| present.languages.as_deref().unwrap_or_default());
        let all: Vec<&[String]> = self.packages.iter().map(|facts| facts.languages.as_slice()).chain(present).collect();
        for own in &all {
            are_known &= !own.is_empty();
            languages.extend(own.iter().map(|language| language.to_ascii_lowercase()));
        }
        (!all.is_empty()).then_some((languages, are_known))
    }

    /// The year of the present.
    pub(super) fn year(&self) -> i16 {
        self.now.to_zoned(TimeZone::UTC).year()
    }

    /// Whether a package is for Xbox.
    pub(super) fn is_for_xbox(&self) -> bool {
        let given = self.packages.iter().flat_map(|facts| &facts.device_families).map(|family| family.name.as_str());
        let present = self.others().flat_map(Present::families).map(|(name, _)| name);
        given.chain(present).any(|family| family == "Windows.Xbox")
    }

    /// The packages of the submission that are not given.
    fn others(&self) -> impl Iterator<Item = &Present> {
        let is_given = |present: &Present| self.packages.iter().any(|facts| present.has_file(&[&facts.file_name]));
        self.present.iter().filter(move |present| !is_given(present))
    }

    /// The names of the capabilities of all packages.
    pub(super) fn capabilities(&self) -> impl Iterator<Item = &str> {
        let given = self.packages.iter().flat_map(|facts| &facts.capabilities).map(|one| one.name.as_str());
        given.chain(self.others().flat_map(|present| present.capabilities.iter().flatten().map(String::as_str)))
    }
}
