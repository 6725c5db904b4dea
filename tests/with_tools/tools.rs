//! Finding tools and running them, with a limit on how long.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::Problem;

/// Longer than any check takes on a slow machine; it ends a hang.
pub const LIMIT: Duration = Duration::from_secs(300);

/// A program of the path.
pub fn find(name: &'static str) -> Result<PathBuf, Problem> {
    on_path(name).ok_or_else(|| Problem::Missing(name, format!("{name} is not on the path")))
}

/// A C compiler that takes the options of gcc.
pub fn c() -> Result<PathBuf, Problem> {
    first("a C compiler", "CC", &["cc", "gcc", "clang"])
}

/// A C++ compiler that takes the options of g++.
pub fn cpp() -> Result<PathBuf, Problem> {
    first("a C++ compiler", "CXX", &["c++", "g++", "clang++"])
}

fn first(what: &'static str, variable: &str, names: &[&str]) -> Result<PathBuf, Problem> {
    if let Some(named) = std::env::var_os(variable) {
        return Ok(named.into());
    }
    let found = names.iter().find_map(|name| on_path(name));
    found.ok_or_else(|| Problem::Missing(what, format!("none of {} is on the path", names.join(", "))))
}

fn on_path(name: &str) -> Option<PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &[".exe", ".cmd"] } else { &[""] };
    let path = std::env::var_os("PATH")?;
    for folder in std::env::split_paths(&path) {
        for ending in endings {
            let file = folder.join(format!("{name}{ending}"));
            if file.is_file() {
                return Some(file);
            }
        }
    }
    None
}

/// The folder of the package.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the library that was built with this program. Not its parent, where only `cargo build` puts one.
pub fn library_folder() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    program.parent().expect("it is in a folder").to_owned()
}

/// The library.
pub fn library() -> PathBuf {
    library_folder().join(format!("{}storeship{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// The folder of cargo's output, for what is too dear to be made for each run.
pub fn target() -> PathBuf {
    let deps = library_folder();
    let profile = deps.parent().expect("deps is in the folder of a profile");
    profile.parent().expect("which is in target").to_owned()
}

/// Runs a command that must succeed, and gives what it wrote to stdout and stderr.
pub fn run(command: &mut Command) -> Result<String, Problem> {
    let (success, output) = finish(command)?;
    if success { Ok(output) } else { Err(Problem::Failed(format!("{}\n{output}", shown(command)))) }
}

/// Runs a command, and gives whether it succeeded and what it wrote.
pub fn finish(command: &mut Command) -> Result<(bool, String), Problem> {
    let failed = |what: std::io::Error| Problem::Failed(format!("{}: {what}", shown(command)));
    let (mut reader, writer) = std::io::pipe().map_err(failed)?;
    let other = writer.try_clone().map_err(failed)?;
    let text = shown(command);
    let child = command.stdin(Stdio::null()).stdout(writer).stderr(other).spawn();
    let mut child = Running(child.map_err(|error| Problem::Failed(format!("{text}: {error}")))?);
    // The command holds the writing ends, without which the reading end never ends.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (sender, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // A broken pipe is an end too.
        let _ = reader.read_to_end(&mut bytes);
        let _ = sender.send(bytes);
    });
    let Ok(bytes) = output.recv_timeout(LIMIT) else {
        return Err(Problem::Failed(format!("{text}: did not end within {} seconds", LIMIT.as_secs())));
    };
    let status = child.0.wait().map_err(|error| Problem::Failed(format!("{text}: {error}")))?;
    Ok((status.success(), String::from_utf8_lossy(&bytes).into_owned() + &how(status)))
}

fn how(status: std::process::ExitStatus) -> String {
    if status.success() { String::new() } else { format!("\n{status}") }
}

/// A process that does not outlive its owner.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}

/// Fails with the text unless it holds.
pub fn ensure(holds: bool, text: impl Into<String>) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(Problem::Failed(text.into())) }
}

/// An error of this program's own work.
pub fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::Failed(error.to_string())
}
