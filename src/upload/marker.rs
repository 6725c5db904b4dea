//! Markers: uncommitted blocks of one byte at the upload address of a draft, whose ids say whose the draft is.
//!
//! The service keeps nothing else that a program could leave in a draft without changing it. A marker is in no ZIP: Put
//! Block List drops it, and [`upload`](super::upload) puts it again. Like every uncommitted block it vanishes after seven
//! days.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use super::block_id::{BlockId, Kind, RawId, ReleaseKey};
use super::checksums::Checksums;
use super::link::Link;
use super::storage::{Block, Blocks, Storage};
use crate::client::Client;
use crate::error::Result;

/// How long an outage may last where the work can go on without the marker.
const MAX_OUTAGE: Duration = Duration::from_secs(30);

/// The kinds of [`RawId`]; those below belong to the blocks of a ZIP.
const RUN: u8 = 8;
const COPY: u8 = 9;
const LEFT_FOR_REVIEW: u8 = 1;
const PRICE_LEFT: u8 = 2;
const ADOPTED: u8 = 4;

/// What one marker says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marker {
    /// A run of a release works on the draft, or did.
    Run(RunMarker),
    /// The draft was this copy when the release last read it.
    Copy {
        /// The release.
        release: ReleaseKey,
        /// A hash of the copy.
        hash: [u8; 16],
    },
}

/// The marker of one run of a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunMarker {
    /// The release.
    pub release: ReleaseKey,
    /// The run.
    pub run: [u8; 8],
    /// When the marker was put, in minutes since 1970.
    pub minute: u32,
    /// Whether the run left the draft for a person or another job.
    pub left_for_review: bool,
    /// Whether the draft has no price, because a person sets it in Partner Center.
    pub price_left: bool,
    /// Whether somebody else created the draft, and the caller let the run use it.
    pub adopted: bool,
}

/// What is at the upload address of a draft.
#[derive(Clone, Debug)]
pub struct Found {
    /// The markers, in no particular order.
    pub markers: Vec<Marker>,
    /// Whether there is anything else: a ZIP, or blocks of one.
    pub blocks: bool,
    /// The release that uploaded the ZIP that is there, or zeros when this library did so without a release. `None` when
    /// there is no ZIP, or one of another tool.
    pub zip: Option<ReleaseKey>,
    /// The time of the service, by which the minutes of markers are judged; that of this machine if the service sent none.
    pub date: Timestamp,
}

impl Found {
    /// Whether a run left the draft without a price, for a person to submit in Partner Center.
    #[must_use]
    pub fn is_price_left(&self) -> bool {
        any_price_left(&self.markers)
    }
}

pub(super) fn any_price_left(markers: &[Marker]) -> bool {
    markers.iter().any(|marker| matches!(marker, Marker::Run(run) if run.price_left))
}

impl Marker {
    /// The minute of [`RunMarker::minute`] at a time.
    #[must_use]
    pub fn minute(at: Timestamp) -> u32 {
        u32::try_from(at.as_second() / 60).unwrap_or_default()
    }

    fn id(&self) -> RawId {
        let mut content = [0; 32];
        match self {
            Marker::Run(RunMarker { release, run, minute, left_for_review, price_left, adopted }) => {
                content[..8].copy_from_slice(run);
                content[8..12].copy_from_slice(&minute.to_be_bytes());
                let flags = [(left_for_review, LEFT_FOR_REVIEW), (price_left, PRICE_LEFT), (adopted, ADOPTED)];
                content[12] = flags.iter().filter(|(is_set, _)| **is_set).map(|(_, flag)| flag).sum();
                RawId { kind: RUN, content, release: *release }
            }
            Marker::Copy { release, hash } => {
                content[..16].copy_from_slice(hash);
                RawId { kind: COPY, content, release: *release }
            }
        }
    }

    fn decode(text: &str) -> Option<Marker> {
        let RawId { kind, content, release } = RawId::decode(text)?;
        match kind {
            RUN => {
                let mut run = [0; 8];
                run.copy_from_slice(&content[..8]);
                Some(Marker::Run(RunMarker {
                    release,
                    run,
                    minute: u32::from_be_bytes([content[8], content[9], content[10], content[11]]),
                    left_for_review: content[12] & LEFT_FOR_REVIEW != 0,
                    price_left: content[12] & PRICE_LEFT != 0,
                    adopted: content[12] & ADOPTED != 0,
                }))
            }
            COPY => {
                let mut hash = [0; 16];
                hash.copy_from_slice(&content[..16]);
                Some(Marker::Copy { release, hash })
            }
            _ => None,
        }
    }
}

