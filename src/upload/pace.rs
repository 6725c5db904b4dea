//! How many lanes send at once: fewer when the service is busy, more again when it is not (A8).

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

pub(super) struct Pace {
    /// Lanes with a lower number may take a block.
    allowed: watch::Sender<usize>,
    lanes: usize,
    /// Blocks that went through since the number last changed.
    clean: AtomicUsize,
}

impl Pace {
    pub(super) fn new(lanes: usize) -> Pace {
        Pace { allowed: watch::Sender::new(lanes), lanes, clean: AtomicUsize::new(0) }
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
        self.clean.store(0, Ordering::Relaxed);
        self.allowed.send_modify(|allowed| *allowed = (*allowed / 2).max(1));
    }

    /// A block went through: one lane more after each full round.
    pub(super) fn success(&self) {
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

    /// Nothing is left to do: the waiting lanes may end.
    pub(super) fn release(&self) {
        self.allowed.send_replace(self.lanes);
    }
}
