//! What the log of an operation says while it waits: each retry, and after some seconds a warning with the reason.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use storeship::events::{Event, Level, Next, Queue, Reporter};
use storeship::operations;

use crate::recorded::Store;

const APP: &str = "9NBLGGH4R315";

/// The lines of the log of an `app.get` that a fault meets, and the number of its attempts.
fn log_of(fault: Value, retry_timeout_seconds: u64) -> (Vec<(Level, String)>, u32) {
    let work = async {
        let store = Store::new(1);
        let client = store.client_with(1, json!({"retry": {"retryTimeoutSeconds": retry_timeout_seconds}}));
        store.control("POST", "faults", Some(fault)).await;
        let queue = Arc::new(Queue::default());
        let operation = operations::find("app.get").unwrap();
        let request = json!({"appId": APP}).to_string();
        let result = operations::run(operation, client, &request, Reporter::to(queue.clone())).await;
        let attempts = result.err().and_then(|error| error.exchange().map(|exchange| exchange.attempts));
        let mut lines = Vec::new();
        while let Next::Event(event) = queue.next(Duration::ZERO) {
            if let Event::Log { level, message, .. } = event {
                lines.push((level, message));
            }
        }
        (lines, attempts.unwrap_or_default())
    };
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(work)
}

fn fault(rest: Value) -> Value {
    let mut fault = json!({"path": format!("*/{APP}"), "count": 0});
    fault.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    fault
}

#[test]
fn each_retry_is_a_verbose_line_and_a_long_wait_is_one_warning() {
    let (lines, attempts) = log_of(fault(json!({"status": 503})), 60);
    let (warnings, retries): (Vec<_>, Vec<_>) = lines.iter().partition(|(level, _)| *level == Level::Warning);
    assert_eq!(retries.len() as u32, attempts - 1, "{lines:?}");
    assert!(retries.iter().all(|(_, line)| line.contains(APP) && line.contains("503")), "{retries:?}");
    assert!(retries[0].1.contains("attempt 2 follows"), "{retries:?}");
    assert_eq!(warnings.len(), 1, "{lines:?}");
    let warning = &warnings[0].1;
    assert!(
        warning.starts_with("waiting for GET ") && warning.contains("503") && warning.ends_with("up to 60 s"),
        "{warning}"
    );
    // The warning comes while the operation waits, not at its end.
    assert!(lines.iter().position(|(level, _)| *level == Level::Warning).unwrap() < lines.len() - 1, "{lines:?}");
}

#[test]
fn a_retry_that_helps_soon_is_no_warning() {
    let (lines, _) = log_of(json!({"path": format!("*/{APP}"), "status": 503, "count": 1}), 60);
    assert_eq!(lines.iter().map(|(level, _)| *level).collect::<Vec<_>>(), [Level::Verbose], "{lines:?}");
}

#[test]
fn a_response_that_does_not_come_is_a_warning() {
    let (lines, _) = log_of(fault(json!({"delayMs": 600_000})), 0);
    assert_eq!(lines.len(), 1, "{lines:?}");
    let (level, line) = &lines[0];
    assert_eq!(*level, Level::Warning);
    assert!(line.starts_with("waiting for the response to GET ") && line.contains(APP), "{line}");
}
