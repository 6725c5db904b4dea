//! Which picture of a folder is which image of a submission, without any state.
//!
//! The name of an image that this library uploads ends in 16 digits of the SHA-256 of its file. So an image is known by its
//! name, whatever the file is called now. An image that somebody else uploaded is known by a placeholder with its id.

use super::body::{Object, below, quoted};
use super::folder::{ImageType, Picture, Remote, label_of, tag_of};
use super::layout;
use super::texts::is_same;
use crate::document;
use crate::error::{Detail, Error, Result, codes};

/// An image of a submission.
#[derive(Clone, Debug)]
pub(super) struct Stored<'t> {
    /// Its index in the list.
    pub(super) at: usize,
    /// Its members.
    pub(super) object: Object<'t>,
    pub(super) image_type: String,
    pub(super) file_name: String,
    pub(super) id: Option<String>,
    pub(super) status: String,
    pub(super) text: &'t str,
}

impl<'t> Stored<'t> {
    /// The images of a list.
    pub(super) fn all(pointer: &str, list: &'t str) -> Vec<Stored<'t>> {
        let elements = document::elements(list).unwrap_or_default().into_iter().enumerate();
        elements.map(|(at, text)| Stored::of(at, Object::of(format!("{pointer}/{at}"), text), text)).collect()
    }

    fn of(at: usize, object: Object<'t>, text: &'t str) -> Stored<'t> {
        Stored {
            at,
            image_type: object.text("imageType").unwrap_or_default(),
            file_name: object.text("fileName").unwrap_or_default(),
            id: object.text("id").filter(|id| !id.is_empty()),
            status: object.text("fileStatus").unwrap_or_default(),
            object,
            text,
        }
    }

    /// Whether the image goes when the submission is published.
    pub(super) fn is_going(&self) -> bool {
        self.status.eq_ignore_ascii_case("PendingDelete")
    }

    /// Whether the image waits for the upload.
    pub(super) fn is_pending(&self) -> bool {
        self.status.eq_ignore_ascii_case("PendingUpload")
    }

    pub(super) fn is_of(&self, image_type: &str) -> bool {
        self.image_type.eq_ignore_ascii_case(image_type)
    }

    pub(super) fn tag(&self) -> Option<String> {
        tag_of(&self.file_name)
    }

    /// The part of the name that is for people.
    pub(super) fn label(&self) -> String {
        label_of(&self.file_name)
    }

    /// What a person calls it.
    pub(super) fn named(&self) -> String {
        match &self.id {
            Some(id) => format!("{} (id {id})", self.file_name),
            None => self.file_name.clone(),
        }
    }

    /// The caption; `None` for one that is no text.
    pub(super) fn caption(&self) -> Option<String> {
        self.object.text_or_empty("description")
    }
}

/// What is done about pictures without an image and images without a picture or placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unlinked {
    /// The images stay, and the pictures are added.
    Keep,
    /// The pictures are the images, in their order: nothing is sent.
    Adopt,
    /// The images go, and the pictures are added.
    Exact,
}

/// What a picture of a folder is in the submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// The image at this place among those of its type.
    Is(usize),
    /// A new one in place of that image.
    Replaces(usize),
    /// A new one.
    New,
    /// Nothing: a placeholder of an image that is gone.
    Gone,
    /// The image at this place goes.
    Removes(usize),
}

/// What the pictures and images of one type are to each other.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// For each picture of the folder.
    pub(super) pictures: Vec<Option<Link>>,
    /// Images of ours whose picture is gone, by their place.
    pub(super) removed: Vec<usize>,
    /// Images of others that no file stands for, by their place.
    pub(super) unmanaged: Vec<usize>,
    /// Images that a picture replaces only because it has their place.
    pub(super) by_place: Vec<usize>,
}

impl Links {
    fn is_taken(&self, stored: usize) -> bool {
        let is_it =
            |link: &Link| matches!(link, Link::Is(at) | Link::Replaces(at) | Link::Removes(at) if *at == stored);
        self.pictures.iter().flatten().any(is_it) || self.removed.contains(&stored)
    }

