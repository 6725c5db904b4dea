//! Keeps the calls of a tenant under the limit of the service, about 20 a minute.
//!
//! All clients of a process that call one service for one tenant share a [`RateLimiter`]. It is a sliding window: the
//! calls of a whole minute may go at once, then each call waits until the one `limit` calls before it is a minute old.
//! Waiting calls go in the order of arrival; dropping the future of a call gives up its place.
//!
//! If the service still answers 429, another process calls for the same tenant. Then all calls wait as long as the
//! service asks. After that, half as many calls a minute are allowed, and with each minute a fifth of the limit more.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use url::Url;

/// A second more than the service's minute, because calls take different times to arrive.
const WINDOW: Duration = Duration::from_secs(61);

/// The rate limiters of a process, which its clients share. A clone refers to the same.
///
/// # Examples
/// ```
/// use storeship::http::limiter::RateLimiters;
///
/// let rate_limiters = RateLimiters::default();
/// let service = "https://manage.devcenter.microsoft.com/v1.0/my/".parse().unwrap();
/// let first = rate_limiters.join(&service, Some("contoso.com"), 20);
/// let second = rate_limiters.join(&service, Some("Contoso.com"), 20);
/// assert!(std::sync::Arc::ptr_eq(first.limiter(), second.limiter()));
/// ```
#[derive(Clone, Default)]
pub struct RateLimiters(Arc<Mutex<BTreeMap<String, Arc<RateLimiter>>>>);

impl RateLimiters {
    /// Joins the limiter of this service and tenant, with a limit of `per_minute` calls. Clients whose tenant is unknown
    /// share one limiter: slow is better than throttled.
    pub fn join(&self, service: &Url, tenant: Option<&str>, per_minute: u32) -> Membership {
        let key = format!("{service} {}", tenant.unwrap_or_default().to_ascii_lowercase());
        let mut limiters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.retain(|other, limiter| *other == key || limiter.is_in_use(Instant::now()));
        let limiter = limiters.entry(key).or_default().clone();
        limiter.lock().limits.push(per_minute);
        Membership { limiter, per_minute }
    }
}

/// A client's share of a limiter. The smallest limit of all members holds; dropping the membership takes its limit away.
pub struct Membership {
    limiter: Arc<RateLimiter>,
    per_minute: u32,
}

impl Membership {
    /// The limiter.
    pub fn limiter(&self) -> &Arc<RateLimiter> {
        &self.limiter
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        if let Some(at) = state.limits.iter().position(|limit| *limit == self.per_minute) {
            state.limits.swap_remove(at);
        }
    }
}

/// The rate limiter of one service and tenant.
#[derive(Default)]
pub struct RateLimiter {
    /// Held by the call that goes next. tokio's lock is fair: the calls that wait for it form the queue.
    queue: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// Wakes the call that goes next, when a place has become free before its time.
    freed: tokio::sync::Notify,
}

#[derive(Default)]
struct State {
    /// The limits of the members.
    limits: Vec<u32>,
    /// When the calls of the last minute were sent. The times stay when a client is closed, because the service still
    /// counts its calls.
    sent: VecDeque<Instant>,
    throttle: Option<Throttle>,
}

/// The effect of a 429.
struct Throttle {
    /// No call is sent before this time.
    until: Instant,
    /// How many calls a minute may be sent right after `until`.
    per_minute: u32,
}

impl RateLimiter {
    /// Waits until a call may be sent and counts it. Returns the time at which it is sent.
    pub async fn acquire(&self) -> Instant {
        let _first_in_queue = self.queue.lock().await;
        loop {
            let now = Instant::now();
            let Some(next) = self.lock().acquire(now) else { return now };
            tokio::select! {
                () = sleep_until(next) => {}
                () = self.freed.notified() => {}
            }
        }
    }

    /// Gives back the place of the call that was to be sent at `sent` and never left this machine. The service does not
    /// count it.
    pub fn release(&self, sent: Instant) {
        let mut state = self.lock();
        if let Some(at) = state.sent.iter().rposition(|other| *other == sent) {
            state.sent.remove(at);
            self.freed.notify_one();
        }
    }

    /// Records that the service answered 429 to the call that was sent at `sent`, and asks to wait for `retry_after`.
    pub fn throttled(&self, sent: Instant, retry_after: Duration) {
        let mut state = self.lock();
        let now = Instant::now();
        let until = now + retry_after;
        let per_minute = match &state.throttle {
            // The call was sent before the last 429 took effect, so it does not halve the limit again. It may ask for a
            // longer wait.
            Some(throttle) if sent < throttle.until => throttle.per_minute,
            _ => (state.allowed(now) / 2).max(1),
        };
        let until = state.throttle.as_ref().map_or(until, |throttle| throttle.until.max(until));
        state.throttle = Some(Throttle { until, per_minute });
    }

    /// Why a call has to wait, as a line of the log.
    pub fn wait_reason(&self) -> String {
        let state = self.lock();
        let now = Instant::now();
        match &state.throttle {
            Some(Throttle { until, .. }) if *until > now => {
                let seconds = (*until - now).as_secs_f64().ceil();
                format!("the service refused a call (429): all calls of this tenant wait for {seconds} s")
            }
            _ => format!(
                "waiting for the rate limit: {} calls a minute for all clients of this tenant",
                state.allowed(now)
            ),
        }
    }

    fn is_in_use(&self, now: Instant) -> bool {
        let state = self.lock();
        !state.limits.is_empty()
            || state.sent.back().is_some_and(|last| now < *last + WINDOW)
            || state.throttle.as_ref().is_some_and(|throttle| now < throttle.until)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a call if it may be sent now. Returns the time of the next try if not.
    fn acquire(&mut self, now: Instant) -> Option<Instant> {
        if let Some(Throttle { until, .. }) = self.throttle
            && now < until
        {
            return Some(until);
        }
        while self.sent.front().is_some_and(|first| *first + WINDOW <= now) {
            self.sent.pop_front();
        }
        let allowed = self.allowed(now) as usize;
        if self.sent.len() < allowed {
            self.sent.push_back(now);
            return None;
        }
        let free = self.sent[self.sent.len() - allowed] + WINDOW;
        // More calls may be allowed before that.
        Some(self.next_raise(now).map_or(free, |raise| free.min(raise)))
    }

    fn limit(&self) -> u32 {
        self.limits.iter().copied().min().unwrap_or(1)
    }

    /// How many calls a minute may be sent now.
    fn allowed(&self, now: Instant) -> u32 {
        let limit = self.limit();
        match &self.throttle {
            Some(throttle) => {
                let raise = minutes_since(throttle.until, now).saturating_mul(limit.div_ceil(5));
                throttle.per_minute.saturating_add(raise).min(limit)
            }
            None => limit,
        }
    }

    /// When more calls will be allowed.
    fn next_raise(&self, now: Instant) -> Option<Instant> {
        let throttle = self.throttle.as_ref().filter(|_| self.allowed(now) < self.limit())?;
        Some(throttle.until + WINDOW * (minutes_since(throttle.until, now) + 1))
    }
}

fn minutes_since(from: Instant, now: Instant) -> u32 {
    let minutes = now.saturating_duration_since(from).as_secs() / WINDOW.as_secs();
    u32::try_from(minutes).unwrap_or(u32::MAX)
}
