use std::ops::Range;

use super::{Layout, combine_crc32};

/// What a block holds. Entries are positions in [`Layout::entries`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The local header of an entry; it can be made once the whole entry was read.
    Header {
        /// Which entry.
        entry: usize,
    },
    /// A piece of a file.
    Data {
        /// Which entry.
        entry: usize,
        /// Where the piece begins in the file.
        offset: u64,
    },
    /// A piece of the central directory with the end records; it can be made once everything was read.
    Tail {
        /// Where the piece begins in [`Layout::tail`].
        offset: u64,
    },
}

/// One block of an archive. Its position in [`Plan::blocks`] is its index and its place in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// What it holds.
    pub part: Part,
    /// Length in bytes, never 0 and never more than the block size, except for a header with a longer name.
    pub len: u32,
}

/// A layout cut into blocks, in the order of the archive.
///
/// The archive is the blocks one after another, whatever the block size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    layout: Layout,
    block_bytes: u32,
    blocks: Vec<Block>,
    /// Index of each entry's header block, and last of the first tail block.
    headers: Vec<usize>,
}

impl Plan {
    /// Cuts `layout` into blocks of at most `block_bytes` bytes.
    ///
    /// # Panics
    /// When `block_bytes` is 0.
    #[must_use]
    pub fn new(layout: Layout, block_bytes: u32) -> Plan {
        assert!(block_bytes > 0, "a block has at least one byte");
        let mut blocks = Vec::new();
        let mut headers = Vec::with_capacity(layout.entries().len() + 1);
        for (entry, file) in layout.entries().iter().enumerate() {
            headers.push(blocks.len());
            blocks.push(Block { part: Part::Header { entry }, len: file.header_len() as u32 });
            for (offset, len) in pieces(file.size(), block_bytes) {
                blocks.push(Block { part: Part::Data { entry, offset }, len });
            }
        }
        headers.push(blocks.len());
        for (offset, len) in pieces(layout.tail_len(), block_bytes) {
            blocks.push(Block { part: Part::Tail { offset }, len });
        }
        Plan { layout, block_bytes, blocks, headers }
    }

    /// The layout that was cut.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The block size that it was cut with.
    #[must_use]
    pub fn block_bytes(&self) -> u32 {
        self.block_bytes
    }

    /// All blocks in the order of the archive.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Index of the block that holds the local header of `entry`.
    #[must_use]
    pub fn header_block(&self, entry: usize) -> usize {
        self.headers[entry]
    }

    /// Indices of the blocks that hold the bytes of `entry`; empty for an empty file.
    #[must_use]
    pub fn data_blocks(&self, entry: usize) -> Range<usize> {
        self.headers[entry] + 1..self.headers[entry + 1]
    }

    /// Indices of the blocks that hold the central directory and the end records.
    #[must_use]
    pub fn tail_blocks(&self) -> Range<usize> {
        self.headers[self.layout.entries().len()]..self.blocks.len()
    }

    /// CRC-32 of a whole entry from those of its blocks; `None` while one is missing.
    ///
    /// `crcs` has one place for each block of the plan; those of headers and tail are not looked at.
    #[must_use]
    pub fn entry_crc(&self, entry: usize, crcs: &[Option<u32>]) -> Option<u32> {
        let mut whole = 0;
        for index in self.data_blocks(entry) {
            whole = combine_crc32(whole, crcs[index]?, u64::from(self.blocks[index].len));
        }
        Some(whole)
    }
}

/// Offsets and lengths that cover `total` bytes in steps of `step`.
fn pieces(total: u64, step: u32) -> impl Iterator<Item = (u64, u32)> {
    (0..total.div_ceil(u64::from(step))).map(move |i| {
        let offset = i * u64::from(step);
        (offset, (total - offset).min(u64::from(step)) as u32)
    })
}
