//! The typed results of the C# client, written from the contract into `powershell/StoreShip.Client/Generated`.
//!
//! A class has a property for each member that the contract describes; members of later versions are ignored. Values of
//! any JSON are strings of JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use storeship::operations::contract;

use super::{committed, read_json, root, updating};

/// The operations whose results have classes.
const OPERATIONS: [&str; 13] = [
    "token.check",
    "app.list",
    "app.get",
    "app.flights",
    "flight.get",
    "flight.create",
    "submission.status",
    "submission.wait",
    "package.inspect",
    "package.upload",
    "publish",
    "publish.plan",
    "service.check",
];

const FOLDER: &str = "powershell/StoreShip.Client/Generated";

#[test]
fn the_csharp_results_are_those_of_the_contract() {
    let openapi = read_json("contract/openapi.json");
    let mut generator = Generator { openapi: &openapi, classes: BTreeMap::new(), operations: BTreeMap::new() };
    for name in OPERATIONS {
        let operations = contract().unwrap()["x-operations"].as_array().unwrap();
        let operation = operations.iter().find(|operation| operation["name"] == name).unwrap();
        let (class, schema) = generator.named(&operation["result"]).unwrap();
        generator.operations.entry(class.clone()).or_default().push(name);
        generator.class(class, schema);
    }
    let (class, schema) = generator.named(&contract().unwrap()["$defs"]["Success"]["properties"]["meta"]).unwrap();
    generator.class(class, schema);
    let files: BTreeMap<String, String> = generator.files();
    assert!(files.len() > OPERATIONS.len() / 2, "only {} classes", files.len());
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).unwrap();
    let present: BTreeSet<String> =
        fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    for file in present.iter().filter(|file| !files.contains_key(*file)) {
        assert!(updating(), "{FOLDER}/{file} belongs to no result");
        fs::remove_file(folder.join(file)).unwrap();
    }
    for (file, text) in files {
        committed(&format!("{FOLDER}/{file}"), &text);
    }
}

struct Generator<'a> {
    openapi: &'a Value,
    classes: BTreeMap<String, Class>,
    /// The operations that return a class.
    operations: BTreeMap<String, Vec<&'static str>>,
}

struct Class {
    summary: String,
    properties: Vec<Property>,
}

struct Property {
    /// In JSON.
    name: String,
    kind: String,
    /// The method of `ResultFields` with its type arguments, and what follows the name.
    read: (String, String),
    summary: String,
}

impl<'a> Generator<'a> {
    /// The name and the definition of a schema that is a reference.
    fn named(&self, schema: &Value) -> Option<(String, &'a Value)> {
        let target = schema["$ref"].as_str()?;
        let (_, pointer) = target.split_once('#')?;
        let name = target.rsplit('/').next()?.to_owned();
        let ours = contract().unwrap().pointer(pointer).filter(|_| target.starts_with('#'));
        Some((name, ours.or_else(|| self.openapi.pointer(pointer))?))
    }

    fn class(&mut self, name: String, schema: &'a Value) {
        if self.classes.contains_key(&name) {
            return;
        }
        let class = Class { summary: sentence(&schema["description"]), properties: Vec::new() };
        self.classes.insert(name.clone(), class);
        let mut properties = Vec::new();
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            properties.push(self.property(field, property));
        }
        self.classes.get_mut(&name).unwrap().properties = properties;
    }

    fn property(&mut self, name: &str, schema: &'a Value) -> Property {
        let of = |kind: &str, read: &str| (kind.to_owned(), (read.to_owned(), String::new()));
        let (kind, read) = match self.shape(schema) {
            Shape::Class(class) => (format!("{class}?"), (format!("Object<{class}>"), format!(", {class}.Parse"))),
            Shape::Text => of("string?", "Text"),
            Shape::Integer => of("long?", "Number"),
            Shape::Number => of("double?", "Real"),
            Shape::Flag => of("bool?", "Flag"),
            Shape::Json => of("string?", "Json"),
            Shape::List(item) => match *item {
                Shape::Class(class) => {
                    (format!("IReadOnlyList<{class}>"), (format!("List<{class}>"), format!(", {class}.Parse")))
                }
                Shape::Text => of("IReadOnlyList<string>", "Texts"),
                _ => of("string?", "Json"),
            },
        };
        let summary = match sentence(&schema["description"]) {
            text if text.is_empty() => self.named(schema).map(|(_, schema)| sentence(&schema["description"])),
            text => Some(text),
        };
        let summary = summary.filter(|text| !text.is_empty());
        let summary = summary.unwrap_or_else(|| format!("The member `{name}`, as the service sent it."));
        Property { name: name.to_owned(), kind, read, summary }
    }

    fn shape(&mut self, schema: &'a Value) -> Shape {
        if let Some((name, definition)) = self.named(schema) {
            if definition["properties"].is_object() {
                self.class(name.clone(), definition);
                return Shape::Class(name);
            }
            return self.shape(definition);
        }
        for key in ["oneOf", "anyOf"] {
            let variants = schema[key].as_array().into_iter().flatten();
            let mut variants = variants.filter(|variant| variant["type"] != "null");
            match (variants.next(), variants.next()) {
                (Some(only), None) => return self.shape(only),
                (Some(first), Some(_)) if first["const"].is_string() => return Shape::Text,
                (Some(_), Some(_)) => return Shape::Json,
                _ => {}
            }
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
            kind => kind.as_str(),
        };
        match kind {
            Some("string") => Shape::Text,
            Some("integer") => Shape::Integer,
            Some("number") => Shape::Number,
            Some("boolean") => Shape::Flag,
            Some("array") => Shape::List(Box::new(self.shape(&schema["items"]))),
            _ => Shape::Json,
        }
    }

    fn files(&self) -> BTreeMap<String, String> {
        let file = |(name, class): (&String, &Class)| {
            let operations = self.operations.get(name).map(Vec::as_slice).unwrap_or_default();
            (format!("{name}.cs"), source(name, class, operations))
        };
        self.classes.iter().map(file).collect()
    }
}

