//! Sends a request to the storage until it is answered, waits for the end of outages, and replaces an address that fails.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::Method;
use tokio::sync::MutexGuard;
use tokio::time::{Instant, sleep};
use url::Url;

use super::{Block, Storage, StoredBlock, block_list, lock, may_read, parsed, says_distrust};
use crate::error::{Error, Exchange, Result, codes};
use crate::events::Reporter;
use crate::http::{BlobRequest, Failure, FinalResponse, Response, Rule, TransportError, TransportErrorKind, backoff};
use crate::upload::answer::{self, MAX_SKEW, Meaning, is_late_gateway, is_unreadable};
use crate::upload::concurrency::{Concurrency, LONGEST_WAIT};
use crate::upload::link::time_of;

/// How often a request is repeated after an answer that is not the storage's: a write, and a read, which the upload can do
/// without.
const MOST_PASSING: u32 = 8;
const MOST_PASSING_READS: u32 = 3;
/// How often a request waits for the start of its address.
const MOST_EARLY: u32 = 3;
/// How many addresses in a row may be refused.
const MOST_RENEWALS: u32 = 5;
/// How often the connection of a block may break while the storage answers and other blocks pass.
const MOST_RESETS: u32 = 12;

/// A shorter block is sent again without a look at the block list, which may be longer, in bytes.
const WORTH_A_LOOK: usize = 4 * 1024;
/// How often the wait for the answer to a block is doubled.
const MOST_DOUBLED: u32 = 3;

/// A block that is one of many.
#[derive(Clone, Copy)]
pub(super) struct Sending<'a> {
    pub(super) block: Block<'a>,
    pub(super) concurrency: &'a Concurrency,
}

/// What happened to one request so far.
#[derive(Default)]
struct Trouble {
    attempts: u32,
    /// Whether it may have arrived, or a part of it.
    sent: bool,
    /// Whether the storage may have the block although it did not answer.
    unknown: bool,
    /// Whether its last attempt got no answer in time, and how often that happened although the storage was there.
    timed_out: bool,
    unanswered: u32,
    /// When it was sent, and how many blocks were stored then or at the last look.
    began: Option<(Instant, u64)>,
    /// The bytes that were in flight when it was sent, which may all arrive before it.
    ahead: u64,
    /// How many blocks the storage listed at the last look.
    listed: Option<usize>,
    /// How many blocks had been answered that took their turn when this one was sent.
    turns: u64,
    /// Answers that are not the storage's, or that belong to another request.
    passing: u32,
    /// How often it waited for the start of the address.
    early: u32,
    /// How often its connection broke.
    resets: u32,
    /// How many blocks were stored when that began.
    stored: Option<u64>,
    /// Whether the next attempt takes a connection of its own.
    fresh: bool,
}

