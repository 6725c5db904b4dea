//! Values of enumerations, which the service reads case-sensitively, and would refuse once a draft is there.

use serde_json::Value;

use crate::document::values::FILE_STATUS;
use crate::document::{self, Edit};
use crate::error::{Detail, Error, Result, codes};
use crate::input::nearest;
use crate::listing::schema;

/// The values of `visibility` that a release may ask for.
pub(super) const VISIBILITIES: [&str; 3] = ["Public", "Private", "Hidden"];

/// The text at a place of a document. `None` for null too.
pub(super) fn text_at(document: &str, pointer: &str) -> Option<String> {
    serde_json::from_str::<Option<String>>(document::get(document, pointer).ok()?).ok().flatten()
}

/// Refuses a text that is not one of these.
///
/// # Errors
/// `request.invalid` with what is probably meant.
pub(super) fn check_word(pointer: &str, text: Option<&str>, known: &[&str]) -> Result<()> {
    let Some(text) = text.filter(|text| !known.contains(text)) else { return Ok(()) };
    let all = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let error = invalid(pointer, &format!("`{text}` is none of {all}"));
    Err(match nearest(text, known) {
        Some(meant) => error.hint(format!("write `{meant}`")),
        None => error.hint(format!("write one of {all}")),
    })
}

/// Refuses values of edits that are some of the service in another letter case. Any other value may be a new one. `place`
/// names the value of an edit by its index.
///
/// # Errors
/// `request.invalid` with the place.
pub(super) fn check_edits(edits: &[Edit], place: impl Fn(usize, &Edit) -> String) -> Result<()> {
    for (at, edit) in edits.iter().enumerate() {
        let Some(Ok(value)) = edit.value.as_deref().map(serde_json::from_str::<Value>) else { continue };
        let path = edit.path.to_string();
        check_value(path.rsplit('/').next().unwrap_or_default(), &value, &place(at, edit))?;
    }
    Ok(())
}

fn check_value(name: &str, value: &Value, pointer: &str) -> Result<()> {
    match value {
        Value::Object(members) => {
            members.iter().try_for_each(|(name, value)| check_value(name, value, &format!("{pointer}/{name}")))
        }
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.try_for_each(|(at, item)| check_value("", item, &format!("{pointer}/{at}")))
        }
        Value::String(text) => match respelled(name, text) {
            Some(meant) => {
                let message = format!("`{text}` is spelled `{meant}` by the service, which minds the letter case");
                Err(invalid(pointer, &message).hint(format!("write `{meant}`")))
            }
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// The known value of a member that a text is in another letter case.
fn respelled(name: &str, text: &str) -> Option<&'static str> {
    let known: &'static [&'static str] = match name {
        "fileStatus" => &FILE_STATUS,
        _ => schema::VALUES.iter().find(|(path, _)| path.rsplit('/').next() == Some(name))?.1,
    };
    known.iter().find(|word| word.eq_ignore_ascii_case(text) && **word != text).copied()
}

/// The error of a field of a release.
pub(super) fn invalid(pointer: &str, message: &str) -> Error {
    Error::new(&codes::REQUEST_INVALID, format!("{message} (at {pointer})")).detail(Detail::at(pointer, message))
}
