//! The two checksums of a block.

use crate::zip::crc32;

/// CRC-32 and CRC-64 of the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Checksums {
    /// CRC-32, as ZIP headers carry it.
    pub(super) crc32: u32,
    /// CRC-64/NVME, as the storage service checks it in `x-ms-content-crc64`.
    pub(super) crc64: u64,
}

impl Checksums {
    pub(super) fn of(bytes: &[u8]) -> Checksums {
        let mut crc64 = crc64fast_nvme::Digest::new();
        crc64.write(bytes);
        Checksums { crc32: crc32(bytes), crc64: crc64.sum64() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksums_are_those_of_zip_and_of_the_storage_service() {
        let checksums = Checksums::of(b"123456789");
        assert_eq!((checksums.crc32, checksums.crc64), (0xCBF4_3926, 0xAE8B_1486_0A79_9888));
    }
}
