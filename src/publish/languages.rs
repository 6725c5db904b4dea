//! Listings in new languages, as copies of one that is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::changes::{Changes, edit_error};
use super::release::Release;
use crate::client::answer;
use crate::document::{self, Pointer};
use crate::error::{Detail, Error, Result, codes};

/// Adds the listings that the release asks for and the submission does not have. A language in another letter case is the
/// same one; the service writes them in lower case.
///
/// # Errors
/// `document.pointer` if there is no listing to copy, or several and the release does not say which.
pub(super) fn add(changes: &mut Changes, release: &Release) -> Result<()> {
    let present = languages(&changes.body)?;
    let mut new: Vec<String> = Vec::new();
    for language in release.add_languages.iter().map(|language| language.trim().to_ascii_lowercase()) {
        if find(&present, &language).is_none() && !new.contains(&language) {
            new.push(language);
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let template = template(release, &present)?;
    let at = |language: &str| format!("/listings/{}", Pointer::escaped(language));
    let listing = document::get(&changes.body, &at(template));
    let copy = without_images(listing.map_err(|error| edit_error(&at(template), &error))?)?;
    for language in new {
        changes.set(&at(&language), copy.clone())?;
        let images = format!("{}/baseListing/images", at(&language));
        let has_images = release.edits.iter().any(|edit| edit.path.to_string().starts_with(&images));
        if document::get(&copy, "/baseListing").is_ok() && !has_images {
            let warning = format!(
                "the new listing in {language} has no images, and the Store asks for a screenshot in each language"
            );
            changes.warnings.push(warning);
        }
    }
    Ok(())
}

/// The languages of the listings, as the submission writes them.
pub(super) fn languages(body: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Listings {
        #[serde(default)]
        listings: BTreeMap<String, IgnoredAny>,
    }
    let found: Listings = answer(body, "/listings")?;
    Ok(found.listings.into_keys().collect())
}

/// A language among others, whatever its letter case is.
pub(super) fn find<'l>(languages: &'l [String], language: &str) -> Option<&'l str> {
    languages.iter().find(|name| name.eq_ignore_ascii_case(language.trim())).map(String::as_str)
}

/// The language of the listing that is copied: the one that the release names, or the only one beside those that it adds.
fn template<'l>(release: &Release, present: &'l [String]) -> Result<&'l str> {
    if let Some(named) = &release.template_language {
        return find(present, named).ok_or_else(|| {
            let message = format!("the submission has no listing in `{named}` to copy; it has {}", present.join(", "));
            let detail = Detail::at("/templateLanguage", "no such listing");
            Error::new(&codes::DOCUMENT_POINTER, message).hint("name one that it has").detail(detail)
        });
    }
    let mut others = present.iter().filter(|&language| find(&release.add_languages, language).is_none());
    match (others.next(), others.next()) {
        (Some(only), None) => Ok(only),
        _ => {
            let message = match present {
                [] => "the submission has no listing that new languages could be copied from".to_owned(),
                _ => format!("which listing is copied for new languages must be said: {}", present.join(", ")),
            };
            let hint = match present {
                [] => "add the first listing in Partner Center, or with `edits`",
                _ => "name one of them with `templateLanguage`",
            };
            let detail = Detail::at("/addLanguages", "needs a listing to copy");
            Err(Error::new(&codes::DOCUMENT_POINTER, message).hint(hint).detail(detail))
        }
    }
}

/// A listing without its images and its icon: their ids belong to files of the language that they were uploaded for.
fn without_images(listing: &str) -> Result<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Listing {
        platform_overrides: Option<BTreeMap<String, IgnoredAny>>,
    }
    let found: Listing = answer(listing, "the listing that is copied")?;
    let platforms = found.platform_overrides.unwrap_or_default().into_keys();
    let overrides = platforms.map(|platform| format!("/platformOverrides/{}/images", Pointer::escaped(&platform)));
    let mut copy = listing.to_owned();
    for images in std::iter::once("/baseListing/images".to_owned()).chain(overrides) {
        if document::get(&copy, &images).is_ok() {
            copy = document::set(&copy, &images, "[]").map_err(|error| edit_error(&images, &error))?;
        }
    }
    if document::get(&copy, "/icon").is_ok() {
        copy = document::remove(&copy, "/icon").map_err(|error| edit_error("/icon", &error))?;
    }
    Ok(copy)
}
