//! What the listings of a submission show, beside those of the one before.

use super::State;
use super::sections::known;
use crate::document::{ValueKind, View};

/// A language.
pub(super) struct Language {
    pub(super) key: String,
    pub(super) state: State,
    pub(super) is_add_on: bool,
    /// The texts by the name of their member, in the order of the document.
    pub(super) texts: Vec<Text>,
    pub(super) pictures: Vec<Picture>,
    pub(super) platforms: Vec<Platform>,
}

/// What a listing says on an old platform, such as `Windows81`.
pub(super) struct Platform {
    pub(super) name: String,
    pub(super) texts: Vec<Text>,
    pub(super) pictures: Vec<Picture>,
}

/// A text or a list of texts.
pub(super) struct Text {
    pub(super) name: String,
    pub(super) old: Option<Value>,
    pub(super) new: Option<Value>,
    /// Whether there is a listing to compare it with.
    pub(super) compared: bool,
}

/// The value of a text.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    One(String),
    List(Vec<String>),
}

/// A picture, or the icon of an add-on.
pub(super) struct Picture {
    pub(super) kind: String,
    pub(super) file_name: String,
    pub(super) caption: Option<String>,
    pub(super) old_caption: Option<String>,
    pub(super) state: State,
}

impl Language {
    pub(super) fn changed_texts(&self) -> usize {
        let platforms = self.platforms.iter().flat_map(|platform| &platform.texts);
        self.texts.iter().chain(platforms).filter(|text| text.state() != State::Same).count()
    }

    pub(super) fn changed_pictures(&self) -> usize {
        let platforms = self.platforms.iter().flat_map(|platform| &platform.pictures);
        self.pictures.iter().chain(platforms).filter(|picture| picture.state != State::Same).count()
    }

    pub(super) fn text(&self, name: &str) -> Option<&Text> {
        self.texts.iter().find(|text| text.name.eq_ignore_ascii_case(name))
    }

    /// The texts that have no place of their own.
    pub(super) fn others(&self) -> impl Iterator<Item = &Text> {
        self.texts.iter().filter(|text| !known(&text.name))
    }
}

impl Text {
    pub(super) fn state(&self) -> State {
        if self.compared { State::of(self.old.as_ref(), self.new.as_ref()) } else { State::Same }
    }
}

impl Value {
    /// The value of a string or a list of strings that is not empty.
    fn of(view: View) -> Option<Value> {
        match view.kind() {
            ValueKind::String => {
                let text = lines(&view.text()?);
                (!text.is_empty()).then_some(Value::One(text))
            }
            ValueKind::Array => {
                let items: Vec<String> =
                    view.elements().into_iter().filter_map(View::text).map(|item| lines(&item)).collect();
                (!items.is_empty() && items.len() == view.elements().len()).then_some(Value::List(items))
            }
            _ => None,
        }
    }

    /// The longest part of it, in UTF-16 units, as the service counts.
    pub(super) fn longest(&self) -> usize {
        let units = |text: &String| text.encode_utf16().count();
        match self {
            Value::One(text) => units(text),
            Value::List(items) => items.iter().map(units).max().unwrap_or_default(),
        }
    }

    /// The value as one text; a line for each item of a list.
    pub(super) fn joined(&self) -> String {
        match self {
            Value::One(text) => text.clone(),
            Value::List(items) => items.join("\n"),
        }
    }
}

/// The text with line feeds alone. The Store keeps carriage returns too, which nobody sees.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// The languages of both submissions, in the order of their names.
pub(super) fn languages(old: Option<View>, new: View) -> Vec<Language> {
    let all = Pair { old, new: Some(new), compared: old.is_some() }.member("listings");
    let mut keys = all.names();
    keys.sort_by_key(|key| key.to_ascii_lowercase());
    keys.iter().map(|key| all.member(key).language(key)).collect()
}

/// Two values of one place.
#[derive(Clone, Copy)]
struct Pair<'a, 't> {
    old: Option<View<'a, 't>>,
    new: Option<View<'a, 't>>,
    compared: bool,
}

impl<'a, 't> Pair<'a, 't> {
    fn member(self, name: &str) -> Pair<'a, 't> {
        let of = |view: Option<View<'a, 't>>| view.and_then(|view| view.member(name));
        Pair { old: of(self.old), new: of(self.new), ..self }
    }