/// Puts a marker at the upload address of a draft. It stays beside those that are there. `patient` outlasts an outage as
/// long as an upload does.
///
/// # Errors
/// Those of the storage: `upload.expired`, `upload.refused`, also when another tool left blocks with ids of another
/// length; `upload.host_not_allowed`, `network.*`, `service.*`.
pub async fn put(client: &Client, link: &Link, marker: &Marker, patient: bool) -> Result<()> {
    let storage = storage(client, link, patient)?;
    put_in(&storage, marker).await.map_err(|error| client.secrets().redact_error(error))
}

fn storage<'a>(client: &'a Client, link: &'a Link, patient: bool) -> Result<Storage<'a>> {
    let storage = Storage::of(client, link)?;
    Ok(if patient { storage } else { storage.with_max_outage(MAX_OUTAGE) })
}

/// Reads what is at the upload address of a draft. `patient` outlasts an outage as long as an upload does.
///
/// # Errors
/// Those of the storage: `upload.expired`, `upload.revoked`, `upload.refused`; `upload.not_readable`;
/// `upload.host_not_allowed`, `network.*`, `service.*`.
pub async fn read(client: &Client, link: &Link, patient: bool) -> Result<Found> {
    let storage = storage(client, link, patient)?;
    let blocks = storage.readable_blocks().await.map_err(|error| client.secrets().redact_error(error))?;
    let mut others = blocks.committed.iter().chain(&blocks.uncommitted);
    Ok(Found {
        markers: of(&blocks),
        blocks: blocks.length > 0 || others.any(|block| Marker::decode(&block.id).is_none()),
        zip: zip_of(&blocks),
        date: blocks.date.unwrap_or_else(|| client.http().now()),
    })
}

pub(super) async fn put_in(storage: &Storage<'_>, marker: &Marker) -> Result<()> {
    // A block has one byte at least.
    let body = Bytes::from_static(b"-");
    let checksums = Checksums::of(&body);
    let block = Block { id: &marker.id().encode(), body: &body, checksums };
    storage.put_block(block, None).await.map(|_| ()).map_err(|stop| stop.error)
}

/// The release that a draft belongs to, by what is at its address; zeros without one.
pub(super) fn release_of(blocks: &Blocks) -> ReleaseKey {
    let runs = of(blocks).into_iter().filter_map(|marker| match marker {
        Marker::Run(run) => Some((run.minute, run.release)),
        Marker::Copy { .. } => None,
    });
    runs.max().map(|(_, release)| release).or_else(|| zip_of(blocks)).unwrap_or_default()
}

/// The release of the ZIP. Its end is the part that no other upload lends.
fn zip_of(blocks: &Blocks) -> Option<ReleaseKey> {
    let id = BlockId::decode(&blocks.committed.last()?.id)?;
    (id.kind == Kind::Tail).then_some(id.release)
}

/// The markers among the blocks of a blob.
pub(super) fn of(blocks: &Blocks) -> Vec<Marker> {
    blocks.uncommitted.iter().filter_map(|block| Marker::decode(&block.id)).collect()
}

/// Leaves out the markers that a later one of the same run replaces.
pub(super) fn newest(mut markers: Vec<Marker>) -> Vec<Marker> {
    // Those of a run are in the order of their minutes.
    markers.sort_unstable();
    let mut kept: Vec<Marker> = Vec::with_capacity(markers.len());
    for marker in markers {
        match (kept.last_mut(), marker) {
            (Some(Marker::Run(last)), Marker::Run(next)) if (last.release, last.run) == (next.release, next.run) => {
                *last = next;
            }
            _ => kept.push(marker),
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_round_trip_and_the_newest_of_a_run_is_kept() {
        let release = ReleaseKey([7; 12]);
        let run = |run, minute| RunMarker {
            release,
            run: [run; 8],
            minute,
            left_for_review: false,
            price_left: false,
            adopted: false,
        };
        let copy = Marker::Copy { release, hash: [3; 16] };
        let left = Marker::Run(RunMarker { left_for_review: true, ..run(1, 9) });
        let priced = Marker::Run(RunMarker { price_left: true, ..run(2, u32::MAX) });
        for marker in [copy, left, priced, Marker::Run(run(2, 5))] {
            let text = marker.id().encode();
            assert_eq!((text.len(), Marker::decode(&text)), (64, Some(marker)));
            assert_eq!(BlockId::decode(&text), None);
        }
        let mut kept = newest(vec![left, copy, Marker::Run(run(2, 5)), Marker::Run(run(1, 8)), priced, copy]);
        kept.dedup();
        assert_eq!(kept, [left, priced, copy]);
    }
}
