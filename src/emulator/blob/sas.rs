//! Shared access signatures of the upload address (Azure Storage "Create a service SAS", version 2017-04-17).

use base64::Engine;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::emulator::clock::seconds_text;

const ACCOUNT: &str = "productingestionbin1";
const VERSION: &str = "2017-04-17";

/// The signed fields of a service SAS for one blob.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grant {
    pub(crate) permissions: String,
    pub(crate) start: String,
    pub(crate) expiry: String,
    pub(crate) version: String,
}

impl Grant {
    pub(crate) fn until(expires: Timestamp, permissions: &str) -> Grant {
        Grant {
            permissions: permissions.to_owned(),
            start: String::new(),
            expiry: seconds_text(expires),
            version: VERSION.to_owned(),
        }
    }
}

/// HMAC-SHA256 of the string to sign, base64.
pub(crate) fn signature(key: &[u8; 32], blob: &str, grant: &Grant) -> String {
    let resource = format!("/blob/{ACCOUNT}/ingestion/{blob}");
    // Identifier, IP range, protocol and the five response headers are not used.
    let text = format!(
        "{}\n{}\n{}\n{resource}\n\n\n\n{}\n\n\n\n\n",
        grant.permissions, grant.start, grant.expiry, grant.version
    );
    base64::engine::general_purpose::STANDARD.encode(hmac_sha256(key, text.as_bytes()))
}

/// The keyed hash that tokens and upload addresses are signed with.
pub(crate) fn hmac_sha256(key: &[u8; 32], text: &[u8]) -> Vec<u8> {
    // Every key length is valid for HMAC, so the fallback is never taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

/// The whole address. A `+` in the signature stays raw, which a client must send as `%2B`.
pub(crate) fn address(origin: &str, key: &[u8; 32], blob: &str, expires: Timestamp, permissions: &str) -> String {
    let grant = Grant::until(expires, permissions);
    let signature = signature(key, blob, &grant).replace('/', "%2F").replace('=', "%3D");
    format!("{origin}/ingestion/{blob}?sv={}&sr=b&sig={signature}&se={}&sp={permissions}", grant.version, grant.expiry)
}
