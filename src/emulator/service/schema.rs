//! Checks the body of a PUT against a schema, and merges it into the stored document.
//!
//! Types, lengths and enumerations must be right. Member names match in any letter case; unknown and read-only members
//! are ignored, as the service does.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::error::{ServiceError, invalid};
use crate::emulator::clock::parse_date;
use crate::emulator::json::Json;
use crate::emulator::options::{Options, SameName};
use crate::emulator::request::Request;
use crate::emulator::switches::{Name, Switches};

/// What a member may hold.
#[derive(Debug)]
pub(super) enum Schema {
    Bool,
    Integer,
    /// A number that the service sends with a decimal point: `0.0`.
    Float,
    /// A string of at most this many UTF-16 code units; 0 is no limit.
    Text(usize),
    /// Like `Text`, or null.
    TextOrNull(usize),
    /// An ISO 8601 date; the empty string is "not set".
    Date,
    Enum(&'static [&'static str]),
    /// A price: `Base`, `NotAvailable`, `Free` or `TierN`.
    Tier,
    Any,
    /// An array of at most this many items; 0 is no limit.
    List(&'static Schema, usize),
    OrNull(&'static Schema),
    /// Like `OrNull`, but null, like a missing member, keeps the stored value.
    Kept(&'static Schema),
    Map(MapKeys, &'static Schema),
    Object(&'static [Field]),
    /// Entries that name files in the ZIP.
    FileList(&'static FileList),
}

/// The member names that a map may have.
#[derive(Debug)]
pub(super) enum MapKeys {
    Language,
    Market,
    OneOf(&'static [&'static str]),
}

/// A member of an object.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) schema: Schema,
    pub(super) read_only: bool,
    /// The value as JSON text if a PUT leaves the member out. `None`: the document has no such member then.
    pub(super) default: Option<&'static str>,
}

/// A list of packages or images. An entry of a PUT stands for the stored entry with its id, or else with its name.
#[derive(Debug)]
pub(super) struct FileList {
    pub(super) fields: &'static [Field],
    pub(super) kind: FileKind,
    /// The `target` of errors.
    pub(super) target: &'static str,
}

/// What a PUT has to say about the files of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileKind {
    /// Every package has to be listed again.
    Package,
    /// An image that is left out stays. One that was uploaded has to come with its id, and a new one needs no status.
    Image,
}

/// How lenient a merge is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    unknown_values: bool,
    same_name: SameName,
    pub(super) switches: Switches,
}

impl Rules {
    pub(super) fn of(options: &Options) -> Rules {
        Rules { unknown_values: options.unknown_values, same_name: options.same_name, switches: options.switches }
    }
}

/// A place in the body, and the rules of the merge.
#[derive(Clone, Debug)]
struct Place {
    /// For error messages: `listings.en-us.baseListing.images[0]`.
    path: String,
    rules: Rules,
}

impl Place {
    fn member(&self, name: &str) -> Place {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        Place { path, rules: self.rules }
    }

    fn item(&self, index: usize) -> Place {
        Place { path: format!("{}[{index}]", self.path), rules: self.rules }
    }

    /// An error whose target is the top-level member.
    fn error<T>(&self, message: impl std::fmt::Display) -> Result<T, ServiceError> {
        let target = self.path.split(['.', '[']).next().unwrap_or_default();
        Err(invalid(target, format!("{}: {message}", self.path)))
    }

    /// The name of the innermost member as the service's messages write it: `ShortDescription`.
    fn property(&self) -> String {
        let name = self.path.rsplit('.').next().unwrap_or_default();
        let name = name.split('[').next().unwrap_or_default();
        let (first, rest) = name.split_at(name.len().min(1));
        first.to_ascii_uppercase() + rest
    }

    /// Whether the member of an object can't be changed although the answer is 200.
    fn loses(&self, name: &str) -> bool {
        name == "title" && self.path.ends_with(".baseListing") && self.rules.switches.value(Name::Titles) == "lost"
    }

    /// Whether a value that the emulator does not know is accepted here: the service sent it, or the rules allow any.
    fn allows_unknown(&self, sent: &Json, stored: Option<&Json>) -> bool {
        self.rules.unknown_values || stored == Some(sent)
    }
}

/// The document that is stored after a PUT of `sent` over `stored`.
pub(super) fn merge(fields: &'static [Field], sent: &Json, stored: &Json, rules: Rules) -> Result<Json, ServiceError> {
    accept(&Schema::Object(fields), sent, Some(stored), &Place { path: String::new(), rules })
}

/// Checks `sent` and gives the value to store in place of `stored`.
fn accept(schema: &Schema, sent: &Json, stored: Option<&Json>, at: &Place) -> Result<Json, ServiceError> {
    match (schema, sent) {
        (Schema::Any, _) | (Schema::Bool, Json::Bool(_)) | (Schema::TextOrNull(_) | Schema::OrNull(_), Json::Null) => {
            Ok(sent.clone())
        }
        (Schema::Kept(_), Json::Null) => Ok(stored.cloned().unwrap_or(Json::Null)),
        (Schema::OrNull(inner) | Schema::Kept(inner), _) => accept(inner, sent, stored, at),
        (Schema::Integer, Json::Number(raw)) if raw.parse::<i64>().is_ok() => Ok(sent.clone()),
        (Schema::Float, Json::Number(raw)) => Ok(Json::Number(float_text(raw))),
        (Schema::Text(limit) | Schema::TextOrNull(limit), Json::Text(_)) => {
            let Some(text) = sent.as_text() else {
                return at.error("the string is not valid Unicode");
            };
            if is_long(*limit, &text) {
                return at.error(too_long(at, *limit));
            }
            Ok(sent.clone())
        }
        (Schema::Date, Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if text.is_empty() || parse_date(&text).is_some() {
                return Ok(sent.clone());
            }
            at.error(format_args!("'{text}' is not an ISO 8601 date"))
        }
        (Schema::Enum(values), Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if values.contains(&text.as_str()) || at.allows_unknown(sent, stored) {
                return Ok(sent.clone());
            }
            at.error(format_args!("'{text}' is not one of {}", values.join(", ")))
        }
        (Schema::Tier, Json::Text(_)) => {
            let text = sent.as_text().unwrap_or_default();
            if is_tier(&text) || at.allows_unknown(sent, stored) {
                return Ok(sent.clone());
            }
            at.error(format_args!("'{text}' is not a price tier"))
        }
        (Schema::List(inner, limit), Json::Array(items)) => {
            if *limit > 0 && items.len() > *limit {
                return at.error(too_many(at, *limit));
            }
            let mut out = Vec::with_capacity(items.len());
            let by_id = stored.map(by_id).unwrap_or_default();
            for (index, item) in items.iter().enumerate() {
                out.push(accept(inner, item, counterpart(item, index, stored, &by_id), &at.item(index))?);
            }
            Ok(Json::Array(out))
        }
        (Schema::Map(keys, inner), Json::Object(members)) => accept_map(keys, inner, members, stored, at),
        (Schema::Object(fields), Json::Object(members)) => accept_object(fields, members, stored, at),
        (Schema::FileList(files), Json::Array(items)) => accept_files(files, items, stored, at),
        _ => at.error(format_args!("expected {}, found {}", expected_type(schema), sent.type_name())),
    }
}

fn is_long(limit: usize, text: &str) -> bool {
    limit > 0 && text.encode_utf16().count() > limit
}

/// What the service says of a text that is too long.
fn too_long(at: &Place, limit: usize) -> String {
    format!("The length of {} must be {limit} or less", at.property())
}

/// What the service says of a list that has too many items.
fn too_many(at: &Place, limit: usize) -> String {
    format!("The size of {} must be {limit} or less", at.property())
}

/// Refuses texts and lists that are longer than a PUT may have them.
pub(super) fn check_lengths(fields: &'static [Field], document: &Json, rules: Rules) -> Result<(), ServiceError> {
    lengths(&Schema::Object(fields), document, &Place { path: String::new(), rules })
}

fn lengths(schema: &Schema, value: &Json, at: &Place) -> Result<(), ServiceError> {
    match (schema, value) {
        (Schema::Text(limit) | Schema::TextOrNull(limit), Json::Text(_)) => match value.as_text() {
            Some(text) if is_long(*limit, &text) => at.error(too_long(at, *limit)),
            _ => Ok(()),
        },
        (Schema::OrNull(inner) | Schema::Kept(inner), _) => lengths(inner, value, at),
        (Schema::List(_, limit), Json::Array(items)) if *limit > 0 && items.len() > *limit => {
            at.error(too_many(at, *limit))
        }
        (Schema::List(inner, _), _) => {
            let mut items = value.items().iter().enumerate();
            items.try_for_each(|(index, item)| lengths(inner, item, &at.item(index)))
        }
        (Schema::Map(_, inner), _) => {
            value.members().iter().try_for_each(|(name, member)| lengths(inner, member, &at.member(name)))
        }
        (Schema::Object(fields), _) => fields.iter().filter(|field| !field.read_only).try_for_each(|field| {
            value.get(field.name).map_or(Ok(()), |member| lengths(&field.schema, member, &at.member(field.name)))
        }),
        (Schema::FileList(files), _) => {
            let object = Schema::Object(files.fields);
            let mut items = value.items().iter().enumerate();
            items.try_for_each(|(index, item)| lengths(&object, item, &at.item(index)))
        }
        _ => Ok(()),
    }
}

fn expected_type(schema: &Schema) -> &'static str {
    match schema {
        Schema::Bool => "a boolean",
        Schema::Integer => "an integer",
        Schema::Float => "a number",
        Schema::Text(_) | Schema::Enum(_) | Schema::Tier => "a string",
        Schema::Date => "a date string",
        Schema::TextOrNull(_) => "a string or null",
        Schema::List(..) | Schema::FileList(_) => "an array",
        Schema::OrNull(inner) | Schema::Kept(inner) => expected_type(inner),
        Schema::Map(..) | Schema::Object(_) => "an object",
        Schema::Any => "a value",
    }
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

/// A number as the service writes floats, with a decimal point.
pub(super) fn float_text(raw: &str) -> String {
    if raw.contains(['.', 'e', 'E']) { raw.to_owned() } else { format!("{raw}.0") }
}

/// The stored item that an item of a PUT stands for: the one with its id; for a string, an equal one; or, if neither has
/// an id, the one at its index.
fn counterpart<'a>(
    item: &Json,
    index: usize,
    stored: Option<&'a Json>,
    by_id: &HashMap<String, &'a Json>,
) -> Option<&'a Json> {
    match item.get("id").and_then(Json::as_text) {
        Some(id) => by_id.get(&id).copied(),
        None if matches!(item, Json::Text(_)) => stored?.items().iter().find(|other| *other == item),
        None => stored?.items().get(index).filter(|other| other.get("id").is_none()),
    }
}

