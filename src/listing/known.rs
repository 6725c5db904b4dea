//! What the files of a folder may stand for: what every submission may have, and what one submission has besides.

use super::body::{Kind, Object, Submission};
use super::fault::{Fault, FaultKind};
use super::folder::{Content, Folder, Language, TextFile};
use super::properties::is_elsewhere;
use super::schema::{ADD_ON, APP, VALUES};
use super::{images, layout};
use crate::document::{self, ValueKind, View, Viewed};
use crate::input::nearest;

/// The texts of a listing of an add-on.
const ADD_ON_TEXTS: [&str; 2] = ["title", "description"];

/// What is known of the submission that a folder changes. The default knows nothing of it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    kind: Option<Kind>,
    /// The members of its texts.
    members: Vec<String>,
    /// The types of its images.
    image_types: Vec<String>,
    /// The platforms that its listings have texts for.
    platforms: Vec<String>,
    /// The whole document; empty if it is not known.
    document: String,
}

impl Known {
    /// What is known of a submission, from its document.
    pub fn of(document: &str) -> Known {
        let submission = Submission::of(document);
        let (mut image_types, mut platforms) = (Vec::new(), Vec::new());
        for (_, listing) in submission.listings.objects() {
            let overrides = listing.object("platformOverrides").unwrap_or_default();
            platforms.extend(overrides.members.iter().map(|(name, _)| name.clone()));
            for texts in submission.texts(&listing).into_iter().chain(overrides.objects().map(|(_, texts)| texts)) {
                let stored = images::Stored::all("", texts.get("images").unwrap_or_default());
                image_types.extend(stored.into_iter().map(|image| image.image_type));
            }
        }
        Known {
            kind: Some(submission.kind),
            members: submission.members(),
            image_types,
            platforms,
            document: document.to_owned(),
        }
    }

    /// What is known of an add-on that was never submitted.
    pub fn of_new_add_on() -> Known {
        Known { kind: Some(Kind::AddOn), ..Known::default() }
    }

    fn has(names: &[String], name: &str) -> bool {
        names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

impl Folder {
    /// The faults of files and folders that stand for nothing which the submission has or could have.
    pub fn strange(&self, known: &Known) -> Vec<Fault> {
        let own = match (&self.settings.add_on_id, &self.settings.app_id) {
            (Some(_), _) => Some(Kind::AddOn),
            (None, Some(_)) => Some(Kind::App),
            (None, None) => self.settings.is_of_add_on().then_some(Kind::AddOn),
        };
        let mut judge = Judge { known, kind: known.kind.or(own), faults: Vec::new() };
        for language in self.languages.iter().chain(&self.fallback) {
            judge.language(language);
        }
        if let (Some(Kind::AddOn), Some(trailer)) = (judge.kind, self.trailers.first()) {
            judge.fault(FaultKind::Unknown, &trailer.folder, "an add-on has no trailers".to_owned(), None);
        }
        if let Some(file) = &self.properties {
            judge.properties(file);
        }
        judge.faults
    }
}

struct Judge<'a> {
    known: &'a Known,
    /// `None` if nothing says what the folder is of.
    kind: Option<Kind>,
    faults: Vec<Fault>,
}

impl Judge<'_> {
    fn fault(&mut self, kind: FaultKind, file: &str, message: String, nearest: Option<String>) {
        self.faults.push(Fault::new(kind, file, message).nearest(nearest));
    }

    fn language(&mut self, language: &Language) {
        self.content(&language.content);
        if let (Some(Kind::App), Some(icon)) = (self.kind, &language.icon) {
            let what = "an app has no such icon; its icon is an image in images/Icon";
            self.fault(FaultKind::Unknown, icon.file(), what.to_owned(), None);
        }
        for platform in &language.platforms {
            let folder = format!("{}/platforms/{}", language.folder, platform.name);
            let is_known = layout::canonical(layout::PLATFORMS, &platform.name).is_some();
            if self.kind == Some(Kind::AddOn) {
                self.fault(FaultKind::Unknown, &folder, "add-ons have no texts for platforms".to_owned(), None);
            } else if !is_known && !Known::has(&self.known.platforms, &platform.name) {
                let what = "the Store has no texts for this platform".to_owned();
                let nearest = nearest(&platform.name, layout::PLATFORMS).map(str::to_owned);
                self.fault(FaultKind::Unknown, &folder, what, nearest);
            } else {
                self.content(&platform.content);
            }
        }
    }

