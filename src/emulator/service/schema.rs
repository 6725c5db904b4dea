//! Takes the body of a PUT: checks types and enumerations, matches member names in any letter case, drops what the
//! service does not know, keeps what only the service may write.

use crate::emulator::json::{self, Json};

/// What a member may hold.
#[derive(Debug)]
pub(crate) enum Kind {
    Bool,
    Integer,
    /// Answered with a decimal point: `0.0`.
    Float,
    /// A string of at most so many UTF-16 units; 0 is no limit.
    Text(usize),
    /// A string or null.
    TextOrNull(usize),
    /// ISO 8601, or empty for "not set".
    Date,
    Enum(&'static [&'static str]),
    /// `Base`, `NotAvailable`, `Free` or `TierN`.
    Tier,
    Any,
    /// At most so many items; 0 is no limit.
    List(&'static Kind, usize),
    OrNull(&'static Kind),
    /// As `OrNull`; null, or nothing, leaves what is stored.
    Kept(&'static Kind),
    Map(Keys, &'static Kind),
    Object(&'static [Field]),
    /// Entries that point into the ZIP; matched with the stored ones by id or name.
    Files(&'static Files),
}

/// What the member names of a map may be.
#[derive(Debug)]
pub(crate) enum Keys {
    Language,
    Market,
    OneOf(&'static [&'static str]),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) read_only: bool,
    /// The value (JSON) when a PUT leaves the member out; `None` leaves it out of the document as well.
    pub(crate) default: Option<&'static str>,
}

/// How a list of files behaves in a PUT.
#[derive(Debug)]
pub(crate) struct Files {
    pub(crate) fields: &'static [Field],
    /// Packages must all be listed again; an image that is left out stays.
    pub(crate) left_out: LeftOut,
    /// The `target` of a refusal.
    pub(crate) target: &'static str,
}

/// What happens to an existing file that a PUT leaves out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LeftOut {
    Refused,
    Kept,
}

/// Why a body is not taken.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) target: String,
    pub(crate) message: String,
}

/// A place in the body, for messages and for `target`.
#[derive(Clone, Debug)]
pub(crate) struct Place(String);

impl Place {
    pub(crate) fn root() -> Place {
        Place(String::new())
    }

    fn member(&self, name: &str) -> Place {
        Place(if self.0.is_empty() { name.to_owned() } else { format!("{}.{name}", self.0) })
    }

    fn item(&self, index: usize) -> Place {
        Place(format!("{}[{index}]", self.0))
    }

    fn refuse<T>(&self, message: impl std::fmt::Display) -> Result<T, Refusal> {
        let target = self.0.split(['.', '[']).next().unwrap_or_default().to_owned();
        Err(Refusal { target, message: format!("{}: {message}", self.0) })
    }
}

/// Checks `sent` against `kind` and gives what is stored then. `stored` is what was there before.
pub(crate) fn accept(kind: &Kind, sent: &Json, stored: Option<&Json>, at: &Place) -> Result<Json, Refusal> {
    match (kind, sent) {
        (Kind::Any, _) | (Kind::Bool, Json::Bool(_)) | (Kind::TextOrNull(_) | Kind::OrNull(_), Json::Null) => {
            Ok(sent.clone())
        }
        (Kind::Kept(_), Json::Null) => Ok(stored.cloned().unwrap_or(Json::Null)),
        (Kind::OrNull(inner) | Kind::Kept(inner), _) => accept(inner, sent, stored, at),
        (Kind::Integer, Json::Number(raw)) if raw.parse::<i64>().is_ok() => Ok(sent.clone()),
        (Kind::Float, Json::Number(raw)) => Ok(Json::Number(with_point(raw))),
        (Kind::Text(limit) | Kind::TextOrNull(limit), Json::Text(_)) => {
            let Some(text) = sent.as_text() else {
                return at.refuse("the string is not valid Unicode");
            };
            if *limit > 0 && text.encode_utf16().count() > *limit {
                return at.refuse(format_args!("longer than {limit} characters"));
            }
            Ok(sent.clone())
        }
        (Kind::Date, Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if text.is_empty() || date(&text).is_some() {
                return Ok(sent.clone());
            }
            at.refuse(format_args!("'{text}' is not an ISO 8601 date"))
        }
        (Kind::Enum(values), Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if values.contains(&text.as_str()) {
                return Ok(sent.clone());
            }
            at.refuse(format_args!("'{text}' is not one of {}", values.join(", ")))
        }
        (Kind::Tier, Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if is_tier(&text) {
                return Ok(sent.clone());
            }
            at.refuse(format_args!("'{text}' is not a price tier"))
        }
        (Kind::List(inner, limit), Json::Array(items)) => {
            if *limit > 0 && items.len() > *limit {
                return at.refuse(format_args!("more than {limit} items"));
            }
            let mut out = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                out.push(accept(inner, item, counterpart(item, index, stored), &at.item(index))?);
            }
            Ok(Json::Array(out))
        }
        (Kind::Map(keys, inner), Json::Object(members)) => accept_map(keys, inner, members, stored, at),
        (Kind::Object(fields), Json::Object(members)) => accept_object(fields, members, stored, at),
        (Kind::Files(files), Json::Array(items)) => accept_files(files, items, stored, at),
        _ => at.refuse(format_args!("expected {}, found {}", wanted(kind), sent.kind())),
    }
}

