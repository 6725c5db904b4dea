//! What may be shown of URLs and texts: the one place that takes secrets out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::config::Secret;

/// Scheme, host and path. The query is left out, since a shared access signature lives there, and so are user and
/// password.
pub fn url(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Both only fail for URLs without a host, which have no user either.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.to_string()
}

/// A text of somebody else who was told these secrets, and may say them back: plain, URL-encoded or in base64.
pub fn without(text: &str, secrets: &[&Secret]) -> String {
    let mut shown = self::text(text);
    for secret in secrets.iter().map(|secret| secret.reveal()).filter(|secret| !secret.is_empty()) {
        let encoded: String = form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let forms = [secret.to_owned(), encoded.replace('+', "%20"), encoded, STANDARD.encode(secret)];
        for form in forms.map(Zeroizing::new) {
            shown = shown.replace(form.as_str(), "REDACTED");
        }
    }
    shown
}

/// Names whose value must not be seen, in forms, queries and JSON alike.
const NAMES: &[&str] =
    &["sig", "client_secret", "client_assertion", "access_token", "refresh_token", "id_token", "assertion", "password"];

/// A text of somebody else, without what looks like a secret: values of the known names, bearer tokens, JWTs.
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

/// Where the value begins in `=value`, `": "value` or `: value`.
fn value_start(after: &str) -> Option<usize> {
    let sign = after.find(|c: char| !"\"' \t".contains(c))?;
    if !after[sign..].starts_with(['=', ':']) {
        return None;
    }
    let value = after[sign + 1..].find(|c: char| !"\"' \t".contains(c))?;
    Some(sign + 1 + value)
}

#[cfg(test)]
mod tests {
    #[test]
    fn secrets_leave_a_text_and_the_rest_stays() {
        for (given, shown) in [
            ("https://x/y?sv=1&sig=a%2Bb+c/d=&se=2", "https://x/y?sv=1&sig=REDACTED&se=2"),
            ("Authorization: Bearer abc.def", "Authorization: Bearer REDACTED"),
            (r#"{"access_token": "abc", "n": 1}"#, r#"{"access_token": "REDACTED", "n": 1}"#),
            ("a=1&client_secret=p~q&b=2", "a=1&client_secret=REDACTED&b=2"),
            ("token eyJhbGciOi.eyJhdWQi.c2ln end", "token REDACTED end"),
            ("nothing to hide: signature, bearer", "nothing to hide: signature, bearer"),
            ("", ""),
        ] {
            assert_eq!(super::text(given), shown);
        }
    }
}
