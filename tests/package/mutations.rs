//! Damaged packages: whatever bytes change, the reader returns facts or an error of bounded size.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use storeship::package::inspect_at;
use storeship::package::sample::{self, Sample};

/// A package, a bundle, and an upload archive with a compressed package.
fn seeds() -> Vec<Vec<u8>> {
    let package = sample::package(&Sample::default()).unwrap();
    let arm64 = Sample { architecture: "arm64".into(), ..Sample::default() };
    let bundle = sample::bundle(&[Sample::default(), arm64]).unwrap();
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("a.msix", options).unwrap();
    writer.write_all(&package).unwrap();
    let upload = writer.finish().unwrap().into_inner();
    vec![package, bundle, upload]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_told(
        seed in 0_usize..3,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..12),
        // The directory and the headers are at the end: most changes go there.
        tail in any::<bool>(),
    ) {
        let mut bytes = seeds().swap_remove(seed);
        for (place, byte, kind) in changes {
            let range = if tail { bytes.len().min(700) } else { bytes.len() };
            let at = bytes.len() - 1 - place.index(range.max(1));
            match kind {
                0 => bytes[at] = byte,
                1 => bytes[at] ^= 1 << (byte % 8),
                2 => bytes.truncate(at + 1),
                _ => bytes.insert(at, byte),
            }
        }
        for name in ["a.msix", "a.msixbundle", "a.msixupload"] {
            match inspect_at(name, &&*bytes, bytes.len() as u64) {
                Ok(facts) => prop_assert_eq!(facts.size, bytes.len() as u64),
                Err(error) => prop_assert!(error.to_string().len() < 10_000, "{}", error),
            }
        }
    }
}
