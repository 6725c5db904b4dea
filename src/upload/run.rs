//! One run of an upload with one block size: read the block list, send what is missing, commit, verify.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::block_id::{BlockId, Kind, NameHash, ReleaseKey, name_hash};
use super::carried::Carried;
use super::checksums::Checksums;
use super::concurrency::{Concurrency, Limits};
use super::cover::{Cursor, Step, Stored};
use super::files::{Compared, Files};
use super::hashes::Hashes;
use super::marker;
use super::pool::{Pool, Room};
use super::storage::{Block, Blocks, Recovery, Stop, Storage};
use super::verify::{Expected, once_more, unread, verify};
use super::{MOST_BLOCKS, too_many_blocks};
use crate::blocking;
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Layout, combine_crc32};

/// The seconds after which a piece of a file that could not be read is read again.
const REREADS: [u64; 5] = [1, 2, 5, 10, 30];

/// What is uploaded.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    /// The entries of the ZIP; those of `carried` are sources behind those of the files.
    pub(super) layout: &'a Layout,
    pub(super) files: &'a Arc<Files>,
    pub(super) carried: &'a Carried,
    /// The key in the ids of new blocks; without one, that of what is there.
    pub(super) release: Option<ReleaseKey>,
    /// How many blocks there may be at once, and how large.
    pub(super) limits: Limits,
    /// Compute the SHA-256 of the files.
    pub(super) sha256: bool,
    /// Use no block of an earlier upload.
    pub(super) anew: bool,
    /// What was there before the first run of this upload.
    pub(super) before: &'a OnceLock<Stored>,
}

/// What an upload did.
pub(super) struct Outcome {
    /// How many blocks the blob has.
    pub(super) blocks: usize,
    /// The largest size to which files were cut.
    pub(super) block_bytes: u32,
    /// The bytes of the blob that were there already.
    pub(super) resumed_bytes: u64,
    /// Those of them that were compared with the files.
    pub(super) verified_bytes: u64,
    /// The most blocks that were on their way at once.
    pub(super) concurrency: usize,
    /// The hashes of the files, if they were to be computed.
    pub(super) hashes: Option<Arc<Hashes>>,
}

/// One run of an upload.
pub(super) struct Run<'a> {
    storage: &'a Storage<'a>,
    job: Job<'a>,
    reporter: &'a Reporter,
    pool: Arc<Pool>,
    /// The size of the largest file, or more than any block.
    largest_file: u32,
    hashes: Option<Arc<Hashes>>,
    concurrency: Concurrency,
    release: ReleaseKey,
    stored: Stored,
    cursor: tokio::sync::Mutex<Cursor>,
    /// The data blocks that the service has, by entry; those of an entry are in no order until all are there.
    pieces: Mutex<Vec<Vec<BlockId>>>,
    /// The bytes that the service has, for the progress.
    acknowledged: AtomicU64,
    resumed: AtomicU64,
    verified: AtomicU64,
    largest_cut: AtomicU32,
}

/// The blocks that are computed when all files have been read: headers, and the central directory.
struct Rest {
    blocks: Vec<(BlockId, Bytes)>,
    /// The first of `blocks` that no worker has taken.
    next: AtomicUsize,
}

