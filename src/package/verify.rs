//! Compares the content of packages with their block maps and signatures.
//!
//! Every file is unpacked in blocks of 64 KiB, of which one is in memory at a time.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use rawzip::FileReader;
use sha2::{Digest, Sha256};

use super::PackageError;
use super::archive::{Archive, PackagePart, Window};
use super::flaw::{Flaw, FlawKind};
use super::inspect::{BLOCK_MAP, INNER_LIMIT, MANIFEST, is_package};
use super::limits::{Limits, shown};
use super::signature;
use super::xml::{self, Element};
use crate::files;

/// The size of the blocks of a block map.
const BLOCK: usize = 64 * 1024;
/// The largest block map. That of a package of 25 GB has about 40 MB.
const MAP_LIMIT: u64 = 64 << 20;
/// The only method of hashing that the Store takes.
const METHOD: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
/// The files that are in no block map, in lower case.
const UNMAPPED: [&str; 4] =
    ["appxblockmap.xml", "appxsignature.p7x", "[content_types].xml", "appxmetadata/codeintegrity.cat"];
/// Packages in bundles in upload archives.
const DEEPEST: usize = 3;

/// Reads a whole package, bundle or upload archive, and compares it with its block maps and signatures. Of each package the
/// first flaw of a kind is returned. It ends early, without an error, when `goes_on` is false.
///
/// # Examples
/// ```
/// use storeship::package::{sample, verify};
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("Contoso.msix");
/// std::fs::write(&path, sample::package(&sample::Sample::default())?)?;
/// assert_eq!(verify(&path, &|| true)?, []);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Those of a package that can't be read.
pub fn verify(path: &Path, goes_on: &dyn Fn() -> bool) -> Result<Vec<Flaw>, PackageError> {
    let unreadable = |error: io::Error| PackageError::Unreadable { path: path.to_owned(), error };
    let file = files::open(path).map_err(unreadable)?;
    let len = file.metadata().map_err(unreadable)?.len();
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    let mut flaws = Vec::new();
    let limits = Limits::new();
    let run = Run { limits: &limits, goes_on };
    run.archive(&name, Window::new(&FileReader::from(file), len), DEEPEST, &mut flaws)?;
    Ok(flaws)
}

struct Run<'a> {
    limits: &'a Limits,
    goes_on: &'a dyn Fn() -> bool,
}

impl Run<'_> {
    fn archive(&self, file: &str, window: Window<'_>, depth: usize, flaws: &mut Vec<Flaw>) -> Result<(), PackageError> {
        let archive = Archive::open(file, window, self.limits, |_| true)?;
        if let Some(map) = archive.part(BLOCK_MAP) {
            let flaw = |kind, message| Flaw { file: file.to_owned(), kind, message };
            match archive.read(map, MAP_LIMIT) {
                Ok(bytes) => {
                    flaws.extend(self.map(&archive, &bytes).err().map(|message| flaw(FlawKind::BlockMap, message)));
                    let signed = signature::check(&archive, &bytes, self.limits, self.goes_on);
                    flaws.extend(signed.into_iter().map(|(kind, message)| flaw(kind, message)));
                }
                Err(reason) => flaws.push(flaw(FlawKind::BlockMap, format!("its block map can't be read: {reason}"))),
            }
        }
        // A package may have others as its data, which are none of a bundle.
        let holds_packages = archive.part(MANIFEST).is_none() && depth > 1;
        let inner = archive.parts().iter().filter(|part| holds_packages && is_package(&part.name));
        for part in inner.filter(|_| (self.goes_on)()) {
            let name = format!("{file}/{}", shown(&part.name));
            let broken = |reason| PackageError::BrokenDirectory { file: file.to_owned(), reason };
            if part.stored {
                self.archive(&name, archive.inside(part).map_err(broken)?.1, depth - 1, flaws)?;
            } else if part.size <= INNER_LIMIT.min(self.limits.left()) {
                let bytes = archive.read(part, INNER_LIMIT).map_err(broken)?;
                self.archive(&name, Window::new(&bytes, bytes.len() as u64), depth - 1, flaws)?;
            }
        }
        Ok(())
    }

    /// Compares the files of an archive with its block map. The error is a sentence about the first that differs.
    fn map(&self, archive: &Archive<'_>, bytes: &[u8]) -> Result<(), String> {
        let root = xml::parse(bytes, self.limits).map_err(|reason| format!("its block map is damaged: {reason}"))?;
        match root.attribute("HashMethod") {
            Some(METHOD) => {}
            other => {
                let other = shown(other.unwrap_or("none"));
                return Err(format!("its block map has the hash method {other}, and the Store takes SHA2-256"));
            }
        }
        let mut mapped: HashMap<String, &Element> = HashMap::new();
        for file in root.children().iter().filter(|element| element.name == "File") {
            let name = file.attribute("Name").unwrap_or_default().replace('\\', "/");
            mapped.insert(name.to_ascii_lowercase(), file);
        }
        let is_bundle = archive.part(MANIFEST).is_none();
        for part in archive.parts() {
            let name = part.name.to_ascii_lowercase();
            match mapped.remove(&name) {
                Some(file) => self.file(archive, part, file)?,
                // The packages in a bundle have block maps of their own.
                None if UNMAPPED.contains(&name.as_str()) || (is_bundle && is_package(&name)) => {}
                None => return Err(format!("{} is not in its block map", shown(&part.name))),
            }
            if !(self.goes_on)() {
                return Ok(());
            }
        }
        match mapped.keys().min() {
            Some(missing) => Err(format!("its block map names {}, which is not there", shown(missing))),
            None => Ok(()),
        }
    }

    /// Compares a file with its entry in the block map.
    fn file(&self, archive: &Archive<'_>, part: &PackagePart, file: &Element) -> Result<(), String> {
        let name = shown(&part.name);
        let size = file.attribute("Size").and_then(|size| size.parse::<u64>().ok());
        let mut hashes = file.children().iter().filter(|element| element.name == "Block");
        let (mut read, mut at) = (0_u64, 0_usize);
        archive.blocks(part, BLOCK, &mut |block| {
            if !(self.goes_on)() {
                return Ok(false);
            }
            read += block.len() as u64;
            let expected = hashes.next().and_then(|hash| hash.attribute("Hash"));
            if expected != Some(BASE64.encode(Sha256::digest(block)).as_str()) {
                return Err(format!("block {at} of {name} differs from its block map"));
            }
            at += 1;
            Ok(true)
        })?;
        if (self.goes_on)() && (size != Some(read) || hashes.next().is_some()) {
            let size = size.map_or("no size".to_owned(), |size| format!("{size} bytes"));
            return Err(format!("{name} has {read} bytes, and its block map says {size}"));
        }
        Ok(())
    }
}
