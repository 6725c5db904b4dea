//! T22: addresses in texts.

use url::{Host, Url};

use super::finding::Finding;
use super::rules::T22;
use super::subject::Text;

/// Hosts that hide where an address leads.
const SHORTENERS: [&str; 8] = ["bit.ly", "buff.ly", "cutt.ly", "goo.gl", "is.gd", "ow.ly", "t.co", "tinyurl.com"];

pub(super) fn check(name: &str, text: &Text, findings: &mut Vec<Finding>) {
    for (at, address) in addresses(&text.value) {
        if let Some(what) = fault(address) {
            let shown = address.chars().take(60).collect::<String>();
            findings.push(text.finding_at(&T22, at, format!("the address {shown} in `{name}` {what}")));
        }
    }
}

/// The addresses of a text, each with its place.
fn addresses(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    for word in text.split(char::is_whitespace) {
        let lower = word.to_ascii_lowercase();
        let starts = ["https:", "http:", "www."].iter().filter_map(|start| lower.find(start));
        let Some(start) = starts.min().filter(|start| word.is_char_boundary(*start)) else { continue };
        let address = word[start..].trim_end_matches(['.', ',', ';', '!', '?', '"', '\'', '>', '»', '”', '*']);
        // A bracket around the address is none of it.
        let closed = address.matches(')').count() > address.matches('(').count();
        let address = if closed { address.trim_end_matches([')', '.']) } else { address };
        let offset = word.as_ptr() as usize - text.as_ptr() as usize + start;
        found.push((offset, address));
    }
    found
}

/// What is wrong with an address.
fn fault(address: &str) -> Option<&'static str> {
    if address.to_ascii_lowercase().starts_with("www.") {
        return None;
    }
    let has_slashes = address.split_once(':').is_some_and(|(_, rest)| rest.starts_with("//"));
    if !has_slashes {
        return Some("has no `//` after its scheme");
    }
    if address.ends_with("//") {
        return Some("has no host, perhaps because of a blank in it");
    }
    if address.matches('(').count() != address.matches(')').count() {
        return Some("has a bracket that is not closed");
    }
    let Ok(url) = Url::parse(address) else { return Some("is malformed") };
    if !url.username().is_empty() || url.password().is_some() {
        return Some("has a user name or a password in it");
    }
    match url.host() {
        Some(Host::Domain(host)) => {
            let host = host.trim_end_matches('.');
            if SHORTENERS.contains(&host) {
                return Some("hides behind a shortener where it leads");
            }
            if host == "localhost" || host.ends_with(".local") || !host.contains('.') {
                return Some("has a host that customers can't reach");
            }
        }
        Some(_) => return Some("has a number in place of a host"),
        None => return Some("has no host"),
    }
    (url.scheme() == "http").then_some("uses http, which browsers warn of; use https")
}
