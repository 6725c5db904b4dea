//! The shared library and its header.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::tools::{ensure, failed, find, library, root, run};
use crate::{Outcome, Problem};

const HEADER: &str = "include/storeship.h";

fn linux() -> Outcome {
    if cfg!(target_os = "linux") {
        return Ok(());
    }
    Err(Problem::Missing("an ELF library", "the check reads one, and this system has others".to_owned()))
}

pub(crate) fn the_library_exports_what_the_header_says() -> Outcome {
    linux()?;
    let mut nm = Command::new(find("nm")?);
    let output = run(nm.args(["-D", "--defined-only"]).arg(library()))?;
    let exported: BTreeSet<&str> = output.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    let header = fs::read_to_string(root().join(HEADER)).map_err(failed)?;
    let declared = declared(&header);
    ensure(declared.len() > 40, format!("only {} functions were found in the header", declared.len()))?;
    ensure(
        exported == declared,
        format!(
            "exported but not declared: {:?}\ndeclared but not exported: {:?}",
            exported.difference(&declared).collect::<Vec<_>>(),
            declared.difference(&exported).collect::<Vec<_>>()
        ),
    )
}

/// The names of the functions that the header declares: the words before a parenthesis outside of comments.
fn declared(header: &str) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    let mut comment = false;
    for line in header.lines() {
        comment = comment || line.starts_with("/*");
        if !comment && let Some((before, _)) = line.split_once('(') {
            let start = before.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
            names.extend(Some(&before[start..]).filter(|name| name.starts_with("storeship_")));
        }
        comment = comment && !line.contains("*/");
    }
    names
}

pub(crate) fn the_library_has_its_soname() -> Outcome {
    linux()?;
    let output = run(Command::new(find("readelf")?).arg("-d").arg(library()))?;
    ensure(output.contains("Library soname: [libstoreship.so.1]"), output)
}
