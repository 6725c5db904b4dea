//! Waits until the Store has processed or published a submission.

mod turns;
mod watch;

use std::time::Duration;

use tokio::time::sleep;

use crate::client::Client;
use crate::error::{Detail, Error, Result, codes};
use crate::events::Reporter;
use crate::store::Submission;
pub use turns::Turns;
pub use watch::{COMMIT_LIMIT_SECONDS, DRAFTS_IN_A_ROW, FAILURES_IN_A_ROW, Terms, Until, WaitResult, Watch};

/// The default pause between two requests for the status, in seconds.
pub const POLL_SECONDS: f64 = 30.0;

/// The default pause when the service is on this machine: the emulator, whose limits and certification are not those of
/// the Store.
pub const LOCAL_POLL_SECONDS: f64 = 0.2;

/// The pause between two requests for the status: `seconds`, or the default for the client's service.
///
/// # Errors
/// `request.invalid` for a number that is no time.
pub fn pause(seconds: Option<f64>, client: &Client) -> Result<Duration> {
    let default = if client.config().is_local() { LOCAL_POLL_SECONDS } else { POLL_SECONDS };
    Duration::try_from_secs_f64(seconds.unwrap_or(default)).map_err(|_| {
        Error::new(&codes::REQUEST_INVALID, "`pollSeconds` must be a number of seconds, zero or more")
            .detail(Detail::at("/pollSeconds", "out of range"))
    })
}

/// Reads the status, with a pause of `terms.every` between two requests, until the submission has reached `terms.until`.
/// Reports each new state as an event. `was_committed` says whether the caller knows of a commit; a draft has then lost it.
/// Waits for a stage and not for a state, because the service may pass through a state between two requests.
///
/// One answer ends no wait: [`FAILURES_IN_A_ROW`] requests for the status may be refused or answered with something else,
/// and a commit counts as lost after [`DRAFTS_IN_A_ROW`] polls.
///
/// # Errors
/// `submission.failed` with the errors of the service as details; `submission.commit_lost`, `submission.not_committed`,
/// `submission.commit_hangs`; else as [`Submission::status`].
pub async fn wait(
    submission: &Submission,
    was_committed: bool,
    terms: Terms,
    reporter: &Reporter,
) -> Result<WaitResult> {
    let mut watch = Watch::new(submission.clone(), was_committed, terms);
    loop {
        if let Some(result) = watch.look(reporter).await? {
            return Ok(result);
        }
        sleep(terms.every).await;
    }
}