impl Storage<'_> {
    /// Sends a request until there is an answer of the storage that is not part of an outage.
    pub(super) async fn send(&self, build: impl Fn() -> BlobRequest) -> Result<(Response, Exchange)> {
        let sent = self.send_block(build, None).await?;
        sent.ok_or_else(|| Error::internal("only a block arrives without an answer"))
    }

    /// As [`Storage::send`]. `None` for a block that the storage has although no answer came: before a block is sent again, the
    /// block list is read.
    pub(super) async fn send_block(
        &self,
        build: impl Fn() -> BlobRequest,
        sending: Option<Sending<'_>>,
    ) -> Result<Option<(Response, Exchange)>> {
        let mut trouble = Trouble::default();
        let mut turn = None;
        loop {
            let url = self.url();
            let looking = trouble.unknown && self.may_look();
            if !looking {
                trouble.was_slow(sending);
            }
            let mut request = match looking {
                true => self.request(Method::GET, Some("comp=blocklist&blocklisttype=uncommitted")),
                false => build(),
            };
            if trouble.fresh {
                request = request.on_fresh_connection();
            }
            let mut rule = Rule { ..self.single_attempt };
            if let Some(sending) = sending.filter(|_| !looking) {
                trouble.turns = self.turns.load(Ordering::Relaxed);
                trouble.began = Some((Instant::now(), self.stored.load(Ordering::Relaxed)));
                trouble.ahead = sending.concurrency.flying();
                let wait = sending.concurrency.wait() * 2u32.pow(trouble.unanswered.min(MOST_DOUBLED));
                rule.first_byte = wait.min(LONGEST_WAIT);
                if trouble.sent {
                    self.repeated.fetch_add(sending.block.body.len() as u64, Ordering::Relaxed);
                }
            }
            if trouble.attempts > 0 && !looking {
                self.retries.fetch_add(1, Ordering::Relaxed);
            }
            let (method, target) = (request.method().clone(), request.url().clone());
            let (last, mut exchange, ambiguous) = match self.http.send(request, &rule).await {
                Ok(last) => (Ok(last.response), last.exchange, false),
                Err(failure) => (failure.last, failure.exchange, failure.ambiguous),
            };
            trouble.attempts += 1;
            exchange.attempts = trouble.attempts;
            let meaning = Meaning::of(&method, &target, &last, self.http.now());
            if looking && matches!(meaning, Meaning::Final | Meaning::Passing | Meaning::Suspect) {
                trouble.unknown = false;
                let listed = last.as_ref().map(|response| self.listed(response)).unwrap_or_default();
                if let Some(sending) = sending
                    && self.has(&sending.block, &listed)
                {
                    self.outage.end();
                    self.stored.fetch_add(1, Ordering::Relaxed);
                    return Ok(None);
                }
                match sending.filter(|_| trouble.timed_out) {
                    Some(sending) if self.is_on_its_way(&mut trouble, listed.len(), sending) => {
                        trouble.unknown = true;
                        sleep(sending.concurrency.time_for(sending.block.body.len() as u64)).await;
                    }
                    Some(_) => self.take_turn(&mut trouble, &mut turn).await,
                    None => {}
                }
                continue;
            }
            let last = match (last, &meaning) {
                (Ok(response), Meaning::Final) => {
                    self.outage.end();
                    self.answers.fetch_add(1, Ordering::Relaxed);
                    if turn.is_some() {
                        self.turns.fetch_add(1, Ordering::Relaxed);
                    }
                    if sending.is_some() && response.status == 201 {
                        self.stored.fetch_add(1, Ordering::Relaxed);
                    }
                    self.keep_valid(&url, &response).await?;
                    return Ok(Some((response, exchange)));
                }
                (last, _) => last,
            };
            if !looking {
                trouble.take_note(&last, sending);
            }
            let mut wait = backoff::delay(&self.http.retry(), trouble.attempts - 1, &mut lock(&self.random));
            let (status, asked) = match &last {
                Ok(response) => (response.status, backoff::retry_after(response, self.http.now())),
                Err(_) => (0, None),
            };
            wait = wait.max(asked.unwrap_or_default());
            let reset = matches!(&last, Err(error) if error.kind == TransportErrorKind::Interrupted);
            let error = match (Failure { last, exchange, ambiguous }).into_response() {
                Ok(FinalResponse { response, exchange, .. }) => {
                    answer::refusal(&response, exchange).ambiguous(ambiguous)
                }
                Err(error) => error,
            };
            match meaning {
                Meaning::Address(code) if code == &codes::UPLOAD_NOT_YET_VALID => {
                    self.renew(&url, not_yet_valid(&url, error)).await?;
                    continue;
                }
                Meaning::Address(code) => {
                    self.renew(&url, error.recode(code)).await?;
                    continue;
                }
                Meaning::Early(until) if trouble.early < MOST_EARLY => {
                    trouble.early += 1;
                    let seconds = until.as_secs();
                    Reporter::current().warning(format!("the upload address becomes valid in {seconds} s: waiting"));
                    sleep(until).await;
                    continue;
                }
                Meaning::Early(_) => return Err(not_yet_valid(&url, error)),
                Meaning::Passing | Meaning::Suspect => {
                    trouble.passing += 1;
                    let again = meaning == Meaning::Passing || self.answers.load(Ordering::Relaxed) > 0;
                    if !again || trouble.passing > if method == Method::PUT { MOST_PASSING } else { MOST_PASSING_READS }
                    {
                        return Err(error);
                    }
                    // The answer may belong to another request of the same connection.
                    trouble.fresh = true;
                }
                Meaning::Permanent => return Err(error),
                Meaning::Outage | Meaning::Final => {}
            }
            if let Some(Sending { concurrency, .. }) = sending {
                if meaning == Meaning::Passing || matches!(status, 429 | 503) {
                    concurrency.slower();
                }
                if reset && !looking && self.is_blocked(&mut trouble, concurrency.most() == 1).await {
                    return Err(error.recode(&codes::UPLOAD_BLOCKED));
                }
            }
            if !self.outage.goes_on(wait) {
                return Err(error);
            }
            self.outage.report(url.host_str().unwrap_or_default(), &error, wait);
            Reporter::current().failed(error);
            sleep(wait).await;
        }
    }

    /// Whether a block without an answer may still arrive, by the rate at which others do. `listed`: how many blocks the storage
    /// has, since others may have arrived of which nobody has taken note yet.
    fn is_on_its_way(&self, trouble: &mut Trouble, listed: usize, sending: Sending<'_>) -> bool {
        let Some((began, before)) = &mut trouble.began else { return false };
        let stored = self.stored.load(Ordering::Relaxed);
        let more = trouble.listed.replace(listed).is_some_and(|last| last < listed);
        let moves = std::mem::replace(before, stored) < stored || more;
        moves && began.elapsed() < sending.concurrency.passing(trouble.ahead)
    }

    /// Waits until no other block is sent again for want of an answer. Something that passes on what it takes may still have
    /// all that were sent, and the one that is sent again comes last: once it is answered, the others have arrived or are lost.
    async fn take_turn<'a>(&'a self, trouble: &mut Trouble, turn: &mut Option<MutexGuard<'a, ()>>) {
        if turn.is_none() {
            match self.turn.try_lock() {
                Ok(free) => *turn = Some(free),
                Err(_) => {
                    *turn = Some(self.turn.lock().await);
                    // It may have arrived meanwhile.
                    trouble.unknown = true;
                    return;
                }
            }
        }
        if self.turns.load(Ordering::Relaxed) > trouble.turns {
            *turn = None;
        }
    }

    /// Whether the block list tells that a block has arrived. Where blocks are altered on the way, only an answer to the block
    /// itself does.
    fn may_look(&self) -> bool {
        self.can_read() && !self.is_distrusted()
    }

    /// The blocks in the answer to a look at the block list.
    fn listed(&self, list: &Response) -> Vec<StoredBlock> {
        if is_unreadable(list) {
            self.readable.store(false, Ordering::Relaxed);
        }
        if list.status != 200 {
            return Vec::new();
        }
        let listed = block_list(&String::from_utf8_lossy(&list.body));
        if says_distrust(&listed) {
            // An earlier upload said so, or another one at the same time.
            self.distrusted.store(true, Ordering::Relaxed);
        }
        listed
    }

    /// Whether the storage has a block, by what it lists.
    fn has(&self, block: &Block<'_>, listed: &[StoredBlock]) -> bool {
        let is_same = |stored: &StoredBlock| stored.id == block.id && stored.len == block.body.len() as u64;
        // Another block may have been altered since the look began.
        self.may_look() && listed.iter().any(is_same)
    }

    /// Whether a block whose connection broke again is kept away by something that looks into it: the storage answers, and
    /// others were stored meanwhile, or before if this one is `alone`.
    async fn is_blocked(&self, trouble: &mut Trouble, alone: bool) -> bool {
        let stored = self.stored.load(Ordering::Relaxed);
        trouble.resets += 1;
        let before = *trouble.stored.get_or_insert(stored);
        if trouble.resets < MOST_RESETS || stored == if alone { 0 } else { before } {
            return false;
        }
        let probe = self.http.send(self.request(Method::HEAD, None), &self.single_attempt).await;
        probe.is_ok_and(|answer| answer.response.status < 500)
    }

    /// Renews an address that ends soon, by the clock of the storage. One that the submission still has is used to its
    /// end.
    async fn keep_valid(&self, url: &Arc<Url>, response: &Response) -> Result<()> {
        let (Some(end), Some(now), true) = (time_of(url, "se"), response.date(), self.link.is_renewable()) else {
            return Ok(());
        };
        if end.duration_since(now) >= MAX_SKEW {
            return Ok(());
        }
        let mut renewals = self.renewing.lock().await;
        if renewals.last.as_ref() == Some(url) || !Arc::ptr_eq(url, &self.url()) {
            return Ok(());
        }
        renewals.last = Some(url.clone());
        match self.link.renewed().await {
            Ok(Some(address)) => self.take(parsed(self.client, &address)?),
            Ok(None) => Ok(()),
            // It is still valid.
            Err(error) => {
                Reporter::current().verbose(format!("the upload address ends soon, and could not be renewed: {error}"));
                Ok(())
            }
        }
    }

    /// Reads the submission again for another address in place of `url`, which was refused. Each has to be another one.
    ///
    /// # Errors
    /// `refused` when there is no other address; `upload.moved`.
    async fn renew(&self, url: &Arc<Url>, refused: Error) -> Result<()> {
        if !self.link.is_renewable() {
            return Err(refused);
        }
        let mut renewals = self.renewing.lock().await;
        if !Arc::ptr_eq(url, &self.url()) {
            // Another worker has done it.
            return Ok(());
        }
        let answers = self.answers.load(Ordering::Relaxed);
        renewals.in_a_row = if answers > renewals.answers { 1 } else { renewals.in_a_row + 1 };
        renewals.answers = answers;
        renewals.refused.push(url.clone());
        if renewals.in_a_row > MOST_RENEWALS {
            return Err(
                refused.while_doing("the submission was read again several times, and each address was refused")
            );
        }
        Reporter::current().verbose(format!("reading the submission again for another upload address: {refused}"));
        let address = loop {
            match self.link.renewed().await {
                Ok(Some(address)) => break address,
                Ok(None) => return Err(refused),
                Err(error) => {
                    let wait = backoff::delay(&self.http.retry(), MOST_RENEWALS, &mut lock(&self.random));
                    if !error.is_retryable() || !self.outage.goes_on(wait) {
                        return Err(error.while_doing("the upload address was refused, and there is no other one"));
                    }
                    sleep(wait).await;
                }
            }
        };
        let next = parsed(self.client, &address)?;
        if renewals.refused.iter().any(|refused| **refused == next) {
            return Err(refused.while_doing("the submission was read again and still has the same upload address"));
        }
        self.take(next)
    }

    /// Goes on with another address.
    fn take(&self, next: Url) -> Result<()> {
        let before = self.url();
        if *before == next {
            return Ok(());
        }
        self.readable.store(may_read(&next), Ordering::Relaxed);
        let moved = (before.host_str(), before.port(), before.path()) != (next.host_str(), next.port(), next.path());
        *lock(&self.url) = Arc::new(next);
        if moved {
            self.trust();
        }
        if moved && self.in_one_place {
            Err(Error::new(&codes::UPLOAD_MOVED, codes::UPLOAD_MOVED.meaning))
        } else {
            Ok(())
        }
    }
}

