//! P01: whose package it is.

use sha2::{Digest, Sha256};

use super::base::Base;
use super::finding::Finding;
use super::items::Item;
use super::rules::{P01, Severity};

pub(super) fn check(items: &[Item<'_>], base: Option<&Base>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let error = |item: &Item<'_>, message: String| Finding::new(&P01, Severity::Error, message).in_file(&item.shown);
    let mut first: Option<&Item<'_>> = None;
    for item in items {
        let facts = item.facts;
        if !item.is_known() {
            let message =
                "its manifest was not read: it is compressed in the upload archive and large, so it is not checked";
            findings.push(Finding::new(&P01, Severity::Information, message).in_file(&item.shown));
            continue;
        }
        if item.is_framework() {
            let message =
                format!("{} is a framework, which the Store installs where an app needs it", facts.identity_name);
            findings.push(error(item, message).remedy("leave it out"));
            continue;
        }
        if let Some(message) = base.and_then(|base| differs(base, &facts.identity_name, &facts.publisher)) {
            findings.push(error(item, message));
            continue;
        }
        let first = first.get_or_insert(item);
        for (what, own, other) in [
            ("identity name", &facts.identity_name, &first.facts.identity_name),
            ("publisher", &facts.publisher, &first.facts.publisher),
        ] {
            if own != other {
                findings.push(error(item, format!("it has the {what} {own}, and {} has {other}", first.shown)));
                break;
            }
        }
    }
    findings
}

/// How a package differs from the app in what says whose it is.
fn differs(base: &Base, name: &str, publisher: &str) -> Option<String> {
    let app = &base.app;
    if let Some(of_app) = app.package_identity_name.as_deref().filter(|known| *known != name) {
        return Some(format!("it has the identity name {name}, and the app has {of_app}"));
    }
    // Where the service names no distinguished name, the family says whether the publisher is the same.
    match app.publisher_name.as_deref().filter(|known| known.contains('=')) {
        Some(of_app) if of_app != publisher => {
            Some(format!("it has the publisher {publisher}, and the app has {of_app}"))
        }
        Some(_) => None,
        None => {
            let (of_app, own) = (app.package_family_name.as_deref()?, family(name, publisher));
            (of_app != own).then(|| format!("it has the package family {own}, and the app has {of_app}"))
        }
    }
}

/// The package family name: the identity name and the hash of the publisher, of which Windows writes 65 bits in an
/// alphabet of 32 characters.
fn family(name: &str, publisher: &str) -> String {
    const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let text: Vec<u8> = publisher.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let hash = Sha256::digest(text);
    let bits = hash.iter().take(8).fold(0_u128, |bits, &byte| bits << 8 | u128::from(byte)) << 1;
    let letter = |at: u32| char::from(ALPHABET[(bits >> (60 - 5 * at)) as usize & 31]);
    let id: String = (0..13).map(letter).collect();
    format!("{name}_{id}")
}

#[cfg(test)]
mod tests {
    use super::family;

    #[test]
    fn the_family_is_that_of_windows() {
        let microsoft = "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US";
        assert_eq!(family("Microsoft.WindowsCalculator", microsoft), "Microsoft.WindowsCalculator_8wekyb3d8bbwe");
    }
}
