//! The emulator as the first process of a container, in a process namespace of its own.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::tools::{LIMIT, find};
use crate::{Outcome, Problem};

/// It ends on SIGTERM and SIGINT, which process 1 ignores unless it asks for them.
pub(crate) fn process_1() -> Outcome {
    let unshare = find("unshare")?;
    let namespace = ["--pid", "--fork", "--kill-child"];
    let allowed = Command::new(&unshare).args(namespace).arg("true").stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        return Err(Problem::Missing("unshare", "it may not make a process namespace here".to_owned()));
    }
    for signal in ["TERM", "INT"] {
        let mut parent = Command::new(&unshare)
            .args(namespace)
            .args([env!("CARGO_BIN_EXE_storeship-emulator"), "--stay", "--host", "0.0.0.0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| Problem::Failed(format!("unshare: {error}")))?;
        let mut line = String::new();
        let mut output = BufReader::new(parent.stdout.take().expect("it is piped"));
        let read = output.read_line(&mut line);
        let children = format!("/proc/{0}/task/{0}/children", parent.id());
        let emulator = std::fs::read_to_string(&children).unwrap_or_default();
        let kill = format!("kill -{signal} {}", emulator.trim());
        let sent = Command::new("sh").args(["-c", &kill]).status();
        let start = Instant::now();
        let ended = loop {
            match parent.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) if start.elapsed() < LIMIT => std::thread::sleep(std::time::Duration::from_millis(20)),
                _ => break None,
            }
        };
        if ended.is_none() {
            // Its child ends with it.
            let _ = parent.kill();
            let _ = parent.wait();
        }
        let sent = sent.is_ok_and(|status| status.success());
        if read.is_err() || !line.starts_with('{') || !sent || !ended.is_some_and(|status| status.success()) {
            return Err(Problem::Failed(format!("SIG{signal} to '{}' of {line}: {ended:?}", emulator.trim())));
        }
    }
    Ok(())
}
