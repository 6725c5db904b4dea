//! The emulator in a process of its own, so that its work is not counted.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running emulator. It ends with the value.
pub(crate) struct Emulator {
    child: Child,
    /// The configuration of a client.
    pub(crate) config: Value,
}

impl Emulator {
    /// Starts one whose uploads go into a folder.
    pub(crate) fn start(folder: &Path) -> Result<Emulator, Box<dyn Error>> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_storeship-emulator"))
            .args(["--any-package", "--blob-dir"])
            .arg(folder.join("blobs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let at: Value = serde_json::from_str(&line)?;
        let config = json!({
            "serviceUrl": at["service"], "authorityUrl": at["authority"],
            "credential": {
                "type": "clientSecret", "tenantId": at["tenantId"], "clientId": at["clientId"],
                "clientSecret": at["clientSecret"],
            },
            "limit": { "perMinute": 0 },
        });
        Ok(Emulator { child, config })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