    fn content(&mut self, content: &Content) {
        let is_add_on = self.kind == Some(Kind::AddOn);
        for text in content.texts.iter().filter(|text| !Known::has(&self.known.members, &text.member)) {
            let known: Vec<&str> = match is_add_on {
                true => ADD_ON_TEXTS.to_vec(),
                false => layout::TEXTS.iter().chain(layout::LISTS).copied().collect(),
            };
            if known.iter().any(|known| known.eq_ignore_ascii_case(&text.member)) {
                continue;
            }
            let what = match is_add_on && layout::is_known(&text.member) {
                true => "a listing of an add-on has title.txt, description.txt and icon.png only",
                false => "the file stands for no member of a listing",
            };
            let nearest = nearest(&text.member, &known).and_then(layout::file_stem).map(|stem| format!("{stem}.txt"));
            self.fault(FaultKind::Unknown, &text.file, what.to_owned(), nearest);
        }
        for images in &content.images {
            let is_known = layout::canonical(layout::IMAGE_TYPES, &images.name).is_some();
            if is_add_on {
                self.fault(FaultKind::Unknown, &images.folder, "add-ons have no images but icon.png".to_owned(), None);
            } else if !is_known && !Known::has(&self.known.image_types, &images.name) {
                let what = "the Store has no images of this type".to_owned();
                let nearest = nearest(&images.name, layout::IMAGE_TYPES).map(str::to_owned);
                self.fault(FaultKind::Unknown, &images.folder, what, nearest);
            }
        }
    }

    /// `submission.json`: a member that the submission has is known, whatever it is.
    fn properties(&mut self, file: &TextFile) {
        let (Ok(viewed), document) = (Viewed::of(&file.text), self.known.document.as_str()) else { return };
        let base = (!document.is_empty()).then(|| Object::of("", document.trim_start_matches('\u{FEFF}').trim()));
        let of_file = OfFile { file: &file.file, viewed: &viewed };
        self.object(&of_file, "", viewed.root(), base.as_ref());
    }

    /// The members of an object at a path, and of the objects in it.
    fn object(&mut self, file: &OfFile<'_, '_>, path: &str, object: View<'_, '_>, base: Option<&Object<'_>>) {
        let tables = match self.kind {
            Some(Kind::App) => &[APP][..],
            Some(Kind::AddOn) => &[ADD_ON],
            None => &[APP, ADD_ON],
        };
        let known: Option<Vec<&str>> = tables
            .iter()
            .filter_map(|table| table.iter().find(|(known, _)| known.eq_ignore_ascii_case(path)))
            .map(|(_, members)| members.to_vec())
            .reduce(|mut all, more| {
                all.extend(more);
                all
            });
        for (name, value) in object.members() {
            let there = base.and_then(|base| base.get(&name));
            if let Some(known) = &known
                && there.is_none()
                && !known.iter().any(|known| known.eq_ignore_ascii_case(&name))
                && !(path.is_empty() && is_elsewhere(&name))
            {
                let what = match (path, self.kind) {
                    ("", Some(Kind::AddOn)) => format!("the submission of an add-on has no member `{name}`"),
                    ("", _) => format!("a submission has no member `{name}`"),
                    _ => format!("{} has no member `{name}`", path.replace('/', ".")),
                };
                let nearest = nearest(&name, known).map(str::to_owned);
                self.faults.push(file.fault(value, what).nearest(nearest));
                continue;
            }
            let path = if path.is_empty() { name.to_string() } else { format!("{path}/{name}") };
            self.value(file, &path, value, there);
        }
    }

    fn value(&mut self, file: &OfFile<'_, '_>, path: &str, value: View<'_, '_>, base: Option<&str>) {
        match value.kind() {
            ValueKind::Object => {
                let base = base.filter(|base| base.starts_with('{')).map(|base| Object::of("", base));
                self.object(file, path, value, base.as_ref());
            }
            ValueKind::Array => {
                // What an element of the list has, an element that replaces it may have.
                let first = base.and_then(|base| document::elements(base).ok()?.first().copied());
                let first = first.filter(|first| first.starts_with('{')).map(|first| Object::of("", first));
                for element in value.elements().into_iter().filter(|element| element.kind() == ValueKind::Object) {
                    self.object(file, path, element, first.as_ref());
                }
            }
            ValueKind::String => {
                let known = VALUES.iter().find(|(known, _)| known.eq_ignore_ascii_case(path));
                let (Some((_, known)), Some(text)) = (known, value.text()) else { return };
                let is_there = base.is_some_and(|base| document::equal(base, value.span()).unwrap_or(false));
                if !known.contains(&text.as_ref()) && !is_there {
                    let what = format!("{} can't be `{text}`", path.replace('/', "."));
                    self.faults.push(file.fault(value, what).nearest(nearest(&text, known).map(str::to_owned)));
                }
            }
            _ => {}
        }
    }
}

/// A file whose values have lines.
struct OfFile<'f, 't> {
    file: &'f str,
    viewed: &'f Viewed<'t>,
}

impl OfFile<'_, '_> {
    fn fault(&self, value: View<'_, '_>, what: String) -> Fault {
        let (line, column) = self.viewed.line_and_column(value.start());
        Fault::new(FaultKind::Json, self.file, what).at(line, column)
    }
}
