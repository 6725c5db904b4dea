//! Runs an operation within the time that its caller gives it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::call::Output;
use super::control::Control;
use super::ids;
use super::operation::{Online, Operation, Run};
use super::summary::with_summary;
use crate::blocking::{self, Stop};
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;

/// Requests longer than this, in bytes, are not read on an async worker, nor on the thread of a caller whose client may
/// be closed meanwhile.
const LONG_REQUEST: usize = 16 * 1024;

/// Runs an offline operation on this thread, without a limit of time.
///
/// # Errors
/// `operation.needs_client` for an operation that talks to the service; else the operation's.
pub fn run_offline(operation: &Operation, request: &str) -> Result<Output> {
    run_controlled(operation, request, &Control::default())
}

/// Runs an offline operation on this thread for a caller on another one, who may stop waiting.
///
/// # Errors
/// As [`run_offline`].
pub fn run_controlled(operation: &Operation, request: &str, control: &Control) -> Result<Output> {
    match &operation.run {
        Run::Offline(run) => run(request, control),
        Run::Online(_) => {
            let message = format!("`{}` talks to the service, and client 0 is the offline one", operation.name);
            Err(Error::new(&codes::OPERATION_NEEDS_CLIENT, message))
        }
    }
}

/// Whether the operation ends so soon that nobody needs to stop it: it is offline, opens no file, and its request is short
/// and sets no limit.
pub fn is_brief(operation: &Operation, request: &str) -> bool {
    operation.is_offline() && !operation.on_disk && request.len() <= LONG_REQUEST && !may_have_limit(request)
}

/// Whether the request may have `timeoutSeconds`, perhaps with escapes in the name.
pub fn may_have_limit(request: &str) -> bool {
    request.contains(ids::TIMEOUT) || request.contains("\\u00")
}

/// Runs any operation, within the `timeoutSeconds` of the request when it has them. Dropping the future cancels an
/// operation that talks to the service; an offline one goes on, see [`run_on_thread`].
///
/// # Errors
/// `deadline.exceeded`; else the operation's.
pub async fn run(
    operation: &'static Operation,
    client: Arc<Client>,
    request: &str,
    reporter: Reporter,
) -> Result<Output> {
    let Run::Online(run) = &operation.run else {
        return run_on_thread(operation, request.to_owned(), std::future::pending()).await;
    };
    reporter.begin_in(client.sink(operation.name));
    let result = run_online(operation, run, &client, request, &reporter).await;
    let result = match result {
        Ok(output) => Ok(output),
        Err(error) => {
            let error = client.secrets().redact_error(error);
            Err(with_summary(operation, &client, request, &reporter, error).await)
        }
    };
    reporter.end(result.as_ref().err()).await;
    result
}

async fn run_online(
    operation: &'static Operation,
    run: &'static Online,
    client: &Arc<Client>,
    request: &str,
    reporter: &Reporter,
) -> Result<Output> {
    let began = Instant::now();
    let (work, limit) = if request.len() > LONG_REQUEST {
        let (client, request, reporter) = (client.clone(), request.to_owned(), reporter.clone());
        blocking::run(move || run(client, &request, reporter)).await?
    } else {
        run(client.clone(), request, reporter.clone())?
    };
    let work = reporter.clone().during(work);
    match end_of(began, limit) {
        None => work.await,
        Some((end, limit)) => match timeout_at(end, work).await {
            Ok(result) => result,
            Err(_) => Err(reporter.unfinished(too_late(operation, limit))),
        },
    }
}

/// Runs an offline operation on a thread for blocking work, until it ends, its `timeoutSeconds` are over or `cancelled`
/// ends. Work that is stopped goes on for a while without an effect; nobody waits for it.
///
/// # Errors
/// `deadline.exceeded`, `cancelled`; else the operation's.
pub async fn run_on_thread(
    operation: &'static Operation,
    request: String,
    cancelled: impl Future<Output = ()>,
) -> Result<Output> {
    let began = Instant::now();
    let stop = Stop::default();
    let (send, receive) = oneshot::channel();
    let control = Control::new(stop.clone(), move |limit| _ = send.send(limit));
    let mut work = tokio::task::spawn_blocking(move || run_controlled(operation, &request, &control));
    let over = async {
        match end_of(began, receive.await.ok()) {
            Some((end, limit)) => {
                sleep_until(end).await;
                limit
            }
            None => std::future::pending().await,
        }
    };
    let error = tokio::select! {
        biased;
        result = &mut work => return blocking::joined(result),
        limit = over => too_late(operation, limit),
        () = cancelled => self::cancelled(operation),
    };
    if stop.stop() { Err(error) } else { blocking::joined(work.await) }
}

/// The end of a limit. None for a limit beyond the range of the clock.
fn end_of(began: Instant, limit: Option<Duration>) -> Option<(Instant, Duration)> {
    limit.and_then(|limit| Some((began.checked_add(limit)?, limit)))
}

/// The error of an operation that was cancelled.
pub fn cancelled(operation: &Operation) -> Error {
    Error::new(&codes::CANCELLED, format!("`{}` was cancelled", operation.name))
}

/// The error of an operation that did not end in time.
pub fn too_late(operation: &Operation, limit: Duration) -> Error {
    let message = format!("`{}` did not end within {} seconds", operation.name, limit.as_secs_f64());
    Error::new(&codes::DEADLINE_EXCEEDED, message)
}
