//! The clients, the jobs and the runtime of this process.
//!
//! Ids are never reused, so that a closed id is an error and never refers to another client. The runtime starts with the
//! first client and ends with the last one, so that no thread stays behind in the host.
//!
//! A fork copies the memory but not the threads: the child gets a runtime without workers, and possibly a lock that will
//! never be released. So the state belongs to one process id, and a child starts with an empty one.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::guard;
use super::offline;
use super::status::STORESHIP_OK;
use super::work::{ClientWork, Work};
use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::events::{Next, Queue, Ready, ReadyJobs, Reporter};
use crate::http::ProcessWide;
use crate::operations::{self, Operation};

/// How long closing a client waits until its operations have stopped.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// The last id that was assigned, in this process or in one that it was forked from.
static LAST_ID: AtomicU64 = AtomicU64::new(0);

static PROCESS: AtomicPtr<Process> = AtomicPtr::new(std::ptr::null_mut());

struct Process {
    /// The id of the operating system's process that this state belongs to.
    number: u32,
    /// Smaller ids were assigned in a process that this one was forked from.
    first_id: u64,
    /// Shared by all clients, and kept when they are closed: the service still counts their calls.
    shared: ProcessWide,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    clients: BTreeMap<u64, Open>,
    /// The jobs whose last event was not taken yet.
    jobs: BTreeMap<u64, Arc<Job>>,
    /// For each client, the jobs that have events. [`close`] removes the entry last, so that the `completed` events of
    /// the client's jobs can be taken until then.
    ready: BTreeMap<u64, Arc<ReadyJobs>>,
    runtime: Option<Runtime>,
}

/// An open client.
struct Open {
    client: Arc<Client>,
    work: Arc<ClientWork>,
}

struct Job {
    client: u64,
    queue: Arc<Queue>,
    work: Work,
}

fn new_id() -> u64 {
    LAST_ID.fetch_add(1, Ordering::Relaxed) + 1
}

/// The state of this process.
fn process() -> &'static Process {
    let number = std::process::id();
    let known = PROCESS.load(Ordering::Acquire);
    // SAFETY: null, or leaked below and so valid forever.
    if let Some(process) = unsafe { known.as_ref() }
        && process.number == number
    {
        return process;
    }
    let first_id = LAST_ID.load(Ordering::Relaxed) + 1;
    let fresh =
        Box::into_raw(Box::new(Process { number, first_id, shared: ProcessWide::default(), held: Mutex::default() }));
    // The state of a parent is leaked: dropping its runtime would wait for threads that do not exist here.
    let winner = match PROCESS.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => fresh,
        Err(other) => {
            // SAFETY: made above and never published, since another thread was faster.
            drop(unsafe { Box::from_raw(fresh) });
            other
        }
    };
    // SAFETY: published, so never freed.
    unsafe { &*winner }
}

impl Process {
    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The locked state. Fails when the id was assigned in a process that this one was forked from.
fn held(id: u64) -> Result<MutexGuard<'static, Held>> {
    let process = process();
    if id != 0 && id < process.first_id {
        return Err(Error::new(&codes::PROCESS_FORKED, codes::PROCESS_FORKED.meaning));
    }
    Ok(process.lock())
}

