//! Rules that a release is checked against before it changes anything, without credentials.
//!
//! [`RULES`] is the table. [`packages`] checks app packages, alone or against what the app has ([`Base`]); [`submission()`]
//! checks the document that would be sent. Both return findings, of which [`refuse`] makes an error. A caller allows a rule
//! by its id ([`Allowed`]); its errors are warnings then. The functions are pure, except for [`inputs()`], which finds and
//! reads the package files.

mod base;
mod devices;
mod files;
mod finding;
mod identity;
mod inputs;
mod items;
mod present;
mod rules;
mod submission;
mod versions;

pub use base::{Base, present};
pub use finding::{Allowed, Finding, refuse};
pub use inputs::{inputs, package_error};
pub use present::Present;
pub use rules::{RULES, Rule, Severity};
pub use submission::submission;

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
    allow.apply(findings)
}
