//! Interim.
use std::path::Path;
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    #[error("{source}")]
    Io { source: std::io::Error },
    #[error("not yet")]
    Other,
}
#[derive(serde::Serialize)]
pub struct Facts {}
pub fn inspect(path: &Path) -> Result<Facts, PackageError> {
    std::fs::read(path).map(|_| Facts {}).map_err(|source| PackageError::Io { source })
}
