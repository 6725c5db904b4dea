//! Reads the JSON that callers write: the configuration of a client and the requests of operations.
//!
//! Reading is strict: an unknown field and a name that is there twice are refused, and every refusal names the field by its JSON
//! Pointer. No refusal quotes a value, because the value may be a secret.
//!
//! An optional field that is `null` counts as absent, because serializers such as System.Text.Json write `null` for each
//! property that is not set. Only in fields that hold any JSON is `null` a value; [`Subject::json_fields`] names them.

mod misspelling;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::vec::IntoIter;

use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::error::{Code, Detail, Error, Result, codes};

use misspelling::hint_for_unknown_field;
pub use misspelling::nearest;

/// A kind of text that callers write.
#[derive(Debug)]
pub struct Subject {
    /// The name of the text in messages: `the request`.
    pub name: &'static str,
    /// The fields, at any depth, whose value may be any JSON. They keep a `null`.
    pub json_fields: &'static [&'static str],
}

/// The request of an operation.
pub static REQUEST: Subject = Subject {
    name: "the request",
    json_fields: &["document", "value", "old", "baseline", "edited", "submission", "body", "notes"],
};

/// The configuration of a client.
pub static CONFIGURATION: Subject = Subject { name: "the configuration", json_fields: &[] };

/// Reads a request.
///
/// # Errors
/// As [`parse_as`].
pub fn parse<'de, T: Deserialize<'de>>(json: &'de str) -> Result<T> {
    parse_as(&REQUEST, json)
}

/// Reads a text of this kind. The message of a refusal names the field by its JSON Pointer; of a text that is not
/// JSON it has the line and the column.
///
/// # Errors
/// `request.syntax`, `request.unknown_field`, `request.missing_field`, `request.invalid`.
pub fn parse_as<'de, T: Deserialize<'de>>(subject: &'static Subject, json: &'de str) -> Result<T> {
    let text = without_mark(json);
    T::deserialize(Value { text, subject }).map_err(|failure| failure.of_text(text).error(subject))
}

/// Takes a text of this kind apart, for a caller that reads some of its members itself.
///
/// # Errors
/// `request.syntax`; `request.invalid` if the text is not an object.
pub fn members<'de>(subject: &'static Subject, json: &'de str) -> Result<Members<'de>> {
    let text = without_mark(json);
    Value { text, subject }.object().map(Members).map_err(|failure| failure.of_text(text).error(subject))
}

/// The text after a byte order mark, which editors and Windows PowerShell write at the start of a file.
fn without_mark(json: &str) -> &str {
    json.strip_prefix('\u{FEFF}').unwrap_or(json)
}

/// A text that was taken apart.
pub struct Members<'de>(Object<'de>);

impl<'de> Members<'de> {
    /// Takes out the members of these names, in their order. An unknown name may be a misspelling of one of them.
    ///
    /// # Errors
    /// `request.invalid` if one is there twice.
    pub fn take(&mut self, names: &[&'static str]) -> Result<Vec<(&'static str, &'de RawValue)>> {
        let mut taken: Vec<(&'static str, &RawValue)> = Vec::new();
        let mut twice = None;
        self.0.members.0.retain(|(Name(name), value)| {
            let Some(known) = names.iter().find(|known| *known == name) else { return true };
            if taken.iter().any(|(other, _)| other == known) {
                twice = Some(*known);
            }
            taken.push((known, value));
            false
        });
        self.0.taken.extend(names);
        match twice {
            Some(name) => Err(Failure::duplicate_field(name).error(self.0.subject)),
            None => Ok(taken),
        }
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'de RawValue)> {
        self.0.members.0.iter().map(|(Name(name), value)| (&**name, *value))
    }

    /// The first member of this name.
    pub fn get(&self, name: &str) -> Option<&'de RawValue> {
        self.iter().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// Reads the text from the members.
    ///
    /// # Errors
    /// As [`parse`].
    pub fn read<T: Deserialize<'de>>(self) -> Result<T> {
        let subject = self.0.subject;
        T::deserialize(self.0).map_err(|failure| failure.error(subject))
    }
}

/// Reads an optional field of an enum that is tagged by `type`, for `deserialize_with`. serde reads such an enum into
/// memory before it knows the fields, so this module does not see which of them are `null`.
///
/// # Errors
/// As those of `T`.
pub fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// The text of a JSON error without the values in it: serde quotes a value of the wrong type (`invalid type: string
/// "…"`), and that value may be a secret.
pub fn unquoted(error: &serde_json::Error) -> String {
    without_values(&error.to_string())
}

fn without_values(text: &str) -> String {
    let mut cut = String::with_capacity(text.len());
    let mut quoted = false;
    let mut escaped = false;
    for c in text.chars() {
        if quoted {
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => {
                    quoted = false;
                    cut.push_str("…\"");
                }
                _ => escaped = false,
            }
        } else {
            quoted = c == '"';
            cut.push(c);
        }
    }
    cut
}

