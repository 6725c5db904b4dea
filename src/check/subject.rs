//! What the rules look at: the texts, lists and pictures of the listings, each with its place.

use std::borrow::Cow;

use super::finding::Finding;
use super::picture_file::PictureFacts;
use super::rules::{Rule, Severity};
use crate::document::View;
use crate::error::shown;

/// What a submission is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// An app.
    #[default]
    App,
    /// A flight of an app, which has no listings.
    Flight,
    /// An add-on.
    AddOn,
}

/// Where something stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The file.
    pub(super) file: Option<String>,
    /// The JSON Pointer in the submission.
    pub(super) pointer: Option<String>,
    /// The line and the column in the file, from 1.
    pub(super) start: Option<(usize, usize)>,
    /// Whether the file has the text as it is, so that an offset in the text leads to a line of the file.
    pub(super) is_plain: bool,
}

/// A text.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    /// The text as it is sent, with its line ends.
    pub(super) value: String,
    /// Where it stands.
    pub(super) place: Place,
    /// Whether the submission to compare with has the same text.
    pub(super) is_live: bool,
    /// Whether it has half of a surrogate pair, which reads U+FFFD here.
    pub(super) has_half_pair: bool,
    /// Whether it is empty, and the submission to compare with has a text.
    pub(super) clears: bool,
}

/// A list of texts.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// The texts.
    pub(super) items: Vec<Text>,
    /// Where it stands.
    pub(super) place: Place,
    /// Whether the submission to compare with has the same list.
    pub(super) is_live: bool,
    /// Whether it is empty, and the submission to compare with has items.
    pub(super) clears: bool,
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Picture {
    /// `Screenshot`.
    pub(super) image_type: String,
    /// The name for messages.
    pub(super) name: String,
    /// The caption; empty if there is none.
    pub(super) caption: Text,
    /// Where it stands.
    pub(super) place: Place,
    /// The path of its file in the folder; `None` for a picture that the Store has, or one of a document.
    pub(super) path: Option<String>,
    /// The SHA-256 of its file, if it is known.
    pub(super) sha256: Option<String>,
    /// What its file is, if the file is here.
    pub(super) facts: Option<PictureFacts>,
}

/// The listing of a language, or what it has for one of the platforms before Windows 10.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// The language as it is written.
    pub(super) language: String,
    /// Where it stands.
    pub(super) place: Place,
    /// `Windows81`; `None` for the listing itself.
    pub(super) platform: Option<String>,
    /// The texts by the name of their member.
    pub(super) texts: Vec<(String, Text)>,
    /// The lists by the name of their member.
    pub(super) lists: Vec<(String, List)>,
    /// The pictures that are not to be deleted, in their order.
    pub(super) pictures: Vec<Picture>,
    /// The same listing in the submission to compare with: how many pictures it has of each type, and whether it has a
    /// description. `None` for a new listing.
    pub(super) before: Option<Before>,
    /// The members and image types that it has from elsewhere: another language, or the submission.
    pub(super) borrowed: Vec<String>,
    /// Whether it is complete, so that something that is not here is missing.
    pub(super) is_complete: bool,
    /// The same for its description: without a file the one that the submission has stays.
    pub(super) has_all_texts: bool,
    /// The same for its pictures: without a folder those that the submission has stay.
    pub(super) has_all_pictures: bool,
}

/// What the submission to compare with has in a language.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    /// The types of its pictures.
    pub(super) image_types: Vec<String>,
    /// Whether it has a description.
    pub(super) has_description: bool,
    /// Whether it has a title.
    pub(super) has_title: bool,
    /// Whether it has release notes.
    pub(super) has_release_notes: bool,
}

impl Before {
    /// What the object of a listing has.
    pub(super) fn of(listing: View<'_, '_>) -> Before {
        let has = |name: &str| listing.member(name).and_then(View::text).is_some_and(|it| !it.trim().is_empty());
        Before {
            image_types: pictures(listing).filter_map(|(_, picture)| image_type(picture)).collect(),
            has_description: has("description"),
            has_title: has("title"),
            has_release_notes: has("releaseNotes"),
        }
    }
}

/// The pictures of the object of a listing that stay, each with its index.
pub(super) fn pictures<'a, 't>(listing: View<'a, 't>) -> impl Iterator<Item = (usize, View<'a, 't>)> {
    let images = listing.member("images").map(View::elements).unwrap_or_default();
    let stays =
        |picture: View<'_, '_>| picture.member("fileStatus").and_then(View::text).as_deref() != Some("PendingDelete");
    images.into_iter().enumerate().filter(move |(_, picture)| stays(*picture))
}

fn image_type(picture: View<'_, '_>) -> Option<String> {
    picture.member("imageType").and_then(View::text).map(Cow::into_owned)
}

impl Place {
    /// Puts a finding at this place.
    pub(super) fn on(&self, finding: Finding) -> Finding {
        Finding {
            file: self.file.as_ref().map(|file| shown(file).into_owned()).or(finding.file),
            pointer: self.pointer.clone().or(finding.pointer),
            line: self.start.map(|(line, _)| line),
            column: self.start.map(|(_, column)| column),
            ..finding
        }
    }

    /// The finding of a rule here.
    pub(super) fn finding(&self, rule: &'static Rule, severity: Severity, message: impl AsRef<str>) -> Finding {
        self.on(Finding::new(rule, severity, message))
    }
}

impl Text {
    /// The finding of a rule about the whole text.
    pub(super) fn finding(&self, rule: &'static Rule, severity: Severity, message: impl AsRef<str>) -> Finding {
        self.place.finding(rule, severity, message)
    }

    /// The finding of a rule about a place in the text, by its byte offset.
    pub(super) fn finding_at(&self, rule: &'static Rule, at: usize, message: impl AsRef<str>) -> Finding {
        let finding = self.finding(rule, rule.severity, message);
        let (Some((line, column)), true) = (self.place.start, self.place.is_plain) else {
            return finding;
        };
        let before = &self.value[..at];
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let lines = before.matches('\n').count();
        let columns = before[line_start..].chars().count();
        Finding {
            line: Some(line + lines),
            column: Some(if lines == 0 { column + columns } else { columns + 1 }),
            ..finding
        }
    }

    /// Whether nothing but white space is in it.
    pub(super) fn is_blank(&self) -> bool {
        self.value.trim().is_empty()
    }
}

impl Listing {
    /// The same as the whole listing of a language.
    pub(super) fn complete(self, language: &str) -> Listing {
        let language = language.to_owned();
        Listing { language, is_complete: true, has_all_texts: true, has_all_pictures: true, ..self }
    }

    /// The text of a member; `None` if it has none.
    pub(super) fn text(&self, name: &str) -> Option<&Text> {
        self.texts.iter().find(|(own, _)| own == name).map(|(_, text)| text)
    }

    /// Whether it has a member or an image type from elsewhere.
    pub(super) fn borrows(&self, is_one: impl Fn(&str) -> bool) -> bool {
        self.borrowed.iter().any(|name| is_one(name))
    }

    /// The list of a member.
    pub(super) fn list(&self, name: &str) -> Option<&List> {
        self.lists.iter().find(|(own, _)| own == name).map(|(_, list)| list)
    }
}

/// The number of UTF-16 code units, which is what the service counts.
pub(super) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// A text with LF as its only line end.
pub(super) fn folded(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}
