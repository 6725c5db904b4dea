//! The files of a release, and the key by which a run of the same release is known.

use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::listing::Listing;
use super::release::{Release, source};
use crate::blocking;
use crate::check;
use crate::error::{Error, Result};
use crate::files;
use crate::package::{Facts, LeftOut};
use crate::store::Target;
use crate::upload::{self, ReleaseKey, Source};
use crate::zip::Layout;

/// How much of the end of a file is read for the key, in bytes. The end of a package is its directory, which has a checksum
/// of every file inside.
const END: u64 = 1 << 20;

/// A package of a release.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// The name in the ZIP.
    pub name: String,
    /// What is inside.
    pub facts: Facts,
}

/// A file of a release.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReleasedFile {
    /// The name in the ZIP.
    pub name: String,
    /// The size in bytes.
    pub bytes: u64,
}

/// The files of a release.
pub(super) struct Inputs {
    /// The packages, in the order of the ZIP's sources.
    pub(super) packages: Vec<Package>,
    /// Package files that a wildcard or a folder led to and that were not taken.
    pub(super) left_out: Vec<LeftOut>,
    /// All files of the ZIP: first the packages, then the other files.
    pub(super) sources: Vec<Source>,
    /// The names and sizes of all files.
    pub(super) files: Vec<ReleasedFile>,
    /// The size in bytes of the ZIP of all files, whether the submission has them already or not; 0 if there are none. The
    /// folder of listings does not count.
    pub(super) zip_bytes: u64,
    /// The folder of listings.
    pub(super) listing: Option<Listing>,
    /// The release, for the markers of its draft.
    pub(super) key: ReleaseKey,
}

impl Inputs {
    /// Finds, opens and inspects the files.
    ///
    /// # Errors
    /// `file.*`, `package.invalid`.
    pub(super) async fn read(release: &Release, target: &Target) -> Result<Inputs> {
        let (release, target) = (release.clone(), target.clone());
        blocking::run(move || Inputs::find(release, &target)).await
    }

    /// The same on this thread. Blocks while the disk is slow.
    ///
    /// # Errors
    /// As [`Inputs::read`].
    pub(super) fn find(release: Release, target: &Target) -> Result<Inputs> {
        let found = check::inputs(&release.packages)?;
        let (mut packages, mut sources) = (Vec::new(), Vec::new());
        for chosen in found.chosen {
            let source = source(PathBuf::from(chosen.path), None)?;
            packages.push(Package { name: source.name.clone(), facts: chosen.facts });
            sources.push(source);
        }
        for file in &release.files {
            sources.push(file.source()?);
        }
        let layout = if sources.is_empty() { None } else { Some(upload::check(&sources)?) };
        let zip_bytes = layout.as_ref().map_or(0, Layout::total);
        let entries = layout.iter().flat_map(Layout::entries);
        let files = entries.map(|entry| ReleasedFile { name: entry.name().to_owned(), bytes: entry.size() });
        let files = files.collect();
        let key = key(&release, target, &packages, &sources)?;
        let (left_out, listing) = (found.left_out, release.listing);
        Ok(Inputs { packages, left_out, sources, files, zip_bytes, listing, key })
    }
}

/// The key of a release: what it makes of which submission, from which files. Paths, times and how to run it do not
/// matter, so that every machine finds the same key.
fn key(release: &Release, target: &Target, packages: &[Package], sources: &[Source]) -> Result<ReleaseKey> {
    let mut request = serde_json::to_value(release).map_err(|error| Error::internal(error.to_string()))?;
    if let Value::Object(members) = &mut request {
        for name in [
            "packages",
            "files",
            "fromFlight",
            "fromReceiptPath",
            "draft",
            "busy",
            "submissionId",
            "planHash",
            "summaryPath",
            "commit",
            "until",
            "pollSeconds",
        ] {
            members.remove(name);
        }
        if let Some(listing) = &release.listing {
            members.insert("listing".to_owned(), listing.identity()?);
        }
    }
    let mut files = Vec::new();
    for (at, source) in sources.iter().enumerate() {
        let facts = packages.get(at).map(|package| &package.facts);
        let identity = facts.map(|facts| json!([facts.identity_name, facts.version, facts.architectures]));
        let (size, end) = end(&source.path)?;
        files.push(json!([source.name, identity, size, end]));
    }
    // The service takes ids in any letter case.
    let text = json!([target.path().to_ascii_lowercase(), request, files]).to_string();
    let mut key = ReleaseKey::default();
    let length = key.0.len();
    key.0.copy_from_slice(&Sha256::digest(text)[..length]);
    Ok(key)
}

/// The size of a file, and a hash of its end.
fn end(path: &Path) -> Result<(u64, String)> {
    let failed = |error| Error::of_file(format!("{} can't be read", path.display()), &error);
    let mut file = files::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(END))).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(END).read_to_end(&mut bytes).map_err(failed)?;
    Ok((size, format!("{:x}", Sha256::digest(&bytes))))
}