/// Why a text was refused, and where.
#[derive(Debug)]
struct Failure {
    code: &'static Code,
    /// A JSON Pointer.
    pointer: String,
    message: String,
    /// What to do, when there is better advice than the code's remedy.
    hint: Option<String>,
}

impl Failure {
    /// The failure for a name that is not in `known`.
    fn unknown_field(name: &str, known: &[&str]) -> Failure {
        let expected = match known {
            [] => "there are no fields".to_owned(),
            [one] => format!("expected `{one}`"),
            _ => format!("expected one of `{}`", known.join("`, `")),
        };
        Failure::custom(format_args!("unknown field `{name}`, {expected}")).below(name)
    }

    /// The same failure, with its cause if `text` was not encoded in UTF-8. In UTF-16, every second byte of a text in
    /// English is NUL, and a string of C ends at the first one.
    fn of_text(self, text: &str) -> Failure {
        let message = match text.find('\0') {
            Some(at) => {
                let before = &text[..at];
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
                format!("there is a NUL character (U+0000) at line {line} column {column}")
            }
            None if text == "{" => "it ends after its first character".to_owned(),
            None => return self,
        };
        if *self.code != codes::REQUEST_SYNTAX {
            return self;
        }
        let hint = "pass the text in UTF-8: NUL characters come from UTF-16 and from files that are not text";
        Failure { message, hint: Some(hint.to_owned()), ..self }
    }

    /// The failure for a name that an object has twice.
    fn duplicate_field(name: &str) -> Failure {
        let failure = Failure::custom(format_args!("duplicate field `{name}`"));
        Failure { hint: Some("remove one of the two: only one of their values could count".to_owned()), ..failure }
            .below(name)
    }

    /// The same failure, seen from the object or array around it.
    fn below(mut self, member: &str) -> Failure {
        self.pointer = format!("/{}{}", member.replace('~', "~0").replace('/', "~1"), self.pointer);
        self
    }

    fn error(self, subject: &Subject) -> Error {
        let Failure { code, pointer, message, hint } = self;
        let place = if pointer.is_empty() { String::new() } else { format!(" at {pointer}") };
        let error = Error::new(code, format!("{} can't be read{place}: {message}", subject.name))
            .detail(Detail::at(pointer, message));
        match hint {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Failure {
        if error.classify() == Category::Data {
            // The pointer names the place. The line and the column would count from the start of the value.
            let text = error.to_string();
            return de::Error::custom(text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text));
        }
        Failure { code: &codes::REQUEST_SYNTAX, pointer: String::new(), message: unquoted(&error), hint: None }
    }
}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(message: T) -> Failure {
        let message = without_values(&message.to_string());
        let code = match &message {
            text if text.starts_with("unknown field") => &codes::REQUEST_UNKNOWN_FIELD,
            text if text.starts_with("missing field") => &codes::REQUEST_MISSING_FIELD,
            _ => &codes::REQUEST_INVALID,
        };
        let hint = hint_for_unknown_field(&message);
        Failure { code, pointer: String::new(), message, hint }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

/// A JSON value that is read from its text.
struct Value<'de> {
    text: &'de str,
    subject: &'static Subject,
}

impl<'de> Value<'de> {
    fn object(self) -> std::result::Result<Object<'de>, Failure> {
        self.must_be('{', "an object")?;
        Ok(Object { members: serde_json::from_str(self.text)?, subject: self.subject, taken: Vec::new() })
    }

    /// Refuses a value of another kind: serde by itself would take an array for an object, and its elements for the
    /// fields in their order.
    fn must_be(&self, first: char, kind: &str) -> std::result::Result<(), Failure> {
        let other = match self.text.trim_start().chars().next() {
            Some(found) if found == first => return Ok(()),
            Some('{') => "an object",
            Some('[') => "an array",
            Some('"') => "a string",
            Some('t' | 'f') => "a boolean",
            Some('n') => "null",
            _ => "a number",
        };
        serde_json::from_str::<IgnoredAny>(self.text)?;
        Err(de::Error::custom(format_args!("it must be {kind}, not {other}")))
    }
}

