//! One HTML file that shows a submission as a customer will see it, beside the submission that it replaces.
//!
//! [`page()`] is pure apart from the pictures, which are read from the files of the release. The page has no script, sends no
//! request, and shows every text as text, whatever it contains.
//!
//! | file | what it does |
//! |---|---|
//! | `sections` | the table of members of a listing, in the order of a product page |
//! | `listings`, `properties` | read what changed from two documents |
//! | `compare` | marks the words of a text that changed |
//! | `pictures` | makes small copies of the pictures, to be part of the page |
//! | `plan` | what a release would do |
//! | `page`, `parts` | write the HTML |

mod compare;
mod listings;
mod page;
mod parts;
mod pictures;
mod plan;
mod properties;
mod sections;

use schemars::JsonSchema;
use serde::Serialize;

use crate::check::Finding;
use crate::document::{SyntaxError, Viewed};
pub use pictures::Pictures;
pub use plan::{PackageFate, Plan, PlannedPackage};

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub struct Content<'a> {
    /// The name of the product.
    pub product: Option<&'a str>,
    /// The submission.
    pub document: &'a str,
    /// The submission that it replaces.
    pub base: Option<&'a str>,
    /// What the check found.
    pub findings: &'a [Finding],
    /// What a release would do, if there is one.
    pub plan: Option<&'a Plan>,
}

/// What a page shows, in numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "PageCounts")]
pub struct Counts {
    /// The languages of the submission and of the one before it.
    pub languages: usize,
    /// The languages that differ. Without a submission to compare with none does.
    pub changed_languages: usize,
    /// The texts that differ.
    pub changed_texts: usize,
    /// The pictures that are new, moved, removed or have another caption.
    pub changed_pictures: usize,
    /// The other members of the submission that differ.
    pub changed_properties: usize,
    /// The pictures of which the page has a copy.
    pub shown_pictures: usize,
}

/// Writes the page.
///
/// # Errors
/// A document is not JSON.
pub fn page(content: &Content, pictures: &mut Pictures) -> Result<(String, Counts), SyntaxError> {
    let new = Viewed::of(content.document)?;
    let old = content.base.map(Viewed::of).transpose()?;
    let old = old.as_ref().map(Viewed::root);
    let languages = listings::languages(old, new.root());
    let properties = properties::properties(old, new.root());
    let mut counts = Counts {
        languages: languages.len(),
        changed_languages: languages.iter().filter(|language| language.state != State::Same).count(),
        changed_texts: languages.iter().map(listings::Language::changed_texts).sum(),
        changed_pictures: languages.iter().map(listings::Language::changed_pictures).sum(),
        changed_properties: properties.iter().filter(|property| property.is_changed()).count(),
        shown_pictures: 0,
    };
    let shown = page::Shown { content, languages: &languages, properties: &properties, counts: &counts };
    let html = page::page(&shown, pictures);
    counts.shown_pictures = pictures.shown();
    Ok((html, counts))
}

/// How a part of the submission relates to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is the same, or there is nothing to compare it with.
    Same,
    New,
    Changed,
    Moved,
    Removed,
}

impl State {
    fn of<T: PartialEq>(old: Option<&T>, new: Option<&T>) -> State {
        match (old, new) {
            (None, Some(_)) => State::New,
            (Some(_), None) => State::Removed,
            (old, new) if old == new => State::Same,
            _ => State::Changed,
        }
    }

    /// A sign and a word, so that nothing is told by a colour alone.
    fn label(self) -> &'static str {
        match self {
            State::Same => "= same",
            State::New => "+ new",
            State::Changed => "\u{b1} changed",
            State::Moved => "\u{2195} moved",
            State::Removed => "\u{2212} removed",
        }
    }

    /// The name of its class in the style sheet.
    fn class(self) -> &'static str {
        match self {
            State::Same => "same",
            State::New => "new",
            State::Changed | State::Moved => "changed",
            State::Removed => "removed",
        }
    }
}
