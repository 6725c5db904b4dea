//! What a refusal says, in whatever shape it comes.
//!
//! The service documents one shape, `{"code","message","target","details","data","innererror"}`. Refusals also come from its
//! gateway, from ASP.NET, and from proxies: `{"Message","ModelState"}`, problem+json, `{"error":{}}`, lists, strings, plain
//! text and web pages.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::{ServiceError, start_of};
use crate::http::without_tags;

/// A larger body is read for the documented members only, so that it does not become a tree in memory.
const MAX_TREE: usize = 1024 * 1024;
/// The longest body, and the longest message, that an error carries, in bytes. The rest is cut off.
const MAX_KEPT: usize = 64 * 1024;
/// How many texts of a refusal become its message.
const MAX_TEXTS: usize = 10;
/// How deep they may be.
const MAX_DEPTH: usize = 8;
/// How much of the text stands in the message of an error, in characters.
const MAX_MESSAGE: usize = 1_000;

/// The content of a refusal.
#[derive(Default)]
pub(super) struct Refusal {
    pub(super) said: ServiceError,
    /// Whether the body is a web page, so a proxy or a gateway may have answered in place of the service.
    pub(super) is_page: bool,
}

impl Refusal {
    /// Reads the body of a response. Any body is a refusal, also an empty one.
    pub(super) fn read(body: &[u8]) -> Refusal {
        if body.trim_ascii().is_empty() {
            return Refusal::default();
        }
        if body.len() > MAX_TREE {
            return documented(body);
        }
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => of_json(body, &value),
            Err(_) => of_text(body),
        }
    }

    /// The text of the refusal for the message of an error: one line of limited length.
    pub(super) fn text(&self) -> Option<String> {
        let message = self.said.message.as_deref()?;
        let mut line = String::new();
        let mut characters = 0;
        for word in message.split_whitespace() {
            characters += word.chars().take(MAX_MESSAGE).count() + 1;
            if characters > MAX_MESSAGE {
                let room = MAX_MESSAGE.saturating_sub(line.chars().count());
                line.extend(word.chars().take(room.min(MAX_MESSAGE / 2)));
                line.push('…');
                break;
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        Some(line)
    }
}

/// What the body of any refusal says, as one line of limited length, and the body itself.
pub(crate) fn words(body: &[u8]) -> ServiceError {
    let refusal = Refusal::read(body);
    ServiceError { message: refusal.text(), body: refusal.said.body, ..ServiceError::default() }
}

/// The documented members. Other members are skipped without a copy.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Documented<'a> {
    code: Option<String>,
    message: Option<String>,
    target: Option<String>,
    #[serde(borrow)]
    details: Option<&'a RawValue>,
}

fn documented(body: &[u8]) -> Refusal {
    let Ok(members) = serde_json::from_slice::<Documented<'_>>(body) else { return of_text(body) };
    let said = ServiceError {
        code: members.code.map(|code| start_of(&code, MAX_KEPT).to_owned()),
        target: members.target.map(|target| start_of(&target, MAX_KEPT).to_owned()),
        message: members.message.map(|message| start_of(&message, MAX_KEPT).to_owned()),
        details: members.details.map(RawValue::get).filter(|details| *details != "[]").and_then(raw),
        body: raw_text(&String::from_utf8_lossy(kept(body))),
    };
    Refusal { said, is_page: false }
}

fn of_json(body: &[u8], value: &Value) -> Refusal {
    // `{"error":{"code","message"}}` is the shape of OData, which has the documented members inside.
    let main = member(value, "error").filter(|error| error.is_object()).unwrap_or(value);
    let text = |name| {
        member(main, name)
            .and_then(Value::as_str)
            .filter(|text| !text.trim().is_empty())
            .map(|text| start_of(text, MAX_KEPT).to_owned())
    };
    let mut texts = Vec::new();
    gather(value, None, MAX_DEPTH, &mut texts);
    let details = member(main, "details").filter(|details| !is_empty(details));
    let whole = str::from_utf8(body).unwrap_or_default();
    Refusal {
        said: ServiceError {
            code: text("code"),
            target: text("target"),
            message: Some(start_of(&texts.join("; "), MAX_KEPT).to_owned()).filter(|message| !message.is_empty()),
            details: details.and_then(|details| raw(&details.to_string())),
            body: if says_more(value) { raw(whole) } else { None },
        },
        is_page: false,
    }
}

