//! Uploads files to Azure Blob Storage as one ZIP that never exists on disk.
//!
//! The ZIP is a layout that is cut into blocks, which several workers send in any order. Each data block is read once.
//! Its id carries its checksums and a hash of the plan, so that a killed upload is resumed from the service's block list
//! alone, on any machine that has the same files. Nothing is written to disk.
//!
//! The blob is committed (Put Block List) only when every file still has the size and modification time that it had when
//! the upload began.

mod address;
mod block_id;
mod checksums;
mod concurrency;
mod files;
mod pool;
mod reach;
mod run;
mod storage;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::Instant;
use url::Url;

use self::run::Run;
use crate::blocking;
use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Layout, Plan};
use files::Files;
use storage::{Recovery, Storage};

pub use crate::zip::SourceFile as Source;
pub use files::{check, checked, write};
pub use reach::reach;
#[cfg(fuzzing)]
pub use storage::fuzzed_block_list;

/// The block size that every version of the storage service accepts, in bytes.
const ALWAYS_ACCEPTED: u32 = 4 * MIB;
/// The largest block of any version of the storage service, in bytes.
const LARGEST_BLOCK: u32 = 4_000 * MIB;
/// The most blocks that a blob can have.
const MOST_BLOCKS: u64 = 50_000;
const MOST_CONCURRENCY: usize = 64;
const MIB: u32 = 1024 * 1024;

/// How an upload is cut and how much of it is in flight.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The size of a block in bytes. A larger one is used when there would be more than 50,000 blocks, a smaller one
    /// when the service refuses this size.
    pub block_bytes: u32,
    /// The most blocks that are in flight at once.
    pub max_concurrency: usize,
    /// The most bytes of blocks that are in memory at once; at least one block always is. Fewer blocks than
    /// `max_concurrency` are in flight when they would not fit.
    pub memory_limit_bytes: u64,
    /// Sends `x-ms-content-crc64` with each block, so that the service checks what arrived. The upload goes on without
    /// the header when the service does not know it.
    pub content_crc64: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            block_bytes: 8 * MIB,
            max_concurrency: 8,
            memory_limit_bytes: 64 * u64::from(MIB),
            content_crc64: false,
        }
    }
}

impl Settings {
    fn check(&self) -> Result<()> {
        let wrong = |what| Err(Error::new(&codes::REQUEST_INVALID, what));
        if self.block_bytes == 0 || self.block_bytes > LARGEST_BLOCK {
            return wrong("`blockBytes` must be from 1 to 4194304000");
        }
        if self.max_concurrency == 0 || self.max_concurrency > MOST_CONCURRENCY {
            return wrong("`maxConcurrency` must be from 1 to 64");
        }
        if self.memory_limit_bytes == 0 {
            return wrong("`memoryLimitBytes` must be 1 or more");
        }
        Ok(())
    }

    /// How many blocks of this size may be in flight.
    fn concurrency(&self, block_bytes: u32) -> usize {
        let fitting = (self.memory_limit_bytes / u64::from(block_bytes)).max(1);
        usize::try_from(fitting).map_or(self.max_concurrency, |fitting| fitting.min(self.max_concurrency))
    }
}

/// The result of an upload.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UploadSummary {
    /// The size of the ZIP in bytes.
    pub bytes: u64,
    /// How many bytes of the ZIP were not sent because an interrupted upload had already sent them.
    pub resumed_bytes: u64,
    /// The number of blocks.
    pub blocks: usize,
    /// The size of a block in bytes; the last block of a file may be smaller.
    pub block_bytes: u32,
    /// The files in the ZIP.
    pub entries: Vec<UploadEntry>,
    /// The time the upload took, in milliseconds.
    pub elapsed_ms: u64,
}

/// One file of the ZIP.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UploadEntry {
    /// The name in the ZIP.
    pub name: String,
    /// The size in bytes.
    pub bytes: u64,
}

