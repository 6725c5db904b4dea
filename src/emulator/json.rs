//! JSON values that keep the order of members and the spelling of strings and numbers.
//!
//! `serde_json::Value` sorts members and has its own spelling of `0.0` and of escapes. A document that was loaded with
//! the state must be sent as it was written, apart from white space.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use super::options::SameName;
use crate::document::steps;

/// How deep arrays and objects may nest.
const MAX_DEPTH: usize = 256;

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    /// The number as written.
    Number(String),
    /// The string as written, escapes and quotes included.
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(value: &str) -> Json {
        Json::Text(quote(value))
    }

    pub(super) fn number(value: impl fmt::Display) -> Json {
        Json::Number(value.to_string())
    }

    pub(super) fn texts<T: AsRef<str>>(values: &[T]) -> Json {
        Json::Array(values.iter().map(|value| Json::text(value.as_ref())).collect())
    }

    /// Parses JSON text that is part of this program.
    pub(super) fn literal(text: &str) -> Json {
        parse(text).unwrap_or(Json::Null)
    }

    /// Decodes a string. `None` for another type, and for a string with a lone surrogate.
    pub(super) fn as_text(&self) -> Option<String> {
        match self {
            Json::Text(raw) => serde_json::from_str(raw).ok(),
            _ => None,
        }
    }

    pub(super) fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(value) => Some(*value),
            _ => None,
        }
    }

    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Json::Number(raw) => raw.parse().ok(),
            _ => None,
        }
    }

    /// The items of an array; none for another type.
    pub(super) fn items(&self) -> &[Json] {
        match self {
            Json::Array(items) => items,
            _ => &[],
        }
    }

    /// The members of an object; none for another type.
    pub(super) fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    /// The member with exactly this name.
    pub(super) fn get(&self, name: &str) -> Option<&Json> {
        self.members().iter().find(|(key, _)| same(key, name)).map(|(_, value)| value)
    }

    /// The member with this name in any letter case, as the service reads requests. Of several, `which` counts.
    pub(super) fn get_ignore_case(&self, name: &str, which: SameName) -> Option<&Json> {
        let mut found = self.members().iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        let member = match which {
            SameName::Last => found.next_back(),
            SameName::First => found.next(),
        };
        member.map(|(_, value)| value)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        match self {
            Json::Object(members) => members.iter_mut().find(|(key, _)| same(key, name)).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of the string member `name`; empty when there is none.
    pub(super) fn text_of(&self, name: &str) -> String {
        self.get(name).and_then(Json::as_text).unwrap_or_default()
    }

    /// Replaces the value of a member, or appends a new member.
    pub(super) fn set(&mut self, name: &str, value: Json) {
        if let Json::Object(members) = self {
            match members.iter_mut().find(|(key, _)| same(key, name)) {
                Some(member) => member.1 = value,
                None => members.push((name.to_owned(), value)),
            }
        }
    }

    pub(super) fn remove(&mut self, name: &str) -> Option<Json> {
        let Json::Object(members) = self else {
            return None;
        };
        let index = members.iter().position(|(key, _)| same(key, name))?;
        Some(members.remove(index).1)
    }

    /// The type with its article, for messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Json::Number(raw) | Json::Text(raw) => out.push_str(raw),
            Json::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Json::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&quote(name));
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn same(key: &str, name: &str) -> bool {
    steps::count();
    key == name
}

/// Writes the value without white space, as the service does.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.write(&mut out);
        f.write_str(&out)
    }
}

fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// An object from names and values.
pub(super) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Parses one value. Of members with the same name, the last one counts, as in the service.
///
/// # Errors
///
/// The text is not JSON; the message has the offset in bytes.
pub(super) fn parse(text: &str) -> Result<Json, String> {
    let mut parser = Parser { text: text.strip_prefix('\u{feff}').unwrap_or(text), at: 0 };
    let value = parser.value(0)?;
    parser.space();
    match parser.peek() {
        None => Ok(value),
        Some(_) => Err(parser.unexpected("the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn unexpected(&self, wanted: &str) -> String {
        match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(next) => format!("expected {wanted} at byte {}, found '{}'", self.at, next.escape_default()),
            None => format!("expected {wanted} at byte {}, found the end", self.at),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, String> {
        if depth > MAX_DEPTH {
            return Err(format!("nested deeper than {MAX_DEPTH} at byte {}", self.at));
        }
        steps::count();
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b'"') => Ok(Json::Text(self.string()?)),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'n') => self.word("null", Json::Null),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, String> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.unexpected("a value"))
    }

    fn number(&mut self) -> Result<Json, String> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')) {
            self.at += 1;
        }
        let raw = &self.text[start..self.at];
        match serde_json::from_str::<&serde_json::value::RawValue>(raw) {
            Ok(_) => Ok(Json::Number(raw.to_owned())),
            Err(_) => Err(format!("'{raw}' at byte {start} is not a number")),
        }
    }

    /// Reads a string with its quotes. Control characters and unknown escapes are errors.
    fn string(&mut self) -> Result<String, String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek() {
                None => return Err(self.unexpected("the end of the string")),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(self.text[start..self.at].to_owned());
                }
                Some(b'\\') => self.escape()?,
                Some(0..=0x1f) => {
                    return Err(format!("control character in a string at byte {}", self.at));
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<(), String> {
        let rest = &self.text.as_bytes()[self.at + 1..];
        let length = match rest.first() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.len() > 4 && rest[1..5].iter().all(u8::is_ascii_hexdigit) => 6,
            _ => return Err(format!("bad escape in a string at byte {}", self.at)),
        };
        self.at += length;
        Ok(())
    }

    fn array(&mut self, depth: usize) -> Result<Json, String> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::Array(items));
                }
                _ => return Err(self.unexpected("',' or ']'")),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, String> {
        let mut members: Vec<(String, Json)> = Vec::new();
        // The position of each name.
        let mut known: HashMap<String, usize> = HashMap::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a member name"));
            }
            let start = self.at;
            let raw = self.string()?;
            let name: String =
                serde_json::from_str(&raw).map_err(|_| format!("member name at byte {start} is not Unicode"))?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("':'"));
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            match known.entry(name) {
                Entry::Occupied(place) => members[*place.get()].1 = value,
                Entry::Vacant(place) => {
                    members.push((place.key().clone(), value));
                    place.insert(members.len() - 1);
                }
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(members));
                }
                _ => return Err(self.unexpected("',' or '}'")),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, parse};
    use crate::document::steps::assert_linear;

    #[test]
    fn an_object_costs_what_it_holds() {
        assert_linear(2_000, |n| {
            let members: Vec<String> = (0..n).map(|at| format!(r#""k{at}":{at}"#)).collect();
            parse(&format!("{{{}}}", members.join(","))).unwrap()
        });
        // The last of several values counts, at the place of the first.
        assert_eq!(parse(r#"{"a":1,"b":2,"\u0061":3}"#).unwrap().to_string(), r#"{"a":3,"b":2}"#);
        assert_eq!(parse("{}").unwrap(), Json::Object(Vec::new()));
    }
}
