//! An operation under way on the runtime, which can be cancelled and waited for.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle};

use super::guard;
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::operations::{self, Operation, Output};

/// An operation under way.
pub(super) struct Work {
    /// The id of the client that it belongs to.
    pub(super) client: u64,
    cancel: watch::Sender<bool>,
    ended: Arc<Ended>,
}

#[derive(Default)]
struct Ended {
    flag: Mutex<bool>,
    changed: Condvar,
}

/// Tells the end also when the runtime drops the task.
struct TellsEnd(Arc<Ended>);

impl Drop for TellsEnd {
    fn drop(&mut self) {
        *self.0.flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

impl Work {
    /// Starts it. `end` gets the result, and is dropped without a call when the runtime ends before the work does.
    pub(super) fn spawn(
        handle: &Handle,
        client: u64,
        owner: Arc<Client>,
        operation: &'static Operation,
        request: &str,
        reporter: Reporter,
        end: impl FnOnce(Result<Output>) + Send + 'static,
    ) -> Work {
        let (cancel, mut told) = watch::channel(false);
        let ended = Arc::new(Ended::default());
        let last = TellsEnd(ended.clone());
        let request = request.to_owned();
        handle.spawn(async move {
            let _last = last;
            let facts = reporter.clone();
            // A task of its own, whose panic comes back as an error.
            let mut work = if operation.is_offline() {
                // It reads files without a pause, and must not keep others waiting.
                tokio::task::spawn_blocking(move || operations::run_offline(operation, &request))
            } else {
                tokio::spawn(async move { operations::run(operation, owner, &request, reporter).await })
            };
            let result = tokio::select! {
                result = &mut work => result,
                () = was_cancelled(&mut told) => aborted(work).await,
            };
            end(result.unwrap_or_else(|error| Err(failure(operation, &facts, error))));
        });
        Work { client, cancel, ended }
    }

    /// Tells it to end.
    pub(super) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Waits for the end.
    pub(super) fn wait(&self) {
        let mut flag = self.ended.flag.lock().unwrap_or_else(PoisonError::into_inner);
        while !*flag {
            flag = self.ended.changed.wait(flag).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for the end, but not longer than this.
    pub(super) fn wait_until(&self, end: Instant) {
        let flag = self.ended.flag.lock().unwrap_or_else(PoisonError::into_inner);
        let left = end.saturating_duration_since(Instant::now());
        // Either way the caller goes on.
        let _ = self.ended.changed.wait_timeout_while(flag, left, |ended| !*ended);
    }
}

async fn was_cancelled(told: &mut watch::Receiver<bool>) {
    if told.wait_for(|cancelled| *cancelled).await.is_err() {
        // Nobody is left who could cancel: the work goes on.
        std::future::pending::<()>().await;
    }
}

/// Ends the work and waits until it has stopped, so that nothing is sent after its end was told. It may have come to
/// its end in the same moment; then that is what happened.
async fn aborted(work: JoinHandle<Result<Output>>) -> std::result::Result<Result<Output>, JoinError> {
    work.abort();
    work.await
}

fn failure(operation: &Operation, facts: &Reporter, error: JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => guard::panicked(panic.as_ref(), None),
        Err(_) => cancelled(operation).details(facts.facts()),
    }
}

/// The error of work that was ended.
pub(super) fn cancelled(operation: &Operation) -> Error {
    Error::new(&codes::CANCELLED, format!("`{}` was cancelled", operation.name))
}
