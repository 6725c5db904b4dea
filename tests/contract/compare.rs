//! Compares two versions of the contract: finds the changes that break a program written for the old one.
//!
//! A request of the old contract must still be accepted, so that its fields may only take more. A result of the new
//! contract must still be readable, so that its fields may only be narrower, and everything that was there is there.
//! New operations, optional fields, codes, events and values of enumerations are allowed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// The changes that break a program written for the old contract, one line each.
pub(crate) fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison { old, new, open: Vec::new(), found: Vec::new() };
    comparison.all();
    comparison.found
}

/// The direction in which the values of a schema are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// From the program to the library: requests and the configuration.
    Input,
    /// From the library to the program: results, `meta`, events and errors.
    Output,
}

struct Comparison<'a> {
    old: &'a Value,
    new: &'a Value,
    /// The definitions that are being compared, since a type may contain itself.
    open: Vec<(String, String)>,
    found: Vec<String>,
}

impl<'a> Comparison<'a> {
    fn all(&mut self) {
        if self.old["x-abi-version"] != self.new["x-abi-version"] {
            self.found.push("the ABI version changed".to_owned());
        }
        self.rows("x-statuses", "name", &["value"]);
        self.rows("x-errors", "code", &["class"]);
        self.rows("x-guards", "id", &["name"]);
        self.rows("x-operations", "name", &["function", "offline"]);
        for operation in list(&self.old["x-operations"]) {
            let Some(now) = row(&self.new["x-operations"], "name", &operation["name"]) else { continue };
            let name = text(&operation["name"]);
            for event in list(&operation["events"]) {
                if !list(&now["events"]).contains(event) {
                    self.found.push(format!("{name} does not send the event {event} any more"));
                }
            }
            self.schema(&format!("{name} request"), &operation["request"], &now["request"], Direction::Input);
            for part in ["result", "meta", "error"] {
                self.schema(&format!("{name} {part}"), &operation[part], &now[part], Direction::Output);
            }
        }
        self.definition("Event", Direction::Output);
        self.definition("Success", Direction::Output);
        self.definition("Failure", Direction::Output);
        self.schema("the configuration", &self.old["x-client-config"], &self.new["x-client-config"], Direction::Input);
    }

    /// Each row of a table is still there, and its columns are the same.
    fn rows(&mut self, table: &str, key: &str, columns: &[&str]) {
        for old in list(&self.old[table]) {
            let name = text(&old[key]);
            match row(&self.new[table], key, &old[key]) {
                None => self.found.push(format!("{name} of {table} vanished")),
                Some(new) => {
                    for column in columns.iter().filter(|column| old[**column] != new[**column]) {
                        self.found
                            .push(format!("{name} of {table}: {column} was {} and is {}", old[*column], new[*column]));
                    }
                }
            }
        }
    }

    fn definition(&mut self, name: &str, direction: Direction) {
        let (old, new) = (&self.old["$defs"][name], &self.new["$defs"][name]);
        if !old.is_null() {
            self.schema(name, old, new, direction);
        }
    }

    fn schema(&mut self, at: &str, old: &'a Value, new: &'a Value, direction: Direction) {
        let pair = (text(&old["$ref"]).to_owned(), text(&new["$ref"]).to_owned());
        if !pair.0.is_empty() && self.open.contains(&pair) {
            return;
        }
        self.open.push(pair);
        let (was, is) = (Shape::of(self.old, old), Shape::of(self.new, new));
        self.shapes(at, &was, &is, direction);
        self.open.pop();
    }

    fn shapes(&mut self, at: &str, was: &Shape<'a>, is: &Shape<'a>, direction: Direction) {
        let (narrow, wide) = match direction {
            Direction::Input => (was, is),
            Direction::Output => (is, was),
        };
        if !narrow.types.iter().all(|name| wide.takes(name)) {
            self.found.push(format!("{at} changed its type from {:?} to {:?}", was.types, is.types));
            return;
        }
        if !narrow.documents.is_subset(&wide.documents) && !wide.types.contains("any") {
            self.found.push(format!("{at} was one of {:?} and is one of {:?}", was.documents, is.documents));
        }
        self.values(at, was, is, direction);
        self.members(at, was, is, direction);
        if direction == Direction::Input {
            self.limits(at, was, is);
        }
        for (tag, variant) in &was.tagged {
            match is.tagged.get(tag) {
                Some(now) => self.schema(&format!("{at} {tag}"), variant, now, direction),
                None => self.found.push(format!("{at} {tag} vanished")),
            }
        }
        for (part, was, is) in [("[]", was.items, is.items), (".*", was.map, is.map)] {
            if let (Some(was), Some(is)) = (was, is) {
                self.schema(&format!("{at}{part}"), was, is, direction);
            }
        }
    }

