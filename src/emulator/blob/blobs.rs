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

/// Bytes are answered in pieces of this size.
const PIECE: u64 = 256 * 1024;

/// All blobs by id.
#[derive(Debug, Default)]
pub(crate) struct Blobs {
    /// Where new blocks go; memory without it.
    pub(crate) spool: Option<Arc<Spool>>,
    pub(crate) blobs: BTreeMap<String, Blob>,
}

/// One blob; without committed blocks it does not exist for readers.
#[derive(Debug, Default)]
pub(crate) struct Blob {
    pub(crate) committed: Option<Committed>,
    /// In the order of the block list answer. The time is for the seven days after which they vanish (A1).
    pub(crate) uncommitted: BTreeMap<String, (Arc<Block>, Timestamp)>,
}

/// What a Put Blob or a Put Block List made.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// Ids and blocks in order; the block of a Put Blob has no id.
    pub(crate) blocks: Vec<(String, Arc<Block>)>,
    pub(crate) modified: Timestamp,
    pub(crate) etag: u64,
    pub(crate) content_type: String,
    pub(crate) content_md5: Option<String>,
    /// Names without the prefix `x-ms-meta-`.
    pub(crate) metadata: Vec<(String, String)>,
}

impl Committed {
    pub(crate) fn length(&self) -> u64 {
        self.blocks.iter().map(|(_, block)| block.length()).sum()
    }

    pub(crate) fn slice(&self, start: u64, end: u64) -> Slice {
        Slice { blocks: self.blocks.iter().map(|(_, block)| block.clone()).collect(), at: start, end }
    }
}

/// The bytes of one block.
#[derive(Debug)]
pub(crate) enum Block {
    Memory(Vec<Bytes>, u64),
    Spooled(Arc<Spool>, Vec<Extent>, u64),
}

/// Where a piece of a block is in the spool.
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

    /// At most `limit` bytes from `offset`; empty at the end.
    fn piece(&self, offset: u64, limit: u64) -> io::Result<Bytes> {
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

/// One file for the bytes of all blocks. It has no name (or goes with its handle), so that a killed emulator leaves
/// nothing behind, and one handle, because an upload has more blocks than a process may open files. It only grows.
#[derive(Debug)]
pub(crate) struct Spool {
    file: Mutex<(File, u64)>,
}

impl Spool {
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

/// Takes the bytes of a request.
pub(crate) struct Sink(Block);

impl Sink {
    /// Into memory, or into the spool.
    pub(crate) fn new(spool: Option<Arc<Spool>>) -> Sink {
        Sink(match spool {
            Some(spool) => Block::Spooled(spool, Vec::new(), 0),
            None => Block::Memory(Vec::new(), 0),
        })
    }

    /// Writes to the page cache; a test server may block for that long.
    pub(crate) fn write(&mut self, bytes: Bytes) -> io::Result<()> {
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

    pub(crate) fn finish(self) -> Block {
        self.0
    }
}

/// A range of a blob; it is both the body of an answer and what the ZIP reader reads.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    blocks: Vec<Arc<Block>>,
    at: u64,
    end: u64,
}

impl Slice {
    pub(crate) fn length(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// A part, by offsets in this slice.
    pub(crate) fn part(&self, start: u64, end: u64) -> Slice {
        Slice { blocks: self.blocks.clone(), at: self.at + start, end: (self.at + end).min(self.end) }
    }

    fn piece(&self, offset: u64, limit: u64) -> io::Result<Bytes> {
        let mut start = self.at + offset;
        let limit = limit.min(self.end.saturating_sub(start));
        for block in &self.blocks {
            if start < block.length() {
                return block.piece(start, limit);
            }
            start -= block.length();
        }
        Ok(Bytes::new())
    }
}

impl rawzip::ReaderAt for Slice {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let piece = self.piece(offset, buffer.len() as u64)?;
        buffer[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

impl HttpBody for Slice {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, io::Error>>> {
        if self.length() == 0 {
            return Poll::Ready(None);
        }
        let piece = self.piece(0, PIECE);
        if let Ok(piece) = &piece {
            self.at += piece.len() as u64;
        }
        Poll::Ready(Some(piece.map(http_body::Frame::data)))
    }
}
