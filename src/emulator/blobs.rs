//! Block blobs: committed and uncommitted blocks, in memory or as files.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::HttpBody;
use bytes::Bytes;
use jiff::Timestamp;

/// Bytes are answered in pieces of this size.
const PIECE: u64 = 256 * 1024;

/// All blobs by id.
#[derive(Debug, Default)]
pub(super) struct Blobs {
    pub(super) blobs: BTreeMap<String, Blob>,
}

/// One blob; without committed blocks it does not exist for readers.
#[derive(Debug, Default)]
pub(super) struct Blob {
    pub(super) committed: Option<Committed>,
    /// In the order of the block list answer. The time is for the seven days after which they vanish (A1).
    pub(super) uncommitted: BTreeMap<String, (Arc<Block>, Timestamp)>,
}

/// What a Put Blob or a Put Block List made.
#[derive(Clone, Debug)]
pub(super) struct Committed {
    /// Ids and blocks in order; the block of a Put Blob has no id.
    pub(super) blocks: Vec<(String, Arc<Block>)>,
    pub(super) modified: Timestamp,
    pub(super) etag: u64,
    pub(super) content_type: String,
    pub(super) content_md5: Option<String>,
    /// Names without the prefix `x-ms-meta-`.
    pub(super) metadata: Vec<(String, String)>,
}

impl Committed {
    pub(super) fn length(&self) -> u64 {
        self.blocks.iter().map(|(_, block)| block.length()).sum()
    }

    pub(super) fn slice(&self, start: u64, end: u64) -> Slice {
        Slice { blocks: self.blocks.iter().map(|(_, block)| block.clone()).collect(), at: start, end }
    }
}

/// The bytes of one block.
#[derive(Debug)]
pub(super) enum Block {
    Memory(Vec<Bytes>, u64),
    /// Removed from the disk with the last reference.
    File(PathBuf, Mutex<File>, u64),
}

impl Block {
    pub(super) fn length(&self) -> u64 {
        match self {
            Block::Memory(_, length) | Block::File(_, _, length) => *length,
        }
    }

    /// At most `limit` bytes from `offset`; empty at the end.
    fn piece(&self, offset: u64, limit: u64) -> io::Result<Bytes> {
        let length = limit.min(self.length().saturating_sub(offset)) as usize;
        match self {
            Block::Memory(chunks, _) => {
                let mut start = offset as usize;
                for chunk in chunks {
                    if start < chunk.len() {
                        return Ok(chunk.slice(start..chunk.len().min(start + length)));
                    }
                    start -= chunk.len();
                }
                Ok(Bytes::new())
            }
            Block::File(_, file, _) => {
                let mut buffer = vec![0; length];
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(offset))?;
                file.read_exact(&mut buffer)?;
                Ok(Bytes::from(buffer))
            }
        }
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if let Block::File(path, _, _) = self {
            // A file that cannot be removed stays behind; there is nobody to tell.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Takes the bytes of a request.
pub(super) enum Sink {
    Memory(Vec<Bytes>, u64),
    File(PathBuf, File, u64),
}

impl Sink {
    /// Into memory, or into a new file of `folder`.
    pub(super) fn new(folder: Option<&Path>) -> io::Result<Sink> {
        static FILES: AtomicU64 = AtomicU64::new(0);
        let Some(folder) = folder else {
            return Ok(Sink::Memory(Vec::new(), 0));
        };
        let number = FILES.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("storeship-{}-{number}.block", std::process::id()));
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
        Ok(Sink::File(path, file, 0))
    }

    /// Writes to the page cache; a test server may block for that long.
    pub(super) fn write(&mut self, bytes: Bytes) -> io::Result<()> {
        match self {
            Sink::Memory(chunks, length) => {
                *length += bytes.len() as u64;
                chunks.push(bytes);
            }
            Sink::File(_, file, length) => {
                *length += bytes.len() as u64;
                file.write_all(&bytes)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Block {
        match self {
            Sink::Memory(chunks, length) => Block::Memory(chunks, length),
            Sink::File(path, file, length) => Block::File(path, Mutex::new(file), length),
        }
    }
}

/// A range of a blob; it is both the body of an answer and what the ZIP reader reads.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    blocks: Vec<Arc<Block>>,
    at: u64,
    end: u64,
}

impl Slice {
    pub(super) fn length(&self) -> u64 {
        self.end.saturating_sub(self.at)
    }

    /// A part, by offsets in this slice.
    pub(super) fn part(&self, start: u64, end: u64) -> Slice {
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