/// The items of a list by their id, the first of several.
fn by_id(list: &Json) -> HashMap<String, &Json> {
    list.items().iter().rev().map(|item| (item.text_of("id"), item)).collect()
}

/// The position of each name in lower case; of several with one name, of the one that counts.
fn ignoring_case(members: &[(String, Json)], which: SameName) -> HashMap<String, usize> {
    let places = members.iter().enumerate().map(|(at, (name, _))| (name.to_ascii_lowercase(), at));
    match which {
        SameName::Last => places.collect(),
        SameName::First => places.rev().collect(),
    }
}

fn accept_map(
    keys: &MapKeys,
    inner: &Schema,
    members: &[(String, Json)],
    stored: Option<&Json>,
    at: &Place,
) -> Result<Json, ServiceError> {
    let mut out: Vec<(String, Json)> = Vec::with_capacity(members.len());
    let before = stored.map_or(&[][..], Json::members);
    let places = ignoring_case(before, SameName::First);
    let mut taken: HashSet<&str> = HashSet::new();
    for (name, value) in members {
        let before = places.get(&name.to_ascii_lowercase()).map(|&at| &before[at]);
        let right = match keys {
            MapKeys::Language => !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            MapKeys::Market => name.len() == 2 && name.bytes().all(|b| b.is_ascii_alphabetic()),
            MapKeys::OneOf(names) => names.contains(&name.as_str()) || at.rules.unknown_values || before.is_some(),
        };
        if !right {
            return at.error(format_args!("'{name}' is not a possible key"));
        }
        let key = before.map_or(name, |(key, _)| key);
        if !taken.insert(key) {
            return at.error(format_args!("'{name}' is there twice"));
        }
        out.push((key.clone(), accept(inner, value, before.map(|(_, value)| value), &at.member(name))?));
    }
    // Stored keys keep their order, so that a document that is sent back unchanged stays the same text.
    let place: HashMap<&str, usize> = before.iter().enumerate().map(|(at, (name, _))| (name.as_str(), at)).collect();
    out.sort_by_key(|(name, _)| place.get(name.as_str()).copied().unwrap_or(usize::MAX));
    Ok(Json::Object(out))
}