    /// The values of an enumeration. New ones are allowed both ways, as the contract says.
    fn values(&mut self, at: &str, was: &Shape, is: &Shape, direction: Direction) {
        for value in was.values.difference(&is.values) {
            if !is.values.is_empty() || direction == Direction::Output {
                self.found.push(format!("{at} lost the value {value}"));
            }
        }
        if was.values.is_empty() && !is.values.is_empty() && direction == Direction::Input {
            self.found.push(format!("{at} takes certain values only"));
        }
    }

    fn members(&mut self, at: &str, was: &Shape<'a>, is: &Shape<'a>, direction: Direction) {
        for (name, old) in &was.members {
            let at = format!("{at}/{name}");
            match is.members.get(name) {
                Some(new) => self.schema(&at, old, new, direction),
                None if is.takes("any") && direction == Direction::Input => {}
                None => self.found.push(format!("{at} vanished")),
            }
        }
        let (more, fewer, what) = match direction {
            Direction::Input => (&is.required, &was.required, "became required"),
            Direction::Output => (&was.required, &is.required, "may be absent now"),
        };
        for name in more.difference(fewer) {
            // One that vanished was named before.
            if direction == Direction::Input || is.members.contains_key(name) {
                self.found.push(format!("{at}/{name} {what}"));
            }
        }
        if direction == Direction::Input {
            for rule in was.rules.symmetric_difference(&is.rules) {
                self.found.push(format!("{at} changed which fields go together: {rule}"));
            }
        }
    }

    fn limits(&mut self, at: &str, was: &Shape, is: &Shape) {
        for (name, limit) in &is.limits {
            let kept = match (was.limits.get(name), *name) {
                (Some(old), "minimum" | "minLength" | "minItems") => limit.as_f64() <= old.as_f64(),
                (Some(old), "maximum" | "maxLength" | "maxItems") => limit.as_f64() >= old.as_f64(),
                (Some(old), _) => limit == old,
                (None, _) => false,
            };
            if !kept && *name != "default" {
                self.found.push(format!("{at} has a stricter {name}: {limit}"));
            }
        }
        let [before, now] = [was, is].map(|shape| shape.limits.get("default").copied());
        if let Some(before) = before.filter(|before| now != Some(*before)) {
            let now = now.unwrap_or(&Value::Null);
            self.found.push(format!("{at} changed its default from {before} to {now}"));
        }
    }
}

/// What a schema says, with its references followed.
#[derive(Default)]
struct Shape<'a> {
    /// `any` when the schema has no type.
    types: BTreeSet<&'a str>,
    values: BTreeSet<String>,
    /// References into another document.
    documents: BTreeSet<&'a str>,
    members: BTreeMap<&'a str, &'a Value>,
    required: BTreeSet<&'a str>,
    /// The rules about fields that exclude or need each other, as text.
    rules: BTreeSet<String>,
    items: Option<&'a Value>,
    map: Option<&'a Value>,
    /// Variants by the value of their member `type`.
    tagged: BTreeMap<&'a str, &'a Value>,
    limits: BTreeMap<&'static str, &'a Value>,
}

const LIMITS: [&str; 8] =
    ["minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern", "default"];

