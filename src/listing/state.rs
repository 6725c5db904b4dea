//! What a submission has, as a hash of each field: what a receipt says, so that a later push can tell what others have
//! changed since.
//!
//! A hash is the same for what a push sends and for what the service makes of it: line ends, ids and states of files that the
//! service fills in, and what is empty do not count.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::body::{Object, Submission, below, string};
use super::folder::{TAG, tag_of};
use super::properties::is_elsewhere;
use super::walk::folded;
use crate::document;

/// What a submission has, and what it had before a release.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct State {
    /// A hash of each text, list and property that the submission has, by its JSON Pointer. All images of a language are one
    /// field, and so are all trailers. With them the file of the receipt is a `basePath`. Absent for a flight, and if nothing was
    /// read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub content_hashes: BTreeMap<String, String>,
    /// The hashes of what the release has replaced. Empty for a field that was not there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub replaced_hashes: BTreeMap<String, String>,
}

impl State {
    /// The state of a submission, and of what was published before, each with the files in it whose content is known.
    pub fn of((document, names): (&str, &Names), before: Option<(&str, &Names)>) -> State {
        let content_hashes = hashes(document, names);
        let old = before.map(|(before, names)| hashes(before, names)).unwrap_or_else(|| content_hashes.clone());
        let mut replaced_hashes = old.clone();
        replaced_hashes.retain(|field, hash| content_hashes.get(field) != Some(&*hash));
        let new = content_hashes.keys().filter(|field| !old.contains_key(*field));
        replaced_hashes.extend(new.map(|field| (field.clone(), String::new())));
        State { content_hashes, replaced_hashes }
    }

    /// The hashes of what was there before the release.
    pub(super) fn before(&self) -> BTreeMap<String, String> {
        let mut before = self.content_hashes.clone();
        before.extend(self.replaced_hashes.clone());
        before.retain(|_, hash| !hash.is_empty());
        before
    }
}

/// Places of names of files in a submission, as JSON Pointers, each with a name that tells what is in the file.
pub type Names = BTreeMap<String, String>;

/// The fields of a submission that are not empty, each with its hash.
pub(super) fn hashes(document: &str, names: &Names) -> BTreeMap<String, String> {
    let submission = Submission::of(document);
    let mut fields = Fields { hashes: BTreeMap::new(), names };
    for (_, listing) in submission.listings.objects() {
        if let Some(texts) = submission.texts(&listing) {
            fields.content(&texts);
        }
        for (_, platform) in listing.object("platformOverrides").unwrap_or_default().objects() {
            fields.content(&platform);
        }
    }
    let whole = &submission.whole;
    let trailers = document::elements(whole.get("trailers").unwrap_or_default()).unwrap_or_default();
    let place = whole.place("trailers");
    let trailers = trailers.into_iter().enumerate().map(|(at, text)| trailer(&format!("{place}/{at}"), text, names));
    let trailers = trailers.collect();
    fields.put(place, trailers);
    for (name, value) in &whole.members {
        if name.eq_ignore_ascii_case("notesForCertification") || !is_elsewhere(name) {
            fields.property(below("", name), value);
        }
    }
    fields.hashes
}

struct Fields<'n> {
    hashes: BTreeMap<String, String>,
    names: &'n Names,
}

impl Fields<'_> {
    /// The texts, lists and images of a listing; of an add-on also its icon.
    fn content(&mut self, object: &Object<'_>) {
        for (name, value) in &object.members {
            let place = below(&object.pointer, name);
            match name.to_ascii_lowercase().as_str() {
                "images" => {
                    let mut images = images(&place, value, self.names);
                    // Images of different types have no order among each other.
                    images.sort_by(|one, other| one[0].as_str().cmp(&other[0].as_str()));
                    self.put(place, images.into());
                }
                "icon" => {
                    let icon = image(&place, value, self.names).unwrap_or_default();
                    self.put(place, icon);
                }
                "platformoverrides" => {}
                _ => self.property(place, value),
            }
        }
    }

    /// A text, a list or a value; of an object each member.
    fn property(&mut self, place: String, value: &str) {
        if value.starts_with('{') {
            for (name, value) in document::members(value).unwrap_or_default() {
                self.property(below(&place, &name), value);
            }
        } else if value.starts_with('[') {
            let items = document::elements(value).unwrap_or_default();
            self.put(place, items.into_iter().map(|item| text(item, true)).collect());
        } else {
            self.put(place, text(value, false));
        }
    }

    fn put(&mut self, place: String, value: Value) {
        let is_empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            _ => false,
        };
        if !is_empty {
            let hash = format!("{:x}", Sha256::digest(value.to_string()));
            self.hashes.insert(place, hash.get(..TAG).unwrap_or(&hash).to_owned());
        }
    }
}

