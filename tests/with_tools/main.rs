//! The tests that need other tools: C and C++ compilers, valgrind, PowerShell, .NET, Java, Node.js, Python, unzip,
//! tinyproxy, squid, Chromium.
//!
//! `cargo test --test with_tools` runs what it has the tools for. The last lines name what was not run, and why. With
//! `STORESHIP_TEST_REQUIRE=all` a missing tool is a failure, apart from those that `STORESHIP_TEST_OPTIONAL` lists,
//! separated by commas. `-- c99` runs the checks with `c99` in their name, `-- --list` names them.

#![allow(clippy::print_stdout, reason = "this is a test runner")]

mod azurite;
mod browser;
mod c;
mod container;
mod cut;
mod failing_reads;
mod front;
mod interrupts;
mod java;
mod killed_uploads;
mod kills;
mod library;
mod pages;
mod powershell;
mod proxy;
mod python;
#[path = "../support/mod.rs"]
mod support;
mod tools;
mod versions;
mod windows;

use std::process::ExitCode;
use std::time::Instant;

/// Why a check did not pass.
enum Problem {
    /// The check ran and failed.
    Failed(String),
    /// The check could not run: the missing tool, and what is wrong with it.
    Missing(&'static str, String),
}

type Outcome = Result<(), Problem>;

struct Check {
    name: &'static str,
    run: fn() -> Outcome,
}

const CHECKS: &[Check] = &[
    Check { name: "the_library_exports_what_the_header_says", run: library::the_library_exports_what_the_header_says },
    Check { name: "the_library_has_its_soname", run: library::the_library_has_its_soname },
    Check { name: "abi_c99", run: c::abi_plain },
    Check { name: "abi_c99_address_sanitizer", run: c::abi_address_sanitizer },
    Check { name: "abi_c99_valgrind", run: c::abi_valgrind },
    Check { name: "c99_unloads_as_often_as_it_likes", run: c::unload },
    Check { name: "c99_survives_cut_connections", run: cut::plain },
    Check { name: "c99_survives_cut_connections_over_tls", run: cut::tls },
    Check { name: "c99_leaves_nothing_behind", run: c::endurance },
    Check { name: "publish_c99", run: c::publish_c_plain },
    Check { name: "publish_c99_address_sanitizer", run: c::publish_c_address_sanitizer },
    Check { name: "publish_c99_valgrind", run: c::publish_c_valgrind },
    Check { name: "publish_cpp11", run: c::publish_cpp_plain },
    Check { name: "publish_cpp11_address_sanitizer", run: c::publish_cpp_address_sanitizer },
    Check { name: "publish_cpp11_valgrind", run: c::publish_cpp_valgrind },
    Check { name: "page_c99", run: c::page },
    Check { name: "publish_python", run: python::publish },
    Check { name: "page_python", run: pages::python },
    Check { name: "interrupted_c99", run: interrupts::c },
    Check { name: "interrupted_cpp11", run: interrupts::cpp },
    Check { name: "publish_java", run: java::publish },
    Check { name: "interrupted_java", run: java::interrupted },
    Check { name: "page_java", run: java::page },
    Check { name: "a_release_survives_kills", run: kills::a_release_survives_kills },
    Check { name: "others_read_what_package_write_writes", run: python::package_write },
    Check { name: "azurite_takes_an_upload", run: azurite::upload },
    Check { name: "browser_shows_a_preview", run: browser::preview },
    Check { name: "browser_shows_the_emulator", run: browser::emulator },
    Check { name: "a_read_that_fails_once_is_repeated", run: failing_reads::passes },
    Check { name: "an_upload_to_azurite_survives_kills", run: killed_uploads::an_upload_survives_kills },
    Check { name: "proxy_with_a_password", run: proxy::with_a_password },
    Check { name: "proxy_that_refuses", run: proxy::that_refuses },
    Check { name: "proxy_squid", run: proxy::squid },
    Check { name: "proxy_of_the_environment", run: proxy::of_the_environment },
    Check { name: "proxy_is_not_for_this_machine", run: proxy::is_not_for_this_machine },
    Check { name: "the_emulator_ends_as_process_1", run: container::process_1 },
    Check { name: "powershell", run: powershell::powershell },
    Check { name: "csharp", run: powershell::csharp },
    Check { name: "publish_csharp", run: powershell::publish_csharp },
    Check { name: "pages_csharp", run: pages::csharp },
    Check { name: "powershell_two_versions", run: versions::powershell },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, config] = arguments.as_slice()
        && command == proxy::CHILD
    {
        return proxy::child(config);
    }
    if let [command, address, file, settings] = arguments.as_slice()
        && command == killed_uploads::CHILD
    {
        return killed_uploads::child(address, file, settings);
    }
    let mut filters = Vec::new();
    let mut list = false;
    for argument in arguments {
        match argument.as_str() {
            "--list" => list = true,
            // Flags of Rust's test harness, which cargo passes to every test program.
            flag if flag.starts_with('-') => {}
            _ => filters.push(argument),
        }
    }
    let chosen = |check: &&Check| filters.is_empty() || filters.iter().any(|part| check.name.contains(part.as_str()));
    let checks: Vec<&Check> = CHECKS.iter().chain(windows::checks()).filter(chosen).collect();
    if list {
        for check in checks {
            println!("{}: test", check.name);
        }
        return ExitCode::SUCCESS;
    }
    run(&checks)
}

fn run(checks: &[&Check]) -> ExitCode {
    let (mut passed, mut failed) = (0, 0);
    let mut missing = Vec::new();
    for check in checks {
        let began = Instant::now();
        let outcome = std::panic::catch_unwind(check.run).unwrap_or_else(|panic| Err(Problem::Failed(said(&*panic))));
        let took = began.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                passed += 1;
                println!("check {} ... ok ({took:.1} s)", check.name);
            }
            Err(Problem::Failed(output)) => {
                failed += 1;
                println!("check {} ... FAILED ({took:.1} s)\n{}", check.name, output.trim_end());
            }
            Err(Problem::Missing(tool, reason)) => {
                println!("check {} ... not run", check.name);
                missing.push((check.name, tool, reason));
            }
        }
    }
    for (name, _, reason) in &missing {
        println!("not run: {name}: {reason}");
    }
    println!("{passed} passed, {failed} failed");
    let required = std::env::var("STORESHIP_TEST_REQUIRE").is_ok_and(|value| value == "all");
    let optional = std::env::var("STORESHIP_TEST_OPTIONAL").unwrap_or_default();
    let lacks = missing.iter().any(|(_, tool, _)| !optional.split(',').any(|known| known == *tool));
    if failed > 0 || (required && lacks) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// The message of a panic. The panic hook has printed its place.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("the check panicked").to_owned()
}
