//! What the process holds: the runtime, the clients and the jobs, by id.
//!
//! Ids are never used twice, so that a closed one is an error and not somebody else's client. The runtime starts with
//! the first client and ends with the last, so that nothing stays behind (`anchors-aesthetics`: valgrind is clean).

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use once_cell::sync::Lazy;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::functions::STORESHIP_OK;
use super::guard;
use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::events::{Next, Queue, Reporter};
use crate::operations;

/// How long closing a client waits for its jobs.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

static HELD: Lazy<Mutex<Held>> = Lazy::new(Mutex::default);

#[derive(Default)]
struct Held {
    last_id: u64,
    clients: HashMap<u64, Arc<Client>>,
    jobs: HashMap<u64, Arc<Job>>,
    runtime: Option<Runtime>,
    /// The process that started the runtime: its threads do not follow into a fork.
    process: u32,
}

struct Job {
    client: u64,
    queue: Arc<Queue>,
    cancel: watch::Sender<bool>,
    /// Taken by whoever waits for the end.
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Held {
    fn new_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

/// The held things, unless this is a child of the process that holds them.
fn held() -> Result<MutexGuard<'static, Held>> {
    let held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
    if held.runtime.is_some() && held.process != std::process::id() {
        return Err(Error::new(&codes::PROCESS_FORKED, codes::PROCESS_FORKED.meaning));
    }
    Ok(held)
}

/// Opens a client.
pub(super) fn open(config: &str) -> Result<u64> {
    let client = Client::new(Config::parse(config)?)?;
    let mut held = held()?;
    if held.runtime.is_none() {
        held.runtime = Some(start_runtime()?);
        held.process = std::process::id();
    }
    let id = held.new_id();
    held.clients.insert(id, Arc::new(client));
    Ok(id)
}

fn start_runtime() -> Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("storeship")
        .on_thread_start(guard::own_thread)
        .enable_all()
        .build()
        .map_err(|error| Error::new(&codes::INTERNAL_STATE, format!("no threads can be started: {error}")))
}

/// Closes a client; with the last one the runtime ends too.
pub(super) fn close(client: u64) -> Result<i32> {
    let (jobs, handle) = {
        let mut held = held()?;
        if held.clients.remove(&client).is_none() {
            return Err(unknown_client(client));
        }
        let jobs: Vec<Arc<Job>> = held.jobs.values().filter(|job| job.client == client).cloned().collect();
        (jobs, held.runtime.as_ref().map(|runtime| runtime.handle().clone()))
    };
    for job in &jobs {
        job.cancel.send_replace(true);
    }
    if let Some(handle) = handle {
        wait_for(&handle, &jobs);
    }
    let ended = {
        let mut held = held()?;
        if held.clients.is_empty() { held.runtime.take() } else { None }
    };
    if let Some(runtime) = ended {
        // Outside the lock; a name look-up that hangs is left behind rather than waited for.
        runtime.shutdown_timeout(CLOSE_PATIENCE);
    }
    Ok(STORESHIP_OK)
}

fn wait_for(handle: &Handle, jobs: &[Arc<Job>]) {
    let mut tasks = Vec::new();
    for job in jobs {
        tasks.extend(job.task.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
    handle.block_on(async {
        // The jobs have been told to end; one that does not is dropped with the runtime.
        let _ = tokio::time::timeout(CLOSE_PATIENCE, async {
            for task in tasks {
                let _ = task.await;
            }
        })
        .await;
    });
}

fn unknown_client(client: u64) -> Error {
    Error::new(&codes::CLIENT_UNKNOWN, format!("no open client has the id {client}"))
}

fn client_and_handle(client: u64) -> Result<(Arc<Client>, Handle)> {
    let held = held()?;
    match (held.clients.get(&client), &held.runtime) {
        (Some(client), Some(runtime)) => Ok((client.clone(), runtime.handle().clone())),
        _ => Err(unknown_client(client)),
    }
}

/// Runs an operation and waits for it.
pub(super) fn call(client: u64, operation: &str, request: &str) -> Result<String> {
    let operation = operations::find(operation)?;
    let output = if client == 0 {
        operations::run_offline(operation, request)?
    } else {
        let (client, handle) = client_and_handle(client)?;
        handle.block_on(operations::run(operation, client, request, Reporter::default()))?
    };
    Ok(operations::success(&output))
}

/// Starts an operation as a job.
pub(super) fn start(client: u64, operation: &str, request: &str) -> Result<u64> {
    let operation = operations::find(operation)?;
    if client == 0 {
        let message = format!("`{}` was started as a job on the offline client", operation.name);
        return Err(
            Error::new(&codes::OPERATION_NEEDS_CLIENT, message).hint("call it with `storeship_call`, or open a client")
        );
    }
    let (owner, handle) = client_and_handle(client)?;
    let queue = Arc::new(Queue::default());
    let (cancel, mut cancelled) = watch::channel(false);
    let reporter = Reporter::to(queue.clone());
    let request = request.to_owned();
    let end = queue.clone();
    let task = handle.spawn(async move {
        let work = tokio::spawn({
            let reporter = reporter.clone();
            async move { operations::run(operation, owner, &request, reporter).await }
        });
        let mut work = AssertUnwindSafe(AbortOnDrop(work));
        let result = tokio::select! {
            result = &mut work.0.0 => result.unwrap_or_else(|error| Err(ended(error))),
            // Errs only when the sender is gone, with the client: then the job is to end as well.
            _ = cancelled.wait_for(|cancelled| *cancelled) => {
                Err(Error::new(&codes::CANCELLED, format!("`{}` was cancelled", operation.name)).details(reporter.facts()))
            }
        };
        drop(work);
        end.complete(match result {
            Ok(output) => operations::success(&output),
            Err(error) => operations::failure(&error),
        });
    });
    let mut held = held()?;
    let id = held.new_id();
    held.jobs.insert(id, Arc::new(Job { client, queue, cancel, task: Mutex::new(Some(task)) }));
    Ok(id)
}

/// A task that ends with its owner.
struct AbortOnDrop(JoinHandle<Result<operations::Output>>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn ended(error: tokio::task::JoinError) -> Error {
    match error.try_into_panic() {
        Ok(panic) => guard::panicked(panic.as_ref(), None),
        Err(_) => Error::new(&codes::CANCELLED, "the work was ended"),
    }
}

fn job(id: u64) -> Result<Arc<Job>> {
    let held = held()?;
    let job = held.jobs.get(&id).cloned();
    job.ok_or_else(|| Error::new(&codes::JOB_UNKNOWN, format!("no job has the id {id}")))
}

/// The next event of a job; with the last one it is forgotten.
pub(super) fn next(id: u64, timeout: Duration) -> Result<Next> {
    let next = job(id)?.queue.next(timeout);
    if matches!(next, Next::Completed(_)) {
        held()?.jobs.remove(&id);
    }
    Ok(next)
}

/// Tells a job to end.
pub(super) fn cancel(id: u64) -> Result<i32> {
    if let Ok(job) = job(id) {
        job.cancel.send_replace(true);
    }
    Ok(STORESHIP_OK)
}
