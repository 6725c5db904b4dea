#![no_main]
//! Inspects any bytes as a package. Input that begins with `<` is taken for a manifest, around which a package is made.

use libfuzzer_sys::fuzz_target;
use storeship::package::inspect_at;
use storeship::zip::{Layout, crc32};

fuzz_target!(|input: &[u8]| {
    let packed;
    let bytes = if input.starts_with(b"<") {
        packed = package(input);
        &packed
    } else {
        input
    };
    for name in ["a.msix", "a.msixbundle", "a.msixupload"] {
        if let Ok(facts) = inspect_at(name, &bytes, bytes.len() as u64) {
            assert_eq!(facts.size, bytes.len() as u64);
            assert!(facts.packages.len() <= 5_000);
            assert!(facts.target_device_families.len() <= 200_000);
        } else if let Err(error) = inspect_at(name, &bytes, bytes.len() as u64) {
            assert!(error.to_string().len() < 10_000, "{error}");
        }
    }
});

/// A package, or a bundle if the manifest says so, with the parts that every package has.
fn package(manifest: &[u8]) -> Vec<u8> {
    let bundle = manifest.windows(7).any(|word| word == b"<Bundle");
    let name = if bundle {
        "AppxMetadata/AppxBundleManifest.xml"
    } else {
        "AppxManifest.xml"
    };
    let map = br#"<BlockMap xmlns="http://schemas.microsoft.com/appx/2010/blockmap"/>"#;
    let files: [(&str, &[u8]); 3] = [
        ("AppxBlockMap.xml", map),
        ("[Content_Types].xml", b"<Types/>"),
        (name, manifest),
    ];
    let layout = Layout::new(files.map(|(name, bytes)| (name, bytes.len() as u64)))
        .expect("the names can be used");
    let mut out = Vec::new();
    let mut crcs = Vec::new();
    for entry in layout.entries() {
        let bytes = files[entry.source()].1;
        crcs.push(crc32(bytes));
        out.extend(entry.header(crc32(bytes)));
        out.extend(bytes);
    }
    out.extend(layout.tail(&crcs));
    out
}
