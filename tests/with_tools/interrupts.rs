//! Ctrl+C during a release: the job is cancelled, its last event is printed, and the program ends.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use storeship::emulator::{Options, Stepping};

use crate::Outcome;
use crate::c::{How, arguments, compile, runner};
use crate::support::Store;
use crate::tools::{Running, ensure, failed};

/// A store in which a submission stays in its state, so that the release waits.
pub(crate) fn waiting() -> Store {
    Store::with(Options { stepping: Stepping::Clock, ..Options::default() })
}

/// Runs a program, interrupts it while its release waits, and checks that it ends with this code.
pub(crate) fn cancelled(command: &mut Command, code: i32) -> Outcome {
    let mut child = Running(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?);
    let send = {
        let id = child.0.id();
        move |signal: &str| Command::new("sh").args(["-c", &format!("kill -{signal} {id}")]).status()
    };
    let (ended, end) = mpsc::channel::<()>();
    let watchdog = std::thread::spawn(move || {
        if let Err(RecvTimeoutError::Timeout) = end.recv_timeout(Duration::from_secs(120)) {
            drop(send("KILL"));
        }
    });
    let mut output = String::new();
    for line in BufReader::new(child.0.stdout.take().expect("it is piped")).lines() {
        let line = line.map_err(failed)?;
        if line.contains("\"type\":\"status\"") && !output.contains("\"type\":\"status\"") {
            send("INT").map_err(failed)?;
        }
        output += &line;
        output.push('\n');
    }
    let status = child.0.wait().map_err(failed)?;
    drop(ended);
    watchdog.join().map_err(|_| failed("the watchdog"))?;
    ensure(status.code() == Some(code) && output.contains("\"code\":\"cancelled\""), format!("{status}\n{output}"))
}

fn example(source: &str) -> Outcome {
    let store = waiting();
    let program = compile(source, store.folder.path(), How::Plain)?;
    cancelled(arguments(&mut runner(&program, How::Plain)?, &store)?, 1)
}

pub(crate) fn c() -> Outcome {
    example("examples/publish.c")
}

pub(crate) fn cpp() -> Outcome {
    example("examples/publish.cpp")
}