/// Uploads files as one ZIP to the upload address of a submission, and resumes what an earlier upload left there.
///
/// Dropping the future cancels the upload: nothing is committed, and the service keeps the blocks that arrived for seven
/// days, for the next run to use.
///
/// # Errors
/// As [`check`]; `upload.host_not_allowed` before anything is sent; `upload.source_changed` when a file changes
/// meanwhile; `upload.expired`, `upload.refused`, `upload.too_large` as the service answers; `upload.incomplete` when
/// the blob is not what was sent; `network.*` and `service.*` when an outage lasts longer than three times
/// `retryTimeoutSeconds`.
///
/// # Examples
/// ```no_run
/// use storeship::client::Client;
/// use storeship::config::Secret;
/// use storeship::events::Reporter;
/// use storeship::upload::{Settings, Source, upload};
///
/// # async fn example(client: &Client, file_upload_url: String) -> storeship::error::Result<()> {
/// let address = Secret::new(file_upload_url);
/// let sources = [Source { path: "out/Contoso_2.0.0.0_x64.msix".into(), name: "Contoso_2.0.0.0_x64.msix".into() }];
/// let settings = Settings { max_concurrency: 4, ..Settings::default() };
/// let summary = upload(client, &address, &sources, settings, &Reporter::default()).await?;
/// println!("{} bytes, {} of them from an earlier run", summary.bytes, summary.resumed_bytes);
/// # Ok(())
/// # }
/// ```
pub async fn upload(
    client: &Client,
    address: &Secret,
    sources: &[Source],
    settings: Settings,
    reporter: &Reporter,
) -> Result<UploadSummary> {
    let url = address::parse(address, client.config())?;
    client.secrets().add_signature_of(address.reveal());
    run(client, url, sources, settings, reporter).await.map_err(|error| client.secrets().redact_error(error))
}

async fn run(
    client: &Client,
    url: Url,
    sources: &[Source],
    settings: Settings,
    reporter: &Reporter,
) -> Result<UploadSummary> {
    let began = Instant::now();
    settings.check()?;
    let sources = sources.to_vec();
    let planned = blocking::run(move || files::survey(&sources)).await?;
    let layout = files::layout(&planned)?;
    let files = Arc::new(Files::new(planned));
    let storage = Storage::new(client.http(), url, settings.content_crc64);

    let (mut block_bytes, mut limit) = (settings.block_bytes, LARGEST_BLOCK);
    let (mut removed, mut sent_again) = (false, false);
    loop {
        let plan = cut(&layout, block_bytes, limit)?;
        let stop = match Run::new(&storage, files.clone(), &plan, settings.concurrency(plan.block_bytes()), reporter)
            .upload()
            .await
        {
            Ok(resumed_bytes) => return Ok(summary(&plan, resumed_bytes, began)),
            Err(stop) => stop,
        };
        match stop.recovery {
            Recovery::SmallerBlocks(accepted) => {
                let Some(accepted) = smaller(plan.block_bytes(), accepted) else { return Err(stop.error) };
                (block_bytes, limit) = (accepted, accepted);
                reporter.verbose(format!("the service wants smaller blocks: going on with {accepted} bytes"));
            }
            Recovery::RemoveForeignBlocks if !removed => {
                removed = true;
                reporter.verbose("another tool left blocks at the upload address: removing them");
                storage.clear().await?;
            }
            Recovery::SendAgain if !sent_again => {
                sent_again = true;
                reporter.verbose("blocks that were sent are gone: sending them again");
            }
            _ => return Err(stop.error),
        }
    }
}

/// The block size to continue with after a refusal.
fn smaller(block_bytes: u32, limit: Option<u64>) -> Option<u32> {
    let accepted = limit.map_or(ALWAYS_ACCEPTED, |limit| limit.min(u64::from(ALWAYS_ACCEPTED)) as u32);
    (0 < accepted && accepted < block_bytes).then_some(accepted)
}

/// Cuts with this block size, or with a larger one up to `limit` if there would be too many blocks.
fn cut(layout: &Layout, block_bytes: u32, limit: u32) -> Result<Plan> {
    if layout.block_count(block_bytes) <= MOST_BLOCKS {
        return Ok(Plan::new(layout.clone(), block_bytes));
    }
    let files = layout.entries().len() as u64;
    // Each file has a header block and may end in a block that is not full; so may the central directory.
    let full = MOST_BLOCKS.saturating_sub(2 * files + 1).max(1);
    let larger = layout.total().div_ceil(full).next_multiple_of(u64::from(MIB));
    match u32::try_from(larger) {
        Ok(larger) if larger <= limit && layout.block_count(larger) <= MOST_BLOCKS => {
            Ok(Plan::new(layout.clone(), larger))
        }
        _ => {
            let message = format!("{files} files with {} bytes need more than 50,000 blocks", layout.total());
            Err(Error::new(&codes::UPLOAD_TOO_LARGE, message))
        }
    }
}

fn summary(plan: &Plan, resumed_bytes: u64, began: Instant) -> UploadSummary {
    let entries = plan.layout().entries().iter();
    UploadSummary {
        bytes: plan.layout().total(),
        resumed_bytes,
        blocks: plan.blocks().len(),
        block_bytes: plan.block_bytes(),
        entries: entries.map(|entry| UploadEntry { name: entry.name().to_owned(), bytes: entry.size() }).collect(),
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
