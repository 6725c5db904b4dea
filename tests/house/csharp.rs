//! The facts of the library that the C# sources, and those in Python, repeat: status numbers, error codes, operations, event types.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::root;

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// `UNKNOWN_ID` as `UnknownId`.
fn pascal_case(name: &str) -> String {
    name.split('_').map(|word| word[..1].to_owned() + &word[1..].to_lowercase()).collect()
}

/// The statuses of the header by their name in C#.
fn statuses() -> BTreeMap<String, u32> {
    let header = read("include/storeship.h");
    let defined = header.lines().filter_map(|line| line.strip_prefix("#define STORESHIP_")?.split_once(' '));
    defined
        .filter(|(name, _)| *name != "H")
        .map(|(name, number)| (pascal_case(name), number.parse().unwrap()))
        .collect()
}

#[test]
fn the_statuses_are_those_of_the_header() {
    let text = read("powershell/StoreShip.Client/StoreStatus.cs");
    let members = text.lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "));
    let members: BTreeMap<String, u32> =
        members.map(|(name, number)| (name.to_owned(), number.parse().unwrap())).collect();
    assert!(members.len() > 12, "{members:?}");
    assert_eq!(members, statuses());
}

#[test]
fn the_statuses_of_python_are_those_of_the_header() {
    let text = read("python/storeship/_status.py");
    let members = text.lines().filter_map(|line| line.strip_prefix("    ")?.split_once(" = "));
    let members: BTreeMap<String, u32> =
        members.map(|(name, number)| (pascal_case(name), number.parse().unwrap())).collect();
    assert_eq!(members, statuses());
}

/// The members of an enum in C# or Rust source.
fn members<'a>(text: &'a str, before: &str) -> BTreeSet<&'a str> {
    let body = text.split(before).nth(1).unwrap().split("\n}").next().unwrap();
    let body = body.split("\n    }\n").next().unwrap();
    let depth = body.lines().filter(|line| line.contains("///")).map(|line| line.find('/').unwrap()).min().unwrap();
    let first = |line: &'a str| line.get(depth..)?.split([',', ' ']).next();
    let names = body.lines().filter_map(first);
    names.filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).collect()
}

#[test]
fn event_types_and_levels_are_those_of_the_library() {
    let (rust, csharp) = (read("src/events.rs"), read("powershell/StoreShip.Client/StoreEvent.cs"));
    let events = rust.split("pub enum Event {").nth(1).unwrap().split("\n}").next().unwrap();
    let is_name = |line: &&str| line.starts_with("    ") && line.as_bytes()[4].is_ascii_uppercase();
    let mut events: BTreeSet<&str> = events
        .lines()
        .filter(|line| line.len() > 4)
        .filter(is_name)
        .map(|line| line[4..].trim_end_matches(" {"))
        .collect();
    assert!(events.contains("Progress"), "{events:?}");
    // The last event of a job, and one that the assembly does not know.
    events.extend(["Completed", "Other"]);
    assert_eq!(members(&csharp, "enum StoreEventKind\n    {"), events);
    assert_eq!(members(&csharp, "enum StoreEventLevel\n    {"), members(&rust, "pub enum Level {"));
}

/// The C# files that are shipped.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "cs") {
            found.push(path);
        }
    }
}

/// Strings of a line without escapes, each with what stands before it.
fn strings(line: &str) -> Vec<(&str, &str)> {
    let quotes: Vec<usize> = line.match_indices('"').map(|(at, _)| at).collect();
    quotes.chunks_exact(2).map(|pair| (&line[..pair[0]], &line[pair[0] + 1..pair[1]])).collect()
}

/// The codes of `docs/errors.md` with their class. Another test compares that page with the table.
fn codes() -> BTreeMap<String, u32> {
    let text = read("docs/errors.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    rows.map(|(code, rest)| (code.to_owned(), rest.split(' ').next().unwrap().parse().unwrap())).collect()
}

#[test]
fn every_code_of_csharp_is_in_the_table_with_its_class() {
    let (codes, statuses) = (codes(), statuses());
    let operations: BTreeSet<String> = fs::read_dir(root().join("tests/contract/operations"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let mut paths = Vec::new();
    files(&root().join("powershell"), &mut paths);
    let mut known = BTreeSet::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let mut status = None;
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if let Some((_, after)) = line.split_once("StoreStatus.") {
                status = after.split(|c: char| !c.is_ascii_alphanumeric()).next();
            }
            for (before, name) in strings(line) {
                let dotted = name.contains('.') && name.split('.').all(|word| !word.is_empty());
                if !dotted || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.') {
                    continue;
                }
                let library = [".dll", ".so", ".dylib", ".exe"].iter().any(|ending| name.ends_with(ending));
                if library || operations.contains(name) {
                    continue;
                }
                let class = codes.get(name).unwrap_or_else(|| panic!("{}: {name} is no code", path.display()));
                known.insert(name.to_owned());
                // An argument of an exception, beside the status or on the lines below it.
                let argument = before.trim_end().ends_with(',') || before.contains(" ? ") || before.trim().is_empty();
                if let Some(status) = status.filter(|_| argument) {
                    assert_eq!(statuses[status], *class, "{}: {status}, {name}", path.display());
                }
            }
            if line.contains(';') {
                status = None;
            }
        }
    }
    assert!(known.contains("client.closed") && known.contains("file.unreadable"), "{known:?}");
}
