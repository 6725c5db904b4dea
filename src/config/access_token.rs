//! Whether a text can be an access token.

use super::secret::Secret;
use crate::error::{Error, Result, codes};

/// Refuses what can't be sent as a bearer token (RFC 6750) and so comes from a mistake: a whole response, a header.
///
/// # Errors
/// `config.invalid` with what the text looks like, and never the text.
pub(super) fn check(token: &Secret) -> Result<()> {
    let Some((looks, remedy)) = mistake(token.reveal()) else { return Ok(()) };
    Err(Error::new(&codes::CONFIG_INVALID, format!("`accessToken` is no access token: it {looks}")).hint(remedy))
}

fn mistake(token: &str) -> Option<(&'static str, &'static str)> {
    if token.is_empty() {
        return Some(("is empty", "give an access token for https://manage.devcenter.microsoft.com"));
    }
    if token.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer ")) {
        return Some(("begins with `Bearer`, as the header with a token does", "leave `Bearer` and the blank out"));
    }
    if token.starts_with(['{', '[']) {
        let remedy = "give the value of its `access_token`, or its `accessToken` if the Azure CLI printed it";
        return Some(("looks like JSON, such as the response with a token", remedy));
    }
    if token.starts_with(['"', '\'']) {
        return Some(("is in quotes", "leave the quotes out"));
    }
    if token.contains(char::is_whitespace) {
        return Some(("has a blank or a line end in it", "give it in one piece, without line ends"));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    if !token.trim_end_matches('=').chars().all(is_allowed) {
        return Some(("has a character that no token has", "give an access token, not a secret or a password"));
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_text_that_can_not_be_a_token_is_refused_with_what_it_looks_like() {
        for (text, looks) in [
            ("", "is empty"),
            ("Bearer s3cret.b.c", "begins with `Bearer`"),
            ("bearer s3cret.b.c", "begins with `Bearer`"),
            (r#"{"access_token":"s3cret.b.c"}"#, "looks like JSON"),
            ("\"s3cret.b.c\"", "is in quotes"),
            ("s3cret.b\r\n.c", "has a blank or a line end"),
            ("s3cret.b .c", "has a blank or a line end"),
            ("s3cret\u{e4}.b.c", "has a character"),
            ("s3cret=.b.c", "has a character"),
        ] {
            let error = check(&Secret::new(text.to_owned())).err().unwrap_or_else(|| panic!("{text} was taken"));
            assert_eq!(error.code().name, "config.invalid");
            assert!(error.to_string().contains(looks), "{error}");
            assert!(!error.to_string().contains("s3cret") && !error.remedy().contains("s3cret"), "{error}");
        }
        for token in ["a.b.c", "opaque", "t0k3n+/~-_.=="] {
            check(&Secret::new(token.to_owned())).unwrap();
        }
    }
}
