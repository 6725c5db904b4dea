//! Operations of the offline client, which has no runtime.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::guard;
use crate::blocking::Stop;
use crate::error::{Error, Result};
use crate::operations::{self, Control, Operation, Output};

/// What the thread of an operation reports to its caller.
enum Report {
    Limit(Duration),
    End(Box<Result<Output>>),
}

/// Runs an operation. One with `timeoutSeconds` runs on a thread of its own, so that its caller can go on without it;
/// all others run on the caller's thread.
pub(super) fn run(operation: &'static Operation, request: &str) -> Result<Output> {
    if !operation.is_offline() || !operations::may_have_limit(request) {
        return operations::run_offline(operation, request);
    }
    let began = Instant::now();
    let stop = Stop::default();
    let (send, receive) = channel();
    let limited = send.clone();
    let control = Control::new(stop.clone(), move |limit| _ = limited.send(Report::Limit(limit)));
    let request = request.to_owned();
    let work = move || {
        guard::own_thread();
        let result = guard::caught(|| operations::run_controlled(operation, &request, &control));
        // Nobody listens once the time is over.
        let _ = send.send(Report::End(Box::new(result)));
    };
    let thread = thread::Builder::new().name("storeship".to_owned()).spawn(work);
    thread.map_err(|error| Error::internal(format!("no thread can be started: {error}")))?;

    let limit = match receive.recv() {
        Ok(Report::Limit(limit)) => limit,
        Ok(Report::End(result)) => return *result,
        Err(_) => return Err(gone()),
    };
    let left = limit.saturating_sub(began.elapsed());
    match receive.recv_timeout(left) {
        Ok(Report::End(result)) => *result,
        Err(RecvTimeoutError::Timeout) if stop.stop() => Err(operations::too_late(operation, limit)),
        _ => last(&receive),
    }
}

/// The result of work that has taken effect already.
fn last(receive: &Receiver<Report>) -> Result<Output> {
    match receive.recv() {
        Ok(Report::End(result)) => *result,
        _ => Err(gone()),
    }
}

fn gone() -> Error {
    Error::internal("the thread of the operation ended without a result")
}
