//! What an upload reports while it runs.

use std::sync::Arc;
use std::time::Duration;

use storeship::events::{Event, Next, Queue, Reporter};

const MIB: u64 = 1 << 20;

/// The rate and the remaining time of the last event.
fn last(queue: &Queue) -> (Option<u64>, Option<u64>) {
    let mut last = None;
    while let Next::Event(event) = queue.next(Duration::ZERO) {
        if let Event::Progress { per_second, remaining_seconds, .. } = event {
            last = Some((per_second, remaining_seconds));
        }
    }
    last.expect("there was an event")
}

#[tokio::test(start_paused = true)]
async fn the_rate_is_that_of_the_last_seconds() {
    let queue = Arc::new(Queue::default());
    let reporter = Reporter::to(queue.clone());
    let report = |done: u64| reporter.progress("upload", done * MIB, 1000 * MIB, "bytes");
    report(100);
    assert_eq!(last(&queue), (None, None), "what was there already is no rate");
    tokio::time::advance(Duration::from_secs(1)).await;
    report(110);
    assert_eq!(last(&queue), (Some(10 * MIB), Some(89)));
    // The connection gets slower. After two windows the first seconds do not count any more.
    for second in 1..=30 {
        tokio::time::advance(Duration::from_secs(1)).await;
        report(110 + second);
    }
    assert_eq!(last(&queue), (Some(MIB), Some(860)));
    report(1000);
    assert_eq!(last(&queue).1, Some(0));
}

#[tokio::test(start_paused = true)]
async fn steps_have_no_rate() {
    let queue = Arc::new(Queue::default());
    let reporter = Reporter::to(queue.clone());
    for step in 0..5 {
        reporter.progress("publish", step, 5, "steps");
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(last(&queue), (None, None));
}
