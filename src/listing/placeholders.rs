//! Writes the images of a submission into a folder: placeholders for those without a file, captions and their order.

use super::body::Object;
use super::disk::Rename;
use super::edits::{Note, NoteKind};
use super::folder::{Content, ImageType, Language, Media, Picture, Remote, tag_of};
use super::icon;
use super::images::{self, Link, Links, Stored, Unlinked};
use super::layout;
use super::read::order;
use super::walk::{folded, is_readable, join, line};
use super::write::Writer;

impl Writer<'_> {
    /// Writes placeholders and captions, by type; of the contents the first is the folder's own.
    pub(super) fn images_of(&mut self, folder: &str, contents: &[&Content], object: &Object<'_>) {
        let stored = Stored::all(&object.place("images"), object.get("images").unwrap_or_default());
        let stored: Vec<Stored<'_>> = stored.into_iter().filter(|image| !image.is_going()).collect();
        let mut names: Vec<&str> = Vec::new();
        let own = contents.first().into_iter().flat_map(|content| &content.images);
        let known = stored.iter().map(|image| image.image_type.as_str()).chain(own.map(|own| own.name.as_str()));
        for name in known {
            if names.iter().all(|known| !known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
        for name in names {
            if !layout::is_type(name) {
                self.plan.note(
                    NoteKind::LeftOut,
                    &object.place("images"),
                    "an image has a type that can't be a folder",
                );
                continue;
            }
            let of_type: Vec<Stored<'_>> = stored.iter().filter(|image| image.is_of(name)).cloned().collect();
            let find = |content: &Content| {
                content.images.iter().find(|images| images.name.eq_ignore_ascii_case(name)).cloned()
            };
            let own = contents.first().and_then(|content| find(content));
            let fallback = contents.iter().skip(1).find_map(|content| find(content));
            if let (None, Some(fallback)) = (&own, &fallback)
                && is_all(fallback, &of_type)
            {
                continue;
            }
            let new =
                ImageType { name: name.to_owned(), folder: format!("{folder}/images/{name}"), ..ImageType::default() };
            self.pictures(&own.unwrap_or(new), &of_type);
        }
    }

    /// The placeholder of an icon: it is written where no picture is the icon, and goes where it stands for nothing. Of the
    /// sources, the first is the folder's own.
    pub(super) fn icon(&mut self, sources: &[&Language], listing: &Object<'_>) {
        let Some((own, others)) = sources.split_first() else { return };
        let found = listing.object("icon").filter(|found| !icon::is_going(found));
        let name = found.as_ref().and_then(|found| found.text("fileName"));
        let placeholder = own.icon.as_ref().and_then(|icon| icon.placeholder.as_ref());
        let is_stale = match (&own.icon, &found) {
            (Some(icon), Some(found)) => !icon::is_of(icon, found),
            (Some(_), None) => true,
            (None, _) => false,
        };
        if let Some(placeholder) = placeholder.filter(|_| is_stale) {
            self.plan.removes.push(placeholder.file.clone());
        }
        let tag = name.as_deref().and_then(tag_of);
        let fallback = others.iter().find_map(|other| media(other)).filter(|_| own.icon.is_none());
        let is_default = fallback.is_some_and(|media| tag.as_deref() == Some(media.tag()));
        let has_picture = media(own).is_some() || is_default;
        if let Some(name) = name.filter(|_| !has_picture && (is_stale || placeholder.is_none())) {
            let file = join(&own.folder, "icon.remote");
            // It is written anew under its own name.
            self.plan.removes.retain(|removed| *removed != file);
            self.json(file, &Remote { id: None, file_name: Some(name), sha256: None });
        }
    }

    fn pictures(&mut self, of_type: &ImageType, stored: &[Stored<'_>]) {
        let mut links = Links::of(of_type, stored);
        if let Some(unlinked) = links.unlinked(of_type, stored) {
            match self.images {
                None => self.unlinked.push(unlinked),
                Some(Unlinked::Adopt) => links.adopt(),
                Some(Unlinked::Keep | Unlinked::Exact) => {}
            }
        }
        let mut files: Vec<(usize, String)> = Vec::new();
        for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
            match link {
                Some(Link::Is(at)) => {
                    files.push((*at, picture.stem.clone()));
                    self.adopted(of_type, picture, &stored[*at]);
                    self.clean(picture, stored, *at);
                    self.caption(of_type, picture, &stored[*at]);
                }
                Some(Link::New | Link::Replaces(_)) => {
                    let message = format!("the submission does not have {}", picture.file());
                    self.plan.notes.push(Note::new(NoteKind::NotSent, message).file(picture.file()));
                }
                Some(Link::Gone) => {
                    self.plan.removes.push(picture.file().to_owned());
                    self.plan.removes.extend(picture.caption.as_ref().map(|caption| caption.file.clone()));
                }
                Some(Link::Removes(_)) | None => {}
            }
        }
        let mut added = Vec::new();
        if self.images != Some(Unlinked::Exact) {
            if of_type.none && !stored.is_empty() {
                self.plan.removes.push(join(&of_type.folder, "none"));
            }
            added = self.added(of_type, &links, stored);
        }
        files.extend(added.iter().cloned());
        files.sort_by(|(_, one), (_, other)| order(one).cmp(&order(other)));
        if !files.is_sorted_by_key(|(at, _)| *at) {
            let message = "the files were numbered anew, in the order of the images of the submission";
            self.plan.notes.push(Note::new(NoteKind::Order, message).file(&of_type.folder));
            self.number(of_type, &links, &mut added);
        }
        for (at, stem) in &added {
            self.placeholder(of_type, stem, &stored[*at]);
        }
    }

    /// The images that get a placeholder, each with the name of its files without ending: they are numbered behind all
    /// files.
    fn added(&mut self, of_type: &ImageType, links: &Links, stored: &[Stored<'_>]) -> Vec<(usize, String)> {
        // Whether an image that is known by its place alone is the old one of the picture there is not certain.
        let without_file = links.unmanaged.iter().chain(&links.removed).chain(&links.by_place);
        let mut missing: Vec<usize> = without_file.copied().collect();
        missing.sort_unstable();
        let numbers = of_type.pictures.iter().filter_map(|picture| layout::numbered(&picture.stem).0);
        let mut number = numbers.max().unwrap_or_default().max(of_type.pictures.len() as u64);
        let mut added = Vec::new();
        for at in missing {
            let image = &stored[at];
            if image.id.is_none() && image.file_name.is_empty() {
                let message = "the image has neither an id nor a file name";
                self.plan.note(NoteKind::LeftOut, &image.object.pointer, message);
                continue;
            }
            number = number.saturating_add(1);
            added.push((at, format!("{number:02}-{}", image.label())));
        }
        added
    }

    /// Numbers the files of a type and the placeholders that are added in the order of the images; pictures that are no
    /// image come last.
    fn number(&mut self, of_type: &ImageType, links: &Links, added: &mut [(usize, String)]) {
        let mut ordered = added.to_vec();
        for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
            match link {
                Some(Link::Is(at)) => ordered.push((*at, picture.stem.clone())),
                // Its files are removed.
                Some(Link::Gone) => {}
                _ => ordered.push((usize::MAX, picture.stem.clone())),
            }
        }
        ordered.sort_by_key(|(at, _)| *at);
        for (number, (at, from)) in ordered.into_iter().enumerate() {
            let rest = layout::numbered(&from).1;
            let hyphen = if rest.is_empty() { "" } else { "-" };
            let to = format!("{:02}{hyphen}{rest}", number + 1);
            match added.iter_mut().find(|(added, _)| *added == at) {
                Some((_, stem)) => *stem = to,
                None if from != to => self.plan.renames.push(Rename { folder: of_type.folder.clone(), from, to }),
                None => {}
            }
        }
    }

    /// Writes the placeholder of an image and its caption, after the renames, since another file may have the name until
    /// then.
    fn placeholder(&mut self, of_type: &ImageType, stem: &str, image: &Stored<'_>) {
        let remote = Remote { id: image.id.clone(), file_name: Some(image.file_name.clone()), sha256: None };
        let first = self.plan.writes.len();
        self.json(join(&of_type.folder, &format!("{stem}.remote")), &remote);
        let picture = Picture { stem: stem.to_owned(), ..Picture::default() };
        self.caption(of_type, &picture, image);
        let added = self.plan.writes.split_off(first);
        self.plan.added.extend(added);
    }

    /// Writes which image a picture was taken for, if nothing else says so.
    fn adopted(&mut self, of_type: &ImageType, picture: &Picture, image: &Stored<'_>) {
        let Some(media) = picture.media.as_ref().filter(|media| image.tag().as_deref() != Some(media.tag())) else {
            return;
        };
        let remote = Remote {
            id: image.id.clone(),
            file_name: Some(image.file_name.clone()),
            sha256: Some(media.sha256.clone()),
        };
        if picture.placeholder.as_ref().is_none_or(|known| known.remote != remote) {
            self.json(join(&of_type.folder, &format!("{}.remote", picture.stem)), &remote);
        }
    }

    /// Removes the placeholder beside a picture that the submission has, if it stands for another image, which is gone: it
    /// would stand for nothing.
    fn clean(&mut self, picture: &Picture, stored: &[Stored<'_>], at: usize) {
        let (Some(media), Some(placeholder)) = (&picture.media, &picture.placeholder) else { return };
        let is_own = stored[at].tag().as_deref() == Some(media.tag());
        if is_own && images::find(&placeholder.remote, stored).is_none() {
            self.plan.removes.push(placeholder.file.clone());
        }
    }

    fn caption(&mut self, of_type: &ImageType, picture: &Picture, image: &Stored<'_>) {
        let Some(caption) = image.caption().map(|caption| folded(&caption)).filter(|caption| is_readable(caption))
        else {
            self.plan.note(NoteKind::LeftOut, &image.object.pointer, "no file can hold the caption");
            return;
        };
        let known = picture.caption.as_ref().map(|known| known.text.as_str());
        if known == Some(&caption) {
            self.plan.unchanged += 1;
        } else if known.is_some() || !caption.is_empty() {
            let file = picture.caption.as_ref().map(|known| known.file.clone());
            let file = file.unwrap_or_else(|| join(&of_type.folder, &format!("{}.txt", picture.stem)));
            self.plan.write(file, line(caption));
        }
    }
}

/// The picture that is the icon of a language.
fn media(language: &Language) -> Option<&Media> {
    language.icon.as_ref().and_then(|icon| icon.media.as_ref())
}

/// Whether the pictures are exactly the images, in their order and with their captions.
fn is_all(of_type: &ImageType, stored: &[Stored<'_>]) -> bool {
    let links = Links::of(of_type, stored);
    let is = |(at, (picture, link)): (usize, (&Picture, &Option<Link>))| {
        let caption = picture.caption.as_ref().map(|caption| caption.text.as_str()).unwrap_or_default();
        *link == Some(Link::Is(at)) && stored[at].caption().is_some_and(|found| folded(&found) == caption)
    };
    links.pictures.len() == stored.len() && of_type.pictures.iter().zip(&links.pictures).enumerate().all(is)
}
