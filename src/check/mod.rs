//! Rules that a release is checked against before it changes anything, without credentials.
//!
//! [`RULES`] is the table. [`packages`] checks app packages, alone or against what the app has ([`Base`]); [`submission()`]
//! checks the document that would be sent. Both return findings, of which [`refuse`] makes an error. A caller allows a rule
//! by its id ([`Allowed`]); its errors are warnings then. The functions are pure, except for [`inputs()`], which finds and
//! reads the package files.

mod add_ons;
mod addresses;
mod annotations;
mod base;
mod beside;
mod characters;
mod contents;
mod devices;
mod files;
mod finding;
mod folders;
mod identity;
mod inputs;
mod items;
mod languages;
mod lengths;
mod listings;
mod markup;
mod metadata;
mod notes;
mod picture_file;
mod pictures;
mod pixels;
mod present;
mod properties;
mod releases;
mod rules;
mod sarif;
mod sent;
mod style;
mod subject;
mod submission;
mod titles;
mod together;
mod trailers;
mod versions;
mod video_file;
mod words;
mod wrapped;

pub use annotations::{Service, annotations};
pub use base::{Base, present};
pub use beside::Told;
pub use contents::flaws;
pub use finding::{Allowed, Finding, Suppressed, SwitchedOff, refuse};
pub use folders::without_notes;
pub use inputs::{inputs, package_error, picture, pictures, videos, whole_picture};
pub use picture_file::{Format, Look, PictureFacts, PictureScan};
pub use present::Present;
pub use releases::Noted;
pub use rules::{RULES, Rule, Severity};
pub use sarif::sarif;
pub use sent::{Sent, SentFile, SentFiles, changes};
pub use submission::{prices, submission};
pub use together::{Document, Together, sort};
pub use video_file::{VideoFacts, video};

use crate::package::Facts;

/// Checks the packages of a release: those of `facts`, in the order of the caller. Without `base` they are only checked
/// among themselves.
///
/// # Examples
/// ```
/// use storeship::check::{Allowed, Base, packages, refuse};
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("App.msix");
/// # std::fs::write(&path, storeship::package::sample::package(&Default::default())?)?;
/// let facts = [storeship::package::inspect(&path)?];
/// let base = Base::of(r#"{"applicationPackages": [{"fileName": "Old.msix", "version": "9.0.0.0", "architecture": "X64"}]}"#)?;
/// let error = refuse(packages(&facts, Some(&base), &Allowed::default())).unwrap_err();
/// assert_eq!((error.code().name, error.findings()[0].code.as_deref()), ("check.failed", Some("P02")));
/// let warnings = refuse(packages(&facts, Some(&base), &Allowed::of(&["P02".to_owned()])?))?;
/// assert_eq!(warnings[0].id, "P02");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn packages(facts: &[Facts], base: Option<&Base>, allow: &Allowed) -> Vec<Finding> {
    let items = items::items(facts);
    let mut findings = identity::check(&items, base);
    findings.extend(versions::numbers(&items));
    findings.extend(versions::full_names(&items));
    match base {
        Some(base) => findings.extend(versions::against(&items, base)),
        None => findings.extend(versions::alone(&items)),
    }
    findings.extend(devices::check(&items, base));
    findings.extend(files::check(facts, &items));
    findings.extend(contents::capabilities(&items).filter(|finding| finding.severity != Severity::Information));
    allow.apply(findings)
}