enum Shape {
    Class(String),
    Text,
    Integer,
    Number,
    Flag,
    /// Any JSON, as text.
    Json,
    List(Box<Shape>),
}

fn source(name: &str, class: &Class, operations: &[&str]) -> String {
    let lists = class.properties.iter().any(|property| property.kind.starts_with("IReadOnlyList"));
    let using = if lists { "using System.Collections.Generic;\n" } else { "" };
    let mut text = format!(
        "// <auto-generated>\n// Written by `STORESHIP_UPDATE_GOLDEN=1 cargo test --test contract` from the contract.\n\
         // </auto-generated>\n#nullable enable\n\n{using}using StoreShip.Json;\n\nnamespace StoreShip.Results\n{{\n"
    );
    let summary =
        if class.summary.is_empty() { format!("The object `{name}` of the service.") } else { class.summary.clone() };
    text += &doc("    ", "summary", &summary);
    text += &format!("    public sealed class {name}\n    {{\n        private {name}(string json)\n        {{\n");
    text += "            var fields = new ResultFields(json);\n";
    for property in &class.properties {
        let (read, rest) = &property.read;
        text += &format!("            {} = fields.{read}(\"{}\"{rest});\n", pascal(&property.name), property.name);
    }
    text += "        }\n\n";
    for property in &class.properties {
        text += &doc("        ", "summary", &property.summary);
        text += &format!("        public {} {} {{ get; }}\n\n", property.kind, pascal(&property.name));
    }
    let what = match operations {
        [] => "Reads the object.".to_owned(),
        _ => {
            let names: Vec<String> = operations.iter().map(|name| format!("`{name}`")).collect();
            format!("Reads the result of {}.", names.join(", "))
        }
    };
    text += &doc("        ", "summary", &what);
    text += "        /// <param name=\"json\">A JSON object.</param>\n";
    text + &format!("        public static {name} Parse(string json) => new {name}(json);\n    }}\n}}\n")
}

/// A documentation comment in one line or, when it is longer, in lines of at most 120 characters.
fn doc(indent: &str, tag: &str, text: &str) -> String {
    let text = markup(text);
    let line = format!("{indent}/// <{tag}>{text}</{tag}>\n");
    if line.chars().count() <= 121 {
        return line;
    }
    let mut lines = format!("{indent}/// <{tag}>\n{indent}///");
    let mut width = indent.len() + 3;
    for word in text.split_whitespace() {
        if width + 1 + word.chars().count() > 120 {
            lines += &format!("\n{indent}///");
            width = indent.len() + 3;
        }
        lines += &format!(" {word}");
        width += 1 + word.chars().count();
    }
    lines + &format!("\n{indent}/// </{tag}>\n")
}

/// Markdown's code as XML.
fn markup(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("<c>{part}</c>") } else { part.to_owned() }).collect()
}

fn sentence(description: &Value) -> String {
    description.as_str().unwrap_or_default().replace('\n', " ")
}

fn pascal(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}
