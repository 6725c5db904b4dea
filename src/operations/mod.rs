//! The JSON language: operations by name, requests and responses as text.
//!
//! [`table`] is the list of all operations; a file for each noun holds their requests and handlers. This layer knows
//! JSON and names, nothing of pointers (that is [`crate::ffi`]) and nothing of HTTP.

mod app;
mod call;
mod document;
mod envelope;
mod flight;
mod library;
mod merge;
mod names;
mod package;
mod publish;
mod rollout;
mod service;
mod submission;
mod table;
mod token;

use std::sync::Arc;
use std::time::Duration;

use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;

pub use call::{Call, Output};
pub use envelope::{failure, success};
pub use table::{Operation, find, table};

/// The version of the C ABI and of this language. Within a version things are only added.
pub const ABI_VERSION: u32 = 1;

/// Runs an operation that needs no client.
///
/// # Errors
/// `operation.needs_client` for one that talks to the service; else the operation's.
pub fn run_offline(operation: &Operation, request: &str) -> Result<Output> {
    match &operation.run {
        table::Run::Offline(run) => run(request),
        table::Run::Online(_) => {
            let message = format!("`{}` talks to the service, and client 0 is the offline one", operation.name);
            Err(Error::new(&codes::OPERATION_NEEDS_CLIENT, message))
        }
    }
}

/// Runs any operation, within the caller's `timeoutSeconds` when the request has it.
///
/// # Errors
/// `deadline.exceeded`; else the operation's.
pub async fn run(operation: &Operation, client: Arc<Client>, request: &str, reporter: Reporter) -> Result<Output> {
    let run = match &operation.run {
        table::Run::Offline(run) => return run(request),
        table::Run::Online(run) => run,
    };
    let (work, limit) = run(client.clone(), request, reporter.clone())?;
    let work = reporter.clone().during(work);
    let work = async { work.await.map_err(|error| client.secrets().redact_error(error)) };
    let Some(limit) = limit else { return work.await };
    match tokio::time::timeout(limit, work).await {
        Ok(result) => result,
        Err(_) => {
            let message = format!("`{}` did not end within {} seconds", operation.name, limit.as_secs_f64());
            Err(Error::new(&codes::DEADLINE_EXCEEDED, message).details(reporter.facts()))
        }
    }
}

/// A number of seconds that a caller gave.
pub(crate) fn seconds(field: &str, value: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(value).map_err(|_| {
        let message = format!("`{field}` must be a number of seconds, zero or more");
        Error::new(&codes::REQUEST_INVALID, message)
            .detail(crate::error::Detail::at(format!("/{field}"), "out of range"))
    })
}

#[cfg(test)]
pub(crate) use table::faulty;
