//! Finds tools, and runs them with a time limit.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::Problem;

/// The time limit of a command, longer than any check takes on a slow machine. It ends a command that hangs.
pub(crate) const LIMIT: Duration = Duration::from_secs(600);

/// Finds a program on the `PATH`.
pub(crate) fn find(name: &'static str) -> Result<PathBuf, Problem> {
    on_path(name).ok_or_else(|| Problem::Missing(name, format!("{name} is not on the path")))
}

/// A C compiler that takes the options of gcc.
pub(crate) fn c() -> Result<PathBuf, Problem> {
    first("a C compiler", "CC", &["cc", "gcc", "clang"])
}

/// A C++ compiler that takes the options of g++.
pub(crate) fn cpp() -> Result<PathBuf, Problem> {
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
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the library that was built with this program: `deps`. Only `cargo build` puts a copy into its parent.
pub(crate) fn library_folder() -> PathBuf {
    let program = std::env::current_exe().expect("this program has a path");
    program.parent().expect("it is in a folder").to_owned()
}

/// The library.
pub(crate) fn library() -> PathBuf {
    library_folder().join(format!("{}storeship{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// The folder of the library, in which a link has the soname that programs linked with the library load.
pub(crate) fn linked_library_folder() -> Result<PathBuf, Problem> {
    let folder = library_folder();
    #[cfg(target_os = "linux")]
    {
        let name = folder.join("libstoreship.so.1");
        // The link may exist from an earlier run.
        match std::os::unix::fs::symlink("libstoreship.so", &name) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(folder)
}

/// The folder of cargo's output, for files that are too expensive to make for each run.
pub(crate) fn target() -> PathBuf {
    let deps = library_folder();
    let profile = deps.parent().expect("deps is in the folder of a profile");
    profile.parent().expect("which is in target").to_owned()
}

/// Runs a command that must succeed, and returns its stdout and stderr.
pub(crate) fn run(command: &mut Command) -> Result<String, Problem> {
    let (success, output) = finish(command)?;
    if success { Ok(output) } else { Err(Problem::Failed(format!("{}\n{output}", shown(command)))) }
}

/// Runs a command, and returns whether it succeeded, and its stdout and stderr.
pub(crate) fn finish(command: &mut Command) -> Result<(bool, String), Problem> {
    let failed = |what: std::io::Error| Problem::Failed(format!("{}: {what}", shown(command)));
    let (mut reader, writer) = std::io::pipe().map_err(failed)?;
    let other = writer.try_clone().map_err(failed)?;
    let text = shown(command);
    let child = command.stdin(Stdio::null()).stdout(writer).stderr(other).spawn();
    let mut child = Running(child.map_err(|error| Problem::Failed(format!("{text}: {error}")))?);
    // Drops the writing ends of the pipe that the command holds; until then the reading end has no end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let (sender, output) = mpsc::channel();
    std::thread::spawn(move || {
        let mut chunk = [0; 65536];
        // A broken pipe is an end too.
        while let Ok(length @ 1..) = reader.read(&mut chunk) {
            if sender.send(chunk[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    let (began, mut bytes, mut ended) = (Instant::now(), Vec::new(), false);
    loop {
        match output.recv_timeout(Duration::from_millis(100)) {
            Ok(chunk) => bytes.extend(chunk),
            Err(RecvTimeoutError::Disconnected) => break,
            // A process that the command left running holds the pipe open.
            Err(RecvTimeoutError::Timeout) if ended => break,
            Err(RecvTimeoutError::Timeout) => ended = matches!(child.0.try_wait(), Ok(Some(_))),
        }
        if began.elapsed() > LIMIT {
            let so_far = String::from_utf8_lossy(&bytes);
            return Err(Problem::Failed(format!("{text}: did not end in {} seconds\n{so_far}", LIMIT.as_secs())));
        }
    }
    let status = child.0.wait().map_err(|error| Problem::Failed(format!("{text}: {error}")))?;
    Ok((status.success(), String::from_utf8_lossy(&bytes).into_owned() + &how(status)))
}

fn how(status: std::process::ExitStatus) -> String {
    if status.success() { String::new() } else { format!("\n{status}") }
}

/// A process that does not outlive its owner.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // The process may have ended already.
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

/// Fails with this text if the condition is false.
pub(crate) fn ensure(holds: bool, text: impl Into<String>) -> Result<(), Problem> {
    if holds { Ok(()) } else { Err(Problem::Failed(text.into())) }
}

/// The failure of a step of the test program itself.
pub(crate) fn failed(error: impl std::fmt::Display) -> Problem {
    Problem::Failed(error.to_string())
}
