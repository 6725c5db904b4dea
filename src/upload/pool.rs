//! Buffers that are reused: the memory of an upload never exceeds its limit, and its pages are faulted in only once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The memory limit is counted in these many bytes.
const UNIT: u64 = 1024;

/// The buffers of an upload.
pub(super) struct Pool {
    /// The buffers that nobody uses, of one size.
    free: Mutex<Vec<Vec<u8>>>,
    room: Arc<Semaphore>,
    units: u32,
}

/// Room for a buffer of this size.
pub(super) struct Room {
    size: usize,
    pool: Arc<Pool>,
    _permit: OwnedSemaphorePermit,
}

impl Pool {
    /// A pool of at most `limit` bytes.
    pub(super) fn new(limit: u64) -> Arc<Pool> {
        let units = u32::try_from(limit / UNIT).unwrap_or(u32::MAX).clamp(1, Semaphore::MAX_PERMITS as u32);
        Arc::new(Pool { free: Mutex::default(), room: Arc::new(Semaphore::new(units as usize)), units })
    }

    /// Waits until there is room for a buffer, which one alone always has.
    pub(super) async fn room(self: &Arc<Pool>, size: usize) -> Arc<Room> {
        let units = u32::try_from((size as u64).div_ceil(UNIT)).unwrap_or(u32::MAX).min(self.units);
        // The semaphore is never closed.
        let permit = loop {
            if let Ok(permit) = self.room.clone().acquire_many_owned(units).await {
                break permit;
            }
        };
        Arc::new(Room { size, pool: self.clone(), _permit: permit })
    }

    fn free(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// The buffer. It returns to the pool when the last [`Bytes`] of it is dropped.
    pub(super) fn buffer(self: Arc<Room>) -> Buffer {
        let mut free = self.pool.free();
        // Those of another size would be memory that nobody counts.
        free.retain(|bytes| bytes.len() == self.size);
        let bytes = free.pop();
        drop(free);
        Buffer { bytes: bytes.unwrap_or_else(|| vec![0; self.size]), len: 0, room: self }
    }
}

/// A buffer of a pool. It may hold the bytes of an earlier use until it is written.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
    room: Arc<Room>,
}

impl Buffer {
    /// The first `len` bytes, for writing.
    pub(super) fn slice(&mut self, len: usize) -> &mut [u8] {
        self.len = len;
        &mut self.bytes[..len]
    }

    /// All its bytes, for writing.
    pub(super) fn all(&mut self) -> &mut [u8] {
        self.slice(self.bytes.len())
    }

    /// The bytes of [`Buffer::slice`], without a copy.
    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // The room is given back afterwards.
        self.room.pool.free().push(std::mem::take(&mut self.bytes));
    }
}
