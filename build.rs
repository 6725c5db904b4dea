//! Writes `include/storeship.h` from the source, and gives the library its name for the loader.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=src/ffi");
    println!("cargo::rerun-if-changed=cbindgen.toml");
    println!("cargo::rerun-if-changed=include/storeship.h");
    header();
    name();
}

/// The header is committed, so that C programs build without Rust; it is written only when it differs.
fn header() {
    let config = cbindgen::Config::from_file("cbindgen.toml").expect("cbindgen.toml can be read");
    let bindings = cbindgen::Builder::new()
        .with_config(config)
        .with_src("src/ffi/functions.rs")
        .with_src("src/ffi/named.rs")
        .generate()
        .expect("the C ABI can be written as a header");
    let mut text = Vec::new();
    bindings.write(&mut text);
    // What Rust calls safety is, for C, simply how to call the function: the sentence stays, the heading goes.
    let text = String::from_utf8(text).expect("the header is UTF-8").replace(" *\n * # Safety\n", "");
    let path = Path::new("include/storeship.h");
    if std::fs::read(path).ok().as_deref() != Some(text.as_bytes()) {
        // A package whose folder is read-only was published with its header.
        let _ = std::fs::create_dir_all("include").and_then(|()| std::fs::write(path, &text));
    }
}

/// Gives the library the name that the loader knows it by, which rustc does not set. The number is that of the ABI: a
/// program that was linked with version 1 never starts with another.
///
/// `nodelete`: each load of the library takes keys of thread-local storage that an unload can't give back, and a process
/// has about a thousand.
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