fn wanted(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "a boolean",
        Kind::Integer => "an integer",
        Kind::Float => "a number",
        Kind::Text(_) | Kind::Enum(_) | Kind::Tier => "a string",
        Kind::Date => "a date string",
        Kind::TextOrNull(_) => "a string or null",
        Kind::List(..) | Kind::Files(_) => "an array",
        Kind::OrNull(inner) | Kind::Kept(inner) => wanted(inner),
        Kind::Map(..) | Kind::Object(_) => "an object",
        Kind::Any => "a value",
    }
}

/// An instant, when the text is one.
pub(crate) fn date(text: &str) -> Option<jiff::Timestamp> {
    text.parse().ok()
}

fn is_tier(text: &str) -> bool {
    match text.strip_prefix("Tier") {
        Some(number) => {
            number.parse::<u32>().is_ok_and(|n| (2..=96).contains(&n) || (1012..=1424).contains(&n))
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        None => matches!(text, "Base" | "NotAvailable" | "Free"),
    }
}

/// A float as the service prints it.
pub(crate) fn with_point(raw: &str) -> String {
    if raw.contains(['.', 'e', 'E']) { raw.to_owned() } else { format!("{raw}.0") }
}

/// The stored item that a sent one stands for: the one with its id, or the one in its place when neither has any.
fn counterpart<'a>(item: &Json, index: usize, stored: Option<&'a Json>) -> Option<&'a Json> {
    let items = stored?.items();
    match item.get("id").and_then(Json::as_text) {
        Some(id) => items.iter().find(|other| other.text_of("id") == id),
        None => items.get(index).filter(|other| other.get("id").is_none()),
    }
}

fn accept_map(
    keys: &Keys,
    inner: &Kind,
    members: &[(String, Json)],
    stored: Option<&Json>,
    at: &Place,
) -> Result<Json, Refusal> {
    let mut out: Vec<(String, Json)> = Vec::with_capacity(members.len());
    for (name, value) in members {
        let right = match keys {
            Keys::Language => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            Keys::Market => name.len() == 2 && name.bytes().all(|b| b.is_ascii_alphabetic()),
            Keys::OneOf(names) => names.contains(&name.as_str()),
        };
        if !right {
            return at.refuse(format_args!("'{name}' is not a possible key"));
        }
        let before = stored.and_then(|map| map.members().iter().find(|(key, _)| key.eq_ignore_ascii_case(name)));
        let key = before.map_or(name, |(key, _)| key);
        if out.iter().any(|(other, _)| other == key) {
            return at.refuse(format_args!("'{name}' is there twice"));
        }
        out.push((key.clone(), accept(inner, value, before.map(|(_, value)| value), &at.member(name))?));
    }
    // What was there keeps its place, so that a document sent back unchanged is answered unchanged.
    if let Some(stored) = stored {
        let place = |name: &str| stored.members().iter().position(|(key, _)| key == name).unwrap_or(usize::MAX);
        out.sort_by_key(|(name, _)| place(name));
    }
    Ok(Json::Object(out))
}

fn accept_object(
    fields: &[Field],
    members: &[(String, Json)],
    stored: Option<&Json>,
    at: &Place,
) -> Result<Json, Refusal> {
    let before = stored.map_or(&[][..], Json::members);
    let mut out: Vec<(String, Json)> = Vec::new();
    for (name, value) in before {
        if fields.iter().any(|field| field.name == name && field.read_only) {
            out.push((name.clone(), value.clone()));
        } else if let Some((_, sent)) = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)) {
            // A member that the emulator does not know but answered is taken back as it comes.
            let value = match fields.iter().find(|field| field.name == name) {
                Some(field) => accept(&field.kind, sent, Some(value), &at.member(name))?,
                None => sent.clone(),
            };
            out.push((name.clone(), value));
        } else if let Some(field) = fields.iter().find(|field| field.name == name)
            && let Some(value) = left_out(field, value, &at.member(name))?
        {
            out.push((name.clone(), value));
        }
    }
    for (index, field) in fields.iter().enumerate() {
        if out.iter().any(|(name, _)| name == field.name) {
            continue;
        }
        let sent = members.iter().find(|(key, _)| key.eq_ignore_ascii_case(field.name));
        let value = match (sent, field.default) {
            (Some((_, value)), _) if !field.read_only => accept(&field.kind, value, None, &at.member(field.name))?,
            (_, Some(default)) => Json::literal(default),
            _ => continue,
        };
        let earlier = |(name, _): &(String, Json)| fields[..index].iter().any(|field| field.name == name);
        let place = out.iter().rposition(earlier).map_or(0, |place| place + 1);
        out.insert(place, (field.name.to_owned(), value));
    }
    Ok(Json::Object(out))
}

