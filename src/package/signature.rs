//! What the signature of a package says: the hashes of its parts, and whose certificate made it.
//!
//! The signature itself is not verified, and neither is the chain of its certificates: the Store signs packages itself.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::archive::{Archive, PackagePart};
use super::certificate::{self, Signer};
use super::flaw::FlawKind;
use super::inspect::{BUNDLE_MANIFEST, CONTENT_TYPES, MANIFEST, SIGNATURE};
use super::limits::{Limits, shown};
use super::xml;

/// The largest signature.
const SIGNATURE_LIMIT: u64 = 4 << 20;
/// The largest part whose hash is compared: block maps of packages of 25 GB have about 40 MB.
const PART_LIMIT: u64 = 64 << 20;
/// The largest central directory. One of 100,000 files has about 15 MB.
const DIRECTORY_LIMIT: u64 = 64 << 20;
/// How much of a file is read at once.
const PIECE: usize = 64 * 1024;
/// The catalogue of the hashes of its programs.
const CATALOGUE: &str = "AppxMetadata/CodeIntegrity.cat";

/// What a signature says in another way than the package. The first hash that differs comes first.
pub(super) fn check(
    archive: &Archive<'_>,
    map: &[u8],
    limits: &Limits,
    goes_on: &dyn Fn() -> bool,
) -> Vec<(FlawKind, String)> {
    let Some(part) = archive.part(SIGNATURE) else { return Vec::new() };
    let broken = |reason: &str| vec![(FlawKind::Signature, format!("its signature is damaged: {reason}"))];
    let bytes = match archive.read(part, SIGNATURE_LIMIT) {
        Ok(bytes) => bytes,
        Err(reason) => return broken(&reason),
    };
    let Some(hashes) = Hashes::of(&bytes) else { return broken("it is none of a package") };
    let mut flaws = Vec::new();
    let differs = hashes.differs(archive, map).or_else(|| hashes.layout_differs(archive, part, goes_on));
    if let Some(what) = differs {
        let message = format!("its signature is of another {what}: the package was changed after it was signed");
        flaws.push((FlawKind::Signature, message));
    }
    let signer = bytes.strip_prefix(b"PKCX").and_then(certificate::signer);
    flaws.extend(signer.and_then(|signer| of_signer(&signer, &publisher(archive, limits)?)));
    flaws
}

/// What is to be said of the certificate of a signature. The sentence has no verdict on a publisher in a form that is not
/// known.
fn of_signer(signer: &Signer, publisher: &str) -> Option<(FlawKind, String)> {
    if !certificate::is_named(signer, publisher)? {
        let (subject, publisher) = (shown(&signer.shown()), shown(publisher));
        let message = format!("its signature is by {subject}, and its Publisher is {publisher}");
        return Some((FlawKind::Signer, message));
    }
    let message = "its certificate is self-signed, which the Store replaces by its own";
    signer.is_self_signed.then(|| (FlawKind::SelfSigned, message.to_owned()))
}

/// `Identity/@Publisher` of a package or a bundle.
fn publisher(archive: &Archive<'_>, limits: &Limits) -> Option<String> {
    let manifest = archive.part(MANIFEST).or_else(|| archive.part(BUNDLE_MANIFEST))?;
    let root = xml::parse(&archive.read(manifest, PART_LIMIT).ok()?, limits).ok()?;
    Some(root.child("Identity")?.attribute("Publisher")?.to_owned())
}

/// The hashes of a signature by their tags of four letters.
struct Hashes<'b>(HashMap<&'b [u8], &'b [u8]>);

