//! Pages of a list: `top`, `skip` and `@nextLink`.

use crate::emulator::json::{Json, object};
use crate::emulator::request::Call;
use crate::emulator::response::{Answer, invalid};

/// The service gives no more than this at once.
const LARGEST: usize = 100;

/// How the last page says that it is the last.
pub(crate) enum Last {
    Absent,
    Null,
}

/// The answer with the wanted page of `all`. `link` is the path in front of the query of `@nextLink`, whose spelling
/// differs by list.
pub(crate) fn page(call: &Call, size: usize, link: &str, last: Last, all: &[Json]) -> Result<Answer, Answer> {
    let top = number(call, "top", size)?;
    let skip = number(call, "skip", 0)?;
    if top == 0 {
        return Err(invalid("top", "The value of top must be 1 or more."));
    }
    let top = top.min(LARGEST);
    let start = skip.min(all.len());
    let end = (start + top).min(all.len());
    let mut answer = object([]);
    if end < all.len() {
        answer.set("@nextLink", Json::text(&format!("{link}?skip={end}&top={top}")));
    } else if matches!(last, Last::Null) {
        answer.set("@nextLink", Json::Null);
    }
    answer.set("value", Json::Array(all[start..end].to_vec()));
    answer.set("totalCount", Json::number(all.len()));
    Ok(Answer::json(200, answer))
}

fn number(call: &Call, name: &str, default: usize) -> Result<usize, Answer> {
    match call.parameter(name) {
        None => Ok(default),
        Some(text) => text.parse().map_err(|_| invalid(name, format!("'{text}' is not a value for {name}."))),
    }
}