fn accept_object(
    fields: &[Field],
    members: &[(String, Json)],
    stored: Option<&Json>,
    at: &Place,
) -> Result<Json, ServiceError> {
    let before = stored.map_or(&[][..], Json::members);
    let places = ignoring_case(members, at.rules.same_name);
    let sent = |name: &str| places.get(&name.to_ascii_lowercase()).map(|&at| &members[at].1);
    let mut out: Vec<(String, Json)> = Vec::new();
    for (name, value) in before {
        if at.loses(name) || fields.iter().any(|field| field.name == name && field.read_only) {
            out.push((name.clone(), value.clone()));
        } else if let Some(sent) = sent(name) {
            // A member that the schema does not know was loaded with the state: its new value is stored unchecked.
            let value = match fields.iter().find(|field| field.name == name) {
                Some(field) => accept(&field.schema, sent, Some(value), &at.member(name))?,
                None => sent.clone(),
            };
            out.push((name.clone(), value));
        } else if let Some(field) = fields.iter().find(|field| field.name == name)
            && let Some(value) = accept_omission(field, value, &at.member(name))?
        {
            out.push((name.clone(), value));
        }
    }
    for (index, field) in fields.iter().enumerate() {
        if out.iter().any(|(name, _)| name == field.name) {
            continue;
        }
        let value = match (sent(field.name), field.default) {
            (Some(_), None) if at.loses(field.name) => Json::Null,
            (Some(value), _) if !field.read_only => accept(&field.schema, value, None, &at.member(field.name))?,
            (_, Some(default)) => Json::literal(default),
            _ => continue,
        };
        let earlier = |(name, _): &(String, Json)| fields[..index].iter().any(|field| field.name == name);
        let place = out.iter().rposition(earlier).map_or(0, |place| place + 1);
        out.insert(place, (field.name.to_owned(), value));
    }
    Ok(Json::Object(out))
}

