//! Tells what a request waits for, so that no wait is silent.

use std::time::Duration;

use url::Url;

use super::redact;
use super::transport::{Response, TransportError};
use crate::events::Reporter;

/// How long a request may wait before everybody is told what it waits for.
const FIRST_WARNING: Duration = Duration::from_secs(5);
/// How often that is told again.
const NEXT_WARNING: Duration = Duration::from_secs(60);

/// The reports about one request.
pub(super) struct Waiting<'a> {
    method: &'a str,
    url: &'a Url,
    next_warning: Duration,
}

impl<'a> Waiting<'a> {
    pub(super) fn new(method: &'a str, url: &'a Url) -> Waiting<'a> {
        Waiting { method, url, next_warning: FIRST_WARNING }
    }

    /// Tells that the request is sent again after `wait`: in the log, and as a warning when that is later than some
    /// seconds after the beginning. `elapsed` counts from there, `left` is the time until the request is given up.
    pub(super) fn retry(
        &mut self,
        attempts: u32,
        last: &Result<Response, TransportError>,
        elapsed: Duration,
        wait: Duration,
        left: Duration,
    ) {
        let reason = match last {
            Ok(response) if response.is_success() => "the answer is malformed".to_owned(),
            Ok(response) => format!("it answered {}", response.status),
            Err(error) => error.to_string(),
        };
        let reporter = Reporter::current();
        let (method, url, next) = (self.method, redact::url(self.url), attempts + 1);
        reporter.verbose(format!("attempt {next} of {method} {url} in {:.1} s: {reason}", wait.as_secs_f64()));
        if elapsed + wait >= self.next_warning {
            self.next_warning = elapsed + wait + NEXT_WARNING;
            let host = self.host();
            let seconds = left.as_secs();
            reporter.warning(format!("waiting for {host}: {reason}; trying again for up to {seconds} s"));
        }
    }

    /// Tells that the answer to an attempt has not begun for `silence`, unless a warning was given lately.
    pub(super) fn silent(&mut self, elapsed: Duration, silence: Duration) {
        if elapsed < self.next_warning {
            return;
        }
        self.next_warning = elapsed + NEXT_WARNING;
        let (method, host) = (self.method, self.host());
        let seconds = silence.as_secs();
        Reporter::current().warning(format!("waiting for {host}: no answer to {method} for {seconds} s yet"));
    }

    fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}
