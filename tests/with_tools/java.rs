//! Java: the example, and the block of docs/java.md. Java 22 is the first with the functions that they use.

use std::path::PathBuf;
use std::process::Command;

use crate::c::{arguments, released};
use crate::support::Store;
use crate::tools::{ensure, failed, find, finish, library, root, run};
use crate::{Outcome, Problem, interrupts, pages};

/// The Java of `JAVA_HOME`, or the one on the path.
fn java() -> Result<Command, Problem> {
    let home = std::env::var_os("JAVA_HOME").map(|home| PathBuf::from(home).join("bin/java"));
    let program = home.filter(|program| program.is_file()).map_or_else(|| find("java"), Ok)?;
    // openjdk version "25.0.1" 2025-10-21
    let text = run(Command::new(&program).arg("-version"))?;
    let version = text.split('"').nth(1).and_then(|version| version.split(['.', '-']).next()?.parse::<u32>().ok());
    if version.is_none_or(|version| version < 22) {
        return Err(Problem::Missing("java", format!("{} is older than Java 22", program.display())));
    }
    let mut command = Command::new(program);
    // Without the option, what Java prints to standard output begins with a warning.
    command.arg("--enable-native-access=ALL-UNNAMED").env("STORESHIP_LIBRARY", library());
    Ok(command)
}

pub(crate) fn publish() -> Outcome {
    let store = Store::start();
    let example = root().join("examples/Publish.java");
    let output = run(arguments(java()?.arg(&example), &store)?)?;
    ensure(!output.to_lowercase().contains("warning:"), &output)?;
    released(&store, &output)?;
    // A configuration that is refused: the response, and exit code 1.
    let config = store.folder.path().join("config.json");
    std::fs::write(&config, r#"{"unknown":1}"#).map_err(failed)?;
    let (success, output) = finish(java()?.arg(&example).arg(&config).args(["9NBLGGH4R315", "no.msix"]))?;
    ensure(!success && output.contains("request.unknown_field") && output.contains("exit status: 1"), output)
}

/// 130 is Java's code for SIGINT.
pub(crate) fn interrupted() -> Outcome {
    let store = interrupts::waiting();
    let mut command = java()?;
    arguments(command.arg(root().join("examples/Publish.java")), &store)?;
    interrupts::cancelled(&mut command, 130)
}

/// The block of docs/java.md as it stands there, with the class of the example. Without a credential its call fails.
pub(crate) fn page() -> Outcome {
    java()?;
    let folder = tempfile::tempdir().map_err(failed)?;
    let example = std::fs::read_to_string(root().join("examples/Publish.java")).map_err(failed)?.replace("\r\n", "\n");
    let parts = example.split_once("\n/**\n * Publishes").zip(example.split_once("\n/** A client of one account"));
    let ((imports, _), (_, class)) = parts.ok_or_else(|| failed("Publish.java has other parts"))?;
    let blocks = pages::blocks("java")?;
    ensure(!blocks.is_empty(), "no page has a program in Java")?;
    std::fs::create_dir(folder.path().join("lib")).map_err(failed)?;
    std::fs::copy(library(), folder.path().join("lib/libstoreship.so")).map_err(failed)?;
    for block in &blocks {
        let source = folder.path().join("Page.java");
        let program = format!(
            "{imports}\npublic final class Page {{\npublic static void main(String[] arguments) throws Exception {{\ntry {{\n{}\n\
             }} catch (StoreShip.Failure failure) {{\nSystem.out.println(failure.getMessage());\n}}\n}}\n}}\n\n\
             /** A client of one account{class}",
            block.text
        );
        std::fs::write(&source, program).map_err(failed)?;
        let output = run(pages::without_credential(java()?.arg(&source)).current_dir(folder.path()))?;
        ensure(output.contains("\"auth.no_credential\""), format!("{}\n{output}", block.place))?;
    }
    Ok(())
}
