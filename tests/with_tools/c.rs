//! The C ABI from C and C++: plain, under AddressSanitizer, under valgrind.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::pages;
use crate::support::{APP, Store};
use crate::tools::{self, ensure, failed, find, library, library_folder, linked_library_folder, root, run};
use crate::{Outcome, Problem};

/// How a program is built and run.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum How {
    Plain,
    AddressSanitizer,
    Valgrind,
}

const PACKAGE: &str = "Contoso_2.0.0.0_x64.msix";

const ABI: &str = "tests/c/abi.c";

pub(crate) const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

pub(crate) fn compile(source: &str, folder: &Path, how: How) -> Result<PathBuf, Problem> {
    if !cfg!(target_os = "linux") {
        return Err(Problem::Missing("Linux", "the C tests read /proc and fork".to_owned()));
    }
    let cpp = source.ends_with(".cpp");
    let compiler = if cpp { tools::cpp()? } else { tools::c()? };
    let program = folder.join("program");
    let mut command = Command::new(compiler);
    command.arg(if cpp { "-std=c++11" } else { "-std=c99" }).args(WARNINGS).args(["-g", "-O1", "-pthread"]);
    if how == How::AddressSanitizer {
        command.args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"]);
    }
    command.arg("-I").arg(root().join("include")).arg(root().join(source)).arg("-o").arg(&program);
    command.arg("-L").arg(linked_library_folder()?).arg("-lstoreship");
    let (success, output) = tools::finish(&mut command)?;
    if !success && how == How::AddressSanitizer && output.contains("cannot find") && output.contains("san") {
        return Err(Problem::Missing("AddressSanitizer", "the compiler comes without its library".to_owned()));
    }
    ensure(success, output)?;
    if how == How::AddressSanitizer {
        // Without AddressSanitizer in the program the run would prove nothing.
        let symbols = run(Command::new(find("nm")?).arg(&program))?;
        ensure(symbols.contains("__asan_init"), "the program was built without AddressSanitizer")?;
    }
    Ok(program)
}

/// The command that runs a program.
pub(crate) fn runner(program: &Path, how: How) -> Result<Command, Problem> {
    let mut command = match how {
        How::Plain | How::AddressSanitizer => Command::new(program),
        How::Valgrind => {
            let mut valgrind = Command::new(find("valgrind")?);
            valgrind.args(["--leak-check=full", "--errors-for-leak-kinds=definite,possible"]);
            // A forked child ends without freeing what its parent had allocated, which valgrind would report as leaks.
            valgrind.args(["--error-exitcode=9", "--child-silent-after-fork=yes"]).arg(program);
            valgrind
        }
    };
    command.env("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0:exitcode=9");
    // Replaces the value that cargo sets, which also has the folder of an older library.
    command.env("LD_LIBRARY_PATH", library_folder());
    Ok(command)
}

fn check_memory(how: How, output: &str) -> Outcome {
    let clean = match how {
        How::Plain => true,
        How::AddressSanitizer => !output.contains("AddressSanitizer") && !output.contains("LeakSanitizer"),
        How::Valgrind => {
            let freed = output.contains("All heap blocks were freed");
            let reachable = output.contains("definitely lost: 0 bytes") && output.contains("possibly lost: 0 bytes");
            (freed || reachable) && output.contains("ERROR SUMMARY: 0 errors")
        }
    };
    ensure(clean, output)
}

/// Builds a program and runs it on an emulator; returns its output.
fn run_on(store: &Store, source: &str, how: How) -> Result<String, Problem> {
    let program = compile(source, store.folder.path(), how)?;
    let mut command = runner(&program, how)?;
    arguments(&mut command, store)?;
    if how == How::Valgrind && source == ABI {
        // Each client reads all certificates of the system, which takes valgrind a second.
        command.arg("20");
    }
    let output = run(&mut command)?;
    check_memory(how, &output)?;
    Ok(output)
}

/// The arguments of the programs that make a release: a file with the client's configuration, the app, a package. No code page
/// of Windows has all letters of the paths.
pub(crate) fn arguments<'a>(command: &'a mut Command, store: &Store) -> Result<&'a mut Command, Problem> {
    let folder = store.folder.path().join("Größe 試験");
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let config = folder.join("config.json");
    std::fs::write(&config, store.config().to_string()).map_err(failed)?;
    Ok(command.arg(config).arg(APP).arg(store.package(&format!("Größe 試験/{PACKAGE}"), "2.0.0.0")))
}

