//! The crates that are linked into the library and the emulator, from `cargo metadata`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

/// A crate, and the ids of those that it is linked with.
pub(crate) struct Linked<'a> {
    pub(crate) package: &'a Value,
    pub(crate) dependencies: BTreeSet<&'a str>,
}

impl Linked<'_> {
    pub(crate) fn text(&self, name: &str) -> &str {
        self.package[name].as_str().unwrap_or_default()
    }
}

/// The crates on all platforms by id, the library among them: dependencies of tests, build scripts and macros are not.
pub(crate) fn linked(metadata: &Value) -> Result<BTreeMap<&str, Linked<'_>>> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let by_id: BTreeMap<&str, &Value> =
        packages.iter().filter_map(|package| Some((package["id"].as_str()?, package))).collect();
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo metadata resolves nothing")?;
    let by_node: BTreeMap<&str, &Value> = nodes.iter().filter_map(|node| Some((node["id"].as_str()?, node))).collect();
    let root = metadata["resolve"]["root"].as_str().context("cargo metadata has no root")?;

    let (mut found, mut open) = (BTreeMap::new(), vec![root]);
    while let Some(id) = open.pop() {
        if found.contains_key(id) {
            continue;
        }
        let package = by_id.get(id).copied().with_context(|| format!("cargo metadata does not list {id}"))?;
        let mut dependencies = BTreeSet::new();
        for dependency in by_node[id]["deps"].as_array().into_iter().flatten() {
            let kinds = dependency["dep_kinds"].as_array().into_iter().flatten();
            let name = dependency["pkg"].as_str().unwrap_or_default();
            if kinds.into_iter().any(|kind| kind["kind"].is_null()) && !by_id.get(name).is_some_and(|it| is_macro(it)) {
                dependencies.insert(name);
            }
        }
        open.extend(&dependencies);
        found.insert(id, Linked { package, dependencies });
    }
    Ok(found)
}

/// Whether a crate runs only in the compiler.
fn is_macro(package: &Value) -> bool {
    let targets = package["targets"].as_array().into_iter().flatten();
    targets
        .into_iter()
        .any(|target| target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|kind| kind == "proc-macro")))
}
