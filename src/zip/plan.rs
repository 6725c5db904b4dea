//! Cuts a layout into blocks.

use std::ops::Range;

use super::{Layout, combine_crc32};

/// The content of a block. `entry` is a position in [`Layout::entries`], offsets are in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// The local header of an entry. It contains the checksum of the entry, so all data blocks are read first.
    Header {
        /// The entry.
        entry: usize,
    },
    /// A piece of a file.
    Data {
        /// The entry of the file.
        entry: usize,
        /// The offset of the piece in the file.
        offset: u64,
    },
    /// A piece of the central directory and the end records. They contain all checksums, so all files are read first.
    Tail {
        /// The offset of the piece in [`Layout::tail`].
        offset: u64,
    },
}

/// One block of an archive. Its index is its position in [`Plan::blocks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// The content.
    pub content: Content,
    /// The length in bytes: at least 1, and at most the block size unless the block is a header with a long name.
    pub len: u32,
}

/// A layout cut into blocks. The blocks one after the other are the archive, whatever the block size is.
///
/// # Examples
/// ```
/// use storeship::zip::{Content, Layout, Plan};
/// let plan = Plan::new(Layout::new([("Contoso.msix", 10_000)])?, 4096);
/// assert_eq!(plan.blocks()[0].content, Content::Header { entry: 0 });
/// assert_eq!(plan.blocks()[3].content, Content::Data { entry: 0, offset: 8192 });
/// assert_eq!(plan.data_blocks(0), 1..4);
/// assert_eq!(plan.blocks().iter().map(|block| u64::from(block.len)).sum::<u64>(), plan.layout().total());
/// # Ok::<(), storeship::zip::ZipError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    layout: Layout,
    block_bytes: u32,
    blocks: Vec<Block>,
    /// The index of the header block of each entry, and at the end that of the first tail block.
    headers: Vec<usize>,
}

impl Plan {
    /// Cuts `layout` into blocks of at most `block_bytes` bytes.
    ///
    /// # Panics
    /// If `block_bytes` is 0.
    #[must_use]
    pub fn new(layout: Layout, block_bytes: u32) -> Plan {
        assert!(block_bytes > 0, "a block has at least one byte");
        let mut blocks = Vec::new();
        let mut headers = Vec::with_capacity(layout.entries().len() + 1);
        for (entry, file) in layout.entries().iter().enumerate() {
            headers.push(blocks.len());
            blocks.push(Block { content: Content::Header { entry }, len: file.header_len() as u32 });
            for (offset, len) in pieces(file.size(), block_bytes) {
                blocks.push(Block { content: Content::Data { entry, offset }, len });
            }
        }
        headers.push(blocks.len());
        for (offset, len) in pieces(layout.tail_len(), block_bytes) {
            blocks.push(Block { content: Content::Tail { offset }, len });
        }
        Plan { layout, block_bytes, blocks, headers }
    }

    /// The layout that was cut.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The block size in bytes.
    #[must_use]
    pub fn block_bytes(&self) -> u32 {
        self.block_bytes
    }

    /// All blocks in the order of the archive.
    #[must_use]
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The index of the block with the local header of `entry`.
    #[must_use]
    pub fn header_block(&self, entry: usize) -> usize {
        self.headers[entry]
    }

    /// The indices of the blocks with the bytes of `entry`; empty for an empty file.
    #[must_use]
    pub fn data_blocks(&self, entry: usize) -> Range<usize> {
        self.headers[entry] + 1..self.headers[entry + 1]
    }

    /// The indices of the blocks with the central directory and the end records.
    #[must_use]
    pub fn tail_blocks(&self) -> Range<usize> {
        self.headers[self.layout.entries().len()]..self.blocks.len()
    }

    /// The CRC-32 of a whole entry, from those of its blocks; `None` if one is missing.
    ///
    /// `crcs` has an element for each block of the plan; those of headers and of the tail are ignored.
    #[must_use]
    pub fn entry_crc(&self, entry: usize, crcs: &[Option<u32>]) -> Option<u32> {
        let mut whole = 0;
        for index in self.data_blocks(entry) {
            whole = combine_crc32(whole, crcs[index]?, u64::from(self.blocks[index].len));
        }
        Some(whole)
    }
}

/// The offsets and lengths of pieces of `step` bytes that cover `total` bytes; the last piece may be shorter.
fn pieces(total: u64, step: u32) -> impl Iterator<Item = (u64, u32)> {
    (0..total.div_ceil(u64::from(step))).map(move |i| {
        let offset = i * u64::from(step);
        (offset, (total - offset).min(u64::from(step)) as u32)
    })
}
