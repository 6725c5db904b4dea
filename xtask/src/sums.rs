//! The checksums of all files, in the form that `sha256sum -c` reads.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::tools;

/// The name of the file.
pub(crate) const NAME: &str = "SHA256SUMS";

pub(crate) fn write(folder: &Path) -> Result<()> {
    let mut text = String::new();
    for file in tools::files(folder)?.iter().filter(|file| !file.ends_with(NAME)) {
        let name = file.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        writeln!(text, "{}  {name}", sha256(&tools::read(file)?))?;
    }
    tools::write(&folder.join(NAME), text)
}

/// A checksum in hexadecimal digits.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
