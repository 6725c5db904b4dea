//! The upload: files go to blob storage as one ZIP that never exists on disk (A1 to A8, B3, B4).
//!
//! The ZIP is a layout, cut into blocks that are sent in any order by several lanes. Each data block is read once, its
//! checksums are part of its id, and the ids carry a hash of the plan: a run that was killed is resumed by the next
//! one, on any machine that has the same files, from the service's own list of blocks. Nothing is written here.
//!
//! An upload ends in a Put Block List only when every file still has the size and time it had at the beginning.

mod address;
mod block_id;
mod files;
mod pace;
mod pool;
mod reach;
mod run;
mod storage;

use std::sync::Arc;

use serde::Serialize;
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::client::Client;
use crate::config::Secret;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Layout, Plan};
use files::Files;
use run::Run;
use storage::{Storage, Why};

pub use crate::zip::SourceFile as Source;
pub use files::{check, total, write};
pub use reach::reach;

/// What every version of the service accepts as a block (A1).
const ALWAYS_ACCEPTED: u32 = 4 * MIB;
/// The largest block of any version.
const LARGEST_BLOCK: u32 = 4_000 * MIB;
/// The most blocks that a blob can have (A1).
const MOST_BLOCKS: u64 = 50_000;
const MOST_LANES: usize = 64;
const MIB: u32 = 1024 * 1024;

/// How an upload is cut.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The size of a block in bytes. Larger when the blocks would be more than 50,000, smaller when the service says
    /// so.
    pub block_bytes: u32,
    /// How many blocks are sent at once, at the most. Memory is this times the size of a block.
    pub lanes: usize,
    /// Sends `x-ms-content-crc64` with each block, so that the service checks what arrived. When it does not know the
    /// header, the upload goes on without.
    pub content_crc64: bool,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { block_bytes: 8 * MIB, lanes: 8, content_crc64: false }
    }
}

impl Settings {
    fn check(&self) -> Result<()> {
        let wrong = |what| Err(Error::new(&codes::REQUEST_INVALID, what));
        if self.block_bytes == 0 || self.block_bytes > LARGEST_BLOCK {
            return wrong("`blockBytes` must be from 1 to 4194304000");
        }
        if self.lanes == 0 || self.lanes > MOST_LANES {
            return wrong("`lanes` must be from 1 to 64");
        }
        Ok(())
    }
}

/// What was uploaded.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    /// The bytes of the ZIP.
    pub bytes: u64,
    /// How many of them an earlier run had sent.
    pub resumed_bytes: u64,
    /// How many blocks it was sent in.
    pub blocks: usize,
    /// The size of a block.
    pub block_bytes: u32,
    /// The files in it.
    pub entries: Vec<UploadedEntry>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// One file of the ZIP.
#[derive(Debug, Serialize)]
pub struct UploadedEntry {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
}

/// Uploads files as one ZIP to the address that a submission gives, resuming what an earlier run left there.
///
/// Dropping the future cancels: nothing is committed, and the blocks that arrived stay for the next run (seven days).
///
/// # Errors
/// As [`check`]; `upload.host_not_allowed` before anything is sent; `upload.source_changed` when a file changes
/// meanwhile; `upload.expired`, `upload.refused`, `upload.too_large` by the service's answer; `upload.incomplete` when
/// the blob is not what was sent; `network.*` and `service.*` when an outage lasts three times the configured patience.
pub async fn upload(
    client: &Client,
    address: &Secret,
    sources: &[Source],
    settings: Settings,
    reporter: &Reporter,
) -> Result<Uploaded> {
    let began = Instant::now();
    settings.check()?;
    let url = address::parse(address, client.config())?;
    let sources = sources.to_vec();
    let planned = spawn_blocking(move || files::survey(&sources)).await;
    let planned = planned.unwrap_or_else(|_| Err(internal("looking at the files did not end")))?;
    let layout = files::layout(&planned)?;
    let files = Arc::new(Files::new(planned));
    let storage = Storage::new(client.http(), url, settings.content_crc64);

    let (mut block_bytes, mut limit) = (settings.block_bytes, LARGEST_BLOCK);
    let (mut cleared, mut repeated) = (false, false);
    loop {
        let plan = cut(&layout, block_bytes, limit)?;
        let stop = match Run::new(&storage, files.clone(), &plan, settings.lanes, reporter).go().await {
            Ok(resumed_bytes) => return Ok(uploaded(&plan, resumed_bytes, began)),
            Err(stop) => stop,
        };
        match stop.why {
            Why::TooLarge(accepted) => {
                let Some(accepted) = smaller(plan.block_bytes(), accepted) else { return Err(stop.error) };
                (block_bytes, limit) = (accepted, accepted);
                reporter.verbose(format!("the service wants smaller blocks: going on with {accepted} bytes"));
            }
            Why::Occupied if !cleared => {
                cleared = true;
                reporter.verbose("another tool left blocks at the upload address: removing them");
                storage.clear().await?;
            }
            Why::Gone if !repeated => {
                repeated = true;
                reporter.verbose("blocks that were sent are gone: sending them again");
            }
            _ => return Err(stop.error),
        }
    }
}

/// The block size to go on with after a refusal.
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
    // Each file has a header and may end in a block that is not full, and so may the central directory.
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

fn internal(what: &str) -> Error {
    Error::new(&codes::INTERNAL_STATE, what)
}

fn uploaded(plan: &Plan, resumed_bytes: u64, began: Instant) -> Uploaded {
    let entries = plan.layout().entries().iter();
    Uploaded {
        bytes: plan.layout().total(),
        resumed_bytes,
        blocks: plan.blocks().len(),
        block_bytes: plan.block_bytes(),
        entries: entries.map(|entry| UploadedEntry { name: entry.name().to_owned(), bytes: entry.size() }).collect(),
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}
