//! Redaction: removes secrets from URLs and texts before they become part of an error, an event or a log.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use zeroize::Zeroizing;

use crate::config::Secret;
use crate::error::start_of;
use spelled::Spelled;

mod spelled;

/// The scheme, host and path of a URL. The query is left out because it may hold a shared access signature, the user
/// and the password because they are credentials.
///
/// # Examples
/// ```
/// let url = "https://user:password@store.blob.core.windows.net/x?sig=abc".parse().unwrap();
/// assert_eq!(storeship::http::redact::url(&url), "https://store.blob.core.windows.net/x");
/// ```
pub fn url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both fail only for a URL without a host, which has no user either.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.to_string()
}

/// The longest text of a server that is searched and shown, in bytes. What comes after it is cut off before the search.
pub const MAX_FOREIGN: usize = 64 * 1024;

/// Removes secrets from the text of a server that was sent them; then redacts it as [`text`] does. At most
/// [`MAX_FOREIGN`] bytes of the text are searched and returned.
///
/// A secret is found plain, escaped as in URLs, JSON or XML (also more than once), in base64, and broken by line ends.
/// Anything else that a server computes from it is not found, such as a part of it, its hash, or UTF-16. Secrets of fewer
/// than 8 characters stay.
///
/// # Examples
/// ```
/// use storeship::config::Secret;
///
/// let secret = Secret::new("p~Q/7+x=long".to_owned());
/// let shown = storeship::http::redact::all("you sent p~Q%2F7%2Bx%3Dlong", &[&secret]);
/// assert_eq!(shown, "you sent REDACTED");
/// ```
pub fn all(text: &str, secrets: &[&Secret]) -> String {
    let cut = text.len() > MAX_FOREIGN;
    let text = start_of(text, MAX_FOREIGN);
    // The secrets first: another redaction could cut a secret in two, and its rest would not be found.
    let mut shown = self::text(&replaced(text, secrets, cut));
    if cut {
        shown.push('…');
    }
    shown
}

/// A text of any length without these secrets, which are found as by [`all`]. Nothing else is redacted.
pub fn secrets(text: &str, secrets: &[&Secret]) -> String {
    replaced(text, secrets, false)
}

