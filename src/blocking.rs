//! Runs work that blocks or computes on threads made for it, so that the async workers stay free.

#[cfg(test)]
pub(crate) mod gate;

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinError;

use crate::error::{Error, Result};

/// Runs `work` on a thread for blocking work. A caller that is dropped, because its operation was cancelled or its time
/// is over, does not wait for the thread: the thread ends `work` and discards the result. So `work` must not leave
/// anything behind that matters; work that writes something asks a [`Stop`] before.
///
/// # Errors
/// Those of `work`; `internal.state` when the runtime ends first.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let work = move || {
        #[cfg(test)]
        gate::pass();
        work()
    };
    joined(tokio::task::spawn_blocking(work).await)
}

/// Texts longer than this, in bytes, are long work.
const LONG: usize = 64 * 1024;

/// Runs `work`, which takes time in proportion to these bytes, on this thread. If they are many, an async worker hands its
/// other tasks to another thread first. For work that is too short to be given to a thread of its own; a caller who
/// cancels waits until it ends.
pub fn in_place<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let many = || Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if bytes > LONG && many() { tokio::task::block_in_place(work) } else { work() }
}

/// The result of a thread or task. Its panic goes on in the caller.
///
/// # Errors
/// Those of the work; `internal.state` when the runtime ended first.
pub fn joined<T>(result: std::result::Result<Result<T>, JoinError>) -> Result<T> {
    result.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Err(Error::internal("the library was closed during the work")),
    })
}

/// Decides between work on a thread and a caller that stops waiting for it: either the work takes effect, or the caller
/// goes on without it.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicU8>);

const RUNNING: u8 = 0;
const STOPPED: u8 = 1;
const COMMITTED: u8 = 2;

impl Stop {
    /// Stops the work. False if it has taken effect already; then the caller waits for the result.
    pub fn stop(&self) -> bool {
        self.0.compare_exchange(RUNNING, STOPPED, Ordering::AcqRel, Ordering::Acquire) != Err(COMMITTED)
    }

    /// Called by the work before it takes effect, such as before a file gets its name. False if it was stopped; then it
    /// must end without an effect.
    pub fn commit(&self) -> bool {
        self.0.compare_exchange(RUNNING, COMMITTED, Ordering::AcqRel, Ordering::Acquire) != Err(STOPPED)
    }

    /// Whether the work was stopped. Long work asks now and then and ends early.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Acquire) == STOPPED
    }
}

/// Stops work on a thread when the future that waits for it is dropped.
#[derive(Debug)]
pub struct StopOnDrop(pub Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}
