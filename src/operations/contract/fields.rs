//! The fields of requests and results, read from the contract, for `library.operations` and the documentation.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Number, Value};

/// A field of a request or a result.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "FieldEntry")]
pub struct Field {
    /// The name; empty for a whole result and for the items of a list.
    pub name: String,
    /// `string`, `integer`, `array of object`, `"pretty" | "compact"`, `any`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether it must be in a request, or always is in a result.
    pub required: bool,
    /// What it is.
    pub summary: String,
    /// The value that holds when the field is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// The smallest number that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum: Option<Number>,
    /// The largest number that is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Number>,
    /// The components of the service's OpenAPI document that describe it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    /// The fields of an object, or of the objects of an array.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
}

/// The fields of an object that the contract describes.
pub(crate) fn fields(contract: &Value, schema: &Value) -> Vec<Field> {
    Reader { contract, open: Vec::new() }.field("", schema).fields
}

/// The fields of an operation's request: the ids, the required ones, the others, the time limits.
pub(crate) fn of_request(contract: &Value, operation: &str) -> Vec<Field> {
    let mut fields = entry(contract, operation, "request").fields;
    fields.sort_by_key(|field| match field.name.as_str() {
        "appId" => (0, 0),
        "appName" => (0, 1),
        "flightId" => (0, 2),
        "flightName" => (0, 3),
        "addOnId" => (0, 4),
        "submissionId" => (0, 5),
        "releasePath" => (0, 6),
        "timeoutSeconds" => (2, 0),
        "retryTimeoutSeconds" => (2, 1),
        _ => (1, i32::from(!field.required)),
    });
    fields
}

/// The result of an operation.
pub(crate) fn of_result(contract: &Value, operation: &str) -> Field {
    Field { required: true, ..entry(contract, operation, "result") }
}

fn entry(contract: &Value, operation: &str, part: &str) -> Field {
    let entries = contract.get("x-operations").and_then(Value::as_array).into_iter().flatten();
    let entry = entries.into_iter().find(|entry| entry.get("name").and_then(Value::as_str) == Some(operation));
    match entry.and_then(|entry| entry.get(part)) {
        Some(schema) => Reader { contract, open: Vec::new() }.field("", schema),
        None => Field::default(),
    }
}

/// Reads schemas of one contract. A type that contains itself is read only once.
struct Reader<'a> {
    contract: &'a Value,
    open: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn field(&mut self, name: &str, schema: &'a Value) -> Field {
        let summary = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let number = |limit: &str| schema.get(limit).and_then(Value::as_number).cloned();
        let mut field = Field {
            name: name.to_owned(),
            summary: summary.to_owned(),
            default: schema.get("default").cloned(),
            minimum: number("minimum"),
            maximum: number("maximum"),
            ..Field::default()
        };
        self.describe(schema, &mut field);
        if field.kind.is_empty() {
            field.kind = "any".to_owned();
        }
        field
    }

    /// Fills in the type, the nested fields and the documents.
    fn describe(&mut self, schema: &'a Value, field: &mut Field) {
        if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
            return self.follow(target, field);
        }
        if let Some(value) = schema.get("const") {
            return add_kind(field, &value.to_string());
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array) {
            return values.iter().for_each(|value| add_kind(field, &value.to_string()));
        }
        let variants = ["oneOf", "anyOf"].iter().find_map(|key| schema.get(*key)).and_then(Value::as_array);
        if let (Some(variants), None) = (variants, schema.get("properties")) {
            return variants
                .iter()
                .filter(|variant| !is_null(variant))
                .for_each(|variant| self.describe(variant, field));
        }
        match type_of(schema) {
            Some("array") => {
                let items = schema.get("items").map(|items| self.field("", items)).unwrap_or_default();
                add_kind(field, &format!("array of {}", if items.kind.is_empty() { "any" } else { &items.kind }));
                field.fields.extend(items.fields);
                field.documents.extend(items.documents);
            }
            Some("object") => {
                let values = schema.get("additionalProperties").filter(|values| values.is_object());
                match values {
                    Some(values) => {
                        let kind = self.field("", values).kind;
                        add_kind(field, &format!("object of {kind}"));
                    }
                    None => add_kind(field, "object"),
                }
                field.fields.extend(self.members(schema));
            }
            Some(name) => add_kind(field, name),
            None => {}
        }
    }

    fn follow(&mut self, target: &'a str, field: &mut Field) {
        if let Some((_, component)) = target.split_once("openapi.json#/components/schemas/") {
            if field.kind.is_empty() {
                add_kind(field, "object");
            }
            return field.documents.push(component.to_owned());
        }
        let definition = self.contract.pointer(target.trim_start_matches('#'));
        match definition {
            Some(definition) if !self.open.contains(&target) => {
                self.open.push(target);
                if field.summary.is_empty() {
                    field.summary = self.field("", definition).summary;
                }
                self.describe(definition, field);
                self.open.pop();
            }
            _ => add_kind(field, "object"),
        }
    }

    fn members(&mut self, schema: &'a Value) -> Vec<Field> {
        let required = schema.get("required").and_then(Value::as_array);
        let mut fields = Vec::new();
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let needed = required.is_some_and(|names| names.iter().any(|field| field == name.as_str()));
            let mut field = Field { required: needed, ..self.field(name, property) };
            // A field that may be left out is null only where its description says so.
            if needed && allows_null(property) && !field.kind.is_empty() {
                field.kind.push_str(" or null");
            }
            fields.push(field);
        }
        fields.sort_by_key(|field| !field.required);
        fields
    }
}

fn add_kind(field: &mut Field, kind: &str) {
    if field.kind.is_empty() {
        field.kind = kind.to_owned();
    } else if field.kind != kind {
        field.kind = format!("{} | {kind}", field.kind);
    }
}

fn allows_null(schema: &Value) -> bool {
    let in_types =
        schema.get("type").and_then(Value::as_array).is_some_and(|types| types.iter().any(|name| name == "null"));
    let in_schemas = schema.get("anyOf").and_then(Value::as_array).is_some_and(|schemas| schemas.iter().any(is_null));
    in_types || in_schemas
}

fn is_null(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("null")
}

/// The type of a schema that may also allow null.
fn type_of(schema: &Value) -> Option<&str> {
    match schema.get("type") {
        Some(Value::String(name)) => Some(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => schema.get("properties").map(|_| "object"),
    }
}
