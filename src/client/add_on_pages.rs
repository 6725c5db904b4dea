//! What the list of add-ons said, a page at a time, for the releases of many add-ons.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

/// How long the pages are used.
const LIFETIME: Duration = Duration::from_secs(3600);

/// The pages of the list of add-ons that a client has read. Ids are compared in any letter case.
#[derive(Debug, Default)]
pub struct AddOnPages {
    /// When the first add-on was asked for.
    began: Option<Instant>,
    asked: HashSet<String>,
    items: HashMap<String, (String, Instant)>,
    /// The link to the page after those that were read; `None` before the first page.
    next: Option<String>,
    /// Whether there is no further page.
    ended: bool,
}

impl AddOnPages {
    /// Takes the whole list, which was read a moment ago for releases of add-ons in it.
    pub fn begin(&mut self, items: impl IntoIterator<Item = (String, String)>) {
        *self = AddOnPages { began: Some(Instant::now()), ..AddOnPages::default() };
        // The first add-on is not the only one.
        self.asked.insert(String::new());
        self.add(items, None);
    }

    /// Counts that a release needs this add-on. Returns whether the list may answer: for each add-on once, since the answer
    /// is old the second time, and not for the first add-on, which may be the only one.
    pub fn ask(&mut self, id: &str) -> bool {
        if self.began.is_none_or(|began| began.elapsed() >= LIFETIME) {
            *self = AddOnPages { began: Some(Instant::now()), ..AddOnPages::default() };
        }
        self.asked.insert(key(id)) && self.asked.len() > 1
    }

    /// The page to read for this add-on: none if a page has it, or if all pages were read; else the link to the next one,
    /// `None` for the first page.
    pub fn page_for(&self, id: &str) -> Option<Option<String>> {
        (!self.ended && !self.items.contains_key(&key(id))).then(|| self.next.clone())
    }

    /// Adds a page, with the ids of its items. After the last page `next` is `None`.
    pub fn add(&mut self, items: impl IntoIterator<Item = (String, String)>, next: Option<String>) {
        let now = Instant::now();
        self.items.extend(items.into_iter().map(|(id, text)| (key(&id), (text, now))));
        self.ended = next.is_none();
        self.next = next;
    }

    /// Takes the item of an add-on, and when it was read.
    pub fn take(&mut self, id: &str) -> Option<(String, Instant)> {
        self.items.remove(&key(id))
    }
}

fn key(id: &str) -> String {
    id.to_ascii_uppercase()
}
