//! The actions of workflows are pinned to commits: a tag may be moved by its owner.

use std::collections::BTreeMap;
use std::fs;

use crate::root;

#[test]
fn actions_are_pinned_to_a_commit() {
    let mut files = vec![root().join("integrations/github/action.yml")];
    for folder in [".github/workflows", "docs"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        files.extend(entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()));
    }
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let mut wrong = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        for used in lines.filter_map(|line| line.trim_start_matches("- ").strip_prefix("uses: ")) {
            let (action, version) = used.split_once(" # v").unwrap_or((used, ""));
            let (name, hash) = action.split_once('@').unwrap_or((action, ""));
            let pinned = hash.len() == 40 && hash.chars().all(|digit| digit.is_ascii_hexdigit());
            // One action has one version everywhere.
            let one = known.entry(name.to_owned()).or_insert_with(|| used.to_owned()) == used;
            if !pinned || !version.starts_with(|digit: char| digit.is_ascii_digit()) || !one {
                wrong.push(format!("{}: {used}", file.display()));
            }
        }
    }
    assert!(known.len() > 5, "the workflows use {known:?}");
    assert!(wrong.is_empty(), "not pinned to a commit with its version, or to another one elsewhere: {wrong:#?}");
}