/// A piece of a file that is being read. If the read fails or is dropped, the hash of the file is given up, since the
/// readers of the other pieces would wait for this one.
struct Piece<'a> {
    hashes: Option<&'a Hashes>,
    source: usize,
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        if let Some(hashes) = self.hashes {
            hashes.give_up(self.source);
        }
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(storage: &'a Storage<'a>, job: Job<'a>, reporter: &'a Reporter) -> Run<'a> {
        let entries = job.layout.entries();
        let files = entries.iter().filter(|entry| entry.source() < job.files.len());
        let largest = files.map(|entry| entry.size()).max().unwrap_or_default();
        let mut pieces = vec![Vec::new(); entries.len()];
        for (entry, pieces) in entries.iter().zip(&mut pieces) {
            if let Some(carried) = entry.source().checked_sub(job.files.len()).and_then(|at| job.carried.0.get(at)) {
                pieces.clone_from(&carried.blocks);
            }
        }
        Run {
            storage,
            pool: Pool::new(job.limits.memory),
            largest_file: u32::try_from(largest).unwrap_or(u32::MAX),
            hashes: job.sha256.then(|| Arc::new(Hashes::new(job.files.len()))),
            job,
            reporter,
            concurrency: Concurrency::new(job.limits),
            release: ReleaseKey::default(),
            stored: Stored::default(),
            cursor: tokio::sync::Mutex::new(Cursor::new()),
            pieces: Mutex::new(pieces),
            acknowledged: AtomicU64::new(0),
            resumed: AtomicU64::new(0),
            verified: AtomicU64::new(0),
            largest_cut: AtomicU32::new(0),
        }
    }

    /// Uploads the missing blocks and commits the blob.
    pub(super) async fn upload(mut self) -> std::result::Result<Outcome, Stop> {
        let there = self.there().await?;
        self.release = self.job.release.unwrap_or_else(|| marker::release_of(&there));
        self.job.before.get_or_init(|| Stored::new(&there));
        if !self.job.anew {
            self.stored = Stored::new(&there);
        }
        self.acknowledge(0);
        self.job.carried.0.iter().flat_map(|entry| &entry.blocks).for_each(|id| self.found(id));
        self.transfer(None).await?;

        let mut rest = Rest { blocks: self.headers_and_tail()?, next: AtomicUsize::new(0) };
        let tail: Vec<u8> = rest
            .blocks
            .iter()
            .filter(|(id, _)| id.kind == Kind::Tail)
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .collect();
        let missing = self.use_stored(&mut rest.blocks);
        let ids = self.ids(&rest.blocks);
        if ids.len() as u64 > MOST_BLOCKS {
            let recovery = if self.job.anew { Recovery::None } else { Recovery::SendAll };
            return Err(Stop { recovery, error: too_many_blocks(self.job.layout) });
        }
        let is_committed = there.committed.iter().map(|block| &block.id).eq(&ids);
        if !is_committed {
            rest.blocks = missing;
            self.transfer(Some(&rest)).await?;
        }
        self.recheck_files().await?;
        if !is_committed {
            self.commit(&ids, &there).await?;
        }
        let total = self.job.layout.total();
        if let Some(why) = verify(self.storage, &Expected { total, tail: &tail, ids: &ids }).await? {
            self.reporter.warning(format!(
                "the storage took every block and their list, but the uploaded file could not be looked at: {why}"
            ));
        }
        self.reporter.progress("upload", total, total, "bytes");
        Ok(Outcome {
            blocks: ids.len(),
            block_bytes: self.largest_cut.into_inner(),
            resumed_bytes: self.resumed.into_inner(),
            verified_bytes: self.verified.into_inner(),
            concurrency: self.concurrency.most_blocks(),
            hashes: self.hashes,
        })
    }

    /// What is at the address. Where something in between closes this way, nothing is known to be there.
    async fn there(&self) -> Result<Blocks> {
        let mut looks = 0;
        while self.storage.can_read() {
            let error = match self.storage.blocks().await {
                Err(error) if is_no_answer(&error) => error,
                there => return there,
            };
            if !once_more(self.storage, &mut looks).await {
                let message = format!("no block of an earlier upload is used, since none can be listed: {error}");
                self.reporter.warning(message);
                break;
            }
        }
        Ok(Blocks::default())
    }

    /// Sends the data blocks that are missing, or else these, as many at once as the concurrency allows.
    async fn transfer(&self, rest: Option<&Rest>) -> std::result::Result<(), Stop> {
        self.concurrency.begin();
        all((0..self.concurrency.most()).map(|worker| self.worker(worker, rest)).collect()).await
    }

    async fn worker(&self, worker: usize, rest: Option<&Rest>) -> std::result::Result<(), Stop> {
        loop {
            self.concurrency.acquire(worker).await;
            let next = match rest {
                None => self.next().await?,
                Some(rest) => {
                    let at = rest.next.fetch_add(1, Ordering::Relaxed);
                    rest.blocks.get(at).map(|(id, bytes)| (usize::MAX, *id, bytes.clone()))
                }
            };
            let Some((entry, id, body)) = next else {
                self.concurrency.release();
                return Ok(());
            };
            let bytes = body.len() as u64;
            self.concurrency.begins(bytes);
            let block = Block { id: &id.encode(), body: &body, checksums: id.checksums };
            let sent = self.storage.put_block(block, Some(&self.concurrency)).await;
            sent.map_err(|stop| self.with_place(stop, entry, &id))?;
            self.concurrency.success(bytes, rest.is_none());
            if let Some(pieces) = lock(&self.pieces).get_mut(entry) {
                pieces.push(id);
            }
            self.acknowledge(bytes);
        }
    }

    /// Says which bytes of which file a network does not let pass, or not as they are.
    fn with_place(&self, stop: Stop, entry: usize, id: &BlockId) -> Stop {
        let what = match stop.error.code() {
            code if *code == codes::UPLOAD_DAMAGED => "are altered on the way",
            code if *code == codes::UPLOAD_BLOCKED => "do not pass",
            _ => return stop,
        };
        let of = self.job.layout.entries().get(entry).map_or("a header of the ZIP", |entry| entry.name());
        let (start, end) = (id.offset, id.offset + u64::from(id.len));
        Stop { error: stop.error.while_doing(&format!("the bytes {start} to {end} of {of} {what}")), ..stop }
    }

    /// The next data block to send, with its entry and its bytes. Blocks that are there already are compared with the
    /// files on the way. `None` when the end of the last file is reached.
    async fn next(&self) -> Result<Option<(usize, BlockId, Bytes)>> {
        let mut cursor = self.cursor.lock().await;
        loop {
            let (cut, largest) = (self.concurrency.block(), self.job.limits.block.1);
            self.largest_cut.fetch_max(cut, Ordering::Relaxed);
            let step = cursor.step(self.job.layout, self.job.files.len(), &self.stored, (cut, largest));
            let Some(step) = step else { return Ok(None) };
            // Buffers are given out in the order of the blocks, because the hash of a block waits for those before it.
            let size = if step.candidates.is_empty() { cut } else { largest };
            let room = self.pool.room(size.min(self.largest_file) as usize).await;
            if step.candidates.is_empty() {
                // The place of the next block is known before this one is read.
                cursor.advance(step.cut);
                drop(cursor);
                return self.again(step.entry, || self.read(&step, room.clone())).await.map(Some);
            }
            let (entry, (found, bytes)) =
                (step.entry, self.again(step.entry, || self.compare(&step, room.clone())).await?);
            match found {
                Compared::Same(id) => {
                    cursor.advance(id.len);
                    lock(&self.pieces)[entry].push(id);
                    self.verified.fetch_add(u64::from(id.len), Ordering::Relaxed);
                    self.found(&id);
                }
                Compared::Different { len, checksums, beyond } => {
                    if beyond {
                        cursor.leave_long_ones();
                    }
                    let id = step.block(len as u32, checksums, self.release);
                    cursor.advance(id.len);
                    return Ok(Some((entry, id, bytes)));
                }
            }
        }
    }

    /// Reads a piece of an entry, and reads it again when the failure of a disk or of the network of a file system may pass.
    async fn again<T, F: Future<Output = Result<T>>>(&self, entry: usize, read: impl Fn() -> F) -> Result<T> {
        // Other readers wait for the hash of this piece, also when this future is dropped.
        let mut piece = Piece { hashes: self.hashes.as_deref(), source: self.job.layout.entries()[entry].source() };
        for seconds in REREADS {
            match read().await {
                Err(error) if error.is_retryable() => {
                    self.reporter.warning(format!("reading again in {seconds} s: {error}"));
                    self.job.files.forget();
                    tokio::time::sleep(Duration::from_secs(seconds)).await;
                }
                other => {
                    piece.hashes = None;
                    return other;
                }
            }
        }
        let last = read().await;
        if last.is_ok() {
            piece.hashes = None;
        }
        last
    }

    /// Reads a new data block.
    async fn read(&self, step: &Step, room: Arc<Room>) -> Result<(usize, BlockId, Bytes)> {
        let (files, release) = (self.job.files.clone(), self.release);
        let hashes = self.hashes.clone();
        let source = self.job.layout.entries()[step.entry].source();
        let step = step.clone();
        reading(move || {
            let mut buffer = room.buffer()?;
            let checksums = files.read(source, step.offset, buffer.slice(step.cut as usize), hashes.as_deref())?;
            Ok((step.entry, step.block(step.cut, checksums, release), buffer.freeze()))
        })
        .await
    }

    /// Compares stored blocks with the file; returns also the bytes of a new block.
    async fn compare(&self, step: &Step, room: Arc<Room>) -> Result<(Compared, Bytes)> {
        let (files, hashes) = (self.job.files.clone(), self.hashes.clone());
        let source = self.job.layout.entries()[step.entry].source();
        let (offset, cut, candidates) = (step.offset, step.cut as usize, step.candidates.clone());
        reading(move || {
            let mut buffer = room.buffer()?;
            let found = files.compare(source, offset, &candidates, cut, buffer.all(), hashes.as_deref())?;
            if let Compared::Different { len, .. } = found {
                buffer.slice(len);
            }
            Ok((found, buffer.freeze()))
        })
        .await
    }

    /// The header blocks and the blocks of the central directory, with their bytes. They depend on the checksums of all
    /// data blocks.
    fn headers_and_tail(&self) -> Result<Vec<(BlockId, Bytes)>> {
        let (mut blocks, mut crcs) = (Vec::new(), Vec::new());
        let mut pieces = lock(&self.pieces);
        for (entry, pieces) in self.job.layout.entries().iter().zip(pieces.iter_mut()) {
            pieces.sort_unstable_by_key(|id| id.offset);
            let (mut crc, mut end) = (0, 0);
            for id in pieces.iter() {
                if id.offset != end {
                    return Err(Error::internal("a block was not sent"));
                }
                crc = combine_crc32(crc, id.checksums.crc32, u64::from(id.len));
                end += u64::from(id.len);
            }
            if end != entry.size() {
                return Err(Error::internal("a block was not sent"));
            }
            crcs.push(crc);
            blocks.push(self.computed(Kind::Header, name_hash(entry.name()), 0, entry.header(crc).into()));
        }
        let tail = Bytes::from(self.job.layout.tail(&crcs));
        let mut at = 0;
        while at < tail.len() {
            let end = tail.len().min(at.saturating_add(self.job.limits.block.1 as usize));
            blocks.push(self.computed(Kind::Tail, NameHash::default(), at as u64, tail.slice(at..end)));
            at = end;
        }
        Ok(blocks)
    }

    fn computed(&self, kind: Kind, name: NameHash, offset: u64, bytes: Bytes) -> (BlockId, Bytes) {
        let (len, checksums) = (bytes.len() as u32, Checksums::of(&bytes));
        (BlockId { kind, name, offset, len, checksums, release: self.release }, bytes)
    }

    /// Puts the ids of stored blocks in place of those with the same bytes, and returns the blocks that are not stored.
    /// The tail says whose the ZIP is, so that of another release is not taken.
    fn use_stored(&self, blocks: &mut [(BlockId, Bytes)]) -> Vec<(BlockId, Bytes)> {
        let mut missing = Vec::new();
        for (id, bytes) in blocks {
            let fits = |stored: &BlockId| id.kind == Kind::Header || stored == id;
            match self.stored.same(id).filter(fits) {
                Some(stored) => {
                    self.found(&stored);
                    *id = stored;
                }
                None => missing.push((*id, bytes.clone())),
            }
        }
        missing
    }

    /// The ids of all blocks in the order of the archive.
    fn ids(&self, rest: &[(BlockId, Bytes)]) -> Vec<String> {
        let pieces = lock(&self.pieces);
        let mut ids = Vec::with_capacity(rest.len() + pieces.iter().map(Vec::len).sum::<usize>());
        let (headers, tail) = rest.split_at(pieces.len());
        for ((header, _), pieces) in headers.iter().zip(pieces.iter()) {
            ids.push(header.encode());
            ids.extend(pieces.iter().map(BlockId::encode));
        }
        ids.extend(tail.iter().map(|(id, _)| id.encode()));
        ids
    }

    /// Makes these blocks the content of the blob, and puts the markers again, which the service drops then like all
    /// blocks that are not in the list.
    async fn commit(&self, ids: &[String], before: &Blocks) -> std::result::Result<(), Stop> {
        let markers = match self.storage.can_read() {
            true => match self.storage.blocks().await {
                Ok(now) if !now.uncommitted.is_empty() => marker::of(&now),
                // The storage would list the blocks that were sent, so this list is not the storage's.
                Ok(_) => marker::of(before),
                Err(error) => {
                    unread(error)?;
                    marker::of(before)
                }
            },
            false => Vec::new(),
        };
        self.storage.put_block_list(ids).await?;
        for marker in marker::newest(markers) {
            if let Err(error) = marker::put_in(self.storage, &marker).await {
                self.reporter.warning(format!(
                    "the mark of the draft could not be put again after the upload, so other runs take the draft for somebody \
                     else's: {error}"
                ));
            }
        }
        Ok(())
    }

    async fn recheck_files(&self) -> Result<()> {
        let files = self.job.files.clone();
        let mut blocks = vec![Vec::new(); files.len()];
        for (entry, pieces) in self.job.layout.entries().iter().zip(lock(&self.pieces).iter()) {
            if let Some(blocks) = blocks.get_mut(entry.source()) {
                blocks.clone_from(pieces);
            }
        }
        blocking::run(move || files.recheck(&blocks)).await
    }

    /// Counts a block that is there already, maybe from an earlier run of this upload.
    fn found(&self, id: &BlockId) {
        let bytes = u64::from(id.len);
        if self.job.before.get().is_some_and(|before| before.has(id)) {
            self.resumed.fetch_add(bytes, Ordering::Relaxed);
        }
        self.acknowledge(bytes);
    }

    fn acknowledge(&self, bytes: u64) {
        let done = self.acknowledged.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.reporter.progress("upload", done, self.job.layout.total(), "bytes");
    }
}

/// Whether something between here and the storage answered, also if it pretends to be the storage, which refuses the list of
/// blocks with neither 404 nor 405.
fn is_no_answer(error: &Error) -> bool {
    let status = error.exchange().and_then(|exchange| exchange.status);
    let code = error.code();
    *code == codes::UPLOAD_INTERCEPTED || (*code == codes::UPLOAD_REFUSED && matches!(status, Some(404 | 405)))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn reading<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    spawn_blocking(work).await.unwrap_or_else(|_| Err(Error::internal("reading a block did not end")))
}

/// Waits for all futures, or for the first error. The futures are not spawned, so they stop when this one is dropped.
async fn all<F: Future<Output = std::result::Result<(), Stop>>>(futures: Vec<F>) -> std::result::Result<(), Stop> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    poll_fn(move |context| {
        let mut at = 0;
        while at < running.len() {
            match running[at].as_mut().poll(context) {
                Poll::Ready(Ok(())) => drop(running.swap_remove(at)),
                Poll::Ready(Err(stop)) => return Poll::Ready(Err(stop)),
                Poll::Pending => at += 1,
            }
        }
        if running.is_empty() { Poll::Ready(Ok(())) } else { Poll::Pending }
    })
    .await
}
