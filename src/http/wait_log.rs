//! What the log of an operation says about a request that takes long or is sent again.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::redact;
use super::transport::{Request, Response, TransportError};
use crate::events::Reporter;

/// How long an operation is silent about a wait. After this time, people who look at a prompt want to know what it waits
/// for.
pub(super) const SILENCE: Duration = Duration::from_secs(5);

/// The lines about one request: a verbose one for each retry, and one warning after [`SILENCE`].
pub(super) struct WaitLog {
    /// The method and the address, without its query.
    request: String,
    retry_timeout: Duration,
    warned: bool,
}

impl WaitLog {
    pub(super) fn new(request: &Request, retry_timeout: Duration) -> WaitLog {
        WaitLog { request: format!("{} {}", request.method, redact::url(&request.url)), retry_timeout, warned: false }
    }

    /// Waits for a response. When it does not come soon, the log says so.
    pub(super) async fn during<F: Future>(&mut self, response: F) -> F::Output {
        let mut response = pin!(response);
        if self.warned {
            return response.await;
        }
        match timeout(SILENCE, &mut response).await {
            Ok(response) => response,
            Err(_) => {
                self.warn(format!("waiting for the response to {}", self.request));
                response.await
            }
        }
    }

    /// Reports that the request is sent again after `wait`. `elapsed` is the time since the first attempt began.
    pub(super) fn retry(
        &mut self,
        last: &Result<Response, TransportError>,
        attempts: u32,
        wait: Duration,
        elapsed: Duration,
    ) {
        let reason = match last {
            Ok(response) => format!("the response is {}", response.status),
            Err(error) => redact::text(&error.to_string()),
        };
        let attempt = attempts + 1;
        let line = format!("{}: {reason}; attempt {attempt} follows in {:.1} s", self.request, wait.as_secs_f64());
        Reporter::current().verbose(line);
        if !self.warned && elapsed + wait >= SILENCE {
            let limit = self.retry_timeout.as_secs();
            self.warn(format!("waiting for {}: {reason}; it is retried for up to {limit} s", self.request));
        }
    }

    fn warn(&mut self, line: String) {
        self.warned = true;
        Reporter::current().warning(line);
    }
}
