//! What becomes of the ZIP that is at an upload address already: a draft has one ZIP, and the next upload replaces it.

use super::block_id::BlockId;

/// Entries of the ZIP at an upload address that the next upload keeps without sending them again. The default is none.
#[derive(Clone, Debug, Default)]
pub struct Carried(pub(super) Vec<Entry>);

/// An entry that is kept.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) size: u64,
    /// Its data blocks, in their order.
    pub(super) blocks: Vec<BlockId>,
}
