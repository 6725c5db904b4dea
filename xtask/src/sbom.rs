//! The bill of materials, in the format CycloneDX 1.5.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};

use crate::archive::rfc3339;
use crate::dependencies::{Linked, linked};
use crate::dist::Dist;
use crate::{sums, tools};

pub(crate) fn write(dist: &Dist) -> Result<()> {
    let project = &dist.project;
    let checksums = checksums(&tools::read_text(&project.root.join("Cargo.lock"))?);
    let linked = linked(&project.metadata)?;
    let root = project.metadata["resolve"]["root"].as_str().unwrap_or_default();
    let (mut main, mut components, mut dependencies) = (Value::Null, Vec::new(), Vec::new());
    for (id, one) in &linked {
        let component = component(one, &checksums);
        if *id == root {
            main = component;
        } else {
            components.push(component);
        }
        let on: Vec<String> = one.dependencies.iter().filter_map(|id| linked.get(id)).map(reference).collect();
        dependencies.push(json!({ "ref": reference(one), "dependsOn": on }));
    }
    let mut document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": rfc3339(project.archives.time),
            "tools": { "components": [{ "type": "application", "name": "cargo xtask dist" }] },
            "component": main,
        },
        "components": components,
        "dependencies": dependencies,
    });
    // The number follows from the content, so that the same content has the same one.
    document["serialNumber"] = uuid(&sums::sha256(document.to_string().as_bytes())).into();
    let path = dist.output(format!("storeship-{}.cdx.json", project.version));
    tools::write(&path, serde_json::to_string_pretty(&document)? + "\n")
}

fn component(linked: &Linked<'_>, checksums: &BTreeMap<(String, String), String>) -> Value {
    let (name, version) = (linked.text("name"), linked.text("version"));
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(linked),
        "name": name,
        "version": version,
        "purl": reference(linked),
        "scope": "required",
        "licenses": [{ "expression": linked.text("license").replace('/', " OR ") }],
    });
    if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if !linked.text("description").is_empty() {
        component["description"] = linked.text("description").trim().into();
    }
    component
}

/// The package URL of a crate.
fn reference(linked: &Linked<'_>) -> String {
    format!("pkg:cargo/{}@{}", linked.text("name"), linked.text("version"))
}

/// The checksums of the crates in a `Cargo.lock`, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    for package in lock.split("[[package]]") {
        let value = |key: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(&format!("{key} = \"")))?;
            Some(line.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(checksum)) = (value("name"), value("version"), value("checksum")) {
            found.insert((name, version), checksum);
        }
    }
    found
}

/// A UUID of version 8, whose bits are free, from hexadecimal digits.
fn uuid(digits: &str) -> String {
    format!(
        "urn:uuid:{}-{}-8{}-8{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..32]
    )
}
