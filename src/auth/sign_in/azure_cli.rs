//! Runs the Azure CLI to get a token of the account that is signed in to it.

use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::token_response::{RequestTime, TokenResponse};
use crate::auth::token::Token;
use crate::error::{Error, Result, codes};
use crate::http::{Http, redact};

/// The program is written in Python, whose start takes seconds.
const TIMEOUT: Duration = Duration::from_secs(60);
const MAX_OUTPUT_BYTES: u64 = 1024 * 1024;
const PROGRAM: &str = if cfg!(windows) { "az.cmd" } else { "az" };

/// A token for `audience`. `command` is the path of the program, `az` on the `PATH` by default.
pub(super) async fn token(
    http: &Http,
    command: Option<&str>,
    tenant_id: Option<&str>,
    audience: &str,
) -> Result<Token> {
    let program = command.unwrap_or(PROGRAM);
    let mut command = Command::new(program);
    command.args(["account", "get-access-token", "--resource", audience, "--output", "json"]);
    if let Some(tenant) = tenant_id {
        if tenant.starts_with('-') || !tenant.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
            return Err(Error::new(&codes::CONFIG_INVALID, "`tenantId` is neither an id nor a domain"));
        }
        command.args(["--tenant", tenant]);
    }
    let requested = RequestTime::now(http);
    let finished = timeout(TIMEOUT, run(command, program)).await.map_err(|_| {
        let message = format!("the Azure CLI gave no token within {} seconds", TIMEOUT.as_secs());
        Error::new(&codes::AUTH_CLI_FAILED, message)
    })??;
    if finished.status.is_some_and(|status| !status.success()) {
        return Err(refusal(&finished));
    }
    match serde_json::from_slice::<TokenResponse>(&finished.output) {
        Ok(response) => Ok(response.into_token(&requested, None)),
        Err(_) if finished.status.is_none() => Err(refusal(&finished)),
        Err(_) => Err(Error::new(&codes::AUTH_CLI_FAILED, "the Azure CLI's output holds no token")),
    }
}

/// A process that has ended.
struct Finished {
    /// `None` in a host that ignores SIGCHLD: there, the system discards the exit status. Then the output decides.
    status: Option<ExitStatus>,
    output: Zeroizing<Vec<u8>>,
    errors: Zeroizing<Vec<u8>>,
}

/// A process that is killed, with everything that it has started, when it is dropped before it has ended. So a call that
/// is cancelled or takes too long leaves nothing behind.
struct Running {
    process: Child,
    ended: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.ended {
            // Its id may belong to another process by now.
            return;
        }
        if !kill_tree(self.process.id()) {
            // Fails only when the process has ended already.
            let _ = self.process.kill();
        }
        // Fails where the system discards the exit status.
        let _ = self.process.wait();
    }
}

/// Kills a process and what it has started: the program is a script that starts Python, and Python starts others. The
/// system's own tools do it, because a signal for a process group needs unsafe code. Returns whether the tool was there.
fn kill_tree(id: u32) -> bool {
    let mut command = if cfg!(windows) {
        let mut command = Command::new("taskkill.exe");
        command.args(["/T", "/F", "/PID", &id.to_string()]);
        command
    } else {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "kill -s KILL -- \"-$0\"", &id.to_string()]);
        command
    };
    let tool = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    // Its status may be discarded; it has done its work when it has ended.
    tool.is_ok_and(|mut tool| tool.wait().is_ok() || !cfg!(windows))
}

async fn run(mut command: Command, program: &str) -> Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own: what the program starts is in it too, and can be killed with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let process = command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(&codes::AUTH_CLI_MISSING, format!("there is no program {program}")),
        _ => Error::new(&codes::AUTH_CLI_FAILED, format!("{program} could not be started: {error}")),
    })?;
    let mut running = Running { process, ended: false };
    let (output, errors) = (collect(running.process.stdout.take()), collect(running.process.stderr.take()));
    let (output, errors) = (output.await.unwrap_or_default(), errors.await.unwrap_or_default());
    // `tokio::process` would install a signal handler, which a library should not do to its host.
    loop {
        // An error means that there is no child to wait for: it has ended, and the system has discarded its status.
        let status = match running.process.try_wait() {
            Ok(None) => {
                sleep(Duration::from_millis(10)).await;
                continue;
            }
            Ok(status) => status,
            Err(_) => None,
        };
        running.ended = true;
        return Ok(Finished { status, output, errors });
    }
}

/// Reads a pipe in a thread of its own. The thread ends with the process, and the runtime does not wait for it.
fn collect(pipe: Option<impl Read + Send + 'static>) -> oneshot::Receiver<Zeroizing<Vec<u8>>> {
    let (done, collected) = oneshot::channel();
    // Without a thread the sender is dropped, and nothing is collected.
    let _ = thread::Builder::new().spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        if let Some(pipe) = pipe {
            // After a read error the bytes that came before it are used.
            let _ = pipe.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes);
        }
        // The receiver is gone when the call was cancelled.
        let _ = done.send(bytes);
    });
    collected
}

fn refusal(finished: &Finished) -> Error {
    let text = String::from_utf8_lossy(&finished.errors);
    let line = text.lines().find(|line| line.starts_with("ERROR")).or_else(|| text.lines().next());
    let reason: String = redact::text(line.unwrap_or_default().trim()).chars().take(400).collect();
    let signed_out = ["az login", "AADSTS"].iter().any(|sign| text.contains(sign));
    let code = if signed_out { &codes::AUTH_CLI_SIGNED_OUT } else { &codes::AUTH_CLI_FAILED };
    let status = finished.status.map_or_else(|| "exit status unknown".to_owned(), |status| status.to_string());
    Error::new(code, format!("the Azure CLI gave no token ({status}): {reason}"))
}
