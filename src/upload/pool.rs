//! Buffers that are reused: the memory of an upload never exceeds its limit, and its pages are faulted in only once.
//!
//! Each buffer is a mapping of its own. Heaps keep buffers that are freed when the blocks change their size: with those of
//! glibc, uploads were seen to use twice their limit.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use memmap2::MmapMut;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Error, Result};

/// The memory limit is counted in these many bytes.
const UNIT: u64 = 1024;

/// The buffers of an upload.
pub(super) struct Pool {
    kept: Mutex<Kept>,
    room: Arc<Semaphore>,
    units: u32,
}

/// The mappings of a pool.
#[derive(Default)]
struct Kept {
    /// Those that nobody uses.
    free: Vec<MmapMut>,
    /// The bytes of all, in use or not.
    bytes: u64,
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
        Arc::new(Pool { kept: Mutex::default(), room: Arc::new(Semaphore::new(units as usize)), units })
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

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// A mapping of this size, that of an earlier buffer if there is one. Mappings of other sizes, for blocks that were
    /// smaller or larger, stay as long as all fit in `limit`.
    fn take(&mut self, size: usize, limit: u64) -> io::Result<MmapMut> {
        if let Some(at) = self.free.iter().position(|mapping| mapping.len() == size) {
            return Ok(self.free.swap_remove(at));
        }
        while self.bytes + size as u64 > limit
            && let Some(mapping) = self.free.pop()
        {
            self.bytes -= mapping.len() as u64;
        }
        let mapping = MmapMut::map_anon(size)?;
        #[cfg(target_os = "linux")]
        let _ = mapping.advise(memmap2::Advice::HugePage);
        self.bytes += size as u64;
        Ok(mapping)
    }
}

impl Room {
    /// The buffer. It returns to the pool when the last [`Bytes`] of it is dropped.
    ///
    /// # Errors
    /// `internal.state` when the system has no memory for it.
    pub(super) fn buffer(self: Arc<Room>) -> Result<Buffer> {
        let limit = u64::from(self.pool.units) * UNIT;
        let mapping = self.pool.kept().take(self.size, limit);
        let mapping = mapping.map_err(|error| {
            Error::internal(format!("there is no memory for a block of {} bytes: {error}", self.size))
        })?;
        Ok(Buffer { mapping: Some(mapping), len: 0, room: self })
    }
}

/// A buffer of a pool. It may hold the bytes of an earlier use until it is written.
pub(super) struct Buffer {
    /// There until the buffer is dropped.
    mapping: Option<MmapMut>,
    len: usize,
    room: Arc<Room>,
}

impl Buffer {
    /// The first `len` bytes, for writing.
    pub(super) fn slice(&mut self, len: usize) -> &mut [u8] {
        self.len = len;
        &mut self.all_bytes()[..len]
    }

    /// All its bytes, for writing.
    pub(super) fn all(&mut self) -> &mut [u8] {
        self.len = self.all_bytes().len();
        self.all_bytes()
    }

    /// The bytes of [`Buffer::slice`], without a copy.
    pub(super) fn freeze(self) -> Bytes {
        Bytes::from_owner(self)
    }

    fn all_bytes(&mut self) -> &mut [u8] {
        self.mapping.as_deref_mut().unwrap_or_default()
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.mapping.as_deref().unwrap_or_default()[..self.len]
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // The room is given back afterwards.
        self.room.pool.kept().free.extend(self.mapping.take());
    }
}
