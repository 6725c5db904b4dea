//! The members and values by which `submission.json` of a folder is judged are those of the description of the service.

use std::collections::BTreeSet;

use serde_json::Value;
use storeship::listing::{layout, schema};

use super::root;

fn openapi() -> Value {
    serde_json::from_str(&std::fs::read_to_string(root().join("contract/openapi.json")).unwrap()).unwrap()
}

/// A schema, without the reference to it, of a value or of the elements of a list.
fn resolved<'a>(openapi: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(place) = schema["$ref"].as_str().and_then(|place| place.strip_prefix('#')) {
        return resolved(openapi, openapi.pointer(place).unwrap());
    }
    match schema.get("items") {
        Some(items) if items.is_object() => resolved(openapi, items),
        _ => schema,
    }
}

fn names(members: &[&str]) -> BTreeSet<String> {
    members.iter().map(|name| (*name).to_owned()).collect()
}

/// Compares a table with a schema at a path, and with all that is in it.
fn compare(openapi: &Value, schema: &Value, path: &str, table: schema::Members, seen: &mut BTreeSet<String>) {
    let schema = resolved(openapi, schema);
    let known = table.iter().find(|(known, _)| *known == path);
    let properties = schema["properties"].as_object();
    assert_eq!(known.is_some(), properties.is_some(), "{path}");
    let (Some((_, known)), Some(properties)) = (known, properties) else { return };
    seen.insert(path.to_owned());
    let is_own = |name: &&String| !(path.is_empty() && schema::ELSEWHERE.contains(&name.as_str()));
    let expected: BTreeSet<String> = properties.keys().filter(is_own).cloned().collect();
    assert_eq!(names(known), expected, "{path}");
    for name in expected {
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let member = resolved(openapi, &properties[&name]);
        let values = schema::VALUES.iter().find(|(known, _)| *known == path);
        // A list of values is one of the service only if it is closed, and of a value that is no list.
        let is_list = properties[&name].get("items").is_some();
        if let (Some(closed), false) = (member["enum"].as_array(), is_list) {
            let closed: Vec<&str> = closed.iter().filter_map(Value::as_str).collect();
            if let Some((_, values)) = values {
                assert_eq!(names(values), names(&closed), "{path}");
                seen.insert(path.clone());
            } else {
                assert!(name == "packageRolloutStatus", "the values of {path} are not in the table");
            }
        }
        compare(openapi, &properties[&name], &path, table, seen);
    }
}

#[test]
fn members_and_values_are_those_of_the_service() {
    let openapi = openapi();
    let mut seen = BTreeSet::new();
    for (name, table) in [("ApplicationSubmission", schema::APP), ("InAppProductSubmission", schema::ADD_ON)] {
        compare(&openapi, &openapi["components"]["schemas"][name], "", table, &mut seen);
        for (path, _) in table {
            assert!(seen.contains(*path), "{path} is no object of {name}");
        }
    }
    for (path, _) in schema::VALUES {
        assert!(seen.contains(*path), "{path} has no closed list of values");
    }
}

#[test]
fn types_of_images_and_platforms_are_those_of_the_service() {
    let openapi = openapi();
    let schemas = &openapi["components"]["schemas"];
    let strings = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap() };
    let types = strings(&schemas["ImageType"]["x-extensible-enum"]);
    let missing: Vec<&String> = types.iter().filter(|name| !layout::IMAGE_TYPES.contains(&name.as_str())).collect();
    assert_eq!(missing, Vec::<&String>::new());
    let overrides = &schemas["ApplicationListing"]["properties"]["platformOverrides"];
    let platforms: BTreeSet<String> = strings(&overrides["propertyNames"]["enum"]).into_iter().collect();
    assert_eq!(names(layout::PLATFORMS), platforms);
}