/// A value, a text without its line ends and what an item of a list has around it.
fn text(value: &str, is_item: bool) -> Value {
    match string(value).map(|text| folded(&text)) {
        Some(text) if is_item => text.trim().into(),
        Some(text) => text.into(),
        // A text with half of a surrogate pair is no value.
        None => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
    }
}

/// The images of a list.
fn images(place: &str, list: &str, names: &Names) -> Vec<Value> {
    let images = document::elements(list).unwrap_or_default().into_iter().enumerate();
    images.filter_map(|(at, text)| image(&format!("{place}/{at}"), text, names)).collect()
}

/// The type of an image, what it is and its caption; `None` for one that goes.
fn image(place: &str, text: &str, names: &Names) -> Option<Value> {
    let image = Object::of(place, text);
    let goes = image.text("fileStatus").is_some_and(|status| status.eq_ignore_ascii_case("PendingDelete"));
    let of_type = image.text("imageType").unwrap_or_default().to_ascii_lowercase();
    let caption = folded(&image.text("description").unwrap_or_default());
    (!goes).then(|| json!([of_type, file(&image, "fileName", names), caption]))
}

fn trailer(place: &str, text: &str, names: &Names) -> Value {
    let trailer = Object::of(place, text);
    let assets = trailer.object("trailerAssets").unwrap_or_default();
    let mut languages: Vec<(String, Value)> = Vec::new();
    for (language, assets) in assets.objects() {
        let images = images(&assets.place("imageList"), assets.get("imageList").unwrap_or_default(), names);
        let title = folded(&assets.text("title").unwrap_or_default());
        languages.push((language.to_ascii_lowercase(), json!([title, images])));
    }
    languages.sort_by(|(one, _), (other, _)| one.cmp(other));
    json!([file(&trailer, "videoFileName", names), languages])
}

/// What a picture or video is: the digits of the hash in its name, or its id, which the service gives to a file once it has
/// the file, or its name.
fn file(object: &Object<'_>, name: &str, names: &Names) -> String {
    let known = names.get(&object.place(name)).cloned();
    let name = known.unwrap_or_else(|| object.text(name).unwrap_or_default());
    let id = object.text("id").filter(|id| !id.is_empty());
    match (tag_of(&name), id) {
        (Some(tag), _) => tag,
        (None, Some(id)) => format!("id {id}"),
        (None, None) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(document: &str) -> BTreeMap<String, String> {
        super::hashes(document, &Names::new())
    }

    fn app(listing: Value) -> String {
        json!({"applicationPackages": [], "visibility": "Public", "listings": {"en-us": {"baseListing": listing}}})
            .to_string()
    }

    #[test]
    fn what_the_service_makes_of_a_push_has_its_hashes() {
        let tag = "home.3f9a0c51d27be884.png";
        let sent =
            app(json!({"description": "One\r\nTwo", "keywords": ["a"], "features": [], "title": null, "images": [
                {"fileName": "Icon.png", "fileStatus": "PendingDelete", "id": "1", "imageType": "Icon"},
                {"fileName": tag, "fileStatus": "PendingUpload", "imageType": "Screenshot", "description": "Home"},
            ]}));
        let made = app(json!({"images": [
            {"id": "7", "fileName": format!("Assets\\{tag}"), "fileStatus": "Uploaded", "imageType": "Screenshot", "description": "Home"},
        ], "description": "One\nTwo\n", "keywords": [" a "], "shortDescription": ""}));
        assert_eq!(hashes(&sent), hashes(&made));
        assert_eq!(hashes(&sent).len(), 4, "{:?}", hashes(&sent));
        for (from, to) in [
            ("One", "Other"),
            ("\"Home\"", "\"Away\""),
            ("884", "885"),
            ("\"Screenshot\"", "\"Icon\""),
            ("Public", "Hidden"),
        ] {
            assert_ne!(hashes(&made), hashes(&made.replace(from, to)), "{from}");
        }
        // An image that somebody else has replaced under the same name has another id.
        let theirs = |id: &str| app(json!({"images": [{"id": id, "fileName": "1.png", "fileStatus": "Uploaded"}]}));
        assert_ne!(hashes(&theirs("1")), hashes(&theirs("2")));
    }

    #[test]
    fn a_state_has_what_was_before() {
        let before = app(json!({"title": "T", "description": "Old"}));
        let after = app(json!({"description": "New", "devStudio": "D"}));
        let none = Names::new();
        assert_eq!(State::of((&after, &none), Some((&before, &none))).before(), hashes(&before));
        assert_eq!(State::of((&after, &none), None).before(), hashes(&after));
    }
}
