//! What may be shown of URLs and texts: the one place that takes secrets out.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use url::Url;
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

/// A text of somebody else who was told these secrets, and may say them back in any usual form.
pub fn without(text: &str, secrets: &[&Secret]) -> String {
    // Before anything else is cut, which could leave a part of a secret standing.
    self::text(&known(text, secrets))
}

/// A text without these secrets, in any usual form. Nothing else is taken out.
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

/// A text without the signatures of signed links: the value of each `sig=` in a query. Nothing else is taken out.
pub fn signatures(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    // System.Text.Json writes `=` and `&` as they are, and `&` as an escape when it encodes for HTML.
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

/// Less is no secret, and taking it out would leave no text: a password that is a word of the messages would be told by
/// its absence.
const SHORTEST: usize = 8;

/// The text without the secret, whichever of its characters are written as they are and whichever in the escapes of
/// URLs, JSON or XML: each server escapes others.
fn without_spelled(text: &str, secret: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let first = secret.chars().next().map(spellings).unwrap_or_default();
    let begins: Vec<char> = first.iter().filter_map(|way| way.chars().next()).collect();
    let mut rest = text;
    while let Some(at) = rest.find(&*begins) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        // Spelled character by character, since most texts part from a long token after the first few.
        let found =
            secret.chars().try_fold(rest, |rest, c| spellings(c).iter().find_map(|way| rest.strip_prefix(&**way)));
        let length = rest.chars().next().map_or(0, char::len_utf8);
        shown.push_str(if found.is_some() { "REDACTED" } else { &rest[..length] });
        rest = found.unwrap_or(&rest[length..]);
    }
    shown.push_str(rest);
    shown
}

/// The ways to write a character; one that is the beginning of another comes after it.
fn spellings(c: char) -> Vec<String> {
    let mut bytes = [0; 4];
    let bytes = c.encode_utf8(&mut bytes).bytes();
    let upper: String = bytes.clone().map(|byte| format!("%{byte:02X}")).collect();
    let mut ways = vec![upper.to_lowercase(), upper];
    let mut units = [0; 2];
    let units = c.encode_utf16(&mut units);
    // Newtonsoft writes the digits in lower case, System.Text.Json in upper case, and that for `+` too.
    ways.push(units.iter().map(|unit| format!("\\u{unit:04x}")).collect());
    ways.push(units.iter().map(|unit| format!("\\u{unit:04X}")).collect());
    let code = u32::from(c);
    ways.extend([format!("&#{code};"), format!("&#x{code:x};"), format!("&#x{code:X};")]);
    ways.extend(
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
    ways.push(c.to_string());
    ways
}

/// The characters of base64 that the secret alone decides, when `before` other bytes stand before it.
fn inner_base64(secret: &str, before: usize) -> Zeroizing<String> {
    let padded = Zeroizing::new([&[0; 2][..before], secret.as_bytes()].concat());
    let whole = Zeroizing::new(STANDARD.encode(&padded));
    let first = (before * 8).div_ceil(6);
    Zeroizing::new(whole[first..padded.len() * 8 / 6].to_owned())
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
    use crate::config::Secret;

    #[test]
    fn a_secret_that_is_said_back_leaves_the_text_in_every_form() {
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
    fn signatures_of_links_leave_a_text_and_all_else_stays() {
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
