//! The trace of a client: a file to which it appends what it did, a JSON object a line.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{fmt, fs, io};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::error::{Error, Exchange, Result, shown};
use crate::files;

/// How many bytes of records wait for a slow disk at most. Later records are dropped and counted.
const MAX_WAITING: usize = 1024 * 1024;

/// How long an operation that has ended waits for the disk.
const PATIENCE: Duration = Duration::from_secs(1);

/// A record of the trace.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Record<'a> {
    /// The wall clock (RFC 3339).
    pub(super) time: String,
    /// The id of the process, which distinguishes the processes that write to the same file.
    pub(super) process: u32,
    /// Counts the operations of the process.
    pub(super) call: u64,
    /// The name of the operation.
    pub(super) operation: &'a str,
    #[serde(flatten)]
    pub(super) what: What<'a>,
    /// How many earlier records were dropped because the disk was slow.
    #[serde(skip_serializing_if = "super::is_zero")]
    pub(super) dropped: u64,
}

/// What a record is about.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(super) enum What<'a> {
    /// The operation has begun.
    Began,
    /// The operation has ended.
    Ended {
        ok: bool,
        elapsed_ms: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        message: Option<String>,
        #[serde(skip_serializing_if = "BTreeMap::is_empty")]
        ids: BTreeMap<String, String>,
    },
    /// One attempt to send a request.
    Request(Attempt<'a>),
    /// Something that changed the state of the service, or that was refused to protect it.
    Decision { decision: &'a str, message: String },
    /// A warning to the people who wait.
    Warning { message: String },
}

/// One attempt to send a request, and its answer. All texts are safe to show.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attempt<'a> {
    #[serde(flatten, serialize_with = "method_to_status")]
    pub(super) exchange: &'a Exchange,
    pub(super) elapsed_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) correlation_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_id: Option<String>,
    /// Why there is no usable answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

fn method_to_status<S: Serializer>(exchange: &&Exchange, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    map.serialize_entry("method", &exchange.method)?;
    map.serialize_entry("url", &shown(&exchange.url))?;
    map.serialize_entry("attempt", &exchange.attempts)?;
    if let Some(status) = exchange.status {
        map.serialize_entry("status", &status)?;
    }
    map.end()
}

/// As a line of a log: `GET https://… answered 200 in 35 ms, correlation id …`.
impl fmt::Display for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.exchange.method, shown(&self.exchange.url))?;
        match (&self.error, self.exchange.status) {
            (Some(error), _) => write!(f, " failed after {} ms: {error}", self.elapsed_ms)?,
            (None, status) => write!(f, " answered {} in {} ms", status.unwrap_or_default(), self.elapsed_ms)?,
        }
        for (name, id) in [("correlation id", &self.correlation_id), ("request id", &self.request_id)] {
            if let Some(id) = id {
                write!(f, ", {name} {id}")?;
            }
        }
        Ok(())
    }
}

/// The file of a trace. The clients that share it append whole lines, so that their records do not mix.
#[derive(Debug)]
pub struct Trace {
    path: PathBuf,
    max_bytes: u64,
    waiting: Mutex<Waiting>,
    /// Whether a thread writes the waiting records.
    writing: watch::Sender<bool>,
}

/// The records that were not written yet.
#[derive(Debug, Default)]
struct Waiting {
    lines: Vec<u8>,
    dropped: u64,
    /// Why the file can't be written, until somebody was told.
    failure: Option<String>,
    failed: bool,
}

impl Trace {
    /// Creates the file, or opens the present one to append to it. A file of more than `max_bytes` is renamed to the same
    /// name with `.1` at its end, in place of the file with that name, and a new file is begun.
    ///
    /// # Errors
    /// `file.unwritable`.
    pub fn open(path: &Path, max_bytes: u64) -> Result<Arc<Trace>> {
        files::append(path)
            .map_err(|error| Error::of_output(format!("the trace {}: {error}", path.display()), &error))?;
        let (writing, _) = watch::channel(false);
        Ok(Arc::new(Trace { path: path.to_owned(), max_bytes, waiting: Mutex::default(), writing }))
    }

    /// Appends a record, on another thread, since the disk may be slow.
    pub(super) fn append(self: &Arc<Trace>, mut record: Record<'_>) {
        {
            let mut waiting = self.waiting();
            record.dropped = waiting.dropped;
            if waiting.lines.len() > MAX_WAITING || waiting.failed {
                waiting.dropped += 1;
                return;
            }
            let length = waiting.lines.len();
            if serde_json::to_writer(&mut waiting.lines, &record).is_err() {
                waiting.lines.truncate(length);
                return;
            }
            waiting.lines.push(b'\n');
            waiting.dropped = 0;
            if self.writing.send_replace(true) {
                return;
            }
        }
        let trace = self.clone();
        match Handle::try_current() {
            Ok(handle) => drop(handle.spawn_blocking(move || trace.write_waiting())),
            Err(_) => trace.write_waiting(),
        }
    }

    /// Waits until all records are in the file, or the disk has taken too long.
    pub(super) async fn written(&self) {
        let mut writing = self.writing.subscribe();
        // The operation has its result, so a disk that is slow is no failure.
        let _ = timeout(PATIENCE, writing.wait_for(|writing| !writing)).await;
    }

    /// Why the file can't be written any more. Told once.
    pub(super) fn failure(&self) -> Option<String> {
        self.waiting().failure.take()
    }

    fn write_waiting(&self) {
        loop {
            let lines = {
                let mut waiting = self.waiting();
                if waiting.lines.is_empty() {
                    self.writing.send_replace(false);
                    return;
                }
                std::mem::take(&mut waiting.lines)
            };
            if let Err(error) = self.write(&lines) {
                let mut waiting = self.waiting();
                waiting.failed = true;
                waiting.failure = Some(format!("the trace {} is not continued: {error}", self.path.display()));
                waiting.lines.clear();
            }
        }
    }

    /// Appends to the file, which is opened and locked for each write, because another process may rename it.
    fn write(&self, lines: &[u8]) -> io::Result<()> {
        loop {
            let mut file = files::append(&self.path)?;
            file.lock()?;
            let length = file.metadata()?.len();
            if fs::metadata(&self.path).ok().is_none_or(|present| present.len() != length) {
                // Another process has renamed the file while this one waited for the lock.
                continue;
            }
            if length == 0 || length.saturating_add(lines.len() as u64) <= self.max_bytes {
                return file.write_all(lines);
            }
            let mut older = self.path.as_os_str().to_owned();
            older.push(".1");
            fs::rename(&self.path, older)?;
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