/// The value of a stored member that a PUT leaves out; `None` removes it.
fn accept_omission(field: &Field, stored: &Json, at: &Place) -> Result<Option<Json>, ServiceError> {
    match &field.schema {
        Schema::FileList(files) => accept_files(files, &[], Some(stored), at).map(Some),
        Schema::Kept(_) => Ok(Some(stored.clone())),
        _ => Ok(field.default.map(Json::literal)),
    }
}

fn accept_files(files: &FileList, items: &[Json], stored: Option<&Json>, at: &Place) -> Result<Json, ServiceError> {
    let before = stored.map_or(&[][..], Json::items);
    let matches = match_files(files, items, before, at.rules.same_name)?;
    let switches = at.rules.switches;
    let is_image = files.kind == FileKind::Image;
    let loses = |name| is_image && switches.value(name) == "lost";
    let mut out: Vec<(Option<usize>, Json)> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let old = matches[index].map(|old| &before[old]);
        let item = with_status(files, item, old, at.rules.same_name);
        let mut new = accept(&Schema::Object(files.fields), &item, old, &at.item(index))?;
        check_file_status(files, &new, old, &at.item(index))?;
        if let Some(old) = old.filter(|old| loses(Name::Captions) && old.text_of("fileStatus") == "Uploaded") {
            match old.get("description") {
                Some(caption) => new.set("description", caption.clone()),
                None => _ = new.remove("description"),
            }
        }
        out.push((matches[index], new));
    }
    if loses(Name::ImageOrder) {
        out.sort_by_key(|(old, _)| old.unwrap_or(usize::MAX));
    }
    let mut out: Vec<Json> = out.into_iter().map(|(_, new)| new).collect();
    // A file that was never uploaded may be left out.
    let matched: HashSet<usize> = matches.iter().flatten().copied().collect();
    let omitted = (0..before.len()).filter(|old| !matched.contains(old)).map(|old| &before[old]);
    let omitted: Vec<&Json> = omitted.filter(|old| old.text_of("fileStatus") != "PendingUpload").collect();
    if files.kind == FileKind::Package && !omitted.is_empty() {
        let ids: Vec<String> = omitted.iter().map(|old| old.text_of("id")).collect();
        let message = format!(
            "Please keep all file entries for existing packages. \nIf you wish to remove a package, mark it as \
             PendingDelete. The following packages are missing in your update: {}",
            ids.join(", ")
        );
        return Err(invalid(files.target, message));
    }
    if !is_image || switches.value(Name::OmittedImages) == "stay" {
        out.extend(omitted.into_iter().cloned());
    }
    Ok(Json::Array(out))
}

