//! Redaction: removes secrets from URLs and texts before they become part of an error, an event or a log.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;
use zeroize::Zeroizing;

use crate::config::Secret;

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

/// Removes secrets, in any usual encoding, from the text of a server that was sent them; then redacts it as [`text`]
/// does. Secrets of fewer than 8 characters stay.
///
/// # Examples
/// ```
/// use storeship::config::Secret;
///
/// let secret = Secret::new("p~Q/7+x=long".to_owned());
/// let shown = storeship::http::redact::without("you sent p~Q%2F7%2Bx%3Dlong", &[&secret]);
/// assert_eq!(shown, "you sent REDACTED");
/// ```
pub fn without(text: &str, secrets: &[&Secret]) -> String {
    // The secrets first: another redaction could cut a secret in two, and its rest would not be found.
    self::text(&known(text, secrets))
}

/// Removes these secrets, in any usual encoding, from a text. Nothing else is redacted.
pub fn known(text: &str, secrets: &[&Secret]) -> String {
    let mut shown = text.to_owned();
    for secret in secrets.iter().map(|secret| secret.reveal()).filter(|secret| secret.chars().count() >= SHORTEST) {
        shown = without_spelled(&shown, secret);
        for before in 0..3 {
            let inner = inner_base64(secret, before);
            for form in [inner.replace('+', "-").replace('/', "_"), inner.to_string()].map(Zeroizing::new) {
                if form.len() >= SHORTEST {
                    shown = shown.replace(form.as_str(), "REDACTED");
                }
            }
        }
    }
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

/// The text without the secret, whose characters may each be plain or escaped as in URLs, JSON or XML: every server
/// escapes different characters.
fn without_spelled(text: &str, secret: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let first = secret.chars().next().map(spellings).unwrap_or_default();
    let starts: Vec<char> = first.iter().filter_map(|spelling| spelling.chars().next()).collect();
    let mut rest = text;
    while let Some(at) = rest.find(&*starts) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        // Compares character by character, because most texts differ from a long token after the first few characters.
        let after = secret
            .chars()
            .try_fold(rest, |rest, c| spellings(c).iter().find_map(|spelling| rest.strip_prefix(&**spelling)));
        let length = rest.chars().next().map_or(0, char::len_utf8);
        shown.push_str(if after.is_some() { "REDACTED" } else { &rest[..length] });
        rest = after.unwrap_or(&rest[length..]);
    }
    shown.push_str(rest);
    shown
}

/// The spellings of a character. A spelling that is a prefix of another comes after it.
fn spellings(c: char) -> Vec<String> {
    let mut bytes = [0; 4];
    let bytes = c.encode_utf8(&mut bytes).bytes();
    let upper: String = bytes.clone().map(|byte| format!("%{byte:02X}")).collect();
    let mut all = vec![upper.to_lowercase(), upper];
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    // Newtonsoft.Json writes the digits in lower case, System.Text.Json in upper case, and System.Text.Json also escapes `+`.
    all.push(units.iter().map(|unit| format!("\\u{unit:04x}")).collect());
    all.push(units.iter().map(|unit| format!("\\u{unit:04X}")).collect());
    let code = u32::from(c);
    all.extend([format!("&#{code};"), format!("&#x{code:x};"), format!("&#x{code:X};")]);
    all.extend(
        match c {
            ' ' => vec!["+"],
            '"' => vec!["\\\"", "&quot;"],
            '\\' => vec!["\\\\"],
            '/' => vec!["\\/"],
            '&' => vec!["&amp;"],
            '<' => vec!["&lt;"],
            '>' => vec!["&gt;"],
            '\'' => vec!["&apos;"],
            _ => vec![],
        }
        .into_iter()
        .map(str::to_owned),
    );
    all.push(c.to_string());
    all
}

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

/// Removes from the text of a server whatever looks like a secret: bearer tokens, JWTs, and the values of names such as
/// `sig` and `client_secret`.
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

/// The index of the value in `=value`, `": "value` or `: value`.
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
    use crate::config::Secret;

    #[test]
    fn a_secret_is_redacted_in_every_encoding() {
        let secret = Secret::new("p~Q/7+x = \"s\\\u{e9}".to_owned());
        for text in [
            "said p~Q/7+x = \"s\\\u{e9}.",
            r#"said p~Q/7+x = \"s\\é."#,
            "said p%7EQ%2F7%2Bx+%3D+%22s%5C%C3%A9.",
            "said p%7eQ/7%2Bx%20=+\\\"s\\\\\\u00e9.",
            "said p~Q%2f7%2bx%20%3d%20%22s%5c%c3%a9.",
            "said p%7eQ%2f7%2bx%20%3d%20%22s%5c%c3%a9.",
            r"said p~Q/7\u002Bx = \u0022s\\\u00E9.",
            "said p~Q/7&#x2B;x = &quot;s\\&#233;.",
        ] {
            assert_eq!(super::without(text, &[&secret]), "said REDACTED.");
        }
        for before in ["", "u", "u:"] {
            use base64::Engine;
            let text = super::STANDARD.encode(format!("{before}{}!", secret.reveal()));
            let shown = super::without(&text, &[&secret]);
            assert!(shown.contains("REDACTED") && shown.len() < 16, "{text}: {shown}");
        }
        let short = Secret::new("a".to_owned());
        assert_eq!(super::without("a banana", &[&short]), "a banana");
    }

    #[test]
    fn signatures_of_links_are_redacted_and_the_rest_stays() {
        for (given, shown) in [
            (r#""https://x/y?sv=1&sig=a+b/c%3D&se=2""#, r#""https://x/y?sv=1&sig=REDACTED&se=2""#),
            (r#""https://x/y?sig=a+b/c%3D""#, r#""https://x/y?sig=REDACTED""#),
            (r#""x?a=1\u0026sig\u003dabc\u0026se=2""#, r#""x?a=1\u0026sig\u003dREDACTED\u0026se=2""#),
            (
                r#""design=plain, password: optional, Bearer of news""#,
                r#""design=plain, password: optional, Bearer of news""#,
            ),
            ("", ""),
        ] {
            assert_eq!(super::signatures(given), shown);
        }
    }

    #[test]
    fn values_of_known_names_are_redacted_and_the_rest_stays() {
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
