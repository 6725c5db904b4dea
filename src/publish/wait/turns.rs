//! Who is asked next when many submissions are waited for at once.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The limit of the service counts the calls of a minute; a second more, because calls take different times to arrive.
const WINDOW: Duration = Duration::from_secs(61);

/// The turns of many items. Each item is asked again after its pause at the earliest, and all of them together make half
/// of the calls that the limit allows, spread evenly. So another operation of the tenant always finds a free place.
#[derive(Debug)]
pub struct Turns {
    /// The items and when they may be asked, in the order of these times.
    queue: VecDeque<(Instant, usize)>,
    /// The pause of an item.
    every: Duration,
    /// The time between two calls; zero without a limit.
    gap: Duration,
    /// When the next call may be made.
    next: Instant,
}

impl Turns {
    /// The turns of `count` items. `per_minute` is the limit of calls a minute, if there is one.
    pub fn new(count: usize, every: Duration, per_minute: Option<u32>) -> Turns {
        let now = Instant::now();
        let gap = per_minute.map_or(Duration::ZERO, |limit| WINDOW / (limit / 2).max(1));
        Turns { queue: (0..count).map(|index| (now, index)).collect(), every, gap, next: now }
    }

    /// Waits for the next turn: the index of an item, or `None` when no item is left.
    pub async fn next(&mut self) -> Option<usize> {
        let (due, index) = self.queue.pop_front()?;
        sleep_until(due.max(self.next)).await;
        Some(index)
    }

    /// Counts the calls of a turn, and queues the item again when its wait goes on.
    pub fn took(&mut self, index: usize, calls: u32, goes_on: bool) {
        let now = Instant::now();
        self.next = self.next.max(now) + self.gap * calls;
        if goes_on {
            self.queue.push_back((now + self.every, index));
        }
    }
}
