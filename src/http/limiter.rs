//! The limiter: keeps the calls of a tenant under what the service allows, about 20 a minute (`api` d).
//!
//! Before the service stands one [`RateLimiter`] for each tenant, whichever client a call comes from. It lets a whole minute's
//! worth through at once; then a call goes when the one so many before it is a minute old. Who waits stands in the line
//! of an async lock, which is first come, first served, and leaves it by being dropped.
//!
//! A 429 all the same means that somebody else calls for the tenant too, another agent perhaps: the gate closes for as
//! long as the service asks, lets half as much through afterwards, and a fifth of the whole more with each minute.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use url::Url;

/// A second more than the service's, since calls are not equally long on their way to it.
const MINUTE: Duration = Duration::from_secs(61);

/// The limiters of a process, shared by its clients. A clone is the same limiters.
#[derive(Clone, Default)]
pub struct RateLimiters(Arc<Mutex<BTreeMap<String, Arc<RateLimiter>>>>);

impl RateLimiters {
    /// Takes part in the gate of this service and tenant. Tenants that are not known are one: rather too slow together
    /// than refused.
    pub fn join(&self, service: &Url, tenant: Option<&str>, per_minute: u32) -> Membership {
        let key = format!("{service} {}", tenant.unwrap_or_default().to_ascii_lowercase());
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.retain(|other, limiter| *other == key || limiter.is_needed(Instant::now()));
        let limiter = limiters.entry(key).or_default().clone();
        limiter.lock().members.push(per_minute);
        Membership { limiter, per_minute }
    }
}

/// A client's part in a gate. Among several the smallest limit holds, until its client is closed.
pub struct Membership {
    limiter: Arc<RateLimiter>,
    per_minute: u32,
}

impl Membership {
    /// The gate.
    pub fn limiter(&self) -> &Arc<RateLimiter> {
        &self.limiter
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        if let Some(at) = state.members.iter().position(|limit| *limit == self.per_minute) {
            state.members.swap_remove(at);
        }
    }
}

/// What the calls of one tenant pass.
#[derive(Default)]
pub struct RateLimiter {
    /// The line: who holds it is the next to go.
    turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The limits of the clients that take part.
    members: Vec<u32>,
    /// When the calls of the last minute went. It outlives their clients: the service counts on.
    gone: VecDeque<Instant>,
    lowered: Option<Lowered>,
}

/// What a 429 did.
struct Lowered {
    /// Nothing goes before.
    until: Instant,
    /// How many a minute from then on.
    to: u32,
}

impl RateLimiter {
    /// Waits for a call's turn, and counts it as sent; gives when that was.
    pub async fn pass(&self) -> Instant {
        let _turn = self.turn.lock().await;
        loop {
            let now = Instant::now();
            let Some(next) = self.lock().next(now) else { return now };
            sleep_until(next).await;
        }
    }

    /// The service refused a call with 429, and asks to wait.
    pub fn refused(&self, sent: Instant, wait: Duration) {
        let mut state = self.lock();
        let now = Instant::now();
        let until = now + wait;
        let to = match &state.lowered {
            // Sent before the last refusal was heard of: no news, but it may ask for more.
            Some(lowered) if sent < lowered.until => lowered.to,
            _ => (state.allowed(now) / 2).max(1),
        };
        let until = state.lowered.as_ref().map_or(until, |lowered| lowered.until.max(until));
        state.lowered = Some(Lowered { until, to });
    }

    /// Why a call waits, for people.
    pub fn reason(&self) -> String {
        let state = self.lock();
        let now = Instant::now();
        match &state.lowered {
            Some(Lowered { until, .. }) if *until > now => {
                let seconds = (*until - now).as_secs_f64().ceil();
                format!("the service refused a call (429): all calls of this tenant wait for {seconds} s")
            }
            _ => format!("waiting for a turn: {} calls a minute for all calls of this tenant", state.allowed(now)),
        }
    }

    fn is_needed(&self, now: Instant) -> bool {
        let state = self.lock();
        !state.members.is_empty()
            || state.gone.back().is_some_and(|last| now < *last + MINUTE)
            || state.lowered.as_ref().is_some_and(|lowered| now < lowered.until)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets a call go, or gives the moment to ask again.
    fn next(&mut self, now: Instant) -> Option<Instant> {
        if let Some(Lowered { until, .. }) = self.lowered
            && now < until
        {
            return Some(until);
        }
        while self.gone.front().is_some_and(|first| *first + MINUTE <= now) {
            self.gone.pop_front();
        }
        let allowed = self.allowed(now) as usize;
        if self.gone.len() < allowed {
            self.gone.push_back(now);
            return None;
        }
        let free = self.gone[self.gone.len() - allowed] + MINUTE;
        // It may be allowed more before that.
        Some(self.raised(now).map_or(free, |raised| free.min(raised)))
    }

    fn limit(&self) -> u32 {
        self.members.iter().copied().min().unwrap_or(1)
    }

    /// How many may go in a minute, now.
    fn allowed(&self, now: Instant) -> u32 {
        let limit = self.limit();
        match &self.lowered {
            Some(lowered) => {
                let more = minutes_since(lowered.until, now).saturating_mul(limit.div_ceil(5));
                lowered.to.saturating_add(more).min(limit)
            }
            None => limit,
        }
    }

    /// When that will be more.
    fn raised(&self, now: Instant) -> Option<Instant> {
        let lowered = self.lowered.as_ref().filter(|_| self.allowed(now) < self.limit())?;
        Some(lowered.until + MINUTE * (minutes_since(lowered.until, now) + 1))
    }
}

fn minutes_since(from: Instant, now: Instant) -> u32 {
    let minutes = now.saturating_duration_since(from).as_secs() / MINUTE.as_secs();
    u32::try_from(minutes).unwrap_or(u32::MAX)
}
