//! The key file of the Azure Arc agent. Only members of the agent's group can read it, so its content proves that the
//! caller is one.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use zeroize::Zeroizing;

use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::http::FinalResponse;
use crate::{blocking, files, text};

const MAX_KEY_BYTES: u64 = 4096;

/// Reads the file that the agent's 401 names. Any process that listens on the agent's port could name any file and would
/// be sent its content, so the file must be a key, directly in the agent's folder, and small.
pub(super) async fn key(challenge: &FinalResponse, folder: &Path) -> Result<Secret> {
    let status = challenge.response.status;
    if status != 401 {
        return Err(refused(&format!("the agent answered {status} instead of a 401 that names the file")));
    }
    let header = challenge.response.header("www-authenticate").unwrap_or_default();
    let realm = header.strip_prefix("Basic realm=").map(|realm| realm.trim().trim_matches('"'));
    let path = Path::new(realm.ok_or_else(|| refused("the agent's answer names no file"))?);
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".key"));
    let Some(name) = name.filter(|_| is_in(path, folder)) else {
        return Err(refused(&format!("{} is not a key file in {}", path.display(), folder.display())));
    };
    // Built from the known folder, not from the path of the response.
    let path = folder.join(name);
    blocking::run(move || read(&path).map_err(|error| refused(&format!("{}: {error}", path.display())))).await
}

/// Reads the file at this path itself: a symbolic link could lead out of the folder.
fn read(path: &Path) -> io::Result<Secret> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    let bytes = Zeroizing::new(files::read(path, MAX_KEY_BYTES)?);
    let text = text::decode(&bytes).map_err(|reason| io::Error::new(ErrorKind::InvalidData, reason))?;
    Ok(Secret::new(text.as_str().to_owned()))
}

/// Compares the paths as text, so that `..` is not followed. Windows ignores case.
fn is_in(path: &Path, folder: &Path) -> bool {
    let Some(parent) = path.parent() else { return false };
    if cfg!(windows) {
        parent.as_os_str().eq_ignore_ascii_case(folder)
    } else {
        parent.as_os_str() == folder.as_os_str()
    }
}

fn refused(reason: &str) -> Error {
    Error::new(&codes::AUTH_ARC_FILE, format!("the Azure Arc agent's key was not read: {reason}"))
}
