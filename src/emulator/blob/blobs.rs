//! Block blobs: committed and uncommitted blocks, in memory or in a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::HttpBody;
use bytes::Bytes;
use jiff::Timestamp;

/// A blob is sent in chunks of this many bytes.
const CHUNK: u64 = 256 * 1024;

/// All blobs by id.
#[derive(Debug, Default)]
pub(crate) struct Blobs {
    /// The file for new blocks; without it they stay in memory.
    pub(crate) spool: Option<Arc<Spool>>,
    pub(crate) by_id: BTreeMap<String, Blob>,
}

impl Blobs {
    /// The content of a blob that readers can see.
    pub(crate) fn content(&self, id: &str) -> Option<&Content> {
        self.by_id.get(id)?.committed.as_ref()
    }
}

/// One blob. Until it has content, readers get 404.
#[derive(Debug, Default)]
pub(crate) struct Blob {
    pub(crate) committed: Option<Content>,
    /// Uncommitted blocks by id, in the order of Get Block List, with the time of their Put Block.
    pub(crate) uncommitted: BTreeMap<String, (Arc<Block>, Timestamp)>,
}

/// The content that the last Put Blob or Put Block List committed.
#[derive(Clone, Debug)]
pub(crate) struct Content {
    /// The blocks in order, with their ids. The one block of a Put Blob has an empty id.
    pub(crate) blocks: Vec<(String, Arc<Block>)>,
    pub(super) modified: Timestamp,
    /// Counts the commits of this blob.
    pub(crate) version: u64,
    pub(super) content_type: String,
    pub(super) content_md5: Option<String>,
    /// Names without the prefix `x-ms-meta-`.
    pub(super) metadata: Vec<(String, String)>,
}

impl Content {
    pub(crate) fn length(&self) -> u64 {
        self.blocks.iter().map(|(_, block)| block.length()).sum()
    }

    pub(super) fn etag(&self) -> String {
        format!("\"0x8D{:013X}\"", self.version)
    }

    /// The whole content.
    pub(crate) fn reader(&self) -> BlobSlice {
        self.slice(0, self.length())
    }

    /// The bytes from `start` to before `end`.
    pub(super) fn slice(&self, start: u64, end: u64) -> BlobSlice {
        BlobSlice { blocks: self.blocks.iter().map(|(_, block)| block.clone()).collect(), at: start, end }
    }
}

/// The bytes of one block, and their number.
#[derive(Debug)]
pub(crate) enum Block {
    Memory(Vec<Bytes>, u64),
    Spooled(Arc<Spool>, Vec<Extent>, u64),
}

/// A contiguous range of the spool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    at: u64,
    length: u64,
}

impl Block {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Block::Memory(_, length) | Block::Spooled(_, _, length) => *length,
        }
    }

    /// All bytes.
    pub(super) fn to_vec(&self) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        while (out.len() as u64) < self.length() {
            out.extend_from_slice(&self.read(out.len() as u64, CHUNK)?);
        }
        Ok(out)
    }

    /// At most `limit` bytes from `offset`; none at the end.
    fn read(&self, offset: u64, limit: u64) -> io::Result<Bytes> {
        match self {
            Block::Memory(chunks, _) => {
                let (mut start, limit) = (offset as usize, limit as usize);
                for chunk in chunks {
                    if start < chunk.len() {
                        return Ok(chunk.slice(start..chunk.len().min(start + limit)));
                    }
                    start -= chunk.len();
                }
                Ok(Bytes::new())
            }
            Block::Spooled(spool, extents, _) => {
                let mut start = offset;
                for extent in extents {
                    if start < extent.length {
                        return spool.read(extent.at + start, limit.min(extent.length - start));
                    }
                    start -= extent.length;
                }
                Ok(Bytes::new())
            }
        }
    }
}

/// One file for the bytes of all blocks, which only grows.
///
/// The file has no name (on Windows: it is deleted with its handle), so that a killed emulator leaves nothing behind.
/// All blocks are in one file because an upload has more blocks than a process may open files.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Mutex<(File, u64)>,
}

