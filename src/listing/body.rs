//! The document of a submission, read step by step. Names are found in any letter case, as the service finds them.

use crate::document::{self, Pointer};

/// An object of a submission.
#[derive(Clone, Debug, Default)]
pub(super) struct Object<'t> {
    /// Where it is, as a JSON Pointer.
    pub(super) pointer: String,
    /// Its members: each name, and the value as it is written.
    pub(super) members: Vec<(String, &'t str)>,
}

/// A member that was looked for.
#[derive(Clone, Debug)]
pub(super) enum Member<'t> {
    /// It is there, under this name.
    There(String, &'t str),
    /// It is not there.
    Missing,
    /// Several have the name in another letter case, so that nobody can tell.
    Several,
}

impl<'t> Object<'t> {
    /// The object with this text; one without members for any other value.
    pub(super) fn of(pointer: impl Into<String>, text: &'t str) -> Object<'t> {
        Object { pointer: pointer.into(), members: document::members(text).unwrap_or_default() }
    }

    /// Finds a member by its exact name, or else by the only one in another letter case.
    pub(super) fn find(&self, name: &str) -> Member<'t> {
        let there = |(name, value): &(String, &'t str)| Member::There(name.clone(), value);
        if let Some(exact) = self.members.iter().find(|(found, _)| found == name) {
            return there(exact);
        }
        let mut alike = self.members.iter().filter(|(found, _)| found.eq_ignore_ascii_case(name));
        match (alike.next(), alike.next()) {
            (None, _) => Member::Missing,
            (Some(only), None) => there(only),
            (Some(_), Some(_)) => Member::Several,
        }
    }

    /// The value of a member.
    pub(super) fn get(&self, name: &str) -> Option<&'t str> {
        match self.find(name) {
            Member::There(_, value) => Some(value),
            Member::Missing | Member::Several => None,
        }
    }

    /// The text of a member that is a string.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get(name).and_then(string)
    }

    /// The text of a member, which is empty for `null` and for a member that is not there; `None` for one that is no text.
    pub(super) fn text_or_empty(&self, name: &str) -> Option<String> {
        match self.find(name) {
            Member::Missing | Member::There(_, "null") => Some(String::new()),
            Member::There(_, value) => string(value),
            Member::Several => None,
        }
    }

    /// The pointer to a member, under the name that it has or would get.
    pub(super) fn place(&self, name: &str) -> String {
        match self.find(name) {
            Member::There(name, _) => below(&self.pointer, &name),
            Member::Missing | Member::Several => below(&self.pointer, name),
        }
    }

    /// A member that is an object.
    pub(super) fn object(&self, name: &str) -> Option<Object<'t>> {
        let value = self.get(name).filter(|value| value.starts_with('{'))?;
        Some(Object::of(self.place(name), value))
    }

    /// The members that are objects, with their names.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&str, Object<'t>)> {
        let objects = self.members.iter().filter(|(_, value)| value.starts_with('{'));
        objects.map(|(name, value)| (name.as_str(), Object::of(below(&self.pointer, name), value)))
    }
}

/// The pointer to a member of the object at a pointer.
pub(super) fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", Pointer::escaped(name))
}

/// Whether a JSON Pointer leads to something in the value at another one.
pub(super) fn is_below(pointer: &str, place: &str) -> bool {
    pointer.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
}

/// The text of a JSON string; `None` for another value, and for half of a surrogate pair.
pub(super) fn string(value: &str) -> Option<String> {
    serde_json::from_str(value).ok()
}

/// A text as JSON.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// What kind of submission a document is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A listing has texts for all platforms in `baseListing`.
    App,
    /// A listing has a title, a description and an icon.
    AddOn,
}

/// The listings of a submission.
pub(super) struct Submission<'t> {
    /// The whole document.
    pub(super) whole: Object<'t>,
    /// `listings`.
    pub(super) listings: Object<'t>,
    /// What it is of.
    pub(super) kind: Kind,
}

impl<'t> Submission<'t> {
    pub(super) fn of(document: &'t str) -> Submission<'t> {
        let whole = Object::of("", document.trim_start_matches('\u{FEFF}').trim());
        let listings = whole.object("listings").unwrap_or(Object { pointer: whole.place("listings"), members: vec![] });
        let has_base = listings.objects().any(|(_, listing)| listing.get("baseListing").is_some());
        let is_app = has_base || whole.get("applicationPackages").is_some();
        let is_add_on = whole.get("contentType").is_some()
            || whole.get("lifetime").is_some()
            || listings.objects().any(|(_, listing)| !listing.members.is_empty());
        let kind = if is_add_on && !is_app { Kind::AddOn } else { Kind::App };
        Submission { whole, listings, kind }
    }

    /// The object of a listing that has its texts.
    pub(super) fn texts(&self, listing: &Object<'t>) -> Option<Object<'t>> {
        match self.kind {
            Kind::App => listing.object("baseListing"),
            Kind::AddOn => Some(listing.clone()),
        }
    }

    /// The names of the members that the texts of the submission have.
    pub(super) fn members(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (_, listing) in self.listings.objects() {
            let platforms = listing.object("platformOverrides").unwrap_or_default();
            let platforms = platforms.objects().map(|(_, platform)| platform).collect::<Vec<_>>();
            for texts in self.texts(&listing).iter().chain(&platforms) {
                let is_text = |value: &str| value.starts_with(['"', '[']) || value == "null";
                let own = texts.members.iter().filter(|(name, value)| is_text(value) && name != "images");
                names.extend(own.map(|(name, _)| name.clone()));
            }
        }
        names.sort();
        names.dedup();
        names
    }
}