impl Trouble {
    /// Takes note of an attempt that failed.
    fn take_note(&mut self, last: &std::result::Result<Response, TransportError>, sending: Option<Sending<'_>>) {
        let may_have_arrived = match last {
            Ok(response) => {
                self.sent = true;
                is_late_gateway(response)
            }
            Err(error) => {
                self.sent |= error.was_sent();
                self.timed_out = error.kind == TransportErrorKind::TimedOut;
                self.timed_out || error.kind == TransportErrorKind::Interrupted
            }
        };
        if may_have_arrived {
            self.unknown = sending.is_some_and(|sending| sending.block.body.len() >= WORTH_A_LOOK);
        }
    }

    /// Waits longer for the next answer, and lets fewer blocks share the connection, when there was no answer in time.
    fn was_slow(&mut self, sending: Option<Sending<'_>>) {
        if let Some(sending) = sending.filter(|_| std::mem::take(&mut self.timed_out)) {
            self.unanswered += 1;
            sending.concurrency.slower();
        }
    }
}

/// The error of an address that is not valid yet, with the time from which it is.
fn not_yet_valid(url: &Url, error: Error) -> Error {
    let error = error.recode(&codes::UPLOAD_NOT_YET_VALID);
    match time_of(url, "st") {
        Some(start) => error.while_doing(&format!("the upload address becomes valid at {start}")),
        None => error,
    }
}
