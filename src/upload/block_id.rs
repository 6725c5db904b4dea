//! Block ids that describe the block's content, so that an upload can be resumed from the service's block list alone.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use super::checksums::Checksums;
use super::files::Planned;
use crate::zip::Plan;

/// Must change whenever a new version of this library would write other bytes for the same files.
const LAYOUT_VERSION: &[u8] = b"storeship upload 1";

/// The length of an id before base64, in bytes. All ids of a blob must have one length, at most 64 bytes (Put Block);
/// a multiple of three needs no padding.
const LENGTH: usize = 48;

/// Identifies the upload that a block belongs to: a hash of the block size and of each file's name, size and
/// modification time.
pub(super) type PlanHash = [u8; 16];

/// The content of a block id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockId {
    pub(super) index: u32,
    pub(super) len: u32,
    pub(super) checksums: Checksums,
    pub(super) plan: PlanHash,
}

impl BlockId {
    /// The id as 64 characters of base64.
    pub(super) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(LENGTH);
        bytes.extend(self.index.to_be_bytes());
        bytes.extend(self.len.to_be_bytes());
        bytes.extend(self.checksums.crc32.to_be_bytes());
        bytes.extend(self.checksums.crc64.to_be_bytes());
        bytes.extend(self.plan);
        bytes.resize(LENGTH, 0);
        BASE64.encode(bytes)
    }

    /// Parses an id; `None` for an id of another tool.
    pub(super) fn decode(text: &str) -> Option<BlockId> {
        let bytes: [u8; LENGTH] = BASE64.decode(text).ok()?.try_into().ok()?;
        let field = |at: usize| u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let crc64 = (u64::from(field(12)) << 32) | u64::from(field(16));
        let mut plan = PlanHash::default();
        plan.copy_from_slice(&bytes[20..36]);
        let id = BlockId { index: field(0), len: field(4), checksums: Checksums { crc32: field(8), crc64 }, plan };
        (id.encode() == text).then_some(id)
    }
}

/// The hash that distinguishes this upload from any other.
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

/// A modification time in nanoseconds since 1970. Zero on a file system without modification times, where only the size
/// is compared.
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
    fn an_id_round_trips() {
        let id = BlockId {
            index: 7,
            len: 8 << 20,
            checksums: Checksums { crc32: 0xCBF4_3926, crc64: u64::MAX - 5 },
            plan: [9; 16],
        };
        let text = id.encode();
        assert_eq!(text.len(), 64);
        assert!(!text.contains('='));
        assert_eq!(BlockId::decode(&text), Some(id));
        for foreign in ["", "AAAA", "not base64!", &"A".repeat(60), &format!("{}AAA/", &text[..60])] {
            assert_eq!(BlockId::decode(foreign), None, "{foreign}");
        }
    }
}
