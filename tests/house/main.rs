//! The invariants of ARCHITECTURE.md that can be checked by reading the source.

mod csharp;
mod imports;
mod workflows;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its comments and tests, for which the rules do not hold.
struct Source {
    module: String,
    path: PathBuf,
    code: String,
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// All files of the library.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut paths = Vec::new();
    rust_files(&src, &mut paths);
    paths.sort();
    let mut sources = Vec::new();
    for path in paths {
        let relative = path.strip_prefix(&src).unwrap().to_owned();
        if relative.starts_with("bin") || relative == Path::new("lib.rs") || relative.ends_with("tests.rs") {
            continue;
        }
        let module = relative.components().next().unwrap().as_os_str().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let code: String = text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect();
        sources.push(Source { module: module.trim_end_matches(".rs").to_owned(), path: relative, code });
    }
    assert!(sources.len() > 50, "the sources were not found");
    sources
}

/// The files that use one of the words, outside of the allowed modules.
fn offenders(words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !allowed.contains(&source.module.as_str())) {
        for word in words.iter().filter(|word| source.code.contains(**word)) {
            found.push(format!("{}: {word}", source.path.display()));
        }
    }
    found
}

fn nobody(words: &[&str], allowed: &[&str]) {
    let found = offenders(words, allowed);
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn only_ffi_is_unsafe() {
    nobody(&["unsafe ", "unsafe{", "extern \"", "no_mangle", "allow(unsafe_code"], &["ffi"]);
    assert!(!offenders(&["unsafe "], &[]).is_empty(), "the check sees nothing");
}

#[test]
fn only_http_and_the_emulator_reach_the_network() {
    nobody(
        &["reqwest", "TcpStream", "TcpListener", "UdpSocket", "tokio::net", "std::net", "hyper"],
        &["http", "emulator"],
    );
}

#[test]
fn a_blob_request_has_no_bearer() {
    let text = fs::read_to_string(root().join("src/http/blob_request.rs")).unwrap();
    let methods = text.split("impl BlobRequest {").nth(1).unwrap().split("\n}\n").next().unwrap();
    assert!(methods.contains("pub fn header") && !methods.to_lowercase().contains("bearer"));
    // Header names are known at compile time, so data can't set `authorization`; and no code does.
    nobody(&["header(\"authorization\"", "header(\"Authorization\""], &["emulator"]);
}

#[test]
fn only_config_reads_the_environment() {
    nobody(&["env::var", "env::vars", "temp_dir()", "home_dir()"], &["config"]);
}

#[test]
fn nothing_prints() {
    nobody(&["println!", "eprintln!", "print!(", "dbg!(", "stdout()", "stderr()", "tracing::", "log::set"], &[]);
}

/// A file that is opened elsewhere may be a pipe, and waits for ever.
#[test]
fn only_files_opens_files() {
    nobody(
        &["File::open", "File::create", "OpenOptions", "fs::read(", "fs::read_to_string(", "fs::write(", "fs::copy("],
        &["files", "emulator"],
    );
}

#[test]
fn pure_modules_are_pure() {
    for source in
        sources().iter().filter(|source| ["document", "package", "zip", "files"].contains(&source.module.as_str()))
    {
        for word in ["async ", ".await", "tokio", "SystemTime::now", "Instant::now", "Timestamp::now", "reqwest"] {
            assert!(!source.code.contains(word), "{}: {word}", source.path.display());
        }
    }
}

/// Only `document/mod.rs` names the merge, to export it: the other files import from files, not from the module.
#[test]
fn documents_know_no_merge() {
    let merge = Path::new("document/merge");
    let inside = |source: &Source| source.path.starts_with(merge) || source.path == Path::new("document/mod.rs");
    let known = sources();
    assert!(known.iter().any(|source| source.path.starts_with(merge)), "the merge was not found");
    for source in known.iter().filter(|source| source.module == "document" && !inside(source)) {
        for way in ["super::", "crate::document::"] {
            for (at, _) in source.code.match_indices(way) {
                let name = &source.code[at + way.len()..];
                let file = name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.starts_with("merge");
                assert!(file, "{}: {way}{:.20}", source.path.display(), name);
            }
        }
    }
}

#[test]
fn every_export_is_guarded() {
    let functions = fs::read_to_string(root().join("src/ffi/functions.rs")).unwrap();
    for body in functions.split("#[unsafe(no_mangle)]").skip(1) {
        let body = body.split("\n}\n").next().unwrap();
        let name = body.split("fn ").nth(1).unwrap().split('(').next().unwrap();
        let constant = ["storeship_abi_version", "storeship_version", "storeship_string_free"].contains(&name);
        assert!(
            constant || body.contains("guard::respond(") || body.contains("guard::status("),
            "{name} is not guarded"
        );
    }
    let named = include_str!(concat!(env!("OUT_DIR"), "/named.rs"));
    assert!(named.matches("#[unsafe(no_mangle)]").count() > 30, "the functions of the operations were not found");
    for body in named.split("#[unsafe(no_mangle)]").skip(1) {
        assert!(body.contains("unsafe { named(client, \""), "{body}");
    }
}

#[test]
fn product_code_has_no_unfinished_places() {
    nobody(&["todo!(", "unimplemented!("], &[]);
    for source in sources().iter().filter(|source| source.module != "emulator") {
        for word in [".unwrap()", ".expect(", "panic!("] {
            let allowed = source.path == Path::new("config/mod.rs");
            assert!(allowed || !source.code.contains(word), "{}: {word}", source.path.display());
        }
    }
}

#[test]
fn scripts_are_ascii_and_use_no_cmdlet_that_damages_json() {
    let mut scripts = Vec::new();
    for folder in ["powershell", "examples", "tests", "integrations"] {
        scripts_below(&root().join(folder), &mut scripts);
    }
    for path in scripts {
        let text = fs::read(&path).unwrap();
        assert!(text.is_ascii(), "{} is not ASCII", path.display());
        let text = String::from_utf8(text).unwrap();
        let shipped =
            ["powershell/StoreShip", "integrations"].iter().any(|folder| path.starts_with(root().join(folder)));
        for word in ["ConvertTo-Json", "ConvertFrom-Json", "Invoke-RestMethod", "Get-Content", "Set-Content"] {
            assert!(!shipped || !text.contains(word), "{} uses {word}", path.display());
        }
    }
}

fn scripts_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            scripts_below(&path, found);
        } else if path
            .extension()
            .is_some_and(|ending| ["ps1", "psm1", "psd1", "ps1xml"].iter().any(|known| ending == *known))
        {
            found.push(path);
        }
    }
}

