//! Runs work that blocks or computes on threads made for it, so that the async workers stay free.

use crate::error::{Error, Result};

/// Runs `work` on a thread for blocking work. A caller that is dropped, because its operation was cancelled or its time
/// is over, does not wait for the thread: the thread ends `work` and discards the result. So `work` must not leave
/// anything behind that matters.
///
/// # Errors
/// Those of `work`; `internal.state` when the runtime ends first.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::internal("the library was closed during the work")),
        },
    }
}