    /// The names of the members of both.
    fn names(self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in [self.new, self.old].into_iter().flatten().flat_map(View::members) {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(&name)) {
                names.push(name.into_owned());
            }
        }
        names
    }

    fn language(self, key: &str) -> Language {
        // The listing of an app has its texts in `baseListing`, that of an add-on in itself.
        let base = self.member("baseListing");
        let is_add_on = base.old.is_none() && base.new.is_none();
        let texts_of = if is_add_on { self } else { base };
        let overrides = self.member("platformOverrides");
        let platform = |name: String| {
            let pair = overrides.member(&name);
            Platform { texts: pair.texts(), pictures: pair.pictures(), name }
        };
        let mut language = Language {
            key: key.to_owned(),
            state: State::Same,
            is_add_on,
            texts: texts_of.texts(),
            pictures: texts_of.pictures(),
            platforms: overrides.names().into_iter().map(platform).collect(),
        };
        language.state = match (self.compared, self.old, self.new) {
            (false, ..) => State::Same,
            (_, None, _) => State::New,
            (_, _, None) => State::Removed,
            _ if language.changed_texts() + language.changed_pictures() > 0 => State::Changed,
            _ => State::Same,
        };
        language
    }

    fn texts(self) -> Vec<Text> {
        let text = |name: String| {
            let pair = self.member(&name);
            let (old, new) = (pair.old.and_then(Value::of), pair.new.and_then(Value::of));
            (old.is_some() || new.is_some()).then_some(Text { name, old, new, compared: self.compared })
        };
        self.names().into_iter().filter_map(text).collect()
    }

    /// The pictures of both in the new order; those that are gone come last.
    fn pictures(self) -> Vec<Picture> {
        let (old, new) = (entries(self.old), entries(self.new));
        let before = pairs(&old, &new);
        let mut pictures: Vec<Picture> = Vec::new();
        for (entry, before) in new.iter().zip(&before) {
            let before = before.map(|at| &old[at]);
            let state = match before {
                _ if entry.status.eq_ignore_ascii_case("PendingDelete") => State::Removed,
                _ if !self.compared && !entry.status.eq_ignore_ascii_case("PendingUpload") => State::Same,
                None => State::New,
                Some(before) if before.caption != entry.caption => State::Changed,
                Some(_) => State::Same,
            };
            pictures.push(entry.picture(state, before.and_then(|before| before.caption.clone())));
        }
        mark_moved(&mut pictures, &new, &before);
        for (at, entry) in old.iter().enumerate() {
            if !before.contains(&Some(at)) {
                pictures.push(entry.picture(State::Removed, entry.caption.clone()));
            }
        }
        pictures
    }
}

/// For each new entry the place of the old one that it is. Of equal entries, the first is the first.
fn pairs(old: &[Entry], new: &[Entry]) -> Vec<Option<usize>> {
    let mut pairs: Vec<Option<usize>> = Vec::new();
    for entry in new {
        let found = (0..old.len()).find(|at| old[*at].is(entry) && !pairs.contains(&Some(*at)));
        pairs.push(found);
    }
    pairs
}

/// An element of `images`, or the icon of an add-on.
struct Entry {
    id: Option<String>,
    kind: String,
    file_name: String,
    status: String,
    caption: Option<String>,
}

impl Entry {
    fn of(view: View, kind: &str) -> Entry {
        let text = |name: &str| view.member(name).and_then(View::text).map(|text| text.into_owned());
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        Entry {
            id: given(text("id")),
            kind: given(text("imageType")).unwrap_or_else(|| kind.to_owned()),
            file_name: text("fileName").unwrap_or_default(),
            status: text("fileStatus").unwrap_or_default(),
            caption: given(text("description")).map(|caption| lines(&caption)),
        }
    }

    /// Whether it is the same picture, as far as the service tells.
    fn is(&self, other: &Entry) -> bool {
        if self.kind != other.kind {
            return false;
        }
        match (&self.id, &other.id) {
            (Some(own), Some(id)) => own == id,
            _ => self.file_name == other.file_name && self.status == other.status,
        }
    }

    fn picture(&self, state: State, old_caption: Option<String>) -> Picture {
        Picture {
            kind: self.kind.clone(),
            file_name: self.file_name.clone(),
            caption: self.caption.clone(),
            old_caption,
            state,
        }
    }
}

fn entries(listing: Option<View>) -> Vec<Entry> {
    let Some(listing) = listing else { return Vec::new() };
    let mut entries: Vec<Entry> = Vec::new();
    for (name, value) in listing.members() {
        if name.eq_ignore_ascii_case("images") {
            entries.extend(value.elements().into_iter().map(|image| Entry::of(image, "Unknown")));
        } else if name.eq_ignore_ascii_case("icon") && value.kind() == ValueKind::Object {
            entries.push(Entry::of(value, "Icon"));
        }
    }
    entries
}

/// Marks the pictures that stand behind one that they stood before. `before` has the old place of each new entry.
fn mark_moved(pictures: &mut [Picture], new: &[Entry], before: &[Option<usize>]) {
    let mut furthest: Vec<(&str, usize)> = Vec::new();
    for ((picture, entry), before) in pictures.iter_mut().zip(new).zip(before) {
        let Some(at) = *before else { continue };
        match furthest.iter_mut().find(|(kind, _)| *kind == entry.kind) {
            Some((_, furthest)) if at < *furthest => {
                if picture.state == State::Same {
                    picture.state = State::Moved;
                }
            }
            Some((_, furthest)) => *furthest = at,
            None => furthest.push((&entry.kind, at)),
        }
    }
}
