//! Uploads files to Azure Blob Storage as one ZIP that never exists on disk.
//!
//! The ZIP is a layout that is cut into blocks, which several workers send in any order. Each data block is read once.
//! Its id says which bytes of which file it holds, so that the service's block list alone tells what need not be sent:
//! blocks of a killed upload, of another machine, of another block size, or of the ZIP that is replaced. Nothing is
//! written to disk.
//!
//! The blob is committed (Put Block List) only when every file still has the bytes that were read: it is the same file with
//! the times of before, or it is read again.

mod address;
pub mod agreement;
mod answer;
mod block_id;
mod carried;
mod checksums;
mod concurrency;
mod cover;
mod files;
mod hashes;
mod link;
pub mod marker;
mod outage;
mod pool;
mod reach;
mod run;
mod stamp;
mod storage;
mod verify;

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;

use self::run::{Job, Outcome, Run};
use crate::blocking;
use crate::client::Client;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::Layout;
use concurrency::Limits;
use files::Files;
use storage::{Recovery, Repeated, Storage};

pub use crate::zip::SourceFile as Source;
pub use block_id::ReleaseKey;
pub use carried::{Carried, Uploaded, carry_over};
pub use files::{check, checked, size, write};
pub use link::{Link, Renew, Renewing};
pub use reach::reach;
#[cfg(fuzzing)]
pub use storage::fuzzed_block_list;

/// The block size that every version of the storage service accepts, in bytes.
const ALWAYS_ACCEPTED: u32 = 4 * MIB;
/// The size down to which blocks get smaller where the connection is slow, or where the service does not say what it accepts,
/// in bytes.
const SMALLEST: u32 = MIB / 4;
/// The size up to which blocks grow, in bytes.
const LARGEST: u32 = 8 * MIB;
/// The largest block of any version of the storage service, in bytes.
const LARGEST_BLOCK: u32 = 4_000 * MIB;
/// The most blocks that a blob can have.
const MOST_BLOCKS: u64 = 50_000;
const MOST_CONCURRENCY: usize = 64;
const MIB: u32 = 1024 * 1024;

/// How an upload is cut and how much of it is in flight.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The size of a block in bytes. Without one, it is found by measuring, between 256 KiB and 8 MiB. A larger one is used
    /// when there would be more than 50,000 blocks, a smaller one when the service refuses this size.
    pub block_bytes: Option<u32>,
    /// The most blocks that are in flight at once. Without one, it is found by measuring, up to 32.
    pub max_concurrency: Option<usize>,
    /// The most bytes of blocks that are in memory at once; at least one block always is. Fewer blocks than
    /// `max_concurrency` are in flight when they would not fit.
    pub memory_limit_bytes: u64,
    /// Sends `x-ms-content-crc64` with each block, so that the service does not store what was altered on the way. The
    /// upload goes on without the header when the service does not know it; the checksum that it answers is compared in
    /// any case.
    pub content_crc64: bool,
    /// The release whose key the ids of the new blocks carry; by default the one that the draft belongs to, as its markers
    /// say or else the ZIP that is there.
    pub release: Option<ReleaseKey>,
    /// Computes the SHA-256 of each file while it is read.
    pub sha256: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            block_bytes: None,
            max_concurrency: None,
            memory_limit_bytes: 64 * u64::from(MIB),
            content_crc64: true,
            release: None,
            sha256: false,
        }
    }
}

impl Settings {
    fn check(&self) -> Result<()> {
        let wrong = |what| Err(Error::new(&codes::REQUEST_INVALID, what));
        if self.block_bytes.is_some_and(|bytes| bytes == 0 || bytes > LARGEST_BLOCK) {
            return wrong("`blockBytes` must be from 1 to 4194304000");
        }
        if self.max_concurrency.is_some_and(|workers| workers == 0 || workers > MOST_CONCURRENCY) {
            return wrong("`maxConcurrency` must be from 1 to 64");
        }
        if self.memory_limit_bytes == 0 {
            return wrong("`memoryLimitBytes` must be 1 or more");
        }
        Ok(())
    }

    /// The blocks of a layout, none of which may be larger than `limit`.
    fn limits(&self, layout: &Layout, limit: u32) -> Result<Limits> {
        let smallest = cut(layout, self.block_bytes.unwrap_or(SMALLEST).min(limit), limit)?;
        let largest = match self.block_bytes {
            Some(_) => smallest,
            None => LARGEST.min(limit).max(smallest),
        };
        Ok(Limits { workers: self.max_concurrency, block: (smallest, largest), memory: self.memory_limit_bytes })
    }
}

