//! Queues and the jobs that are ready: what is kept, what is dropped, and who is woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use super::{LOG_LIMIT, Next, Queue, Ready, ReadyJobs};
use crate::events::{Event, Level};

const LONG: Duration = Duration::from_secs(60);

fn log(message: &str) -> Event {
    Event::Log { level: Level::Verbose, message: message.to_owned(), dropped: 0 }
}

fn debug(message: &str) -> Event {
    Event::Log { level: Level::Debug, message: message.to_owned(), dropped: 0 }
}

fn progress(phase: &'static str, done: u64) -> Event {
    Event::Progress { phase, done, total: 9, unit: "steps", per_second: None, remaining_seconds: None }
}

/// The events that wait, each as `phase done`, `message dropped` or the response.
fn drain(queue: &Queue) -> Vec<String> {
    let mut taken = Vec::new();
    loop {
        taken.push(match queue.next(Duration::ZERO) {
            Next::Event(Event::Progress { phase, done, .. }) => format!("{phase} {done}"),
            Next::Event(Event::Status { status }) => status,
            Next::Event(Event::Log { message, dropped, .. }) => format!("{message} {dropped}"),
            Next::Event(Event::Item { index, .. }) => format!("item {index}"),
            Next::Completed(response) => response,
            Next::Nothing | Next::Over => return taken,
        });
    }
}

/// The jobs that are ready now.
fn ready_now(ready: &ReadyJobs) -> Ready {
    ready.next(Instant::now())
}

#[test]
fn progress_replaces_that_of_its_phase_and_logs_displace_the_oldest() {
    let queue = Queue::new(1, Arc::default());
    queue.push(progress("publish", 1));
    queue.push(progress("upload", 1));
    queue.push(progress("publish", 2));
    assert_eq!(drain(&queue), ["publish 2", "upload 1"]);
    for n in 0..258 {
        queue.push(log(&n.to_string()));
    }
    queue.push(Event::Status { status: "Published".to_owned() });
    queue.complete("{}".to_owned());
    queue.push(log("too late"));
    queue.complete("[]".to_owned());
    let taken = drain(&queue);
    assert_eq!(taken.len(), 256 + 2);
    assert_eq!(taken[..2], ["2 2", "3 0"]);
    assert_eq!(taken[256..], ["Published", "{}"]);
    assert!(matches!(queue.next(Duration::ZERO), Next::Over));
}

#[test]
fn debug_lines_are_dropped_first() {
    let queue = Queue::default();
    queue.push(log("first"));
    for n in 0..LOG_LIMIT {
        queue.push(debug(&n.to_string()));
    }
    queue.push(log("last"));
    let taken = drain(&queue);
    assert_eq!(taken[..2], ["first 2", "2 0"]);
    assert_eq!(taken.last().unwrap(), "last 0");
}

#[test]
fn a_job_is_ready_exactly_while_it_has_events() {
    let ready = Arc::new(ReadyJobs::default());
    let queue = Queue::new(7, ready.clone());
    assert_eq!(ready_now(&ready), Ready::Nothing);
    queue.push(log("a"));
    queue.push(log("b"));
    queue.complete("{}".to_owned());
    for _ in 0..3 {
        assert_eq!(ready_now(&ready), Ready::Job(7));
        assert!(!matches!(queue.next(Duration::ZERO), Next::Nothing | Next::Over));
    }
    assert_eq!(ready_now(&ready), Ready::Nothing);
    let closed = Queue::new(8, ready.clone());
    closed.push(log("a"));
    closed.close();
    closed.push(log("b"));
    closed.complete("{}".to_owned());
    assert_eq!(ready_now(&ready), Ready::Nothing);
    assert!(matches!(closed.next(LONG), Next::Over));
}

#[test]
fn jobs_take_turns() {
    let ready = Arc::new(ReadyJobs::default());
    let queues = [3, 5, 9].map(|job| Queue::new(job, ready.clone()));
    for queue in &queues {
        queue.push(log("a"));
    }
    let turns: Vec<Ready> = (0..4).map(|_| ready_now(&ready)).collect();
    assert_eq!(turns, [Ready::Job(3), Ready::Job(5), Ready::Job(9), Ready::Job(3)]);
}

#[test]
fn closing_wakes_all_who_wait() {
    let ready = Arc::new(ReadyJobs::default());
    let queue = Queue::new(1, ready.clone());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| assert!(matches!(queue.next(LONG), Next::Over)));
            scope.spawn(|| assert_eq!(ready.next(Instant::now() + LONG), Ready::Closed));
        }
        queue.close();
        ready.close();
    });
}

#[test]
fn each_event_is_taken_once() {
    const ALL: usize = 2 * 201;
    let ready = Arc::new(ReadyJobs::default());
    let queues = [1, 2].map(|job| Queue::new(job, ready.clone()));
    let taken = AtomicUsize::new(0);
    let take = |next: Next| {
        if matches!(next, Next::Event(_) | Next::Completed(_)) && taken.fetch_add(1, Ordering::Relaxed) + 1 == ALL {
            ready.close();
        }
    };
    thread::scope(|scope| {
        for queue in &queues {
            scope.spawn(|| {
                for n in 0..200 {
                    queue.push(Event::Status { status: n.to_string() });
                }
                queue.complete("{}".to_owned());
            });
            // One thread takes the events of this job alone, two more those of both.
            scope.spawn(|| {
                loop {
                    match queue.next(LONG) {
                        Next::Over => break,
                        next => take(next),
                    }
                }
            });
            scope.spawn(|| {
                while let Ready::Job(job) = ready.next(Instant::now() + LONG) {
                    take(queues[usize::from(job == 2)].next(Duration::ZERO));
                }
            });
        }
    });
    assert_eq!(taken.into_inner(), ALL);
    assert_eq!(ready_now(&ready), Ready::Closed);
}