impl<'b> Hashes<'b> {
    fn of(signature: &'b [u8]) -> Option<Hashes<'b>> {
        let start = signature.windows(8).position(|window| window == b"APPXAXPC")?;
        // Behind `APPX` is a hash after each tag.
        let entries = signature.get(start + 4..)?.chunks_exact(36);
        let entries = entries.map_while(|entry| entry.starts_with(b"AX").then(|| entry.split_at(4)));
        signature.starts_with(b"PKCX").then(|| Hashes(entries.collect()))
    }

    fn is(&self, tag: &[u8], content: &[u8]) -> bool {
        self.0.get(tag).is_some_and(|hash| *hash == Sha256::digest(content).as_slice())
    }

    /// The first part with another hash.
    fn differs(&self, archive: &Archive<'_>, map: &[u8]) -> Option<&'static str> {
        let read = |name: &str| archive.part(name).and_then(|part| archive.read(part, PART_LIMIT).ok());
        if !self.is(b"AXBM", map) {
            return Some("block map");
        }
        if !self.is(b"AXCT", &read(CONTENT_TYPES).unwrap_or_default()) {
            return Some("content types");
        }
        let catalogue = read(CATALOGUE).unwrap_or_default();
        let has_catalogue = self.0.contains_key(&b"AXCI"[..]);
        (has_catalogue && !self.is(b"AXCI", &catalogue)).then_some("catalogue of code")
    }

    /// Compares the layout of the archive, without the signature that was added to it. Only an archive as the tools of
    /// Windows write it is judged: the signature is the last file, and the directory ends with records of ZIP64.
    fn layout_differs(
        &self,
        archive: &Archive<'_>,
        part: &PackagePart,
        goes_on: &dyn Fn() -> bool,
    ) -> Option<&'static str> {
        let start = part.start();
        if archive.parts().iter().any(|other| other.start() > start) {
            return None;
        }
        let (directory, end) = archive.directory();
        let length = end.checked_sub(directory).filter(|length| *length <= DIRECTORY_LIMIT)?;
        let unsigned = without_signature(&archive.bytes(directory, length).ok()?, start)?;
        if !self.is(b"AXCD", &unsigned) {
            return Some("central directory");
        }
        let (mut hash, mut at) = (Sha256::new(), 0);
        while at < start {
            let piece = archive.bytes(at, (start - at).min(PIECE as u64)).ok()?;
            if !goes_on() || piece.is_empty() {
                return None;
            }
            at += piece.len() as u64;
            hash.update(piece);
        }
        let is_same = self.0.get(&b"AXPC"[..]).is_some_and(|expected| *expected == hash.finalize().as_slice());
        (!is_same).then_some("content")
    }
}

/// The central directory and the records behind it as they were before the signature was added, whose local header begins at
/// `start`: without its entry, and with the numbers of that time.
fn without_signature(bytes: &[u8], start: u64) -> Option<Vec<u8>> {
    const ENTRY: &[u8] = b"PK\x01\x02";
    const FIXED: usize = 46;
    /// The record of ZIP64, its locator and the end record, of which each number is in the first.
    const RECORD: usize = 56;
    const LOCATOR: usize = 20;
    let (mut unsigned, mut rest, mut count) = (Vec::with_capacity(bytes.len()), bytes, 0_u64);
    while rest.starts_with(ENTRY) {
        let number = |at: usize| Some(usize::from(u16::from_le_bytes(rest.get(at..at + 2)?.try_into().ok()?)));
        let name = number(28)?;
        let (entry, behind) = rest.split_at_checked(FIXED + name + number(30)? + number(32)?)?;
        if !entry.get(FIXED..FIXED + name)?.eq_ignore_ascii_case(SIGNATURE.as_bytes()) {
            unsigned.extend_from_slice(entry);
            count += 1;
        }
        rest = behind;
    }
    let size = unsigned.len() as u64;
    let mut records = rest.to_vec();
    let is_known = records.starts_with(b"PK\x06\x06")
        && records.get(RECORD..).is_some_and(|rest| rest.starts_with(b"PK\x06\x07"))
        && records.get(RECORD + LOCATOR..).is_some_and(|rest| rest.starts_with(b"PK\x05\x06"))
        && records.get(RECORD + LOCATOR + 8..RECORD + LOCATOR + 20).is_some_and(|rest| rest.iter().all(|&b| b == 0xff));
    if !is_known {
        return None;
    }
    let numbers = [(24, count), (32, count), (40, size), (48, start), (RECORD + 8, start + size)];
    for (at, number) in numbers {
        records.get_mut(at..at + 8)?.copy_from_slice(&number.to_le_bytes());
    }
    unsigned.extend(records);
    Some(unsigned)
}
