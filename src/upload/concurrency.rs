//! How many blocks are sent at once, and how large they are: a hill climb on the rate of this upload.
//!
//! A round is as many blocks as there are workers. While rounds get faster, the workers double; then they halve again as
//! long as that costs nothing, because fewer and larger blocks are cheaper. Refusals halve the workers until as many rounds
//! without one have brought them back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// The workers of the first round, and the fewest and the most that the climb tries.
const FIRST_WORKERS: usize = 8;
const FEWEST_WORKERS: usize = 4;
pub(super) const MOST_WORKERS: usize = 32;
/// The blocks of the first round, in bytes: small, so that a slow connection carries them within the time-out, and the first
/// rounds are short. In each round they double at most.
const FIRST_BLOCK: u32 = 256 * 1024;
/// Twice the workers are kept when they are faster by this factor, and half of them when they are not slower by this one.
const GAIN: f64 = 1.15;
const LOSS: f64 = 0.9;
/// The rounds after which more workers are tried again.
const STAYS: u32 = 32;
/// The blocks in flight are no more than a connection carries in this time.
const MOST_FLIGHT: Duration = Duration::from_secs(10);
/// The wait for an answer on a connection whose rate is not known yet, and the longest on any.
const WAIT: Duration = Duration::from_secs(30);
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// Between what the climb moves.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// The number of workers that the caller wants.
    pub(super) workers: Option<usize>,
    /// The smallest and the largest block in bytes.
    pub(super) block: (u32, u32),
    /// The most bytes in blocks.
    pub(super) memory: u64,
}

impl Limits {
    fn most_workers(&self) -> usize {
        let fitting = usize::try_from(self.memory / u64::from(self.block.0)).unwrap_or(usize::MAX);
        fitting.clamp(1, self.workers.unwrap_or(MOST_WORKERS))
    }
}

/// The number of workers that may send, and the size of the next block.
pub(super) struct Concurrency {
    limits: Limits,
    /// Workers with a lower number may take a block.
    allowed: watch::Sender<usize>,
    climb: Mutex<Climb>,
}

/// What the next step of a climb is.
#[derive(Clone, Copy, PartialEq)]
enum Step {
    Up,
    Down,
    /// None for these many rounds.
    Stay(u32),
}

struct Climb {
    step: Step,
    /// The workers that the climb has come to. Refusals may allow fewer.
    workers: usize,
    block: u32,
    /// The rate in bytes a second that the next step is compared with.
    best: f64,
    /// The rate of the last round; 0 before its end.
    rate: f64,
    /// The blocks and bytes that were sent in this round, and when it began.
    sent: (usize, u64),
    began: Instant,
    /// Whether some of them arrived later than was waited for their answers.
    late: bool,
    /// How many blocks belong to the round before, when there were more workers.
    leftover: usize,
    /// The blocks in flight, and the most there were.
    blocks: usize,
    most_blocks: usize,
    /// The bytes in flight, and since when there are none.
    flying: u64,
    idle: Instant,
    /// Whether a block was sent since the workers were last halved, so that one burst of refusals halves them once.
    settled: bool,
}

impl Concurrency {
    pub(super) fn new(limits: Limits) -> Concurrency {
        let workers = limits.workers.unwrap_or(FIRST_WORKERS).min(limits.most_workers());
        let now = Instant::now();
        let mut climb = Climb {
            step: Step::Up,
            workers,
            block: limits.block.1.min(FIRST_BLOCK),
            best: 0.0,
            rate: 0.0,
            sent: (0, 0),
            began: now,
            late: false,
            leftover: 0,
            blocks: 0,
            most_blocks: 0,
            flying: 0,
            idle: now,
            settled: true,
        };
        climb.resize(&limits, FIRST_BLOCK);
        Concurrency { limits, allowed: watch::Sender::new(workers), climb: Mutex::new(climb) }
    }

    /// The most workers that there can be.
    pub(super) fn most(&self) -> usize {
        self.limits.most_workers()
    }

    /// The most blocks that were in flight at once.
    pub(super) fn most_blocks(&self) -> usize {
        self.climb().most_blocks
    }

    /// The size of the next block in bytes.
    pub(super) fn block(&self) -> u32 {
        self.climb().block
    }

    /// How long the answer to a block may take after its last byte has left this machine.
    pub(super) fn wait(&self) -> Duration {
        self.passing(0).min(LONGEST_WAIT)
    }

    /// How long a block may be on its way through something that takes bytes faster than it passes them on, behind all that
    /// are in flight, or so many bytes that were when it began.
    pub(super) fn passing(&self, ahead: u64) -> Duration {
        let climb = self.climb();
        climb.time_for(climb.flying.max(ahead))
    }

    /// The bytes in flight.
    pub(super) fn flying(&self) -> u64 {
        self.climb().flying
    }

    /// How long it may take until so many bytes more have arrived.
    pub(super) fn time_for(&self, bytes: u64) -> Duration {
        self.climb().time_for(bytes).min(LONGEST_WAIT)
    }

    /// Waits until the worker with this number may take a block.
    pub(super) async fn acquire(&self, worker: usize) {
        // The sender is borrowed, so the channel is open.
        let _ = self.allowed.subscribe().wait_for(|allowed| worker < *allowed).await;
    }

    /// Takes note of a block that begins its way.
    pub(super) fn begins(&self, bytes: u64) {
        let mut climb = self.climb();
        if climb.flying == 0 {
            // The files were read meanwhile.
            let idle = climb.idle.elapsed();
            climb.began += idle;
        }
        climb.flying += bytes;
        climb.blocks += 1;
        climb.most_blocks = climb.most_blocks.max(climb.blocks);
    }

