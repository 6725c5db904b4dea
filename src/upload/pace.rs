//! How many lanes send at once: fewer when the service is busy, more again when it is not (A8).

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::watch;

pub(super) struct Pace {
    /// Lanes with a lower number may take a block.
    allowed: watch::Sender<usize>,
    lanes: usize,
    /// Blocks that went through since the number last changed.
    clean: AtomicUsize,
    /// Whether a block went through since it was halved: one burst of refusals counts once.
    settled: AtomicBool,
}

impl Pace {
    pub(super) fn new(lanes: usize) -> Pace {
        let (clean, settled) = (AtomicUsize::new(0), AtomicBool::new(true));
        Pace { allowed: watch::Sender::new(lanes), lanes, clean, settled }
    }

    pub(super) fn lanes(&self) -> usize {
        self.lanes
    }

    /// Waits until this lane may go on.
    pub(super) async fn turn(&self, lane: usize) {
        // The sender is borrowed, so the channel is open.
        let _ = self.allowed.subscribe().wait_for(|allowed| lane < *allowed).await;
    }

    /// The service is busy: half the lanes.
    pub(super) fn slower(&self) {
        if self.settled.swap(false, Ordering::Relaxed) {
            self.clean.store(0, Ordering::Relaxed);
            self.allowed.send_if_modified(|allowed| {
                let slower = *allowed <= self.lanes;
                if slower {
                    *allowed = (*allowed / 2).max(1);
                }
                slower
            });
        }
    }

    /// A block went through: one lane more after each full round.
    pub(super) fn success(&self) {
        self.settled.store(true, Ordering::Relaxed);
        let clean = self.clean.fetch_add(1, Ordering::Relaxed) + 1;
        self.allowed.send_if_modified(|allowed| {
            let more = *allowed < self.lanes && clean >= *allowed;
            if more {
                *allowed += 1;
                self.clean.store(0, Ordering::Relaxed);
            }
            more
        });
    }

    /// Nothing is left to take: all lanes may end, however busy the service is for the last of them.
    pub(super) fn release(&self) {
        self.allowed.send_replace(usize::MAX);
    }

    /// There is something to take again.
    pub(super) fn begin(&self) {
        self.allowed.send_if_modified(|allowed| {
            *allowed = (*allowed).min(self.lanes);
            false
        });
    }
}