/// The result of an upload.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadSummary {
    /// The size of the ZIP in bytes.
    pub bytes: u64,
    /// How many bytes of the ZIP were not sent because they were there already, from an earlier upload.
    pub resumed_bytes: u64,
    /// How many of these were compared with the files. The others are headers, and files that stay in the ZIP.
    pub verified_bytes: u64,
    /// How many bytes were sent again, because a request failed or a block was altered on the way.
    pub repeated_bytes: u64,
    /// How many requests to the storage were repeated.
    pub retries: u64,
    /// How many bytes were sent a second; 0 if all were there already.
    pub bytes_per_second: u64,
    /// The largest number of blocks that were sent at the same time.
    pub concurrency: usize,
    /// The number of blocks.
    pub blocks: usize,
    /// The largest size of a new block in bytes; one before a block of an earlier upload or the end of a file may be smaller.
    pub block_bytes: u32,
    /// The files in the ZIP.
    pub entries: Vec<UploadEntry>,
    /// The time the upload took, in milliseconds.
    pub elapsed_ms: u64,
}

/// One file of the ZIP.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadEntry {
    /// The name in the ZIP.
    pub name: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file in hexadecimal digits, if it was computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Whether the file is one that an earlier upload brought, and that stays in the ZIP.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub carried_over: bool,
}

/// Uploads files as one ZIP to the upload address of a submission. What an earlier upload left there is used again, and
/// `carried` is kept in the ZIP. The markers that are at the address are there again afterwards.
///
/// Dropping the future cancels the upload: nothing is committed, and the service keeps the blocks that arrived for seven
/// days, for the next run to use.
///
/// # Errors
/// As [`size`]; `upload.host_not_allowed` before anything is sent; `upload.source_changed` when a file changes
/// meanwhile; `upload.damaged` when bytes are altered on the way again and again; `upload.expired`, `upload.revoked`,
/// `upload.not_yet_valid`, `upload.not_writable` when the storage refuses the address and there is no other one;
/// `upload.moved`; `upload.refused`, `upload.too_large` as the service answers; `upload.intercepted` when something in
/// between answers; `upload.blocked`; `upload.incomplete` when the blob is not what was sent; `network.*` and `service.*`
/// when an outage lasts longer than three times `retryTimeoutSeconds`.
///
/// # Examples
/// ```no_run
/// use storeship::client::Client;
/// use storeship::config::Secret;
/// use storeship::events::Reporter;
/// use storeship::upload::{Carried, Link, Settings, Source, upload};
///
/// # async fn example(client: &Client, file_upload_url: String) -> storeship::error::Result<()> {
/// let link = Link::fixed(Secret::new(file_upload_url));
/// let sources = [Source { path: "out/Contoso_2.0.0.0_x64.msix".into(), name: "Contoso_2.0.0.0_x64.msix".into() }];
/// let settings = Settings { max_concurrency: Some(4), ..Settings::default() };
/// let summary = upload(client, &link, &sources, &Carried::default(), settings, &Reporter::default()).await?;
/// println!("{} bytes, {} of them from an earlier run", summary.bytes, summary.resumed_bytes);
/// # Ok(())
/// # }
/// ```
pub async fn upload(
    client: &Client,
    link: &Link,
    sources: &[Source],
    carried: &Carried,
    settings: Settings,
    reporter: &Reporter,
) -> Result<UploadSummary> {
    let storage = Storage::of(client, link)?.in_one_place().with_crc64(settings.content_crc64);
    run(&storage, sources, carried, settings, reporter).await.map_err(|error| client.secrets().redact_error(error))
}

