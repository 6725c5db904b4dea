//! A text that must not be shown.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use zeroize::Zeroizing;

/// A secret, token or password. It has no `Debug`, `Display` or `Serialize`, and is overwritten with zeros when dropped.
///
/// # Examples
/// ```
/// use storeship::config::Secret;
///
/// let secret = Secret::new("p~Q/7+x".to_owned());
/// assert_eq!(secret.reveal(), "p~Q/7+x");
/// ```
/// It can't be printed by accident:
/// ```compile_fail
/// # let secret = storeship::config::Secret::new(String::new());
/// println!("{secret:?}");
/// ```
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes ownership of the text, so that no copy stays behind.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text. For requests that send it; never for messages.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Secret {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Secret".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true })
    }
}
