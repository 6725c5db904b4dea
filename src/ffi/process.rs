//! What the process holds: the runtime, the clients and the jobs, by id.
//!
//! Ids are never used twice, so that a closed one is an error and not somebody else's client. The runtime starts with
//! the first client and ends with the last, so that nothing stays behind in the host.
//!
//! A fork copies the memory but not the threads: the child finds a runtime that stands still, and perhaps a lock that
//! nobody will ever release. So what is held belongs to a process id, and a child begins with nothing.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

use super::functions::STORESHIP_OK;
use super::guard;
use super::work::{self, Work};
use crate::client::Client;
use crate::config::Config;
use crate::error::{Error, Result, codes};
use crate::events::{Next, Queue, Reporter};
use crate::http::limiter::RateLimiters;
use crate::operations::{self, Operation};

/// How long closing a client waits for its work to end.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);

/// The last id that was given away, in this process or in one that it was forked from.
static LAST_ID: AtomicU64 = AtomicU64::new(0);

static PROCESS: AtomicPtr<Process> = AtomicPtr::new(std::ptr::null_mut());

struct Process {
    number: u32,
    /// Smaller ids are those of the process that this one was forked from.
    first_id: u64,
    /// What the calls of all clients keep to, those of closed ones too: the service counts on.
    rate_limiters: RateLimiters,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    clients: BTreeMap<u64, Arc<Client>>,
    jobs: BTreeMap<u64, Arc<Job>>,
    /// Calls of `call` that are under way, so that closing their client ends them.
    calls: BTreeMap<u64, Arc<Work>>,
    runtime: Option<Runtime>,
}

struct Job {
    queue: Arc<Queue>,
    work: Arc<Work>,
}

fn new_id() -> u64 {
    LAST_ID.fetch_add(1, Ordering::Relaxed) + 1
}

