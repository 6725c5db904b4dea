//! Which drafts the jobs of this process work on, so that none of them deletes the draft of another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// The drafts that are worked on, by name: each is locked for reading by those who work on it, and for writing by whoever
/// deletes it. A clone refers to the same drafts.
#[derive(Clone, Debug, Default)]
pub struct Drafts(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    locks: BTreeMap<String, Arc<RwLock<()>>>,
    /// The runs of this process that have ended, by the number in their markers.
    ended: BTreeSet<[u8; 8]>,
}

impl Drafts {
    /// Works on a draft until the value is dropped. Waits while somebody deletes it.
    pub async fn work_on(&self, name: String) -> Work {
        let lock = {
            let locks = &mut self.state().locks;
            locks.retain(|_, lock| Arc::strong_count(lock) > 1);
            locks.entry(name).or_default().clone()
        };
        let guard = lock.clone().read_owned().await;
        Work { lock, guard: Mutex::new(Some(guard)) }
    }

    /// Remembers that a run has ended, whatever its markers say.
    pub fn end_run(&self, run: [u8; 8]) {
        self.state().ended.insert(run);
    }

    /// Whether a run of this process has ended.
    pub fn has_ended(&self, run: [u8; 8]) -> bool {
        self.state().ended.contains(&run)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A job's work on a draft.
#[derive(Debug)]
pub struct Work {
    lock: Arc<RwLock<()>>,
    guard: Mutex<Option<OwnedRwLockReadGuard<()>>>,
}

impl Work {
    /// Ends the work, in order to delete the draft: nobody begins to work on it until the guard is dropped. `None` if another
    /// job works on it.
    pub fn end(&self) -> Option<OwnedRwLockWriteGuard<()>> {
        drop(self.guard.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.lock.clone().try_write_owned().ok()
    }
}
