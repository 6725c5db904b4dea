//! Block ids that say what a block holds, so that the service's block list alone tells what is there and whose it is.
//!
//! An id is 48 bytes before base64: all ids of a blob must have one length, at most 64 bytes (Put Block), and a multiple
//! of three needs no padding. Numbers are big-endian.
//!
//! | bytes | content |
//! |---|---|
//! | 0..3 | `SSB` |
//! | 3 | the version of this layout, and the kind of the block in the lower half |
//! | 4..36 | what the kind says: for a block of a ZIP the fields of [`BlockId`], for others those of a marker |
//! | 36..48 | the [`ReleaseKey`] |

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use super::checksums::Checksums;

const MAGIC: [u8; 3] = *b"SSB";
/// Must change with the layout of the ids. Other headers for the same files have other checksums, and so other ids.
const VERSION: u8 = 1;
const LENGTH: usize = 48;

/// Names a release in the ids of the blocks that it uploads, so that any machine can tell whose they are. Zeros, the
/// default, are no release.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseKey(pub [u8; 12]);

/// What an id says, without the meaning of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RawId {
    /// At most 15.
    pub(super) kind: u8,
    pub(super) content: [u8; 32],
    pub(super) release: ReleaseKey,
}

impl RawId {
    /// The id as 64 characters of base64.
    pub(super) fn encode(&self) -> String {
        let mut bytes = [0; LENGTH];
        bytes[..3].copy_from_slice(&MAGIC);
        bytes[3] = (VERSION << 4) | self.kind;
        bytes[4..36].copy_from_slice(&self.content);
        bytes[36..].copy_from_slice(&self.release.0);
        BASE64.encode(bytes)
    }

    /// Parses an id; `None` for an id of another tool or of another version.
    pub(super) fn decode(text: &str) -> Option<RawId> {
        let bytes: [u8; LENGTH] = BASE64.decode(text).ok()?.try_into().ok()?;
        let (mut content, mut release) = ([0; 32], ReleaseKey::default());
        content.copy_from_slice(&bytes[4..36]);
        release.0.copy_from_slice(&bytes[36..]);
        let known = bytes[..3] == MAGIC && bytes[3] >> 4 == VERSION;
        known.then_some(RawId { kind: bytes[3] & 0xF, content, release })
    }
}

/// The id of a block of one byte that says that other uncommitted blocks may not hold what their ids say, because bytes
/// were altered on the way. The next block list drops it, and the others too.
pub(super) const DISTRUST: RawId = RawId { kind: 10, content: [0; 32], release: ReleaseKey([0; 12]) };

/// What a block of a ZIP holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Bytes of a file.
    Data = 1,
    /// The local header of an entry.
    Header = 2,
    /// Bytes of the central directory and the end records.
    Tail = 3,
}

/// A hash of the name of an entry; zeros for the tail.
pub(super) type NameHash = [u8; 8];

/// The content of the id of a block of a ZIP. The order is that in which the blocks of an entry are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct BlockId {
    pub(super) kind: Kind,
    pub(super) name: NameHash,
    /// The place of the block in the file, the header or the tail.
    pub(super) offset: u64,
    pub(super) len: u32,
    pub(super) checksums: Checksums,
    pub(super) release: ReleaseKey,
}

impl BlockId {
    pub(super) fn encode(&self) -> String {
        let mut content = [0; 32];
        content[..8].copy_from_slice(&self.name);
        content[8..16].copy_from_slice(&self.offset.to_be_bytes());
        content[16..20].copy_from_slice(&self.len.to_be_bytes());
        content[20..24].copy_from_slice(&self.checksums.crc32.to_be_bytes());
        content[24..].copy_from_slice(&self.checksums.crc64.to_be_bytes());
        RawId { kind: self.kind as u8, content, release: self.release }.encode()
    }

    /// Parses an id; `None` for a marker and for an id of another tool.
    pub(super) fn decode(text: &str) -> Option<BlockId> {
        let RawId { kind, content, release } = RawId::decode(text)?;
        let kind = match kind {
            1 => Kind::Data,
            2 => Kind::Header,
            3 => Kind::Tail,
            _ => return None,
        };
        let long = |at: usize| {
            let mut bytes = [0; 8];
            bytes.copy_from_slice(&content[at..at + 8]);
            bytes
        };
        let short = |at: usize| u32::from_be_bytes([content[at], content[at + 1], content[at + 2], content[at + 3]]);
        Some(BlockId {
            kind,
            name: long(0),
            offset: u64::from_be_bytes(long(8)),
            len: short(16),
            checksums: Checksums { crc32: short(20), crc64: u64::from_be_bytes(long(24)) },
            release,
        })
    }

    /// Whether a block with the other id has the same bytes at the same place, whoever uploaded it.
    pub(super) fn holds_the_same_as(&self, other: &BlockId) -> bool {
        BlockId { release: other.release, ..*self } == *other
    }
}

/// The hash of the name of an entry.
pub(super) fn name_hash(name: &str) -> NameHash {
    let mut short = NameHash::default();
    short.copy_from_slice(&Sha256::digest(name)[..8]);
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_round_trips() {
        let id = BlockId {
            kind: Kind::Data,
            name: name_hash("App.msix"),
            offset: u64::MAX - 3,
            len: 8 << 20,
            checksums: Checksums { crc32: 0xCBF4_3926, crc64: u64::MAX - 5 },
            release: ReleaseKey([9; 12]),
        };
        let text = id.encode();
        assert_eq!(text.len(), 64);
        assert!(!text.contains('='));
        for kind in [Kind::Data, Kind::Header, Kind::Tail] {
            let id = BlockId { kind, ..id };
            assert_eq!(BlockId::decode(&id.encode()), Some(id));
        }
        let other_version = BASE64.encode([b"SSB\x21".as_slice(), &[0; 44]].concat());
        let a_marker = RawId { kind: 4, content: [0; 32], release: ReleaseKey::default() }.encode();
        for foreign in ["", "AAAA", "not base64!", &"A".repeat(60), &"A".repeat(64), &other_version, &a_marker] {
            assert_eq!(BlockId::decode(foreign), None, "{foreign}");
        }
    }

    /// Other machines may have another version of the library.
    #[test]
    fn the_layout_is_pinned() {
        let id = BlockId {
            kind: Kind::Header,
            name: name_hash("App.msix"),
            offset: 1,
            len: 2,
            checksums: Checksums { crc32: 3, crc64: 4 },
            release: ReleaseKey(*b"release key!"),
        };
        assert_eq!(id.encode(), "U1NCEp/zhtYg1QMmAAAAAAAAAAEAAAACAAAAAwAAAAAAAAAEcmVsZWFzZSBrZXkh");
    }
}
