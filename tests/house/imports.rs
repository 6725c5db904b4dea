//! Which file imports which: arrows point one way, and no two files import each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::sources;

/// The modules from the top layer down: a module may import the modules after it.
const ORDER: &[&str] = &[
    "ffi",
    "operations",
    "publish",
    "preview",
    "check",
    "listing",
    "store",
    "upload",
    "client",
    "auth",
    "http",
    "config",
    "events",
    "input",
    "blocking",
    "text",
    "error",
    "document",
    "package",
    "zip",
    "files",
    "wildcard",
];

/// Files of the first module import nothing of the other modules, unless they are in one of them.
const APART: &[(&str, &[&str])] = &[
    ("emulator::entra", &["emulator::service", "emulator::blob"]),
    ("emulator::blob", &["emulator::service", "emulator::entra"]),
    ("document", &["document::merge"]),
];

/// The files of the library, by module path, with the files that each of them imports.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let sources = sources();
    let name = |source: &crate::Source| {
        let path = source.path.with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_str().unwrap()).filter(|part| *part != "mod").collect();
        parts.join("::")
    };
    let modules: BTreeSet<String> = sources.iter().map(name).collect();
    let files = sources.iter().map(|source| {
        let from = name(source);
        let named = paths(&source.code).into_iter().filter_map(|path| resolve(&from, &path, &modules));
        // A folder's mod.rs hands on what its files have.
        let imported = named.filter(|to| *to != from && !to.starts_with(&format!("{from}::"))).collect();
        (from, imported)
    });
    files.collect()
}

/// The file that a path beginning with `crate`, `self` or `super` leads to.
fn resolve(from: &str, path: &str, modules: &BTreeSet<String>) -> Option<String> {
    let mut full: Vec<&str> = from.split("::").collect();
    for part in path.split("::") {
        match part {
            "crate" => full.clear(),
            "self" => {}
            "super" => _ = full.pop(),
            part => full.push(part),
        }
    }
    while !full.is_empty() {
        let module = full.join("::");
        if modules.contains(&module) {
            return Some(module);
        }
        full.pop();
    }
    None
}

/// All paths of the code that begin with `crate`, `self` or `super`; a list in braces is several.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for start in ["crate::", "self::", "super::"] {
        for (at, _) in code.match_indices(start) {
            // `super::super::x` is one path, and `$crate` or `myself` is none.
            if !code[..at].ends_with(|c: char| c.is_alphanumeric() || "_:$".contains(c)) {
                expand("", &code[at..], &mut found);
            }
        }
    }
    found
}

/// Adds the paths at the start of the code, each after the prefix; returns the rest of the code.
fn expand<'a>(prefix: &str, code: &'a str, found: &mut Vec<String>) -> &'a str {
    let end = code.find(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').unwrap_or(code.len());
    let path = format!("{prefix}{}", &code[..end]);
    let Some(list) = code[end..].strip_prefix('{') else {
        found.push(path);
        return &code[end..];
    };
    let mut rest = list.trim_start();
    while !rest.is_empty() && !rest.starts_with('}') {
        rest = expand(&path, rest, found);
        // Past `as Name`, a comma, and the end of the line.
        rest = rest[rest.find([',', '}']).unwrap_or(rest.len())..].trim_start_matches(',').trim_start();
    }
    rest.strip_prefix('}').unwrap_or(rest)
}

fn room(module: &str) -> &str {
    module.split("::").next().unwrap()
}

fn is_in(module: &str, room: &str) -> bool {
    module.strip_prefix(room).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[test]
fn arrows_point_one_way() {
    let place = |module: &str| {
        let at = ORDER.iter().position(|known| *known == room(module));
        at.unwrap_or_else(|| panic!("{module} has no place in ORDER"))
    };
    for (file, imported) in imports().iter().filter(|(file, _)| room(file) != "emulator") {
        for other in imported {
            assert!(place(other) >= place(file), "{file} imports {other}, which is above it");
        }
    }
}

#[test]
fn the_emulator_knows_no_client() {
    for (file, imported) in imports().iter().filter(|(file, _)| room(file) == "emulator") {
        for other in imported {
            assert!(["document", "package", "zip", "emulator"].contains(&room(other)), "{file} imports {other}");
        }
    }
}

#[test]
fn modules_within_a_module_are_apart() {
    let imports = imports();
    for room in APART.iter().flat_map(|(room, others)| others.iter().chain([room])) {
        assert!(imports.keys().any(|file| is_in(file, room)), "there is no {room}");
    }
    for (file, imported) in imports {
        for (room, others) in APART.iter().filter(|(room, _)| is_in(&file, room)) {
            for other in others.iter().filter(|other| !is_in(&file, other)) {
                let found = imported.iter().find(|imported| is_in(imported, other));
                assert_eq!(found, None, "{file} is in {room}");
            }
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let imports = imports();
    let reach: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|file| (file.as_str(), reachable(file, &imports))).collect();
    for (file, others) in &reach {
        let circle: Vec<&str> = others.iter().copied().filter(|other| reach[other].contains(file)).collect();
        assert!(circle.is_empty(), "these files import each other: {circle:?}");
    }
}

/// The files that a file imports, and those that they import, and so on.
fn reachable<'a>(file: &'a str, imports: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let (mut found, mut next) = (BTreeSet::new(), vec![file]);
    while let Some(file) = next.pop() {
        next.extend(imports[file].iter().map(String::as_str).filter(|other| found.insert(*other)));
    }
    found
}

#[test]
fn the_paths_of_an_import_are_found() {
    let code = "use crate::a::{self, b::{C, d}, e as f};\nlet x: $crate::no = super::super::g::H::new();";
    let mut found = paths(code);
    found.sort();
    assert_eq!(found, ["crate::a::b::C", "crate::a::b::d", "crate::a::e", "crate::a::self", "super::super::g::H::new"]);
}
