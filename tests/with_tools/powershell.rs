//! The module, tested by its own tests: PowerShell's with Pester, and those of the .NET client in C#.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::tools::{self, ensure, failed, find, library, root, run};
use crate::{Outcome, Problem, versions};

pub(crate) fn powershell() -> Outcome {
    let pwsh = find("pwsh")?;
    let module = module(&pwsh)?;
    let mut command = Command::new(&pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(root().join("tests/powershell/run.ps1"));
    passed(command.env("STORESHIP_MODULE", module))
}

pub(crate) fn csharp() -> Outcome {
    let module = module(&find("pwsh")?)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let mut tests = dotnet_run("tests/csharp")?;
    // Without a C compiler, the tests about another release report that they were not run.
    if let Ok(other) = versions::other_library(folder.path()) {
        tests.env("STORESHIP_OTHER_RELEASE", other);
    }
    passed(tests.env("STORESHIP_MODULE", module))
}

pub(crate) fn publish_csharp() -> Outcome {
    let module = module(&find("pwsh")?)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let mut example = dotnet_run("examples/csharp")?;
    for name in ["TMPDIR", "TEMP", "TMP"] {
        example.env(name, folder.path());
    }
    let output = run(example.args(["--", ""]).arg(module))?;
    ensure(output.contains("\" is Published") || output.contains(" is Published"), output)?;
    // .NET has files of its own there.
    let entries = fs::read_dir(folder.path()).map_err(failed)?;
    let left: Vec<_> =
        entries.flatten().filter(|it| it.file_name().to_string_lossy().starts_with("storeship")).collect();
    ensure(left.is_empty(), format!("the example leaves {left:?}"))
}

/// The last line of the output counts the tests: none may have failed, and there must be some. Lines that name a test
/// that was not run are shown.
#[allow(clippy::print_stdout, reason = "part of a test runner")]
fn passed(command: &mut Command) -> Outcome {
    let output = run(command)?;
    for line in output.lines().filter(|line| line.starts_with("not run: ")) {
        println!("{line}");
    }
    let line = output.lines().rev().find(|line| line.ends_with(" failed")).unwrap_or_default();
    ensure(line.ends_with(" passed, 0 failed") && !line.starts_with("0 "), output)
}

fn dotnet_run(project: &str) -> Result<Command, Problem> {
    let mut command = Command::new(find("dotnet")?);
    command.args(["run", "-c", "Release", "--project"]).arg(root().join(project)).current_dir(root());
    Ok(alone(command))
}

/// Runs the command without the build servers that .NET would leave running.
pub(crate) fn alone(mut command: Command) -> Command {
    for (name, value) in [("UseSharedCompilation", "false"), ("MSBUILDDISABLENODEREUSE", "1")] {
        command.env(name, value);
    }
    command
}

/// Builds the module, once, around the library and the emulator that were built with this program.
pub(crate) fn module(pwsh: &Path) -> Result<PathBuf, Problem> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    find("dotnet")?;
    let built = BUILT.get_or_init(|| {
        build(pwsh).map_err(|problem| match problem {
            Problem::Failed(text) | Problem::Missing(_, text) => text,
        })
    });
    built.clone().map_err(Problem::Failed)
}

fn build(pwsh: &Path) -> Result<PathBuf, Problem> {
    let native = tempfile::tempdir().map_err(failed)?;
    for file in [library(), PathBuf::from(env!("CARGO_BIN_EXE_storeship-emulator"))] {
        let name = file.file_name().ok_or_else(|| failed("no file name"))?;
        fs::copy(&file, native.path().join(name)).map_err(failed)?;
    }
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(root().join("powershell/build.ps1"));
    command.arg("-NativePath").arg(native.path());
    run(&mut alone(command))?;
    let module = tools::target().join("powershell").join("StoreShip");
    ensure(module.join("StoreShip.psd1").is_file(), format!("{} was not built", module.display()))?;
    Ok(module)
}
