//! Buffers that are reused: memory stays at one block for each worker, and its pages are faulted in only once.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

/// Buffers of one size.
pub(super) struct Pool {
    size: usize,
    free: Mutex<Vec<Vec<u8>>>,
}

impl Pool {
    pub(super) fn new(size: usize) -> Arc<Pool> {
        Arc::new(Pool { size, free: Mutex::default() })
    }

    /// Takes a buffer. It returns to the pool when the last [`Bytes`] of it is dropped.
    pub(super) fn take(self: &Arc<Pool>) -> Buffer {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Buffer { bytes: free.unwrap_or_else(|| vec![0; self.size]), len: 0, pool: self.clone() }
    }
}

/// A buffer of a pool. It may hold the bytes of an earlier use until it is written.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    len: usize,
    pool: Arc<Pool>,
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
        let bytes = std::mem::take(&mut self.bytes);
        self.pool.free.lock().unwrap_or_else(PoisonError::into_inner).push(bytes);
    }
}
