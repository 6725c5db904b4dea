//! How many workers send at once: half as many after each burst of refusals, then one more after each full round of
//! successes.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::watch;

/// The number of workers that may send.
pub(super) struct Concurrency {
    /// Workers with a lower number may take a block.
    allowed: watch::Sender<usize>,
    max: usize,
    /// The number of blocks that were sent since `allowed` last changed.
    clean: AtomicUsize,
    /// Whether a block was sent since `allowed` was last halved, so that one burst of refusals halves it once.
    settled: AtomicBool,
}

impl Concurrency {
    pub(super) fn new(max: usize) -> Concurrency {
        let (clean, settled) = (AtomicUsize::new(0), AtomicBool::new(true));
        Concurrency { allowed: watch::Sender::new(max), max, clean, settled }
    }

    pub(super) fn max(&self) -> usize {
        self.max
    }

    /// Waits until the worker with this number may take a block.
    pub(super) async fn acquire(&self, worker: usize) {
        // The sender is borrowed, so the channel is open.
        let _ = self.allowed.subscribe().wait_for(|allowed| worker < *allowed).await;
    }

    /// Halves the number of workers, because the service refused a block as too busy.
    pub(super) fn slower(&self) {
        if self.settled.swap(false, Ordering::Relaxed) {
            self.clean.store(0, Ordering::Relaxed);
            self.allowed.send_if_modified(|allowed| {
                let slower = *allowed <= self.max;
                if slower {
                    *allowed = (*allowed / 2).max(1);
                }
                slower
            });
        }
    }

    /// Counts a block that was sent; adds a worker after each full round.
    pub(super) fn success(&self) {
        self.settled.store(true, Ordering::Relaxed);
        let clean = self.clean.fetch_add(1, Ordering::Relaxed) + 1;
        self.allowed.send_if_modified(|allowed| {
            let more = *allowed < self.max && clean >= *allowed;
            if more {
                *allowed += 1;
                self.clean.store(0, Ordering::Relaxed);
            }
            more
        });
    }

    /// Lets all workers run to their end, because no block is left to take.
    pub(super) fn release(&self) {
        self.allowed.send_replace(usize::MAX);
    }

    /// Undoes [`Concurrency::release`] when there are more blocks to send.
    pub(super) fn begin(&self) {
        self.allowed.send_if_modified(|allowed| {
            *allowed = (*allowed).min(self.max);
            false
        });
    }
}
