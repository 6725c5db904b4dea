//! The marker of a run at the upload address of its draft, by which every machine knows whose the draft is.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{compare, meant, upload_link};
use crate::client::Client;
use crate::error::Result;
use crate::events::Reporter;
use crate::store::Submission;
use crate::upload::marker::{self, Found, Marker, RunMarker};
use crate::upload::{Link, ReleaseKey};

/// How often a run says that it is at work.
const BEAT: Duration = Duration::from_secs(60);

/// A marker of this age belongs to a run that has ended.
const ABANDONED: SignedDuration = SignedDuration::from_mins(5);

/// The newest marker of a run at a draft.
pub(super) struct Mark {
    pub(super) run: RunMarker,
}

impl Mark {
    pub(super) fn of(found: &Found) -> Option<Mark> {
        let runs = found.markers.iter().filter_map(|marker| match marker {
            Marker::Run(run) => Some(*run),
            Marker::Copy { .. } => None,
        });
        runs.max_by_key(|run| (run.minute, run.left_for_review)).map(|run| Mark { run })
    }

    /// The run, for people.
    pub(super) fn name(&self) -> String {
        compare::hexadecimal(&self.run.run)
    }

    /// Whether the run is at work: it was seen lately, did not leave the draft for review, and has not ended in this process.
    pub(super) fn is_running(&self, found: &Found, client: &Client) -> bool {
        !self.run.left_for_review && self.age(found) < ABANDONED && !client.drafts().has_ended(self.run.run)
    }

    /// How long ago the run was seen.
    pub(super) fn ago(&self, found: &Found) -> String {
        match self.age(found).as_mins() {
            ..=0 => "just now".to_owned(),
            minutes @ 1..120 => format!("{minutes} min ago"),
            minutes => format!("{} h ago", minutes / 60),
        }
    }

    fn age(&self, found: &Found) -> SignedDuration {
        let then = Timestamp::from_second(i64::from(self.run.minute) * 60).unwrap_or(found.date);
        found.date.duration_since(then)
    }

    /// Whether the release of the marker read the draft as it is now, or was about to make it so.
    pub(super) fn is_copy(&self, found: &Found, document: &str) -> Result<bool> {
        is_copy(found, self.run.release, document)
    }
}

/// Whether a release read the draft as it is now, or was about to make it so.
pub(super) fn is_copy(found: &Found, release: ReleaseKey, document: &str) -> Result<bool> {
    let hashes = [compare::hash(document)?, meant::hash(document)?];
    Ok(hashes.into_iter().any(|hash| found.markers.contains(&Marker::Copy { release, hash })))
}

/// Whose a draft is.
#[derive(Clone, Copy, Default)]
pub(super) struct Whose {
    pub(super) key: ReleaseKey,
    /// Whether somebody else created it.
    pub(super) adopted: bool,
    /// Whether it is left without a price, for a person to submit in Partner Center.
    pub(super) price_left: bool,
    /// Whether the run has files to upload. Then it can't go on without the storage.
    pub(super) uploads: bool,
}

/// Marks a draft as that of a run.
pub(super) struct Marking {
    submission: Submission,
    link: Option<Arc<Link>>,
    who: Whose,
    run: [u8; 8],
    /// The time of the storage, by which other machines judge the markers, less that of this machine.
    ahead: SignedDuration,
}

impl Marking {
    /// Marks a draft as that of a new run, as the service has it in `document`. Without a usable address nothing is marked,
    /// and other runs take the draft for somebody else's.
    pub(super) async fn begin(
        submission: &Submission,
        document: &str,
        who: Whose,
        left_for_review: bool,
    ) -> Result<Marking> {
        let http = submission.client.http();
        let run = http.random().to_be_bytes();
        let mut marking = Marking {
            submission: submission.clone(),
            link: upload_link(submission, document).ok().map(Arc::new),
            who,
            run,
            ahead: SignedDuration::ZERO,
        };
        if let Some(link) = &marking.link
            && let Ok(found) = marker::read(&submission.client, link, who.uploads).await
        {
            marking.ahead = found.date.duration_since(http.now());
        }
        marking.run(left_for_review).await?;
        marking.copy(document).await?;
        Ok(marking)
    }

    /// The upload address of the draft, which the upload and the markers share.
    pub(super) fn link(&self) -> Option<Arc<Link>> {
        self.link.clone()
    }

    /// Says that the run works on the draft, or that it leaves the draft.
    pub(super) async fn run(&self, left_for_review: bool) -> Result<()> {
        let now = self.submission.client.http().now();
        let minute = Marker::minute(now.checked_add(self.ahead).unwrap_or(now));
        let Whose { key: release, adopted, price_left, .. } = self.who;
        let run = self.run;
        self.put(Marker::Run(RunMarker { release, run, minute, left_for_review, price_left, adopted })).await
    }

    /// Says what the draft was when the run last read it.
    pub(super) async fn copy(&self, document: &str) -> Result<()> {
        self.put(Marker::Copy { release: self.who.key, hash: compare::hash(document)? }).await
    }

    /// Says what the draft will be after a PUT: a run that ends between the PUT and the read that follows has not touched
    /// it otherwise.
    pub(super) async fn meant(&self, body: &str) -> Result<()> {
        self.put(Marker::Copy { release: self.who.key, hash: meant::hash(body)? }).await
    }

    /// A marker that the storage refuses is a warning, except for that of a draft without a price: only the marker keeps
    /// such a draft from a commit. During an outage of the storage a run with files ends before it changes the draft, so
    /// that the next one knows the draft.
    async fn put(&self, marker: Marker) -> Result<()> {
        let put = match &self.link {
            Some(link) => marker::put(&self.submission.client, link, &marker, self.who.uploads).await,
            None if self.who.price_left => upload_link(&self.submission, "{}").map(|_| ()),
            None => Ok(()),
        };
        let Err(error) = put else { return Ok(()) };
        let message = format!("{} can't be marked as that of this release", self.submission);
        if self.who.price_left || (self.who.uploads && error.is_retryable()) {
            return Err(error.while_doing(&message));
        }
        Reporter::current().warning(format!("{message}: {error}"));
        Ok(())
    }

    /// Does the work, and says every minute that the run is at work.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::select! {
            result = work => result,
            never = self.beat() => match never {},
        }
    }

    async fn beat(&self) -> Infallible {
        loop {
            tokio::time::sleep(BEAT).await;
            // The next beat comes in a minute.
            let _ = self.run(false).await;
        }
    }
}

impl Drop for Marking {
    /// The run ends, also by an error or because it is cancelled.
    fn drop(&mut self) {
        self.submission.client.drafts().end_run(self.run);
    }
}

/// Marks a draft that was created by itself as one that somebody goes on with, so that no release takes it for an
/// interrupted create of its own.
///
/// # Errors
/// `network.bad_answer` for a text that is no submission.
pub async fn leave_for_review(submission: &Submission, document: &str) -> Result<()> {
    Marking::begin(submission, document, Whose::default(), true).await.map(|_| ())
}
