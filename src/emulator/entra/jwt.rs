//! JSON Web Tokens, and their signatures with the key of the emulator.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::emulator::instance::Account;
use crate::emulator::json::{self, Json, object};

/// The parts of a JWT. Its signature has not been checked.
pub(super) struct Jwt<'a> {
    /// The text that the signature covers.
    pub(super) signed_text: &'a str,
    pub(super) header: Json,
    pub(super) claims: Json,
    pub(super) signature: Vec<u8>,
}

impl Jwt<'_> {
    /// Splits a token into its parts. `None` if it is malformed.
    pub(super) fn parse(token: &str) -> Option<Jwt<'_>> {
        let (signed_text, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed_text.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature.trim_end_matches('=')).ok()?;
        Some(Jwt { signed_text, header: decode(header)?, claims: decode(claims)?, signature })
    }

    /// A claim that is a number, like `exp`.
    pub(super) fn number(&self, claim: &str) -> Option<f64> {
        self.claims.get(claim).and_then(Json::as_f64)
    }
}

/// Reads a part of a token as a JSON object.
pub(super) fn decode(part: &str) -> Option<Json> {
    let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
    json::parse(std::str::from_utf8(&bytes).ok()?).ok().filter(|part| matches!(part, Json::Object(_)))
}

/// A token with these claims, signed with the key of the emulator.
///
/// The signature tells apart tokens of this emulator and of others without a list of issued tokens.
pub(super) fn encode(account: &Account, claims: &Json) -> String {
    let header = object([("typ", Json::text("JWT")), ("alg", Json::text("HS256"))]);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    format!("{text}.{}", signature(account, &text))
}

/// The signature of a text with the key of the emulator, as it stands in a token.
pub(super) fn signature(account: &Account, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(account.sign_token(text.as_bytes()))
}