fn of_text(body: &[u8]) -> Refusal {
    let text = String::from_utf8_lossy(kept(body)).into_owned();
    let start: String = text.trim_start().chars().take(14).collect::<String>().to_ascii_lowercase();
    let is_page = start.starts_with("<!doctype html") || start.starts_with("<html");
    let message = if text.trim_start().starts_with('<') { without_tags(&text) } else { text.trim().to_owned() };
    let said = ServiceError {
        message: Some(message).filter(|message| !message.is_empty()),
        body: raw_text(&text),
        ..ServiceError::default()
    };
    Refusal { said, is_page }
}

/// Whether a refusal has content besides the members that an error shows one by one.
fn says_more(value: &Value) -> bool {
    const SHOWN: [&str; 5] = ["code", "message", "target", "details", "statusCode"];
    // Says who answered, and is the same for all refusals of the service.
    const SOURCE: &str = "source";
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| {
            !is_empty(value) && name != SOURCE && !SHOWN.contains(&name.as_str())
                || (name == "message" && !value.is_string())
        }),
        _ => true,
    }
}

/// Collects the texts for people. The message comes first; what is deeper explains it.
fn gather(value: &Value, field: Option<&str>, depth: usize, texts: &mut Vec<String>) {
    const TEXTS: [&str; 7] =
        ["message", "error_description", "title", "detail", "description", "exceptionMessage", "error"];
    const MORE: [&str; 4] = ["data", "errors", "modelState", "innererror"];
    if depth == 0 || texts.len() >= MAX_TEXTS {
        return;
    }
    match value {
        Value::String(text) if !text.trim().is_empty() => {
            let text = start_of(text.trim(), MAX_KEPT);
            let text = field.map(|field| format!("{field}: {text}")).unwrap_or_else(|| text.to_owned());
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        Value::Array(entries) => entries.iter().for_each(|entry| gather(entry, field, depth - 1, texts)),
        Value::Object(_) => {
            let before = texts.len();
            for name in TEXTS {
                member(value, name).into_iter().for_each(|text| gather(text, field, depth - 1, texts));
            }
            if texts.len() == before {
                // Some refusals have their only texts here; others repeat the message.
                member(value, "details").into_iter().for_each(|text| gather(text, field, depth - 1, texts));
            }
            for name in MORE {
                match member(value, name) {
                    // `{"errors":{"Pricing":["is missing"]}}`
                    Some(Value::Object(fields)) if name != "innererror" && name != "data" => {
                        fields.iter().for_each(|(name, text)| gather(text, Some(name), depth - 1, texts));
                    }
                    Some(value) => gather(value, field, depth - 1, texts),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// A member, whose name may begin with a capital letter.
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members
        .get(name)
        .or_else(|| members.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        _ => false,
    }
}

/// The beginning of a text that becomes a JSON string, whose escapes make it longer.
fn kept(body: &[u8]) -> &[u8] {
    &body[..body.len().min(MAX_KEPT / 2)]
}

/// JSON that an error carries: as it came, or the beginning of a long one as a string.
fn raw(json: &str) -> Option<Box<RawValue>> {
    if json.len() <= MAX_KEPT {
        return RawValue::from_string(json.trim().to_owned()).ok();
    }
    raw_text(&String::from_utf8_lossy(kept(json.as_bytes())))
}

fn raw_text(text: &str) -> Option<Box<RawValue>> {
    RawValue::from_string(serde_json::to_string(text).ok()?).ok()
}

#[cfg(test)]
mod tests;
