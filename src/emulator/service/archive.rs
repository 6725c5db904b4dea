//! The uploaded ZIP: its central directory, and the packages in it.

use std::collections::HashMap;

use rawzip::{RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder};

use crate::emulator::blob::blobs::BlobSlice;
use crate::package;

/// The extensions of packages that the Store accepts.
const PACKAGE_EXTENSIONS: [&str; 8] =
    ["appx", "appxbundle", "appxupload", "msix", "msixbundle", "msixupload", "xap", "eappx"];

/// A ZIP in blob storage.
pub(super) struct Archive {
    zip: ZipArchive<BlobSlice>,
    entries: HashMap<String, Entry>,
}

#[derive(Clone, Copy)]
struct Entry {
    wayfinder: ZipArchiveEntryWayfinder,
    /// Not compressed, so that its bytes can be read where they are.
    stored: bool,
}

/// The members of a package entry that processing fills in.
pub(super) struct PackageMetadata {
    pub(super) version: String,
    pub(super) architecture: String,
    pub(super) languages: Vec<String>,
    pub(super) capabilities: Vec<String>,
    pub(super) target_device_families: Vec<String>,
}

impl Archive {
    /// Reads the central directory. `None` if the blob is not a ZIP, or an entry is not where the directory says.
    pub(super) fn read(blob: BlobSlice) -> Option<Archive> {
        let length = blob.length();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let locator = ZipArchive::with_max_search_space(65_536 + 22);
        let zip = locator.locate_in_reader(blob, &mut buffer, length).ok()?;
        let mut entries = HashMap::new();
        let mut directory = zip.entries(&mut buffer);
        while let Some(entry) = directory.next_entry().ok()? {
            let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            let stored = entry.compression_method() == rawzip::CompressionMethod::STORE;
            entries.insert(name, Entry { wayfinder: entry.wayfinder(), stored });
        }
        for entry in entries.values() {
            zip.get_entry(entry.wayfinder).ok()?;
        }
        Some(Archive { zip, entries })
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// The bytes of an entry that is not compressed.
    fn stored_bytes(&self, name: &str) -> Option<BlobSlice> {
        let entry = self.entries.get(name).filter(|entry| entry.stored)?;
        let (start, end) = self.zip.get_entry(entry.wayfinder).ok()?.compressed_data_range();
        Some(self.zip.get_ref().slice(start, end))
    }

    /// Why the Store refuses a package, for a message. The content of a compressed entry is not checked.
    pub(super) fn package_error(&self, name: &str) -> Option<&'static str> {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !PACKAGE_EXTENSIONS.contains(&extension.as_str()) {
            return Some("is of a type that the Store does not take");
        }
        let mut beginning = [0; 2];
        match self.stored_bytes(name)?.read_at(&mut beginning, 0) {
            Ok(2) if beginning == *b"PK" => None,
            _ => Some("is not a valid package"),
        }
    }

    /// The metadata from the manifest of a package. A package that can't be read gets metadata from its name, such as
    /// `Name_1.2.3.0_x64.msix`.
    pub(super) fn package_metadata(&self, name: &str) -> PackageMetadata {
        self.manifest_metadata(name).unwrap_or_else(|| metadata_from_name(name))
    }

    fn manifest_metadata(&self, name: &str) -> Option<PackageMetadata> {
        let bytes = self.stored_bytes(name)?;
        let facts = package::inspect_at(name, &bytes, bytes.length()).ok()?;
        let architecture = facts.architecture.as_ref().or(facts.architectures.first());
        Some(PackageMetadata {
            version: facts.version,
            architecture: architecture_name(architecture.map_or("neutral", String::as_str))
                .unwrap_or("Neutral")
                .to_owned(),
            languages: facts.languages,
            capabilities: facts.capabilities,
            target_device_families: facts.target_device_families,
        })
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
