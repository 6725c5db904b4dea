//! Whether the files of a ZIP are those that a submission waits for.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::client::answer;
use crate::document::Pointer;
use crate::error::{Detail, Error, Result, codes};

/// A file that a submission waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// Its name in the ZIP, with `/` between folders.
    pub name: String,
    /// The place in the document that names it.
    pub pointer: String,
}

/// How the files of a ZIP differ from those that a submission waits for.
#[derive(Debug, Default)]
pub struct Difference {
    /// The submission waits for these, and the ZIP does not have them.
    pub missing: Vec<Awaited>,
    /// The ZIP has these, and the submission does not wait for them.
    pub unnamed: Vec<String>,
    /// The ZIP has these under a name in another letter case: the place, and the name in the ZIP.
    pub other_case: Vec<(Awaited, String)>,
}

/// The files that a submission waits for, from its document: packages, images of listings and icons of add-ons with
/// `fileStatus` `PendingUpload`, and videos and thumbnails of trailers without an id, which have no status.
///
/// # Errors
/// `network.bad_answer` when the document is not that of a submission.
pub fn awaited(document: &str) -> Result<Vec<Awaited>> {
    let submission: Submission = answer(document, "the files of the submission")?;
    let mut found = Found::default();
    found.files("/applicationPackages", submission.application_packages);
    found.files("/flightPackages", submission.flight_packages);
    for (language, listing) in submission.listings.unwrap_or_default() {
        let Some(listing) = listing else { continue };
        let at = format!("/listings/{}", Pointer::escaped(&language));
        found.images(&format!("{at}/baseListing"), listing.base_listing);
        for (platform, texts) in listing.platform_overrides.unwrap_or_default() {
            found.images(&format!("{at}/platformOverrides/{}", Pointer::escaped(&platform)), texts);
        }
        if let Some(icon) = listing.icon {
            found.file(format!("{at}/icon"), icon);
        }
    }
    for (index, trailer) in submission.trailers.unwrap_or_default().into_iter().enumerate() {
        let at = format!("/trailers/{index}");
        if trailer.video_file_id.unwrap_or_default().is_empty() {
            found.name(format!("{at}/videoFileName"), trailer.video_file_name);
        }
        for (language, assets) in trailer.trailer_assets.unwrap_or_default() {
            let images = assets.and_then(|assets| assets.image_list).unwrap_or_default();
            for (index, image) in images.into_iter().enumerate() {
                if image.id.unwrap_or_default().is_empty() {
                    let at = format!("{at}/trailerAssets/{}/imageList/{index}/fileName", Pointer::escaped(&language));
                    found.name(at, image.file_name);
                }
            }
        }
    }
    Ok(found.0)
}

/// Compares the names of a ZIP with those that a submission waits for. The service matches them as they are, with `\` as
/// `/`.
pub fn compare<'a>(awaited: &[Awaited], names: impl IntoIterator<Item = &'a str>) -> Difference {
    let mut difference = Difference::default();
    let names: Vec<String> = names.into_iter().map(|name| name.replace('\\', "/")).collect();
    for file in awaited {
        if names.contains(&file.name) {
            continue;
        }
        match names.iter().find(|name| same_but_case(name, &file.name)) {
            Some(name) => difference.other_case.push((file.clone(), name.clone())),
            None => difference.missing.push(file.clone()),
        }
    }
    for name in names {
        if !awaited.iter().any(|file| same_but_case(&file.name, &name)) {
            difference.unnamed.push(name);
        }
    }
    difference
}

impl Difference {
    /// The error of a difference.
    ///
    /// # Errors
    /// `upload.files_do_not_match` with a detail for each file, unless there is none.
    pub fn refuse(self) -> Result<()> {
        let missing = self.missing.into_iter().map(|file| {
            Detail::at(
                file.pointer,
                format!("the submission names `{}` as PendingUpload, and the ZIP does not have it", file.name),
            )
        });
        let unnamed = self.unnamed.into_iter().map(|name| Detail {
            message: format!("the ZIP has `{name}`, which the submission does not name as PendingUpload"),
            ..Detail::default()
        });
        let other_case = self.other_case.into_iter().map(|(file, name)| {
            let message =
                format!("the ZIP has `{name}`, which the submission names `{}`: the letter case differs", file.name);
            Detail::at(file.pointer, message)
        });
        let details: Vec<Detail> = other_case.chain(missing).chain(unnamed).collect();
        let Some(first) = details.first() else { return Ok(()) };
        let more = match details.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more (see the details)"),
        };
        Err(Error::new(&codes::UPLOAD_FILES, format!("{}{more}", first.message)).details(details))
    }
}

fn same_but_case(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

#[derive(Default)]
struct Found(Vec<Awaited>);

impl Found {
    fn files(&mut self, at: &str, files: Option<Vec<File>>) {
        for (index, file) in files.unwrap_or_default().into_iter().enumerate() {
            self.file(format!("{at}/{index}"), file);
        }
    }

    fn images(&mut self, at: &str, texts: Option<Texts>) {
        self.files(&format!("{at}/images"), texts.and_then(|texts| texts.images));
    }

    fn file(&mut self, at: String, file: File) {
        if file.file_status.as_deref() == Some("PendingUpload") {
            self.name(at, file.file_name);
        }
    }

    fn name(&mut self, pointer: String, name: Option<String>) {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            self.0.push(Awaited { name: name.replace('\\', "/"), pointer });
        }
    }
}

/// The members of a submission that name files.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Submission {
    application_packages: Option<Vec<File>>,
    flight_packages: Option<Vec<File>>,
    listings: Option<BTreeMap<String, Option<Listing>>>,
    trailers: Option<Vec<Trailer>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    file_name: Option<String>,
    file_status: Option<String>,
}

/// A listing of an app or of an add-on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    base_listing: Option<Texts>,
    platform_overrides: Option<BTreeMap<String, Option<Texts>>>,
    icon: Option<File>,
}

#[derive(Deserialize)]
struct Texts {
    images: Option<Vec<File>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Trailer {
    video_file_name: Option<String>,
    video_file_id: Option<String>,
    trailer_assets: Option<BTreeMap<String, Option<TrailerAssets>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrailerAssets {
    image_list: Option<Vec<TrailerImage>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TrailerImage {
    file_name: Option<String>,
    id: Option<String>,
}
