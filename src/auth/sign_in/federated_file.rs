//! The file of a federated token. It is read at each sign-in, because Kubernetes replaces it.

use crate::config::Secret;
use crate::error::{Error, Result, codes};

pub(super) fn read(path: &str) -> Result<Secret> {
    let text = std::fs::read_to_string(path).map(Secret::new);
    let text =
        text.map_err(|error| Error::of_file(format!("the federated token can't be read from {path}"), &error))?;
    let token = text.reveal().trim();
    if token.is_empty() {
        return Err(Error::new(&codes::FILE_EMPTY, format!("the federated token file is empty: {path}")));
    }
    Ok(Secret::new(token.to_owned()))
}
