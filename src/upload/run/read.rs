//! Reads the pieces of the files, and reads them again when the failure of a disk or of the network of a file system may pass.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::Run;
use crate::error::{Error, Result};
use crate::upload::block_id::BlockId;
use crate::upload::cover::Step;
use crate::upload::files::{Compared, Place};
use crate::upload::hashes::Hashes;
use crate::upload::pool::Room;

/// The seconds after which a piece of a file that could not be read is read again.
const REREADS: [u64; 5] = [1, 2, 5, 10, 30];

/// A piece of a file that is being read. If the read fails or is dropped, the hash of the file is given up, since the
/// readers of the other pieces would wait for this one.
struct Piece<'a> {
    hashes: Option<&'a Hashes>,
    source: usize,
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        if let Some(hashes) = self.hashes {
            hashes.give_up(self.source);
        }
    }
}

impl Run<'_> {
    /// Reads a piece of an entry, and reads it again when the failure of a disk or of the network of a file system may pass.
    pub(super) async fn again<T, F: Future<Output = Result<T>>>(
        &self,
        entry: usize,
        read: impl Fn() -> F,
    ) -> Result<T> {
        // Other readers wait for the hash of this piece, also when this future is dropped.
        let mut piece =
            Piece { hashes: self.reader.hashes.as_deref(), source: self.job.layout.entries()[entry].source() };
        for seconds in REREADS {
            match read().await {
                Err(error) if error.is_retryable() => {
                    self.reporter.warning(format!("reading again in {seconds} s: {error}"));
                    self.job.files.forget();
                    sleep(Duration::from_secs(seconds)).await;
                }
                other => {
                    piece.hashes = None;
                    return other;
                }
            }
        }
        let last = read().await;
        if last.is_ok() {
            piece.hashes = None;
        }
        last
    }

    /// Reads a new data block.
    pub(super) async fn read(&self, step: &Step, room: Arc<Room>) -> Result<(usize, BlockId, Bytes)> {
        let (reader, release, place) = (self.reader.clone(), self.release, self.place(step));
        let step = step.clone();
        reading(move || {
            let mut buffer = room.buffer()?;
            let checksums = reader.read(place, buffer.slice(step.cut as usize))?;
            Ok((step.entry, step.block(step.cut, checksums, release), buffer.freeze()))
        })
        .await
    }

    /// Compares stored blocks with the file; returns also the bytes of a new block.
    pub(super) async fn compare(&self, step: &Step, room: Arc<Room>) -> Result<(Compared, Bytes)> {
        let (reader, place) = (self.reader.clone(), self.place(step));
        let (cut, candidates) = (step.cut as usize, step.candidates.clone());
        reading(move || {
            let mut buffer = room.buffer()?;
            let found = reader.compare(place, &candidates, cut, buffer.all())?;
            if let Compared::Different { len, .. } = found {
                buffer.slice(len);
            }
            Ok((found, buffer.freeze()))
        })
        .await
    }

    fn place(&self, step: &Step) -> Place {
        Place { source: self.job.layout.entries()[step.entry].source(), offset: step.offset }
    }
}

async fn reading<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(Error::internal("reading a block did not end")))
}