/// Outside of Windows the library does not see variables that a script sets, so the module passes each of them on.
#[test]
fn powershell_passes_on_every_variable() {
    let names = |text: &str| -> BTreeSet<String> {
        let quoted = text.split('"').skip(1).step_by(2);
        let is_name = |text: &&str| text.contains('_') && text.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        quoted.filter(is_name).map(str::to_owned).collect()
    };
    let read = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let files = ["credential.rs", "environment.rs", "mod.rs", "proxy.rs"].map(|name| format!("src/config/{name}"));
    let asked: BTreeSet<String> = files.iter().flat_map(|path| names(&read(path))).collect();
    assert!(asked.len() > 15, "{asked:?}");
    assert_eq!(names(&read("powershell/StoreShip/Session/CredentialEnvironment.cs")), asked);
}

#[test]
fn library_info_knows_every_cargo_feature() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let features = manifest.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let names = features.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    // `capi` is a mark for cargo-c, which no code knows.
    let features: BTreeSet<&str> =
        names.map(|(name, _)| name).filter(|name| !["default", "capi"].contains(name)).collect();
    let library = fs::read_to_string(root().join("src/operations/library.rs")).unwrap();
    let listed = library.split("const FEATURES").nth(1).unwrap().split(';').next().unwrap();
    let listed: BTreeSet<&str> =
        listed.split("cfg!(feature = \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(listed.contains("emulator"));
    assert_eq!(listed, features);
}