/// Leaves the methods to serde_json.
macro_rules! plain {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Failure> {
            Ok(serde_json::Deserializer::from_str(self.text).$method(visitor)?)
        })*
    };
}

impl<'de> Deserializer<'de> for Value<'de> {
    type Error = Failure;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        self.object()?.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Failure> {
        self.object()?.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Failure> {
        if self.text == "null" { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Failure> {
        self.must_be('[', "an array")?;
        let elements: Vec<&RawValue> = serde_json::from_str(self.text)?;
        visitor.visit_seq(Elements { rest: elements.into_iter(), next: 0, subject: self.subject })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        Ok(serde_json::Deserializer::from_str(self.text).deserialize_newtype_struct(name, visitor)?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        Ok(serde_json::Deserializer::from_str(self.text).deserialize_enum(name, variants, visitor)?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> std::result::Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    plain! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit
        deserialize_identifier deserialize_ignored_any
    }
}

/// The elements of an array.
struct Elements<'de> {
    rest: IntoIter<&'de RawValue>,
    next: usize,
    subject: &'static Subject,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> std::result::Result<Option<S::Value>, Failure> {
        let Some(element) = self.rest.next() else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        let value = seed.deserialize(Value { text: element.get(), subject: self.subject });
        value.map(Some).map_err(|failure| failure.below(&index.to_string()))
    }
}

/// The members of an object in their order, duplicates included: the type that is read refuses those.
struct Pairs<'de>(Vec<(Name<'de>, &'de RawValue)>);

impl Pairs<'_> {
    /// Refuses a name that is there twice.
    fn check_names(&self) -> std::result::Result<(), Failure> {
        let mut seen = HashSet::new();
        match self.0.iter().find(|(Name(name), _)| !seen.insert(&**name)) {
            Some((Name(name), _)) => Err(Failure::duplicate_field(name)),
            None => Ok(()),
        }
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Pairs<'de>, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Pairs<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Pairs(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// An object that was taken apart. A name that it has twice is refused, in maps too: a reader would drop one value.
struct Object<'de> {
    members: Pairs<'de>,
    subject: &'static Subject,
    /// Names that belong to the object too, and whose members were taken out.
    taken: Vec<&'static str>,
}

impl<'de> Deserializer<'de> for Object<'de> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> std::result::Result<V::Value, Failure> {
        self.members.check_names()?;
        visitor.visit_map(Entries { rest: self.members.0.into_iter(), value: None, subject: self.subject })
    }

    /// Refuses an unknown name before any value is read, then leaves out the fields that are `null`.
    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> std::result::Result<V::Value, Failure> {
        if let Some((Name(name), _)) = self.members.0.iter().find(|(Name(name), _)| !fields.contains(&&**name)) {
            let known: Vec<&str> = self.taken.iter().chain(fields).copied().collect();
            return Err(Failure::unknown_field(name, &known));
        }
        self.members.check_names()?;
        let any_json = self.subject.json_fields;
        self.members.0.retain(|(Name(name), value)| value.get() != "null" || any_json.contains(&&**name));
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Entries<'de> {
    rest: IntoIter<(Name<'de>, &'de RawValue)>,
    /// The value of the name that was read last.
    value: Option<(Cow<'de, str>, &'de RawValue)>,
    subject: &'static Subject,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> std::result::Result<Option<S::Value>, Failure> {
        let Some((Name(name), value)) = self.rest.next() else { return Ok(None) };
        let key = match &name {
            Cow::Borrowed(name) => seed.deserialize(BorrowedStrDeserializer::new(name)),
            Cow::Owned(name) => seed.deserialize(StrDeserializer::new(name)),
        };
        let key = key.map_err(|failure: Failure| failure.below(&name))?;
        self.value = Some((name, value));
        Ok(Some(key))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> std::result::Result<S::Value, Failure> {
        let Some((name, value)) = self.value.take() else { return Err(de::Error::custom("a value without a name")) };
        let value = seed.deserialize(Value { text: value.get(), subject: self.subject });
        value.map_err(|failure| failure.below(&name))
    }
}

#[cfg(test)]
mod tests;
