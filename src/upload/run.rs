//! One run of an upload with one block size: what is there, what is missing, commit, verify (A8).

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use bytes::Bytes;
use tokio::task::spawn_blocking;

use super::block_id::{BlockId, PlanHash, plan_hash};
use super::checksums::Checksums;
use super::concurrency::Concurrency;
use super::files::Files;
use super::internal;
use super::pool::Pool;
use super::storage::{Blocks, Stop, Storage};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Content, Plan};

/// As much of the end of the blob as is compared, in bytes. It holds the end of the central directory.
const TAIL: u64 = 64 * 1024;

pub(super) struct Run<'a> {
    storage: &'a Storage<'a>,
    files: Arc<Files>,
    plan: &'a Plan,
    hash: PlanHash,
    reporter: &'a Reporter,
    pool: Arc<Pool>,
    concurrency: Concurrency,
    /// The checksums of the blocks that the service has.
    checksums: Mutex<Vec<Option<Checksums>>>,
    acknowledged: AtomicU64,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        storage: &'a Storage<'a>,
        files: Arc<Files>,
        plan: &'a Plan,
        max_concurrency: usize,
        reporter: &'a Reporter,
    ) -> Run<'a> {
        let data = |content| matches!(content, Content::Data { .. });
        let largest = plan.blocks().iter().filter(|block| data(block.content)).map(|block| block.len).max();
        Run {
            storage,
            hash: plan_hash(plan, files.planned()),
            files,
            plan,
            reporter,
            pool: Pool::new(largest.unwrap_or(0) as usize),
            concurrency: Concurrency::new(max_concurrency),
            checksums: Mutex::new(vec![None; plan.blocks().len()]),
            acknowledged: AtomicU64::new(0),
        }
    }

    /// Uploads what is missing; gives the bytes that were there already.
    pub(super) async fn go(&self) -> std::result::Result<u64, Stop> {
        let there = if self.storage.can_read() { self.storage.blocks().await? } else { Blocks::default() };
        let resumed = self.adopt(&there);
        self.acknowledge(resumed);

        let known = self.known();
        let data: Vec<usize> = (0..known.len())
            .filter(|index| {
                known[*index].is_none() && matches!(self.plan.blocks()[*index].content, Content::Data { .. })
            })
            .collect();
        self.transfer(&data, &[]).await?;

        let (rest, made) = self.headers_and_tail()?;
        let ids = self.ids(&rest, &made)?;
        let complete = there.committed.iter().map(|block| &block.id).eq(&ids);
        if !complete {
            self.transfer(&rest, &made).await?;
            self.files_are_the_same().await?;
            self.storage.put_block_list(&ids).await?;
        }
        let tail: Vec<u8> = rest
            .iter()
            .zip(&made)
            .filter(|(index, _)| matches!(self.plan.blocks()[**index].content, Content::Tail { .. }))
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .collect();
        self.verify(&tail).await?;
        self.reporter.progress("upload", self.plan.layout().total(), self.plan.layout().total(), "bytes");
        Ok(resumed)
    }

    /// Takes over the data blocks that an earlier run of the same upload left; gives their bytes.
    fn adopt(&self, there: &Blocks) -> u64 {
        let blocks = self.plan.blocks();
        let mut found = vec![None; blocks.len()];
        let mut twice = vec![false; blocks.len()];
        for known in there.committed.iter().chain(&there.uncommitted) {
            let Some(id) = BlockId::decode(&known.id).filter(|id| id.plan == self.hash) else { continue };
            let index = id.index as usize;
            let fits = blocks.get(index).is_some_and(|block| {
                matches!(block.content, Content::Data { .. }) && block.len == id.len && u64::from(id.len) == known.len
            });
            if fits {
                // Two contents for one place: which is right can't be known, so it is read again.
                twice[index] |= found[index].is_some_and(|checksums| checksums != id.checksums);
                found[index] = Some(id.checksums);
            }
        }
        let mut bytes = 0;
        for (index, block) in blocks.iter().enumerate() {
            if twice[index] {
                found[index] = None;
            }
            if found[index].is_some() {
                bytes += u64::from(block.len);
            }
        }
        *self.checksums.lock().unwrap_or_else(PoisonError::into_inner) = found;
        bytes
    }

    /// Sends blocks, as many at once as the concurrency allows. `made` has the bytes of blocks that are not read from files.
    async fn transfer(&self, jobs: &[usize], made: &[Bytes]) -> std::result::Result<(), Stop> {
        self.concurrency.begin();
        let next = AtomicUsize::new(0);
        let mut workers = Vec::new();
        for worker in 0..self.concurrency.max().min(jobs.len()) {
            workers.push(self.worker(worker, jobs, made, &next));
        }
        all(workers).await
    }

    async fn worker(
        &self,
        worker: usize,
        jobs: &[usize],
        made: &[Bytes],
        next: &AtomicUsize,
    ) -> std::result::Result<(), Stop> {
        loop {
            self.concurrency.turn(worker).await;
            let job = next.fetch_add(1, Ordering::Relaxed);
            let Some(index) = jobs.get(job) else {
                self.concurrency.release();
                return Ok(());
            };
            let (body, checksums) = match made.get(job) {
                Some(bytes) => (bytes.clone(), Checksums::of(bytes)),
                None => self.read(*index).await?,
            };
            self.storage.put_block(&self.id(*index, checksums).encode(), &body, checksums, &self.concurrency).await?;
            self.concurrency.success();
            self.checksums.lock().unwrap_or_else(PoisonError::into_inner)[*index] = Some(checksums);
            self.acknowledge(body.len() as u64);
        }
    }

    /// Reads a data block: once, with its checksums.
    async fn read(&self, index: usize) -> Result<(Bytes, Checksums)> {
        let block = self.plan.blocks()[index];
        let Content::Data { entry, offset } = block.content else {
            return Err(internal("a block without a file was to be read"));
        };
        let source = self.plan.layout().entries()[entry].source();
        let files = self.files.clone();
        let mut buffer = self.pool.take();
        let reading = spawn_blocking(move || {
            let checksums = files.read(source, offset, buffer.slice(block.len as usize))?;
            Ok((buffer.freeze(), checksums))
        });
        reading.await.unwrap_or_else(|_| Err(internal("reading a block did not end")))
    }

    /// The blocks whose bytes follow from the checksums of all others, and those bytes.
    fn headers_and_tail(&self) -> Result<(Vec<usize>, Vec<Bytes>)> {
        let crcs: Vec<Option<u32>> =
            self.known().iter().map(|checksums| checksums.map(|checksums| checksums.crc32)).collect();
        let (mut rest, mut made, mut entry_crcs) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, file) in self.plan.layout().entries().iter().enumerate() {
            let crc = self.plan.entry_crc(entry, &crcs);
            let crc = crc.ok_or_else(|| internal("a block was not sent"))?;
            rest.push(self.plan.header_block(entry));
            made.push(Bytes::from(file.header(crc)));
            entry_crcs.push(crc);
        }
        let tail = Bytes::from(self.plan.layout().tail(&entry_crcs));
        let mut at = 0;
        for index in self.plan.tail_blocks() {
            let end = at + self.plan.blocks()[index].len as usize;
            rest.push(index);
            made.push(tail.slice(at..end));
            at = end;
        }
        Ok((rest, made))
    }

    /// The ids of all blocks in the order of the archive.
    fn ids(&self, rest: &[usize], made: &[Bytes]) -> Result<Vec<String>> {
        let mut checksums = self.known();
        for (index, bytes) in rest.iter().zip(made) {
            checksums[*index] = Some(Checksums::of(bytes));
        }
        let mut ids = Vec::with_capacity(checksums.len());
        for (index, checksums) in checksums.into_iter().enumerate() {
            let checksums = checksums.ok_or_else(|| internal("a block was not sent"))?;
            ids.push(self.id(index, checksums).encode());
        }
        Ok(ids)
    }

    async fn files_are_the_same(&self) -> Result<()> {
        let files = self.files.clone();
        spawn_blocking(move || files.recheck())
            .await
            .unwrap_or_else(|_| Err(internal("looking at the files did not end")))
    }

    /// Compares length and end of the blob with what they should be (A7).
    async fn verify(&self, tail: &[u8]) -> Result<()> {
        if !self.storage.can_read() {
            return Ok(());
        }
        let total = self.plan.layout().total();
        let found = self.storage.length().await?;
        if found != Some(total) {
            let found = found.map_or_else(|| "no".to_owned(), |found| found.to_string());
            return Err(incomplete(format!("the uploaded file has {found} bytes, {total} were sent")));
        }
        let compared = TAIL.min(tail.len() as u64);
        let bytes = self.storage.range(total - compared, total).await?;
        if bytes != tail[tail.len() - compared as usize..] {
            return Err(incomplete("the uploaded file does not end as it was sent".to_owned()));
        }
        Ok(())
    }

    fn id(&self, index: usize, checksums: Checksums) -> BlockId {
        BlockId { index: index as u32, len: self.plan.blocks()[index].len, checksums, plan: self.hash }
    }

    fn known(&self) -> Vec<Option<Checksums>> {
        self.checksums.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn acknowledge(&self, bytes: u64) {
        let done = self.acknowledged.fetch_add(bytes, Ordering::Relaxed) + bytes;
        self.reporter.progress("upload", done, self.plan.layout().total(), "bytes");
    }
}

fn incomplete(message: String) -> Error {
    Error::new(&codes::UPLOAD_INCOMPLETE, message)
}

/// Waits for all, or for the first error. They stop when this is dropped, since nothing was spawned.
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
