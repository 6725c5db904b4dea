//! A service that is not ready for a new submission: while a product is being republished, for example after the end of a
//! rollout, the service refuses each create for up to 40 minutes, as if the listings were missing.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::calls::send_to_new;
use super::product::Product;
use crate::client::{Call, ServiceResponse};
use crate::error::{Error, Result, codes};
use crate::events::Reporter;

/// How long a create is sent again, as a multiple of `retryTimeoutSeconds`: an hour by default.
const PATIENCE_FACTOR: u32 = 12;

/// The pause between two creates, as a multiple of `baseMs`: half a minute by default. It is shorter with a service on this
/// machine.
const PAUSE_FACTOR: u32 = 30;

/// The pause where the configuration has none.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

impl Product {
    /// Sends a create, again and again while the service is not ready. A create that it refuses is not carried out. `waited`
    /// becomes true when the first one was refused.
    ///
    /// # Errors
    /// `submission.not_ready`; those of the call.
    pub(super) async fn send_when_ready(&self, call: &Call, new: bool, waited: &mut bool) -> Result<ServiceResponse> {
        let retry = self.client.http().retry();
        let patience = Duration::from_secs(retry.retry_timeout_seconds) * PATIENCE_FACTOR;
        let pause = retry.base() * if self.client.config().is_local() { 1 } else { PAUSE_FACTOR };
        let pause = pause.max(SHORTEST_PAUSE);
        let began = Instant::now();
        loop {
            let error = match send_to_new(&self.client, call, new).await {
                Err(error) if is_not_ready(&error) => error,
                result => return result,
            };
            if began.elapsed() + pause > patience {
                return Err(error.recode(&codes::SUBMISSION_NOT_READY));
            }
            let message = format!("the service is not ready for a new submission of {}", self.target);
            let reporter = Reporter::current();
            match *waited {
                true => reporter.verbose(format!("{message} for {} s by now: trying again", began.elapsed().as_secs())),
                false => reporter.warning(format!("{message}: trying again for up to {} s", patience.as_secs())),
            }
            *waited = true;
            reporter.failed(error);
            sleep(pause).await;
        }
    }
}

/// Whether the service refused a create with `The size of Listings must be 1 or more`. A create has no listings: they are
/// copied from the published submission.
fn is_not_ready(error: &Error) -> bool {
    error.exchange().and_then(|exchange| exchange.status) == Some(400)
        && error.service_error().and_then(|said| said.message.as_deref()).is_some_and(|message| {
            let message = message.to_lowercase();
            message.contains("listings") && message.contains("must be 1 or more")
        })
}
