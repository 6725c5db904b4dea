//! The icon of an add-on, which has no id.

use super::body::{Object, quoted};
use super::edits::{Edits, Note, NoteKind};
use super::folder::{Picture, tag_of};
use super::renamed::Renamed;

/// Makes the edits of an icon in a listing of an add-on.
pub(super) fn edit(icon: &Picture, listing: &Object<'_>, edits: &mut Edits) {
    let place = listing.place("icon");
    let old = listing.get("icon");
    let found = listing.object("icon").unwrap_or_default();
    let is_there = !found.members.is_empty() && !is_going(&found);
    if let Some(media) = &icon.media {
        let tag = found.text("fileName").and_then(|name| tag_of(&name));
        if tag.as_deref() != Some(media.tag()) || !is_there {
            if is_there {
                edits.notes.extend(Note::sent_again(&found, icon.file()));
            }
            let name = quoted(&media.zip_name("icon"));
            edits.put(&place, format!(r#"{{"fileName":{name},"fileStatus":"PendingUpload"}}"#), old);
        }
        return;
    }
    let Some(placeholder) = &icon.placeholder else { return };
    if !is_there || !is_of(icon, &found) {
        let message = format!("the submission does not have the icon that {} stands for", placeholder.file);
        edits.notes.push(Note::new(NoteKind::Gone, message).file(&placeholder.file));
    } else if placeholder.removes {
        edits.put(&found.place("fileStatus"), r#""PendingDelete""#.to_owned(), found.get("fileStatus"));
    }
}

/// The icon of a listing, if its name does not tell whether it is that of the folder.
pub(super) fn renamed(icon: &Picture, listing: &Object<'_>) -> Option<Renamed> {
    let found = listing.object("icon").filter(|found| !is_going(found))?;
    Renamed::of(&found, "fileName", icon.media.as_ref()?, "icon")
}

/// Whether an icon goes when the submission is published.
pub(super) fn is_going(icon: &Object<'_>) -> bool {
    icon.text("fileStatus").is_some_and(|status| status.eq_ignore_ascii_case("PendingDelete"))
}

/// Whether the placeholder of an icon stands for the one of the submission. An empty `icon.remove` stands for any.
pub(super) fn is_of(icon: &Picture, found: &Object<'_>) -> bool {
    let named = icon.placeholder.as_ref().and_then(|placeholder| placeholder.remote.file_name.clone());
    named.is_none_or(|named| found.text("fileName").is_some_and(|name| name == named))
}