impl<'a> Shape<'a> {
    fn of(contract: &'a Value, schema: &'a Value) -> Shape<'a> {
        let mut shape = Shape::default();
        shape.gather(contract, schema, 0);
        if shape.types.is_empty() && shape.documents.is_empty() && shape.values.is_empty() && shape.tagged.is_empty() {
            shape.types.insert("any");
        }
        shape
    }

    fn gather(&mut self, contract: &'a Value, schema: &'a Value, depth: usize) {
        assert!(depth < 20, "the schema {schema} does not end");
        for name in LIMITS {
            if let Some(limit) = schema.get(name) {
                self.limits.entry(name).or_insert(limit);
            }
        }
        match text(&schema["$ref"]) {
            "" => {}
            target if target.starts_with('#') => {
                let definition = contract.pointer(&target[1..]);
                self.gather(contract, definition.unwrap_or_else(|| panic!("{target} leads nowhere")), depth + 1);
            }
            target => {
                self.documents.insert(target);
            }
        }
        match &schema["type"] {
            Value::String(name) => self.types.extend([name.as_str()]),
            names => self.types.extend(list(names).iter().map(text)),
        }
        self.values.extend(schema.get("const").into_iter().chain(list(&schema["enum"])).map(Value::to_string));
        self.object(contract, schema, depth);
        self.items = self.items.or_else(|| schema.get("items"));
        self.map = self.map.or_else(|| schema.get("additionalProperties").filter(|values| values.is_object()));
    }

    fn object(&mut self, contract: &'a Value, schema: &'a Value, depth: usize) {
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            self.members.insert(name, member);
        }
        self.required.extend(list(&schema["required"]).iter().map(text));
        for variant in list(&schema["oneOf"]).iter().chain(list(&schema["anyOf"])) {
            let tag = text(&variant["properties"]["type"]["const"]);
            if !tag.is_empty() {
                self.tagged.insert(tag, variant);
            } else if variant.get("required").is_some() && variant.get("properties").is_none() {
                self.rules.insert(variant.to_string());
            } else {
                self.gather(contract, variant, depth + 1);
            }
        }
        if let Some(rule) = schema.get("dependentSchemas") {
            self.rules.insert(rule.to_string());
        }
    }

    /// Whether a value of this type fits.
    fn takes(&self, name: &str) -> bool {
        self.types.contains(name) || self.types.contains("any") || (name == "integer" && self.types.contains("number"))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn row<'a>(table: &'a Value, key: &str, name: &Value) -> Option<&'a Value> {
    list(table).iter().find(|row| row[key] == *name)
}

mod tests {
    use serde_json::json;

    use super::*;