/// An image without a status gets the one that it has, or PendingUpload if it is new, as in the examples of the service's
/// documentation.
fn with_status<'a>(files: &FileList, item: &'a Json, old: Option<&Json>, which: SameName) -> Cow<'a, Json> {
    if files.kind != FileKind::Image || item.get_ignore_case("fileStatus", which).is_some() {
        return Cow::Borrowed(item);
    }
    // One that comes without its id, too, is new, even if there is one with its name.
    let old = old.filter(|_| item.get_ignore_case("id", which).is_some());
    let status = old.and_then(|old| old.get("fileStatus")).cloned().unwrap_or_else(|| Json::text("PendingUpload"));
    let mut item = item.clone();
    item.set("fileStatus", status);
    Cow::Owned(item)
}

/// The index of the stored entry that each entry of a PUT stands for: by id first, then by name among the rest.
fn match_files(
    files: &FileList,
    items: &[Json],
    before: &[Json],
    which: SameName,
) -> Result<Vec<Option<usize>>, ServiceError> {
    let text = |item: &Json, name: &str| item.get_ignore_case(name, which).and_then(Json::as_text).unwrap_or_default();
    let mut matches: Vec<Option<usize>> = vec![None; items.len()];
    let mut taken = vec![false; before.len()];
    let ids: HashMap<String, usize> =
        before.iter().enumerate().rev().map(|(at, old)| (old.text_of("id"), at)).collect();
    for (index, item) in items.iter().enumerate() {
        let id = text(item, "id");
        if id.is_empty() {
            continue;
        }
        match ids.get(&id) {
            Some(&old) if !taken[old] => {
                taken[old] = true;
                matches[index] = Some(old);
            }
            Some(_) => return Err(invalid(files.target, format!("The id {id} is there twice"))),
            None => return Err(invalid(files.target, format!("There is no file with the id {id}"))),
        }
    }
    // The rest by name, the first last.
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for old in (0..before.len()).rev().filter(|&old| !taken[old]) {
        names.entry(before[old].text_of("fileName")).or_default().push(old);
    }
    for (index, item) in items.iter().enumerate() {
        if text(item, "id").is_empty() {
            let name = text(item, "fileName");
            let old = names.get_mut(&name).and_then(Vec::pop);
            let exists = files.kind == FileKind::Image && old.is_some_and(|old| !before[old].text_of("id").is_empty());
            if exists && !matches!(text(item, "fileStatus").as_str(), "" | "PendingUpload") {
                return Err(invalid(files.target, format!("Existing Image {name} should contain Id")));
            }
            matches[index] = old;
        }
    }
    Ok(matches)
}

