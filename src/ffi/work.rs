//! One operation that runs on the runtime, and the set of all that run for one client.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use super::guard;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::events::Reporter;
use crate::operations::{self, Operation, Output};

/// A running operation. Dropping it does not stop the operation.
pub(super) struct Work {
    cancel: watch::Sender<bool>,
    running: Arc<Running>,
}

/// Counts running operations: 1 or 0 for a [`Work`], all operations of a client for a [`ClientWork`].
#[derive(Default)]
struct Running {
    count: Mutex<usize>,
    changed: Condvar,
}

impl Running {
    fn add(self: &Arc<Self>) -> Entry {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        Entry(self.clone())
    }

    fn wait(&self) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        while *count > 0 {
            count = self.changed.wait(count).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn wait_until(&self, end: Instant) {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let left = end.saturating_duration_since(Instant::now());
        // The caller goes on whether or not the count reached zero.
        let _ = self.changed.wait_timeout_while(count, left, |count| *count > 0);
    }
}

/// Counts down when it is dropped: when the task has ended, and also when the runtime drops the task.
struct Entry(Arc<Running>);

impl Drop for Entry {
    fn drop(&mut self) {
        *self.0.count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        self.0.changed.notify_all();
    }
}

/// All running operations of one client, its calls and its jobs.
#[derive(Default)]
pub(super) struct ClientWork {
    cancel: watch::Sender<bool>,
    running: Arc<Running>,
}

impl ClientWork {
    /// Starts an operation. `end` is called with its result, or dropped without a call when the runtime ends first.
    pub(super) fn spawn(
        &self,
        handle: &Handle,
        client: Arc<Client>,
        operation: &'static Operation,
        request: &str,
        reporter: Reporter,
        end: impl FnOnce(Result<Output>) + Send + 'static,
    ) -> Work {
        let (cancel, own) = watch::channel(false);
        let all = self.cancel.subscribe();
        let running = Arc::new(Running::default());
        let entries = (running.add(), self.running.add());
        let request = request.to_owned();
        handle.spawn(async move {
            let _entries = entries;
            let known = (reporter.clone(), client.clone());
            let cancelled = async {
                tokio::select! {
                    () = cancelled_by(own) => {}
                    () = cancelled_by(all) => {}
                }
            };
            // A task of its own, so that a panic comes back as an error.
            let result = if operation.is_offline() {
                tokio::spawn(operations::run_on_thread(operation, request, cancelled)).await
            } else {
                let mut work =
                    tokio::spawn(async move { operations::run(operation, client, &request, reporter).await });
                tokio::select! {
                    result = &mut work => result,
                    () = cancelled => aborted(work).await,
                }
            };
            end(match result {
                Ok(result) => result,
                Err(error) => Err(failure(operation, known, error).await),
            });
        });
        Work { cancel, running }
    }

    /// Cancels all running operations, and those that are started later.
    pub(super) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Waits until no operation runs, at most until `end`.
    pub(super) fn wait_until(&self, end: Instant) {
        self.running.wait_until(end);
    }
}

impl Work {
    /// Cancels the operation.
    pub(super) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Waits until the operation has ended.
    pub(super) fn wait(&self) {
        self.running.wait();
    }
}

async fn cancelled_by(mut cancel: watch::Receiver<bool>) {
    if cancel.wait_for(|cancelled| *cancelled).await.is_err() {
        // The sender is gone, so the operation can't be cancelled any more.
        std::future::pending::<()>().await;
    }
}

/// Aborts the operation and waits until it has stopped, so that nothing is sent after its end was reported. If it
/// finished in the same moment, its own result counts.
async fn aborted(work: JoinHandle<Result<Output>>) -> std::result::Result<Result<Output>, JoinError> {
    work.abort();
    work.await
}

async fn failure(operation: &Operation, (reporter, client): (Reporter, Arc<Client>), error: JoinError) -> Error {
    let error = match error.try_into_panic() {
        Ok(panic) => guard::panicked(panic.as_ref(), None),
        Err(_) => client.secrets().redact_error(reporter.unfinished(operations::cancelled(operation))),
    };
    reporter.end(Some(&error)).await;
    error
}

#[cfg(test)]
mod tests;
