//! The file of a federated token. It is read at each sign-in, because Kubernetes replaces it.

use crate::blocking;
use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::text::TextFile;

pub(super) async fn read(path: &str) -> Result<Secret> {
    let path = path.to_owned();
    blocking::run(move || {
        let file = TextFile {
            what: "the federated token",
            path: &path,
            without_file: "pass the token itself as `assertion` of a credential with the type `assertion`",
        };
        let text = file.text()?;
        let token = text.trim();
        if token.is_empty() {
            return Err(Error::new(&codes::FILE_EMPTY, format!("the federated token file is empty: {path}")));
        }
        Ok(Secret::new(token.to_owned()))
    })
    .await
}