impl Spool {
    /// Creates the file in a folder, and the folder if it does not exist.
    pub(crate) fn new(folder: &Path) -> io::Result<Spool> {
        std::fs::create_dir_all(folder)?;
        let path = folder.join(format!("storeship-emulator-{}-{:x}.spool", std::process::id(), fastrand::u64(..)));
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        #[cfg(windows)]
        {
            const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
            std::os::windows::fs::OpenOptionsExt::custom_flags(&mut options, FILE_FLAG_DELETE_ON_CLOSE);
        }
        let file = options.open(&path)?;
        #[cfg(not(windows))]
        std::fs::remove_file(&path)?;
        Ok(Spool { file: Mutex::new((file, 0)) })
    }

    fn append(&self, bytes: &[u8]) -> io::Result<Extent> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let at = file.1;
        file.0.seek(SeekFrom::Start(at))?;
        file.0.write_all(bytes)?;
        file.1 += bytes.len() as u64;
        Ok(Extent { at, length: bytes.len() as u64 })
    }

    fn read(&self, at: u64, length: u64) -> io::Result<Bytes> {
        let mut buffer = vec![0; length as usize];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.0.seek(SeekFrom::Start(at))?;
        file.0.read_exact(&mut buffer)?;
        Ok(Bytes::from(buffer))
    }
}

/// Collects bytes into a new block.
pub(super) struct BlockWriter(Block);

impl BlockWriter {
    /// Writes to `spool`, or to memory without one.
    pub(super) fn new(spool: Option<Arc<Spool>>) -> BlockWriter {
        BlockWriter(match spool {
            Some(spool) => Block::Spooled(spool, Vec::new(), 0),
            None => Block::Memory(Vec::new(), 0),
        })
    }

    /// Appends bytes. This blocks the thread while the page cache takes them, which is acceptable in a test server.
    pub(super) fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        match &mut self.0 {
            Block::Memory(chunks, length) => {
                *length += bytes.len() as u64;
                chunks.push(bytes);
            }
            Block::Spooled(spool, extents, length) => {
                *length += bytes.len() as u64;
                let new = spool.append(&bytes)?;
                match extents.last_mut() {
                    Some(last) if last.at + last.length == new.at => last.length += new.length,
                    _ => extents.push(new),
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Block {
        self.0
    }
}

/// A range of a blob: the body of a response, and the input of the ZIP reader.
#[derive(Clone, Debug)]
pub(crate) struct BlobSlice {
    blocks: Vec<Arc<Block>>,
    at: u64,
    end: u64,
}

impl BlobSlice {
    pub(crate) fn length(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// The bytes from `start` to before `end`, as offsets in this slice.
    pub(crate) fn slice(&self, start: u64, end: u64) -> BlobSlice {
        BlobSlice { blocks: self.blocks.clone(), at: self.at + start, end: (self.at + end).min(self.end) }
    }

    fn read(&self, offset: u64, limit: u64) -> io::Result<Bytes> {
        let mut start = self.at + offset;
        let limit = limit.min(self.end.saturating_sub(start));
        for block in &self.blocks {
            if start < block.length() {
                return block.read(start, limit);
            }
            start -= block.length();
        }
        Ok(Bytes::new())
    }
}

impl rawzip::ReaderAt for BlobSlice {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let chunk = self.read(offset, buffer.len() as u64)?;
        buffer[..chunk.len()].copy_from_slice(&chunk);
        Ok(chunk.len())
    }
}

impl HttpBody for BlobSlice {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        if self.length() == 0 {
            return Poll::Ready(None);
        }
        let chunk = self.read(0, CHUNK);
        if let Ok(chunk) = &chunk {
            self.at += chunk.len() as u64;
        }
        Poll::Ready(Some(chunk.map(http_body::Frame::data)))
    }

    fn size_hint(&self) -> http_body::SizeHint {
        http_body::SizeHint::with_exact(self.length())
    }
}
