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
    if !finished.status.success() {
        return Err(refusal(&finished));
    }
    let response: TokenResponse = serde_json::from_slice(&finished.output)
        .map_err(|_| Error::new(&codes::AUTH_CLI_FAILED, "the Azure CLI's output holds no token"))?;
    Ok(response.into_token(&requested, None))
}

/// A process that has ended.
struct Finished {
    status: ExitStatus,
    output: Zeroizing<Vec<u8>>,
    errors: Zeroizing<Vec<u8>>,
}

/// A process that is killed when it is dropped, so that a call that is cancelled or takes too long leaves none behind.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn run(mut command: Command, program: &str) -> Result<Finished> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(&codes::AUTH_CLI_MISSING, format!("there is no program {program}")),
        _ => Error::new(&codes::AUTH_CLI_FAILED, format!("{program} could not be started: {error}")),
    })?);
    let (output, errors) = (collect(running.0.stdout.take()), collect(running.0.stderr.take()));
    let (output, errors) = (output.await.unwrap_or_default(), errors.await.unwrap_or_default());
    // `tokio::process` would install a signal handler, which a library should not do to its host.
    loop {
        match running.0.try_wait() {
            Ok(Some(status)) => return Ok(Finished { status, output, errors }),
            Ok(None) => sleep(Duration::from_millis(10)).await,
            Err(error) => {
                return Err(Error::new(&codes::AUTH_CLI_FAILED, format!("waiting for {program} failed: {error}")));
            }
        }
    }
}

/// Reads a pipe in a thread of its own. The thread ends with the process, and the runtime does not wait for it.
fn collect(pipe: Option<impl Read + Send + 'static>) -> oneshot::Receiver<Zeroizing<Vec<u8>>> {
    let (done, collected) = oneshot::channel();
    thread::spawn(move || {
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
    Error::new(code, format!("the Azure CLI gave no token ({}): {reason}", finished.status))
}
