//! A text that must not be seen.

use serde::Deserialize;
use zeroize::Zeroizing;

/// A secret, token or password: no `Debug`, no `Display`, no serialisation; overwritten when dropped.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Secret {
        Secret(Zeroizing::new(text))
    }

    /// The text itself. Only a request that needs it calls this.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}
