//! The key file by which the Azure Arc agent knows that the caller may read what only the agent's group may.

use std::fs;
use std::path::Path;

use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::http::FinalResponse;

const LARGEST: u64 = 4096;

/// Reads the file that the agent's 401 names. Whoever listens on the agent's port could name any file, and would get
/// its content: so it must be a key, directly in the agent's folder, and small.
pub(super) fn key(challenge: &FinalResponse, folder: &Path) -> Result<Secret> {
    let status = challenge.response.status;
    if status != 401 {
        return Err(refused(&format!("the agent answered {status} where a 401 names the file")));
    }
    let header = challenge.response.header("www-authenticate").unwrap_or_default();
    let realm = header.strip_prefix("Basic realm=").map(|realm| realm.trim().trim_matches('"'));
    let path = Path::new(realm.ok_or_else(|| refused("the agent's answer names no file"))?);
    let named = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".key"));
    let Some(name) = named.filter(|_| is_in(path, folder)) else {
        return Err(refused(&format!("{} is not a key file in {}", path.display(), folder.display())));
    };
    // The path is put together anew from the folder that is known; a link could lead out of it.
    let path = folder.join(name);
    let about = fs::symlink_metadata(&path).map_err(|error| refused(&format!("{}: {error}", path.display())))?;
    if !about.is_file() || about.len() > LARGEST {
        return Err(refused(&format!("{} is not a file of at most {LARGEST} bytes", path.display())));
    }
    let text = fs::read_to_string(&path).map_err(|error| refused(&format!("{}: {error}", path.display())))?;
    Ok(Secret::new(text))
}

/// Compared as text: `..` leads nowhere. Windows does not tell upper from lower case.
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
