//! `cargo xtask dist`: builds the packages that users install, into `target/dist`. `docs/building.md` describes them.
//!
//! [`native`] builds the library and the emulator for a platform. [`project`] has the version and the other facts that
//! every package states. [`managed`] has the module and the assembly of the client, which are made before they are packed. Each of
//! the other modules makes one kind of package out of these; none of them compiles Rust.

mod archive;
mod c_package;
mod client_package;
mod dependencies;
mod dist;
mod emulator_package;
mod managed;
mod module_package;
mod native;
mod notices;
mod nupkg;
mod options;
mod platform;
mod project;
mod sbom;
mod sums;
mod tools;
mod wheel;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((command, rest)) if command == "dist" => options::Options::parse(rest).and_then(dist::run),
        _ => Err(anyhow::anyhow!("{}", options::USAGE)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
