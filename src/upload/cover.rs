//! Decides how the files are cut: by the blocks that the service has, and where it has none, by the block size.
//!
//! A block of an earlier upload is used again when the file has the same bytes at its place, whatever block size, release
//! or machine it came from. Since only the bytes tell, each file is walked from its start, and each step begins where the
//! one before ended.

use std::collections::HashSet;

use super::block_id::{BlockId, Kind, NameHash, ReleaseKey, name_hash};
use super::checksums::Checksums;
use super::storage::Blocks;
use crate::zip::Layout;

/// The blocks of this library that the service has.
#[derive(Default)]
pub(super) struct Stored(Vec<BlockId>);

impl Stored {
    /// `distrusted`: uncommitted blocks may not hold what their ids say.
    pub(super) fn new(blocks: &Blocks, distrusted: bool) -> Stored {
        let (committed, uncommitted) = (blocks.committed.iter(), blocks.uncommitted.iter());
        // An uncommitted block comes before the committed one of the same id when the next ZIP is made.
        let doubtful: HashSet<&str> =
            uncommitted.clone().filter(|_| distrusted).map(|block| block.id.as_str()).collect();
        let all = committed.chain(uncommitted).filter(|block| !doubtful.contains(block.id.as_str()));
        let mut ids: Vec<BlockId> = all
            .filter_map(|block| BlockId::decode(&block.id).filter(|id| id.len > 0 && u64::from(id.len) == block.len))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        Stored(ids)
    }

    pub(super) fn has(&self, id: &BlockId) -> bool {
        self.0.binary_search(id).is_ok()
    }

    /// Data blocks at a place of a file that reach no further than `end`; the shortest comes first.
    fn at(&self, name: NameHash, offset: u64, end: u64) -> &[BlockId] {
        let start = self.0.partition_point(|id| (id.kind, id.name, id.offset) < (Kind::Data, name, offset));
        let rest = &self.0[start..];
        let fits = |id: &BlockId| (id.kind, id.name, id.offset) == (Kind::Data, name, offset) && reach(id) <= end;
        &rest[..rest.partition_point(fits)]
    }

    /// The next place of a file after `offset` where a data block begins.
    fn next_start(&self, name: NameHash, offset: u64) -> Option<u64> {
        let next = self.0.partition_point(|id| (id.kind, id.name, id.offset) <= (Kind::Data, name, offset));
        let id = self.0.get(next).filter(|id| id.kind == Kind::Data && id.name == name)?;
        Some(id.offset)
    }

    /// A block with the bytes of `wanted`: that one itself, or else one of another release.
    pub(super) fn same(&self, wanted: &BlockId) -> Option<BlockId> {
        let of = |id: &BlockId| (id.kind, id.name, id.offset, id.len, id.checksums);
        let start = self.0.partition_point(|id| of(id) < of(wanted));
        let equal = self.0[start..].iter().take_while(|id| id.holds_the_same_as(wanted));
        equal.clone().find(|id| *id == wanted).or(equal.clone().next()).copied()
    }
}

/// The end of a block in its file.
fn reach(id: &BlockId) -> u64 {
    id.offset.saturating_add(u64::from(id.len))
}

/// The next step of a walk through the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The entry of the layout.
    pub(super) entry: usize,
    /// The name of the entry.
    pub(super) name: NameHash,
    /// The place in the file.
    pub(super) offset: u64,
    /// How long the block is that is cut here when no stored one fits.
    pub(super) cut: u32,
    /// The stored blocks that may have the bytes of the file here, the shortest first.
    pub(super) candidates: Vec<BlockId>,
}

impl Step {
    /// The id of the block that is cut here.
    pub(super) fn block(&self, len: u32, checksums: Checksums, release: ReleaseKey) -> BlockId {
        BlockId { kind: Kind::Data, name: self.name, offset: self.offset, len, checksums, release }
    }
}

/// A place in the walk through the files of a layout.
pub(super) struct Cursor {
    entry: usize,
    offset: u64,
    /// The name of the entry, once it has been needed.
    name: Option<NameHash>,
    /// Blocks of this entry that are longer than the largest new block are looked at no more, because one of them had other
    /// bytes: what lies beyond is read again after such a comparison.
    no_long_ones: bool,
}

impl Cursor {
    pub(super) fn new() -> Cursor {
        Cursor { entry: 0, offset: 0, name: None, no_long_ones: false }
    }

    /// The next step; `None` at the end. Entries from source `sources` on are not files, and are left out. `block`: the size
    /// of the next new block, and of the largest one.
    pub(super) fn step(&mut self, layout: &Layout, sources: usize, stored: &Stored, block: (u32, u32)) -> Option<Step> {
        loop {
            let entry = layout.entries().get(self.entry)?;
            if entry.source() >= sources || self.offset == entry.size() {
                *self = Cursor { entry: self.entry + 1, ..Cursor::new() };
                continue;
            }
            let name = *self.name.get_or_insert_with(|| name_hash(entry.name()));
            let mut end = entry.size().min(self.offset + u64::from(block.0));
            if let Some(next) = stored.next_start(name, self.offset) {
                end = end.min(next);
            }
            let candidates = stored.at(name, self.offset, entry.size());
            let short = candidates.partition_point(|id| id.len <= block.1);
            let candidates = if self.no_long_ones { &candidates[..short] } else { candidates };
            return Some(Step {
                entry: self.entry,
                name,
                offset: self.offset,
                // At most the block size.
                cut: (end - self.offset) as u32,
                candidates: candidates.to_vec(),
            });
        }
    }

    /// Goes on behind a block of this length.
    pub(super) fn advance(&mut self, len: u32) {
        self.offset += u64::from(len);
    }

    /// Looks at no more blocks of this entry that are longer than the largest new block.
    pub(super) fn leave_long_ones(&mut self) {
        self.no_long_ones = true;
    }
}
