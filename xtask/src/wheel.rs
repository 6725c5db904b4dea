//! The Python wheel: the module of `python/storeship`, and the library inside of it.

use std::fmt::Write;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::archive::Tree;
use crate::dist::Dist;
use crate::platform::System;
use crate::project::Natives;
use crate::tools;

pub(crate) fn write(dist: &Dist, natives: &Natives) -> Result<()> {
    let project = &dist.project;
    let version = project.python_version();
    // It is the same for all versions of Python, since it has no extension module.
    let tag = format!("py3-none-{}", platform_tag(natives)?);
    let mut tree = Tree::default();
    let folder = project.root.join("python");
    for file in tools::files(&folder.join("storeship"))? {
        let path = file.strip_prefix(&folder)?.to_string_lossy().replace('\\', "/");
        // Nothing else that happens to lie there, such as compiled files and a library for tests.
        if path.ends_with(".py") || path.ends_with("/py.typed") {
            tree.file(path, &file);
        }
    }
    tree.program(format!("storeship/{}", natives.platform.system.library()), &natives.library());

    let info = format!("storeship-{version}.dist-info");
    tree.file(format!("{info}/licenses/LICENSE"), &project.license_file());
    tree.file(format!("{info}/licenses/THIRD-PARTY-NOTICES.txt"), &dist.notices);
    tree.bytes(format!("{info}/METADATA"), metadata(dist, &version)?);
    tree.bytes(
        format!("{info}/WHEEL"),
        format!("Wheel-Version: 1.0\nGenerator: storeship-xtask\nRoot-Is-Purelib: false\nTag: {tag}\n"),
    );
    let mut record = String::new();
    for (path, bytes) in tree.contents() {
        let bytes = bytes?;
        writeln!(record, "{path},sha256={},{}", URL_SAFE_NO_PAD.encode(Sha256::digest(&bytes)), bytes.len())?;
    }
    writeln!(record, "{info}/RECORD,,")?;
    tree.bytes(format!("{info}/RECORD"), record);
    tree.zip(&dist.output(format!("storeship-{version}-{tag}.whl")), project.archives)
}

/// The platform tag, which for glibc has the version that the library needs.
fn platform_tag(natives: &Natives) -> Result<String> {
    let wheel = natives.platform.wheel;
    if natives.platform.system != System::Glibc {
        return Ok(wheel.to_owned());
    }
    let (major, minor) = natives.glibc()?.context("the library names no version of glibc")?;
    // pip knows no older one by this name.
    Ok(format!("manylinux_{major}_{}_{wheel}", minor.max(17)))
}

fn metadata(dist: &Dist, version: &str) -> Result<String> {
    let project = &dist.project;
    let mut text =
        format!("Metadata-Version: 2.4\nName: storeship\nVersion: {version}\nSummary: {}\n", project.description);
    writeln!(text, "License-Expression: {}", project.license)?;
    writeln!(text, "License-File: LICENSE\nLicense-File: THIRD-PARTY-NOTICES.txt")?;
    writeln!(text, "Keywords: {}", project.keywords.join(","))?;
    if !project.repository.is_empty() {
        writeln!(text, "Project-URL: Source, {}", project.repository)?;
    }
    writeln!(text, "Requires-Python: >=3.9\nDescription-Content-Type: text/markdown\n")?;
    Ok(text + &tools::read_text(&project.root.join("python/README.md"))?)
}
