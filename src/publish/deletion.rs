//! The deletion of a draft that no job works on.

use super::fate::{self, busy_run};
use super::mark::Mark;
use super::situation::Read;
use super::upload_link;
use crate::error::{Class, Error, Result, codes};
use crate::events::Reporter;
use crate::store::Submission;
use crate::store::status::Stage;
use crate::upload::marker;

/// Deletes a draft or a failed submission, unless a job of this process or a running job of another one works on it.
///
/// # Errors
/// `submission.busy`; as [`Submission::delete`].
pub async fn delete_idle(submission: &Submission) -> Result<()> {
    refuse_running(submission).await.map_err(|error| error.hint(BUSY))?;
    let work = submission.work_on().await;
    match submission.delete_alone(&work).await? {
        true => Ok(()),
        false => Err(fate::worked_on(submission).hint(BUSY)),
    }
}

/// Makes the checks of a deletion and deletes nothing. With `allow_busy` it does not matter who works on the draft.
///
/// # Errors
/// `submission.not_deletable` with the state; `submission.busy`; as [`Submission::get`].
pub async fn check_delete(submission: &Submission, allow_busy: bool) -> Result<()> {
    let read = Read::of(submission.clone()).await?;
    if !matches!(read.stage(), Stage::Draft | Stage::Failed | Stage::Unknown) {
        let message = format!("submission {} is in state {}", submission.id, read.status.status);
        return Err(Error::new(&codes::SUBMISSION_NOT_DELETABLE, message));
    }
    if allow_busy {
        return Ok(());
    }
    refuse_running(submission).await.map_err(|error| error.hint(BUSY))?;
    match submission.work_on().await.end() {
        Some(_nobody) => Ok(()),
        None => Err(fate::worked_on(submission).hint(BUSY)),
    }
}

/// What to do about a draft that a job works on.
const BUSY: &str = "wait until it has ended, or delete the draft all the same with `allowBusy`; a job of another process that \
                    has not been seen for five minutes counts as ended";

/// Refuses a draft whose upload address names a running job of another process.
async fn refuse_running(submission: &Submission) -> Result<()> {
    let read = match Read::of(submission.clone()).await {
        Ok(read) => read,
        // The service says to the deletion what is wrong.
        Err(error) if error.code().class == Class::Service && !error.is_retryable() => return Ok(()),
        Err(error) => return Err(error),
    };
    if read.stage() != Stage::Draft {
        return Ok(());
    }
    let look = async { marker::read(&submission.client, &upload_link(submission, &read.document)?, false).await };
    match look.await {
        Ok(found) => match Mark::of(&found).filter(|mark| mark.is_running(&found, &submission.client)) {
            Some(mark) => Err(busy_run(&read, &mark, &found)),
            None => Ok(()),
        },
        Err(error) => {
            Reporter::current().verbose(format!("whether a job works on {submission} can't be told: {error}"));
            Ok(())
        }
    }
}
