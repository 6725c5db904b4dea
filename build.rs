//! Writes the C functions of the operations and the C header to `OUT_DIR`, and gives the library its name for the
//! loader.
//!
//! Both are made from `contract/storeship.schema.json`, which a test writes from the table of operations.

use std::fmt::Write;
use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::Value;

const CONTRACT: &str = "contract/storeship.schema.json";

fn main() {
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed={CONTRACT}");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let named = folder.join("named.rs");
    let contract = contract();
    fs::write(folder.join("contract.deflate"), compressed(&contract)).expect("OUT_DIR can be written");
    fs::write(&named, functions(&contract)).expect("OUT_DIR can be written");
    fs::write(folder.join("storeship.h"), header(&named)).expect("OUT_DIR can be written");
    name();
}

fn contract() -> Value {
    let text = fs::read_to_string(CONTRACT).expect("the contract can be read");
    serde_json::from_str(&text).unwrap_or_else(|error| {
        panic!(
            "{CONTRACT} is not JSON: {error}. After a merge take either side's file, then write it anew with \
             STORESHIP_UPDATE_GOLDEN=1 cargo test --test contract"
        )
    })
}

/// The contract for a library that does not make it.
fn compressed(contract: &Value) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(contract.to_string().as_bytes()).expect("a vector can be written");
    encoder.finish().expect("a vector can be written")
}

/// The text of the C header. `include/storeship.h` is a committed copy of it, so that C programs build without Rust.
fn header(named: &PathBuf) -> String {
    let config = cbindgen::Config::from_file("cbindgen.toml").expect("cbindgen.toml can be read");
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src("src/ffi/status.rs")
        .with_src("src/ffi/functions.rs")
        .with_src(named)
        .generate()
        .expect("the C ABI can be written as a header");
    let mut text = Vec::new();
    bindings.write(&mut text);
    // The text under `# Safety` describes the arguments, so C programmers get it without the heading.
    String::from_utf8(text).expect("the header is UTF-8").replace(" *\n * # Safety\n", "")
}

/// The Rust code of a C function for each operation, in the order of the table. Its comment shows the request and the
/// result in the form of [`brief`].
fn functions(contract: &Value) -> String {
    let mut code = String::new();
    for operation in contract["x-operations"].as_array().expect("the contract lists the operations") {
        let [name, function, summary] = ["name", "function", "summary"].map(|key| text(&operation[key]));
        let long = if operation["long"] == true { " Long: run it as a job." } else { "" };
        let request = brief(contract, &operation["request"], &mut Vec::new());
        let result = brief(contract, &operation["result"], &mut Vec::new());
        let mut comment = format!("`{name}`: {summary}.{long}\n");
        comment += &wrapped(&format!("Request: {request}"));
        comment += &wrapped(&format!("Result: {}", if result.is_empty() { "any JSON value" } else { &result }));
        let comment: String = comment.lines().map(|line| format!("/// {line}\n")).collect();
        write!(
            code,
            "\n{comment}///\n/// # Safety\n/// Parameters and status as in storeship_call.\n#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn {function}(\n    \
             client: storeship_client,\n    request: *const c_char,\n    response: *mut *mut c_char,\n) -> i32 {{\n    \
             // SAFETY: the caller's promise, handed on.\n    unsafe {{ named(client, \"{name}\", request, response) }}\n}}\n"
        )
        .expect("a string can be written");
    }
    code
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A schema in one line: `{files: [{path, name?}], blockBytes?}`. A question mark marks a field that may be absent.
fn brief<'a>(contract: &'a Value, schema: &'a Value, open: &mut Vec<&'a str>) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        if let Some((_, component)) = target.split_once("openapi.json#/components/schemas/") {
            return component.to_owned();
        }
        if target == "#/$defs/Error" {
            return "an error".to_owned();
        }
        if open.contains(&target) {
            return "{...}".to_owned();
        }
        open.push(target);
        let schema =
            contract.pointer(target.trim_start_matches('#')).expect("references of the contract lead somewhere");
        let text = brief(contract, schema, open);
        open.pop();
        return text;
    }
    if let Some(members) = schema["properties"].as_object() {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let (mut ids, mut first, mut rest) = (Vec::new(), Vec::new(), Vec::new());
        // Every request takes `timeoutSeconds`; the introduction of the header says so once.
        for (name, member) in members.iter().filter(|(name, _)| *name != "timeoutSeconds") {
            let shape = brief(contract, member, open);
            let shape = if shape.is_empty() { shape } else { format!(": {shape}") };
            let needed = required.iter().any(|field| field == name.as_str());
            let field = format!("{name}{}{shape}", if needed { "" } else { "?" });
            match (member["x-id"] == true, needed) {
                (true, _) => ids.push(field),
                (_, true) => first.push(field),
                _ => rest.push(field),
            }
        }
        return format!("{{{}}}", [ids, first, rest].concat().join(", "));
    }
    if schema["items"].is_object() {
        let item = brief(contract, &schema["items"], open);
        return format!("[{}]", if item.is_empty() { text(&schema["items"]["type"]) } else { &item });
    }
    let variants = schema["anyOf"].as_array().into_iter().flatten();
    let shapes: Vec<String> =
        variants.map(|variant| brief(contract, variant, open)).filter(|shape| !shape.is_empty()).collect();
    shapes.join(" or ")
}

/// Wraps a paragraph to lines of at most 96 bytes; all lines but the first are indented.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut width = 0;
    for word in paragraph.split_whitespace() {
        if width > 0 && width + word.len() + 1 > 96 {
            text += "\n  ";
            width = 2;
        } else if width > 0 {
            text += " ";
            width += 1;
        }
        text += word;
        width += word.len();
    }
    text + "\n"
}

/// Sets the soname (install name on macOS), which rustc does not set. The 1 in it is the ABI version: a program that
/// was linked with version 1 never loads another.
///
/// `nodelete` keeps the library loaded: each load takes keys of thread-local storage that an unload can't give back,
/// and a process has about a thousand.
fn name() {
    let system = std::env::var("CARGO_CFG_TARGET_OS").unwrap_or_default();
    match system.as_str() {
        "linux" | "freebsd" | "android" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libstoreship.so.1");
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
        "macos" => {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libstoreship.dylib");
            println!("cargo::rustc-cdylib-link-arg=-Wl,-compatibility_version,1,-current_version,1");
        }
        _ => {}
    }
}
