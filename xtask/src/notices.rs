//! `THIRD-PARTY-NOTICES.txt`: the licences of everything that is linked into the library and the emulator.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::dependencies::{Linked, linked};
use crate::project::Project;
use crate::tools;

const RULE: &str = "--------------------------------------------------------------------------------";

/// Writes the file into a folder, and returns its path.
pub(crate) fn write(project: &Project, folder: &Path) -> Result<PathBuf> {
    let file = folder.join("THIRD-PARTY-NOTICES.txt");
    tools::write(&file, text(project)?)?;
    Ok(file)
}

fn text(project: &Project) -> Result<String> {
    // The crates under each text, and the texts in the order of their first crate.
    let mut crates_of: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let root = &project.metadata["resolve"]["root"];
    for (id, linked) in linked(&project.metadata)? {
        if *root == id {
            continue;
        }
        let name = format!("{} {} ({})", linked.text("name"), linked.text("version"), linked.text("license"));
        for text in licences(project, &linked)? {
            crates_of.entry(text).or_default().push(name.clone());
        }
    }
    let standard = licence(project, "MIT", "The Rust Project Developers")?;
    crates_of.entry(standard).or_default().push("the standard library of Rust (MIT OR Apache-2.0)".to_owned());

    let mut sections: Vec<(Vec<String>, String)> = crates_of
        .into_iter()
        .map(|(text, mut crates)| {
            crates.sort();
            (crates, text)
        })
        .collect();
    sections.sort();
    let mut output = String::from(
        "The library and the emulator of StoreShip contain the following software. A crate that can be had under several\n\
         licences is used under the one that is printed.\n",
    );
    for (crates, text) in sections {
        writeln!(output, "\n{RULE}\n{}\n{RULE}\n\n{}", crates.join("\n"), text.trim())?;
    }
    Ok(output)
}

/// The texts of the licence of a crate: of the MIT licence alone, if there is a choice.
fn licences(project: &Project, linked: &Linked<'_>) -> Result<Vec<String>> {
    let folder = Path::new(linked.text("manifest_path")).parent().context("a crate is in a folder")?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
        let known = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
        if path.is_file() && known.iter().any(|start| name.starts_with(start)) {
            files.push((name, path));
        }
    }
    files.sort();
    let expression = linked.text("license");
    let choice = expression.contains(" OR ") || expression.contains('/');
    if choice && expression.contains("MIT") && files.iter().any(|(name, _)| name.contains("MIT")) {
        files.retain(|(name, _)| name.contains("MIT") || name.starts_with("NOTICE"));
    }
    if files.is_empty() {
        let authors = linked.package["authors"].as_array().into_iter().flatten();
        let authors: Vec<&str> = authors.filter_map(|author| author.as_str()).collect();
        let holder =
            if authors.is_empty() { format!("the authors of {}", linked.text("name")) } else { authors.join(", ") };
        return Ok(vec![licence(project, chosen(expression), &holder)?]);
    }
    files.iter().map(|(_, path)| Ok(tools::read_text(path)?.replace("\r\n", "\n").trim().to_owned())).collect()
}

/// The licence of an expression under which a crate is used whose package has no text.
fn chosen(expression: &str) -> &str {
    let words = || expression.split([' ', '/', '(', ')']);
    if words().any(|word| word == "MIT") { "MIT" } else { words().find(|word| !word.is_empty()).unwrap_or(expression) }
}

/// The text of a licence, for a crate whose package does not have it.
fn licence(project: &Project, name: &str, holder: &str) -> Result<String> {
    let path = project.root.join("xtask/licences").join(format!("{name}.txt"));
    let text = tools::read_text(&path).context("a crate without a licence text; its text is needed in this folder")?;
    Ok(text.replace("<holder>", holder).trim().to_owned())
}
