//! The uploaded ZIP: its central directory, and the packages in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rawzip::{RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive};

use crate::emulator::blob::blobs::{BlobSlice, Blobs};
use crate::package;

/// The extensions of packages that the Store accepts.
const PACKAGE_EXTENSIONS: [&str; 8] =
    ["appx", "appxbundle", "appxupload", "msix", "msixbundle", "msixupload", "xap", "eappx"];

/// What processing needs to know of a ZIP in blob storage.
#[derive(Debug)]
pub(super) struct Archive {
    names: HashSet<String>,
    /// The packages that are stored without compression, by name.
    packages: HashMap<String, StoredPackage>,
}

/// A package whose bytes can be read where they are.
#[derive(Debug)]
struct StoredPackage {
    begins_like_zip: bool,
    /// `None` if its manifest can't be read.
    metadata: Option<PackageMetadata>,
}

/// The members of a package entry that processing fills in.
#[derive(Clone, Debug)]
pub(super) struct PackageMetadata {
    /// The identity name and the publisher; empty if only the file name is known.
    pub(super) identity: (String, String),
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) languages: Vec<String>,
    pub(super) capabilities: Vec<String>,
    pub(super) target_device_families: Vec<String>,
}

impl Archive {
    /// Reads the central directory and the packages. `None` if the blob is not a ZIP, or an entry is not where the
    /// directory says.
    fn read(blob: BlobSlice) -> Option<Archive> {
        let length = blob.length();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let locator = ZipArchive::with_max_search_space(65_536 + 22);
        let zip = locator.locate_in_reader(blob, &mut buffer, length).ok()?;
        let mut entries = Vec::new();
        let mut directory = zip.entries(&mut buffer);
        while let Some(entry) = directory.next_entry().ok()? {
            let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            let stored = entry.compression_method() == rawzip::CompressionMethod::STORE;
            entries.push((name, entry.wayfinder(), stored));
        }
        let mut archive = Archive { names: HashSet::new(), packages: HashMap::new() };
        for (name, wayfinder, stored) in entries {
            let (start, end) = zip.get_entry(wayfinder).ok()?.compressed_data_range();
            if stored && is_package_name(&name) {
                let package = StoredPackage::read(&name, zip.get_ref().slice(start, end));
                archive.packages.insert(name.clone(), package);
            }
            archive.names.insert(name);
        }
        Some(archive)
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Why the Store refuses a package, for a message. The content of a compressed entry is not checked. `identity` are
    /// the identity name and the publisher of the app.
    pub(super) fn package_error(&self, name: &str, identity: &(String, String)) -> Option<String> {
        if !is_package_name(name) {
            return Some("is of a type that the Store does not take".to_owned());
        }
        let package = self.packages.get(name)?;
        if !package.begins_like_zip {
            return Some("is not a valid package".to_owned());
        }
        let of_package = &package.metadata.as_ref()?.identity;
        (!identity.0.is_empty() && of_package != identity).then(|| {
            format!("has the identity {} of {}, expected {} of {}", of_package.0, of_package.1, identity.0, identity.1)
        })
    }

    /// The metadata from the manifest of a package. A package that can't be read gets metadata from its name, such as
    /// `Name_1.2.3.0_x64.msix`.
    pub(super) fn package_metadata(&self, name: &str) -> PackageMetadata {
        let package = self.packages.get(name).and_then(|package| package.metadata.clone());
        package.unwrap_or_else(|| metadata_from_name(name))
    }
}

fn is_package_name(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    PACKAGE_EXTENSIONS.contains(&extension.as_str())
}

impl StoredPackage {
    fn read(name: &str, bytes: BlobSlice) -> StoredPackage {
        let mut beginning = [0; 2];
        let begins_like_zip = matches!(bytes.read_at(&mut beginning, 0), Ok(2) if beginning == *b"PK");
        let metadata = package::inspect_at(name, &bytes, bytes.length()).ok().map(|facts| {
            let architecture = facts.architecture.as_ref().or(facts.architectures.first());
            PackageMetadata {
                identity: (facts.identity_name, facts.publisher),
                version: facts.version,
                architecture: architecture_name(architecture.map_or("neutral", String::as_str))
                    .unwrap_or("Neutral")
                    .to_owned(),
                languages: facts.languages,
                capabilities: facts.capabilities.into_iter().map(|capability| capability.name).collect(),
                target_device_families: facts.target_device_families,
            }
        });
        StoredPackage { begins_like_zip, metadata }
    }
}

/// The ZIPs that were read, by the id of their blob.
#[derive(Debug, Default)]
pub(crate) struct Archives(HashMap<String, KnownArchive>);

/// A ZIP that was read; `None` if it is none.
#[derive(Debug)]
pub(crate) struct KnownArchive {
    blob: String,
    /// The version of the content that was read.
    version: u64,
    archive: Option<Arc<Archive>>,
}

/// A ZIP that is still to be read.
pub(crate) struct UnreadArchive {
    blob: String,
    version: u64,
    content: BlobSlice,
}

impl UnreadArchive {
    /// Reads the ZIP. This can take long.
    pub(crate) fn read(self) -> KnownArchive {
        KnownArchive { blob: self.blob, version: self.version, archive: Archive::read(self.content).map(Arc::new) }
    }
}

impl Archives {
    /// The content of a blob, if it was not read as a ZIP yet.
    pub(super) fn unread(&self, blobs: &Blobs, blob: &str) -> Option<UnreadArchive> {
        let content = blobs.content(blob)?;
        let known = self.0.get(blob).is_some_and(|known| known.version == content.version);
        (!known).then(|| UnreadArchive { blob: blob.to_owned(), version: content.version, content: content.reader() })
    }

    pub(crate) fn keep(&mut self, known: KnownArchive) {
        self.0.insert(known.blob.clone(), known);
    }

    /// The ZIP in a blob, which is read now if it was not read before.
    pub(super) fn of(&mut self, blobs: &Blobs, blob: &str) -> Option<Arc<Archive>> {
        if let Some(unread) = self.unread(blobs, blob) {
            self.keep(unread.read());
        }
        self.0.get(blob)?.archive.clone()
    }

    pub(super) fn forget(&mut self, blob: &str) {
        self.0.remove(blob);
    }
}

/// The name of a file in the ZIP: a `fileName` with slashes for backslashes.
pub(super) fn name_in_zip(file_name: &str) -> String {
    file_name.replace('\\', "/")
}

/// The service's name of a processor architecture.
fn architecture_name(architecture: &str) -> Option<&'static str> {
    match architecture.to_ascii_lowercase().as_str() {
        "x86" => Some("X86"),
        "x64" => Some("X64"),
        "arm" => Some("ARM"),
        "arm64" => Some("Arm64"),
        _ => None,
    }
}

/// The metadata of a package as far as its name has it, such as `Name_1.2.3.0_x64.msix`.
pub(super) fn metadata_from_name(name: &str) -> PackageMetadata {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut metadata = PackageMetadata {
        identity: Default::default(),
        version: "1.0.0.0".to_owned(),
        architecture: "Neutral".to_owned(),
        languages: vec!["en-US".to_owned()],
        capabilities: Vec::new(),
        target_device_families: vec!["Windows.Universal min version 10.0.17763.0".to_owned()],
    };
    for part in stem.split('_') {
        let numbers: Vec<&str> = part.split('.').collect();
        if numbers.len() == 4 && numbers.iter().all(|number| number.parse::<u16>().is_ok()) {
            part.clone_into(&mut metadata.version);
        }
        if let Some(architecture) = architecture_name(part) {
            architecture.clone_into(&mut metadata.architecture);
        }
    }
    metadata
}
