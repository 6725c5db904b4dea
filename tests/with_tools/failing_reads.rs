//! An upload whose file fails once while it is read, as files of a network or of a broken disk do.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::killed_uploads::CHILD;
use crate::support::{APP, Store};
use crate::tools::{self, ensure, failed, finish, root};
use crate::{Outcome, Problem};

/// More than the first round of blocks.
const BYTES: usize = 5_000_000;
/// Where a block is read.
const PLACE: usize = 1 << 20;

pub(crate) fn passes() -> Outcome {
    let store = Store::start();
    let folder = store.folder.path();
    let library = compile(folder)?;
    let file = folder.join("App.msix");
    let content: Vec<u8> = (0..BYTES).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(&file, &content).map_err(failed)?;
    let hash: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    let client = store.client();
    for (name, code) in [("EIO", 5), ("ETIMEDOUT", 110), ("ESTALE", 116), ("EACCES", 13)] {
        let draft = client.call("submission.create", json!({ "appId": APP })).result().clone();
        let address = draft["fileUploadUrl"].as_str().unwrap_or_default();
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command.arg(CHILD).arg(address).arg(&file).arg("hashed");
        command.env("LD_PRELOAD", &library).env("FAILING_READ", format!("{PLACE}:{code}"));
        let (success, output) = finish(&mut command)?;
        let result: Value = serde_json::from_str(output.trim()).unwrap_or_default();
        if name == "EACCES" {
            ensure(!success && output.contains("file.unreadable"), format!("{name} does not pass: {output}"))?;
        } else {
            ensure(success && result["entries"][0]["sha256"] == hash.as_str(), format!("{name}: {output}"))?;
        }
        let id = draft["id"].as_str().unwrap_or_default();
        client.call("submission.delete", json!({ "appId": APP, "submissionId": id })).result();
    }
    Ok(())
}

fn compile(folder: &Path) -> Result<PathBuf, Problem> {
    if !cfg!(target_os = "linux") {
        return Err(Problem::Missing("Linux", "reads are replaced by LD_PRELOAD".to_owned()));
    }
    let library = folder.join("failing_read.so");
    let mut command = Command::new(tools::c()?);
    command.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]);
    command.arg(root().join("tests/c/failing_read.c")).arg("-o").arg(&library).arg("-ldl");
    tools::run(&mut command)?;
    Ok(library)
}
