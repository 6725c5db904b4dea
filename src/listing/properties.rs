//! `submission.json`: the properties of a submission that a folder manages.

use super::body::{Member, Object, below, quoted};
use super::edits::Edits;
use super::fault::{Fault, FaultKind};
use super::folder::TextFile;
use super::layout;
use super::schema::ELSEWHERE;
use crate::document;

/// The members that a new folder of an add-on gets, and its price.
const OF_ADD_ON: [&str; 5] = ["contentType", "keywords", "lifetime", "tag", "visibility"];

/// The name and the text of the file for an add-on; `None` if it has none of the members.
pub(super) fn of_add_on(whole: &Object<'_>) -> Option<(String, String)> {
    let is_set = |value: &&str| !["null", "\"\"", "[]"].contains(value);
    let member = |name: &str, value: &str| format!("  {}: {value}", quoted(name));
    let mut members: Vec<String> = Vec::new();
    for name in OF_ADD_ON {
        members.extend(whole.get(name).filter(is_set).map(|value| member(name, value)));
    }
    // The service refuses `Base`, which it returns for prices that only Partner Center can say.
    let price = whole.object("pricing").and_then(|pricing| pricing.text("priceId"));
    if let Some(price) = price.filter(|price| !price.is_empty() && price != "Base") {
        members.push(member("pricing", &format!("{{\"priceId\": {}}}", quoted(&price))));
    }
    (!members.is_empty()).then(|| (layout::PROPERTIES.to_owned(), format!("{{\n{}\n}}\n", members.join(",\n"))))
}

/// Whether a member is managed elsewhere or set by the service.
pub(super) fn is_elsewhere(name: &str) -> bool {
    ELSEWHERE.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// Makes the edits of the file: objects are merged member by member, everything else is taken as it is.
pub(super) fn edit(file: &TextFile, whole: &Object<'_>, edits: &mut Edits) -> Result<(), Fault> {
    let wanted = Object::of("", &file.text);
    for (name, _) in &wanted.members {
        if is_elsewhere(name) {
            let what = format!("`{name}` is not managed here; remove it");
            return Err(Fault::new(FaultKind::Json, &file.file, what));
        }
    }
    merge(&file.file, &wanted, whole, edits)
}

fn merge(file: &str, wanted: &Object<'_>, object: &Object<'_>, edits: &mut Edits) -> Result<(), Fault> {
    for (name, value) in &wanted.members {
        let (place, old) = match object.find(name) {
            Member::There(name, old) => (below(&object.pointer, &name), Some(old)),
            Member::Missing => (below(&object.pointer, name), None),
            Member::Several => {
                let what = format!("the submission has several members `{name}` that differ in letter case");
                return Err(Fault::new(FaultKind::Twice, file, what));
            }
        };
        match old {
            Some(old) if old.starts_with('{') && value.starts_with('{') => {
                merge(file, &Object::of("", value), &Object::of(place, old), edits)?;
            }
            _ if document::equal(old.unwrap_or("null"), value).unwrap_or(false) => {}
            _ => edits.put(&place, (*value).to_owned(), old),
        }
    }
    Ok(())
}
