//! The contract: requests, responses and events as the library, its documentation and its released versions have them.
//!
//! `STORESHIP_UPDATE_GOLDEN=1 cargo test --test contract` writes the golden responses, `contract/storeship.schema.json`,
//! `include/storeship.h` and the generated pages of `docs`. After a change of the operations run it twice: the build
//! makes the header from the schema file, so that the first run writes the schema and the second one the header.

mod compare;
mod csharp;
mod errors;
mod golden;
mod members;
mod pages;
mod release_file;
mod released;
mod remedies;
mod scene;
mod schema;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The header that the build wrote; a test compares it with the committed one.
const HEADER: &str = include_str!(concat!(env!("OUT_DIR"), "/storeship.h"));

fn updating() -> bool {
    std::env::var_os("STORESHIP_UPDATE_GOLDEN").is_some()
}

/// Compares a generated file with the committed one, or writes it when updating.
fn committed(path: &str, text: &str) {
    let path = root().join(path);
    if updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let at = text.lines().zip(found.lines()).position(|(new, old)| new != old);
    assert!(
        found == text,
        "{} is not what the library says from line {} on; write it with STORESHIP_UPDATE_GOLDEN=1",
        path.display(),
        at.unwrap_or_else(|| text.lines().count().min(found.lines().count())) + 1
    );
}

fn read_json(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