fn abi(how: How) -> Outcome {
    let output = run_on(&Store::start(), ABI, how)?;
    ensure(output.contains("all of the ABI holds"), &output)
}

pub(crate) fn abi_plain() -> Outcome {
    abi(How::Plain)
}

pub(crate) fn abi_address_sanitizer() -> Outcome {
    abi(How::AddressSanitizer)
}

pub(crate) fn abi_valgrind() -> Outcome {
    abi(How::Valgrind)
}

/// A program that loads the library at run time must be able to close it as often as it likes.
pub(crate) fn unload() -> Outcome {
    if !cfg!(target_os = "linux") {
        return Err(Problem::Missing("Linux", "the check is about its loader".to_owned()));
    }
    let folder = tempfile::tempdir().map_err(failed)?;
    let program = folder.path().join("unload");
    let mut compiler = Command::new(tools::c()?);
    compiler.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-D_GNU_SOURCE"]).args(WARNINGS);
    run(compiler.arg(root().join("tests/c/unload.c")).arg("-o").arg(&program).arg("-ldl"))?;
    let output = run(Command::new(&program).arg(library()))?;
    ensure(output.contains("the library stays loaded"), output)
}

/// `STORESHIP_ENDURANCE=100000,10000,1000` sets the numbers of calls, jobs and clients; the default is a hundredth.
pub(crate) fn endurance() -> Outcome {
    let store = Store::start();
    let program = compile("tests/c/endurance.c", store.folder.path(), How::Plain)?;
    let config = store.folder.path().join("config.json");
    std::fs::write(&config, store.config().to_string()).map_err(failed)?;
    let numbers = std::env::var("STORESHIP_ENDURANCE").unwrap_or_else(|_| "1000,100,20".to_owned());
    let mut command = runner(&program, How::Plain)?;
    let output = run(command.arg(config).arg(APP).args(numbers.split(',')))?;
    println!("{output}");
    ensure(output.contains("nothing was left behind"), output)
}

fn publish(source: &str, how: How) -> Outcome {
    let store = Store::start();
    let output = run_on(&store, source, how)?;
    released(&store, &output)
}

/// Checks that the program reported a published release, and that the store has it.
pub(crate) fn released(store: &Store, output: &str) -> Outcome {
    let completed = output.lines().find(|line| line.contains(r#""type":"completed""#)).unwrap_or_default();
    ensure(completed.contains(r#""status":"Published""#), format!("no receipt of a publication\n{output}"))?;
    let state = store.control("GET", "state", None);
    let submissions = state["submissions"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = submissions.iter().any(|submission| {
        let text = submission.to_string();
        text.contains("Schnellerer Start.") && text.contains(PACKAGE)
    });
    ensure(found, "the store has no submission with the release notes and the package")
}

pub(crate) fn publish_c_plain() -> Outcome {
    publish("examples/publish.c", How::Plain)
}

pub(crate) fn publish_c_address_sanitizer() -> Outcome {
    publish("examples/publish.c", How::AddressSanitizer)
}

pub(crate) fn publish_c_valgrind() -> Outcome {
    publish("examples/publish.c", How::Valgrind)
}

pub(crate) fn publish_cpp_plain() -> Outcome {
    publish("examples/publish.cpp", How::Plain)
}

pub(crate) fn publish_cpp_address_sanitizer() -> Outcome {
    publish("examples/publish.cpp", How::AddressSanitizer)
}

pub(crate) fn publish_cpp_valgrind() -> Outcome {
    publish("examples/publish.cpp", How::Valgrind)
}

/// The programs of the pages in C, as they stand there. Without a credential each prints the error.
pub(crate) fn page() -> Outcome {
    let folder = tempfile::tempdir().map_err(failed)?;
    for source in pages::c(folder.path())? {
        let program = compile(&source, folder.path(), How::Plain)?;
        let output = run(pages::without_credential(&mut runner(&program, How::Plain)?))?;
        ensure(output.contains("\"auth.no_credential\""), output)?;
    }
    Ok(())
}
