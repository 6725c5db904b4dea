//! One run of an upload with one block size: read the block list, send what is missing, commit, verify.

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
use super::pool::Pool;
use super::storage::{Blocks, Stop, Storage};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;
use crate::zip::{Content, Plan};

/// How much of the end of the blob is compared, in bytes. It contains the end of the central directory.
const COMPARED_BYTES: u64 = 64 * 1024;

/// One run of an upload.
pub(super) struct Run<'a> {
    storage: &'a Storage<'a>,
    files: Arc<Files>,
    plan: &'a Plan,
    hash: PlanHash,
    reporter: &'a Reporter,
    pool: Arc<Pool>,
    concurrency: Concurrency,
    /// The checksums of the data blocks that the service has, by the index of the block.
    checksums: Mutex<Vec<Option<Checksums>>>,
    /// The bytes that the service has, for the progress.
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

    /// Uploads the missing blocks and commits the blob. Returns the number of bytes that the service had already.
    pub(super) async fn upload(&self) -> std::result::Result<u64, Stop> {
        let stored = if self.storage.can_read() { self.storage.blocks().await? } else { Blocks::default() };
        let resumed = self.adopt(&stored);
        self.acknowledge(resumed);

        let known = self.known();
        let data: Vec<usize> = (0..known.len())
            .filter(|index| {
                known[*index].is_none() && matches!(self.plan.blocks()[*index].content, Content::Data { .. })
            })
            .collect();
        self.transfer(&data, &[]).await?;

        let (rest, bytes) = self.headers_and_tail()?;
        let ids = self.ids(&rest, &bytes)?;
        let is_committed = stored.committed.iter().map(|block| &block.id).eq(&ids);
        if !is_committed {
            self.transfer(&rest, &bytes).await?;
            self.recheck_files().await?;
            self.storage.put_block_list(&ids).await?;
        }
        let tail: Vec<u8> = rest
            .iter()
            .zip(&bytes)
            .filter(|(index, _)| matches!(self.plan.blocks()[**index].content, Content::Tail { .. }))
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .collect();
        self.verify(&tail).await?;
        self.reporter.progress("upload", self.plan.layout().total(), self.plan.layout().total(), "bytes");
        Ok(resumed)
    }

    /// Adopts the data blocks that an earlier run of the same upload has sent. Returns the number of their bytes.
    fn adopt(&self, stored: &Blocks) -> u64 {
        let blocks = self.plan.blocks();
        let mut adopted = vec![None; blocks.len()];
        let mut conflict = vec![false; blocks.len()];
        for known in stored.committed.iter().chain(&stored.uncommitted) {
            let Some(id) = BlockId::decode(&known.id).filter(|id| id.plan == self.hash) else { continue };
            let index = id.index as usize;
            let fits = blocks.get(index).is_some_and(|block| {
                matches!(block.content, Content::Data { .. }) && block.len == id.len && u64::from(id.len) == known.len
            });
            if fits {
                // Two blocks with different contents for one index. The file decides, so the block is read and sent again.
                conflict[index] |= adopted[index].is_some_and(|checksums| checksums != id.checksums);
                adopted[index] = Some(id.checksums);
            }
        }
        let mut bytes = 0;
        for (index, block) in blocks.iter().enumerate() {
            if conflict[index] {
                adopted[index] = None;
            }
            if adopted[index].is_some() {
                bytes += u64::from(block.len);
            }
        }
        *self.checksums.lock().unwrap_or_else(PoisonError::into_inner) = adopted;
        bytes
    }

    /// Sends the blocks with these indexes, as many at once as the concurrency allows. `bytes` holds the bytes of the blocks
    /// if they are not read from files.
    async fn transfer(&self, indexes: &[usize], bytes: &[Bytes]) -> std::result::Result<(), Stop> {
        self.concurrency.begin();
        let next = AtomicUsize::new(0);
        let mut workers = Vec::new();
        for worker in 0..self.concurrency.max().min(indexes.len()) {
            workers.push(self.worker(worker, indexes, bytes, &next));
        }
        all(workers).await
    }

    async fn worker(
        &self,
        worker: usize,
        indexes: &[usize],
        bytes: &[Bytes],
        next: &AtomicUsize,
    ) -> std::result::Result<(), Stop> {
        loop {
            self.concurrency.acquire(worker).await;
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(index) = indexes.get(position) else {
                self.concurrency.release();
                return Ok(());
            };
            let (body, checksums) = match bytes.get(position) {
                Some(bytes) => (bytes.clone(), Checksums::of(bytes)),
                None => self.read(*index).await?,
            };
            self.storage.put_block(&self.id(*index, checksums).encode(), &body, checksums, &self.concurrency).await?;
            self.concurrency.success();
            self.checksums.lock().unwrap_or_else(PoisonError::into_inner)[*index] = Some(checksums);
            self.acknowledge(body.len() as u64);
        }
    }

    /// Reads a data block and computes its checksums.
    async fn read(&self, index: usize) -> Result<(Bytes, Checksums)> {
        let block = self.plan.blocks()[index];
        let Content::Data { entry, offset } = block.content else {
            return Err(Error::internal("a block without a file was to be read"));
        };
        let source = self.plan.layout().entries()[entry].source();
        let files = self.files.clone();
        let mut buffer = self.pool.take();
        let reading = spawn_blocking(move || {
            let checksums = files.read(source, offset, buffer.slice(block.len as usize))?;
            Ok((buffer.freeze(), checksums))
        });
        reading.await.unwrap_or_else(|_| Err(Error::internal("reading a block did not end")))
    }

    /// The header blocks and the blocks of the central directory, with their bytes. They depend on the checksums of all
    /// data blocks.
    fn headers_and_tail(&self) -> Result<(Vec<usize>, Vec<Bytes>)> {
        let crcs: Vec<Option<u32>> =
            self.known().iter().map(|checksums| checksums.map(|checksums| checksums.crc32)).collect();
        let (mut rest, mut bytes, mut entry_crcs) = (Vec::new(), Vec::new(), Vec::new());
        for (entry, file) in self.plan.layout().entries().iter().enumerate() {
            let crc = self.plan.entry_crc(entry, &crcs);
            let crc = crc.ok_or_else(|| Error::internal("a block was not sent"))?;
            rest.push(self.plan.header_block(entry));
            bytes.push(Bytes::from(file.header(crc)));
            entry_crcs.push(crc);
        }
        let tail = Bytes::from(self.plan.layout().tail(&entry_crcs));
        let mut at = 0;
        for index in self.plan.tail_blocks() {
            let end = at + self.plan.blocks()[index].len as usize;
            rest.push(index);
            bytes.push(tail.slice(at..end));
            at = end;
        }
        Ok((rest, bytes))
    }

    /// The ids of all blocks in the order of the archive.
    fn ids(&self, rest: &[usize], bytes: &[Bytes]) -> Result<Vec<String>> {
        let mut checksums = self.known();
        for (index, bytes) in rest.iter().zip(bytes) {
            checksums[*index] = Some(Checksums::of(bytes));
        }
        let mut ids = Vec::with_capacity(checksums.len());
        for (index, checksums) in checksums.into_iter().enumerate() {
            let checksums = checksums.ok_or_else(|| Error::internal("a block was not sent"))?;
            ids.push(self.id(index, checksums).encode());
        }
        Ok(ids)
    }

    async fn recheck_files(&self) -> Result<()> {
        let files = self.files.clone();
        spawn_blocking(move || files.recheck())
            .await
            .unwrap_or_else(|_| Err(Error::internal("looking at the files did not end")))
    }

    /// Compares the length and the end of the blob with those of the ZIP.
    async fn verify(&self, tail: &[u8]) -> Result<()> {
        if !self.storage.can_read() {
            return Ok(());
        }
        let total = self.plan.layout().total();
        let length = self.storage.length().await?;
        if length != Some(total) {
            let length = length.map_or_else(|| "no".to_owned(), |length| length.to_string());
            return Err(incomplete(format!("the uploaded file has {length} bytes, {total} were sent")));
        }
        let compared = COMPARED_BYTES.min(tail.len() as u64);
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