    /// Links the pictures of a folder with the images of one type, which are not going.
    pub(super) fn of(of_type: &ImageType, stored: &[Stored<'_>]) -> Links {
        let pictures = &of_type.pictures;
        let mut links = Links { pictures: vec![None; pictures.len()], ..Links::default() };
        for (at, picture) in pictures.iter().enumerate() {
            let Some(media) = &picture.media else { continue };
            let free = |links: &Links, found: usize| !links.is_taken(found);
            let is_one = |image: &Stored<'_>| image.tag().as_deref() == Some(media.tag());
            let found = (0..stored.len()).find(|&found| free(&links, found) && is_one(&stored[found]));
            links.pictures[at] = found.map(Link::Is);
        }
        for (at, picture) in pictures.iter().enumerate() {
            links.place(at, picture, stored);
        }
        links.replace_by_label(pictures, stored);
        links.replace_by_place(of_type, stored);
        for (at, image) in stored.iter().enumerate() {
            if !links.is_taken(at) {
                match image.tag() {
                    Some(_) => links.removed.push(at),
                    None => links.unmanaged.push(at),
                }
            }
        }
        for link in &mut links.pictures {
            link.get_or_insert(Link::New);
        }
        links
    }

    /// Links a picture by its placeholder.
    fn place(&mut self, at: usize, picture: &Picture, stored: &[Stored<'_>]) {
        let Some(placeholder) = &picture.placeholder else { return };
        let free: Vec<usize> = (0..stored.len()).filter(|&found| !self.is_taken(found)).collect();
        let remote = &placeholder.remote;
        let found = named(remote, stored, &free);
        let is_own =
            picture.media.as_ref().is_some_and(|media| remote.sha256.as_deref() == Some(media.sha256.as_str()));
        match (&picture.media, found, self.pictures[at]) {
            // The picture is there already, so the image that it replaced is not wanted.
            (Some(_), Some(found), Some(_)) => self.removed.push(found),
            (Some(_), Some(found), None) if is_own => self.pictures[at] = Some(Link::Is(found)),
            (Some(_), Some(found), None) => self.pictures[at] = Some(Link::Replaces(found)),
            (Some(_), None, _) => {}
            (None, Some(found), _) if placeholder.removes => self.pictures[at] = Some(Link::Removes(found)),
            (None, Some(found), _) => self.pictures[at] = Some(Link::Is(found)),
            (None, None, _) => self.pictures[at] = Some(Link::Gone),
        }
    }

    /// Whether an image was uploaded from a file of a folder, and no picture is linked with it yet.
    fn is_free(&self, at: usize, stored: &[Stored<'_>]) -> bool {
        stored[at].tag().is_some() && !self.is_taken(at)
    }

    /// A picture whose content has changed is known by its label.
    fn replace_by_label(&mut self, pictures: &[Picture], stored: &[Stored<'_>]) {
        for (at, picture) in pictures.iter().enumerate() {
            if self.pictures[at].is_none() {
                let is_old = |&found: &usize| self.is_free(found, stored) && stored[found].label() == picture.label();
                let old = (0..stored.len()).find(is_old);
                self.pictures[at] = old.map(Link::Replaces);
            }
        }
    }

    /// An image that has the name of a picture of another language or type, with which it shares its content, is replaced by
    /// the picture at its place. An image with any other name may be somebody else's.
    fn replace_by_place(&mut self, of_type: &ImageType, stored: &[Stored<'_>]) {
        for at in 0..of_type.pictures.len().min(stored.len()) {
            if self.pictures[at].is_none() && self.is_free(at, stored) && of_type.can_share(&stored[at].label()) {
                self.pictures[at] = Some(Link::Replaces(at));
                self.by_place.push(at);
            }
        }
    }

    /// The pictures that the submission does not have and that replace nothing.
    pub(super) fn added(&self) -> Vec<usize> {
        (0..self.pictures.len()).filter(|&at| self.pictures[at] == Some(Link::New)).collect()
    }

    /// Says which new pictures may be which images of others; `None` if there are none.
    pub(super) fn unlinked(&self, of_type: &ImageType, stored: &[Stored<'_>]) -> Option<Detail> {
        let leaf = |file: &str| file.rsplit('/').next().unwrap_or(file).to_owned();
        let files: Vec<String> = self.added().into_iter().map(|at| leaf(of_type.pictures[at].file())).collect();
        let images: Vec<String> = self.unmanaged.iter().map(|&at| stored[at].named()).collect();
        if files.is_empty() || images.is_empty() {
            return None;
        }
        let message = format!(
            "{} has {} that the submission does not have ({}), and the submission has {} of this type that no file stands \
             for ({}): they may be the same",
            of_type.folder,
            counted(files.len(), "picture"),
            first_of(&files),
            counted(images.len(), "image"),
            first_of(&images)
        );
        Some(Detail::at(below("/images", &of_type.name), message))
    }

    /// Links new pictures with images of others, in their order.
    pub(super) fn adopt(&mut self) {
        let new = self.added();
        let adopted = self.unmanaged.len().min(new.len());
        for (picture, stored) in new.into_iter().zip(self.unmanaged.drain(..adopted)) {
            self.pictures[picture] = Some(Link::Is(stored));
        }
    }
}

/// The error of types with pictures and images that may be the same.
pub(super) fn refuse_unlinked(unlinked: Vec<Detail>) -> Result<()> {
    let Some(first) = unlinked.first() else { return Ok(()) };
    let more = match unlinked.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more types)"),
    };
    let message = format!("{}{more}", first.message);
    Err(Error::new(&codes::LISTING_IMAGES_UNLINKED, message).details(unlinked))
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The most names that a message has.
const MOST_NAMES: usize = 5;

/// The names of a list, or the first of them.
pub(super) fn first_of(names: &[String]) -> String {
    let more = match names.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names.iter().take(MOST_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ") + &more
}

/// The image that a placeholder stands for.
pub(super) fn find(remote: &Remote, stored: &[Stored<'_>]) -> Option<usize> {
    named(remote, stored, &(0..stored.len()).collect::<Vec<_>>())
}

/// The image among those at these places that a placeholder stands for.
fn named(remote: &Remote, stored: &[Stored<'_>], places: &[usize]) -> Option<usize> {
    let same_id = |&&found: &&usize| remote.id.is_some() && stored[found].id == remote.id;
    let same_name = |&&found: &&usize| remote.file_name.as_deref() == Some(stored[found].file_name.as_str());
    let by_id = places.iter().find(same_id).copied();
    let by_name: Vec<usize> = places.iter().filter(same_name).copied().collect();
    // An image that waits for its upload has no id.
    let without_id: Vec<usize> = by_name.iter().copied().filter(|&found| stored[found].id.is_none()).collect();
    by_id.or(match (without_id.as_slice(), by_name.as_slice()) {
        ([only], _) => Some(*only),
        (_, [only]) if remote.id.is_none() => Some(*only),
        _ => None,
    })
}

/// One element of a list of images that is being made.
#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    /// The element as it was; `None` for a new one.
    pub(super) old: Option<Stored<'t>>,
    /// The text of a new element.
    pub(super) text: String,
    /// Whether it becomes `PendingDelete`.
    pub(super) goes: bool,
    /// Whether it is left out.
    pub(super) left_out: bool,
    /// Another caption, as JSON.
    pub(super) caption: Option<String>,
}

impl<'t> Item<'t> {
    pub(super) fn old(stored: Stored<'t>) -> Item<'t> {
        Item { old: Some(stored), text: String::new(), goes: false, left_out: false, caption: None }
    }

    pub(super) fn new(text: String) -> Item<'t> {
        Item { old: None, text, goes: false, left_out: false, caption: None }
    }

    /// Marks the image for deletion. The service refuses the mark on one that it does not have yet.
    pub(super) fn remove(&mut self) {
        match &self.old {
            Some(old) if old.is_pending() => self.left_out = true,
            _ => self.goes = true,
        }
    }

    /// Gives the image the caption of a picture, if the picture has one.
    pub(super) fn set_caption(&mut self, picture: &Picture) {
        let (Some(old), Some(caption)) = (&self.old, &picture.caption) else { return };
        if !old.caption().is_some_and(|found| is_same(&found, &caption.text)) {
            let ends = old.caption().unwrap_or_default();
            self.caption = Some(quoted(&super::texts::with_ends(&caption.text, &ends)));
        }
    }
}

/// A new image that waits for the upload.
pub(super) fn new_image(picture: &Picture, image_type: &str) -> Option<String> {
    let media = picture.media.as_ref()?;
    let name = quoted(&media.zip_name(&picture.label()));
    let image_type = quoted(image_type);
    let mut text = format!(r#"{{"fileName":{name},"fileStatus":"PendingUpload","imageType":{image_type}"#);
    if let Some(caption) = picture.caption.as_ref().filter(|caption| !caption.text.is_empty()) {
        text.push_str(&format!(r#","description":{}"#, quoted(&super::texts::with_ends(&caption.text, ""))));
    }
    text.push('}');
    Some(text)
}

/// What the images of a type become: those that stay or are new in their order, and those that go.
pub(super) fn arranged<'t>(
    of_type: &ImageType,
    stored: &[Stored<'t>],
    links: &Links,
    exact: bool,
) -> (Vec<Item<'t>>, Vec<Item<'t>>) {
    let (mut live, mut going) = (Vec::new(), Vec::new());
    let mut spelled = layout::canonical(layout::IMAGE_TYPES, &of_type.name).unwrap_or(&of_type.name);
    if let Some(first) = stored.first() {
        spelled = &first.image_type;
    }
    let go = |at: usize| {
        let mut item = Item::old(stored[at].clone());
        item.remove();
        item
    };
    for (picture, link) in of_type.pictures.iter().zip(&links.pictures) {
        match link {
            Some(Link::Is(at)) => {
                let mut item = Item::old(stored[*at].clone());
                item.set_caption(picture);
                live.push(item);
            }
            Some(Link::Replaces(at)) => {
                going.push(go(*at));
                live.extend(new_image(picture, spelled).map(Item::new));
            }
            Some(Link::New) => live.extend(new_image(picture, spelled).map(Item::new)),
            Some(Link::Removes(at)) => going.push(go(*at)),
            Some(Link::Gone) | None => {}
        }
    }
    going.extend(links.removed.iter().map(|&at| go(at)));
    // Images of others that no file stands for keep their places, unless the folder counts exactly.
    if exact {
        going.extend(links.unmanaged.iter().map(|&at| go(at)));
    }
    (live, going)
}

/// Puts what the images of one type become into the whole list. Elements of other types keep their places, and those of the
/// type follow each other in their new order.
pub(super) fn put_in<'t>(list: Vec<Item<'t>>, live: Vec<Item<'t>>, going: Vec<Item<'t>>) -> Vec<Item<'t>> {
    let index = |item: &Item<'_>| item.old.as_ref().map(|old| old.at);
    let slots: Vec<usize> = live.iter().filter_map(index).collect();
    let mut live = live.into_iter();
    let mut result = Vec::new();
    for item in list {
        match index(&item) {
            Some(at) if slots.contains(&at) => {
                for next in live.by_ref() {
                    let is_old = next.old.is_some();
                    result.push(next);
                    if is_old {
                        break;
                    }
                }
            }
            Some(at) => result.push(going.iter().find(|going| index(going) == Some(at)).cloned().unwrap_or(item)),
            None => result.push(item),
        }
    }
    result.extend(live);
    result
}

/// The edits that make a list what it becomes.
pub(super) fn write(list: &[Item<'_>], pointer: &str, old: Option<&str>, edits: &mut super::edits::Edits) {
    let indexes: Vec<usize> = list.iter().filter_map(|item| item.old.as_ref().map(|old| old.at)).collect();
    if !indexes.is_sorted() {
        edits.put(pointer, whole(list), old);
        return;
    }
    if old.is_none_or(|old| !old.starts_with('[')) {
        if list.iter().any(|item| item.old.is_none()) {
            edits.put(pointer, whole(list), old);
        }
        return;
    }
    let mut at = 0;
    for item in list {
        let place = format!("{pointer}/{at}");
        match &item.old {
            Some(old) if item.left_out => {
                edits.remove(&place, old.text);
                continue;
            }
            Some(old) => {
                let here = Object { pointer: place, members: old.object.members.clone() };
                if item.goes {
                    edits.put(&here.place("fileStatus"), r#""PendingDelete""#.to_owned(), here.get("fileStatus"));
                }
                if let Some(caption) = &item.caption {
                    edits.put(&here.place("description"), caption.clone(), here.get("description"));
                }
            }
            None => edits.insert(&place, item.text.clone()),
        }
        at += 1;
    }
}

/// The text of a list. Elements that stay are as they were.
fn whole(list: &[Item<'_>]) -> String {
    let texts = list.iter().filter(|item| !item.left_out).map(|item| {
        let Some(old) = &item.old else { return item.text.clone() };
        let mut text = old.text.to_owned();
        let name = |name: &str| below("", old.object.place(name).rsplit('/').next().unwrap_or(name));
        if item.goes {
            text = document::set(&text, &name("fileStatus"), r#""PendingDelete""#).unwrap_or(text);
        }
        if let Some(caption) = &item.caption {
            text = document::set(&text, &name("description"), caption).unwrap_or(text);
        }
        text
    });
    format!("[{}]", texts.collect::<Vec<_>>().join(","))
}
