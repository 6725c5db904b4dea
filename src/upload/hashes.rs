//! The SHA-256 of each file, computed while its blocks are read for the upload. A hash takes the bytes in their order, and
//! blocks are read by several threads; so each thread adds its block when those before it have been added. Blocks are
//! given out in order, so the threads that it waits for run already.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// The hashes of all files.
pub(super) struct Hashes(Vec<Hash>);

/// The hash of one file.
#[derive(Default)]
struct Hash {
    state: Mutex<State>,
    added: Condvar,
}

#[derive(Default)]
struct State {
    /// `so_far` has the bytes up to this offset of the file.
    end: u64,
    so_far: Sha256,
    /// Whether a block could not be read. Then nothing waits for it.
    broken: bool,
}

impl Hashes {
    pub(super) fn new(files: usize) -> Hashes {
        Hashes((0..files).map(|_| Hash::default()).collect())
    }

    /// Adds the bytes at this offset of a file. Blocks the thread until those before are added.
    pub(super) fn add(&self, file: usize, offset: u64, bytes: &[u8]) {
        let mut state = self.reached(file, offset);
        state.so_far.update(bytes);
        state.end += bytes.len() as u64;
        self.0[file].added.notify_all();
    }

    /// The hash of the bytes before this offset of a file. Blocks the thread until they are added.
    pub(super) fn before(&self, file: usize, offset: u64) -> Sha256 {
        self.reached(file, offset).so_far.clone()
    }

    /// Replaces the hash that [`Hashes::before`] gave by that of the bytes before `end`.
    pub(super) fn set(&self, file: usize, end: u64, so_far: Sha256) {
        let mut state = self.lock(file);
        (state.end, state.so_far) = (end, so_far);
        self.0[file].added.notify_all();
    }

    /// Says that a block of the file could not be read.
    pub(super) fn give_up(&self, file: usize) {
        self.lock(file).broken = true;
        self.0[file].added.notify_all();
    }

    /// The hash of a file, in hexadecimal digits; `None` for a file that was not read to its end.
    pub(super) fn of(&self, file: usize, size: u64) -> Option<String> {
        let state = self.0.get(file).map(|_| self.lock(file))?;
        let hash = (!state.broken && state.end == size).then(|| state.so_far.clone().finalize())?;
        Some(format!("{hash:x}"))
    }

    fn reached(&self, file: usize, offset: u64) -> MutexGuard<'_, State> {
        let state = self.lock(file);
        let waits = |state: &mut State| state.end != offset && !state.broken;
        self.0[file].added.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self, file: usize) -> MutexGuard<'_, State> {
        self.0[file].state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