/// Checks the name and the status of an entry after a PUT; `old` is the entry before it.
fn check_file_status(files: &FileList, new: &Json, old: Option<&Json>, at: &Place) -> Result<(), ServiceError> {
    let (name, status) = (new.text_of("fileName"), new.text_of("fileStatus"));
    let old_status = old.map(|old| old.text_of("fileStatus")).unwrap_or_default();
    if name.is_empty() {
        return Err(invalid(files.target, format!("{}: fileName is missing", at.path)));
    }
    let message = match (old_status.as_str(), status.as_str()) {
        (_, "PendingUpload") => return Ok(()),
        ("", "Uploaded" | "PendingDelete") => {
            format!("'{name}' is {status} but was never uploaded; a new file is PendingUpload")
        }
        ("PendingUpload", "Uploaded" | "PendingDelete") => {
            format!("'{name}' is PendingUpload and cannot become {status}; leave it out")
        }
        ("" | "PendingUpload", _) => format!("'{name}': fileStatus is missing"),
        _ => return Ok(()),
    };
    Err(invalid(files.target, message))
}

/// The body of a request, which must be a JSON object.
pub(super) fn parse_body(request: &Request) -> Result<Json, ServiceError> {
    match request.json() {
        Ok(object @ Json::Object(_)) => Ok(object),
        Ok(other) => Err(invalid("body", format!("The body is {}, not an object", other.type_name()))),
        Err(message) => Err(invalid("body", message)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, FileKind, FileList, MapKeys, Rules, Schema, merge};
    use crate::document::steps::assert_linear;
    use crate::emulator::json;
    use crate::emulator::options::Options;

    static FILE: [Field; 2] = [
        Field { name: "id", schema: Schema::Text(0), read_only: false, default: None },
        Field { name: "fileName", schema: Schema::Text(0), read_only: false, default: None },
    ];
    static FILES: FileList = FileList { fields: &FILE, kind: FileKind::Image, target: "files" };
    static FIELDS: [Field; 3] = [
        Field { name: "map", schema: Schema::Map(MapKeys::Language, &Schema::Any), read_only: false, default: None },
        Field { name: "list", schema: Schema::List(&Schema::Any, 0), read_only: false, default: None },
        Field { name: "files", schema: Schema::FileList(&FILES), read_only: false, default: None },
    ];

    #[test]
    fn a_put_costs_what_it_holds() {
        let document = |count: usize, status: &str| {
            let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
            let map = list(&|at| format!(r#""x-{at}":1"#));
            let items = list(&|at| format!(r#"{{"id":"{at}","x":1}}"#));
            let files = list(&|at| format!(r#"{{"id":"{at}","fileName":"f{at}","fileStatus":"{status}"}}"#));
            let unknown = list(&|at| format!(r#""u{at}":1"#));
            json::parse(&format!(r#"{{"map":{{{map}}},"list":[{items}],"files":[{files}],{unknown}}}"#)).unwrap()
        };
        let rules = Rules::of(&Options::default());
        assert_linear(500, |n| merge(&FIELDS, &document(n, "Uploaded"), &document(n, "Uploaded"), rules));
    }
}