async fn run(
    storage: &Storage<'_>,
    sources: &[Source],
    carried: &Carried,
    settings: Settings,
    reporter: &Reporter,
) -> Result<UploadSummary> {
    let began = Instant::now();
    settings.check()?;
    let sources = sources.to_vec();
    let planned = blocking::run(move || files::survey(&sources)).await?;
    let layout = files::layout(&planned, carried.0.iter().map(|entry| (entry.name.as_str(), entry.size)))?;
    let files = Arc::new(Files::new(planned));

    let mut limit = LARGEST_BLOCK;
    let (mut removed, mut sent_again, mut anew) = (false, false, false);
    let before = OnceLock::new();
    loop {
        let limits = settings.limits(&layout, limit)?;
        let Settings { release, sha256, .. } = settings;
        let job = Job { layout: &layout, files: &files, carried, release, limits, sha256, anew, before: &before };
        let stop = match Run::new(storage, job, reporter).upload().await {
            Ok(outcome) => return Ok(summary(&job, &outcome, storage.repeated(), began)),
            Err(stop) => stop,
        };
        match stop.recovery {
            Recovery::SmallerBlocks { refused, limit: accepted } => {
                let Some(accepted) = smaller(&layout, refused, accepted) else {
                    let hint = format!(
                        "give a smaller `blockBytes` than {refused}, or let what refuses the blocks pass larger requests; a ZIP \
                         has at most 50,000 blocks"
                    );
                    return Err(stop.error.hint(hint));
                };
                limit = accepted;
                reporter.verbose(format!("the service wants smaller blocks: going on with {accepted} bytes"));
            }
            // What is carried over would be removed too.
            Recovery::RemoveForeignBlocks if !removed && carried.0.is_empty() => {
                removed = true;
                reporter.verbose("another tool left blocks at the upload address: removing them");
                storage.clear().await?;
            }
            Recovery::SendAgain if !sent_again => {
                sent_again = true;
                reporter.verbose("blocks that were sent are gone: sending them again");
            }
            // Nothing is there yet. What is carried over stayed at the place before.
            Recovery::None if *stop.error.code() == codes::UPLOAD_MOVED && carried.0.is_empty() => {
                reporter.warning("the upload address leads to another place now: sending all files there");
            }
            Recovery::SendAll if !anew => {
                anew = true;
                reporter.verbose("with the blocks of earlier uploads there would be too many: sending all blocks");
            }
            _ => return Err(stop.error),
        }
    }
}

/// The block size to continue with after a refusal: what is accepted, or half if that is not known.
fn smaller(layout: &Layout, block_bytes: u32, limit: Option<u64>) -> Option<u32> {
    match limit {
        Some(limit) => {
            Some(limit.min(u64::from(ALWAYS_ACCEPTED)) as u32).filter(|limit| (1..block_bytes).contains(limit))
        }
        None if block_bytes <= SMALLEST => None,
        None => Some((block_bytes / 2).max(SMALLEST)).filter(|half| layout.block_count(*half) <= MOST_BLOCKS),
    }
}

/// This block size, or a larger one up to `limit` if there would be too many blocks.
fn cut(layout: &Layout, block_bytes: u32, limit: u32) -> Result<u32> {
    if layout.block_count(block_bytes) <= MOST_BLOCKS {
        return Ok(block_bytes);
    }
    let files = layout.entries().len() as u64;
    // Each file has a header block and may end in a block that is not full; so may the central directory.
    let full = MOST_BLOCKS.saturating_sub(2 * files + 1).max(1);
    let larger = layout.total().div_ceil(full).next_multiple_of(u64::from(MIB));
    match u32::try_from(larger) {
        Ok(larger) if larger <= limit && layout.block_count(larger) <= MOST_BLOCKS => Ok(larger),
        _ => Err(too_many_blocks(layout)),
    }
}

fn too_many_blocks(layout: &Layout) -> Error {
    let message =
        format!("{} files with {} bytes need more than 50,000 blocks", layout.entries().len(), layout.total());
    Error::new(&codes::UPLOAD_TOO_LARGE, message)
}

fn summary(job: &Job<'_>, outcome: &Outcome, repeated: Repeated, began: Instant) -> UploadSummary {
    let entries = job.layout.entries().iter().map(|entry| UploadEntry {
        name: entry.name().to_owned(),
        bytes: entry.size(),
        sha256: outcome.hashes.as_ref().and_then(|hashes| hashes.of(entry.source(), entry.size())),
        carried_over: entry.source() >= job.files.len(),
    });
    let bytes = job.layout.total();
    let sent = bytes.saturating_sub(outcome.resumed_bytes);
    UploadSummary {
        bytes,
        resumed_bytes: outcome.resumed_bytes,
        verified_bytes: outcome.verified_bytes,
        repeated_bytes: repeated.bytes,
        retries: repeated.requests,
        // As good as exact below 2^53.
        bytes_per_second: (sent as f64 / began.elapsed().as_secs_f64().max(0.001)) as u64,
        concurrency: outcome.concurrency,
        blocks: outcome.blocks,
        block_bytes: outcome.block_bytes,
        entries: entries.collect(),
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
