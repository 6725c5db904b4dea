//! The events of a console: Ctrl+C and Ctrl+Break.

#![allow(unsafe_code, reason = "the events are those of Windows")]

use std::os::windows::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::control::{answers, program};

/// Set in the process that has a console of its own.
const INSIDE: &str = "STORESHIP_TEST_CONSOLE";
/// `CREATE_NO_WINDOW`: a console that nobody sees.
const CONSOLE: u32 = 0x0800_0000;
const CTRL_C: u32 = 0;
const CTRL_BREAK: u32 = 1;

#[link(name = "kernel32")]
unsafe extern "system" {
    fn GenerateConsoleCtrlEvent(event: u32, group: u32) -> i32;
    fn SetConsoleCtrlHandler(handler: Option<unsafe extern "system" fn(u32) -> i32>, add: i32) -> i32;
}

/// This process goes on after an event.
unsafe extern "system" fn go_on(_: u32) -> i32 {
    1
}

/// Waits until the program has ended, at most as long as no machine needs.
fn ended(child: &mut Child) -> ExitStatus {
    for _ in 0..600 {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let _ = child.kill();
    panic!("the program did not end");
}

/// What a key does in the console: all its processes get the event.
fn press(event: u32) {
    // SAFETY: no pointers.
    assert_ne!(unsafe { GenerateConsoleCtrlEvent(event, 0) }, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn the_program_ends_on_ctrl_c_and_ctrl_break() {
    if std::env::var_os(INSIDE).is_none() {
        if crate::wine::is_wine() {
            println!(
                "not run: Wine starts no program with a hidden console of its own, and none of its terminals gets the events"
            );
            return;
        }
        // Files, since the console inherits what is open.
        let said = tempfile::NamedTempFile::new().unwrap();
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "windows::the_program_ends_on_ctrl_c_and_ctrl_break", "--nocapture"]);
        command.stdin(Stdio::null()).stdout(said.reopen().unwrap()).stderr(said.reopen().unwrap());
        let status = command.env(INSIDE, "1").creation_flags(CONSOLE).status().unwrap();
        let said = std::fs::read_to_string(said.path()).unwrap();
        assert!(status.success() && said.contains("1 passed"), "{status}: {said}");
        return;
    }
    // SAFETY: a function of this program.
    assert_ne!(unsafe { SetConsoleCtrlHandler(Some(go_on), 1) }, 0);
    // What runs the tests may have switched Ctrl+C off, also for the programs that they start.
    // SAFETY: no function.
    assert_ne!(unsafe { SetConsoleCtrlHandler(None, 0) }, 0);
    for event in [CTRL_C, CTRL_BREAK] {
        let (mut child, line) = program(&["--stay"], Stdio::null());
        answers(&line);
        press(event);
        assert!(ended(&mut child).success(), "{event}");
    }
    // Start-StoreEmulator starts it so: a Ctrl+C at the prompt is not meant for it.
    let (mut child, line) = program(&["--ignore-interrupt"], Stdio::piped());
    for _ in 0..20 {
        press(CTRL_C);
        answers(&line);
    }
    press(CTRL_BREAK);
    assert!(ended(&mut child).success());
}
