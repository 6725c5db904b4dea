//! The envelope of a response.

use super::call::Output;
use crate::error::Error;

/// The response of a call that succeeded: `{"ok":true,"result":…,"meta":…}`. The text of the result is inserted as it is.
pub fn success(output: &Output) -> String {
    let meta = serde_json::to_string(&output.meta).unwrap_or_default();
    let mut envelope = String::with_capacity(output.result.len() + meta.len() + 32);
    envelope.push_str(r#"{"ok":true,"result":"#);
    // A byte order mark is allowed at the start of a text only.
    envelope.push_str(output.result.trim_start_matches('\u{feff}'));
    if meta.len() > "{}".len() {
        envelope.push_str(r#","meta":"#);
        envelope.push_str(&meta);
    }
    envelope.push('}');
    envelope
}

/// The response of a call that failed: `{"ok":false,"error":{…}}`.
pub fn failure(error: &Error) -> String {
    format!(r#"{{"ok":false,"error":{}}}"#, error.to_json())
}