/// What becomes of a member that was stored and is not sent.
fn left_out(field: &Field, stored: &Json, at: &Place) -> Result<Option<Json>, Refusal> {
    match &field.kind {
        Kind::Files(files) => accept_files(files, &[], Some(stored), at).map(Some),
        Kind::Kept(_) => Ok(Some(stored.clone())),
        _ => Ok(field.default.map(Json::literal)),
    }
}

fn accept_files(files: &Files, items: &[Json], stored: Option<&Json>, at: &Place) -> Result<Json, Refusal> {
    let before = stored.map_or(&[][..], Json::items);
    let refuse = |message: String| Err(Refusal { target: files.target.to_owned(), message });
    let sent_of = |item: &Json, name: &str| {
        let member = item.members().iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        member.and_then(|(_, value)| value.as_text()).unwrap_or_default()
    };
    // The stored entry of each sent one: by id first, then by name among those that are left.
    let mut matched: Vec<Option<usize>> = vec![None; items.len()];
    for (index, item) in items.iter().enumerate() {
        let id = sent_of(item, "id");
        if id.is_empty() {
            continue;
        }
        match before.iter().position(|old| old.text_of("id") == id) {
            Some(old) if !matched.contains(&Some(old)) => matched[index] = Some(old),
            Some(_) => return refuse(format!("The id {id} is there twice")),
            None => return refuse(format!("There is no file with the id {id}")),
        }
    }
    for (index, item) in items.iter().enumerate() {
        let name = sent_of(item, "fileName");
        if matched[index].is_none() && sent_of(item, "id").is_empty() {
            let free = |old: usize| !matched.contains(&Some(old));
            matched[index] = (0..before.len()).find(|old| free(*old) && before[*old].text_of("fileName") == name);
        }
    }
    let mut out = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let place = at.item(index);
        let old = matched[index].map(|old| &before[old]);
        let taken = accept(&Kind::Object(files.fields), item, old, &place)?;
        let (name, status) = (taken.text_of("fileName"), taken.text_of("fileStatus"));
        let old_status = old.map(|old| old.text_of("fileStatus")).unwrap_or_default();
        if name.is_empty() {
            return refuse(format!("{}: fileName is missing", place.0));
        }
        match (old_status.as_str(), status.as_str()) {
            (_, "PendingUpload") => {}
            ("", "Uploaded" | "PendingDelete") => {
                return refuse(format!("'{name}' is {status} but was never uploaded; a new file is PendingUpload"));
            }
            ("PendingUpload", "Uploaded" | "PendingDelete") => {
                return refuse(format!("'{name}' is PendingUpload and cannot become {status}; leave it out"));
            }
            ("" | "PendingUpload", _) => return refuse(format!("'{name}': fileStatus is missing")),
            _ => {}
        }
        out.push(taken);
    }
    let missing = (0..before.len()).filter(|old| !matched.contains(&Some(*old)));
    let missing: Vec<&Json> =
        missing.map(|old| &before[old]).filter(|old| old.text_of("fileStatus") != "PendingUpload").collect();
    if files.left_out == LeftOut::Refused && !missing.is_empty() {
        let ids: Vec<String> = missing.iter().map(|old| old.text_of("id")).collect();
        return refuse(format!(
            "Please keep all file entries for existing packages. \nIf you wish to remove a package, mark it as \
             PendingDelete. The following packages are missing in your update: {}",
            ids.join(", ")
        ));
    }
    out.extend(missing.into_iter().cloned());
    Ok(Json::Array(out))
}

/// Parses a request body as an object.
pub(crate) fn body(text: &[u8]) -> Result<Json, Refusal> {
    let refuse = |message: String| Refusal { target: "body".to_owned(), message };
    let text = std::str::from_utf8(text).map_err(|_| refuse("The body is not UTF-8".to_owned()))?;
    match json::parse(text) {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(other) => Err(refuse(format!("The body is {}, not an object", other.kind()))),
        Err(message) => Err(refuse(format!("The body is not JSON: {message}"))),
    }
}
