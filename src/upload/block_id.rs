//! Block ids that say what a block holds, so that an upload is resumed from the block list alone (B4).

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use super::files::Planned;
use crate::zip::{Plan, crc32};

/// Changes whenever the same names and sizes would give other bytes.
const LAYOUT_VERSION: &[u8] = b"storeship upload 1";

/// The service wants all ids of a blob in one length, at most 64 bytes; 48 need no padding in base64.
const LENGTH: usize = 48;

/// Which upload a block belongs to: names, sizes, times of the files, and the block size.
pub(super) type PlanHash = [u8; 16];

/// The content of a block in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sums {
    /// CRC-32 as ZIP headers carry it.
    pub(super) crc32: u32,
    /// CRC-64/NVME as the storage service computes it (A7).
    pub(super) crc64: u64,
}

impl Sums {
    pub(super) fn of(bytes: &[u8]) -> Sums {
        let mut crc64 = crc64fast_nvme::Digest::new();
        crc64.write(bytes);
        Sums { crc32: crc32(bytes), crc64: crc64.sum64() }
    }
}

/// Everything an id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockId {
    pub(super) index: u32,
    pub(super) len: u32,
    pub(super) sums: Sums,
    pub(super) plan: PlanHash,
}

impl BlockId {
    /// 64 characters of base64.
    pub(super) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.index.to_be_bytes());
        bytes.extend(self.len.to_be_bytes());
        bytes.extend(self.sums.crc32.to_be_bytes());
        bytes.extend(self.sums.crc64.to_be_bytes());
        bytes.extend(self.plan);
        bytes.resize(LENGTH, 0);
        BASE64.encode(bytes)
    }

    /// `None` for the id of another tool.
    pub(super) fn decode(text: &str) -> Option<BlockId> {
        let bytes: [u8; LENGTH] = BASE64.decode(text).ok()?.try_into().ok()?;
        let field = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let crc64 = (u64::from(field(12)) << 32) | u64::from(field(16));
        let mut plan = PlanHash::default();
        plan.copy_from_slice(&bytes[20..36]);
        let id = BlockId { index: field(0), len: field(4), sums: Sums { crc32: field(8), crc64 }, plan };
        (id.encode() == text).then_some(id)
    }
}

/// The hash that tells this upload from any other.
pub(super) fn plan_hash(plan: &Plan, files: &[Planned]) -> PlanHash {
    let mut hash = Sha256::new();
    hash.update(LAYOUT_VERSION);
    hash.update(plan.block_bytes().to_be_bytes());
    for entry in plan.layout().entries() {
        hash.update((entry.name().len() as u64).to_be_bytes());
        hash.update(entry.name());
        hash.update(entry.size().to_be_bytes());
        hash.update(nanoseconds(files[entry.source()].stamp.modified).to_be_bytes());
    }
    let mut short = PlanHash::default();
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}

/// Zero where the file system has no times: the size is all there is then.
fn nanoseconds(time: Option<SystemTime>) -> i128 {
    match time.map(|time| time.duration_since(UNIX_EPOCH)) {
        Some(Ok(after)) => after.as_nanos() as i128,
        Some(Err(before)) => -(before.duration().as_nanos() as i128),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_again_what_was_put_in() {
        let id =
            BlockId { index: 7, len: 8 << 20, sums: Sums { crc32: 0xCBF4_3926, crc64: u64::MAX - 5 }, plan: [9; 16] };
        let text = id.encode();
        assert_eq!(text.len(), 64);
        assert!(!text.contains('='));
        assert_eq!(BlockId::decode(&text), Some(id));
        for foreign in ["", "AAAA", "not base64!", &"A".repeat(60), &format!("{}AAA/", &text[..60])] {
            assert_eq!(BlockId::decode(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_checksums_are_those_of_zip_and_of_the_storage_service() {
        let sums = Sums::of(b"123456789");
        assert_eq!((sums.crc32, sums.crc64), (0xCBF4_3926, 0xAE8B_1486_0A79_9888));
    }
}
