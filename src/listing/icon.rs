//! The icon of an add-on, which has no id.

use super::body::{Object, quoted};
use super::edits::Edits;
use super::folder::{Picture, tag_of};

/// Makes the edits of an icon in a listing of an add-on.
pub(super) fn edit(icon: &Picture, listing: &Object<'_>, edits: &mut Edits) {
    let place = listing.place("icon");
    let old = listing.get("icon");
    let found = listing.object("icon").unwrap_or_default();
    let status = found.text("fileStatus").unwrap_or_default();
    let is_going = status.eq_ignore_ascii_case("PendingDelete");
    match (&icon.media, &icon.placeholder) {
        (Some(media), _) => {
            let tag = found.text("fileName").and_then(|name| tag_of(&name));
            if tag.as_deref() != Some(media.tag()) || is_going {
                let name = quoted(&media.zip_name("icon"));
                edits.put(&place, format!(r#"{{"fileName":{name},"fileStatus":"PendingUpload"}}"#), old);
            }
        }
        (None, Some(placeholder)) if placeholder.removes && !found.members.is_empty() && !is_going => {
            edits.put(&found.place("fileStatus"), r#""PendingDelete""#.to_owned(), found.get("fileStatus"));
        }
        _ => {}
    }
}
