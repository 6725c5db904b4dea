//! Reads the members that this crate needs of an answer. The answer itself stays text.

use serde::Deserialize;

use crate::error::{Error, Result, codes};
use crate::input::unquoted;

/// Reads an answer, which `what` names in the error.
///
/// # Errors
/// `network.bad_answer` for a text of another form.
pub fn answer<'a, T: Deserialize<'a>>(text: &'a str, what: &str) -> Result<T> {
    serde_json::from_str(text)
        .map_err(|error| Error::new(&codes::NETWORK_BAD_ANSWER, format!("{what} can't be read: {}", unquoted(&error))))
}
