//! `package.write` leaves every file alone but its output.

use std::fs;

use serde_json::{Value, json};

use crate::support::{self, Store};

fn write(files: &Value, output: &Value) -> support::Answer {
    support::call(0, "package.write", &json!({ "files": files, "output": output }).to_string())
}

#[test]
fn neither_a_source_nor_a_file_named_partial_is_lost() {
    let store = Store::start();
    let folder = store.folder.path();
    let (output, partial) = (folder.join("out.zip"), folder.join("out.zip.partial"));
    fs::write(&partial, "a source").unwrap();
    write(&json!([{ "path": partial }]), &json!(output)).result();
    assert_eq!(fs::read(&partial).unwrap(), b"a source");
    let archive = fs::read(&output).unwrap();
    assert!(archive.starts_with(b"PK"));

    // The output is a source itself, by another path.
    let other = folder.join(".").join("out.zip.partial");
    let refused = write(&json!([{ "path": partial }]), &json!(other));
    assert_eq!(refused.failure(), (14, "file.unwritable"));
    assert_eq!(refused.json["error"]["details"][0]["pointer"], "/output", "{}", refused.text);
    assert_eq!(fs::read(&partial).unwrap(), b"a source");

    // A failure leaves the output of before and nothing else.
    let missing = write(&json!([{ "path": partial }, { "path": folder.join("none") }]), &json!(output));
    assert_eq!(missing.failure(), (14, "file.not_found"));
    assert_eq!(fs::read(&output).unwrap(), archive);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let store = Store::start();
    let folder = store.folder.path();
    let (kept, output, source) = (folder.join("kept"), folder.join("out.zip"), folder.join("source"));
    fs::write(&kept, "kept").unwrap();
    fs::write(&source, "a source").unwrap();
    for link in [output.clone(), folder.join("out.zip.partial")] {
        std::os::unix::fs::symlink(&kept, link).unwrap();
    }
    write(&json!([{ "path": source }]), &json!(output)).result();
    assert_eq!(fs::read(&kept).unwrap(), b"kept");
    assert!(fs::read(&output).unwrap().starts_with(b"PK"));
    assert!(fs::symlink_metadata(&output).unwrap().is_file());
}