    /// Takes note of a block that arrived some time ago, nobody knows when.
    pub(super) fn found(&self, bytes: u64) {
        let mut climb = self.climb();
        climb.ends(bytes);
        climb.sent = (climb.sent.0 + 1, climb.sent.1 + bytes);
        climb.late = true;
    }

    /// Takes note of a block that was sent. `measured`: its size says something about the rate.
    pub(super) fn success(&self, bytes: u64, measured: bool) {
        let climb = &mut *self.climb();
        climb.settled = true;
        climb.ends(bytes);
        if climb.leftover > 0 {
            climb.leftover -= 1;
            climb.began = Instant::now();
            return;
        }
        climb.sent = (climb.sent.0 + 1, climb.sent.1 + bytes);
        let allowed = *self.allowed.borrow();
        if climb.sent.0 < allowed.min(self.most()) {
            return;
        }
        let rate = climb.rate_so_far();
        if climb.late && climb.rate > 0.0 {
            climb.rate = climb.rate.min(rate);
        } else if measured {
            climb.rate = rate;
        }
        let measured = measured && !climb.late;
        let smallest = (climb.sent.1 / climb.sent.0 as u64).min(u64::from(self.limits.block.0)).max(1);
        climb.next_round();
        let mut block = climb.block;
        if allowed < climb.workers {
            self.allow(allowed + 1);
        } else if measured && allowed == climb.workers {
            block = block.saturating_mul(2);
            if self.limits.workers.is_none() {
                climb.go(self.most());
                let carried = climb.rate * MOST_FLIGHT.as_secs_f64() / smallest as f64;
                climb.workers = climb.workers.min(carried as usize).max(1);
                if climb.workers < allowed {
                    climb.leftover = allowed - 1;
                }
                self.allow(climb.workers);
            }
        }
        climb.resize(&self.limits, block);
    }

    /// Halves the number of workers, because the service refused a block as too busy, or none of it arrived.
    pub(super) fn slower(&self) {
        let mut climb = self.climb();
        let allowed = *self.allowed.borrow();
        if climb.settled && allowed <= self.most() {
            climb.settled = false;
            climb.next_round();
            self.allow((allowed / 2).max(1));
        }
    }

    /// Lets all workers run to their end, because no block is left to take.
    pub(super) fn release(&self) {
        self.allow(usize::MAX);
    }

    /// Begins to send blocks, at first or when there are more of them after [`Concurrency::release`].
    pub(super) fn begin(&self) {
        let mut climb = self.climb();
        climb.next_round();
        // What was before, such as the look at what is there, is no part of this round.
        climb.idle = climb.began;
        if *self.allowed.borrow() > self.most() {
            self.allow(climb.workers);
        }
    }

    fn allow(&self, workers: usize) {
        self.allowed.send_replace(workers);
    }

    fn climb(&self) -> MutexGuard<'_, Climb> {
        self.climb.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Climb {
    /// Takes note of a block that is not in flight any more.
    fn ends(&mut self, bytes: u64) {
        self.blocks = self.blocks.saturating_sub(1);
        self.flying = self.flying.saturating_sub(bytes);
        if self.flying == 0 {
            self.idle = Instant::now();
        }
    }

    fn next_round(&mut self) {
        (self.sent, self.began, self.leftover, self.late) = ((0, 0), Instant::now(), 0, false);
    }

    /// Twice the time that so many bytes take, and the time of an answer.
    fn time_for(&self, bytes: u64) -> Duration {
        let rate = match self.rate {
            0.0 => self.rate_so_far(),
            // The first blocks of a round say little.
            rate => rate.min(self.rate_so_far()),
        };
        match rate > 0.0 {
            true => WAIT + Duration::try_from_secs_f64(2.0 * bytes as f64 / rate).unwrap_or(LONGEST_WAIT),
            false => WAIT,
        }
    }

    /// The rate of this round, or of the last one when nothing was sent in this one.
    fn rate_so_far(&self) -> f64 {
        let (blocks, bytes) = self.sent;
        let seconds = self.began.elapsed().as_secs_f64().max(1e-6);
        if blocks == 0 { self.rate } else { bytes as f64 / seconds }
    }

    /// Takes a step after a round.
    fn go(&mut self, most: usize) {
        let rate = self.rate;
        let double = (self.workers * 2).min(most);
        let half = (self.workers / 2).max(FEWEST_WORKERS).min(self.workers);
        match self.step {
            Step::Up if rate >= self.best * GAIN => {
                self.best = rate;
                if double == self.workers {
                    self.step = Step::Stay(STAYS);
                }
                self.workers = double;
            }
            Step::Up => {
                self.best = self.best.max(rate);
                self.step = Step::Down;
                self.workers = half;
            }
            Step::Down if rate >= self.best * LOSS => {
                if half == self.workers {
                    self.step = Step::Stay(STAYS);
                }
                self.workers = half;
            }
            Step::Down => {
                self.step = Step::Stay(STAYS);
                self.workers = double;
            }
            Step::Stay(0) => {
                self.best = rate;
                self.step = Step::Up;
                self.workers = double;
            }
            Step::Stay(rounds) => self.step = Step::Stay(rounds - 1),
        }
    }

    /// Makes the blocks this large, as far as memory, the connection and the limits allow.
    fn resize(&mut self, limits: &Limits, wanted: u32) {
        let (smallest, largest) = limits.block;
        let mut most = limits.memory / self.workers as u64;
        if self.rate > 0.0 {
            most = most.min((self.rate * MOST_FLIGHT.as_secs_f64()) as u64 / self.workers as u64);
        }
        // Whole pages are read faster.
        let most = u32::try_from(most).unwrap_or(u32::MAX) & !0xffff;
        self.block = wanted.min(most).clamp(smallest, largest);
    }
}