/// Replaces the secrets. When the text was `cut`, the beginning of a secret at its end is one too.
fn replaced(text: &str, secrets: &[&Secret], cut: bool) -> String {
    let secrets = secrets.iter().map(|secret| secret.reveal()).filter(|secret| secret.chars().count() >= SHORTEST);
    // No form is shorter than the secret itself, so most texts are too short for a token.
    let secrets = secrets.filter(|secret| cut || secret.len() <= text.len());
    let forms: Vec<Zeroizing<String>> = secrets
        .flat_map(|secret| {
            let inner = (0..3).map(|before| inner_base64(secret, before)).filter(|inner| inner.len() >= SHORTEST);
            let inner = inner.flat_map(|inner| [Zeroizing::new(inner.replace('+', "-").replace('/', "_")), inner]);
            inner.chain([Zeroizing::new(secret.to_owned())]).collect::<Vec<_>>()
        })
        .collect();
    if forms.is_empty() {
        return text.to_owned();
    }
    let searches: Vec<Spelled<'_>> = forms.iter().filter_map(|form| Spelled::new(form)).collect();
    let mut by_first_byte: [Vec<&Spelled<'_>>; 256] = [const { Vec::new() }; 256];
    for (byte, begins) in (0..=u8::MAX).zip(&mut by_first_byte) {
        begins.extend(searches.iter().filter(|search| search.may_begin_with(byte)));
    }
    let bytes = text.as_bytes();
    let end_at = |at: usize| {
        let begins = &by_first_byte[usize::from(bytes[at])];
        begins.iter().filter_map(|search| search.end(bytes, at, cut)).max()
    };
    let mut shown = String::with_capacity(text.len());
    // The end of the text that has been copied or replaced.
    let mut done = 0;
    let mut at = 0;
    while at < bytes.len() {
        let Some(mut end) = end_at(at) else {
            at += 1;
            continue;
        };
        shown.push_str(&text[done..at]);
        shown.push_str("REDACTED");
        // Another secret may begin within this one and end behind it.
        at += 1;
        while at < end {
            end = end_at(at).map_or(end, |other| other.max(end));
            at += 1;
        }
        done = end;
    }
    shown.push_str(&text[done..]);
    shown
}

/// Removes the signatures of signed links from a text: the value of each `sig=` in a query. Nothing else is redacted.
pub fn signatures(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // Some JSON writers escape `=` and `&`.
    while let Some((at, name)) =
        ["sig=", "sig\\u003d", "sig\\u003D"].iter().filter_map(|name| Some((rest.find(name)?, *name))).min()
    {
        let begins =
            rest[..at].chars().next_back().is_none_or(|c| !c.is_ascii_alphanumeric() || rest[..at].ends_with("u0026"));
        let (before, after) = rest.split_at(at + name.len());
        shown.push_str(before);
        rest = after;
        if begins {
            let end = rest.find(|c: char| c.is_whitespace() || "&\"'\\<>".contains(c)).unwrap_or(rest.len());
            if end > 0 {
                shown.push_str("REDACTED");
            }
            rest = &rest[end..];
        }
    }
    shown.push_str(rest);
    shown
}

/// Shorter values are not redacted: the gaps they leave would reveal the password.
const SHORTEST: usize = 8;

/// The characters of base64 that only the secret determines, when `before` other bytes precede it.
fn inner_base64(secret: &str, before: usize) -> Zeroizing<String> {
    let padded = Zeroizing::new([&[0; 2][..before], secret.as_bytes()].concat());
    let whole = Zeroizing::new(STANDARD.encode(&padded));
    let first = (before * 8).div_ceil(6);
    Zeroizing::new(whole[first..padded.len() * 8 / 6].to_owned())
}

/// Names of secret values in forms, queries and JSON.
const NAMES: &[&str] =
    &["sig", "client_secret", "client_assertion", "access_token", "refresh_token", "id_token", "assertion", "password"];

/// Removes from the text of a server whatever looks like a secret: bearer tokens, JWTs, users and passwords in addresses,
/// and the values of names such as `sig` and `client_secret`.
///
/// # Examples
/// ```
/// assert_eq!(storeship::http::redact::text("see ?sv=1&sig=abc&se=2"), "see ?sv=1&sig=REDACTED&se=2");
/// ```
pub fn text(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphanumeric()) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.starts_with("eyJ") && word.matches('.').count() >= 2 {
            shown.push_str("REDACTED");
            rest = after;
            continue;
        }
        shown.push_str(word);
        rest = after;
        if let Some(address) = after.strip_prefix("://") {
            let authority =
                address.find(|c: char| c.is_whitespace() || "/?#\\\"'<>".contains(c)).unwrap_or(address.len());
            if let Some(user_end) = address[..authority].rfind('@') {
                shown.push_str("://REDACTED");
                rest = &address[user_end..];
            }
            continue;
        }
        let value_at = if word.eq_ignore_ascii_case("bearer") {
            after.find(|c: char| !c.is_whitespace())
        } else if NAMES.iter().any(|name| word.eq_ignore_ascii_case(name)) {
            value_start(after)
        } else {
            None
        };
        if let Some(start) = value_at.filter(|start| *start > 0) {
            let value = &after[start..];
            let end = value.find(|c: char| c.is_whitespace() || "&\"',;<>".contains(c)).unwrap_or(value.len());
            shown.push_str(&after[..start]);
            if end > 0 {
                shown.push_str("REDACTED");
            }
            rest = &value[end..];
        }
    }
    shown.push_str(rest);
    shown
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.".contains(c)
}

/// The index of the value in `=value`, `": "value` or `: value`. The sign may be escaped as in URLs or JSON.
fn value_start(after: &str) -> Option<usize> {
    const SIGNS: [&str; 8] = ["=", ":", "%3D", "%3d", "%253D", "%253d", r"\u003d", r"\u003D"];
    let sign = after.find(|c: char| !"\"' \t".contains(c))?;
    let length = SIGNS.iter().find(|form| after[sign..].starts_with(**form))?.len();
    let value = after[sign + length..].find(|c: char| !"\"' \t".contains(c))?;
    Some(sign + length + value)
}

#[cfg(test)]
mod tests;
