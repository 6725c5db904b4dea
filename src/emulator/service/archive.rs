//! What the emulator reads of the uploaded ZIP: its central directory and the beginning of packages.

use std::collections::HashMap;

use rawzip::{RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder};

use crate::emulator::blob::blobs::Slice;
use crate::package;

/// Extensions that the Store takes.
const PACKAGES: [&str; 8] = ["appx", "appxbundle", "appxupload", "msix", "msixbundle", "msixupload", "xap", "eappx"];

/// The central directory of a blob.
pub(crate) struct Archive {
    zip: ZipArchive<Slice>,
    entries: HashMap<String, (ZipArchiveEntryWayfinder, bool)>,
}

/// What a processed package says about itself.
pub(crate) struct Facts {
    pub(crate) version: String,
    pub(crate) architecture: String,
    pub(crate) languages: Vec<String>,
    pub(crate) capabilities: Vec<String>,
    pub(crate) target_device_families: Vec<String>,
}

impl Archive {
    /// `None` when the blob is not a ZIP, or its directory does not hold together.
    pub(crate) fn read(blob: Slice) -> Option<Archive> {
        let length = blob.length();
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let locator = ZipArchive::with_max_search_space(65_536 + 22);
        let zip = locator.locate_in_reader(blob, &mut buffer, length).ok()?;
        let mut found = Vec::new();
        let mut entries = zip.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().ok()? {
            let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            let stored = entry.compression_method() == rawzip::CompressionMethod::STORE;
            found.push((name, (entry.wayfinder(), stored)));
        }
        let entries: HashMap<_, _> = found.into_iter().collect();
        // Local headers that are not where the directory says make the archive worthless.
        for (wayfinder, _) in entries.values() {
            zip.get_entry(*wayfinder).ok()?;
        }
        Some(Archive { zip, entries })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Why an entry cannot be a package; a compressed one is only judged by its name.
    pub(crate) fn package_fault(&self, name: &str) -> Option<&'static str> {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if !PACKAGES.contains(&extension.as_str()) {
            return Some("is of a type that the Store does not take");
        }
        let (wayfinder, stored) = self.entries.get(name)?;
        if !stored {
            return None;
        }
        let entry = self.zip.get_entry(*wayfinder).ok()?;
        let (start, end) = entry.compressed_data_range();
        let mut beginning = [0; 2];
        let read = rawzip::ReaderAt::read_at(&self.zip.get_ref().part(start, end), &mut beginning, 0);
        match read {
            Ok(2) if beginning == *b"PK" => None,
            _ => Some("is not a valid package"),
        }
    }

    /// What processing fills in: from the package's manifest, or, for what can't be looked into, from a name like
    /// `Name_1.2.3.0_x64.msix`.
    pub(crate) fn package_facts(&self, name: &str) -> Facts {
        self.manifest_facts(name).unwrap_or_else(|| from_name(name))
    }

    fn manifest_facts(&self, name: &str) -> Option<Facts> {
        let (wayfinder, stored) = self.entries.get(name)?;
        if !stored {
            return None;
        }
        let (start, end) = self.zip.get_entry(*wayfinder).ok()?.compressed_data_range();
        let facts = package::inspect_at(name, &self.zip.get_ref().part(start, end), end - start).ok()?;
        let architecture = facts.architecture.as_ref().or(facts.architectures.first());
        Some(Facts {
            version: facts.version,
            architecture: spelled(architecture.map_or("neutral", String::as_str)).unwrap_or("Neutral").to_owned(),
            languages: facts.languages,
            capabilities: facts.capabilities,
            target_device_families: facts.target_device_families,
        })
    }
}

/// An architecture as the service spells it.
fn spelled(architecture: &str) -> Option<&'static str> {
    match architecture.to_ascii_lowercase().as_str() {
        "x86" => Some("X86"),
        "x64" => Some("X64"),
        "arm" => Some("ARM"),
        "arm64" => Some("Arm64"),
        _ => None,
    }
}

fn from_name(name: &str) -> Facts {
    let file = name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut facts = Facts {
        version: "1.0.0.0".to_owned(),
        architecture: "Neutral".to_owned(),
        languages: vec!["en-US".to_owned()],
        capabilities: Vec::new(),
        target_device_families: vec!["Windows.Universal min version 10.0.17763.0".to_owned()],
    };
    for part in stem.split('_') {
        let numbers: Vec<&str> = part.split('.').collect();
        if numbers.len() == 4 && numbers.iter().all(|number| number.parse::<u16>().is_ok()) {
            part.clone_into(&mut facts.version);
        }
        if let Some(architecture) = spelled(part) {
            architecture.clone_into(&mut facts.architecture);
        }
    }
    facts
}