/// Opens a client.
pub(super) fn open(config: &str) -> Result<u64> {
    let process = process();
    let client = Client::new(Config::parse(config)?, &process.shared)?;
    let mut held = process.lock();
    if held.runtime.is_none() {
        held.runtime = Some(start_runtime()?);
    }
    let id = new_id();
    held.clients.insert(id, Open { client: Arc::new(client), work: Arc::default() });
    held.ready.insert(id, Arc::default());
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

/// Closes a client. Closing the last one ends the runtime.
pub(super) fn close(client: u64) -> Result<i32> {
    let (open, runtime) = {
        let mut held = held(client)?;
        let open = held.clients.remove(&client).ok_or_else(|| unknown_client(client))?;
        // A client that is opened from here on starts another runtime.
        (open, if held.clients.is_empty() { held.runtime.take() } else { None })
    };
    open.work.cancel();
    open.work.wait_until(Instant::now() + CLOSE_PATIENCE);
    free_jobs(client)?;
    if let Some(runtime) = runtime {
        stop(runtime);
    }
    Ok(STORESHIP_OK)
}

/// Frees the jobs of a client that was closed, and wakes the threads that wait for their events.
fn free_jobs(client: u64) -> Result<()> {
    let (ready, jobs) = {
        let mut held = held(client)?;
        let ready = held.ready.remove(&client);
        let (freed, kept) = std::mem::take(&mut held.jobs).into_iter().partition(|(_, job)| job.client == client);
        held.jobs = kept;
        let freed: BTreeMap<u64, Arc<Job>> = freed;
        (ready, freed)
    };
    for job in jobs.values() {
        job.queue.close();
    }
    if let Some(ready) = ready {
        ready.close();
    }
    Ok(())
}

/// Ends the runtime on a thread of its own. The caller's thread may be ending (the destructor of a global object in C++),
/// and tokio can't wait there.
fn stop(runtime: Runtime) {
    let thread = std::thread::Builder::new().name("storeship".to_owned()).spawn(move || {
        guard::own_thread();
        // A DNS lookup that hangs can't be aborted: its thread is left behind after the time-out.
        runtime.shutdown_timeout(CLOSE_PATIENCE);
    });
    // If no thread could be started, the closure was dropped, which ended the runtime.
    if let Ok(thread) = thread {
        let _ = thread.join();
    }
}

fn unknown_client(client: u64) -> Error {
    Error::new(&codes::CLIENT_UNKNOWN, format!("no open client has the id {client}"))
}

/// Runs an operation by its name and returns the response when it has ended.
pub(super) fn call_by_name(client: u64, operation: &str, request: &str) -> Result<String> {
    call(client, operations::find(operation)?, request)
}

pub(super) fn call(client: u64, operation: &'static Operation, request: &str) -> Result<String> {
    if client != 0 && !held(client)?.clients.contains_key(&client) {
        return Err(unknown_client(client));
    }
    if client == 0 {
        return Ok(operations::success(&offline::run(operation, request)?));
    }
    if operations::is_brief(operation, request) {
        return Ok(operations::success(&operations::run_offline(operation, request)?));
    }
    // The operation runs on the runtime and not on the caller's thread, which may be ending and have no thread locals
    // any more. So closing the client can cancel the operation like a job.
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let end = move |result| *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    let work = spawn(&*held(client)?, client, operation, request, Reporter::default(), end)?;
    work.wait();
    let result = result.lock().unwrap_or_else(PoisonError::into_inner).take();
    // Without a result the runtime has ended before the operation did.
    let output = result.unwrap_or_else(|| Err(operations::cancelled(operation)))?;
    Ok(operations::success(&output))
}

/// Starts an operation as a job.
pub(super) fn start_by_name(client: u64, operation: &str, request: &str) -> Result<u64> {
    start(client, operations::find(operation)?, request)
}

pub(super) fn start(client: u64, operation: &'static Operation, request: &str) -> Result<u64> {
    if client == 0 {
        let message = format!("`{}` was started as a job on the offline client", operation.name);
        return Err(
            Error::new(&codes::OPERATION_NEEDS_CLIENT, message).hint("call it with `storeship_call`, or open a client")
        );
    }
    // Locked until the job is in `jobs`, because another thread may take its first event as soon as it starts.
    let mut held = held(client)?;
    let ready = held.ready.get(&client).cloned().ok_or_else(|| unknown_client(client))?;
    let id = new_id();
    let queue = Arc::new(Queue::new(id, ready));
    let last = LastEvent { queue: queue.clone(), operation };
    let end = move |result: Result<operations::Output>| {
        last.queue.complete(match result {
            Ok(output) => operations::success(&output),
            Err(error) => operations::failure(&error),
        });
    };
    let work = spawn(&held, client, operation, request, Reporter::to(queue.clone()), end)?;
    held.jobs.insert(id, Arc::new(Job { client, queue, work }));
    Ok(id)
}

/// Completes the job as cancelled when the runtime drops the operation before the operation has ended.
struct LastEvent {
    queue: Arc<Queue>,
    operation: &'static Operation,
}

impl Drop for LastEvent {
    fn drop(&mut self) {
        // Ignored when the job has completed.
        self.queue.complete(operations::failure(&operations::cancelled(self.operation)));
    }
}

fn spawn(
    held: &Held,
    client: u64,
    operation: &'static Operation,
    request: &str,
    reporter: Reporter,
    end: impl FnOnce(Result<operations::Output>) + Send + 'static,
) -> Result<Work> {
    match (held.clients.get(&client), &held.runtime) {
        (Some(open), Some(runtime)) => {
            Ok(open.work.spawn(runtime.handle(), open.client.clone(), operation, request, reporter, end))
        }
        _ => Err(unknown_client(client)),
    }
}

fn job(id: u64) -> Result<Arc<Job>> {
    let job = held(id)?.jobs.get(&id).cloned();
    job.ok_or_else(|| unknown_job(id))
}

fn unknown_job(id: u64) -> Error {
    Error::new(&codes::JOB_UNKNOWN, format!("no job has the id {id}"))
}

/// The next event of a job. Taking the last one frees the job.
pub(super) fn job_next(id: u64, timeout: Duration) -> Result<Next> {
    let next = job(id)?.queue.next(timeout);
    match next {
        Next::Completed(_) => forget(id)?,
        // Another thread took the last event, or the job was closed.
        Next::Over => return Err(unknown_job(id)),
        Next::Event(_) | Next::Nothing => {}
    }
    Ok(next)
}

/// The next event of any job of a client, and the id of that job. Taking the last event of a job frees it.
pub(super) fn client_next(client: u64, timeout: Duration) -> Result<(u64, Next)> {
    let end = Instant::now() + timeout;
    let ready = held(client)?.ready.get(&client).cloned().ok_or_else(|| unknown_client(client))?;
    loop {
        let id = match ready.next(end) {
            Ready::Job(id) => id,
            Ready::Nothing => return Ok((0, Next::Nothing)),
            Ready::Closed => return Err(unknown_client(client)),
        };
        // The event, or the job, is gone when another thread took or closed it in between.
        let Ok(job) = job(id) else { continue };
        match job.queue.next(Duration::ZERO) {
            Next::Nothing | Next::Over => {}
            next => {
                if matches!(next, Next::Completed(_)) {
                    forget(id)?;
                }
                return Ok((id, next));
            }
        }
    }
}

fn forget(id: u64) -> Result<()> {
    held(id)?.jobs.remove(&id);
    Ok(())
}

/// Cancels a job.
pub(super) fn cancel(id: u64) -> Result<i32> {
    if let Ok(job) = job(id) {
        job.work.cancel();
    }
    Ok(STORESHIP_OK)
}

/// Cancels a job and frees it with its events. Closing its client still waits until the operation has stopped.
pub(super) fn close_job(id: u64) -> Result<i32> {
    let job = held(id).ok().and_then(|mut held| held.jobs.remove(&id));
    if let Some(job) = job {
        job.work.cancel();
        job.queue.close();
    }
    Ok(STORESHIP_OK)
}

/// How many jobs of a client are held.
#[cfg(test)]
pub(super) fn jobs_of(client: u64) -> usize {
    process().lock().jobs.values().filter(|job| job.client == client).count()
}