/// What this very process holds.
fn process() -> &'static Process {
    let number = std::process::id();
    let known = PROCESS.load(Ordering::Acquire);
    // SAFETY: null, or leaked below and so valid for ever.
    if let Some(process) = unsafe { known.as_ref() }
        && process.number == number
    {
        return process;
    }
    let first_id = LAST_ID.load(Ordering::Relaxed) + 1;
    let fresh = Box::into_raw(Box::new(Process {
        number,
        first_id,
        rate_limiters: RateLimiters::default(),
        held: Mutex::default(),
    }));
    // What a parent held is left as it is: ending a runtime would wait for threads that are not there.
    let winner = match PROCESS.compare_exchange(known, fresh, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => fresh,
        Err(other) => {
            // SAFETY: made above, and another thread's was published in its place.
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

/// The held things, unless the id is one of the process that this one was forked from.
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
    let client = Client::new(Config::parse(config)?, &process.rate_limiters)?;
    let mut held = process.lock();
    if held.runtime.is_none() {
        held.runtime = Some(start_runtime()?);
    }
    let id = new_id();
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
    let (under_way, runtime) = {
        let mut held = held(client)?;
        if held.clients.remove(&client).is_none() {
            return Err(unknown_client(client));
        }
        let all = held.jobs.values().map(|job| &job.work).chain(held.calls.values());
        let under_way: Vec<Arc<Work>> = all.filter(|work| work.client == client).cloned().collect();
        // Whoever opens a client from here on starts a runtime of its own.
        (under_way, if held.clients.is_empty() { held.runtime.take() } else { None })
    };
    for work in &under_way {
        work.cancel();
    }
    let end = Instant::now() + CLOSE_PATIENCE;
    for work in &under_way {
        work.wait_until(end);
    }
    if let Some(runtime) = runtime {
        stop(runtime);
    }
    Ok(STORESHIP_OK)
}

/// Ends the runtime, on a thread of its own: the caller's may be one that ends (the destructor of a global object), on
/// which tokio can't wait.
fn stop(runtime: Runtime) {
    let thread = std::thread::Builder::new().name("storeship".to_owned()).spawn(move || {
        guard::own_thread();
        // A look-up of a name that hangs is left behind rather than waited for.
        runtime.shutdown_timeout(CLOSE_PATIENCE);
    });
    // Without a thread the runtime was dropped, which ends it as well.
    if let Ok(thread) = thread {
        let _ = thread.join();
    }
}

fn unknown_client(client: u64) -> Error {
    Error::new(&codes::CLIENT_UNKNOWN, format!("no open client has the id {client}"))
}

/// Runs an operation and waits for it.
pub(super) fn call(client: u64, operation: &str, request: &str) -> Result<String> {
    run(client, operations::find(operation)?, request)
}

pub(super) fn run(client: u64, operation: &'static Operation, request: &str) -> Result<String> {
    if client != 0 && !held(client)?.clients.contains_key(&client) {
        return Err(unknown_client(client));
    }
    if client == 0 || operation.is_offline() {
        return Ok(operations::success(&operations::run_offline(operation, request)?));
    }
    // Spawned rather than run on the caller's thread, which may be one that ends and has no thread locals any more;
    // and so that it ends like a job when its client is closed.
    let result = Arc::new(Mutex::new(None));
    let slot = result.clone();
    let end = move |result| *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
    let id = new_id();
    let work = {
        let mut held = held(client)?;
        let work = spawn(&held, client, operation, request, Reporter::default(), end)?;
        held.calls.insert(id, work.clone());
        work
    };
    work.wait();
    held(client)?.calls.remove(&id);
    let result = result.lock().unwrap_or_else(PoisonError::into_inner).take();
    // No result: the runtime had to end before the work did.
    let output = result.unwrap_or_else(|| Err(work::cancelled(operation)))?;
    Ok(operations::success(&output))
}

/// Starts an operation as a job.
pub(super) fn start(client: u64, operation: &str, request: &str) -> Result<u64> {
    begin(client, operations::find(operation)?, request)
}

pub(super) fn begin(client: u64, operation: &'static Operation, request: &str) -> Result<u64> {
    if client == 0 {
        let message = format!("`{}` was started as a job on the offline client", operation.name);
        return Err(
            Error::new(&codes::OPERATION_NEEDS_CLIENT, message).hint("call it with `storeship_call`, or open a client")
        );
    }
    let queue = Arc::new(Queue::default());
    let last = LastEvent { queue: queue.clone(), operation };
    let end = move |result: Result<operations::Output>| {
        last.queue.complete(match result {
            Ok(output) => operations::success(&output),
            Err(error) => operations::failure(&error),
        });
    };
    let mut held = held(client)?;
    let work = spawn(&held, client, operation, request, Reporter::to(queue.clone()), end)?;
    let id = new_id();
    held.jobs.insert(id, Arc::new(Job { queue, work }));
    Ok(id)
}

/// Completes a job whose end was never told, since the runtime had to end before the work did.
struct LastEvent {
    queue: Arc<Queue>,
    operation: &'static Operation,
}

impl Drop for LastEvent {
    fn drop(&mut self) {
        // Ignored when the job was completed.
        self.queue.complete(operations::failure(&work::cancelled(self.operation)));
    }
}

fn spawn(
    held: &Held,
    client: u64,
    operation: &'static Operation,
    request: &str,
    reporter: Reporter,
    end: impl FnOnce(Result<operations::Output>) + Send + 'static,
) -> Result<Arc<Work>> {
    match (held.clients.get(&client), &held.runtime) {
        (Some(owner), Some(runtime)) => {
            let work = Work::spawn(runtime.handle(), client, owner.clone(), operation, request, reporter, end);
            Ok(Arc::new(work))
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

/// The next event of a job; with the last one it is forgotten.
pub(super) fn next(id: u64, timeout: Duration) -> Result<Next> {
    let next = job(id)?.queue.next(timeout);
    match next {
        Next::Completed(_) => {
            held(id)?.jobs.remove(&id);
        }
        // Another thread took the last one meanwhile.
        Next::Over => return Err(unknown_job(id)),
        Next::Event(_) | Next::Nothing => {}
    }
    Ok(next)
}

/// Tells a job to end.
pub(super) fn cancel(id: u64) -> Result<i32> {
    if let Ok(job) = job(id) {
        job.work.cancel();
    }
    Ok(STORESHIP_OK)
}
