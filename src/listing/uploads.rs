//! The files of a folder that a submission waits for.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::folder::{Folder, Media, tag_of};

/// A file of a folder that has to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Upload {
    /// The name in the ZIP.
    pub name: String,
    /// The path, from the folder.
    pub file: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 of the content, in hexadecimal digits.
    pub sha256: String,
}

/// The files of a folder among those that a submission waits for, by their names in the ZIP. One entry of the ZIP serves
/// all places that name it.
pub fn uploads<'a>(folder: &Folder, awaited: impl IntoIterator<Item = &'a str>) -> Vec<Upload> {
    let media: BTreeMap<&str, &Media> = folder.media().map(|media| (media.tag(), media)).collect();
    let mut uploads: BTreeMap<&str, Upload> = BTreeMap::new();
    for name in awaited {
        let found = tag_of(name).and_then(|tag| media.get(tag.as_str()).copied());
        if let Some(media) = found {
            let Media { file, bytes, sha256, .. } = media.clone();
            uploads.insert(name, Upload { name: name.to_owned(), file, bytes, sha256 });
        }
    }
    uploads.into_values().collect()
}
