//! The C and C++ examples as Windows programs, on a system that is not Windows.
//!
//! `STORESHIP_TEST_WINDOWS_RUNNER` is a command that runs a Windows program, such as `wine`, and
//! `STORESHIP_TEST_WINDOWS_ARCHIVE` the folder of the unpacked archive for C that `cargo xtask dist` makes. Without the
//! runner there are no such checks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::c::{WARNINGS, arguments, released};
use crate::support::Store;
use crate::tools::{failed, find, run};
use crate::{Check, Outcome, Problem};

const RUNNER: &str = "STORESHIP_TEST_WINDOWS_RUNNER";
const ARCHIVE: &str = "STORESHIP_TEST_WINDOWS_ARCHIVE";

pub(crate) fn checks() -> &'static [Check] {
    const CHECKS: &[Check] = &[
        Check { name: "windows_publish_c99", run: publish_c },
        Check { name: "windows_publish_cpp11", run: publish_cpp },
    ];
    if std::env::var_os(RUNNER).is_some() { CHECKS } else { &[] }
}

fn publish_c() -> Outcome {
    publish("x86_64-w64-mingw32-gcc", "-std=c99", "examples/publish.c")
}

fn publish_cpp() -> Outcome {
    publish("x86_64-w64-mingw32-g++", "-std=c++11", "examples/publish.cpp")
}

fn publish(compiler: &'static str, standard: &str, source: &str) -> Outcome {
    let store = Store::start();
    let program = compile(compiler, standard, source, store.folder.path())?;
    let mut command = Command::new(variable(RUNNER)?);
    let output = run(arguments(command.arg(program), &store)?)?;
    released(&store, &output)
}

/// Builds the program beside the DLL, where Windows looks for it first.
fn compile(compiler: &'static str, standard: &str, source: &str, folder: &Path) -> Result<PathBuf, Problem> {
    let archive = PathBuf::from(variable(ARCHIVE)?);
    fs::copy(archive.join("bin/storeship.dll"), folder.join("storeship.dll")).map_err(failed)?;
    let program = folder.join("program.exe");
    let mut command = Command::new(find(compiler)?);
    // -static for the compiler's own libraries, which are not on the path of Windows.
    command.arg(standard).args(WARNINGS).args(["-O1", "-static", "-I"]).arg(archive.join("include"));
    command
        .arg(archive.join("share/doc/storeship").join(source))
        .arg(archive.join("lib/libstoreship.dll.a"))
        .arg("-o")
        .arg(&program);
    run(&mut command)?;
    Ok(program)
}

fn variable(name: &str) -> Result<std::ffi::OsString, Problem> {
    std::env::var_os(name).ok_or_else(|| failed(format!("{name} is not set")))
}