    /// A contract with one of everything.
    fn contract() -> Value {
        json!({
            "x-abi-version": 1,
            "x-statuses": [{ "name": "STORESHIP_OK", "value": 0 }, { "name": "STORESHIP_INVALID", "value": 2 }],
            "x-errors": [{ "code": "a.b", "class": 2 }, { "code": "a.c", "class": 2 }],
            "x-guards": [{ "id": "K1", "name": "numbers" }],
            "x-operations": [
                {
                    "name": "thing.make", "function": "storeship_thing_make", "offline": true,
                    "events": ["log", "completed"],
                    "request": { "$ref": "#/$defs/ThingMakeRequest" }, "result": { "$ref": "#/$defs/Thing" },
                    "meta": { "$ref": "#/$defs/Meta" }, "error": { "$ref": "#/$defs/Error" },
                },
                { "name": "thing.drop", "function": "storeship_thing_drop", "offline": false, "events": [],
                  "request": {}, "result": {}, "meta": {}, "error": {} },
            ],
            "$defs": {
                "ThingMakeRequest": {
                    "type": "object",
                    "properties": {
                        "name": { "type": "string" },
                        "count": { "type": ["integer", "null"], "minimum": 1, "maximum": 64, "default": 8 },
                        "style": { "anyOf": [{ "$ref": "#/$defs/Style" }, { "type": "null" }] },
                        "parts": { "type": "array", "items": { "$ref": "#/$defs/Part" } },
                        "notes": { "type": "object", "additionalProperties": { "type": "string" } },
                        "value": { "x-any-json": true },
                        "appId": { "type": "string" },
                        "addOnId": { "type": "string" },
                    },
                    "required": ["name"],
                    "oneOf": [{ "required": ["appId"] }, { "required": ["addOnId"] }],
                },
                "Style": { "oneOf": [{ "const": "plain" }, { "const": "fancy" }] },
                "Part": { "type": "object", "properties": { "path": { "type": "string" } }, "required": ["path"] },
                "Thing": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string" },
                        "size": { "type": "number" },
                        "state": { "type": "string", "enum": ["new", "old"] },
                        "inner": { "type": "array", "items": { "$ref": "#/$defs/Thing" } },
                        "document": { "$ref": "openapi.json#/components/schemas/A" },
                    },
                    "required": ["id", "size"],
                },
                "Meta": { "type": "object", "properties": { "ids": { "type": "array", "items": { "type": "string" } } } },
                "Error": { "type": "object", "properties": { "code": { "type": "string" } }, "required": ["code"] },
                "Event": { "oneOf": [
                    { "type": "object", "properties": { "type": { "const": "log" }, "level": { "enum": ["verbose", "warning"] } }, "required": ["type", "level"] },
                    { "type": "object", "properties": { "type": { "const": "completed" } }, "required": ["type"] },
                ] },
            },
        })
    }

    /// Applies a JSON Patch to the contract, and compares.
    fn after(operations: Value) -> Vec<String> {
        let old = contract();
        let new = storeship::document::patch(&old.to_string(), &operations.to_string()).unwrap();
        breaks(&old, &serde_json::from_str(&new).unwrap())
    }

    #[track_caller]
    fn caught(operations: Value, line: &str) {
        let found = after(operations);
        assert!(found.iter().any(|found| found.contains(line)), "not `{line}` in {found:?}");
    }

    #[track_caller]
    fn passes(operations: Value) {
        let found = after(operations);
        assert!(found.is_empty(), "{found:?}");
    }

    const REQUEST: &str = "/$defs/ThingMakeRequest/properties";
    const RESULT: &str = "/$defs/Thing/properties";

    #[test]
    fn a_contract_agrees_with_itself() {
        assert!(breaks(&contract(), &contract()).is_empty());
    }

    #[test]
    fn what_vanishes_is_caught() {
        let gone = |path: &str| json!([{ "op": "remove", "path": path }]);
        caught(gone("/x-operations/1"), "thing.drop of x-operations vanished");
        caught(gone("/x-errors/0"), "a.b of x-errors vanished");
        caught(gone("/x-statuses/1"), "STORESHIP_INVALID of x-statuses vanished");
        caught(gone("/x-guards/0"), "K1 of x-guards vanished");
        caught(gone("/x-operations/0/events/0"), "does not send the event \"log\"");
        caught(gone("/$defs/Event/oneOf/0"), "Event log vanished");
        caught(gone("/$defs/Event/oneOf/0/properties/level"), "Event log/level vanished");
        caught(gone("/$defs/Event/oneOf/0/properties/level/enum/1"), "Event log/level lost the value \"warning\"");
        caught(gone(&format!("{REQUEST}/count")), "thing.make request/count vanished");
        caught(gone("/$defs/Part/properties/path"), "thing.make request/parts[]/path vanished");
        caught(gone("/$defs/Style/oneOf/1"), "thing.make request/style lost the value \"fancy\"");
        caught(gone(&format!("{RESULT}/size")), "thing.make result/size vanished");
        caught(gone(&format!("{RESULT}/state/enum/0")), "thing.make result/state lost the value \"new\"");
        caught(gone("/$defs/Meta/properties/ids"), "thing.make meta/ids vanished");
        caught(gone("/$defs/Error/properties/code"), "thing.make error/code vanished");
    }

    #[test]
    fn what_changes_is_caught() {
        let set = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]);
        caught(set("/x-abi-version", json!(2)), "the ABI version changed");
        caught(set("/x-statuses/1/value", json!(3)), "STORESHIP_INVALID of x-statuses: value was 2 and is 3");
        caught(set("/x-errors/0/class", json!(3)), "a.b of x-errors: class");
        caught(set("/x-operations/0/function", json!("other")), "thing.make of x-operations: function");
        caught(set("/x-operations/0/offline", json!(false)), "thing.make of x-operations: offline");
        caught(set(&format!("{REQUEST}/name/type"), json!("integer")), "thing.make request/name changed its type");
        caught(set(&format!("{REQUEST}/count/type"), json!("integer")), "thing.make request/count changed its type");
        caught(
            set(&format!("{REQUEST}/value"), json!({ "type": "string" })),
            "thing.make request/value changed its type",
        );
        caught(
            set(&format!("{REQUEST}/notes/additionalProperties/type"), json!("object")),
            "thing.make request/notes.*",
        );
        caught(set(&format!("{REQUEST}/count/default"), json!(4)), "changed its default from 8 to 4");
        caught(set(&format!("{REQUEST}/count/minimum"), json!(2)), "stricter minimum");
        caught(set(&format!("{REQUEST}/count/maximum"), json!(32)), "stricter maximum");
        caught(set(&format!("{REQUEST}/name/pattern"), json!("a")), "stricter pattern");
        caught(set(&format!("{REQUEST}/name/enum"), json!(["a"])), "takes certain values only");
        caught(set(&format!("{RESULT}/id/type"), json!(["string", "null"])), "thing.make result/id changed its type");
        caught(set(&format!("{RESULT}/size/type"), json!("string")), "thing.make result/size changed its type");
        caught(
            set(&format!("{RESULT}/document/$ref"), json!("openapi.json#/components/schemas/B")),
            "thing.make result/document was one of",
        );
        caught(set(&format!("{RESULT}/document"), json!({ "type": "object" })), "thing.make result/document");
    }

    #[test]
    fn what_becomes_required_or_optional_is_caught() {
        let required = |path: &str, names: Value| json!([{ "op": "replace", "path": path, "value": names }]);
        caught(required("/$defs/ThingMakeRequest/required", json!(["name", "count"])), "request/count became required");
        caught(required("/$defs/Thing/required", json!(["id"])), "thing.make result/size may be absent now");
        let new = json!([
            { "op": "add", "path": format!("{REQUEST}/more"), "value": { "type": "string" } },
            { "op": "add", "path": "/$defs/ThingMakeRequest/required/-", "value": "more" },
        ]);
        caught(new, "thing.make request/more became required");
        let rule = json!([{ "op": "remove", "path": "/$defs/ThingMakeRequest/oneOf/0" }]);
        caught(rule, "thing.make request changed which fields go together");
    }

    #[test]
    fn additions_pass() {
        let add = |path: &str, value: Value| json!([{ "op": "add", "path": path, "value": value }]);
        let operation = contract()["x-operations"][1].clone();
        let mut named = operation;
        named["name"] = json!("thing.new");
        passes(add("/x-operations/0", named));
        passes(add("/x-errors/0", json!({ "code": "a.a", "class": 12 })));
        passes(add("/x-statuses/-", json!({ "name": "STORESHIP_NEW", "value": 16 })));
        passes(add("/x-guards/-", json!({ "id": "K2", "name": "new" })));
        passes(add("/x-operations/0/events/-", json!("status")));
        passes(add("/$defs/Event/oneOf/-", json!({ "properties": { "type": { "const": "new" } } })));
        passes(add(&format!("{REQUEST}/more"), json!({ "type": "string" })));
        passes(add(&format!("{REQUEST}/name/type"), json!(["string", "integer"])));
        passes(add(&format!("{REQUEST}/name"), json!({ "x-any-json": true })));
        passes(add(&format!("{REQUEST}/count/maximum"), json!(128)));
        passes(add("/$defs/Style/oneOf/-", json!({ "const": "new" })));
        passes(add(&format!("{RESULT}/more"), json!({ "type": "string" })));
        passes(add(&format!("{RESULT}/size/type"), json!("integer")));
        passes(add(&format!("{RESULT}/state/enum/-"), json!("new one")));
        passes(add("/$defs/Thing/required/-", json!("state")));
        passes(json!([{ "op": "replace", "path": "/$defs/ThingMakeRequest/required", "value": [] }]));
        passes(json!([{ "op": "remove", "path": format!("{REQUEST}/count/maximum") }]));
    }

    /// The name of a definition is no part of the contract.
    #[test]
    fn a_definition_may_change_its_name() {
        passes(json!([
            { "op": "move", "from": "/$defs/Style", "path": "/$defs/Look" },
            { "op": "replace", "path": format!("{REQUEST}/style/anyOf/0/$ref"), "value": "#/$defs/Look" },
        ]));
    }
}
