//! The program of the Azure CLI: hosts that ignore SIGCHLD, and what is left of a program that was cancelled.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use super::*;

const CHILD: &str = "STORESHIP_TEST_IGNORES_SIGCHLD";

fn script(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("az");
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Signs in with a program that prints this.
async fn with_output(text: &str) -> Result<Token, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = script(folder.path(), text);
    sign_in(&Cloud::new(Expect::Secret), json!({"type": "azureCli", "command": path}), &[]).await
}

/// The part of the next test that runs in a process of its own.
#[allow(unsafe_code, reason = "signals have no safe interface")]
#[tokio::test]
async fn a_host_that_ignores_sigchld() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    // SAFETY: no handler is installed, and the process runs this test only.
    unsafe { libc::signal(libc::SIGCHLD, libc::SIG_IGN) };
    let mut probe = Command::new("true").spawn().unwrap();
    assert!(probe.wait().is_err(), "SIGCHLD is not ignored");
    let token = token_of(with_output(&format!("echo '{{\"accessToken\": \"{CLI_TOKEN}\", \"expires_on\": 1}}'")).await);
    assert_eq!(token.secret.reveal(), CLI_TOKEN);
    for (text, code) in [
        ("echo '{\"accessToken\": \"cut sho'", "auth.cli_failed"),
        ("echo ERROR: no >&2", "auth.cli_failed"),
        ("echo \"ERROR: Please run 'az login'\" >&2; exit 1", "auth.cli_signed_out"),
    ] {
        let error = error_of(with_output(text).await);
        assert_eq!(error.code().name, code, "{error}");
        assert!(error.to_string().contains("exit status unknown"), "{error}");
    }
}

#[test]
fn the_azure_cli_signs_in_where_sigchld_is_ignored() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cli::a_host_that_ignores_sigchld"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && printed.contains("test result: ok. 1 passed"), "{printed}");
}

/// Whether a process runs. One that has ended is a zombie until its parent looks.
#[cfg(target_os = "linux")]
fn runs(id: &str) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    status.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// The program starts another one in the background and one that it waits for. The call is dropped while all of them run.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_cancelled_azure_cli_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let ids = folder.path().join("ids");
    // The file gets its name when it is complete.
    let text =
        format!("sleep 600 & first=$!\n(sleep 601 & echo $$ $first $! > {0}.new; mv {0}.new {0}; wait)", ids.display());
    let path = script(folder.path(), &text);
    let cloud = Cloud::new(Expect::Secret);
    let call = tokio::spawn(async move {
        sign_in(&cloud, json!({"type": "azureCli", "command": path}), &[]).await.map(|_| ()).map_err(|_| ())
    });
    while !ids.exists() {
        assert!(!call.is_finished());
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let ids: Vec<String> = std::fs::read_to_string(&ids).unwrap().split_whitespace().map(str::to_owned).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|id| runs(id)));
    call.abort();
    assert!(call.await.is_err());
    // The kernel ends a process a moment after the signal.
    for _ in 0..500 {
        if !ids.iter().any(|id| runs(id)) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("{:?} still run", ids.iter().filter(|id| runs(id)).collect::<Vec<_>>());
}
