//! Whoever is signed in to the Azure CLI: the program is run, as a developer would run it.

use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use super::token_response::{RequestTime, TokenResponse};
use super::{AUDIENCE, Token};
use crate::error::{Error, Result, codes};
use crate::http::{Http, redact};

/// It starts a Python, which takes seconds.
const LIMIT: Duration = Duration::from_secs(60);
const LARGEST: u64 = 1024 * 1024;
const PROGRAM: &str = if cfg!(windows) { "az.cmd" } else { "az" };

pub(super) async fn token(http: &Http, command: Option<&str>, tenant_id: Option<&str>) -> Result<Token> {
    let program = command.unwrap_or(PROGRAM);
    let mut command = Command::new(program);
    command.args(["account", "get-access-token", "--resource", AUDIENCE, "--output", "json"]);
    if let Some(tenant) = tenant_id {
        if tenant.starts_with('-') || !tenant.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.') {
            return Err(Error::new(&codes::CONFIG_INVALID, "`tenantId` is neither an id nor a domain"));
        }
        command.args(["--tenant", tenant]);
    }
    let asked = RequestTime::now(http);
    let ended = timeout(LIMIT, run(command, program)).await.map_err(|_| {
        let message = format!("the Azure CLI gave no token within {} seconds", LIMIT.as_secs());
        Error::new(&codes::AUTH_CLI_FAILED, message)
    })??;
    if !ended.status.success() {
        return Err(refusal(&ended));
    }
    let granted: TokenResponse = serde_json::from_slice(&ended.output)
        .map_err(|_| Error::new(&codes::AUTH_CLI_FAILED, "the Azure CLI's output holds no token"))?;
    Ok(granted.token(&asked, None))
}

struct Ended {
    status: ExitStatus,
    output: Zeroizing<Vec<u8>>,
    errors: Zeroizing<Vec<u8>>,
}

/// Ends with its owner: a call that is cancelled or takes too long leaves no process.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only for a process that has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn run(mut command: Command, program: &str) -> Result<Ended> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(command.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(&codes::AUTH_CLI_MISSING, format!("there is no program {program}")),
        _ => Error::new(&codes::AUTH_CLI_FAILED, format!("{program} could not be started: {error}")),
    })?);
    let (output, errors) = (collect(running.0.stdout.take()), collect(running.0.stderr.take()));
    let (output, errors) = (output.await.unwrap_or_default(), errors.await.unwrap_or_default());
    // Tokio's own processes need a signal handler, which a library should not put into its host.
    loop {
        match running.0.try_wait() {
            Ok(Some(status)) => return Ok(Ended { status, output, errors }),
            Ok(None) => sleep(Duration::from_millis(10)).await,
            Err(error) => {
                return Err(Error::new(&codes::AUTH_CLI_FAILED, format!("{program} could not be watched: {error}")));
            }
        }
    }
}

/// Reads in a thread of its own, which ends with the process and which the runtime does not wait for.
fn collect(pipe: Option<impl Read + Send + 'static>) -> oneshot::Receiver<Zeroizing<Vec<u8>>> {
    let (done, collected) = oneshot::channel();
    thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::new());
        if let Some(pipe) = pipe {
            // What came before an error is all there is.
            let _ = pipe.take(LARGEST).read_to_end(&mut bytes);
        }
        // Nobody waits any more when the call was cancelled.
        let _ = done.send(bytes);
    });
    collected
}

fn refusal(ended: &Ended) -> Error {
    let text = String::from_utf8_lossy(&ended.errors);
    let line = text.lines().find(|line| line.starts_with("ERROR")).or_else(|| text.lines().next());
    let said: String = redact::text(line.unwrap_or_default().trim()).chars().take(400).collect();
    let signed_out = ["az login", "AADSTS"].iter().any(|sign| text.contains(sign));
    let code = if signed_out { &codes::AUTH_CLI_SIGNED_OUT } else { &codes::AUTH_CLI_FAILED };
    Error::new(code, format!("the Azure CLI gave no token ({}): {said}", ended.status))
}
